"""What jurés publishes. Ids, states and dates: nothing of who the juré is.

`action` is what was done, `acteur_id` the account that did it: they say whom to tell. A page that rebuilds a copy
holds the same bodies without them.
"""

from typing import Any, ClassVar

from marshmallow import fields

from commun.schemas.events import Evenement

_JURE = "0190a8c0-0000-7000-8000-000000000010"


class JureModifie(Evenement):
    """A juré was created, changed, inactivated or merged into another: `jures` says what he is now."""

    nom = "jures.jure_modifie"
    exemple: ClassVar[dict[str, Any]] = {"jure_id": _JURE, "version": 2, "action": "activer"}

    jure_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    action = fields.String()
    acteur_id = fields.String()


class HabilitationModifiee(Evenement):
    """An habilitation was created, changed, or went from one state to another. `etat` is the stored one."""

    nom = "jures.habilitation_modifiee"
    exemple: ClassVar[dict[str, Any]] = {
        "habilitation_id": "0190a8c0-0000-7000-8000-000000000011",
        "jure_id": _JURE,
        "etat": "active",
        "titre_code": "TP-00520",
        "ccs_code": None,
        "date_fin": "2028-01-25",
        "version": 2,
        "action": "valider",
        "acteur_id": "0190a8c0-0000-7000-8000-000000000012",
    }

    habilitation_id = fields.UUID(required=True)
    jure_id = fields.UUID(required=True)
    etat = fields.String(required=True)
    titre_code = fields.String(required=True, allow_none=True)
    ccs_code = fields.String(required=True, allow_none=True)
    date_fin = fields.Date(required=True)
    version = fields.Integer(required=True)
    action = fields.String()
    acteur_id = fields.String()


class JureAnonymise(Evenement):
    """A juré was anonymised: whoever keeps something of his name loses it."""

    nom = "jures.jure_anonymise"
    exemple: ClassVar[dict[str, Any]] = {"jure_id": _JURE, "version": 7}

    jure_id = fields.UUID(required=True)
    version = fields.Integer(required=True)


class TitreSuivi(Evenement):
    """A titre has changed here too: its dates may now end habilitations on it, or on its CCS, on another day."""

    nom = "jures.titre_suivi"
    exemple: ClassVar[dict[str, Any]] = {"titre_code": "TP-00520", "ccs_codes": ["RNCP37098BC03"], "version": 2}

    titre_code = fields.String(required=True)
    ccs_codes = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)
