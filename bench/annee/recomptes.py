"""Counting the year again when it is over: the rules, the events, the mails, what the plan said there would be."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
from kombu import Connection

from bench.annee import fautes
from bench.annee.autres import FAUTES_DES_JURES, refus_des_jures
from bench.annee.calme import SERVICES, lignes, un
from bench.annee.fautes import ENTRE_BASES, Faute
from bench.annee.plan import FAUTES, QUATRIEME, Annee
from bench.national import Nation
from local.calme import a_traiter


@dataclass
class Constat:
    """What the recount found.

    Attributes:
        violations: by rule (code and words), how many rows break it.
        totaux: what was counted, by name.
        ecarts: everything that is not as it should be, in words.
    """

    violations: dict[tuple[str, str], int] = field(default_factory=dict)
    totaux: dict[str, int] = field(default_factory=dict)
    ecarts: list[str] = field(default_factory=list)

    def exiger(self, quoi: str, attendu: Any, trouve: Any) -> None:
        """Notes a count, and a difference where there is one."""
        if attendu != trouve:
            self.ecarts.append(f"{quoi} : attendu {attendu}, trouvé {trouve}")

    def noter(self, trouvees: Iterable[Faute]) -> None:
        """Notes how many rows break each rule, and the first of them."""
        for f in trouvees:
            self.violations[f.code, f.quoi] = len(f.lignes)
            if f.lignes:
                premieres = ", ".join(" ".join(map(str, ligne)) for ligne in f.lignes[:3])
                self.ecarts.append(f"{f.code} : {len(f.lignes)} {f.quoi} ({premieres}…)")


def recompter(nation: Nation, annee: Annee) -> Constat:
    """Counts everything again."""
    constat = Constat()
    for service in SERVICES:
        constat.noter(fautes.d_une_base(nation.base(service), service))
    for quoi, compter in ENTRE_BASES.items():
        trouvees, constat.totaux[quoi] = compter(nation)
        constat.noter(trouvees)
    _evenements(nation, constat)
    _courriels(nation, constat)
    _totaux(nation, annee, constat)
    return constat


def _evenements(nation: Nation, constat: Constat) -> None:
    manques = a_traiter(partial(lignes, nation))
    constat.exiger("événements publiés et non traités, ou traités sans être publiés", {}, manques)
    emis = {s: int(un(nation, s, "SELECT count(*) FROM outbox")) for s in SERVICES}
    attente = sum(int(un(nation, s, "SELECT count(*) FROM outbox WHERE publie_le IS NULL")) for s in SERVICES)
    constat.exiger("événements jamais publiés", 0, attente)
    constat.totaux["événements publiés"] = sum(emis.values())
    constat.totaux["événements traités"] = sum(int(un(nation, s, "SELECT count(*) FROM inbox")) for s in SERVICES)
    with Connection(nation.pile.bus()) as ligne, ligne.channel() as canal:
        morts = sum(canal.queue_declare(queue=f"{s}.morts", passive=True).message_count for s in SERVICES)
    constat.exiger("messages mis de côté", 0, morts)


def _courriels(nation: Nation, constat: Constat) -> None:
    """What the mail server got, against the letters and the subscribers: each once, and to nobody else."""
    recus: Counter[str] = Counter(httpx.get(f"{nation.pile.url_courrier}/decompte.json", timeout=60).json())
    lettres = lignes(
        nation, "sessions", "SELECT id::text, courriel, annulee FROM convocations WHERE coalesce(courriel, '') <> ''"
    )
    renonces = {
        sujet
        for (sujet,) in lignes(
            nation, "notifications", "SELECT sujet FROM envois WHERE genre = 'convocation' AND etat = 'echec_definitif'"
        )
    }
    attendus = Counter(courriel for id_, courriel, annulee in lettres if not (annulee and id_ in renonces))
    avertis = lignes(nation, "notifications", "SELECT sujet FROM envois WHERE genre = 'annulation'")
    par_id = {id_: courriel for id_, courriel, _ in lettres}
    attendus.update(par_id[sujet] for (sujet,) in avertis if sujet in par_id)
    abonnes = Counter(
        c for (c,) in lignes(nation, "notifications", "SELECT courriel FROM abonnes WHERE etat = 'actif'")
    )
    diffusees = int(un(nation, "notifications", "SELECT count(*) FROM versions WHERE diffusee_le IS NOT NULL "
                       "AND numero LIKE '2.%%'", ))  # fmt: skip
    for courriel in abonnes:
        attendus[courriel] += diffusees
    manquants, en_trop = attendus - recus, recus - attendus
    constat.exiger("courriels manquants", {}, dict(manquants.most_common(5)))
    constat.exiger("courriels en double ou inattendus", {}, dict(en_trop.most_common(5)))
    constat.totaux["convocations éditées"] = int(un(nation, "sessions", "SELECT count(*) FROM convocations"))
    constat.totaux["convocations par courriel"] = len(lettres)
    constat.totaux["courriels reçus"] = sum(recus.values())


def _totaux(nation: Nation, annee: Annee, constat: Constat) -> None:
    """What the plan drew against what the databases hold."""
    trace = "t.objet_type = 'session' AND t.objet_id = s.id::text AND t.action = 'creer'"
    creees = f"EXISTS (SELECT 1 FROM traces t WHERE {trace})"  # nosec B608
    etats = dict(lignes(nation, "sessions", f"SELECT etat, count(*) FROM sessions s WHERE {creees} GROUP BY 1"))  # nosec B608
    prevus = Counter("annulee" if s.issue == "annulée" else "cloturee" for s in annee.sessions)
    constat.exiger("sessions par état", dict(prevus), etats)
    sortis = int(un(nation, "sessions", "SELECT count(*) FROM traces WHERE action = 'desinscrire_candidat'"))
    inscrits = int(
        un(nation, "sessions", "SELECT count(*) FROM inscriptions_candidats i JOIN sessions s ON s.id = i.session_id "
           f"WHERE {creees}")  # nosec B608
    )  # fmt: skip
    attendus = sum(len(s.personnes) + bool(s.vae) for s in annee.sessions)
    constat.exiger("inscriptions", attendus, inscrits + sortis)
    constat.totaux |= {"sessions": sum(etats.values()), "inscriptions": inscrits, "désinscriptions": sortis}
    for nom, service, requete in (
        ("jurés", "jures", "SELECT count(*) FROM jures"),
        ("habilitations", "jures", "SELECT count(*) FROM habilitations"),
        ("candidats", "candidats", "SELECT count(*) FROM candidats"),
        ("attestations", "sessions", "SELECT count(*) FROM attestations"),
        ("traces", "sessions", "SELECT count(*) FROM traces"),
    ):
        constat.totaux[nom] = int(un(nation, service, requete))


def refus_prevus(annee: Annee, nouveaux_jures: int) -> Counter[str]:
    """Returns the refusals that the plan holds, by code; confirmations, asked for by every act that warns, apart."""
    prevus: Counter[str] = Counter()
    for faute, n in annee.fautes.items():
        prevus["INS-04" if faute == QUATRIEME else FAUTES[faute]] += n
    prevus.update(FAUTES_DES_JURES[faute] for faute in refus_des_jures(nouveaux_jures))
    return prevus
