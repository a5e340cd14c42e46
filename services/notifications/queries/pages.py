"""A page of a list, the same way for all."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa


def paginer(
    db: sa.Connection, requete: sa.Select[Any], filtres: dict[str, Any], vue: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Returns `{elements, total, page, par_page}` of an ordered query."""
    page, par_page = filtres["page"], filtres["par_page"]
    total = db.scalar(sa.select(sa.func.count()).select_from(requete.order_by(None).subquery()))
    lignes = db.execute(requete.limit(par_page).offset((page - 1) * par_page)).mappings()
    return {"elements": [vue(ligne) for ligne in lignes], "total": total, "page": page, "par_page": par_page}
