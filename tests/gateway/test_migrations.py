"""Ce que les révisions font des lignes qui sont déjà là."""

from collections.abc import Callable

from tests.outils.migrations import migree

_AVANT = """
DROP TABLE changements_courriel;
DROP TABLE renouvellements;
UPDATE alembic_version SET version_num = 'gateway_0004';
INSERT INTO comptes (id, identifiant, nom, courriel, recherche)
    SELECT gen_random_uuid(), dit, dit, dit, dit FROM unnest(ARRAY['łukasz', 'zoe']) AS dit;
"""


def test_les_lettres_pliees_depuis_le_sont_dans_ce_qui_se_cherchait_avant(base_vierge: Callable[[], str]) -> None:
    lues = migree(base_vierge(), "gateway", _AVANT, "SELECT recherche FROM comptes ORDER BY 1")
    assert [recherche for (recherche,) in lues] == ["lukasz", "zoe"]
