"""What one habilitation owes to the others: the titre that a CCS follows, the periods, the right to sit."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.referentiel import Titre, TypeProfil
from services.jures.domain.dossier import Dossier, Droit, Faits
from services.jures.domain.lifecycle import HABILITATION
from services.jures.domain.model import EtatHabilitation, Habilitation, StatutJure
from tests.jures.domain.faits import (
    CCS,
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    FIN_PROLONGATION,
    JURE,
    SANS_FIN,
    TITRE,
    habilitation,
    session,
    sur_ccs,
)
from tests.outils.operations import operations

E = EtatHabilitation
JOUR = timedelta(days=1)
DEBUT = date(2025, 1, 1)

COURT = replace(TITRE, code="COURT", date_fin_de_vie=date(2026, 4, 30))
LONG = replace(TITRE, code="LONG", date_fin_de_vie=date(2028, 4, 30))
SANS = replace(SANS_FIN, code="SANS")


def sur(code: str, etat: EtatHabilitation = E.ACTIVE, debut: date = DEBUT) -> Habilitation:
    return habilitation(debut, date(2026, 4, 30), etat, id=code, titre_code=code)


class TestTitreSuivi:
    """An habilitation on a CCS follows the most favourable titre among those of which a CCP is in force."""

    @pytest.mark.parametrize(
        ("habilitations", "suivi"),
        [
            ((sur("COURT"),), "COURT"),
            ((sur("COURT"), sur("LONG")), "LONG"),
            ((sur("COURT"), sur("LONG"), sur("SANS")), "SANS"),
            ((sur("COURT"), sur("LONG", E.SUSPENDUE), sur("SANS", E.BROUILLON)), "COURT"),
            ((sur("COURT"), sur("LONG", debut=EN_COURS + JOUR)), "COURT"),
            # None in force: those lost, else all.
            ((sur("COURT", E.SUSPENDUE),), "COURT"),
            ((sur("COURT", E.SUSPENDUE), sur("LONG", E.BROUILLON)), "COURT"),
            ((), "SANS"),
        ],
    )
    def test_le_plus_favorable(self, habilitations: tuple[Habilitation, ...], suivi: str) -> None:
        dossier = Dossier(EN_COURS, JURE, habilitations, (COURT, LONG, SANS))
        assert dossier.titre_suivi(sur_ccs(DEBUT, FIN_DE_VIE)).code == suivi
        assert (
            dossier.date_fin_par_defaut(None, CCS.code, EN_COURS)
            == {
                "COURT": date(2026, 4, 30),
                "LONG": date(2028, 4, 30),
                "SANS": date(2031, 3, 2),
            }[suivi]
        )

    def test_a_fin_de_vie_egale_la_prolongation_la_plus_longue(self) -> None:
        prolonge = replace(COURT, code="AVANT-COURT", date_fin_prolongation=date(2029, 1, 1))
        dossier = Dossier(EN_COURS, JURE, (sur("COURT"), sur("AVANT-COURT")), (prolonge, COURT))
        assert dossier.titre_suivi(sur_ccs(DEBUT, FIN_DE_VIE)).code == "AVANT-COURT"

    def test_la_fin_de_vie_passe_avant_la_prolongation(self) -> None:
        prolonge = replace(COURT, code="PROLONGÉ", date_fin_prolongation=date(2030, 1, 1))
        dossier = Dossier(EN_COURS, JURE, (sur("LONG"), sur("PROLONGÉ")), (prolonge, LONG))
        assert dossier.titre_suivi(sur_ccs(DEBUT, FIN_DE_VIE)).code == "LONG"

    @pytest.mark.parametrize(
        ("jour", "etat", "fixee", "suivi"),
        [
            (EN_PROLONGATION, E.ACTIVE, True, "PROLONGÉ"),
            (EN_PROLONGATION, E.ACTIVE, False, "COURT"),  # whose end of life was its end
            (EN_PROLONGATION, E.SUSPENDUE, False, "PROLONGÉ"),
            (EN_PROLONGATION, E.BROUILLON, False, "PROLONGÉ"),
            (COURT.date_fin_de_vie, E.SUSPENDUE, True, "COURT"),
            (COURT.date_fin_de_vie, E.ACTIVE, True, "PROLONGÉ"),
        ],
    )
    def test_de_deux_titres_en_prolongation_celui_qui_la_borne_le_plus_tard(
        self, jour: date, etat: EtatHabilitation, fixee: bool, suivi: str
    ) -> None:
        """Whose life was shorter: it was bound by the shorter prolongation, by a date that its form refused to pass."""
        prolonge = replace(COURT, code="PROLONGÉ", date_fin_de_vie=EN_COURS, date_fin_prolongation=date(2030, 1, 1))
        h = sur_ccs(DEBUT, date(2031, 1, 1), etat, date_fin_fixee_en_prolongation=fixee)
        habilitations = (sur("COURT", E.SUSPENDUE), sur("PROLONGÉ", E.SUSPENDUE), h)
        assert Dossier(jour, JURE, habilitations, (prolonge, COURT)).titre_suivi(h).code == suivi

    def test_un_titre_sans_fin_borne_plus_tard_que_toute_prolongation(self) -> None:
        h = sur_ccs(DEBUT, date(2031, 1, 1), E.ACTIVE, date_fin_fixee_en_prolongation=True)
        dossier = Dossier(EN_COURS, JURE, (sur("COURT"), sur("SANS"), h), (COURT, SANS))
        assert dossier.titre_suivi(h).code == "SANS"

    def test_un_ccs_expire_avec_le_titre_qui_le_porte(self) -> None:
        ccs = sur_ccs(DEBUT, date(2030, 1, 1), E.ACTIVE)
        en_cours = Dossier(date(2026, 4, 30), JURE, (sur("COURT"), ccs), (COURT, SANS))
        assert en_cours.etat(ccs) is E.ACTIVE
        assert replace(en_cours, jour=date(2026, 5, 1)).etat(ccs) is E.EXPIREE_FIN_DE_VIE

    def test_un_titre_suit_le_sien(self) -> None:
        dossier = Dossier(EN_COURS, JURE, (), (LONG, COURT))
        assert dossier.titre_suivi(sur("COURT")) == COURT

    def test_une_certification_inconnue_se_dit(self) -> None:
        with pytest.raises(LookupError, match="AILLEURS"):
            Dossier(EN_COURS, JURE, (), (COURT,)).titre_suivi(sur("AILLEURS"))

    def test_un_ccs_retire_de_tous_les_titres_laisse_l_habilitation_a_ses_dates(self) -> None:
        ccs = sur_ccs(DEBUT, date(2030, 1, 1), E.ACTIVE)
        dossier = Dossier(EN_COURS, JURE, (sur("SANS"), ccs), (replace(SANS, ccs=()),))
        assert (dossier.etat(ccs), dossier.certification(ccs)) == (E.ACTIVE, CCS.code)
        assert dossier.droits_pour(EN_COURS, EN_COURS, ccs_code=CCS.code) == (Droit((ccs,)),)
        assert replace(dossier, jour=date(2030, 1, 2)).etat(ccs) is E.EXPIREE_AVANT_FIN_DE_VIE
        assert not dossier.est_portee(ccs)


def test_la_certification_se_nomme() -> None:
    dossier = Dossier(EN_COURS, JURE, (), (TITRE,))
    assert dossier.certification(habilitation(DEBUT, FIN_DE_VIE)) == "Coffreur bancheur"
    assert dossier.certification(sur_ccs(DEBUT, FIN_DE_VIE)) == "Béton architectonique"


def test_avec_remplace_ou_ajoute() -> None:
    h, autre = habilitation(DEBUT, FIN_DE_VIE), sur("COURT")
    dossier = Dossier(EN_COURS, JURE, (h, autre), (TITRE, COURT))
    active = replace(h, etat=E.ACTIVE)
    assert dossier.avec(active).habilitations == (autre, active)
    assert Dossier(EN_COURS, JURE).avec(h).habilitations == (h,)


def test_qui_perd_un_titre_voit_finir_plus_tot_ses_ccs_que_lui_seul_menait_si_loin() -> None:
    """Those in force alone."""
    loin = date(2030, 1, 1)
    autre_ccs = replace(CCS, code="CS-02")
    perdue = habilitation(DEBUT, date(2031, 1, 1), E.ACTIVE, titre_code="LONG")
    ccs, du_court = sur_ccs(DEBUT, loin, E.ACTIVE), sur_ccs(DEBUT, loin, E.ACTIVE, id="court", ccs_code="CS-02")
    habilitations = (sur("COURT"), perdue, ccs, du_court, sur_ccs(DEBUT, loin, E.SUSPENDUE, id="suspendue"))
    dossier = Dossier(EN_COURS, JURE, habilitations, (replace(COURT, ccs=(CCS, autre_ccs)), LONG))
    assert dossier.raccourcies(perdue.suspendue()) == {ccs.id: (date(2028, 4, 30), date(2026, 4, 30))}
    apres = date(2027, 3, 1)
    sessions = (
        session("par le titre", "validee", apres),
        session("par le CCS", "validee", apres, habilitation_id=ccs.id),
        session("avant", "validee", date(2026, 4, 30), habilitation_id=ccs.id),
        session("par une autre", "validee", apres, habilitation_id="court"),
    )
    perdues = Faits(replace(dossier, sessions=sessions), perdue).sessions_perdues(perdue.suspendue())
    assert [s.numero for s in perdues] == ["par le titre", "par le CCS"]


def test_sans_certaines_il_ne_reste_que_le_droit_des_autres() -> None:
    h, autre = habilitation(DEBUT, FIN_DE_VIE, E.ACTIVE), sur("COURT")
    sans = Dossier(EN_COURS, JURE, (h, autre), (TITRE, COURT)).sans([h.id])
    assert sans.habilitations == (h.suspendue(), autre)


class TestHabilitationPour:
    """What `sessions` asks before a registration (JRY-01, JRY-02)."""

    UN_CCP = habilitation(DEBUT, FIN_DE_VIE, E.ACTIVE, ccp_codes=frozenset({"BC01"}))
    CCS_TENU = sur_ccs(DEBUT, FIN_DE_VIE, E.ACTIVE)

    def demande(self, debut: date, fin: date, titre: str | None, ccps: str, ccs: str | None) -> str | None:
        dossier = Dossier(EN_COURS, JURE, (self.UN_CCP, self.CCS_TENU), (TITRE,))
        ccp_codes = frozenset(ccps.split())
        trouves = dossier.droits_pour(debut, fin, titre_code=titre, ccp_codes=ccp_codes, ccs_code=ccs)
        return " ".join(trouves[0].ids) if trouves else None

    @pytest.mark.parametrize(
        ("titre", "ccps", "ccs", "attendue"),
        [
            (TITRE.code, "", None, "h1"),
            (TITRE.code, "BC01 BC02", None, "h1"),
            (TITRE.code, "BC02", None, None),
            (None, "", CCS.code, "h2"),
            (TITRE.code, "", CCS.code, "h2"),
            (None, "", "CS-99", None),
            ("TP-99999", "", None, None),
        ],
    )
    def test_selon_la_session(self, titre: str | None, ccps: str, ccs: str | None, attendue: str | None) -> None:
        assert self.demande(EN_COURS, EN_COURS, titre, ccps, ccs) == attendue

    def test_sur_toutes_ses_dates(self) -> None:
        assert self.demande(DEBUT, FIN_DE_VIE, TITRE.code, "", None) == "h1"
        assert self.demande(DEBUT - JOUR, FIN_DE_VIE, TITRE.code, "", None) is None
        assert self.demande(DEBUT, FIN_DE_VIE + JOUR, TITRE.code, "", None) is None

    @pytest.mark.parametrize(("anciens", "aussi"), [("A1", True), ("A1 BC01", True), ("BC01", False), ("A2", False)])
    def test_celle_d_un_titre_anterieur_vient_apres(self, anciens: str, aussi: bool) -> None:
        """REF-01 : l'arrêté dit quels CCP du titre antérieur valent ceux de la session."""
        anterieur = replace(TITRE, code="TP-ANCIEN", ccs=())
        ancienne = replace(self.UN_CCP, id="h0", titre_code="TP-ANCIEN", ccp_codes=frozenset({"A1"}))
        dossier = Dossier(EN_COURS, JURE, (ancienne, self.UN_CCP), (TITRE, anterieur))
        assert (
            dossier.droits_pour(
                EN_COURS,
                EN_COURS,
                titre_code=TITRE.code,
                ccp_codes=frozenset({"BC01"}),
                anciens=frozenset(anciens.split()),
            )
            == (Droit((self.UN_CCP,)), Droit((ancienne,)))[: 1 + aussi]
        )


