"""Counting again, in SQL, what CERES says that it did: independent of the code that did it."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from kombu import Connection

from commun.bus.topology import ecouteurs
from local.pile import paquets
from tests.outils.traces import ruptures
from tests.pannes.banc import Banc, jusqu_a
from tests.pannes.charge import Acquittees

_OBJETS = {
    "jures": ("jure", "SELECT id::text AS id, version FROM jures"),
    "candidats": ("candidat", "SELECT id::text AS id, version FROM candidats"),
    "sessions": ("session", "SELECT id::text AS id, version FROM sessions"),
    "referentiel": ("titre", "SELECT code AS id, version FROM titres"),
    "notifications": ("version", "SELECT numero AS id, 1 AS version FROM versions WHERE numero <> '1.7.1'"),
}
"""What commands create: the name that traces give it, and where it is."""


def ecouteurs_de(banc: Banc) -> list[tuple[str, str]]:
    """Returns `(queue, evenement)` of every listener of CERES."""
    return ecouteurs(f"{paquets()[nom]}.service" for nom in banc.membres)


def attendre_le_calme(banc: Banc, secondes: float) -> None:
    """Waits until every event that was published has been handled; past that, says which are not."""
    try:
        jusqu_a(lambda: not a_traiter(banc), secondes, "tous les événements traités")
    except AssertionError as trop_tard:
        raise AssertionError(f"{trop_tard} : {a_traiter(banc)}, et {mis_de_cote(banc)} mis de côté") from None


def a_traiter(banc: Banc) -> Counter[str]:
    """Returns how many events are still to be published, or handled, by « service.evenement > listener »."""
    reste: Counter[str] = Counter()
    for service in banc.membres:
        emis = banc.sql(service, "SELECT id::text, evenement, publie_le FROM outbox")
        reste.update(f"{e['evenement']} > {service}.outbox" for e in emis if e["publie_le"] is None)
        for file, evenement in ecouteurs_de(banc):
            attendus = {e["id"] for e in emis if e["evenement"] == evenement}
            if attendus:
                recus = banc.sql(
                    file.split(".")[0], "SELECT message_id::text AS id FROM inbox WHERE ecouteur = %s", file
                )
                if perdus := attendus - {r["id"] for r in recus}:
                    reste[f"{evenement} > {file}"] += len(perdus)
    return reste


def mis_de_cote(banc: Banc) -> int:
    """Returns how many messages lie in the dead-letter queues."""
    noms = {file.split(".")[0] for file, _ in ecouteurs_de(banc)}
    with Connection(banc.bus()) as ligne, ligne.channel() as canal:
        return sum(canal.queue_declare(queue=f"{nom}.morts", passive=True).message_count for nom in noms)


def ecarts(banc: Banc, acquittees: Acquittees) -> dict[str, list[Any]]:
    """Returns what is not as it should be: lost, done twice, without its trace, a broken chain."""
    perdues, doubles, sans_trace, rompues = [], [], [], []
    for service in banc.membres:
        traces = banc.sql(service, "SELECT requete, objet_type, objet_id, action FROM traces")
        par_demande = Counter(t["requete"] for t in traces if t["objet_type"] != "jury")
        objets_traces = {(t["objet_type"], t["objet_id"]) for t in traces}
        for commande, reponse in acquittees.de(service).items():
            faites = par_demande[f"p1:{commande.cle}"]
            id_ = (reponse or {}).get("id")
            genre, _ = _OBJETS.get(service, ("", ""))
            if faites == 0 or (commande.genre == "creer" and id_ and (genre, id_) not in objets_traces):
                perdues.append(commande)
            if faites > 1:
                doubles.append((commande, faites))
        if service in _OBJETS:
            sans_trace += _sans_trace(banc, service, traces)
        with sa.create_engine(
            banc.bases[service].url_proprietaire.replace("postgresql", "postgresql+psycopg", 1),
            isolation_level="REPEATABLE READ",
        ).connect() as db:
            rompues += ruptures(db)
    return {"perdues": perdues, "doubles": doubles, "sans trace": sans_trace, "chaînes rompues": rompues}


def _sans_trace(banc: Banc, service: str, traces: list[dict[str, Any]]) -> list[Any]:
    """Returns the objects whose traces do not tell of one creation and of each later version."""
    genre, requete = _OBJETS[service]
    creations = Counter(t["objet_id"] for t in traces if t["objet_type"] == genre and t["action"] == "creer")
    actes = Counter(t["objet_id"] for t in traces if t["objet_type"] == genre)
    objets = {o["id"]: o["version"] for o in banc.sql(service, requete)}
    faux: list[Any] = [(service, id_, "créations", creations[id_]) for id_ in objets if creations[id_] != 1]
    faux += [(service, id_, "introuvable") for id_ in creations if id_ not in objets]
    return faux + [(service, id_, "versions", v, actes[id_]) for id_, v in objets.items() if actes[id_] < v]
