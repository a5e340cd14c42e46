"""What is done around sessions: people move, jobs come and go, letters leave again, a DTE is answered, a site is looked
at, an agrément follows another, a candidate known elsewhere is found, or comes in a file."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_personnes import GestesDesPersonnes
from tests.pannes.suites.gestes_sessions import AUTEURS, RANGS
from tests.pannes.suites.modele import SessionSuivie
from tests.pannes.suites.monde import LIEUX, ROME, nom_a_soi
from tests.parcours.acteurs import Corps

_IDENTITE = ("nom_naissance", "prenoms", "date_naissance", "naissance")
_ENTETES = "Nom de naissance;Prénoms;Date de naissance;Code INSEE de naissance"


class GestesAutour(GestesDesPersonnes):
    """The rules on all that."""

    @rule(rang=RANGS, lieu=RANGS, jure=st.booleans())
    def demenager_quelqu_un(self, rang: int, lieu: int, jure: bool) -> None:
        adresse: Corps = {"voie": f"{rang} rue des Suites"} | LIEUX[lieu % len(LIEUX)]
        if jure:
            self.agir(
                "national" if rang == 7 else "direccte", "PATCH", f"/jures/{self.un_jure(rang)}", {"adresse": adresse}
            )
            return
        tous = [*self.m.candidats, *self.m.du_voisin]
        qui = "centre" if tous[rang % len(tous)] in self.m.candidats else "autre_centre"
        self.agir(qui, "PATCH", f"/candidats/{tous[rang % len(tous)]}", {"adresse": adresse if lieu < 6 else None})

    @rule(rang=RANGS, retirer=st.booleans(), depuis=st.integers(-4000, 30), duree=st.integers(0, 4000))
    def changer_d_emploi(self, rang: int, retirer: bool, depuis: int, duree: int) -> None:
        jure = f"/jures/{self.un_jure(rang)}"
        lue = self.demander("ud", "GET", jure)
        if retirer and lue.brute.is_success and lue.corps["emplois"]:
            self.agir("ud", "DELETE", f"{jure}/emplois/{lue.corps['emplois'][0]['id']}")
        else:
            corps = {"intitule": "Autre métier", "code_rome": ROME, "date_debut": self.dans(depuis)}
            self.agir(
                "ud", "POST", f"{jure}/emplois", corps | {"date_fin": self.dans(depuis + duree) if duree else None}
            )

    @rule(rang=RANGS, n=RANGS)
    def inscrire_qui_est_propose(self, rang: int, n: int) -> None:
        """Whom a session is told may sit there does, once all is calm; nobody else may."""
        session = self.une(rang)
        self.pays.attendre_le_calme()
        fiche = self.lire(session.centre, session.chemin)
        vivant = self.lire("national", f"/jures/{self.un_jure(n)}")["id"]
        siege = vivant in {j["canonique_id"] for j in fiche["jures"]}
        if siege or all(a["action"] != "inscrire_jure" for a in fiche["actions"]):
            return
        possibles = self.lire(session.centre, f"{session.chemin}/jures-possibles?par_page=200")["elements"]
        propose = vivant in {p["jure_id"] for p in possibles}
        self.inscrire_jure(session, vivant)
        assert (vivant in session.jures) is propose, self.dire(f"{vivant}, proposé : {propose}")

    @rule(rang=RANGS, lettre=RANGS)
    def renvoyer_une_lettre(self, rang: int, lettre: int) -> None:
        session = self.une(rang)
        lettres = self.lire(session.centre, f"{session.chemin}/convocations")["elements"]
        if lettres:
            self.agir(session.centre, "POST", f"/convocations/{lettres[lettre % len(lettres)]['id']}/renvoi")

    @rule(rang=RANGS, etat=st.sampled_from(("demandee", "transmise", "refusee")), qui=AUTEURS)
    def repondre_au_dte(self, rang: int, etat: str, qui: str) -> None:
        session = self.une(rang)
        demandes = self.lire(session.centre, session.chemin)["dte"]
        if not demandes:
            self.acte(session, "demandes-dte")
        for demande in demandes[-1:]:
            self.agir(qui or session.ud, "PATCH", f"/demandes-dte/{demande['id']}", {"etat": etat})

    @rule(rang=RANGS, candidat=RANGS, motif=st.sampled_from((None, "echec", "reussite_partielle")))
    def dire_pourquoi_un_candidat_vient(self, rang: int, candidat: int, motif: str | None) -> None:
        session = self.une(rang)
        for candidat_id in sorted(session.candidats)[candidat % 3 :][:1]:
            corps: Corps = {"motif_prolongation": motif, "formateurs": [nom_a_soi("Formateur")]}
            self.agir(session.centre, "PATCH", f"{session.chemin}/candidats/{candidat_id}", corps)
        self.verifier(session)

    @rule(rang=RANGS, debut=st.integers(-400, 400), duree=st.integers(0, 900))
    def accorder_un_autre_agrement(self, rang: int, debut: int, duree: int) -> None:
        centre, site = (("centre", 0), ("centre", 1), ("autre_centre", 0))[rang % 3]
        sur = ({"titre_code": self.m.titre}, {"ccs_code": self.m.ccs})[rang % 2]
        if len(self.m.agrements) < 12:
            self.m.agreer(centre, site, debut=debut, fin=debut + duree, **sur)

    @rule(rang=RANGS, suite=st.booleans(), dans=st.integers(-3, 40), qui=AUTEURS)
    def controler(self, rang: int, suite: bool, dans: int, qui: str) -> None:
        session = self.une(rang)
        if suite and self.m.controles:
            corps: Corps = {"date": self.dans(0), "texte": "Suite", "echeance": self.dans(dans) if dans > 0 else None}
            chemin = f"/controles/{self.m.controles[rang % len(self.m.controles)]}/suites"
            self.agir(qui or session.ud, "POST", chemin, corps)
            return
        corps = {"type": "sur_place", "date": self.dans(min(dans, 0)), "session_id": session.id, "observations": "Vu."}
        corps["conclusion"] = ("conforme", "avec_reserves", "non_conforme")[rang % 3]
        centre = self.m.centres[session.centre]["id"]
        reponse = self.agir(qui or session.ud, "POST", f"/etablissements/{centre}/controles", corps)
        if reponse.brute.is_success:
            self.m.controles.append(reponse.corps["id"])

    @rule()
    def avertir_de_ce_qui_vient(self) -> None:
        """What the service does by itself, on a day that it does not see."""
        while self.pays.appeler("notifications_gardes", "avertir", self.jour):
            pass

    @rule(de=RANGS, centre=st.sampled_from(("centre", "autre_centre")), rang=RANGS)
    def rattacher_un_candidat(self, de: int, centre: str, rang: int) -> None:
        """Somebody known elsewhere comes to this centre, then to one of its sessions."""
        tous = [*self.m.candidats, *self.m.du_voisin]
        identite = self.m.identites[tous[de % len(tous)]]
        reponse = self.agir(centre, "POST", "/candidats/rattachement", {nom: identite[nom] for nom in _IDENTITE})
        session = self.une(rang)
        if reponse.brute.is_success and session.centre == centre:
            self.inscrire(session, reponse.corps["id"])

    @rule(rang=RANGS, combien=st.integers(1, 3), de=RANGS)
    def importer_des_candidats(self, rang: int, combien: int, de: int) -> None:
        """A file brings new people, and one who is known, into a session."""
        session = self.une(rang)
        siens = self.m.candidats if session.centre == "centre" else self.m.du_voisin
        connu = self.m.identites[siens[de % len(siens)]] if siens else None
        if len(self.m.candidats) + len(self.m.du_voisin) < 9:
            self.importer(session, [self.m.nouvelle_identite() for _ in range(combien)] + ([connu] if connu else []))

    def importer(self, session: SessionSuivie, identites: list[Corps]) -> None:
        """Imports these people into a session, all or none."""
        lignes = [f"{i['nom_naissance']};{i['prenoms']};28/02/1990;{i['naissance']['code_insee']}" for i in identites]
        fichier = "\n".join([_ENTETES, *lignes]).encode()
        forme = {"session_id": session.id, "parcours": "formation", "motif_prolongation": "echec"}
        for _ in range(2):
            reponse = self.deposer(session.centre, "/candidats/import", fichier, forme)
            if reponse.statut != 409 or reponse.corps["code"] != "CONFIRMATION_REQUISE":
                break
            forme["confirmer"] = ",".join(a["code"] for a in reponse.corps["avertissements"])
        if reponse.brute.is_success:
            for identite in identites:
                trouves = self.lire(session.centre, f"/candidats?q={identite['nom_naissance']}")["elements"]
                for fiche in trouves:
                    if fiche["id"] not in self.m.identites:
                        self.m.connaitre(session.centre, fiche["id"], identite)
            session.candidats = {c["candidat_id"] for c in self.lire(session.centre, session.chemin)["candidats"]}
        self.verifier(session)
