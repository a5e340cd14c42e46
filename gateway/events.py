"""What the gateway publishes."""

from typing import Any, ClassVar

from marshmallow import fields

from commun.schemas.events import Evenement


class InvitationEmise(Evenement):
    """An invitation is to leave by mail, its address and link asked for then; `envoi` grows as it is sent again."""

    nom = "gateway.invitation_emise"
    exemple: ClassVar[dict[str, Any]] = {"invitation_id": "0190a8c0-0000-7000-8000-000000000001", "envoi": 1}

    invitation_id = fields.String(required=True)
    envoi = fields.Integer(required=True)


class RenouvellementDemande(Evenement):
    """A link to replace a lost password was asked for: what the mail says, if any is to leave, is asked for then."""

    nom = "gateway.renouvellement_demande"
    exemple: ClassVar[dict[str, Any]] = {"renouvellement_id": "0190a8c0-0000-7000-8000-000000000002"}

    renouvellement_id = fields.UUID(required=True)


class MotDePasseChange(Evenement):
    """The password of an account was changed, by its holder or for him: he is told. `version`: the account's, then."""

    nom = "gateway.mot_de_passe_change"
    exemple: ClassVar[dict[str, Any]] = {
        "compte_id": "0190a8c0-0000-7000-8000-000000000003",
        "version": 4,
        "change_le": "2026-01-15T09:12:00+00:00",
    }

    compte_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    change_le = fields.DateTime(required=True)


class ProConnectRelie(Evenement):
    """An account was bound to an identity of ProConnect, which opens it from now on: its holder is told.

    `version`: the account's, then.
    """

    nom = "gateway.proconnect_relie"
    exemple: ClassVar[dict[str, Any]] = {
        "compte_id": "0190a8c0-0000-7000-8000-000000000007",
        "version": 4,
        "relie_le": "2026-01-15T09:12:00+00:00",
    }

    compte_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    relie_le = fields.DateTime(required=True)


class AccesRetire(Evenement):
    """A profil was taken from an account, or the account was closed (then `libelle` is null): its holder is told.

    `par`: the profil of who did it, not his name. `version`: the account's, then.
    """

    nom = "gateway.acces_retire"
    exemple: ClassVar[dict[str, Any]] = {
        "compte_id": "0190a8c0-0000-7000-8000-000000000006",
        "version": 4,
        "libelle": "UD 75",
        "par": "Mission nationale",
        "fait_le": "2026-01-15T09:12:00+00:00",
    }

    compte_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    libelle = fields.String(required=True, allow_none=True)
    par = fields.String(required=True)
    fait_le = fields.DateTime(required=True)


class ChangementCourrielDemande(Evenement):
    """The holder of an account asks for another address: what the mails to both say is asked for then."""

    nom = "gateway.changement_courriel_demande"
    exemple: ClassVar[dict[str, Any]] = {"changement_id": "0190a8c0-0000-7000-8000-000000000005"}

    changement_id = fields.UUID(required=True)


class CourrielChange(Evenement):
    """The address of an account was changed: both addresses, asked for then, are told."""

    nom = "gateway.courriel_change"
    exemple: ClassVar[dict[str, Any]] = {"changement_id": "0190a8c0-0000-7000-8000-000000000004"}

    changement_id = fields.UUID(required=True)
