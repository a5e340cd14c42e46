"""The pictures of the guide: `make guide` takes them; each that is named exists, each that exists is named."""

import os
import re
from pathlib import Path

import pytest

from tests.navigateur.conftest import Ouvrir

GUIDE = Path(__file__).resolve().parents[2] / "docs/guide"
VUES = {
    "ud-demo": {
        "accueil-ud": "/",
        "jures": "/jures",
        "jure": "premier:/jures",
        "etablissement": "premier:/etablissements",
        "demandes-vae": "/demandes-vae",
    },
    "centre-demo": {
        "accueil-centre": "/",
        "sessions": "/sessions",
        "candidats": "/candidats",
        "candidat": "premier:/candidats",
        "import": "/candidats/import",
    },
    "national-demo": {"versions": "premier:/versions", "chiffres": "/chiffres", "parametres": "/parametres"},
    "multi-demo": {"profils": "/profils"},
}


@pytest.mark.skipif(os.environ.get("CERES_GUIDE") != "1", reason="make guide")
@pytest.mark.parametrize("identifiant", VUES)
def test_photographier(ouvrir: Ouvrir, identifiant: str) -> None:
    agent = ouvrir(identifiant)
    for nom, chemin in VUES[identifiant].items():
        agent.ouvrir(chemin.removeprefix("premier:"))
        if chemin.startswith("premier:"):
            agent.activer(agent.page.locator("tbody a").first)
        agent.photographier(GUIDE / f"images/{nom}.png")


def test_chaque_image_est_nommee_et_chaque_nom_a_son_image() -> None:
    nommees = {nom for page in GUIDE.glob("*.md") for nom in re.findall(r"\(images/([\w-]+)\.png\)", page.read_text())}
    assert nommees == {image.stem for image in (GUIDE / "images").glob("*.png")}
    assert nommees == {nom for vues in VUES.values() for nom in vues}
