"""Pages ask what clients of the API ask, without leaving the process: same routes, same rights, same answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from eventlet import GreenPool
from flask import g, request

from commun.bus.appel import Appel
from commun.domain.errors import Droit, Indisponible, Invalide, Refus, est_introuvable
from commun.schemas import champs
from gateway import dispatch
from gateway.api.routes import Route
from gateway.api.table import PAR_OPERATION
from gateway.appel import appel_pour, appeler, avec_cle

FORMULAIRE_MAX = 8_000_000
"""Bytes of a form without its file: one that was tried goes back with its form, 5 MB in base64."""


@dataclass(frozen=True)
class Demande:
    """A call of the API: « GET /jures/<jure_id> », the parameters of its path, its query string, its body.

    `cle`: what makes it done once, however often it is sent. `version`: the one that its form was filled from.
    `entiere`: whether a list is wanted whole, whatever its length.
    `delai`: seconds after which the page goes without it.
    `a_blanc`: whether it is only tried: answered or refused as ever, and nothing of it kept.
    """

    operation: str
    chemin: Mapping[str, str] = field(default_factory=dict)
    filtres: Mapping[str, Any] = field(default_factory=dict)
    corps: Any = None
    cle: str | None = None
    version: int | None = None
    entiere: bool = False
    delai: float | None = None
    a_blanc: bool = False

    @property
    def route(self) -> Route:
        return PAR_OPERATION[self.operation]

    @property
    def arguments(self) -> dict[str, Any]:
        """What the call gets, as `gateway.dispatch` reads it from an HTTP request."""
        route = self.route
        propres = {"filtres": _en_texte(self.filtres)} if route.filtres else {}
        avec_corps = route.corps or route.multipart or route.methode == "DELETE"
        return dict(self.chemin) | propres | ({"corps": self.corps or {}} if avec_corps else {})


def par_id(operation: str) -> Callable[[str], Demande]:
    """Returns what makes, of an id, the call of an operation whose path has one parameter: « GET /jures/<jure_id> »."""
    (cle,) = re.findall(r"<(\w+)>", operation)
    return lambda id_: Demande(operation, {cle: id_})


def demander(
    operation: str,
    *,
    filtres: Mapping[str, Any] | None = None,
    corps: Any = None,
    cle: str | None = None,
    **chemin: str,
) -> Any:
    """Returns what the API answers to this operation, for who is signed in.

    Raises:
        Refus: as the API refuses.
    """
    return poser(Demande(operation, chemin, filtres or {}, corps, cle))


def poser(demande: Demande) -> Any:
    """Returns what the API answers to this call.

    Raises:
        Refus: as the API refuses.
    """
    return _preparer(demande)()


def etablissement_seul(etablissement_id: str) -> Demande:
    """Returns the call of who an établissement is, and of its sites, for a page that shows nothing of its agréments: a
    centre has hundreds, each with what may be done to it."""
    lui = {"etablissement_id": etablissement_id}
    return Demande("GET /etablissements/<etablissement_id>", lui, {"agrements": "false"})


def tous(operation: str, filtres: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Returns all the elements of a list, whatever its length.

    Raises:
        Refus: as the API refuses.
    """
    return list(poser(Demande(operation, filtres=filtres or {}, entiere=True))["elements"])


def dernieres_traces(chose: str, chemin: Mapping[str, str]) -> Demande:
    """Returns the call of what was done last to a thing, « /jures/<jure_id> »: its page leads to the rest."""
    return Demande(f"GET {chose}/traces", chemin, {"par_page": 10})


def ensemble(**demandes: Demande) -> dict[str, Any]:
    """Returns what the API answers to several reads asked at once, by the same names.

    Raises:
        Refus: the first of them that is refused, in the order given.
    """
    return {nom: _ou_refuser(reponse) for nom, reponse in au_mieux(**demandes).items()}


def au_mieux(**demandes: Demande) -> dict[str, Any]:
    """Returns the same, with its `Refus` in the place of an answer that did not come: a page shows what it has."""
    prets = {nom: _preparer(demande) for nom, demande in demandes.items()}
    if len(prets) == 1:
        return {nom: _tenter(appel) for nom, appel in prets.items()}
    return dict(zip(prets, GreenPool(len(prets) or 1).imap(_tenter, prets.values()), strict=True))


