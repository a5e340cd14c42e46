"""Every screen that a profil can reach: each is walked to by its links, and none has a defect that axe can tell."""

from collections import deque
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.conftest import Systeme
from tests.navigateur.conftest import Ouvrir
from tests.navigateur.departs import DEPARTS
from tests.navigateur.personnes import ETROIT, TABLETTE, Facon, Personne, motif_de
from tests.outils.adresses import adresses_des_pages
from tests.parcours.monde import Monde

_FICHIERS = (".pdf", ".ics", "/export", "/fichier", "/flux", "/lettre")
_HORS = ("/api/", "/actifs/", "/deconnexion", "/sante/")
_PARTOUT = (
    "/",
    "/profils",
    "/mon-compte",
    "/mon-compte/adresse/INCONNU",
    "/mon-compte/adresse/renoncement",
    "/messages/preferences",
    "/inconnue",
)


@pytest.mark.lente
@pytest.mark.parametrize("identifiant", DEPARTS)
def test_chaque_page_est_accessible(ouvrir: Ouvrir, monde: Monde, systeme: Systeme, identifiant: str) -> None:
    """A page that nobody comes to fails the last walk: what is not looked at is not known to be right."""
    adresses, ecrans_vus, defauts = adresses_des_pages().bind(""), {"connexion"}, []
    for chemin, trouves in _parcourir(ouvrir(identifiant), [*DEPARTS[identifiant](monde), *_PARTOUT]):
        defauts += [f"{chemin} : {defaut}" for defaut in trouves]
        ecrans_vus.add(_ecran(adresses, chemin))
    assert not defauts, "\n".join(defauts)
    (systeme.journaux / f"{identifiant}.vus").write_text("\n".join(ecrans_vus))
    tous = [notes.read_text().splitlines() for notes in systeme.journaux.glob("*.vus")]
    jamais = _pages(adresses).difference(*tous)
    assert len(tous) < len(DEPARTS) or not jamais, f"Personne n'a ouvert : {sorted(jamais)}"


def test_sur_un_telephone_sans_script_le_menu_est_ouvert(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo", Facon.SANS_SCRIPT)
    agent.page.set_viewport_size(ETROIT)
    for role, nom in (("link", "Jurés"), ("link", "Messages"), ("button", "Se déconnecter")):
        expect(agent.page.get_by_role(role, name=nom).first).to_be_visible()
    assert agent.depassement() <= 0
    agent.ouvrir("/jures")
    expect(agent.page.locator(".fr-breadcrumb").get_by_role("link", name="Accueil")).to_be_visible()
    expect(agent.page.get_by_role("button", name="Voir le fil d’Ariane")).to_be_hidden()


def test_l_ecran_se_tourne(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    agent.page.set_viewport_size(TABLETTE)
    agent.ouvrir("/sessions")
    assert agent.depassement() <= 0  # seen to: by 85 pixels
    assert agent.feuilles_en_defaut() == []
    bloque = "@media (orientation: landscape) { html { transform: rotate(90deg); } }"
    agent.page.evaluate("regle => [...document.styleSheets].at(-1).insertRule(regle)", bloque)
    assert agent.feuilles_en_defaut() == ["css-orientation-lock"]


def test_un_defaut_se_voit(ouvrir: Ouvrir) -> None:
    """The walks of every page find nothing, year in, year out: what they look for is what this one finds."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/accessibilite")
    agent.page.evaluate("""() => {
        document.title = "";
        document.querySelector("h1").remove();
        document.querySelector("footer").append(document.createElement("img"), document.createElement("table"));
        document.querySelector("main").append(document.createElement("p"));
        const texte = document.querySelector("main p");
        Object.assign(texte.style, { color: "#ccc", minWidth: "400px" });
        texte.setAttribute("hx-get", "/");
    }""")
    trouves = {defaut.split()[0] for defaut in agent.defauts()}
    voulus = {"color-contrast", "document-title", "image-alt", "défile", "n'a", "tableau", "hors", "paragraphe"}
    assert voulus <= trouves


def _parcourir(personne: Personne, dabord: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yields each page that links lead to, one of each shape, with its defects; the departures all of them."""
    a_voir, vus = deque(dabord), set[str]()
    while a_voir:
        chemin = a_voir.popleft()
        motif = motif_de(chemin)
        if chemin in vus or (motif in vus and chemin not in dabord):
            continue
        vus |= {chemin, motif}
        statut = personne.ouvrir(chemin)
        yield chemin, personne.defauts() + ([f"répond {statut}"] if statut >= 500 else [])
        liens = personne.page.eval_on_selector_all("a[href]", "tous => tous.map(a => a.getAttribute('href'))")
        internes = (lien for lien in liens if lien.startswith("/") and not lien.startswith(_HORS))
        a_voir.extend(lien for lien in internes if not lien.split("?")[0].endswith(_FICHIERS))


def _ecran(adresses: MapAdapter, chemin: str) -> str:
    try:
        return adresses.match(chemin.split("?")[0].split("#")[0])[0].removeprefix("web.")
    except HTTPException:
        return ""


def _pages(adresses: MapAdapter) -> set[str]:
    """Returns the screens: not files, nor pictures, nor letters, nor what a script reads, nor ProConnect's."""
    lisibles = {regle.endpoint for regle in adresses.map.iter_rules() if "GET" in (regle.methods or ())}
    noms = {endpoint.removeprefix("web.") for endpoint in lisibles if endpoint.startswith("web.")}
    return {
        nom for nom in noms if not nom.startswith(("fichier ", "image", "lettre_version", "communes", "proconnect"))
    }
