"""The running system, shared by every test of a run: real PostgreSQL, real RabbitMQ, every process, started at the
first test that asks, and gone with the run.

Tests marked `seul` stop its processes, or compare all that it holds: meanwhile nobody else is at a test that uses it.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.outils.temoins import dires
from tests.outils.tour import Tour

_RACINE = Path(__file__).resolve().parent.parent
ESSAI = "CERES_ESSAI"
"""Environment variable by which workers know the system's port."""
_TOUR = "CERES_TOUR"
"""That by which they know where they wait for their turn on it."""
_UN_PAR_UN = "navigateur"
"""Folder whose tests, the longest, go one by one."""
_PAR_FICHIER = "commun"
"""The longest folder: one worker would be at it until the end. Its files go one by one, as those of the other folders
do, which come last: they share what a file makes for its own.
"""
_ORDRE = (
    "perimetre",
    "pannes",
    "sessions",
    "candidats",
    _PAR_FICHIER,
    "notifications",
    "jures",
    "ceres",
    "referentiel",
    "bench",
    _UN_PAR_UN,
)
"""Folders to begin with, the longest first. The first has tests that have the system alone: the other workers are then
at what has its own, the four that follow, and hardly anybody waits.
"""
_ENSEMBLE = {*_ORDRE} - {_PAR_FICHIER, _UN_PAR_UN}
"""Those that one worker takes whole, since their tests share a base, a queue, or places to build."""
_SEULS = ("tests/gateway/web/test_appels.py", "tests/gateway/web/test_panne.py")
"""Files of such tests elsewhere: they go with that folder."""
_TESTS = Path(__file__).parent
settings.register_profile("ceres", deadline=None)  # two busy cores say nothing of a property's speed
settings.load_profile("ceres")


def demander(demande: str, *arguments: Any) -> Any:
    """Asks the process that holds the system (local/essai.py)."""
    with socket.create_connection(("127.0.0.1", int(os.environ[ESSAI])), timeout=300) as ligne:
        ligne.sendall(json.dumps([demande, arguments]).encode() + b"\n")
        reponse = json.loads(ligne.makefile("rb").read())
    if "erreur" in reponse:
        pytest.fail(f"Le système d'essai a refusé « {demande} » :\n{reponse['erreur']}", pytrace=False)
    return reponse["valeur"]


@dataclass
class Systeme:
    """CERES, running."""

    url: str
    """The gateway's address."""
    amqp_url: str
    url_courrier: str
    """Where what it mails is read (`/messages.json?a=address`)."""
    journaux: Path
    bases: dict[str, list[str]]
    ports: dict[str, int]
    """The operations port of each process."""

    def url_base(self, service: str) -> str:
        """Returns a service's database, as the application's role."""
        return self.bases[service][0]

    def url_proprietaire(self, service: str) -> str:
        """Returns a service's database, as its owner."""
        return self.bases[service][1]

    def bus_de(self, service: str) -> str:
        """Returns the broker's address, as this service."""
        return str(demander("bus_de", service))

    def arreter(self, nom: str) -> None:
        """Stops a process as a deployment does: a service's, « gateway », « postgres » or « rabbit »."""
        demander("arreter", nom)

    def tuer(self, nom: str) -> None:
        """Kills a process (kill -9); it stays dead until `demarrer`."""
        demander("tuer", nom)

    def demarrer(self, nom: str) -> None:
        """Starts a stopped process again; returns when it can work."""
        demander("demarrer", nom)


@pytest.fixture(scope="session")
def systeme() -> Systeme:
    """The whole system."""
    reponse = demander("systeme")
    return Systeme(**reponse | {"journaux": Path(reponse["journaux"])})


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """A broker, without the services."""
    return str(demander("amqp_url"))


@pytest.fixture
def base_vierge() -> Iterator[Callable[[], str]]:
    """Makes new, empty databases; each call returns its owner's address. They go with the test."""
    noms: list[str] = []

    def creer() -> str:
        nom, url = demander("base_vierge")
        noms.append(nom)
        return str(url)

    yield creer
    for nom in noms:
        demander("supprimer_base", nom)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # pytest then ends as on Ctrl-C, cleaning up
    ouverts = ExitStack()
    config.add_cleanup(ouverts.close)
    os.environ[_TOUR] = ouverts.enter_context(tempfile.TemporaryDirectory(prefix="ceres-tour-"))
    ouverts.enter_context(systeme_a_part())


@contextmanager
def systeme_a_part() -> Iterator[None]:
    """Has `demander` ask, meanwhile, a process that holds a system of its own; it ends with us."""
    with socket.create_server(("127.0.0.1", 0)) as prise, pytest.MonkeyPatch.context() as environnement:
        environnement.setenv(ESSAI, str(prise.getsockname()[1]))
        essai = subprocess.Popen(
            [sys.executable, "-m", "local.essai", str(prise.fileno())],
            stdin=subprocess.PIPE,  # closes when we end, however we end
            pass_fds=[prise.fileno()],
            cwd=_RACINE,
            start_new_session=True,
        )
        prise.close()
        try:
            yield
        finally:
            assert essai.stdin
            essai.stdin.close()
            essai.wait(60)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leaves the system to who must be alone on it."""
    seul = item.get_closest_marker("seul") is not None
    if "systeme" not in getattr(item, "fixturenames", ()):
        assert not seul, f"{item.nodeid} has alone a system that it does not use."
        return (yield)
    with _tour().tenir(seul=seul):
        return (yield)


@cache
def _tour() -> Tour:
    return Tour(Path(os.environ[_TOUR]))


class _ParDossier(LoadScopeScheduling):
    """Hands out the tests to the workers; xdist's own groups are lost on pytest 9, their marks without effect."""

    def _split_scope(self, nodeid: str) -> str:
        fichier, dossier = nodeid.partition("::")[0], nodeid.split("/")[1]
        if fichier in _SEULS:
            return _ORDRE[0]
        if dossier in _ENSEMBLE:
            return dossier
        return nodeid if dossier == _UN_PAR_UN else fichier


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # xdist's order would be by number of tests
    return _ParDossier(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Has each worker begin to read by other folders. In a new clone, pytest rewrites a test for who reads it first:
    all in the same order, each would rewrite them all.
    """
    rapport = yield
    ouvrier = getattr(collector.config, "workerinput", None)
    if ouvrier and collector.path == _TESTS:
        debut = len(rapport.result) * int(ouvrier["workerid"].removeprefix("gw")) // ouvrier["workercount"]
        rapport.result = [*rapport.result[debut:], *rapport.result[:debut]]
    return rapport


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Looks for no garbage while eight thousand tests are read, nor among them afterwards: they stay until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what is long: begun last, a folder, or a browser's test, keeps a worker minutes after the rest."""
    items.sort(key=_rang)


def _rang(item: pytest.Item) -> tuple[int, str]:
    """Returns what its folder is ordered by: the same in each worker, whatever it read first."""
    dossier = item.nodeid.split("/")[1]
    rang = 0 if item.get_closest_marker("seul") else _ORDRE.index(dossier) if dossier in _ORDRE else len(_ORDRE)
    return rang, dossier


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds to a failed test what the systems that it used say of it."""
    rapport = yield
    if rapport.failed:
        rapport.sections += dires(getattr(item, "funcargs", {}).values())
    return rapport