def sinon_rien(demande: Demande) -> Any:
    """Returns what the API answers to this call, `None` where it refuses: the page goes without it."""
    lu = _tenter(_preparer(demande))
    return None if isinstance(lu, Refus) else lu


def trouver(demande: Demande) -> Any:
    """Returns what the API answers to this call; `None` where what it asks for is not there, for who asks.

    Raises:
        Refus: as the API refuses, for another reason.
    """
    try:
        return poser(demande)
    except Refus as refus:
        if not est_introuvable(refus):
            raise
        return None


def introuvable(demande: Demande) -> bool:
    """Returns whether what is asked for is not there, for who asks. A service that is down does not say so."""
    lu = _tenter(_preparer(demande))
    return isinstance(lu, Refus) and est_introuvable(lu)


def rassembler(**demandes: Demande) -> dict[str, Any]:
    """Returns what the page of one object shows: the first answer must come; `None` for another whose service is down.

    Raises:
        Refus: the first was refused, or another for another reason than a service that is down.
    """
    recus = au_mieux(**demandes)
    _ou_refuser(next(iter(recus.values())))
    return {nom: None if absente(reponse) else reponse for nom, reponse in recus.items()}


def fichier_recu(operation: str) -> dict[str, str]:
    """Returns the file of the form that was sent, as this operation takes it, empty where there is none.

    Raises:
        Invalide: it is larger than the operation takes.
    """
    return dispatch.fichier_recu(PAR_OPERATION[operation])


def trop_volumineux() -> Invalide:
    """Returns the refusal of a form larger than the operation at its address takes, than any page takes elsewhere."""
    route = PAR_OPERATION.get(f"{request.method} {request.url_rule}")
    dit = champs.trop_volumineux("Ce que vous envoyez", FORMULAIRE_MAX)
    return Invalide(dispatch.trop_volumineux(route).detail if route else dit)


def permise(operation: str) -> bool:
    """Returns whether the profil signed in may ever do this."""
    route = PAR_OPERATION.get(operation)
    return route is not None and (route.qui is None or (g.acteur is not None and g.acteur.type in route.qui))


def exiger(operation: str) -> None:
    """Refuses the form of what this profil may never do: nobody fills one in vain.

    Raises:
        Droit: it may not.
    """
    if not permise(operation):
        raise Droit()


def _preparer(demande: Demande) -> Any:
    route, arguments = demande.route, demande.arguments
    appel = appel_pour(route, g.acteur, demande.version)
    if demande.delai is not None:
        appel = replace(appel, delai=demande.delai)
    if demande.cle:
        appel = avec_cle(route, appel, demande.cle, arguments)
    if demande.entiere:
        return lambda: _en_entier(route, appel, arguments)
    return lambda: appeler(route, appel, arguments, a_blanc=demande.a_blanc)


def _en_entier(route: Route, appel: Appel, arguments: dict[str, Any]) -> Any:
    """Returns a list with all its elements: one call, but for the few that are longer than a page may be."""
    entiere: dict[str, Any] = {"elements": [], "total": 1}
    while len(entiere["elements"]) < entiere["total"]:
        filtres = arguments["filtres"] | {"par_page": "200", "page": str(len(entiere["elements"]) // 200 + 1)}
        recue = appeler(route, appel, arguments | {"filtres": filtres})
        entiere = recue | {"elements": entiere["elements"] + recue["elements"]}
        if not recue["elements"]:
            break
    return entiere


def _tenter(appel: Any) -> Any:
    try:
        return appel()
    except Refus as refus:
        return refus


def _ou_refuser(reponse: Any) -> Any:
    if isinstance(reponse, Refus):
        raise reponse
    return reponse


def absente(reponse: Any) -> bool:
    """Returns whether an answer of `au_mieux` did not come because a service is down; other refusals are raised."""
    if isinstance(reponse, Indisponible):
        return True
    _ou_refuser(reponse)
    return False


def _en_texte(filtres: Mapping[str, Any]) -> dict[str, str]:
    """Returns filters as a query string holds them; those left empty say nothing."""
    return {nom: str(valeur).strip() for nom, valeur in filtres.items() if valeur is not None and str(valeur).strip()}
