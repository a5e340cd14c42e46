"""What is kept for a while: attachments tried, annotated copies of imported files."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from commun.acteur import Acteur
from commun.db import identifiant, nouvel_id
from commun.errors import Introuvable
from services.candidats.storage.tables import imports, tentatives

FENETRE = timedelta(hours=1)
"""Over how long attachments are counted."""

CONSERVATION = timedelta(days=30)
"""How long the annotated copy of an import can be fetched."""


def compter_tentatives(db: sa.Connection, compte_id: str, maintenant: datetime) -> tuple[int, datetime | None]:
    """Returns how many attachments an account has tried in the last hour, and when the first of them was.

    The account's tries are locked until the transaction ends, so that two at once are counted as two.
    """
    db.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"rattachement {compte_id}", 0))))
    siennes = tentatives.c.compte_id == compte_id
    db.execute(tentatives.delete().where(siennes, tentatives.c.instant <= maintenant - FENETRE))
    n, premiere = db.execute(sa.select(sa.func.count(), sa.func.min(tentatives.c.instant)).where(siennes)).one()
    return n, premiere


def noter_tentatives(db: sa.Connection, compte_id: str, maintenant: datetime, n: int = 1) -> None:
    """Counts attachments tried."""
    lignes = [{"id": nouvel_id(), "compte_id": compte_id, "instant": maintenant} for _ in range(n)]
    if lignes:
        db.execute(tentatives.insert(), lignes)


def add_import(db: sa.Connection, acteur: Acteur, nom: str, contenu: bytes, maintenant: datetime) -> str:
    """Keeps the annotated copy of an import, and forgets those too old. Returns its id."""
    db.execute(imports.delete().where(imports.c.instant < maintenant - CONSERVATION))
    numero = nouvel_id()
    db.execute(
        imports.insert().values(
            id=numero,
            etablissement_id=acteur.etablissement_id,
            identifiant=acteur.identifiant,
            nom=nom,
            instant=maintenant,
            contenu=contenu,
        )
    )
    return numero


def get_import(db: sa.Connection, import_id: Any, acteur: Acteur) -> Any:
    """Returns the row of an import of this centre.

    Raises:
        Introuvable: absent, forgotten, or another centre's.
    """
    siens = (imports.c.id == identifiant(import_id)) & (imports.c.etablissement_id == acteur.etablissement_id)
    ligne = db.execute(sa.select(imports).where(siens)).mappings().first()
    if ligne is None:
        raise Introuvable()
    return ligne
