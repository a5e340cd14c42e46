"""Titres, CCPs, CCSs and their correspondences, in and out of the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.errors import Introuvable
from commun.domain.referentiel import Certification
from commun.domain.textes import normaliser
from commun.storage.ensemble import Ligne, groupees
from commun.storage.requetes import attendre_son_tour, enregistrer, objet
from services.referentiel.domain.model import Correspondance, TitreProfessionnel
from services.referentiel.storage.tables import ccps, ccs, correspondances, titres, titres_ccs

_Groupes = dict[str, list[Ligne]]
"""Rows that titres hold, by the code of each titre."""


def get_titres(db: sa.Connection, codes: Iterable[str] | None = None) -> dict[str, tuple[TitreProfessionnel, int]]:
    """Returns titres with their versions, by code: those named, else all of them, in a fixed number of queries."""
    voulus = None if codes is None else list(codes)

    def de(colonne: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return sa.true() if voulus is None else colonne.in_(voulus)

    parts = _grouper(db, sa.select(ccps).where(de(ccps.c.titre_code)).order_by(ccps.c.rang))
    complements = _grouper(
        db,
        sa.select(titres_ccs.c.titre_code, ccs.c.code, ccs.c.intitule)
        .join(ccs, ccs.c.code == titres_ccs.c.ccs_code)
        .where(de(titres_ccs.c.titre_code)),
    )
    lues = _grouper(db, sa.select(correspondances).where(de(correspondances.c.titre_code)).order_by(*correspondances.c))
    return {
        ligne["code"]: (_titre(ligne, parts, complements, lues), ligne["version"])
        for ligne in db.execute(sa.select(titres).where(de(titres.c.code))).mappings()
    }


def _titre(ligne: Any, parts: _Groupes, complements: _Groupes, lues: _Groupes) -> TitreProfessionnel:
    code = ligne["code"]
    return objet(
        TitreProfessionnel,
        ligne,
        code_rncp=ligne["code_rncp"] or "",
        codes_rome=frozenset(ligne["codes_rome"]),
        ccps=tuple(Certification(r["code"], r["intitule"]) for r in parts[code]),
        ccs=tuple(Certification(r["code"], r["intitule"]) for r in complements[code]),
        remplace=frozenset(ligne["remplace"]),
        correspondances=tuple(
            Correspondance(r["ancien_titre_code"], r["ancien_ccp_code"], r["ccp_code"]) for r in lues[code]
        ),
    )


def _grouper(db: sa.Connection, requete: sa.Select[Any]) -> _Groupes:
    return groupees(db.execute(requete).mappings(), "titre_code")


def save_titre(db: sa.Connection, titre: TitreProfessionnel) -> int:
    """Writes a titre with its CCPs, its CCSs and its correspondences; returns its new version."""
    valeurs = {
        "code": titre.code,
        "code_rncp": titre.code_rncp or None,
        "intitule": titre.intitule,
        "niveau": titre.niveau,
        "codes_rome": sorted(titre.codes_rome),
        "date_debut_validite": titre.date_debut_validite,
        "date_fin_de_vie": titre.date_fin_de_vie,
        "date_fin_prolongation": titre.date_fin_prolongation,
        "remplace": sorted(titre.remplace),
        "recherche": normaliser(f"{titre.code} {titre.code_rncp} {titre.intitule}"),
    }
    version = enregistrer(db, titres, valeurs)
    for table in (correspondances, ccps, titres_ccs):
        db.execute(table.delete().where(table.c.titre_code == titre.code))
    _inserer(db, ccps, ({"rang": rang, **c.__dict__} for rang, c in enumerate(titre.ccps)), titre_code=titre.code)
    for complement in titre.ccs:
        save_ccs(db, complement.code, complement.intitule)
    _inserer(db, titres_ccs, ({"ccs_code": c.code} for c in titre.ccs), titre_code=titre.code)
    _inserer(db, correspondances, (c.__dict__ for c in titre.correspondances), titre_code=titre.code)
    return version


def save_ccs(db: sa.Connection, code: str, intitule: str) -> None:
    """Writes a CCS; its version moves only where its intitulé does."""
    pose = insert(ccs).values(code=code, intitule=intitule, recherche=normaliser(f"{code} {intitule}"))
    suite = {"intitule": intitule, "recherche": normaliser(f"{code} {intitule}"), "version": ccs.c.version + 1}
    db.execute(
        pose.on_conflict_do_update(index_elements=["code"], set_=suite, where=ccs.c.intitule != pose.excluded.intitule)
    )


def _inserer(db: sa.Connection, table: sa.Table, lignes: Iterable[Mapping[str, Any]], **communes: Any) -> None:
    if valeurs := [{**ligne, **communes} for ligne in lignes]:
        db.execute(insert(table), valeurs)


def lisible(code: str) -> str:
    """Returns a code that the database can look for.

    Raises:
        Introuvable: no code may hold that, so nothing can bear it.
    """
    if "\x00" in code:
        raise Introuvable()
    return code


def tenir_le_catalogue(db: sa.Connection) -> None:
    """Makes whoever else changes a titre wait for the end of the transaction: no row yet bears a code to be
    created, and an RNCP number is looked for in all of them.
    """
    attendre_son_tour(db, "catalogue")


def code_pris(db: sa.Connection, code: str) -> bool:
    """Whether a titre bears a code, however its letters are written: who reads two that differ by that alone takes one
    for the other, and no titre is removed.
    """
    return bool(db.scalar(sa.select(sa.true()).where(sa.func.lower(titres.c.code) == code.lower()).limit(1)))


def get_renommes(db: sa.Connection, titre: TitreProfessionnel) -> dict[str, tuple[TitreProfessionnel, int]]:
    """Returns the other titres that hold a CCS of this one under another intitulé, and their versions."""
    connus = intitules_ccs(db, (c.code for c in titre.ccs))
    renommes = [c.code for c in titre.ccs if connus.get(c.code, c.intitule) != c.intitule]
    if not renommes:
        return {}
    return get_titres(db, {code for codes in titres_du_ccs(db, renommes).values() for code in codes} - {titre.code})


def codes_par_rncp(db: sa.Connection, *rncps: str) -> dict[str, str]:
    """Returns the codes of the titres that have these RNCP numbers, by number."""
    lignes = db.execute(sa.select(titres.c.code_rncp, titres.c.code).where(titres.c.code_rncp.in_(rncps)))
    return {ligne.code_rncp: ligne.code for ligne in lignes}


def titres_du_ccs(db: sa.Connection, codes: Iterable[str]) -> dict[str, list[str]]:
    """Returns, for each of these CCSs, the codes of the titres that it completes."""
    groupes: dict[str, list[str]] = defaultdict(list)
    requete = sa.select(titres_ccs).where(titres_ccs.c.ccs_code.in_(list(codes))).order_by(*titres_ccs.c)
    for ligne in db.execute(requete):
        groupes[ligne.ccs_code].append(ligne.titre_code)
    return groupes


def intitules(db: sa.Connection) -> dict[str, str]:
    """Returns the intitulé of every titre and CCS, by code."""
    tous = sa.union_all(sa.select(titres.c.code, titres.c.intitule), sa.select(ccs.c.code, ccs.c.intitule))
    return {ligne.code: ligne.intitule for ligne in db.execute(tous)}


def intitules_ccs(db: sa.Connection, codes: Iterable[str]) -> dict[str, str]:
    """Returns the intitulés of these CCSs, by code."""
    requete = sa.select(ccs.c.code, ccs.c.intitule).where(ccs.c.code.in_(list(codes)))
    return {ligne.code: ligne.intitule for ligne in db.execute(requete)}
