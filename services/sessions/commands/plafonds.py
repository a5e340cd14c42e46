"""INS-04's locks and places, for the acts that count a candidate's sessions."""

from collections.abc import Iterable

from commun.unit_of_work import Acte
from services.sessions.domain.model import Session
from services.sessions.storage import plafonds
from services.sessions.storage.parametres import get_parametres


def verrouiller_candidats(acte: Acte, session: Session) -> None:
    """Locks every candidate of a session until the end of the transaction: nobody else then counts them."""
    siens = plafonds.canoniques(acte.db, [session.id])
    if siens:
        plafonds.verrouiller(acte.db, {candidat_id: canonique for (_, candidat_id), canonique in siens.items()})


def occuper_places(acte: Acte, session: Session) -> None:
    """Gives their places to all the sessions of a session's candidates, whose locks the caller holds."""
    occuper(acte, plafonds.canoniques(acte.db, [session.id]).values(), session)


def occuper(acte: Acte, canoniques: Iterable[str], session: Session) -> None:
    """Gives their places to the sessions of these identities, whose locks the caller holds."""
    jour, parametres = acte.jour(session.cadre.site.fuseau), get_parametres(acte.db)
    plafonds.occuper(acte.db, set(canoniques), jour, parametres.portee(jour), parametres.fenetre(jour))
