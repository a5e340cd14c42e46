"""What the service of the candidats publishes: ids and versions, never a name. Who needs an identity asks for it."""

from typing import Any, ClassVar

from marshmallow import fields

from commun.schemas.events import Evenement

_ID = "0190a8c0-0000-7000-8000-000000000010"


class CandidatModifie(Evenement):
    """A candidate was changed or merged. `canonique_id`: the id under which he lives now."""

    nom = "candidats.candidat_modifie"
    exemple: ClassVar[dict[str, Any]] = {"candidat_id": _ID, "canonique_id": _ID, "version": 2}

    candidat_id = fields.UUID(required=True)
    canonique_id = fields.UUID(required=True)
    version = fields.Integer(required=True)


class DemandeVaeModifiee(Evenement):
    """A demande VAE was decided or withdrawn. `recevable_jusqu_au`: the last day of its recevabilité, where it has one.

    `etablissement_ids`: the centres of its candidate; `departement`: that of his home.
    """

    nom = "candidats.demande_vae_modifiee"
    exemple: ClassVar[dict[str, Any]] = {
        "demande_id": "0190a8c0-0000-7000-8000-000000000013",
        "titre_code": "TP-00520",
        "etat": "recevable",
        "recevable_jusqu_au": "2027-03-14",
        "departement": "75",
        "etablissement_ids": ["0190a8c0-0000-7000-8000-000000000001"],
        "version": 2,
    }

    demande_id = fields.UUID(required=True)
    titre_code = fields.String(required=True)
    etat = fields.String(required=True)
    recevable_jusqu_au = fields.Date(required=True, allow_none=True)
    departement = fields.String(required=True, allow_none=True)
    etablissement_ids = fields.List(fields.UUID(), required=True)
    version = fields.Integer(required=True)


class CandidatAnonymise(Evenement):
    """A candidate was anonymised: whoever keeps something of his name loses it."""

    nom = "candidats.candidat_anonymise"
    exemple: ClassVar[dict[str, Any]] = {"candidat_id": _ID, "version": 7}

    candidat_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
