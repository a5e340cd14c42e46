"""What messages say of agréments that end."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.storage.db import identifiant
from commun.storage.replica import en_tranche, tranche
from services.referentiel.domain.model import StatutAgrement, sert_jusqu_au
from services.referentiel.queries.agrements import faits_agrements, releve, renouvelable
from services.referentiel.queries.titres import fin_du_ccs_sql, fin_prolongation_sql
from services.referentiel.storage.etablissements import AGREMENTS, agrements_lus, denominations
from services.referentiel.storage.tables import agrements, titres


def fins_d_agrements(acte: Acte, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns these agréments by id, in bulk: `{certification, etablissement, departement, date_fin, fin_effective,
    renouvelable, releve}`.

    `etablissement`: its name; `departement`: the site's. `fin_effective`: later than `date_fin` where it covers a
    prolongation (AGR-03), sooner where its titre is hors délai before (SES-02). `renouvelable`: whether it may be given
    for longer (AGR-03). `releve`: whether another takes over from it the day after (SES-01).
    """
    lus = agrements_lus(acte.db, AGREMENTS.where(agrements.c.id.in_(map(identifiant, ids))))
    faits = faits_agrements(acte, lus)
    noms = denominations(acte.db, {stocke.agrement.etablissement_id for stocke in lus})
    return {
        stocke.agrement.id: {
            "certification": faits[stocke.agrement.id].certification,
            "etablissement": noms[stocke.agrement.etablissement_id],
            "departement": stocke.site.territoire.departement,
            "date_fin": stocke.agrement.date_fin.isoformat(),
            "fin_effective": sert_jusqu_au(stocke.agrement, faits[stocke.agrement.id].titres).isoformat(),
            "renouvelable": renouvelable(faits[stocke.agrement.id]),
            "releve": releve(faits[stocke.agrement.id]),
        }
        for stocke in lus
    }


def fins_avancees(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns the agréments, their own end still to come, whose titre, or every one of their CCS, is hors délai sooner:
    `{agrement_id, fin}` each.

    Those of which it is so already, too: an end that is told no more is put back to what the agrément says.
    """
    a = agrements.c
    fin = sa.func.coalesce(fin_prolongation_sql(), fin_du_ccs_sql(a.ccs_code))
    requete = sa.select(a.id, fin.label("fin")).outerjoin(titres, titres.c.code == a.titre_code)
    requete = requete.where(a.statut == StatutAgrement.ACCORDE.value, fin < a.date_fin, a.date_fin >= acte.jour())
    lues = acte.db.execute(tranche(requete, a.id, apres, limite)).all()
    elements = [{"agrement_id": ligne.id, "fin": ligne.fin} for ligne in lues]
    return en_tranche(elements, [ligne.id for ligne in lues], limite)
