"""The lists: sessions, alerts, traces."""

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import Page, charger
from commun.storage.pages import Tris, contient, paginer, plie
from commun.storage.requetes import du_perimetre, jour_du_site
from commun.traces import audit
from services.sessions.domain.a_faire import AFaire
from services.sessions.domain.model import JAMAIS_VALIDEE, STOCKE, Etat, EtatDte
from services.sessions.queries.fiche import session_seule_visible, sessions_en_clair
from services.sessions.schemas import entree
from services.sessions.storage.tables import alertes, convocations, demandes_dte, etablissements, sessions

PAR_DEFAUT = "-date_debut"


def lister(acte: Acte, filtres: Json) -> Json:
    """Returns a page of the sessions of the actor's perimeter, with what may be done to each unless the filters do
    without.
    """
    p = charger(entree.FiltresListeSessions, filtres)
    requete = sa.select(sessions.c.id).where(*conditions(acte, p))
    lignes, cadre = paginer(acte.db, requete, p, tris(acte), defaut=PAR_DEFAUT, cle=sessions.c.id)
    return {"elements": sessions_en_clair(acte, [ligne["id"] for ligne in lignes], actions=p["actions"]), **cadre}


def tris(acte: Acte) -> Tris:
    """Returns what the list is sorted by, on the day of each session's site."""
    return {
        "date_debut": sessions.c.date_debut,
        "date_fin": sessions.c.date_fin,
        "numero": sessions.c.numero,
        "type": sessions.c.type,
        "etat": etat_sql(acte),
        "departement": sessions.c.departement,
        "titre_code": sa.func.coalesce(sessions.c.titre_code, ""),
        "ccs_code": sa.func.coalesce(sessions.c.ccs_code, ""),
    }


def conditions(acte: Acte, p: Json) -> list[sa.ColumnElement[bool]]:
    """Returns what the filters of a list keep, inside the actor's perimeter."""
    c = sessions.c
    egalites = (
        ("type", c.type),
        ("titre", c.titre_code),
        ("ccs", c.ccs_code),
        ("departement", c.departement),
        ("region", c.region),
    )
    gardees = [du_perimetre(acte.acteur, sessions), contient(_cherchee(acte), p["q"])]
    gardees += [colonne == p[nom] for nom, colonne in egalites if p[nom]]
    if p["etablissement"]:
        gardees.append(c.etablissement_id == str(p["etablissement"]))
    if p["etat"]:  # what an index finds, before what is computed
        gardees += [c.etat.in_(_stockes(Etat(p["etat"]))), etat_sql(acte) == p["etat"]]
    if p["a_faire"]:
        gardees.append(a_faire_sql(acte, AFaire(p["a_faire"])))
    if p["convocations"]:
        gardees.append(_une_convocation_sql(p["convocations"]))
    if p["debut_apres"]:
        gardees.append(c.date_debut >= p["debut_apres"])
    if p["debut_avant"]:
        gardees.append(c.date_debut <= p["debut_avant"])
    return gardees


def _stockes(etat: Etat) -> list[str]:
    """Returns the stored states that may show as this one."""
    return sorted(JAMAIS_VALIDEE) if etat is Etat.CADUQUE else [STOCKE[etat]]


def jour_sql(acte: Acte) -> sa.ColumnElement[date]:
    """Returns the day of each session's site."""
    return jour_du_site(sessions.c.departement, acte.jour)


