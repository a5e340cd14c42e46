"""Communes of yesterday and today, pays, départements."""

import re
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.pays import NOMS
from commun.domain.textes import normaliser
from commun.schemas.forms import Page, charger
from commun.storage.pages import contient, paginer, plie
from commun.storage.requetes import toutes
from services.referentiel.domain.communes import NatureCommune, cle_de_la_commune, commune_situee
from services.referentiel.domain.pays import NOMS_D_USAGE, cle_du_pays
from services.referentiel.schemas import entree
from services.referentiel.storage.tables import communes, departements, pays, regions

_FRANCE = "FR"
_LISTE_COMPLETE = 30_000
"""Communes beyond which the list is that of all France, not an extract."""
_LONGUES = 3
"""Longer names beyond which a name is too common for them to help."""
_VOISINES, _RESSEMBLANCE = 3, 0.45
"""Communes that are given for a name that none bears, and the least part of their letters, taken three by three, that
is the same: « Bézier » is near Béziers, « Dakar » near nothing.
"""
_CHERCHEES, _LONGUEUR = 20, 60
"""Names that are looked for at once, each some ten milliseconds of PostgreSQL, and the characters beyond which none is
a commune's.
"""
_CODE = re.compile(r"\d[\dab]\d{3}")
"""An INSEE code or a postcode, as `normaliser` folds it: no commune has such a word in its name."""
_ACTUELLES_D_ABORD = sa.case((communes.c.nature == NatureCommune.ACTUELLE, 0), else_=1)


