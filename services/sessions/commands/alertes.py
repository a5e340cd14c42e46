"""Alerts follow what is: raised where a session to come, or being held, no longer keeps a rule, lifted as soon as it
does again."""

import sqlalchemy as sa

from commun.actes.pannes import Pannes
from commun.actes.steps import UN_MOMENT, Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.lots import par_lots
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import STOCKE, Etat
from services.sessions.domain.rules.par_acte import ALERTES
from services.sessions.domain.rules.par_acte import alertes as constats
from services.sessions.queries.faits import rassembler
from services.sessions.queries.listes import jour_sql
from services.sessions.storage import alertes, plafonds
from services.sessions.storage.sessions import get_sessions
from services.sessions.storage.tables import sessions, titres

_LOT = 10
"""Sessions that are looked at, and locked, at once: their rules take the processor for some fifty milliseconds, while
nobody else is served."""
_PEUT_ALERTER = sorted({STOCKE[etat].value for etat in ALERTES})


def signaler(acte: Acte, *faits: Faits) -> None:
    """Makes the alerts of sessions those of these facts. The caller holds their locks."""
    alertes.actualiser(acte.db, {f.session.id: constats(f) for f in faits})


def reexaminer(acte: Acte, *conditions: sa.ColumnElement[bool], tenues: bool = False) -> None:
    """Looks again at the sessions to come that something outside may have touched; `tenues`: those being held too."""
    ids = _concernees(acte, *conditions, tenues=tenues)
    signaler(acte, *rassembler(acte, get_sessions(acte.db, ids, verrou=True).values()).values())


def _concernees(acte: Acte, *conditions: sa.ColumnElement[bool], tenues: bool) -> list[str]:
    c, jour = sessions.c, jour_sql(acte)
    quand = c.date_debut > jour
    if tenues:
        quand |= (c.etat == Etat.VALIDEE.value) & (c.date_fin >= jour)
    return list(acte.db.scalars(sa.select(c.id).where(c.etat.in_(_PEUT_ALERTER), quand, *conditions)))


def revoir_les_alertes(acte: Acte) -> Etapes[None]:
    """Looks again at the sessions that have an alert: one that begins is judged by less, one of a candidate's that
    lapses no longer counts (SES-06), a value of the parameters comes into force, and nobody writes when they do. And at
    those that such a value, or the fin de vie of their titre, may leave with one: of who has many (INS-04), or not
    submitted by that day (SES-02); and at those that it leaves without their jury, submitted before it (SES-07)."""
    c = sessions.c
    alertees, charges = alertes.sessions_alertees(), plafonds.sessions_des_plus_charges(acte.jour())
    fin_de_vie = sa.cast(titres.c.corps["date_fin_de_vie"].astext, sa.Date)
    sans_jury = (c.etat == Etat.EN_ATTENTE.value) & (fin_de_vie < c.date_fin)
    trop_tard = fin_de_vie < sa.func.coalesce(c.soumise_le, jour_sql(acte))
    en_prolongation = sa.exists().where(titres.c.code == c.titre_code, trop_tard | sans_jury)
    yield from revoir_par_lots(acte, c.id.in_(alertees) | c.id.in_(charges) | en_prolongation)


def revoir_par_lots(acte: Acte, *conditions: sa.ColumnElement[bool]) -> Etapes[None]:
    """Looks again at the sessions to come, or being held, all or some, so many at a time: whoever acts on one of them
    waits for no more, nor does whoever is served by the same process, to whom each pause is left."""
    ids, pannes = _concernees(acte, *conditions, tenues=True), Pannes(acte)
    for lot in par_lots(ids, _LOT):
        with pannes.retenir():
            reexaminer(acte, sessions.c.id.in_(lot), tenues=True)
        yield UN_MOMENT
    pannes.lever()
