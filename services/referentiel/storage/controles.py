"""Contrôles and their suites."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.textes import normaliser
from commun.storage.ensemble import Ligne, groupees
from commun.storage.requetes import enregistrer, objet
from services.referentiel.domain.controles import Conclusion, Controle, Suite, TypeControle
from services.referentiel.storage.tables import controles, suites_controles

_PROPRES = (
    "id",
    "etablissement_id",
    "session_id",
    "type",
    "date",
    "controleur",
    "observations",
    "conclusion",
    "auteur_id",
)


def get_controles(db: sa.Connection, ids: Iterable[str], *, verrou: bool = False) -> dict[str, tuple[Controle, int]]:
    """Returns contrôles with their suites and versions, by id: two queries for any number."""
    voulus = list(ids)
    requete = sa.select(controles).where(controles.c.id.in_(voulus))
    lignes = db.execute(requete.with_for_update() if verrou else requete).mappings().all()
    leurs_suites = sa.select(suites_controles).where(suites_controles.c.controle_id.in_(voulus))
    lues = db.execute(leurs_suites.order_by(suites_controles.c.rang)).mappings()
    suites = groupees(lues, "controle_id")
    return {ligne["id"]: (_controle(ligne, suites[ligne["id"]]), ligne["version"]) for ligne in lignes}


def _controle(ligne: Ligne, suites: list[Ligne]) -> Controle:
    return objet(
        Controle,
        ligne,
        type=TypeControle(ligne["type"]),
        conclusion=Conclusion(ligne["conclusion"]),
        suites=tuple(objet(Suite, suite) for suite in suites),
    )


def save_controle(db: sa.Connection, controle: Controle) -> int:
    """Writes a contrôle and its new suites, those before staying as they were; returns its new version."""
    dit = (controle.controleur, controle.observations, *(suite.texte for suite in controle.suites))
    valeurs = {nom: getattr(controle, nom) for nom in _PROPRES} | {"recherche": normaliser(" ".join(dit))}
    version = enregistrer(db, controles, valeurs)
    if controle.suites:
        lignes = [{"controle_id": controle.id, "rang": n, **s.__dict__} for n, s in enumerate(controle.suites)]
        db.execute(insert(suites_controles).values(lignes).on_conflict_do_nothing())
    return version
