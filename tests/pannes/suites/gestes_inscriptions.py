"""Who enters a session and who leaves it: jurés, candidates, by formation or by VAE."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_sessions import AUTEURS, RANGS
from tests.pannes.suites.modele import SessionSuivie
from tests.pannes.suites.suite import Suite
from tests.parcours.acteurs import Corps


class GestesDesInscriptions(Suite):
    """The rules on who is in a session."""

    def inscrire_jure(self, session: SessionSuivie, jure_id: str, qui: str = "") -> None:
        """Registers a juré, if he may be."""
        reponse = self.agir(qui or session.centre, "POST", f"{session.chemin}/jures", {"jure_id": jure_id})
        if reponse.brute.is_success:
            session.jures.add(jure_id)
        self.verifier(session)

    def remplacer(self, session: SessionSuivie, sortant: str, entrant: str, qui: str = "") -> None:
        """Puts a juré in the place of another, if he may be."""
        chemin = f"{session.chemin}/jures/{sortant}/remplacement"
        if self.agir(qui or session.centre, "POST", chemin, {"jure_id": entrant}).brute.is_success:
            session.jures = session.jures - {sortant} | {entrant}
        self.verifier(session)

    def inscrire(self, session: SessionSuivie, candidat_id: str, qui: str = "", **autres: str) -> None:
        """Registers a candidate, if he may be."""
        corps: Corps = {"candidat_id": candidat_id, "parcours": "formation"} | autres
        reponse = self.agir(qui or session.centre, "POST", f"{session.chemin}/candidats", corps)
        if reponse.brute.is_success:
            session.candidats.add(candidat_id)
        self.verifier(session)

    def un_jure(self, rang: int) -> str:
        """Returns a juré."""
        return self.m.jures[rang % len(self.m.jures)]

    def un_candidat(self, session: SessionSuivie, rang: int) -> str:
        """Returns a candidate of the session's centre."""
        siens = self.m.candidats if session.centre == "centre" else self.m.du_voisin
        return siens[rang % len(siens)]

    @rule(rang=RANGS, jure=RANGS, qui=AUTEURS)
    def inscrire_un_jure(self, rang: int, jure: int, qui: str) -> None:
        self.inscrire_jure(self.une(rang), self.un_jure(jure), qui)

    @rule(rang=RANGS, jure=RANGS, qui=AUTEURS)
    def retirer_un_jure(self, rang: int, jure: int, qui: str) -> None:
        session = self.une(rang)
        jure_id = sorted(session.jures)[jure % len(session.jures)] if session.jures else self.un_jure(jure)
        if self.agir(qui or session.centre, "DELETE", f"{session.chemin}/jures/{jure_id}").brute.is_success:
            session.jures.remove(jure_id)
        self.verifier(session)

    @rule(rang=RANGS, sortant=RANGS, entrant=RANGS, qui=AUTEURS)
    def remplacer_un_jure(self, rang: int, sortant: int, entrant: int, qui: str) -> None:
        session = self.une(rang)
        sort = sorted(session.jures)[sortant % len(session.jures)] if session.jures else self.un_jure(sortant)
        self.remplacer(session, sort, self.un_jure(entrant), qui)

    @rule(rang=RANGS, candidat=RANGS, qui=AUTEURS)
    def inscrire_un_candidat(self, rang: int, candidat: int, qui: str) -> None:
        session = self.une(rang)
        motif = {"motif_prolongation": "echec"} if candidat % 2 else {}
        self.inscrire(session, self.un_candidat(session, candidat), qui, **motif)

    @rule(rang=RANGS, entrant=RANGS)
    def rappeler_qui_manque(self, rang: int, entrant: int) -> None:
        """Has somebody habilité take the seat of another, or one more."""
        session = self.une(rang)
        libres = [j for j in self.m.jures[:3] if j not in session.jures]
        if libres and session.jures and entrant % 2:
            self.remplacer(session, sorted(session.jures)[0], libres[0])
        elif libres:
            self.inscrire_jure(session, libres[0])

    @rule(rang=RANGS, candidat=RANGS, entier=st.booleans(), decider=st.booleans())
    def venir_par_la_vae(self, rang: int, candidat: int, entier: bool, decider: bool) -> None:
        """A demande is filed, accepted, and lets somebody in, all titres or one CCP."""
        session = self.une(rang)
        qui = self.un_candidat(session, candidat)
        corps: Corps = {"titre_code": self.m.titre, "date_depot": self.dans(0)}
        corps |= {} if entier else {"ccp_codes": self.m.ccps[:1]}
        depot = self.agir(session.centre, "POST", f"/candidats/{qui}/demandes-vae", corps)
        if depot.brute.is_success:
            self.m.demandes.append(depot.corps["id"])
            if decider:
                for service in ("ud", "autre_ud"):
                    chemin = f"/demandes-vae/{depot.corps['id']}/decision"
                    self.agir(service, "POST", chemin, {"decision": "recevable"})
        self.inscrire(session, qui, parcours="vae")

    @rule(rang=RANGS, candidat=RANGS, demande=RANGS)
    def inscrire_par_la_vae(self, rang: int, candidat: int, demande: int) -> None:
        session = self.une(rang)
        nommee = {}
        if self.m.demandes and demande % 3:
            nommee = {"demande_vae_id": self.m.demandes[demande % len(self.m.demandes)]}
        self.inscrire(session, self.un_candidat(session, candidat), parcours="vae", **nommee)

    @rule(rang=RANGS, candidat=RANGS, qui=AUTEURS)
    def desinscrire_un_candidat(self, rang: int, candidat: int, qui: str) -> None:
        session = self.une(rang)
        inscrits = sorted(session.candidats)
        candidat_id = inscrits[candidat % len(inscrits)] if inscrits else self.un_candidat(session, candidat)
        if self.agir(qui or session.centre, "DELETE", f"{session.chemin}/candidats/{candidat_id}").brute.is_success:
            session.candidats.remove(candidat_id)
        self.verifier(session)
