"""A database of jurés, emptied for each test."""

import pytest

from services.jures.commands.jures import inactiver_jure
from tests.jures.banc import UD_69, UD_75, Banc
from tests.outils.bases import banc_de

TABLES = (
    "jures, emplois, habilitations, titres, agrements, sessions, inscriptions, outbox, inbox, cles_idempotence, "
    "intentions"
)
base, installe, banc = banc_de("jures", TABLES, Banc, Banc.titre)


@pytest.fixture
def trois(banc: Banc) -> Banc:
    """Three jurés: Éa, inactive; Zoé, habilitée; Zoé of Lyon."""
    ea = banc.jure(nom="Élan", prenom="Éa", courriel="ea@exemple.fr")
    banc.confirmer(UD_75, inactiver_jure, ea["id"], {})
    banc.habilitation(banc.jure())
    lyon = {"voie": "1 rue", "code_postal": "69003", "commune": "Lyon"}
    banc.jure(UD_69, nom="O'Neil-Dupré", nom_usage="Abc", adresse=lyon)
    return banc
