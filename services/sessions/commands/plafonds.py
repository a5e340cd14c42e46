"""INS-04's locks and places, for the acts that count a candidate's sessions."""

from collections.abc import Iterable

from commun.unit_of_work import Acte
from services.sessions.domain.model import Session
from services.sessions.domain.plafond import debuts_comptes, depassement
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


def occuper(acte: Acte, canoniques: Iterable[str], session: Session) -> bool:
    """Gives their places to the sessions of these identities, whose locks the caller holds.

    Returns whether INS-04 still lets them into this one, by what was read once their places were given back.
    """
    cadre, jour, parametres = session.cadre, acte.jour(session.cadre.site.fuseau), get_parametres(acte.db)
    portee, fenetre, identites = parametres.portee(jour), parametres.fenetre(jour), set(canoniques)
    plafonds.occuper(acte.db, identites, jour, portee, fenetre)
    lues = plafonds.sessions_des_identites(acte.db, identites, jour)
    autres = ([s for s in siennes if s.session_id != session.id] for siennes in lues.values())
    debuts = [debuts_comptes(siennes, portee, cadre.titre_code) for siennes in autres]
    return not (cadre.compte_au_plafond and any(depassement(d, cadre.date_debut, fenetre) for d in debuts))
