"""HAB-07, HAB-08, HAB-15: the jobs on which an habilitation on a titre rests."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.dates import plus_annees
from commun.domain.referentiel import Titre
from commun.domain.rules import Effet
from services.jures.domain import rules
from services.jures.domain.dossier import Dossier, Faits, FaitsEmploi
from services.jures.domain.model import Emploi, EtatHabilitation, Habilitation
from tests.jures.domain.faits import (
    EMPLOI,
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    JURE,
    NOM,
    SANS_FIN,
    TITRE,
    admet,
    faits,
    habilitation,
    refuse,
    sur_ccs,
)

E = EtatHabilitation
JOUR = timedelta(days=1)


class TestAnciennete:
    """HAB-07 and HAB-08."""

    @staticmethod
    def avec(debut: date, *emplois: Emploi, titre: Titre = SANS_FIN) -> Faits:
        h = habilitation(debut, plus_annees(debut, 1))
        return faits(EN_COURS, h, titre=titre, jure=replace(JURE, emplois=emplois))

    @staticmethod
    def quitte_le(fin: date | None, **autres: Any) -> Emploi:
        return replace(EMPLOI, date_fin=fin, **autres)

    @pytest.mark.parametrize(
        ("debut", "quitte_le"),
        [
            (date(2026, 3, 2), date(2021, 3, 2)),  # five years to the day
            (date(2026, 3, 2), None),  # still in the job
            (date(2026, 3, 2), date(2040, 1, 1)),  # leaves later
            (date(2025, 2, 28), date(2020, 2, 29)),  # 29 February as the 28th, at either end
            (date(2024, 2, 29), date(2019, 2, 28)),
            (date(2024, 2, 28), date(2019, 2, 28)),
        ],
    )
    def test_cinq_ans_jour_pour_jour_sont_admis(self, debut: date, quitte_le: date | None) -> None:
        f = self.avec(debut, self.quitte_le(quitte_le))
        assert admet(rules.anciennete, f)
        assert admet(rules.emploi_lie_connu, f)

    @pytest.mark.parametrize(
        ("debut", "quitte_le", "au_plus_tard"),
        [
            (date(2026, 3, 2), date(2021, 3, 1), "2026-03-01"),
            (date(2025, 3, 1), date(2020, 2, 29), "2025-02-28"),
            (date(2024, 3, 1), date(2019, 2, 28), "2024-02-29"),
            (date(2024, 2, 29), date(2019, 2, 27), "2024-02-27"),
        ],
    )
    def test_un_jour_de_plus_est_refuse(self, debut: date, quitte_le: date, au_plus_tard: str) -> None:
        f = self.avec(debut, self.quitte_le(quitte_le))
        m = refuse(rules.anciennete, f)
        assert m.code == "HAB-07"
        assert m.message == (
            f"La dernière date connue d'occupation de l'emploi lié au titre ({quitte_le:%d/%m/%Y}) remonte à plus de "
            f"5 ans avant le début de l'habilitation ({debut:%d/%m/%Y})."
        )
        assert m.contexte["date_debut_au_plus_tard"] == au_plus_tard
        assert admet(rules.anciennete, self.avec(date.fromisoformat(au_plus_tard), self.quitte_le(quitte_le)))

    def test_un_emploi_commence_apres_le_debut_ne_compte_pas(self) -> None:
        ancien = self.quitte_le(date(2015, 1, 1))
        debut = date(2026, 3, 2)
        assert admet(rules.anciennete, self.avec(debut, ancien, self.quitte_le(None, date_debut=debut)))
        m = refuse(rules.anciennete, self.avec(debut, ancien, self.quitte_le(None, date_debut=debut + JOUR)))
        assert m.contexte["date"] == "2015-01-01"

    def test_la_derniere_occupation_est_la_plus_recente_de_tous_les_emplois_lies(self) -> None:
        debut = date(2026, 3, 2)
        assert admet(rules.anciennete, self.avec(debut, self.quitte_le(date(2015, 1, 1)), self.quitte_le(debut)))

    def test_lie_par_le_code_rome_ou_par_l_agent(self) -> None:
        debut = date(2026, 3, 2)
        assert admet(rules.emploi_lie_connu, self.avec(debut, replace(EMPLOI, code_rome="F1701")))
        marque = replace(EMPLOI, code_rome="M1607", titres_lies=frozenset({TITRE.code}))
        assert admet(rules.emploi_lie_connu, self.avec(debut, marque))

    @pytest.mark.parametrize(
        "emplois",
        [
            (),
            (replace(EMPLOI, code_rome="M1607"),),
            (replace(EMPLOI, code_rome="M1607", titres_lies=frozenset({"TP-99999"})),),
            (replace(EMPLOI, date_debut=date(2026, 3, 3)),),
        ],
    )
    def test_hab_08_aucun_emploi_lie(self, emplois: tuple[Emploi, ...]) -> None:
        f = self.avec(date(2026, 3, 2), *emplois)
        m = refuse(rules.emploi_lie_connu, f)
        assert m.code == "HAB-08"
        assert m.message == (
            f"Aucune occupation d'un emploi lié au titre n'est connue pour {NOM} : renseignez-la d'abord."
        )
        assert m.contexte == {"nom": NOM, "titre": "Coffreur bancheur", "codes_rome": ["F1701"]}
        assert admet(rules.anciennete, f)

    def test_un_ccs_ne_demande_pas_d_emploi(self) -> None:
        f = faits(EN_COURS, sur_ccs(EN_COURS, FIN_DE_VIE), jure=replace(JURE, emplois=()))
        assert admet(rules.emploi_lie_connu, f)
        vieux = replace(JURE, emplois=(self.quitte_le(date(2011, 1, 1)),))
        assert admet(rules.anciennete, faits(EN_COURS, sur_ccs(EN_COURS, FIN_DE_VIE), jure=vieux))


class TestEmploiSousHabilitation:
    """HAB-15."""

    ACTIVE = habilitation(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)

    def change(self, *apres: Emploi, h: Habilitation = ACTIVE, jour: date = EN_COURS) -> FaitsEmploi:
        return FaitsEmploi(Dossier(jour, JURE, (h,), (TITRE,)), apres)

    @pytest.mark.parametrize(
        "apres",
        [
            (),
            (replace(EMPLOI, code_rome="M1607"),),
            (replace(EMPLOI, date_fin=date(2024, 12, 31)),),
            (replace(EMPLOI, date_debut=date(2025, 1, 2)),),
        ],
    )
    def test_hab_15_signale(self, apres: tuple[Emploi, ...]) -> None:
        m = refuse(rules.emploi_sous_habilitation, self.change(*apres))
        assert (m.code, m.effet) == ("HAB-15", Effet.INFORME)
        assert m.message == (
            f"L'habilitation de {NOM} sur Coffreur bancheur reposait sur cet emploi : "
            "vérifiez qu'elle doit être conservée."
        )

    def test_hab_15_s_accorde_avec_les_habilitations(self) -> None:
        second = replace(TITRE, code="TP-00002", intitule="Maçon")
        autre = replace(self.ACTIVE, id="h9", titre_code="TP-00002")
        dossier = Dossier(EN_COURS, JURE, (self.ACTIVE, autre), (TITRE, second))
        assert refuse(rules.emploi_sous_habilitation, FaitsEmploi(dossier, ())).message == (
            f"Les habilitations de {NOM} sur Coffreur bancheur, Maçon reposaient sur cet emploi : vérifiez qu'elles "
            "doivent être conservées."
        )

    def test_hab_15_se_tait_quand_rien_ne_change_pour_elle(self) -> None:
        assert admet(rules.emploi_sous_habilitation, self.change(replace(EMPLOI, employeur="Bâtir SA")))
        assert admet(rules.emploi_sous_habilitation, self.change(replace(EMPLOI, date_fin=date(2025, 1, 1))))
        assert admet(rules.emploi_sous_habilitation, self.change(replace(EMPLOI, id="e2")))
        assert admet(rules.emploi_sous_habilitation, self.change(h=replace(self.ACTIVE, etat=E.SUSPENDUE)))
        assert admet(rules.emploi_sous_habilitation, self.change(jour=EN_PROLONGATION))
        sans_lien = replace(JURE, emplois=(replace(EMPLOI, code_rome="M1607"),))
        deja_sans_lui = FaitsEmploi(Dossier(EN_COURS, sans_lien, (self.ACTIVE,), (TITRE,)), ())
        assert admet(rules.emploi_sous_habilitation, deja_sans_lui)
        ccs = sur_ccs(date(2025, 1, 1), FIN_DE_VIE, E.ACTIVE)
        assert admet(rules.emploi_sous_habilitation, self.change(h=ccs))
