"""SES-04, RES-01, RES-03: which sheets are accepted, when a session closes, when its PV is signed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.referentiel import Certification
from commun.domain.rules import Effet, Regle, verifier
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Etat
from services.sessions.domain.resultats import (
    Absence,
    Entretien,
    Feuille,
    ResultatCandidat,
    ResultatCcp,
    ResultatCcs,
)
from services.sessions.domain.rules import resultats
from services.sessions.domain.rules.par_acte import CARENCE, CLOTURE, SAISIE
from tests.sessions.domain.fabrique import (
    CADRE,
    CADRE_CCP,
    CADRE_CCS,
    CENTRE,
    DEBUT,
    DURAND,
    FEUILLE,
    TITRE,
    UD,
    avec_cadre,
    codes,
    faits,
    refus,
    session,
)

CAMILLE, NOE = FEUILLE.resultats
ABSENTE = ResultatCandidat("cand-1", present=False, absence=Absence.EXCUSEE)


def saisie(*lignes: ResultatCandidat, jures: frozenset[str] = FEUILLE.jures_presents, **valeurs: Any) -> Faits:
    return faits(Etat.EN_COURS, **{"feuille_proposee": Feuille(lignes, jures)} | valeurs)


def reponse(f: Faits) -> list[tuple[str, str]]:
    return [(m.code, m.message) for m in verifier(SAISIE, f)]


def test_une_feuille_en_regle_entiere_ou_commencee() -> None:
    for lignes in ((CAMILLE, NOE), (CAMILLE,), (), (ABSENTE, NOE)):
        assert reponse(saisie(*lignes)) == []


def test_a_partir_du_premier_jour() -> None:
    for etat, jour in ((Etat.VALIDEE, DEBUT - timedelta(days=1)), (Etat.EN_COURS, DEBUT)):
        decision = SESSION.decider(Action.SAISIR_RESULTATS, etat, CENTRE, faits(etat, jour=jour))
        assert [(m.code, m.message) for m in decision.refus] == (
            []
            if etat is Etat.EN_COURS
            else [("RES-01", "Les résultats sont saisis à partir du premier jour de la session, le 15/06/2026.")]
        )


def test_la_regle_elle_meme_cesse_le_premier_jour() -> None:
    assert refus(resultats.session_debutee, faits(Etat.VALIDEE, jour=DEBUT - timedelta(days=1))).code == "RES-01"
    assert resultats.session_debutee.verifier(faits(Etat.VALIDEE, jour=DEBUT)) is None


def test_une_session_cloturee_est_figee() -> None:
    (refusee,) = SESSION.decider(Action.SAISIR_RESULTATS, Etat.CLOTUREE, CENTRE, faits(Etat.CLOTUREE)).refus
    assert (refusee.code, refusee.message) == (
        "RES-03",
        "La session 2026-75-0001 est clôturée : ses résultats sont figés tant que l'administration ne l'a pas "
        "débloquée.",
    )


ACQUIS, NON_ACQUIS, DEJA = ResultatCcp.ACQUIS, ResultatCcp.NON_ACQUIS, ResultatCcp.DEJA_ACQUIS


@pytest.mark.parametrize(
    ("ligne", "attendu"),
    [
        (
            replace(CAMILLE, entretien_final=None),
            (
                "SES-04",
                "La session comporte un entretien final : notez-le favorable, défavorable ou non tenu pour "
                "DURAND Camille.",
            ),
        ),
        (
            replace(CAMILLE, ccps={"BC01": DEJA, "BC02": DEJA}),
            (
                "SES-04",
                "CCP notés déjà acquis sans l'être : DURAND Camille (Préparer le chantier, Poser les ouvrages).",
            ),
        ),
        (
            replace(CAMILLE, candidat_id="cand-9"),
            ("RES-01", "Un résultat concerne quelqu'un qui n'est pas inscrit à la session 2026-75-0001 : cand-9."),
        ),
        (
            ResultatCandidat("cand-1", present=False),
            ("RES-01", "Dites si l'absence est excusée ou non : DURAND Camille."),
        ),
        (
            replace(ABSENTE, ccps={"BC01": NON_ACQUIS}),
            (
                "RES-01",
                "Un candidat absent n'a aucun résultat, un candidat présent n'a pas d'absence : DURAND Camille.",
            ),
        ),
        (
            replace(ABSENTE, entretien_final=Entretien.NON_TENU),
            (
                "RES-01",
                "Un candidat absent n'a aucun résultat, un candidat présent n'a pas d'absence : DURAND Camille.",
            ),
        ),
        (
            replace(ABSENTE, ccs=ResultatCcs.NON_ACQUIS),
            (
                "RES-01",
                "Un candidat absent n'a aucun résultat, un candidat présent n'a pas d'absence : DURAND Camille.",
            ),
        ),
        (
            replace(CAMILLE, absence=Absence.NON_EXCUSEE),
            (
                "RES-01",
                "Un candidat absent n'a aucun résultat, un candidat présent n'a pas d'absence : DURAND Camille.",
            ),
        ),
        (
            replace(CAMILLE, ccps={"BC01": ACQUIS}),
            ("RES-01", "Notez tous les CCP de la session, et eux seuls, pour DURAND Camille."),
        ),
        (
            replace(CAMILLE, ccps={"BC01": ACQUIS, "BC02": ACQUIS, "BC03": ACQUIS}),
            ("RES-01", "Notez tous les CCP de la session, et eux seuls, pour DURAND Camille."),
        ),
        (
            replace(CAMILLE, ccs=ResultatCcs.ACQUIS),
            ("RES-01", "Notez tous les CCP de la session, et eux seuls, pour DURAND Camille."),
        ),
    ],
)
def test_une_ligne_fausse(ligne: ResultatCandidat, attendu: tuple[str, str]) -> None:
    assert reponse(saisie(ligne, NOE)) == [attendu]


def test_deux_lignes_pour_un_candidat() -> None:
    assert reponse(saisie(CAMILLE, NOE, CAMILLE)) == [
        ("RES-01", "Un seul résultat par candidat : DURAND Camille en a plusieurs.")
    ]


def test_un_jure_present_est_du_jury() -> None:
    assert reponse(saisie(CAMILLE, jures=frozenset({"jure-1", "jure-9"}))) == [
        ("RES-01", "Un juré noté présent n'est pas du jury de la session 2026-75-0001.")
    ]


@pytest.mark.parametrize("entretien", Entretien)
def test_qui_n_a_plus_que_l_entretien_a_passer(entretien: Entretien) -> None:
    ligne = replace(CAMILLE, ccps={"BC01": DEJA, "BC02": DEJA}, entretien_final=entretien)
    assert reponse(saisie(ligne, acquis={"cand-1": frozenset({"BC01", "BC02"})})) == []


def test_la_cloture_verifie_de_nouveau_ce_qui_est_note_deja_acquis() -> None:
    """The session that gave it may have been corrected since the sheet was written."""
    feuille = replace(FEUILLE, resultats=(replace(CAMILLE, ccps=dict.fromkeys(CAMILLE.ccps, ResultatCcp.DEJA_ACQUIS)),))
    f = faits(Etat.EN_COURS, feuille=feuille, acquis={"cand-1": frozenset({"BC01"})})
    assert refus(resultats.deja_acquis_verifie, f).message == (
        "CCP notés déjà acquis sans l'être : DURAND Camille (Poser les ouvrages)."
    )
    acquis = replace(f, acquis={"cand-1": TITRE.codes_ccp})
    assert resultats.deja_acquis_verifie.verifier(acquis) is None


def test_un_ccp_deja_acquis_l_est_par_une_autre_session() -> None:
    ligne = replace(CAMILLE, ccps={"BC01": DEJA, "BC02": ACQUIS})
    assert reponse(saisie(ligne, acquis={"cand-1": frozenset({"BC01"})})) == []
    assert [code for code, _ in reponse(saisie(ligne, acquis={"cand-1": frozenset({"BC02"})}))] == ["SES-04"]


def test_un_ccp_acquis_ailleurs_note_non_acquis_est_signale() -> None:
    """INS-08 : sans quoi le PV dit « non acquis » à côté de « titre obtenu »."""
    ligne = replace(CAMILLE, ccps={"BC01": NON_ACQUIS, "BC02": NON_ACQUIS})
    (remarque,) = verifier(SAISIE, saisie(ligne, acquis={"cand-1": frozenset({"BC01"})}))
    assert (remarque.code, remarque.effet) == ("INS-08", Effet.INFORME)
    assert remarque.message == (
        "Des CCP sont notés non acquis alors que le candidat les a par une autre session : DURAND Camille (Préparer le "
        "chantier). S'il n'y a pas été évalué de nouveau, notez-les déjà acquis : le procès-verbal et l'attestation "
        "disent ce qui est noté."
    )


def test_une_session_ccp_n_a_d_entretien_que_si_elle_le_dit() -> None:
    ligne = replace(CAMILLE, ccps={"BC01": ACQUIS})
    feuille = Feuille((ligne,), frozenset())
    f = avec_cadre(CADRE_CCP, Etat.EN_COURS, feuille_proposee=feuille)
    assert reponse(f) == [("SES-04", "La session n'a pas d'entretien final : n'en notez pas pour DURAND Camille.")]
    avec_entretien = replace(CADRE_CCP, entretien_final=True)
    assert reponse(avec_cadre(avec_entretien, Etat.EN_COURS, feuille_proposee=feuille)) == []


def test_une_session_ccs_note_son_ccs_et_lui_seul() -> None:
    def avec(ligne: ResultatCandidat) -> Faits:
        return avec_cadre(CADRE_CCS, Etat.EN_COURS, feuille_proposee=Feuille((ligne,), frozenset()))

    bonne = ResultatCandidat("cand-1", present=True, ccs=ResultatCcs.NON_ACQUIS)
    message = "Notez le CCS de la session, et lui seul, pour DURAND Camille."
    assert reponse(avec(bonne)) == []
    assert reponse(avec(replace(bonne, ccs=None))) == [("RES-01", message)]
    assert reponse(avec(replace(bonne, ccps={"BC01": ACQUIS}))) == [("RES-01", message)]


class TestCloture:
    def test_quand_chacun_a_un_resultat_et_deux_jures_etaient_la(self) -> None:
        assert verifier(CLOTURE, faits(Etat.EN_COURS, feuille=FEUILLE)) == ()

    def test_il_manque_un_resultat(self) -> None:
        f = faits(Etat.EN_COURS, feuille=replace(FEUILLE, resultats=(CAMILLE,)))
        manquement = refus(resultats.un_resultat_pour_chacun, f)
        assert manquement.code == "RES-03"
        assert manquement.message == (
            "La session 2026-75-0001 ne peut pas être clôturée : il manque le résultat de SIMON Noé."
        )

    def test_celui_d_une_autre_fiche_de_la_meme_personne_suffit(self) -> None:
        double = replace(DURAND, candidat_id="cand-9", canonique_id=DURAND.identite)
        f = faits(Etat.EN_COURS, session=session(Etat.EN_COURS, candidats=(DURAND, double)))
        une, aucune = (replace(FEUILLE, resultats=lignes) for lignes in ((CAMILLE,), ()))
        assert resultats.un_resultat_pour_chacun.verifier(replace(f, feuille=une)) is None
        manquement = refus(resultats.un_resultat_pour_chacun, replace(f, feuille=aucune))
        assert manquement.contexte["candidats"] == [DURAND.nom]

    def test_les_resultats_manquants_s_accordent(self) -> None:
        deux_fois = saisie(*FEUILLE.resultats, *FEUILLE.resultats)
        assert refus(resultats.un_resultat_par_candidat, deux_fois).message == (
            "Un seul résultat par candidat : DURAND Camille, SIMON Noé en ont plusieurs."
        )
        f = faits(Etat.EN_COURS, feuille=replace(FEUILLE, resultats=()))
        assert refus(resultats.un_resultat_pour_chacun, f).message == (
            "La session 2026-75-0001 ne peut pas être clôturée : il manque les résultats de DURAND Camille, SIMON Noé."
        )

    @pytest.mark.parametrize(
        ("presents", "n"),
        [(frozenset({"jure-1"}), 1), (frozenset(), 0), (frozenset({"jure-1", "jure-9"}), 1)],
    )
    def test_un_seul_jure_ne_delibere_pas(self, presents: frozenset[str], n: int) -> None:
        f = faits(Etat.EN_COURS, feuille=replace(FEUILLE, jures_presents=presents))
        manquement = refus(resultats.deux_jures_presents, f)
        assert manquement.code == "RES-03"
        assert manquement.message == f"Le jury compte {n} juré(s) présent(s) : il en faut au moins 2 pour délibérer."

    def test_deux_fiches_d_une_personne_n_en_font_qu_une(self) -> None:
        premier, second = session().jures
        fusionnes = session(Etat.EN_COURS, jures=(premier, replace(second, canonique_id=premier.jure_id)))
        f = faits(Etat.EN_COURS, session=fusionnes, feuille=FEUILLE)
        assert refus(resultats.deux_jures_presents, f).contexte == {"n": 1}
        inactifs = replace(fusionnes, jures=tuple(replace(j, actif=False) for j in fusionnes.jures))
        assert len(refus(resultats.deux_jures_presents, replace(f, session=inactifs)).contexte["inactifs"]) == 1

    def test_le_titre_que_perd_qui_est_sous_deux_fiches_fusionnees_se_dit_une_fois(self) -> None:
        double = replace(DURAND, candidat_id="cand-9", canonique_id=DURAND.identite)
        perdus = {DURAND.candidat_id: ["Maçon"], "cand-9": ["Maçon"]}
        f = faits(session=session(candidats=(DURAND, double)), titres_perdus=perdus)
        dit = "Un titre acquis ne l'est plus : DURAND Camille (Maçon)."
        assert refus(resultats.titres_toujours_acquis, f).message == dit

    def test_de_qui_ne_perd_aucun_titre_il_n_est_rien_dit(self) -> None:
        f = faits(titres_perdus={DURAND.candidat_id: ["Maçon"]})
        dit = "Un titre acquis ne l'est plus : DURAND Camille (Maçon)."
        assert refus(resultats.titres_toujours_acquis, f).message == dit
        assert resultats.titres_toujours_acquis.verifier(faits()) is None

    @pytest.mark.parametrize(
        ("actifs", "n", "qui", "ne_compte_plus"),
        [
            ((True, False), 1, "MOREL Jean, inactivé", "n'y compte plus tant qu'il n'est pas activé"),
            (
                (False, False),
                0,
                "PETIT Léa, MOREL Jean, inactivés",
                "n'y comptent plus tant qu'ils ne sont pas activés",
            ),
        ],
    )
    def test_un_jure_inactive_ne_compte_plus(
        self, actifs: tuple[bool, ...], n: int, qui: str, ne_compte_plus: str
    ) -> None:
        """JUR-04 : noté présent, il ne l'est pas dans le jury ; la carence peut alors être constatée."""
        jures = tuple(replace(j, actif=actif) for j, actif in zip(session().jures, actifs, strict=True))
        f = faits(Etat.EN_COURS, session=session(Etat.EN_COURS, jures=jures), feuille=FEUILLE)
        assert refus(resultats.deux_jures_presents, f).message == (
            f"Le jury compte {n} juré(s) présent(s) : il en faut au moins 2 pour délibérer. "
            f"{qui} avant la fin de la session, {ne_compte_plus} de nouveau."
        )
        assert resultats.moins_de_deux_jures_presents.verifier(f) is None

    def test_sans_feuille_tout_manque(self) -> None:
        assert codes(verifier(CLOTURE, faits(Etat.A_CLOTURER))) == ["RES-03", "RES-03"]

    def test_le_resultat_d_un_desinscrit_ne_compte_pas(self) -> None:
        seule = session(Etat.A_CLOTURER, candidats=session().candidats[:1])
        assert verifier(CLOTURE, faits(Etat.A_CLOTURER, session=seule, feuille=FEUILLE)) == ()


