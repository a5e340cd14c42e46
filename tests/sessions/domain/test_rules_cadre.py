"""SES-01 to SES-06, SES-11: the exact sentence, and both sides of each boundary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.rules import verifier
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat, InscriptionCandidat, MotifProlongation, TypeSession
from services.sessions.domain.parametres import ValeurDatee
from services.sessions.domain.rules import cadre
from services.sessions.domain.rules.par_acte import CREATION, NOUVEAU_CADRE, NOUVELLES_DATES
from tests.sessions.domain.fabrique import (
    BIEN_AVANT,
    CADRE,
    CADRE_CCP,
    CADRE_CCS,
    DEBUT,
    DURAND,
    FIN,
    NOUVEAU,
    NOUVEAU_VAE,
    SIMON,
    SITE,
    TITRE,
    TITRE_EN_PROLONGATION,
    agrement,
    ailleurs,
    avec_cadre,
    codes,
    faits,
    parametres,
    refus,
    session,
)


def test_la_creation_d_une_session_en_regle() -> None:
    for c in (CADRE, CADRE_CCP, CADRE_CCS):
        assert verifier(CREATION, avec_cadre(c)) == ()


class TestAgrement:
    def test_sans_agrement(self) -> None:
        manquement = refus(cadre.agrement_en_vigueur, faits(agrements=()))
        assert manquement.code == "SES-01"
        assert manquement.message == (
            "L'établissement n'a pas d'agrément en vigueur pour Maçon sur le site Paris 12e du 15/06/2026 au "
            "17/06/2026."
        )
        assert manquement.contexte["debut"] == "2026-06-15"

    def test_l_agrement_d_un_ccs_n_est_pas_celui_du_titre(self) -> None:
        manquement = refus(cadre.agrement_en_vigueur, avec_cadre(CADRE_CCS, agrements=(agrement(),)))
        assert "pour Restaurer le patrimoine bâti sur" in manquement.message
        assert cadre.agrement_en_vigueur.verifier(avec_cadre(CADRE_CCS)) is None

    def test_se_tait_ou_manque_la_certification(self) -> None:
        for sans in (replace(CADRE, titre_code=None), replace(CADRE_CCS, ccs_code=None)):
            assert cadre.agrement_en_vigueur.verifier(avec_cadre(sans, titre=None, ccs=None, agrements=())) is None

    @pytest.mark.parametrize(
        ("valeurs", "suffit"),
        [
            ({"date_debut": DEBUT}, True),
            ({"date_debut": DEBUT + timedelta(days=1)}, False),
            ({"date_fin": FIN}, True),
            ({"date_fin": FIN - timedelta(days=1)}, False),
            ({"statut": "suspendu"}, False),
            ({"statut": "retire"}, False),
            ({"site_id": "site-2"}, False),
            ({"etablissement_id": "centre-2"}, False),
            ({"titre_code": "TP-2"}, False),
        ],
    )
    def test_lequel_suffit(self, valeurs: dict[str, object], suffit: bool) -> None:
        f = faits(agrements=(agrement(**valeurs),))
        assert (cadre.agrement_en_vigueur.verifier(f) is None) is suffit

    @pytest.mark.parametrize(
        ("fin_du_premier", "debut_du_second", "autres", "suffit"),
        [
            (DEBUT, DEBUT + timedelta(days=1), {}, True),  # renewed the day after
            (DEBUT + timedelta(days=1), DEBUT, {}, True),  # they overlap
            (DEBUT, DEBUT + timedelta(days=2), {}, False),  # a day is left out
            (DEBUT - timedelta(days=1), DEBUT + timedelta(days=1), {}, False),
            (DEBUT, DEBUT + timedelta(days=1), {"date_fin": FIN - timedelta(days=1)}, False),
            (DEBUT, DEBUT + timedelta(days=1), {"statut": "suspendu"}, False),
            (DEBUT, DEBUT + timedelta(days=1), {"site_id": "site-2"}, False),
            (DEBUT, DEBUT + timedelta(days=1), {"titre_code": "TP-2"}, False),
        ],
    )
    def test_deux_qui_se_suivent_sans_un_jour_d_ecart_suffisent(
        self, fin_du_premier: date, debut_du_second: date, autres: dict[str, object], suffit: bool
    ) -> None:
        premier = agrement(date_fin=fin_du_premier)
        second = agrement(id="agr-2", **({"date_debut": debut_du_second} | autres))
        for tous in ((premier, second), (second, premier)):
            assert (cadre.agrement_en_vigueur.verifier(faits(agrements=tous)) is None) is suffit

    def test_en_vigueur_a_la_fin_de_vie_il_couvre_la_prolongation(self) -> None:
        jusqu_a_la_fin = agrement(date_fin=date(2026, 5, 31))
        avant_la_fin = agrement(date_fin=date(2026, 5, 30))
        for a, suffit in ((jusqu_a_la_fin, True), (avant_la_fin, False)):
            f = faits(titre=TITRE_EN_PROLONGATION, agrements=(a,))
            assert (cadre.agrement_en_vigueur.verifier(f) is None) is suffit
            du_ccs = replace(a, titre_code=None, ccs_code="CS-1")
            f = avec_cadre(CADRE_CCS, titres_du_ccs=(TITRE, TITRE_EN_PROLONGATION), agrements=(du_ccs,))
            assert (cadre.agrement_en_vigueur.verifier(f) is None) is suffit, "that of any titre of the CCS"


class TestDelaiDuTitre:
    def test_hors_delai_a_la_fin_de_la_session(self) -> None:
        """« Est hors délai depuis le » was said of years to come; and « doit finir avant », of a day already past."""
        fin = "la session, qui finit le 17/06/2026, doit finir avant cette date."
        for debut, jour, phrase in (
            (date(2026, 6, 17), date(2026, 6, 16), f"sera hors délai de prolongation le 17/06/2026 : {fin}"),
            (date(2026, 6, 17), date(2026, 6, 17), f"est hors délai de prolongation depuis le 17/06/2026 : {fin}"),
            (
                date(2026, 6, 15),
                date(2026, 6, 15),
                "est hors délai de prolongation depuis le 15/06/2026 : aucune session ne peut plus porter sur lui.",
            ),
        ):
            titre = replace(TITRE, date_fin_de_vie=debut.replace(year=2025) - timedelta(days=1))
            manquement = refus(cadre.titre_dans_les_delais, faits(titre=titre, jour=jour))
            assert (manquement.code, manquement.message) == ("SES-02", f"Le titre Maçon {phrase}")

    def test_le_dernier_jour_de_la_prolongation_est_encore_dedans(self) -> None:
        titre = replace(TITRE, date_fin_de_vie=date(2025, 6, 17))
        assert cadre.titre_dans_les_delais.verifier(faits(titre=titre)) is None

    def test_la_prolongation_d_un_titre_fini_le_29_fevrier_finit_le_28(self) -> None:
        titre = replace(TITRE, date_fin_de_vie=date(2028, 2, 29))
        for fin, permise in ((date(2029, 2, 28), True), (date(2029, 3, 1), False)):
            f = avec_cadre(replace(CADRE, date_debut=date(2029, 2, 26), date_fin=fin), titre=titre)
            assert (cadre.titre_dans_les_delais.verifier(f) is None) is permise

    def test_soumise_le_jour_de_la_fin_de_vie_ou_le_lendemain(self) -> None:
        for jour, permise in ((date(2026, 5, 31), True), (date(2026, 6, 1), False)):
            f = faits(titre=TITRE_EN_PROLONGATION, jour=jour)
            assert (cadre.soumise_avant_la_fin_de_vie.verifier(f) is None) is permise
        manquement = refus(cadre.soumise_avant_la_fin_de_vie, f)
        assert manquement.code == "SES-02"
        assert manquement.message == (
            "La session finit pendant la prolongation du titre Maçon : elle devait être soumise au plus tard à "
            "la fin de vie du titre, le 31/05/2026."
        )
        assert manquement.contexte["au_plus_tard"] == "2026-05-31"

    def test_une_nouvelle_soumission_garde_sa_premiere_date(self) -> None:
        refusee = session(Etat.REFUSEE, soumise_le=date(2026, 5, 31))
        f = faits(session=refusee, titre=TITRE_EN_PROLONGATION, jour=date(2026, 6, 10))
        assert cadre.soumise_avant_la_fin_de_vie.verifier(f) is None

    def test_le_parametre_la_leve(self) -> None:
        sans = parametres(prolongation_soumise_avant_fin_de_vie=False)
        f = faits(titre=TITRE_EN_PROLONGATION, jour=date(2026, 6, 1), parametres=sans)
        assert cadre.soumise_avant_la_fin_de_vie.verifier(f) is None

    def test_une_session_ccs_n_est_pas_une_session_du_titre(self) -> None:
        f = avec_cadre(CADRE_CCS, titre=TITRE_EN_PROLONGATION, jour=date(2026, 6, 1), candidat=NOUVEAU)
        assert cadre.soumise_avant_la_fin_de_vie.verifier(f) is None
        assert cadre.motifs_de_prolongation.verifier(f) is None
        assert cadre.motif_du_candidat.verifier(f) is None

    def test_chaque_candidat_dit_pourquoi(self) -> None:
        manquement = refus(cadre.motifs_de_prolongation, faits(titre=TITRE_EN_PROLONGATION))
        assert manquement.message == (
            "La session finit pendant la prolongation du titre Maçon, après sa fin de vie (31/05/2026) : dites ce qui "
            "permet encore à DURAND Camille, SIMON Noé de s'y présenter (échec, réussite partielle, ou formation "
            "commencée avant la fin de vie)."
        )
        motives = tuple(replace(c, motif_prolongation=MotifProlongation.ECHEC) for c in (DURAND, SIMON))
        f = faits(titre=TITRE_EN_PROLONGATION, session=session(candidats=motives))
        assert cadre.motifs_de_prolongation.verifier(f) is None
        assert cadre.motifs_de_prolongation.verifier(faits()) is None

    @pytest.mark.parametrize("motif", [None, *MotifProlongation])
    def test_le_candidat_qu_on_inscrit_dit_pourquoi(self, motif: MotifProlongation | None) -> None:
        f = faits(titre=TITRE_EN_PROLONGATION, candidat=replace(NOUVEAU, motif_prolongation=motif))
        assert codes(verifier([cadre.motif_du_candidat], f)) == ([] if motif else ["SES-02"])
        assert cadre.motif_du_candidat.verifier(faits(candidat=NOUVEAU)) is None


class TestCertification:
    @pytest.mark.parametrize(
        ("c", "message"),
        [
            (
                replace(CADRE, ccp_codes=frozenset({"BC01"})),
                "Une session TITRE porte sur tous les CCP du titre Maçon : ajoutez Poser les ouvrages.",
            ),
            (
                replace(CADRE, ccp_codes=frozenset({"BC01", "BC02", "BC99"})),
                "Une session TITRE porte sur tous les CCP du titre Maçon, et sur eux seuls : retirez BC99.",
            ),
            (
                replace(CADRE, ccp_codes=frozenset({"BC01", "BC99"})),
                "Une session TITRE porte sur tous les CCP du titre Maçon, et sur eux seuls : ajoutez Poser les "
                "ouvrages, retirez BC99.",
            ),
            (
                replace(CADRE_CCP, ccp_codes=frozenset()),
                "Une session CCP porte sur au moins un CCP du titre Maçon.",
            ),
            (
                replace(CADRE_CCP, ccp_codes=frozenset({"BC01", "BC99"})),
                "Ces CCP ne sont pas ceux du titre Maçon : BC99.",
            ),
            (replace(CADRE, ccs_code="CS-1"), "Une session TITRE ne porte sur aucun CCS."),
            (
                replace(CADRE_CCS, ccs_code=None),
                "Une session CCS porte sur un CCS, du titre indiqué s'il y en a un, et sur aucun CCP.",
            ),
            (
                replace(CADRE_CCS, ccp_codes=frozenset({"BC01"})),
                "Une session CCS porte sur un CCS, du titre indiqué s'il y en a un, et sur aucun CCP.",
            ),
        ],
    )
    def test_ce_que_le_type_exige(self, c, message: str) -> None:  # type: ignore[no-untyped-def]
        manquement = refus(cadre.certification_coherente, avec_cadre(c))
        assert (manquement.code, manquement.message) == ("SES-03", message)

    def test_une_fois_debutee_seul_ce_que_le_titre_a_gagne_est_dit(self) -> None:
        def en_cours(*ccps: str) -> Faits:
            return avec_cadre(replace(CADRE, ccp_codes=frozenset(ccps)), Etat.EN_COURS)

        assert refus(cadre.certification_coherente, en_cours("BC01", "BC99")).message == (
            "Le titre Maçon exige aussi, depuis le début de la session, Poser les ouvrages : elle ne le donne plus "
            "qu'aux candidats qui l'ont acquis ailleurs."
        )
        assert cadre.certification_coherente.verifier(en_cours("BC01", "BC02", "BC99")) is None

    def test_un_titre_est_indique(self) -> None:
        manquement = refus(cadre.certification_coherente, faits(titre=None))
        assert manquement.message == "Une session TITRE porte sur un titre : indiquez lequel."
        assert codes(verifier(CREATION, faits(titre=None))) == ["SES-03"]

    def test_le_ccs_est_connu_et_du_titre(self) -> None:
        for titre, phrase in (
            (TITRE, "n'est pas rattaché au titre Maçon."),
            (None, "n'est rattaché à aucun titre : aucune session ne porte sur lui."),
        ):
            f = avec_cadre(CADRE_CCS, ccs=None, titre=titre)
            assert codes(verifier(CREATION, f)) == ["SES-03"]
            assert refus(cadre.certification_coherente, f).message == f"Le CCS CS-1 {phrase}"

    def test_avec_ou_sans_entretien_final_une_session_ccp_est_en_regle(self) -> None:
        for entretien in (True, False):
            f = avec_cadre(replace(CADRE_CCP, entretien_final=entretien))
            assert cadre.certification_coherente.verifier(f) is None


class TestDelais:
    @pytest.mark.parametrize(("c", "n", "limite"), [(CADRE, 30, date(2026, 5, 16)), (CADRE_CCP, 15, date(2026, 5, 31))])
    def test_la_soumission(self, c, n: int, limite: date) -> None:  # type: ignore[no-untyped-def]
        assert cadre.soumise_a_temps.verifier(avec_cadre(c, jour=limite)) is None
        lendemain = limite + timedelta(days=1)
        manquement = refus(cadre.soumise_a_temps, avec_cadre(c, jour=lendemain))
        assert manquement.code == "SES-05"
        assert manquement.message == (
            f"La session doit être soumise au moins {n} jours avant son début : au plus tard le {limite:%d/%m/%Y}."
        )
        assert manquement.contexte == {
            "n": n,
            "au_plus_tard": limite.isoformat(),
            "debut_possible": (lendemain + timedelta(days=n)).isoformat(),
        }

    def test_la_limite_peut_etre_le_29_fevrier(self) -> None:
        c = replace(CADRE, date_debut=date(2028, 3, 30), date_fin=date(2028, 3, 31))
        assert cadre.soumise_a_temps.verifier(avec_cadre(c, jour=date(2028, 2, 29))) is None
        assert refus(cadre.soumise_a_temps, avec_cadre(c, jour=date(2028, 3, 1))).contexte["n"] == 30

    def test_une_nouvelle_soumission_garde_sa_date_et_la_valeur_de_ce_jour(self) -> None:
        valeurs = (ValeurDatee(30, date(2020, 1, 1)), ValeurDatee(200, date(2026, 3, 3)))
        p = parametres(delai_soumission_titre=valeurs)
        refusee = session(Etat.REFUSEE, soumise_le=BIEN_AVANT)
        assert cadre.soumise_a_temps.verifier(faits(session=refusee, jour=date(2026, 6, 14), parametres=p)) is None
        assert refus(cadre.soumise_a_temps, faits(jour=date(2026, 3, 3), parametres=p)).contexte["n"] == 200

    def test_hors_service_ils_ne_refusent_rien(self) -> None:
        p = parametres(delai_soumission_titre=None, delai_inscription=None)
        f = faits(jour=DEBUT - timedelta(days=1), parametres=p, candidat=NOUVEAU)
        assert verifier([cadre.soumise_a_temps, cadre.inscrit_a_temps], f) == ()

    def test_l_inscription_d_un_candidat(self) -> None:
        assert cadre.inscrit_a_temps.verifier(faits(jour=date(2026, 5, 16), candidat=NOUVEAU)) is None
        manquement = refus(cadre.inscrit_a_temps, faits(jour=date(2026, 5, 17), candidat=NOUVEAU))
        assert manquement.code == "SES-05"
        assert manquement.message == (
            "Les candidats s'inscrivent au moins 30 jours avant le début de la session : au plus tard le 16/05/2026. "
            "Seuls les candidats VAE s'inscrivent encore."
        )
        assert manquement.contexte == {"n": 30, "au_plus_tard": "2026-05-16", "debut_possible": "2026-06-16"}

    @pytest.mark.parametrize("candidat", [None, NOUVEAU, NOUVEAU_VAE])
    def test_ni_candidat_vae_ni_bouton_dans_une_session_ccs(self, candidat: InscriptionCandidat | None) -> None:
        """No demande VAE is for a CCS: the refusal sent there who would be refused again (INS-07)."""
        assert cadre.inscrit_a_temps.verifier(avec_cadre(CADRE_CCS, jour=date(2026, 5, 16), candidat=candidat)) is None
        trop_tard = avec_cadre(CADRE_CCS, jour=date(2026, 5, 17), candidat=candidat)
        assert refus(cadre.inscrit_a_temps, trop_tard).message == (
            "Les candidats s'inscrivent au moins 30 jours avant le début de la session : au plus tard le 16/05/2026."
        )

    def test_un_candidat_vae_en_est_dispense(self) -> None:
        assert cadre.inscrit_a_temps.verifier(faits(jour=date(2026, 6, 14), candidat=NOUVEAU_VAE)) is None


class TestPlafonds:
    TROIS = tuple(ailleurs(date(2026, mois, 2)) for mois in (1, 2, 3))

    def test_tous_ceux_qui_depassent_sont_nommes(self) -> None:
        f = faits(autres_sessions={"cand-1": self.TROIS, "cand-2": self.TROIS})
        manquement = refus(cadre.plafonds_tenus, f)
        assert manquement.code == "SES-06"
        assert manquement.message == "2 candidat(s) dépassent 3 sessions sur un an : DURAND Camille, SIMON Noé."

    def test_deux_fiches_fusionnees_sont_un_candidat(self) -> None:
        lui_aussi = replace(SIMON, canonique_id=DURAND.candidat_id)
        f = faits(session=session(candidats=(DURAND, lui_aussi)))
        manquement = refus(
            cadre.plafonds_tenus, replace(f, autres_sessions={"cand-1": self.TROIS, "cand-2": self.TROIS})
        )
        assert (manquement.contexte["n"], len(manquement.contexte["noms"])) == (1, 1)

    def test_deux_autres_sessions_laissent_la_troisieme(self) -> None:
        assert cadre.plafonds_tenus.verifier(faits(autres_sessions={"cand-1": self.TROIS[:2]})) is None

    def test_ccp_sans_entretien_et_ccs_sont_sans_limite(self) -> None:
        for c in (CADRE_CCP, CADRE_CCS):
            assert cadre.plafonds_tenus.verifier(avec_cadre(c, autres_sessions={"cand-1": self.TROIS})) is None
        avec_entretien = replace(CADRE_CCP, entretien_final=True)
        assert refus(cadre.plafonds_tenus, avec_cadre(avec_entretien, autres_sessions={"cand-1": self.TROIS}))

    @pytest.mark.parametrize(
        ("valeurs", "revu"),
        [
            ({"date_debut": DEBUT + timedelta(days=1)}, True),
            ({"date_fin": FIN + timedelta(days=1)}, True),
            ({"type": TypeSession.CCP}, True),
            ({"site": replace(SITE, id="site-2")}, False),
        ],
    )
    def test_un_changement_de_dates_de_type_ou_d_entretien_le_revoit(
        self, valeurs: dict[str, object], revu: bool
    ) -> None:
        nouveau = replace(CADRE, **valeurs)  # type: ignore[arg-type]
        f = faits(nouveau_cadre=nouveau, autres_sessions={"cand-1": self.TROIS})
        assert (cadre.plafonds_tenus.verifier(f) is not None) is revu
        par_titre = replace(f, parametres=parametres(plafond_portee="titre"))
        assert (cadre.plafonds_tenus.verifier(par_titre) is not None) is revu

    def test_un_entretien_final_ajoute_le_revoit(self) -> None:
        f = avec_cadre(CADRE_CCP, autres_sessions={"cand-1": self.TROIS})
        f = replace(f, nouveau_cadre=replace(CADRE_CCP, entretien_final=True))
        assert codes(verifier(NOUVEAU_CADRE, f)) == ["SES-06"]

    @pytest.mark.parametrize(("portee", "revu"), [("titre", True), ("candidat", False)])
    def test_un_changement_de_titre_le_revoit_la_ou_il_se_compte_par_titre(self, portee: str, revu: bool) -> None:
        nouveau = replace(CADRE, titre_code="TP-2")
        siennes = tuple(s._replace(titre_code="TP-2") for s in self.TROIS)
        p = parametres(plafond_portee=portee)
        f = faits(nouveau_cadre=nouveau, autres_sessions={"cand-1": siennes}, parametres=p)
        assert (cadre.plafonds_tenus.verifier(f) is not None) is revu

    def test_l_annee_ecoulee_libere_un_credit(self) -> None:
        un_an_avant = (ailleurs(date(2025, 6, 15)), *self.TROIS[:2])
        la_veille = (ailleurs(date(2025, 6, 16)), *self.TROIS[:2])
        assert cadre.plafonds_tenus.verifier(faits(autres_sessions={"cand-1": un_an_avant})) is None
        assert refus(cadre.plafonds_tenus, faits(autres_sessions={"cand-1": la_veille}))


class TestCaduque:
    NOUVELLES = replace(CADRE, date_debut=date(2026, 9, 14), date_fin=date(2026, 9, 16))

    def test_elle_recoit_de_nouvelles_dates(self) -> None:
        f = faits(Etat.CADUQUE, nouveau_cadre=self.NOUVELLES)
        assert verifier(NOUVELLES_DATES, f) == ()

    def test_et_rien_d_autre(self) -> None:
        f = faits(Etat.CADUQUE, nouveau_cadre=replace(self.NOUVELLES, site=replace(SITE, libelle="Paris 13e")))
        manquement = refus(cadre.seules_les_dates_changent, f)
        assert manquement.code == "SES-11"
        assert manquement.message == (
            "La session 2026-75-0001 n'a pas été validée avant son début, le 15/06/2026 : seules ses dates "
            "peuvent être modifiées."
        )

    def test_le_nouveau_debut_est_a_venir(self) -> None:
        f = faits(Etat.CADUQUE, nouveau_cadre=replace(CADRE, date_fin=date(2026, 6, 19)))
        assert codes(verifier(NOUVELLES_DATES, f)) == ["SES-11"]

    def test_on_ne_cree_pas_une_session_qui_a_deja_debute(self) -> None:
        assert verifier(CREATION, faits(jour=DEBUT - timedelta(days=1))) == ()
        (manquement,) = verifier(CREATION, faits(jour=DEBUT))
        assert manquement.message == "La session doit débuter au plus tôt le 16/06/2026."
        assert manquement.contexte == {"au_plus_tot": "2026-06-16"}


def test_l_administration_ne_change_qu_une_fin_apres_le_debut() -> None:
    f = faits(Etat.EN_COURS, nouveau_cadre=replace(CADRE, date_fin=date(2026, 6, 19)))
    assert cadre.seule_la_fin_change.verifier(f) is None
    f = faits(Etat.EN_COURS, nouveau_cadre=replace(CADRE, date_debut=date(2026, 6, 14)))
    manquement = refus(cadre.seule_la_fin_change, f)
    assert manquement.code == "SES-00"
    assert manquement.message == (
        "Modifier le cadre impossible : la session a débuté le 15/06/2026, seule sa date de fin peut encore être "
        "modifiée."
    )
