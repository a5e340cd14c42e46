"""Notifications with a database of its own, and a mail server that does what a test tells it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.config import config
from commun.domain.referentiel import TypeProfil
from commun.storage.db import moteur
from services.notifications.storage.tables import envois
from tests.notifications.facteur import processus_facteur
from tests.notifications.serveur_smtp import ServeurSmtp
from tests.outils.bancs import Commandes
from tests.outils.bases import base_de, garder, vider
from tests.outils.souche import Engendre
from tests.outils.traces_exigees import sans_trace

JOUR = date(2026, 3, 15)
NATIONAL = Acteur("c-nat", "national", "p-nat", TypeProfil.NATIONAL)
UD_75 = Acteur("c-ud", "ud", "p-ud", TypeProfil.UD, departement="75", region="11")
CENTRE = Acteur("c-cen", "centre", "p-cen", TypeProfil.CENTRE, etablissement_id="e-1")
DONNEES = Path(__file__).parents[2] / "services" / "notifications" / "donnees" / "version-1.7.1.json"
SECRET = "un secret pour les essais"
_TABLES = "envois, abonnes, limites, messages, echeances, outbox, inbox, cles_idempotence, versions"
_DU_FACTEUR = "application_name = 'ceres-facteur' AND datname = current_database()"


@pytest.fixture(scope="session")
def base_notifications() -> Iterator[str]:
    """The address of a migrated database."""
    with base_de("notifications") as url, pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("CERES_SECRET", SECRET)
        config.cache_clear()
        yield url
    config.cache_clear()


@pytest.fixture(scope="session")
def installe(base_notifications: str) -> list[str]:
    """Release 1.7.1, written once."""
    vider("notifications", _TABLES)
    with sans_trace("notifications") as db:
        db.execute(
            sa.text("INSERT INTO versions (numero, date, contenu) VALUES ('1.7.1', '2020-01-01', CAST(:c AS jsonb))"),
            {"c": DONNEES.read_text()},
        )
    return garder("notifications", _TABLES)


@pytest.fixture
def banc(base_notifications: str, installe: list[str]) -> "Banc":
    """The commands of notifications, on a database that holds release 1.7.1 and nothing else."""
    vider("notifications", _TABLES, installe)
    return Banc(base_notifications)


@pytest.fixture
def smtp() -> Iterator[ServeurSmtp]:
    """A real mail server."""
    serveur = ServeurSmtp()
    serveur.demarrer()
    yield serveur
    serveur.arreter()


@pytest.fixture
def facteur(tmp_path: Path, banc: "Banc", smtp: ServeurSmtp) -> Iterator[Engendre]:
    """A carrier in a process of its own, not started."""
    processus = processus_facteur(tmp_path, banc.url, smtp.port)
    yield processus
    processus.tuer()  # told to end, one that has nothing to carry first waits until it looks again


class Banc(Commandes):
    """Runs commands and queries as somebody, on a day."""

    service, jour, acte = "notifications", JOUR, Acte

    def __init__(self, url: str) -> None:
        self.url = url

    def repondre(self, reponses: dict[str, Any], commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Any:
        """Runs a command of CERES itself that asks others; `reponses`: « service.methode » → what they say."""
        acte = self._acte(None, **contexte)
        acte.demander = lambda q: reponses[f"{q.service}.{q.methode}"](**q.arguments)  # type: ignore[method-assign]
        return acte.faire(commande, *arguments)

    def executer(self, ordre: str, **valeurs: Any) -> list[Any]:
        """Runs SQL; returns the rows, if any."""
        with moteur("notifications").begin() as db:
            resultat = db.execute(sa.text(ordre), valeurs)
            return list(resultat) if resultat.returns_rows else []

    def envois(self, **criteres: Any) -> list[dict[str, Any]]:
        """Returns the ledger's rows, by recipient."""
        conditions = [envois.c[nom] == valeur for nom, valeur in criteres.items()]
        with moteur("notifications").connect() as db:
            requete = sa.select(envois).where(*conditions).order_by(envois.c.destinataire, envois.c.id)
            return [dict(ligne) for ligne in db.execute(requete).mappings()]

    def etats(self) -> dict[str, int]:
        """Returns how many mails are in each state."""
        return dict(self.executer("SELECT etat, count(*)::int FROM envois GROUP BY etat"))  # type: ignore[arg-type]

    @contextmanager
    def verrouiller(self) -> Iterator[None]:
        """Lets nobody write in the ledger."""
        with moteur("notifications").begin() as db:
            db.execute(sa.text("LOCK TABLE envois IN EXCLUSIVE MODE"))
            yield

    def facteur_bloque(self) -> bool:
        """Whether the carrier waits for a lock."""
        attend = "wait_event_type = 'Lock' AND wait_event <> 'advisory'"
        return bool(self.executer(f"SELECT 1 FROM pg_stat_activity WHERE {_DU_FACTEUR} AND {attend}"))

    def couper_le_facteur(self) -> None:
        """Cuts the carrier's connection to the database."""
        self.executer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {_DU_FACTEUR}")

    def abonner(self, n: int) -> list[str]:
        """Subscribes `n` addresses."""
        self.executer(
            "INSERT INTO abonnes (id, courriel, etat, origine) SELECT gen_random_uuid(), "
            "'abonne-' || lpad(i::text, 5, '0') || '@exemple.fr', 'actif', 'import' FROM generate_series(1, :n) i",
            n=n,
        )
        return [f"abonne-{i:05}@exemple.fr" for i in range(1, n + 1)]
