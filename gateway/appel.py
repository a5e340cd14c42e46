"""A call on a route of the API: what goes with it, from this request, and what it is answered."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import orjson
from flask import g, request

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.bus.rpc import client
from commun.config import config
from commun.domain.dates import PARIS, fuseau
from commun.domain.errors import Droit, Invalide
from commun.domain.territoires import REGIONS
from gateway import auth
from gateway.api.routes import Route
from gateway.ouvertes import Ouvertes

_LUS = Ouvertes(8, 4, "4 fichiers que vous avez envoyés se lisent déjà : attendez que l'un d'eux soit lu.", 10)
_DESSINES = Ouvertes(16, 4, "4 documents se préparent déjà pour vous : attendez que l'un d'eux soit prêt.", 5)
"""What lasts: files that are brought, which leave half of the workers to the rest; documents that are asked for, as
many as there are workers. One account that had forty at once took them all, and nobody was answered any more."""
_LONGS = Ouvertes(8, 4, "", 5)
"""Documents that may last more than other calls, those of all a session: half of the workers too."""
_CLE = re.compile(r"[!-~]{1,200}")
_ETAG = re.compile(r'(?:W/)?"?(\d{1,9})(?:-(?:gzip|br|zstd))?"?', re.ASCII)
"""Ours, and what a proxy that compresses makes of it: weak (nginx, HAProxy), or named after how (Apache, Caddy)."""
_DATE = re.compile(r"(19|2[01])\d\d-\d\d-\d\d", re.ASCII)
ecrits: Counter[str] = Counter()
"""How often each resource, « titres », was written by this process: what is kept of one is read again then."""


def appel_pour(route: Route, acteur: Acteur | None, version: int | None = None) -> Appel:
    """Returns what goes with a call on `route` for this actor; `version`: the one that a form was filled from.

    Raises:
        Droit: this profil type may never call it; said before anything that is ill formed.
    """
    if route.qui is not None and (acteur is None or acteur.type not in route.qui):
        raise Droit()
    delai = route.delai or config().delai_appel
    vue = _version_vue() if version is None else version
    appel = Appel(g.requete, date_simulee=date_simulee(), delai=delai, version=vue)
    return replace(appel, jeton=auth.jeton_interne(acteur)) if acteur and route.qui is not None else appel


def avec_cle(route: Route, appel: Appel, cle: str, arguments: dict[str, Any]) -> Appel:
    """Returns the call bound to an idempotency key, where it writes: said twice, it is done once."""
    if not route.ecrit or route.sans_cle:
        return appel
    adresse = re.sub(r"<(\w+)>", lambda nom: str(arguments[nom[1]]), route.chemin)
    return replace(appel, cle=_cle(cle), empreinte=_empreinte(route.methode, adresse, arguments))


def appeler(route: Route, appel: Appel, arguments: dict[str, Any], *, a_blanc: bool = False) -> Any:
    """Returns what the service, or the gateway itself, answers; `a_blanc`: to what is only tried.

    Raises:
        TropDeRequetes: it lasts, and this account has as many as it may of its own under way.
    """
    if not isinstance(route.cible, str):
        acte = Acte("gateway", appel)
        faire = acte.essayer if a_blanc else acte.faire if route.ecrit else acte.lire
        return faire(route.cible, **arguments)
    with _a_son_tour(route):
        reponse = demandeur(route, appel)(**arguments, **{"a_blanc": True} if a_blanc else {})
    if route.ecrit and not a_blanc:
        ecrits[route.chemin.split("/")[1]] += 1
    return reponse


@contextmanager
def _a_son_tour(route: Route) -> Iterator[None]:
    with ExitStack() as places:
        if route.multipart:
            places.enter_context(_LUS.tenir(g.compte_id))
        if route.fichier:
            places.enter_context(_DESSINES.tenir(g.compte_id))
        if route.fichier and route.delai:
            places.enter_context(_LONGS.tenir(g.compte_id))
        yield


def demandeur(route: Route, appel: Appel) -> Callable[..., Any]:
    """Returns what asks the service of a route, as often as need be: for an answer that comes in several times too."""
    assert route.rpc is not None
    return partial(client.appeler, *route.rpc, appel)


def date_simulee() -> date | None:
    """Returns the day that the request simulates, where this installation lets it.

    Raises:
        Invalide: it is no date.
    """
    brute = config().date_simulable and request.headers.get("X-Date-Simulee")
    if not brute:
        return None
    with suppress(ValueError):
        if _DATE.fullmatch(brute):
            return date.fromisoformat(brute)
    raise Invalide.au_champ("X-Date-Simulee", "Indiquez une date qui existe, au format AAAA-MM-JJ.")


def fuseau_de(acteur: Acteur | None) -> str:
    """Returns the zone in which somebody reads a clock: that of his place, where it has one."""
    region = acteur.region if acteur else None
    siens = {departement for departement, la_sienne in REGIONS.items() if la_sienne == region}
    zones = {fuseau(lieu) for lieu in ({acteur.departement} if acteur and acteur.departement else siens)}
    return zones.pop() if len(zones) == 1 else PARIS


def _version_vue() -> int | None:
    """Returns the version of `If-Match`; -1, which nothing bears, where it is no version of ours.

    Of several, the last: versions only grow, so what the client has seen may be at none of the others any more.
    """
    etags = request.headers.get("If-Match")
    if etags is None or etags.strip() == "*":
        return None
    lus = (_ETAG.fullmatch(etag.strip()) for etag in etags.split(","))
    return max((int(lu[1]) for lu in lus if lu), default=-1)


def _cle(cle: str) -> str:
    if not _CLE.fullmatch(cle):
        phrase = "Une clé d'idempotence compte de 1 à 200 caractères, sans espace ni accent."
        raise Invalide.au_champ("Idempotency-Key", phrase)
    return cle


def _empreinte(methode: str, adresse: str, arguments: dict[str, Any]) -> str:
    """Returns what a key is bound to: the call and its body, confirmations apart, and the reason that a page asks with
    them, where none was given."""
    corps = arguments.get("corps")
    sans = corps
    if isinstance(corps, dict):
        sans = {cle: v for cle, v in corps.items() if cle != "confirmer" and (cle, v) != ("motif", None)}
    contenu = [methode, adresse, sans]
    return hashlib.sha256(orjson.dumps(contenu, option=orjson.OPT_SORT_KEYS)).hexdigest()
