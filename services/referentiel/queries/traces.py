"""The blocs traçabilité of the référentiel."""

from typing import Any

from commun import audit
from commun.forms import Page, charger
from commun.unit_of_work import Acte
from services.referentiel.queries.controles import controle_visible
from services.referentiel.queries.etablissements import agrement_visible


def traces_agrement(acte: Acte, agrement_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to an agrément, newest first."""
    return _page(acte, "agrement", agrement_visible(acte, agrement_id).agrement.id, filtres)


def traces_controle(acte: Acte, controle_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to a contrôle, newest first."""
    return _page(acte, "controle", controle_visible(acte, controle_id)[0].id, filtres)


def _page(acte: Acte, objet_type: str, objet_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    p = charger(Page, filtres)
    lignes = audit.lister(acte.db, objet_type, objet_id)
    debut = (p["page"] - 1) * p["par_page"]
    cadre = {"total": len(lignes), "page": p["page"], "par_page": p["par_page"]}
    return {"elements": lignes[debut : debut + p["par_page"]], **cadre}
