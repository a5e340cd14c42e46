"""Pages of a list, the same way for every list."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from commun.errors import Invalide

Tris = Mapping[str, tuple[sa.ColumnElement[Any], ...]]
"""For each field that a list is sorted by, its columns; the first field is the default one."""


def paginer(
    db: sa.Connection, requete: sa.Select[Any], parametres: dict[str, Any], tris: Tris, cle: sa.ColumnElement[Any]
) -> tuple[sa.Select[Any], dict[str, Any]]:
    """Returns the query of one page, and the page's frame: `{total, page, par_page}`.

    Args:
        cle: the unique column that settles what `tri` leaves equal.

    Raises:
        Invalide: `tri` names a field that this list is not sorted by.
    """
    demande = parametres["tri"] or next(iter(tris))
    colonnes = tris.get(demande.removeprefix("-"))
    if colonnes is None:
        raise Invalide(erreurs={"tri": [f"Cette liste se trie par : {', '.join(tris)}."]})
    total = db.scalar(sa.select(sa.func.count()).select_from(requete.order_by(None).subquery()))
    page, par_page = parametres["page"], parametres["par_page"]
    ordre = [c.desc() if demande.startswith("-") else c.asc() for c in (*colonnes, cle)]
    visible = requete.order_by(*ordre).limit(par_page).offset((page - 1) * par_page)
    return visible, {"total": total, "page": page, "par_page": par_page}
