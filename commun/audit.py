"""The bloc traçabilité: one append-only, hash-chained log an object, written in the transaction of the change.

A row's print covers its content and the print of the row before, and the head of each chain is kept apart, so that any
change made behind the log's back is found by `verifier`, a cut at its end included. A chain per object, because a chain
per service would put one lock on every commit.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.tables import tetes, traces

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
    """Appends a row to its object's chain; the head's lock orders what two acts would append at once.

    Args:
        ligne: objet_type, objet_id, instant, acteur, action, phrase, requete, and avant, apres, motif, code or None.
    """
    chaine = (tetes.c.objet_type == ligne["objet_type"]) & (tetes.c.objet_id == ligne["objet_id"])
    tete = db.execute(sa.select(tetes.c.rang, tetes.c.empreinte).where(chaine).with_for_update()).first()
    ligne |= {"rang": tete.rang + 1 if tete else 1, "precedente": tete.empreinte if tete else _ORIGINE}
    for etat in ("avant", "apres"):
        ligne[etat] = orjson.loads(orjson.dumps(ligne.get(etat), option=orjson.OPT_NON_STR_KEYS))
    ligne = {"motif": None, "code": None, **ligne}
    ligne["empreinte"] = empreinte(ligne)
    db.execute(traces.insert().values(ligne))
    pose = insert(tetes).values({nom: ligne[nom] for nom in ("objet_type", "objet_id", "rang", "empreinte")})
    avance = {nom: pose.excluded[nom] for nom in ("rang", "empreinte")}
    db.execute(pose.on_conflict_do_update(index_elements=["objet_type", "objet_id"], set_=avance))


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
    rompues = set()
    objet: tuple[str, str] | None = None
    attendu, precedente = 1, _ORIGINE
    ordre = (traces.c.objet_type, traces.c.objet_id, traces.c.rang)
    for ligne in db.execution_options(yield_per=1000).execute(sa.select(traces).order_by(*ordre)).mappings():
        if objet != (ligne["objet_type"], ligne["objet_id"]):
            objet = (ligne["objet_type"], ligne["objet_id"])
            attendu, precedente = 1, _ORIGINE
        if objet in rompues:
            continue
        fidele = ligne["rang"] == attendu and ligne["precedente"] == precedente
        if not fidele or empreinte(dict(ligne)) != ligne["empreinte"]:
            rompues.add(objet)
            yield (*objet, ligne["rang"])
        attendu, precedente = attendu + 1, ligne["empreinte"]
    for type_, id_, rang in db.execute(_COUPEES):
        if (type_, id_) not in rompues:
            yield type_, id_, rang


_suivantes = traces.alias()
_suivies = (_suivantes.c.objet_type == traces.c.objet_type) & (_suivantes.c.objet_id == traces.c.objet_id)
_fins = sa.select(traces).where(~sa.exists().where(_suivies, _suivantes.c.rang > traces.c.rang)).subquery()
_meme_objet = (_fins.c.objet_type == tetes.c.objet_type) & (_fins.c.objet_id == tetes.c.objet_id)
_COUPEES = (
    sa.select(
        sa.func.coalesce(tetes.c.objet_type, _fins.c.objet_type),
        sa.func.coalesce(tetes.c.objet_id, _fins.c.objet_id),
        sa.func.coalesce(tetes.c.rang, _fins.c.rang),
    )
    .select_from(sa.join(tetes, _fins, _meme_objet, full=True))
    .where(_fins.c.rang.is_distinct_from(tetes.c.rang) | _fins.c.empreinte.is_distinct_from(tetes.c.empreinte))
)
"""The chains whose last row is not the one that their head tells of: rows, or a head, were taken away."""