def caduque_sql(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition that a session shows as caduque."""
    return _caduque(jour_sql(acte))


def etat_sql(acte: Acte) -> sa.ColumnElement[str]:
    """Returns `model.etat_le` in SQL."""
    return _etat(jour_sql(acte))


def _caduque(jour: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    return sessions.c.etat.in_([e.value for e in JAMAIS_VALIDEE]) & (jour >= sessions.c.date_debut)


@lru_cache(maxsize=64)  # as `jour_du_site`: a page writes it, sorted by it or not
def _etat(jour: sa.ColumnElement[date]) -> sa.ColumnElement[str]:
    c = sessions.c
    return sa.case(
        (_caduque(jour), Etat.CADUQUE.value),
        (c.etat != Etat.VALIDEE.value, c.etat),
        (jour > c.date_fin, Etat.A_CLOTURER.value),
        (jour >= c.date_debut, Etat.EN_COURS.value),
        (c.convocations_en_vigueur, Etat.CONVOQUEE.value),
        else_=c.etat,
    )


def a_faire_sql(acte: Acte, quoi: AFaire) -> sa.ColumnElement[bool]:
    """Returns `domain.a_faire` in SQL. What an index holds is written in full: a parameter might be something else."""
    c, d = sessions.c, demandes_dte.c
    siennes = sa.select(d.id).where(d.session_id == c.id)
    a_tenir = c.etat == Etat.VALIDEE.value
    match quoi:
        case AFaire.VISER:
            return (c.etat == sa.literal_column("'cloturee'")) & c.pv_vise_le.is_(None)
        case AFaire.REPONDRE_DTE:
            return a_tenir & (jour_sql(acte) <= c.date_fin) & siennes.where(d.etat == EtatDte.DEMANDEE.value).exists()
        case AFaire.REDEMANDER_DTE:
            refusee = d.etat == EtatDte.REFUSEE.value
            toutes = siennes.where(refusee).exists() & ~siennes.where(~refusee).exists()
            return a_tenir & (jour_sql(acte) < c.date_debut) & toutes


def _cherchee(acte: Acte) -> sa.ColumnElement[str]:
    """Returns what is searched of a session, and of its alerts: what its row shows to the actor."""
    if acte.acteur.type is TypeProfil.CENTRE:  # which is shown the site of each, in the place of its own name
        return sessions.c.recherche + " " + plie(sessions.c.site_libelle)
    return sessions.c.recherche


def _une_convocation_sql(statut: str) -> sa.ColumnElement[bool]:
    """Returns whether the sending of one at least of a session's letters in force stands there."""
    c = convocations.c
    return sa.exists().where(c.session_id == sessions.c.id, ~c.annulee, c.statut == statut)


def lister_alertes(acte: Acte, filtres: Json) -> Json:
    """Returns a page of the alerts on the sessions of the actor's perimeter, newest first."""
    p = charger(entree.FiltresAlertes, filtres)
    en_cours = _alerte_en_cours(acte)
    requete = _alertes(acte).where(
        du_perimetre(acte.acteur, sessions),
        ~en_cours if p["levee"] else en_cours,
        contient(_cherchee(acte), p["q"]),
    )
    return _page_d_alertes(acte, requete, p)


def alertes_de_la_session(acte: Acte, session_id: str, filtres: Json) -> Json:
    """Returns a page of all the alerts that a session has had, newest first."""
    session = session_seule_visible(acte, session_id)
    siennes = _alertes(acte).where(alertes.c.session_id == session.id)
    return _page_d_alertes(acte, siennes, charger(Page, filtres))


def _page_d_alertes(acte: Acte, requete: sa.Select[Any], p: Json) -> Json:
    tris = {"depuis": alertes.c.depuis, "date_debut": sessions.c.date_debut}
    lignes, cadre = paginer(acte.db, requete, p, tris, defaut="-depuis", cle=alertes.c.id)
    return {"elements": [alerte_en_clair(ligne) for ligne in lignes], **cadre}


def _alertes(acte: Acte) -> sa.Select[Any]:
    denomination = sa.func.coalesce(etablissements.c.corps["denomination"].astext, "").label("etablissement")
    siret = etablissements.c.corps["siret"].astext.label("etablissement_siret")
    centre = (sessions.c.etablissement_id, denomination, siret, sessions.c.site_libelle.label("site"))
    de_la_session = (sessions.c.numero, sessions.c.date_debut, sessions.c.departement, *centre)
    lues = sa.select(alertes, *de_la_session, _alerte_en_cours(acte).label("en_cours"))
    lues = lues.join(sessions, sessions.c.id == alertes.c.session_id)
    return lues.outerjoin(etablissements, etablissements.c.id == sessions.c.etablissement_id)


def _alerte_en_cours(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition of the alerts that somebody may still answer, as `fiche` shows them: nobody writes when a
    session lapses, or is over, and leaves the states that have some (`par_acte.ALERTES`)."""
    finie = (sessions.c.etat == Etat.VALIDEE.value) & (jour_sql(acte) > sessions.c.date_fin)
    return alertes.c.levee_a.is_(None) & ~caduque_sql(acte) & ~finie


def alerte_en_clair(ligne: Any) -> Json:
    """Returns an alert as the contract shows it."""
    centre = ("etablissement_id", "etablissement", "etablissement_siret", "site", "departement")
    champs = ("id", "session_id", "numero", "date_debut", *centre, "code", "message", "depuis")
    return {nom: ligne[nom] for nom in champs} | {"levee": not ligne["en_cours"]}


def traces(acte: Acte, session_id: str, filtres: Json) -> Json:
    """Returns a page of what was done to a session, newest first."""
    session = session_seule_visible(acte, session_id)
    return audit.page(acte.db, "session", session.id, filtres)
