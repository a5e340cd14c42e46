"""What happens to people outside of sessions: merged, renamed, inactivated, habilités and no longer, VAE decided."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.pannes.suites.gestes_inscriptions import GestesDesInscriptions
from tests.pannes.suites.gestes_sessions import AUTEURS, RANGS
from tests.pannes.suites.monde import ROME, nom_a_soi
from tests.parcours.acteurs import Corps

ACTES_DES_HABILITATIONS = ("valider", "suspendre", "reactiver", "mettre-en-brouillon", "supprimer")


class GestesDesPersonnes(GestesDesInscriptions):
    """The rules on jurés, habilitations and candidates."""

    @rule(rang=RANGS, acte=st.sampled_from(("inactivation", "activation", "activation")), qui=AUTEURS)
    def inactiver_ou_activer_un_jure(self, rang: int, acte: str, qui: str) -> None:
        jure_id = self.m.jures[rang % len(self.m.jures)]
        reponse = self.agir(qui or "ud", "POST", f"/jures/{jure_id}/{acte}", {"motif": "Suite"})
        if reponse.brute.is_success:
            assert reponse.corps["statut"] == ("inactif" if acte == "inactivation" else "actif"), self.dire("statut")

    @rule(rang=st.integers(0, 15), acte=st.sampled_from(ACTES_DES_HABILITATIONS), qui=AUTEURS)
    def agir_sur_une_habilitation(self, rang: int, acte: str, qui: str) -> None:
        chemin = f"/habilitations/{self.m.habilitations[rang % len(self.m.habilitations)]}"
        methode, suite = ("DELETE", "") if acte == "supprimer" else ("POST", f"/{acte}")
        self.agir_comme_dit(qui or "ud", methode, chemin, suite, acte)

    @rule(rang=RANGS, ccs=st.booleans(), valider=st.booleans())
    def habiliter_encore(self, rang: int, ccs: bool, valider: bool) -> None:
        jure_id = self.m.jures[rang % len(self.m.jures)]
        sur = {"ccs_code": self.m.ccs} if ccs else {"titre_code": self.m.titre, "ccp_codes": self.m.ccps[:1]}
        corps = {"date_debut": self.dans(0), "date_fin": self.dans(300 + rang)} | sur
        reponse = self.agir("ud", "POST", f"/jures/{jure_id}/habilitations", corps)
        if reponse.brute.is_success:
            self.m.habilitations.append(reponse.corps["id"])
            if valider:
                self.agir("ud", "POST", f"/habilitations/{reponse.corps['id']}/valider")

    @rule(rang=RANGS, de=RANGS, garder=st.booleans(), attendre=st.booleans())
    def fusionner_avec_un_double_inscrit(self, rang: int, de: int, garder: bool, attendre: bool) -> None:
        """A centre registers the double of somebody, and the State sees it afterwards."""
        session, premier = self.une(rang), self.m.candidats[de % len(self.m.candidats)]
        double = self.m.candidat(session.centre, double_de=premier)
        self.inscrire(session, double)
        if attendre:
            self.pays.attendre_le_calme()
        garde, absorbe = (premier, double) if garder else (double, premier)
        self.agir("ud", "POST", f"/candidats/{garde}/fusion", {"absorbe_id": absorbe})

    @rule(rang=RANGS, de=RANGS, garder=st.booleans(), habilite=st.booleans())
    def fusionner_avec_un_double_jure(self, rang: int, de: int, garder: bool, habilite: bool) -> None:
        """A juré has two files, the other one habilité on the successor, or not at all: one sits, both are merged."""
        if len(self.m.jures) > 6:
            return
        session, premier = self.une(rang), self.m.jures[de % len(self.m.jures)]
        double = self.m.jure(titre=self.m.successeur, valider=habilite)
        self.inscrire_jure(session, double)
        garde, absorbe = (premier, double) if garder else (double, premier)
        self.agir("ud", "POST", f"/jures/{garde}/fusion", {"absorbe_id": absorbe})

    @rule(rang=st.integers(0, 15), combien=st.integers(1, 2), duree=st.integers(20, 900), refaire=st.booleans())
    def reprendre_une_habilitation(self, rang: int, combien: int, duree: int, refaire: bool) -> None:
        """Drafted again, changed, and given back: for less, or for less long."""
        chemin = f"/habilitations/{self.m.habilitations[rang % len(self.m.habilitations)]}"
        self.agir("ud", "POST", f"{chemin}/mettre-en-brouillon")
        lue = self.demander("ud", "GET", chemin)
        if lue.brute.is_success and lue.corps["etat"] == "brouillon":
            corps: Corps = {"date_debut": self.dans(0), "date_fin": self.dans(duree)}
            corps |= {"ccp_codes": lue.corps["ccp_codes"][:combien]} if lue.corps["titre_code"] else {}
            self.agir("ud", "PATCH", chemin, corps)
            if refaire:
                self.agir("ud", "POST", f"{chemin}/valider")

    @rule(rang=RANGS, quoi=st.sampled_from(("metier", "metier", "courriel")))
    def changer_la_fiche_d_un_jure(self, rang: int, quoi: str) -> None:
        """His job ends, or moves to another trade; he has another address."""
        jure_id = self.m.jures[rang % len(self.m.jures)]
        lue = self.demander("ud", "GET", f"/jures/{jure_id}")
        if not lue.brute.is_success:
            return  # merged into another
        if quoi == "metier" and lue.corps["emplois"]:
            chemin = f"/jures/{jure_id}/emplois/{lue.corps['emplois'][0]['id']}"
            self.agir("ud", "PATCH", chemin, {"code_rome": ("A1101", ROME)[rang % 2]})
        else:
            courriel = f"{nom_a_soi('jure')}@exemple.fr"
            self.agir("ud", "PATCH", f"/jures/{jure_id}", {"courriel": courriel})

    @rule(garde=RANGS, absorbe=RANGS, qui=AUTEURS)
    def fusionner_des_jures(self, garde: int, absorbe: int, qui: str) -> None:
        g, a = (self.m.jures[n % len(self.m.jures)] for n in (garde, absorbe))
        self.agir(qui or "ud", "POST", f"/jures/{g}/fusion", {"absorbe_id": a})

    @rule(centre=st.sampled_from(("centre", "autre_centre")), de=RANGS)
    def creer_le_double_d_un_candidat(self, centre: str, de: int) -> None:
        if len(self.m.candidats) + len(self.m.du_voisin) < 9:
            self.m.candidat(centre, double_de=self.m.candidats[de % len(self.m.candidats)])

    @rule(garde=RANGS, absorbe=RANGS, qui=AUTEURS)
    def fusionner_des_candidats(self, garde: int, absorbe: int, qui: str) -> None:
        tous = [*self.m.candidats, *self.m.du_voisin]
        g, a = (tous[n % len(tous)] for n in (garde, absorbe))
        self.agir(qui or "ud", "POST", f"/candidats/{g}/fusion", {"absorbe_id": a})

    @rule(rang=RANGS, qui=st.sampled_from(("centre", "ud")), mot=st.sampled_from(("Camille", "Alix", "Noé, Camille")))
    def corriger_une_identite(self, rang: int, qui: str, mot: str) -> None:
        candidat_id = self.m.candidats[rang % len(self.m.candidats)]
        self.agir(qui, "PATCH", f"/candidats/{candidat_id}", {"prenoms": mot})

    @rule(rang=RANGS, entier=st.booleans(), qui=AUTEURS)
    def deposer_une_demande_vae(self, rang: int, entier: bool, qui: str) -> None:
        candidat_id = self.m.candidats[rang % len(self.m.candidats)]
        corps = {"titre_code": self.m.titre, "date_depot": self.dans(0)}
        reponse = self.agir(
            qui or "centre",
            "POST",
            f"/candidats/{candidat_id}/demandes-vae",
            corps if entier else corps | {"ccp_codes": self.m.ccps[:1]},
        )
        if reponse.brute.is_success:
            self.m.demandes.append(reponse.corps["id"])

    @rule(
        rang=RANGS,
        acte=st.sampled_from(("recevable", "recevable", "non_recevable", "retrait")),
        qui=AUTEURS,
    )
    def decider_une_demande_vae(self, rang: int, acte: str, qui: str) -> None:
        if self.m.demandes:
            chemin = f"/demandes-vae/{self.m.demandes[rang % len(self.m.demandes)]}"
            if acte == "retrait":
                self.agir(qui or "centre", "POST", f"{chemin}/retrait")
            else:
                self.agir(qui or "ud", "POST", f"{chemin}/decision", {"decision": acte, "motif": "Suite"})
