"""`python -m tests.pannes.donnees`: the demo without its people, whom each test makes for itself."""

import os
from pathlib import Path

from demo import communes
from demo.charger import Chargement


class Reduit(Chargement):
    """The territories, the titres, the établissements, and the accounts; of the communes, those that the demo names:
    all of France's would be a third of the loading.
    """

    def _communes(self) -> Path:
        return communes.EXTRAIT

    def _jures(self) -> int:
        return 0

    def _candidats(self) -> int:
        return 0

    def _sessions(self) -> int:
        return 0


if __name__ == "__main__":
    for _ in Reduit(os.environ["CERES_URL"]).etapes():
        pass
