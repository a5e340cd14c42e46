"""Traces such as an act writes them."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from commun.traces import audit


def ecrire(db: sa.Connection, objet_id: str, n: int) -> None:
    audit.ecrire(
        db,
        objet_type="jure",
        objet_id=objet_id,
        instant=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=n),
        acteur={"identifiant": "alice", "profil": "UD 75"},
        action="modifier",
        phrase=f"Changement {n}.",
        requete=f"r{n}",
        avant={"n": n},
        apres={"n": n + 1},
    )
