"""Statements written once: building one costs more than sending it, and one whose text never changes is planned once.

A statement that an act sends is a constant of its module, its values are parameters (ADR 32). A list is one parameter
(`parmi`), where `IN` makes another statement for each number of values.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, Insert, insert

from commun.domain.dates import FUSEAUX, PARIS, JourA
from commun.domain.referentiel import Profil, TypeProfil

T = TypeVar("T")

RIEN: sa.ColumnElement[str] = sa.literal_column("''")
"""An empty text that is no parameter: a partial index must recognise its own condition."""

_LOT = 5000
"""Rows that are removed, or blanked, at once."""

_noms = sa.func.unnest(sa.bindparam("noms", type_=ARRAY(sa.Text))).column_valued("nom")
_TOUR = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(_noms, 0)))


def attendre_son_tour(db: sa.Connection, *noms: str) -> None:
    """Makes whoever else holds one of these names, which need not be a row's, wait for the end of the transaction."""
    db.execute(_TOUR, {"noms": sorted(noms)})


def jour_du_site(departement: sa.ColumnElement[Any], jour_a: JourA) -> sa.ColumnElement[date]:
    """Returns the day where the site of a row is, by its département. `jour_a`: the day in a time zone."""
    return _jour_du_site(departement, jour_a(PARIS), tuple(map(jour_a, FUSEAUX.values())))


@lru_cache(maxsize=64)  # of each service's columns, today and on a few simulated days: a page writes it several times
def _jour_du_site(
    departement: sa.ColumnElement[Any], a_paris: date, ailleurs: tuple[date, ...]
) -> sa.ColumnElement[date]:
    cas = ((departement == code, jour) for code, jour in zip(FUSEAUX, ailleurs, strict=True))
    return sa.case(*cas, else_=sa.cast(a_paris, sa.Date))


def du_perimetre(profil: Profil, sessions: sa.FromClause) -> sa.ColumnElement[bool]:
    """Returns the condition of the sessions, those of their table or of a copy, that this profil sees: its centre's,
    its territory's, or all (`regles.md` §1).
    """
    match profil.type:
        case TypeProfil.CENTRE:
            return sessions.c.etablissement_id == profil.etablissement_id
        case TypeProfil.UD:
            return sessions.c.departement == profil.departement
        case TypeProfil.DIRECCTE:
            return sessions.c.region == profil.region
        case TypeProfil.NATIONAL:
            return sa.true()


def parmi(colonne: sa.ColumnElement[Any], nom: str = "ids") -> sa.ColumnElement[bool]:
    """Returns the condition that a column is one of the values of the parameter `nom`, a list."""
    return colonne == sa.any_(sa.bindparam(nom, type_=ARRAY(colonne.type)))


@cache
def pose(table: sa.Table) -> Insert:
    """Returns the statement that adds a row, whose columns are its parameters; one that is there already stays."""
    return insert(table).on_conflict_do_nothing()


@cache
def ajout(table: sa.Table, noms: tuple[str, ...]) -> Insert:
    """Returns the statement that adds rows, however many: its one parameter, `lignes`, is their list (`ecrire`)."""
    return insert(table).from_select(noms, sa.select(*lignes_pour(table, noms).c))


def lignes_pour(table: sa.Table, noms: Iterable[str]) -> sa.TableValuedAlias:
    """Returns the parameter `lignes`, a list of rows, as a table: columns of these names, of the types of `table`'s.

    They travel as JSON: bytes are in PostgreSQL's hexadecimal, a range as it writes it, a `None` is an SQL null.
    """
    vues = (sa.column(nom, table.c[nom].type) for nom in noms)
    lignes = sa.func.jsonb_to_recordset(sa.bindparam("lignes", type_=JSONB)).table_valued(*vues)
    return lignes.render_derived(with_types=True)


@cache
def remplacement(table: sa.Table, noms: tuple[str, ...]) -> Insert:
    """Returns the statement that writes rows as `ajout` does, each new or in place of the one under its key."""
    return a_la_place(ajout(table, noms), table, noms)


