"""The figures of the country, for the national mission: tables first, drawn beside them."""

from flask import request
from werkzeug.wrappers import Response

from commun.errors import Invalide
from commun.textes import normaliser
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
    couverture = None if absente(recus["couverture"]) else recus["couverture"]["elements"]
    return page(
        "chiffres/annee.html", chiffres=recus["chiffres"], couverture=couverture, mois=MOIS, catalogue=catalogue
    )


@site.get("/chiffres/couverture/<code>")
def couverture(code: str) -> Response:
    """Where the jurés of one titre are: every département, those without any too."""
    recus = demander("GET /habilitations/couverture", filtres={"code": code})["elements"]
    connus = catalogue.departements()
    if catalogue.intitule(code) == code and not recus:
        raise Invalide("Aucun titre ni CCS ne porte ce code.")
    presents = recus[0]["departements"] if recus else {}
    lieux = [(d, nom, presents.get(d, 0)) for d, nom in sorted(connus.items(), key=_par_nom)]
    return page("chiffres/couverture.html", code=code, intitule=catalogue.intitule(code), lieux=lieux)


def _par_nom(lieu: tuple[str, str]) -> str:
    return normaliser(lieu[1])
