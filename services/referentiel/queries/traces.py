"""The blocs traçabilité of the référentiel."""

from typing import Any

from commun import audit
from commun.unit_of_work import Acte
from services.referentiel.queries.controles import controle_visible
from services.referentiel.queries.etablissements import agrement_visible


def traces_agrement(acte: Acte, agrement_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to an agrément, newest first."""
    return audit.page(acte.db, "agrement", agrement_visible(acte, agrement_id).agrement.id, filtres)


def traces_controle(acte: Acte, controle_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to a contrôle, newest first."""
    return audit.page(acte.db, "controle", controle_visible(acte, controle_id)[0].id, filtres)
