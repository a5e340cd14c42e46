"""`python -m bench.annee [ÉCHELLE] [--clients N] [--ecrire]`: replays a national year, counts it again, reports.

At 1, 25,000 sessions. The first run draws and loads the country as it stands on the first of January, some minutes.
"""

import argparse
import signal
import sys
import time
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench.annee import processeur, rapport
from bench.annee.autres import ABONNES, dossier_des_versions, dossiers_des_jures
from bench.annee.calme import attendre_le_calme
from bench.annee.comptes import ouvrir_comptes
from bench.annee.courriels import mesurer
from bench.annee.demandes import Dossier
from bench.annee.plan import Annee, dessiner_annee
from bench.annee.recomptes import recompter, refus_prevus
from bench.annee.rejeu import Bilan, Rejeu
from bench.annee.session import DossierDeSession
from bench.donnees.monde import Tailles, dessiner
from bench.national import Nation, pile_nationale
from bench.rapport import ecrire
from commun import clock

SESSIONS = 25_000
NOUVEAUX_JURES = 1_500
CLIENTS = 8
STOCK = Tailles(candidats=5_000, sessions=1_000, demandes_vae=500, un_courriel_sur=100)
"""What is there on the first of January: 60,000 jurés and their 110,000 habilitations, few candidates."""


def principal() -> int:
    """Returns the exit code: 0 where nothing was refused or accepted but as planned, and nothing was lost."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the system goes with us, and its data
    arguments = _arguments()
    jour = date(clock.jour().year + 1, 1, 1)  # ahead of the real day: what falls due by itself does not meddle
    tailles = STOCK.reduites(arguments.echelle) if arguments.echelle != 1 else STOCK
    console = Console(stderr=True)
    console.print("Tirage de l'année…")
    annee = dessiner_annee(dessiner(tailles, jour), round(SESSIONS * arguments.echelle))
    with pile_nationale(tailles=tailles, jour=jour, dire=console.print) as nation:
        jetons = ouvrir_comptes(nation.base("gateway"), annee.monde)
        avant = processeur.secondes(nation.pile)
        bilan = _rejouer(nation, annee, jetons, arguments, console)
        console.print("Attente des derniers événements et courriels…")
        debut = time.perf_counter()
        attendre_le_calme(nation)
        calme = time.perf_counter() - debut
        apres = processeur.secondes(nation.pile)
        console.print("Recompte…")
        constat = recompter(nation, annee)
        console.print("Coût d'un courriel…")
        cout = mesurer(nation, annee, jetons)
        temps = {nom: apres[nom] - avant.get(nom, 0.0) for nom in apres}
        prevus = refus_prevus(annee, round(NOUVEAUX_JURES * arguments.echelle))
        for code, n in prevus.items():
            constat.exiger(f"refus {code}", n, bilan.refus[code])
        texte = rapport.rediger(bilan, constat, temps, calme, prevus, cout, arguments)
    print(texte)
    if arguments.ecrire:
        ecrire("annee", texte)
    return int(bool(bilan.ecarts or constat.ecarts))


def dossiers(annee: Annee, echelle: float) -> list[Dossier]:
    """Returns everything that happens in the year."""
    jures = round(NOUVEAUX_JURES * echelle)
    return [
        *(Dossier(DossierDeSession(annee, s).etapes(), s.inscrits) for s in annee.sessions),
        *dossiers_des_jures(annee, jures),
        dossier_des_versions(annee, round(ABONNES * echelle)),
    ]


def _rejouer(
    nation: Nation, annee: Annee, jetons: dict[str, str], arguments: argparse.Namespace, console: Console
) -> Bilan:
    tous = dossiers(annee, arguments.echelle)
    colonnes = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*colonnes, console=console, refresh_per_second=1) as barre:
        tache = barre.add_task("Année", total=len(tous))

        def suivre(finis: int, jour: date) -> None:
            barre.update(tache, completed=finis, description=f"{jour:%d/%m}")

        return Rejeu(nation.url, jetons, arguments.clients, suivre).jouer(tous)


def _arguments() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(prog="bench.annee", description="Rejoue une année nationale.")
    lecteur.add_argument("echelle", type=float, nargs="?", default=1.0, help="1 : 25 000 sessions")
    lecteur.add_argument("--clients", type=int, default=CLIENTS, help="clients simultanés")
    lecteur.add_argument("--ecrire", action="store_true", help="écrit le rapport dans docs/performances.md")
    return lecteur.parse_args()


if __name__ == "__main__":
    sys.exit(principal())