class TestDroitsQuiSeSuivent:
    """A renewal begins the day after (HAB-11): who is habilité on each day of a session may sit there."""

    FIN = date(2026, 3, 31)
    LENDEMAIN = FIN + JOUR
    PREMIERE = habilitation(DEBUT, FIN, E.ACTIVE)
    SUITE = habilitation(LENDEMAIN, FIN_DE_VIE, E.ACTIVE, id="h3")

    def ids(self, *siennes: Habilitation, titre: Titre = TITRE, **demande: Any) -> list[str]:
        dossier = Dossier(EN_COURS, JURE, siennes, (titre,))
        dates = {"debut": self.FIN, "fin": self.LENDEMAIN}
        (droit,) = dossier.droits_pour(**dates | {"titre_code": TITRE.code} | demande) or (Droit(()),)
        return droit.ids

    def test_elles_laissent_sieger_a_cheval(self) -> None:
        assert self.ids(self.SUITE, self.PREMIERE) == ["h1", "h3"]
        assert self.ids(self.SUITE, self.PREMIERE, fin=self.FIN) == ["h1"], "one is enough"
        assert self.ids(self.SUITE, self.PREMIERE, debut=DEBUT - JOUR) == []

    @pytest.mark.parametrize(
        "suite",
        [
            replace(SUITE, date_debut=LENDEMAIN + JOUR),
            replace(SUITE, etat=E.SUSPENDUE),
            replace(SUITE, etat=E.BROUILLON),
            replace(SUITE, titre_code="COURT"),
        ],
    )
    def test_sans_un_jour_d_ecart_et_toutes_actives_sur_le_meme_titre(self, suite: Habilitation) -> None:
        dossier = Dossier(EN_COURS, JURE, (self.PREMIERE, suite), (TITRE, COURT))
        assert dossier.droits_pour(self.FIN, self.LENDEMAIN, titre_code=TITRE.code) == ()

    def test_une_qui_avait_fini_avant_n_y_est_pour_rien(self) -> None:
        """The CCPs of who sits are those of what is in force: one that is over takes none of them."""
        d_avant = replace(self.PREMIERE, ccp_codes=frozenset({"BC02"}))
        seule = {"debut": self.LENDEMAIN, "fin": self.LENDEMAIN}
        assert self.ids(d_avant, self.SUITE, **seule, ccp_codes=frozenset({"BC01"})) == ["h3"]

    def test_une_fin_de_vie_entre_elles_les_separe(self) -> None:
        plus_tot = replace(TITRE, date_fin_de_vie=self.FIN - JOUR)
        assert self.ids(self.PREMIERE, self.SUITE, titre=plus_tot) == []

    @pytest.mark.parametrize(
        ("ccps", "demande", "permis"),
        [("BC01", "", True), ("BC01", "BC01 BC02", True), ("BC01", "BC02", False), ("BC03", "", False)],
    )
    def test_par_les_ccp_qu_elles_tiennent_toutes(self, ccps: str, demande: str, permis: bool) -> None:
        suite, voulus = replace(self.SUITE, ccp_codes=frozenset(ccps.split())), frozenset(demande.split())
        assert bool(self.ids(self.PREMIERE, suite, ccp_codes=voulus)) is permis
        assert Droit((self.PREMIERE, suite)).ccp_codes == self.PREMIERE.ccp_codes & suite.ccp_codes

    def test_sur_un_ccs_de_meme(self) -> None:
        premiere = sur_ccs(DEBUT, self.FIN, E.ACTIVE)
        suite = sur_ccs(self.LENDEMAIN, FIN_DE_VIE, E.ACTIVE, id="h4")
        assert self.ids(premiere, suite, titre_code=None, ccs_code=CCS.code) == ["h2", "h4"]


