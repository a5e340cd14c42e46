"""The lists of jurés and of habilitations: a fixed number of queries a page."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import charger
from commun.storage.pages import Tris, contient, lire_page, paginer, plie
from services.jures import schemas
from services.jures.domain.model import EtatHabilitation
from services.jures.queries.perimetre import habilitation_visible, visible
from services.jures.queries.vues import habilitation_en_clair, jure_de_liste, nom_du_jure
from services.jures.storage.etats import Etats, etats_le
from services.jures.storage.fiches import Fiche, get_fiches
from services.jures.storage.tables import habilitations, jures

TRIS_DES_JURES: Tris = {
    "nom": jures.c.tri,
    "prenom": plie(jures.c.prenom),
    "departement": jures.c.departement,
    "statut": jures.c.statut,
}
_VIVE = habilitations.c.etat != EtatHabilitation.SUPPRIMEE
JURES_PAR_DEFAUT, HABILITATIONS_PAR_DEFAUT = "nom", "date_fin"


def lister_jures(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of jurés."""
    p = charger(schemas.FiltresJures, filtres)
    requete = sa.select(jures.c.id).where(choix_des_jures(acte, p))
    lignes, cadre = _lire(acte, requete, p, TRIS_DES_JURES, None, defaut=JURES_PAR_DEFAUT, cle=jures.c.id)
    ids = [ligne["id"] for ligne in lignes]
    fiches = get_fiches(acte.db, ids, acte.jour)
    return {"elements": [jure_de_liste(fiches[id_]) for id_ in ids], **cadre}


def lister_habilitations(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of habilitations, each in the state that it has on the day."""
    p = charger(schemas.FiltresHabilitations, filtres)
    etats, tri = etats_le(acte.jour()), p["tri"].removeprefix("-")
    # a join, even one of no use, has PostgreSQL read each row where an index says it all
    juges = tri == "etat" or p["etat"] or p["fin_avant"] or p["a_renouveler"] is not None
    source = etats.source if juges else habilitations
    tris, seules = tris_des_habilitations(etats), _sans_les_jures(acte, p, etats, source)
    if seules is None or tri == "departement":
        requete = requete_des_habilitations(acte, p, etats, source)
    else:
        requete, tris["nom"] = seules, habilitations.c.tri
    ordre = {"defaut": HABILITATIONS_PAR_DEFAUT, "cle": habilitations.c.id}
    lignes, cadre = _lire(acte, requete, p, tris, seules, **ordre)
    fiches = get_fiches(acte.db, {ligne["jure_id"] for ligne in lignes}, acte.jour)

    def element(fiche: Fiche, habilitation_id: str) -> dict[str, Any]:
        claire = habilitation_en_clair(fiche, fiche.habilitation(habilitation_id), acte.acteur)
        return claire | {"jure": nom_du_jure(fiche.jure)}

    return {"elements": [element(fiches[ligne["jure_id"]], ligne["id"]) for ligne in lignes], **cadre}


def tris_des_habilitations(etats: Etats) -> dict[str, sa.ColumnElement[Any]]:
    """Returns what the list of habilitations is sorted by."""
    return {
        "date_fin": habilitations.c.date_fin,
        "date_debut": habilitations.c.date_debut,
        "titre_code": sa.func.coalesce(habilitations.c.titre_code, ""),
        "ccs_code": sa.func.coalesce(habilitations.c.ccs_code, ""),
        "etat": etats.etat,
        "nom": jures.c.tri,
        "departement": jures.c.departement,
    }


def _lire(
    acte: Acte, requete: sa.Select[Any], p: dict[str, Any], tris: Tris, comptes: sa.Select[Any] | None, **ordre: Any
) -> Any:
    """Returns a page's rows and its frame. `comptes`: as `paginer` takes it."""
    if _longue_a_trouver(acte, p):
        return lire_page(acte.db, requete, p, tris, **ordre)
    return paginer(acte.db, requete, p, tris, comptes=comptes, **ordre)


def _longue_a_trouver(acte: Acte, p: dict[str, Any]) -> bool:
    """Whether what is asked for costs more to find than to sort (whom a centre sees, what ends soon): once will do."""
    return acte.acteur.type is TypeProfil.CENTRE or bool(p.get("fin_avant")) or p.get("a_renouveler") is not None


def requete_des_habilitations(acte: Acte, p: dict[str, Any], etats: Etats, source: sa.FromClause) -> sa.Select[Any]:
    """Returns the query of the list of habilitations that these filters make. `source`: `etats.source`, or what will do
    of it."""
    requete = _habilitations_filtrees(p, etats, source.join(jures, jures.c.id == habilitations.c.jure_id))
    requete = requete.where(visible(acte), contient(jures.c.recherche, p["q"]))
    return requete.where(jures.c.departement == p["departement"]) if p["departement"] else requete


def _sans_les_jures(acte: Acte, p: dict[str, Any], etats: Etats, source: sa.FromClause) -> sa.Select[Any] | None:
    """Returns a query of as many rows without the jurés, where neither the filters nor the perimeter look at them."""
    if p["departement"] or p["q"] or (condition := habilitation_visible(acte)) is None:
        return None
    return _habilitations_filtrees(p, etats, source).where(condition)


def _habilitations_filtrees(p: dict[str, Any], etats: Etats, source: sa.FromClause) -> sa.Select[Any]:
    """Returns the query of the habilitations that the filters on themselves keep, whosever they are."""
    requete = sa.select(habilitations.c.id, habilitations.c.jure_id).select_from(source)
    requete = requete.where(_VIVE, *_certification(p))
    if p["etat"]:
        requete = requete.where(etats.est(p["etat"]))
    if p["fin_avant"]:
        requete = requete.where(etats.finit_avant(p["fin_avant"]))
    if p["a_renouveler"] is not None:
        requete = requete.where(etats.a_preparer() if p["a_renouveler"] else ~etats.a_preparer())
    return requete


def choix_des_jures(acte: Acte, p: dict[str, Any]) -> sa.ColumnElement[bool]:
    """Returns the condition of the jurés of the perimeter that these filters keep."""
    conditions = [visible(acte), contient(jures.c.recherche, p["q"])]
    conditions += [jures.c[nom] == p[nom] for nom in ("departement", "region", "statut") if p[nom]]
    for sur_elle in _certification(p):
        habilites = sa.select(habilitations.c.jure_id).where(sur_elle, _VIVE)
        conditions.append(jures.c.id.in_(habilites))
    return sa.and_(*conditions)


def _certification(p: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    """Returns the conditions that an habilitation is on the titre, or on the CCS, of these filters."""
    colonnes = {"titre": habilitations.c.titre_code, "ccs": habilitations.c.ccs_code}
    return [colonne == p[nom] for nom, colonne in colonnes.items() if p[nom]]
