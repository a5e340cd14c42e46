"""What leaves, as the documentation shows it."""

from marshmallow import fields, validate

from commun.domain.referentiel import Situation
from commun.schemas.champs import Adresse
from commun.schemas.forms import Remarque, Sortie
from commun.schemas.sorties import Bouton, RefusBouton
from services.referentiel.domain.controles import Conclusion, EtatControle, TypeControle
from services.referentiel.domain.model import StatutAgrement
from services.referentiel.schemas.entree import Certification, Correspondance


class Titre(Sortie):
    """A titre professionnel, as it stands on the day of the call."""

    code = fields.String(required=True)
    intitule = fields.String(required=True)
    niveau = fields.Integer(required=True)
    code_rncp = fields.String(required=True, allow_none=True)
    codes_rome = fields.List(fields.String(), required=True)
    date_debut_validite = fields.Date(required=True, allow_none=True)
    date_fin_de_vie = fields.Date(required=True, allow_none=True)
    date_fin_prolongation = fields.Date(required=True, allow_none=True)
    situation = fields.String(required=True, validate=validate.OneOf([*Situation]))
    ccps = fields.List(fields.Nested(Certification), required=True)
    ccs = fields.List(fields.Nested(Certification), required=True)
    remplace = fields.List(fields.String(), required=True)
    correspondances = fields.List(fields.Nested(Correspondance), required=True)
    version = fields.Integer(required=True)


class Ccs(Sortie):
    """A CCS and the codes of the titres that it completes."""

    code = fields.String(required=True)
    intitule = fields.String(required=True)
    titres = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)


class Renouvellement(Sortie):
    """Where another may be granted in the place of an agrément: from when, and whether that of a titre of its CCS has
    to be there first (AGR-03)."""

    a_partir_du = fields.Date(required=True)
    titre_d_abord = fields.Boolean(required=True)


class Agrement(Sortie):
    """An agrément, as it stands on the day of the call, with the sessions to come that rely on it.

    `autre_territoire`: its site is of another, to which they are not told. `fin_effective`: the last day of those that
    it allows, or would were it not suspended, by its titre too. `a_renouveler`: it ends soon, and none takes over.
    `renouvellement`: for it, and for one that is over or withdrawn.
    """

    id = fields.String(required=True)
    etablissement_id = fields.String(required=True)
    etablissement = fields.String(required=True)
    site_id = fields.String(required=True)
    site = fields.String(required=True)
    titre_code = fields.String(required=True, allow_none=True)
    ccs_code = fields.String(required=True, allow_none=True)
    certification = fields.String(required=True)
    numero = fields.String(required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    statut = fields.String(required=True, validate=validate.OneOf([*StatutAgrement]))
    fin_effective = fields.Date(required=True)
    finit_bientot = fields.Boolean(required=True)
    a_renouveler = fields.Boolean(required=True)
    renouvellement = fields.Nested(Renouvellement, required=True, allow_none=True)
    couvre_la_prolongation = fields.Boolean(required=True)
    autre_territoire = fields.Boolean(required=True)
    sessions = fields.List(fields.String(), required=True)
    actions = fields.List(fields.Nested(Bouton), required=True)
    refus = fields.List(fields.Nested(RefusBouton), required=True)
    version = fields.Integer(required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class Site(Sortie):
    """A place where an établissement holds sessions."""

    id = fields.String(required=True)
    libelle = fields.String(required=True)
    adresse = fields.Nested(Adresse, required=True)
    departement = fields.String(required=True)
    region = fields.String(required=True)


class Etablissement(Sortie):
    """A training centre, with its agréments unless they were not asked for."""

    id = fields.String(required=True)
    siret = fields.String(required=True)
    denomination = fields.String(required=True)
    adresse = fields.Nested(Adresse, required=True)
    departement = fields.String(required=True)
    region = fields.String(required=True)
    telephone = fields.String(required=True, allow_none=True)
    courriel = fields.String(required=True, allow_none=True)
    sites = fields.List(fields.Nested(Site), required=True)
    version = fields.Integer(required=True)
    agrements = fields.List(fields.Nested(Agrement))


class Personne(Sortie):
    """Somebody registered in a session."""

    id = fields.String(required=True)
    nom = fields.String(required=True)


class SessionAppuyee(Sortie):
    """A session to come that relies on an agrément, and who is registered in it."""

    id = fields.String(required=True)
    numero = fields.String(required=True)
    date_debut = fields.Date(required=True)
    date_fin = fields.Date(required=True)
    etat = fields.String(required=True)
    candidats = fields.List(fields.Nested(Personne), required=True)
    jures = fields.List(fields.Nested(Personne), required=True)


class Incidences(Sortie):
    """What suspending or withdrawing an agrément would put at risk; who is in two sessions counts once."""

    sessions = fields.List(fields.Nested(SessionAppuyee), required=True)
    nombre_candidats = fields.Integer(required=True)
    nombre_jures = fields.Integer(required=True)


class Suite(Sortie):
    """A step of a contrôle's follow-up. `echeance`: when the next one is due."""

    id = fields.String(required=True)
    date = fields.Date(required=True)
    texte = fields.String(required=True)
    echeance = fields.Date(required=True, allow_none=True)
    auteur = fields.String(required=True)


class Controle(Sortie):
    """A contrôle and its follow-up. `etat` is that of the day, from the last suite's `echeance`."""

    id = fields.String(required=True)
    etablissement_id = fields.String(required=True)
    etablissement = fields.String(required=True)
    etablissement_siret = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf([*TypeControle]))
    date = fields.Date(required=True)
    session_id = fields.String(required=True, allow_none=True)
    session = fields.String(required=True, allow_none=True)
    controleur = fields.String(required=True)
    observations = fields.String(required=True)
    conclusion = fields.String(required=True, validate=validate.OneOf([*Conclusion]))
    suites = fields.List(fields.Nested(Suite), required=True)
    echeance = fields.Date(required=True, allow_none=True)
    etat = fields.String(required=True, validate=validate.OneOf([*EtatControle]))
    version = fields.Integer(required=True)
    avertissements = fields.List(fields.Nested(Remarque))


class Commune(Sortie):
    """A commune by its INSEE code; `commune_actuelle` is where the place is today."""

    code_insee = fields.String(required=True)
    nom = fields.String(required=True)
    nature = fields.String(required=True)
    departement = fields.String(required=True)
    codes_postaux = fields.List(fields.String(), required=True)
    commune_actuelle = fields.Nested("CommuneActuelle", required=True, allow_none=True)


class CommuneActuelle(Sortie):
    """What a former commune has become."""

    code_insee = fields.String(required=True)
    nom = fields.String(required=True)


class Pays(Sortie):
    """A country: its ISO code where it has one, and its INSEE code."""

    pays_code = fields.String(required=True, allow_none=True)
    cog = fields.String(required=True)
    nom = fields.String(required=True)


class Departement(Sortie):
    """A département and its région."""

    code = fields.String(required=True)
    nom = fields.String(required=True)
    region = fields.String(required=True)
    region_nom = fields.String(required=True)
