"""The traces of an object, as its page shows them."""

from typing import Any

import sqlalchemy as sa

from commun.traces import audit


def traces_de(db: sa.Connection, objet_type: str, objet_id: str) -> list[dict[str, Any]]:
    """Returns the traces of an object, newest first: two hundred at most."""
    elements: list[dict[str, Any]] = audit.page(db, objet_type, objet_id, {"par_page": "200"})["elements"]
    return elements
