"""Reads sent together: one trip to the database gives the rows of several statements (ADR 35).

A trip costs as much as the small read that it carries: 0.2 ms of a service's processor, half as much of PostgreSQL's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

Ligne = Mapping[Any, Any]
"""A row, by column."""

Conversions = list[tuple[str, Callable[[str], Any]]]

_EN_PYTHON: dict[type[Any], Callable[[str], Any]] = {
    sa.Date: date.fromisoformat,
    sa.Time: time.fromisoformat,
    sa.DateTime: datetime.fromisoformat,
}
_TELS_QUELS = (sa.Text, sa.Integer, sa.Boolean, sa.Uuid, sa.ARRAY, JSONB)
"""The types of which JSON gives what psycopg would; an array, of text."""


class Ensemble:
    """Statements whose rows are read in one trip. Made once, as a constant of its module.

    The rows travel as JSON, and are what the statements would give alone: dates are dates, a null is `None`.
    """

    def __init__(self, **requetes: sa.Select[Any]) -> None:
        """Makes of these one statement, whose parameters are theirs: those of one name have one value.

        Raises:
            TypeError: a column whose values JSON does not carry.
        """
        self.ordre = sa.select(*(_en_liste(nom, requete) for nom, requete in requetes.items()))
        self._a_convertir = {nom: _conversions(requete) for nom, requete in requetes.items()}

    def lire(self, db: sa.Connection, **parametres: Any) -> dict[str, list[Ligne]]:
        """Returns the rows of each statement, under its name, in its order."""
        reponse = db.execute(self.ordre, parametres).one()
        return {
            nom: [_en_python(ligne, conversions) for ligne in lignes]
            for lignes, (nom, conversions) in zip(reponse, self._a_convertir.items(), strict=True)
        }


def groupees(lignes: Iterable[Ligne], colonne: str) -> dict[str, list[Ligne]]:
    """Returns rows by what they hold in a column; none where there is none."""
    groupes: dict[str, list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        groupes[ligne[colonne]].append(ligne)
    return groupes


def _en_liste(nom: str, requete: sa.Select[Any]) -> sa.Label[Any]:
    lignes = sa.func.json_agg(requete.subquery(nom).table_valued())
    return sa.select(sa.func.coalesce(lignes, sa.literal_column("'[]'::json"))).scalar_subquery().label(nom)


def _en_python(ligne: dict[str, Any], conversions: Conversions) -> Ligne:
    for colonne, en_python in conversions:
        if ligne[colonne] is not None:
            ligne[colonne] = en_python(ligne[colonne])
    return ligne


def _conversions(requete: sa.Select[Any]) -> Conversions:
    trouvees = []
    for colonne in requete.selected_columns:
        en_python = next((f for genre, f in _EN_PYTHON.items() if isinstance(colonne.type, genre)), None)
        if en_python:
            trouvees.append((str(colonne.key), en_python))
        elif not isinstance(colonne.type, _TELS_QUELS):
            raise TypeError(f"{colonne} : {colonne.type!r}")
    return trouvees
