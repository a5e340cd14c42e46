"""The pictures of the guide: `make guide` takes them; each that is named exists, each that exists is named."""

import re
from datetime import date

import pytest

from gateway.web.ecrans.aide import GUIDE
from tests.navigateur.conftest import PHOTOS, Ouvrir
from tests.parcours.monde import Monde

POIDS = 150_000
"""Bytes that a picture may weigh: the repository keeps each of its versions."""
VUES = {
    "ud-demo": {
        "accueil-ud": "/",
        "jures": "/jures",
        "jure": "premier:/jures",
        "etablissement": "premier:/etablissements",
        "demandes-vae": "/demandes-vae",
        "session-a-valider": "{soumise}",
    },
    "centre-demo": {
        "accueil-centre": "/",
        "sessions": "/sessions",
        "session": "{brouillon}",
        "jures-possibles": "{brouillon}/jures?q=fictif",
        "convocations": "{convoquee}/convocations",
        "annulation": "{convoquee}/annulation",
        "candidats": "/candidats",
        "candidat": "premier:/candidats",
        "import": "/candidats/import",
    },
    "national-demo": {
        "versions": "premier:/versions",
        "chiffres": "/chiffres?annee={annee}",
        "parametres": "/parametres",
    },
    "multi-demo": {"profils": "/profils"},
}
LE_JOUR_VENU = {"centre-demo": {"resultats": "{convoquee}/resultats"}}
"""Those that are taken on the last day of the session."""

photos = pytest.mark.skipif(not PHOTOS, reason="make guide")


@pytest.fixture(scope="session")
def sessions(monde: Monde) -> dict[str, str]:
    """The addresses of sessions of the demo's people, by what became of them; the year of the last."""
    brouillon, soumise, convoquee = (_session(monde, rang) for rang in range(3))
    for session in (soumise, convoquee):
        monde.centre.poster(f"{session}/soumission").reussie()
    monde.ud.poster(f"{convoquee}/validation").reussie()
    monde.centre.poster(f"{convoquee}/convocations", {"heure_convocation": "08:30"}).reussie()
    annee = monde.centre.lire(convoquee)["date_debut"][:4]
    return {"brouillon": brouillon, "soumise": soumise, "convoquee": convoquee, "annee": annee}


def _session(monde: Monde, rang: int) -> str:
    session = monde.session(45 + 15 * rang, responsable="Claude Exemple")
    adresse = f"/sessions/{session['id']}"
    for jure in monde.centre.lire(f"{adresse}/jures-possibles")["elements"][:2]:
        monde.inscrire_jure(session, {"id": jure["jure_id"]})
    for candidat in monde.centre.lire("/candidats")["elements"][3 * rang : 3 * rang + 3]:
        monde.inscrire(session, candidat)
    return adresse


@photos
@pytest.mark.parametrize("identifiant", VUES)
def test_photographier(ouvrir: Ouvrir, sessions: dict[str, str], identifiant: str) -> None:
    agent = ouvrir(identifiant)
    for nom, chemin in VUES[identifiant].items():
        agent.ouvrir(chemin.removeprefix("premier:").format(**sessions))
        if chemin.startswith("premier:"):
            agent.activer(agent.page.locator("tbody a").first)
        agent.photographier(GUIDE / f"images/{nom}.png")


@photos
@pytest.mark.parametrize("identifiant", LE_JOUR_VENU)
def test_photographier_le_jour_venu(ouvrir: Ouvrir, monde: Monde, sessions: dict[str, str], identifiant: str) -> None:
    fin = date.fromisoformat(monde.centre.lire(sessions["convoquee"])["date_fin"])
    agent = ouvrir(identifiant, le=fin)
    for nom, chemin in LE_JOUR_VENU[identifiant].items():
        agent.ouvrir(chemin.format(**sessions))
        agent.photographier(GUIDE / f"images/{nom}.png")


def test_chaque_image_est_nommee_et_chaque_nom_a_son_image() -> None:
    nommees = {nom for page in GUIDE.glob("*.md") for nom in re.findall(r"\(images/([\w-]+)\.png\)", page.read_text())}
    images = list((GUIDE / "images").glob("*.png"))
    assert nommees == {image.stem for image in images}
    assert nommees == {nom for vues in (*VUES.values(), *LE_JOUR_VENU.values()) for nom in vues}
    assert not [image.name for image in images if image.stat().st_size > POIDS]