class TestBorneesPar:
    """What a renewal writes down of the ended habilitation that it follows."""

    APRES_FIN_DE_VIE = FIN_DE_VIE + JOUR

    def bornees(self, autre: Habilitation, debut: date) -> tuple[Habilitation, ...]:
        suite = habilitation(debut, debut)
        return Dossier(self.APRES_FIN_DE_VIE, JURE, (autre,), (TITRE,)).bornees_par(suite)

    def test_celle_que_la_fin_de_vie_a_raccourcie(self) -> None:
        raccourcie = habilitation(DEBUT, date(2030, 1, 1), E.ACTIVE, id="autre")
        for debut in (self.APRES_FIN_DE_VIE, date(2030, 1, 1)):
            assert self.bornees(raccourcie, debut) == (replace(raccourcie, date_fin=FIN_DE_VIE),)
        assert self.bornees(raccourcie, date(2030, 1, 2)) == ()

    def test_jamais_avant_son_propre_debut(self) -> None:
        jamais_commencee = habilitation(date(2026, 8, 1), date(2030, 1, 1), E.ACTIVE, id="autre")
        assert self.bornees(jamais_commencee, date(2026, 8, 1)) == ()
        assert self.bornees(jamais_commencee, date(2026, 8, 2)) == (
            replace(jamais_commencee, date_fin=date(2026, 8, 1)),
        )

    @pytest.mark.parametrize(
        "autre",
        [
            habilitation(DEBUT, FIN_DE_VIE, E.ACTIVE, id="autre"),
            habilitation(DEBUT, date(2030, 1, 1), E.SUSPENDUE, id="autre"),
            sur_ccs(DEBUT, date(2030, 1, 1), E.ACTIVE),
        ],
    )
    def test_aucune_autre(self, autre: Habilitation) -> None:
        assert self.bornees(autre, self.APRES_FIN_DE_VIE) == ()


