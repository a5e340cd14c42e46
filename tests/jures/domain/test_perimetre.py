"""Who reads and who writes which juré (`regles.md` §1)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from commun.domain.errors import Droit, Introuvable
from commun.domain.referentiel import TypeProfil
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import EtatHabilitation, Habilitation, SessionDuJure
from services.jures.domain.perimetre import exiger_agent, exiger_ecriture, exiger_lecture, peut_ecrire, peut_lire
from tests.jures.domain.faits import CCS, EN_COURS, FIN_DE_VIE, JURE, TITRE, habilitation, session, sur_ccs

E = EtatHabilitation
JOUR = timedelta(days=1)
DEBUT = date(2025, 1, 1)


@dataclass(frozen=True)
class Profil:
    type: TypeProfil
    etablissement_id: str | None = None
    departement: str | None = None
    region: str | None = None


UD_75 = Profil(TypeProfil.UD, departement="75", region="11")
UD_92 = Profil(TypeProfil.UD, departement="92", region="11")
UD_69 = Profil(TypeProfil.UD, departement="69", region="84")
DIRECCTE_11 = Profil(TypeProfil.DIRECCTE, region="11")
DIRECCTE_84 = Profil(TypeProfil.DIRECCTE, region="84")
NATIONAL = Profil(TypeProfil.NATIONAL)
CENTRE = Profil(TypeProfil.CENTRE, "centre-1", "75", "11")
RIEN = frozenset[str]()
"""The certifications for which a centre has an agrément, where it has none."""


@pytest.mark.parametrize(
    ("profil", "lit", "ecrit"),
    [
        (UD_75, True, True),
        (UD_92, True, False),
        (UD_69, False, False),
        (DIRECCTE_11, True, True),
        (DIRECCTE_84, False, False),
        (NATIONAL, True, False),
        (CENTRE, False, False),
        (replace(DIRECCTE_11, region=None), False, False),
    ],
)
def test_selon_le_domicile_du_jure(profil: Profil, lit: bool, ecrit: bool) -> None:
    dossier = Dossier(EN_COURS, JURE)
    assert (peut_lire(profil, dossier, RIEN), peut_ecrire(profil, JURE)) == (lit, ecrit)


@pytest.mark.parametrize("profil", [NATIONAL, CENTRE])
def test_403_a_qui_n_ecrit_jamais(profil: Profil) -> None:
    with pytest.raises(Droit):
        exiger_agent(profil)


@pytest.mark.parametrize("profil", [UD_92, UD_69, DIRECCTE_84])
def test_404_a_qui_ecrit_ailleurs(profil: Profil) -> None:
    with pytest.raises(Introuvable):
        exiger_ecriture(profil, JURE)


def test_404_a_qui_ne_lit_pas() -> None:
    exiger_lecture(NATIONAL, Dossier(EN_COURS, JURE), RIEN)
    exiger_ecriture(UD_75, JURE)
    with pytest.raises(Introuvable):
        exiger_lecture(UD_69, Dossier(EN_COURS, JURE), RIEN)


@pytest.mark.parametrize(
    ("inscription", "lit"),
    [
        (session("S-1", "brouillon", EN_COURS + JOUR), True),
        (session("S-1", "en_cours", EN_COURS), True),
        (session("S-1", "cloturee", EN_COURS), False),
        (session("S-1", "a_cloturer", EN_COURS - JOUR), False),
        (session("S-1", "annulee", EN_COURS + JOUR), False),
        (session("S-1", "validee", EN_COURS + JOUR, etablissement_id="centre-2"), False),
    ],
)
def test_un_centre_lit_les_jures_de_ses_sessions(inscription: SessionDuJure, lit: bool) -> None:
    dossier = Dossier(EN_COURS, replace(JURE, region="84"), sessions=(inscription,))
    assert peut_lire(CENTRE, dossier, RIEN) is lit


@pytest.mark.parametrize(
    ("h", "lit"),
    [
        (habilitation(DEBUT, FIN_DE_VIE, E.ACTIVE), True),
        (habilitation(EN_COURS + JOUR, FIN_DE_VIE, E.ACTIVE), True),
        (habilitation(DEBUT, EN_COURS - JOUR, E.ACTIVE), False),
        (habilitation(DEBUT, FIN_DE_VIE, E.SUSPENDUE), False),
        (habilitation(DEBUT, FIN_DE_VIE, E.BROUILLON), False),
        (sur_ccs(DEBUT, FIN_DE_VIE, E.ACTIVE), False),
    ],
)
def test_un_centre_lit_les_jures_habilites_sur_ses_agrements(h: Habilitation, lit: bool) -> None:
    dossier = Dossier(EN_COURS, replace(JURE, region="84"), (h,), (TITRE,))
    assert peut_lire(CENTRE, dossier, frozenset({TITRE.code})) is lit
    assert not peut_lire(CENTRE, dossier, frozenset({"TP-99999"}))
    assert peut_lire(CENTRE, dossier, frozenset({TITRE.code, CCS.code})) is (lit or h.ccs_code is not None)
