"""What enters by RPC, with French messages."""

import re
from datetime import time
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from commun.schemas.champs import (
    AvecTerritoire,
    Identifiant,
    au_plus,
    code,
    code_facultatif,
    fin_avant_debut,
    liste,
)
from commun.schemas.forms import AvecConfirmation, AvecFormat, AvecMotif, Formulaire, Page, texte
from services.sessions.domain.a_faire import AFaire
from services.sessions.domain.model import Etat, EtatDte, MotifProlongation, Parcours, TypeSession
from services.sessions.domain.parametres import CONSERVATIONS, DELAI_MAX, Fenetre, Portee
from services.sessions.domain.parametres import Parametre as CodeParametre
from services.sessions.domain.resultats import Absence, Entretien, ResultatCcp, ResultatCcs

JOURS_MAX = DELAI_MAX
CONSERVATION_MAX = 1200
"""Days that a délai may count, and months that people and messages may be kept."""
CANDIDATS_MAX = 2000
"""Candidates of a session: a results sheet has a line each."""
JURES_MAX = 100
"""Jurés of a session: a results sheet names those who came."""
DOCUMENTS_REUNIS = 400
"""Letters, or attestations, of one file: each takes more than a megabyte while it is drawn, and `sessions`, which draws
two files at once, may have 1 GiB (ADR 25)."""
LIGNES_D_EMARGEMENT = 4200
"""Lines of attendance sheets in one file: each takes a tenth of a megabyte while it is drawn, then 2.6 kB of an answer,
of which the bus carries twelve megabytes. Two thousand candidates sign there for six days."""
STATUTS_D_ENVOI = ("en_attente", "envoyee", "echec")
_HEURES_A_PART = {"description": "Toutes : qui n'y est pas a celle de la session. Absent, elles restent."}
_GRILLE = {"description": "La grille entière, qui remplace la précédente : qui n'y est pas n'a plus de résultat."}
_PRESENTS = {"description": "Absent, tous les jurés inscrits le sont."}
_HEURE = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


def _parmi(valeurs: Any, **options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf([str(v) for v in valeurs], error="Valeurs : {choices}."), **options)


class Heure(fields.Time):
    """A time of the day, « HH:MM »: nobody guesses whether « 9:5 » is 9:05 or 9:50."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", metadata={"pattern": _HEURE.pattern}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> time:
        if not isinstance(value, str) or not _HEURE.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **options)


class NouvelleSession(Formulaire):
    """A session that a centre creates. A TITRE session is on every CCP; a session of one day needs no end."""

    type = _parmi(TypeSession, required=True)
    titre_code = code_facultatif()
    ccp_codes = liste(code(), 30, load_default=list)
    ccs_code = code_facultatif()
    entretien_final = fields.Boolean(load_default=False)
    etablissement_id = Identifiant(load_default=None, allow_none=True)
    site_id = Identifiant(required=True)
    responsable = texte(200)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(load_default=None, allow_none=True)
    heure_debut = Heure(required=True)
    heure_convocation = Heure(load_default=None, allow_none=True)


class ModificationSession(AvecConfirmation):
    """A change of a session: of what the administration validates (⚠), of its hours, or of both."""

    type = _parmi(TypeSession)
    titre_code = code_facultatif()
    ccp_codes = liste(code(), 30)
    ccs_code = code_facultatif()
    entretien_final = fields.Boolean()
    site_id = Identifiant()
    responsable = texte(200)
    date_debut = fields.Date()
    date_fin = fields.Date()
    heure_debut = Heure()
    heure_convocation = Heure(allow_none=True)


class Acte(AvecConfirmation):
    """An act on a session, with what its author confirms and why he does it."""


class ActeMotive(AvecMotif):
    """An act on a session that its author must explain."""


class InscriptionJure(AvecConfirmation):
    """A juré to register, or who replaces another."""

    jure_id = Identifiant(required=True)


class InscriptionCandidat(AvecConfirmation):
    """A candidate to register. `formateurs`: the names or the ids of who trained him."""

    candidat_id = Identifiant(required=True)
    parcours = _parmi(Parcours, load_default=Parcours.FORMATION.value)
    demande_vae_id = fields.UUID(load_default=None, allow_none=True)
    motif_prolongation = _parmi(MotifProlongation, load_default=None, allow_none=True)
    formateurs = liste(texte(200, required=True), 20, load_default=list)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def demande_avec_son_parcours(self, corps: dict[str, Any], dit: Any, **_: Any) -> None:
        """Refuses a demande VAE without a parcours: by default it would be left aside. By another, what was left in the
        field of a page asks for nothing.
        """
        if corps.get("demande_vae_id") and not dit.get("parcours"):
            raise ValidationError({"parcours": ["Indiquez le parcours : une demande VAE va avec « vae »."]})


class ModificationInscription(AvecConfirmation):
    """A change of a candidate's registration: why he may still come (SES-02), who trained him (JRY-03)."""

    motif_prolongation = _parmi(MotifProlongation, allow_none=True)
    formateurs = liste(texte(200, required=True), 20)


class InscriptionCandidats(AvecConfirmation):
    """Candidates to register together, all or none. `essai`: says what would be refused, and changes nothing."""

    candidats = fields.List(
        fields.Nested(InscriptionCandidat(exclude=("confirmer", "motif"))),
        required=True,
        validate=validate.Length(
            1, CANDIDATS_MAX, error="De 1 à 2 000 candidats à la fois : au-delà, partagez ce fichier."
        ),
    )
    essai = fields.Boolean(load_default=False)


