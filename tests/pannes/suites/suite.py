"""An act, and what holds after any act: nothing breaks, a refusal changed nothing, what is said again is done once."""

from datetime import date, timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from commun.storage.db import nouvel_id
from tests.pannes.suites.modele import SessionSuivie
from tests.pannes.suites.monde import MondeDeSuite
from tests.pannes.suites.pays import Pays
from tests.pannes.suites.temps import passer
from tests.parcours.acteurs import Corps, Reponse, Utilisateur

_CONSTATS = (
    # those that are still to be answered: nobody writes that a session lapses, or is over
    "SELECT session_id::text, code, message FROM alertes JOIN sessions ON sessions.id = session_id "
    "WHERE levee_a IS NULL AND session_id::text = ANY(%(ids)s) "
    "AND CASE etat WHEN 'validee' THEN date_fin >= %(jour)s ELSE date_debut > %(jour)s END",
    "SELECT session_id::text, jure_id::text, habilitation_id::text, habilitation IS NULL, actif "
    "FROM inscriptions_jures WHERE session_id::text = ANY(%(ids)s)",
)


class Suite(RuleBasedStateMachine):
    """A world of its own, its day, and how acts are done in it."""

    on_tue = False
    """Whether processes die meanwhile: who is told to come back, or nothing at all, may have been heard."""

    def __init__(self, pays: Pays) -> None:
        super().__init__()
        self.pays = pays
        self.jour = pays.monde.jour
        self.m = MondeDeSuite(self)
        self.sessions: list[SessionSuivie] = []
        self.poses: list[tuple[str, str]] = []
        """The parameters that were set: code, and from which day."""
        self.journal: list[str] = []
        """What was asked and answered, for who reads a failure."""
        self._rang = 0

    @property
    def plafond_change(self) -> bool:
        """Whether the sessions of a candidate were not always counted alike: who was let in may be too many since."""
        return any(code.startswith("plafond") for code, _ in self.poses)

    # -- who, when, what ----------------------------------------------------------------------------------------

    def qui(self, nom: str) -> Utilisateur:
        """Returns somebody."""
        return self.pays.acteurs[nom]

    def dans(self, jours: int) -> str:
        """Returns the day that comes in so many days, as the API writes it."""
        return (self.jour + timedelta(days=jours)).isoformat()

    def une(self, rang: int) -> SessionSuivie:
        """Returns a session."""
        return self.sessions[rang % len(self.sessions)]

    def lire(self, nom: str, chemin: str, **filtres: Any) -> Any:
        """Returns what somebody reads, which must be a success."""
        return self.demander(nom, "GET", chemin, **filtres).reussie()

    # -- an act -------------------------------------------------------------------------------------------------

    def demander(
        self, nom: str, methode: str, chemin: str, corps: Corps | None = None, cle: str = "", *, ensemble: bool = False
    ) -> Reponse:
        """Asks once, and looks at what holds of every answer.

        Args:
            ensemble: others act at the same instant: one may be told to come back.
        """
        requete = f"suite:{cle}:{nouvel_id()}"
        entetes = {"x_request_id": requete} | ({"idempotency_key": cle} if cle else {})
        reponse = self.qui(nom).demander(methode, chemin, corps, le=self.jour, **entetes)
        if methode != "GET":
            code = "" if reponse.brute.is_success else str((reponse.corps or {}).get("code"))
            self.journal.append(f"{self.jour} {nom} {methode} {chemin} {corps or ''} → {reponse.statut} {code}")
        assert reponse.statut < 500 or (ensemble and reponse.statut == 503), self.dire(reponse.brute.text)
        if methode == "GET" or not (reponse.brute.is_success or (self.on_tue and reponse.statut == 503)):
            self._exiger_rien_d_ecrit(requete)
        return reponse

    def _exiger_rien_d_ecrit(self, requete: str) -> None:
        assert not (ecrit := self.pays.traces_de(requete)), self.dire(f"refusé, et pourtant écrit : {ecrit}")

    def deposer(self, nom: str, chemin: str, fichier: bytes, forme: dict[str, str]) -> Reponse:
        """Sends a file, once."""
        requete = f"suite::{nouvel_id()}"
        entetes = {"X-Date-Simulee": self.jour.isoformat(), "X-Request-Id": requete}
        envoi = {"fichier": ("suite.csv", fichier)}
        reponse = Reponse(self.qui(nom)._http.post(chemin, files=envoi, data=forme, headers=entetes))
        self.journal.append(f"{self.jour} {nom} POST {chemin} {forme} {fichier.decode()} → {reponse.statut}")
        assert reponse.statut < 500, self.dire(reponse.brute.text)
        if not reponse.brute.is_success:
            self._exiger_rien_d_ecrit(requete)
        return reponse

    def agir(
        self, nom: str, methode: str, chemin: str, corps: Corps | None = None, *, confirmer: bool = True
    ) -> Reponse:
        """Acts, confirming what is asked, and every third time says again what was done."""
        self._rang += 1
        cle = nouvel_id() if methode == "POST" else ""
        corps = corps if corps is not None or methode == "DELETE" else {}
        reponse = self.demander(nom, methode, chemin, corps, cle)
        if reponse.statut == 409 and reponse.corps["code"] == "CONFIRMATION_REQUISE" and confirmer:
            codes = [a["code"] for a in reponse.corps["avertissements"]]
            if methode == "DELETE":
                chemin = f"{chemin}?confirmer={','.join(codes)}"
            else:
                corps = {**(corps or {}), "confirmer": codes}
            reponse = self.demander(nom, methode, chemin, corps, cle)
        if cle and reponse.brute.is_success and self._rang % 3 == 0:
            encore = self.demander(nom, methode, chemin, corps, cle)
            assert (encore.statut, encore.corps) == (reponse.statut, reponse.corps), self.dire("redit, autre réponse")
        return reponse

    def agir_comme_dit(self, nom: str, methode: str, chemin: str, suite: str, acte: str) -> None:
        """Acts on something whose file says what may be done: once all is calm, what it says is what is answered."""
        calme = not self.pays.en_route()
        lue = self.demander(nom, "GET", chemin)
        reponse = self.agir(nom, methode, f"{chemin}{suite}", None if methode == "DELETE" else {"motif": "Suite"})
        if not calme or not lue.brute.is_success:
            return
        permis = {a["action"].replace("_", "-") for a in lue.corps["actions"]}
        refus = [r["code"] for r in lue.corps["refus"] if r["action"].replace("_", "-") == acte]
        if acte in permis:
            assert reponse.brute.is_success, self.dire(f"{acte} : dit permis, refusé")
        elif refus:
            assert reponse.corps and reponse.corps.get("code") in refus, self.dire(f"{acte} : {refus} annoncé")
        else:
            assert reponse.statut in (403, 404), self.dire(f"{acte} : de rien, et pourtant {reponse.statut}")

    # -- after it -----------------------------------------------------------------------------------------------

    def verifier(self, session: SessionSuivie) -> Corps:
        """Reads a session, which must be what the sequence made of it."""
        fiche: Corps = self.lire(session.centre, session.chemin)
        ecarts = session.ecarts(fiche, self.jour)
        assert not ecarts, self.dire(f"{session.chemin} : {ecarts}")
        return fiche

    def relire_sous_les_titres(self) -> None:
        """A titre of which a trifle changes has its sessions looked at again: nothing may be found to change then, that
        they are looked at for what the days bring."""
        passer(self.pays, self.jour)
        avant = self._constats()
        for code in (self.m.titre, self.m.successeur):
            self.agir("national", "PATCH", f"/titres/{code}", {"niveau": 5}).reussie()
        self.pays.attendre_le_calme()
        apres = self._constats()
        assert avant == apres, self.dire(f"relu, autre constat : {avant ^ apres}")

    def _constats(self) -> set[tuple[Any, ...]]:
        """Returns the alerts of its sessions, and what their jurys rely on."""
        ids = [s.id for s in self.sessions]
        lignes = {ligne for quoi in _CONSTATS for ligne in self.pays.lignes("sessions", quoi, ids=ids, jour=self.jour)}
        return {ligne for ligne in lignes if not (self.plafond_change and "SES-06" in ligne)}

    def dire(self, quoi: str) -> str:
        """Returns what is wrong, after what led there."""
        return "\n".join([*self.journal, quoi])

    def avancer_au(self, jour: date) -> None:
        """Lets days pass; they never come back."""
        if jour > self.jour:
            self.jour = jour
            self.journal.append(f"— {jour} —")
