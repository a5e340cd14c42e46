"""What notifications publishes."""

from typing import Any, ClassVar

from marshmallow import fields, validate

from commun.schemas.events import Evenement


class EnvoiModifie(Evenement):
    """The mail of a convocation left, failed, or waits for another try. `version` grows with each change."""

    nom = "notifications.envoi_modifie"
    exemple: ClassVar[dict[str, Any]] = {
        "convocation_id": "0190a8c0-0000-7000-8000-000000000020",
        "statut": "echec",
        "erreur": "550 5.1.1 Adresse inconnue",
        "version": 2,
    }

    convocation_id = fields.UUID(required=True)
    statut = fields.String(required=True, validate=validate.OneOf(["en_attente", "envoyee", "echec"]))
    erreur = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


class AnnulationModifiee(EnvoiModifie):
    """The same, of the mail that says to somebody that a convocation no longer holds."""

    nom = "notifications.annulation_modifiee"
