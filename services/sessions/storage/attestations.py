"""Attestations of confirmed results: frozen, numbered, replaced or withdrawn, never changed."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from commun import requetes
from services.sessions.documents.modele import Attestation
from services.sessions.storage import imprimes
from services.sessions.storage.tables import attestations

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Neither 0 and O, nor 1 and I: a code is read from paper."""


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
    lettres = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(lettres[n : n + 4] for n in range(0, 16, 4))


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


def dernieres(db: sa.Connection, session_id: str) -> dict[str, tuple[int, date, str | None]]:
    """Returns (version, day, decision) of the last attestation of each candidate; no decision where withdrawn."""
    a = attestations.c
    decision = sa.case((a.retiree_le.is_(None), a.resultat["decision"].astext)).label("decision")
    requete = (
        sa.select(a.candidat_id, a.version, a.delivree_le, decision)
        .where(a.session_id == session_id)
        .order_by(a.version)
    )
    return {ligne.candidat_id: (ligne.version, ligne.delivree_le, ligne.decision) for ligne in db.execute(requete)}


def lire(db: sa.Connection, url: str, *conditions: sa.ColumnElement[bool]) -> list[AttestationStockee]:
    """Returns attestations, newest first. `url`: what the link of a code starts with."""
    a = attestations
    suivante = a.alias()
    remplacee = sa.exists().where(
        suivante.c.session_id == a.c.session_id,
        suivante.c.candidat_id == a.c.candidat_id,
        suivante.c.version > a.c.version,
    )
    statut = sa.case((remplacee, "remplacee"), (a.c.retiree_le.is_not(None), "retiree"), else_="valide")
    requete = sa.select(a, statut.label("statut")).where(*conditions).order_by(a.c.id.desc())
    return [_attestation(ligne, url) for ligne in db.execute(requete).mappings()]


def _attestation(ligne: Any, url: str) -> AttestationStockee:
    return AttestationStockee(
        id=ligne["id"],
        session_id=ligne["session_id"],
        candidat_id=ligne["candidat_id"],
        attestation=Attestation(
            session=imprimes.session(ligne["session"]),
            resultat=imprimes.resultat(ligne["resultat"]),
            autorite=ligne["autorite"],
            delivree_le=ligne["delivree_le"],
            code=ligne["code"],
            url=f"{url}/{ligne['code']}",
            version=ligne["version"],
            precedente_delivree_le=ligne["precedente_delivree_le"],
        ),
        delivree_a=ligne["delivree_a"],
        statut=ligne["statut"],
    )
