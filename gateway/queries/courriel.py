"""An account whose address changes: what the mails to both addresses say (ADR 62)."""

from typing import Any

from commun.db import identifiant
from commun.errors import Introuvable
from commun.unit_of_work import Acte
from gateway.storage import changements
from gateway.storage.comptes import get_compte

Json = dict[str, Any]


def lettre_du_changement(acte: Acte, changement_id: str, a: str) -> Json:
    """What the mail to an address says that was an account's (`a`: « ancien ») or is now (« nouveau »), and the
    address, for the one who carries it. `suit`: whether its identifiant was changed too.

    Raises:
        Introuvable: the account was anonymised since.
    """
    fait = changements.get_fait(acte.db, identifiant(changement_id))
    compte = get_compte(acte.db, fait["compte_id"]) if fait else None
    if not fait or not compte:
        raise Introuvable()
    dits = {"courriel": fait[a], "titulaire": compte["nom"], "fait_le": fait["fait_le"]}
    suit = fait["identifiant_avant"] is not None
    return dits | {"suit": suit, "identifiant": fait["nouveau"] if suit else compte["identifiant"]}
