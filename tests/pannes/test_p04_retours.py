"""P4: who comes back serves again at once: a service in 10 s, after the broker in 15 s, after PostgreSQL in 10 s."""

import time
from collections.abc import Callable

import pytest

from tests.pannes.banc import Banc
from tests.pannes.mesures import PAGES, client, demander, retour
from tests.parcours.monde import Monde

_vus: dict[str, float] = {}


def test_un_service_tue_revient(banc: Banc, monde: Monde, longue: bool) -> None:
    for nom in banc.membres if longue else ("jures", "gateway"):
        banc.tuer_processus(nom)
        banc.relancer(nom)
        duree = retour(monde, PAGES[nom])
        assert duree < 10, f"{nom} : {duree:.1f} s"
        _vus["un service"] = max(_vus.get("un service", 0), duree)
        banc.attendre_pret(nom)


@pytest.mark.parametrize("brutal", [True, False], ids=["tué", "arrêté"])
def test_le_courtier_revient(banc: Banc, monde: Monde, brutal: bool, longue: bool) -> None:
    """Counted from when it answers again; what it carries is then carried, events included."""
    if not longue and not brutal:
        pytest.skip("make pannes ; tests/commun/bus/test_pannes.py l'arrête aussi")
    for noeud in banc.noeuds:
        banc.tuer_processus(noeud) if brutal else banc.processus_nomme(noeud).arreter()
        banc.redemarrer(noeud)
        duree = retour(monde, *PAGES.values())
        assert duree < 15, f"{duree:.1f} s"
        _vus["le courtier"] = max(_vus.get("le courtier", 0), duree)
    monde.inscrire_jure(monde.session(), monde.jure_habilite())  # a call between services, a copy that followed


@pytest.mark.parametrize("brutal", [True, False], ids=["tué", "arrêté"])
def test_postgresql_revient(
    banc: Banc, monde: Monde, brutal: bool, noter: Callable[[str, str], None], longue: bool
) -> None:
    for page in PAGES.values():
        monde.national.lire(page)
    banc.tuer_processus("postgres") if brutal else banc.processus_nomme("postgres").arreter()
    banc.redemarrer("postgres")
    duree = retour(monde, *PAGES.values())
    assert duree < 10, f"{duree:.1f} s"
    _vus["PostgreSQL"] = max(_vus.get("PostgreSQL", 0), duree)
    noter("P4", "secondes, au plus : " + ", ".join(f"{quoi} {d:.1f}".replace(".", ",") for quoi, d in _vus.items()))


def test_une_base_revenue_pendant_que_personne_ne_demandait_ne_se_voit_pas(banc: Banc, monde: Monde) -> None:
    """The pools hold dead connections, several each: they are tried before they are used."""
    with client(monde) as http:
        for page in PAGES.values():
            assert demander(http, page) == 200
        banc.processus_nomme("postgres").arreter()
        banc.redemarrer("postgres")
        time.sleep(1)
        assert [demander(http, page) for page in PAGES.values()] == [200] * len(PAGES)