@pytest.mark.parametrize(
    ("fin", "fixee", "a_renouveler", "finit_avec_lui"),
    [
        (FIN_DE_VIE - timedelta(days=1), False, True, False),
        (FIN_DE_VIE, False, True, True),
        (FIN_PROLONGATION, False, True, True),
        (FIN_PROLONGATION - timedelta(days=1), True, True, False),
        (FIN_PROLONGATION, True, False, False),
        (FIN_DE_VIE, True, True, False),  # by its own date, which the life of its titre then came to
    ],
)
def test_ce_que_la_fin_d_une_habilitation_appelle(
    fin: date, fixee: bool, a_renouveler: bool, finit_avec_lui: bool
) -> None:
    """Seen said of one that ends with the prolongation of its titre: nobody may be habilité after it (HAB-12)."""
    h = habilitation(DEBUT, fin, E.ACTIVE, date_fin_fixee_en_prolongation=fixee)
    dossier = Dossier(EN_COURS, JURE, (h,), (TITRE,))
    assert dossier.a_renouveler(h) is a_renouveler
    assert dossier.titre_finissant(h) is (TITRE if finit_avec_lui else None)


@pytest.mark.parametrize(
    ("jour", "autres", "a_preparer"),
    [
        (date(2027, 1, 14), (), False),
        (date(2027, 1, 15), (), True),
        (date(2027, 7, 15), (), True),
        (date(2027, 7, 16), (), False),  # expired: it comes back in brouillon
        (date(2027, 7, 15), (habilitation(date(2027, 7, 16), date(2028, 6, 30), E.BROUILLON, id="autre"),), False),
        (date(2027, 7, 15), (habilitation(date(2027, 8, 1), date(2028, 6, 30), E.SUSPENDUE, id="autre"),), False),
        (date(2027, 7, 15), (habilitation(DEBUT, date(2026, 12, 31), E.SUSPENDUE, id="autre"),), True),
        (date(2027, 7, 15), (habilitation(DEBUT, date(2027, 7, 15), E.SUSPENDUE, id="autre"),), True),
        (date(2027, 7, 15), (sur_ccs(date(2027, 7, 16), date(2028, 6, 30)),), True),  # for something else
    ],
)
def test_ce_qui_prend_la_suite_se_prepare_dans_les_six_mois(
    jour: date, autres: tuple[Habilitation, ...], a_preparer: bool
) -> None:
    h = habilitation(date(2027, 1, 1), date(2027, 7, 15), E.ACTIVE)
    assert Dossier(jour, JURE, (h, *autres), (SANS_FIN,)).a_preparer(h) is a_preparer


