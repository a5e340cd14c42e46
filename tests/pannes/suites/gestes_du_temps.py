"""Days that pass, lived one by one or with everything stopped, and rights that begin and end in them."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_inscriptions import GestesDesInscriptions
from tests.pannes.suites.gestes_sessions import RANGS
from tests.pannes.suites.temps import passer

_DITS = "SELECT compte_id, cle FROM messages UNION ALL SELECT destinataire, genre || sujet FROM envois"


class GestesDuTemps(GestesDesInscriptions):
    """The rules on time."""

    @rule(jours=st.sampled_from((1, 4, 8, 32)), arret=st.booleans())
    def laisser_passer(self, jours: int, arret: bool) -> None:
        """What time brings is done as the days pass, or all at once after a stop; done again, it changes nothing."""
        pas = jours if arret else max(1, jours // 4)
        for _ in range(0, jours, pas):
            self.avancer_au(self.jour + timedelta(days=pas))
            passer(self.pays, self.jour)
        avant = self._dits_et_constates()
        passer(self.pays, self.jour)
        apres = self._dits_et_constates()
        assert avant == apres, self.dire(f"le même jour, dit ou constaté de nouveau : {avant ^ apres}")

    def _dits_et_constates(self) -> set[tuple[Any, ...]]:
        return {*self.pays.lignes("notifications", _DITS), *self._constats()}

    @rule(
        rang=RANGS,
        sur=st.sampled_from(("titre", "successeur", "ccs")),
        dans=st.integers(0, 40),
        duree=st.integers(5, 250),
    )
    def habiliter_pour_un_temps(self, rang: int, sur: str, dans: int, duree: int) -> None:
        """A right that begins later, or ends soon: one on a CCS follows its titre until then, or from then on."""
        m, jure = self.m, self.un_jure(rang)
        certification = {
            "titre": {"titre_code": m.titre, "ccp_codes": m.ccps},
            "successeur": {"titre_code": m.successeur, "ccp_codes": m.nouveaux_ccps},
            "ccs": {"ccs_code": m.ccs},
        }[sur]
        corps = {"date_debut": self.dans(dans), "date_fin": self.dans(dans + duree)} | certification
        reponse = self.agir("ud", "POST", f"/jures/{jure}/habilitations", corps)
        if reponse.brute.is_success:
            m.habilitations.append(reponse.corps["id"])
            self.agir("ud", "POST", f"/habilitations/{reponse.corps['id']}/valider")
