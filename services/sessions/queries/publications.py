"""A session as the other services hear of it: ids and facts."""

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from services.sessions.domain.model import Etat, Session
from services.sessions.domain.resultats import a_noter
from services.sessions.storage import resultats

_TERMINEE = frozenset({Etat.A_CLOTURER, Etat.CLOTUREE, Etat.DEBLOQUEE})


def session_publiee(acte: Acte, session: Session) -> Json:
    """Returns the body of the event that tells of a session. `etat`: the stored one."""
    c = session.cadre
    trouvees = resultats.feuilles(acte.db, [session.id])
    restent = a_noter(session, trouvees[session.id][1] if trouvees else None)
    return {
        "id": session.id,
        "version": session.version,
        "numero": session.numero,
        "type": c.type,
        "titre_code": c.titre_code,
        "ccs_code": c.ccs_code,
        "etat": session.etat,
        "date_debut": c.date_debut.isoformat(),
        "date_fin": c.date_fin.isoformat(),
        "etablissement_id": c.etablissement_id,
        "site_id": c.site.id,
        "departement": c.site.departement,
        "region": c.site.region,
        "jures": [
            {"jure_id": j.jure_id, "habilitation_id": j.habilitation.id if j.habilitation else None}
            for j in session.jures
        ],
        "candidats": [
            {"candidat_id": i.candidat_id, "parcours": i.parcours, "resultat_saisi": i.candidat_id not in restent}
            for i in session.candidats
        ],
    }


def inscription_publiee(acte: Acte, session: Session, habilitation_id: str | None) -> Json:
    """Returns a juré's registration as `jures` reads it. `etat`: that of the day."""
    etat = session.etat_le(acte.jour(session.fuseau))
    return {
        "session_id": session.id,
        "numero": session.numero,
        "etat": etat,
        "date_debut": session.cadre.date_debut.isoformat(),
        "date_fin": session.cadre.date_fin.isoformat(),
        "etablissement_id": session.cadre.etablissement_id,
        "habilitation_id": habilitation_id,
        "terminee": etat in _TERMINEE,
        "annulee": etat is Etat.ANNULEE,
        "caduque": etat is Etat.CADUQUE,
    }
