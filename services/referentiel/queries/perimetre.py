"""Which établissements and agréments a profil sees."""

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable
from commun.domain.referentiel import TypeProfil
from commun.storage.db import identifiant
from services.referentiel.domain.model import Etablissement
from services.referentiel.domain.perimetre import couvre
from services.referentiel.storage.etablissements import AgrementStocke, get_agrement, get_etablissements
from services.referentiel.storage.tables import etablissements, sites


def visible_sql(acteur: Acteur) -> sa.ColumnElement[bool]:
    """Returns the condition that the head office or a site of an établissement is in this profil's perimeter."""
    match acteur.type:
        case TypeProfil.NATIONAL:
            return sa.true()
        case TypeProfil.CENTRE:
            return etablissements.c.id == acteur.etablissement_id
        case TypeProfil.UD:
            return ici("departement", acteur.departement)
        case TypeProfil.DIRECCTE:
            return ici("region", acteur.region)


def ici(champ: str, valeur: str | None) -> sa.ColumnElement[bool]:
    """Returns the condition that the head office or a site of an établissement is in this département, or région."""
    un_site = sa.exists().where(sites.c.etablissement_id == etablissements.c.id, sites.c[champ] == valeur)
    return (etablissements.c[champ] == valeur) | un_site


def exiger_visible(acteur: Acteur, etablissement: Etablissement) -> None:
    """Raises 404 where this établissement is outside the perimeter of this profil."""
    if acteur.type is TypeProfil.CENTRE:
        dedans = etablissement.id == acteur.etablissement_id
    else:
        dedans = couvre(acteur, etablissement.territoires)
    if not dedans:
        raise Introuvable()


def etablissement_connu(acte: Acte, etablissement_id: str, *, verrou: bool = False) -> tuple[Etablissement, int]:
    """Returns an établissement and its version, for nobody's perimeter."""
    cle = identifiant(etablissement_id)
    trouve = get_etablissements(acte.db, [cle], verrou=verrou).get(cle)
    if trouve is None:
        raise Introuvable()
    return trouve


def etablissement_visible(acte: Acte, etablissement_id: str, *, verrou: bool = False) -> tuple[Etablissement, int]:
    """Returns an établissement of the actor's perimeter and its version."""
    trouve = etablissement_connu(acte, etablissement_id, verrou=verrou)
    exiger_visible(acte.acteur, trouve[0])
    return trouve


def agrement_visible(acte: Acte, agrement_id: str) -> AgrementStocke:
    """Returns an agrément of the actor's perimeter: its own, or one at a site of its territory."""
    stocke = get_agrement(acte.db, identifiant(agrement_id))
    if stocke is None or not dans_le_perimetre(acte.acteur, stocke):
        raise Introuvable()
    return stocke


def dans_le_perimetre(acteur: Acteur, stocke: AgrementStocke) -> bool:
    """Returns whether an agrément is this profil's to see from near: its own, or one at a site of its territory."""
    if acteur.type is TypeProfil.CENTRE:
        return stocke.agrement.etablissement_id == acteur.etablissement_id
    return couvre(acteur, [stocke.site.territoire])


def agrement_visible_sql(acteur: Acteur) -> sa.ColumnElement[bool]:
    """Returns `dans_le_perimetre` in SQL, of the rows of `AGREMENTS`."""
    match acteur.type:
        case TypeProfil.NATIONAL | TypeProfil.CENTRE:
            return visible_sql(acteur)
        case TypeProfil.UD:
            return sites.c.departement == acteur.departement
        case TypeProfil.DIRECCTE:
            return sites.c.region == acteur.region
