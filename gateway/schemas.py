"""What the gateway's own calls take and give."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from commun.domain.referentiel import TypeProfil
from commun.schemas.champs import AvecTerritoire, Identifiant, Nom
from commun.schemas.forms import Formulaire, Page, Sortie, texte
from services.notifications.schemas import GENRES, AdresseElectronique

_DE, _A = 12, 500
MOT_DE_PASSE = validate.Length(_DE, _A, error=f"Choisissez un mot de passe de {_DE} à {_A} caractères.")
ASSEZ_LONG = f"{_DE} caractères au moins"
"""What who chooses a password is told beforehand."""
_TYPES = [t.value for t in TypeProfil]


class Connexion(Formulaire):
    """Signing in."""

    identifiant = texte(200, required=True)
    mot_de_passe = fields.String(required=True, validate=validate.Length(1, 500))
    profil = Identifiant(load_default=None, allow_none=True)


class Jeton(Sortie):
    """A token for one profil."""

    jeton = fields.String(required=True)
    expire_le = fields.DateTime(required=True)
    profil = fields.String(required=True)


class Revocation(Formulaire):
    """Signing out."""

    tous = fields.Boolean(load_default=False)


class Vide(Formulaire):
    """A call without a body."""


class ChangementMotDePasse(Formulaire):
    """One's own password."""

    ancien = fields.String(required=True, validate=validate.Length(1, 500))
    nouveau = fields.String(required=True, validate=MOT_DE_PASSE)


class MonNom(Formulaire):
    """One's own name, as CERES shows it."""

    nom = Nom(200, required=True)


class PreferenceMessage(Formulaire):
    """How one kind of message reaches the account."""

    genre = fields.String(required=True, validate=validate.OneOf(GENRES))
    application = fields.Boolean(required=True)
    courriel = fields.Boolean(required=True)


def _une_fois_chacun(choix: list[dict[str, Any]]) -> None:
    if len({un["genre"] for un in choix}) < len(choix):
        raise ValidationError("Chaque genre de message se règle une seule fois.")


class Preferences(Formulaire):
    """An account's own settings. `version`: the one they were read in, as `If-Match` says it."""

    version = fields.Integer(load_default=None, allow_none=True)
    profil_par_defaut = Identifiant(load_default=None, allow_none=True)
    messages = fields.List(
        fields.Nested(PreferenceMessage), load_default=list, validate=[validate.Length(max=100), _une_fois_chacun]
    )


class PreferencesReglees(Preferences):
    """An account's own settings, in the version of the account."""

    version = fields.Integer(required=True)


class Profil(Sortie):
    """A role of the account."""

    id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(_TYPES))
    libelle = fields.String(required=True)
    etablissement_id = fields.String()
    departement = fields.String()
    region = fields.String()
    administrateur = fields.Boolean(required=True)


class Moi(Sortie):
    """The account behind the token. `profil`: the id of the current one."""

    identifiant = fields.String(required=True)
    nom = fields.String(required=True)
    courriel = fields.String(required=True)
    profil = fields.String(required=True)
    profils = fields.List(fields.Nested(Profil), required=True)
    version = fields.Integer(required=True)


# -- one's work


class Lien(Sortie):
    """A list of the API, and its filters."""

    chemin = fields.String(required=True)
    parametres = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Tache(Sortie):
    """A queue of work. `n`: how many wait, null where that cannot be known now; `lien`: the list that shows them."""

    code = fields.String(required=True)
    libelle = fields.String(required=True)
    n = fields.Integer(required=True, allow_none=True)
    lien = fields.Nested(Lien, required=True)


class NouveauFiltre(Formulaire):
    """A search to keep: a list as its address names it, and its parameters as in an address."""

    liste = texte(60, required=True)
    nom = texte(100, required=True)
    parametres = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 60)),
        values=fields.String(validate=validate.Length(max=200, error="200 caractères au plus.")),
        load_default=dict,
        validate=validate.Length(max=30),
    )


class ChoixFiltres(Page):
    """Whose filters: of one list, or of all."""

    liste = texte(60)


class Filtre(Sortie):
    """A search that was kept."""

    id = fields.String(required=True)
    liste = fields.String(required=True)
    nom = fields.String(required=True)
    parametres = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    version = fields.Integer(required=True)


# -- administration


class NouveauProfil(AvecTerritoire):
    """A profil to give; its place is the administrator's own unless said. Without `administrateur`, the first of a
    place administers it.
    """

    type = fields.String(required=True, validate=validate.OneOf(_TYPES))
    etablissement_id = texte(100)
    administrateur = fields.Boolean(load_default=None, allow_none=True)


class NouvelleInvitation(NouveauProfil):
    """A profil offered to whoever reads an address."""

    courriel = AdresseElectronique(required=True)


