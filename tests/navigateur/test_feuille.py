"""What the style sheet does of contents that no example holds: put into a page, then measured."""

import re

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Personne
from tests.outils.attente import attendre
from tests.parcours.monde import Monde


def _montrer(agent: Personne, contenu: str) -> None:
    agent.ouvrir("/accessibilite")
    agent.page.evaluate("html => { document.querySelector('main').innerHTML = html; }", contenu)


def test_une_case_de_resultat_montre_son_choix_entier(ouvrir: Ouvrir) -> None:
    """« Absence excusée » and « Absence non excusée » begin alike."""
    liste = "<select class='fr-select'><option>Présent<option selected>Absence non excusée</select>"
    agent = ouvrir("ud-demo")
    _montrer(agent, f"<table class='ceres-tableau ceres-saisie'><tr><th>Nom</th>{f'<td>{liste}</td>' * 5}</tr></table>")
    manque = """s => {
        const entiere = s.cloneNode(true);
        entiere.style.cssText = "width: auto; min-width: 0; position: absolute";
        s.after(entiere);
        return entiere.offsetWidth - s.offsetWidth;
    }"""
    assert agent.page.locator("select").first.evaluate(manque) <= 0


def test_une_grille_de_quatre_ccp_tient_dans_l_ecran(ouvrir: Ouvrir) -> None:
    """Its last columns were beyond the edge of a screen of 1,024 pixels."""
    agent = ouvrir("ud-demo")
    presence = "<td data-libelle='Présence'><select class='fr-select'><option>Absence non excusée</select></td>"
    note = "<td data-libelle='Accompagner'><select class='fr-select'><option>Défavorable</select></td>"
    entete = "<thead><tr><th>Candidat<th>Présence<th>Préparer<th>Animer<th>Accompagner<th>professionnelle<th>Entretien"
    ligne = f"<tbody><tr><th>Abdallah-Delacroix Camille</th>{presence}{note * 5}</tr>"
    _montrer(agent, f"<table class='ceres-tableau ceres-saisie'>{entete}{ligne}</table>")
    for largeur in (1280, 1024, 992, 800):
        agent.page.set_viewport_size({"width": largeur, "height": 900})
        assert agent.depassement() <= 0, largeur


def test_la_phrase_d_une_alerte_a_la_place_que_l_ecran_lui_laisse(ouvrir: Ouvrir, monde: Monde) -> None:
    """Six lines of four words, beside an empty third of the screen."""
    jury = monde.jury_neuf()
    session = monde.session_validee(jury=jury)
    monde.confirmer_suspension(jury[0])
    recherche = {"q": session["numero"]}
    attendre(lambda: monde.ud.lire("/alertes", **recherche)["total"])
    agent = ouvrir("ud-demo")
    agent.ouvrir(f"/alertes?q={session['numero']}")
    largeur = "td => { td.textContent = 'Le jury ne couvre pas tous les CCP. '.repeat(9); return td.clientWidth; }"
    assert agent.page.locator("td[data-libelle=Alerte]").first.evaluate(largeur) > 400
    assert agent.depassement() <= 0


def test_un_mot_sans_fin_ne_fait_pas_defiler_la_page_de_cote(ouvrir: Ouvrir) -> None:
    mot, agent = "Abcdefghij" * 100, ouvrir("ud-demo")
    ligne = f"<tr><th>{mot[:60]}</th><td>01/01/2026</td><td>{mot[:60]}</td><td><p>{mot}</p></td></tr>"
    _montrer(agent, f"<h1>{mot}</h1><p>{mot}</p><ul><li>{mot}</li></ul><table class='ceres-tableau'>{ligne}</table>")
    for largeur in (320, 800, 1280):
        agent.page.set_viewport_size({"width": largeur, "height": 900})
        assert agent.depassement() <= 0, largeur


def test_un_champ_tient_dans_ce_que_l_on_ouvre(ouvrir: Ouvrir) -> None:
    """« Ajouter un site », once open, went 16 pixels beyond the edge of a phone: its box is the browser's own."""
    agent = ouvrir("ud-demo")
    champ = "<div class='fr-input-group'><label class='fr-label'>Voie</label><input class='fr-input'></div>"
    champs = f"<fieldset class='fr-fieldset'><div class='fr-fieldset__element'>{champ}</div></fieldset>"
    _montrer(agent, f"<form class='ceres-formulaire'><details open><summary>Ajouter</summary>{champs}</details></form>")
    agent.page.set_viewport_size({"width": 320, "height": 900})
    assert agent.depassement() <= 0


