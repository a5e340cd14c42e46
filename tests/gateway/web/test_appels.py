"""What a page costs: the calls that the gateway makes for it, however much it shows."""

import re
from collections.abc import Callable

import httpx
import pytest

from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur
from tests.parcours.monde import Monde

pytestmark = pytest.mark.seul  # it counts what the whole system does


def _appels(systeme: Systeme) -> float:
    """Returns how many calls the gateway has made."""
    mesures = httpx.get(f"http://127.0.0.1:{systeme.ports['gateway']}/metrics", timeout=30).text
    return sum(float(n) for n in re.findall(r"^ceres_appels_sortants_secondes_count\{.*\} (\S+)$", mesures, re.M))


def test_une_page_demande_le_meme_nombre_d_appels_quoi_qu_elle_montre(
    visiteur: Callable[..., Visiteur], demo: Systeme, monde: Monde
) -> None:
    ud, peu, beaucoup = visiteur("ud-demo"), monde.jure(), monde.jure_habilite()
    vide, pleine = monde.session(), monde.session_complete()
    etablissement = f"/etablissements/{monde.etablissement(monde.centre)['id']}"

    def une_fois(adresse: str) -> float:
        avant = _appels(demo)
        assert ud.ouvrir(adresse).statut == 200
        return _appels(demo) - avant

    def cout(adresse: str) -> float:
        return min(une_fois(adresse) for _ in range(3))  # what is kept for a minute is asked for again, once at most

    assert cout("/jures") == cout(f"/jures?q={peu['nom']}") <= 3
    assert cout(f"/jures/{peu['id']}") == cout(f"/jures/{beaucoup['id']}") <= 4
    assert cout(f"/sessions/{vide['id']}") == cout(f"/sessions/{pleine['id']}") <= 9
    assert cout("/") <= 10
    assert cout(etablissement) <= 4
