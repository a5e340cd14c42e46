"""What the référentiel publishes: the whole of a thing each time it changes, so that a copy needs nothing else.

A copy follows by `version`; it is rebuilt from `referentiel_gardes`, whose pages hold the same bodies.
"""

from typing import Any, ClassVar

from marshmallow import fields, validate

from commun.schemas.events import Evenement
from commun.schemas.forms import Sortie
from services.referentiel.domain.model import DecisionAgrement
from services.referentiel.schemas import sortie

_TITRE: dict[str, Any] = {
    "code": "TP-00520",
    "intitule": "Conseiller de vente",
    "niveau": 4,
    "code_rncp": "RNCP37098",
    "codes_rome": ["D1212"],
    "date_debut_validite": "2023-01-25",
    "date_fin_de_vie": "2028-01-25",
    "date_fin_prolongation": "2029-01-25",
    "ccps": [{"code": "RNCP37098BC02", "intitule": "Améliorer l'expérience client dans un environnement omnicanal"}],
    "ccs": [],
    "remplace": ["RNCP13620"],
    "correspondances": [],
    "version": 3,
}


class TitrePublie(sortie.Titre, Evenement):
    """A titre was created or has changed: its dates, its CCPs, its CCSs."""

    nom = "referentiel.titre_publie"
    exemple = _TITRE

    class Meta:
        exclude = ("situation",)


class EtablissementPublie(Evenement):
    """An établissement was created or has changed: who it is and where. Its phone and mail stay here."""

    nom = "referentiel.etablissement_publie"
    exemple: ClassVar[dict[str, Any]] = {
        "id": "0190a8c0-0000-7000-8000-000000000001",
        "siret": "99900001100018",
        "denomination": "Centre de démonstration de Paris (fictif)",
        "commune": "Paris",
        "departement": "75",
        "region": "11",
        "sites": [
            {
                "id": "0190a8c0-0000-7000-8000-000000000002",
                "libelle": "Site Démonstration – Paris 12e",
                "adresse": {
                    "voie": "1 rue de la Démonstration",
                    "complement": None,
                    "code_postal": "75012",
                    "commune": "Paris",
                    "code_insee": "75112",
                },
                "departement": "75",
                "region": "11",
            }
        ],
        "version": 1,
    }

    id = fields.UUID(required=True)
    siret = fields.String(required=True)
    denomination = fields.String(required=True)
    commune = fields.String(required=True)
    departement = fields.String(required=True)
    region = fields.String(required=True)
    sites = fields.List(fields.Nested(sortie.Site), required=True)
    version = fields.Integer(required=True)


class Deplacement(Sortie):
    """What of an établissement went from one département to another: a site, by its name; else its own address.

    `reste`: whether something of it is still where this left, so that its page opens there; a version before says none.
    """

    site = fields.String(required=True, allow_none=True)
    de = fields.String(required=True)
    vers = fields.String(required=True)
    reste = fields.Boolean(required=True)


class EtablissementDeplace(Evenement):
    """An établissement, or a site of it, went to another département: for the unit that it leaves, and its new one."""

    nom = "referentiel.etablissement_deplace"
    exemple: ClassVar[dict[str, Any]] = {
        nom: EtablissementPublie.exemple[nom] for nom in ("id", "denomination", "version")
    } | {"deplacements": [{"site": "Site Démonstration – Paris 12e", "de": "75", "vers": "92", "reste": False}]}

    id = fields.UUID(required=True)
    denomination = fields.String(required=True)
    version = fields.Integer(required=True)
    deplacements = fields.List(fields.Nested(Deplacement), required=True)


class AgrementPublie(Evenement):
    """An agrément was granted, changed, suspended, restored or withdrawn. `statut` is the stored one, never `echu`."""

    nom = "referentiel.agrement_publie"
    exemple: ClassVar[dict[str, Any]] = {
        "id": "0190a8c0-0000-7000-8000-000000000003",
        "etablissement_id": "0190a8c0-0000-7000-8000-000000000001",
        "site_id": "0190a8c0-0000-7000-8000-000000000002",
        "titre_code": "TP-00520",
        "ccs_code": None,
        "numero": "75-2026-001",
        "date_debut": "2025-01-01",
        "date_fin": "2028-01-25",
        "statut": "accorde",
        "version": 2,
    }

    id = fields.UUID(required=True)
    etablissement_id = fields.UUID(required=True)
    site_id = fields.UUID(required=True)
    titre_code = fields.String(required=True, allow_none=True)
    ccs_code = fields.String(required=True, allow_none=True)
    numero = fields.String(required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    statut = fields.String(required=True)
    version = fields.Integer(required=True)


class AgrementDecide(Evenement):
    """The administration granted an agrément, gave it other dates, suspended, restored or withdrew it: for its centre.

    Its page says why: a reason may name people.
    """

    nom = "referentiel.agrement_decide"
    exemple: ClassVar[dict[str, Any]] = {
        nom: AgrementPublie.exemple[nom] for nom in ("id", "version", "etablissement_id", "numero")
    } | {"date_debut": "2025-01-01", "date_fin": "2028-01-25", "decision": "suspendu"}

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    etablissement_id = fields.UUID(required=True)
    numero = fields.String(required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    decision = fields.String(required=True, validate=validate.OneOf([*DecisionAgrement]))


class ControleModifie(Evenement):
    """A contrôle was entered, corrected, or followed up. `echeance`: when its next step is due, if one is."""

    nom = "referentiel.controle_modifie"
    exemple: ClassVar[dict[str, Any]] = {
        "id": "0190a8c0-0000-7000-8000-000000000004",
        "etablissement_id": "0190a8c0-0000-7000-8000-000000000001",
        "departement": "75",
        "date": "2026-03-02",
        "echeance": "2026-06-30",
        "auteur_id": "0190a8c0-0000-7000-8000-000000000005",
        "version": 2,
    }

    id = fields.UUID(required=True)
    etablissement_id = fields.UUID(required=True)
    departement = fields.String(required=True)
    date = fields.Date(required=True)
    echeance = fields.Date(required=True, allow_none=True)
    auteur_id = fields.String(required=True)
    version = fields.Integer(required=True)
