"""The people at their screens: each clicks, types and reads by mouse, by keyboard alone, or without scripts."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, expect

from commun.domain.dates import jour_a

PATIENCE = 30_000
"""Milliseconds: the machine has two busy cores."""
ETROIT = ViewportSize(width=320, height=640)
TABLETTE = ViewportSize(width=768, height=1024)
LARGE = ViewportSize(width=1280, height=900)
PHOTO = 1800
"""Height beyond which a picture shows nothing more to who reads the guide."""
_AXE = Axe()
_SANS_FEUILLES = {"resultTypes": ["violations"], "preload": False}
"""All pages have the same style sheets: `feuilles_en_defaut` reads them, a page's check does not (a third of its time).
"""
_PAS = 250
"""Tabs after which a thing counts as out of the keyboard's reach."""


class Facon(StrEnum):
    """How one works."""

    SOURIS = "souris"
    CLAVIER = "clavier"
    SANS_SCRIPT = "sans_script"


class Personne:
    """Somebody signed in, in a browser of his own.

    Args:
        le: the day that CERES takes for today.
    """

    def __init__(
        self, chromium: Browser, url: str, identifiant: str, facon: Facon = Facon.SOURIS, *, le: date | None = None
    ) -> None:
        self.facon, self.url = facon, url
        self.aujourd_hui = le or jour_a(datetime.now(UTC))
        self._contexte = chromium.new_context(
            base_url=url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport=LARGE,
            java_script_enabled=facon is not Facon.SANS_SCRIPT,
            extra_http_headers={"X-Date-Simulee": le.isoformat()} if le else {},
        )
        self._contexte.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.plaintes: list[str] = []
        self._coupee = False
        self.page: Page = self._contexte.new_page()
        self.page.on("console", self._ecouter)
        self.page.on("pageerror", lambda erreur: self.plaintes.append(f"{self.page.url} : {erreur}"))
        self._entrer(identifiant)

    def _entrer(self, identifiant: str) -> None:
        """Signs in. By mouse, the form is sent without its page, nor the home that it leads to, which would be drawn
        anew for each: who leaves and comes back sees them (test_gestes).
        """
        if self.facon is Facon.SOURIS:
            dits, d_ici = {"identifiant": identifiant, "mot_de_passe": "demo"}, {"Origin": self.url}
            recu = self._contexte.request.post("/connexion", form=dits, headers=d_ici, max_redirects=0)
            assert recu.status == 303, recu.text()
            return
        self.ouvrir("/connexion")
        self.remplir("Identifiant", identifiant)
        self.remplir("Mot de passe", "demo")
        self.presser("Se connecter")
        self.page.wait_for_url(lambda adresse: "/connexion" not in adresse)

    def _ecouter(self, message: ConsoleMessage) -> None:
        if self._coupee and "ERR_INTERNET_DISCONNECTED" in message.text:
            return  # of the network that a test cut, the browser may complain well after, until it is closed
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.plaintes.append(f"{self.page.url} : {message.text}")

    def partir(self) -> None:
        """Closes the browser; what it complained of fails the test."""
        self._contexte.close()
        assert not self.plaintes, self.plaintes

    # -- where one goes, what one does

    def ouvrir(self, chemin: str) -> int:
        """Goes to an address; returns the status of the answer."""
        reponse = self.page.goto(chemin)
        return reponse.status if reponse else 0

    def arreter(self) -> None:
        """Stops the page that is loading, as Escape does."""
        self._contexte.new_cdp_session(self.page).send("Page.stopLoading")

    def hors_ligne(self, coupe: bool) -> None:
        """Cuts the network, or gives it back."""
        self._coupee |= coupe
        self._contexte.set_offline(coupe)

    def suivre(self, libelle: str, dans: Locator | None = None) -> None:
        """Follows a link."""
        self.activer((dans or self.page).get_by_role("link", name=libelle, exact=False).first)

    def presser(self, libelle: str, dans: Locator | None = None) -> None:
        """Presses a button."""
        self.activer((dans or self.page).get_by_role("button", name=libelle, exact=False).first)

    def activer(self, cible: Locator) -> None:
        """Clicks; by keyboard, tabs to the thing and presses Enter."""
        if self.facon is not Facon.CLAVIER:
            cible.click()
        else:
            self.atteindre(cible)
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        # a list that is about to be replaced takes no click
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def atteindre(self, cible: Locator) -> None:
        """Tabs until the thing has the focus, as who has no mouse does."""
        cible.wait_for()
        for _ in range(_PAS):
            if cible.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Hors d'atteinte au clavier : {cible}")

    def remplir(self, libelle: str, valeur: str, dans: Locator | None = None) -> None:
        """Types into a field."""
        champ = (dans or self.page).get_by_label(libelle, exact=False).first
        if self.facon is Facon.CLAVIER and champ.get_attribute("type") not in ("date", "time"):
            self.atteindre(champ)
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(valeur)
        else:
            champ.fill(valeur)

    def choisir(self, libelle: str, valeur: str, dans: Locator | None = None) -> None:
        """Chooses in a list, by its value or the words it shows."""
        self.choisir_la((dans or self.page).get_by_label(libelle, exact=False).first, valeur)

    def choisir_la(self, liste: Locator, valeur: str) -> None:
        """Chooses in this one."""
        if self.facon is Facon.CLAVIER:
            self.atteindre(liste)
        options = liste.locator("option")
        voulue = next(
            o for o in options.all() if valeur in (o.get_attribute("value"), (o.text_content() or "").strip())
        )
        liste.select_option(voulue.get_attribute("value"))

    def cocher(self, libelle: str) -> None:
        """Ticks a box or a radio."""
        self.cocher_la(self.page.get_by_label(libelle, exact=False).first)

    def cocher_la(self, case: Locator) -> None:
        """Ticks this one."""
        if self.facon is Facon.CLAVIER:
            case.focus()
            self.page.keyboard.press("Space")
        else:
            case.check(force=True)

    # -- what one reads

    def lit(self, *phrases: str) -> None:
        """Checks that the page says each of these."""
        for phrase in phrases:
            expect(self.page.locator("body")).to_contain_text(phrase)

    def titre(self) -> str:
        return self.page.title()

    def defauts(self) -> list[str]:
        """Returns what is wrong with this page for who cannot see, hold a mouse, or has a small screen."""
        trouves = [f"{v['id']} : {[n['target'] for n in v['nodes']][:3]}" for v in _violations(self.page)]
        self.page.set_viewport_size(ETROIT)
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.toggleAttribute('open', true))")
        depasse = self.depassement()
        self.page.set_viewport_size(LARGE)
        if depasse > 0:
            trouves.append(f"défile de côté de {depasse} pixels à 320 pixels de large")
        if self.page.locator("h1").count() != 1:
            trouves.append("n'a pas un titre de niveau 1, et un seul")
        if sans := self.page.evaluate(_SANS_LEGENDE):
            trouves.append(f"tableau sans légende : {sans}")
        if autres := self.page.evaluate(_NON_CONFORMES):
            trouves.append(f"hors de la norme HTML : {autres}")
        if vides := self.page.evaluate(_VIDES):
            trouves.append(f"paragraphe vide : {vides}")
        return trouves

    def feuilles_en_defaut(self) -> list[str]:
        """Returns the rules that the style sheets break."""
        regles = {"runOnly": ["css-orientation-lock"], "resultTypes": ["violations"]}
        return [v["id"] for v in _AXE.run(self.page, options=regles).response["violations"]]

    def depassement(self) -> int:
        """Returns by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def photographier(self, fichier: Path) -> None:
        """Takes a picture of the page, for the guide: its top, in few colours, which weigh little."""
        haut = min(PHOTO, int(self.page.evaluate("document.documentElement.scrollHeight")))
        prise = self.page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": LARGE["width"], "height": haut})
        image = Image.open(BytesIO(prise)).convert("RGB").quantize(64, dither=Image.Dither.NONE)
        fichier.parent.mkdir(parents=True, exist_ok=True)
        image.save(fichier, optimize=True)


_SANS_LEGENDE = """[...document.querySelectorAll("table")]
    .filter(table => !table.caption?.textContent.trim()).map(table => table.textContent.trim().slice(0, 60))"""
"""The tables that say nothing of what they hold to who hears them one by one (RGAA 5.4); axe asks it of none."""
_VIDES = """[...document.querySelectorAll("main :is(p, li, ul, ol, h2, h3, dt, dd, legend)")]
    .filter(e => !e.matches("[role=status], [hidden]"))
    .filter(e => !e.textContent.trim() && !e.querySelector("input, select, button, svg, img"))
    .map(e => e.outerHTML.slice(0, 60))"""
"""What is announced as a text, and says nothing (RGAA 8.9); what a script will fill is a status, or hidden until
then."""
_NON_CONFORMES = """[
    ...[...document.querySelectorAll("*")].flatMap(e => e.getAttributeNames()).filter(nom => nom.startsWith("hx-")),
    ...[...document.querySelectorAll("time")].map(e => e.dateTime)
        .filter(quand => !/^\\d{4}(-\\d\\d){2}T(\\d\\d:?){3}(\\.\\d{1,3})?(Z|[+-]\\d\\d:\\d\\d)$/.test(quand)),
    ...[...document.querySelectorAll(":is(div, span, p, pre, code):is([aria-label], [aria-labelledby]):not([role])")]
        .filter(e => !e.matches(".fr-modal")).map(e => e.outerHTML.slice(0, 60)),
]"""
"""What the standard of HTML does not allow (RGAA 8.2) and a browser lets through: attributes of nobody's, instants
that no machine reads, names of what cannot bear one. The design system's own windows take their role as they open."""


def _violations(page: Page) -> list[dict[str, Any]]:
    return list(_AXE.run(page, options=_SANS_FEUILLES).response["violations"])


def motif_de(chemin: str) -> str:
    """Returns the shape of an address: ids and codes left out, query string dropped."""
    sans = chemin.split("?")[0].split("#")[0]
    sans = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", sans)
    return re.sub(r"/(RNCP\w+|TP-\w+|\d+(\.\d+)+|[A-Z]{3}-\d\d\w*)", "/<code>", sans)
