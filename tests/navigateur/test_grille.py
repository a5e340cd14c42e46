"""The grid of results under the keys: those of a list stay its own."""

from datetime import date

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Facon
from tests.parcours.monde import Monde


def test_ctrl_et_une_fleche_menent_a_la_meme_colonne_d_une_autre_ligne(ouvrir: Ouvrir, monde: Monde) -> None:
    """Of forty candidates, who noted the absences tabbed six times a line."""
    session = monde.session_complete()
    for _ in range(2):
        monde.inscrire(session, monde.candidat())
    monde.valider(session)
    grille, debut = f"/sessions/{session['id']}/resultats", date.fromisoformat(session["date_debut"])
    centre = ouvrir("centre-demo", le=debut)
    centre.ouvrir(grille)
    centre.lit("mène à la même colonne")
    lignes, touches = centre.page.locator(".ceres-saisie tbody tr"), centre.page.keyboard
    expect(lignes).to_have_count(3)
    un, deux, trois = (lignes.nth(rang).locator("select").nth(1) for rang in range(3))
    un.focus()
    touches.press("ArrowDown")  # alone, it chooses
    expect(un).to_be_focused()
    expect(un).to_have_value("acquis")
    touches.press("Control+ArrowDown")
    expect(deux).to_be_focused()
    touches.press("Meta+ArrowDown")
    touches.press("Control+ArrowDown")  # there is none after the last
    expect(trois).to_be_focused()
    touches.press("Control+ArrowUp")
    expect(deux).to_be_focused()
    touches.press("Alt+ArrowDown")  # it opens the list
    touches.press("Escape")
    expect(deux).to_be_focused()
    assert [case.input_value() for case in (un, deux, trois)] == ["acquis", "", ""]

    sans = ouvrir("centre-demo", Facon.SANS_SCRIPT, le=debut)
    sans.ouvrir(grille)
    expect(sans.page.get_by_text("mène à la même colonne")).to_be_hidden()
