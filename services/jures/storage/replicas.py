"""The copies of titres, agréments and sessions: what is followed, and what the rules read of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.domain.dates import JourA, fuseau
from commun.domain.referentiel import Agrement, Certification, Titre
from commun.storage.ensemble import Ligne
from commun.storage.replica import suivre, suivre_membres
from commun.storage.requetes import objet
from services.jures.domain.model import Certifiante, Emploi, SessionDuJure
from services.jures.storage.tables import agrements, inscriptions, sessions, titres

_TEXTES = titres.c.ccs_codes.type
_codes, _ccs = sa.bindparam("codes", type_=_TEXTES), sa.bindparam("ccs", type_=_TEXTES)


def requete_des_titres(codes: sa.ColumnElement[Any] = _codes, ccs: sa.ColumnElement[Any] = _ccs) -> sa.Select[Any]:
    """Returns the query of the titres of these codes, and of those that one of these CCS completes; two arrays."""
    return (
        sa.select(titres)
        .where((titres.c.code == sa.any_(codes)) | titres.c.ccs_codes.overlap(ccs))
        .order_by(titres.c.code)
    )


_TITRES = requete_des_titres()
SESSIONS_DES_JURES = (
    sa.select(sessions, inscriptions.c.jure_id, inscriptions.c.habilitation_id)
    .join(inscriptions, inscriptions.c.session_id == sessions.c.id)
    .order_by(sessions.c.date_debut, sessions.c.numero)
)
"""Each with the id by which it knows a juré, and his habilitation."""


def ccs_du_titre(db: sa.Connection, code: str) -> set[str]:
    """Returns the codes of the CCSs that a titre completes, as far as this copy knows; it is locked: who is writing it
    is waited for."""
    return set(db.scalar(sa.select(titres.c.ccs_codes).where(titres.c.code == code).with_for_update()) or ())


def suivre_titre(db: sa.Connection, corps: dict[str, Any]) -> bool:
    """Follows a titre: `corps` is the body of `referentiel.titre_publie`. Returns whether it is news."""
    titre = Titre.publie(corps)
    ligne = {
        "code": titre.code,
        "intitule": titre.intitule,
        "codes_rome": corps["codes_rome"],
        "ccps": corps["ccps"],
        "ccs": corps["ccs"],
        "ccs_codes": [certificat["code"] for certificat in corps["ccs"]],
        "date_fin_de_vie": titre.date_fin_de_vie,
        "fin_prolongation": titre.fin_prolongation,
        "version": corps["version"],
    }
    return suivre(db, titres, ligne)


def suivre_agrement(db: sa.Connection, corps: dict[str, Any]) -> None:
    """Follows an agrément: `corps` is the body of `referentiel.agrement_publie`."""
    suivre(db, agrements, {colonne.name: corps[colonne.name] for colonne in agrements.c})


def suivre_session(db: sa.Connection, corps: dict[str, Any]) -> None:
    """Follows a session and who sits in it: `corps` is the body of `sessions.session_modifiee`."""
    if not suivre(db, sessions, {colonne.name: corps[colonne.name] for colonne in sessions.c}):
        return
    sieges = ({"jure_id": jure["jure_id"], "habilitation_id": jure.get("habilitation_id")} for jure in corps["jures"])
    suivre_membres(db, inscriptions, {"session_id": corps["id"]}, sieges)


def titres_des_certifications(
    db: sa.Connection, certifications: Iterable[Certifiante]
) -> dict[Certifiante, list[Titre]]:
    """Returns, for each (titre_code, ccs_code), the titre itself or every titre of the CCS; none where unknown."""
    voulues = list(certifications)
    return titres_par_certification(db.execute(_TITRES, codes_de(voulues)).mappings(), voulues)


def codes_de(certifications: Collection[Certifiante]) -> dict[str, list[str]]:
    """Returns the codes of the titres, and of the CCS, of these (titre_code, ccs_code)."""
    return {"codes": [titre for titre, _ in certifications if titre], "ccs": [ccs for _, ccs in certifications if ccs]}


def titres_par_certification(
    lignes: Iterable[Ligne], certifications: Iterable[Certifiante]
) -> dict[Certifiante, list[Titre]]:
    """Returns, for each (titre_code, ccs_code), those that it is about of the titres of these rows."""
    sur: dict[str, list[Titre]] = defaultdict(list)
    for titre in map(_titre, lignes):
        for code in {titre.code, *(certificat.code for certificat in titre.ccs)}:
            sur[code].append(titre)
    return {(titre_code, ccs_code): sur[titre_code or ccs_code or ""] for titre_code, ccs_code in certifications}


def titres_des_emplois(db: sa.Connection, les_siens: Iterable[Emploi]) -> list[Titre]:
    """Returns the titres that share a ROME code with one of these jobs, or that an agent marked as linked to it."""
    rome, marques = {e.code_rome for e in les_siens}, {code for e in les_siens for code in e.titres_lies}
    lies = titres.c.codes_rome.overlap(sorted(rome)) | titres.c.code.in_(sorted(marques))
    requete = sa.select(titres).where(lies).order_by(titres.c.intitule, titres.c.code)
    return [_titre(ligne) for ligne in db.execute(requete).mappings()]


def intitules(db: sa.Connection) -> dict[str, str]:
    """Returns the intitulé of every titre and CCS, by code."""
    connus: dict[str, str] = {}
    for titre in db.execute(sa.select(titres.c.code, titres.c.intitule, titres.c.ccs)):
        connus |= {titre.code: titre.intitule} | {ccs["code"]: ccs["intitule"] for ccs in titre.ccs}
    return connus


def titres_connus(db: sa.Connection, codes: Iterable[str]) -> set[str]:
    """Returns which of these titres the copy holds."""
    return set(db.scalars(sa.select(titres.c.code).where(titres.c.code.in_(list(codes)))))


def certifications_agreees(db: sa.Connection, etablissement_id: str, jour: date) -> frozenset[str]:
    """Returns the codes of the titres and CCS for which an établissement has an agrément, in force on `jour` or to
    come: the sessions that it will cover are prepared, and their juries composed, before."""
    requete = sa.select(agrements).where(agrements.c.etablissement_id == etablissement_id)
    les_siens = [objet(Agrement, ligne) for ligne in db.execute(requete).mappings()]

    def vaut_encore(a: Agrement, titre: Titre | None = None) -> bool:
        des = max(jour, a.date_debut)
        return a.couvre(des, des, titre)

    valables = {a for a in les_siens if vaut_encore(a)}
    autres = [a for a in les_siens if a not in valables]  # these, their titre's prolongation may still cover
    des_titres = titres_des_certifications(db, {(a.titre_code, a.ccs_code) for a in autres}) if autres else {}
    prolonges = {a for a in autres if any(vaut_encore(a, titre) for titre in des_titres[a.titre_code, a.ccs_code])}
    return frozenset(a.titre_code or a.ccs_code or "" for a in valables | prolonges)


def session_du_jure(ligne: Ligne, jour_a: JourA) -> SessionDuJure:
    """Returns a row of `SESSIONS_DES_JURES` as the rules know it on the day of its site."""
    return objet(SessionDuJure, ligne, autres_habilitations=frozenset()).au(jour_a(fuseau(ligne["departement"])))


def _titre(ligne: Ligne) -> Titre:
    return objet(
        Titre,
        ligne,
        codes_rome=frozenset(ligne["codes_rome"]),
        ccps=tuple(Certification(**ccp) for ccp in ligne["ccps"]),
        ccs=tuple(Certification(**ccs) for ccs in ligne["ccs"]),
        date_fin_prolongation=ligne["fin_prolongation"],
    )
