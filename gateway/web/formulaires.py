"""A form, from the page that shows it to the act that it asks for: filled, refused, confirmed or done.

Nothing typed is lost: a form that is refused comes back as it was, each message beside its field. An act that asks
for confirmation shows its consequences, and sends the same form again with the warnings that were read. A form sent
twice is done once: it bears its own idempotency key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from commun.domain.errors import (
    ConfirmationRequise,
    ErreurInterne,
    Introuvable,
    Invalide,
    Refus,
    ReglesEnfreintes,
    TropDeRequetes,
    VersionPerimee,
)
from commun.schemas.champs import au_departement
from commun.schemas.forms import AvecConfirmation, charger, instance
from commun.storage.db import nouvel_id
from gateway.web import lecture
from gateway.web.appels import Demande, exiger, poser
from gateway.web.etat import (
    AJOUTER,
    REPRISE,
    TECHNIQUES,
    VUE,
    Etat,
    ce_qui_differe,
    empreintes,
    recu,
    rendre_les_lignes,
    suivre,
)
from gateway.web.rendu import page
from gateway.web.retours import annoncer, au_lieu
from gateway.web.semblables import Comparaison

_PERIME = "Il a été enregistré depuis que vous l’avez ouvert. Relisez votre saisie, ci-dessous, puis enregistrez-la."
_PERIME_AILLEURS = (
    "Il a changé depuis que vous l’avez ouvert : rien n’a été fait. Relisez-le avant de recommencer ; votre saisie est "
    "gardée, ci-dessous."
)
_DEJA_ENVOYE = (
    "Ce formulaire a déjà été envoyé, avec une autre saisie, et cela est enregistré. Voyez d’abord ce qui l’est ; si "
    "vous voulez aussi ce qui suit, envoyez-le."
)
_A_RELIRE = "Cette page a changé depuis que vous l’aviez ouverte. La voici à jour : relisez-la avant d’agir."
_RIEN_DE_FAIT = (
    "Cette page a changé depuis que vous l’aviez ouverte : rien n’a été fait. La voici à jour : relisez-la, puis "
    "recommencez."
)


@dataclass(frozen=True)
class Douceur:
    """What to do rather than a heavy act: a sentence and where it is done."""

    phrase: str
    libelle: str
    adresse: str


@dataclass(frozen=True)
class Place:
    """What an act bears on, which its page and its question name: the list that it is of, if any, and itself. `fiche`:
    its page, where who gives up goes elsewhere."""

    liste: str
    libelle: str
    objet: str
    fiche: str = ""


@dataclass(frozen=True)
class Formulaire:
    """A form and its act.

    Attributes:
        operation: « POST /jures »; `chemin`: the parameters of its path.
        gabarit: its template; it gets `f`, the `Etat`, and `contexte`.
        annuler: where one goes who gives up; and once it is done, unless `retour` tells where from the API's answer.
        dit: what is said then: a sentence, or what makes it from the answer.
        intitule: what is asked, as the title of the confirmation: « Suspendre l'habilitation ».
        initial: what it is filled from at first; with a `version`, the act honours it.
        plutot: the softer act that a confirmation offers.
        existants: what a confirmation that says that something alike exists lets open, of its context: words, address.
        comparaison: how those are read, of its context's `ids`, to be shown beside what was typed.
        place: what it bears on, where its template does not say it; its page is its own, else that of `annuler`.
        lisible: whether its page tells something to who may not send it; else it is refused to them at once.
        lu_ailleurs: whether one reads what it bears on in the page of `annuler`, and goes back there where it changed.
        complement: adds to the body what no field holds.
        a_relire: what of a form is shown to be confirmed before it is sent, with the API's own warnings.
        manque: what its first step, which its address tells, went on without: said beside its field.
    """

    operation: str
    gabarit: str
    dit: str | Callable[[Any], str]
    intitule: str
    annuler: str
    retour: Callable[[Any], str] | None = None
    chemin: Mapping[str, str] = field(default_factory=dict)
    initial: Mapping[str, Any] = field(default_factory=dict)
    contexte: Mapping[str, Any] = field(default_factory=dict)
    plutot: Douceur | None = None
    existants: Callable[[dict[str, Any]], list[tuple[str, str]]] | None = None
    comparaison: Comparaison | None = None
    place: Place | None = None
    lisible: bool = False
    lu_ailleurs: bool = False
    complement: Callable[[dict[str, Any]], dict[str, Any]] = lambda corps: corps
    a_relire: Callable[[dict[str, Any]], list[dict[str, str]]] | None = None
    manque: Mapping[str, list[str]] = field(default_factory=dict)

    def repondre(self) -> Response:
        """Answers a GET with the form, a POST with what became of it.

        Raises:
            Droit: this profil may never do it.
        """
        if not self.lisible:
            exiger(self.operation)
        return self._recevoir(recu()) if request.method == "POST" else self._ouvrir()

    def _ouvrir(self) -> Response:
        """Shows the form as it is filled at first, by what it is about, then by its address."""
        version = self.initial.get("version")
        if request.args.get(VUE, str(version)) != str(version):
            return _relire(self, _A_RELIRE)
        valeurs: lecture.Saisie = MultiDict(lecture.deplier(self.initial))
        lue = empreintes(valeurs)
        valeurs.update({nom: v for nom, v in request.args.lists() if nom not in valeurs})
        return _montrer(self, Etat(valeurs, version=version, lue=lue, erreurs=dict(self.manque)))

    def _recevoir(self, etat: Etat) -> Response:
        """Does what the form sent asks for, or shows it again."""
        if etat.valeurs.poplist(REPRISE):
            return _montrer(self, etat)
        if en_plus := etat.valeurs.poplist(AJOUTER):
            etat.valeurs.add(f"{en_plus[0]}-{len(etat.rangs(en_plus[0], 0))}.titre", "")
            return _montrer(self, etat)
        try:
            if a_lire := _a_relire(self, etat):
                return _faire_relire(self, etat, a_lire)
            reponse = _faire(self, etat)
        except Refus as refus:
            return _refuser(self, etat, refus)
        return _aller(self, reponse)


def deja_fait(faire: Callable[..., Formulaire]) -> Response:
    """Answers the second of two clicks on what the first has put out of reach: says what that one has done, and goes
    on as its form would.

    Args:
        faire: makes that form, but for what shows it.

    Raises:
        Introuvable: none has.
    """
    if request.method != "POST":
        raise Introuvable()
    forme = faire(gabarit="", intitule="", annuler="")
    return _aller(forme, _faire(forme, recu()))


def _a_relire(forme: Formulaire, etat: Etat) -> list[dict[str, str]]:
    """Returns what is still to be read before this form is sent; nothing where what it changes has changed since, for
    then it is refused, and what it would undo is not what was meant; nor where it is malformed, which the API says with
    all that it alone sees.
    """
    if forme.a_relire is None or _perime(forme, etat):
        return []
    lus, voulu = etat.valeurs.getlist("confirmer"), _voulu(forme, etat)
    return [] if voulu is None else [m for m in forme.a_relire(voulu) if m["code"] not in lus]


def _faire_relire(forme: Formulaire, etat: Etat, a_lire: list[dict[str, str]]) -> Response:
    """Shows what is to be read before a form is sent, with all that the API would ask; it is tried first, for nobody
    confirms what he has to correct (ADR 98).

    Raises:
        Refus: as the API refuses this form.
    """
    contexte: dict[str, Any] | None = None
    try:
        _faire(forme, etat, a_blanc=True)
    except Refus as refus:
        clair = refus.en_clair()
        if clair["code"] == ConfirmationRequise.code:
            a_lire, contexte = [*a_lire, *clair["avertissements"]], clair["contexte"]
        elif clair["code"] != ErreurInterne.code:  # as a service older than trials says of one: nothing is known yet
            raise
    return _confirmer(forme, etat, a_lire, contexte)


def _voulu(forme: Formulaire, etat: Etat) -> dict[str, Any] | None:
    """Returns what a form says, as the service will load it; `None` where it is malformed."""
    route = Demande(forme.operation).route
    if (schema := route.corps) is None:  # of what is deleted, nothing is said but why
        return {}
    try:
        with au_departement(forme.initial.get("departement")):
            corps = lecture.lire(schema, etat.valeurs, partiel=route.partiel)
            return dict(charger(schema, corps, partiel=route.partiel))
    except Invalide:
        return None


def _perime(forme: Formulaire, etat: Etat) -> bool:
    """Returns whether what a form bears on has changed since it was shown."""
    return forme.initial.get("version") not in (None, etat.version)


def _refuser(forme: Formulaire, etat: Etat, refus: Refus) -> Response:
    """Returns the form as it was typed, with what is to be corrected; or the question that it asks.

    Raises:
        Refus: what no other typing can mend: a right, a service that is down.
    """
    clair = refus.en_clair()
    if clair["code"] == ConfirmationRequise.code:
        return _confirmer(forme, etat, clair["avertissements"], clair["contexte"])
    if clair["statut"] == Invalide.statut:
        _noter_les_erreurs(etat, clair)
    elif clair["statut"] == ReglesEnfreintes.statut:
        etat.refus = tuple(dict.fromkeys(m["message"] for m in clair["manquements"]))
    elif clair["statut"] == VersionPerimee.statut and _perime(forme, etat):
        if forme.lu_ailleurs and not _saisi(etat):
            return _relire(forme, _RIEN_DE_FAIT)
        _remettre_a_jour(forme, etat)
        etat.refus = (_PERIME_AILLEURS if forme.lu_ailleurs else _PERIME,)
    elif clair["statut"] in (Introuvable.statut, TropDeRequetes.statut):
        etat.refus = (clair["detail"],)  # of what was typed: what the page is about was read before
    else:
        raise refus
    return _montrer(forme, etat, clair["statut"])


def _noter_les_erreurs(etat: Etat, clair: dict[str, Any]) -> None:
    """Has a form say what is to be corrected in it: beside each field, and above for what no field is to blame for."""
    etat.erreurs = lecture.aplatir(clair.get("erreurs") or {}, etat.valeurs)
    if etat.erreurs.pop("Idempotency-Key", None):  # sent, stopped, changed: what is sent next is another act
        etat.cle, etat.erreurs["_schema"] = nouvel_id(), [_DEJA_ENVOYE]
    etat.refus = tuple(etat.erreurs.pop("_schema", [])) or ((clair["detail"],) if not etat.erreurs else ())


def _remettre_a_jour(forme: Formulaire, etat: Etat) -> None:
    """Makes of a form that is out of date one of what is kept now: what nobody touched here follows, what was typed
    stays, beside what somebody else has saved."""
    garde: lecture.Saisie = MultiDict(lecture.deplier(forme.initial))
    touches = etat.touches
    rendre_les_lignes(garde, etat)
    suivre(garde, etat)
    etat.ailleurs = ce_qui_differe(garde, etat)
    etat.version, etat.lue = forme.initial["version"], empreintes(garde)
    etat.a_soi = touches & etat.touches


def _faire(forme: Formulaire, etat: Etat, *, a_blanc: bool = False) -> Any:
    """Returns what the API answers to this form; `a_blanc`: would answer, for it is only tried.

    Raises:
        Refus: as the API refuses.
    """
    route = Demande(forme.operation).route
    corps = forme.complement(lecture.lire(route.corps or AvecConfirmation, etat.valeurs, partiel=route.partiel))
    return poser(
        Demande(forme.operation, forme.chemin, corps=corps, cle=etat.cle, version=etat.version, a_blanc=a_blanc)
    )


def _aller(forme: Formulaire, reponse: Any) -> Response:
    """Says that it is done, and goes on."""
    avis = reponse.get("avertissements", ()) if isinstance(reponse, dict) else ()
    fait = forme.dit if isinstance(forme.dit, str) else forme.dit(reponse)
    annoncer([(fait, "success"), *((a["message"], "info") for a in avis)])
    return au_lieu(forme.retour(reponse) if forme.retour else forme.annuler)


def _montrer(forme: Formulaire, etat: Etat, statut: int = 200) -> Response:
    return page(forme.gabarit, statut, f=etat, forme=forme, **forme.contexte)


def _confirmer(
    forme: Formulaire, etat: Etat, avertissements: list[dict[str, str]], contexte: dict[str, Any] | None = None
) -> Response:
    codes = [*etat.valeurs.getlist("confirmer"), *(m["code"] for m in avertissements)]
    etat.valeurs.setlist("confirmer", list(dict.fromkeys(codes)))
    caches = [(nom, v) for nom, v in etat.valeurs.items(multi=True) if nom not in TECHNIQUES]
    vu = {"avertissements": avertissements, "caches": caches, "demande_motif": _sans_motif(forme, etat)}
    existants = forme.existants(contexte) if forme.existants and contexte else []
    vu["compares"] = []
    if existants and forme.comparaison and contexte and (voulu := _voulu(forme, etat)):
        vu["compares"] = forme.comparaison.tableau(contexte.get("ids", ()), voulu)
    return page("confirmation.html", 409, f=etat, forme=forme, saisi=_saisi(etat), existants=existants, **vu)


def _saisi(etat: Etat) -> bool:
    """Returns whether something was typed, not only chosen."""
    dits = ((nom, valeur) for nom, valeur in etat.valeurs.items(multi=True) if nom not in TECHNIQUES)
    return any(valeur.strip() and not nom.endswith("_id") for nom, valeur in dits)


def _relire(forme: Formulaire, phrase: str) -> Response:
    """Goes back to what a form bears on, which is not what was read: it is to be read again."""
    flash(phrase, "warning")
    return au_lieu(forme.annuler)


def _sans_motif(forme: Formulaire, etat: Etat) -> bool:
    """Returns whether the act keeps a reason that the form did not ask for: it is asked with the confirmation."""
    route = Demande(forme.operation).route
    garde = route.methode == "DELETE" or (route.corps is not None and "motif" in instance(route.corps).fields)
    return garde and "motif" not in etat.valeurs