class TestTitreQuiExigePlus:
    """RES-02 : ce que la première clôture d'une session TITRE dit d'un CCP que son titre a gagné depuis."""

    PLUS_EXIGEANT = replace(TITRE, ccps=(*TITRE.ccps, Certification("BC03", "Réceptionner")))

    def test_il_est_signale(self) -> None:
        f = faits(Etat.A_CLOTURER, titre=self.PLUS_EXIGEANT, feuille=FEUILLE)
        manquement = refus(resultats.titre_encore_possible, f)
        assert (manquement.code, manquement.effet, manquement.message) == (
            "RES-02",
            "informe",
            "Le titre Maçon exige aussi Réceptionner, que la session n'a pas examiné : elle ne le donne qu'aux "
            "candidats qui l'ont acquis ailleurs.",
        )

    def test_un_titre_devenu_hors_delai_avant_la_fin_est_signale(self) -> None:
        hors_delai = replace(TITRE, date_fin_de_vie=date(2025, 1, 31), date_fin_prolongation=date(2026, 6, 1))
        for cadre in (CADRE, replace(CADRE_CCP, entretien_final=True)):
            f = avec_cadre(cadre, Etat.A_CLOTURER, titre=hors_delai, feuille=FEUILLE)
            assert refus(resultats.titre_encore_possible, f).message == (
                "Le titre Maçon est hors délai de prolongation depuis le 02/06/2026, et la session finit le "
                f"{cadre.date_fin:%d/%m/%Y} : elle ne le donne à aucun candidat."
            )
        sans_entretien = avec_cadre(CADRE_CCP, Etat.A_CLOTURER, titre=hors_delai, feuille=FEUILLE)
        close_de_nouveau = faits(Etat.DEBLOQUEE, titre=hors_delai, feuille=FEUILLE)  # it keeps what it gave (RES-04)
        for f in (sans_entretien, close_de_nouveau):
            assert resultats.titre_encore_possible.verifier(f) is None

    def test_rien_pour_une_session_ccp_ni_une_cloture_de_plus_ni_sans_titre(self) -> None:
        ccp = avec_cadre(CADRE_CCP, Etat.A_CLOTURER, titre=self.PLUS_EXIGEANT)
        for f in (ccp, faits(Etat.DEBLOQUEE, titre=self.PLUS_EXIGEANT), faits(Etat.A_CLOTURER, titre=None)):
            assert resultats.titre_encore_possible.verifier(f) is None


