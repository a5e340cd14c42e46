"""Logs that can be followed: one line an event, with the request's id through every hop; and the process's metrics."""

import json
import logging
import ssl
import sys
import time
import traceback
from datetime import UTC, datetime
from functools import cache
from typing import Any

from prometheus_client import Counter, Gauge, Histogram

from commun.domain.errors import ErreurInterne, Refus
from commun.imports import sans
from commun.spans import Portee, trace_en_cours

with sans("rich", "pygments"):  # 6 MB of each process, to colour tracebacks that we never print
    import structlog

# Labels are few and known beforehand: methods, routes, queues. Never an id, a name or a path.
APPELS = Histogram("ceres_appels_secondes", "Duration of an RPC, at its callee", ["methode", "issue"])
CLIENTS = Histogram("ceres_appels_sortants_secondes", "Duration of an RPC, at its caller", ["methode", "issue"])
EVENEMENTS = Counter("ceres_evenements", "Events handled", ["ecouteur", "issue"])
PUBLIES = Counter("ceres_evenements_publies", "Events published", ["service"])
AGE_OUTBOX = Gauge("ceres_outbox_age_secondes", "Age of the oldest event not yet published", ["service"])
ATTENTE_BASE = Histogram(
    "ceres_base_attente_secondes",
    "Wait for a connection of the database's pool",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3),
)

_duree = cache(APPELS.labels)  # few methods and issues: to find a series again costs more than to add to it
_ISSUES = ("fait", "refus", "erreur")

_REDITE = 60
"""Seconds between two lines on an absence that lasts."""

journal = structlog.get_logger()


def ouvrir_journal(forme: str) -> None:
    """Sets the process's logs up. `forme`: « json » for a machine, « texte » for a person."""
    rendu = structlog.processors.JSONRenderer() if forme == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _avec_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            rendu,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries speak to the standard logging; nameko's containers print arguments and so personal data: silenced.
    sortie = logging.StreamHandler(sys.stderr)
    sortie.setFormatter(_EnJson() if forme == "json" else logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[sortie])
    for bavard in ("nameko.containers", "amqp", "kombu", "alembic"):
        logging.getLogger(bavard).setLevel(logging.CRITICAL)


class _EnJson(logging.Formatter):
    """Makes of what a library says a line like ours: one, whatever it says, and where it failed rather than what of."""

    def format(self, record: logging.LogRecord) -> str:
        dit = {"event": record.getMessage(), "bibliotheque": record.name}
        erreur = record.exc_info[1] if record.exc_info else None
        pourquoi = faute(erreur) | {"type": nom_de(erreur)} if erreur else {}
        quand = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        return json.dumps({**dit, **pourquoi, "level": record.levelname.lower(), "timestamp": quand})


def _avec_trace(_journal: Any, _niveau: str, evenement: Any) -> Any:
    """Names the trace that a line belongs to, where spans are exported: the way from a log to what it was part of."""
    if trace := trace_en_cours():
        evenement["trace"] = trace
    return evenement


