"""Who may do what on the bus: one RabbitMQ user a service, and what the broker refuses it.

The one source of these rights: `make run` and the tests give them to their private broker (`local/rabbit.py`), and
`make docs` writes the manifests of `deploy/` from them. Standard library only, because who prepares a broker loads
neither kombu nor the services.

Every exchange is a topic, since topic permissions bear on routing keys; nobody but the operator may write to the
default exchange, which would let anyone put anything in anybody's queue, whatever the routing keys say.
"""

from dataclasses import dataclass

VHOST = "ceres"
EVENEMENTS = "ceres.evenements"
"""« jures.habilitation_modifiee », published by the service that its first word names."""
RPC = "ceres.rpc"
"""« jures.suspendre », the method called."""
REPONSES = "ceres.reponses"
"""« ceres_gateway.0199… », the address that a process of this user waits for its answers at."""
ATTENTE = "ceres.attente"
"""« 30s.jures.titres », the delay and the queue to which the message then goes home."""
RETOURS = "ceres.retours"
"""« 30s.jures.titres », back from waiting; « jures.titres », replayed by an operator."""
MORTS = "ceres.morts"
"""« jures.titres », the listener that could not handle the message."""
ECHANGES = (EVENEMENTS, RPC, REPONSES, ATTENTE, RETOURS, MORTS)

EXPLOITATION = "exploitation"
"""The operator: declares the topology, reads and replays dead letters, has replicas rebuilt."""

APPELS: dict[str, tuple[str, ...]] = {
    "candidats": ("referentiel_gardes", "sessions_gardes"),
    "gateway": (
        "candidats",
        "jures",
        "notifications",
        "referentiel",
        "referentiel_gardes",
        "sessions",
        "sessions_gardes",
    ),
    "jures": ("referentiel_gardes", "sessions_gardes"),
    "notifications": ("candidats_gardes", "gateway_gardes", "jures_gardes", "referentiel_gardes", "sessions_gardes"),
    "referentiel": ("sessions_gardes",),
    "sessions": ("candidats_gardes", "gateway_gardes", "jures_gardes", "referentiel_gardes"),
}
"""Who calls whom. A service calls the `…_gardes` of others; the gateway alone calls what people may do. It asks of
`sessions_gardes` how long accounts are kept, and of `referentiel_gardes` the centres that it keeps a copy of."""

RESERVES = ("reconstruire_repliques",)
"""Methods of services that only the operator calls."""

_RIEN = "^$"


@dataclass(frozen=True)
class Droits:
    """What RabbitMQ lets a user do: regular expressions on names, then (write, read) on the keys of each exchange."""

    utilisateur: str
    configure: str
    write: str
    read: str
    cles: dict[str, tuple[str, str]]


def utilisateur(service: str) -> str:
    """Returns the RabbitMQ user of a service, named as its PostgreSQL role is."""
    return f"ceres_{service}"


def droits(service: str) -> Droits:
    """Returns the rights of a service: to publish its events, call whom it may, answer, and read its own queues.

    Its queues of events are declared by the operator; its queue of requests and that of its answers, by itself.
    """
    if service == EXPLOITATION:
        tout = (".*", ".*")
        return Droits(utilisateur(service), ".*", ".*", ".*", dict.fromkeys(ECHANGES, tout))
    sien = f"({service}|{service}_gardes)"
    propres = rf"rpc\.{sien}|reponses\.{utilisateur(service)}\..+"
    ecrits = r"ceres\.(evenements|rpc|reponses|attente|morts)"
    lus = rf"ceres\.(rpc|reponses)|{service}\.(?!morts$).+"
    return Droits(
        utilisateur(service),
        configure=f"^({propres})$",
        write=f"^({ecrits}|{propres})$",
        read=f"^({lus}|{propres})$",
        cles={
            EVENEMENTS: (rf"^{service}\.", _RIEN),
            RPC: (_appelables(service), rf"^{sien}\.\*$"),
            REPONSES: (_appelants(service), rf"^{utilisateur(service)}\."),
            ATTENTE: (rf"^[0-9.]+s\.{service}\.", _RIEN),
            RETOURS: (_RIEN, _RIEN),
            MORTS: (rf"^{service}\.", _RIEN),
        },
    )


def _appelables(service: str) -> str:
    appeles = "|".join(APPELS.get(service, ()))
    return rf"^({appeles})\.(?!({'|'.join(RESERVES)})$)" if appeles else _RIEN


def _appelants(service: str) -> str:
    """Returns who may get an answer from this service: those who may call it, and itself, to see that it hears."""
    noms = [nom for nom, appeles in APPELS.items() if nom == service or {service, f"{service}_gardes"} & set(appeles)]
    return rf"^({'|'.join(utilisateur(nom) for nom in (*noms, EXPLOITATION))})\."
