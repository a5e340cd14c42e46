"""One trace, as OpenTelemetry means it, from the click to the mail: HTTP, call, event, mail."""

import secrets
from itertools import pairwise

import httpx

from tests.conftest import Systeme, demander
from tests.outils.attente import attendre
from tests.parcours.courrier import courriels
from tests.parcours.monde import Monde
from tests.parcours.test_convocations import adresse


def test_du_clic_au_courriel_une_seule_trace(monde: Monde, demo: Systeme) -> None:
    moi, trace = adresse(), secrets.token_hex(16)
    session = monde.session_validee(candidat=monde.candidat(courriel=moi))
    suivie = httpx.post(
        f"{demo.url}/api/v1/sessions/{session['id']}/convocations",
        json={},
        headers={"Authorization": monde.centre.autorisation, "traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"},
        timeout=30,
    )
    assert suivie.is_success
    courriels(demo.url_courrier, moi)

    def vues() -> dict[str, dict[str, str]]:
        return {f"{p['processus']} {p['genre']} {p['nom']}": p for p in demander("portees", trace)}

    attendues = [
        "gateway SERVER POST /api/v1/sessions/<session_id>/convocations",
        "gateway CLIENT sessions.editer_convocations",
        "sessions SERVER sessions.editer_convocations",
        "sessions PRODUCER sessions.convocations_editees",
        "notifications CONSUMER notifications.convocations_editees",
        "notifications PRODUCER courriel convocation",
    ]
    attendre(lambda: set(attendues) <= set(vues()))
    portees = vues()
    for parent, enfant in pairwise(attendues):
        assert portees[enfant]["parent"] == portees[parent]["id"], (parent, enfant)
    lettre = portees["notifications CLIENT sessions_gardes.lettre"]  # what the mail asked for while it was written
    assert lettre["trace"] == trace
    racine = portees[attendues[0]]
    assert racine["attributs"]["ceres.requete"] == suivie.headers["x-request-id"]  # type: ignore[index]


def test_ce_que_personne_ne_suit_n_est_pas_exporte(demo: Systeme) -> None:
    trace = secrets.token_hex(16)
    httpx.get(f"{demo.url}/sante/vivant", headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-00"}, timeout=30)
    assert demander("portees", trace) == []
