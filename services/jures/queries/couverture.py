"""Where the country has jurés, for the national mission."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import charger
from services.jures import schemas
from services.jures.domain.model import StatutJure
from services.jures.storage.etats import etats_le
from services.jures.storage.tables import habilitations, jures


def couverture(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns how many active jurés hold an habilitation in force today, by titre or CCS and by département: one that
    begins later lets nobody sit yet."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    p = charger(schemas.FiltresCouverture, filtres)
    etats = etats_le(acte.jour())
    en_vigueur = etats.est("active") & (habilitations.c.date_debut <= acte.jour())
    code = sa.func.coalesce(habilitations.c.titre_code, habilitations.c.ccs_code)
    requete = (
        sa.select(code, jures.c.departement, sa.func.count(sa.distinct(jures.c.id)))
        .select_from(etats.source.join(jures, jures.c.id == habilitations.c.jure_id))
        .where(en_vigueur, jures.c.statut == StatutJure.ACTIF, jures.c.absorbe_par.is_(None))
        .group_by(code, jures.c.departement)
    )
    if p["code"]:
        requete = requete.where(code == p["code"])
    lieux: dict[str, dict[str, int]] = {}
    for certification, departement, n in acte.db.execute(requete):
        lieux.setdefault(certification, {})[departement] = n
    return {"elements": [{"code": c, "departements": lieux[c]} for c in sorted(lieux)]}
