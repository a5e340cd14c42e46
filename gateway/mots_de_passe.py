"""Passwords that are guessed before any other: refused as they are chosen, however long. Pure.

An account is slowed, and never locked (ADR 8): who tries the few that everybody tries has all the tries that it takes.
"""

from collections.abc import Callable
from itertools import pairwise

from commun.domain.json import Json

_COURANTS = ("motdepasse", "password", "azertyuiop", "qwertyuiop", "azerty", "qwerty", "bonjour", "ceres")
_RESTE, _SIGNES, _SAUTS = 8, 5, 4
"""What must remain once what anybody would try is taken off: signs, how many different, and how many that are not the
one before, nor its neighbour (« 1234… », « aaaa… »)."""
_SE_DEVINE = (
    "Ce mot de passe se devine : choisissez-en un autre, sans suite ni répétition, qui ne tienne pas à votre "
    "identifiant ni à un mot de passe courant."
)


def se_devine(mot: str, *connus: str) -> bool:
    """Returns whether a password is one of the first that would be tried.

    Args:
        connus: the identifiant and the address of its account.
    """
    siens = {piece for connu in connus for piece in (connu, connu.partition("@")[0]) if len(piece) > 3}
    reste = mot.casefold()
    for piece in sorted({*siens, *_COURANTS}, key=len, reverse=True):
        reste = reste.replace(piece.casefold(), "")
    sauts = sum(abs(ord(suivant) - ord(signe)) > 1 for signe, suivant in pairwise(reste))
    return len(reste) < _RESTE or len(set(reste)) < _SIGNES or sauts < _SAUTS


def fautes(champ: str, *connus: str) -> Callable[[Json], Json]:
    """Returns what says it of the field of a form where one is chosen (`charger`)."""

    def dire(forme: Json) -> Json:
        choisi = forme.get(champ)
        return {champ: [_SE_DEVINE]} if choisi and se_devine(choisi, *connus) else {}

    return dire
