"""Which accounts an administrator looks after: those of his own centre or service; all, for the national mission."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Droit
from commun.domain.referentiel import TypeProfil
from gateway.storage.comptes import get_profil_ouvert

LIEUX = {TypeProfil.CENTRE: "etablissement_id", TypeProfil.UD: "departement", TypeProfil.DIRECCTE: "region"}
"""What places a profil of each type."""


@dataclass(frozen=True)
class Perimetre:
    """The profils of one type at one place; all of them for NATIONAL."""

    type: TypeProfil
    lieu: str | None

    @classmethod
    def du(cls, profil: dict[str, Any]) -> "Perimetre":
        """Returns the profils of the same type, at the same place, as this one."""
        type_ = TypeProfil(profil["type"])
        return cls(type_, profil[LIEUX[type_]] if type_ in LIEUX else None)

    def couvre(self, role: dict[str, Any]) -> bool:
        """Whether a profil is in it."""
        if self.type is TypeProfil.NATIONAL:
            return True
        return bool(role["type"] == self.type and role[LIEUX[self.type]] == self.lieu)

    def condition(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Returns the same, for the rows of a table that says where a profil is."""
        return sa.true() if self.type is TypeProfil.NATIONAL else self.ici(table)

    def ici(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """Returns the condition of the rows of this very type and place: for NATIONAL, the national mission's."""
        if self.type is TypeProfil.NATIONAL:
            return table.c.type == self.type
        return (table.c.type == self.type) & (table.c[LIEUX[self.type]] == self.lieu)


def administre(acte: Acte) -> Perimetre:
    """Returns what the actor administers, as his profil is now.

    Raises:
        Droit: it administers nothing, or his account was closed meanwhile.
    """
    profil = get_profil_ouvert(acte.db, acte.acteur.profil_id)
    if profil is None or not profil["administrateur"]:
        raise Droit("Seuls les administrateurs gèrent les comptes.")
    return Perimetre.du(profil)
