"""Database revisions, one alembic line a service, run as the owner; the application's role gets rows, never tables.

The traces and their seals are append-only for that role twice over: it has no right to change or remove them, and a
trigger refuses. The heads of the chains, which it must move, only go forward.

Two versions of the code share a database while a deployment goes on. A revision that takes something from the older
one says so (`oldest_code`), the database keeps the word, and code that is too old for it says that it cannot work.

People work meanwhile: each revision is a transaction, waits a second at most for a lock, behind which everybody waits,
and is tried again; one that changes many rows does so in lots (ADR 57).
"""

import importlib.util
import re
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from commun.storage import pages, tables
from commun.storage.db import VEILLE, VEILLE_EN_FACE, moteur
from commun.telemetry import sans_ligne

_ICI = Path(__file__).parent
_INTOUCHABLES = ("traces", "scellements", "tetes_scellees")
_FONCTIONS = """
CREATE OR REPLACE FUNCTION traces_intouchables() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the traces are append-only'; END $$;
CREATE OR REPLACE FUNCTION tetes_en_avant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.objet_type, NEW.objet_id, NEW.rang) IS DISTINCT FROM (OLD.objet_type, OLD.objet_id, OLD.rang + 1) THEN
        RAISE EXCEPTION 'the head of a chain is append-only: it moves one trace forward';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER tetes_en_avant BEFORE UPDATE ON tetes_de_traces
    FOR EACH ROW EXECUTE FUNCTION tetes_en_avant();
CREATE OR REPLACE TRIGGER tetes_jamais_retirees BEFORE DELETE OR TRUNCATE ON tetes_de_traces
    FOR EACH STATEMENT EXECUTE FUNCTION traces_intouchables();
"""
_APPEND_ONLY = """
CREATE OR REPLACE TRIGGER traces_intouchables BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION traces_intouchables();
CREATE OR REPLACE TRIGGER traces_jamais_videes BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION traces_intouchables();
"""
_ATTENTE, _PAUSE, _PATIENCE = 1, 2.0, 600.0
"""Seconds that a lock is waited for, between two tries, and until the last."""
_UN_A_LA_FOIS = sa.text("SELECT pg_advisory_lock(hashtextextended('migrer', 0))")
"""Two runs, a job's and that of a node taken for lost, would each make what the other is making, and one would fail. A
node that is lost indeed gives its turn back as it does any line of its own (ADR 80)."""
LETTRES_PLIEES = "[łđðħŧŋəıþ]"
"""What texts folded by `normaliser` held still, until it folded these letters too."""


def replier(colonne: str) -> str:
    """Returns, in SQL, a text that was folded before `LETTRES_PLIEES` were, as `normaliser` folds it since."""
    return f"replace(translate({colonne}, 'łđðħŧŋəı', 'lddhtnei'), 'þ', 'th')"


def en_un_mot(colonne: str) -> str:
    """Returns, in SQL, a name as `rapprocher` folds it: « LE GOFF » is « legoff »."""
    return f"regexp_replace({plie(colonne)}, '[\\W_]', '', 'g')"


def plie(colonne: str) -> str:
    """Returns, in SQL, a text as `pages.plie` folds it."""
    return str(pages.plie(sa.literal_column(colonne)).compile(compile_kwargs={"literal_binds": True}))


def noms_en_un_mot(table: str, noms: str, portes: str = "SELECT qui, qui AS porte FROM lot") -> str:
    """Returns a lot (`par_lots`) that has people found by each of their names in one word, as `a_rechercher` writes it.

    Args:
        noms: the names of a row of `table`, as an array.
        portes: whose names (`porte`) each of the lot (`qui`) is found by, where they are not his own alone.
    """
    return f"""
    WITH lot AS (
        SELECT id AS qui FROM {table} WHERE id > :apres AND recherche <> '' ORDER BY id LIMIT 500 FOR NO KEY UPDATE
    ), portes AS ({portes}), noms AS (
        SELECT DISTINCT qui, {en_un_mot("dit")} AS mot
        FROM portes JOIN {table} ON id = porte, unnest({noms}) AS dit
    ), manquent AS (
        SELECT qui AS lui, string_agg(mot, ' ' ORDER BY mot) AS mots FROM noms JOIN {table} ON id = qui
        WHERE strpos(recherche, mot) = 0 GROUP BY 1
    ), trouves AS (
        UPDATE {table} SET recherche = recherche || ' ' || mots FROM manquent WHERE id = lui
    )
    SELECT max(qui::text) FROM lot
    """  # nosec B608


