"""Contrôles as the contract shows them, to those who see their établissement: the State's services, and the centre."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.dates import fuseau
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.domain.territoires import region_du
from commun.schemas.forms import Page, charger
from commun.storage.db import identifiant
from commun.storage.pages import Tris, contient, paginer
from commun.storage.replica import en_tranche, tranche
from commun.storage.requetes import jour_du_site
from services.referentiel.domain.controles import OUVERT, Conclusion, Controle, EtatControle
from services.referentiel.domain.model import Etablissement, Territoire
from services.referentiel.domain.perimetre import couvre
from services.referentiel.queries.perimetre import etablissement_visible, ici, visible_sql
from services.referentiel.schemas import entree
from services.referentiel.storage.controles import get_controles
from services.referentiel.storage.etablissements import get_etablissements
from services.referentiel.storage.tables import controles, etablissements, sessions, sites, suites_controles

_SUITES = suites_controles.c.controle_id == controles.c.id
_ECHEANCE = (
    sa.select(suites_controles.c.echeance)
    .where(_SUITES)
    .order_by(suites_controles.c.rang.desc())
    .limit(1)
    .correlate(controles)
    .scalar_subquery()
)
"""When the next step of a contrôle is due: the last suite says so."""
_SANS_SUITE = (controles.c.conclusion != Conclusion.CONFORME.value) & ~sa.exists().where(_SUITES)
_TRIS = {nom: controles.c[nom] for nom in ("date", "type", "conclusion")}


def jour_de(acte: Acte, etablissement: Etablissement) -> date:
    """Returns the day at an établissement."""
    return acte.jour(fuseau(etablissement.territoire.departement))


def controle_visible(acte: Acte, controle_id: str, *, verrou: bool = False) -> tuple[Controle, int, Etablissement]:
    """Returns a contrôle of the actor's perimeter, its version and its établissement."""
    cle = identifiant(controle_id)
    trouve = get_controles(acte.db, [cle], verrou=verrou).get(cle)
    if trouve is None:
        raise Introuvable()
    return *trouve, etablissement_visible(acte, trouve[0].etablissement_id)[0]


def fiche_controle(acte: Acte, controle_id: str) -> Json:
    """Returns one contrôle with its follow-up."""
    controle, version, etablissement = controle_visible(acte, controle_id)
    return _en_clair(acte, [(controle, version)], {etablissement.id: etablissement})[0]


def lister_controles(acte: Acte, etablissement_id: str, filtres: Json) -> Json:
    """Returns a page of the contrôles of an établissement, the last first."""
    etablissement, _ = etablissement_visible(acte, etablissement_id)
    p = charger(Page, filtres)
    siens = controles.c.etablissement_id == etablissement.id
    requete = sa.select(controles.c.id).where(siens, contient(controles.c.recherche, p["q"]))
    lus, cadre = _page(acte, requete, p, _TRIS)
    return {"elements": _en_clair(acte, lus, {etablissement.id: etablissement}), **cadre}


def lister_du_perimetre(acte: Acte, filtres: Json) -> Json:
    """Returns a page of the contrôles of the établissements of the perimeter, the last first."""
    p = charger(entree.FiltresControles, filtres)
    texte = sa.func.concat_ws(" ", etablissements.c.recherche, controles.c.recherche)
    requete = sa.select(controles.c.id).join(etablissements).where(visible_sql(acte.acteur), contient(texte, p["q"]))
    if p["etat"]:
        requete = requete.where(_a_l_etat_sql(acte, p["etat"]))
    if p["conclusion"]:
        requete = requete.where(controles.c.conclusion == p["conclusion"])
    if p["session_id"]:
        vues, _ = sessions_vues(acte, [str(p["session_id"])])
        requete = requete.where(controles.c.session_id.in_(vues))
    if p["departement"]:
        requete = requete.where(ici("departement", p["departement"]))
    # one that waits for its first suite has no échéance yet: it has waited since it was made
    tris = _TRIS | {"echeance": sa.func.coalesce(_ECHEANCE, controles.c.date)}
    lus, cadre = _page(acte, requete, p, tris)
    trouves = get_etablissements(acte.db, {c.etablissement_id for c, _ in lus})
    centres = {cle: etablissement for cle, (etablissement, _) in trouves.items()}
    return {"elements": _en_clair(acte, lus, centres), **cadre}