def refus_de(panne: BaseException) -> str | None:
    """Returns what a broker or a PostgreSQL answers to who may not come in (« password authentication failed for user
    … »), or what is wrong with its certificate, or with how it was to be spoken to (« invalid sslmode value … »), which
    names accounts and hosts, never people; `None` where it does not answer, or was already spoken to.
    """
    if isinstance(panne, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {panne.verify_message}"
    if dit := getattr(panne, "reply_text", None):  # without a code, it is no answer: the tag of a consumer, « None4 »
        return str(dit) if getattr(panne, "reply_code", 0) else None
    origine = getattr(panne, "orig", panne)
    if getattr(origine, "sqlstate", "") is not None:  # psycopg's has none where no line was opened; else it says enough
        return None
    lignes = str(origine).splitlines()
    refus = (ligne.partition("FATAL:")[2] for ligne in lignes)
    certificats = (ligne.rpartition("failed: ")[2] for ligne in lignes if "certificate" in ligne)
    reglages = (ligne.partition("is bad: ")[2] for ligne in lignes if "is bad: invalid " in ligne)
    return next((dit.strip() for dit in (*refus, *certificats, *reglages) if dit.strip()), None)


def sans_ligne(serveur: str, variable: str, panne: BaseException) -> str:
    """Returns the sentence of who could open no line to a server, which `variable` names."""
    refus = refus_de(panne)
    return (
        f"{serveur} refuse la connexion ({variable}) : {refus}" if refus else f"{serveur} ne répond pas ({variable})."
    )


def nom_de(panne: BaseException) -> str:
    """Returns what a failure is called: by psycopg, where SQLAlchemy wraps it (« ReadOnlySqlTransaction »)."""
    return type(getattr(panne, "orig", None) or panne).__name__


class Absence:
    """What is away and looked for again and again, said as it goes and then once a minute: said each time, it would
    hide all the rest.

    Args:
        evenement: what its lines are called.
    """

    def __init__(self, evenement: str) -> None:
        self._evenement = evenement
        self._dites: dict[str, float] = {}

    def constater(self, panne: BaseException, **details: str) -> None:
        """Says that it is away, and what was seen of it, unless that was said within a minute."""
        quoi, la = nom_de(panne), time.monotonic()
        if la - self._dites.get(quoi, float("-inf")) > _REDITE:
            self._dites[quoi] = la
            journal.warning(self._evenement, panne=quoi, raison=refus_de(panne), **details)

    def finir(self) -> None:
        """Says nothing: it is back, and its next absence will be said at once."""
        self._dites.clear()


def faute(erreur: BaseException) -> dict[str, Any]:
    """Returns what a line says of an exception: `type`, and where in our code it came from (`pile`); not its message,
    which may hold personal data.
    """
    # walked, not extracted: extracting looks at every source file again
    cadres = [(cadre.f_code, ligne) for cadre, ligne in traceback.walk_tb((erreur.__cause__ or erreur).__traceback__)]
    notres = [(code, ligne) for code, ligne in cadres if "site-packages" not in code.co_filename] or cadres
    pile = [f"{code.co_filename}:{ligne} {code.co_name}" for code, ligne in notres][-8:]
    return {"type": type(erreur).__name__, "pile": pile}


def suivre(requete: str, **contexte: str) -> None:
    """Binds this greenlet's log lines to a request."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(requete=requete, **contexte)


def attribuer(compte_id: str) -> None:
    """Says, on this greenlet's log lines from here on, for which account it works: by its id, that nobody reads it."""
    structlog.contextvars.bind_contextvars(compte=compte_id)


def compter_depuis_zero(methode: str) -> None:
    """Has each way a method may end counted from now on: a series that is born at one hides its first from those who
    watch it grow, and what is done once a day is first done long after its process started.
    """
    for issue in _ISSUES:
        _duree(methode, issue)


def conclure(
    worker_ctx: Any, duree: float, erreur: BaseException | None, portee: Portee | None, *, deja_dit: bool = False
) -> None:
    """Says in one line how a call or an event ended, measures it, and ends its span.

    Args:
        deja_dit: whether a line of its own has said that it went well.
    """
    issue = "fait" if erreur is None else "refus" if isinstance(erreur, Refus) else "erreur"
    code = erreur.en_clair()["code"] if isinstance(erreur, Refus) else None
    _duree(f"{worker_ctx.service_name}.{worker_ctx.entrypoint.method_name}", issue).observe(duree)
    details = {"ms": round(duree * 1000), "code": code}
    if erreur and (issue == "erreur" or isinstance(erreur, ErreurInterne)):
        journal.error("erreur", **faute(erreur), **details)
    elif not deja_dit:
        journal.info(issue, **details)
    if portee:
        portee.finir(issue if issue == "erreur" else "", **{"ceres.code": code or ""})
