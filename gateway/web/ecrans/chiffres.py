"""The figures of the country, for the national mission: tables first, drawn beside them."""

from collections.abc import Container
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide
from commun.domain.referentiel import Situation
from commun.domain.territoires import SANS_HABITANTS
from commun.domain.textes import normaliser
from gateway.web import catalogue
from gateway.web.appels import Demande, absente, au_mieux, demander
from gateway.web.rendu import page
from gateway.web.site import site

MOIS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@site.get("/chiffres")
def chiffres() -> Response:
    """Sessions and candidates month by month, success per titre, coverage of the titres by jurés."""
    recus = au_mieux(
        chiffres=Demande("GET /chiffres", filtres={"annee": request.args.get("annee", "")}),
        couverture=Demande("GET /habilitations/couverture"),
    )
    if absente(recus["chiffres"]):
        raise recus["chiffres"]
    couverture = None if absente(recus["couverture"]) else _couvertures(recus["couverture"]["elements"])
    return page(
        "chiffres/annee.html",
        chiffres=recus["chiffres"],
        couverture=couverture,
        a_couvrir=_a_couvrir({d for _, _, lieux in couverture or () for d in lieux}),
        mois=MOIS,
        catalogue=catalogue,
    )


@site.get("/chiffres/couverture/<code>")
def couverture(code: str) -> Response:
    """Where the jurés of one titre are: every département, those without any too."""
    recus = demander("GET /habilitations/couverture", filtres={"code": code})["elements"]
    if catalogue.intitule(code) == code and not recus:
        raise Invalide("Aucun titre ni CCS ne porte ce code.")
    presents = recus[0]["departements"] if recus else {}
    lieux = [(d, nom, presents.get(d, 0)) for d, nom in sorted(_a_couvrir(presents).items(), key=_par_nom)]
    return page("chiffres/couverture.html", code=code, intitule=catalogue.intitule(code), lieux=lieux)


def _couvertures(comptees: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, int]]]:
    """Returns the code, the intitulé and the jurés by département of each certification, in the order of their names:
    those that sessions may still be about without any juré too, since they are what is looked for."""
    lieux = {c["code"]: c["departements"] for c in comptees}
    passes = {code for code, titre in catalogue.titres().items() if titre["situation"] == Situation.HORS_DELAI}
    passes |= {code for code, ccs in catalogue.ccs().items() if passes.issuperset(ccs["titres"])}
    codes = (catalogue.titres().keys() | catalogue.ccs().keys()) - passes | lieux.keys()
    lignes = [(code, catalogue.intitule(code), lieux.get(code, {})) for code in codes]
    return sorted(lignes, key=lambda ligne: (normaliser(ligne[1]), ligne[0]))


def _a_couvrir(presents: Container[str]) -> dict[str, str]:
    """Returns the départements where jurés are looked for: those with inhabitants, and where one lives after all."""
    return {d: nom for d, nom in catalogue.departements().items() if d in presents or d not in SANS_HABITANTS}


def _par_nom(lieu: tuple[str, str]) -> str:
    return normaliser(lieu[1])
