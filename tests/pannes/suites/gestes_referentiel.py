"""What the State changes of titres and agréments under the sessions that rely on them."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_sessions import AUTEURS, RANGS
from tests.pannes.suites.suite import Suite
from tests.parcours.acteurs import Corps


class GestesDuReferentiel(Suite):
    """The rules on agréments and titres."""

    @rule(
        rang=RANGS,
        acte=st.sampled_from(("suspension", "suspension", "retablissement", "retablissement", "retrait")),
        qui=AUTEURS,
    )
    def agir_sur_un_agrement(self, rang: int, acte: str, qui: str) -> None:
        agrement = self.m.agrements[rang % len(self.m.agrements)]
        self.agir_comme_dit(qui or agrement.ud, "POST", f"/agrements/{agrement.id}", f"/{acte}", acte)

    @rule(rang=RANGS, dans=st.integers(-10, 1_000))
    def changer_la_fin_d_un_agrement(self, rang: int, dans: int) -> None:
        agrement = self.m.agrements[rang % len(self.m.agrements)]
        corps: Corps = {
            "numero": agrement.numero,
            "date_debut": agrement.debut.isoformat(),
            "date_fin": self.dans(dans),
        }
        self.agir(agrement.ud, "PATCH", f"/agrements/{agrement.id}", corps)

    @rule(dans=st.integers(-20, 400), prolongation=st.sampled_from((None, 0, 30, 365)))
    def fixer_la_fin_de_vie(self, dans: int, prolongation: int | None) -> None:
        fin = self.jour + timedelta(days=dans)
        corps: Corps = {"date_fin_de_vie": fin.isoformat(), "date_fin_prolongation": None}
        if prolongation is not None:
            corps["date_fin_prolongation"] = (fin + timedelta(days=prolongation)).isoformat()
        self.agir("national", "PATCH", f"/titres/{self.m.titre}", corps)

    @rule(combien=st.integers(1, 3), complete=st.booleans())
    def reviser_le_titre(self, combien: int, complete: bool) -> None:
        """A titre has a CCP more, as it had before, or one less; its CCS comes and goes."""
        codes = [*self.m.ccps, f"{self.m.titre}-3"][:combien]
        corps: Corps = {"ccps": [{"code": c, "intitule": f"CCP {c}"} for c in codes]}
        corps["ccs"] = [{"code": self.m.ccs, "intitule": f"CCS {self.m.ccs}"}] if complete else []
        self.agir("national", "PATCH", f"/titres/{self.m.titre}", corps)

    @rule()
    def lever_la_fin_de_vie(self) -> None:
        corps: Corps = {"date_fin_de_vie": None, "date_fin_prolongation": None}
        self.agir("national", "PATCH", f"/titres/{self.m.titre}", corps)

    @rule(combien=st.integers(0, 2))
    def dire_les_correspondances(self, combien: int) -> None:
        corps: Corps = {
            "correspondances": [
                {"ancien_titre_code": self.m.titre, "ancien_ccp_code": ancien, "ccp_code": nouveau}
                for ancien, nouveau in list(zip(self.m.ccps, self.m.nouveaux_ccps, strict=True))[:combien]
            ]
        }
        self.agir("national", "PUT", f"/titres/{self.m.successeur}/correspondances", corps)