def lister_communes(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of communes by name, by INSEE code or by postcode, or by both (« 93200 saint-denis »); today's
    first, then those of before.

    `le` is accepted, and all are shown: the source has no dates, so none can be left out without the risk of hiding
    the right birth place.
    """
    p = charger(entree.FiltresCommunes, filtres)
    mots = normaliser(p["q"]).split()
    codes = [mot for mot in mots if _CODE.fullmatch(mot)]
    nom = " ".join(mot for mot in mots if mot not in codes)
    debut = communes.c.recherche.startswith(nom, autoescape=True)
    requete = sa.select(communes).where(contient(communes.c.recherche, nom), *map(_a_ce_code, codes))
    tris = {
        "pertinence": sa.case((communes.c.recherche == nom, 0), (debut, 1), else_=2),
        "nom": communes.c.recherche,
        "code": communes.c.code,
        "code_insee": communes.c.code,
    }
    ordre = sa.tuple_(_ACTUELLES_D_ABORD, communes.c.recherche, communes.c.code, communes.c.nature)
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="pertinence", cle=ordre)
    return {"elements": _avec_actuelles(acte.db, [dict(ligne) for ligne in lignes]), **cadre}


def _a_ce_code(code: str) -> sa.ColumnElement[bool]:
    return (communes.c.code == code.upper()) | communes.c.codes_postaux.contains([code])


def _avec_actuelles(db: sa.Connection, lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    codes = {ligne["commune_actuelle"] for ligne in lignes}
    requete = sa.select(communes.c.code, communes.c.nom).where(
        communes.c.code.in_(codes), communes.c.nature == NatureCommune.ACTUELLE
    )
    noms: dict[str, str] = {ligne.code: ligne.nom for ligne in db.execute(requete)}
    return [_commune(ligne, noms) for ligne in lignes]


def _commune(ligne: dict[str, Any], noms: dict[str, str]) -> dict[str, Any]:
    actuelle = ligne["commune_actuelle"]
    devenue = {"code_insee": actuelle, "nom": noms[actuelle]} if actuelle in noms else None
    return {
        "code_insee": ligne["code"],
        "nom": ligne["nom"] or f"Ancienne commune, aujourd'hui {noms.get(actuelle, actuelle)}",
        "nature": ligne["nature"],
        "departement": ligne["departement"],
        "codes_postaux": ligne["codes_postaux"],
        "commune_actuelle": None if ligne["nature"] == NatureCommune.ACTUELLE else devenue,
    }


def communes_par_code(acte: Acte, codes: list[str]) -> dict[str, Any]:
    """Returns every commune that bears or bore each of these codes, today's first: in bulk, for another service.

    Returns:
        `{communes: {code: [...]}, postaux: {code: [{code_insee, nom}]}, complete}`. `postaux`: of codes that serve no
        more, the communes of today whose postcode they are. Where the whole list is not loaded, an absent code proves
        nothing.
    """
    requete = sa.select(communes).where(communes.c.code.in_(codes)).order_by(communes.c.code, _ACTUELLES_D_ABORD)
    trouvees: dict[str, list[dict[str, Any]]] = {}
    for commune in _avec_actuelles(acte.db, toutes(acte.db, requete)):
        trouvees.setdefault(commune["code_insee"], []).append(commune)
    complete = (acte.db.scalar(sa.select(sa.func.count()).select_from(communes)) or 0) > _LISTE_COMPLETE
    sans_nom = [code for code, lues in trouvees.items() if lues[0]["nature"] == NatureCommune.ANCIENNE]
    return {"communes": trouvees, "postaux": _dont_c_est_le_code_postal(acte.db, sans_nom), "complete": complete}


def _dont_c_est_le_code_postal(db: sa.Connection, codes: list[str]) -> dict[str, list[dict[str, str]]]:
    if not codes:
        return {}
    requete = sa.select(communes.c.code, communes.c.nom, communes.c.codes_postaux)
    requete = requete.where(communes.c.codes_postaux.overlap(codes)).order_by(communes.c.code)
    servies = [(ligne.codes_postaux, {"code_insee": ligne.code, "nom": ligne.nom}) for ligne in db.execute(requete)]
    postaux = {code: [commune for codes_postaux, commune in servies if code in codes_postaux] for code in codes}
    return {code: lues for code, lues in postaux.items() if lues}


def communes_nommees(acte: Acte, noms: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Returns the communes that bear or bore each of these names, by INSEE code: in bulk, for another service. Of a
    name that tells its département, « Saint-Denis (93) », those that are there.

    Returns:
        `{nom: [{code_insee, nom, departement}]}`, today's first. A name that none bears is left out. After them, and
        with `commence`, those few whose longer name begins so: a place keeps its own in that of the commune nouvelle,
        which the list does not say (« Évry », in the Yonne, is seldom meant by who was born at Évry-Courcouronnes).
    """
    telles, situees = {nom: cle_de_la_commune(nom) for nom in noms}, {nom: commune_situee(nom) for nom in noms}
    cles = {*telles.values(), *(cle for cle, _ in situees.values())} - {""}
    requete = sa.select(communes.c.recherche, communes.c.code, communes.c.nom, communes.c.departement)
    requete = requete.where(communes.c.recherche.in_(cles)).order_by(_ACTUELLES_D_ABORD, communes.c.code)
    trouvees: dict[str, dict[str, dict[str, str]]] = {}
    for ligne in acte.db.execute(requete):
        trouvees.setdefault(ligne.recherche, {}).setdefault(ligne.code, _nommee(ligne))
    lues: dict[str, list[dict[str, Any]]] = {nom: [*trouvees.get(cle, {}).values()] for nom, cle in telles.items()}
    for nom, (cle, departement) in situees.items():
        if not lues[nom]:
            lues[nom] = [c for c in trouvees.get(cle, {}).values() if c["departement"] == departement]
    longues = _qui_commencent(acte.db, cles)
    for nom, (cle, departement) in situees.items():
        suite = [c for c in longues.get(cle, ()) if departement in (None, c["departement"])]
        lues[nom] = [*lues[nom], *(c | {"commence": True} for c in suite if len(suite) <= _LONGUES)]
    return {nom: siennes for nom, siennes in lues.items() if siennes}


def _qui_commencent(db: sa.Connection, cles: set[str]) -> dict[str, list[dict[str, str]]]:
    """Returns the communes of today whose name begins by one of these, and by a word more."""
    premiers = sorted({cle.split(" ", 1)[0] for cle in cles})
    requete = sa.select(communes.c.recherche, communes.c.code, communes.c.nom, communes.c.departement)
    du_mot = sa.func.split_part(communes.c.recherche, " ", 1).in_(premiers)
    requete = requete.where(du_mot, communes.c.nature == NatureCommune.ACTUELLE).order_by(communes.c.code)
    trouvees: dict[str, list[dict[str, str]]] = {}
    for ligne in db.execute(requete):
        mots = ligne.recherche.split(" ")
        commune = _nommee(ligne)
        for debut in cles.intersection(" ".join(mots[:n]) for n in range(1, len(mots))):
            trouvees.setdefault(debut, []).append(commune)
    return trouvees


def communes_voisines(acte: Acte, noms: list[str]) -> dict[str, list[dict[str, str]]]:
    """Returns the few communes whose name is nearest to each of these, which none bears: in bulk, for another service.
    Of a name that tells its département, those that are there.

    Returns:
        `{nom: [{code_insee, nom, departement}]}`, the nearest first. A name that is near none is left out, and so are
        those that follow the first twenty: whoever misspells more has taken another column for that of communes.
    """
    cherches = [(nom, *commune_situee(nom)) for nom in noms if len(nom) <= _LONGUEUR][:_CHERCHEES]
    if not cherches:
        return {}
    colonnes = (sa.column(nom, sa.Text) for nom in ("dit", "cle", "departement"))
    cherche = sa.values(*colonnes, name="cherche").data(cherches)
    ressemblance = sa.func.similarity(communes.c.recherche, cherche.c.cle)
    proches = (
        sa.select(communes.c.code, communes.c.nom, communes.c.departement)
        .where(communes.c.recherche.bool_op("%")(cherche.c.cle), ressemblance >= _RESSEMBLANCE)
        .where(cherche.c.departement.is_(None) | (communes.c.departement == cherche.c.departement))
        .order_by(ressemblance.desc(), _ACTUELLES_D_ABORD, communes.c.code)
        .limit(2 * _VOISINES)  # a code may be there twice, today's and yesterday's
        .lateral("proches")
    )
    trouvees: dict[str, dict[str, dict[str, str]]] = {}
    for ligne in acte.db.execute(sa.select(cherche.c.dit, proches).join(proches, sa.true())):
        trouvees.setdefault(ligne.dit, {}).setdefault(ligne.code, _nommee(ligne))
    return {nom: list(siennes.values())[:_VOISINES] for nom, siennes in trouvees.items()}


def _nommee(ligne: Any) -> dict[str, str]:
    return {"code_insee": ligne.code, "nom": ligne.nom, "departement": ligne.departement}


def lister_pays(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of countries, looked for by name or by code."""
    p = charger(Page, filtres)
    code = p["q"].strip().upper()
    requete = sa.select(pays).where(contient(pays.c.recherche, p["q"]) | (pays.c.iso2 == code) | (pays.c.cog == code))
    tris = {"nom": pays.c.recherche, "pays_code": pays.c.iso2, "cog": pays.c.cog}
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="nom", cle=pays.c.cog)
    return {"elements": [{"pays_code": r["iso2"], "cog": r["cog"], "nom": r["nom"]} for r in lignes], **cadre}


def pays_designes(acte: Acte, designations: list[str]) -> dict[str, str]:
    """Returns the ISO code of the country that each of these names, or COG codes, stands for: in bulk, for another
    service. One that stands for none is left out. A collectivity overseas is in France.
    """
    codes = {cle_du_pays(nom): code for code, nom in NOMS.items()} | NOMS_D_USAGE
    outre_mer = sa.select(departements.c.nom).where(departements.c.code >= "97")
    codes |= {cle_du_pays(nom): _FRANCE for nom in acte.db.scalars(outre_mer)}
    for ligne in acte.db.execute(sa.select(pays).where(pays.c.iso2.is_not(None))):
        codes |= {cle_du_pays(ligne.nom): ligne.iso2, ligne.cog: ligne.iso2}
    return {dite: codes[cle] for dite in designations if (cle := cle_du_pays(dite)) in codes}


def lister_departements(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of départements, each with its région."""
    p = charger(Page, filtres)
    requete = (
        sa.select(departements, regions.c.nom.label("region_nom"))
        .join(regions, regions.c.code == departements.c.region)
        .where(contient(departements.c.recherche, p["q"]))
    )
    tris = {"code": departements.c.code, "nom": plie(departements.c.nom)}
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="code", cle=departements.c.code)
    champs = ("code", "nom", "region", "region_nom")
    return {"elements": [{c: ligne[c] for c in champs} for ligne in lignes], **cadre}
