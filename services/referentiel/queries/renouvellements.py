"""Which agréments are yet to be renewed, in SQL: what `agrements.agrements_en_clair` says of each, for their list.

A test compares the two on each agrément.
"""

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.dates import FUSEAUX, PARIS, plus_mois
from commun.domain.referentiel import PREAVIS_MOIS
from commun.storage.requetes import jour_du_site
from services.referentiel.domain.model import StatutAgrement
from services.referentiel.queries.titres import fin_du_ccs_sql, fin_prolongation_sql
from services.referentiel.storage.tables import agrements, ccs, sites, titres, titres_ccs

_ACCORDE = StatutAgrement.ACCORDE.value
_A, _SUITE = agrements.c, agrements.alias("suite").c
_QUI_DURE = titres.c.date_fin_de_vie.is_(None) | (titres.c.date_fin_de_vie > _A.date_fin)
"""The titres that let an agrément last longer (AGR-03)."""


def a_renouveler_sql(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition that an agrément in force ends within six months of the day of its site, may be given for
    longer (`renouvelable`), and that none takes over from it (`releve`)."""

    def bientot(zone: str) -> date:
        return plus_mois(acte.jour(zone), PREAVIS_MOIS)

    jour, limite = (jour_du_site(sites.c.departement, jour_a) for jour_a in (acte.jour, bientot))
    return _a_renouveler(jour, limite, max(map(bientot, (PARIS, *FUSEAUX.values()))))


@lru_cache(maxsize=64)  # as `jour_du_site`: to write all this takes as long as to run it
def _a_renouveler(
    jour: sa.ColumnElement[date], limite: sa.ColumnElement[date], dernier: date
) -> sa.ColumnElement[bool]:
    # what ends all the agréments of a CCS is looked at CCS by CCS, not for each of them
    finis = sa.select(ccs.c.code).where(fin_du_ccs_sql(ccs.c.code) <= dernier)
    proche = _A.date_fin >= jour, (_A.date_fin <= limite) | _A.ccs_code.in_(finis)
    selon = sa.case((_A.ccs_code.is_(None), _sur_un_titre(limite)), else_=_sur_un_ccs(jour, limite))
    return sa.and_(_A.statut == _ACCORDE, *proche, selon)


def _sur_un_titre(limite: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """The titre outlives it: nothing but its own dates bounds it, nor what takes over from it the day after."""
    encore = sa.exists().where(titres.c.code == _A.titre_code, _QUI_DURE)
    suivi = _suivi(_SUITE.titre_code == _A.titre_code, _A.date_fin + 1, _SUITE.date_fin)
    return sa.and_(_A.date_fin <= limite, encore, ~suivi)


def _sur_un_ccs(jour: sa.ColumnElement[date], limite: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """It may cover the prolongation of one of its titres, while another of them lets it last longer; where the site
    has, in force as it begins or now, the agrément of some of them, one of these does."""
    ensuite = sa.func.least(_couvre_jusqu_au(_A), _borne(), type_=sa.Date) + 1
    suivi = _suivi(_SUITE.ccs_code == _A.ccs_code, ensuite, _couvre_jusqu_au(_SUITE))
    fin, tenus = sa.func.least(_A.date_fin, _borne(), type_=sa.Date), _titres_tenus(jour)
    return sa.and_(fin.between(jour, limite), ~tenus.exists() | tenus.where(_QUI_DURE).exists(), ~suivi)


def _suivi(
    du_meme: sa.ColumnElement[bool], ensuite: sa.ColumnElement[date], dure_jusqu_au: sa.ColumnElement[date]
) -> sa.ColumnElement[bool]:
    autre = (_SUITE.id != _A.id) & (_SUITE.site_id == _A.site_id) & du_meme & (_SUITE.statut == _ACCORDE)
    return sa.exists().where(autre, _SUITE.date_debut <= ensuite, dure_jusqu_au >= ensuite)


def _borne() -> sa.ScalarSelect[Any]:
    return fin_du_ccs_sql(_A.ccs_code)


def _couvre_jusqu_au(a: Any) -> sa.ColumnElement[date]:
    """Returns `Agrement.couvre_jusqu_au` in SQL, for a CCS."""
    siennes = sa.select(sa.func.max(fin_prolongation_sql())).select_from(titres.join(titres_ccs))
    siennes = siennes.where(
        titres_ccs.c.ccs_code == a.ccs_code, titres.c.date_fin_de_vie.between(a.date_debut, a.date_fin)
    )
    return sa.func.greatest(a.date_fin, siennes.correlate(a.id.table).scalar_subquery(), type_=sa.Date)


def _titres_tenus(jour: sa.ColumnElement[date]) -> sa.Select[Any]:
    """Returns `FaitsAgrement.titres_tenus` in SQL."""
    t, vie = agrements.alias("du_titre").c, titres.c.date_fin_de_vie
    couverte = vie.between(t.date_debut, t.date_fin)

    def le(tel_jour: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
        return (t.date_debut <= tel_jour) & (
            (tel_jour <= t.date_fin) | (couverte & (tel_jour <= fin_prolongation_sql()))
        )

    requete = sa.select(titres.c.code).join(titres_ccs).join(t.id.table, t.titre_code == titres.c.code)
    requete = requete.where(titres_ccs.c.ccs_code == _A.ccs_code, t.site_id == _A.site_id, t.statut == _ACCORDE)
    return requete.where(le(_A.date_debut) | le(sa.func.greatest(_A.date_debut, jour))).correlate(agrements, sites)
