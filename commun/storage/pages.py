"""Pages of a list, the same way for every list: searched, sorted by a field of its own, counted."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from commun.domain.errors import Invalide
from commun.domain.textes import LIGATURES, normaliser, parle_de

Tris = Mapping[str, sa.ColumnElement[Any]]

_PEU = 5000
"""Rows that are sooner found and sorted than met along the order's index: those of one name lie in one place of it."""

_MINUSCULES = {lettre: suite for lettre, suite in LIGATURES.items() if lettre.islower()}
_EN_DEUX = {lettre: suite for lettre, suite in _MINUSCULES.items() if len(suite) > 1}
_EN_UNE = (
    "".join(lettre for lettre in _MINUSCULES if lettre not in _EN_DEUX),
    "".join(suite for lettre, suite in _MINUSCULES.items() if lettre not in _EN_DEUX),
)
_ACCENTS = "[\u0300-\u036f]"

SELON_SES_VALEURS = sa.text("SET LOCAL plan_cache_mode = force_custom_plan")
"""Left to itself, PostgreSQL plans a connection's first executions for their values, then keeps one plan for all that
it believes as cheap: half as long again, for a centre's lists; three times, for a far page, not knowing how far."""


def paginer(
    db: sa.Connection,
    requete: sa.Select[Any],
    parametres: dict[str, Any],
    tris: Tris,
    *,
    defaut: str,
    cle: sa.ColumnElement[Any],
    comptes: sa.Select[Any] | None = None,
) -> tuple[list[Any], dict[str, int]]:
    """Returns the rows of one page, and the page's frame: `{total, page, par_page}`.

    Args:
        parametres: as `commun.schemas.forms.Page` loads them.
        comptes: a query of as many rows as `requete`, where there is one that costs less to count.
        cle: what separates two rows that the sort holds equal: without it, a row could be on two pages, or on none.

    Raises:
        Invalide: `tri` names a field that this list is not sorted by.
    """
    ordre = _ordre(parametres, tris, defaut, cle)
    total = _compter(db, requete if comptes is None else comptes)
    if total <= _PEU:
        ordre = (sa.func.count().over(), *ordre)  # the same for all: it only has them all found before they are sorted
    if total <= (avant := _avant(parametres)):
        requete = requete.where(sa.false())  # past the last page: all would be gone along to find nobody
    elif avant > _PEU:
        db.execute(SELON_SES_VALEURS)
    return _lire(db, requete.order_by(*ordre), parametres), _cadre(parametres, total)


def lire_page(
    db: sa.Connection,
    requete: sa.Select[Any],
    parametres: dict[str, Any],
    tris: Tris,
    *,
    defaut: str,
    cle: sa.ColumnElement[Any],
) -> tuple[list[Any], dict[str, int]]:
    """Returns the same, for a query whose conditions cost more than its order.

    They are answered once, the rows being counted as they are sorted, where `paginer` counts them first, then goes
    along an index to the page. Arguments and refusals are `paginer`'s.
    """
    db.execute(SELON_SES_VALEURS)
    comptee = requete.add_columns(sa.func.count().over().label("_total"))
    comptee = comptee.order_by(*_ordre(parametres, tris, defaut, cle))
    lignes = _lire(db, comptee, parametres)
    if lignes or parametres["page"] == 1:
        return lignes, _cadre(parametres, lignes[0]["_total"] if lignes else 0)
    return [], _cadre(parametres, _compter(db, requete))  # past the last page


def _ordre(
    parametres: dict[str, Any], tris: Tris, defaut: str, cle: sa.ColumnElement[Any]
) -> tuple[sa.ColumnElement[Any], ...]:
    nom, descend = tri_demande(parametres, tris, defaut)
    champ = tris[nom]
    sens = champ.desc() if descend else champ.asc()
    if getattr(champ, "nullable", True):
        sens = sens.nulls_last()  # where nothing is null, an index serves both ways only without this
    return sens, cle


