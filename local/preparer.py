"""Brings databases and broker to what the code expects: `python -m local.preparer`, its orders in JSON on its input.

A process of its own, so that who supervises loads neither the services nor what they import. While the broker is still
starting, it migrates and imports: then only the declarations are left to do.
"""

import importlib
import json
import sys
import time

from commun.bus import topology
from commun.bus.broker import PANNES
from commun.storage import migrations
from commun.telemetry import sans_ligne
from local.console import Empechement
from local.ordres import Ordres
from local.ports import SALUT_AMQP, repond


def preparer(ordres: Ordres) -> None:
    """Migrates every database, then declares every queue."""
    for paquet, url, role in ordres.bases:
        try:
            migrations.migrer(paquet, url, role)
        except migrations.RevisionInadaptee as ecart:
            raise Empechement(
                f"La base {role} est {ecart} pour cette version du projet : reprenez la plus récente, ou effacez les "
                "données (« make clean-data »)."
            ) from ecart
    for module in ordres.modules:
        importlib.import_module(module)
    while ordres.port_amqp and not repond(ordres.port_amqp, SALUT_AMQP):
        time.sleep(0.05)  # who started us watches the broker, and ends us if it does not come
    try:
        topology.declarer(ordres.amqp_url, ordres.modules)
    except PANNES as panne:
        raise Empechement(sans_ligne("RabbitMQ", "AMQP_URL", panne)) from panne


if __name__ == "__main__":
    try:
        preparer(Ordres(**json.load(sys.stdin)))
    except Empechement as empechement:
        sys.exit(str(empechement))