class Acceptation(Formulaire):
    """Who accepts; an account that exists keeps its name and its password."""

    nom = Nom(200, load_default=None, allow_none=True)
    mot_de_passe = fields.String(load_default=None, allow_none=True, validate=MOT_DE_PASSE)


class NouveauCompteNational(Formulaire):
    """The first account of the national mission; without a password, its holder comes in by ProConnect."""

    identifiant = texte(200, required=True)
    nom = Nom(200, required=True)
    courriel = AdresseElectronique(required=True)
    mot_de_passe = fields.String(load_default=None, allow_none=True, validate=MOT_DE_PASSE)


class NouveauMotDePasse(Formulaire):
    """The password of who has lost his."""

    mot_de_passe = fields.String(required=True, validate=MOT_DE_PASSE)


class Adresse(Formulaire):
    """An address that an account has, or is to have."""

    courriel = AdresseElectronique(required=True)


class ChangementCourriel(Adresse):
    """The address that one's own account is to have; one's password, where one signs in with it."""

    mot_de_passe = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 500))


class MonCourriel(Sortie):
    """One's own address. `attendu`: the one that waits for its link; `par_mot_de_passe`: whether to change asks one's
    password.
    """

    courriel = fields.String(required=True)
    attendu = fields.String(required=True, allow_none=True)
    par_mot_de_passe = fields.Boolean(required=True)


class CourrielConfirme(Sortie):
    """The address of one's account once a link is confirmed, and what one signs in under."""

    courriel = fields.String(required=True)
    identifiant = fields.String(required=True)


class IdentiteARelier(Formulaire):
    """Who came back from ProConnect, as CERES has sealed it in the browser where he did; one's password."""

    identite = fields.String(required=True, validate=validate.Length(1, 4000))
    mot_de_passe = fields.String(required=True, validate=validate.Length(1, 500))


class MonProConnect(Sortie):
    """Whether ProConnect opens one's own account. `modifiable`: whether one may bind it, or undo that, by oneself."""

    relie = fields.Boolean(required=True)
    modifiable = fields.Boolean(required=True)


class DemandeRenouvellement(Adresse):
    """The address of who has lost his password."""


class Renouvellement(Sortie):
    """What the link of a lost password opens: whose password is to be chosen."""

    identifiant = fields.String(required=True)
    message = fields.String(required=True)


class FiltresComptes(AvecTerritoire, Page):
    """The accounts that a list shows. `sans_administrateur`: those of the places that nobody administers."""

    actif = fields.Boolean(load_default=None)
    sans_administrateur = fields.Boolean(load_default=False)
    type = fields.String(load_default=None, validate=validate.OneOf(_TYPES))
    etablissement_id = fields.UUID(load_default=None)


class ProfilDeCompte(Profil):
    """A profil of an account that one reads alone: whether nobody else administers its place."""

    seul_administrateur = fields.Boolean()


class Compte(Sortie):
    """An account, with those of its profils that the reader administers. `anonyme`: nobody's any more, and closed."""

    id = fields.String(required=True)
    identifiant = fields.String(required=True)
    nom = fields.String(required=True)
    courriel = fields.String(required=True)
    actif = fields.Boolean(required=True)
    anonyme = fields.Boolean(required=True)
    profils = fields.List(fields.Nested(ProfilDeCompte), required=True)
    version = fields.Integer(required=True)


_INVITATIONS = ("en_attente", "acceptee", "expiree")


class FiltresInvitations(Page):
    """The invitations that a list shows."""

    etat = fields.String(load_default=None, validate=validate.OneOf(_INVITATIONS))


class Invitation(Sortie):
    """A profil offered."""

    id = fields.String(required=True)
    courriel = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(_TYPES))
    libelle = fields.String(required=True)
    etablissement_id = fields.String(required=True, allow_none=True)
    departement = fields.String(required=True, allow_none=True)
    region = fields.String(required=True, allow_none=True)
    administrateur = fields.Boolean(required=True)
    etat = fields.String(required=True, validate=validate.OneOf(_INVITATIONS))
    envoyee_le = fields.DateTime(required=True)
    expire_le = fields.DateTime(required=True)
    acceptee_le = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class Offre(Sortie):
    """What the link of an invitation shows. `nouveau`: a name and a password are to be chosen."""

    courriel = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(_TYPES))
    libelle = fields.String(required=True)
    nouveau = fields.Boolean(required=True)
    message = fields.String(required=True)


class OffreAcceptee(Sortie):
    """What accepting gave: the name under which to sign in."""

    courriel = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(_TYPES))
    libelle = fields.String(required=True)
    identifiant = fields.String(required=True)
    message = fields.String(required=True)
