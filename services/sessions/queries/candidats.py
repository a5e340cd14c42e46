"""What a candidate's page shows of his sessions: his credits, his attestations; and the public check of a code."""

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.schemas.forms import Page, charger
from commun.storage.db import identifiant
from commun.storage.pages import feuilleter
from services.sessions.domain.parametres import Portee
from services.sessions.domain.plafond import PLAFOND, debuts_comptes, debuts_utilises, prochain_debut
from services.sessions.queries.fiche import session_seule_visible
from services.sessions.schemas import entree
from services.sessions.storage import attestations, plafonds
from services.sessions.storage.attestations import AttestationStockee
from services.sessions.storage.parametres import get_parametres
from services.sessions.storage.tables import attestations as table


def credits(acte: Acte, candidat_id: str, filtres: Json) -> Etapes[Json]:
    """Returns how many of his sessions of a year a candidate has used, and from when he may start another (INS-04).

    Other centres' sessions count, and are not named.
    """
    cle = identifiant(candidat_id)
    yield from _exiger_visible(cle)
    jour = acte.jour()
    p = charger(entree.FiltresCredits, filtres)
    debut, titre_code = p["debut"] or jour, p["titre"]
    parametres = get_parametres(acte.db)
    canonique_id = plafonds.canonique_de(acte.db, cle)
    sessions = plafonds.sessions_des_identites(acte.db, [canonique_id], acte.jour).get(canonique_id, [])
    portee = parametres.portee(jour) if titre_code else Portee.CANDIDAT
    debuts, fenetre = debuts_comptes(sessions, portee, titre_code), parametres.fenetre(jour)
    utilises, prochain = debuts_utilises(debuts, debut, fenetre), prochain_debut(debuts, debut, fenetre)
    return {"n": len(utilises), "sur": PLAFOND, "debuts": list(utilises), "prochain_debut": prochain}


def lister_attestations(acte: Acte, candidat_id: str, filtres: Json) -> Etapes[Json]:
    """Returns a page of the attestations of a candidate, newest first."""
    cle = identifiant(candidat_id)
    yield from _exiger_visible(cle)
    siennes = table.c.candidat_id.in_(plafonds.identites_de(acte.db, cle))
    trouvees = attestations.lire(acte.db, siennes)
    elements = (_attestation(a) for a in trouvees)
    return feuilleter(elements, charger(Page, filtres), ("delivree_le", "version"), lambda e: e["code"])


def attestation_visible(acte: Acte, attestation_id: str) -> Etapes[AttestationStockee]:
    """Returns an attestation to who sees its session, and to who sees whom it is about: his page shows it."""
    trouvees = attestations.lire(acte.db, table.c.id == identifiant(attestation_id))
    if not trouvees:
        raise Introuvable()
    try:
        session_seule_visible(acte, trouvees[0].session_id)
    except Introuvable:
        yield from _exiger_visible(trouvees[0].candidat_id)
    return trouvees[0]


def verifier(acte: Acte, code: str) -> Json:
    """Returns whether an attestation still holds, and nothing more: anybody may ask."""
    trouvees = attestations.lire(acte.db, table.c.code == attestations.code_lu(code))
    if not trouvees:
        raise Introuvable("Aucune attestation ne porte ce code.")
    return {"statut": trouvees[0].statut}


def _exiger_visible(candidat_id: str) -> Etapes[None]:
    """Raises 404 for a candidate outside the actor's perimeter, which his own service alone knows."""
    visibles = yield Question("candidats_gardes", "dans_mon_perimetre", candidat_ids=[candidat_id])
    if candidat_id not in visibles:
        raise Introuvable()


def _attestation(a: AttestationStockee) -> Json:
    return {
        "id": a.id,
        "session_id": a.session_id,
        "session_numero": a.attestation.session.numero,
        "certification": a.attestation.session.certification.intitule,
        "candidat_id": a.candidat_id,
        "version": a.attestation.version,
        "delivree_le": a.attestation.delivree_le,
        "decision": a.attestation.resultat.decision,
        "code": a.attestation.code,
        "statut": a.statut,
    }
