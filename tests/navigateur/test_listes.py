"""A morning at a list: from one row's page to the next, and back to the list at the same place."""

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Facon
from tests.parcours.monde import Monde


def test_qui_traite_une_liste_passe_a_la_suivante_et_revient_ou_il_en_etait(ouvrir: Ouvrir, monde: Monde) -> None:
    """A list opened again at its top, forty-seven tabs before its first row: the place was to be found again."""
    responsable = f"Suite {monde.candidat()['nom_naissance']}"
    numeros = []
    for dans in (70, 71, 72):
        session = monde.session_complete(dans, responsable=responsable)
        monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
        numeros.append(session["numero"])
    agent = ouvrir("ud-demo", Facon.CLAVIER)
    liste = f"/sessions?etat=en_attente_de_validation&q={responsable}&tri=date_debut"
    ligne = agent.page.locator("#resultats tbody a")

    agent.ouvrir(liste)
    agent.activer(ligne.first)
    agent.lit(f"Suite de la liste\u00a0: {numeros[1]}")
    agent.page.go_back()
    expect(ligne.first).to_be_focused()
    agent.activer(ligne.first)
    agent.presser("Valider la session")
    agent.lit("La session est validée.")
    agent.page.keyboard.press("Tab")  # from what was just said
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("h1")).to_contain_text(numeros[1])
    agent.presser("Valider la session")
    agent.lit("La session est validée.")

    agent.suivre("Sessions", agent.page.locator(".fr-breadcrumb"))
    expect(ligne).to_have_count(1)
    expect(ligne).to_have_text(numeros[2])
    expect(ligne).to_be_focused()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("h1")).to_contain_text(numeros[2])
    expect(agent.page.locator(".ceres-suite")).to_have_count(0)

    agent.ouvrir(liste)  # begun anew, it opens at its top
    expect(ligne).not_to_be_focused()


def test_au_clavier_on_va_droit_aux_resultats_d_une_liste(ouvrir: Ouvrir) -> None:
    """Forty-seven tabs came before the first row of the sessions: the menu, then each of the filters."""
    agent = ouvrir("ud-demo", Facon.CLAVIER)
    agent.ouvrir("/sessions")
    agent.page.keyboard.press("Tab")
    acces = agent.page.locator(".fr-skiplinks").get_by_role("link", name="Résultats")
    agent.page.keyboard.press("Tab")
    expect(acces).to_be_focused()
    expect(acces).to_be_visible()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator("#resultats")).to_be_focused()
    agent.page.keyboard.press("Tab")
    expect(agent.page.locator("#resultats a").first).to_be_focused()
