"""INS-01 to INS-09: the exact sentence, and both sides of each boundary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.rules import Effet, verifier
from commun.domain.vae import DemandeVae
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Cadre, Convocations, Etat, InscriptionCandidat
from services.sessions.domain.rules import inscriptions
from services.sessions.domain.rules.par_acte import ENTREE_D_UN_CANDIDAT, SOUMISSION
from tests.sessions.domain.fabrique import (
    CADRE,
    CADRE_CCP,
    CADRE_CCS,
    CENTRE,
    DEBUT,
    DURAND,
    FIN,
    JURES,
    NOUVEAU,
    NOUVEAU_VAE,
    SIMON,
    ailleurs,
    avec_cadre,
    codes,
    faits,
    parametres,
    refus,
    session,
)

RECEVABLE = DemandeVae("vae-1", "cand-3", "TP-1", frozenset(), date(2026, 1, 5), date(2027, 1, 4))
TROIS = (ailleurs(date(2025, 9, 1)), ailleurs(date(2025, 11, 3)), ailleurs(date(2026, 2, 2)))


def test_un_candidat_en_regle_entre_sans_remarque() -> None:
    for c in (CADRE, CADRE_CCP, CADRE_CCS):
        assert verifier(ENTREE_D_UN_CANDIDAT, avec_cadre(c, candidat=NOUVEAU)) == ()


class TestApresLesConvocations:
    def test_plus_personne(self) -> None:
        manquement = refus(inscriptions.convocations_pas_encore_editees, faits(Etat.CONVOQUEE, candidat=NOUVEAU))
        assert manquement.code == "INS-01"
        assert manquement.message == (
            "Les convocations ont été éditées le 04/05/2026 : il n'est plus possible d'inscrire un candidat."
        )
        assert manquement.contexte == {"editees_le": "2026-05-04"}

    @pytest.mark.parametrize(
        ("candidat", "refuse"),
        [
            (NOUVEAU, "il n'est plus possible d'inscrire un candidat."),
            (NOUVEAU_VAE, "seul un candidat VAE pourra encore être inscrit, à partir du 16/05/2026."),
        ],
    )
    def test_ni_plus_personne_la_reponse_dit_alors_comment_en_sortir(
        self, candidat: InscriptionCandidat, refuse: str
    ) -> None:
        quittee = session(Etat.CONVOQUEE, candidats=())
        f = faits(Etat.CONVOQUEE, session=quittee, jour=date(2026, 5, 15), candidat=candidat)
        assert refus(inscriptions.convocations_pas_encore_editees, f).message == (
            f"Les convocations ont été éditées le 04/05/2026 : {refuse} La session n'en compte plus aucun : pour en "
            "inscrire d'autres, changez ses dates, ou demandez à l'unité départementale de la refuser ; ses "
            "convocations seront annulées, et elle sera validée de nouveau."
        )

    def test_des_convocations_annulees_ne_ferment_rien(self) -> None:
        annulees = session(Etat.VALIDEE, convocations=Convocations(1, date(2026, 5, 4), en_vigueur=False))
        f = faits(Etat.VALIDEE, session=annulees, candidat=NOUVEAU)
        assert inscriptions.convocations_pas_encore_editees.verifier(f) is None

    @pytest.mark.parametrize(
        ("jour", "codes_attendus"),
        [
            (date(2026, 5, 15), ["INS-01"]),
            (date(2026, 5, 16), []),
            (date(2026, 6, 14), []),
        ],
    )
    def test_sauf_un_candidat_vae_dans_les_trente_jours(self, jour: date, codes_attendus: list[str]) -> None:
        f = faits(Etat.CONVOQUEE, jour=jour, candidat=NOUVEAU_VAE, demandes_vae={"cand-3": RECEVABLE})
        decision = SESSION.decider(Action.INSCRIRE_CANDIDAT, Etat.CONVOQUEE, CENTRE, f)
        assert (codes(decision.manquements), decision.vers) == (codes_attendus, Etat.CONVOQUEE)

    @pytest.mark.parametrize("candidat", [None, NOUVEAU, NOUVEAU_VAE])
    def test_ni_personne_dans_une_session_ccs_dont_aucune_demande_vae_ne_vaut(
        self, candidat: InscriptionCandidat | None
    ) -> None:
        f = avec_cadre(CADRE_CCS, Etat.CONVOQUEE, jour=date(2026, 6, 1), candidat=candidat)
        assert refus(inscriptions.convocations_pas_encore_editees, f).message == (
            "Les convocations ont été éditées le 04/05/2026 : il n'est plus possible d'inscrire un candidat."
        )

    def test_avant_les_trente_jours_la_reponse_dit_a_partir_de_quand(self) -> None:
        f = faits(Etat.CONVOQUEE, jour=date(2026, 5, 15), candidat=NOUVEAU_VAE, demandes_vae={"cand-3": RECEVABLE})
        manquement = refus(inscriptions.convocations_pas_encore_editees, f)
        assert manquement.message == (
            "Les convocations ont été éditées le 04/05/2026 : seul un candidat VAE pourra encore être inscrit, à "
            "partir du 16/05/2026."
        )
        assert manquement.contexte["vae_a_partir_du"] == "2026-05-16"

    def test_le_premier_jour_meme_un_candidat_vae_n_entre_plus(self) -> None:
        f = faits(Etat.EN_COURS, candidat=NOUVEAU_VAE, demandes_vae={"cand-3": RECEVABLE})
        decision = SESSION.decider(Action.INSCRIRE_CANDIDAT, Etat.EN_COURS, CENTRE, f)
        assert [(m.code, m.message) for m in decision.refus] == [("INS-09", "La session a débuté le 15/06/2026.")]

    def test_le_bouton_reste_pour_les_candidats_vae(self) -> None:
        for jour, ouvert in ((date(2026, 5, 15), False), (date(2026, 5, 16), True)):
            decision = SESSION.decider(
                Action.INSCRIRE_CANDIDAT, Etat.CONVOQUEE, CENTRE, faits(Etat.CONVOQUEE, jour=jour)
            )
            assert (decision.refus == ()) is ouvert


class TestDesinscription:
    @pytest.mark.parametrize(("jour", "permise"), [(DEBUT, True), (DEBUT + timedelta(days=1), False)])
    def test_jusqu_au_premier_jour_inclus(self, jour: date, permise: bool) -> None:
        f = faits(Etat.EN_COURS, jour=jour)
        decision = SESSION.decider(Action.DESINSCRIRE_CANDIDAT, Etat.EN_COURS, CENTRE, f)
        if permise:
            assert decision.manquements == ()
            return
        assert [(m.code, m.message) for m in decision.refus] == [
            ("INS-02", "La session a débuté le 15/06/2026 : il n'est plus possible de désinscrire un candidat.")
        ]

    @pytest.mark.parametrize("etat", [Etat.CLOTUREE, Etat.DEBLOQUEE])
    def test_une_session_cloturee_le_premier_jour_ne_se_vide_plus(self, etat: Etat) -> None:
        decision = SESSION.decider(Action.DESINSCRIRE_CANDIDAT, etat, CENTRE, faits(etat, jour=DEBUT))
        assert codes(decision.refus) == ["INS-02"]


class TestPlafond:
    def test_la_quatrieme_est_refusee_et_dit_a_partir_de_quand(self) -> None:
        manquement = refus(inscriptions.plafond_du_candidat, faits(candidat=NOUVEAU, autres_sessions={"cand-3": TROIS}))
        assert manquement.code == "INS-04"
        assert manquement.message == (
            "LEROY Ana est déjà inscrit à 3 sessions Titre ou CCP avec entretien final sur un an (01/09/2025, "
            "03/11/2025, 02/02/2026) : il peut être inscrit à une session débutant à partir du 01/09/2026."
        )
        assert manquement.contexte["dates"] == ["2025-09-01", "2025-11-03", "2026-02-02"]
        assert manquement.contexte["prochain_debut"] == "2026-09-01"

    def test_le_jour_dit_est_admis_la_veille_non(self) -> None:
        for debut, permise in ((date(2026, 8, 31), False), (date(2026, 9, 1), True)):
            c = replace(CADRE, date_debut=debut, date_fin=debut)
            f = avec_cadre(c, candidat=NOUVEAU, autres_sessions={"cand-3": TROIS})
            assert (inscriptions.plafond_du_candidat.verifier(f) is None) is permise

    @pytest.mark.parametrize("c", [CADRE_CCP, CADRE_CCS], ids=lambda c: c.type.value)
    def test_sans_entretien_final_il_n_y_a_pas_de_limite(self, c: Cadre) -> None:
        f = avec_cadre(c, candidat=NOUVEAU, autres_sessions={"cand-3": TROIS})
        assert inscriptions.plafond_du_candidat.verifier(f) is None

    def test_une_session_ccp_avec_entretien_final_compte(self) -> None:
        f = avec_cadre(replace(CADRE_CCP, entretien_final=True), candidat=NOUVEAU, autres_sessions={"cand-3": TROIS})
        assert codes(verifier([inscriptions.plafond_du_candidat], f)) == ["INS-04"]

    def test_par_titre(self) -> None:
        autre_titre = tuple(s._replace(titre_code="TP-2") for s in TROIS)
        f = faits(candidat=NOUVEAU, autres_sessions={"cand-3": autre_titre})
        assert codes(verifier([inscriptions.plafond_du_candidat], f)) == ["INS-04"]
        par_titre = replace(f, parametres=parametres(plafond_portee="titre"))
        assert inscriptions.plafond_du_candidat.verifier(par_titre) is None

    def test_par_annee_civile(self) -> None:
        f = faits(candidat=NOUVEAU, autres_sessions={"cand-3": TROIS}, parametres=parametres(plafond_fenetre="civile"))
        assert inscriptions.plafond_du_candidat.verifier(f) is None

    def test_annulees_refusees_caduques_et_absences_excusees_mises_a_part(self) -> None:
        for valeurs in (
            {"etat": Etat.ANNULEE},
            {"etat": Etat.REFUSEE},
            {"etat": Etat.CADUQUE},
            {"absence_excusee": True},
        ):
            autres = (*TROIS[:2], TROIS[2]._replace(**valeurs))
            f = faits(candidat=NOUVEAU, autres_sessions={"cand-3": autres})
            assert inscriptions.plafond_du_candidat.verifier(f) is None


class TestChevauchement:
    def test_deux_fois_a_la_meme_est_refuse(self) -> None:
        manquement = refus(inscriptions.pas_deja_inscrit, faits(candidat=DURAND))
        assert (manquement.code, manquement.effet) == ("INS-06", Effet.REFUSE)
        assert manquement.message == "DURAND Camille est déjà inscrit à la session 2026-75-0001."

    @pytest.mark.parametrize(
        ("debut", "fin", "signale"),
        [
            (DEBUT - timedelta(days=3), DEBUT - timedelta(days=1), False),
            (DEBUT - timedelta(days=3), DEBUT, True),
            (FIN, FIN, True),
            (FIN + timedelta(days=1), FIN + timedelta(days=2), False),
        ],
    )
    def test_une_autre_aux_memes_jours_est_signalee(self, debut: date, fin: date, signale: bool) -> None:
        f = faits(candidat=NOUVEAU, autres_sessions={"cand-3": (ailleurs(debut, date_fin=fin),)})
        manquement = inscriptions.pas_de_chevauchement.verifier(f)
        assert (manquement is not None) is signale
        if manquement:
            assert (manquement.code, manquement.effet) == ("INS-06", Effet.INFORME)
            assert manquement.message == (
                f"LEROY Ana est inscrit à une autre session qui a des jours en commun avec celle-ci ({debut:%d/%m/%Y})."
            )

    def test_deux_autres_du_meme_jour_font_un_pluriel_et_une_date(self) -> None:
        """« inscrit à une autre session (20/12/2026, 20/12/2026) », it said."""
        memes = (ailleurs(DEBUT), ailleurs(DEBUT), ailleurs(FIN))
        f = faits(candidat=NOUVEAU, autres_sessions={"cand-3": memes})
        assert refus(inscriptions.pas_de_chevauchement, f).message == (
            "LEROY Ana est inscrit à d'autres sessions qui ont des jours en commun avec celle-ci "
            f"({DEBUT:%d/%m/%Y}, {FIN:%d/%m/%Y})."
        )

    def test_qui_l_est_sous_deux_fiches_fusionnees_est_nomme_candidat_ou_jure(self) -> None:
        phrase = "deux fois dans la session, sous deux fiches qui ont été fusionnées depuis : gardez-en une."
        doubles = {
            "candidats": (DURAND, replace(DURAND, candidat_id="cand-9", canonique_id="cand-1"), SIMON),
            "jures": (JURES[0], replace(JURES[0], jure_id="jure-9", canonique_id="jure-1"), JURES[1]),
        }
        for qui, dit in (
            (("candidats",), "DURAND Camille figure"),
            (("jures",), "PETIT Léa figure"),
            (("candidats", "jures"), "DURAND Camille, PETIT Léa figurent"),
        ):
            f = faits(session=session(**{nom: doubles[nom] for nom in qui}))
            assert refus(inscriptions.chacun_une_fois, f).message == f"{dit} {phrase}"

    def test_une_session_annulee_ne_chevauche_rien(self) -> None:
        f = faits(candidat=NOUVEAU, autres_sessions={"cand-3": (ailleurs(DEBUT, etat=Etat.ANNULEE),)})
        assert inscriptions.pas_de_chevauchement.verifier(f) is None


class TestVae:
    MESSAGE = (
        "LEROY Ana n'a pas de demande VAE recevable pour Maçon (titre entier) et encore valable le 15/06/2026, "
        "premier jour de la session."
    )

    def test_sa_demande_recevable_suffit(self) -> None:
        f = faits(candidat=NOUVEAU_VAE, demandes_vae={"cand-3": RECEVABLE})
        assert verifier(ENTREE_D_UN_CANDIDAT, f) == ()

    @pytest.mark.parametrize(
        "demande",
        [
            None,
            replace(RECEVABLE, candidat_id="cand-1"),
            replace(RECEVABLE, titre_code="TP-2"),
            replace(RECEVABLE, ccp_codes=frozenset({"BC01"})),
            replace(RECEVABLE, recevable_jusqu_au=DEBUT - timedelta(days=1)),
            replace(RECEVABLE, date_notification=DEBUT + timedelta(days=1)),
        ],
    )
    def test_toute_autre_est_refusee(self, demande: DemandeVae | None) -> None:
        manquement = refus(
            inscriptions.demande_vae_recevable, faits(candidat=NOUVEAU_VAE, demandes_vae={"cand-3": demande})
        )
        assert (manquement.code, manquement.message) == ("INS-07", self.MESSAGE)

    @pytest.mark.parametrize("bornes", [{"date_notification": DEBUT}, {"recevable_jusqu_au": DEBUT}])
    def test_elle_vaut_du_jour_notifie_a_son_dernier(self, bornes: dict[str, date]) -> None:
        d = replace(RECEVABLE, **bornes)
        assert (
            inscriptions.demande_vae_recevable.verifier(faits(candidat=NOUVEAU_VAE, demandes_vae={"cand-3": d})) is None
        )

    def test_une_demande_sur_un_ccp_suffit_a_sa_session(self) -> None:
        d = replace(RECEVABLE, ccp_codes=frozenset({"BC01"}))
        f = avec_cadre(CADRE_CCP, candidat=NOUVEAU_VAE, demandes_vae={"cand-3": d})
        assert inscriptions.demande_vae_recevable.verifier(f) is None
        sur_l_autre = replace(f, demandes_vae={"cand-3": replace(d, ccp_codes=frozenset({"BC02"}))})
        phrase = self.MESSAGE.replace("Maçon (titre entier)", "Préparer le chantier")
        assert refus(inscriptions.demande_vae_recevable, sur_l_autre).message == phrase

    def test_aucune_n_ouvre_une_session_ccs(self) -> None:
        """« n'a pas de demande VAE recevable pour » a CCS: its centre would look for how to file one."""
        f = avec_cadre(CADRE_CCS, candidat=NOUVEAU_VAE, demandes_vae={"cand-3": RECEVABLE})
        phrase = "Aucune demande VAE n'ouvre une session CCS : LEROY Ana ne peut y venir que par un autre parcours."
        assert refus(inscriptions.demande_vae_recevable, f).message == phrase
        deux = (NOUVEAU_VAE, replace(NOUVEAU_VAE, candidat_id="cand-4", nom="MARTIN Lou"))
        deja = replace(f, session=replace(f.session, candidats=deux), demandes_vae={})
        phrases = phrase.replace("LEROY Ana ne peut", "LEROY Ana, MARTIN Lou ne peuvent")
        assert refus(inscriptions.demandes_vae_recevables, deja).message == phrases

    def test_a_la_soumission_chaque_candidat_vae_la_sienne(self) -> None:
        ana, lou = NOUVEAU_VAE, replace(NOUVEAU_VAE, candidat_id="cand-4", nom="MARTIN Lou")
        s = session(candidats=(DURAND, ana, lou))
        recevables = {c.candidat_id: replace(RECEVABLE, candidat_id=c.candidat_id) for c in (ana, lou)}
        assert inscriptions.demandes_vae_recevables.verifier(faits(session=s, demandes_vae=recevables)) is None
        une = refus(inscriptions.demandes_vae_recevables, faits(session=s, demandes_vae=recevables | {"cand-3": None}))
        assert (une.code, une.message) == ("INS-07", self.MESSAGE)
        deux = refus(inscriptions.demandes_vae_recevables, faits(session=s, demandes_vae={}))
        assert deux.message == self.MESSAGE.replace("LEROY Ana n'a pas", "LEROY Ana, MARTIN Lou n'ont pas")
        assert deux.contexte["candidat_ids"] == ["cand-3", "cand-4"]
        fusionnee = session(candidats=(ana, replace(ana, candidat_id="cand-4", canonique_id="cand-3")))
        seule = refus(inscriptions.demandes_vae_recevables, faits(session=fusionnee, demandes_vae={}))
        assert (seule.message, seule.contexte["candidat_ids"]) == (self.MESSAGE, ["cand-3", "cand-4"])

    def test_ce_qui_n_est_pas_demande_ne_ferme_pas_le_bouton(self) -> None:
        s = session(candidats=(DURAND, NOUVEAU_VAE))
        assert verifier(SOUMISSION, faits(session=s)) == ()

    def test_les_autres_parcours_n_en_ont_pas_besoin(self) -> None:
        assert inscriptions.demande_vae_recevable.verifier(faits(candidat=NOUVEAU)) is None


