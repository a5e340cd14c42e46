"""The bloc traçabilité of an agrément."""

from typing import Any

from commun import audit
from commun.forms import Page, charger
from commun.unit_of_work import Acte
from services.referentiel.queries.etablissements import agrement_visible


def traces_agrement(acte: Acte, agrement_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to an agrément, newest first."""
    agrement = agrement_visible(acte, agrement_id).agrement
    p = charger(Page, filtres)
    lignes = audit.lister(acte.db, "agrement", agrement.id)
    debut = (p["page"] - 1) * p["par_page"]
    cadre = {"total": len(lignes), "page": p["page"], "par_page": p["par_page"]}
    return {"elements": lignes[debut : debut + p["par_page"]], **cadre}
