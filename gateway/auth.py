"""Who is behind a request: opaque tokens for clients, signed actors for services, passwords by argon2."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import g
from nameko.extensions import DependencyProvider

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur, signer
from commun.bus.appel import Appel
from commun.config import ReglageFaux, config
from commun.domain.errors import Invalide, NonAuthentifie
from commun.domain.referentiel import TypeProfil
from commun.fils import Places, en_retrait
from commun.storage.transaction import Transaction
from commun.telemetry import attribuer
from gateway.storage import comptes, jetons

DUREE_JETON = timedelta(hours=12)
"""How long a token or a session lasts, however much it serves."""
_SIGNATURE_VALABLE = timedelta(minutes=1)
"""How long a signed actor serves again: signing is half a millisecond of each request."""
_hacheur = PasswordHasher()
_HACHAGES = Places(2, 15)
"""Each takes 64 MB: those of sixteen people who sign in at once, on every worker, were more than a process may hold."""
_signes: dict[Acteur, tuple[datetime, str]] = {}


class Signature(DependencyProvider):
    """Sees that the gateway has its key before it opens: without one nobody could act, and anybody forge a link; and,
    where people sign in with ProConnect, by what it will know us: it would refuse each of them.
    """

    def setup(self) -> None:
        conf = config()
        if not conf.cle_privee:
            raise ReglageFaux("CERES_CLE_PRIVEE doit être posée : la passerelle en signe qui agit, et les liens.")
        if conf.oidc_emetteur and not (conf.oidc_client and conf.oidc_secret):
            raise ReglageFaux("CERES_OIDC_EMETTEUR demande CERES_OIDC_CLIENT et CERES_OIDC_SECRET : les poser.")


class Genre(StrEnum):
    """What a token is carried in: a program's header, or a browser's cookie."""

    API = "api"
    WEB = "web"


def hacher(mot_de_passe: str) -> str:
    """Returns the argon2 hash of a password; computed off the loop, where it would hold every other request."""
    return _HACHAGES.a_part(en_retrait, _hacheur.hash, mot_de_passe)


def mot_de_passe_juste(compte: dict[str, Any] | None, mot_de_passe: str) -> bool:
    """Whether this is the account's password. As slow for an account that does not exist: nobody learns which do.

    Outside any transaction (`yield partial(...)`), as `hacher`: a busy processor may make it longer than one lasts.
    """
    pose = compte["mot_de_passe"] if compte else None
    try:
        _HACHAGES.a_part(en_retrait, _hacheur.verify, pose or _leurre(), mot_de_passe)
    except VerificationError:
        return False
    return pose is not None


def meme_mot_de_passe(vu: dict[str, Any] | None, compte: dict[str, Any] | None) -> bool:
    """Whether an account still has the password that it was seen with, before that one was verified."""
    return vu is not None and compte is not None and bool(compte["mot_de_passe"] == vu["mot_de_passe"])


@cache
def _leurre() -> str:
    return hacher(secrets.token_hex())


def nouveau_jeton() -> tuple[str, bytes]:
    """Returns a client's token and the print under which it is stored: the base alone lets nobody in."""
    jeton = secrets.token_urlsafe(32)
    return jeton, empreinte(jeton)


def empreinte(jeton: str) -> bytes:
    """Returns the print of a token."""
    return hashlib.sha256(jeton.encode()).digest()


def jeton_invitation(invitation_id: str, envoi: int) -> str:
    """Returns the secret of an invitation's link."""
    return _jeton_de_lien("invitations", f"{invitation_id} {envoi}")


def empreinte_invitation(invitation_id: str, envoi: int) -> bytes:
    """Returns the print of an invitation's link."""
    return empreinte(jeton_invitation(invitation_id, envoi))


def jeton_renouvellement(renouvellement_id: str) -> str:
    """Returns the secret of the link by which a lost password is replaced."""
    return _jeton_de_lien("renouvellements", renouvellement_id)


def jeton_changement(changement_id: str) -> str:
    """Returns the secret of the link by which an account takes another address."""
    return _jeton_de_lien("changements_courriel", changement_id)


