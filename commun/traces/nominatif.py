"""What traces say of a person, sealed under that person's own key: destroy the key, and nobody reads it again.

The traces are append-only and hash-chained, so what they hold of a person cannot be blanked out. It is written sealed
(AES-GCM): the chain covers the sealed text, which never changes, and `verifier` needs no key. Erasing a person destroys
one row, her key; the traces stay whole, countable and provable, and say « donnée effacée » where they named her.
"""

import base64
import os
import re
from collections.abc import Callable, Iterable, Set
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from commun.domain.textes import MARQUES
from commun.storage.requetes import parmi, pose
from commun.storage.tables import cles_de_personnes as table

EFFACE = "[donnée effacée]"
AUTRUI = "[autre personne]"
_DEBUT, _FIN = tuple(MARQUES)
_MARQUE = re.compile(f"{_DEBUT}([^|{_FIN}]*)\\|([^{_FIN}]*){_FIN}")
_NONCE = 12
_CLES = sa.select(table).where(parmi(table.c.personne))
_NEUVES = pose(table).returning(table.c.personne, table.c.cle)


def nominatif(personne: str, valeur: Any) -> Any:
    """Marks as being about a person a text, or every text in lists and objects, for a trace to seal it.

    Args:
        personne: the id of whom it names; it is not secret, and stays readable.
    """
    return _parcourir(valeur, lambda texte: texte if _MARQUE.search(texte) else f"{_DEBUT}{personne}|{texte}{_FIN}")


def sceller(db: sa.Connection, valeur: Any) -> Any:
    """Returns what is JSON-ready with each marked text sealed under its person's key, made at need."""
    personnes = _nommees(valeur)
    if not personnes:
        return valeur
    cles = _cles(db, personnes)
    if neuves := [{"personne": p, "cle": AESGCM.generate_key(256)} for p in sorted(personnes - cles.keys())]:
        cles |= {r.personne: r.cle for r in db.execute(_NEUVES, neuves)}
        cles |= _cles(db, personnes - cles.keys())  # those that another act has made meanwhile
    return _remplacer(valeur, cles, _fermer)


def ouvrir(db: sa.Connection, valeur: Any) -> Any:
    """Returns what `sceller` was given; `EFFACE` where a key was destroyed."""
    return _remplacer(valeur, _cles(db, _nommees(valeur)), _lire)


def ouvrir_pour(db: sa.Connection, identites: Set[str], valeur: Any) -> Any:
    """Returns the same for a person to read: of the others whom it names, only that there is somebody (`AUTRUI`).

    Args:
        identites: her ids, those of the files merged into hers too.
    """

    def lire(cle: bytes | None, de_qui: str, scelle: str) -> str:
        return _lire(cle, de_qui, scelle) if de_qui in identites else AUTRUI

    return _remplacer(valeur, _cles(db, identites), lire)


def effacer(db: sa.Connection, personnes: Iterable[str]) -> None:
    """Destroys the keys of these persons: what the traces of this base say of them is lost for good."""
    db.execute(table.delete().where(table.c.personne.in_(list(personnes))))


def _fermer(cle: bytes | None, personne: str, texte: str) -> str:
    assert cle
    nonce = os.urandom(_NONCE)
    scelle = nonce + AESGCM(cle).encrypt(nonce, texte.encode(), personne.encode())
    return f"{_DEBUT}{personne}|{base64.b64encode(scelle).decode()}{_FIN}"


def _lire(cle: bytes | None, personne: str, scelle: str) -> str:
    if cle is None:
        return EFFACE
    octets = base64.b64decode(scelle)
    try:
        return AESGCM(cle).decrypt(octets[:_NONCE], octets[_NONCE:], personne.encode()).decode()
    except InvalidTag:  # sealed under a key destroyed since; the person was written of again
        return EFFACE


def _cles(db: sa.Connection, personnes: Set[str]) -> dict[str, bytes]:
    if not personnes:
        return {}
    return {r.personne: r.cle for r in db.execute(_CLES, {"ids": sorted(personnes)})}


def _nommees(valeur: Any) -> set[str]:
    trouvees: set[str] = set()

    def noter(texte: str) -> str:
        trouvees.update(marque[1] for marque in _MARQUE.finditer(texte))
        return texte

    _parcourir(valeur, noter)
    return trouvees


def _remplacer(valeur: Any, cles: dict[str, bytes], par: Callable[[bytes | None, str, str], str]) -> Any:
    return _parcourir(valeur, lambda texte: _MARQUE.sub(lambda m: par(cles.get(m[1]), m[1], m[2]), texte))


def _parcourir(valeur: Any, faire: Callable[[str], str]) -> Any:
    """Returns a copy of something JSON-ready, each of its texts (keys apart) changed."""
    match valeur:
        case str():
            return faire(valeur)
        case dict():
            return {cle: _parcourir(v, faire) for cle, v in valeur.items()}
        case list():
            return [_parcourir(v, faire) for v in valeur]
        case _:
            return valeur
