"""HAB-09 and HAB-13: an habilitation on a CCS and the CCP that carries it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.referentiel import Certification
from commun.domain.rules import Effet
from services.jures.domain import rules
from services.jures.domain.dossier import Dossier, Faits
from services.jures.domain.model import EtatHabilitation, Habilitation
from tests.jures.domain.faits import (
    EN_COURS,
    FIN_DE_VIE,
    JURE,
    NOM,
    TITRE,
    admet,
    faits,
    habilitation,
    refuse,
    sur_ccs,
)

E = EtatHabilitation
JOUR = timedelta(days=1)


class TestCcs:
    """HAB-09 and HAB-13."""

    @pytest.mark.parametrize(
        "porteuse",
        [
            habilitation(EN_COURS, EN_COURS, E.ACTIVE),
            habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE, ccp_codes=frozenset({"BC02"})),
        ],
    )
    def test_hab_09_un_ccp_en_vigueur_suffit(self, porteuse: Habilitation) -> None:
        assert admet(rules.ccp_en_vigueur, faits(EN_COURS, sur_ccs(EN_COURS, FIN_DE_VIE), autres=(porteuse,)))

    @pytest.mark.parametrize(
        "autres",
        [
            (),
            (habilitation(EN_COURS, FIN_DE_VIE, E.BROUILLON),),
            (habilitation(EN_COURS, FIN_DE_VIE, E.SUSPENDUE),),
            (habilitation(EN_COURS + JOUR, FIN_DE_VIE, E.ACTIVE),),
            (habilitation(date(2025, 1, 1), EN_COURS - JOUR, E.ACTIVE),),
        ],
    )
    def test_hab_09_sinon_refuse(self, autres: tuple[Habilitation, ...]) -> None:
        m = refuse(rules.ccp_en_vigueur, faits(EN_COURS, sur_ccs(EN_COURS, FIN_DE_VIE), autres=autres))
        assert m.code == "HAB-09"
        assert m.message == (
            f"{NOM} ne dispose d'aucun CCP du titre Coffreur bancheur : "
            "il ne peut pas être habilité sur le CCS Béton architectonique."
        )

    def test_hab_09_nomme_tous_les_titres_du_ccs(self) -> None:
        second = replace(TITRE, code="TP-00002", intitule="Maçon")
        h = sur_ccs(EN_COURS, FIN_DE_VIE)
        m = refuse(rules.ccp_en_vigueur, Faits(Dossier(EN_COURS, JURE, (h,), (second, TITRE)), h))
        assert m.message.startswith(f"{NOM} ne dispose d'aucun CCP des titres Coffreur bancheur, Maçon : ")
        ailleurs = habilitation(EN_COURS, FIN_DE_VIE, E.ACTIVE, titre_code="TP-00002")
        assert admet(rules.ccp_en_vigueur, Faits(Dossier(EN_COURS, JURE, (h, ailleurs), (TITRE, second)), h))

    def test_hab_09_d_un_ccs_retire_de_tous_les_titres(self) -> None:
        porteuse = habilitation(EN_COURS, FIN_DE_VIE, E.ACTIVE)
        f = faits(EN_COURS, sur_ccs(EN_COURS, FIN_DE_VIE), titre=replace(TITRE, ccs=()), autres=(porteuse,))
        m = refuse(rules.ccp_en_vigueur, f)
        assert (m.code, m.message) == (
            "HAB-09",
            f"Le CCS CS-01 n'appartient plus à aucun titre : {NOM} ne peut pas y être habilité.",
        )

    def test_hab_09_ne_dit_rien_d_un_titre(self) -> None:
        assert admet(rules.ccp_en_vigueur, faits(EN_COURS, habilitation(EN_COURS, FIN_DE_VIE)))

    def test_hab_13_signale_le_ccs_qui_perd_son_dernier_ccp(self) -> None:
        porteuse = habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        portee = sur_ccs(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        m = refuse(rules.ccs_encore_porte, faits(EN_COURS, porteuse, autres=(portee,)))
        assert (m.code, m.effet) == ("HAB-13", Effet.INFORME)
        assert m.message == (
            f"Plus aucun CCP en vigueur ne porte l'habilitation de {NOM} sur le CCS Béton architectonique : "
            "elle est conservée ; vérifiez qu'elle doit l'être."
        )

    def test_hab_13_s_accorde_avec_les_ccs_qui_le_perdent(self) -> None:
        second = Certification("CS-02", "Béton brossé")
        titre = replace(TITRE, ccs=(*TITRE.ccs, second))
        porteuse = habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        portee = sur_ccs(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        autres = (portee, replace(portee, id="h9", ccs_code="CS-02"))
        assert refuse(rules.ccs_encore_porte, faits(EN_COURS, porteuse, titre=titre, autres=autres)).message == (
            f"Plus aucun CCP en vigueur ne porte les habilitations de {NOM} sur les CCS Béton architectonique, Béton "
            "brossé : elles sont conservées ; vérifiez qu'elles doivent l'être."
        )

    def test_hab_13_se_tait_s_il_en_reste_un_ou_si_rien_n_etait_porte(self) -> None:
        porteuse = habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        portee = sur_ccs(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        assert admet(rules.ccs_encore_porte, faits(EN_COURS, porteuse))
        assert admet(rules.ccs_encore_porte, faits(EN_COURS, porteuse, autres=(replace(portee, etat=E.SUSPENDUE),)))
        sans_ccs = replace(TITRE, code="TP-00003", ccs=())
        etrangere = replace(porteuse, titre_code="TP-00003")
        deja_orpheline = Dossier(EN_COURS, JURE, (etrangere, portee), (TITRE, sans_ccs))
        assert admet(rules.ccs_encore_porte, Faits(deja_orpheline, etrangere))
        second = replace(TITRE, code="TP-00002")
        autre = habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE, id="h3", titre_code="TP-00002")
        dossier = Dossier(EN_COURS, JURE, (porteuse, portee, autre), (TITRE, second))
        assert admet(rules.ccs_encore_porte, Faits(dossier, porteuse))
