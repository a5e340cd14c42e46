"""A session that is not over is where its site is: it goes with it, and who was called elsewhere is called again."""

from dataclasses import replace

import sqlalchemy as sa

from commun.unit_of_work import Acte
from services.sessions.commands.alertes import signaler
from services.sessions.commands.annonces import annoncer_le_changement, convoquer
from services.sessions.commands.base import enregistrer, tracer
from services.sessions.domain.changements import edition_suivante
from services.sessions.domain.model import JAMAIS_VALIDEE, Etat, Session, Site
from services.sessions.queries.faits import faits_de
from services.sessions.queries.impression import session_imprimee
from services.sessions.queries.listes import jour_sql
from services.sessions.storage import convocations, copies
from services.sessions.storage.sessions import get_sessions
from services.sessions.storage.tables import convocations as lettres
from services.sessions.storage.tables import sessions


def suivre_les_sites(acte: Acte, etablissement_id: str) -> None:
    """Takes the sessions of an établissement to where its sites now are, by its copy: said twice, nothing more is done.

    Those never validated may still receive dates: they follow it too once caduques.
    """
    c = sessions.c
    pas_finie = c.etat.in_(JAMAIS_VALIDEE) | ((c.etat == Etat.VALIDEE) & (c.date_fin >= jour_sql(acte)))
    ids = acte.db.scalars(sa.select(c.id).where(c.etablissement_id == etablissement_id, pas_finie))
    centre = copies.etablissements_par_id(acte.db, [etablissement_id])[etablissement_id]
    for session in get_sessions(acte.db, list(ids), verrou=True).values():
        if site := copies.site_de(centre, session.cadre.site.id):
            _suivre(acte, session, site)


def _suivre(acte: Acte, avant: Session, site: Site) -> None:
    session = replace(avant, cadre=replace(avant.cadre, site=site))
    if rappeler := _appelle_ailleurs(acte, session):
        session = replace(session, convocations=edition_suivante(session, acte.jour(site.fuseau)))
    if session == avant:
        return
    ecrite = enregistrer(acte, session)
    tracer(acte, avant, ecrite, "site", "{session} a suivi son site, dont le nom ou l'adresse a changé.", None)
    annoncer_le_changement(acte, avant, ecrite)
    signaler(acte, faits_de(acte, ecrite))
    if rappeler:
        convoquer(acte, ecrite)


def _appelle_ailleurs(acte: Acte, session: Session) -> bool:
    """Returns whether letters in force call people to another address than the site's, before the session (CNV-04)."""
    if session.etat_le(acte.jour(session.cadre.site.fuseau)) is not Etat.CONVOQUEE:
        return False
    en_vigueur = convocations.lettres(acte.db, lettres.c.session_id == session.id, ~lettres.c.annulee)
    adresse = session_imprimee(acte, session).site.adresse
    return any(lettre.convocation.session.site.adresse != adresse for lettre in en_vigueur)
