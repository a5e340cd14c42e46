"""The links of the mailing list: opaque, unforgeable, and nowhere stored, so that a leaked base opens nothing.

A token holds which subscriber, which of his requests, until when, and a print that only the service's secret makes.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from commun.config import config
from commun.domain.errors import Introuvable

VALIDITE = timedelta(hours=48)
"""Of a confirmation. A link that unsubscribes never expires: old mails must keep their promise."""

_CORPS = struct.Struct(">16sII")
_EMPREINTE = 16


class Usage(StrEnum):
    """What a token is good for; one does not serve for the other."""

    CONFIRMATION = "confirmation"
    DESABONNEMENT = "desabonnement"


@dataclass(frozen=True)
class Jeton:
    """What a token says."""

    abonne_id: str
    demande: int


def exiger_secret() -> None:
    """Refuses to start where the links could be forged."""
    if len(config().secret) < 16:
        raise SystemExit("CERES_SECRET doit être posé (16 caractères au moins) : il signe les liens des courriels.")


def ecrire(usage: Usage, abonne_id: str, demande: int = 0, expire: datetime | None = None) -> str:
    """Returns a token."""
    corps = _CORPS.pack(UUID(abonne_id).bytes, demande, int(expire.timestamp()) if expire else 0)
    return base64.urlsafe_b64encode(corps + _signer(usage, corps)).decode().rstrip("=")


def lire(usage: Usage, jeton: str, maintenant: datetime) -> Jeton:
    """Returns what this token says.

    Raises:
        Introuvable: forged, altered, made for something else, or out of date.
    """
    try:
        octets = base64.urlsafe_b64decode(jeton + "=" * (-len(jeton) % 4)) if len(jeton) < 200 else b""
    except (binascii.Error, ValueError):
        octets = b""
    corps, empreinte = octets[: _CORPS.size], octets[_CORPS.size :]
    if len(corps) != _CORPS.size or not hmac.compare_digest(empreinte, _signer(usage, corps)):
        raise Introuvable("Ce lien n'est pas valable : vérifiez qu'il a été copié en entier.")
    abonne, demande, expire = _CORPS.unpack(corps)
    if expire and maintenant.timestamp() > expire:
        raise Introuvable("Ce lien a expiré : demandez une nouvelle inscription.")
    return Jeton(str(UUID(bytes=abonne)), demande)


def _signer(usage: Usage, corps: bytes) -> bytes:
    return hmac.digest(config().secret.encode(), usage.encode() + b"\0" + corps, "sha256")[:_EMPREINTE]
