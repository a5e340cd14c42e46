"""What is read in between, by anybody: whatever happened, a page answers."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.suites.gestes_sessions import RANGS
from tests.suites.pays import PROFILS
from tests.suites.suite import Suite

DES_SESSIONS = (
    "", "/couverture", "/echeances", "/alertes", "/convocations", "/resultats", "/jures-possibles", "/traces",
)  # fmt: skip
DES_CANDIDATS = ("", "/bandeau", "/credits", "/doublons", "/demandes-vae", "/attestations", "/traces")
DES_JURES = ("", "/sessions", "/doublons", "/traces")
LISTES = (
    "/taches", "/alertes", "/sessions?etat=caduque", "/sessions?etat=a_cloturer", "/messages", "/candidats",
    "/jures", "/habilitations?etat=expiree", "/agrements?statut=suspendu", "/demandes-vae",
    "/titres?situation=en_prolongation",
)  # fmt: skip


class GestesDesLectures(Suite):
    """The rules on reading."""

    @rule(rang=RANGS, qui=st.sampled_from(PROFILS), n=st.integers(0, 20))
    def lire_autour(self, rang: int, qui: str, n: int) -> None:
        candidats = [*self.m.candidats, *self.m.du_voisin]
        chemins = [
            f"{self.une(rang).chemin}{DES_SESSIONS[n % len(DES_SESSIONS)]}",
            f"/candidats/{candidats[rang % len(candidats)]}{DES_CANDIDATS[n % len(DES_CANDIDATS)]}",
            f"/jures/{self.m.jures[rang % len(self.m.jures)]}{DES_JURES[n % len(DES_JURES)]}",
            f"/agrements/{self.m.agrements[rang % len(self.m.agrements)].id}{('', '/incidences', '/traces')[n % 3]}",
            LISTES[n % len(LISTES)],
        ]
        for chemin in chemins:
            self.demander(qui, "GET", chemin)

    @rule(rang=RANGS, quoi=st.sampled_from(("convocations", "emargement", "pv")))
    def imprimer(self, rang: int, quoi: str) -> None:
        session = self.une(rang)
        self.demander(session.centre, "GET", f"{session.chemin}/{quoi}.pdf")
