"""The traces of an object, as its page shows them; and what is wrong with a base's."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from commun.traces import audit, verification
from commun.traces.sceaux import Rupture


def traces_de(db: sa.Connection, objet_type: str, objet_id: str) -> list[dict[str, Any]]:
    """Returns the traces of an object, newest first: two hundred at most."""
    elements: list[dict[str, Any]] = audit.page(db, objet_type, objet_id, {"par_page": "200"})["elements"]
    return elements


def ruptures(db: sa.Connection, fichiers: Sequence[Path] = ()) -> list[Rupture]:
    """Returns what `verifier` finds in a base, as this transaction has left it."""
    return list(verification.verifier(partial(nullcontext, db), fichiers))
