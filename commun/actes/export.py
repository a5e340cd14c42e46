"""A list as filtered, page by page, for a file that is written as it goes. Reading it in bulk leaves a trace (TRA-03).

A service's `commands/export.py` says what its rows hold; the gateway asks for page after page and writes the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.textes import accorder
from commun.storage.pages import SELON_SES_VALEURS, Tris, tri_demande
from commun.storage.requetes import attendre_son_tour

PAGE = 1000
"""Rows of a page: enough to make its cost that of its rows, few enough to hold no service for long."""

_SANS_EFFET = {"page", "par_page", "tri"}
"""Filters that leave the list what it is."""

_CHERCHE = "[texte cherché]"
"""What a trace says of `q`: its words often name somebody, and a trace stays longer than people may be named."""

Ligne = dict[str, Any]
"""A row of a list, by the names of the query's columns."""


@dataclass(frozen=True)
class Colonne:
    """A column of a file.

    Attributes:
        intitule: its heading.
        lire: the key of its value in a row, or what makes it of one.
        date: whether it holds dates; the others hold texts, or numbers.
    """

    intitule: str
    lire: str | Callable[[Ligne], Any]
    date: bool = False

    @property
    def lecteur(self) -> Callable[[Ligne], Any]:
        """What reads its value in a row."""
        return itemgetter(self.lire) if isinstance(self.lire, str) else self.lire


@dataclass(frozen=True)
class Tableau:
    """A list as a file shows it.

    Attributes:
        quoi: what its rows are, as the trace says it: « juré(s) ».
        cle: an id of the query, which tells apart two rows that the order holds equal.
        colonnes: its columns, in their order.
        completer: adds to these rows of the query what the columns read, and it does not give.
    """

    quoi: str
    cle: sa.ColumnElement[str]
    colonnes: Sequence[Colonne]
    completer: Callable[[Acte, list[Ligne]], None]


def page(
    acte: Acte,
    tableau: Tableau,
    requete: sa.Select[Any],
    filtres: dict[str, Any],
    apres: str | None,
    tris: Tris,
    *,
    defaut: str,
) -> dict[str, Any]:
    """Returns the rows that come after a position: `{elements, suivant}`, and first `{colonnes, dates, total}` too.

    The first page writes the trace: who, which filters, how many rows.

    Args:
        tris, defaut: the list's own, as `commun.storage.pages.paginer` takes them; they hold texts or dates, no null.
    """
    nom, descend = tri_demande(filtres, tris, defaut)
    champ = tris[nom]
    entete: dict[str, Any] = {}
    if apres is None:
        entete = _entete(acte, tableau, requete, filtres)
    else:
        requete = requete.where(*_a_la_suite(apres, champ, tableau.cle, descend=descend))
    lue = requete.add_columns(champ.label("_tri"), tableau.cle.label("_cle"))
    lue = lue.order_by(champ.desc() if descend else champ, tableau.cle)
    # planned for the average profil, the list of one that has many would be sorted whole for each page
    acte.db.execute(SELON_SES_VALEURS)
    trouvees = acte.db.execute(lue.limit(PAGE))
    champs = tuple(trouvees.keys())
    lignes = [dict(zip(champs, trouvee, strict=True)) for trouvee in trouvees]  # its mapping copied takes twice as long
    suivant = f"{lignes[-1]['_cle']}|{lignes[-1]['_tri']}" if len(lignes) == PAGE else None
    tableau.completer(acte, lignes)
    lecteurs = [c.lecteur for c in tableau.colonnes]
    return {"elements": [[lire(ligne) for lire in lecteurs] for ligne in lignes], "suivant": suivant, **entete}


def _entete(acte: Acte, tableau: Tableau, requete: sa.Select[Any], filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns what the first page says before its rows, and traces that the list is read in bulk."""
    total = acte.db.scalar(sa.select(sa.func.count()).select_from(requete.subquery())) or 0
    _tracer(acte, tableau.quoi, filtres, total)
    dates = sorted(c.intitule for c in tableau.colonnes if c.date)
    return {"colonnes": [c.intitule for c in tableau.colonnes], "dates": dates, "total": total}


def _a_la_suite(
    apres: str, champ: sa.ColumnElement[Any], cle: sa.ColumnElement[str], *, descend: bool
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Returns the conditions of the rows that come after a position; the first alone is what an index answers."""
    valeur, derniere = _position(apres, champ, cle)
    if descend:
        return champ <= valeur, (champ < valeur) | (cle > derniere)
    return champ >= valeur, sa.tuple_(champ, cle) > sa.tuple_(valeur, derniere)


def _position(
    apres: str, champ: sa.ColumnElement[Any], cle: sa.ColumnElement[str]
) -> tuple[sa.BindParameter[Any], sa.BindParameter[str]]:
    identifiant, separateur, dite = apres.partition("|")
    try:
        valeur = date.fromisoformat(dite) if isinstance(champ.type, sa.Date) else dite
    except ValueError:
        separateur = ""
    if not separateur:
        raise Invalide(erreurs={"apres": ["Cette position n'existe pas."]})
    return sa.literal(valeur), sa.literal(identifiant, cle.type)


def _tracer(acte: Acte, quoi: str, filtres: dict[str, Any], total: int) -> None:
    vus = {champ: v for champ, v in filtres.items() if v not in (None, "") and champ not in _SANS_EFFET}
    vus |= {"q": _CHERCHE} if "q" in vus else {}
    compte_id = acte.acteur.compte_id
    # the chain is the account's: its lock orders two exports at once
    attendre_son_tour(acte.db, f"export {compte_id}")
    apres = {"filtres": vus, "lignes": total}
    acte.tracer("export", compte_id, "exporter", accorder(f"Export de {total} {quoi}."), apres=apres)
