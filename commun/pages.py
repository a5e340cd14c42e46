"""Pages of a list, the same way for every list: searched, sorted by a field of its own, counted."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from commun.errors import Invalide
from commun.textes import normaliser

Tris = Mapping[str, sa.ColumnElement[Any]]


def paginer(
    db: sa.Connection,
    requete: sa.Select[Any],
    parametres: dict[str, Any],
    tris: Tris,
    *,
    defaut: str,
    cle: sa.ColumnElement[Any],
) -> tuple[sa.Select[Any], dict[str, int]]:
    """Returns the query of one page, and the page's frame: `{total, page, par_page}`.

    Args:
        parametres: as `commun.forms.Page` loads them.
        cle: what separates two rows that the sort holds equal: without it, a row could be on two pages, or on none.

    Raises:
        Invalide: `tri` names a field that this list is not sorted by.
    """
    demande = parametres["tri"] or defaut
    champ = tris.get(demande.removeprefix("-"))
    if champ is None:
        raise Invalide(erreurs={"tri": [f"Cette liste se trie par : {', '.join(tris)}."]})
    total = db.scalar(sa.select(sa.func.count()).select_from(requete.order_by(None).subquery())) or 0
    page, par_page = parametres["page"], parametres["par_page"]
    sens = champ.desc() if demande.startswith("-") else champ.asc()
    if getattr(champ, "nullable", True):
        sens = sens.nulls_last()  # where nothing is null, an index serves both ways only without this
    visible = requete.order_by(sens, cle).limit(par_page).offset((page - 1) * par_page)
    return visible, {"total": total, "page": page, "par_page": par_page}


def contient(colonne: sa.ColumnElement[str], q: str) -> sa.ColumnElement[bool]:
    """Returns the condition that every word of `q` is somewhere in a text stored as `normaliser` folds it."""
    return sa.and_(sa.true(), *(colonne.contains(mot, autoescape=True) for mot in normaliser(q).split()))
