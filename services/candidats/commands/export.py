"""The file of the candidats."""

from typing import Any

from commun.actes.export import Colonne, Ligne, Tableau, page
from commun.actes.unit_of_work import Acte
from commun.domain.pays import nom_du_pays
from commun.schemas.forms import charger
from commun.schemas.telephones import en_clair
from services.candidats import schemas
from services.candidats.domain.model import Naissance
from services.candidats.fichiers.colonnes import CALCULEES
from services.candidats.queries.candidats import (
    PAR_DEFAUT,
    TRIS,
    acquis_des,
    lieu_de_naissance,
    requete_des_candidats,
)
from services.candidats.storage.tables import candidats


def page_export(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the candidates of the list as filtered and sorted."""
    p = charger(schemas.ExportCandidats, filtres)
    return page(acte, _TABLEAU, requete_des_candidats(acte.acteur, p), p, apres, TRIS, defaut=PAR_DEFAUT)


def _completer(acte: Acte, lignes: list[Ligne]) -> None:
    obtenus = acquis_des(acte, [c["id"] for c in lignes])
    for c in lignes:
        c |= {nom: (c["adresse"] or {}).get(nom) for nom in ("voie", "complement", "code_postal", "commune")}
        c |= {quoi: ", ".join(a.code for a in getattr(obtenus[c["id"]], quoi)) for quoi in CALCULEES.values()}
        ne_a = Naissance(c["naissance_pays"], c["naissance_code_insee"], c["naissance_commune"])
        c["lieu_de_naissance"] = lieu_de_naissance(ne_a)


_TABLEAU = Tableau(
    quoi="candidat(s)",
    cle=candidats.c.id,
    colonnes=(
        Colonne("Numéro", "numero"),
        Colonne("Civilité", "civilite"),
        Colonne("Nom de naissance", "nom_naissance"),
        Colonne("Nom d'usage", "nom_usage"),
        Colonne("Prénoms", "prenoms"),
        Colonne("Date de naissance", "date_naissance", date=True),
        Colonne("Lieu de naissance", "lieu_de_naissance"),
        Colonne("Commune de naissance", "naissance_commune"),
        Colonne("Code INSEE de naissance", "naissance_code_insee"),
        Colonne("Pays de naissance", lambda c: nom_du_pays(c["naissance_pays"])),
        Colonne("Adresse", "voie"),
        Colonne("Complément d'adresse", "complement"),
        Colonne("Code postal", "code_postal"),
        Colonne("Commune de résidence", "commune"),
        Colonne("Téléphone", lambda c: en_clair(c["telephone"])),
        Colonne("Courriel", "courriel"),
        *(Colonne(intitule, quoi) for intitule, quoi in CALCULEES.items()),
    ),
    completer=_completer,
)
