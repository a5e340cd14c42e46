"""When each rule is checked: at creation, at a change, at valider, at réactiver, at acts that take a right away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.lifecycle import CycleDeVie
from commun.domain.referentiel import TypeProfil
from commun.domain.rules import verifier
from services.jures.domain.dossier import Dossier, Faits
from services.jures.domain.lifecycle import (
    CREATION,
    HABILITATION,
    JURE,
    SAISIE,
    ActionHabilitation,
    ActionJure,
    ActionSaisie,
)
from services.jures.domain.model import EtatHabilitation, StatutJure
from tests.jures.domain.faits import (
    EMPLOI,
    EN_COURS,
    FIN_DE_VIE,
    HORS_DELAI,
    faits,
    habilitation,
    session,
    sur_ccs,
)
from tests.jures.domain.faits import JURE as ZOE

E = EtatHabilitation
A = ActionHabilitation
JOUR = timedelta(days=1)
DEBUT = date(2025, 1, 1)

SANS_FAUTE = habilitation(EN_COURS, FIN_DE_VIE)
FAUTES: dict[str, Faits] = {
    "aucune faute": faits(EN_COURS, SANS_FAUTE),
    "juré inactif": faits(EN_COURS, SANS_FAUTE, jure=replace(ZOE, statut=StatutJure.INACTIF)),
    "emploi quitté trop tôt": faits(
        EN_COURS, SANS_FAUTE, jure=replace(ZOE, emplois=(replace(EMPLOI, date_fin=date(2015, 1, 1)),))
    ),
    "aucun emploi lié": faits(EN_COURS, SANS_FAUTE, jure=replace(ZOE, emplois=())),
    "CCS sans CCP": faits(EN_COURS, sur_ccs(EN_COURS, FIN_DE_VIE)),
    "fin avant le début": faits(EN_COURS, habilitation(EN_COURS + 2 * JOUR, EN_COURS + JOUR)),
    "au-delà du titre": faits(EN_COURS, habilitation(EN_COURS, FIN_DE_VIE + JOUR)),
    "chevauchement": faits(EN_COURS, SANS_FAUTE, autres=(habilitation(DEBUT, EN_COURS, E.ACTIVE, id="autre"),)),
    "date de fin passée": faits(EN_COURS, habilitation(DEBUT, EN_COURS - JOUR)),
    "renouvelée dans le passé": faits(EN_COURS, habilitation(DEBUT, FIN_DE_VIE, deja_active=True)),
    "titre hors délai": faits(HORS_DELAI, SANS_FAUTE),
}

MOMENTS = """
| faute                    | créer  | modifier | valider | réactiver |
| aucune faute             | –      | –        | –       | –         |
| juré inactif             | –      | –        | JUR-05  | JUR-05    |
| emploi quitté trop tôt   | HAB-07 | –        | HAB-07  | –         |
| aucun emploi lié         | HAB-08 | –        | HAB-08  | –         |
| CCS sans CCP             | HAB-09 | –        | HAB-09  | HAB-09    |
| fin avant le début       | HAB-10 | HAB-10   | HAB-10  | –         |
| au-delà du titre         | HAB-10 | HAB-10   | HAB-10  | –         |
| chevauchement            | HAB-11 | HAB-11   | HAB-11  | HAB-11    |
| date de fin passée       | –      | –        | HAB-14  | –         |
| renouvelée dans le passé | –      | –        | HAB-14  | –         |
| titre hors délai         | HAB-12 | HAB-12   | HAB-12  | HAB-12    |
"""
LIGNES = [[case.strip() for case in ligne.strip(" |").split("|")] for ligne in MOMENTS.strip().splitlines()[1:]]


@pytest.mark.parametrize(("faute", "creer", "modifier", "valider", "reactiver"), LIGNES, ids=[x[0] for x in LIGNES])
def test_a_quel_moment_chaque_faute_est_refusee(
    faute: str, creer: str, modifier: str, valider: str, reactiver: str
) -> None:
    f = FAUTES[faute]
    suspendue = replace(f, habilitation=replace(f.habilitation, etat=E.SUSPENDUE))
    refus = [
        verifier(CREATION, f),
        SAISIE.decider(ActionSaisie.MODIFIER, f.etat, TypeProfil.UD, f).refus,
        HABILITATION.decider(A.VALIDER, f.etat, TypeProfil.UD, f).refus,
        HABILITATION.decider(A.REACTIVER, suspendue.etat, TypeProfil.UD, suspendue).refus,
    ]
    codes = [" ".join(m.code for m in manquements) or "–" for manquements in refus]
    assert codes == [creer, modifier, valider, reactiver]


def test_toutes_les_raisons_d_un_coup_hors_delai_d_abord() -> None:
    jure = replace(ZOE, statut=StatutJure.INACTIF, emplois=())
    f = faits(HORS_DELAI, habilitation(FIN_DE_VIE, EN_COURS), jure=jure)
    decision = HABILITATION.decider(A.VALIDER, f.etat, TypeProfil.UD, f)
    assert [m.code for m in decision.refus] == ["HAB-12", "JUR-05", "HAB-08", "HAB-10"]


A_VENIR = session("S-1", "validee", EN_COURS + JOUR)
EN_ATTENTE = session("S-2", "en_attente_de_validation", EN_COURS + JOUR)
PORTEE = sur_ccs(DEBUT, FIN_DE_VIE, E.ACTIVE)


@pytest.mark.parametrize(
    ("action", "etat", "codes"),
    [
        (A.SUPPRIMER, E.BROUILLON, ["HAB-03", "HAB-05"]),
        (A.SUSPENDRE, E.ACTIVE, ["HAB-04", "HAB-13"]),
        (A.METTRE_EN_BROUILLON, E.ACTIVE, ["HAB-06", "HAB-13"]),
    ],
)
def test_ce_qui_retire_un_droit(action: ActionHabilitation, etat: EtatHabilitation, codes: list[str]) -> None:
    f = faits(EN_COURS, habilitation(DEBUT, FIN_DE_VIE, etat), autres=(PORTEE,), sessions=(A_VENIR,))
    assert _codes(HABILITATION, action, f.etat, f) == codes


def test_ce_qui_inactive_un_jure() -> None:
    dossier = Dossier(EN_COURS, ZOE, sessions=(A_VENIR, EN_ATTENTE))
    assert _codes(JURE, ActionJure.INACTIVER, StatutJure.ACTIF, dossier) == ["JUR-02", "JUR-03", "JUR-04"]


def _codes(
    cycle: CycleDeVie, action: ActionHabilitation | ActionJure, etat: EtatHabilitation | StatutJure, faits: object
) -> list[str]:
    return [m.code for m in cycle.decider(action, etat, TypeProfil.UD, faits).manquements]
