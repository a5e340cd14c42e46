"""A database a service, with two roles: the owner migrates; the application reads and writes rows, nothing more."""

from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from local.cles import Cles
from local.console import Empechement

_MODELE = "modele"
_EXTENSIONS = ("pg_trgm", "btree_gist")


@dataclass(frozen=True)
class Base:
    """The two ways into one service's database."""

    url: str
    """As the application."""
    url_proprietaire: str


class Bases:
    """The databases of a server on which `url` may create databases and roles."""

    def __init__(self, url: str, cles: Cles) -> None:
        self.url = url
        self._cles = cles

    def creer(self, services: list[str]) -> dict[str, Base]:
        """Creates what is missing for these services; what is there stays, its data with it."""
        try:
            conninfo_to_dict(self.url)
        except psycopg.ProgrammingError:  # it may hold a password: not said
            raise Empechement("DATABASE_URL doit nommer un serveur PostgreSQL : postgresql://…") from None
        try:
            with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as db:
                return {service: self._creer(db, f"ceres_{service}") for service in services}
        except psycopg.OperationalError as erreur:
            raise Empechement(f"La base de données ne répond pas : {str(erreur).strip()}") from erreur
        except psycopg.errors.InsufficientPrivilege as erreur:
            raise Empechement(
                "Le compte de DATABASE_URL doit pouvoir créer des bases et des rôles "
                f"(ALTER ROLE … CREATEDB CREATEROLE) : {str(erreur).strip()}"
            ) from erreur

    def vierge(self, nom: str) -> str:
        """Creates an empty database; returns its address, as its owner, who may pass over its triggers.

        Its files are those of one that was made once, with its extensions: it takes less than half as long.
        """
        with psycopg.connect(self.url, autocommit=True) as db:
            if not self._existe(db, _MODELE):
                self._creer(db, _MODELE)
            base = self._creer(db, nom, modele=_MODELE)
            proprietaire = sql.Identifier(f"{nom}_owner")
            db.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(proprietaire))
            return base.url_proprietaire

    def copier(self, nom: str, modele: str) -> str:
        """Creates a database with all that one of `vierge` holds, whom nobody is connected to; returns its address, as
        the owner of both.
        """
        with psycopg.connect(self.url, autocommit=True) as db:
            ordre = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY")
            db.execute(ordre.format(*map(sql.Identifier, (nom, f"{modele}_owner", modele))))
        return self._adresse(nom, f"{modele}_owner")

    def supprimer(self, nom: str) -> None:
        """Removes a database and the roles that it alone has, whoever is connected to it."""
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(nom)))
            siens = "SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)"
            for (role,) in db.execute(siens, [nom, f"{nom}_owner"]).fetchall():
                db.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))  # what it may set
                db.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))

    def _existe(self, db: "psycopg.Connection[tuple[object, ...]]", nom: str) -> bool:
        return db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nom]).fetchone() is not None

    def _creer(self, db: "psycopg.Connection[tuple[object, ...]]", nom: str, modele: str = "") -> Base:
        application, proprietaire = nom, f"{nom}_owner"
        for role in (application, proprietaire):
            self._poser_role(db, role)
        noms = {
            "base": sql.Identifier(nom),
            "application": sql.Identifier(application),
            "proprietaire": sql.Identifier(proprietaire),
            "modele": sql.Identifier(modele),
        }
        creation = "CREATE DATABASE {base} OWNER {proprietaire}"
        creation += " TEMPLATE {modele} STRATEGY FILE_COPY" if modele else ""
        if not self._existe(db, nom):
            db.execute(sql.SQL("GRANT {proprietaire} TO CURRENT_USER").format(**noms))
            db.execute(sql.SQL(creation).format(**noms))
        base = Base(self._adresse(nom, application), self._adresse(nom, proprietaire))
        with psycopg.connect(base.url_proprietaire, autocommit=True) as la_base:
            la_base.execute(sql.SQL("REVOKE ALL ON DATABASE {base} FROM PUBLIC").format(**noms))
            la_base.execute(sql.SQL("GRANT CONNECT ON DATABASE {base} TO {application}").format(**noms))
            for extension in _EXTENSIONS:
                la_base.execute(
                    sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)), prepare=False
                )
        return base

    def _poser_role(self, db: "psycopg.Connection[tuple[object, ...]]", role: str) -> None:
        existe = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        ordre = "ALTER ROLE {} PASSWORD {}" if existe else "CREATE ROLE {} LOGIN PASSWORD {}"
        db.execute(sql.SQL(ordre).format(sql.Identifier(role), sql.Literal(self._cles.mot_de_passe(role))))

    def _adresse(self, base: str, role: str) -> str:
        """Returns the server's address, for this role on this database."""
        lieu = {nom: str(valeur) for nom, valeur in conninfo_to_dict(self.url).items()}
        for remplace in ("user", "password", "dbname"):
            lieu.pop(remplace, None)
        return f"postgresql://{role}:{self._cles.mot_de_passe(role)}@/{base}?{urlencode({'host': 'localhost', **lieu})}"
