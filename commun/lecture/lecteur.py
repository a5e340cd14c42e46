"""`python -m commun.lecture.lecteur`: the process of `a_part`. It loads what reads a file, and nothing that serves."""

import resource
import sys
from dataclasses import asdict

import orjson

from commun.lecture.classeur import Illisible
from commun.lecture.tableau import lire_tableau


def principal(secondes: int, octets: int, lignes_max: int, colonnes_max: int) -> None:
    """Reads the file of the standard input, and writes what it holds, or why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_CPU, (secondes, secondes))
    resource.setrlimit(resource.RLIMIT_AS, (octets, octets))
    try:
        lu = asdict(lire_tableau(sys.stdin.buffer.read(), lignes_max=lignes_max, colonnes_max=colonnes_max or None))
    except Illisible as refus:
        lu = {"illisible": str(refus)}
    sys.stdout.buffer.write(orjson.dumps(lu, default=list))


if __name__ == "__main__":
    principal(*map(int, sys.argv[1:]))
