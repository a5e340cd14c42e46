"""What leaves, as the documentation shows it."""

from marshmallow import fields, validate

from commun.schemas.forms import Remarque, Sortie
from commun.schemas.sorties import Bouton, RefusBouton
from services.sessions.domain.a_faire import AFaire
from services.sessions.domain.model import Etat, EtatDte, MotifProlongation, Parcours, TypeSession
from services.sessions.domain.resultats import Issue
from services.sessions.schemas.entree import STATUTS_D_ENVOI, LigneResultat

_ATTESTATIONS = ("valide", "remplacee", "retiree")


class JureInscrit(Sortie):
    """A member of the jury. `habilite`: he may sit in this session; `actif`: where not, whether it is for want of an
    habilitation. `heure`: his own, where he has one (CNV-02).

    `canonique_id`: whose file is his, where that under which he was registered was merged into another since.
    `visible`: not where he lives in another région than that of the agent who asks, to whom his file does not open.
    """

    jure_id = fields.String(required=True)
    canonique_id = fields.String(required=True)
    nom = fields.String(required=True)
    nom_usage = fields.String(required=True, allow_none=True)
    prenom = fields.String(required=True)
    habilitation_id = fields.String(required=True, allow_none=True)
    ccp_codes = fields.List(fields.String(), required=True)
    habilite = fields.Boolean(required=True)
    actif = fields.Boolean(required=True)
    visible = fields.Boolean(required=True)
    heure = fields.String(required=True, allow_none=True)


class CreditsUtilises(Sortie):
    """How many sessions of a year a candidate has used, of how many."""

    n = fields.Integer(required=True)
    sur = fields.Integer(required=True)


class CandidatInscrit(Sortie):
    """A candidate of a session. `credits`: INS-04 around it, itself included; read with its session's `actions`.

    `canonique_id`: as for a juré.
    """

    candidat_id = fields.String(required=True)
    canonique_id = fields.String(required=True)
    numero = fields.String(required=True)
    nom_naissance = fields.String(required=True)
    nom_usage = fields.String(required=True, allow_none=True)
    prenoms = fields.String(required=True)
    parcours = fields.String(required=True, validate=validate.OneOf([*Parcours]))
    inscrit_le = fields.Date(required=True)
    demande_vae_id = fields.String(required=True, allow_none=True)
    motif_prolongation = fields.String(required=True, allow_none=True, validate=validate.OneOf([*MotifProlongation]))
    formateurs = fields.List(fields.String(), required=True)
    heure = fields.String(required=True, allow_none=True)
    credits = fields.Nested(CreditsUtilises)


class Edition(Sortie):
    """The convocations in force."""

    editees_le = fields.Date(required=True)
    version = fields.Integer(required=True)


class Dte(Sortie):
    """A request for the exam's subject."""

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    etat = fields.String(required=True, validate=validate.OneOf([*EtatDte]))
    commentaire = fields.String(required=True, allow_none=True)
    motif = fields.String(required=True, allow_none=True)
    demandee_le = fields.Date(required=True)
    version = fields.Integer(required=True)


class DteDemandee(Dte):
    """A request just made. `dte`: all those of its session, as the session shows them."""

    dte = fields.List(fields.Nested(Dte), required=True)
    avertissements = fields.List(fields.Nested(Remarque), required=True)


class Alerte(Remarque):
    """What is wrong with a session to come."""

    id = fields.String(required=True)


class AlerteListe(Alerte):
    """An alert, with its session."""

    session_id = fields.String(required=True)
    numero = fields.String(required=True)
    date_debut = fields.Date(required=True)
    etablissement_id = fields.String(required=True)
    etablissement = fields.String(required=True)
    etablissement_siret = fields.String(required=True, allow_none=True)
    site = fields.String(required=True)
    departement = fields.String(required=True)
    depuis = fields.DateTime(required=True)
    levee = fields.Boolean(required=True)


class SessionListe(Sortie):
    """A session, in its state of the day, with what may be done to it now unless that was not asked for."""

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
    etablissement_siret = fields.String(required=True, allow_none=True)
    etablissement_visible = fields.Boolean(required=True)
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
    carence = fields.Boolean(required=True)
    soumise_le = fields.Date(required=True, allow_none=True)
    pv_vise_le = fields.Date(required=True, allow_none=True)
    jures = fields.List(fields.Nested(JureInscrit), required=True)
    candidats = fields.List(fields.Nested(CandidatInscrit), required=True)
    convocations = fields.Nested(Edition, required=True, allow_none=True)
    dte = fields.List(fields.Nested(Dte), required=True)
    a_faire = fields.List(fields.String(validate=validate.OneOf([*AFaire])), required=True)
    alertes = fields.List(fields.Nested(Alerte), required=True)
    version = fields.Integer(required=True)
    actions = fields.List(fields.Nested(Bouton))
    refus = fields.List(fields.Nested(RefusBouton))


class Session(SessionListe):
    """A session, with what may be done to it now."""

    actions = fields.List(fields.Nested(Bouton), required=True)
    refus = fields.List(fields.Nested(RefusBouton), required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class SortDUnCourriel(Sortie):
    """What became of a mail. `erreur`: why it did not arrive."""

    statut = fields.String(required=True, validate=validate.OneOf(STATUTS_D_ENVOI))
    erreur = fields.String(required=True, allow_none=True)


class Convocation(SortDUnCourriel):
    """A letter to a person, how its sending went, and that of the mail that annuls it, where there is one.

    `identite_changee`: it names him otherwise than he is named now.
    """

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(["candidat", "jure"]))
    personne_id = fields.String(required=True)
    nom = fields.String(required=True)
    heure = fields.String(required=True)
    version = fields.Integer(required=True)
    editee_le = fields.Date(required=True)
    annulee = fields.Boolean(required=True)
    identite_changee = fields.Boolean(required=True)
    annulation = fields.Nested(SortDUnCourriel, required=True, allow_none=True)


