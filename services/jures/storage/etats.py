"""The computed state of habilitations in SQL, for the lists that filter by it.

It says what `Dossier.etat` says in Python; a test compares both, row by row.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from commun.domain.dates import JourA, plus_mois
from commun.domain.referentiel import PREAVIS_MOIS
from commun.storage.requetes import jour_du_site
from services.jures.domain.model import JAMAIS_VALIDEES, StatutJure
from services.jures.storage.tables import habilitations, jures, sessions, titres

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
    bornee_avant: Callable[[date | sa.ColumnElement[date]], sa.ColumnElement[bool]]
    """Returns the condition that the titre bounds the right before a day, as `fin_effective` would, for less."""
    relayee_jusqu_au: Callable[[date], sa.ColumnElement[bool]]
    """Returns the condition that another of the juré's for the same, on no fewer CCPs, takes over from it the day after
    its end, until a day."""

    def est(self, etat: str) -> sa.ColumnElement[bool]:
        """Returns the condition that the state is this one, in terms whose frequency the planner knows."""
        h = habilitations.c
        match etat:
            case "active":
                return (h.etat == "active") & (h.date_fin >= self.jour) & ~self.bornee_avant(self.jour)
            case "expiree":
                return (h.etat == "active") & self.finit_avant(self.jour)
            case _:
                return h.etat == etat

    def couvre(self, debut: date, fin: date) -> sa.ColumnElement[bool]:
        """Returns the condition that it is in force on each of these days, or that another takes over on one of them:
        `Dossier.droits_pour` for two that follow each other."""
        h = habilitations.c
        s_arrete = h.date_fin.between(debut, fin - timedelta(days=1)) & ~self.bornee_avant(h.date_fin)
        return (h.date_debut <= debut) & ((self.fin_effective >= fin) | (s_arrete & self.relayee_jusqu_au(fin)))

    def finit_avant(self, jour: date) -> sa.ColumnElement[bool]:
        """Returns the condition that `fin` is before a day; what is stored answers first, for most rows."""
        h = habilitations.c
        return (h.date_fin < jour) | ((h.etat == "active") & self.bornee_avant(jour))

    def a_preparer(self) -> sa.ColumnElement[bool]:
        """Returns the condition that what takes over from it is to be prepared, as `Dossier.a_preparer` says: it ends
        soon by itself, since its titre ends none that could be renewed the day after, on a juré who may be habilité,
        and no other of his, for the same, lasts longer."""
        h, autre, actif = habilitations.c, habilitations.alias("suite").c, jures.alias("actif").c
        soi_meme = sa.func.coalesce(h.titre_code, h.ccs_code)
        suite = sa.select(autre.id).where(
            autre.jure_id == h.jure_id,
            sa.func.coalesce(autre.titre_code, autre.ccs_code) == soi_meme,
            autre.etat != "supprimee",
            autre.date_fin > h.date_fin,
        )
        lui = sa.select(actif.id).where(actif.id == h.jure_id, actif.statut == StatutJure.ACTIF)
        return sa.and_(
            h.etat == "active",
            h.date_fin.between(self.jour, plus_mois(self.jour, PREAVIS_MOIS)),
            ~self.bornee_avant(h.date_fin + 1),
            ~suite.exists(),
            lui.exists(),
        )

    @property
    def fin(self) -> sa.ColumnElement[date]:
        """The end that lists show: its own, for one that gives no right, which there is nothing to shorten."""
        return sa.case((habilitations.c.etat == "active", self.fin_effective), else_=habilitations.c.date_fin)


@lru_cache(maxsize=4)  # of today and a few simulated days: to write all this takes longer than to run most lists
def etats_le(jour: date) -> Etats:
    """Returns the states on `jour`."""
    titre, h, du_ccs = titres.alias("titre_suivi"), habilitations.c, _bornes_des_ccs()
    source = habilitations.outerjoin(titre, titre.c.code == h.titre_code)
    source = source.outerjoin(du_ccs, du_ccs.c.code == h.ccs_code)
    fixee, sur_un_titre = h.date_fin_fixee_en_prolongation, h.ccs_code.is_(None)
    au_plus_tot = sa.case((fixee, du_ccs.c.prolongation_au_plus_tot), else_=du_ccs.c.au_plus_tot)
    au_plus_tard = sa.case((fixee, du_ccs.c.prolongation_au_plus_tard), else_=du_ccs.c.au_plus_tard)
    # a scalar under a CASE: only a row that needs it pays for it, where a lateral join would look for every row
    du_titre, choisie = _borne(h, titre.c), _borne_du_ccs(jour)
    borne = sa.case((sur_un_titre, du_titre), (au_plus_tot == au_plus_tard, au_plus_tot), else_=choisie)
    fin = sa.func.least(h.date_fin, borne, type_=sa.Date)  # PostgreSQL's least() passes over nulls

    def bornee_avant(limite: date | sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
        selon = sa.case(
            (sur_un_titre, du_titre < limite),
            (au_plus_tard < limite, sa.true()),
            (au_plus_tot >= limite, sa.false()),
            else_=choisie < limite,
        )
        return sa.func.coalesce(selon, sa.false(), type_=sa.Boolean)

    def relayee_jusqu_au(fin: date) -> sa.ColumnElement[bool]:
        suite, certification = habilitations.alias("suite").c, sa.func.coalesce(h.titre_code, h.ccs_code)
        autre = sa.select(suite.id).where(
            suite.jure_id == h.jure_id,
            sa.func.coalesce(suite.titre_code, suite.ccs_code) == certification,
            suite.etat == "active",
            suite.date_debut == h.date_fin + 1,
            suite.date_fin >= fin,
            suite.ccp_codes.contains(h.ccp_codes),
            sa.case(
                (sur_un_titre, sa.func.coalesce(_borne(suite, titre.c), _SANS_FIN) >= fin),
                # two on a CCS are then bounded by the same titre, or by none before that day
                else_=(suite.date_fin_fixee_en_prolongation == fixee) | (du_ccs.c.au_plus_tot >= fin),
            ),
        )
        return autre.exists() & (sur_un_titre | ~bornee_avant(fin))

    expiree = (h.date_fin < jour) | bornee_avant(jour)
    etat = sa.case((h.etat != "active", h.etat), (expiree, "expiree"), else_="active")
    return Etats(jour, source, etat, fin, bornee_avant, relayee_jusqu_au)


def _bornes_des_ccs() -> sa.Subquery:
    """Returns, by CCS, the earliest and the latest bound of its titres: where they agree, none is to be chosen."""
    ccs, t = sa.func.unnest(titres.c.ccs_codes).table_valued("code").render_derived("ccs"), titres.c
    fins = {"": t.date_fin_de_vie, "prolongation_": t.fin_prolongation}
    colonnes = [
        extreme(sa.func.coalesce(fin, _SANS_FIN)).label(f"{debut}{nom}")
        for debut, fin in fins.items()
        for nom, extreme in (("au_plus_tot", sa.func.min), ("au_plus_tard", sa.func.max))
    ]
    des_titres = titres.join(ccs, sa.true())
    return sa.select(ccs.c.code, *colonnes).select_from(des_titres).group_by(ccs.c.code).subquery("du_ccs")


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
    vie = sa.func.coalesce(candidat.c.date_fin_de_vie, _SANS_FIN)
    return (
        sa.select(_borne(habilitations.c, candidat.c))
        .where(candidat.c.ccs_codes.contains(array([habilitations.c.ccs_code])))
        .order_by(
            attache.desc(),
            sa.case((~habilitations.c.date_fin_fixee_en_prolongation, vie)).desc(),
            sa.func.coalesce(candidat.c.fin_prolongation, _SANS_FIN).desc(),
            vie.desc(),
            candidat.c.code.desc(),
        )
        .limit(1)
        .correlate(habilitations)
        .scalar_subquery()
    )


def jures_habilites(codes: Collection[str], jour: date) -> sa.CompoundSelect[tuple[str]]:
    """Returns a query of the jurés of the habilitations in force on these certifications, one a habilitation.

    On a titre, which bounds them by itself, they are found by an index alone: a centre may look at half the nation's.
    """
    titre, h, etats = titres.alias("titre_suivi"), habilitations.c, etats_le(jour)
    bornee = sa.func.coalesce(_borne(h, titre.c) < jour, sa.false(), type_=sa.Boolean)
    sur_un_titre = (
        sa.select(h.jure_id)
        .select_from(habilitations.outerjoin(titre, titre.c.code == h.titre_code))
        .where(h.titre_code.in_(codes), h.etat == "active", h.date_fin >= jour, ~bornee)
    )
    sur_un_ccs = sa.select(h.jure_id).select_from(etats.source).where(h.ccs_code.in_(codes), etats.est("active"))
    return sur_un_titre.union_all(sur_un_ccs)


def session_a_venir(jour_a: JourA) -> sa.ColumnElement[bool]:
    """Returns `SessionDuJure.a_venir` in SQL, each session on the day of its site."""
    jour = jour_du_site(sessions.c.departement, jour_a)
    attendue = sessions.c.etat.in_(sorted(JAMAIS_VALIDEES)) & (sessions.c.date_debut > jour)
    return attendue | ((sessions.c.etat == "validee") & (sessions.c.date_fin >= jour))