def creer_noyau(op: Any) -> None:
    """Creates the kernel's tables: the first step of every service's first revision."""
    _poser_noyau(op.get_bind())


def _poser_noyau(db: sa.Connection) -> None:
    """Adds what the kernel's tables lack, and sets their triggers: a database made before the last of them has them."""
    tables.noyau.create_all(db)
    for index in (index for table in tables.noyau.tables.values() for index in table.indexes):
        index.create(db, checkfirst=True)
    db.exec_driver_sql(_FONCTIONS + "".join(_APPEND_ONLY.format(table=table) for table in _INTOUCHABLES))


_REVISION = re.compile(r"^(revision|down_revision) = [\"'](.+)[\"']$", re.MULTILINE)


class RevisionInadaptee(RuntimeError):
    """This code and this database cannot work together; its text says which of the two must move."""


class BaseDUnAutre(RevisionInadaptee):
    """The database is another service's: an address was written in the place of another."""


class SansSaBase(Exception):
    """A service is without its database; its text says why, and which setting names it.

    Attributes:
        muette: whether it does not answer; else it is another's.
    """

    def __init__(self, phrase: str, *, muette: bool) -> None:
        super().__init__(phrase)
        self.muette = muette


def paquet_de(service: str) -> str:
    """Returns the package of a service, or of the gateway: « services.jures », « gateway »."""
    return service if service == "gateway" else f"services.{service}"


def migrer(paquet: str, url: str, role: str | None = None) -> bool:
    """Brings the database of `paquet` (« services.jures ») to its last revision, then grants `role` its rights.

    Args:
        url: the database, as its owner.
        role: the application's role; None where the owner itself is the application (a test).

    Returns:
        Whether it is at this code's revision; if not it is ahead, can be served by this code, and was left as it is.

    Raises:
        RevisionInadaptee: it is ahead, and past what this code can serve.
        OperationalError: among others, a lock, or its turn, was not had in ten minutes.
    """
    from alembic import command  # who serves only reads the revisions, and does without 3 MB
    from alembic.script import ScriptDirectory

    alembic = _alembic(paquet)
    adresse = sa.make_url(url).set(drivername="postgresql+psycopg")
    options = {"options": f"-c lock_timeout={_ATTENTE}s {VEILLE_EN_FACE}"}
    moteur = sa.create_engine(adresse, poolclass=sa.NullPool, connect_args=VEILLE | options)
    ordres = _droits(str(adresse.database), role) if role else ()
    if (plancher := _plancher(ScriptDirectory.from_config(alembic))) is not None:
        ordres += (f"COMMENT ON TABLE alembic_version IS '{plancher}'",)

    def poser_le_noyau() -> None:
        with moteur.begin() as db:
            _poser_noyau(db)

    def amener() -> None:
        with moteur.connect() as db:
            alembic.attributes |= {"connection": db, "ordres": ordres}
            command.upgrade(alembic, "head")
            for ordre in ordres:  # as where no revision was missing
                db.exec_driver_sql(ordre)
            db.commit()

    with moteur.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        _patiemment(partial(db.execute, _UN_A_LA_FOIS))
        if _posee(db) not in (None, *_revisions(paquet)):
            exiger_revision(db, paquet)
            return False
        for etape in (poser_le_noyau, amener):
            _patiemment(etape)
    return True


def par_lots(op: Any, lot: str) -> None:
    """Runs a revision's change of many rows, some at a time: none stays locked for the time that all of them take.

    Args:
        lot: a statement that changes the first rows past `:apres`, an id, and gives the last one's; null where none is
            left. A revision that was cut runs it again from the first one.
    """
    ordre, apres = sa.text(lot), "00000000-0000-0000-0000-000000000000"
    with op.get_context().autocommit_block():
        while apres:
            apres = _patiemment(partial(op.get_bind().scalar, ordre, {"apres": apres}))


