"""The configuration of a process, read once from its environment. `docs/configuration.md` is generated from it."""

import math
import os
import re
from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from psycopg.pq import Conninfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


class ReglageFaux(SystemExit):
    """A variable says what nothing can be made of. Not caught, it ends the process by its sentence."""


def _suite(brut: str) -> tuple[float, ...]:
    return tuple(float(nombre) for nombre in brut.split(","))


def _sans_barre(brut: str) -> str:
    return brut.rstrip("/")


def _oui_ou_non(brut: str) -> bool:
    return {"0": False, "1": True}[brut]


_LECTURES: dict[Any, Callable[[str], Any]] = {bool: _oui_ou_non, tuple[float, ...]: _suite}
"""What makes a value of a text, for the types that do not make one themselves."""

_HTTP = ("https://", "http://")


def _reglage(env: str, defaut: Any, aide: str, **essais: Any) -> Any:
    """Returns the field of what an environment variable sets.

    Args:
        aide: what it sets, as the documentation says it.
        essais: `debuts`, how it begins, one way or another; `forme`, what the whole of it looks like, and the same in
            French; `parmi`, all that it may be; `au_moins`, the least that it or each of its numbers may be, `au_plus`,
            the most; and `lire`, what makes a value of its text, where the field's type does not.
    """
    return field(default=defaut, metadata={"env": env, "aide": aide, **essais})


_SITE = re.compile(r"https?://[^\s/?#@]+/?"), "une adresse sans chemin, « https://ceres.exemple.fr »"
_ADRESSE = r"[^\s<>@,;\x7f-\U0010ffff]+@[^\s<>@,;\x7f-\U0010ffff]+"  # smtplib says nothing but ASCII
_COURRIEL = re.compile(rf"{_ADRESSE}|[^\r\n<>]*<{_ADRESSE}>"), "une adresse de courriel, « ceres@exemple.fr »"
_PILOTE = re.compile(r"^postgres(ql)?(\+\w+)?:")


@dataclass(frozen=True)
class Config:
    """Everything that a deployment may set, each field by the environment variable that it names."""

    base: str = _reglage("DATABASE_URL", "", "PostgreSQL of this service")
    amqp: str = _reglage(
        "AMQP_URL", "memory://", "RabbitMQ; memory:// embeds the bus", debuts=("amqp://", "amqps://", "memory://")
    )
    bus_ac: str = _reglage("CERES_BUS_AC", "", "file of the authority that amqps:// trusts; none: the system's")
    cle_publique: str = _reglage(
        "CERES_CLE_PUBLIQUE",
        "",
        "Ed25519, PEM: checks actors; several, one after the other, while one replaces another",
    )
    cle_privee: str = _reglage("CERES_CLE_PRIVEE", "", "Ed25519, PEM: gateway only")
    date_simulable: bool = _reglage("CERES_DATE_SIMULABLE", False, "1: X-Date-Simulee is obeyed; never in production")
    port: int = _reglage("CERES_PORT", 8000, "HTTP port of the gateway", au_moins=1, au_plus=65535)
    adresse: str = _reglage("CERES_ADRESSE", "127.0.0.1", "address that HTTP listens on")
    proxys: int = _reglage(
        "CERES_PROXYS", 0, "trusted proxies before the gateway; 0: the line says who asks", au_moins=0
    )
    inactivite: float = _reglage(
        "CERES_INACTIVITE", 30.0, "minutes without a request that end a browser's session", au_moins=1
    )
    oidc_emetteur: str = _reglage(
        "CERES_OIDC_EMETTEUR", "", "ProConnect's issuer; none: local passwords alone", debuts=_HTTP
    )
    oidc_client: str = _reglage("CERES_OIDC_CLIENT", "", "our client_id there")
    oidc_secret: str = _reglage("CERES_OIDC_SECRET", "", "its client_secret")
    oidc_portee: str = _reglage("CERES_OIDC_PORTEE", "openid given_name usual_name email", "scopes asked of it")
    oidc_acr: str = _reglage("CERES_OIDC_ACR", "eidas1", "acr_values asked of it: others than eidas1 are required")
    sans_mot_de_passe: bool = _reglage(
        "CERES_SANS_MOT_DE_PASSE", False, "1: ProConnect alone lets people in, no local password; it must be set"
    )
    port_exploitation: int = _reglage(
        "CERES_PORT_EXPLOITATION", 0, "health and metrics; 0: none", au_moins=0, au_plus=65535
    )
    journal: str = _reglage("CERES_JOURNAL", "texte", "texte or json", parmi=("texte", "json"))
    otlp: str = _reglage(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "", "OpenTelemetry collector (HTTP); none: no spans", debuts=_HTTP
    )
    url_publique: str = _reglage(
        "CERES_URL_PUBLIQUE",
        "http://127.0.0.1:8000",
        "what links in mails and QR codes start with",
        lire=_sans_barre,
        debuts=_HTTP,
        forme=_SITE,
    )
    marque_etat: bool = _reglage(
        "CERES_MARQUE_ETAT", False, "1: the pages bear the State's brand and font, whose use is reserved"
    )
    ouvriers: int = _reglage("CERES_OUVRIERS", 16, "concurrent calls of a service", au_moins=1)
    delai_appel: float = _reglage("CERES_DELAI_APPEL", 4.5, "seconds that a request may take", au_moins=0.1)
    delais_reprise: tuple[float, ...] = _reglage(
        "CERES_DELAIS_REPRISE",
        (5, 30, 300),
        "seconds before each new try of an event that failed, then it is set aside; the same for who declares queues",
        au_moins=0.1,
    )
    dossier_sceaux: str = _reglage("CERES_DOSSIER_SCEAUX", "", "folder where the seals of the traces are written")
    secret: str = _reglage("CERES_SECRET", "", "notifications only: signs the links of the mailing list")
    smtp_hote: str = _reglage("CERES_SMTP_HOTE", "", "mail server; none: mails wait")
    smtp_port: int = _reglage("CERES_SMTP_PORT", 25, "its port", au_moins=1, au_plus=65535)
    smtp_tls: str = _reglage("CERES_SMTP_TLS", "", "starttls, implicite, or nothing", parmi=("starttls", "implicite"))
    smtp_identifiant: str = _reglage("CERES_SMTP_IDENTIFIANT", "", "login, if any")
    smtp_mot_de_passe: str = _reglage("CERES_SMTP_MOT_DE_PASSE", "", "its password")
    smtp_debit: float = _reglage(
        "CERES_SMTP_DEBIT", 0.0, "mails a second of each process, at most; 0: no limit", au_moins=0
    )
    courriel_expediteur: str = _reglage(
        "CERES_COURRIEL_EXPEDITEUR", "ne-pas-repondre@ceres.invalid", "From of every mail", forme=_COURRIEL
    )
    courriel_reponse: str = _reglage(
        "CERES_COURRIEL_REPONSE", "", "Reply-To of every mail, if any; a convocation's is its centre", forme=_COURRIEL
    )

    def exiger_base(self, service: str) -> None:
        """Sees that a database is named for `service`, by what is an address of PostgreSQL.

        Raises:
            ReglageFaux: the process would serve nobody, and never say why.
        """
        variable = self.variable_de(service)  # what it holds may have a password: not said
        try:
            adresse = make_url(self.base_de(service))
        except (ArgumentError, ValueError):
            adresse = None
        if adresse is None or adresse.drivername != "postgresql":
            raise ReglageFaux(f"{variable} doit nommer la base de {service} : postgresql://…")
        if not adresse.query.keys() <= {option.keyword.decode() for option in Conninfo.get_defaults()}:
            raise ReglageFaux(f"{variable} a, après son « ? », une option que PostgreSQL ne connaît pas.")

    @staticmethod
    def variable_de(service: str) -> str:
        """Returns the variable that names the database of `service`."""
        propre = f"DATABASE_URL_{service.upper()}"
        return propre if os.environ.get(propre) else "DATABASE_URL"

    def base_de(self, service: str) -> str:
        """Returns the database of `service`: `DATABASE_URL_<SERVICE>` where several share a process. Its driver is ours
        to choose: one that the address names (« postgresql+psycopg2: ») is left out.
        """
        return _PILOTE.sub("postgresql:", os.environ.get(f"DATABASE_URL_{service.upper()}") or self.base)

    @property
    def embarque(self) -> bool:
        """Whether the bus lives in this process, without RabbitMQ."""
        return self.amqp.startswith("memory:")


