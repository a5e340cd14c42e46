"""Profils offered by mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from commun.storage.db import nouvel_id
from commun.storage.requetes import attendre_son_tour, toutes, une
from gateway.storage.tables import comptes, invitations

EXPIREE = (invitations.c.expire_le <= sa.func.now()).label("expiree")
EN_ATTENTE = invitations.c.acceptee_le.is_(None) & ~EXPIREE.element


def verrouiller(db: sa.Connection, courriel: str) -> None:
    """Makes whoever else invites this address, changes that, accepts at it or takes it wait for the end of the
    transaction."""
    attendre_son_tour(db, _tour(courriel))


def _tour(courriel: str) -> str:
    return f"invitation {courriel}"


def nouvelle(db: sa.Connection, imprimer: Callable[[str, int], bytes], validite: timedelta, **valeurs: Any) -> str:
    """Adds an invitation, whose first link has the print that `imprimer` makes. Returns its id."""
    invitation_id = nouvel_id()
    propres = {"id": invitation_id, "empreinte": imprimer(invitation_id, 1), "expire_le": sa.func.now() + validite}
    db.execute(invitations.insert().values(**propres, **valeurs))
    return invitation_id


def renouveler(db: sa.Connection, invitation_id: str, *, validite: timedelta, **valeurs: Any) -> None:
    """Gives an invitation another link, good from now."""
    instants = {"envoyee_le": sa.func.now(), "expire_le": sa.func.now() + validite}
    version = {"version": invitations.c.version + 1}
    db.execute(invitations.update().where(invitations.c.id == invitation_id).values(**valeurs, **instants, **version))


def retirer(db: sa.Connection, invitation_id: str) -> None:
    """Ends an invitation. It was over when it left: whoever was accepting it a moment before finds it over too."""
    suite = {"expire_le": invitations.c.envoyee_le, "version": invitations.c.version + 1}
    db.execute(invitations.update().where(invitations.c.id == invitation_id).values(suite))


def save_acceptee(db: sa.Connection, invitation_id: str, compte_id: str) -> None:
    """Keeps that an account took an invitation: its link serves no more."""
    suite = {"acceptee_le": sa.func.now(), "compte_id": compte_id, "version": invitations.c.version + 1}
    db.execute(invitations.update().where(invitations.c.id == invitation_id).values(suite))


def get_invitation(db: sa.Connection, invitation_id: str, *, verrou: bool = False) -> dict[str, Any] | None:
    """Returns an invitation; `expiree`: whether its link is over. `verrou`: to change it; its address waits its turn
    first."""
    if verrou and (vue := get_invitation(db, invitation_id)):
        verrouiller(db, vue["courriel"])
    requete = sa.select(invitations, EXPIREE).where(invitations.c.id == invitation_id)
    return une(db, requete.with_for_update() if verrou else requete)


def get_ouverte(db: sa.Connection, empreinte: bytes, *, verrou: bool = False) -> dict[str, Any] | None:
    """Returns the invitation that a link still opens. `verrou`: to accept it; its address waits its turn first."""
    if verrou and (vue := get_ouverte(db, empreinte)):
        verrouiller(db, vue["courriel"])
    requete = sa.select(invitations).where(invitations.c.empreinte == empreinte, EN_ATTENTE)
    return une(db, requete.with_for_update() if verrou else requete)


def list_en_attente(db: sa.Connection, courriel: str, *, verrou: bool = False) -> list[dict[str, Any]]:
    """Returns the invitations that an address may still accept, newest first. `verrou`: to accept them, as above."""
    if verrou:
        verrouiller(db, courriel)
    requete = sa.select(invitations).where(invitations.c.courriel == courriel, EN_ATTENTE)
    requete = requete.order_by(invitations.c.id.desc())
    return toutes(db, requete.with_for_update() if verrou else requete)


def tenir_siennes(db: sa.Connection, compte_id: str) -> None:
    """Keeps the invitations sent by an account, or to it, that may still be accepted until the transaction is over:
    before the account, as who moves their centre, who accepts one, and who changes its address do."""
    attendre_son_tour(db, *(_tour(adresse) for adresse in db.scalars(_adresses(compte_id)).all()))
    siennes = (_envoyees(compte_id) | _recues(compte_id)) & EN_ATTENTE
    requete = sa.select(sa.true()).where(siennes).order_by(invitations.c.id)
    db.execute(requete.with_for_update())


def list_envoyees(db: sa.Connection, compte_id: str, ici: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """Returns those sent by an account that may still be accepted, among those of a condition; locked too, were one
    sent meanwhile."""
    return _tenues(db, _envoyees(compte_id) & ici)


def list_recues(db: sa.Connection, compte_id: str) -> list[dict[str, Any]]:
    """Returns those sent to an account that it may still accept; locked too, as above."""
    return _tenues(db, _recues(compte_id))


def _tenues(db: sa.Connection, lesquelles: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    requete = sa.select(invitations).where(lesquelles, EN_ATTENTE).order_by(invitations.c.id)
    return toutes(db, requete.with_for_update())


def _envoyees(compte_id: str) -> sa.ColumnElement[bool]:
    return invitations.c.invite_par == compte_id


def _recues(compte_id: str) -> sa.ColumnElement[bool]:
    return invitations.c.courriel.in_(_adresses(compte_id))


def _adresses(compte_id: str) -> sa.CompoundSelect[Any]:
    """Returns the addresses at which an account is invited (`comptes.get_compte_par_courriel`)."""
    les_deux = (comptes.c.identifiant, sa.func.lower(comptes.c.courriel))
    return sa.union(*(sa.select(adresse).where(comptes.c.id == compte_id) for adresse in les_deux))


def suivre(db: sa.Connection, ancien: str, nouveau: str) -> list[dict[str, Any]]:
    """Sends to another address the invitations that this one has not accepted, over or not. Returns them."""
    siennes = invitations.update().where(invitations.c.courriel == ancien, invitations.c.acceptee_le.is_(None))
    suite = siennes.values(courriel=nouveau, version=invitations.c.version + 1)
    return toutes(db, suite.returning(invitations.c.id, invitations.c.libelle))
