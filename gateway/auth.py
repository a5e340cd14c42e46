"""Who is behind a request: opaque tokens for clients, signed actors for services, passwords by argon2."""

import hashlib
import secrets
import time
from datetime import timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from eventlet import tpool
from flask import g

from commun.acteur import Acteur, signer
from commun.appel import Appel
from commun.config import config
from commun.errors import NonAuthentifie
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte
from gateway import storage

DUREE_JETON = timedelta(hours=12)
_SIGNATURE_VALABLE = 60.0  # seconds that a signed actor serves again: signing is half a millisecond of each request
_hacheur = PasswordHasher()
_signes: dict[Acteur, tuple[float, str]] = {}


def hacher(mot_de_passe: str) -> str:
    """Returns the argon2 hash of a password; computed off the loop, where it would hold every other request."""
    return str(tpool.execute(_hacheur.hash, mot_de_passe))


def mot_de_passe_juste(compte: dict[str, Any] | None, mot_de_passe: str) -> bool:
    """Whether this is the account's password. As slow for an account that does not exist: nobody learns which do."""
    empreinte = compte["mot_de_passe"] if compte else _leurre()
    try:
        tpool.execute(_hacheur.verify, empreinte, mot_de_passe)
    except VerificationError:
        return False
    return compte is not None


@cache
def _leurre() -> str:
    return hacher(secrets.token_hex())


def nouveau_jeton() -> tuple[str, bytes]:
    """Returns a client's token and the print under which it is stored: the base alone lets nobody in."""
    jeton = secrets.token_urlsafe(32)
    return jeton, empreinte(jeton)


def empreinte(jeton: str) -> bytes:
    """Returns the print of a token."""
    return hashlib.sha256(jeton.encode()).digest()


def jeton_de(autorisation: str) -> str:
    """Returns the token of an `Authorization: Bearer …` header.

    Raises:
        NonAuthentifie: none is there.
    """
    schema, _, jeton = autorisation.partition(" ")
    if schema.lower() != "bearer" or not jeton.strip():
        raise NonAuthentifie()
    return jeton.strip()


def acteur_de(autorisation: str) -> Acteur:
    """Returns the actor behind a request.

    Raises:
        NonAuthentifie: no token, or one that is unknown, expired, revoked, or whose account is not active.
    """
    cherche = empreinte(jeton_de(autorisation))
    porteur = Acte("gateway", Appel(g.requete)).lire(lambda acte: storage.get_porteur(acte.db, cherche))
    if porteur is None:
        raise NonAuthentifie("Votre connexion a expiré ou n'est plus valable : identifiez-vous de nouveau.")
    return acteur(porteur)


def acteur(porteur: dict[str, Any]) -> Acteur:
    """Returns the actor that an account makes in one of its profils."""
    return Acteur(
        compte_id=porteur["compte_id"],
        identifiant=porteur["identifiant"],
        profil_id=porteur["id"],
        type=TypeProfil(porteur["type"]),
        etablissement_id=porteur["etablissement_id"],
        departement=porteur["departement"],
        region=porteur["region"],
    )


def jeton_interne(acteur: Acteur) -> str:
    """Returns the signed token that carries `acteur` to the services."""
    signe = _signes.get(acteur)
    if signe is None or time.monotonic() - signe[0] > _SIGNATURE_VALABLE:
        if len(_signes) > 5000:
            _signes.clear()
        signe = _signes[acteur] = (time.monotonic(), signer(acteur, config().cle_privee))
    return signe[1]