@pytest.mark.parametrize(("fin", "a_preparer"), [(FIN_DE_VIE - timedelta(days=1), True), (FIN_DE_VIE, False)])
def test_rien_ne_se_prepare_de_ce_qui_finit_avec_la_vie_du_titre(fin: date, a_preparer: bool) -> None:
    """Nobody may be habilité beyond it as long as it is en cours (HAB-10)."""
    h = habilitation(DEBUT, fin, E.ACTIVE)
    assert Dossier(FIN_DE_VIE - timedelta(days=30), JURE, (h,), (TITRE,)).a_preparer(h) is a_preparer


def test_une_habilitation_sur_un_titre_ne_releve_pas_celle_d_un_ccs() -> None:
    """Whose end nobody would be told of: it is on no CCP, and no other is on fewer."""
    h = sur_ccs(DEBUT, FIN_DE_VIE - timedelta(days=1), E.ACTIVE)
    dossier = Dossier(EN_COURS, JURE, (h, habilitation(DEBUT, FIN_DE_VIE, E.ACTIVE)), (TITRE,))
    assert dossier.a_renouveler(h)


@pytest.mark.parametrize(
    ("debut", "ccp_codes", "a_renouveler"),
    [
        (FIN_DE_VIE, TITRE.codes_ccp, False),
        (FIN_DE_VIE + JOUR, TITRE.codes_ccp, True),
        (FIN_DE_VIE, frozenset({"BC01"}), True),
    ],
)
def test_celle_qui_releve_une_habilitation_la_suit_le_lendemain_sur_autant_de_ccp(
    debut: date, ccp_codes: frozenset[str], a_renouveler: bool
) -> None:
    h = habilitation(DEBUT, FIN_DE_VIE - JOUR, E.ACTIVE)
    suite = habilitation(debut, FIN_PROLONGATION, E.ACTIVE, id="suite", ccp_codes=ccp_codes)
    assert Dossier(EN_COURS, JURE, (h, suite), (SANS_FIN,)).a_renouveler(h) is a_renouveler


