"""The copies of what the référentiel owns, as the rules read them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.domain.acquis import Correspondances, correspondances_dites
from commun.domain.dates import fuseau
from commun.domain.referentiel import Agrement, Titre
from commun.storage.ensemble import Ligne, groupees
from commun.storage.requetes import objet, parmi
from services.sessions.domain.model import Session, Site
from services.sessions.storage.memoire import (
    AGREMENTS,
    CORRESPONDANCES,
    ETABLISSEMENT,
    TITRE,
    Lecture,
    oublier,
    par_cle,
    retenir,
    une_fois,
)
from services.sessions.storage.tables import agrements, etablissements, titres

_AGREMENTS = sa.select(agrements).where(parmi(agrements.c.etablissement_id, "etablissements"))
_ETABLISSEMENTS = sa.select(etablissements.c.id, etablissements.c.corps).where(
    parmi(etablissements.c.id, "etablissements")
)
_TITRES = sa.select(titres.c.code, titres.c.corps).order_by(titres.c.code)
_PAR_CODE = _TITRES.where(parmi(titres.c.code, "codes"))
_PORTEURS = _TITRES.where(titres.c.ccs_codes.overlap(sa.bindparam("codes", type_=titres.c.ccs_codes.type)))
_CORRESPONDANTS = _TITRES.where(sa.func.jsonb_array_length(titres.c.corps["correspondances"]) > 0)


def titres_par_code(db: sa.Connection, codes: Iterable[str]) -> dict[str, Titre]:
    """Returns the titres of these codes."""
    return par_cle(db, LECTURE_DES_TITRES, codes)


def intitules(db: sa.Connection) -> dict[str, str]:
    """Returns the intitulé of every titre and CCS, by code."""
    connus: dict[str, str] = {}
    intitule = titres.c.corps["intitule"].astext
    for t in db.execute(sa.select(titres.c.code, intitule.label("intitule"), titres.c.corps["ccs"].label("ccs"))):
        connus |= {t.code: t.intitule} | {ccs["code"]: ccs["intitule"] for ccs in t.ccs}
    return connus


def titres_des_sessions(db: sa.Connection, sessions: Iterable[Session]) -> dict[str, tuple[Titre, ...]]:
    """Returns, by session, the titre that it names; for a CCS which names none, all those that the CCS completes."""
    liste = list(sessions)
    nommes = titres_par_code(db, [s.cadre.titre_code for s in liste if s.cadre.titre_code])
    ccs = {s.cadre.ccs_code for s in liste if s.cadre.ccs_code and not s.cadre.titre_code}
    porteurs = [Titre.publie(corps) for corps in _corps(db, _PORTEURS, list(ccs)).values()] if ccs else []

    def siens(s: Session) -> tuple[Titre, ...]:
        if s.cadre.titre_code:
            return (nommes[s.cadre.titre_code],) if s.cadre.titre_code in nommes else ()
        return tuple(t for t in porteurs if any(c.code == s.cadre.ccs_code for c in t.ccs))

    return {s.id: siens(s) for s in liste}


def correspondances(db: sa.Connection) -> Correspondances:
    """Returns REF-01's correspondences, of every titre that has some."""
    return une_fois(db, _LECTURE_DES_CORRESPONDANCES)


def agrements_des_etablissements(db: sa.Connection, ids: Iterable[str]) -> dict[str, tuple[Agrement, ...]]:
    """Returns every agrément of these établissements."""
    return par_cle(db, LECTURE_DES_AGREMENTS, ids)


def versions_des_agrements(db: sa.Connection, etablissement_id: str) -> dict[str, int]:
    """Returns the version in which each agrément of an établissement is kept, by its id."""
    requete = sa.select(agrements.c.id, agrements.c.version).where(agrements.c.etablissement_id == etablissement_id)
    return {ligne.id: ligne.version for ligne in db.execute(requete)}


