"""The published language of the candidats: what enters by RPC, with French messages, and what leaves."""

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from commun.domain import pays
from commun.domain.textes import normaliser
from commun.schemas.champs import (
    CIVILITE,
    INSEE,
    POSTAL,
    AvecTerritoire,
    Courriel,
    NomPropre,
    Objet,
    SansEspaces,
    Telephone,
    code,
    fichier_en_base64,
    nom_propre,
)
from commun.schemas.forms import AvecConfirmation, AvecFormat, Formulaire, Page, Remarque, Sortie, texte
from commun.schemas.sorties import Bouton, RefusBouton
from services.candidats.domain.lifecycle import ActionDemande, EtatDemande

VAE = "vae"
PARCOURS = ("formation", "capitalisation", VAE)
MOTIFS_PROLONGATION = ("echec", "reussite_partielle", "formation_commencee")
DECISIONS = (ActionDemande.RECEVABLE.value, ActionDemande.NON_RECEVABLE.value)
ETATS_VAE = tuple(etat.value for etat in EtatDemande)

FICHIER_MAX = 5_000_000
"""Bytes of a file of candidates."""

PAYS_MAL_DESIGNE = "Un pays est désigné par son code ISO à deux lettres, par exemple FR."

_PREMIERE_ANNEE = date(1900, 1, 1)
_AVEC_SON_PAYS = re.compile(r"(?P<ville>.*[^\s,-])(?:\s*\((?P<entre>[^()]+)\)|\s*[,-]\s*(?P<enfin>[^(),]+))")
"""How a town is said with its country: « Alger (Algérie) », « ALGER, ALGERIE »."""


class Prenoms(fields.String):
    """All the given names, in order, separated by commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        donnes = super()._deserialize(value, attr, data, **options).split(",")
        vides = [p for p in donnes if not p.strip()]
        if vides and vides != donnes:
            raise ValidationError("Un prénom manque avant ou après une virgule : ajoutez-le, ou retirez la virgule.")
        if len(prenoms := ", ".join(map(nom_propre, donnes))) > 200:
            raise ValidationError("Indiquez 200 caractères au plus.")
        return prenoms


class Pays(fields.String):
    """A country by its ISO code, whatever the case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        lu = super()._deserialize(value, attr, data, **options).strip().upper()
        if not re.fullmatch(r"[A-Z]{2}", lu):
            raise ValidationError(PAYS_MAL_DESIGNE)
        if lu in pays.OUTRE_MER:
            raise ValidationError("Une naissance outre-mer s'indique avec le pays FR et le code INSEE de la commune.")
        if lu not in pays.NOMS:
            raise ValidationError(f"Aucun pays ne porte le code {lu}.")
        return lu


