"""What the tables refuse by themselves."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from commun.storage.db import nouvel_id
from services.referentiel.storage import tables
from tests.outils.contraintes import orphelins_refuses, refus_de

AGREMENT = {"titre_code": "TP-1"}
SUITE = {"controle_id": nouvel_id()}


@pytest.mark.parametrize(
    ("table", "juste", "autre", "nom"),
    [
        (tables.titres, {"code_rncp": "RNCP1"}, {"code": "y"}, "titres_code_rncp_key"),
        (tables.etablissements, {}, {}, tables.UN_SIRET),
        (tables.suites_controles, SUITE, {}, "suites_controles_rangs"),
        (tables.agrements, AGREMENT, {"ccs_code": "C"}, "agrements_une_certification"),
        (tables.agrements, AGREMENT, {"date_fin": date(2026, 3, 1)}, "agrements_dates"),
        (tables.agrements, AGREMENT, {"statut": "x"}, "agrements_statut"),
    ],
)
def test_ce_que_la_base_refuse_quoi_que_fasse_le_service(
    base: str, table: sa.Table, juste: dict[str, Any], autre: dict[str, Any], nom: str
) -> None:
    assert refus_de("referentiel", table, juste, autre) == nom


def test_rien_ne_tient_a_ce_qui_n_y_est_pas(base: str) -> None:
    assert orphelins_refuses("referentiel", tables.metadata) == {
        "agrements_ccs_code_fkey",
        "agrements_etablissement_id_fkey",
        "agrements_site_id_fkey",
        "agrements_titre_code_fkey",
        "ccps_titre_code_fkey",
        "communes_departement_fkey",
        "controles_etablissement_id_fkey",
        "correspondances_titre_code_ccp_code_fkey",
        "correspondances_titre_code_fkey",
        "departements_region_fkey",
        "services_departement_fkey",
        "services_region_fkey",
        "sites_etablissement_id_fkey",
        "suites_controles_controle_id_fkey",
        "titres_ccs_ccs_code_fkey",
        "titres_ccs_titre_code_fkey",
    }
