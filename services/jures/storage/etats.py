"""The computed state of habilitations in SQL, for the lists that filter by it.

It says what `Dossier.etat` says in Python; a test compares both, row by row.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

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

    source: sa.FromClause
    etat: sa.ColumnElement[str]
    fin_effective: sa.ColumnElement[date]


def etats_le(jour: date) -> Etats:
    """Returns the states on `jour`."""
    titre, ccs = titres.alias("titre_suivi"), _titre_suivi_par_le_ccs(jour)
    source = habilitations.outerjoin(titre, titre.c.code == habilitations.c.titre_code).outerjoin(ccs, sa.true())
    fin = _fin_effective(
        habilitations.c,
        sa.func.coalesce(titre.c.date_fin_de_vie, ccs.c.date_fin_de_vie),
        sa.func.coalesce(titre.c.fin_prolongation, ccs.c.fin_prolongation),
    )
    etat = sa.case((habilitations.c.etat != "active", habilitations.c.etat), (fin >= jour, "active"), else_="expiree")
    return Etats(source, etat, fin)


def _fin_effective(
    h: Any, fin_de_vie: sa.ColumnElement[date | None], fin_prolongation: sa.ColumnElement[date | None]
) -> sa.ColumnElement[date]:
    borne = sa.case((h.date_fin_fixee_en_prolongation, fin_prolongation), else_=fin_de_vie)
    return sa.func.least(h.date_fin, borne, type_=sa.Date)  # PostgreSQL's least() passes over nulls


def _titre_suivi_par_le_ccs(jour: date) -> sa.FromClause:
    """Returns, for an habilitation on a CCS, the titre that `Dossier.titre_de` chooses."""
    candidat, autre = titres.alias("candidat"), habilitations.alias("autre")
    sur_ce_titre = (autre.c.jure_id == habilitations.c.jure_id) & (autre.c.titre_code == candidat.c.code)
    fin = _fin_effective(autre.c, candidat.c.date_fin_de_vie, candidat.c.fin_prolongation)
    en_vigueur = (autre.c.etat == "active") & (autre.c.date_debut <= jour) & (fin >= jour)

    def il_en_est(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        celles = sa.select(autre.c.id).where(sur_ce_titre, *conditions)
        return celles.correlate(habilitations, candidat).exists()  # SQLAlchemy would not see so far up by itself

    attache = sa.case((il_en_est(en_vigueur), 2), (il_en_est(autre.c.etat.in_(("active", "suspendue"))), 1), else_=0)
    return (
        sa.select(candidat.c.date_fin_de_vie, candidat.c.fin_prolongation)
        .where(habilitations.c.ccs_code.is_not(None), habilitations.c.ccs_code == sa.any_(candidat.c.ccs_codes))
        .order_by(
            attache.desc(),
            sa.func.coalesce(candidat.c.date_fin_de_vie, _SANS_FIN).desc(),
            sa.func.coalesce(candidat.c.fin_prolongation, _SANS_FIN).desc(),
            candidat.c.code.desc(),
        )
        .limit(1)
        .lateral("ccs_suivi")
    )


def session_a_venir(jour: date) -> sa.ColumnElement[bool]:
    """Returns `SessionDuJure.a_venir` in SQL."""
    caduque = sessions.c.etat.in_(sorted(JAMAIS_VALIDEES)) & (sessions.c.date_debut <= jour)
    return sessions.c.etat.not_in(("annulee", "cloturee")) & ~caduque & (sessions.c.date_fin >= jour)
