"""What ends, or is due, and when to say so: followed by the events of who owns it, and as their titres change."""

from datetime import date, timedelta
from typing import Any

from commun.actes.reconstruction import reconstruire as rejouer
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import PREAVIS_MOIS
from commun.storage.replica import Copie, suivre
from services.notifications.domain import messages as phrases
from services.notifications.domain.messages import GenreMessage as G
from services.notifications.storage.messages import fins_ramenees, redater, redire
from services.notifications.storage.tables import echeances

RAPPEL = "rappel"
_OUVERTES = ("validee", "debloquee")
_CERTIFICATION = ("titre_code", "ccs_code")
_A_CLOTURER = ("validee",)
"""Once all is entered: who is told that his session is unblocked has just read that it is to be closed again."""


def suivre_habilitation(acte: Acte, corps: dict[str, Any]) -> None:
    """Notes when an habilitation ends."""
    fin = date.fromisoformat(corps["date_fin"]) if corps["etat"] == "active" else None
    faits = {nom: corps[nom] for nom in _CERTIFICATION}
    _noter(acte, G.HABILITATION_FINIT, corps["habilitation_id"], corps["version"], fin, faits)


def suivre_fins(acte: Acte) -> Etapes[int]:
    """Notes the habilitations and the agréments that their titre, whose fin de vie was decided since, ends sooner than
    they say; one that it no longer ends sooner ends again as its event said.
    """
    habilitations = yield from _suivre_fins(acte, G.HABILITATION_FINIT, "jures_gardes", "habilitation_id")
    agrements = yield from _suivre_fins(acte, G.AGREMENT_FINIT, "referentiel_gardes", "agrement_id")
    return habilitations + agrements


def _suivre_fins(acte: Acte, genre: G, service: str, champ: str) -> Etapes[int]:
    avancees = set()

    def noter(acte: Acte, corps: dict[str, Any]) -> None:
        avancees.add(corps[champ])
        noter_la_fin(acte, genre, corps[champ], date.fromisoformat(corps["fin"]))

    total = yield from rejouer(acte, service, "fins_avancees", noter)
    for id_, fin in fins_ramenees(acte.db, genre, acte.jour()).items():
        if id_ not in avancees:
            noter_la_fin(acte, genre, id_, fin)
    return total


def noter_la_fin(acte: Acte, genre: G, objet_id: str, fin: date) -> None:
    """Notes that something ends another day than its event said."""
    redater(acte.db, genre, objet_id, phrases.des_le(fin), fin)


def suivre_agrement(acte: Acte, corps: dict[str, Any]) -> None:
    """Notes when an agrément ends."""
    fin = date.fromisoformat(corps["date_fin"]) if corps["statut"] == "accorde" else None
    faits = {nom: corps[nom] for nom in ("etablissement_id", "numero", *_CERTIFICATION)}
    _noter(acte, G.AGREMENT_FINIT, corps["id"], corps["version"], fin, faits)


def relire_habilitations(acte: Acte, corps: dict[str, Any]) -> None:
    """A titre has changed, and `jures` knows: what it makes of an end already said may be said otherwise."""
    redire(acte.db, G.HABILITATION_FINIT, corps["titre_code"], corps["ccs_codes"], corps["version"], acte.jour())


def relire_agrements(acte: Acte, corps: dict[str, Any]) -> None:
    """A titre has changed: an agrément that covered its prolongation may now be to be renewed, or the other way."""
    ccs = [c["code"] for c in corps["ccs"]]
    redire(acte.db, G.AGREMENT_FINIT, corps["code"], ccs, corps["version"], acte.jour())


def suivre_demande_vae(acte: Acte, corps: dict[str, Any]) -> None:
    """Notes when a recevabilité lapses."""
    fin = date.fromisoformat(corps["recevable_jusqu_au"]) if corps["etat"] == "recevable" else None
    faits = {nom: corps[nom] for nom in ("titre_code", "etablissement_ids", "departement")}
    mois = phrases.PREAVIS_RECEVABILITE_MOIS
    _noter(acte, G.RECEVABILITE_FINIT, corps["demande_id"], corps["version"], fin, faits, mois)


