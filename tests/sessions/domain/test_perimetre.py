"""Section 1: whose session it is."""

from dataclasses import dataclass, replace

import pytest

from commun.domain.errors import Droit, Introuvable
from commun.domain.referentiel import TypeProfil
from services.sessions.domain.perimetre import (
    dans_le_perimetre,
    exiger_creation,
    exiger_perimetre,
    voit_l_etablissement,
    voit_le_jure,
)
from tests.sessions.domain.fabrique import CADRE, CENTRE, DIRECCTE, NATIONAL, SITE, UD


@dataclass(frozen=True)
class Qui:
    type: TypeProfil
    etablissement_id: str | None = None
    departement: str | None = None
    region: str | None = None


@pytest.mark.parametrize(
    ("qui", "voit"),
    [
        (Qui(CENTRE, etablissement_id="centre-1"), True),
        (Qui(CENTRE, etablissement_id="centre-2"), False),
        (Qui(CENTRE, departement="75", region="11"), False),
        (Qui(UD, departement="75"), True),
        (Qui(UD, departement="69"), False),
        (Qui(UD, departement="69", region="11"), False),
        (Qui(DIRECCTE, region="11"), True),
        (Qui(DIRECCTE, region="84"), False),
        (Qui(NATIONAL), True),
    ],
)
def test_qui_voit_une_session(qui: Qui, voit: bool) -> None:
    assert dans_le_perimetre(qui, CADRE) is voit
    if voit:
        exiger_perimetre(qui, CADRE)
    else:
        with pytest.raises(Introuvable):
            exiger_perimetre(qui, CADRE)


def test_le_territoire_est_celui_du_site_non_du_siege() -> None:
    a_saint_denis = replace(CADRE, site=replace(SITE, departement="974", region="04", fuseau="Indian/Reunion"))
    assert not dans_le_perimetre(Qui(UD, departement="75"), a_saint_denis)
    assert dans_le_perimetre(Qui(UD, departement="974"), a_saint_denis)
    assert dans_le_perimetre(Qui(DIRECCTE, region="04"), a_saint_denis)


@pytest.mark.parametrize("type_profil", [UD, DIRECCTE, NATIONAL])
def test_seul_un_centre_cree(type_profil: TypeProfil) -> None:
    exiger_creation(Qui(CENTRE, etablissement_id="centre-1"))
    with pytest.raises(Droit, match="Seul un centre crée une session"):
        exiger_creation(Qui(type_profil, "centre-1", "75", "11"))


@pytest.mark.parametrize(
    ("qui", "departement", "voit"),
    [
        (Qui(UD, departement="75", region="11"), "92", True),
        (Qui(UD, departement="75", region="11"), "69", False),
        (Qui(DIRECCTE, region="11"), "69", False),
        (Qui(DIRECCTE, region="11"), None, True),
        (Qui(CENTRE, etablissement_id="centre-1"), "69", True),
        (Qui(NATIONAL), "69", True),
    ],
)
def test_qui_lit_la_fiche_d_un_jure_d_une_session(qui: Qui, departement: str | None, voit: bool) -> None:
    assert voit_le_jure(qui, departement) is voit


@pytest.mark.parametrize(
    ("qui", "voit"),
    [
        (Qui(UD, departement="75", region="11"), True),
        (Qui(UD, departement="69", region="84"), True),
        (Qui(UD, departement="13", region="93"), False),
        (Qui(DIRECCTE, region="84"), True),
        (Qui(DIRECCTE, region="93"), False),
        (Qui(CENTRE, etablissement_id="centre-1"), True),
        (Qui(NATIONAL), True),
    ],
)
def test_qui_lit_la_fiche_de_l_etablissement_d_une_session(qui: Qui, voit: bool) -> None:
    """By its seat or by one of its sites; the centre is its own."""
    sites = [{"departement": "69", "region": "84"}, {"departement": "38", "region": "84"}]
    assert voit_l_etablissement(qui, {"departement": "75", "region": "11", "sites": sites}) is voit
