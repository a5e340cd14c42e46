"""A page of a list, the same way for all."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from commun.storage import pages


def paginer(
    db: sa.Connection,
    requete: sa.Select[Any],
    filtres: dict[str, Any],
    vue: Callable[[Any], dict[str, Any]],
    tris: pages.Tris,
    *,
    defaut: str,
) -> dict[str, Any]:
    """Returns `{elements, total, page, par_page}` of a query; rows that the sort holds equal follow its first column.

    Raises:
        Invalide: `tri` names a field that this list is not sorted by.
    """
    cle = requete.selected_columns[0]
    visible, cadre = pages.paginer(db, requete, filtres, tris, defaut=defaut, cle=cle)
    return {"elements": [vue(ligne) for ligne in db.execute(visible).mappings()], **cadre}
