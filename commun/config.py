"""The configuration of a process, read once from its environment. `docs/configuration.md` is generated from it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache


def _suite(brut: str) -> tuple[float, ...]:
    return tuple(float(nombre) for nombre in brut.split(","))


@dataclass(frozen=True)
class Config:
    """Everything that a deployment may set. Each field is the environment variable named in `metadata`."""

    base: str = field(default="", metadata={"env": "DATABASE_URL", "aide": "PostgreSQL of this service"})
    amqp: str = field(default="memory://", metadata={"env": "AMQP_URL", "aide": "RabbitMQ; memory:// embeds the bus"})
    bus_ac: str = field(
        default="",
        metadata={"env": "CERES_BUS_AC", "aide": "file of the authority that amqps:// trusts; none: the system's"},
    )
    cle_publique: str = field(default="", metadata={"env": "CERES_CLE_PUBLIQUE", "aide": "Ed25519, PEM: checks actors"})
    cle_privee: str = field(default="", metadata={"env": "CERES_CLE_PRIVEE", "aide": "Ed25519, PEM: gateway only"})
    date_simulable: bool = field(
        default=False,
        metadata={"env": "CERES_DATE_SIMULABLE", "aide": "1: X-Date-Simulee is obeyed; never in production"},
    )
    port: int = field(default=8000, metadata={"env": "CERES_PORT", "aide": "HTTP port of the gateway"})
    adresse: str = field(default="127.0.0.1", metadata={"env": "CERES_ADRESSE", "aide": "address that HTTP listens on"})
    proxys: int = field(
        default=0,
        metadata={"env": "CERES_PROXYS", "aide": "trusted proxies before the gateway; 0: the line says who asks"},
    )
    inactivite: float = field(
        default=30.0,
        metadata={"env": "CERES_INACTIVITE", "aide": "minutes without a request that end a browser's session"},
    )
    oidc_emetteur: str = field(
        default="", metadata={"env": "CERES_OIDC_EMETTEUR", "aide": "ProConnect's issuer; none: local passwords alone"}
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
        },
    )
    port_exploitation: int = field(
        default=0, metadata={"env": "CERES_PORT_EXPLOITATION", "aide": "health and metrics; 0: none"}
    )
    journal: str = field(default="texte", metadata={"env": "CERES_JOURNAL", "aide": "texte or json"})
    otlp: str = field(
        default="",
        metadata={"env": "OTEL_EXPORTER_OTLP_ENDPOINT", "aide": "OpenTelemetry collector (HTTP); none: no spans"},
    )
    url_publique: str = field(
        default="http://127.0.0.1:8000",
        metadata={"env": "CERES_URL_PUBLIQUE", "aide": "what links in mails and QR codes start with"},
    )
    marque_etat: bool = field(
        default=False,
        metadata={
            "env": "CERES_MARQUE_ETAT",
            "aide": "1: the pages bear the State's brand and font, whose use is reserved",
        },
    )
    ouvriers: int = field(default=16, metadata={"env": "CERES_OUVRIERS", "aide": "concurrent calls of a service"})
    delai_appel: float = field(
        default=4.5, metadata={"env": "CERES_DELAI_APPEL", "aide": "seconds that a request may take"}
    )
    delais_reprise: tuple[float, ...] = field(
        default=(5, 30, 300),
        metadata={
            "env": "CERES_DELAIS_REPRISE",
            "aide": "seconds before each new try of an event that failed, then it is set aside",
            "lire": _suite,
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
    smtp_port: int = field(default=25, metadata={"env": "CERES_SMTP_PORT", "aide": "its port"})
    smtp_tls: str = field(default="", metadata={"env": "CERES_SMTP_TLS", "aide": "starttls, implicite, or nothing"})
    smtp_identifiant: str = field(default="", metadata={"env": "CERES_SMTP_IDENTIFIANT", "aide": "login, if any"})
    smtp_mot_de_passe: str = field(default="", metadata={"env": "CERES_SMTP_MOT_DE_PASSE", "aide": "its password"})
    smtp_debit: float = field(
        default=0.0,
        metadata={"env": "CERES_SMTP_DEBIT", "aide": "mails a second of each process, at most; 0: no limit"},
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
        ValueError: a number is not one; the variable is named.
    """
    env = os.environ if environnement is None else environnement
    valeurs: dict[str, object] = {}
    for nom, champ in Config.__dataclass_fields__.items():
        variable = champ.metadata["env"]
        if not (brut := env.get(variable)):
            continue
        lire_valeur: Callable[[str], object] = champ.metadata.get("lire", champ.type)
        try:
            valeurs[nom] = brut == "1" if champ.type is bool else lire_valeur(brut)
        except ValueError as erreur:
            raise ValueError(f"{variable}={brut!r} n'est pas un nombre.") from erreur
    return Config(**valeurs)  # type: ignore[arg-type]


@cache
def config() -> Config:
    """Returns this process's configuration."""
    return lire()
