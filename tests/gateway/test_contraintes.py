"""What the tables refuse by themselves."""

from typing import Any

import pytest
import sqlalchemy as sa

from gateway.storage import tables
from tests.outils.contraintes import orphelins_refuses, refus_de


@pytest.mark.parametrize(
    ("table", "juste", "autre", "nom"),
    [
        (tables.comptes, {}, {}, "comptes_identifiant_key"),
        (tables.comptes, {"sujet": "s"}, {"identifiant": "y"}, "comptes_sujet_key"),
        (tables.invitations, {}, {}, "invitations_empreinte_key"),
        (tables.renouvellements, {}, {}, "renouvellements_empreinte_key"),
        (tables.changements_courriel, {"empreinte": b"x"}, {}, "changements_courriel_empreinte_key"),
    ],
)
def test_ce_que_la_base_refuse_quoi_que_fasse_la_passerelle(
    base: sa.Engine, table: sa.Table, juste: dict[str, Any], autre: dict[str, Any], nom: str
) -> None:
    assert refus_de("gateway", table, juste, autre) == nom


def test_rien_ne_tient_a_ce_qui_n_y_est_pas(base: sa.Engine) -> None:
    assert orphelins_refuses("gateway", tables.metadata) == {
        "changements_courriel_compte_id_fkey",
        "filtres_compte_id_fkey",
        "invitations_compte_id_fkey",
        "invitations_invite_par_fkey",
        "jetons_compte_id_fkey",
        "jetons_profil_id_fkey",
        "profils_compte_id_fkey",
        "provenances_compte_id_fkey",
    }
