"""A service that is down: its pages say what to do, those of the others stand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from commun.config import config
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur
from tests.outils.attente import attendre
from tests.parcours.monde import Monde
from tests.parcours.test_taches import files

pytestmark = pytest.mark.seul

_CONSEIL = "Attendez quelques secondes, puis rechargez la page"


@contextmanager
def sans(systeme: Systeme, arreter: Callable[[str], None], *services: str) -> Iterator[None]:
    """These services, stopped or killed; they serve again afterwards."""
    for service in services:
        arreter(service)
    try:
        yield
    finally:
        for service in services:
            systeme.demarrer(service)


def test_une_page_dont_le_service_est_arrete_dit_quoi_faire(
    systeme: Systeme, monde: Monde, visiteur: Callable[..., Visiteur]
) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    candidat, neuf = f"/candidats/{session['candidats'][0]['candidat_id']}", centre.ouvrir("/candidats/nouveau")
    with sans(systeme, systeme.arreter, "candidats", "notifications"):
        for adresse in ("/messages", "/candidats", candidat):
            page = centre.ouvrir(adresse)
            assert (page.statut, _CONSEIL in page.texte) == (503, True), page.texte
        perdue = centre.envoyer(neuf, "Enregistrer", nom_naissance="Panne")
        assert perdue.statut == 503
        accueils = [centre.ouvrir("/").brute for _ in range(3)]
        assert {accueil.status_code for accueil in accueils} == {200}
        attente = min(accueil.elapsed.total_seconds() for accueil in accueils)
        assert attente < config().delai_appel / 2  # half a call's time is what one that nobody answers takes
        debout = centre.ouvrir(f"/sessions/{session['id']}")
        assert (debout.statut, session["numero"] in debout.texte) == (200, True)
    assert centre.ouvrir(candidat).statut == 200
    reprise = centre.envoyer(perdue, "Reprendre ma saisie")
    assert reprise.formulaire("Enregistrer").valeurs("nom_naissance") == ["Panne"]


def test_un_service_absent_ne_cache_que_ses_files(systeme: Systeme, monde: Monde) -> None:
    with sans(systeme, systeme.tuer, "candidats"):

        def attente() -> float:
            debut = time.monotonic()
            assert files(monde.ud)["demandes_vae_a_decider"] is None
            return time.monotonic() - debut

        assert any(attente() < 5 for _ in range(3))
        # on a machine that others break systems on, a service may be late once: not counted then, it is the next time
        attendre(lambda: [code for code, n in files(monde.ud).items() if n is None] == ["demandes_vae_a_decider"])
