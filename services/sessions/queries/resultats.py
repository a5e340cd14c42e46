"""Results as the contract shows them, and as their event tells of them."""

from collections.abc import Iterable, Mapping

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.schemas.forms import charger, instance
from services.sessions.domain.model import Etat, Session
from services.sessions.domain.resultats import Feuille, ResultatCandidat, jour_du_jury
from services.sessions.queries.faits import acquis_ailleurs
from services.sessions.queries.fiche import session_visible
from services.sessions.schemas import entree, sortie
from services.sessions.storage import attestations, resultats

_CLOTURE = tuple(instance(sortie.Cloture).fields)
"""What is told of a closing: not what each candidate had from elsewhere, nor through which correspondences, kept to
judge him by."""


def lire(acte: Acte, session_id: str, filtres: Json) -> Json:
    """Returns a version of a session's results, the last one where none is named."""
    session = session_visible(acte, session_id)
    version = charger(entree.FiltresResultats, filtres)["version"]
    acquis = acquis_ailleurs(acte, session) if session.cadre.ccp_codes else {}
    return feuille_en_clair(acte, session, version, acquis)


def feuille_en_clair(acte: Acte, session: Session, version: int | None, acquis: Mapping[str, frozenset[str]]) -> Json:
    """Returns a sheet, with who entered which version, what was closed, and what candidates had before.

    Args:
        acquis: by candidate, the codes that he has by other sessions.
    """
    deja = {candidat_id: sorted(codes & session.cadre.ccp_codes) for candidat_id, codes in acquis.items()}
    saisies, clotures = resultats.versions(acte.db, session.id), resultats.clotures_de(acte.db, session.id)
    derniere = saisies[0]["version"] if saisies else 0
    feuille = _feuille(acte, session, version or derniere)
    if feuille is None and version:
        raise Introuvable()
    visee = None
    if session.pv_vise_le and clotures:
        close = clotures[-1].resultats_version
        visee = feuille if close == (version or derniere) else _feuille(acte, session, close)
    return {
        "session_id": session.id,
        "version": version or derniere,
        "resultats": _lignes(feuille.resultats) if feuille else [],
        "jures_presents": sorted(feuille.jures_presents) if feuille else [],
        "deja_acquis": {candidat_id: codes for candidat_id, codes in deja.items() if codes},
        "versions": saisies,
        "clotures": [{nom: getattr(c, nom) for nom in _CLOTURE} for c in clotures],
        "attestations_attendues": _attestations_attendues(acte, session, visee),
    }


def _attestations_attendues(acte: Acte, session: Session, visee: Feuille | None) -> list[str]:
    """Returns those who were present at a session whose PV is signed, and have no attestation that holds: a CCP noted
    « déjà acquis » rests on another PV, which is still to be signed or was corrected since (RES-03, RES-04).

    Args:
        visee: the sheet of that PV.
    """
    if visee is None:
        return []
    tenues = {c for c, derniere in attestations.dernieres(acte.db, session.id).items() if derniere.decision}
    return [r.candidat_id for r in visee.resultats if r.present and r.candidat_id not in tenues]


def resultats_publies(acte: Acte, session: Session) -> Json | None:
    """Returns the last closed results of a session as their event tells of them; `None` where nothing was closed."""
    clotures = resultats.clotures_de(acte.db, session.id)
    if not clotures:
        return None
    derniere = clotures[-1]
    feuille = _feuille(acte, session, derniere.resultats_version)
    lignes = feuille.resultats if feuille and session.etat is not Etat.ANNULEE else ()
    cadre = session.cadre
    return {
        "session_id": session.id,
        "version": session.version,
        "titre_code": cadre.titre_code,
        "ccs_code": cadre.ccs_code,
        "date_fin": cadre.date_fin.isoformat(),
        "acquis_le": jour_du_jury(cadre.date_fin, clotures[0].arretee_le).isoformat(),
        "juge_le": jour_du_jury(cadre.date_fin, derniere.arretee_le).isoformat(),
        "confirmes": derniere.visee_le is not None,
        "ccp_exiges": derniere.ccp_exiges,
        "correspondances": derniere.correspondances,
        "candidats": _lignes(lignes),
    }


def _feuille(acte: Acte, session: Session, version: int) -> Feuille | None:
    lue = resultats.feuille(acte.db, session.id, version)
    return lue.des_inscrits(session) if lue else None


def _lignes(de_chacun: Iterable[ResultatCandidat]) -> list[Json]:
    return [{"candidat_id": r.candidat_id, **resultats.en_json(r)} for r in de_chacun]
