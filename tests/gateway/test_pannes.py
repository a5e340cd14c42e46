"""A service, the broker or the database is away: its pages say so in time, the others go on, and all comes back."""

import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.commun.exemple import jusqu_a
from tests.conftest import Systeme
from tests.gateway.conftest import NATIONAL, Client, refuse

pytestmark = pytest.mark.panne


@pytest.fixture
def couper(systeme: Systeme) -> Iterator[Callable[[str], None]]:
    """Kills a process; it is started again after the test."""
    tues: list[str] = []

    def tuer(nom: str) -> None:
        systeme.tuer(nom)
        tues.append(nom)

    yield tuer
    for nom in tues:
        systeme.demarrer(nom)


def indisponible(http: httpx.Client, chemin: str) -> None:
    """Sees that a page is refused as it must be, in less than 5 s."""
    debut = time.monotonic()
    reponse = http.get(chemin)
    refuse(reponse, 503, "INDISPONIBLE")
    assert time.monotonic() - debut < 5
    assert int(reponse.headers["retry-after"]) > 0


def test_un_service_tue_n_emporte_pas_les_autres(
    client: Callable[..., Client], couper: Callable[[str], None], systeme: Systeme
) -> None:
    http = client(NATIONAL).http
    assert http.get("/jures").status_code == 200
    couper("jures")
    indisponible(http, "/jures")
    assert http.get("/titres").status_code == 200
    assert http.get("/moi").status_code == 200
    assert httpx.get(f"{systeme.url}/sante/vivant").status_code == 200
    pret = httpx.get(f"{systeme.url}/sante/pret").json()["dependances"]
    assert (pret["service jures"], pret["service referentiel"]) == ("absent", "ok")
    systeme.demarrer("jures")
    assert http.get("/jures").status_code == 200


def test_sans_courtier_tout_se_dit_a_temps_et_revient(
    client: Callable[..., Client], couper: Callable[[str], None], systeme: Systeme
) -> None:
    http = client(NATIONAL).http
    couper("rabbit")
    indisponible(http, "/titres")
    assert http.get("/moi").status_code == 200
    systeme.demarrer("rabbit")
    jusqu_a(lambda: http.get("/titres").status_code == 200, 15)


def test_sans_base_tout_se_dit_a_temps_et_revient(
    client: Callable[..., Client], couper: Callable[[str], None], systeme: Systeme
) -> None:
    http = client(NATIONAL).http
    couper("postgres")
    indisponible(http, "/moi")
    indisponible(http, "/titres")
    systeme.demarrer("postgres")
    jusqu_a(lambda: http.get("/moi").status_code == 200 and http.get("/titres").status_code == 200, 10)


def test_la_passerelle_finit_les_requetes_en_cours(client: Callable[..., Client], systeme: Systeme) -> None:
    """Signing in takes a while: ten are under way when the order comes."""
    alice = client()
    corps = {"identifiant": alice.identifiant, "mot_de_passe": "un mot de passe d'essai"}
    statuts: list[int] = []

    def connecter() -> None:
        statuts.append(httpx.post(f"{systeme.url}/api/v1/jetons", json=corps, timeout=10).status_code)

    fils = [threading.Thread(target=connecter) for _ in range(10)]
    for fil in fils:
        fil.start()
    time.sleep(0.1)
    debut = time.monotonic()
    systeme.arreter("gateway")
    assert time.monotonic() - debut < 8
    for fil in fils:
        fil.join()
    systeme.demarrer("gateway")
    assert statuts == [201] * 10
    assert alice.http.get("/moi").status_code == 200
