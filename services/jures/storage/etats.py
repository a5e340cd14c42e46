"""The computed state of habilitations in SQL, for the lists that filter by it.

It says what `Dossier.etat` says in Python; a test compares both, row by row.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from services.jures.domain.model import JAMAIS_VALIDEES
from services.jures.storage.tables import habilitations, sessions, titres

_SANS_FIN = sa.cast(sa.literal("infinity"), sa.Date)


@dataclass(frozen=True)
class Etats:
    """Habilitations joined to the titre whose dates each follows on a day.

    Attributes:
        source: what to select from.
        etat: as the contract shows it; `supprimee` for a tombstone.
        fin_effective: the last day of the right itself.
    """

    jour: date
    source: sa.FromClause
    etat: sa.ColumnElement[str]
    fin_effective: sa.ColumnElement[date]

    def est(self, etat: str) -> sa.ColumnElement[bool]:
        """Returns the condition that the state is this one, in terms whose frequency the planner knows."""
        h = habilitations.c
        match etat:
            case "active":
                return (h.etat == "active") & (h.date_fin >= self.jour) & (self.fin_effective >= self.jour)
            case "expiree":
                return (h.etat == "active") & self.finit_avant(self.jour)
            case _:
                return h.etat == etat

    def finit_avant(self, jour: date) -> sa.ColumnElement[bool]:
        """Returns the condition that the right ends before a day; what is stored answers first, for most rows."""
        return (habilitations.c.date_fin < jour) | (self.fin_effective < jour)


def etats_le(jour: date) -> Etats:
    """Returns the states on `jour`."""
    titre, h = titres.alias("titre_suivi"), habilitations.c
    source = habilitations.outerjoin(titre, titre.c.code == h.titre_code)
    # a scalar under a CASE: only a row that needs it pays for it, where a lateral join would look for every row
    borne = sa.case((h.ccs_code.is_(None), _borne(h, titre.c)), else_=_borne_du_ccs(jour))
    fin = sa.func.least(h.date_fin, borne, type_=sa.Date)  # PostgreSQL's least() passes over nulls
    etat = sa.case(
        (h.etat != "active", h.etat), (h.date_fin < jour, "expiree"), (fin >= jour, "active"), else_="expiree"
    )
    return Etats(jour, source, etat, fin)


def _borne(h: Any, titre: Any) -> sa.ColumnElement[date]:
    return sa.case((h.date_fin_fixee_en_prolongation, titre.fin_prolongation), else_=titre.date_fin_de_vie)


def _borne_du_ccs(jour: date) -> sa.ScalarSelect[date]:
    """Returns, for an habilitation on a CCS, the bound that the titre sets which `Dossier.titre_de` chooses."""
    candidat, autre = titres.alias("candidat"), habilitations.alias("autre")
    sur_ce_titre = (autre.c.jure_id == habilitations.c.jure_id) & (autre.c.titre_code == candidat.c.code)
    fin = sa.func.least(autre.c.date_fin, _borne(autre.c, candidat.c), type_=sa.Date)
    en_vigueur = (autre.c.etat == "active") & (autre.c.date_debut <= jour) & (fin >= jour)

    def il_en_est(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        celles = sa.select(autre.c.id).where(sur_ce_titre, *conditions)
        return celles.correlate(habilitations, candidat).exists()  # SQLAlchemy would not see so far up by itself

    attache = sa.case((il_en_est(en_vigueur), 2), (il_en_est(autre.c.etat.in_(("active", "suspendue"))), 1), else_=0)
    return (
        sa.select(_borne(habilitations.c, candidat.c))
        .where(candidat.c.ccs_codes.contains(array([habilitations.c.ccs_code])))
        .order_by(
            attache.desc(),
            sa.func.coalesce(candidat.c.date_fin_de_vie, _SANS_FIN).desc(),
            sa.func.coalesce(candidat.c.fin_prolongation, _SANS_FIN).desc(),
            candidat.c.code.desc(),
        )
        .limit(1)
        .correlate(habilitations)
        .scalar_subquery()
    )


def session_a_venir(jour: date) -> sa.ColumnElement[bool]:
    """Returns `SessionDuJure.a_venir` in SQL."""
    caduque = sessions.c.etat.in_(sorted(JAMAIS_VALIDEES)) & (sessions.c.date_debut <= jour)
    return sessions.c.etat.not_in(("annulee", "cloturee")) & ~caduque & (sessions.c.date_fin >= jour)
