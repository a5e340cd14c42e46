"""What is read in between, by anybody: whatever happened, a page answers."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_sessions import RANGS
from tests.pannes.suites.pays import PROFILS
from tests.pannes.suites.suite import Suite

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

    @rule(rang=RANGS, qui=st.sampled_from(("centre", "ud")), n=RANGS)
    def ouvrir_des_pages(self, rang: int, qui: str, n: int) -> None:
        """Opens the pages of a session and of its people, then some of those to which the first leads."""
        session, visiteur = self.une(rang), self.pays.visiteurs[qui]
        visiteur.http.headers["X-Date-Simulee"] = self.jour.isoformat()
        gens = [f"/candidats/{c}" for c in sorted(session.candidats)] + [f"/jures/{j}" for j in sorted(session.jures)]
        page = visiteur.ouvrir(session.chemin)
        liens = sorted({lien for lien in page.liens if lien.startswith(session.chemin + "/")})
        for adresse in [*liens[n : n + 3], *gens[n % 3 :][:2], "/", "/sessions", "/alertes"]:
            ouverte = visiteur.ouvrir(adresse)
            assert ouverte.statut < 500, self.dire(f"{qui} {adresse} : {ouverte.statut} {ouverte.texte[:500]}")
        assert page.statut in (200, 404), self.dire(f"{qui} {session.chemin} : {page.statut} {page.texte[:500]}")

    @rule(rang=RANGS, quoi=st.sampled_from(("convocations", "emargement", "pv")))
    def imprimer(self, rang: int, quoi: str) -> None:
        session = self.une(rang)
        self.demander(session.centre, "GET", f"{session.chemin}/{quoi}.pdf")
