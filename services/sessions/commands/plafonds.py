"""INS-04's locks and places, for the acts that count a candidate's sessions."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from services.sessions.domain.model import SANS_POIDS, InscriptionCandidat, Session
from services.sessions.storage import alertes, plafonds
from services.sessions.storage.parametres import get_parametres


def verrouiller(acte: Acte, candidats: Iterable[InscriptionCandidat]) -> tuple[InscriptionCandidat, ...]:
    """Locks candidates until the end of the transaction: nobody else then counts them. Returns them as who they are
    once locked: another act may have merged some meanwhile."""
    liste = tuple(candidats)
    racines = plafonds.verrouiller(acte.db, {c.candidat_id: c.identite for c in liste})
    return tuple(replace(c, canonique_id=racines[c.candidat_id]) for c in liste)


def verrouiller_candidats(acte: Acte, session: Session) -> Session:
    """Locks every candidate of a session, and returns it with them, as `verrouiller` does."""
    return replace(session, candidats=verrouiller(acte, session.candidats))


def exiger_a_jour(acte: Acte, reponses: Iterable[Mapping[str, Any]]) -> None:
    """Refuses what `candidats` answered of these identities before it told of them again. The caller holds their locks.

    Raises:
        Indisponible: one has been renamed, merged or anonymised since it was asked of: to be asked again.
    """
    versions = [(r["canonique_id"], r["version"]) for r in reponses]
    entendues = plafonds.entendues(acte.db, [canonique_id for canonique_id, _ in versions])
    if any(version < entendues.get(canonique_id, 0) for canonique_id, version in versions):
        raise Indisponible()


def annoncer_les_credits(acte: Acte, avant: Session, apres: Session) -> None:
    """Tells that a session counts otherwise in its candidates' year, where one of them was over the cap (SES-06)."""
    if _poids(avant) != _poids(apres):
        annoncer_les_credits_de(acte, (c.identite for c in apres.candidats), avant)


def annoncer_les_credits_de(acte: Acte, canoniques: Iterable[str], session: Session) -> None:
    """Tells of those of these identities whom an alert says over the cap in another session."""
    if touches := alertes.au_dela_du_plafond(acte.db, canoniques, session.id):
        publier_les_credits(acte, touches, session)


def publier_les_credits(acte: Acte, canoniques: list[str], session: Session) -> None:
    """Has the other sessions to come of these identities looked at again."""
    acte.publier("credits_modifies", session_id=session.id, version=session.version, candidats=canoniques)


def _poids(session: Session) -> tuple[bool, date, str | None]:
    cadre = session.cadre
    return cadre.compte_au_plafond and session.etat not in SANS_POIDS, cadre.date_debut, cadre.titre_code


def occuper_places(acte: Acte, session: Session) -> None:
    """Gives their places to all the sessions of a session's candidates, whose locks the caller holds."""
    occuper(acte, (c.identite for c in session.candidats), session)


def occuper(acte: Acte, canoniques: Iterable[str], session: Session) -> None:
    """Gives their places to the sessions of these identities, whose locks the caller holds."""
    jour, parametres = acte.jour(session.fuseau), get_parametres(acte.db)
    plafonds.occuper(acte.db, set(canoniques), acte.jour, parametres.portee(jour), parametres.fenetre(jour))
