"""What time takes away of accounts: who they were, once closed for long; what was done under them stays."""

from collections.abc import Generator, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.conservation import NOM, PRENOM, echeances, encore_nommee, noter_anonymisees, ranger_noyau
from commun.tables import traces
from commun.unit_of_work import Acte, Question
from gateway.storage.tables import comptes


def ranger(acte: Acte) -> Generator[Question, Any, None]:
    """Anonymises the accounts closed long enough ago."""
    bornes = yield from echeances(acte)
    ranger_noyau(acte)
    anonymiser(acte, a_anonymiser(acte.db, bornes["conservation_compte"]))


def a_anonymiser(db: sa.Connection, avant: date | None) -> list[str]:
    """Returns the closed accounts that nobody touched since this day: their closing is the last act on them."""
    if avant is None:
        return []
    touche = sa.exists().where(
        traces.c.objet_type == "compte",
        traces.c.objet_id == sa.cast(comptes.c.id, sa.Text),
        traces.c.instant >= avant,
    )
    return list(db.scalars(sa.select(comptes.c.id).where(~comptes.c.actif, encore_nommee(comptes.c.id), ~touche)))


def anonymiser(acte: Acte, ids: Iterable[str]) -> None:
    """Takes away who these accounts were; none can be opened again."""
    for compte_id in ids:
        personne = {"identifiant": f"anonyme-{compte_id}", "nom": f"{PRENOM} {NOM}", "courriel": ""}
        acces: dict[str, Any] = {"mot_de_passe": None, "sujet": None, "preferences": [], "recherche": ""}
        acte.db.execute(comptes.update().where(comptes.c.id == compte_id).values(personne | acces))
        noter_anonymisees(acte.db, compte_id)
        acte.tracer(
            "compte", compte_id, "anonymiser", "Le compte a été anonymisé, sa durée de conservation étant passée."
        )
