"""What is read of sessions once their rows are known, in one trip: who needs a part of it finds it in `memoire`."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from commun.storage.ensemble import Ligne
from services.sessions.storage import alertes, copies, dte, inscrits, parametres, resultats
from services.sessions.storage.memoire import Avance, Lecture

_MONTRE: tuple[Lecture[Any], ...] = (
    *inscrits.LECTURES.values(),
    alertes.LECTURE,
    dte.LECTURE,
    copies.LECTURE_DES_TITRES,
    copies.LECTURE_DES_ETABLISSEMENTS,
)
POUR_MONTRER = Avance(*_MONTRE)
"""What the contract shows of sessions."""
POUR_AGIR = Avance(*_MONTRE, copies.LECTURE_DES_AGREMENTS, resultats.LECTURE_DES_FEUILLES, parametres.LECTURE)
"""With it, what rules and alerts need; what their candidates do elsewhere is apart (`plafonds`)."""


def lire(db: sa.Connection, avance: Avance, sessions: Collection[Ligne]) -> None:
    """Reads it of the sessions of these rows."""
    avance.lire(
        db,
        ids=[s["id"] for s in sessions],
        codes=[s["titre_code"] for s in sessions if s["titre_code"]],
        etablissements=[s["etablissement_id"] for s in sessions],
    )
