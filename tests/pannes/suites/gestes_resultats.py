"""A session held: its results, its closing, its visa, and what comes back after an unblocking."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_inscriptions import GestesDesInscriptions
from tests.pannes.suites.gestes_sessions import AUTEURS, RANGS, GestesDesSessions
from tests.pannes.suites.modele import SessionSuivie
from tests.parcours.acteurs import Corps

ETAPES = ("composee", "soumise", "validee", "convoquee", "tenue", "cloturee", "visee")
ISSUES = st.lists(st.sampled_from(("acquis", "acquis", "acquis", "non_acquis", "deja_acquis")), min_size=2, max_size=2)


class GestesDesResultats(GestesDesSessions, GestesDesInscriptions):
    """The rules on results, and the whole course of a session."""

    def feuille(self, session: SessionSuivie, issues: list[str], presence: int) -> list[Corps]:
        """Returns the lines of a sheet: `presence` says who is absent."""
        resultats: list[Corps] = []
        for rang, candidat_id in enumerate(sorted(session.candidats)):
            ligne: Corps = {"candidat_id": candidat_id, "present": (presence + rang) % 5 != 0}
            if not ligne["present"]:
                ligne["absence"] = "excusee" if presence % 2 else "non_excusee"
            elif session.type == "CCS":
                ligne["ccs"] = "non_acquis" if issues[0] == "non_acquis" else "acquis"
            else:
                ligne["ccps"] = dict(zip(session.ccps, issues * 5, strict=False))
            if ligne["present"] and session.entretien:
                ligne["entretien_final"] = ("favorable", "favorable", "defavorable", "non_tenu")[presence % 4]
            resultats.append(ligne)
        return resultats

    def saisir(self, session: SessionSuivie, issues: list[str], presence: int, qui: str = "") -> bool:
        """Enters a sheet; `presence` says who of the jury is absent, too."""
        corps: Corps = {"resultats": self.feuille(session, issues, presence)}
        if presence == 7:
            corps["jures_presents"] = sorted(session.jures)[:1]
        reponse = self.agir(qui or session.centre, "PUT", f"{session.chemin}/resultats", corps)
        self.verifier(session)
        return reponse.brute.is_success

    def mener(self, session: SessionSuivie, jusqu_a: str, issues: list[str]) -> None:
        """Leads a session as far as that: what is not allowed any more is not done, and it stays where it is."""
        for etape in ETAPES[: ETAPES.index(jusqu_a) + 1]:
            etat = session.etat_le(self.jour)
            match etape:
                case "composee" if etat == "brouillon":
                    for jure_id in self.m.jures[:2]:
                        if jure_id not in session.jures and len(session.jures) < 2:
                            self.inscrire_jure(session, jure_id)
                    if not session.candidats:
                        for rang in (0, 1):
                            self.inscrire(session, self.un_candidat(session, rang))
                case "soumise" if etat in ("brouillon", "refusee"):
                    self.acte(session, "soumission")
                case "validee" if etat == "en_attente_de_validation":
                    self.acte(session, "validation")
                case "convoquee" if etat == "validee":
                    self.acte(session, "convocations")
                case "tenue" if etat in ("convoquee", "validee"):
                    self.avancer_au(session.debut)
                    self.saisir(session, issues, 1)
                case "cloturee" if etat in ("en_cours", "a_cloturer", "debloquee"):
                    self.saisir(session, issues, 1)
                    self.acte(session, "cloture")
                case "visee" if etat == "cloturee":
                    self.acte(session, "visa")

    @rule(
        rang=RANGS,
        par=st.sampled_from(("retrait", "refus", "heures", "dates", "site")),
        jusqu_a=st.sampled_from(ETAPES),
        issues=ISSUES,
    )
    def reprendre_une_session(self, rang: int, par: str, jusqu_a: str, issues: list[str]) -> None:
        """Sends a session back to its centre, or moves it, then leads it there again."""
        session = self.une(rang)
        if par in ("retrait", "refus"):
            self.acte(session, par)
        else:
            corps: Corps = {
                "heures": {"heure_debut": "10:30"},
                "dates": {"date_debut": self.dans(25), "date_fin": self.dans(26)},
                "site": {"site_id": self.m.site(session.centre, rang)},
            }[par]
            self.modifier(session, corps)
        self.mener(session, jusqu_a, issues)

    @rule(rang=RANGS, jusqu_a=st.sampled_from(ETAPES), issues=ISSUES)
    def mener_une_session(self, rang: int, jusqu_a: str, issues: list[str]) -> None:
        self.mener(self.une(rang), jusqu_a, issues)

    @rule(rang=RANGS, issues=ISSUES, presence=st.integers(1, 7), qui=AUTEURS)
    def saisir_des_resultats(self, rang: int, issues: list[str], presence: int, qui: str) -> None:
        self.saisir(self.une(rang), issues, presence, qui)

    @rule(rang=RANGS, issues=ISSUES, presence=st.integers(1, 6))
    def debloquer_et_corriger(self, rang: int, issues: list[str], presence: int) -> None:
        session = self.une(rang)
        if session.etat == "cloturee":
            self.acte(session, "deblocage")
            self.saisir(session, issues, presence)
            self.acte(session, "cloture")