class Cloture(Sortie):
    """A sheet that was closed, by which CCPs, and who signed its PV. `motif`: why it had been unblocked before."""

    version = fields.Integer(required=True)
    resultats_version = fields.Integer(required=True)
    arretee_le = fields.Date(required=True)
    motif = fields.String(required=True)
    visee_le = fields.Date(required=True, allow_none=True)
    visa_service = fields.String(required=True, allow_none=True)
    visa_agent = fields.String(required=True, allow_none=True)
    ccp_exiges = fields.List(fields.String(), required=True, allow_none=True)


class Resultats(Sortie):
    """A results sheet, as it was entered. `deja_acquis`: by candidate, the CCPs examined that he has by others.
    `attestations_attendues`: those who were present and, the PV signed, have none that holds."""

    session_id = fields.String(required=True)
    version = fields.Integer(required=True)
    resultats = fields.List(fields.Nested(LigneResultat), required=True)
    jures_presents = fields.List(fields.String(), required=True)
    deja_acquis = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    versions = fields.List(fields.Dict(), required=True)
    clotures = fields.List(fields.Nested(Cloture), required=True)
    attestations_attendues = fields.List(fields.String(), required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class Couverture(Sortie):
    """What the jury is worth: who may sit, and who covers which CCP."""

    habilites = fields.List(fields.String(), required=True)
    minimum = fields.Integer(required=True)
    ccps = fields.List(fields.Dict(), required=True)
    suffisante = fields.Boolean(required=True)


class Echeances(Sortie):
    """The last days of a session's acts; `null` where no day is too late. `jour`: the current day at its site."""

    soumission = fields.Date(required=True, allow_none=True)
    inscription = fields.Date(required=True, allow_none=True)
    inscription_vae_du = fields.Date(required=True)
    inscription_vae = fields.Date(required=True)
    convocations = fields.Date(required=True, allow_none=True)
    jour = fields.Date(required=True)


class JureTrouve(Sortie):
    """A juré whom who fills a jury finds; `jure_id` is his `id`, as a jury says it. `commune`: `null` to who may not
    open his file."""

    id = fields.String(required=True)
    jure_id = fields.String(required=True)
    nom = fields.String(required=True)
    prenom = fields.String(required=True)
    nom_usage = fields.String(required=True, allow_none=True)
    departement = fields.String(required=True)
    commune = fields.String(required=True, allow_none=True)


class JurePossible(JureTrouve):
    """A juré who could sit in a session. `visible`: whether his file opens to who asks."""

    habilitation_id = fields.String(required=True)
    ccp_codes = fields.List(fields.String(), required=True)
    visible = fields.Boolean(required=True)


class HabilitationDUnEcarte(Sortie):
    """What a juré has on what a session certifies, as it stands. `fin_effective`: the last day of the right."""

    etat = fields.String(required=True)
    date_debut = fields.Date(required=True)
    fin_effective = fields.Date(required=True)


class JureEcarte(JureTrouve):
    """A juré whom a search finds who could not enter the jury, of those whose file opens to who asks. `motifs`: what
    would be answered to who would register him; `habilitation`: the one that ends last, `null` where he has none.
    """

    visible = fields.Boolean(required=True)
    motifs = fields.List(fields.Nested(Remarque), required=True)
    habilitation = fields.Nested(HabilitationDUnEcarte, required=True, allow_none=True)


class Credits(CreditsUtilises):
    """INS-04 for a candidate: how many of his sessions of a year he has used, and from when he may start another."""

    debuts = fields.List(fields.Date(), required=True)
    prochain_debut = fields.Date(required=True)


class Attestation(Sortie):
    """An attestation of confirmed results; `decision`: what the jury decided of him there."""

    id = fields.String(required=True)
    session_id = fields.String(required=True)
    session_numero = fields.String(required=True)
    certification = fields.String(required=True)
    candidat_id = fields.String(required=True)
    version = fields.Integer(required=True)
    delivree_le = fields.Date(required=True)
    decision = fields.String(required=True, validate=validate.OneOf(list(Issue)))
    code = fields.String(required=True)
    statut = fields.String(required=True, validate=validate.OneOf(_ATTESTATIONS))


class Verification(Sortie):
    """What the public page says of a code, and nothing more."""

    statut = fields.String(required=True, validate=validate.OneOf(_ATTESTATIONS))


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


class ChiffresDuMois(Sortie):
    """The sessions that start in a month, refused, cancelled and caduques ones apart, and the candidates in them."""

    mois = fields.Integer(required=True)
    sessions = fields.Integer(required=True)
    candidats = fields.Integer(required=True)


class ChiffresDunEtat(Sortie):
    """How many sessions of the year are in a state."""

    etat = fields.String(required=True, validate=validate.OneOf([*Etat]))
    sessions = fields.Integer(required=True)


class ChiffresDunTitre(Sortie):
    """A titre in a year. `proclames`: candidates of its titre sessions whose PV is signed, of whom `titres_obtenus`."""

    titre_code = fields.String(required=True)
    sessions = fields.Integer(required=True)
    candidats = fields.Integer(required=True)
    proclames = fields.Integer(required=True)
    titres_obtenus = fields.Integer(required=True)


class Chiffres(Sortie):
    """The figures of a year."""

    annee = fields.Integer(required=True)
    mois = fields.List(fields.Nested(ChiffresDuMois), required=True)
    etats = fields.List(fields.Nested(ChiffresDunEtat), required=True)
    titres = fields.List(fields.Nested(ChiffresDunTitre), required=True)
