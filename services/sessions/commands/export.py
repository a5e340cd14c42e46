"""The file of the sessions."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from commun.actes import export
from commun.actes.unit_of_work import Acte
from commun.schemas.forms import charger
from services.sessions.domain.lifecycle import SESSION
from services.sessions.queries.listes import PAR_DEFAUT, conditions, etat_sql, tris
from services.sessions.schemas import entree
from services.sessions.storage.copies import etablissements_par_id, intitules
from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures, sessions


def page_export(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the sessions of the list as filtered and sorted."""
    p = charger(entree.ExportSessions, filtres)
    requete = sa.select(sessions, etat_sql(acte).label("etat_du_jour")).where(*conditions(acte, p))
    return export.page(acte, _TABLEAU, requete, p, apres, tris(acte), defaut=PAR_DEFAUT)


def _lire(acte: Acte, lignes: Sequence[Any]) -> list[list[Any]]:
    ids = [s["id"] for s in lignes]
    noms = intitules(acte.db)
    centres = etablissements_par_id(acte.db, {s["etablissement_id"] for s in lignes})
    candidats, jures = _compter(acte, inscriptions_candidats, ids), _compter(acte, inscriptions_jures, ids)
    return [
        [
            s["numero"],
            s["type"],
            s["ccs_code"] or s["titre_code"],
            noms.get(s["ccs_code"] or s["titre_code"]),
            ", ".join(s["ccp_codes"]),
            centres.get(s["etablissement_id"], {}).get("denomination"),
            s["site_libelle"],
            s["departement"],
            s["date_debut"],
            s["date_fin"],
            s["heure_debut"].isoformat("minutes"),
            s["responsable"],
            SESSION.libelles[s["etat_du_jour"]],
            candidats.get(s["id"], 0),
            jures.get(s["id"], 0),
        ]
        for s in lignes
    ]


def _compter(acte: Acte, inscriptions: sa.Table, ids: Iterable[str]) -> dict[str, int]:
    requete = sa.select(inscriptions.c.session_id, sa.func.count().label("n"))
    comptes = requete.where(inscriptions.c.session_id.in_(list(ids))).group_by(inscriptions.c.session_id)
    return {ligne.session_id: ligne.n for ligne in acte.db.execute(comptes)}


_TABLEAU = export.Tableau(
    quoi="session(s)",
    cle=sessions.c.id,
    colonnes=(
        "Numéro",
        "Type",
        "Code de la certification",
        "Certification",
        "CCP",
        "Centre",
        "Site",
        "Département",
        "Date de début",
        "Date de fin",
        "Heure de début",
        "Responsable",
        "État",
        "Candidats inscrits",
        "Jurés inscrits",
    ),
    dates=frozenset({"Date de début", "Date de fin"}),
    lire=_lire,
)
