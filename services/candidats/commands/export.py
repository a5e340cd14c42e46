"""The file of the candidats."""

from collections.abc import Sequence
from typing import Any

from commun.actes import export
from commun.actes.unit_of_work import Acte
from commun.domain.pays import nom_du_pays
from commun.schemas.forms import charger
from commun.schemas.telephones import en_clair
from services.candidats import schemas
from services.candidats.fichiers.colonnes import CALCULEES
from services.candidats.queries.candidats import (
    PAR_DEFAUT,
    TRIS,
    acquis_des,
    lieu_de_naissance,
    requete_des_candidats,
)
from services.candidats.storage.candidats import candidat_de
from services.candidats.storage.tables import candidats


def page_export(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the candidates of the list as filtered and sorted."""
    p = charger(schemas.ExportCandidats, filtres)
    return export.page(acte, _TABLEAU, requete_des_candidats(acte.acteur, p), p, apres, TRIS, defaut=PAR_DEFAUT)


def _lire(acte: Acte, rangees: Sequence[Any]) -> list[list[Any]]:
    page = [candidat_de(r) for r in rangees]
    obtenus = acquis_des(acte, [c.id for c in page])
    return [_ligne(c, obtenus[c.id]) for c in page]


def _ligne(c: Any, acquis: Any) -> list[Any]:
    identite, adresse = c.identite, c.adresse
    lieu = [getattr(adresse, champ, None) for champ in ("voie", "complement", "code_postal", "commune")]
    ne_a = identite.naissance
    codes = [", ".join(a.code for a in liste) for liste in (acquis.ccps, acquis.titres, acquis.ccs)]
    return [
        c.numero,
        identite.civilite,
        identite.nom_naissance,
        identite.nom_usage,
        identite.prenoms,
        identite.date_naissance,
        lieu_de_naissance(ne_a),
        ne_a.commune,
        ne_a.code_insee,
        nom_du_pays(ne_a.pays_code),
        *lieu,
        en_clair(c.telephone),
        c.courriel,
        *codes,
    ]


_TABLEAU = export.Tableau(
    quoi="candidat(s)",
    cle=candidats.c.id,
    colonnes=(
        "Numéro",
        "Civilité",
        "Nom de naissance",
        "Nom d'usage",
        "Prénoms",
        "Date de naissance",
        "Lieu de naissance",
        "Commune de naissance",
        "Code INSEE de naissance",
        "Pays de naissance",
        "Adresse",
        "Complément d'adresse",
        "Code postal",
        "Commune de résidence",
        "Téléphone",
        "Courriel",
        *CALCULEES,
    ),
    dates=frozenset({"Date de naissance"}),
    lire=_lire,
)
