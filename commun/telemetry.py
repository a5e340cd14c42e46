"""Logs that can be followed: one line an event, with the request's id through every hop; and the process's metrics."""

import logging
import sys
import traceback

import structlog
from prometheus_client import Counter, Gauge, Histogram

APPELS = Histogram("ceres_appels_secondes", "Duration of an RPC, at its callee", ["methode", "issue"])
CLIENTS = Histogram("ceres_appels_sortants_secondes", "Duration of an RPC, at its caller", ["methode", "issue"])
EVENEMENTS = Counter("ceres_evenements", "Events handled", ["ecouteur", "issue"])
PUBLIES = Counter("ceres_evenements_publies", "Events published", ["service"])
AGE_OUTBOX = Gauge("ceres_outbox_age_secondes", "Age of the oldest event not yet published", ["service"])

journal = structlog.get_logger()


def ouvrir_journal(forme: str) -> None:
    """Sets the process's logs up. `forme`: « json » for a machine, « texte » for a person."""
    rendu = structlog.processors.JSONRenderer() if forme == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            rendu,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries speak to the standard logging; nameko's containers print arguments and so personal data: silenced.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for bavard in ("nameko.containers", "amqp", "kombu", "alembic"):
        logging.getLogger(bavard).setLevel(logging.CRITICAL)


def pile(erreur: BaseException) -> list[str]:
    """Returns where in our code an exception came from, without its message, which may hold personal data."""
    cadres = traceback.extract_tb((erreur.__cause__ or erreur).__traceback__)
    notres = [cadre for cadre in cadres if "site-packages" not in cadre.filename] or cadres
    return [f"{cadre.filename}:{cadre.lineno} {cadre.name}" for cadre in notres][-8:]


def suivre(requete: str, **contexte: str) -> None:
    """Binds this greenlet's log lines to a request."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(requete=requete, **contexte)
