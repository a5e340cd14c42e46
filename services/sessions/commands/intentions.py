"""What is under way and already binds: `jures` sees it before it would undo it (HAB-05, JUR-03)."""

from collections.abc import Iterable

from commun.actes.unit_of_work import Acte
from services.sessions.domain.model import Etat, Session
from services.sessions.queries.gardes import SOUMETTRE
from services.sessions.queries.jury import demande_de
from services.sessions.queries.publications import inscription_publiee


def reserver_jures(acte: Acte, genre: str, session: Session, jure_ids: Iterable[str]) -> None:
    """Says that these jurés are about to sit in a session; from the next question on, others see it.

    `demande`: what is asked of `jures`, who alone knows on which habilitations they would sit (HAB-04, HAB-06).
    """
    vue = inscription_publiee(acte, session, None) | {"demande": demande_de(acte, session.cadre)}
    if genre == SOUMETTRE:
        vue["etat"] = Etat.EN_ATTENTE
    acte.reserver(genre, *jure_ids, **vue)
