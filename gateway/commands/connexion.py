"""Coming in and going out."""

import hashlib
import math
from contextlib import suppress
from datetime import timedelta
from functools import partial
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import Droit, NonAuthentifie, TropDeRequetes
from commun.domain.textes import accorder
from commun.schemas.forms import charger
from commun.telemetry import attribuer
from gateway import auth, schemas
from gateway.storage import changements, freins, jetons, renouvellements
from gateway.storage.comptes import get_compte_par_identifiant, tenir
from gateway.storage.freins import Frein

PAR_SOURCE = Frein(100, timedelta(seconds=6))
PAR_COMPTE = Frein(20, timedelta(seconds=30))
"""Tries that failed. An account is slowed, never locked: whoever wants to lock its owner out cannot, for its tries
are counted apart from where he came in lately."""


def ouvrir_jeton(acte: Acte, corps: Any, source: str) -> Etapes[dict[str, Any]]:
    """Gives a token for one profil of the account."""
    forme = charger(schemas.Connexion, corps)
    compte = yield from identifier(acte, forme["identifiant"], forme["mot_de_passe"], source)
    jeton, expire_le, profil_id = auth.ouvrir_session(acte, compte, forme["profil"], auth.Genre.API)
    return {"jeton": jeton, "expire_le": expire_le, "profil": profil_id}


def identifier(acte: Acte, identifiant: str, mot_de_passe: str, source: str) -> Etapes[dict[str, Any]]:
    """Returns the account behind a name and a password, for a command that opens something to it (`yield from`).

    Raises:
        NonAuthentifie: the two do not go together, or the account is not active; nothing says which.
        TropDeRequetes: too many tries failed, from there or on this name, whether it exists or not.
        Droit: passwords open nothing here.
    """
    exiger_les_mots_de_passe()
    nom, place = identifiant.strip().lower(), empreinte_source(source)
    connue = jetons.vient_de(acte.db, nom, place)
    du_compte = freins.cle("connexion", nom, place.hex() if connue else "")
    de_la_source = freins.cle("connexion", place.hex())
    ralentir(acte, de_la_source, PAR_SOURCE)
    ralentir(acte, du_compte, PAR_COMPTE)
    vu = get_compte_par_identifiant(acte.db, nom)
    if vu:
        attribuer(vu["id"])  # the log tells of an account whoever tried to come in, refused or not
    juste = yield partial(auth.mot_de_passe_juste, vu, mot_de_passe)  # the try counts, whatever comes of it
    tenir(acte.db, vu["id"] if vu else None)
    compte = get_compte_par_identifiant(acte.db, nom)
    if not (juste and auth.meme_mot_de_passe(vu, compte)) or compte is None or not compte["actif"]:
        raise NonAuthentifie("Identifiant ou mot de passe incorrect.")
    freins.rendre(acte.db, de_la_source, PAR_SOURCE)
    freins.oublier(acte.db, du_compte)
    jetons.noter_provenance(acte.db, compte["id"], place)
    return compte


def exiger_les_mots_de_passe() -> None:
    """Raises `Droit` where ProConnect alone lets people in."""
    if config().sans_mot_de_passe:
        raise Droit(
            "La connexion par mot de passe est désactivée sur cette installation : connectez-vous avec ProConnect."
        )


def ralentir(acte: Acte, cle: bytes, frein: Frein, dit: str = "Trop de tentatives :") -> None:
    """Counts a try; raises `TropDeRequetes` where it comes too soon. `dit`: what is said before when to try again."""
    if attente := freins.prendre(acte.db, cle, frein):
        secondes = math.ceil(attente.total_seconds())
        dans = f"{secondes} seconde(s)" if secondes < 60 else f"{math.ceil(secondes / 60)} minute(s)"
        raise TropDeRequetes(f"{dit} recommencez dans {accorder(dans)}.", reessayer_dans=secondes)


def ligne_de(source: str) -> str:
    """Returns whom a network address tells apart: itself, but its network in IPv6, where one line has 2⁶⁴ addresses."""
    with suppress(ValueError):
        adresse = IPv6Address(source)
        return str(adresse.ipv4_mapped or IPv6Network((int(adresse), 64), strict=False))
    return source


def empreinte_source(source: str) -> bytes:
    """Returns the print of who has a network address."""
    return hashlib.sha256(ligne_de(source).encode()).digest()


def revoquer_jetons(acte: Acte, corps: Any) -> None:
    """Ends the token that asks for it; with `tous`, every token and session of the account, here and everywhere."""
    if charger(schemas.Revocation, corps)["tous"]:
        jetons.retirer_tous(acte.db, acte.acteur.compte_id)
    else:
        auth.fermer_la_presente(acte)


def nettoyer(acte: Acte) -> Etapes[None]:
    """Removes what lets nobody in and holds nobody back any more."""
    jetons.retirer_expires(acte.db)
    jetons.oublier_provenances(acte.db)
    renouvellements.retirer_expires(acte.db)
    changements.retirer_expirees(acte.db)
    while freins.nettoyer(acte.db):  # a flood of tries leaves more of them than a lot each time takes away
        yield None
