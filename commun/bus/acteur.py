"""Who acts: an account in one profil, carried between services as a short signed token.

nameko's context headers are not authenticated: whoever can publish on the bus could claim to be anybody. The
gateway signs the actor (Ed25519, it alone holds the private key); each service checks the signature, whom the token is
for and how long it may live. A service that kept the token of somebody could use it again for a few minutes, where its
RabbitMQ user lets it call at all (`commun/bus/droits.py`); writes said twice are caught by their idempotency keys.
"""

import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from commun import clock
from commun.config import ReglageFaux
from commun.domain.errors import NonAuthentifie
from commun.domain.referentiel import TypeProfil

DUREE = timedelta(minutes=5)
"""Validity of a token: longer than any chain of calls, and than the skew between two machines' clocks (P9)."""

_ALGORITHME = "Ed25519"
_CLE = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)
_USAGE = {"iss": "ceres/gateway", "aud": "ceres/services"}
"""Whatever else may one day be signed with the same key is no actor."""


@dataclass(frozen=True)
class Acteur:
    """An account in its current profil. `compte_id` is opaque; `identifiant` is what traces show."""

    compte_id: str
    identifiant: str
    profil_id: str
    type: TypeProfil
    etablissement_id: str | None = None
    departement: str | None = None
    region: str | None = None

    @property
    def profil(self) -> str:
        """The profil as traces name it: « UD 75 »."""
        lieu = self.departement or self.region or self.etablissement_id
        return f"{self.type} {lieu}" if lieu else str(self.type)

    @property
    def en_trace(self) -> dict[str, str]:
        """What traces keep of who acted: for a centre, which one, since a département has several."""
        centre = {"etablissement_id": self.etablissement_id} if self.etablissement_id else {}
        return {"identifiant": self.identifiant, "profil": self.profil, "compte_id": self.compte_id} | centre


SYSTEME = Acteur("systeme", "systeme", "systeme", TypeProfil.NATIONAL)
"""The actor of what CERES does by itself: a listener, a timer."""


def signer(acteur: Acteur, cle_privee: str) -> str:
    """Returns the token of `acteur`, valid for `DUREE`. `cle_privee`: Ed25519 in PEM."""
    charge = asdict(acteur) | _USAGE | {"exp": int((clock.maintenant() + DUREE).timestamp())}
    return jwt.encode({"alg": _ALGORITHME}, charge, _cle(cle_privee), algorithms=[_ALGORITHME])


def verifier(jeton: str, cle_publique: str) -> Acteur:
    """Returns the actor that this token proves.

    Args:
        cle_publique: one or several, one after the other: while a key takes the place of another, both sign.

    Raises:
        NonAuthentifie: forged, altered, made for something else, out of date or meant to last too long; clocks may
            differ by `DUREE`, those of two machines that stray both ways by twice that.
    """
    acteur, expire = _decoder(jeton, cle_publique)
    reste = expire - clock.maintenant().timestamp()
    if not -DUREE.total_seconds() <= reste <= 3 * DUREE.total_seconds():
        raise NonAuthentifie()
    return acteur


@lru_cache(maxsize=2048)
def _decoder(jeton: str, cle_publique: str) -> tuple[Acteur, int]:
    try:
        charge = _claims(jeton, cle_publique)
        expire = int(charge.pop("exp"))
        if {nom: charge.pop(nom, None) for nom in _USAGE} != _USAGE:
            raise NonAuthentifie()
        return Acteur(**charge | {"type": TypeProfil(charge["type"])}), expire
    except (JoseError, KeyError, TypeError, ValueError) as erreur:
        raise NonAuthentifie() from erreur


def _claims(jeton: str, cle_publique: str) -> dict[str, Any]:
    """Returns what a token says that one of these keys proves.

    Raises:
        JoseError, ValueError: none does.
    """
    *autres, derniere = cles_de(cle_publique)
    for pem in autres:
        with suppress(JoseError):
            return dict(jwt.decode(jeton, _cle(pem), algorithms=[_ALGORITHME]).claims)
    return dict(jwt.decode(jeton, _cle(derniere), algorithms=[_ALGORITHME]).claims)


@lru_cache(maxsize=4)
def cles_de(pem: str) -> tuple[str, ...]:
    """Returns each of the keys that a text holds."""
    return tuple(_CLE.findall(pem))


def exiger_cles(publique: str, privee: str) -> None:
    """Sees that tokens can be checked, and those that this process signs, if it does, with these keys.

    Raises:
        ReglageFaux: everybody would be refused, as if nobody was signed in.
    """
    try:
        lues = [_cle(pem) for pem in cles_de(publique)]
    except ValueError:
        lues = []
    if not lues:
        raise ReglageFaux("CERES_CLE_PUBLIQUE doit être une clé publique Ed25519, en PEM.")
    if not privee:
        return
    try:
        verifier(signer(SYSTEME, privee), publique)
    except (JoseError, ValueError):
        raise ReglageFaux("CERES_CLE_PRIVEE doit être une clé privée Ed25519, en PEM.") from None
    except NonAuthentifie:
        raise ReglageFaux("CERES_CLE_PRIVEE n'est la clé privée d'aucune de CERES_CLE_PUBLIQUE.") from None


@lru_cache(maxsize=4)
def _cle(pem: str) -> OKPKey:
    return OKPKey.import_key(pem)
