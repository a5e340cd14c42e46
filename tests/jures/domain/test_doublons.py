"""Who may be the same person (JUR-06)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.jures.domain.doublons import cles_de_rapprochement, telephone_normalise
from tests.jures.domain.faits import JURE

CONNU = replace(
    JURE,
    nom="Lefèvre-d'Œuilly",
    prenom="Zoé",
    date_naissance=date(1980, 2, 29),
    courriel="Zoe@Exemple.fr",
    telephone_professionnel="+33199001234",
    telephone_personnel="06 39 98 12 34",
)
INCONNU: dict[str, Any] = {
    "date_naissance": None,
    "courriel": "",
    "telephone_professionnel": "",
    "telephone_personnel": "",
}


@pytest.mark.parametrize("ecrit", ["+33 1 99 00 12 34", "0033199001234", "01.99.00.12.34", "0199001234"])
def test_telephone_normalise(ecrit: str) -> None:
    assert telephone_normalise(ecrit) == "199001234"


@pytest.mark.parametrize(
    ("commun", "proche"),
    [
        ({"date_naissance": date(1980, 2, 29)}, True),
        ({"courriel": "zoe@exemple.FR"}, True),
        ({"telephone_personnel": "01 99 00 12 34"}, True),
        ({"telephone_professionnel": "0639981234"}, True),
        ({}, False),
        ({"date_naissance": date(1980, 2, 28)}, False),
        ({"courriel": "zoe@ailleurs.fr"}, False),
        ({"nom": "Lefebvre", "date_naissance": date(1980, 2, 29)}, False),
        ({"prenom": "Chloé", "date_naissance": date(1980, 2, 29)}, False),
        ({"nom": "Durand", "nom_usage": "Lefevre d'Oeuilly", "date_naissance": date(1980, 2, 29)}, True),
    ],
)
def test_meme_nom_et_une_chose_de_plus(commun: dict[str, Any], proche: bool) -> None:
    autre = replace(CONNU, **INCONNU | {"nom": "LEFEVRE D'OEUILLY", "prenom": "zoe"} | commun)
    assert bool(cles_de_rapprochement(CONNU) & cles_de_rapprochement(autre)) is proche


def test_ce_qui_manque_aux_deux_ne_les_rapproche_pas() -> None:
    sans_rien = replace(CONNU, **INCONNU)
    assert not cles_de_rapprochement(sans_rien)
    assert not cles_de_rapprochement(replace(CONNU, telephone_personnel="")) & cles_de_rapprochement(sans_rien)