class EditionConvocations(AvecConfirmation):
    """CNV-02: an hour for the session's convocations, and one for a person where given. What is not said stays; hours
    of people are said together.
    """

    heure_convocation = Heure(allow_none=True)
    par_personne = fields.Dict(
        keys=Identifiant(),
        values=Heure(),
        load_default=None,
        allow_none=True,
        validate=au_plus(CANDIDATS_MAX + JURES_MAX),
        metadata=_HEURES_A_PART,
    )


class DemandeDte(AvecConfirmation):
    """A request for the exam's subject. The length of the comment is DTE-01's matter."""

    commentaire = texte(20_000)


class SuiteDte(AvecConfirmation):
    """What the administration makes of a DTE request."""

    etat = _parmi(EtatDte, required=True)


class LigneResultat(Formulaire):
    """A candidate's line."""

    candidat_id = Identifiant(required=True)
    present = fields.Boolean(required=True)
    absence = _parmi(Absence, load_default=None, allow_none=True)
    ccps = fields.Dict(keys=code(), values=_parmi(ResultatCcp), load_default=dict, validate=au_plus(30))
    entretien_final = _parmi(Entretien, load_default=None, allow_none=True)
    ccs = _parmi(ResultatCcs, load_default=None, allow_none=True)


class SaisieResultats(AvecConfirmation):
    """A results sheet, whole: it takes the place of the last, which is kept. Without `jures_presents`, all are."""

    resultats = liste(fields.Nested(LigneResultat), CANDIDATS_MAX, required=True, metadata=_GRILLE)
    jures_presents = liste(Identifiant(), JURES_MAX, load_default=None, allow_none=True, metadata=_PRESENTS)


class NouvelleValeur(Formulaire):
    """A value of a dated parameter, from `du` to `au`, or until another one. `null` puts a délai out of use."""

    valeur = fields.Raw(required=True, allow_none=True)
    du = fields.Date(required=True)
    au = fields.Date(load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=False)
    def dates_dans_l_ordre(self, corps: dict[str, Any], **_: Any) -> None:
        """Refuses a value that ends before it begins."""
        if fautes := fin_avant_debut(corps, "du", "au"):
            raise ValidationError(fautes)


_CHOIX: dict[CodeParametre, tuple[str, ...]] = {
    CodeParametre.PLAFOND_PORTEE: tuple(Portee),
    CodeParametre.PLAFOND_FENETRE: tuple(Fenetre),
}


def erreur_de_valeur(parametre: CodeParametre, valeur: Any) -> str | None:
    """Returns what is wrong with a value for this parameter."""
    if parametre is CodeParametre.PROLONGATION_SOUMISE_AVANT_FIN_DE_VIE:
        return None if isinstance(valeur, bool) else "Indiquez oui (true) ou non (false)."
    if choix := _CHOIX.get(parametre):
        return None if valeur in choix else f"Valeurs : {', '.join(choix)}."
    moins, plus, attendu = 0, JOURS_MAX, f"un nombre de jours, de 0 à {JOURS_MAX}"
    if parametre in CONSERVATIONS:
        moins, plus, attendu = 1, CONSERVATION_MAX, f"de 1 à {CONSERVATION_MAX} mois"
    entier = isinstance(valeur, int) and not isinstance(valeur, bool) and moins <= valeur <= plus
    return None if valeur is None or entier else f"Indiquez {attendu}, ou rien."


class FiltresSessions(AvecTerritoire, Page):
    """The filters of the list of sessions."""

    etat = _parmi(Etat, load_default=None)
    a_faire = _parmi(AFaire, load_default=None)
    convocations = _parmi(STATUTS_D_ENVOI, load_default=None)
    type = _parmi(TypeSession, load_default=None)
    titre = code_facultatif()
    ccs = code_facultatif()
    etablissement = fields.UUID(load_default=None)
    debut_apres = fields.Date(load_default=None, metadata={"description": "Débute ce jour-là ou après."})
    debut_avant = fields.Date(load_default=None, metadata={"description": "Débute ce jour-là ou avant."})


class FiltresListeSessions(FiltresSessions):
    """Those of a page of it. `actions`: whether each bears what may be done to it, and its candidates' credits."""

    actions = fields.Boolean(load_default=True)


class ExportSessions(AvecFormat, FiltresSessions):
    """The filters of the file of the sessions."""


class FiltresAlertes(Page):
    """The filters of the list of alerts."""

    levee = fields.Boolean(load_default=False)


class FiltresConvocations(Page):
    """The filters of the letters of a session: those in force, or those that were annulled or replaced; or what is to
    be followed, those in force and those of which it could not be told that they no longer hold."""

    annulee = fields.Boolean(load_default=None)
    a_suivre = fields.Boolean(load_default=False)


class FiltresCredits(Formulaire):
    """The start for which a candidate's credits are counted, the day without it; and the titre, where each has its own.

    Without a titre, they are those of all titres together.
    """

    debut = fields.Date(load_default=None)
    titre = code_facultatif()


class FiltresResultats(Formulaire):
    """Which version of the results; without it, the last."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000, error="Indiquez une version."))


class FiltresChiffres(Formulaire):
    """The year whose figures are asked for: that of the day unless said."""

    annee = fields.Integer(load_default=None, validate=validate.Range(1950, 2150, error="Indiquez une année."))