def test_la_legende_d_un_tableau_tient_sur_sa_ligne_sur_un_telephone(ouvrir: Ouvrir) -> None:
    """Seen one letter a line, above the lines of an import to correct."""
    agent = ouvrir("ud-demo")
    legende = "<caption class='ceres-legende'>À corriger</caption>"
    _montrer(agent, f"<table class='ceres-tableau'>{legende}<tbody><tr><th>Ligne 3</th></tr></tbody></table>")
    agent.page.set_viewport_size({"width": 390, "height": 900})
    hauteur = agent.page.locator("caption").evaluate("c => c.offsetHeight / parseFloat(getComputedStyle(c).lineHeight)")
    assert hauteur < 2


def test_le_papier_ne_porte_ni_filtre_ni_bouton_et_l_etape_actuelle_s_y_lit(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures")
    agent.page.emulate_media(media="print")
    agent.page.set_viewport_size({"width": 718, "height": 1000})  # A4, its margins off
    assert agent.page.locator("button:visible, .fr-btn:visible, .ceres-filtres:visible, nav:visible").count() == 0
    assert agent.page.locator("thead th").first.evaluate("th => th.clientWidth") > 1
    coche = "<input type='checkbox' id='a' checked><label class='fr-label' for='a'>A</label>"
    _montrer(agent, f"<div class='fr-checkbox-group'>{coche}</div>")
    imprime = "e => getComputedStyle(e, '::before').printColorAdjust"
    assert (
        agent.page.locator("label").evaluate(imprime) == "exact"
    )  # who is ticked, on paper, does not look like who is not
    _montrer(
        agent,
        "<table class='ceres-tableau'><tr><th>Nom<th class='ceres-acte'>Action<tr><td>A<td class='ceres-acte'></table>",
    )
    assert agent.page.locator("th:visible, td:visible").all_text_contents() == ["Nom", "A"]  # no column left empty
    _montrer(agent, "<div>Fin</div><ul class='ceres-rubriques'><li><a href='/'>Procès-verbal (PDF)</a></li></ul>")
    apres = "m => m.getBoundingClientRect().bottom - m.querySelector('div').getBoundingClientRect().bottom"
    assert agent.page.locator("main").evaluate(apres) == 0  # seen printed with a last page where nothing was
    _montrer(
        agent, "<ol><li class='ceres-etape ceres-etape--actuelle'><span class='ceres-etape-rang'>2</span></li></ol>"
    )
    peint = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    encre, fond = agent.page.locator(".ceres-etape-rang").evaluate(peint)
    assert fond == "rgba(0, 0, 0, 0)"
    assert encre != "rgb(255, 255, 255)"


def test_une_liste_imprimee_dit_laquelle_de_ses_pages_on_tient(ouvrir: Ouvrir) -> None:
    """« 46 candidats » headed twenty-five of them, and nothing on the paper told that there were others."""
    centre = ouvrir("centre-demo")
    centre.ouvrir("/candidats?page=2")
    laquelle = centre.page.get_by_text(re.compile(r"^Page 2 sur \d+$"))
    expect(laquelle).to_be_hidden()  # there, the pagination says it
    centre.page.emulate_media(media="print")
    expect(laquelle).to_be_visible()
    centre.ouvrir("/demandes-vae")
    expect(centre.page.get_by_text(re.compile(r"^Page \d"))).to_have_count(0)  # nor of a list that is whole


def test_sur_un_telephone_ce_qui_trie_une_liste_se_voit(ouvrir: Ouvrir) -> None:
    """It was out of sight, and took the focus there."""
    agent = ouvrir("ud-demo")
    agent.page.set_viewport_size({"width": 360, "height": 740})
    agent.ouvrir("/jures")
    expect(agent.page.locator(".fr-skiplinks").get_by_role("link", name="Contenu")).to_be_visible()
    expect(agent.page.locator(".fr-skiplinks").get_by_role("link", name="Menu")).to_be_hidden()  # it led nowhere
    agent.suivre("Nom", agent.page.locator("thead"))
    expect(agent.page).to_have_url(re.compile("tri=nom"))
    assert agent.depassement() <= 0
    agent.page.emulate_media(forced_colors="active")
    assert agent.page.locator("select").first.evaluate("s => getComputedStyle(s).appearance") != "none"
    assert agent.page.locator("main a.fr-btn").first.evaluate("a => getComputedStyle(a).borderTopStyle") == "solid"
