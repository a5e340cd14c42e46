"""What enters by RPC, with French messages."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from commun.domain.referentiel import Situation
from commun.schemas.champs import (
    ROME,
    Adresse,
    AvecTerritoire,
    Courriel,
    Forme,
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
from commun.schemas.forms import AvecConfirmation, AvecFormat, Formulaire, Page, texte
from services.referentiel.domain.controles import OUVERT, Conclusion, EtatControle, TypeControle
from services.referentiel.domain.model import StatutAgrement

RNCP = Forme(r"^RNCP[0-9]{1,6}$", error="Un numéro RNCP s'écrit RNCP suivi de chiffres, par exemple RNCP37098.")
_AUCUN_RETIRE = {"description": "Aucun n'est retiré."}


class Certification(Formulaire):
    """A CCP or a CCS: its code and its intitulé."""

    code = code(required=True)
    intitule = texte(500, required=True)


def _code_libre(valeur: str) -> None:
    """Refuses the code whose page is that of creation."""
    if valeur == "nouveau":
        raise ValidationError("Ce code est réservé : choisissez-en un autre.")


class NouveauTitre(Formulaire):
    """A titre professionnel, made of CCPs, completed by CCSs."""

    code = code(_code_libre, required=True)
    intitule = texte(300, required=True)
    niveau = fields.Integer(required=True, strict=True, validate=validate.Range(1, 8, error="Un niveau va de 1 à 8."))
    code_rncp = SansEspaces(load_default=None, allow_none=True, validate=RNCP)
    codes_rome = liste(SansEspaces(validate=ROME), 30, load_default=list)
    date_debut_validite = fields.Date(load_default=None, allow_none=True)
    date_fin_de_vie = fields.Date(load_default=None, allow_none=True)
    date_fin_prolongation = fields.Date(load_default=None, allow_none=True)
    ccps = fields.List(
        Objet(Certification), required=True, validate=validate.Length(1, 20, error="Un titre compte de 1 à 20 CCP.")
    )
    ccs = liste(Objet(Certification), 20, load_default=list)
    remplace = liste(SansEspaces(validate=RNCP), 20, load_default=list)


class ModificationTitre(NouveauTitre):
    """What may change of a titre: all but its code."""

    class Meta(NouveauTitre.Meta):
        exclude = ("code",)


class Correspondance(Formulaire):
    """REF-01: the CCP of an earlier titre that a CCP of this one stands for."""

    ancien_titre_code = code(required=True)
    ancien_ccp_code = code(required=True)
    ccp_code = code(required=True)


class RemplacementCorrespondances(Formulaire):
    """All the correspondences of a titre: what is sent replaces what was."""

    correspondances = liste(Objet(Correspondance), 200, required=True)


class NouveauSite(AvecTerritoire):
    """A place where sessions are held. Its territory follows from its address; given, it must be that one."""

    libelle = Nom(200, required=True)
    adresse = Objet(Adresse, required=True)


class NouvelEtablissement(AvecTerritoire):
    """A training centre. Its département and région follow from its address; given, they must be equal."""

    siret = Siret(required=True)
    denomination = Nom(200, required=True)
    adresse = Objet(Adresse, required=True)
    telephone = Telephone(load_default=None, allow_none=True)
    courriel = Courriel(load_default=None, allow_none=True)
    sites = liste(Objet(NouveauSite), 200, load_default=list)


class ModificationSite(NouveauSite):
    """A site of an établissement: with its id it is changed, without one it is added; none is removed."""

    id = fields.UUID(load_default=None, allow_none=True)


def _chacun_une_fois(sites: list[dict[str, Any]]) -> None:
    """Refuses a site that is changed twice: which of the two is meant, nobody can tell."""
    if len(ids := [site["id"] for site in sites if site["id"]]) > len(set(ids)):
        raise ValidationError("Chaque site n'est cité qu'une fois.")


class ModificationEtablissement(NouvelEtablissement):
    """What may change of an établissement. A site that is not named stays as it is."""

    sites = liste(Objet(ModificationSite), 200, _chacun_une_fois, load_default=list, metadata=_AUCUN_RETIRE)


class DatesAgrement(Formulaire):
    """What may change of an agrément: its number and its dates."""

    numero = texte(50, required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)


class ModificationAgrement(DatesAgrement, AvecConfirmation):
    """A change of an agrément: it may uncover sessions to come (AGR-02)."""


class NouvelAgrement(UneCertification, DatesAgrement):
    """The right to hold sessions for one titre or for one CCS at one site."""

    site_id = fields.UUID(required=True)


class ActeAgrement(AvecConfirmation):
    """Suspending, restoring or withdrawing an agrément."""


class NouveauControle(Formulaire):
    """A contrôle, entered once made. `controleur`: the agent who enters it, unless another is named."""

    type = fields.String(required=True, validate=validate.OneOf([*TypeControle]))
    date = fields.Date(required=True)
    session_id = fields.UUID(load_default=None, allow_none=True)
    controleur = texte(200)
    observations = texte(20_000, required=True)
    conclusion = fields.String(required=True, validate=validate.OneOf([*Conclusion]))
    motif = texte(1000)


class ModificationControle(NouveauControle):
    """What may change of a contrôle: all but its follow-up."""


class NouvelleSuite(Formulaire):
    """A step of a contrôle's follow-up; without an échéance, the follow-up is over."""

    date = fields.Date(required=True)
    echeance = fields.Date(load_default=None, allow_none=True)
    motif = texte(1000)
    texte = texte(5000, required=True)


class FiltresTitres(Page):
    """The filters of the list of titres."""

    situation = fields.String(load_default=None, validate=validate.OneOf([*Situation], error="Situations : {choices}."))


class FiltresEtablissement(Formulaire):
    """What is read of an établissement. `agrements`: whether it bears its own, most of its weight."""

    agrements = fields.Boolean(load_default=True)


class FiltresEtablissements(FiltresEtablissement, AvecTerritoire, Page):
    """The filters of the list of établissements."""


class FiltresAgrements(AvecTerritoire, Page):
    """The filters of the list of agréments. `a_renouveler`: those that end soon, and from which none takes over."""

    statut = fields.String(load_default=None, validate=validate.OneOf([*StatutAgrement], error="Statuts : {choices}."))
    fin_avant = fields.Date(load_default=None, metadata={"description": "Finit avant ce jour."})
    fin_apres = fields.Date(load_default=None, metadata={"description": "Finit ce jour-là ou après."})
    a_renouveler = fields.Boolean(load_default=None)
    titre = code_facultatif()
    ccs = code_facultatif()


class ExportAgrements(AvecFormat, FiltresAgrements):
    """The filters of the file of the agréments."""


class FiltresControles(Page):
    """The filters of the list of contrôles. `ouvert`: those whose follow-up is awaited, late or not."""

    etat = fields.String(load_default=None, validate=validate.OneOf([OUVERT, *EtatControle]))
    conclusion = fields.String(load_default=None, validate=validate.OneOf([*Conclusion]))
    session_id = fields.UUID(load_default=None)
    departement = departement()


class FiltresCommunes(Page):
    """The filters of the list of communes. `le`: the day on which the code must have been in use, where known."""

    le = fields.Date(load_default=None)
