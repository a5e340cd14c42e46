"""La démonstration montre une session dans chacun des états que rencontrent un centre et son UD."""

from tests.parcours.monde import Monde

FICTIF = "Claude Exemple (fictif)"
ETATS = {"brouillon", "refusee", "en_attente_de_validation", "validee", "en_cours", "a_cloturer", "cloturee"}


def test_une_session_dans_chaque_etat(monde: Monde) -> None:
    du_centre = monde.centre.lire("/sessions", par_page=200)["elements"]
    siennes = [monde.relire(s) for s in du_centre if s["responsable"] == FICTIF]
    assert {s["etat"] for s in siennes} == ETATS
    assert {s["pv_vise_le"] is None for s in siennes if s["etat"] == "cloturee"} == {True, False}
