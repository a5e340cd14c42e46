"""What jurés and candidats tell: an habilitation gained or lost, a juré who leaves, a candidate merged or renamed.

Each listener asks for what is now true instead of believing the message: late, twice or out of order, the outcome is
the same.
"""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from commun.actes.steps import Etapes, Question, insister
from commun.actes.unit_of_work import Acte
from commun.domain.acquis import lus_a_travers
from commun.domain.errors import Indisponible
from commun.domain.json import Json
from commun.storage.ensemble import Ligne, groupees
from services.sessions.commands import copies as actes_copies
from services.sessions.commands.alertes import reexaminer, signaler
from services.sessions.commands.annonces import annoncer
from services.sessions.commands.attestations import FUSION, attester
from services.sessions.commands.base import enregistrer
from services.sessions.commands.candidats import inscrit_de
from services.sessions.commands.conservation import oublier_les_anonymes
from services.sessions.commands.copies import rattraper_titre
from services.sessions.commands.jures import actualiser_jury, identifier_jury, siege
from services.sessions.commands.plafonds import exiger_a_jour, occuper
from services.sessions.domain.model import JAMAIS_VALIDEE, Etat, Session
from services.sessions.domain.rules.par_acte import ALERTES_NOMINATIVES
from services.sessions.queries.faits import faits_de
from services.sessions.queries.gardes import INSCRIRE, SOUMETTRE, SUIVRE, VALIDER
from services.sessions.queries.jury import aptitudes_du_jury, en_suspens
from services.sessions.queries.listes import jour_sql
from services.sessions.storage import alertes, attestations, copies, imprimes, inscriptions, plafonds
from services.sessions.storage.sessions import Inscrit, get_session, get_session_seule, get_sessions
from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures, sessions

_JURY_ARRETE = (Etat.ANNULEE.value, Etat.CLOTUREE.value, Etat.DEBLOQUEE.value)
"""Where the jury changes no more: it was let go, or has signed. One unblocked is not over for all that."""
_FOIS = 40
"""How many more looks at an act under way: longer than most acts last."""
_LOT = 100
"""Candidates who are asked about at once: all their registrations are read with them."""


def suivre_jure(acte: Acte, corps: Json) -> Etapes[None]:
    """Something of a juré has changed: `jures` says again what he may do in each of his sessions to come, or that may
    still be given other dates (SES-11), and who he is in those over that are still to be closed (RES-03)."""
    jure_id, i = corps["jure_id"], inscriptions_jures
    yield from _laisser_finir(acte, [jure_id])
    yield from _reexaminer_jures(acte, (i.c.jure_id == jure_id) | (i.c.canonique_id == jure_id))


def suivre_titre(acte: Acte, corps: Json) -> Etapes[None]:
    """A titre has changed, and `jures` knows: a fin de vie decided since may end habilitations before the sessions to
    come that rely on them, those of the titre that revises it included (REF-01)."""
    code = corps["titre_code"]
    yield from rattraper_titre(acte, code, corps["version"])  # its correspondences say of whom to ask, and what
    yield from _laisser_finir(acte)  # who enters a jury meanwhile is not found there yet
    titre = copies.titres_par_code(acte.db, [code]).get(code)
    ccps = lus_a_travers(titre.codes_ccp if titre else (), copies.correspondances(acte.db))
    qui_s_appuient = sa.or_(
        sessions.c.titre_code == code,
        sessions.c.ccp_codes.overlap(sorted(ccps)),
        sessions.c.ccs_code.in_(corps["ccs_codes"]),
    )
    yield from _reexaminer_jures(acte, qui_s_appuient, _a_venir(acte))


def revoir_les_jurys(acte: Acte) -> Etapes[None]:
    """Asks again of the juries of CCS sessions to come. An habilitation on a CCS follows one titre or another as those
    that its juré holds begin and end (ADR 40), and nobody writes when they do."""
    yield from _reexaminer_jures(acte, sessions.c.ccs_code.is_not(None), _a_venir(acte))