class TestCarence:
    def test_deux_jures_presents_ne_sont_pas_une_carence(self) -> None:
        manquement = refus(resultats.moins_de_deux_jures_presents, faits(Etat.EN_COURS, feuille=FEUILLE))
        assert manquement.code == "RES-03"
        assert manquement.message == "2 jurés sont notés présents : la carence suppose qu'il y en ait moins de 2."

    def test_un_seul_en_est_une(self) -> None:
        f = faits(Etat.EN_COURS, feuille=replace(FEUILLE, jures_presents=frozenset({"jure-2"})))
        assert codes(verifier(CARENCE, f)) == ["SES-09"]


def test_le_pv_n_est_vise_qu_une_fois_par_cloture() -> None:
    vise = session(Etat.CLOTUREE, pv_vise_le=date(2026, 6, 25))
    (refusee,) = SESSION.decider(Action.VISER, Etat.CLOTUREE, UD, faits(Etat.CLOTUREE, session=vise)).refus
    assert (refusee.code, refusee.message) == (
        "RES-03",
        "Le PV de la session 2026-75-0001 est déjà visé, depuis le 25/06/2026.",
    )


@pytest.mark.parametrize("regle", SAISIE, ids=lambda r: r.predicat.__name__)
def test_sans_feuille_proposee_la_saisie_ne_dit_rien(regle: Regle) -> None:
    assert regle.verifier(faits(Etat.EN_COURS)) is None


def test_une_feuille_fausse_partout_dit_tout() -> None:
    lignes = (
        replace(CAMILLE, ccps={"BC01": DEJA}, entretien_final=None),
        ResultatCandidat("cand-2", present=False),
        replace(NOE, candidat_id="cand-9"),
    )
    assert [code for code, _ in reponse(saisie(*lignes))] == ["SES-04", "SES-04", "RES-01", "RES-01", "RES-01"]
