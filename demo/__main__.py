"""`python -m demo`: loads the demo once; `CERES_URL` names the gateway, `DATABASE_URL_GATEWAY` its database."""

import os
import sys

from demo.charger import Chargement
from demo.client import Refus


def principal() -> int:
    """Returns the exit code."""
    chargement = Chargement(os.environ["CERES_URL"])
    if chargement.deja_fait:
        print("  déjà chargées")
        return 0
    try:
        for quoi, combien in chargement.etapes():
            print(f"  {combien} {quoi}", flush=True)
    except Refus as refus:
        print(f"  refusé : {refus}", file=sys.stderr)
        return 1
    return 0


sys.exit(principal())
