"""The acts on a session, by the right profil or by another: created, changed, submitted, validated, cancelled, held."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.modele import ETATS_APRES, SessionSuivie
from tests.pannes.suites.pays import PROFILS
from tests.pannes.suites.suite import Suite
from tests.parcours.acteurs import Corps

RANGS = st.integers(0, 7)
AUTEURS = st.sampled_from(("", "", "", "", "", "", "", *PROFILS))
"""Who acts: most of the time who may (« »)."""
DU_CENTRE = ("soumission", "retrait", "convocations", "demandes-dte")
ACTES = (*ETATS_APRES, "convocations", "demandes-dte", "visa")
CADRE = ("type", "titre_code", "ccp_codes", "ccs_code", "entretien_final", "site_id", "date_debut", "date_fin")
COMMENCEES = ("en_cours", "a_cloturer")
AVEC_MOTIF = ("refus", "annulation", "carence", "deblocage")


class GestesDesSessions(Suite):
    """The rules on sessions."""

    def creer(self, centre: str, dans: int, duree: int, **autres: Any) -> SessionSuivie | None:
        """Creates a session, if it may be."""
        corps: Corps = {
            "type": "TITRE",
            "titre_code": self.m.titre,
            "site_id": self.m.site(centre, 0),
            "responsable": "Responsable de suite",
            "date_debut": self.dans(dans),
            "date_fin": self.dans(dans + duree),
            "heure_debut": "09:00",
        } | autres
        reponse = self.agir(centre, "POST", "/sessions", corps)
        if not reponse.brute.is_success:
            return None
        session = SessionSuivie(reponse.corps["id"], centre)
        session.cadrer(reponse.corps)
        self.sessions.append(session)
        return session

    def acte(self, session: SessionSuivie, acte: str, qui: str = "", **corps: Any) -> bool:
        """Does an act of `ACTES`, and follows it."""
        auteur = qui or (session.centre if acte in DU_CENTRE else session.ud)
        if acte in AVEC_MOTIF:
            corps["motif"] = "Motif de la suite"
        avant = session.etat_le(self.jour)
        reponse = self.agir(auteur, "POST", f"{session.chemin}/{acte}", corps)
        if reponse.brute.is_success:
            session.noter(acte)
            session.convoquee = session.convoquee or acte == "convocations"
            assert avant != "annulee", self.dire(f"{acte} sur une session annulée")
        self.verifier(session)
        return reponse.brute.is_success

    def modifier(self, session: SessionSuivie, corps: Corps, qui: str = "") -> None:
        """Changes a session, if it may be."""
        avant: Corps = self.verifier(session)
        reponse = self.agir(qui or session.centre, "PATCH", session.chemin, corps)
        if reponse.brute.is_success and any(avant[c] != reponse.corps[c] for c in CADRE):
            session.recadrer(reponse.corps, self.jour)
        self.verifier(session)

    @rule(rang=RANGS, du_centre=st.booleans(), n=st.integers(0, 5))
    def suivre_la_fiche(self, rang: int, du_centre: bool, n: int) -> None:
        """Does what the file says may be done; once all is calm it says so of nothing else."""
        session = self.une(rang)
        qui = session.centre if du_centre else session.ud
        self.pays.attendre_le_calme()
        fiche: Corps = self.lire(qui, session.chemin)
        permis = {a["action"].replace("_", "-") for a in fiche["actions"]} & set(ACTES)
        refus = {r["action"].replace("_", "-"): r["code"] for r in fiche["refus"]}
        acte = (sorted(permis) or ACTES)[n % (len(permis) or len(ACTES))]
        fait = self.acte(session, acte, qui)
        assert fait == (acte in permis), self.dire(f"{acte} : la fiche le dit {'permis' if not fait else refus}")

    @rule(rang=RANGS, acte=st.sampled_from(ACTES), qui=AUTEURS)
    def agir_sur_une_session(self, rang: int, acte: str, qui: str) -> None:
        session = self.une(rang)
        if acte == "annulation" and not qui and session.etat != "validee":
            qui = session.centre
        self.acte(session, acte, qui)

    @rule(
        centre=st.sampled_from(("centre", "centre", "autre_centre")),
        dans=st.integers(1, 200),
        duree=st.integers(0, 3),
        type_=st.sampled_from(("TITRE", "TITRE", "CCP", "CCP", "CCS")),
        entretien=st.booleans(),
        successeur=st.integers(0, 3),
    )
    def creer_une_session(
        self, centre: str, dans: int, duree: int, type_: str, entretien: bool, successeur: int
    ) -> None:
        if len(self.sessions) < 5:
            titre, ccps = (self.m.successeur, self.m.nouveaux_ccps) if successeur == 0 else (self.m.titre, self.m.ccps)
            sur: Corps = {
                "TITRE": {"titre_code": titre},
                "CCP": {"titre_code": titre, "ccp_codes": ccps[:1], "entretien_final": entretien},
                "CCS": {"titre_code": None, "ccs_code": self.m.ccs},
            }[type_]
            self.creer(centre, dans, duree, type=type_, **sur)

    @rule(
        rang=RANGS,
        qui=AUTEURS,
        quoi=st.sampled_from(("debut", "fin", "site", "heure", "responsable", "type", "entretien", "ccps")),
        dans=st.integers(-2, 150),
    )
    def modifier_une_session(self, rang: int, qui: str, quoi: str, dans: int) -> None:
        session = self.une(rang)
        fin = {"date_fin": self.dans(dans)}
        corps: Corps = {
            "debut": {"date_debut": self.dans(dans), "date_fin": self.dans(dans + 1)},
            "fin": fin,
            "site": {"site_id": self.m.site(session.centre, dans)},
            "heure": {"heure_debut": f"{8 + dans % 4:02}:30"},
            "responsable": {"responsable": f"Responsable {dans}", "heure_debut": f"{8 + dans % 3:02}:00"},
            "type": {"type": "CCP", "ccp_codes": self.m.ccps[:1], "titre_code": self.m.titre}
            if session.type != "CCP"
            else {"type": "TITRE", "titre_code": self.m.titre},
            "entretien": {"entretien_final": not session.entretien},
            "ccps": {"ccp_codes": self.m.ccps[dans % 2 :]},
        }[quoi]
        etat = session.etat_le(self.jour)
        self.modifier(session, corps, qui or (session.ud if quoi == "fin" and etat in COMMENCEES else ""))

    @rule(rang=RANGS, heure=st.integers(7, 11))
    def convoquer_a_une_autre_heure(self, rang: int, heure: int) -> None:
        session = self.une(rang)
        personnes = dict.fromkeys(sorted(session.candidats)[:1], f"{heure:02}:15")
        self.acte(session, "convocations", heure_convocation=f"{heure:02}:45", par_personne=personnes)

    # -- days ---------------------------------------------------------------------------------------------------

    @rule(jours=st.integers(1, 40))
    def laisser_passer_des_jours(self, jours: int) -> None:
        self.avancer_au(self.jour.fromordinal(self.jour.toordinal() + jours))
        for session in self.sessions:
            self.verifier(session)

    @rule(rang=RANGS, ecart=st.integers(-1, 2))
    def aller_autour_du_debut(self, rang: int, ecart: int) -> None:
        self.avancer_au(self.jour.fromordinal(self.une(rang).debut.toordinal() + ecart))
        for session in self.sessions:
            self.verifier(session)

    @rule()
    def laisser_les_nouvelles_arriver(self) -> None:
        self.pays.attendre_le_calme()
