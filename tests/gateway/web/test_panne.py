"""A service that is down: its pages say what to do, those of the others stand."""

from collections.abc import Callable

import pytest

from commun.config import config
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur
from tests.parcours.monde import Monde

_CONSEIL = "Attendez quelques secondes, puis rechargez la page"


@pytest.mark.panne
def test_une_page_dont_le_service_est_arrete_dit_quoi_faire(
    systeme: Systeme, monde: Monde, visiteur: Callable[..., Visiteur]
) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    candidat, neuf = f"/candidats/{session['candidats'][0]['candidat_id']}", centre.ouvrir("/candidats/nouveau")
    systeme.arreter("notifications")
    systeme.arreter("candidats")
    try:
        for adresse in ("/messages", "/candidats", candidat):
            page = centre.ouvrir(adresse)
            assert (page.statut, _CONSEIL in page.texte) == (503, True), page.texte
        assert centre.envoyer(neuf, "Enregistrer", nom_naissance="Panne").statut == 503
        accueils = [centre.ouvrir("/").brute for _ in range(3)]
        assert {accueil.status_code for accueil in accueils} == {200}
        attente = min(accueil.elapsed.total_seconds() for accueil in accueils)
        assert attente < config().delai_appel / 2  # half a call's time is what one that nobody answers takes
        debout = centre.ouvrir(f"/sessions/{session['id']}")
        assert (debout.statut, session["numero"] in debout.texte) == (200, True)
    finally:
        systeme.demarrer("candidats")
        systeme.demarrer("notifications")
    assert centre.ouvrir(candidat).statut == 200
