"""The published language of the sessions: what enters by RPC, with French messages, and what leaves."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from commun.forms import AvecConfirmation, Formulaire, Page, Remarque, Sortie, texte
from services.sessions.domain.model import Etat, MotifProlongation, Parcours, TypeSession
from services.sessions.domain.parametres import Fenetre, Portee
from services.sessions.domain.parametres import Parametre as CodeParametre
from services.sessions.domain.resultats import Absence, Entretien, ResultatCcp, ResultatCcs

_CODE = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,29}$", error="Indiquez un code de 30 caractères au plus.")
_TROP = "{max} éléments au plus."
DELAI_MAX = 365
ETATS_DTE = ("demandee", "transmise", "refusee")


def _code(**options: Any) -> fields.String:
    return fields.String(validate=_CODE, **{"load_default": None, "allow_none": True} | options)


def _parmi(valeurs: Any, **options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf([str(v) for v in valeurs], error="Valeurs : {choices}."), **options)


def _id(**options: Any) -> fields.String:
    """An id of something else: one that nothing bears is answered 404, like one out of the perimeter."""
    return fields.String(validate=validate.Length(1, 64, error="Cet identifiant n'est pas valide."), **options)


def _liste(element: fields.Field[Any], maximum: int, **options: Any) -> fields.List[Any]:
    return fields.List(element, validate=validate.Length(max=maximum, error=_TROP), **options)


class Heure(fields.Time):
    """A time of the day, « HH:MM »."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", **options)


# -- what enters ------------------------------------------------------------------------------------------------------


class NouvelleSession(Formulaire):
    """A session that a centre creates. A TITRE session is on every CCP; a session of one day needs no end."""

    type = _parmi(TypeSession, required=True)
    titre_code = _code()
    ccp_codes = _liste(fields.String(validate=_CODE), 30, load_default=list)
    ccs_code = _code()
    entretien_final = fields.Boolean(load_default=False)
    etablissement_id = _id(load_default=None, allow_none=True)
    site_id = _id(required=True)
    responsable = texte(200)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(load_default=None, allow_none=True)
    heure_debut = Heure(required=True)
    heure_convocation = Heure(load_default=None, allow_none=True)


class ModificationSession(AvecConfirmation):
    """A change of a session: of what the administration validates (⚠), of its hours, or of both."""

    type = _parmi(TypeSession)
    titre_code = _code()
    ccp_codes = _liste(fields.String(validate=_CODE), 30)
    ccs_code = _code()
    entretien_final = fields.Boolean()
    site_id = _id()
    responsable = texte(200)
    date_debut = fields.Date()
    date_fin = fields.Date()
    heure_debut = Heure()
    heure_convocation = Heure(allow_none=True)


class Acte(AvecConfirmation):
    """An act on a session, with what its author confirms and why he does it."""


class InscriptionJure(AvecConfirmation):
    """A juré to register, or who replaces another."""

    jure_id = _id(required=True)


class InscriptionCandidat(AvecConfirmation):
    """A candidate to register. `formateurs`: the names or the ids of who trained him."""

    candidat_id = _id(required=True)
    parcours = _parmi(Parcours, load_default=Parcours.FORMATION.value)
    demande_vae_id = _id(load_default=None, allow_none=True)
    motif_prolongation = _parmi(MotifProlongation, load_default=None, allow_none=True)
    formateurs = _liste(texte(200, required=True), 20, load_default=list)


class InscriptionCandidats(AvecConfirmation):
    """Candidates to register together, all or none. `essai`: says what would be refused, and changes nothing."""

    candidats = fields.List(
        fields.Nested(InscriptionCandidat(exclude=("confirmer", "motif"))),
        required=True,
        validate=validate.Length(1, 2000, error="De 1 à 2 000 candidats."),
    )
    essai = fields.Boolean(load_default=False)


class EditionConvocations(AvecConfirmation):
    """CNV-02: an hour for the session's convocations, and one for a person where given. What is not said stays."""

    heure_convocation = Heure(allow_none=True)
    par_personne = fields.Dict(
        keys=_id(), values=Heure(), validate=validate.Length(max=1000, error="1 000 personnes au plus.")
    )


class DemandeDte(AvecConfirmation):
    """A request for the exam's subject. The length of the comment is DTE-01's matter."""

    commentaire = texte(20_000)


class SuiteDte(AvecConfirmation):
    """What the administration makes of a DTE request."""

    etat = _parmi(ETATS_DTE, required=True)


class LigneResultat(Formulaire):
    """A candidate's line."""

    candidat_id = _id(required=True)
    present = fields.Boolean(required=True)
    absence = _parmi(Absence, load_default=None, allow_none=True)
    ccps = fields.Dict(
        keys=fields.String(validate=_CODE),
        values=_parmi(ResultatCcp),
        load_default=dict,
        validate=validate.Length(max=30, error=_TROP),
    )
    entretien_final = _parmi(Entretien, load_default=None, allow_none=True)
    ccs = _parmi(ResultatCcs, load_default=None, allow_none=True)


