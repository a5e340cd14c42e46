"""All the jurés who could sit in a session, as `sessions` asks it: a list, the nearest first."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from commun.actes.unit_of_work import Acte
from commun.schemas.forms import Page, charger
from commun.storage.pages import contient, paginer
from services.jures.domain.model import EtatHabilitation, Jure, StatutJure
from services.jures.queries.aptitudes import SessionDemandee, ccps_de_la_session
from services.jures.queries.ecartes import ecartes
from services.jures.queries.perimetre import agreees, fiches_visibles, visible
from services.jures.storage.etats import etats_le
from services.jures.storage.fiches import canoniques
from services.jures.storage.tables import habilitations, jures


def possibles(
    acte: Acte, filtres: dict[str, Any], departement: str, region: str, sauf: list[str], **session: Any
) -> dict[str, Any]:
    """Returns a page of the jurés who could sit in a session (`SessionDemandee`), but those of `sauf`: the nearest to
    its site, which is in this département, first. `visible`: whether the file of one opens to who asks: a centre does
    not read those who sit by an habilitation on an earlier titre (REF-01), or under an agrément that it lost.
    `ecartes`: of a search that is told in one page, those whom it finds besides, who could not (`ecartes.ecartes`)."""
    p, s = charger(Page, filtres), SessionDemandee(**session)
    deja = [*sauf, *canoniques(acte.db, sauf).values()]
    toutes = _habilitations_en_vigueur(acte, s).where(jures.c.id.not_in(deja), _trouves(acte, s, p["q"]))
    eloignement = sa.case((jures.c.departement == departement, 0), (jures.c.region == region, 1), else_=2)
    tris = {"eloignement": eloignement, "nom": jures.c.tri}
    nom_puis_id = sa.tuple_(jures.c.tri, jures.c.id)
    requete = _une_chacun(toutes, s) if s.anciens else toutes
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="eloignement", cle=nom_puis_id)
    tenus: dict[str, list[str]] = {ligne["id"]: list(ligne["ccp_codes"]) for ligne in lignes}
    if s.anciens:  # by all of his together
        eux = toutes.where(jures.c.id.in_(list(tenus))).with_only_columns(jures.c.id, habilitations.c.ccp_codes)
        for jure_id, codes in acte.db.execute(eux):
            tenus[jure_id] += codes
    lus = {fiche.jure.id: fiche.jure for fiche in fiches_visibles(acte, [*tenus])}
    elements = [_possible(ligne, tenus[ligne["id"]], lus.get(ligne["id"]), s) for ligne in lignes]
    tous_dits = cadre["total"] <= p["par_page"]
    autres = ecartes(acte, p["q"], s, toutes.with_only_columns(jures.c.id), eloignement) if tous_dits else []
    return {"elements": elements, **cadre, "ecartes": autres}


def _habilitations_en_vigueur(acte: Acte, s: SessionDemandee) -> sa.Select[Any]:
    """Returns the query of the habilitations by which jurés may sit in a session, each with its juré."""
    (debut, fin), etats, h = s.jours, etats_le(acte.jour()), habilitations.c
    certification = _sur_le_titre(s)
    if s.anciens:
        certification |= h.ccp_codes.overlap(list(s.anciens))
    return (
        sa.select(jures.c.id, jures.c.nom, jures.c.nom_usage, jures.c.prenom, jures.c.departement)
        .add_columns(h.id.label("habilitation_id"), h.ccp_codes)
        .select_from(etats.source.join(jures, jures.c.id == h.jure_id))
        .where(jures.c.statut == StatutJure.ACTIF, jures.c.absorbe_par.is_(None))
        .where(certification, h.etat == EtatHabilitation.ACTIVE)
        .where(etats.couvre(debut, fin))
    )


def _une_chacun(toutes: sa.Select[Any], s: SessionDemandee) -> sa.Select[Any]:
    """Returns the query of a juré once: by his habilitation on the titre itself where he has one."""
    h = habilitations.c
    ordonnees = toutes.ext(distinct_on(jures.c.id)).order_by(jures.c.id, _sur_le_titre(s).desc(), h.id)
    return toutes.where(h.id.in_(ordonnees.with_only_columns(h.id).scalar_subquery()))


def _sur_le_titre(s: SessionDemandee) -> sa.ColumnElement[bool]:
    """Returns the condition that an habilitation is on what a session certifies, not on an earlier titre."""
    h = habilitations.c
    match s.type:
        case "CCS":
            return h.ccs_code == s.ccs_code
        case "CCP":
            return (h.titre_code == s.titre_code) & h.ccp_codes.overlap(s.ccp_codes)
        case _:
            return h.titre_code == s.titre_code


def _trouves(acte: Acte, s: SessionDemandee, q: str) -> sa.ColumnElement[bool]:
    """Returns the condition of the jurés that a search finds: by their names, which all read here; by their address and
    their e-mail too, where the actor reads them.
    """
    trouves = contient(jures.c.recherche, q)  # an index finds all that may be
    if not q or _tous_lisibles(acte, s):
        return trouves
    noms = jures.c.tri + " " + sa.func.replace(jures.c.tri, " ", "")  # « legoff » finds « Le Goff », as in the lists
    return trouves & (contient(noms, q) | visible(acte))


def _tous_lisibles(acte: Acte, s: SessionDemandee) -> bool:
    """Returns whether a centre reads all who could sit, under its agrément for what the session certifies: in nearly
    every session. To look for each among all whom it reads takes half the jurés of the nation, twice."""
    _, fin = s.jours
    return not s.anciens and fin >= acte.jour() and s.certifie in agreees(acte)


def _possible(ligne: dict[str, Any], tenus: list[str], lu: Jure | None, s: SessionDemandee) -> dict[str, Any]:
    """`lu`: the juré, where the actor reads his file: else nothing is said of where he lives but his département."""
    return {
        "jure_id": ligne["id"],
        **{champ: valeur for champ, valeur in ligne.items() if champ != "id"},
        "nom_usage": ligne["nom_usage"] or None,
        "commune": lu.adresse.commune if lu and lu.adresse else None,
        "ccp_codes": ccps_de_la_session(tenus, s.demandes, s.anciens),
        "visible": lu is not None,
    }