@cache
def changement(table: sa.Table, cles: tuple[str, ...], noms: tuple[str, ...]) -> sa.Update:
    """Returns the statement that writes these columns of rows that are there, however many: its one parameter,
    `lignes`, is their list (`ecrire`), each found by `cles`.
    """
    lignes = lignes_pour(table, (*cles, *noms))
    les_memes = (table.c[nom] == lignes.c[nom] for nom in cles)
    return table.update().where(*les_memes).values({nom: lignes.c[nom] for nom in noms})


@cache
def suite(table: sa.Table, noms: tuple[str, ...]) -> sa.Executable:
    """Returns the statement that writes a row, its columns its parameters, unless a `version` as late is there.

    It gives a row where it wrote.
    """
    neuve = insert(table)
    return a_la_place(neuve, table, noms, ou=table.c.version < neuve.excluded.version).returning(sa.true())


@cache
def _enregistrement(table: sa.Table, noms: tuple[str, ...]) -> sa.Executable:
    suivante = {"version": table.c.version + 1}
    return a_la_place(insert(table), table, noms, suivante).returning(table.c.version)


def a_la_place(
    neuve: Insert,
    table: sa.Table,
    noms: Iterable[str],
    calcules: Mapping[str, Any] | None = None,
    *,
    ou: sa.ColumnElement[bool] | None = None,
) -> Insert:
    """Returns an insertion that writes these columns, and those computed, in place of a row under the same key.

    Args:
        ou: the condition without which the row there stays.
    """
    cles = cles_de(table)
    autres = {nom: neuve.excluded[nom] for nom in noms if nom not in cles}
    return neuve.on_conflict_do_update(index_elements=cles, set_=autres | dict(calcules or {}), where=ou)


def cles_de(table: sa.Table) -> tuple[str, ...]:
    """Returns the names of the columns of a table's key."""
    return tuple(c.name for c in table.primary_key.columns)


def ajouter(db: sa.Connection, table: sa.Table, lignes: Iterable[dict[str, Any]]) -> None:
    """Adds these rows, where there are some; all have the same columns."""
    if liste := list(lignes):
        ecrire(db, ajout(table, tuple(liste[0])), liste)


def enregistrer(db: sa.Connection, table: sa.Table, valeurs: dict[str, Any]) -> int:
    """Writes a row, new or in place of the one under its key; returns its version, that of before plus one."""
    return int(db.execute(_enregistrement(table, tuple(valeurs)), valeurs).scalar_one())


def une(db: sa.Connection, requete: sa.Executable, parametres: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Returns the row that a statement gives, `None` where it gives none."""
    ligne = db.execute(requete, parametres).mappings().first()
    return dict(ligne) if ligne else None


def toutes(db: sa.Connection, requete: sa.Executable, parametres: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Returns the rows that a statement gives, in its order."""
    return [dict(ligne) for ligne in db.execute(requete, parametres).mappings()]


def ecrire(db: sa.Connection, ordre: sa.Executable, lignes: Iterable[dict[str, Any]]) -> None:
    """Runs a statement of several rows (`ajout`, `remplacement`), where there are some."""
    if liste := list(lignes):
        db.execute(ordre, {"lignes": liste})


def retirer(db: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    """Removes a lot of the rows that meet a condition; returns how many."""
    return db.execute(table.delete().where(un_lot(table, condition))).rowcount


def un_lot(table: sa.Table, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Returns the condition of a lot of the rows that meet another, but those that somebody holds."""
    ligne: sa.ColumnElement[Any] = sa.literal_column(f"{table.name}.ctid")
    lot = sa.select(ligne).select_from(table).where(condition).limit(_LOT).with_for_update(skip_locked=True)
    return ligne.in_(lot)


def objet(classe: type[T], ligne: Mapping[Any, Any], **autres: Any) -> T:
    """Returns the object of a row: each field of a dataclass is the column of its name, unless `autres` gives it."""
    modele: Any = classe
    for nom in modele.__match_args__:
        if nom not in autres:
            autres[nom] = ligne[nom]
    return classe(**autres)
