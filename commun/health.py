"""Whether a process lives, whether it can work, and its metrics, on the operations port.

Liveness never asks the database or the broker: restarting a process does not mend them. It does mend one that was seen
to hear nothing of a broker that works (ADR 69).
"""

from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import orjson
from eventlet import wsgi
from prometheus_client import generate_latest
from sqlalchemy.exc import OperationalError

from commun.bus import oreille
from commun.bus.broker import PANNES, connexion
from commun.bus.consumer import manquent
from commun.config import config
from commun.ecoute import ecouter
from commun.fils import sans_faillir
from commun.storage.db import moteur
from commun.storage.migrations import RevisionInadaptee, exiger_revision
from commun.telemetry import refus_de

Examen = Callable[[], None]

_SILENCE = 60
"""Seconds that who asks may say nothing: kept for ever, the lines of collectors that went without a word, their machine
lost, would come to take every place."""

_MUETS = (*PANNES, OperationalError, eventlet.Timeout)


def base_a_jour(service: str, paquet: str) -> Examen:
    """Returns a check that the database of `service` answers, and that this code can serve it."""

    def examiner() -> None:
        with moteur(service).connect() as db:
            exiger_revision(db, paquet)

    return examiner


def bus_joignable() -> None:
    """Checks that the broker accepts a connection."""
    if not config().embarque:
        with connexion() as ligne:
            ligne.connect()


class FilesManquantes(Exception):
    """Queues that this process does not read: what lacks, as a reader of its readiness is told."""


def files_lues(commence: Callable[[], bool]) -> Examen:
    """Returns a check that this process reads every queue that it should, once `commence` says that it has begun to."""

    def examiner() -> None:
        if not commence():
            raise FilesManquantes("pas encore lues")
        if oreille.sourd(oreille.DOUTE):
            raise FilesManquantes("ce que ce processus s'écrit ne lui revient pas")
        if manquent:
            raise FilesManquantes(" ; ".join(f"{file} : {raison}" for file, raison in sorted(manquent.items())))

    return examiner


def examiner(examens: dict[str, Examen]) -> dict[str, str]:
    """Returns « ok » or a French word of what is wrong, for each dependency; all are asked at once, for 2 s at most."""

    def verdict(examen: Examen) -> str:
        try:
            with eventlet.Timeout(2):
                examen()
            return "ok"
        except (RevisionInadaptee, FilesManquantes) as erreur:
            return str(erreur)
        except (Exception, eventlet.Timeout) as erreur:
            if refus_de(erreur):
                return "refuse la connexion"  # why, the log says: this is read from outside too, at the gateway's
            return "ne répond pas" if isinstance(erreur, _MUETS) else "en panne"

    fils = {nom: eventlet.spawn(verdict, examen) for nom, examen in examens.items()}
    return {nom: fil.wait() for nom, fil in fils.items()}


def application(examens: dict[str, Examen]) -> Callable[..., Iterable[bytes]]:
    """Returns the WSGI application of the operations port."""

    def repondre(environ: dict[str, Any], commencer: Callable[..., Any]) -> Iterable[bytes]:
        chemin, statut, forme = environ["PATH_INFO"], "200 OK", "application/json"
        if chemin == "/sante/vivant":
            sourd = oreille.sourd(oreille.CERTITUDE)
            statut = "503 Service Unavailable" if sourd else statut
            corps = orjson.dumps({"statut": "sourd" if sourd else "ok"})
        elif chemin == "/sante/pret":
            verdicts = examiner(examens)
            sain = all(v == "ok" for v in verdicts.values())
            statut = statut if sain else "503 Service Unavailable"
            corps = orjson.dumps({"statut": "ok" if sain else "indisponible", "dependances": verdicts})
        elif chemin == "/metrics":
            corps, forme = generate_latest(), "text/plain; version=0.0.4"
        else:
            corps, statut = b"{}", "404 Not Found"
        commencer(statut, [("Content-Type", forme), ("Content-Length", str(len(corps)))])
        return [corps]

    return repondre


def ouvrir(port: int, paquets: dict[str, str], commence: Callable[[], bool]) -> None:
    """Serves the operations port in a greenlet.

    Args:
        paquets: the package of each service of this process.
        commence: whether it has begun to read its queues; it starts, and lives, without a broker too.
    """
    examens: dict[str, Examen] = {f"base {nom}": base_a_jour(nom, paquet) for nom, paquet in paquets.items()}
    examens |= {"bus": bus_joignable, "files": files_lues(commence)}
    prise = ecouter((config().adresse, port), "CERES_PORT_EXPLOITATION")
    prise.accept = sans_faillir(prise.accept)
    eventlet.spawn(wsgi.server, prise, application(examens), log_output=False, socket_timeout=_SILENCE)
    oreille.ouvrir()
