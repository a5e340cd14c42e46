"""Titres and CCSs as the contract shows them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.referentiel import Situation
from commun.schemas.forms import Page, charger
from commun.storage.pages import Tris, contient, paginer, plie
from commun.storage.replica import en_tranche, tranche
from commun.storage.requetes import une
from services.referentiel.domain.model import TitreProfessionnel
from services.referentiel.schemas import entree
from services.referentiel.storage.tables import ccs, titres, titres_ccs
from services.referentiel.storage.titres import get_titres, lisible, titres_du_ccs


def titre_publie(titre: TitreProfessionnel, version: int) -> dict[str, Any]:
    """Returns all that there is to know of a titre but what depends on the day: the body of its event."""
    return {
        "code": titre.code,
        "intitule": titre.intitule,
        "niveau": titre.niveau,
        "code_rncp": titre.code_rncp or None,
        "codes_rome": sorted(titre.codes_rome),
        "date_debut_validite": titre.date_debut_validite,
        "date_fin_de_vie": titre.date_fin_de_vie,
        "date_fin_prolongation": titre.fin_prolongation,
        "ccps": [{"code": c.code, "intitule": c.intitule} for c in titre.ccps],
        "ccs": [{"code": c.code, "intitule": c.intitule} for c in titre.ccs],
        "remplace": sorted(titre.remplace),
        "correspondances": [dict(c.__dict__) for c in titre.correspondances],
        "version": version,
    }


def titre_en_clair(titre: TitreProfessionnel, version: int, jour: date) -> dict[str, Any]:
    """Returns a titre as the contract shows it on `jour`."""
    return titre_publie(titre, version) | {"situation": titre.situation(jour)}


def titre_connu(acte: Acte, code: str) -> tuple[TitreProfessionnel, int]:
    """Returns a titre and its version; raises `Introuvable` where there is none of this code."""
    trouve = get_titres(acte.db, [lisible(code)]).get(code)
    if trouve is None:
        raise Introuvable()
    return trouve


def fiche_titre(acte: Acte, code: str) -> dict[str, Any]:
    """Returns one titre."""
    return titre_en_clair(*titre_connu(acte, code), acte.jour())


def lister_titres(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of titres."""
    p = charger(entree.FiltresTitres, filtres)
    jour = acte.jour()
    requete = sa.select(titres.c.code).where(contient(titres.c.recherche, p["q"]))
    if p["situation"]:
        requete = requete.where(situation_sql(jour) == p["situation"])
    dits = ("code", "code_rncp", "niveau", "date_debut_validite", "date_fin_de_vie")
    tris: Tris = {nom: titres.c[nom] for nom in dits} | {
        "intitule": plie(titres.c.intitule),
        "date_fin_prolongation": fin_prolongation_sql(),
        "situation": situation_sql(jour),
    }
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="intitule", cle=titres.c.code)
    return {"elements": titres_en_clair(acte, [ligne["code"] for ligne in lignes]), **cadre}


def titres_en_clair(acte: Acte, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Returns these titres, in this order; those that do not exist are left out."""
    ordre = list(codes)
    lus = get_titres(acte.db, ordre)
    return [titre_en_clair(*lus[code], acte.jour()) for code in ordre if code in lus]


def fin_prolongation_sql() -> sa.ColumnElement[date]:
    """Returns `Titre.fin_prolongation` in SQL."""
    un_an_apres = sa.cast(titres.c.date_fin_de_vie + sa.text("interval '1 year'"), sa.Date)
    return sa.func.coalesce(titres.c.date_fin_prolongation, un_an_apres)


def fin_du_ccs_sql(ccs_code: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    """Returns the day after which no session of a CCS is held any more, in SQL: the end of the prolongation of the one
    of its titres that lives longest; NULL where one has no end of life, or where it has none left."""
    fin = fin_prolongation_sql()
    derniere = sa.case((sa.func.bool_and(fin.is_not(None)), sa.func.max(fin)))
    siens = sa.select(derniere).select_from(titres_ccs.join(titres)).where(titres_ccs.c.ccs_code == ccs_code)
    return siens.correlate(ccs_code.table).scalar_subquery()


def situation_sql(jour: date) -> sa.ColumnElement[str]:
    """Returns `Titre.situation` in SQL."""
    return sa.case(
        (titres.c.date_fin_de_vie.is_(None), Situation.EN_COURS.value),
        (titres.c.date_fin_de_vie >= jour, Situation.EN_COURS.value),
        (fin_prolongation_sql() >= jour, Situation.EN_PROLONGATION.value),
        else_=Situation.HORS_DELAI.value,
    )


def titre_garde(acte: Acte, code: str) -> dict[str, Any]:
    """Returns one titre as its event tells of it, for a service whose copy does not have it yet."""
    return titre_publie(*titre_connu(acte, code))


def titres_publies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns titres as their events tell of them, for a copy to be rebuilt."""
    codes = acte.db.scalars(tranche(sa.select(titres.c.code), titres.c.code, apres, limite)).all()
    lus = get_titres(acte.db, codes)
    return en_tranche([titre_publie(*lus[code]) for code in codes], codes, limite)


_CCS = sa.select(ccs.c.code, ccs.c.intitule, ccs.c.version)


def lister_ccs(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of CCSs, each with the codes of the titres that it completes."""
    p = charger(Page, filtres)
    tris = {"intitule": plie(ccs.c.intitule), "code": ccs.c.code}
    requete = _CCS.where(contient(ccs.c.recherche, p["q"]))
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="intitule", cle=ccs.c.code)
    return {"elements": _ccs_en_clair(acte, lignes), **cadre}


def fiche_ccs(acte: Acte, code: str) -> dict[str, Any]:
    """Returns one CCS."""
    ligne = une(acte.db, _CCS.where(ccs.c.code == lisible(code)))
    if ligne is None:
        raise Introuvable()
    return _ccs_en_clair(acte, [ligne])[0]


def _ccs_en_clair(acte: Acte, lignes: list[Any]) -> list[dict[str, Any]]:
    rattaches = titres_du_ccs(acte.db, [ligne["code"] for ligne in lignes])
    dits = ("code", "intitule", "version")
    return [{nom: ligne[nom] for nom in dits} | {"titres": rattaches.get(ligne["code"], [])} for ligne in lignes]
