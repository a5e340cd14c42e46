"""What the tables refuse by themselves."""

from services.notifications.storage import tables
from tests.outils.contraintes import orphelins_refuses


def test_rien_ne_tient_a_ce_qui_n_y_est_pas(base_notifications: str) -> None:
    assert orphelins_refuses("notifications", tables.metadata) == {"envois_version_numero_fkey"}
