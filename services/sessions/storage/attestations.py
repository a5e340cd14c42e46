"""Attestations of confirmed results: frozen, numbered, replaced or withdrawn, never changed."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from commun.config import config
from commun.storage import requetes
from services.sessions.documents.modele import Attestation, Personne
from services.sessions.storage import imprimes
from services.sessions.storage.tables import attestations

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Neither 0 and O, nor 1 and I: a code is read from paper."""

_a = attestations.c
_DERNIERES = sa.select(_a.session_id, _a.candidat_id, _a.version, _a.delivree_le, _a.retiree_le, _a.resultat).order_by(
    _a.version
)
"""The last of each comes last."""


@dataclass(frozen=True)
class AttestationStockee:
    """An attestation. `statut`: valide, remplacee by a later one, or retiree."""

    id: str
    session_id: str
    candidat_id: str
    attestation: Attestation
    delivree_a: datetime
    statut: str


def nouveau_code() -> str:
    """Returns a verification code that nobody can guess: « 7K3Q-… », 80 bits."""
    return code_lu("".join(secrets.choice(_ALPHABET) for _ in range(16)))


def code_lu(saisi: str) -> str:
    """Returns a code as it is printed, however it was copied or heard: without its dashes, in spaces, in lower case."""
    signes = "".join(signe for signe in saisi.upper() if signe.isalnum())
    return "-".join(signes[n : n + 4] for n in range(0, len(signes), 4))


def ajouter(db: sa.Connection, delivrees: Iterable[AttestationStockee]) -> None:
    """Keeps new attestations."""
    lignes = (
        {
            "id": a.id,
            "session_id": a.session_id,
            "candidat_id": a.candidat_id,
            "version": a.attestation.version,
            "code": a.attestation.code,
            "delivree_le": a.attestation.delivree_le,
            "delivree_a": a.delivree_a,
            "precedente_delivree_le": a.attestation.precedente_delivree_le,
            "autorite": a.attestation.autorite,
            "session": a.attestation.session,
            "resultat": a.attestation.resultat,
        }
        for a in delivrees
    )
    requetes.ajouter(db, attestations, lignes)


def retirer(db: sa.Connection, session_id: str, jour: date, *candidats: str) -> None:
    """Withdraws those of a session, or of some candidates only: what they attest is no longer confirmed."""
    encore = (attestations.c.session_id == session_id) & attestations.c.retiree_le.is_(None)
    if candidats:
        encore &= attestations.c.candidat_id.in_(candidats)
    db.execute(attestations.update().where(encore).values(retiree_le=jour))


@dataclass(frozen=True)
class Derniere:
    """The last attestation of a candidate in a session. `decision`: what it says; `None` where it was withdrawn."""

    version: int
    delivree_le: date
    decision: str | None
    personne: Personne


def dernieres(db: sa.Connection, session_id: str) -> dict[str, Derniere]:
    """Returns the last attestation of each candidate of a session."""
    a = attestations.c
    lues = db.execute(_DERNIERES.where(a.session_id == session_id)).mappings()
    return {ligne["candidat_id"]: _derniere(ligne) for ligne in lues}


def a_corriger(db: sa.Connection, personnes: Iterable[Personne]) -> bool:
    """Returns whether an attestation that holds names one of these candidates otherwise than he is now."""
    actuelles = {personne.id: personne for personne in personnes}
    lues = db.execute(_DERNIERES.where(attestations.c.candidat_id.in_(sorted(actuelles)))).mappings()
    dernieres = {(ligne["session_id"], ligne["candidat_id"]): _derniere(ligne) for ligne in lues}
    return any(
        d.decision and not actuelles[candidat_id].meme_etat_civil(d.personne)
        for (_, candidat_id), d in dernieres.items()
    )


def _derniere(ligne: Any) -> Derniere:
    return Derniere(
        version=ligne["version"],
        delivree_le=ligne["delivree_le"],
        decision=None if ligne["retiree_le"] else ligne["resultat"]["decision"],
        personne=imprimes.personne(ligne["resultat"]["personne"]),
    )


def lire(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[AttestationStockee]:
    """Returns attestations, newest first."""
    a = attestations
    statut = sa.case((remplacee(), "remplacee"), (a.c.retiree_le.is_not(None), "retiree"), else_="valide")
    requete = sa.select(a, statut.label("statut")).where(*conditions).order_by(a.c.id.desc())
    return [_attestation(ligne) for ligne in db.execute(requete).mappings()]


def remplacee() -> sa.ColumnElement[bool]:
    """Returns the condition that a later attestation has taken the place of one."""
    a, suivante = attestations.c, attestations.alias()
    return sa.exists().where(
        suivante.c.session_id == a.session_id,
        suivante.c.candidat_id == a.candidat_id,
        suivante.c.version > a.version,
    )


def _attestation(ligne: Any) -> AttestationStockee:
    attestation = requetes.objet(
        Attestation,
        ligne,
        session=imprimes.session(ligne["session"]),
        resultat=imprimes.resultat(ligne["resultat"]),
        url=f"{config().url_publique}/verifications/{ligne['code']}",
    )
    return requetes.objet(AttestationStockee, ligne, attestation=attestation)
