"""The file of the sessions."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from commun.actes.export import Colonne, Ligne, Tableau, page
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
    return page(acte, _TABLEAU, requete, p, apres, tris(acte), defaut=PAR_DEFAUT)


def _completer(acte: Acte, lignes: list[Ligne]) -> None:
    ids = [s["id"] for s in lignes]
    noms = intitules(acte.db)
    centres = etablissements_par_id(acte.db, {s["etablissement_id"] for s in lignes})
    candidats, jures = _compter(acte, inscriptions_candidats, ids), _compter(acte, inscriptions_jures, ids)
    for s in lignes:
        s["code"] = s["ccs_code"] or s["titre_code"]
        s["certification"] = noms.get(s["code"])
        centre = centres.get(s["etablissement_id"], {})
        s["centre"], s["siret"] = centre.get("denomination"), centre.get("siret")
        s["candidats"], s["jures"] = candidats.get(s["id"], 0), jures.get(s["id"], 0)


def _compter(acte: Acte, inscriptions: sa.Table, ids: Iterable[str]) -> dict[str, int]:
    requete = sa.select(inscriptions.c.session_id, sa.func.count().label("n"))
    comptes = requete.where(inscriptions.c.session_id.in_(list(ids))).group_by(inscriptions.c.session_id)
    return {ligne.session_id: ligne.n for ligne in acte.db.execute(comptes)}


_TABLEAU = Tableau(
    quoi="session(s)",
    cle=sessions.c.id,
    colonnes=(
        Colonne("Numéro", "numero"),
        Colonne("Type", "type"),
        Colonne("Code de la certification", "code"),
        Colonne("Certification", "certification"),
        Colonne("CCP", lambda s: ", ".join(s["ccp_codes"])),
        Colonne("Centre", "centre"),
        Colonne("SIRET", "siret"),
        Colonne("Site", "site_libelle"),
        Colonne("Département", "departement"),
        Colonne("Date de début", "date_debut", date=True),
        Colonne("Date de fin", "date_fin", date=True),
        Colonne("Heure de début", lambda s: s["heure_debut"].isoformat("minutes")),
        Colonne("Responsable", "responsable"),
        Colonne("État", lambda s: SESSION.libelles[s["etat_du_jour"]]),
        Colonne("Candidats inscrits", "candidats"),
        Colonne("Jurés inscrits", "jures"),
    ),
    completer=_completer,
)
