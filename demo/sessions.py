"""The demo's sessions, from a brouillon to a signed PV: a centre and its UD each find work.

Those of the past are played on their own days, simulated. Their jurés and candidats are nobody else's: who tries CERES
with the others finds them free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.client import Client

_TITRE = "TP-00520"
_COMMUN = {"type": "TITRE", "titre_code": _TITRE, "responsable": "Claude Exemple (fictif)", "heure_debut": "09:00"}
_CCPS = ("RNCP37098BC01", "RNCP37098BC02")
_JURY = (31, 32, 33)
_AVANT_LE_DEBUT = {"soumission", "validation", "refus", "demandes-dte", "convocations"}
_PAR_L_UD = {"validation", "refus", "visa"}


@dataclass(frozen=True)
class Lieu:
    """Where they are held, by whom, and who may be called there.

    Attributes:
        jures: the ids of the demo's jurés; a session names them by their rank in `jures.json`, from 1.
        candidats: the same of its candidats.
    """

    centre: Client
    ud: Client
    site_id: str
    jures: Sequence[str]
    candidats: Sequence[str]

    def jouer(self, plan: dict[str, Any]) -> None:
        """Plays a session of `sessions.json` up to the last of its acts; what was done already stays as it is."""
        cle, prepare = f"demo-session-{plan['cle']}", date.fromisoformat(plan["prepare"])
        corps = {**_COMMUN, "site_id": self.site_id, **plan["corps"]}
        chemin = f"/sessions/{self.centre.poster('/sessions', corps, cle=cle, le=prepare)['id']}"
        self._inscrire(plan, chemin, cle, prepare)
        for acte in plan["actes"]:
            le = prepare if acte in _AVANT_LE_DEBUT else date.fromisoformat(corps["date_fin"])
            if acte == "resultats":
                self._saisir(plan, chemin, le)
                continue
            qui = self.ud if acte in _PAR_L_UD else self.centre
            qui.poster(
                f"{chemin}/{acte}", {"motif": plan["motif"]} if acte == "refus" else {}, cle=f"{cle}-{acte}", le=le
            )

    def _inscrire(self, plan: dict[str, Any], chemin: str, cle: str, le: date) -> None:
        for rang in plan.get("jures", _JURY):
            self.centre.poster(f"{chemin}/jures", {"jure_id": self.jures[rang - 1]}, cle=f"{cle}-jure-{rang}", le=le)
        parcours = plan.get("parcours", "formation")
        entrees = [(rang, {"parcours": parcours}) for rang in plan["candidats"]]
        if vae := plan.get("vae"):
            entrees.append((vae, {"parcours": "vae", "demande_vae_id": self._recevable(vae, le)}))
        for rang, comment in entrees:
            corps = {"candidat_id": self.candidats[rang - 1], **comment}
            self.centre.poster(f"{chemin}/candidats", corps, cle=f"{cle}-candidat-{rang}", le=le)
        if a_decider := plan.get("vae_a_decider"):
            self._deposer(a_decider, le)

    def _deposer(self, rang: int, le: date) -> str:
        """Returns the id of a candidat's demande VAE."""
        depot = {"titre_code": _TITRE, "date_depot": (le - timedelta(days=30)).isoformat()}
        chemin = f"/candidats/{self.candidats[rang - 1]}/demandes-vae"
        demande: str = self.centre.poster(chemin, depot, cle=f"demo-vae-{rang}")["id"]
        return demande

    def _recevable(self, rang: int, le: date) -> str:
        """Returns the id of a candidat's demande VAE, judged recevable."""
        demande = self._deposer(rang, le)
        decision = {"decision": "recevable", "date_notification": (le - timedelta(days=10)).isoformat()}
        self.ud.poster(f"/demandes-vae/{demande}/decision", decision, cle=f"demo-vae-{rang}-decision")
        return demande

    def _saisir(self, plan: dict[str, Any], chemin: str, le: date) -> None:
        """Types the results, where they were not: once closed they are no longer typed."""
        if self.centre.lire(chemin)["etat"] == "cloturee":
            return
        echecs = {int(rang): set(ccps) for rang, ccps in plan.get("echecs", {}).items()}
        resultats = []
        for rang in plan["candidats"]:
            qui = {"candidat_id": self.candidats[rang - 1]}
            if rang in plan.get("absents", ()):
                resultats.append({**qui, "present": False, "absence": "excusee"})
                continue
            rates = echecs.get(rang, set())
            ccps = {ccp: "non_acquis" if ccp in rates else "acquis" for ccp in _CCPS}
            resultats.append(
                {**qui, "present": True, "ccps": ccps, "entretien_final": "defavorable" if rates else "favorable"}
            )
        self.centre.envoyer("PUT", f"{chemin}/resultats", {"resultats": resultats}, le=le)
