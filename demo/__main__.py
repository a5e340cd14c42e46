"""`python -m demo [TERRITOIRES]`: loads the demo once, on the gateway of `CERES_URL` and of `DATABASE_URL_GATEWAY`."""

import os
import signal
import sys
from pathlib import Path
from urllib.error import URLError

from sqlalchemy.exc import OperationalError

from commun.domain.errors import Indisponible
from demo.charger import Chargement
from demo.client import Refus

INJOIGNABLE = 3


def principal() -> int:
    """Returns the exit code."""
    try:
        chargement = Chargement(os.environ["CERES_URL"], *map(Path, sys.argv[1:]))
        if chargement.deja_fait:
            print("  déjà chargées")
            return 0
        for quoi, combien in chargement.etapes():
            print(f"  {combien} {quoi}", flush=True)
    except Refus as refus:
        print(f"  refusé : {refus}", file=sys.stderr)
        return 1
    except (Indisponible, OperationalError):
        print("  PostgreSQL ne répond pas (DATABASE_URL_<SERVICE>).", file=sys.stderr)
        return INJOIGNABLE
    except URLError:
        print("  CERES ne répond pas (CERES_URL).", file=sys.stderr)
        return INJOIGNABLE
    except KeyboardInterrupt:  # who started it says so, and where it goes on
        return 128 + signal.SIGINT
    return 0


sys.exit(principal())