def suivre_candidat(acte: Acte, corps: Json) -> Etapes[None]:
    """A candidate has another name or address, or is now another: his registrations follow, those under an identity
    merged into his too, and INS-04 counts them together. An attestation that names him otherwise is replaced."""
    candidat_id, canonique_id = corps["candidat_id"], corps["canonique_id"]
    i = inscriptions_candidats
    siennes = (i.c.candidat_id == candidat_id) | i.c.canonique_id.in_({candidat_id, canonique_id})
    connus: list[Json] = []
    if inscrits := sorted(acte.db.scalars(sa.select(i.c.candidat_id).where(siennes).distinct())):
        connus = yield Question("candidats_gardes", "identites", candidat_ids=inscrits)
    # Sessions are locked before candidates, here as in every act: letters being edited are there to follow an address.
    touchees = list(acte.db.scalars(sa.select(i.c.session_id).where(siennes).distinct().order_by(i.c.session_id)))
    # And candidates before their registrations: who registers one elsewhere makes those of a merged one another's.
    get_sessions(acte.db, touchees, verrou=True)
    fusion = candidat_id != canonique_id
    connu_autrement = (i.c.candidat_id == candidat_id) & (i.c.canonique_id != canonique_id)
    nouvelle = fusion and acte.db.scalar(sa.select(sa.exists().where(connu_autrement)))  # else told of again
    racines = list(plafonds.verrouiller(acte.db, {candidat_id: canonique_id}).values())
    plafonds.entendre(acte.db, candidat_id, corps["version"])
    exiger_a_jour(acte, connus)
    siens = acte.db.execute(sa.select(i.c.session_id, i.c.candidat_id).where(siennes)).all()
    if any(s.session_id not in touchees or s.candidat_id not in inscrits for s in siens):
        raise Indisponible()  # he has entered one meanwhile, as he was known before: to be heard again
    relus = [inscrit_de(reponse) for reponse in connus if not reponse["anonyme"]]  # else his own news says so
    for qui in relus:
        inscriptions.renommer_candidat(acte.db, qui)
    if not fusion:
        if attestations.a_corriger(acte.db, (qui.personne for qui in relus)):
            attester(acte, [canonique_id])
        qui_nomment = alertes.sessions_alertees(ALERTES_NOMINATIVES)
        reexaminer(acte, sessions.c.id.in_(touchees), sessions.c.id.in_(qui_nomment))
        return
    if touchees:
        occuper(acte, racines, get_session(acte.db, touchees[0]))
        attester(acte, racines, cause=FUSION if nouvelle else None)
    yield None  # the candidates are left to who was registering them in yet another session
    reexaminer(acte, sessions.c.id.in_(sa.select(i.c.session_id).where(i.c.canonique_id.in_(racines))))


def reconstruire_repliques(acte: Acte) -> Etapes[Json]:
    """Refills the copies from the référentiel, then asks again of people: who is named no more, what jurés may do in
    the sessions that are not closed, who the candidates of all are, for those of a year count together (INS-04). Events
    tell of it one by one; one may be lost, and a base restored has forgotten which it published.
    """
    comptes: Json = yield from actes_copies.reconstruire_repliques(acte)
    yield None
    yield from oublier_les_anonymes(acte)
    yield None
    yield from _reexaminer_jures(acte)
    yield None
    yield from _reconnaitre_candidats(acte)
    return comptes


def _reconnaitre_candidats(acte: Acte) -> Etapes[None]:
    """Follows the candidates who are not whom their registrations say: another name, address or identity."""
    i = inscriptions_candidats
    lues = sa.select(i.c.candidat_id, i.c.canonique_id, i.c.personne, i.c.courriel)
    candidat_ids = sa.select(i.c.candidat_id).distinct().order_by(i.c.candidat_id).limit(_LOT)
    lot = list(acte.db.scalars(candidat_ids))
    while lot:
        inscrits = groupees(acte.db.execute(lues.where(i.c.candidat_id.in_(lot))).mappings(), "candidat_id")
        connus = yield Question("candidats_gardes", "identites", candidat_ids=lot)
        for reponse in connus:
            if not _se_dit(inscrits[reponse["candidat_id"]], reponse):
                dite = {nom: reponse[nom] for nom in ("candidat_id", "canonique_id", "version")}
                yield from suivre_candidat(acte, dite)
                yield None
        lot = list(acte.db.scalars(candidat_ids.where(i.c.candidat_id > lot[-1])))


