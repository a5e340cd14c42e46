"""What the gateway's own calls take and give."""

from marshmallow import fields, validate

from commun.forms import Formulaire, Sortie, texte


class Connexion(Formulaire):
    """Signing in."""

    identifiant = texte(200, required=True)
    mot_de_passe = fields.String(required=True, validate=validate.Length(1, 500))
    profil = texte(100)


class Jeton(Sortie):
    """A token for one profil."""

    jeton = fields.String(required=True)
    expire_le = fields.DateTime(required=True)
    profil = fields.String(required=True)


class Vide(Formulaire):
    """A call without a body."""


class ChangementMotDePasse(Formulaire):
    """One's own password."""

    ancien = fields.String(required=True, validate=validate.Length(1, 500))
    nouveau = fields.String(
        required=True, validate=validate.Length(12, 500, error="Choisissez un mot de passe de 12 caractères au moins.")
    )


class PreferenceMessage(Formulaire):
    """How one kind of message reaches the account."""

    genre = texte(60, required=True)
    application = fields.Boolean(required=True)
    courriel = fields.Boolean(required=True)


class Preferences(Formulaire):
    """An account's own settings."""

    profil_par_defaut = texte(100)
    messages = fields.List(fields.Nested(PreferenceMessage), load_default=list, validate=validate.Length(max=100))


class PreferencesReglees(Preferences):
    """An account's own settings, in the version of the account."""

    version = fields.Integer(required=True)


class Profil(Sortie):
    """A role of the account."""

    id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(["CENTRE", "UD", "DIRECCTE", "NATIONAL"]))
    libelle = fields.String(required=True)
    etablissement_id = fields.String()
    departement = fields.String()
    region = fields.String()


class Moi(Sortie):
    """The account behind the token. `profil`: the id of the current one."""

    identifiant = fields.String(required=True)
    nom = fields.String(required=True)
    courriel = fields.String(required=True)
    profil = fields.String(required=True)
    profils = fields.List(fields.Nested(Profil), required=True)
