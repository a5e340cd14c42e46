"""A copy refilled from its source, by one command (`commun.storage.replica`)."""

from collections.abc import Callable, Collection, Generator
from typing import Any

from commun.actes.unit_of_work import Acte, Question
from commun.domain.errors import Indisponible
from commun.storage.replica import Copie
from commun.telemetry import journal

_PAGE = 500
_BEAUCOUP = 100
"""Elements that no source loses between an instant and its restoration, unless it lost nearly all."""
_SOURCE_VIDE = (
    "{service} ne connaît que {dits} éléments, et plus {perdus} de ceux d'ici : sa base est-elle la bonne ? Rien n'est "
    "retiré."
)


def reconstruire(
    acte: Acte,
    service: str,
    methode: str,
    recevoir: Callable[[Acte, dict[str, Any]], Any],
    copie: Copie | None = None,
    retirer: Callable[[Acte, Collection[str]], Any] | None = None,
    tenir: Callable[[Acte, list[dict[str, Any]]], Any] = lambda acte, corps: None,
) -> Generator[Question, Any, int]:
    """Refills a copy from its source, page by page, through the listener's own function. A command.

    What the copy held before, and of which no page tells, its source has lost (a base restored): it is forgotten. What
    comes meanwhile by an event is not looked at.

    Args:
        methode: takes `apres` (a key, or None) and `limite`; returns `{elements: [...], suivant: key or None}`
            (`tranche`, `en_tranche`), each element being the body of the event that tells of it.
        retirer: forgets them, where more than the copy's rows is to follow.
        tenir: locks together all that a page is about, where `recevoir` locks: one element after the other, they would
            come in no order, and an event which names two would hold one and wait for the other.

    Returns:
        How many elements were received.

    Raises:
        Indisponible: the source tells of less than what would be forgotten: its base is empty, or not the right one.
    """
    inconnus = copie.connus(acte.db) if copie else set()
    apres, total = None, 0
    while True:
        page = yield Question(service, methode, apres=apres, limite=_PAGE)
        tenir(acte, page["elements"])
        for corps in page["elements"]:
            recevoir(acte, corps)
            if copie:
                inconnus.discard(corps[copie.champ or copie.cle])
        total += len(page["elements"])
        if not (apres := page["suivant"]):
            break
    if copie and inconnus:
        if len(inconnus) > max(total, _BEAUCOUP):
            raise Indisponible(_SOURCE_VIDE.format(service=service, dits=total, perdus=len(inconnus)))
        retirer(acte, inconnus) if retirer else copie.oublier(acte.db, inconnus)
        journal.warning("copie_sans_source", table=copie.table.name, source=methode, lignes=len(inconnus))
    return total
