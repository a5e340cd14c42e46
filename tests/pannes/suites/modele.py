"""What a sequence expects of what it did: who is registered, and in what state each session stands."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.pannes.suites.pays import agents_de

AVANT_VALIDATION = {"brouillon", "en_attente_de_validation", "refusee"}
ETATS_APRES = {
    "soumission": "en_attente_de_validation",
    "retrait": "brouillon",
    "validation": "validee",
    "refus": "refusee",
    "annulation": "annulee",
    "carence": "annulee",
    "cloture": "cloturee",
    "deblocage": "debloquee",
}
"""The state in which an act leaves a session, by the name of its address."""


@dataclass
class SessionSuivie:
    """A session, as the acts that succeeded make it."""

    id: str
    centre: str
    ud: str = ""
    type: str = ""
    debut: date = date.min
    fin: date = date.min
    ccps: list[str] = field(default_factory=list)
    entretien: bool = False
    etat: str = "brouillon"
    convoquee: bool = False
    jures: set[str] = field(default_factory=set)
    candidats: set[str] = field(default_factory=set)

    @property
    def chemin(self) -> str:
        return f"/sessions/{self.id}"

    def etat_le(self, jour: date) -> str:
        """Returns the state that agents read on a day."""
        if self.etat in AVANT_VALIDATION:
            return self.etat if jour < self.debut else "caduque"
        if self.etat != "validee":
            return self.etat
        if jour < self.debut:
            return "convoquee" if self.convoquee else "validee"
        return "en_cours" if jour <= self.fin else "a_cloturer"

    def noter(self, acte: str) -> None:
        """Follows an act that has succeeded."""
        self.etat = ETATS_APRES.get(acte, self.etat)
        if acte in ("refus", "annulation", "carence"):
            self.convoquee = False

    def recadrer(self, fiche: dict[str, Any], jour: date) -> None:
        """Follows a change of the frame: what was validated is to be validated again (SES-10)."""
        if self.etat_le(jour) in ("validee", "convoquee"):
            self.etat, self.convoquee = "en_attente_de_validation", False
        elif self.etat_le(jour) == "caduque":
            self.etat = "brouillon"
        self.cadrer(fiche)

    def cadrer(self, fiche: dict[str, Any]) -> None:
        """Takes the frame that a file shows."""
        self.debut, self.fin = date.fromisoformat(fiche["date_debut"]), date.fromisoformat(fiche["date_fin"])
        self.ccps, self.entretien, self.type = fiche["ccp_codes"], fiche["entretien_final"], fiche["type"]
        self.ud = agents_de(fiche["departement"])

    def ecarts(self, fiche: dict[str, Any], jour: date) -> dict[str, Any]:
        """Returns what a file says otherwise: (expected, read)."""
        lu = {
            "etat": fiche["etat"],
            "debut": date.fromisoformat(fiche["date_debut"]),
            "jures": {j["jure_id"] for j in fiche["jures"]},
            "candidats": {c["candidat_id"] for c in fiche["candidats"]},
        }
        voulu = {"etat": self.etat_le(jour), "debut": self.debut, "jures": self.jures, "candidats": self.candidats}
        return {nom: (voulu[nom], lu[nom]) for nom in lu if voulu[nom] != lu[nom]}


@dataclass
class AgrementSuivi:
    """An agrément, and what it is for."""

    id: str
    numero: str
    debut: date
    fin: date
    ud: str
