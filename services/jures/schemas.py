"""The published language of jurés: what enters by RPC, with French messages, and what leaves."""

from marshmallow import fields, validate

from commun.domain.referentiel import Situation
from commun.schemas.champs import (
    CIVILITE,
    ROME,
    Adresse,
    AvecTerritoire,
    Courriel,
    Nom,
    Objet,
    SansEspaces,
    Siret,
    Telephone,
    UneCertification,
    code,
    code_facultatif,
    departement,
    liste,
)
from commun.schemas.forms import AvecConfirmation, AvecFormat, Formulaire, Page, Remarque, Sortie, texte
from commun.schemas.sorties import Bouton, RefusBouton
from services.jures.domain.model import EtatHabilitation, StatutJure

ETATS = tuple(sorted({etat.publie for etat in EtatHabilitation} - {EtatHabilitation.SUPPRIMEE.value}))
"""The states of an habilitation as a client sees them."""


class NouveauJure(AvecConfirmation):
    """A professional who may sit in juries. `departement` follows from the address: given, it must be equal."""

    civilite = fields.String(required=True, validate=CIVILITE)
    nom = Nom(required=True)
    nom_usage = Nom(load_default=None, allow_none=True)
    prenom = Nom(required=True)
    date_naissance = fields.Date(load_default=None, allow_none=True)
    telephone_professionnel = Telephone(load_default=None, allow_none=True)
    telephone_personnel = Telephone(load_default=None, allow_none=True)
    courriel = Courriel(load_default=None, allow_none=True)
    adresse = Objet(Adresse, required=True)
    departement = departement()


class ModificationJure(NouveauJure):
    """What may change of a juré: what is not named stays as it is."""


