"""The gateway's commands and queries, run in this process on its base: by CERES itself, unless `acte_de` says who."""

from collections.abc import Callable
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel


def acte_de(qui: Acteur | None) -> Acte:
    """Returns an act of somebody; of who has not signed in, for `None`."""
    return Acte("gateway", Appel("essai"), _acteur=qui)


def acte_de_ceres() -> Acte:
    """Returns an act of CERES itself."""
    return Acte.de_ceres("gateway", "essai")


def faire(commande: Callable[..., Any], *arguments: Any) -> Any:
    """Runs a command as CERES itself."""
    return acte_de_ceres().faire(commande, *arguments)


def lire(requete: Callable[..., Any], *arguments: Any) -> Any:
    """Runs a query as CERES itself."""
    return acte_de_ceres().lire(requete, *arguments)
