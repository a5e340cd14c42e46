"""A session that is not over is where its site is: it goes with it, and who was called elsewhere is called again."""

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from services.sessions.commands.alertes import signaler
from services.sessions.commands.annonces import annoncer_le_changement, annoncer_les_lettres_refaites, convoquer
from services.sessions.commands.base import enregistrer, tracer
from services.sessions.domain.changements import edition_suivante
from services.sessions.domain.model import JAMAIS_VALIDEE, OU_ELLES_ONT_EU_LIEU, Etat, Session, Site
from services.sessions.queries.faits import faits_de
from services.sessions.queries.listes import jour_sql
from services.sessions.storage import convocations, copies
from services.sessions.storage.imprimes import adresse
from services.sessions.storage.sessions import get_sessions
from services.sessions.storage.tables import sessions


def suivre_les_sites(acte: Acte, etablissement_id: str, sites: Collection[str] | None = None) -> None:
    """Takes the sessions of an établissement to where its sites now are, by its copy: said twice, nothing more is done.

    Those never validated may still receive dates: they follow it too once caduques.

    Args:
        sites: the only ones that may have moved, where it is known.
    """
    requete = sa.select(sessions.c.id).where(sessions.c.etablissement_id == etablissement_id, _pas_finie(acte))
    if sites is not None:
        requete = requete.where(sessions.c.site_id.in_(sites))
    if not (ids := list(acte.db.scalars(requete))):
        return
    centre = copies.etablissements_par_id(acte.db, [etablissement_id])[etablissement_id]
    verrouillees = get_sessions(acte.db, ids, verrou=True)
    appelees = convocations.adresses_en_vigueur(acte.db, ids)
    for session in verrouillees.values():
        site = copies.site_de(centre, session.cadre.site.id)
        if site is None or session.etat_le(acte.jour(session.fuseau)) in OU_ELLES_ONT_EU_LIEU:
            continue  # closed, or cancelled, while its lock was waited for
        ici = adresse(copies.adresse_du_site(centre, site.id))
        _suivre(acte, session, site, appelee_ailleurs=any(a != ici for a in appelees[session.id]))


def centres_a_suivre(acte: Acte) -> list[str]:
    """Returns the établissements that have sessions which would go with their sites."""
    etablissement_id = sessions.c.etablissement_id
    return list(acte.db.scalars(sa.select(etablissement_id).where(_pas_finie(acte)).distinct()))


def _pas_finie(acte: Acte) -> sa.ColumnElement[bool]:
    c = sessions.c
    return c.etat.in_(JAMAIS_VALIDEE) | ((c.etat == Etat.VALIDEE) & (c.date_fin >= jour_sql(acte)))


def _suivre(acte: Acte, avant: Session, site: Site, *, appelee_ailleurs: bool) -> None:
    """`appelee_ailleurs`: letters in force call people to another address than the site's (CNV-04)."""
    session, jour = replace(avant, cadre=replace(avant.cadre, site=site)), acte.jour(site.fuseau)
    if rappeler := appelee_ailleurs and session.etat_le(jour) is Etat.CONVOQUEE:
        session = replace(session, convocations=edition_suivante(session, jour))
    if session == avant:
        return
    ecrite = enregistrer(acte, session)
    tracer(acte, avant, ecrite, "site", "{session} a suivi son site, dont le nom ou l'adresse a changé.", None)
    annoncer_le_changement(acte, avant, ecrite)
    signaler(acte, faits_de(acte, ecrite))
    if rappeler:
        annoncer_les_lettres_refaites(acte, ecrite, convoquer(acte, ecrite.id))