def suivre_session(acte: Acte, corps: dict[str, Any]) -> None:
    """Notes when results, or the closing once they are entered, are late, and when jurés are to be reminded."""
    debut, fin = date.fromisoformat(corps["date_debut"]), date.fromisoformat(corps["date_fin"])
    saisis = all(c["resultat_saisi"] for c in corps["candidats"])
    attendue = corps["etat"] in (_A_CLOTURER if saisis else _OUVERTES) and corps["candidats"]
    commun = {"objet_id": corps["id"], "version": corps["version"]}
    faits = {nom: corps[nom] for nom in ("numero", "etablissement_id", "departement", "date_fin")}
    faits["saisis"] = saisis
    tard = fin + timedelta(days=phrases.ATTENTE_RESULTATS_JOURS) if attendue else None
    bientot = debut - timedelta(days=phrases.RAPPEL_JOURS) if corps["etat"] == "validee" else None
    for genre, des, jusqu_au in ((G.RESULTATS_ATTENDUS, tard, None), (RAPPEL, bientot, debut - timedelta(days=1))):
        ligne = {**commun, "genre": genre, "avertir_le": des, "jusqu_au": jusqu_au, "faits": faits}
        suivre(acte.db, echeances, ligne)


def suivre_controle(acte: Acte, corps: dict[str, Any]) -> None:
    """Notes when the next step of a contrôle is due."""
    echeance = date.fromisoformat(corps["echeance"]) if corps["echeance"] else None
    faits = {nom: corps[nom] for nom in ("etablissement_id", "date", "echeance", "auteur_id")}
    des = echeance - timedelta(days=phrases.PREAVIS_CONTROLE_JOURS) if echeance else None
    ligne = {"genre": G.CONTROLE_A_SUIVRE, "objet_id": corps["id"], "version": corps["version"]}
    suivre(acte.db, echeances, ligne | {"avertir_le": des, "jusqu_au": None, "faits": faits})


def reconstruire(acte: Acte) -> Etapes[int]:
    """Refills what is followed from its sources. Returns how many things they told of."""
    total = 0
    for service, methode, suivre_un, champ, genres in _SOURCES:
        copie = Copie(echeances, "objet_id", champ, lignes=len(genres), parmi=echeances.c.genre.in_(genres))
        par_versions = methode == "sessions"
        total += yield from rejouer(acte, service, methode, suivre_un, copie, par_versions=par_versions)
    return total


def _noter(
    acte: Acte,
    genre: G,
    objet_id: str,
    version: int,
    fin: date | None,
    faits: dict[str, Any],
    mois: int = PREAVIS_MOIS,
) -> None:
    des = phrases.des_le(fin, mois) if fin else None
    ligne = {"genre": genre, "objet_id": objet_id, "version": version, "avertir_le": des, "jusqu_au": fin}
    suivre(acte.db, echeances, ligne | {"faits": faits | ({"fin": fin.isoformat()} if fin else {})})


_SOURCES = (
    ("candidats_gardes", "demandes_vae", suivre_demande_vae, "demande_id", (G.RECEVABILITE_FINIT,)),
    ("jures_gardes", "habilitations", suivre_habilitation, "habilitation_id", (G.HABILITATION_FINIT,)),
    ("referentiel_gardes", "agrements", suivre_agrement, "id", (G.AGREMENT_FINIT,)),
    ("referentiel_gardes", "controles", suivre_controle, "id", (G.CONTROLE_A_SUIVRE,)),
    ("sessions_gardes", "sessions", suivre_session, "id", (G.RESULTATS_ATTENDUS, RAPPEL)),
)
"""What is followed: from whom, how, and the ends that are kept of it, under this field of its body."""