@pytest.mark.parametrize(("statut", "attendu"), [(StatutJure.ACTIF, True), (StatutJure.INACTIF, False)])
def test_rien_n_est_a_renouveler_d_un_jure_inactif(statut: StatutJure, attendu: bool) -> None:
    """Whom nobody may habiliter (JUR-05)."""
    h = habilitation(DEBUT, FIN_DE_VIE, E.ACTIVE)
    dossier = Dossier(FIN_DE_VIE, replace(JURE, statut=statut), (h,), (SANS_FIN,))
    assert (dossier.a_renouveler(h), dossier.a_preparer(h)) == (attendu, attendu)


def _boutons_de_tout(combien: int) -> None:
    """Says what may be done of each of so many habilitations, on as many titres, of a juré who sits in ten sessions."""
    titres = tuple(replace(SANS_FIN, code=f"TP-{n}", ccs=()) for n in range(combien))
    siennes = tuple(
        habilitation(date(2024, 1, 1), date(2028, 12, 31), E.ACTIVE, id=f"h{n}", titre_code=titre.code)
        for n, titre in enumerate(titres)
    )
    a_venir = tuple(session(f"S{n}", "validee", EN_COURS + timedelta(days=10 + n)) for n in range(10))
    dossier = Dossier(EN_COURS, JURE, siennes, titres, a_venir)
    for h in siennes:
        f = Faits(dossier, h)
        HABILITATION.boutons(f.etat, TypeProfil.UD, f)


def test_un_jure_habilite_sur_beaucoup_de_titres_se_lit_presque_en_proportion() -> None:
    """What each session rests on is worked out once, not for each button of each habilitation."""
    assert operations(lambda: _boutons_de_tout(20)) < 6 * operations(lambda: _boutons_de_tout(5))
