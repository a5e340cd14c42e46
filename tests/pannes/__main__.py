"""`make pannes`: the long way, every promise or those named (`P=P1,P4`); what it saw goes into docs/fiabilite.md."""

import os
import sys
from pathlib import Path

import pytest

_ICI = Path(__file__).parent


def principal(promesses: list[str]) -> int:
    """Returns pytest's exit code."""
    os.environ["CERES_PANNES"] = "longue"
    numeros = [int(nom.strip().lstrip("Pp")) for nom in promesses] or range(1, 11)
    fichiers = [str(fichier) for n in numeros for fichier in sorted(_ICI.glob(f"test_p{n:02}_*.py"))]
    # some campaigns wait for minutes, the poison's last retry first: no stack is printed for it
    return int(pytest.main(["-s", "-o", "faulthandler_timeout=0", *fichiers]))


if __name__ == "__main__":
    sys.exit(principal([nom for argument in sys.argv[1:] for nom in argument.split(",") if nom]))
