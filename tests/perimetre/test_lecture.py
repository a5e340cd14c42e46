"""Looking changes nothing: each GET of the API, each page, opened by each profil, leaves the bases as they were.

Who wrote each row is compared, table by table, before and after. Alone on the system: it sees all that is written.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from local.calme import en_route
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur
from tests.outils.adresses import adresses_des_pages
from tests.outils.attente import attendre
from tests.perimetre.essais import adresse
from tests.perimetre.lieux import Lieux
from tests.perimetre.matrice import PROFILS, lire

pytestmark = pytest.mark.seul  # it compares what the whole system holds

PERMISES = {
    "gateway.jetons": "quand une connexion a servi : elle se ferme si elle ne sert plus",
}
"""What a GET may write, and why."""
EXPORTS = {"traces", "tetes_de_traces", "cles_de_personnes"}
"""TRA-03: an export leaves a trace, its chain's head and the key of who it names. Nothing else."""
_ENSEMBLE = 3
"""How many are read at once: one at a time, the processors wait for each other's part of it."""
_A_PARTIR = "SELECT FROM envois WHERE etat IN ('prepare', 'en_cours', 'echec_temporaire')"
_SCELLES = {"scellements", "tetes_scellees"}
"""What the timer that seals the traces writes."""
_REGARDS = 3
"""How many times one looks, where a timer that ran meanwhile may have written what changed."""

Empreinte = dict[str, tuple[int, int]]


@pytest.mark.parametrize("profil", [*PROFILS, "personne"])
def test_un_get_n_ecrit_rien(lieux: Lieux, profil: str) -> None:
    http = lieux.acteurs[profil]._http if profil in lieux.acteurs else lieux.anonyme
    chemins = [adresse(ligne.chemin, lieux.lieux["sien"], ligne.variante) for ligne in lire() if ligne.methode == "GET"]
    lectures, exports = _partager(chemins)
    assert _ecrit_par(lieux.systeme, http, lectures) == set()
    changees = _ecrit_par(lieux.systeme, http, exports)
    assert {table.split(".")[1] for table in changees} <= EXPORTS


@pytest.mark.parametrize("profil", PROFILS)
def test_ouvrir_une_page_n_ecrit_rien(lieux: Lieux, profil: str) -> None:
    http = Visiteur(lieux.systeme.url, lieux.acteurs[profil].identifiant).http
    lectures, exports = _partager([adresse(page, lieux.lieux["sien"]) for page in _pages()])
    assert len(lectures) > 80
    assert _ecrit_par(lieux.systeme, http, lectures) == set()
    assert {table.split(".")[1] for table in _ecrit_par(lieux.systeme, http, exports)} <= EXPORTS


def test_ce_qui_s_ecrit_se_voit(lieux: Lieux) -> None:
    """The watch itself: a row that is written is seen."""
    assert "jures.traces" in _ecrit_par(lieux.systeme, lieux.acteurs["UD"]._http, ["/jures/export?format=csv"])


def _partager(chemins: list[str]) -> tuple[list[str], list[str]]:
    exports = [f"{chemin}?format=csv" for chemin in chemins if chemin.endswith("/export")]
    return [chemin for chemin in chemins if not chemin.endswith("/export")], exports


def _ecrit_par(systeme: Systeme, http: httpx.Client, chemins: list[str]) -> set[str]:
    """Returns the tables that change while these addresses are read."""

    def lire(chemin: str) -> int:
        with http.stream("GET", chemin) as reponse:
            if not chemin.endswith("/flux"):  # a stream never ends: its head says enough
                reponse.read()
            return reponse.status_code

    changees: set[str] = set()
    for _ in range(_REGARDS):
        _attendre_le_calme(systeme)
        avant = _empreinte(systeme)
        with ThreadPoolExecutor(_ENSEMBLE) as fils:
            statuts = dict(zip(chemins, fils.map(lire, chemins), strict=True))
        assert {chemin: statut for chemin, statut in statuts.items() if statut >= 500} == {}
        _attendre_le_calme(systeme)
        apres = _empreinte(systeme)
        changees = {table for table in apres if apres[table] != avant.get(table)} - PERMISES.keys()
        minuteries = {table for table in changees if table.endswith(".minuteries")}
        changees -= minuteries
        if not (changees and minuteries):
            break
    return changees


def _attendre_le_calme(systeme: Systeme) -> None:
    """Returns once what was done has been heard by all, and no mail is to leave."""
    with ExitStack() as lignes:
        bases = {nom: lignes.enter_context(_base(systeme, nom)) for nom in systeme.bases}

        def lire(service: str, requete: str) -> list[tuple[Any, ...]]:
            return bases[service].execute(requete).fetchall()

        attendre(lambda: not en_route(lire) and not lire("notifications", _A_PARTIR), 120)


def _base(systeme: Systeme, service: str) -> psycopg.Connection:
    return psycopg.connect(systeme.url_proprietaire(service), autocommit=True)


def _empreinte(systeme: Systeme) -> Empreinte:
    """Returns, for each table of each service, how many rows it has and the sum of the transactions that wrote them:
    where as many rows are left, each written since has raised it, what it holds being read by nobody.
    """
    trouvee: Empreinte = {}
    for service in systeme.bases:
        with _base(systeme, service) as db:
            tables = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            for (table,) in tables:
                if table not in _SCELLES:
                    requete = "SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM {}"
                    ligne = db.execute(sql.SQL(requete).format(sql.Identifier(table))).fetchone()
                    assert ligne
                    trouvee[f"{service}.{table}"] = (ligne[0], int(ligne[1]))
    return trouvee


def _pages() -> Iterator[str]:
    """Yields the path of every page, its parameters as the API's document writes them."""
    for regle in adresses_des_pages().iter_rules():
        if "GET" in (regle.methods or ()) and regle.endpoint.startswith("web.") and "proconnect" not in regle.rule:
            yield regle.rule.replace("<", "{").replace(">", "}")
