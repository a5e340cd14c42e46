"""A bounce as mail servers write it (RFC 3464): which of our mails, and what became of it. Pure."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from services.notifications.domain.adresses import sans_adresses

_ENVELOPPE = re.compile(r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(?P<demande>\d{1,9}))?")
_ECHEC = "failed"
_MESSAGE_ID = re.compile(rf"<{_ENVELOPPE.pattern}@[^>]{{1,255}}>")


@dataclass(frozen=True)
class Retour:
    """What a bounce says.

    Attributes:
        envoi_id: the mail that it answers.
        action: « failed » or « delayed » and the like.
        raison: the server's own words, for a person, without the address.
        demande: which sending of this mail it answers, the first unless somebody asked for it again.
    """

    envoi_id: str
    action: str
    raison: str
    demande: int = 1

    @property
    def definitif(self) -> bool:
        return self.action == _ECHEC


def lire_retour(brut: bytes) -> Retour | None:
    """Returns what this mail says of one of ours, `None` where it is no bounce or answers none that we know."""
    # the library's old policy, because the modern one parses each header it gives, and may raise on a malformed one
    message = message_from_bytes(brut)
    if message.get_content_type() != "multipart/report" and not _est_d_opensmtpd(message):
        return None
    statut = next((p for p in message.walk() if p.get_content_type() == "message/delivery-status"), None)
    if statut is None:
        return None
    blocs = [{nom.lower(): str(v) for nom, v in bloc.items()} for bloc in statut.walk() if bloc is not statut]
    champs = {nom: v for bloc in blocs for nom, v in bloc.items()}
    # a relay may give a mail another Message-ID, and hands back what its envelope bore (RFC 3461), where it knows how
    numero = _ENVELOPPE.fullmatch(champs.get("original-envelope-id", "").strip()) or _numero_de(message)
    # an address may lead to several mailboxes, each told of apart: that one failed is not hidden by what follows it
    if len(siens := [bloc for bloc in blocs if "action" in bloc]) > 1:
        champs = next((bloc for bloc in siens if _action_de(bloc) == _ECHEC), siens[-1])
    action = _action_de(champs)
    dit = champs.get("diagnostic-code", "").partition(";")[2].strip()
    diagnostic = dit or _dit_en_clair(message, champs) or champs.get("status", "").strip()
    if not action or numero is None:
        return None
    raison = sans_adresses(" ".join(diagnostic.split()))[:500]
    return Retour(numero["id"], action, raison or "Sans précision du serveur.", int(numero["demande"] or 1))


def _action_de(champs: dict[str, str]) -> str:
    return champs.get("action", "").strip().lower()


def _est_d_opensmtpd(message: Message) -> bool:
    """Returns whether this is how OpenSMTPD writes one, as parts that are no report; who forwards one is no daemon."""
    expediteur = parseaddr(str(message["From"]))[1].lower()
    return message.get_content_type() == "multipart/mixed" and expediteur.startswith("mailer-daemon@")


def _dit_en_clair(message: Message, champs: dict[str, str]) -> str:
    """Returns why, where people alone are told so, after the address: OpenSMTPD always does, Exim of an address that
    leads nowhere.
    """
    adresse = champs.get("final-recipient", "").partition(";")[2].strip()
    avis = next((p for p in message.walk() if p.get_content_type() == "text/plain"), None)
    if not adresse or avis is None:
        return ""
    texte = (avis.get_payload(decode=True) or b"").decode(errors="replace")  # type: ignore[union-attr]
    dit = re.search(rf"^[ \t]*{re.escape(adresse)}:?\s+(.+?)(?:\n[ \t\r]*\n|\Z)", texte, re.MULTILINE | re.DOTALL)
    return dit[1] if dit else ""


def _numero_de(message: Message) -> re.Match[str] | None:
    """Returns which of our mails, and which sending of it: its Message-ID, in the copy that the bounce carries back."""
    dans_le_retour = False
    for partie in message.walk():
        if partie.get_content_type() == "text/rfc822-headers":
            entetes = (partie.get_payload(decode=True) or b"").decode(errors="replace")  # type: ignore[union-attr]
        else:
            entetes = str(partie["Message-ID"]) if dans_le_retour else ""
        dans_le_retour = partie.get_content_type() == "message/rfc822"
        if trouve := _MESSAGE_ID.search(entetes):
            return trouve
    return None
