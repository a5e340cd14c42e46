"""`python -m tests.pannes.donnees`: of the demo, what the tests name; people, each makes for itself."""

import os
from typing import Any

from demo import communes
from demo.charger import Chargement
from tests.parcours.monde import TITRE, TITRE_A_CCS

_TITRES = (TITRE, TITRE_A_CCS)
_CENTRES = ("centre-demo", "centre-autre-demo")


class Reduit(Chargement):
    """Two titres, two centres and their agréments, and the accounts."""

    def _lire(self, nom: str) -> list[dict[str, Any]]:
        if nom == "catalogue":
            return [titre for titre in super()._lire(nom) if titre["code"] in _TITRES]
        if nom == "etablissements":
            return [
                centre | {"agrements": [a for a in centre["agrements"] if a["corps"].get("titre_code") in _TITRES]}
                for centre in super()._lire(nom)
                if centre["cle"] in _CENTRES
            ]
        return []


if __name__ == "__main__":
    for _ in Reduit(os.environ["CERES_URL"], communes.EXTRAIT).etapes():
        pass
