"""What messages say of agréments that end."""

from typing import Any

from commun.actes.unit_of_work import Acte
from commun.storage.db import identifiant
from services.referentiel.domain.model import sert_jusqu_au
from services.referentiel.queries.agrements import faits_agrements
from services.referentiel.storage.etablissements import AGREMENTS, agrements_lus
from services.referentiel.storage.tables import agrements


def fins_d_agrements(acte: Acte, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns these agréments by id, in bulk: `{certification, departement, date_fin, fin_effective}`.

    `departement`: the site's. `fin_effective`: later than `date_fin` where it covers a prolongation (AGR-03), sooner
    where its titre is hors délai before (SES-02).
    """
    lus = agrements_lus(acte.db, AGREMENTS.where(agrements.c.id.in_(map(identifiant, ids))))
    faits = faits_agrements(acte, lus)
    return {
        stocke.agrement.id: {
            "certification": faits[stocke.agrement.id].certification,
            "departement": stocke.site.territoire.departement,
            "date_fin": stocke.agrement.date_fin.isoformat(),
            "fin_effective": sert_jusqu_au(stocke.agrement, faits[stocke.agrement.id].titres).isoformat(),
        }
        for stocke in lus
    }
