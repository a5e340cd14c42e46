"""Acts at one instant, on the same objects: each is answered as some order of them would have it, and what
they leave holds. One that came at a bad moment may be told to come back, and then is."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import rule

from commun.storage.db import nouvel_id
from tests.pannes.suites.gestes_personnes import GestesDesPersonnes
from tests.pannes.suites.gestes_referentiel import GestesDuReferentiel
from tests.pannes.suites.gestes_resultats import GestesDesResultats
from tests.pannes.suites.gestes_sessions import AVEC_MOTIF, DU_CENTRE, RANGS
from tests.pannes.suites.modele import SessionSuivie
from tests.parcours.acteurs import Corps, Reponse

Demande = tuple[str, str, str, Corps | None]
"""Who asks, and what: method, path, body."""
DE_LA_SESSION = (
    "soumission", "retrait", "validation", "refus", "convocations", "demandes-dte", "cloture", "visa", "deblocage",
    "resultats",
)  # fmt: skip
DES_INSCRITS = ("inscrire", "desinscrire", "inscrire_jure", "retirer_jure", "remplacer", "vae")
DU_CADRE = ("dates", "heure", "site", "ccps")
DES_PERSONNES = (
    "suspendre", "reactiver", "valider", "mettre-en-brouillon", "supprimer", "inactivation", "activation",
    "fusion_candidats", "fusion_jures", "identite", "courriel_candidat", "courriel_jure",
)  # fmt: skip
DU_REFERENTIEL = ("suspension", "retablissement", "fin_de_vie", "sans_fin_de_vie", "ccps_du_titre", "demenager")
NOMS = (*DE_LA_SESSION, *DES_INSCRITS, *DU_CADRE, *DES_PERSONNES, *DU_REFERENTIEL)

COURSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("composee", ("inscrire", "desinscrire")),
    ("composee", ("inscrire", "fusion_candidats")),
    ("composee", ("inscrire_jure", "fusion_jures")),
    ("composee", ("soumission", "desinscrire", "fusion_candidats")),
    ("composee", ("soumission", "suspension", "demenager")),
    ("composee", ("valider", "fin_de_vie")),
    ("soumise", ("validation", "retirer_jure")),
    ("soumise", ("validation", "suspendre")),
    ("soumise", ("validation", "mettre-en-brouillon", "supprimer")),
    ("soumise", ("validation", "inactivation", "courriel_jure")),
    ("soumise", ("validation", "fusion_jures")),
    ("soumise", ("validation", "fin_de_vie")),
    ("soumise", ("validation", "ccps_du_titre", "suspension")),
    ("validee", ("inscrire_jure", "suspendre", "courriel_jure")),
    ("validee", ("convocations", "desinscrire")),
    ("validee", ("convocations", "inscrire", "suspension")),
    ("convoquee", ("convocations", "remplacer")),
    ("convoquee", ("convocations", "courriel_candidat", "demenager")),
    ("convoquee", ("dates", "remplacer", "suspendre")),
    ("convoquee", ("heure", "fusion_jures")),
    ("tenue", ("resultats", "fusion_candidats")),
    ("tenue", ("cloture", "fusion_candidats", "desinscrire")),
    ("cloturee", ("visa", "fusion_candidats")),
    ("cloturee", ("deblocage", "visa")),
)
"""What is known to meet: how far the session is led first, then the acts."""


class GestesSimultanes(GestesDesResultats, GestesDesPersonnes, GestesDuReferentiel):
    """The rules on what is done at one instant."""

    essais = 6
    """Times that somebody comes back."""

    @rule(rang=RANGS, noms=st.lists(st.sampled_from(NOMS), min_size=2, max_size=3), n=st.integers(0, 30))
    def agir_ensemble(self, rang: int, noms: list[str], n: int) -> None:
        self.ensemble(self.une(rang), noms, n)

    @rule(rang=RANGS, une=st.sampled_from(DE_LA_SESSION), autre=st.sampled_from(NOMS), n=st.integers(0, 30))
    def agir_pendant_que_la_session_avance(self, rang: int, une: str, autre: str, n: int) -> None:
        self.ensemble(self.une(rang), [une, autre], n)

    @rule(rang=RANGS, course=st.sampled_from(COURSES), n=st.integers(0, 30))
    def courir(self, rang: int, course: tuple[str, tuple[str, ...]], n: int) -> None:
        session, (etape, noms) = self.une(rang), course
        self.mener(session, etape, ["acquis", "acquis"])
        self.ensemble(session, list(noms), n)

    @rule(rang=RANGS, noms=st.lists(st.sampled_from(NOMS), min_size=6, max_size=10), n=st.integers(0, 30))
    def se_bousculer(self, rang: int, noms: list[str], n: int) -> None:
        self.ensemble(self.une(rang), noms, n)

    def ensemble(self, session: SessionSuivie, noms: list[str], n: int) -> None:
        """Does these acts at once, then takes what they made of the sessions."""
        demandes = [self.demande(nom, session, n + rang * 3) for rang, nom in enumerate(noms)]
        self.journal.append(f"— ensemble : {', '.join(noms)} —")
        self.tous_a_la_fois(demandes)
        self.reprendre_tout()

    def tous_a_la_fois(self, demandes: list[Demande]) -> None:
        """Has all this asked at once."""
        with ThreadPoolExecutor(len(demandes)) as fils:
            list(fils.map(self._insister, demandes))

    def reprendre_tout(self) -> None:
        """Takes what was made of the sessions, once all is calm."""
        self.pays.attendre_le_calme()
        for suivie in self.sessions:
            self.reprendre(suivie)

    def reprendre(self, session: SessionSuivie) -> None:
        """Follows what a session has become, whoever came first."""
        ((etat, convoquee),) = self.pays.lignes(
            "sessions", "SELECT etat, convocations_en_vigueur FROM sessions WHERE id = %(id)s", id=session.id
        )
        fiche = self.lire(session.centre, session.chemin)
        session.etat, session.convoquee = etat, convoquee
        session.jures = {j["jure_id"] for j in fiche["jures"]}
        session.candidats = {c["candidat_id"] for c in fiche["candidats"]}
        session.cadrer(fiche)

    def _insister(self, demande: Demande) -> Reponse:
        """Acts, confirming what is asked, and comes back as told to who came at a bad moment."""
        nom, methode, chemin, corps = demande
        cle, codes = (nouvel_id() if methode == "POST" else ""), ""
        for essai in range(self.essais):
            try:
                reponse = self.demander(nom, methode, chemin + codes, corps, cle, ensemble=True)
            except httpx.TransportError:  # the gateway that had it is dead
                assert self.on_tue and essai < self.essais - 1
                time.sleep(0.2)
                continue
            if reponse.statut == 503:
                time.sleep(0.2)
            elif reponse.statut == 409 and reponse.corps["code"] == "CONFIRMATION_REQUISE":
                demandes = [a["code"] for a in reponse.corps["avertissements"]]
                codes = f"?confirmer={','.join(demandes)}" if methode == "DELETE" else ""
                corps = corps if methode == "DELETE" else {**(corps or {}), "confirmer": demandes}
            else:
                break
        assert reponse.statut < 500, self.dire(f"{methode} {chemin} : {reponse.brute.text}")
        return reponse

    def demande(self, nom: str, s: SessionSuivie, n: int) -> Demande:
        """Returns an act of `NOMS`."""
        de = {DE_LA_SESSION: self._de_la_session, DES_INSCRITS: self._des_inscrits, DU_CADRE: self._du_cadre,
              DES_PERSONNES: self._des_personnes, DU_REFERENTIEL: self._du_referentiel}  # fmt: skip
        faire: Callable[[str, SessionSuivie, int], Demande] = next(f for noms, f in de.items() if nom in noms)
        return faire(nom, s, n)

    def _de_la_session(self, nom: str, s: SessionSuivie, n: int) -> Demande:
        if nom == "resultats":
            return s.centre, "PUT", f"{s.chemin}/resultats", {"resultats": self.feuille(s, ["acquis"] * 2, n % 5)}
        corps: Corps = {"motif": "Motif de la suite"} if nom in AVEC_MOTIF else {}
        return s.centre if nom in (*DU_CENTRE, "cloture") else s.ud, "POST", f"{s.chemin}/{nom}", corps

    def _des_inscrits(self, nom: str, s: SessionSuivie, n: int) -> Demande:
        jures, candidats = sorted(s.jures) or self.m.jures, sorted(s.candidats) or self.m.candidats
        sortant = jures[n % len(jures)]
        match nom:
            case "inscrire" | "vae":
                qui = {"candidat_id": self.un_candidat(s, n), "parcours": "formation" if nom == "inscrire" else "vae"}
                return s.centre, "POST", f"{s.chemin}/candidats", qui | {"motif_prolongation": "echec"}
            case "desinscrire":
                return s.centre, "DELETE", f"{s.chemin}/candidats/{candidats[n % len(candidats)]}", None
            case "inscrire_jure":
                return s.centre, "POST", f"{s.chemin}/jures", {"jure_id": self.un_jure(n)}
            case "retirer_jure":
                return s.centre, "DELETE", f"{s.chemin}/jures/{sortant}", None
            case _:
                return s.centre, "POST", f"{s.chemin}/jures/{sortant}/remplacement", {"jure_id": self.un_jure(n)}

    def _du_cadre(self, nom: str, s: SessionSuivie, n: int) -> Demande:
        corps: Corps = {
            "dates": {"date_debut": self.dans(20 + n), "date_fin": self.dans(21 + n)},
            "heure": {"heure_debut": f"{8 + n % 4:02}:30"},
            "site": {"site_id": self.m.site(s.centre, n)},
            "ccps": {"ccp_codes": self.m.ccps[n % 2 :]},
        }[nom]
        return s.centre, "PATCH", s.chemin, corps

    def _des_personnes(self, nom: str, s: SessionSuivie, n: int) -> Demande:
        habilitation = f"/habilitations/{self.m.habilitations[n % len(self.m.habilitations)]}"
        jure, autre = self.un_jure(n), self.un_jure(n + 1)
        tous = [*self.m.candidats, *self.m.du_voisin]
        candidat, double = tous[n % len(tous)], tous[(n + 1) % len(tous)]
        match nom:
            case "supprimer":
                return "ud", "DELETE", habilitation, None
            case "inactivation" | "activation":
                return "ud", "POST", f"/jures/{jure}/{nom}", {}
            case "fusion_jures":
                return "ud", "POST", f"/jures/{jure}/fusion", {"absorbe_id": autre}
            case "fusion_candidats":
                return "ud", "POST", f"/candidats/{candidat}/fusion", {"absorbe_id": double}
            case "identite":
                return "ud", "PATCH", f"/candidats/{candidat}", {"prenoms": ("Camille", "Alix", "Noé")[n % 3]}
            case "courriel_candidat":
                return s.centre, "PATCH", f"/candidats/{candidat}", {"courriel": f"c{nouvel_id()}@exemple.fr"}
            case "courriel_jure":
                return "ud", "PATCH", f"/jures/{jure}", {"courriel": f"j{nouvel_id()}@exemple.fr"}
            case _:
                return "ud", "POST", f"{habilitation}/{nom}", {}

    def _du_referentiel(self, nom: str, s: SessionSuivie, n: int) -> Demande:
        agrement, titre = self.m.agrements[n % len(self.m.agrements)], f"/titres/{self.m.titre}"
        match nom:
            case "suspension" | "retablissement":
                return "national", "POST", f"/agrements/{agrement.id}/{nom}", {"motif": "Suite"}
            case "fin_de_vie":
                return "national", "PATCH", titre, {"date_fin_de_vie": self.dans(10 * n), "date_fin_prolongation": None}
            case "sans_fin_de_vie":
                return "national", "PATCH", titre, {"date_fin_de_vie": None, "date_fin_prolongation": None}
            case "ccps_du_titre":
                codes = [*self.m.ccps, f"{self.m.titre}-3"][: 1 + n % 3]
                return "national", "PATCH", titre, {"ccps": [{"code": c, "intitule": f"CCP {c}"} for c in codes]}
            case _:
                return self.m.demenagement(s.centre, n)
