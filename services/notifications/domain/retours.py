"""A bounce as mail servers write it (RFC 3464): which of our mails, and what became of it. Pure."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

_MESSAGE_ID = re.compile(r"<(?P<id>[0-9a-f-]{36})(?:\.\d+)?@[^>]+>")


@dataclass(frozen=True)
class Retour:
    """What a bounce says.

    Attributes:
        envoi_id: the mail that it answers.
        action: « failed » or « delayed » and the like.
        raison: the server's own words, for a person.
    """

    envoi_id: str
    action: str
    raison: str

    @property
    def definitif(self) -> bool:
        return self.action == "failed"


def lire_retour(brut: bytes) -> Retour | None:
    """Returns what this mail says of one of ours, `None` where it is no bounce or answers none that we know."""
    message = message_from_bytes(brut, policy=policy.default)
    if message.get_content_type() != "multipart/report":
        return None
    statut = next((p for p in message.walk() if p.get_content_type() == "message/delivery-status"), None)
    envoi_id = _envoi_de(message)
    if statut is None or envoi_id is None:
        return None
    champs = {nom.lower(): str(v) for bloc in statut.get_payload() for nom, v in bloc.items()}  # type: ignore[union-attr]
    action = champs.get("action", "").strip().lower()
    diagnostic = champs.get("diagnostic-code", "").partition(";")[2].strip() or champs.get("status", "").strip()
    if not action:
        return None
    return Retour(envoi_id, action, " ".join(diagnostic.split())[:500] or "Sans précision du serveur.")


def _envoi_de(message: EmailMessage) -> str | None:
    """Returns the id of our mail: from its Message-ID, in the copy that the bounce carries back."""
    for partie in message.walk():
        genre = partie.get_content_type()
        if genre == "text/rfc822-headers":
            entetes = partie.get_content()
        elif genre == "message/rfc822":
            entetes = str(partie.get_payload(0)["Message-ID"])  # type: ignore[index]
        else:
            continue
        if trouve := _MESSAGE_ID.search(entetes if isinstance(entetes, str) else entetes.decode(errors="replace")):
            return trouve["id"]
    return None
