"""The example, as a service: `EXEMPLE_NOM` names it, so that several may run on one broker."""

import gc
import os
import signal
from pathlib import Path
from typing import Any

from commun.actes.methodes import commande, ecoute, lecture
from commun.actes.timers import timer
from commun.actes.unite import Unite
from commun.bus.rpc import rpc
from tests.commun.service_exemple import commands

NOM = os.environ.get("EXEMPLE_NOM", "exemple")
GARDES = f"{NOM}_gardes"


class Exemple:
    """The example."""

    name = NOM
    acte = Unite()

    @rpc
    def pid(self) -> int:
        return os.getpid()

    @rpc
    def figes(self) -> int:
        return gc.get_freeze_count()

    dormir = lecture(commands.dormir)
    ajouter = commande(commands.ajouter)

    @rpc
    def ajouter_puis_mourir(self, compteur_id: str, corps: Any, temoin: str) -> Any:
        resultat = self.acte.faire(commands.ajouter, compteur_id, corps)
        if Path(temoin).exists():  # once: after the commit, before the answer
            Path(temoin).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return resultat

    publier = commande(commands.publier)
    echouer = commande(commands.echouer)
    illisible = lecture(commands.illisible)
    enorme = lecture(commands.enorme)

    @rpc
    def prendre(self, objet_id: str, autre_id: str) -> Any:
        return self.acte.faire(commands.prendre, objet_id, autre_id, GARDES)

    @rpc
    def prendre_lentement(self, objet_id: str, secondes: float) -> Any:
        return self.acte.faire(commands.prendre_lentement, objet_id, GARDES, secondes)

    chose_arrivee = ecoute(commands.recevoir, f"{NOM}.chose_arrivee", file=f"{NOM}.choses")

    @timer(float(os.environ.get("EXEMPLE_MINUTERIE", "3600")))
    def tour(self) -> None:
        self.acte.faire(commands.noter, "tour")


class ExempleGardes:
    """What the example asks of itself."""

    name = GARDES
    acte = Unite(NOM)

    occupe = lecture(commands.occupe)
    dormir = lecture(commands.dormir)


SERVICES = [Exemple, ExempleGardes]
