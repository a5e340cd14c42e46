"""What the tables refuse by themselves."""

from typing import Any

import pytest
import sqlalchemy as sa

from commun.storage.db import nouvel_id
from services.candidats.storage import tables
from tests.outils.contraintes import orphelins_refuses, refus_de

LUI = nouvel_id()


@pytest.mark.parametrize(
    ("table", "juste", "autre", "nom"),
    [
        (tables.candidats, {}, {}, "candidats_numero_key"),
        (tables.candidats, {}, {"id": LUI, "canonique_id": LUI}, "candidats_canonique"),
        (tables.demandes_vae, {"etat": "deposee"}, {"etat": "x"}, "demandes_vae_etat"),
    ],
)
def test_ce_que_la_base_refuse_quoi_que_fasse_le_service(
    base: str, table: sa.Table, juste: dict[str, Any], autre: dict[str, Any], nom: str
) -> None:
    assert refus_de("candidats", table, juste, autre) == nom


def test_rien_ne_tient_a_ce_qui_n_y_est_pas(base: str) -> None:
    assert orphelins_refuses("candidats", tables.metadata) == {
        "candidats_canonique_id_fkey",
        "demandes_vae_candidat_id_fkey",
        "departs_candidat_id_fkey",
        "inscriptions_session_id_fkey",
        "perimetres_candidat_id_fkey",
        "rattachements_candidat_id_fkey",
        "resultats_session_id_fkey",
    }
