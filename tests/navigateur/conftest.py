"""A real browser in front of the running system."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from local import navigateur
from tests.navigateur.personnes import Facon, Personne
from tests.parcours.conftest import demo, monde  # noqa: F401 -- the same people, at their screens
from tests.parcours.monde import Monde

Ouvrir = Callable[..., Personne]
PHOTOS = os.environ.get("CERES_GUIDE") == "1"
"""Whether the guide's pictures are taken."""
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--lang=fr-FR"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, installed where we may."""
    programme = navigateur.installer(entier=PHOTOS)
    if not programme:
        dire = pytest.fail if os.environ.get("CI") else pytest.skip
        dire("Chromium est introuvable : apt-get install chromium.")
    with sync_playwright() as outil:
        chromium = outil.chromium.launch(executable_path=programme, args=_OPTIONS, env=os.environ | {"LANGUAGE": "fr"})
        yield chromium
        chromium.close()


@pytest.fixture
def ouvrir(chromium: Browser, monde: Monde) -> Iterator[Ouvrir]:  # noqa: F811
    """Signs somebody in, in a browser of his own."""
    personnes: list[Personne] = []

    def ouvrir(identifiant: str, facon: Facon = Facon.SOURIS, **options: object) -> Personne:
        personnes.append(Personne(chromium, monde.url, identifiant, facon, **options))
        return personnes[-1]

    yield ouvrir
    for personne in personnes:
        personne.partir()