class TestDejaAcquis:
    @pytest.mark.parametrize(
        ("c", "acquis", "certifications"),
        [
            (CADRE, {"BC02", "BC01"}, "Préparer le chantier, Poser les ouvrages"),
            (CADRE, {"TP-1", "BC01"}, "Maçon, Préparer le chantier"),
            (CADRE_CCP, {"BC01", "TP-1"}, "Préparer le chantier"),
            (CADRE_CCS, {"CS-1"}, "Restaurer le patrimoine bâti"),
        ],
    )
    def test_ce_qu_il_a_deja_est_signale(self, c: Cadre, acquis: set[str], certifications: str) -> None:
        f = avec_cadre(c, candidat=NOUVEAU, acquis={"cand-3": frozenset(acquis)})
        manquement = refus(inscriptions.rien_de_deja_acquis, f)
        assert (manquement.code, manquement.effet) == ("INS-08", Effet.INFORME)
        assert manquement.message == f"LEROY Ana a déjà {certifications}."

    def test_un_acquis_etranger_a_la_session_ne_dit_rien(self) -> None:
        f = avec_cadre(CADRE_CCP, candidat=NOUVEAU, acquis={"cand-3": frozenset({"BC02", "CS-1"})})
        assert inscriptions.rien_de_deja_acquis.verifier(f) is None


