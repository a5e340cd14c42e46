"""What a new list of communes leaves of those before: nobody's birth place loses its name."""

import pytest

from services.referentiel.domain.communes import Commune, NatureCommune, code_de_l_arrondissement, lignes_du_code

N = NatureCommune
Lignes = dict[NatureCommune, tuple[str, str]]
"""Of one code: by nature, the name, and where the place is today."""


def du_code(lignes: Lignes) -> list[Commune]:
    return [Commune("01001", nature, nom, "01", actuelle) for nature, (nom, actuelle) in lignes.items()]


@pytest.mark.parametrize(
    ("avant", "lues", "gardees"),
    [
        ({}, {N.ACTUELLE: ("Aix", "01001")}, {N.ACTUELLE: ("Aix", "01001")}),
        ({}, {N.ANCIENNE: ("", "01002")}, {N.ANCIENNE: ("", "01002")}),
        ({N.ACTUELLE: ("Aix", "01001")}, {N.ANCIENNE: ("", "01002")}, {N.DELEGUEE: ("Aix", "01002")}),
        ({N.ACTUELLE: ("Aix", "01001")}, {N.DELEGUEE: ("AIX", "01002")}, {N.DELEGUEE: ("AIX", "01002")}),
        ({N.DELEGUEE: ("Aix", "01002")}, {N.ANCIENNE: ("", "01003")}, {N.DELEGUEE: ("Aix", "01003")}),
        ({N.DELEGUEE: ("Aix", "01002")}, {N.ACTUELLE: ("Aix", "01001")}, {N.ACTUELLE: ("Aix", "01001")}),
        (
            {N.ACTUELLE: ("Val", "01001"), N.DELEGUEE: ("Aix", "01001")},
            {N.ANCIENNE: ("", "01003")},
            {N.DELEGUEE: ("Aix", "01003"), N.ASSOCIEE: ("Val", "01003")},
        ),
        (
            {N.ACTUELLE: ("Val", "01001")},
            {N.DELEGUEE: ("Aix", "01003")},
            {N.DELEGUEE: ("Aix", "01003"), N.ASSOCIEE: ("Val", "01003")},
        ),
        # as the version before left them: a name of yesterday, said of today, beside what the list says
        (
            {N.ACTUELLE: ("Aix", "01001"), N.ANCIENNE: ("", "01002")},
            {N.ANCIENNE: ("", "01003")},
            {N.DELEGUEE: ("Aix", "01003")},
        ),
        ({N.ACTUELLE: ("Aix", "01001")}, {N.ACTUELLE: ("Aix-le-Val", "01001")}, {N.ACTUELLE: ("Aix-le-Val", "01001")}),
    ],
)
def test_ce_qui_reste_d_un_code(avant: Lignes, lues: Lignes, gardees: Lignes) -> None:
    restent = lignes_du_code(du_code(avant), du_code(lues))
    assert {c.nature: (c.nom, c.commune_actuelle) for c in restent} == gardees
    encore = lignes_du_code(restent, du_code(lues))
    assert {c.nature: c for c in encore} == {c.nature: c for c in restent}, "said twice, it changes nothing"


@pytest.mark.parametrize(
    ("nom", "code"),
    [
        ("Paris 1er", "75101"),
        ("PARIS 20", "75120"),
        ("Lyon 01", "69381"),
        ("Lyon 9e arrondissement", "69389"),
        ("Marseille 1", "13201"),
        ("MARSEILLE 16", "13216"),
        ("Paris 0", None),
        ("Paris 21", None),
        ("Lyon 10", None),
        ("Marseille 17", None),
        ("Paris", None),
        ("Toulouse 3", None),
    ],
)
def test_un_arrondissement_a_le_code_de_son_rang(nom: str, code: str | None) -> None:
    assert code_de_l_arrondissement(nom) == code
