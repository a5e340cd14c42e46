"""The file of the agréments."""

from typing import Any

from commun.actes.export import Colonne, Ligne, Tableau, page
from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import Agrement
from commun.schemas.forms import charger
from commun.storage.requetes import objet
from services.referentiel.domain.lifecycle import AGREMENT
from services.referentiel.domain.model import StatutAgrement, sert_jusqu_au
from services.referentiel.queries.liste_agrements import PAR_DEFAUT, requete_des_agrements, statut_sql, tris
from services.referentiel.schemas import entree
from services.referentiel.storage.tables import agrements, etablissements
from services.referentiel.storage.titres import get_titres, intitules, titres_du_ccs


def page_export(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the agréments of the list as filtered and sorted."""
    p = charger(entree.ExportAgrements, filtres)
    vues = (etablissements.c.siret, etablissements.c.denomination, statut_sql(acte).label("statut_du_jour"))
    requete = requete_des_agrements(acte, p).add_columns(*vues)
    return page(acte, _TABLEAU, requete, p, apres, tris(acte), defaut=PAR_DEFAUT)


def _completer(acte: Acte, lignes: list[Ligne]) -> None:
    noms = intitules(acte.db)
    par_ccs = titres_du_ccs(acte.db, {a["ccs_code"] for a in lignes if a["ccs_code"]})
    siens = {a["id"]: [a["titre_code"]] if a["titre_code"] else par_ccs.get(a["ccs_code"], []) for a in lignes}
    connus = get_titres(acte.db, {code for codes in siens.values() for code in codes})
    for a in lignes:
        a["code"] = a["titre_code"] or a["ccs_code"]
        a["certification"] = noms.get(a["code"])
        permet = a["statut_du_jour"] == StatutAgrement.ACCORDE.value
        titres = [connus[code][0] for code in siens[a["id"]]]
        a["permet_jusqu_au"] = sert_jusqu_au(objet(Agrement, a), titres) if permet else None


_TABLEAU = Tableau(
    quoi="agrément(s)",
    cle=agrements.c.id,
    colonnes=(
        Colonne("Numéro", "numero"),
        Colonne("Établissement", "denomination"),
        Colonne("SIRET", "siret"),
        Colonne("Site", "libelle"),
        Colonne("Département", "departement"),
        Colonne("Code de la certification", "code"),
        Colonne("Certification", "certification"),
        Colonne("Date de début", "date_debut", date=True),
        Colonne("Date de fin", "date_fin", date=True),
        Colonne("Statut", lambda a: AGREMENT.libelles[a["statut_du_jour"]]),
        Colonne("Sessions permises jusqu'au", "permet_jusqu_au", date=True),
    ),
    completer=_completer,
)
