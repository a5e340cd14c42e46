"""The bloc traçabilité: one append-only, hash-chained log an object, written in the transaction of the change.

A row's print covers its content and the print of the row before, so that any change made behind the log's back is
found by `verifier`. A chain per object, because a chain per service would put one lock on every commit.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa

from commun.tables import traces

_COUVERT = (
    "objet_type",
    "objet_id",
    "rang",
    "instant",
    "acteur",
    "action",
    "phrase",
    "avant",
    "apres",
    "motif",
    "code",
    "requete",
)
_ORIGINE = b""


def ecrire(db: sa.Connection, **ligne: Any) -> None:
    """Appends a row to its object's chain. The caller holds a lock on the object, which orders the chain.

    Args:
        ligne: objet_type, objet_id, instant, acteur, action, phrase, requete, and avant, apres, motif, code or None.
    """
    chaine = (traces.c.objet_type == ligne["objet_type"]) & (traces.c.objet_id == ligne["objet_id"])
    tete = db.execute(
        sa.select(traces.c.rang, traces.c.empreinte).where(chaine).order_by(traces.c.rang.desc()).limit(1)
    ).first()
    ligne |= {"rang": tete.rang + 1 if tete else 1, "precedente": tete.empreinte if tete else _ORIGINE}
    for etat in ("avant", "apres"):
        ligne[etat] = orjson.loads(orjson.dumps(ligne.get(etat), option=orjson.OPT_NON_STR_KEYS))
    ligne = {"motif": None, "code": None, **ligne}
    db.execute(traces.insert().values(**ligne, empreinte=empreinte(ligne)))


def empreinte(ligne: dict[str, Any]) -> bytes:
    """Returns the print (SHA-256, 32 bytes) of a row: its content and the print before."""
    contenu = {cle: ligne[cle] for cle in _COUVERT} | {"instant": ligne["instant"].timestamp()}
    return hashlib.sha256(ligne["precedente"] + orjson.dumps(contenu, option=orjson.OPT_SORT_KEYS)).digest()


def lister(db: sa.Connection, objet_type: str, objet_id: str) -> list[dict[str, Any]]:
    """Returns the traces of an object as the contract shows them, newest first."""
    requete = (
        sa.select(traces)
        .where(traces.c.objet_type == objet_type, traces.c.objet_id == objet_id)
        .order_by(traces.c.rang.desc())
    )
    visibles = ("instant", "acteur", "action", "phrase", "avant", "apres", "motif", "code", "requete")
    return [{cle: ligne[cle] for cle in visibles} for ligne in db.execute(requete).mappings()]


def verifier(db: sa.Connection) -> Iterator[tuple[str, str, int]]:
    """Yields `(objet_type, objet_id, rang)` of the first bad row of each broken chain: altered, missing or moved."""
    ordre = (traces.c.objet_type, traces.c.objet_id, traces.c.rang)
    objet: tuple[str, str] | None = None
    attendu, precedente, rompue = 1, _ORIGINE, False
    for ligne in db.execution_options(yield_per=1000).execute(sa.select(traces).order_by(*ordre)).mappings():
        if objet != (ligne["objet_type"], ligne["objet_id"]):
            objet = (ligne["objet_type"], ligne["objet_id"])
            attendu, precedente, rompue = 1, _ORIGINE, False
        if rompue:
            continue
        fidele = ligne["rang"] == attendu and ligne["precedente"] == precedente
        if not fidele or empreinte(dict(ligne)) != ligne["empreinte"]:
            rompue = True
            yield (*objet, ligne["rang"])
        attendu, precedente = attendu + 1, ligne["empreinte"]
