"""`make bench`: every bench, or those that are named; its table on the terminal and in docs/performances.md.

`python -m bench [--court] [NAME…]`. Short, it only shows that each bench works, and the page is left as it is.
`croissance` fills a base with ten million registrations, `travaux` waits for sixty turns of timers: they must be named.
"""

import argparse
import importlib
import subprocess
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.mesure import tableau
from bench.rapport import Bilan, Promesse, ecrire, nombre

BANCS = (
    "appels",
    "inscriptions",
    "evenements",
    "empreinte",
    "convocations",
    "diffusion",
    "repliques",
    "demandes",
    "listes",
    "export",
    "pages",
    "croissance",
    "travaux",
)
"""Each module has `mesurer(court, avancer)`, and `etapes(court)`, the number of times that it says it advances."""
LONGS = frozenset({"croissance", "travaux"})
"""Those that must be named: they take more than a few minutes."""


def principal(arguments: list[str]) -> int:
    """Measures, prints, writes; returns the exit code: 0 where all that was asked is reached."""
    lecteur = argparse.ArgumentParser(prog="python -m bench")
    lecteur.add_argument("noms", nargs="*", choices=[*BANCS, []], metavar="NOM")
    lecteur.add_argument("--court", action="store_true")
    lu = lecteur.parse_args(arguments)
    noms = lu.noms or [n for n in BANCS if n not in LONGS]
    if len(noms) > 1:  # a process each: none inherits the connections, or the memory, of the one before
        commande = [sys.executable, "-W", "ignore", "-m", "bench", *(["--court"] if lu.court else [])]
        codes = [subprocess.run([*commande, nom], check=False).returncode for nom in noms]
        return int(any(codes))  # that of one that was killed is below zero
    bilan = _mesurer(noms[0], lu.court)
    _montrer(bilan)
    if lu.court:
        return 0
    ecrire(noms[0], bilan.en_markdown())
    return 0 if bilan.tenu else 1


def _mesurer(nom: str, court: bool) -> Bilan:
    banc = importlib.import_module(f"bench.{nom}")
    console = Console(stderr=True)
    colonnes = (
        TextColumn("{task.fields[banc]:13}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*colonnes, console=console) as barre:
        tache, debut = barre.add_task("", banc=nom, total=banc.etapes(court)), time.monotonic()

        def avancer(quoi: str) -> None:
            barre.update(tache, advance=1, description=quoi)
            if not console.is_terminal:
                print(f"{nom} {time.monotonic() - debut:5.0f} s  {quoi}", file=sys.stderr, flush=True)

        return banc.mesurer(court, avancer)


def _montrer(bilan: Bilan) -> None:
    lignes = [[nombre(v) if isinstance(v, float) else v for v in ligne] for ligne in bilan.lignes]
    print(f"\n{bilan.titre}\n\n{tableau(bilan.entetes, lignes)}\n")
    for dit in (*bilan.promesses, *bilan.notes):
        print(f"  {'' if isinstance(dit, Promesse) else '· '}{dit}")


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
