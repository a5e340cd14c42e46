"""Attestations follow what is confirmed: delivered, replaced or withdrawn as PVs are signed, corrected or annulled."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.domain.acquis import correspondances_gardees
from commun.domain.textes import de_qui
from commun.storage.db import nouvel_id
from commun.traces.nominatif import nominatif
from services.sessions.commands.annonces import annoncer_les_attestations
from services.sessions.documents.modele import Attestation, ResultatImprime, SessionImprimee
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat, Session
from services.sessions.domain.resultats import Feuille, ResultatCcp, jour_du_jury
from services.sessions.queries.faits import acquis_confirmes, faits_de
from services.sessions.queries.impression import session_imprimee
from services.sessions.queries.proces_verbal import resultats_imprimes
from services.sessions.storage import attestations, plafonds, proces_verbaux, resultats
from services.sessions.storage.attestations import AttestationStockee, Derniere
from services.sessions.storage.resultats import Cloture
from services.sessions.storage.sessions import get_session, nom_de

Cause = tuple[str, str]
"""Why an attestation says something else than it must: as its trace tells it, and by which rule."""

_AUTRE_SESSION: Cause = ("une autre session dont elle dépend a changé", "RES-04")
_IDENTITE: Cause = ("l'identité du candidat a été corrigée", "CAN-02")
FUSION: Cause = ("deux fiches du candidat ont été fusionnées", "CAN-04")


def attester(
    acte: Acte,
    identites: Iterable[str],
    depuis: date = date.min,
    cause: Cause | None = None,
    *,
    dans: str | None = None,
) -> None:
    """Has the attestations of these people say what is confirmed, now that a PV was signed, corrected or annulled, and
    who they are, now that an identity was corrected (CAN-02).

    A titre rests on the CCPs of other sessions too: it is attested once their PVs are all signed, and no longer where
    one of them is not. So every session of theirs whose own PV is signed is looked at, and changed where it must be.

    Args:
        depuis: from when what that PV gives is acquired: the sessions judged before rest on nothing of it.
        cause: what has happened, where it is neither another session nor a correction.
        dans: the session that is acted on, if one is: it tells of its own. The centre of any other is told (MSG-01).
    """
    racines = set(plafonds.verrouiller(acte.db, {i: i for i in identites}).values())
    clos = resultats.resultats_clos(acte.db, racines)
    touches = (r for siens in clos.values() for r in siens if r.jusqu_au >= depuis)
    for session_id in sorted({r.session_id for r in touches if r.confirme}):
        session = replace(get_session(acte.db, session_id), etat=Etat.CLOTUREE)  # its last closing holds until the next
        faits = faits_de(acte, session)
        derniere = resultats.clotures_de(acte.db, session_id)[-1]
        feuille = resultats.feuille(acte.db, session_id, derniere.resultats_version)
        assert feuille
        eux = {c.candidat_id for c in session.candidats if c.identite in racines}
        lignes = tuple(r for r in feuille.resultats if r.candidat_id in eux)
        ailleurs = session_id != dans
        changees = _attester(acte, faits, replace(feuille, resultats=lignes), derniere, cause, ailleurs=ailleurs)
        if ailleurs and changees:
            annoncer_les_attestations(acte, session, changees)


def _attester(
    acte: Acte, faits: Faits, feuille: Feuille, cloture: Cloture, cause: Cause | None, *, ailleurs: bool
) -> Counter[str]:
    """Delivers the attestations of these lines that are not as they must be, each replacing the one before, and
    withdraws those that hold no longer. Returns how many became what. `ailleurs`: nobody acts on this session."""
    session = faits.session
    confirmes = acquis_confirmes(acte, session, correspondances_gardees(cloture.correspondances))
    arretee = proces_verbaux.session_arretee(acte.db, session.id, cloture.version)
    imprimee = arretee or session_imprimee(acte, session)  # it attests what that PV says
    precedentes = attestations.dernieres(acte.db, session.id)
    lignes = {r.candidat_id: r for r in feuille.resultats}
    delivrees, changees = [], Counter[str]()
    for r in resultats_imprimes(acte, replace(faits, acquis=confirmes), feuille, cloture):
        candidat_id = r.personne.id
        ligne, precedente = lignes.get(candidat_id), precedentes.get(candidat_id)
        if ligne is None or not ligne.present:
            continue
        en_vigueur = precedente if precedente and precedente.decision else None
        if ligne.ccps_a(ResultatCcp.DEJA_ACQUIS) - confirmes.get(candidat_id, frozenset()):
            if en_vigueur:
                attestations.retirer(acte.db, session.id, faits.jour, candidat_id)
                _tracer(acte, session, r, "retirée", cause or _AUTRE_SESSION)
                changees["retirees"] += 1
            continue
        if en_vigueur:
            if (pourquoi := _pourquoi_la_remplacer(en_vigueur, r, cause)) is None:
                continue
            _tracer(acte, session, r, "remplacée", pourquoi)
        elif ailleurs:
            _tracer(acte, session, r, "délivrée", cause or _AUTRE_SESSION)
        changees["remplacees" if en_vigueur else "delivrees"] += 1
        attestation = _suivante(imprimee, r, cloture, faits.jour, precedente)
        delivrees.append(
            AttestationStockee(nouvel_id(), session.id, candidat_id, attestation, clock.maintenant(), "valide")
        )
    attestations.ajouter(acte.db, delivrees)
    return changees


def _pourquoi_la_remplacer(en_vigueur: Derniere, r: ResultatImprime, cause: Cause | None) -> Cause | None:
    """Returns why an attestation says something else than it must; `None` where it may stay."""
    if en_vigueur.decision != r.decision:
        return cause or _AUTRE_SESSION
    if not r.personne.meme_etat_civil(en_vigueur.personne):
        return cause or _IDENTITE
    return None


def _suivante(
    imprimee: SessionImprimee, r: ResultatImprime, cloture: Cloture, jour: date, precedente: Derniere | None
) -> Attestation:
    """Returns the next attestation of a candidate, under a code of its own."""
    return Attestation(
        session=imprimee,
        resultat=r,
        autorite=cloture.visa_service or "",
        delivree_le=jour,
        code=attestations.nouveau_code(),
        url="",
        version=precedente.version + 1 if precedente else 1,
        precedente_delivree_le=precedente.delivree_le if precedente else None,
    )


def sans_acquis(acte: Acte, faits: Faits) -> None:
    """Withdraws the attestations of a session, and what those of others rested on it: it is no longer confirmed.

    Its own come last, once its candidates are locked: two sessions that share some would each wait for the attestations
    of the other.
    """
    session = faits.session
    depuis = jour_du_jury(session.cadre.date_fin, resultats.clotures_de(acte.db, session.id)[0].arretee_le)
    attester(acte, (c.identite for c in session.candidats), depuis, dans=session.id)
    attestations.retirer(acte.db, session.id, faits.jour)


def _tracer(acte: Acte, session: Session, r: ResultatImprime, sort: str, cause: Cause) -> None:
    nom, (pourquoi, code) = nom_de(r.personne), cause
    phrase = f"L'attestation {de_qui(nom, nominatif(r.personne.id, nom))} a été {sort} : {pourquoi}."
    acte.tracer("session", session.id, "attestation", phrase, code=code)