def _jeton_de_lien(usage: str, quoi: str) -> str:
    """Returns the secret of a link: only its print is stored, and the mail that carries it asks again."""
    cle = hashlib.sha256(f"{usage}\0{config().cle_privee}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(cle, quoi.encode(), "sha256")).decode().rstrip("=")


def jeton_de(autorisation: str) -> str:
    """Returns the token of an `Authorization: Bearer …` header.

    Raises:
        NonAuthentifie: none is there.
    """
    schema, _, jeton = autorisation.partition(" ")
    if schema.lower() != "bearer" or not jeton.strip():
        raise NonAuthentifie()
    return jeton.strip()


def acteur_de(autorisation: str) -> Acteur:
    """Returns the actor behind a program's request.

    Raises:
        NonAuthentifie: no token, or one that is unknown, expired, revoked, or whose account is not active.
    """
    return porteur_de(jeton_de(autorisation), Genre.API)


def porteur_de(secret: str, genre: Genre, *, active: bool = True) -> Acteur:
    """Returns the actor behind a token of this kind: a program's never opens what a browser's does, nor the reverse.

    Args:
        active: whether a person asked; what a page asks by itself (a stream) does not keep a session open.

    Raises:
        NonAuthentifie: unknown, expired, idle for too long, revoked, or its account is not active.
    """
    cherche, appel = empreinte(secret), Appel(g.requete)
    porteur = _porteur(cherche, genre, appel)
    g.veilleur, g.empreinte, g.compte_id = partial(_porteur, cherche, genre, appel), cherche, porteur["compte_id"]
    attribuer(porteur["compte_id"])
    if active and genre == Genre.WEB and porteur["a_revoir"]:
        Acte("gateway", appel).faire(lambda acte: jetons.noter_vu(acte.db, cherche))
    return acteur(porteur)


def veilleur() -> Callable[[], Any]:
    """Returns what raises `NonAuthentifie` once who made this request may no longer: a stream outlives the request."""
    veille: Callable[[], Any] = g.veilleur
    return veille


def _porteur(cherche: bytes, genre: Genre, appel: Appel) -> dict[str, Any]:
    inactivite = timedelta(minutes=config().inactivite) if genre == Genre.WEB else None
    acte = Acte("gateway", appel)
    with acte.transaction(Transaction.SEULE):
        porteur = jetons.get_porteur(acte.db, cherche, genre, inactivite)
    if porteur is None:
        raise NonAuthentifie("Votre connexion a expiré ou n'est plus valable : identifiez-vous de nouveau.")
    return dict(porteur)


def ouvrir_session(
    acte: Acte, compte: dict[str, Any], profil_id: str | None, genre: Genre
) -> tuple[str, datetime, str]:
    """Opens a token to an account, in this profil or its default one. Returns its secret, its end, its profil.

    Raises:
        Invalide: the profil is not one of the account's, or it has none.
    """
    voulu = profil_id or compte["profil_par_defaut"]
    profil = profil_du_compte(acte, compte["id"], voulu)
    secret, imprime = nouveau_jeton()
    jetons.retirer_expires(acte.db, compte["id"])
    valeurs = {"compte_id": compte["id"], "profil_id": profil["id"], "genre": genre}
    return secret, jetons.add_jeton(acte.db, imprime, duree=DUREE_JETON, **valeurs), profil["id"]


def revenir(acte: Acte, compte: dict[str, Any], ancien: str) -> tuple[str, datetime, str]:
    """Opens a browser's session in the profil of the one that it had, if it was this account's and has not been over
    for long; else in the default one.

    Args:
        ancien: its secret, if the browser still has it: it opens nothing any more.
    """
    quittee = jetons.retirer(acte.db, empreinte(ancien)) if ancien else None
    siens = {p["id"] for p in comptes.list_profils(acte.db, compte["id"])}
    retrouve = quittee["profil_id"] if quittee and quittee["profil_id"] in siens else None
    return ouvrir_session(acte, compte, retrouve, Genre.WEB)


def changer_profil(acte: Acte, empreinte: bytes, profil_id: str) -> tuple[str, datetime, str]:
    """Goes on in another profil, under a new secret: who knew the old one is left outside. Its end stays the same.

    Raises:
        NonAuthentifie: there is no such token.
        Invalide: the profil is not one of the account's.
    """
    comptes.tenir(acte.db, jetons.compte_de(acte.db, empreinte))
    ancien = jetons.retirer(acte.db, empreinte)
    if ancien is None:
        raise NonAuthentifie()
    profil = profil_du_compte(acte, ancien["compte_id"], profil_id)
    secret, imprime = nouveau_jeton()
    gardes = {nom: ancien[nom] for nom in ("compte_id", "genre", "ouvert_le", "expire_le")}
    return secret, jetons.add_jeton(acte.db, imprime, profil_id=profil["id"], **gardes), profil["id"]


def fermer_session(acte: Acte, secret: str) -> None:
    """Ends a token; one that is over already is no fault."""
    jetons.retirer(acte.db, empreinte(secret))


def fermer_la_presente(acte: Acte) -> None:
    """Ends the token that this request bears, and no other."""
    jetons.retirer(acte.db, g.empreinte)


def fermer_les_autres(acte: Acte) -> None:
    """Ends every token and session of the account, but the one that this request bears."""
    jetons.retirer_tous(acte.db, acte.acteur.compte_id, sauf=g.empreinte)


def profil_du_compte(acte: Acte, compte_id: str, profil_id: str | None, champ: str = "profil") -> dict[str, Any]:
    """Returns this profil of an account, its first where none is asked for.

    Raises:
        Invalide: it is not one of the account's, said on `champ`.
    """
    siens = comptes.list_profils(acte.db, compte_id)
    if profil_id is None:
        siens, manque = siens[:1], "Votre compte n'a plus aucun profil : adressez-vous à votre administrateur."
    else:
        siens, manque = [p for p in siens if p["id"] == profil_id], "Ce profil n'est pas l'un des vôtres."
    if not siens:
        raise Invalide.au_champ(champ, manque)
    return siens[0]


def acteur(porteur: dict[str, Any]) -> Acteur:
    """Returns the actor that an account makes in one of its profils."""
    return Acteur(
        compte_id=porteur["compte_id"],
        identifiant=porteur["identifiant"],
        profil_id=porteur["id"],
        type=TypeProfil(porteur["type"]),
        etablissement_id=porteur["etablissement_id"],
        departement=porteur["departement"],
        region=porteur["region"],
    )


def agir_pour(acte: Acte, compte: dict[str, Any], profil: dict[str, Any]) -> None:
    """Makes an account the actor of an act that nobody was signed in for: accepting an invitation, coming in."""
    attribuer(compte["id"])
    qui = profil | {"compte_id": compte["id"], "identifiant": compte["identifiant"]}
    acte.appel = replace(acte.appel, jeton=jeton_interne(acteur(qui)))


def jeton_interne(acteur: Acteur) -> str:
    """Returns the signed token that carries `acteur` to the services.

    Its age is told by the clock that dates it: put right by an hour, that clock has what was signed before refused.
    """
    maintenant, signe = clock.maintenant(), _signes.get(acteur)
    if signe is None or not timedelta() <= maintenant - signe[0] <= _SIGNATURE_VALABLE:
        if len(_signes) > 5000:
            _signes.clear()
        signe = _signes[acteur] = (maintenant, signer(acteur, config().cle_privee))
    return signe[1]