class NouvelEmploi(AvecConfirmation):
    """A job that a juré holds or held. Without `date_fin` he is still in it."""

    intitule = texte(200, required=True)
    code_rome = SansEspaces(required=True, validate=ROME)
    titres_lies = liste(code(), 30, load_default=list)
    employeur = texte(200)
    employeur_siret = Siret(load_default=None, allow_none=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(load_default=None, allow_none=True)


class ModificationEmploi(NouvelEmploi):
    """What may change of a job: what is not named stays as it is."""


class NouvelleHabilitation(UneCertification, AvecConfirmation):
    """A brouillon of habilitation, on CCPs of one titre or on one CCS. Without `date_fin`, the last one admitted."""

    ccp_codes = liste(code(), 30, load_default=list)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(load_default=None, allow_none=True)


class ModificationHabilitation(AvecConfirmation):
    """What may change of a brouillon. A `date_fin` sent as null is chosen anew."""

    ccp_codes = liste(code(), 30)
    date_debut = fields.Date()
    date_fin = fields.Date(allow_none=True)


class Acte(AvecConfirmation):
    """An act on a juré, on one of his jobs or on an habilitation."""


class Fusion(AvecConfirmation):
    """The juré who disappears into another. `absorbe_version`: that in which he was read, as `If-Match` there."""

    absorbe_id = fields.UUID(required=True)
    absorbe_version = fields.Integer(load_default=None, allow_none=True)


class FiltresJures(AvecTerritoire, Page):
    """The filters of the list of jurés. `titre`, `ccs`: those who have an habilitation on it, whatever its state."""

    titre = code_facultatif()
    ccs = code_facultatif()
    statut = fields.String(load_default=None, validate=validate.OneOf([*StatutJure], error="Statuts : {choices}."))


class FiltresHabilitations(Page):
    """The filters of the list of habilitations. `a_renouveler`: whose renewal is to be prepared, or not."""

    etat = fields.String(load_default=None, validate=validate.OneOf(ETATS, error="États : {choices}."))
    titre = code_facultatif()
    ccs = code_facultatif()
    departement = departement()
    fin_avant = fields.Date(load_default=None, metadata={"description": "Le droit finit avant ce jour."})
    a_renouveler = fields.Boolean(load_default=None)


class ExportJures(AvecFormat, FiltresJures):
    """The filters of the file of the jurés (JUR-01)."""


class FiltresCouverture(Formulaire):
    """The titre or the CCS whose jurés are counted; all of them unless said."""

    code = code_facultatif()


class ExportHabilitations(AvecFormat, FiltresHabilitations):
    """The filters of the file of the habilitations."""


# -- what leaves ------------------------------------------------------------------------------------------------------


class HabilitationListe(Sortie):
    """An habilitation, as it stands on the day of the call."""

    id = fields.String(required=True)
    jure_id = fields.String(required=True)
    titre_code = fields.String(required=True, allow_none=True)
    ccp_codes = fields.List(fields.String(), required=True)
    ccs_code = fields.String(required=True, allow_none=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    fin_effective = fields.Date(required=True)
    etat = fields.String(required=True, validate=validate.OneOf(ETATS))
    situation_titre = fields.String(required=True, validate=validate.OneOf([*Situation]))
    version = fields.Integer(required=True)


class Habilitation(HabilitationListe):
    """An habilitation, what may be done with it now, and why the rest may not."""

    actions = fields.List(fields.Nested(Bouton), required=True)
    refus = fields.List(fields.Nested(RefusBouton), required=True)
    prolongeable = fields.Boolean(required=True)
    a_renouveler = fields.Boolean(required=True)
    emplois_a_jour_d_abord = fields.List(fields.String(), required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class NomJure(Sortie):
    """A juré, as the list of habilitations names him. An inactive one may not sit (JUR-05), whatever their `etat`."""

    nom = fields.String(required=True)
    nom_usage = fields.String(required=True, allow_none=True)
    prenom = fields.String(required=True)
    departement = fields.String(required=True)
    statut = fields.String(required=True, validate=validate.OneOf([*StatutJure]))


class HabilitationDuPerimetre(Habilitation):
    """An habilitation in a list, with whose it is."""

    jure = fields.Nested(NomJure, required=True)


class Emploi(Sortie):
    """A job of a juré."""

    id = fields.String(required=True)
    intitule = fields.String(required=True)
    code_rome = fields.String(required=True)
    titres_lies = fields.List(fields.String(), required=True)
    employeur = fields.String(required=True, allow_none=True)
    employeur_siret = fields.String(required=True, allow_none=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True, allow_none=True)
    version = fields.Integer(required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class TitreLie(Sortie):
    """A titre for which a job counts."""

    code = fields.String(required=True)
    intitule = fields.String(required=True)


class EmploiDuJure(Emploi):
    """A job, and the titres for which it counts (HAB-07): those of its ROME code, and those marked as linked."""

    titres = fields.List(fields.Nested(TitreLie), required=True)


class EmploiSupprime(Sortie):
    """What removing a job calls attention to, where it does."""

    avertissements = fields.List(fields.Nested(Remarque), required=True)


class AdresseDuJure(Sortie):
    """Where a juré lives; nowhere, once he was anonymised."""

    voie = fields.String(required=True, allow_none=True)
    complement = fields.String(required=True, allow_none=True)
    code_postal = fields.String(required=True, allow_none=True)
    commune = fields.String(required=True, allow_none=True)
    code_insee = fields.String(required=True, allow_none=True)


class Identite(Sortie):
    """Who a juré is and where he lives."""

    id = fields.String(required=True)
    civilite = fields.String(required=True, validate=CIVILITE)
    nom = fields.String(required=True)
    nom_usage = fields.String(required=True, allow_none=True)
    prenom = fields.String(required=True)
    date_naissance = fields.Date(required=True, allow_none=True)
    telephone_professionnel = fields.String(required=True, allow_none=True)
    telephone_personnel = fields.String(required=True, allow_none=True)
    courriel = fields.String(required=True, allow_none=True)
    adresse = fields.Nested(AdresseDuJure, required=True)
    departement = fields.String(required=True)
    region = fields.String(required=True)
    statut = fields.String(required=True, validate=validate.OneOf([*StatutJure]))
    version = fields.Integer(required=True)


class JureListe(Identite):
    """A juré in a list."""

    emplois = fields.List(fields.Nested(Emploi), required=True)
    habilitations = fields.List(fields.Nested(HabilitationListe), required=True)


class Jure(Identite):
    """A juré, his jobs and his habilitations; `modifiable`: whether who asks manages him; `anonyme`: he has no name any
    more."""

    emplois = fields.List(fields.Nested(EmploiDuJure), required=True)
    habilitations = fields.List(fields.Nested(Habilitation), required=True)
    modifiable = fields.Boolean(required=True)
    anonyme = fields.Boolean()
    avertissements = fields.List(fields.Nested(Remarque))


class SessionDuJure(Sortie):
    """A session in which a juré is registered; `session_id` is its `id`, as a registration says it."""

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    numero = fields.String(required=True)
    etat = fields.String(required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    etablissement_id = fields.String(required=True)
    habilitation_id = fields.String(required=True, allow_none=True)
    departement = fields.String(required=True, allow_none=True)
    a_venir = fields.Boolean(required=True)


class Doublon(Identite):
    """A juré who may be the same person: how many jobs and habilitations he has, whether he may be merged, why not."""

    emplois = fields.Integer(required=True)
    habilitations = fields.Integer(required=True)
    actions = fields.List(fields.Nested(Bouton), required=True)
    refus = fields.List(fields.Nested(RefusBouton), required=True)


class CouvertureCertification(Sortie):
    """How many active jurés hold an habilitation in force, by département; those without any are left out."""

    code = fields.String(required=True)
    departements = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class Couverture(Sortie):
    """The coverage of the country."""

    elements = fields.List(fields.Nested(CouvertureCertification), required=True)
