"""Contrôles and their suites."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.textes import normaliser
from commun.storage.requetes import enregistrer
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
    suites: dict[str, list[Suite]] = defaultdict(list)
    siennes = sa.select(suites_controles).where(suites_controles.c.controle_id.in_(voulus))
    for s in db.execute(siennes.order_by(suites_controles.c.rang)).mappings():
        suites[s["controle_id"]].append(Suite(s["id"], s["date"], s["texte"], s["echeance"], s["auteur"]))
    return {ligne["id"]: (_controle(ligne, suites[ligne["id"]]), ligne["version"]) for ligne in lignes}


def _controle(ligne: Any, suites: list[Suite]) -> Controle:
    valeurs = {nom: ligne[nom] for nom in _PROPRES}
    valeurs |= {"type": TypeControle(ligne["type"]), "conclusion": Conclusion(ligne["conclusion"])}
    return Controle(**valeurs, suites=tuple(suites))


def save_controle(db: sa.Connection, controle: Controle) -> int:
    """Writes a contrôle and its new suites, those before staying as they were; returns its new version."""
    dit = (controle.controleur, controle.observations, *(suite.texte for suite in controle.suites))
    valeurs = {nom: getattr(controle, nom) for nom in _PROPRES} | {"recherche": normaliser(" ".join(dit))}
    version = enregistrer(db, controles, valeurs)
    if controle.suites:
        lignes = [{"controle_id": controle.id, "rang": n, **s.__dict__} for n, s in enumerate(controle.suites)]
        db.execute(insert(suites_controles).values(lignes).on_conflict_do_nothing())
    return version