def etablissements_par_id(db: sa.Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Returns these établissements, as their events tell of them."""
    return par_cle(db, LECTURE_DES_ETABLISSEMENTS, ids)


def site_de(etablissement: Mapping[str, Any], site_id: str) -> Site | None:
    """Returns a site of an établissement."""
    for s in etablissement["sites"]:
        if s["id"] == site_id:
            return Site(s["id"], s["libelle"], s["departement"], s["region"], fuseau(s["departement"]))
    return None


def adresse_du_site(etablissement: Mapping[str, Any], site_id: str) -> dict[str, Any] | None:
    """Returns the address of a site of an établissement."""
    return next((s["adresse"] for s in etablissement["sites"] if s["id"] == site_id), None)


def tenir_etablissement(db: sa.Connection, etablissement_id: str, *, pour_lire: bool) -> dict[str, Any]:
    """Locks the copy of an établissement, and returns it, without sites where there is none.

    It is locked before sessions are: to move the sessions of its sites, or (`pour_lire`) to keep them where they are
    until a session that takes its site from them is written.
    """
    oublier(db, ETABLISSEMENT)
    requete = sa.select(etablissements.c.corps).where(etablissements.c.id == etablissement_id)
    trouvee = db.scalar(requete.with_for_update(read=pour_lire, key_share=not pour_lire))
    return trouvee or {"sites": []}


def tenir_titres(db: sa.Connection, *certifications: str | None, pour_lire: bool = True) -> None:
    """Keeps the copies of these titres, and of those that these CCSs complete, as they are until a session that takes
    one is written: whose news comes meanwhile waits, then finds it. In the order of their codes, and before sessions.

    What was read of them before is forgotten: it may be of before a news that this waited for.

    Args:
        pour_lire: not for who is to write news of one, and compares it with what the news before has left.
    """
    codes = [code for code in certifications if code]
    dessus = titres.c.code.in_(codes) | titres.c.ccs_codes.overlap(codes)
    tenus = db.execute(_TITRES.where(dessus).with_for_update(read=pour_lire, key_share=not pour_lire)).mappings()
    oublier(db, TITRE, CORRESPONDANCES)
    retenir(db, TITRE, _titres(tenus))


def ligne_titre(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns the row of a titre."""
    ccs = [c["code"] for c in corps["ccs"]]
    return {"code": corps["code"], "corps": corps, "ccs_codes": ccs, "version": corps["version"]}


def ligne_etablissement(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns the row of an établissement."""
    return {"id": corps["id"], "corps": corps, "version": corps["version"]}


def ligne_agrement(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns the row of an agrément."""
    dates = {nom: date.fromisoformat(str(corps[nom])) for nom in ("date_debut", "date_fin")}
    return {colonne.name: corps[colonne.name] for colonne in agrements.c} | dates


def niveaux(db: sa.Connection, codes: Iterable[str]) -> dict[str, int | None]:
    """Returns the niveau of these titres, which only documents show."""
    return {code: corps.get("niveau") for code, corps in _corps(db, _PAR_CODE, list(codes)).items()}


def _corps(db: sa.Connection, requete: sa.Select[Any], codes: list[str]) -> dict[str, dict[str, Any]]:
    return {ligne.code: ligne.corps for ligne in db.execute(requete, {"codes": codes})}


def _titres(lignes: Iterable[Ligne]) -> dict[str, Titre]:
    return {ligne["code"]: Titre.publie(ligne["corps"]) for ligne in lignes}


def _correspondances(lignes: Iterable[Ligne]) -> dict[str, Correspondances]:
    return {"": correspondances_dites(ligne["corps"] for ligne in lignes)}


def _agrements(lignes: Iterable[Ligne]) -> dict[str, tuple[Agrement, ...]]:
    return {
        etablissement_id: tuple(objet(Agrement, ligne) for ligne in siens)
        for etablissement_id, siens in groupees(lignes, "etablissement_id").items()
    }


def _etablissements(lignes: Iterable[Ligne]) -> dict[str, dict[str, Any]]:
    return {ligne["id"]: ligne["corps"] for ligne in lignes}


LECTURE_DES_TITRES = Lecture(TITRE, _PAR_CODE, _titres, "codes")
LECTURE_DES_AGREMENTS = Lecture(AGREMENTS, _AGREMENTS, _agrements, "etablissements")
LECTURE_DES_ETABLISSEMENTS = Lecture(ETABLISSEMENT, _ETABLISSEMENTS, _etablissements, "etablissements")
_LECTURE_DES_CORRESPONDANCES = Lecture(CORRESPONDANCES, _CORRESPONDANTS, _correspondances, "")
