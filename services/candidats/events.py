"""What the service of the candidats publishes: ids and versions, never a name. Who needs an identity asks for it."""

from typing import Any, ClassVar

from marshmallow import fields

from commun.events import Evenement

_ID = "0190a8c0-0000-7000-8000-000000000010"


class CandidatModifie(Evenement):
    """A candidate was created, changed or merged. `canonique_id`: the id under which he lives now."""

    nom = "candidats.candidat_modifie"
    exemple: ClassVar[dict[str, Any]] = {"candidat_id": _ID, "canonique_id": _ID, "version": 2}

    candidat_id = fields.UUID(required=True)
    canonique_id = fields.UUID(required=True)
    version = fields.Integer(required=True)


PUBLIES = (CandidatModifie,)
ECOUTES = ("referentiel.titre_publie", "sessions.session_modifiee", "sessions.resultats_clos")
