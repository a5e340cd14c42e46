"""What notifications takes and gives."""

import re
from typing import Any

from marshmallow import fields, post_load, validate

from commun.domain.referentiel import TypeProfil
from commun.schemas import forms
from commun.schemas.champs import Courriel, Forme, SansEspaces, fichier_en_base64
from commun.schemas.forms import AvecConfirmation, AvecRecherche, Formulaire, Page, Sortie
from commun.schemas.sorties import Bouton, RefusBouton, page_de
from services.notifications.domain.abonnes import EtatAbonne
from services.notifications.domain.envois import ENSEMBLES, Etat
from services.notifications.domain.messages import GenreMessage
from services.notifications.domain.versions import EtatVersion

FICHIER_MAX = 3_000_000
"""Bytes of a file of addresses."""

GENRES = tuple(genre.value for genre in GenreMessage)
"""The kinds of message of which an account chooses how each reaches it."""
SANS_CHOIX = {"application": True, "courriel": False}
"""How a kind reaches an account that chose nothing of it: by mail only where one chooses so (MSG-01)."""

_PUCES = re.compile("^(?:[-–—•·▪●◦*\uf0a7\uf0b7\uf0d8\uf0fc]\\s+|[o§Øü]\t\\s*)+(?=\\S)")
"""What a list sets before a point; Word sets « o », or a letter of its signs, before a tab, or signs of its own."""
_NUMERO = Forme(r"^[0-9]{1,10}(\.[0-9]{1,10}){0,3}$", error="Indiquez un numéro comme 1.7.1.")


class AdresseElectronique(Courriel):
    """An e-mail address as it is stored and compared: lower case, its domain in ASCII."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return super()._deserialize(value, attr, data, **options).lower()


# -- mailing list


class Abonnement(Formulaire):
    """A request to receive the release mail."""

    courriel = AdresseElectronique(required=True)


class Avis(Sortie):
    """What a public page says."""

    message = fields.String(required=True)


class AvisAbonne(Avis):
    """What the page of a subscriber's link says, and whose address it is, masked."""

    courriel = fields.String(required=True)


class FiltresAbonnes(Page):
    """The subscribers that a list shows."""

    etat = fields.String(load_default=None, validate=validate.OneOf([*EtatAbonne]))


class Abonne(Sortie):
    """A subscriber."""

    id = fields.String(required=True)
    courriel = fields.String(required=True)
    etat = fields.String(required=True, validate=validate.OneOf([*EtatAbonne]))
    origine = fields.String(required=True)
    demande_le = fields.DateTime(required=True)
    confirme_le = fields.DateTime(required=True, allow_none=True)
    desabonne_le = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ImportAbonnes(Formulaire):
    """A file of addresses, in base64."""

    fichier = fichier_en_base64(FICHIER_MAX)
    nom = fields.String(load_default="")
    essai = fields.Boolean(load_default=False)


class ResultatImport(Sortie):
    """What an import did, or would do (`essai`): `desabonnes` had asked to leave, and stay out."""

    importes = fields.Integer(required=True)
    deja_inscrits = fields.Integer(required=True)
    desabonnes = fields.Integer(required=True)
    essai = fields.Boolean(required=True)
    remarques = fields.List(fields.String(), required=True)


class FiltresExport(Formulaire):
    """The format of an export."""

    format = fields.String(
        load_default="csv", validate=validate.OneOf(["csv"], error="Seul le format csv est proposé.")
    )


# -- releases


