"""What the rest of CERES hears of a session, and whom its letters call."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from services.sessions.domain.model import JAMAIS_VALIDEE, Etat, Reponse, Session
from services.sessions.queries.impression import a_sa_suite, convocations_de
from services.sessions.queries.publications import session_publiee
from services.sessions.queries.resultats import resultats_publies
from services.sessions.storage import convocations
from services.sessions.storage.convocations import Lettre
from services.sessions.storage.sessions import get_session

_RESTREINTS = {
    frozenset({"candidats"}): "inscrits_modifies",
    frozenset({"jures"}): "jury_modifie",
    frozenset({"etat"}): "instruction_modifiee",
}
"""What is said where nothing else of a session has changed, and it was and is not validated."""


def annoncer(acte: Acte, session: Session, evenement: str = "session_modifiee") -> None:
    """Tells what a session now is: everybody, or those who hear this event."""
    acte.publier(evenement, **session_publiee(acte, session))


def annoncer_le_changement(acte: Acte, avant: Session, apres: Session) -> None:
    """Tells what a session now is, unless it is the same to all: a visa, convocations change nothing.

    While it is not validated, who is registered matters to those alone who hold candidates, who sits in its jury to
    those who hold jurés, and where it stands to both (`_RESTREINTS`).
    """
    corps, avant_elle = session_publiee(acte, apres), session_publiee(acte, avant)
    change = {champ for champ in corps if corps[champ] != avant_elle[champ]} - {"version"}
    if change:
        attend = {avant.etat, apres.etat} <= {*JAMAIS_VALIDEE}
        restreint = _RESTREINTS.get(frozenset(change)) if attend else None
        acte.publier(restreint or "session_modifiee", **corps)


def annoncer_la_decision(acte: Acte, session: Session, etat: Etat, version: int, *, carence: bool) -> None:
    """Has its centre told what the administration has decided of its session: sent back, cancelled, unblocked; or, of
    what the centre takes off itself, the unit that had validated it.

    Args:
        session: as it was.
        carence: it is cancelled for want of a jury.
    """
    dit: dict[str, Any] = {**_au_centre(session), "version": version}
    if acte.acteur.type is TypeProfil.CENTRE:
        if session.etat is Etat.VALIDEE:
            ud = session.cadre.site.departement
            acte.publier("annulee_par_son_centre", **dit, departement=ud, carence=carence)
    elif etat is Etat.REFUSEE:
        acte.publier("session_refusee", **dit)
    else:
        acte.publier("session_decidee", decision=etat.value, **dit)


def annoncer_la_reponse(
    acte: Acte, session: Session, reponse: Reponse, echeance: date | None = None, *, motivee: bool = False
) -> None:
    """Has its centre told what the administration answers to what it asked for, until when it then has to act, and
    whether a reason is there to be read."""
    dite = {"reponse": reponse, "echeance": echeance, "motivee": motivee}
    acte.publier("demande_repondue", id=nouvel_id(), **_au_centre(session), **dite)


def annoncer_la_fin(acte: Acte, session: Session) -> None:
    """Has its centre told of another last day, that the administration has given to its session: people are expected
    there until then, and no longer."""
    acte.publier("fin_changee", id=nouvel_id(), **_au_centre(session), date_fin=session.cadre.date_fin)


def annoncer_les_attestations(acte: Acte, session: Session, changees: Counter[str]) -> None:
    """Has its centre told how many attestations of its session were withdrawn, replaced or delivered by what is done
    elsewhere: who was handed one shows it to an employer, who reads that it no longer holds."""
    nombres = {sort: changees[sort] for sort in ("retirees", "remplacees", "delivrees")}
    ud = session.cadre.site.departement
    acte.publier("attestations_changees", id=nouvel_id(), **_au_centre(session), **nombres, departement=ud)


def annoncer_les_lettres_refaites(acte: Acte, session: Session, lettres: Iterable[Lettre]) -> None:
    """Has its centre told that the letters of its session were made again without it, and how many have nobody's
    address to leave for: it hands those over."""
    a_remettre, ud = sum(not lettre.courriel for lettre in lettres), session.cadre.site.departement
    acte.publier("convocations_refaites", id=nouvel_id(), **_au_centre(session), departement=ud, a_remettre=a_remettre)


def _au_centre(session: Session) -> dict[str, str]:
    """Returns what is said of a session to its centre alone."""
    centre = session.cadre.etablissement_id
    return {"session_id": session.id, "numero": session.numero, "etablissement_id": centre}


def annoncer_resultats(acte: Acte, session_id: str) -> None:
    """Tells the last closed results of a session, as it is now; none where it was cancelled."""
    if corps := resultats_publies(acte, get_session(acte.db, session_id)):
        acte.publier("resultats_clos", **corps)


def annoncer_convocations(
    acte: Acte, session: Session, nouvelles: Iterable[Lettre], annulees: Sequence[Lettre] = ()
) -> None:
    """Has letters sent, and those told whose letter no longer holds, by mail: who has no address is not named."""
    personnes = [lettre.destinataire for lettre in nouvelles if lettre.courriel]
    annule = [lettre.destinataire for lettre in annulees if lettre.courriel]
    convocations.noter_annulations(acte.db, annulees)
    if personnes or annule:
        version = session.convocations.version if session.convocations else 0
        acte.publier(
            "convocations_editees",
            session_id=session.id,
            version=version,
            personnes=personnes,
            annule=annule,
        )


def annoncer_annulation(acte: Acte, session: Session, *personnes: str, attendues: bool = False) -> None:
    """Annuls the letters of a session, or those of some people only, and has them told.

    Args:
        attendues: they still are, under another of their ids, and are told nothing.
    """
    annulees = convocations.annuler(acte.db, session.id, *personnes)
    if not attendues:
        annoncer_convocations(acte, session, (), annulees)


def convoquer(acte: Acte, session_id: str, *seulement: str, sous: Mapping[str, str] | None = None) -> list[Lettre]:
    """Freezes the letters of the edition in force and has them sent: everybody's, or those of some people only. Who has
    just entered the session, which was written before, is called too. Once its first day is past, candidates, who were
    expected then, keep the letter that they have: nobody is called to a day gone by. Returns these letters.

    Args:
        sous: by person, another id of hers under which she was called: her letter replaces that one, and nobody is told
            that she is called no more.
    """
    autres_ids = sous or {}
    session = get_session(acte.db, session_id)
    jour = acte.jour(session.fuseau)
    dernieres = convocations.dernieres(acte.db, session.id)
    precedentes = dernieres | _sous_deux_ids(dernieres, autres_ids)
    tous = convocations_de(acte, session, jour)
    attendus = [(c, qui) for c, qui in tous if c.jour >= jour]
    if len(attendus) < len(tous):
        encore = {c.convoque.personne.id for c, _ in attendus}
        if not (seulement := tuple(sorted(encore & set(seulement) if seulement else encore))):
            return []
    annulees = convocations.annuler(acte.db, session.id, *seulement, *autres_ids.values())
    lettres = [
        Lettre(
            id=nouvel_id(),
            session_id=session.id,
            convocation=a_sa_suite(c, precedentes.get(c.convoque.personne.id)),
            courriel=qui.courriel,
            editee_a=clock.maintenant(),
        ).a_envoyer()
        for c, qui in attendus
        if not seulement or c.convoque.personne.id in seulement
    ]
    convocations.ajouter(acte.db, lettres)
    appeles = {lettre.convocation.convoque.personne.id for lettre in lettres} | {*autres_ids.values()}
    partis = [a for a in annulees if a.convocation.convoque.personne.id not in appeles]
    annoncer_convocations(acte, session, lettres, partis)
    return lettres


def _sous_deux_ids(
    dernieres: Mapping[str, tuple[int, date]], autres_ids: Mapping[str, str]
) -> dict[str, tuple[int, date]]:
    """Returns, by person, the last letter of those who have another id, whichever of the two it bears."""
    siennes = {qui: [dernieres[i] for i in (qui, autre) if i in dernieres] for qui, autre in autres_ids.items()}
    return {qui: max(lettres) for qui, lettres in siennes.items() if lettres}
