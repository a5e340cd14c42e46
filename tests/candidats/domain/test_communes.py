"""The name of a birth commune, as people type it and as it is printed."""

import pytest

from services.candidats.domain.communes import nom_de_la_commune

PARIS_12 = ("Paris 12e Arrondissement",)


@pytest.mark.parametrize(
    ("saisi", "noms", "departement", "imprime"),
    [
        ("LYON (69)", ("Lyon",), "69", "Lyon"),
        ("SAINT DENIS 93", ("Saint-Denis",), "93", "Saint-Denis"),
        ("93200 st denis", ("Saint-Denis",), "93", "Saint-Denis"),
        ("Havre (Le)", ("Le Havre",), "76", "Le Havre"),
        ("ajaccio (2a)", ("Ajaccio",), "2A", "Ajaccio"),
        ("paris", PARIS_12, "75", "Paris 12e Arrondissement"),
        ("Paris 12ème", PARIS_12, "75", "Paris 12e Arrondissement"),
        ("Lyon 69003", ("Lyon 3e Arrondissement",), "69", "Lyon 3e Arrondissement"),
        ("bage la ville", ("Bâgé-Dommartin", "Bâgé-la-Ville"), "01", "Bâgé-la-Ville"),
        # what it was called then, and no longer is
        ("Évry (91)", ("Évry-Courcouronnes",), "91", "Évry"),
        ("Évry, 91000", ("Évry-Courcouronnes",), "91", "Évry"),
        ("91000 Évry", ("Évry-Courcouronnes",), "91", "Évry"),
        ("Châlons-sur-Marne", ("Châlons-en-Champagne",), "51", "Châlons-sur-Marne"),
        # no name at all: CAN-01 tells it, or nobody can
        ("93", ("Saint-Denis",), "93", "93"),
        ("75012", PARIS_12, "75", "75012"),
    ],
)
def test_une_commune_de_naissance_s_imprime_une_fois_et_sans_son_departement(
    saisi: str, noms: tuple[str, ...], departement: str, imprime: str
) -> None:
    """« Lyon (69) (69) », printed the convocations and the attestations of who was imported so."""
    assert nom_de_la_commune(saisi, noms, departement) == imprime