def _page(
    acte: Acte, requete: sa.Select[Any], parametres: Json, tris: Tris
) -> tuple[list[tuple[Controle, int]], dict[str, int]]:
    """Returns the contrôles of a page, with their versions, the last first unless sorted otherwise; and its frame."""
    lignes, cadre = paginer(acte.db, requete, parametres, tris, defaut="-date", cle=controles.c.id)
    lus = get_controles(acte.db, [ligne["id"] for ligne in lignes])
    return [lus[ligne["id"]] for ligne in lignes], cadre


def _a_l_etat_sql(acte: Acte, etat: str) -> sa.ColumnElement[bool]:
    """Returns `Controle.etat_le` in SQL, as a condition, on the day of each établissement."""
    jour = jour_du_site(etablissements.c.departement, acte.jour)
    match etat:
        case EtatControle.EN_RETARD:
            return jour > _ECHEANCE
        case EtatControle.A_SUIVRE:
            return (jour <= _ECHEANCE) | _SANS_SUITE
        case _:
            ouvert = _ECHEANCE.is_not(None) | _SANS_SUITE
            return ouvert if etat == OUVERT else ~ouvert


def sessions_vues(acte: Acte, ids: Iterable[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Returns the numbers of these sessions by id, and the ids of those of another territory, which are not told.

    The territory of a session is that of its site, not that of its établissement; once it is over, where that site was.
    """
    ou = sa.func.coalesce(sessions.c.departement, sites.c.departement).label("ou")
    requete = sa.select(sessions.c.id, sessions.c.numero, ou).join(sites, sites.c.id == sessions.c.site_id)
    lues = acte.db.execute(requete.where(sessions.c.id.in_(list(ids)))).all()
    vues = {s.id: s.numero for s in lues if _dans_le_perimetre(acte.acteur, Territoire(s.ou, region_du(s.ou) or ""))}
    return vues, frozenset(s.id for s in lues if s.id not in vues)


def _dans_le_perimetre(acteur: Acteur, territoire: Territoire) -> bool:
    """Returns whether a session there is this profil's: a centre reads its own contrôles only."""
    return acteur.type is TypeProfil.CENTRE or couvre(acteur, [territoire])


def contenu(controle: Controle) -> Json:
    """Returns what a contrôle says, as its form and its traces hold it."""
    return {
        "type": controle.type,
        "date": controle.date,
        "session_id": controle.session_id,
        "controleur": controle.controleur,
        "observations": controle.observations,
        "conclusion": controle.conclusion,
    }


def controle_publie(controle: Controle, version: int, etablissement: Etablissement) -> Json:
    """Returns the body of the event that tells of a contrôle: who must be reminded, and when."""
    return {
        "id": controle.id,
        "etablissement_id": controle.etablissement_id,
        "departement": etablissement.territoire.departement,
        "date": controle.date.isoformat(),
        "echeance": controle.echeance.isoformat() if controle.echeance else None,
        "auteur_id": controle.auteur_id,
        "version": version,
    }


def controles_publies(acte: Acte, apres: str | None, limite: int) -> Json:
    """Returns contrôles as their events tell of them, for a copy to be rebuilt."""
    ids = acte.db.scalars(tranche(sa.select(controles.c.id), controles.c.id, apres, limite)).all()
    lus = get_controles(acte.db, ids)
    centres = get_etablissements(acte.db, {c.etablissement_id for c, _ in lus.values()})
    elements = [controle_publie(*lus[i], centres[lus[i][0].etablissement_id][0]) for i in ids]
    return en_tranche(elements, ids, limite)


def _en_clair(acte: Acte, lus: list[tuple[Controle, int]], centres: Mapping[str, Etablissement]) -> list[Json]:
    numeros, cachees = sessions_vues(acte, [c.session_id for c, _ in lus if c.session_id])
    return [
        {
            "id": c.id,
            "etablissement_id": c.etablissement_id,
            "etablissement": centres[c.etablissement_id].denomination,
            "etablissement_siret": centres[c.etablissement_id].siret,
            **contenu(c),
            "session_id": None if c.session_id in cachees else c.session_id,
            "session": numeros.get(c.session_id or ""),
            "suites": [asdict(suite) for suite in c.suites],
            "echeance": c.echeance,
            "etat": c.etat_le(jour_de(acte, centres[c.etablissement_id])),
            "version": version,
        }
        for c, version in lus
    ]
