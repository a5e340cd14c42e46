"""HAB-02 to HAB-06: what an act announces, and what forbids to delete."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.rules import Effet
from services.jures.domain import rules
from services.jures.domain.dossier import Dossier, Faits
from services.jures.domain.model import EtatHabilitation, SessionDuJure
from tests.jures.domain.faits import (
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    JURE,
    NOM,
    TITRE,
    admet,
    faits,
    habilitation,
    refuse,
    session,
    sur_ccs,
)

E = EtatHabilitation
JOUR = timedelta(days=1)


class TestReactiver:
    """HAB-02."""

    @pytest.mark.parametrize(
        ("jour", "fin", "phrase"),
        [
            (EN_COURS, FIN_DE_VIE, "jusqu'au 30/06/2026."),
            (EN_COURS, EN_COURS, "jusqu'au 02/03/2026."),
            (
                EN_COURS,
                EN_COURS - JOUR,
                "jusqu'au 01/03/2026. Cette date est passée : l'habilitation sera aussitôt expirée.",
            ),
            (EN_PROLONGATION, FIN_DE_VIE, "jusqu'au 30/06/2027."),
            (EN_PROLONGATION, date(2030, 1, 1), "jusqu'au 30/06/2027."),
            (
                EN_PROLONGATION,
                FIN_DE_VIE - JOUR,
                "jusqu'au 29/06/2026. Cette date est passée : l'habilitation sera aussitôt expirée.",
            ),
        ],
    )
    def test_hab_02_dit_jusqu_a_quand(self, jour: date, fin: date, phrase: str) -> None:
        m = refuse(rules.reactivation_annoncee, faits(jour, habilitation(date(2024, 1, 1), fin, E.SUSPENDUE)))
        assert (m.code, m.effet) == ("HAB-02", Effet.CONFIRME)
        assert m.message == f"Vous allez réactiver l'habilitation de {NOM} sur Coffreur bancheur, {phrase}"

    def test_hab_02_dit_la_fin_qu_aura_l_habilitation(self) -> None:
        """Of two titres of its CCS, the one that ended first has the longest prolongation, which bounds it."""
        prolonge = replace(TITRE, code="TP-2", date_fin_de_vie=date(2026, 1, 1), date_fin_prolongation=date(2029, 1, 1))
        h = sur_ccs(date(2024, 1, 1), date(2030, 1, 1), E.SUSPENDUE, date_fin_fixee_en_prolongation=True)
        m = refuse(rules.reactivation_annoncee, Faits(Dossier(EN_COURS, JURE, (h,), (TITRE, prolonge)), h))
        assert m.contexte["date_fin"] == "2029-01-01"


class TestSessionsQuiEnDependent:
    """HAB-04 and HAB-06."""

    DEUX = (session("S-2", "validee", EN_COURS + JOUR), session("S-1", "en_cours", EN_COURS - JOUR, EN_COURS))
    SANS_POIDS = (
        session("S-3", "cloturee", EN_COURS),
        session("S-4", "annulee", EN_COURS + JOUR),
        session("S-5", "brouillon", EN_COURS),
        session("S-6", "validee", EN_COURS + JOUR, habilitation_id="une-autre"),
        session("S-8", "validee", FIN_DE_VIE, FIN_DE_VIE + JOUR),  # which the fin de vie, decided since, took from it
    )

    SUR_DEUX = session(
        "S-7", "validee", EN_COURS + JOUR, habilitation_id="une-autre", autres_habilitations=frozenset({"h1"})
    )
    """He sits there by two habilitations together (REF-01)."""

    @staticmethod
    def active(*sessions: SessionDuJure) -> Faits:
        return faits(EN_COURS, habilitation(date(2025, 1, 1), date(2030, 1, 1), E.ACTIVE), sessions=sessions)

    @pytest.mark.parametrize(
        ("sessions", "phrase", "n"),
        [
            (SANS_POIDS, "Aucune session à venir n'en dépend.", 0),
            (DEUX[:1], "1 session à venir en dépend : S-2.", 1),
            (DEUX + SANS_POIDS, "2 sessions à venir en dépendent : S-1, S-2.", 2),
            ((SUR_DEUX,), "1 session à venir en dépend : S-7.", 1),
            (DEUX + DEUX, "2 sessions à venir en dépendent : S-1, S-2.", 2),  # two files of his sit in each
        ],
    )
    def test_hab_04_les_nomme(self, sessions: tuple[SessionDuJure, ...], phrase: str, n: int) -> None:
        m = refuse(rules.suspension_annoncee, self.active(*sessions))
        assert (m.code, m.effet, m.contexte["n"]) == ("HAB-04", Effet.CONFIRME, n)
        assert m.message == f"Vous allez suspendre l'habilitation de {NOM} sur Coffreur bancheur. {phrase}"

    @pytest.mark.parametrize("autres", [frozenset({"h2"}), frozenset()], ids=["demandée", "d'après la copie"])
    @pytest.mark.parametrize("laquelle", ["h1", "h2"])
    def test_hab_04_nomme_une_session_a_cheval_sur_deux_qui_se_suivent(
        self, laquelle: str, autres: frozenset[str]
    ) -> None:
        h = {
            "h1": habilitation(date(2025, 1, 1), EN_COURS + JOUR, E.ACTIVE),
            "h2": habilitation(EN_COURS + 2 * JOUR, FIN_DE_VIE, E.ACTIVE, id="h2"),
        }
        s = session("S-9", "validee", EN_COURS + JOUR, EN_COURS + 2 * JOUR, autres_habilitations=autres)
        avant = session("S-10", "validee", EN_COURS, habilitation_id="h1", autres_habilitations=autres)
        ailleurs = session("S-11", "validee", EN_COURS + 3 * JOUR, habilitation_id="une-autre")
        dossier = Dossier(EN_COURS, JURE, (*h.values(),), (TITRE,), (s, avant, ailleurs))
        m = refuse(rules.suspension_annoncee, Faits(dossier, h[laquelle]))
        assert m.contexte["numeros"] == {"h1": ["S-10", "S-9"], "h2": ["S-9"]}[laquelle]

    def test_hab_06_de_meme_pour_un_brouillon(self) -> None:
        m = refuse(rules.mise_en_brouillon_annoncee, self.active(*self.DEUX))
        assert (m.code, m.effet, m.contexte["numeros"]) == ("HAB-06", Effet.CONFIRME, ["S-1", "S-2"])
        assert m.message == (
            f"Vous allez mettre en brouillon l'habilitation de {NOM} sur Coffreur bancheur. "
            "2 sessions à venir en dépendent : S-1, S-2."
        )

    @pytest.mark.parametrize(
        ("fin", "nommees"),
        [(FIN_DE_VIE, []), (FIN_DE_VIE + JOUR, ["S-1"]), (date(2028, 6, 30), ["S-1"]), (date(2028, 7, 1), [])],
        ids=["couverte-sans-elle", "perdue", "perdue-au-dernier-jour", "jamais-couverte"],
    )
    def test_celles_d_un_ccs_qui_finirait_plus_tot_sans_elle(self, fin: date, nommees: list[str]) -> None:
        """The juré has CCPs of two titres of the CCS, whose habilitation follows the one that lives longer."""
        tenue = replace(TITRE, code="TP-2", date_fin_de_vie=date(2028, 6, 30))
        longue = habilitation(date(2025, 1, 1), date(2028, 6, 30), E.ACTIVE, id="h3", titre_code=tenue.code)
        autres = (habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE), sur_ccs(EN_COURS, date(2028, 6, 30), E.ACTIVE))
        s = session("S-1", "validee", FIN_DE_VIE, fin, habilitation_id="h2")
        f = Faits(Dossier(EN_COURS, JURE, (longue, *autres), (TITRE, tenue), (s,)), longue)
        assert refuse(rules.suspension_annoncee, f).contexte["numeros"] == nommees
        m = rules.mise_en_brouillon_annoncee.verifier(f)
        assert (m.contexte["numeros"] if m else []) == nommees

    def test_hab_06_se_tait_quand_aucune_n_en_depend(self) -> None:
        assert admet(rules.mise_en_brouillon_annoncee, self.active(*self.SANS_POIDS))


class TestSupprimer:
    """HAB-05. HAB-03 is with the buttons of the lifecycle."""

    @staticmethod
    def brouillon(*sessions: SessionDuJure) -> Faits:
        return faits(EN_COURS, habilitation(EN_COURS, FIN_DE_VIE), sessions=sessions)

    @pytest.mark.parametrize(
        ("sessions", "message"),
        [
            (
                (session("S-1", "brouillon", EN_COURS + JOUR, habilitation_id="une-autre"),),
                f"{NOM} est inscrit à la session S-1 : son habilitation ne peut pas être supprimée.",
            ),
            (
                (session("S-2", "refusee", EN_COURS + JOUR), session("S-1", "en_cours", EN_COURS, EN_COURS)),
                f"{NOM} est inscrit aux sessions S-1, S-2 : son habilitation ne peut pas être supprimée.",
            ),
            (
                (session("S-1", "a_cloturer", EN_COURS - JOUR),),
                f"{NOM} a été inscrit à la session S-1 avec cette habilitation : elle ne peut pas être supprimée.",
            ),
            (
                (session("S-2", "cloturee", EN_COURS), session("S-1", "debloquee", EN_COURS - JOUR)),
                f"{NOM} a été inscrit aux sessions S-1, S-2 avec cette habilitation : elle ne peut pas être supprimée.",
            ),
        ],
    )
    def test_hab_05_refuse(self, sessions: tuple[SessionDuJure, ...], message: str) -> None:
        m = refuse(rules.jure_inscrit_nulle_part, self.brouillon(*sessions))
        assert (m.code, m.effet, m.message) == ("HAB-05", Effet.REFUSE, message)

    @pytest.mark.parametrize(
        "sans_poids",
        [
            session("S-1", "annulee", EN_COURS + JOUR),
            session("S-1", "annulee", EN_COURS - JOUR),
            session("S-1", "en_attente_de_validation", EN_COURS),
            session("S-1", "refusee", EN_COURS - JOUR),
            session("S-1", "cloturee", EN_COURS - JOUR, habilitation_id="une-autre"),
            session("S-1", "a_cloturer", EN_COURS - JOUR, habilitation_id="une-autre"),
        ],
    )
    def test_hab_05_admet(self, sans_poids: SessionDuJure) -> None:
        assert admet(rules.jure_inscrit_nulle_part, self.brouillon(sans_poids))
