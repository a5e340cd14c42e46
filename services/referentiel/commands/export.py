"""The file of the agréments."""

from collections.abc import Sequence
from typing import Any

from commun.actes import export
from commun.actes.unit_of_work import Acte
from commun.schemas.forms import charger
from services.referentiel import schemas
from services.referentiel.domain.lifecycle import AGREMENT
from services.referentiel.queries.agrements import PAR_DEFAUT, fin_sql, requete_des_agrements, statut_sql, tris
from services.referentiel.storage.tables import agrements, etablissements
from services.referentiel.storage.titres import intitules


def page_export(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the agréments of the list as filtered and sorted."""
    p = charger(schemas.ExportAgrements, filtres)
    jour = (statut_sql(acte).label("statut_du_jour"), fin_sql().label("fin_du_jour"))
    vues = (etablissements.c.siret, etablissements.c.denomination, *jour)
    requete = requete_des_agrements(acte, p).add_columns(*vues)
    return export.page(acte, _TABLEAU, requete, p, apres, tris(acte), defaut=PAR_DEFAUT)


def _lire(acte: Acte, lignes: Sequence[Any]) -> list[list[Any]]:
    noms = intitules(acte.db)
    return [
        [
            a["numero"],
            a["denomination"],
            a["siret"],
            a["libelle"],
            a["departement"],
            a["titre_code"] or a["ccs_code"],
            noms.get(a["titre_code"] or a["ccs_code"]),
            a["date_debut"],
            a["fin_du_jour"],
            AGREMENT.libelles[a["statut_du_jour"]],
        ]
        for a in lignes
    ]


_TABLEAU = export.Tableau(
    quoi="agrément(s)",
    cle=agrements.c.id,
    colonnes=(
        "Numéro",
        "Établissement",
        "SIRET",
        "Site",
        "Département",
        "Code de la certification",
        "Certification",
        "Date de début",
        "Date de fin",
        "Statut",
    ),
    dates=frozenset({"Date de début", "Date de fin"}),
    lire=_lire,
)