def test_toutes_les_raisons_a_la_fois_dans_l_ordre_de_la_page() -> None:
    f = faits(
        Etat.CONVOQUEE,
        jour=date(2026, 5, 20),
        candidat=replace(DURAND, parcours=NOUVEAU.parcours),
        autres_sessions={"cand-1": TROIS},
    )
    decision = SESSION.decider(Action.INSCRIRE_CANDIDAT, Etat.CONVOQUEE, CENTRE, f)
    assert codes(decision.refus) == ["INS-01", "SES-05", "INS-04", "INS-06"]


def test_de_nouvelles_dates_disent_qui_est_inscrit_ailleurs_ces_jours_la() -> None:
    """INS-06: those who are, and those alone; nothing of what changes something else than the dates."""
    autres = {"cand-1": (ailleurs(FIN + timedelta(days=1)),), "cand-2": (ailleurs(FIN),)}
    f = faits(
        autres_sessions=autres,
        nouveau_cadre=replace(CADRE, date_debut=FIN + timedelta(days=1), date_fin=FIN + timedelta(days=2)),
    )
    manquement = refus(inscriptions.candidats_disponibles, f)
    dit = "DURAND Camille est inscrit à une autre session qui a des jours en commun avec ces dates."
    assert (manquement.message, manquement.effet) == (dit, Effet.INFORME)
    assert inscriptions.candidats_disponibles.verifier(replace(f, autres_sessions={})) is None
    autre_titre = replace(
        f, autres_sessions={"cand-1": (ailleurs(FIN),)}, nouveau_cadre=replace(CADRE, titre_code="TP-2")
    )
    assert inscriptions.candidats_disponibles.verifier(autre_titre) is None
