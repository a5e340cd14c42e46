"""The configuration of a process, read once from its environment. `docs/configuration.md` is generated from it."""

import math
import os
from collections.abc import Callable
from dataclasses import Field, dataclass, field
from functools import cache
from typing import Any


class ReglageFaux(SystemExit):
    """A variable says what nothing can be made of. Not caught, it ends the process by its sentence."""


def _suite(brut: str) -> tuple[float, ...]:
    return tuple(float(nombre) for nombre in brut.split(","))


def _sans_barre(brut: str) -> str:
    return brut.rstrip("/")


def _oui_ou_non(brut: str) -> bool:
    return {"0": False, "1": True}[brut]


_HTTP = ("https://", "http://")


@dataclass(frozen=True)
class Config:
    """Everything that a deployment may set. Each field is the environment variable named in `metadata`."""

    base: str = field(default="", metadata={"env": "DATABASE_URL", "aide": "PostgreSQL of this service"})
    amqp: str = field(
        default="memory://",
        metadata={
            "env": "AMQP_URL",
            "aide": "RabbitMQ; memory:// embeds the bus",
            "debuts": ("amqp://", "amqps://", "memory://"),
        },
    )
    bus_ac: str = field(
        default="",
        metadata={"env": "CERES_BUS_AC", "aide": "file of the authority that amqps:// trusts; none: the system's"},
    )
    cle_publique: str = field(
        default="",
        metadata={
            "env": "CERES_CLE_PUBLIQUE",
            "aide": "Ed25519, PEM: checks actors; several, one after the other, while one replaces another",
        },
    )
    cle_privee: str = field(default="", metadata={"env": "CERES_CLE_PRIVEE", "aide": "Ed25519, PEM: gateway only"})
    date_simulable: bool = field(
        default=False,
        metadata={
            "env": "CERES_DATE_SIMULABLE",
            "aide": "1: X-Date-Simulee is obeyed; never in production",
            "lire": _oui_ou_non,
        },
    )
    port: int = field(default=8000, metadata={"env": "CERES_PORT", "aide": "HTTP port of the gateway", "au_moins": 1})
    adresse: str = field(default="127.0.0.1", metadata={"env": "CERES_ADRESSE", "aide": "address that HTTP listens on"})
    proxys: int = field(
        default=0,
        metadata={
            "env": "CERES_PROXYS",
            "aide": "trusted proxies before the gateway; 0: the line says who asks",
            "au_moins": 0,
        },
    )
    inactivite: float = field(
        default=30.0,
        metadata={
            "env": "CERES_INACTIVITE",
            "aide": "minutes without a request that end a browser's session",
            "au_moins": 1,
        },
    )
    oidc_emetteur: str = field(
        default="",
        metadata={
            "env": "CERES_OIDC_EMETTEUR",
            "aide": "ProConnect's issuer; none: local passwords alone",
            "debuts": _HTTP,
        },
    )
    oidc_client: str = field(default="", metadata={"env": "CERES_OIDC_CLIENT", "aide": "our client_id there"})
    oidc_secret: str = field(default="", metadata={"env": "CERES_OIDC_SECRET", "aide": "its client_secret"})
    oidc_portee: str = field(
        default="openid given_name usual_name email",
        metadata={"env": "CERES_OIDC_PORTEE", "aide": "scopes asked of it"},
    )
    oidc_acr: str = field(
        default="eidas1", metadata={"env": "CERES_OIDC_ACR", "aide": "acr_values asked of it; empty: none"}
    )
    sans_mot_de_passe: bool = field(
        default=False,
        metadata={
            "env": "CERES_SANS_MOT_DE_PASSE",
            "aide": "1: ProConnect alone lets people in, no local password; it must be set",
            "lire": _oui_ou_non,
        },
    )
    port_exploitation: int = field(
        default=0, metadata={"env": "CERES_PORT_EXPLOITATION", "aide": "health and metrics; 0: none", "au_moins": 0}
    )
    journal: str = field(
        default="texte", metadata={"env": "CERES_JOURNAL", "aide": "texte or json", "parmi": ("texte", "json")}
    )
    otlp: str = field(
        default="",
        metadata={"env": "OTEL_EXPORTER_OTLP_ENDPOINT", "aide": "OpenTelemetry collector (HTTP); none: no spans"},
    )
    url_publique: str = field(
        default="http://127.0.0.1:8000",
        metadata={
            "env": "CERES_URL_PUBLIQUE",
            "aide": "what links in mails and QR codes start with",
            "lire": _sans_barre,
            "debuts": _HTTP,
        },
    )
    marque_etat: bool = field(
        default=False,
        metadata={
            "env": "CERES_MARQUE_ETAT",
            "aide": "1: the pages bear the State's brand and font, whose use is reserved",
            "lire": _oui_ou_non,
        },
    )
    ouvriers: int = field(
        default=16, metadata={"env": "CERES_OUVRIERS", "aide": "concurrent calls of a service", "au_moins": 1}
    )
    delai_appel: float = field(
        default=4.5, metadata={"env": "CERES_DELAI_APPEL", "aide": "seconds that a request may take", "au_moins": 0.1}
    )
    delais_reprise: tuple[float, ...] = field(
        default=(5, 30, 300),
        metadata={
            "env": "CERES_DELAIS_REPRISE",
            "aide": "seconds before each new try of an event that failed, then it is set aside",
            "lire": _suite,
            "au_moins": 0.1,
        },
    )
    dossier_sceaux: str = field(
        default="",
        metadata={
            "env": "CERES_DOSSIER_SCEAUX",
            "aide": "folder where the seals of the traces are written",
        },
    )
    secret: str = field(
        default="", metadata={"env": "CERES_SECRET", "aide": "notifications only: signs the links of its mails"}
    )
    smtp_hote: str = field(default="", metadata={"env": "CERES_SMTP_HOTE", "aide": "mail server; none: mails wait"})
    smtp_port: int = field(default=25, metadata={"env": "CERES_SMTP_PORT", "aide": "its port", "au_moins": 1})
    smtp_tls: str = field(
        default="",
        metadata={
            "env": "CERES_SMTP_TLS",
            "aide": "starttls, implicite, or nothing",
            "parmi": ("starttls", "implicite"),
        },
    )
    smtp_identifiant: str = field(default="", metadata={"env": "CERES_SMTP_IDENTIFIANT", "aide": "login, if any"})
    smtp_mot_de_passe: str = field(default="", metadata={"env": "CERES_SMTP_MOT_DE_PASSE", "aide": "its password"})
    smtp_debit: float = field(
        default=0.0,
        metadata={
            "env": "CERES_SMTP_DEBIT",
            "aide": "mails a second of each process, at most; 0: no limit",
            "au_moins": 0,
        },
    )
    courriel_expediteur: str = field(
        default="ne-pas-repondre@ceres.invalid",
        metadata={"env": "CERES_COURRIEL_EXPEDITEUR", "aide": "From of every mail"},
    )
    courriel_reponse: str = field(
        default="", metadata={"env": "CERES_COURRIEL_REPONSE", "aide": "Reply-To of every mail, if any"}
    )

    def base_de(self, service: str) -> str:
        """Returns the database of `service`: `DATABASE_URL_<SERVICE>` where several share a process."""
        return os.environ.get(f"DATABASE_URL_{service.upper()}") or self.base

    @property
    def proconnect_seul(self) -> bool:
        """Whether local passwords are off: never without ProConnect, or nobody could come in."""
        return self.sans_mot_de_passe and bool(self.oidc_emetteur)

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
    bruts = {nom: env.get(champ.metadata["env"]) for nom, champ in Config.__dataclass_fields__.items()}
    valeurs = {nom: _valeur(Config.__dataclass_fields__[nom], brut) for nom, brut in bruts.items() if brut}
    return Config(**valeurs)


def _valeur(champ: Field[Any], brut: str) -> Any:
    variable = champ.metadata["env"]
    lire_valeur: Callable[[str], Any] = champ.metadata.get("lire", champ.type)
    if (debuts := champ.metadata.get("debuts")) and not brut.startswith(debuts):  # it may hold a password: not said
        raise ReglageFaux(f"{variable} doit commencer par {' ou '.join(debuts)}.")
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
    return valeur


@cache
def config() -> Config:
    """Returns this process's configuration."""
    return lire()
