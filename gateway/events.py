"""What the gateway publishes, and listens to."""

from typing import Any, ClassVar

from marshmallow import fields

from commun.events import Evenement


class InvitationEmise(Evenement):
    """An invitation is to leave by mail, its address and link asked for then; `envoi` grows as it is sent again."""

    nom = "gateway.invitation_emise"
    exemple: ClassVar[dict[str, Any]] = {"invitation_id": "0190a8c0-0000-7000-8000-000000000001", "envoi": 1}

    invitation_id = fields.String(required=True)
    envoi = fields.Integer(required=True)


ECOUTES = ("referentiel.etablissement_publie",)