def lire(environnement: dict[str, str] | None = None) -> Config:
    """Returns the configuration that this environment says.

    Raises:
        ReglageFaux: a value is none of those that its variable may have; the variable is named.
    """
    env = os.environ if environnement is None else environnement
    dits = ((champ, env.get(champ.metadata["env"])) for champ in fields(Config))
    lue = Config(**{champ.name: _valeur(champ, brut) for champ, brut in dits if brut})
    if lue.sans_mot_de_passe and not lue.oidc_emetteur:  # nobody could come in, or who has a password still would
        raise ReglageFaux("CERES_SANS_MOT_DE_PASSE=1 demande ProConnect : CERES_OIDC_EMETTEUR n'est pas réglé.")
    return lue


def _valeur(champ: Field[Any], brut: str) -> Any:
    variable = champ.metadata["env"]
    lire_valeur: Callable[[str], Any] = champ.metadata.get("lire", _LECTURES.get(champ.type, champ.type))
    if (debuts := champ.metadata.get("debuts")) and not brut.startswith(debuts):  # it may hold a password: not said
        raise ReglageFaux(f"{variable} doit commencer par {' ou '.join(debuts)}.")
    if debuts and not _a_son_port(brut):
        raise ReglageFaux(f"{variable} n'est pas une adresse : son port n'est pas un nombre, de 1 à 65535.")
    if (forme := champ.metadata.get("forme")) and not forme[0].fullmatch(brut):
        raise ReglageFaux(f"{variable}={brut!r} : il faut {forme[1]}.")
    try:
        valeur = lire_valeur(brut)
    except KeyError:
        raise ReglageFaux(f"{variable}={brut!r} : il faut 1, ou 0.") from None
    except ValueError:
        raise ReglageFaux(f"{variable}={brut!r} n'est pas un nombre.") from None
    if (permises := champ.metadata.get("parmi")) and valeur not in permises:
        raise ReglageFaux(f"{variable}={brut!r} : il faut {' ou '.join(permises)}.")
    if (moins := champ.metadata.get("au_moins")) is not None:
        nombres = valeur if isinstance(valeur, tuple) else (valeur,)
        if not all(math.isfinite(nombre) and nombre >= moins for nombre in nombres):
            raise ReglageFaux(f"{variable}={brut!r} : il faut au moins {moins:g}.")
    if (plus := champ.metadata.get("au_plus")) is not None and valeur > plus:
        raise ReglageFaux(f"{variable}={brut!r} : il faut au plus {plus:g}.")
    return valeur


def _a_son_port(adresse: str) -> bool:
    """Whether the port of an address can be one, where it says any."""
    try:
        return urlsplit(adresse).port != 0
    except ValueError:
        return False


@cache
def config() -> Config:
    """Returns this process's configuration."""
    return lire()
