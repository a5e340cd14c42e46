"""Idempotency keys: a command that comes twice under one key is done once, and answers the same (ADR 5).

The key is taken in the command's first transaction and bound in its last. Who comes meanwhile under the same key waits:
in PostgreSQL where that transaction is still open, outside (`Occupee`) where the command is asking another service.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.errors import Invalide
from commun.storage.requetes import cles_de
from commun.storage.tables import cles

_LA_CLE = (cles.c.compte_id == sa.bindparam("de")) & (cles.c.cle == sa.bindparam("nom"))
_LA_MIENNE = _LA_CLE & (cles.c.prise_par == sa.bindparam("par"))
_neuve = insert(cles)
_PRISE = _neuve.on_conflict_do_update(
    index_elements=cles_de(cles),
    set_={nom: _neuve.excluded[nom] for nom in ("empreinte", "prise_par", "prise_le")},
    where=~cles.c.liee & (cles.c.prise_le < sa.func.now() - sa.bindparam("vie", type_=sa.Interval)),
).returning(sa.true())
_DEJA = sa.select(cles.c.empreinte, cles.c.liee, cles.c.reponse).where(_LA_CLE)
_LIEE = cles.update().where(_LA_MIENNE).values(liee=True, reponse=sa.bindparam("dite", type_=cles.c.reponse.type))
_RENDUE = cles.delete().where(_LA_MIENNE, ~cles.c.liee)


class Occupee(Exception):
    """Another command holds this key, between two of its transactions."""


@dataclass(frozen=True)
class Cle:
    """The key of one command. `par`: the command's own number; `empreinte`: what the key may serve for."""

    compte_id: str
    nom: str
    empreinte: str
    par: str

    def prendre(self, db: sa.Connection, vie: timedelta) -> dict[str, Any] | None:
        """Takes it for this command, from another one too that has held it for more than `vie`, and so is dead.

        Returns:
            `{reponse}`, the first answer, where it is bound already.

        Raises:
            Invalide: it has served for another demand.
            Occupee: another command holds it.
        """
        valeurs = {"compte_id": self.compte_id, "cle": self.nom, "empreinte": self.empreinte, "prise_par": self.par}
        if db.scalar(_PRISE, valeurs | {"vie": vie}):
            return None
        deja = db.execute(_DEJA, self._cherchee).mappings().one()  # refused or not, `_PRISE` has locked it
        if deja["empreinte"] != self.empreinte:
            phrase = "Cette clé d'idempotence a déjà servi pour une autre demande."
            raise Invalide.au_champ("Idempotency-Key", phrase)
        if not deja["liee"]:
            raise Occupee()
        return {"reponse": deja["reponse"]}

    def lier(self, db: sa.Connection, reponse: Any) -> bool:
        """Binds it to the answer. Returns whether it was still this command's."""
        return db.execute(_LIEE, self._cherchee | {"par": self.par, "dite": reponse}).rowcount > 0

    def rendre(self, db: sa.Connection) -> None:
        """Gives it back, unless it is bound or another's."""
        db.execute(_RENDUE, self._cherchee | {"par": self.par})

    @property
    def _cherchee(self) -> dict[str, str]:
        return {"de": self.compte_id, "nom": self.nom}
