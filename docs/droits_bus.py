"""Writes the rights on the bus as objects of its operator: `python -m docs.droits_bus` (`--verifier`: says if stale).

`commun/bus/droits.py` is their one source: the private broker of `make run` and the cluster's refuse the same things.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from commun.bus.droits import APPELS, EXPLOITATION, VHOST, Droits, droits

FICHIER = Path(__file__).parent.parent / "deploy/components/bus/droits.yaml"
_AVIS = "# Écrit par `make docs` à partir de commun/bus/droits.py : ne pas modifier à la main.\n"
_BUS = {"name": "ceres-bus"}


def objets() -> Iterator[dict[str, Any]]:
    """Returns a user a service and the operator's, each with its permissions, on names then on routing keys."""
    for service in (*APPELS, EXPLOITATION):
        yield from _objets(service, droits(service))


def _objets(service: str, d: Droits) -> Iterator[dict[str, Any]]:
    lieu = {"user": d.utilisateur, "vhost": VHOST, "rabbitmqClusterReference": _BUS}
    secret = {"importCredentialsSecret": {"name": f"bus-{service}"}, "rabbitmqClusterReference": _BUS}
    noms = {"configure": d.configure, "write": d.write, "read": d.read}
    yield _objet("User", service, secret)
    yield _objet("Permission", service, {"permissions": noms, **lieu})
    for echange, (ecrire, lire) in d.cles.items():
        cles = {"exchange": echange, "write": ecrire, "read": lire}
        yield _objet("TopicPermission", f"{service}-{echange.removeprefix('ceres.')}", {"permissions": cles, **lieu})


def _objet(genre: str, nom: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "rabbitmq.com/v1beta1", "kind": genre, "metadata": {"name": nom}, "spec": spec}


class _SansAncre(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def principal(verifier: bool) -> int:
    """Writes the file, or says that it is out of date. Returns the exit code."""
    contenu = _AVIS + yaml.dump_all(objets(), Dumper=_SansAncre, sort_keys=False, width=1000)
    if FICHIER.exists() and FICHIER.read_text() == contenu:
        return 0
    if verifier:
        print(f"À réécrire par `make docs` : {FICHIER.name}")
        return 1
    FICHIER.write_text(contenu)
    return 0


if __name__ == "__main__":
    sys.exit(principal("--verifier" in sys.argv))
