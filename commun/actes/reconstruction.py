"""A copy refilled from its source, by one command (`commun.storage.replica`)."""

from bisect import bisect_right
from collections.abc import Callable, Collection
from typing import Any

from commun.actes.steps import UN_MOMENT, Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from commun.storage.replica import Copie
from commun.telemetry import journal

_PAGE, _PAGE_PAR_VERSIONS = 100, 500
"""Elements of a page: a source tells of them while it serves nobody else, and the copy writes them in one transaction.
By versions, most are no more than their keys, and the source tells of few at once."""
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
    *,
    par_versions: bool = False,
) -> Etapes[int]:
    """Refills a copy from its source, page by page, through the listener's own function. A command. A pause after each
    page that told of something is left to those whom both serve.

    What the copy held before, and of which no page tells, its source has lost (a base restored): it is forgotten. What
    comes meanwhile by an event is not looked at.

    Args:
        methode: takes `apres` (a key, or None) and `limite`; returns `{elements: [...], suivant: key or None}`
            (`tranche`, `en_tranche`), each element being the body of the event that tells of it.
        retirer: forgets them, where more than the copy's rows is to follow.
        par_versions: `methode` takes `connues` too, the versions that the copy holds, by key, from `apres` on: it tells
            no more of what is at that version than its key (`memes`). Of the sessions of ten years hardly one has
            changed, and to be told of all took minutes.
        tenir: locks together all that a page is about, where `recevoir` locks: one element after the other, they would
            come in no order, and an event which names two would hold one and wait for the other.

    Returns:
        How many elements the source knows.

    Raises:
        Indisponible: the source tells of less than what would be forgotten: its base is empty, or not the right one.
    """
    connues = copie.versions(acte.db) if copie else {}
    inconnus, ordre = set(connues), list(connues) if par_versions else []
    apres, total, limite = None, 0, _PAGE_PAR_VERSIONS if par_versions else _PAGE
    while True:
        debut = bisect_right(ordre, apres or "")
        suivantes = {cle: connues[cle] for cle in ordre[debut : debut + limite]}
        dites = {"connues": suivantes} if par_versions else {}
        page = yield Question(service, methode, apres=apres, limite=limite, **dites)
        tenir(acte, page["elements"])
        for corps in page["elements"]:
            recevoir(acte, corps)
            if copie:
                inconnus.discard(corps[copie.champ or copie.cle])
        memes = page.get("memes", ())
        inconnus.difference_update(memes)
        total += len(page["elements"]) + len(memes)
        if not (apres := page["suivant"]):
            break
        if page["elements"]:
            yield UN_MOMENT
    if copie and inconnus:
        if len(inconnus) > max(total, _BEAUCOUP):
            raise Indisponible(_SOURCE_VIDE.format(service=service, dits=total, perdus=len(inconnus)))
        retirer(acte, inconnus) if retirer else copie.oublier(acte.db, inconnus)
        journal.warning("copie_sans_source", table=copie.table.name, source=methode, lignes=len(inconnus))
    return total