def _se_dit(inscriptions_de_lui: Iterable[Ligne], reponse: Json) -> bool:
    """Returns whether his registrations say of a candidate what his service answers; of who has no name any more, whom
    he counts as is all that they say."""
    qui = inscrit_de(reponse)
    return all(
        ligne["canonique_id"] == reponse["canonique_id"]
        and (reponse["anonyme"] or Inscrit(imprimes.personne(ligne["personne"]), ligne["courriel"]) == qui)
        for ligne in inscriptions_de_lui
    )


def suivre_credits(acte: Acte, corps: Json) -> None:
    """These people have used more sessions of their year, or less: looks at the alerts of those to come (SES-06)."""
    i = inscriptions_candidats
    reexaminer(acte, sessions.c.id.in_(sa.select(i.c.session_id).where(i.c.canonique_id.in_(corps["candidats"]))))


def _a_venir(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition of the sessions to come, or that may still be given other dates (SES-11)."""
    return (sessions.c.date_debut > jour_sql(acte)) | sessions.c.etat.in_([etat.value for etat in JAMAIS_VALIDEE])


def _reexaminer_jures(acte: Acte, *conditions: sa.ColumnElement[bool]) -> Etapes[None]:
    """Asks again what jurés may do in the sessions, neither closed nor cancelled, where these conditions find them:
    once a session."""
    i = inscriptions_jures
    sieges = sa.select(i.c.session_id, i.c.jure_id).join(sessions, i.c.session_id == sessions.c.id)
    retenus = sieges.where(sessions.c.etat.not_in(_JURY_ARRETE), *conditions).order_by(i.c.session_id)
    for session_id, siens in groupees(acte.db.execute(retenus).mappings(), "session_id").items():
        yield from _reexaminer_jury(acte, session_id, [siege["jure_id"] for siege in siens])


def _laisser_finir(acte: Acte, jure_ids: Collection[str] | None = None) -> Etapes[None]:
    """Waits for those who are asking what these jurés, or any, may do, other listeners among them: what they were
    answered may be of before the news, and what they write is to be looked at after them. Who asks later hears of it.

    Raises:
        Indisponible: one lasts; the news is to be heard again.
    """

    def en_acte() -> set[str]:
        return acte.intentions_en_cours(INSCRIRE, SOUMETTRE, VALIDER, SUIVRE, sur=jure_ids)

    avant = en_acte()
    if avant and (yield from insister(lambda: avant & en_acte(), bool, _FOIS)):
        raise Indisponible()


def _reexaminer_jury(acte: Acte, session_id: str, jure_ids: list[str]) -> Etapes[None]:
    yield from _laisser_finir(acte, jure_ids)
    acte.reserver(SUIVRE, *jure_ids)
    session, reponses = yield from _interroger(acte, session_id, jure_ids)
    if en_suspens(reponses):
        raise Indisponible()  # nobody would look again, were that act refused: to be heard again
    acte.liberer()
    etat = session.etat_le(acte.jour(session.fuseau))
    if etat in _JURY_ARRETE:
        return  # closed, or cancelled, meanwhile
    if etat is Etat.A_CLOTURER:
        identifier_jury(acte, session, reponses)
        return
    actualisee = actualiser_jury(acte, session, reponses)
    if actualisee == session:
        return  # nor do its alerts change
    if [*map(siege, actualisee.jures)] != [*map(siege, session.jures)]:
        annoncer(acte, enregistrer(acte, session))
    signaler(acte, faits_de(acte, get_session(acte.db, session_id)))


def _interroger(acte: Acte, session_id: str, jure_ids: list[str]) -> Etapes[tuple[Session, list[Json]]]:
    """Asks what jurés may do in a session; returns it, locked, in the very frame that the answers are about."""
    vue = get_session_seule(acte.db, session_id)
    while True:
        reponses = yield from aptitudes_du_jury(acte, vue.cadre, jure_ids)
        session = get_session(acte.db, session_id, verrou=True)
        if session.cadre == vue.cadre:
            return session, reponses
        vue = session
