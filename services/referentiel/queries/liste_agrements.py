"""The list of agréments: what finds them, and where they stand on the day of their site, in SQL."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.dates import FUSEAUX, PARIS
from commun.domain.textes import SEPARATEURS
from commun.schemas.forms import charger
from commun.storage.pages import Tris, contient, lire_page, plie
from commun.storage.requetes import jour_du_site
from services.referentiel.domain.model import StatutAgrement
from services.referentiel.queries.agrements import agrements_en_clair
from services.referentiel.queries.perimetre import agrement_visible_sql, etablissement_visible
from services.referentiel.queries.renouvellements import a_renouveler_sql
from services.referentiel.queries.titres import fin_du_ccs_sql, fin_prolongation_sql
from services.referentiel.schemas import entree
from services.referentiel.storage.etablissements import AGREMENTS, agrements_lus
from services.referentiel.storage.tables import agrements, ccs, etablissements, sites, titres, titres_ccs

PAR_DEFAUT = "date_fin"
_NUMERO = sa.func.regexp_replace(plie(agrements.c.numero), rf"[{SEPARATEURS}\s]+", " ", "g")
"""As `normaliser` folds it: « AG-001 » is looked for whole, the pieces of a number being found in any SIRET."""


def lister_agrements(acte: Acte, filtres: dict[str, Any], etablissement_id: str | None = None) -> dict[str, Any]:
    """Returns a page of agréments: those of an établissement, else of the whole perimeter."""
    siens = None
    if etablissement_id:  # one that is not seen is absent before the filters are read
        siens = agrements.c.etablissement_id == etablissement_visible(acte, etablissement_id)[0].id
    p = charger(entree.FiltresAgrements, filtres)
    requete = requete_des_agrements(acte, p, siens)
    cles = requete.with_only_columns(agrements.c.id, maintain_column_froms=True)  # alone, they are light to sort
    lignes, cadre = lire_page(acte.db, cles, p, tris(acte), defaut=PAR_DEFAUT, cle=agrements.c.id)
    ids = [ligne["id"] for ligne in lignes]
    lus = {s.agrement.id: s for s in agrements_lus(acte.db, AGREMENTS.where(agrements.c.id.in_(ids)))}
    return {"elements": agrements_en_clair(acte, [lus[id_] for id_ in ids]), **cadre}


def tris(acte: Acte) -> Tris:
    """Returns what the list is sorted by, on the day of each site."""
    return {
        "date_fin": agrements.c.date_fin,
        "date_debut": agrements.c.date_debut,
        "numero": agrements.c.numero,
        "titre_code": sa.func.coalesce(agrements.c.titre_code, ""),
        "ccs_code": sa.func.coalesce(agrements.c.ccs_code, ""),
        "statut": statut_sql(acte),
    }


def requete_des_agrements(acte: Acte, p: dict[str, Any], parmi: sa.ColumnElement[bool] | None = None) -> sa.Select[Any]:
    """Returns the query of the list of agréments that these filters make, among those of the perimeter by default."""
    requete = AGREMENTS.where(agrement_visible_sql(acte.acteur) if parmi is None else parmi)
    egalites = (
        ("titre", agrements.c.titre_code),
        ("ccs", agrements.c.ccs_code),
        ("departement", sites.c.departement),
        ("region", sites.c.region),
    )
    requete = requete.where(*(colonne == p[nom] for nom, colonne in egalites if p[nom]))
    if p["statut"]:
        requete = requete.where(_au_statut_sql(acte, p["statut"]))
    if p["fin_avant"]:
        requete = requete.where((agrements.c.date_fin < p["fin_avant"]) | _abrege_avant(p["fin_avant"]))
    if p["fin_apres"]:
        requete = requete.where(agrements.c.date_fin >= p["fin_apres"], _abrege_avant(p["fin_apres"]).is_not(True))
    if p["a_renouveler"] is not None:
        requete = requete.where(a_renouveler_sql(acte) if p["a_renouveler"] else ~a_renouveler_sql(acte))
    return _cherchee(requete, p["q"]) if p["q"] else requete


def _abrege_avant(jour: date) -> sa.ColumnElement[bool]:
    """Returns the condition that an agrément, unless it was withdrawn, ends with the prolongation of its titre, or of
    those of its CCS, before a day."""
    retire = agrements.c.statut == StatutAgrement.RETIRE.value
    du_titre = agrements.c.titre_code.in_(sa.select(titres.c.code).where(fin_prolongation_sql() < jour))
    finis = sa.select(ccs.c.code).where(fin_du_ccs_sql(ccs.c.code) < jour)
    return ~retire & (du_titre | agrements.c.ccs_code.in_(finis))


def _cherchee(requete: sa.Select[Any], q: str) -> sa.Select[Any]:
    """Returns a query of agréments with what `q` looks for: their établissement, their number, what they are for."""
    titre, complement = titres.alias(), ccs.alias()  # `statut_sql` looks into the tables themselves
    requete = requete.outerjoin(titre, titre.c.code == agrements.c.titre_code)
    requete = requete.outerjoin(complement, complement.c.code == agrements.c.ccs_code)
    sujet = sa.func.coalesce(titre.c.recherche, complement.c.recherche)
    texte = sa.func.concat_ws(" ", etablissements.c.recherche, _NUMERO, sujet)
    return requete.where(contient(texte, q, d_un_tenant=True))


def statut_sql(acte: Acte) -> sa.ColumnElement[str]:
    """Returns `statut_le` in SQL, on the day of each agrément's site."""
    stocke, vaut = agrements.c.statut, (agrements.c.statut == StatutAgrement.RETIRE.value) | _court_sql(acte)
    return sa.case((vaut, stocke), else_=StatutAgrement.ECHU.value)


def _au_statut_sql(acte: Acte, statut: str) -> sa.ColumnElement[bool]:
    """Returns the condition that `statut_sql` is this one, in terms whose frequency the planner knows."""
    match statut:
        case StatutAgrement.RETIRE:
            return agrements.c.statut == statut
        case StatutAgrement.ECHU:
            return (agrements.c.statut != StatutAgrement.RETIRE.value) & _court_sql(acte).is_not(True)
        case _:
            return (agrements.c.statut == statut) & _court_sql(acte)


def _court_sql(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition that an agrément is not at its end, by its own dates or by its titre's prolongation."""
    jour, jours = jour_du_site(sites.c.departement, acte.jour), [acte.jour(zone) for zone in (PARIS, *FUSEAUX.values())]
    couvert = titres.c.date_fin_de_vie.between(agrements.c.date_debut, agrements.c.date_fin)
    en_prolongation = (titres.c.date_fin_de_vie < max(jours)) & (fin_prolongation_sql() >= min(jours))
    du_titre = sa.select(titres.c.code).where(en_prolongation)
    du_ccs = sa.select(titres_ccs.c.ccs_code).join(titres).where(en_prolongation)
    # in the order of their cost: the site's day is looked for where it matters, the titre where the dates are past, and
    # first among the few that may be in prolongation
    return sa.or_(
        agrements.c.date_fin >= max(jours),
        agrements.c.date_fin >= jour,
        agrements.c.titre_code.in_(du_titre)
        & sa.exists().where(titres.c.code == agrements.c.titre_code, couvert, fin_prolongation_sql() >= jour),
        agrements.c.ccs_code.in_(du_ccs)
        & sa.exists()
        .where(titres.c.code == titres_ccs.c.titre_code, titres_ccs.c.ccs_code == agrements.c.ccs_code)
        .where(couvert, fin_prolongation_sql() >= jour),
    )