class AvecPoints(Formulaire):
    """What holds points, one a line: the mark that a list copied from elsewhere sets before each is left out, for the
    mail sets its own."""

    @post_load
    def sans_puces(self, corps: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Returns the same, each point without its mark."""
        return corps | {"lignes": [_PUCES.sub("", ligne) for ligne in corps["lignes"]]} if "lignes" in corps else corps


class BlocProfils(AvecPoints):
    """What an item says to some profils; to everybody where `profils` is empty."""

    profils = fields.List(
        fields.String(validate=validate.OneOf([p.value for p in TypeProfil])),
        load_default=list,
        validate=validate.Length(max=4),
    )
    texte = forms.texte(5000, required=True)
    lignes = fields.List(forms.texte(2000, required=True), load_default=list, validate=validate.Length(max=200))


class ItemVersion(Formulaire):
    """One change of a release."""

    titre = forms.texte(300, required=True)
    profils = fields.List(
        fields.Nested(BlocProfils),
        required=True,
        validate=validate.Length(1, 50, error="Un item compte de 1 à 50 textes."),
    )


class ModuleVersion(Formulaire):
    """The changes of one module."""

    titre = forms.texte(200, required=True)
    items = fields.List(
        fields.Nested(ItemVersion),
        required=True,
        validate=validate.Length(1, 100, error="Un module compte de 1 à 100 items."),
    )


class Previsions(AvecPoints):
    """What the next release is to bring."""

    numero = forms.texte(20, required=True)
    lignes = fields.List(forms.texte(1000, required=True), required=True, validate=validate.Length(max=200))


class ContenuVersion(Formulaire):
    """What a release's mail says. Preamble, introduction and the request to forward have their usual wording."""

    date = fields.Date(required=True)
    preambule = forms.texte(5000)
    introduction = forms.texte(5000)
    modules = fields.List(
        fields.Nested(ModuleVersion),
        required=True,
        validate=validate.Length(1, 50, error="Une version annonce de 1 à 50 modules."),
    )
    previsions = fields.Nested(Previsions, load_default=None, allow_none=True)
    transfert = forms.texte(2000)


class FiltresVersions(Page):
    """The releases that a list shows. `en_preparation`: those not sent yet, or those that are."""

    en_preparation = fields.Boolean(load_default=None)


class NouvelleVersion(ContenuVersion):
    """A release to announce."""

    numero = SansEspaces(required=True, validate=_NUMERO)


class VersionListe(Sortie):
    """A release in a list."""

    numero = fields.String(required=True)
    date = fields.Date(required=True)
    preambule = fields.String(required=True, allow_none=True)
    introduction = fields.String(required=True, allow_none=True)
    modules = fields.List(fields.Nested(ModuleVersion), required=True)
    previsions = fields.Nested(Previsions, required=True, allow_none=True)
    transfert = fields.String(required=True, allow_none=True)
    etat = fields.String(required=True, validate=validate.OneOf([*EtatVersion]))
    diffusee_le = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class Version(VersionListe):
    """A release, and what may be done with it."""

    actions = fields.List(fields.Nested(Bouton), required=True)
    refus = fields.List(fields.Nested(RefusBouton), required=True)


class Apercu(Sortie):
    """The mail as it will be."""

    objet = fields.String(required=True)
    texte = fields.String(required=True)
    html = fields.String(required=True)


class Diffuser(AvecConfirmation):
    """Starting a diffusion."""


class Reprendre(Formulaire):
    """Resuming one; what failed goes again only where asked for."""

    echecs = fields.Boolean(load_default=False)
    inconnus = fields.Boolean(load_default=False)


class Avancement(Sortie):
    """How many mails of a sending stand where. `en_echec`: given up."""

    destinataires = fields.Integer(required=True)
    envoyes = fields.Integer(required=True)
    en_attente = fields.Integer(required=True)
    en_echec = fields.Integer(required=True)


class Essai(Avancement):
    """A release sent to oneself alone."""

    message = fields.String(required=True)


class Diffusion(Avancement):
    """How far a diffusion is. Among `en_echec`, `inconnus`: those of which the server said nothing."""

    numero = fields.String(required=True)
    etat = fields.String(required=True, validate=validate.OneOf([*EtatVersion]))
    inconnus = fields.Integer(required=True)


class FiltresEnvois(Page):
    """The mails of a diffusion that a list shows: in one state, or all those that its progress counts together."""

    etat = fields.String(load_default=None, validate=validate.OneOf([*Etat, *ENSEMBLES]))


class Envoi(Sortie):
    """One mail to one recipient."""

    id = fields.String(required=True)
    destinataire = fields.String(required=True)
    etat = fields.String(required=True, validate=validate.OneOf([*Etat]))
    essais = fields.Integer(required=True)
    erreur = fields.String(required=True, allow_none=True)
    envoye_le = fields.DateTime(required=True, allow_none=True)
    prochain_le = fields.DateTime(required=True, allow_none=True)


# -- messages


class FiltresMessages(Page):
    """The messages that a list shows."""

    non_lus = fields.Boolean(load_default=False)


class LectureMessages(AvecRecherche):
    """The messages to mark as read: those that a search finds, up to the last that was shown (`jusqu_a`, its id)."""

    jusqu_a = fields.UUID(load_default=None, allow_none=True)


class Message(Sortie):
    """A warning message."""

    id = fields.String(required=True)
    genre = fields.String(required=True)
    phrase = fields.String(required=True)
    objet_type = fields.String(required=True)
    objet_id = fields.String(required=True)
    cree_le = fields.DateTime(required=True)
    lu_le = fields.DateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


PageMessages = page_de(Message, non_lus=fields.Integer(required=True))


class MessagesLus(Sortie):
    """How many messages of the account are still unread."""

    non_lus = fields.Integer(required=True)
