"""A letter as RFC 5322 bytes. Cast once, filled for each recipient: a diffusion composes its message a single time."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.header import Header
from email.message import MIMEPart
from email.quoprimime import body_encode
from email.utils import format_datetime, formataddr, parseaddr

from commun.config import config

ADRESSE, ENVOI, DATE, LIEN = (f"__CERES_{nom}__" for nom in ("ADRESSE", "ENVOI", "DATE", "LIEN"))
"""What a mould leaves open. `LIEN` may stand in the texts: each recipient has his own."""

_FENTES = re.compile("|".join((ADRESSE, ENVOI, DATE, LIEN)).encode())
_SMTP = policy.SMTP
_DOUX = "=\r\n"  # a soft line break of quoted-printable: it leaves no trace in the text
_LIGNE = 76
_ENCODEE = _LIGNE - 1  # the soft line break that may follow a piece ends its last line


class Abandon(Exception):
    """A mail that will never leave: who it was for is unknown, or it has become pointless. The reason is for people."""


@dataclass(frozen=True)
class Courrier:
    """A mail ready to leave."""

    adresse: str
    contenu: bytes


@dataclass(frozen=True)
class Piece:
    """An attachment. `parametres`: of its content type."""

    nom: str
    type: str
    contenu: bytes
    parametres: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lettre:
    """What a mail says."""

    objet: str
    texte: str
    html: str
    pieces: tuple[Piece, ...] = ()
    entetes: dict[str, str] = field(default_factory=dict)


class Moule:
    """A letter ready for any recipient, its lines already fit for SMTP."""

    def __init__(self, lettre: Lettre) -> None:
        brut = _message(lettre).as_bytes(policy=_SMTP).replace(b"\r\n.", b"\r\n..")
        self._pleins = _FENTES.split(brut)
        self._fentes = [fente.decode() for fente in _FENTES.findall(brut)]
        # in a header the link is read as it is, in a body it is cut into lines
        entetes = brut.index(b"\r\n\r\n")
        debut, self._dans_un_corps = 0, []
        for plein, fente in zip(self._pleins, self._fentes, strict=False):
            debut += len(plein)
            self._dans_un_corps.append(fente == LIEN and debut > entetes)
            debut += len(fente)

    def remplir(self, *, adresse: str, envoi: str, instant: datetime, lien: str = "") -> bytes:
        """Returns the message for one recipient. `envoi`: the local part of its Message-ID."""
        valeurs = {ADRESSE: adresse, ENVOI: envoi, DATE: format_datetime(instant), LIEN: lien}
        morceaux = [self._pleins[0]]
        for fente, en_lignes, plein in zip(self._fentes, self._dans_un_corps, self._pleins[1:], strict=True):
            valeur = valeurs[fente]
            morceaux += [(_en_lignes(valeur) if en_lignes else valeur).encode("ascii"), plein]
        return b"".join(morceaux)


def expediteur() -> tuple[str, str]:
    """Returns the name and address that every mail comes from."""
    nom, adresse = parseaddr(config().courriel_expediteur)
    return nom or "CERES", adresse


def _message(lettre: Lettre) -> MIMEPart:
    nom, adresse = expediteur()
    textes = _ensemble("alternative", _texte("plain", lettre.texte), _texte("html", lettre.html))
    message = _ensemble("mixed", textes, *map(_piece, lettre.pieces)) if lettre.pieces else textes
    entetes = {
        "From": formataddr((nom, adresse)),
        "To": ADRESSE,
        "Subject": _objet(lettre.objet),
        "Date": DATE,
        "Message-ID": f"<{ENVOI}@{adresse.partition('@')[2]}>",
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **({"Reply-To": config().courriel_reponse} if config().courriel_reponse else {}),
        **lettre.entetes,
    }
    for entete, valeur in entetes.items():
        if entete in _TELS_QUELS:
            message.set_raw(entete, valeur)
        else:
            message[entete] = valeur
    return message


_TELS_QUELS = frozenset({"To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "MIME-Version"})
"""Headers whose open places the library would not read as what they will be, and the one of which it loses spaces where
it cuts between two accents."""


def _objet(objet: str) -> str:
    """Returns a subject as lines that are fit to be a header, no word of it being read as encoded that is not."""
    dit = " ".join(objet.split())
    tel_quel = dit.isascii() and "=?" not in dit
    return Header(dit, "us-ascii" if tel_quel else "utf-8", _LIGNE, "Subject").encode(linesep="\r\n")


def _ensemble(genre: str, *parties: MIMEPart) -> MIMEPart:
    ensemble = MIMEPart(policy=_SMTP)
    ensemble["Content-Type"] = f"multipart/{genre}"
    for partie in parties:
        ensemble.attach(partie)
    return ensemble


def _texte(genre: str, contenu: str) -> MIMEPart:
    partie = MIMEPart(policy=_SMTP)
    partie["Content-Type"] = f'text/{genre}; charset="utf-8"'
    partie["Content-Transfer-Encoding"] = "quoted-printable"
    octets = "\n".join(contenu.splitlines()).encode().decode("latin-1") + "\n"
    morceaux = [body_encode(morceau, _ENCODEE, "\r\n") for morceau in octets.split(LIEN)]
    partie.set_payload((_DOUX + LIEN + _DOUX).join(morceaux))
    return partie


def _piece(piece: Piece) -> MIMEPart:
    partie = MIMEPart(policy=_SMTP)
    grand, _, petit = piece.type.partition("/")
    nom = " ".join(piece.nom.split())
    partie.set_content(piece.contenu, grand, petit, filename=nom, params=piece.parametres)
    return partie


def _en_lignes(valeur: str) -> str:
    return body_encode(valeur, _ENCODEE, "\r\n").replace("\r\n.", "\r\n..")
