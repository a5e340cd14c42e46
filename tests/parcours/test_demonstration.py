"""La démonstration montre une session dans chacun des états que rencontrent un centre et son UD."""

from itertools import count, takewhile

from tests.parcours.monde import Monde

FICTIF = "Claude Exemple (fictif)"
ETATS = {"brouillon", "refusee", "en_attente_de_validation", "validee", "en_cours", "a_cloturer", "cloturee"}


def test_une_session_dans_chaque_etat(monde: Monde) -> None:
    pages = (monde.centre.lire("/sessions", page=n, par_page=200)["elements"] for n in count(1))
    du_centre = [s for page in takewhile(bool, pages) for s in page]  # with those of the tests, more than a page
    siennes = [monde.relire(s) for s in du_centre if s["responsable"] == FICTIF]
    assert {s["etat"] for s in siennes} == ETATS
    assert {s["pv_vise_le"] is None for s in siennes if s["etat"] == "cloturee"} == {True, False}
