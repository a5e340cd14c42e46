"""Where a test fails, what its system says of it is kept with it."""

from dataclasses import dataclass
from pathlib import Path

from local.pile import Pile
from local.processus import Processus
from tests.outils.attente import attendre
from tests.outils.temoins import dires


@dataclass
class Lieu:
    """As the fixtures of the restorations and of the sequences: they hold their system."""

    pile: Pile


def test_qui_s_est_arrete_est_nomme_avec_la_fin_de_son_journal(tmp_path: Path) -> None:
    """Three restorations of seven failed beside another CERES, once, and nothing was left that told why."""
    pile = Pile(tmp_path, ephemere=True)
    ordres = {"jures": "echo '2026 [error    ] base'; kill -KILL $$", "sessions": "echo rien; exec sleep 60"}
    for nom, ordre in ordres.items():
        pile.services[nom] = Processus(nom, ["sh", "-c", ordre], pile.journaux / f"{nom}.log", bavard=False)
        pile.services[nom].lancer()
    try:
        attendre(lambda: not pile.services["jures"].vit)
        attendre(lambda: pile.services["jures"].derniers_mots())
        dits = [("processus arrêtés", "jures : code -9"), ("journal de jures", "2026 [error    ] base")]
        assert dires([Lieu(pile), pile, "autre chose", None]) == dits
    finally:
        pile.jeter()
