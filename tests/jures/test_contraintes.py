"""What the tables refuse by themselves."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.jures.storage import tables
from tests.outils.contraintes import orphelins_refuses, refus_de

VEILLE = {"date_fin": date(2026, 3, 1)}
TITRE = {"titre_code": "TP-1", "ccp_codes": ["A"], "etat": "active"}


@pytest.mark.parametrize(
    ("table", "juste", "autre", "nom"),
    [
        (tables.jures, {"statut": "actif"}, {"statut": "x"}, "jures_statut"),
        (tables.emplois, {}, VEILLE, "emplois_dates"),
        (tables.habilitations, TITRE, {"ccs_code": "C"}, "habilitations_une_certification"),
        (tables.habilitations, TITRE, {"ccp_codes": []}, "habilitations_ccp"),
        (tables.habilitations, TITRE, {"etat": "x"}, "habilitations_etat"),
        (tables.habilitations, TITRE, VEILLE, "habilitations_dates"),
    ],
)
def test_ce_que_la_base_refuse_quoi_que_fasse_le_service(
    base: str, table: sa.Table, juste: dict[str, Any], autre: dict[str, Any], nom: str
) -> None:
    assert refus_de("jures", table, juste, autre) == nom


def test_rien_ne_tient_a_ce_qui_n_y_est_pas(base: str) -> None:
    assert orphelins_refuses("jures", tables.metadata) == {
        "emplois_jure_id_fkey",
        "habilitations_jure_id_fkey",
        "inscriptions_session_id_fkey",
        "jures_absorbe_par_fkey",
    }