class SaisieResultats(AvecConfirmation):
    """A results sheet, whole: it takes the place of the last, which is kept. Without `jures_presents`, all are."""

    resultats = _liste(fields.Nested(LigneResultat), 2000, required=True)
    jures_presents = _liste(_id(), 100, load_default=None, allow_none=True)


class NouvelleValeur(Formulaire):
    """A value of a dated parameter, from `du` to `au`, or until another one. `null` puts a délai out of use."""

    valeur = fields.Raw(required=True, allow_none=True)
    du = fields.Date(required=True)
    au = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def dates_dans_l_ordre(self, corps: dict[str, Any], **_: Any) -> None:
        """Refuses a value that ends before it begins."""
        if corps.get("au") and corps["au"] < corps["du"]:
            raise ValidationError("La date de fin précède la date de début.", "au")


def erreur_de_valeur(code: CodeParametre, valeur: Any) -> str | None:
    """Returns what is wrong with a value for this parameter."""
    match code:
        case CodeParametre.PLAFOND_PORTEE:
            choix: tuple[Any, ...] = tuple(p.value for p in Portee)
        case CodeParametre.PLAFOND_FENETRE:
            choix = tuple(f.value for f in Fenetre)
        case CodeParametre.PROLONGATION_SOUMISE_AVANT_FIN_DE_VIE:
            return None if isinstance(valeur, bool) else "Indiquez oui (true) ou non (false)."
        case _:
            entier = isinstance(valeur, int) and not isinstance(valeur, bool) and 0 <= valeur <= DELAI_MAX
            return None if valeur is None or entier else f"Indiquez un nombre de jours, de 0 à {DELAI_MAX}, ou rien."
    return None if valeur in choix else f"Valeurs : {', '.join(choix)}."


class FiltresSessions(Page):
    """The filters of the list of sessions."""

    etat = _parmi(Etat, load_default=None)
    type = _parmi(TypeSession, load_default=None)
    titre = texte(30)
    ccs = texte(30)
    etablissement = texte(64)
    departement = texte(3)
    region = texte(3)
    debut_apres = fields.Date(load_default=None)
    debut_avant = fields.Date(load_default=None)


class FiltresAlertes(Page):
    """The filters of the list of alerts."""

    levee = fields.Boolean(load_default=False)


class FiltresCredits(Formulaire):
    """The start for which a candidate's credits are counted; without it, the day."""

    debut = fields.Date(load_default=None)


class FiltresResultats(Formulaire):
    """Which version of the results; without it, the last."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000, error="Indiquez une version."))


# -- what leaves ------------------------------------------------------------------------------------------------------


def page_de(element: type[Schema]) -> type[Schema]:
    """Returns the schema of a page of these."""
    champs: dict[str, Any] = {
        "elements": fields.List(fields.Nested(element), required=True),
        "total": fields.Integer(required=True),
        "page": fields.Integer(required=True),
        "par_page": fields.Integer(required=True),
    }
    return Sortie.from_dict(champs, name=f"Page{element.__name__}")


class Bouton(Sortie):
    """What may be done now, and what it will ask first."""

    action = fields.String(required=True)
    avertissement = fields.String(required=True, allow_none=True)


class RefusBouton(Remarque):
    """What may not be done now, and why."""

    action = fields.String(required=True)


class JureInscrit(Sortie):
    """A member of the jury. `habilite`: he may sit in this session."""

    jure_id = fields.String(required=True)
    nom = fields.String(required=True)
    prenom = fields.String(required=True)
    habilitation_id = fields.String(required=True, allow_none=True)
    ccp_codes = fields.List(fields.String(), required=True)
    habilite = fields.Boolean(required=True)


class CandidatInscrit(Sortie):
    """A candidate of a session."""

    candidat_id = fields.String(required=True)
    numero = fields.String(required=True)
    nom_naissance = fields.String(required=True)
    nom_usage = fields.String(required=True)
    prenoms = fields.String(required=True)
    parcours = fields.String(required=True)
    inscrit_le = fields.Date(required=True)
    demande_vae_id = fields.String(required=True, allow_none=True)
    motif_prolongation = fields.String(required=True, allow_none=True)
    formateurs = fields.List(fields.String(), required=True)


class Edition(Sortie):
    """The convocations in force."""

    editees_le = fields.Date(required=True)
    version = fields.Integer(required=True)


class Dte(Sortie):
    """A request for the exam's subject."""

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    etat = fields.String(required=True)
    commentaire = fields.String(required=True, allow_none=True)
    demandee_le = fields.Date(required=True)
    version = fields.Integer(required=True)


class Alerte(Remarque):
    """What is wrong with a session to come."""

    id = fields.String(required=True)


class AlerteListe(Alerte):
    """An alert, with its session."""

    session_id = fields.String(required=True)
    numero = fields.String(required=True)
    depuis = fields.DateTime(required=True)
    levee = fields.Boolean(required=True)


