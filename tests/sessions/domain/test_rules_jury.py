"""SES-07, SES-08, JUR-05, JRY-01 to JRY-03, and what a jury covers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.rules import verifier
from services.sessions.domain.jury import couverture, permet
from services.sessions.domain.model import Cadre, Etat
from services.sessions.domain.rules import inscriptions, jury
from services.sessions.domain.rules.par_acte import (
    ENTREE_D_UN_JURE,
    JURY_ENCORE_VALABLE,
    NOUVEAU_CADRE_VALIDE,
    SOUMISSION,
    VALIDATION,
    alertes,
)
from tests.sessions.domain.fabrique import (
    CADRE,
    CADRE_CCP,
    CADRE_CCS,
    DEBUT,
    DURAND,
    FIN,
    HABILITATION_CCS,
    JURES,
    NOUVEAU,
    SIRET,
    TITRE,
    TITRE_EN_PROLONGATION,
    TROIS_JURES,
    avec_cadre,
    codes,
    faits,
    habilitation,
    parametres,
    pressenti,
    refus,
    session,
)

FIN_DE_VIE = date(2026, 5, 31)
PAS_ENCORE = (
    "Aucune habilitation ne dépasse la fin de vie du titre, le 31/05/2026, tant qu'il est en cours : le jury ne peut "
    "être habilité qu'ensuite."
)


class TestProlongationAVenir:
    """SES-02 wants it submitted while the titre lives, HAB-10 lets no habilitation outlive the titre: SES-07 waits."""

    @pytest.mark.parametrize(
        ("jour", "parametre", "attend"),
        [(FIN_DE_VIE, True, True), (FIN_DE_VIE + timedelta(days=1), True, False), (FIN_DE_VIE, False, False)],
    )
    def test_le_jury_n_est_exige_a_la_soumission_que_s_il_est_possible(
        self, jour: date, parametre: bool, attend: bool
    ) -> None:
        f = faits(
            titre=TITRE_EN_PROLONGATION,
            jour=jour,
            session=session(jures=(), candidats=()),
            parametres=parametres(prolongation_soumise_avant_fin_de_vie=parametre, delai_soumission_titre=None),
        )
        assert [m.code for m in verifier(SOUMISSION, f) if m.code == "SES-07"] == ["SES-07", "SES-07"] * (not attend)
        assert codes(verifier(VALIDATION, f)).count("SES-07") == 2

    @pytest.mark.parametrize("ecart", [-1, 0, 1])
    def test_une_session_qui_debute_avant_qu_on_puisse_etre_habilite_n_en_aura_jamais(self, ecart: int) -> None:
        """On the day after the end of life, who may then be habilité finds a session that started on it caduque."""
        titre = replace(TITRE_EN_PROLONGATION, date_fin_de_vie=DEBUT - timedelta(days=ecart))
        f = faits(titre=titre, jour=date(2026, 5, 4), session=session(jures=(), candidats=()))
        phrase = (
            f"Aucune habilitation ne dépasse la fin de vie du titre, le {15 - ecart}/06/2026, tant qu'il est en "
            "cours : pour avoir un jury, la session doit finir au plus tard ce jour-là, ou débuter au plus tôt le "
            f"{17 - ecart}/06/2026."
        )
        m = next(m for m in verifier(SOUMISSION, f) if m.code == "SES-07")
        assert m.message == f"Le jury compte 0 juré(s) habilité(s) : il en faut au moins 2. {phrase}"
        f = replace(f, jure=pressenti(habilitation=None))
        refuse = "BLANC Zoé n'est pas habilité sur Maçon à la date de la session."
        assert refus(jury.habilite_sur_le_titre, f).message == f"{refuse} {phrase}"
        deux_jours = replace(titre, date_fin_de_vie=DEBUT - timedelta(days=2))
        assert "SES-07" not in codes(verifier(SOUMISSION, replace(f, titre=deux_jours)))

    def test_une_session_validee_n_est_pas_deplacee_la_ou_elle_n_en_aura_jamais(self) -> None:
        """Its convocations were annulled, and nobody could validate it again before its day."""
        titre = replace(TITRE_EN_PROLONGATION, date_fin_de_vie=DEBUT)
        sans_jury = faits(titre=titre, jour=date(2026, 5, 4), session=session(jures=()))
        f = replace(sans_jury, nouveau_cadre=sans_jury.cadre)
        assert "SES-07" in codes(verifier(NOUVEAU_CADRE_VALIDE, f))
        assert "SES-07" not in codes(verifier(NOUVEAU_CADRE_VALIDE, sans_jury)), "a new name moves nothing"
        habilites = faits(titre=titre, jour=date(2026, 5, 4), nouveau_cadre=f.cadre)
        assert "SES-07" not in codes(verifier(NOUVEAU_CADRE_VALIDE, habilites)), "who is habilité already may sit"
        plus_tot = replace(titre, date_fin_de_vie=DEBUT - timedelta(days=2))
        assert "SES-07" not in codes(verifier(NOUVEAU_CADRE_VALIDE, replace(f, titre=plus_tot)))

    def test_un_titre_qui_vit_encore_a_la_fin_de_la_session_exige_le_jury(self) -> None:
        for titre in (TITRE, replace(TITRE, date_fin_de_vie=FIN)):
            f = faits(titre=titre, session=session(jures=()))
            trop_peu, sans_ccp = verifier(SOUMISSION, f)
            assert (trop_peu.code, sans_ccp.code) == ("SES-07", "SES-07")
            assert trop_peu.message == "Le jury compte 0 juré(s) habilité(s) : il en faut au moins 2.", "as it is dated"

    def test_le_refus_d_un_jure_dit_quand_il_pourra_etre_habilite(self) -> None:
        f = faits(titre=TITRE_EN_PROLONGATION, jure=pressenti(habilitation=None))
        debut = "BLANC Zoé n'est pas habilité sur Maçon à la date de la session"
        assert refus(jury.habilite_sur_le_titre, replace(f, jour=FIN_DE_VIE)).message == (
            f"{debut} : aucune habilitation ne dépasse la fin de vie du titre, le 31/05/2026, tant qu'il est en cours. "
            "La session peut être soumise sans jury ; il sera exigé à sa validation."
        )
        assert refus(jury.habilite_sur_le_titre, replace(f, jour=FIN_DE_VIE + timedelta(days=1))).message == f"{debut}."
        for soumise in (session(Etat.EN_ATTENTE), session(Etat.VALIDEE)):
            dit = refus(jury.habilite_sur_le_titre, replace(f, jour=FIN_DE_VIE, session=soumise)).message
            assert dit == f"{debut}. {PAS_ENCORE}", "which is submitted already"

    def test_celui_d_une_session_ccs_attend_la_fin_de_vie_du_seul_titre_de_son_ccs(self) -> None:
        """Its centre was told to replace jurés whom nobody can replace before; it is submitted with its jury, though:
        nothing has it be so before the end of life (SES-02)."""
        cadre = replace(CADRE_CCS, titre_code=None)
        perdus = session(Etat.VALIDEE, cadre=cadre, jures=tuple(replace(j, habilitation=None) for j in JURES))
        siens = {"titre": TITRE_EN_PROLONGATION, "titres_du_ccs": (TITRE_EN_PROLONGATION,), "jour": FIN_DE_VIE}
        f = faits(session=perdus, jure=pressenti(habilitation=None), **siens)
        assert refus(jury.jures_toujours_habilites, f).message.endswith(f" le patrimoine bâti. {PAS_ENCORE}")
        refuse = "BLANC Zoé n'est pas habilité sur le CCS Restaurer le patrimoine bâti à la date de la session."
        assert refus(jury.habilite_sur_le_ccs, f).message == f"{refuse} {PAS_ENCORE}"
        brouillon = replace(f, session=session(cadre=cadre, jures=(), candidats=()))
        (m,) = (m for m in verifier(SOUMISSION, brouillon) if m.code == "SES-07")
        assert m.message == f"Le jury compte 0 juré(s) habilité(s) : il en faut au moins 2. {PAS_ENCORE}"
        ensuite = replace(f, jour=FIN_DE_VIE + timedelta(days=1))
        d_un_autre_titre = replace(f, titres_du_ccs=(TITRE_EN_PROLONGATION, TITRE))
        for possible in (ensuite, d_un_autre_titre):
            assert refus(jury.jures_toujours_habilites, possible).message.endswith(" : remplacez-les.")
            assert refus(jury.habilite_sur_le_ccs, possible).message == refuse


class TestJuryEntier:
    def test_deux_jures_qui_couvrent_tout(self) -> None:
        assert verifier([jury.jury_suffisant, jury.jury_couvre_les_ccp, jury.jures_toujours_habilites], faits()) == ()

    @pytest.mark.parametrize("n", [0, 1])
    def test_il_en_faut_deux(self, n: int) -> None:
        manquement = refus(jury.jury_suffisant, faits(session=session(jures=JURES[:n])))
        assert manquement.code == "SES-07"
        assert manquement.message == f"Le jury compte {n} juré(s) habilité(s) : il en faut au moins 2."

    def test_un_jure_inactif_ou_sans_habilitation_ne_compte_plus(self) -> None:
        for autre in (replace(JURES[1], actif=False), replace(JURES[1], habilitation=None)):
            manquement = refus(jury.jury_suffisant, faits(session=session(jures=(JURES[0], autre))))
            assert manquement.contexte == {"n": 1}

    def test_les_ccp_que_personne_ne_couvre_sont_nommes(self) -> None:
        manquement = refus(jury.jury_couvre_les_ccp, faits(session=session(jures=JURES[1:])))
        assert manquement.code == "SES-07"
        assert manquement.message == (
            "Le jury ne couvre pas tous les CCP de la session : aucun juré habilité sur Poser les ouvrages."
        )
        assert manquement.contexte["ccp_codes"] == ["BC02"]

    def test_une_session_ccp_ne_demande_que_ses_ccp(self) -> None:
        assert jury.jury_couvre_les_ccp.verifier(avec_cadre(CADRE_CCP, session=session(cadre=CADRE_CCP))) is None

    def test_deux_entrees_sur_une_meme_habilitation_sont_une_personne(self) -> None:
        """Two jurés merged into one after they were registered."""
        meme = tuple(replace(j, habilitation=habilitation(id="hab-1")) for j in JURES)
        f = faits(session=replace(session(), jures=meme))
        assert [m.contexte["n"] for m in verifier([jury.jury_suffisant], f)] == [1]

    def test_une_session_ccs_n_a_pas_de_ccp_a_couvrir(self) -> None:
        assert verifier([jury.jury_suffisant, jury.jury_couvre_les_ccp], avec_cadre(CADRE_CCS)) == ()

    def test_retirer_un_jure_laisse_un_jury_valable(self) -> None:
        f = faits(Etat.VALIDEE, session=session(Etat.VALIDEE, jures=TROIS_JURES))
        assert verifier(JURY_ENCORE_VALABLE, replace(f, jure_sortant="jure-2")) == ()
        assert codes(verifier(JURY_ENCORE_VALABLE, replace(f, jure_sortant="jure-1"))) == ["SES-07"]
        deux = faits(Etat.VALIDEE, jure_sortant="jure-1")
        assert codes(verifier(JURY_ENCORE_VALABLE, deux)) == ["SES-07", "SES-07"]

    def test_retirer_un_jure_n_est_propose_que_si_l_un_peut_partir(self) -> None:
        assert (
            verifier(JURY_ENCORE_VALABLE, faits(Etat.VALIDEE, session=session(Etat.VALIDEE, jures=TROIS_JURES))) == ()
        )
        assert "SES-07" in codes(verifier(JURY_ENCORE_VALABLE, faits(Etat.VALIDEE)))
        assert verifier(JURY_ENCORE_VALABLE, faits(Etat.VALIDEE, session=session(Etat.VALIDEE, jures=()))) == ()

    def test_la_couverture_dit_qui_couvre_quoi(self) -> None:
        c = couverture(CADRE, JURES)
        assert [j.nom for j in c.habilites] == ["PETIT Léa", "MOREL Jean"]
        assert c.par_ccp == {"BC01": ("PETIT Léa", "MOREL Jean"), "BC02": ("PETIT Léa",)}
        assert c.manquants == ()
        assert couverture(CADRE, JURES[1:]).manquants == ("BC02",)


class TestHabilitationPerdue:
    def test_la_validation_nomme_celui_qui_l_a_perdue(self) -> None:
        jures = (JURES[0], replace(JURES[1], habilitation=None))
        manquement = refus(jury.jures_toujours_habilites, faits(Etat.EN_ATTENTE, session=session(jures=jures)))
        assert manquement.code == "SES-08"
        assert manquement.message == "MOREL Jean n'est plus habilité sur Maçon : remplacez-le avant de valider."
        assert manquement.contexte["jure_ids"] == ["jure-2"]

    def test_et_tous_quand_ils_sont_plusieurs(self) -> None:
        jures = tuple(replace(j, habilitation=None) for j in JURES)
        manquement = refus(jury.jures_toujours_habilites, faits(Etat.EN_ATTENTE, session=session(jures=jures)))
        assert manquement.message == (
            "PETIT Léa, MOREL Jean ne sont plus habilités sur Maçon : remplacez-les avant de valider."
        )

    @pytest.mark.parametrize(
        ("etat", "fin"),
        [
            (Etat.EN_ATTENTE, " avant de valider."),
            (Etat.VALIDEE, "."),
            (Etat.CONVOQUEE, "."),
            (Etat.EN_COURS, "."),
        ],
    )
    def test_une_session_validee_n_attend_plus_de_l_etre_et_un_inactif_n_a_rien_perdu(
        self, etat: Etat, fin: str
    ) -> None:
        inactif = replace(JURES[0], actif=False)
        for jures, phrase in (
            ((inactif, JURES[1]), "PETIT Léa est inactif : remplacez-le"),
            (
                (inactif, replace(JURES[1], habilitation=None)),
                "MOREL Jean n'est plus habilité sur Maçon ; PETIT Léa est inactif : remplacez-les",
            ),
        ):
            manquement = refus(jury.jures_toujours_habilites, faits(etat, session=session(etat, jures=jures)))
            assert manquement.message == f"{phrase}{fin}"
            assert set(manquement.contexte["jure_ids"]) == {j.jure_id for j in jures if j != JURES[1]}

    def test_nul_n_est_a_remplacer_tant_que_personne_ne_peut_etre_habilite(self) -> None:
        """A fin de vie decided since takes the jury from a session validated: « remplacez-les » was said of each, and
        whoever was chosen instead was refused."""
        perdu = session(Etat.VALIDEE, jures=(JURES[0], replace(JURES[1], habilitation=None)))
        f, dit = faits(titre=TITRE_EN_PROLONGATION, session=perdu), "MOREL Jean n'est plus habilité sur Maçon"
        for jour, suite in ((FIN_DE_VIE, f". {PAS_ENCORE}"), (FIN_DE_VIE + timedelta(days=1), " : remplacez-le.")):
            assert refus(jury.jures_toujours_habilites, replace(f, jour=jour)).message == f"{dit}{suite}"

    def test_une_habilitation_qui_ne_couvre_plus_les_dates_est_perdue(self) -> None:
        courte = replace(JURES[1], habilitation=habilitation("BC01", date_fin=FIN - timedelta(days=1)))
        f = faits(Etat.EN_ATTENTE, session=session(Etat.EN_ATTENTE, jures=(JURES[0], courte)))
        assert codes(verifier([jury.jures_toujours_habilites], f)) == ["SES-08"]


class TestEntreeDUnJure:
    def test_habilite_il_entre_sans_remarque(self) -> None:
        assert verifier(ENTREE_D_UN_JURE, faits(jure=pressenti())) == ()

    def test_inactif(self) -> None:
        manquement = refus(jury.jure_actif, faits(jure=pressenti(actif=False)))
        assert manquement.code == "JUR-05"
        assert manquement.message == "Le juré BLANC Zoé est inactif : il ne peut pas être inscrit à une session."

    def test_sur_un_ccs_seule_l_habilitation_sur_ce_ccs_compte(self) -> None:
        sur_le_titre = avec_cadre(CADRE_CCS, jure=pressenti())
        manquement = refus(jury.habilite_sur_le_ccs, sur_le_titre)
        assert manquement.code == "JRY-01"
        assert manquement.message == (
            "BLANC Zoé n'est pas habilité sur le CCS Restaurer le patrimoine bâti à la date de la session."
        )
        sur_le_ccs = avec_cadre(CADRE_CCS, jure=pressenti(habilitation=HABILITATION_CCS))
        assert verifier(ENTREE_D_UN_JURE, sur_le_ccs) == ()
        assert verifier(ENTREE_D_UN_JURE, avec_cadre(CADRE_CCS)) == ()  # its button, as long as nobody is named

    def test_sur_un_titre(self) -> None:
        f = faits(jure=pressenti(habilitation=habilitation(titre_code="TP-2")))
        manquement = refus(jury.habilite_sur_le_titre, f)
        assert manquement.code == "JRY-02"
        assert manquement.message == "BLANC Zoé n'est pas habilité sur Maçon à la date de la session."

    def test_sur_un_ccp_il_en_faut_un_de_la_session(self) -> None:
        f = avec_cadre(CADRE_CCP, jure=pressenti(habilitation=habilitation("BC02")))
        manquement = refus(jury.habilite_sur_le_titre, f)
        assert manquement.message == "BLANC Zoé n'est pas habilité sur Préparer le chantier à la date de la session."
        f = avec_cadre(CADRE_CCP, jure=pressenti(habilitation=habilitation("BC01", "BC02")))
        assert verifier(ENTREE_D_UN_JURE, f) == ()

    @pytest.mark.parametrize(
        ("valeurs", "suffit"),
        [
            ({"date_debut": DEBUT}, True),
            ({"date_debut": DEBUT + timedelta(days=1)}, False),
            ({"date_fin": FIN}, True),
            ({"date_fin": FIN - timedelta(days=1)}, False),
        ],
    )
    @pytest.mark.parametrize("c", [CADRE, CADRE_CCP, CADRE_CCS], ids=lambda c: c.type.value)
    def test_en_vigueur_sur_toutes_les_dates(self, c: Cadre, valeurs: dict[str, object], suffit: bool) -> None:
        base = HABILITATION_CCS if c is CADRE_CCS else habilitation()
        jure = pressenti(habilitation=replace(base, **valeurs))  # type: ignore[arg-type]
        attendu = [] if suffit else ["JRY-01" if c is CADRE_CCS else "JRY-02"]
        assert codes(verifier(ENTREE_D_UN_JURE, avec_cadre(c, jure=jure))) == attendu

    def test_nul_n_est_habilite_sur_ce_qui_n_est_pas_dit(self) -> None:
        assert not permet(habilitation(), replace(CADRE_CCS, ccs_code=None))
        assert not permet(HABILITATION_CCS, replace(CADRE, titre_code=None))

    def test_une_autre_certification_ne_suffit_pas(self) -> None:
        assert not permet(replace(HABILITATION_CCS, ccs_code="CS-2"), CADRE_CCS)
        assert not permet(HABILITATION_CCS, CADRE)

    def test_deux_fois_dans_le_meme_jury(self) -> None:
        manquement = refus(
            inscriptions.pas_deja_du_jury,
            faits(jure=pressenti(identites=frozenset({"jure-3", "jure-1"}), nom="PETIT Léa")),
        )
        assert (manquement.code, manquement.effet) == ("INS-06", "refuse")
        assert manquement.message == "PETIT Léa est déjà du jury de la session 2026-75-0001."

    def test_remplacer_un_jure_par_lui_meme_ou_par_sa_fiche_fusionnee(self) -> None:
        fusionnee = faits(jure=pressenti(identites=frozenset({"jure-3", "jure-1"})), jure_sortant="jure-1")
        assert inscriptions.pas_deja_du_jury.verifier(fusionnee) is None
        lui_meme = pressenti(jure_id="jure-1", identites=frozenset({"jure-1"}))
        assert refus(inscriptions.pas_deja_du_jury, faits(jure=lui_meme, jure_sortant="jure-1")).code == "INS-06"

    @pytest.mark.parametrize("formateur", ["Zoé Blanc", "jure-3"])
    def test_ce_qui_est_signale_sans_etre_refuse(self, formateur: str) -> None:
        forme = replace(DURAND, formateurs=(formateur,))
        f = faits(
            session=session(candidats=(forme,)),
            jure=pressenti(autre_session=True, employeurs=frozenset({SIRET})),
        )
        remarques = verifier(ENTREE_D_UN_JURE, f)
        assert {m.effet for m in remarques} == {"informe"}
        assert [(m.code, m.message) for m in remarques] == [
            ("JRY-03", "BLANC Zoé siège dans une autre session aux mêmes dates."),
            ("JRY-03", "BLANC Zoé est employé par le centre qui organise la session."),
            ("JRY-03", "BLANC Zoé a formé DURAND Camille, inscrit à la session."),
        ]

    def test_un_employeur_inconnu_ou_autre_ne_dit_rien(self) -> None:
        autre = pressenti(employeurs=frozenset({"11000007200014"}))
        assert jury.jure_exterieur_au_centre.verifier(faits(jure=autre)) is None
        assert jury.jure_exterieur_au_centre.verifier(faits(jure=autre, siret=None)) is None

    @pytest.mark.parametrize("formateur", ["jure-1", "Léa PETIT", "petit lea", "PETIT (Léa)"])
    def test_un_candidat_forme_par_un_membre_du_jury(self, formateur: str) -> None:
        f = faits(candidat=replace(NOUVEAU, formateurs=("Paul Roy", formateur)))
        manquement = refus(jury.candidat_non_forme_par_le_jury, f)
        assert (manquement.code, manquement.effet) == ("JRY-03", "informe")
        assert manquement.message == "PETIT Léa, du jury de la session, a formé LEROY Ana."

    def test_un_candidat_forme_par_celui_qu_un_membre_est_devenu(self) -> None:
        jury_fusionne = (replace(JURES[0], canonique_id="jure-9"), JURES[1])
        f = faits(session=session(jures=jury_fusionne), candidat=replace(NOUVEAU, formateurs=("jure-9",)))
        assert refus(jury.candidat_non_forme_par_le_jury, f).code == "JRY-03"
        sous_son_ancienne_fiche = replace(f, candidat=replace(NOUVEAU, formateurs=("jure-1",)))
        assert refus(jury.candidat_non_forme_par_le_jury, sous_son_ancienne_fiche).code == "JRY-03"

    def test_plusieurs_s_accordent(self) -> None:
        deux = replace(NOUVEAU, formateurs=("Léa PETIT", "Jean MOREL"))
        assert refus(jury.candidat_non_forme_par_le_jury, faits(candidat=deux)).message == (
            "PETIT Léa, MOREL Jean, du jury de la session, ont formé LEROY Ana."
        )
        formes = tuple(replace(c, formateurs=("Zoé BLANC",)) for c in session().candidats)
        f = faits(session=session(candidats=formes), jure=pressenti())
        assert refus(jury.jure_non_formateur, f).message == (
            "BLANC Zoé a formé DURAND Camille, SIMON Noé, inscrits à la session."
        )

    def test_qui_est_sous_deux_fiches_fusionnees_n_est_nomme_qu_une_fois(self) -> None:
        deux_fois = (
            replace(DURAND, formateurs=("jure-9",)),
            replace(DURAND, candidat_id="cand-9", formateurs=("jure-9",)),
        )
        candidats = tuple(replace(c, canonique_id=DURAND.candidat_id) for c in deux_fois)
        f = faits(
            session=session(candidats=candidats), jure=pressenti(jure_id="jure-9", identites=frozenset({"jure-9"}))
        )
        assert refus(jury.jure_non_formateur, f).message == "BLANC Zoé a formé DURAND Camille, inscrit à la session."
        fusionnes = tuple(replace(j, nom="PETIT Léa", canonique_id="jure-1") for j in JURES[:2])
        f = faits(session=session(jures=fusionnes), candidat=replace(NOUVEAU, formateurs=("Léa PETIT",)))
        dit = "PETIT Léa, du jury de la session, a formé LEROY Ana."
        assert refus(jury.candidat_non_forme_par_le_jury, f).message == dit
        perdus = session(jures=tuple(replace(j, habilitation=None) for j in fusionnes))
        dit = "PETIT Léa n'est plus habilité sur Maçon : remplacez-le avant de valider."
        assert refus(jury.jures_toujours_habilites, faits(session=perdus)).message == dit

    def test_un_formateur_hors_du_jury_ne_dit_rien(self) -> None:
        f = faits(candidat=replace(NOUVEAU, formateurs=("Paul Roy",)))
        assert jury.candidat_non_forme_par_le_jury.verifier(f) is None
        forme_ailleurs = session(candidats=(replace(DURAND, formateurs=("Paul Roy",)),))
        assert jury.jure_non_formateur.verifier(faits(session=forme_ailleurs, jure=pressenti())) is None


class TestAlertes:
    def test_une_session_en_regle_n_en_a_pas(self) -> None:
        for etat in (Etat.EN_ATTENTE, Etat.VALIDEE, Etat.CONVOQUEE):
            assert alertes(faits(etat)) == ()

    def test_une_habilitation_perdue_et_un_agrement_suspendu(self) -> None:
        jures = (JURES[0], replace(JURES[1], habilitation=None))
        f = faits(Etat.VALIDEE, session=session(Etat.VALIDEE, jures=jures), agrements=())
        assert codes(alertes(f)) == ["SES-01", "SES-07", "SES-08"]

    def test_tant_que_le_centre_la_prepare_ce_qu_elle_avait_seulement(self) -> None:
        for etat in (Etat.BROUILLON, Etat.REFUSEE):
            for jures, perdus in (((), []), ((replace(JURES[0], habilitation=None),), ["SES-08"])):
                f = faits(etat, session=session(etat, jures=jures), agrements=())
                assert codes(alertes(f)) == ["SES-01", *perdus]

    def test_plus_rien_une_fois_debutee(self) -> None:
        for etat in (Etat.CADUQUE, Etat.A_CLOTURER, Etat.CLOTUREE, Etat.ANNULEE):
            assert alertes(faits(etat, agrements=())) == ()

    def test_sauf_l_agrement_et_le_jury_tant_qu_elle_se_tient(self) -> None:
        """AGR-02 : qui suspend l'agrément lit que la session en dépend. JUR-04 : un juré peut être inactivé pendant la
        session, et y être remplacé jusqu'à sa fin."""
        jures = (JURES[0], replace(JURES[1], actif=False))
        for etat, attendus in ((Etat.EN_COURS, ["SES-01", "SES-07", "SES-08"]), (Etat.A_CLOTURER, [])):
            assert codes(alertes(faits(etat, session=session(etat, jures=jures), agrements=()))) == attendus


def test_les_habilitations_d_avant_2000_ne_surprennent_pas() -> None:
    ancienne = habilitation(date_debut=date(1999, 12, 31))
    assert permet(ancienne, CADRE)
