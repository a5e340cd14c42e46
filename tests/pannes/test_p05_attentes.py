"""P5: whoever is dead or frozen, a page that needs it is refused in 5 s, and the others go on."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpx
import pytest

from tests.gateway.conftest import refuse
from tests.outils.attente import attendre
from tests.pannes.banc import Banc
from tests.pannes.mesures import PAGES, Suivi, client, demander, retour, sous_charge
from tests.parcours.monde import Monde

_attentes: list[float] = []
_reussites: list[float] = []


def indisponible(http: httpx.Client, page: str) -> None:
    """Sees that a page is refused as it must be, in less than 5 s."""
    debut = time.monotonic()
    reponse = http.get(page)
    duree = time.monotonic() - debut
    _attentes.append(duree)
    refuse(reponse, 503, "INDISPONIBLE")
    assert int(reponse.headers["retry-after"]) > 0
    assert duree < 5


def a_la_fois(*gestes: Callable[[], object]) -> None:
    """Does all this at once, as many people do: none waits for what keeps another."""
    with ThreadPoolExecutor(len(gestes)) as fils:
        list(fils.map(lambda geste: geste(), gestes))


@contextmanager
def mort(banc: Banc, nom: str) -> Iterator[None]:
    """A service that was killed."""
    banc.tuer_processus(nom)
    try:
        yield
    finally:
        banc.relancer(nom)
        banc.attendre_pret(nom)


@contextmanager
def gele(banc: Banc, nom: str) -> Iterator[None]:
    """A service that is there, and says nothing."""
    pid = banc.services[nom].pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("etat", [mort, gele], ids=["mort", "gelé"])
@pytest.mark.parametrize("nom", ["jures", "referentiel", "sessions", "candidats", "notifications"])
def test_un_service_absent_ne_fait_attendre_que_ses_pages(
    banc: Banc, monde: Monde, nom: str, etat: Callable[..., object], longue: bool
) -> None:
    if not longue and nom != "jures":
        pytest.skip("les autres services, et plus longtemps : make pannes")
    autres = [page for service, page in PAGES.items() if service != nom]
    with etat(banc, nom), sous_charge(monde, PAGES[nom], *autres) as suivis, client(monde) as http:  # type: ignore[attr-defined]
        for _ in range(4 if longue else 1):
            indisponible(http, PAGES[nom])
        assert httpx.get(f"{monde.url}/sante/vivant", timeout=10).status_code == 200
        if etat is mort:
            pret = httpx.get(f"{monde.url}/sante/pret", timeout=10).json()["dependances"]
            assert [quoi for quoi, verdict in pret.items() if verdict != "ok"] == [f"service {nom}"]
    reussies = Suivi([s for page in autres for s in suivis[page].statuts])
    assert len(reussies.statuts) > 20
    assert reussies.reussites >= 0.99
    _reussites.append(reussies.reussites)
    _attentes.append(max(max(suivi.durees) for suivi in suivis.values()))
    assert _attentes[-1] < 10
    assert retour(monde, PAGES[nom]) < 10


@pytest.mark.parametrize("secondes", [0, 30], ids=["un moment", "plus que le bus n'attend"])
def test_ce_que_plus_personne_n_attend_n_est_pas_fait_au_degel(
    banc: Banc, monde: Monde, secondes: float, longue: bool
) -> None:
    """Who was told 503 may have done something else since; the broker, that was busy, may have read the call late."""
    if secondes and not longue:
        pytest.skip("make pannes")
    compter = "SELECT count(*) FROM jures"
    avant = banc.valeur("jures", compter)
    with gele(banc, "jures"):
        banc.mandataire.ralentir("rabbit", 0.5)
        refuse(monde.ud.poster("/jures", monde.corps_jure()).brute, 503, "INDISPONIBLE")
        banc.mandataire.retablir("rabbit")
        time.sleep(secondes)
    assert retour(monde, PAGES["jures"]) < 10
    time.sleep(1)
    assert banc.valeur("jures", compter) == avant


@pytest.mark.parametrize("fleau", ["couper", "geler"])
def test_sans_courtier_tout_se_dit_a_temps_et_revient(banc: Banc, monde: Monde, fleau: str) -> None:
    with client(monde) as http:
        getattr(banc.mandataire, fleau)("rabbit")
        indisponible(http, "/titres")
        assert demander(http, "/moi") == 200
        banc.mandataire.retablir("rabbit")
    assert retour(monde, *PAGES.values()) < 15


@pytest.mark.parametrize("fleau", ["couper", "geler"])
def test_sans_base_tout_se_dit_a_temps_et_revient(
    banc: Banc, monde: Monde, fleau: str, noter: Callable[[str, str], None]
) -> None:
    """Whether the connections have just served, or have rested for a while."""

    def statut(quoi: str) -> int:
        return httpx.get(f"{monde.url}/sante/{quoi}", timeout=10).status_code

    with client(monde) as http:
        assert statut("sert") == 200
        for repos in (0, 1):
            assert [demander(http, page) for page in ("/titres", "/moi")] == [200, 200]
            time.sleep(repos)
            getattr(banc.mandataire, fleau)("postgres")
            a_la_fois(
                partial(indisponible, http, "/moi"),
                partial(indisponible, http, "/titres"),
                # visitors are still let in, to read why; a verdict holds a second
                lambda: attendre(lambda: [statut(quoi) for quoi in ("pret", "sert")] == [503, 200], 10),
            )
            banc.mandataire.retablir("postgres")
            assert retour(monde, *PAGES.values()) < 10
    vu = f"503 en {max(_attentes):.1f} s au plus ; les autres pages à {min(_reussites, default=1) * 100:.4g} % au moins"
    noter("P5", vu.replace(".", ","))


def test_une_base_lente_reste_supportable(banc: Banc, monde: Monde) -> None:
    with client(monde) as http:
        banc.mandataire.ralentir("postgres", 0.1)
        debut = time.monotonic()
        assert [demander(http, page) for page in PAGES.values()] == [200] * len(PAGES)
        assert time.monotonic() - debut < 5 * len(PAGES)
        banc.mandataire.retablir("postgres")