class SessionListe(Sortie):
    """A session, in its state of the day."""

    id = fields.String(required=True)
    numero = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf([*TypeSession]))
    titre_code = fields.String(required=True, allow_none=True)
    ccp_codes = fields.List(fields.String(), required=True)
    ccs_code = fields.String(required=True, allow_none=True)
    certification = fields.String(required=True)
    entretien_final = fields.Boolean(required=True)
    etablissement_id = fields.String(required=True)
    etablissement = fields.String(required=True)
    site_id = fields.String(required=True)
    site = fields.String(required=True)
    departement = fields.String(required=True)
    region = fields.String(required=True)
    responsable = fields.String(required=True, allow_none=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    heure_debut = fields.String(required=True)
    heure_convocation = fields.String(required=True, allow_none=True)
    etat = fields.String(required=True, validate=validate.OneOf([*Etat]))
    motif = fields.String(required=True, allow_none=True)
    soumise_le = fields.Date(required=True, allow_none=True)
    pv_vise_le = fields.Date(required=True, allow_none=True)
    jures = fields.List(fields.Nested(JureInscrit), required=True)
    candidats = fields.List(fields.Nested(CandidatInscrit), required=True)
    convocations = fields.Nested(Edition, required=True, allow_none=True)
    dte = fields.List(fields.Nested(Dte), required=True)
    alertes = fields.List(fields.Nested(Alerte), required=True)
    version = fields.Integer(required=True)


class Session(SessionListe):
    """A session, with what may be done to it now."""

    actions = fields.List(fields.Nested(Bouton), required=True)
    refus = fields.List(fields.Nested(RefusBouton), required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class Convocation(Sortie):
    """A letter to a person, and how its sending went."""

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    type = fields.String(required=True)
    personne_id = fields.String(required=True)
    nom = fields.String(required=True)
    heure = fields.String(required=True)
    version = fields.Integer(required=True)
    editee_le = fields.Date(required=True)
    statut = fields.String(required=True)
    erreur = fields.String(required=True, allow_none=True)
    annulee = fields.Boolean(required=True)


class Convocations(Sortie):
    """The letters of a session, all versions."""

    elements = fields.List(fields.Nested(Convocation), required=True)


class Resultats(Sortie):
    """A results sheet, as it was entered."""

    session_id = fields.String(required=True)
    version = fields.Integer(required=True)
    resultats = fields.List(fields.Nested(LigneResultat), required=True)
    jures_presents = fields.List(fields.String(), required=True)
    versions = fields.List(fields.Dict(), required=True)
    clotures = fields.List(fields.Dict(), required=True)


class Couverture(Sortie):
    """What the jury is worth: who may sit, and who covers which CCP."""

    habilites = fields.List(fields.String(), required=True)
    minimum = fields.Integer(required=True)
    ccps = fields.List(fields.Dict(), required=True)
    suffisante = fields.Boolean(required=True)


class Echeances(Sortie):
    """The last days of a session's acts; `null` where no délai is in force."""

    soumission = fields.Date(required=True, allow_none=True)
    inscription = fields.Date(required=True, allow_none=True)
    inscription_vae = fields.Date(required=True)
    convocations = fields.Date(required=True, allow_none=True)


class JurePossible(Sortie):
    """A juré who could sit in a session."""

    jure_id = fields.String(required=True)
    nom = fields.String(required=True)
    prenom = fields.String(required=True)
    habilitation_id = fields.String(required=True)
    ccp_codes = fields.List(fields.String(), required=True)


class Credits(Sortie):
    """INS-04 for a candidate: how many of his sessions of a year he has used, and from when he may start another."""

    n = fields.Integer(required=True)
    sur = fields.Integer(required=True)
    debuts = fields.List(fields.Date(), required=True)
    prochain_debut = fields.Date(required=True)


class Attestation(Sortie):
    """An attestation of confirmed results."""

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    candidat_id = fields.String(required=True)
    version = fields.Integer(required=True)
    delivree_le = fields.Date(required=True)
    code = fields.String(required=True)
    statut = fields.String(required=True)


class Attestations(Sortie):
    """The attestations of a candidate, newest first."""

    elements = fields.List(fields.Nested(Attestation), required=True)


class Verification(Sortie):
    """What the public page says of a code, and nothing more."""

    statut = fields.String(required=True, validate=validate.OneOf(["valide", "remplacee", "retiree"]))


class Valeur(Sortie):
    """A value of a parameter, in force from `du` to `au`."""

    valeur = fields.Raw(required=True, allow_none=True)
    du = fields.Date(required=True)
    au = fields.Date(required=True, allow_none=True)


class Parametre(Sortie):
    """A dated parameter, what it is worth on the day, and its history."""

    code = fields.String(required=True)
    libelle = fields.String(required=True)
    valeur = fields.Raw(required=True, allow_none=True)
    valeurs = fields.List(fields.Nested(Valeur), required=True)
    version = fields.Integer(required=True)


class Trace(Sortie):
    """What was done: who, when, what before and after, why."""

    instant = fields.DateTime(required=True)
    acteur = fields.Dict(required=True)
    action = fields.String(required=True)
    phrase = fields.String(required=True)
    avant = fields.Dict(required=True, allow_none=True)
    apres = fields.Dict(required=True, allow_none=True)
    motif = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    requete = fields.String(required=True)
