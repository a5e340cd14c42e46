"""`make run`: all of CERES in the foreground, until Ctrl-C."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from local.console import Empechement, Progres
from local.pile import RACINE, Pile
from local.ports import est_libre, est_permis, retenir
from local.reglages import ecrire
from local.surveillance import Surveillance

_COMPTES = (
    ("centre-demo", "centre agréé"),
    ("centre-autre-demo", "un autre centre agréé"),
    ("ud-demo", "unité départementale"),
    ("direccte-demo", "direction régionale"),
    ("national-demo", "mission nationale"),
    ("multi-demo", "plusieurs profils"),
)
_AUTRE_PORT = "choisissez-en un autre (make run CERES_PORT=8001)"
_SANS_PLACE = (errno.ENOSPC, errno.EDQUOT)
_SANS_RABBIT = """
Attention : RabbitMQ est introuvable, les services partagent donc un seul processus et un bus en mémoire.
Les bases restent sûres, mais un arrêt brutal perd les messages en route, tout arrêt ceux qui attendent un nouvel essai
ou ont été mis de côté, qu'aucune commande ne montre, et l'arrêt d'un service arrête les autres.
Pour lever ces réserves, installez RabbitMQ (apt-get install rabbitmq-server) ou nommez le vôtre dans AMQP_URL.
"""


def principal() -> int:
    """Returns the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both mean: stop cleanly
    dire = Progres()
    try:
        with _seul():
            return _tourner(dire)
    except Empechement as empechement:
        print(f"\n{empechement}", file=sys.stderr)
    except PermissionError as refus:
        print(f"\nCe compte n'a pas accès à {refus.filename} : relancez avec celui qui l'a créé.", file=sys.stderr)
    except OSError as panne:
        if panne.errno not in _SANS_PLACE:
            raise
        print("\nLe disque où est ce dossier n'a plus de place : faites-en, puis relancez.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nArrêt immédiat.", file=sys.stderr)
    return 1


def _tourner(dire: Progres) -> int:
    pile = Pile(RACINE / ".ceres", port=_port(), dire=dire)
    try:
        pile.demarrer()
        ecrire(RACINE / ".ceres/exploitation.env", pile.reglages_exploitation())
        _charger_demo(pile, dire)
        dire("Prêt.")
        print(_banniere(pile), flush=True)
        Surveillance(pile.processus, dire).veiller()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        dire("Arrêt en cours (Ctrl-C encore une fois pour couper net)…")
        return 0
    finally:
        try:
            pile.arreter()
        except KeyboardInterrupt:
            pile.tuer()
            raise
        dire("Tout est arrêté ; les données restent dans .ceres.")


@contextmanager
def _seul() -> Iterator[None]:
    """Holds the folder's lock: two runs would fight for its data."""
    (RACINE / ".ceres").mkdir(exist_ok=True)
    with (RACINE / ".ceres/verrou").open("a") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Empechement("CERES tourne déjà depuis ce dossier : arrêtez-le d'abord (Ctrl-C).") from None
        yield


def _port() -> int:
    brut = os.environ.get("CERES_PORT") or "8000"
    if not brut.isdecimal() or not 0 < int(brut) < 65_536:
        raise Empechement(f"CERES_PORT={brut} n'est pas un numéro de port.")
    if not est_permis(int(brut)):
        raise Empechement(f"Ce compte n'a pas le droit d'ouvrir le port {brut} : {_AUTRE_PORT}.")
    if not (est_libre(int(brut)) and retenir(int(brut))):
        raise Empechement(f"Le port {brut} est déjà pris par un autre programme : arrêtez-le, ou {_AUTRE_PORT}.")
    return int(brut)


def _charger_demo(pile: Pile, dire: Progres) -> None:
    if not (RACINE / "demo/__main__.py").exists():
        return
    dire("Données de démonstration…")
    env = pile.environnement(*pile.bases) | {"CERES_URL": pile.url}
    if subprocess.run([sys.executable, "-m", "demo"], cwd=RACINE, env=env, check=False).returncode:
        dire("Les données de démonstration sont incomplètes (voir ci-dessus) ; CERES tourne quand même.")


def _banniere(pile: Pile) -> str:
    comptes = "\n".join(f"    {compte:<20}{profil}" for compte, profil in _COMPTES)
    return (
        f"\nCERES est prêt : {pile.url}\n\n  Comptes de démonstration (mot de passe : demo)\n{comptes}\n\n"
        + (f"  Courriels envoyés : {pile.url_courrier}\n" if pile.url_courrier else "")
        + f"  Journaux : {pile.journaux.relative_to(RACINE)}/   Arrêt : Ctrl-C\n"
        + (_SANS_RABBIT if pile.embarque else "")
    )


if __name__ == "__main__":
    sys.exit(principal())
