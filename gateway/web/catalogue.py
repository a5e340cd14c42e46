"""What pages name without asking each time: titres, CCPs, CCSs, territories. Kept for a minute, or until a titre is
changed here; the same for all."""

import time
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from flask import g, request

from commun.domain.errors import Indisponible
from commun.domain.referentiel import Situation, TypeProfil
from commun.domain.territoires import region_du
from commun.domain.textes import normaliser
from gateway.appel import date_simulee, ecrits
from gateway.web.appels import tous
from gateway.web.mots import libelle
from gateway.web.textes import choix_de, jour_court

_DUREE = 60.0
_gardes: dict[str, tuple[float, tuple[date | None, int], dict[str, Any]]] = {}
"""By name: when it was read, for which simulated day (a titre's situation is that of a day) and after how many changes
of titres, and it."""


def titres() -> dict[str, dict[str, Any]]:
    """Returns every titre by its code, as `GET /titres` shows it."""
    return _garder("titres", lambda: {t["code"]: t for t in tous("GET /titres")})


def sans_titre() -> dict[str, list[str]]:
    """Returns what is said of a form that goes on from a titre, where none was chosen."""
    return {"titre_code": ["Choisissez un titre."]} if request.args.get("titre_code") == "" else {}


def fin_de_vie(code: str | None) -> str | None:
    """Returns the day on which the life of a titre ends; `None` where it is not known, or for no titre."""
    fin: str | None = titres().get(code or "", {}).get("date_fin_de_vie")
    return fin


def ccs() -> dict[str, dict[str, Any]]:
    """Returns every CCS by its code."""
    return _garder("ccs", lambda: {c["code"]: c for c in tous("GET /ccs")})


def departements() -> dict[str, str]:
    """Returns the name of every département by its code."""
    return _garder("departements", lambda: {d["code"]: d["nom"] for d in tous("GET /departements")})


def regions() -> dict[str, str]:
    """Returns the name of every région by its code."""
    return _garder("regions", lambda: {d["region"]: d["region_nom"] for d in tous("GET /departements")})


def pays() -> dict[str, str]:
    """Returns the name of every country by its ISO code."""
    return _garder("pays", lambda: {p["pays_code"]: p["nom"] for p in tous("GET /pays") if p["pays_code"]})


def choix_pays() -> list[tuple[str, str]]:
    """Returns the countries as a select offers them, France first."""
    return sorted(pays().items(), key=lambda p: (p[0] != "FR", normaliser(p[1])))


def intitule(code: str | None) -> str:
    """Returns the intitulé of a titre, a CCP or a CCS; the code itself where none bears it."""
    if not code:
        return ""
    for famille in (titres(), ccs(), ccps()):
        if code in famille:
            return str(famille[code]["intitule"])
    return code


def ccps() -> dict[str, dict[str, Any]]:
    """Returns every CCP by its code."""
    return _garder("ccps", lambda: {c["code"]: c for t in titres().values() for c in t["ccps"]})


def departement_nomme(code: str) -> str:
    """Returns a département as the pages say it: « 75 — Paris »."""
    return f"{code} — {departements().get(code, '')}"


def lieu_du_profil(profil: dict[str, Any]) -> str:
    """Returns the name of the territory of a profil, which its words give by its code alone, or not at all: centres of
    one body often bear its very name. Nothing while it is not known: one changes hats even so."""
    familles = {TypeProfil.CENTRE: departements, TypeProfil.UD: departements, TypeProfil.DIRECCTE: regions}
    try:
        noms = familles[profil["type"]]()
    except (KeyError, Indisponible):
        return ""
    return noms.get(profil.get("departement") or profil.get("region") or "", "")


def choix_departements() -> list[tuple[str, str]]:
    """Returns the départements as a select offers them, those of one's own région first: they are what one works on."""
    ici = g.acteur.region if g.acteur else None
    siens_d_abord = sorted(departements().items(), key=lambda d: ici is None or region_du(d[0]) != ici)
    return [(code, f"{code} — {nom}") for code, nom in siens_d_abord]


def choix_regions() -> list[tuple[str, str]]:
    """Returns the régions as a select offers them, in the order of their names."""
    return sorted(regions().items(), key=lambda r: normaliser(r[1]))


def choix_titres(*, vivants: bool = False, deja: Collection[str] = (), fins: bool = False) -> list[tuple[str, str]]:
    """Returns the titres as a select offers them: all, or those on which a right may still be given, and those already
    chosen. `fins`: each with the day on which its life ends."""
    retenus = (t for t in titres().values() if not vivants or _vit(t) or t["code"] in deja)
    return [(t["code"], f"{t['intitule']} ({t['code']}{_situation(t)}{_fin(t) if fins else ''})") for t in retenus]


def _vit(titre: dict[str, Any]) -> bool:
    return bool(titre["situation"] != Situation.HORS_DELAI)


def _situation(titre: dict[str, Any]) -> str:
    """Returns what tells a titre from the one that revises it, which often has its very name."""
    return "" if titre["situation"] == Situation.EN_COURS else f", {libelle(titre['situation']).lower()}"


def _fin(titre: dict[str, Any]) -> str:
    return f", fin de vie le {jour_court(titre['date_fin_de_vie'])}" if titre["date_fin_de_vie"] else ""


def choix_ccs(*, vivants: bool = False) -> list[tuple[str, str]]:
    """Returns the CCSs as a select offers them: all, or those on a titre of which a right may still be given."""
    encore = {code for code, titre in titres().items() if _vit(titre)}
    return choix_de(c for c in ccs().values() if not vivants or encore.intersection(c["titres"]))


def _garder(nom: str, lire: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    pour = date_simulee(), ecrits["titres"]
    lue_a, alors, garde = _gardes.get(nom, (-_DUREE, pour, {}))
    if time.monotonic() - lue_a > _DUREE or alors != pour:
        garde = lire()
        _gardes[nom] = (time.monotonic(), pour, garde)
    return garde
