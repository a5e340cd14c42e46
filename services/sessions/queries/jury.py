"""The jury of a session: what it is worth, who could sit in it; and the session's deadlines."""

from collections.abc import Generator
from dataclasses import asdict
from typing import Any

from commun.unit_of_work import Acte, Question
from services.sessions.domain.delais import echeances as calculer
from services.sessions.domain.jury import MINIMUM, couverture
from services.sessions.domain.model import Cadre
from services.sessions.queries.faits import faits_de
from services.sessions.queries.fiche import session_visible
from services.sessions.storage import copies
from services.sessions.storage.parametres import get_parametres

Json = dict[str, Any]


def couvrir(acte: Acte, session_id: str) -> Json:
    """Returns who may sit, and who covers which CCP (SES-07)."""
    session = session_visible(acte, session_id)
    faits = faits_de(acte, session)
    c = couverture(session.cadre, session.jures)
    intitules = {code: faits.intitules_ccp((code,))[0] for code in c.par_ccp}
    return {
        "habilites": [j.nom for j in c.habilites],
        "minimum": MINIMUM,
        "ccps": [{"code": code, "intitule": intitules[code], "jures": list(noms)} for code, noms in c.par_ccp.items()],
        "suffisante": len(c.habilites) >= MINIMUM and not c.manquants,
    }


def echeances(acte: Acte, session_id: str) -> Json:
    """Returns the session's deadlines, as the parameters in force make them, and the day that they are counted from."""
    session = session_visible(acte, session_id)
    jour = acte.jour(session.cadre.site.fuseau)
    return asdict(calculer(session.cadre, get_parametres(acte.db), jour)) | {"jour": jour}


def jures_possibles(acte: Acte, session_id: str, filtres: Json) -> Generator[Question, Any, Json]:
    """Returns a page of the jurés who could sit in a session, as `jures` knows them, without those of its jury."""
    session = session_visible(acte, session_id)
    page = yield Question(
        "jures_gardes",
        "possibles",
        filtres=filtres,
        departement=session.cadre.site.departement,
        region=session.cadre.site.region,
        sauf=[j.jure_id for j in session.jures],
        **criteres(acte, session.cadre),
    )
    return dict(page)


def criteres(acte: Acte, cadre: Cadre) -> Json:
    """Returns what `jures` must know of a session to say who may sit in it.

    `equivalents`: by CCP of an earlier titre, those of the session that it stands for (REF-01); left out where there is
    none, as in nearly every session, which a `jures` of the version before understands.
    """
    equivalents = {
        ancien: sorted(vises)
        for ancien, neufs in copies.correspondances(acte.db).items()
        if (vises := neufs & cadre.ccp_codes)
    }
    return {
        "type": cadre.type,
        "titre_code": cadre.titre_code,
        "ccp_codes": sorted(cadre.ccp_codes),
        "ccs_code": cadre.ccs_code,
        "date_debut": cadre.date_debut,
        "date_fin": cadre.date_fin,
    } | ({"equivalents": equivalents} if equivalents else {})