def tri_demande(parametres: dict[str, Any], tris: Collection[str], defaut: str) -> tuple[str, bool]:
    """Returns the field that `tri` sorts a list by, and whether from its last value to its first.

    Raises:
        Invalide: it names a field that this list is not sorted by.
    """
    demande = parametres["tri"] or defaut
    champ = demande.removeprefix("-")
    if champ not in tris:
        raise Invalide(erreurs={"tri": [f"Cette liste se trie par : {', '.join(tris)}."]})
    return champ, demande.startswith("-")


def _lire(db: sa.Connection, requete: sa.Select[Any], parametres: dict[str, Any]) -> list[Any]:
    return list(db.execute(requete.limit(parametres["par_page"]).offset(_avant(parametres))).mappings())


def _avant(parametres: dict[str, Any]) -> int:
    """Returns how many rows come before the page."""
    return int((parametres["page"] - 1) * parametres["par_page"])


def _compter(db: sa.Connection, requete: sa.Select[Any]) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(requete.order_by(None).subquery())) or 0


def _cadre(parametres: dict[str, Any], total: int) -> dict[str, int]:
    return {"total": total, "page": parametres["page"], "par_page": parametres["par_page"]}


def couper(elements: Sequence[Any], parametres: dict[str, Any]) -> dict[str, Any]:
    """Returns the page of a list that is short enough to be at hand whole, in its order."""
    debut = _avant(parametres)
    return {"elements": elements[debut : debut + parametres["par_page"]], **_cadre(parametres, len(elements))}


def feuilleter(
    elements: Iterable[dict[str, Any]],
    parametres: dict[str, Any],
    tris: Collection[str],
    texte: Callable[[dict[str, Any]], str],
) -> dict[str, Any]:
    """Returns the page of a list at hand whole: those where each word of `q` is in their `texte`, in the order given
    unless `tri` says another.

    Raises:
        Invalide: `tri` names a field that this list is not sorted by.
    """
    retenus = [e for e in elements if parle_de(texte(e), parametres["q"])]
    if parametres["tri"]:
        champ, descend = tri_demande(parametres, tris, "")
        retenus.sort(key=lambda e: _au_dictionnaire(e[champ]), reverse=descend)
    return couper(retenus, parametres)


def _au_dictionnaire(valeur: Any) -> Any:
    return normaliser(valeur) if isinstance(valeur, str) else valeur


def contient(colonne: sa.ColumnElement[str], q: str, *, d_un_tenant: bool = False) -> sa.ColumnElement[bool]:
    """Returns the condition that every word of `q` is somewhere in a text stored as `normaliser` folds it; a word said
    again, or that another holds, is looked for once: a hundred « a » took a second of PostgreSQL for each list.

    Args:
        d_un_tenant: what is written without a space, « AG-001 », is one word, to be found so: a number is cut in pieces
            by what it is written with, and each of these is found anywhere.
    """
    lus = [normaliser(mot) for mot in q.split()] if d_un_tenant else normaliser(q).split()
    mots = sorted({*lus} - {""}, key=lambda mot: (-len(mot), mot))
    utiles = [mot for rang, mot in enumerate(mots) if not any(mot in autre for autre in mots[:rang])]
    return sa.and_(sa.true(), *(colonne.contains(mot, autoescape=True) for mot in utiles))


def plie(colonne: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Returns a text without case or accents, as `normaliser` folds letters: to be searched (`contient`), or put in the
    order of the dictionary, whatever that of the base. Most are plain ASCII, which has nothing but its case to fold.
    """
    texte = sa.func.replace(sa.func.lower(colonne), "ŉ", _MINUSCULES["ŉ"])  # else taken apart with an apostrophe
    texte = sa.func.regexp_replace(sa.func.normalize(texte, sa.text("NFKD")), _ACCENTS, "", "g")
    texte = sa.func.translate(texte, *_EN_UNE)  # « ǿ » has its accent no more
    for lettre, suite in _EN_DEUX.items():
        texte = sa.func.replace(texte, lettre, suite)
    ascii_ = sa.func.octet_length(colonne) == sa.func.char_length(colonne)
    return sa.case((ascii_, sa.func.lower(colonne)), else_=texte)
