"""Whom a search for a juré finds who could not sit in a session: who looks for somebody by his name is told why."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.storage.pages import contient
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import Habilitation
from services.jures.queries.aptitudes import SessionDemandee, aptitude
from services.jures.queries.perimetre import fiches_visibles
from services.jures.queries.vues import habilitation_de_liste
from services.jures.storage.tables import jures

_LETTRES = 3
"""The least that is looked for: of less, nobody in particular is meant."""
_LUS = 20
"""How many files are opened, at most: of those found, some may be none of the actor's."""
_DITS = 10


def ecartes(
    acte: Acte, q: str, s: SessionDemandee, peuvent: sa.Select[Any], eloignement: sa.ColumnElement[int]
) -> list[dict[str, Any]]:
    """Returns those whom a search finds who could not enter the jury of a session, the nearest first: ten at most,
    among the files that the actor reads. Of others, nothing: not that they exist.

    Each is as `aptitudes` answers it, with his département and `habilitation`: of those that he has on what the session
    certifies, the one that ends last, as it stands; `None` where he has none.

    Args:
        peuvent: the ids of those who could.
        eloignement: how far from the session one lives: those of a common name, far away, are nobody whom one looks
            for, and mostly not for the actor to read.
    """
    if len(q.replace(" ", "")) < _LETTRES:
        return []
    trouves = (
        sa.select(jures.c.id)
        .where(jures.c.absorbe_par.is_(None), contient(jures.c.recherche, q), jures.c.id.not_in(peuvent))
        .order_by(eloignement, jures.c.tri, jures.c.id)
        .limit(_LUS)
    )
    ids = acte.db.scalars(trouves).all()
    lues = sorted(fiches_visibles(acte, ids), key=lambda fiche: ids.index(fiche.jure.id))
    reponses = []
    for fiche in lues[:_DITS]:
        h = _sur_elle(fiche.dossier, s)
        reponses.append(
            aptitude(fiche.jure.id, fiche, s)
            | {"departement": fiche.jure.departement}
            | {"habilitation": habilitation_de_liste(fiche, h) if h else None}
        )
    return reponses


def _sur_elle(dossier: Dossier, s: SessionDemandee) -> Habilitation | None:
    siennes = [h for h in dossier.habilitations if h.code == s.certifie]
    return max(siennes, key=lambda h: (h.date_fin, h.id), default=None)
