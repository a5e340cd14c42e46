"""CAN-04: how many people of elsewhere an account may look for, or be told of, in an hour."""

import hashlib
from collections.abc import Iterable

from commun import clock
from commun.actes.unit_of_work import Acte
from services.candidats.domain.rules import LIMITE
from services.candidats.storage.journaux import FENETRE, compter_tentatives, list_tentatives, noter_tentatives

RATTACHER, CREER = "", " creation"
"""What is counted apart, after the account: who is looked for by a complete identity, and who is met while creating."""


def compter(acte: Acte, cles: Iterable[str], *, dans: str = RATTACHER, encore: bool = False) -> list[str]:
    """Counts these complete identities, tried by this account, and returns those too many, which are not counted.

    One tried again within the hour counts once: a file tried, corrected, then imported is one file. The hour is of the
    real clock, never of a simulated one.

    Args:
        encore: one tried again counts again: who asks, by itself, is limited whatever he asks.
    """
    maintenant, compte = clock.maintenant(), _compte(acte, dans)
    faites = list_tentatives(acte.db, compte, maintenant)
    neuves: dict[str, str | None] = {}
    for cle in cles:
        if (e := _empreinte(compte, cle)) not in faites:
            neuves[cle] = e
        elif encore:
            neuves[cle] = None
    permises = list(neuves)[: max(LIMITE - len(faites), 0)]
    noter_tentatives(acte.db, compte, maintenant, [neuves[cle] for cle in permises])
    return list(neuves)[len(permises) :]


def est_au_bout(acte: Acte, *, dans: str) -> bool:
    """Returns whether this account has tried all that it may for now."""
    return compter_tentatives(acte.db, _compte(acte, dans), clock.maintenant()) >= LIMITE


def attente(acte: Acte) -> int:
    """Returns in how many seconds the first of this hour's tries no longer counts."""
    maintenant = clock.maintenant()
    premiere = min(list_tentatives(acte.db, _compte(acte, RATTACHER), maintenant).values(), default=maintenant)
    return int((premiere + FENETRE - maintenant).total_seconds()) + 1


def _compte(acte: Acte, dans: str) -> str:
    """Returns under what the tries of an account are counted."""
    return acte.acteur.compte_id + dans


def _empreinte(compte: str, cle: str) -> str:
    """Returns what is kept of an identity that was tried: enough to know it again, not to read it."""
    return hashlib.sha256(f"{compte} {cle}".encode()).hexdigest()
