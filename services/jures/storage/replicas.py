"""The copies of titres, agréments and sessions: what is followed, and what the rules read of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.referentiel import Agrement, Certification, Titre
from commun.replica import suivre, suivre_membres
from commun.requetes import parmi
from services.jures.domain.model import SessionDuJure
from services.jures.storage.tables import agrements, inscriptions, sessions, titres

_du_ccs = titres.c.ccs_codes.overlap(sa.bindparam("ccs", type_=titres.c.ccs_codes.type))
_TITRES = sa.select(titres).where(parmi(titres.c.code, "codes") | _du_ccs).order_by(titres.c.code)
_SESSIONS = (
    sa.select(sessions, inscriptions.c.jure_id, inscriptions.c.habilitation_id)
    .join(inscriptions, inscriptions.c.session_id == sessions.c.id)
    .where(parmi(inscriptions.c.jure_id))
    .order_by(sessions.c.date_debut, sessions.c.numero)
)


def suivre_titre(db: sa.Connection, corps: dict[str, Any]) -> None:
    """Follows a titre: `corps` is the body of `referentiel.titre_publie`."""
    titre = Titre(
        code=corps["code"],
        intitule=corps["intitule"],
        date_fin_de_vie=_jour(corps["date_fin_de_vie"]),
        date_fin_prolongation=_jour(corps["date_fin_prolongation"]),
    )
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
    suivre(db, titres, ligne)


def suivre_agrement(db: sa.Connection, corps: dict[str, Any]) -> None:
    """Follows an agrément: `corps` is the body of `referentiel.agrement_publie`."""
    suivre(db, agrements, _dater({colonne.name: corps[colonne.name] for colonne in agrements.c}))


def suivre_session(db: sa.Connection, corps: dict[str, Any]) -> None:
    """Follows a session and who sits in it: `corps` is the body of `sessions.session_modifiee`."""
    if not suivre(db, sessions, _dater({colonne.name: corps[colonne.name] for colonne in sessions.c})):
        return
    sieges = ({"jure_id": jure["jure_id"], "habilitation_id": jure.get("habilitation_id")} for jure in corps["jures"])
    suivre_membres(db, inscriptions, {"session_id": corps["id"]}, sieges)


def titres_des_certifications(
    db: sa.Connection, certifications: Iterable[tuple[str | None, str | None]]
) -> dict[tuple[str | None, str | None], list[Titre]]:
    """Returns, for each (titre_code, ccs_code), the titre itself or every titre of the CCS; none where unknown."""
    voulues = list(certifications)
    codes = [titre_code for titre_code, _ in voulues if titre_code]
    ccs = [ccs_code for _, ccs_code in voulues if ccs_code]
    sur: dict[str, list[Titre]] = defaultdict(list)
    for ligne in db.execute(_TITRES, {"codes": codes, "ccs": ccs}).mappings():
        titre = _titre(ligne)
        for code in {titre.code, *(certificat.code for certificat in titre.ccs)}:
            sur[code].append(titre)
    return {(titre_code, ccs_code): sur[titre_code or ccs_code or ""] for titre_code, ccs_code in voulues}


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
    """Returns the codes of the titres and CCS for which an établissement has an agrément in force on `jour`."""
    requete = sa.select(agrements).where(agrements.c.etablissement_id == etablissement_id)
    les_siens = [
        Agrement(**{nom: ligne[nom] for nom in Agrement.__dataclass_fields__})
        for ligne in db.execute(requete).mappings()
    ]
    en_vigueur = [a for a in les_siens if a.couvre(jour, jour, None)]
    autres = [a for a in les_siens if a not in en_vigueur]  # those that their titre's prolongation may still cover
    des_titres = titres_des_certifications(db, {(a.titre_code, a.ccs_code) for a in autres}) if autres else {}
    prolonges = (
        a for a in autres if any(a.couvre(jour, jour, titre) for titre in des_titres[a.titre_code, a.ccs_code])
    )
    return frozenset(a.titre_code or a.ccs_code or "" for a in (*en_vigueur, *prolonges))


def sessions_des_jures(db: sa.Connection, jure_ids: Iterable[str]) -> dict[str, list[SessionDuJure]]:
    """Returns the sessions in which each of these jurés is registered, by the id that `sessions` knows him by."""
    groupes: dict[str, list[SessionDuJure]] = defaultdict(list)
    for ligne in db.execute(_SESSIONS, {"ids": list(jure_ids)}).mappings():
        champs = {nom: ligne[nom] for nom in SessionDuJure.__dataclass_fields__}
        groupes[ligne["jure_id"]].append(SessionDuJure(**champs))
    return groupes


def _titre(ligne: Any) -> Titre:
    return Titre(
        code=ligne["code"],
        intitule=ligne["intitule"],
        codes_rome=frozenset(ligne["codes_rome"]),
        ccps=tuple(Certification(**ccp) for ccp in ligne["ccps"]),
        ccs=tuple(Certification(**ccs) for ccs in ligne["ccs"]),
        date_fin_de_vie=ligne["date_fin_de_vie"],
        date_fin_prolongation=ligne["fin_prolongation"],
    )


def _jour(valeur: str | None) -> date | None:
    return date.fromisoformat(valeur) if valeur else None


def _dater(ligne: dict[str, Any]) -> dict[str, Any]:
    return ligne | {nom: date.fromisoformat(ligne[nom]) for nom in ("date_debut", "date_fin")}