def index_parmi_les_gens(op: Any, nom: str, table: str, *colonnes: Any, ou: str | None = None) -> None:
    """Makes an index while people write to its table, for as long as it takes. One that was cut is there, and serves
    for nothing: it is made again. `ou`: of which rows, where it is not of all."""
    options = {"postgresql_concurrently": True, "postgresql_where": sa.text(ou) if ou else None}

    def faire() -> None:
        op.drop_index(nom, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(nom, table, list(colonnes), **options)

    with op.get_context().autocommit_block():
        _patiemment(faire)


def _patiemment(etape: Callable[[], Any]) -> Any:
    """Takes a step, again and again as long as somebody holds what it must lock; returns what it gives."""
    limite = time.monotonic() + _PATIENCE
    while True:
        try:
            return etape()
        except OperationalError as refus:
            if not isinstance(refus.orig, psycopg.errors.LockNotAvailable) or time.monotonic() > limite:
                raise
            time.sleep(_PAUSE)


def exiger_revision(db: sa.Connection, paquet: str) -> None:
    """Refuses a database that this code cannot serve: another service's, behind its own revision, or ahead and no
    longer fit for it.

    Raises:
        RevisionInadaptee: it says which.
    """
    connues, posee = _revisions(paquet), _posee(db)
    _exiger_la_ligne(posee, connues)
    if posee == connues[0]:
        return
    if posee is None or posee in connues:
        raise RevisionInadaptee("en retard")
    plancher = db.scalar(sa.text("SELECT obj_description('alembic_version'::regclass, 'pg_class')"))
    if plancher is not None and plancher not in connues:
        raise RevisionInadaptee("trop récente")


def exiger_la_sienne(db: sa.Connection, paquet: str) -> None:
    """Refuses a database that another service has made, whatever its revision: « jures_0010 » says whose it is. One of
    a revision that this code does not know would else be taken for its own, ahead of it.

    Raises:
        BaseDUnAutre: it names whose.
    """
    _exiger_la_ligne(_posee(db), _revisions(paquet))


def exiger_sa_base(service: str, variable: str) -> None:
    """Refuses a database that does not answer, or that is another service's. `variable`: the setting that names it.

    Raises:
        SansSaBase: it is so.
    """
    try:
        with moteur(service).connect() as db:
            exiger_la_sienne(db, paquet_de(service))
    except BaseDUnAutre as ecart:
        raise SansSaBase(f"{variable} doit nommer la base de {service} : celle-ci est {ecart}.", muette=False) from None
    except OperationalError as panne:
        raise SansSaBase(sans_ligne("PostgreSQL", variable, panne), muette=True) from None


def _exiger_la_ligne(posee: str | None, connues: tuple[str, ...]) -> None:
    if posee is not None and (autre := _ligne_de(posee)) != _ligne_de(connues[0]):
        raise BaseDUnAutre(f"d'un autre service ({autre})")


def _ligne_de(revision: str) -> str:
    return revision.rpartition("_")[0]


def _posee(db: sa.Connection) -> str | None:
    """Returns the revision of a database; None where it has none yet."""
    table = db.scalar(sa.text("SELECT to_regclass('alembic_version')"))
    return db.scalar(sa.text("SELECT version_num FROM alembic_version")) if table else None


@cache
def _revisions(paquet: str) -> tuple[str, ...]:
    """Returns the revisions that this code knows, the last one first."""
    dites: dict[str | None, str] = {}
    for fichier in (Path(_dossier(paquet)) / "migrations").glob("*.py"):
        noms = dict(_REVISION.findall(fichier.read_text("utf-8")))
        dites[noms.get("down_revision")] = noms["revision"]
    connues: list[str] = []
    derniere = dites.get(None)
    while derniere:
        connues.insert(0, derniere)
        derniere = dites.get(derniere)
    return tuple(connues)


def _plancher(scripts: Any) -> str | None:
    """Returns the oldest revision that code may stop at and still serve this database, where one was ever said."""
    dits = (getattr(script.module, "oldest_code", None) for script in scripts.walk_revisions())
    return next((dit for dit in dits if dit), None)


def _alembic(paquet: str) -> Any:
    from alembic.config import Config as AlembicConfig

    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(_ICI / "alembic"))
    alembic.set_main_option("version_locations", str(Path(_dossier(paquet)) / "migrations"))
    alembic.set_main_option("path_separator", "os")
    return alembic


def _dossier(paquet: str) -> str:
    spec = importlib.util.find_spec(paquet)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{paquet} n'est pas un paquet de ce projet.")
    return spec.submodule_search_locations[0]


def _droits(base: str, role: str) -> tuple[str, ...]:
    return (
        f'REVOKE ALL ON DATABASE "{base}" FROM PUBLIC',  # another service's role does not even come in
        f'GRANT CONNECT ON DATABASE "{base}" TO "{role}"',
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'REVOKE UPDATE, DELETE, TRUNCATE ON {", ".join(_INTOUCHABLES)} FROM "{role}"',
        f'REVOKE DELETE, TRUNCATE ON tetes_de_traces FROM "{role}"',
        f'REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM "{role}"',
    )
