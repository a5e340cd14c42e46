"""What changes for everybody: the mission's parameters, from a day on, and where the centres are."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_referentiel import GestesDuReferentiel
from tests.pannes.suites.gestes_sessions import RANGS
from tests.pannes.suites.gestes_simultanes import GestesSimultanes

A_L_INSTALLATION: dict[str, Any] = {
    "delai_soumission_titre": None,
    "delai_soumission_ccp_ccs": None,
    "delai_inscription": None,
    "prolongation_soumise_avant_fin_de_vie": True,
    "plafond_portee": "candidat",
    "plafond_fenetre": "glissante",
}
"""What the demo sets, and to what each sequence comes back."""
VALEURS: dict[str, tuple[Any, ...]] = {
    "prolongation_soumise_avant_fin_de_vie": (True, False),
    "plafond_portee": ("candidat", "titre"),
    "plafond_fenetre": ("glissante", "civile"),
}
DELAIS = (None, 0, 5, 15, 30)
CENTRES = st.sampled_from(("centre", "autre_centre"))


class GestesDuPays(GestesSimultanes, GestesDuReferentiel):
    """The rules on parameters and places."""

    @rule(code=st.sampled_from(sorted(A_L_INSTALLATION)), n=RANGS, dans=st.integers(-3, 30), duree=st.integers(0, 40))
    def poser_un_parametre(self, code: str, n: int, dans: int, duree: int) -> None:
        valeurs = VALEURS.get(code, DELAIS)
        corps = {"valeur": valeurs[n % len(valeurs)], "du": self.dans(dans)}
        corps |= {"au": self.dans(dans + duree)} if duree else {}
        if self.agir("national", "POST", f"/parametres/{code}/valeurs", corps).brute.is_success:
            self.poses.append((code, corps["du"]))

    @rule(centre=CENTRES, n=st.integers(0, 30))
    def demenager(self, centre: str, n: int) -> None:
        self.agir(*self.m.demenagement(centre, n))
        self.reprendre_tout()

    @rule(centre=CENTRES, n=RANGS)
    def changer_le_bloc_d_un_centre(self, centre: str, n: int) -> None:
        self.m.demenages.add(centre)
        corps = {"denomination": f"Centre des suites {n}", "telephone": f"01990002{n:02}"}
        self.agir(centre, "PATCH", f"/etablissements/{self.m.centres[centre]['id']}", corps)

    def ramener(self) -> None:
        """Puts back what everybody shares: the next sequence starts from it, on the same day."""
        self.m.ramener()
        for code, du in self.poses:
            corps = {"valeur": A_L_INSTALLATION[code], "du": du}
            self.agir("national", "POST", f"/parametres/{code}/valeurs", corps).reussie()
        self.poses.clear()