class Naissance(Formulaire):
    """Where someone was born: a commune by its INSEE code, or a country, and the town where it is known."""

    pays_code = Pays(load_default="FR")
    code_insee = SansEspaces(load_default=None, allow_none=True, validate=INSEE)
    commune = texte(100)

    @post_load
    def sans_son_pays(self, lieu: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Leaves out of a town abroad its country, which every document adds: « Alger (Algérie) » is Alger, there as in
        the identity by which its candidate is found again."""
        lue = _AVEC_SON_PAYS.fullmatch(lieu.get("commune") or "")
        dit = lue and normaliser(lue["entre"] or lue["enfin"])
        return lieu | {"commune": lue["ville"]} if lue and dit == normaliser(pays.NOMS[lieu["pays_code"]]) else lieu


class Adresse(Formulaire):
    """Where the candidate lives."""

    voie = texte(200)
    complement = texte(200)
    code_postal = SansEspaces(load_default=None, allow_none=True, validate=POSTAL)
    commune = texte(100)
    code_insee = SansEspaces(load_default=None, allow_none=True, validate=INSEE)


def _date_naissance(**options: Any) -> fields.Date:
    depuis = validate.Range(min=_PREMIERE_ANNEE, error="Indiquez une date de naissance à partir de 1900.")
    return fields.Date(validate=depuis, **options)


class _Identite(Formulaire):
    nom_naissance = NomPropre(required=True)
    prenoms = Prenoms(required=True)
    date_naissance = _date_naissance(required=True)
    naissance = Objet(Naissance, required=True)


class _Personne(_Identite):
    civilite = fields.String(load_default=None, allow_none=True, validate=CIVILITE)
    nom_usage = NomPropre(load_default=None, allow_none=True)
    adresse = Objet(Adresse, load_default=None, allow_none=True)
    telephone = Telephone(load_default=None, allow_none=True)
    courriel = Courriel(load_default=None, allow_none=True)


class NouveauCandidat(_Personne, AvecConfirmation):
    """A candidate about to be created."""


class ModificationCandidat(_Personne, AvecConfirmation):
    """What changes of a candidate: only what is given."""


class Rattachement(_Identite):
    """The complete identity of a candidate known elsewhere."""


class Fusion(AvecConfirmation):
    """The candidate to merge into this one. `absorbe_version`: that in which he was read, as `If-Match` here."""

    absorbe_id = fields.UUID(required=True)
    absorbe_version = fields.Integer(load_default=None, allow_none=True)


class FiltresCandidats(Page):
    """The filters of the list of candidates. `import_id`: those of a file that the centre imported."""

    date_naissance = fields.Date(load_default=None)
    import_id = fields.UUID(load_default=None)


class ExportCandidats(AvecFormat, FiltresCandidats):
    """The filters of the file of the candidates."""


class Import(AvecConfirmation):
    """A file of candidates; `motif_prolongation`: why they may all still come to the session (SES-02)."""

    fichier = fichier_en_base64(FICHIER_MAX)
    nom = texte(200, load_default="import")
    essai = fields.Boolean(load_default=False)
    session_id = fields.UUID(load_default=None, allow_none=True)
    parcours = fields.String(
        load_default="formation",
        validate=validate.OneOf(PARCOURS, error="Choisissez formation, capitalisation ou vae."),
    )
    motif_prolongation = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(MOTIFS_PROLONGATION, error="Valeurs : {choices}.")
    )


class NouvelleDemandeVae(AvecConfirmation):
    """A demande VAE: for a whole titre, or for chosen CCPs of it."""

    titre_code = code(required=True)
    ccp_codes = fields.List(
        code(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 20, error="Choisissez de 1 à 20 CCP ; sans cette liste, le titre entier est visé."),
    )
    date_depot = fields.Date(required=True)


class DecisionVae(AvecConfirmation):
    """The decision on a demande VAE; a refusal says why."""

    decision = fields.String(
        required=True, validate=validate.OneOf(DECISIONS, error="Indiquez recevable ou non_recevable.")
    )
    date_notification = fields.Date(load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=False)
    def motiver(self, forme: dict[str, Any], **_: Any) -> None:
        if forme.get("decision") == "non_recevable" and "motif" in forme and not (forme["motif"] or "").strip():
            raise ValidationError("Une décision de non-recevabilité indique son motif.", "motif")


class RetraitVae(AvecConfirmation):
    """The withdrawal of a demande VAE."""


class FiltresDemandesVae(AvecTerritoire, Page):
    """The filters of the list of demandes VAE."""

    etat = fields.String(
        load_default=None, validate=validate.OneOf(ETATS_VAE, error=f"Choisissez parmi : {', '.join(ETATS_VAE)}.")
    )


# -- what leaves ------------------------------------------------------------------------------------------------------


class AcquisCertificat(Sortie):
    """A CCP, a titre or a CCS that the candidate has; `statut`: `provisoire` until the PV is signed, or `confirme`."""

    code = fields.String(required=True)
    titre_code = fields.String(allow_none=True)
    session_id = fields.String(required=True)
    date = fields.Date(required=True)
    statut = fields.String(required=True, validate=validate.OneOf(["provisoire", "confirme"]))


class Acquis(Sortie):
    """What the candidate has acquired."""

    ccps = fields.List(fields.Nested(AcquisCertificat))
    titres = fields.List(fields.Nested(AcquisCertificat))
    ccs = fields.List(fields.Nested(AcquisCertificat))


class _Qui(Sortie):
    """Who a candidate is, his birth place apart: the banner shows it otherwise."""

    id = fields.String(required=True)
    numero = fields.String(required=True)
    civilite = fields.String(allow_none=True, validate=CIVILITE)
    nom_naissance = fields.String(required=True)
    nom_usage = fields.String(allow_none=True)
    prenoms = fields.String(required=True)
    date_naissance = fields.Date(required=True)


class Candidat(_Qui):
    """A candidate."""

    naissance = fields.Nested(Naissance)
    adresse = fields.Nested(Adresse, allow_none=True)
    telephone = fields.String(allow_none=True)
    courriel = fields.String(allow_none=True)
    departement = fields.String(allow_none=True)
    acquis = fields.Nested(Acquis)
    actions = fields.List(fields.Nested(Bouton))
    refus = fields.List(fields.Nested(RefusBouton))
    avertissements = fields.List(fields.Nested(Remarque))
    version = fields.Integer(required=True)


class InscriptionCourante(Sortie):
    """A session in which the candidate is registered and which is not over."""

    session_id = fields.String(required=True)
    numero = fields.String(required=True)
    type = fields.String(required=True)
    titre_code = fields.String(allow_none=True)
    ccs_code = fields.String(allow_none=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    parcours = fields.String(allow_none=True, validate=validate.OneOf(PARCOURS))


class SessionVisible(Sortie):
    """A session where the candidate is or was registered, which the reader may open."""

    session_id = fields.String(required=True)
    numero = fields.String(required=True)


class NaissanceBandeau(Sortie):
    """The birth place as the banner says it."""

    pays_code = fields.String(required=True)
    code_insee = fields.String(allow_none=True)
    commune = fields.String(allow_none=True)
    departement = fields.String(allow_none=True)
    libelle = fields.String(required=True)


class Bandeau(_Qui):
    """What the page's banner shows. `anonyme`: nobody knows who he was; of his birth, the year alone holds."""

    anonyme = fields.Boolean()
    naissance = fields.Nested(NaissanceBandeau)
    inscriptions = fields.List(fields.Nested(InscriptionCourante))
    sessions = fields.List(fields.Nested(SessionVisible))


class DemandeVae(Sortie):
    """A demande VAE. `recevable_jusqu_au`: its last day; `caduque_le`: the day after."""

    id = fields.String(required=True)
    candidat_id = fields.String(required=True)
    candidat = fields.Dict()
    titre_code = fields.String(required=True)
    titre_intitule = fields.String(allow_none=True)
    ccp_codes = fields.List(fields.String())
    date_depot = fields.Date(required=True)
    etat = fields.String(required=True, validate=validate.OneOf(ETATS_VAE))
    date_notification = fields.Date(allow_none=True)
    motif = fields.String(allow_none=True)
    recevable_jusqu_au = fields.Date(allow_none=True)
    caduque_le = fields.Date(allow_none=True)
    departement = fields.String(allow_none=True)
    actions = fields.List(fields.Nested(Bouton))
    refus = fields.List(fields.Nested(RefusBouton))
    version = fields.Integer(required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class BilanLigne(Sortie):
    """What is to be said of a line of an imported file."""

    ligne = fields.Integer(required=True)
    colonne = fields.String(allow_none=True)
    valeur = fields.String(allow_none=True)
    message = fields.String(required=True)
    accepte = fields.String(allow_none=True)
    code = fields.String(allow_none=True)


class BilanImport(Sortie):
    """What an import did, or would do (`essai`). `confirmations_tues`, `remarques_tues`: how many more only the
    annotated copy gives."""

    import_id = fields.String(required=True)
    essai = fields.Boolean(required=True)
    lignes = fields.Integer(required=True)
    importes = fields.Integer(required=True)
    deja_connus = fields.Integer(required=True)
    rattaches = fields.Integer(required=True)
    inscrits = fields.Integer(required=True)
    confirmations = fields.List(fields.Nested(BilanLigne))
    confirmations_tues = fields.Integer()
    remarques = fields.List(fields.Nested(BilanLigne))
    remarques_tues = fields.Integer()
