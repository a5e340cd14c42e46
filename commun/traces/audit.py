"""The bloc traçabilité: one append-only, hash-chained log an object, written in the transaction of the change.

A row's print covers its content and the print of the row before, and the head of each chain is kept apart, so that any
change made behind the log's back is found, a cut at its end included (`commun.traces.verification`). A chain per
object, because a chain per service would put one lock on every commit. Seals (`commun.traces.sceaux`) hold all the
heads against who would write a chain anew, head and all.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import date, time
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.lots import par_lots
from commun.domain.textes import parle_de
from commun.schemas.forms import Page, charger
from commun.storage.pages import tri_demande
from commun.storage.requetes import a_la_place, ajout, cles_de, lignes_pour
from commun.storage.requetes import ecrire as ecrire_lignes
from commun.storage.tables import tetes, traces
from commun.traces.nominatif import ouvrir, sceller

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
PERSONNES = frozenset({"candidat", "jure", "compte", "invitation"})
"""The types of objects that are one person each."""
_DITS = ("phrase", "avant", "apres", "motif")
"""What a trace tells, and so may tell of a person."""
_LUES = sa.select(*(traces.c[nom] for nom in ("instant", "acteur", "action", *_DITS, "code", "requete")))
_LOT = 100
"""Traces that are looked through at once: one of a results sheet is half a megabyte."""
ORIGINE = b""
"""What is before the first row of a chain, where others have the print of the row before."""
_OBJET = cles_de(tetes)
_TETE = (*_OBJET, "rang", "empreinte")
_LIGNE = tuple(c.name for c in traces.c)
_objets = lignes_pour(tetes, _OBJET)
_TETES = (
    sa.select(tetes)
    .join(_objets, sa.and_(*(tetes.c[nom] == _objets.c[nom] for nom in _OBJET)))
    .order_by(*(tetes.c[nom] for nom in _OBJET))
    .with_for_update(of=tetes)
)
"""The heads of these objects' chains, locked in one order."""
_ajoutees = ajout(traces, _LIGNE).returning(*(traces.c[nom] for nom in _TETE)).cte()
_AJOUT = a_la_place(insert(tetes).from_select(_TETE, sa.select(_ajoutees)), tetes, _TETE)
"""Rows at the ends of their chains, and their heads with them."""


def ecrire(db: sa.Connection, **ligne: Any) -> None:
    """Appends a row to its object's chain; the head's lock orders what two acts would append at once.

    Args:
        ligne: objet_type, objet_id, instant, acteur, action, phrase, requete, and avant, apres, motif, code or None.
            What is marked as being about a person (`commun.traces.nominatif`) is sealed under that person's key.
    """
    ecrire_ensemble(db, [ligne])


def ecrire_ensemble(db: sa.Connection, lignes: Sequence[dict[str, Any]]) -> None:
    """Appends a row to each of these chains, at most one an object, in as many statements as for one."""
    objets = sorted({(ligne["objet_type"], ligne["objet_id"]) for ligne in lignes})
    assert len(objets) == len(lignes)
    demandes = [dict(zip(_OBJET, objet, strict=True)) for objet in objets]
    vues = {(t.objet_type, t.objet_id): t for t in db.execute(_TETES, {"lignes": demandes})}
    pretes = [{"motif": None, "code": None, **ligne} for ligne in lignes]
    for ligne in pretes:
        tete = vues.get((ligne["objet_type"], ligne["objet_id"]))
        ligne |= {"rang": tete.rang + 1 if tete else 1, "precedente": tete.empreinte if tete else ORIGINE}
        for etat in ("avant", "apres"):
            ligne[etat] = en_json(ligne.get(etat))
    scellees = sceller(db, [{nom: ligne[nom] for nom in _DITS} for ligne in pretes])
    for ligne, dits in zip(pretes, scellees, strict=True):
        ligne |= dits
        ligne["empreinte"] = empreinte(ligne)
    ecrire_lignes(db, _AJOUT, ({nom: _en_hexa(ligne[nom]) for nom in _LIGNE} for ligne in pretes))


def _en_hexa(valeur: Any) -> Any:
    return f"\\x{valeur.hex()}" if isinstance(valeur, bytes) else valeur


def en_json(valeur: Any) -> Any:
    """Returns a value as JSON will hold it: dates and codes as texts, hours HH:MM, as the API says them."""
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    return orjson.loads(orjson.dumps(valeur, default=_temps, option=option))


def _temps(valeur: Any) -> str:
    match valeur:
        case time():
            return valeur.isoformat("minutes")
        case date():
            return valeur.isoformat()
    raise TypeError(type(valeur))


def empreinte(ligne: dict[str, Any]) -> bytes:
    """Returns the print (SHA-256, 32 bytes) of a row: its content and the print before."""
    contenu = {cle: ligne[cle] for cle in _COUVERT} | {"instant": ligne["instant"].timestamp()}
    return hashlib.sha256(ligne["precedente"] + orjson.dumps(contenu, option=orjson.OPT_SORT_KEYS)).digest()


def page(
    db: sa.Connection,
    objet_type: str,
    objet_id: str,
    filtres: dict[str, Any],
    vues: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda lignes: lignes,
    sauf: Collection[int] = (),
) -> dict[str, Any]:
    """Returns a page of the traces of an object as `filtres` (`Page`) ask: the newest first unless sorted otherwise,
    those where each word of `q` is in what was done, or why.

    No more of them are in memory at once than a page, or a lot: whoever acts on what is his own, again and again, makes
    its chain as long as he likes, and would have the process of all killed by reading it.

    Args:
        vues: makes of some of them what the reader sees of each.
        sauf: the ranks of those that he does not see.

    Raises:
        Invalide: they are not sorted by that.
    """
    p = charger(Page, filtres)
    _, des_la_derniere = tri_demande(p, ("instant",), "-instant")
    siennes = _de(objet_type, objet_id)
    dernier = db.scalar(sa.select(sa.func.max(traces.c.rang)).where(siennes)) or 0
    rangs = [rang for rang in range(1, dernier + 1) if rang not in sauf]
    if des_la_derniere:
        rangs.reverse()
    debut, fin = (p["page"] - 1) * p["par_page"], p["page"] * p["par_page"]
    if not p["q"]:
        retenues, total = vues(_lues(db, siennes, rangs[debut:fin])), len(rangs)
    else:
        retenues, total = [], 0
        for lot in par_lots(rangs, _LOT):
            lues = vues(_lues(db, siennes, lot))
            dites = [ligne for ligne in lues if parle_de(f"{ligne['phrase']} {ligne['motif'] or ''}", p["q"])]
            retenues += dites[max(debut - total, 0) : max(fin - total, 0)]
            total += len(dites)
    return {"elements": retenues, "total": total, "page": p["page"], "par_page": p["par_page"]}


def qui_disent(db: sa.Connection, objet_type: str, objet_id: str, champ: str) -> dict[int, dict[str, Any]]:
    """Returns, by rank, those of the traces of an object whose « avant » or « apres » has this field."""
    disent = traces.c.avant.has_key(champ) | traces.c.apres.has_key(champ)
    requete = _LUES.add_columns(traces.c.rang).where(_de(objet_type, objet_id), disent)
    return {ligne.pop("rang"): ligne for ligne in _ouvertes(db, requete)}


def _de(objet_type: str, objet_id: str) -> sa.ColumnElement[bool]:
    return (traces.c.objet_type == objet_type) & (traces.c.objet_id == objet_id)


def _lues(db: sa.Connection, siennes: sa.ColumnElement[bool], rangs: list[int]) -> list[dict[str, Any]]:
    """Returns the traces of these ranks, in this order."""
    if not rangs:
        return []
    sens = traces.c.rang.asc() if rangs[0] < rangs[-1] else traces.c.rang.desc()
    return _ouvertes(db, _LUES.where(siennes, traces.c.rang.in_(rangs)).order_by(sens))


def _ouvertes(db: sa.Connection, requete: sa.Select[Any]) -> list[dict[str, Any]]:
    lues = [{str(nom): valeur for nom, valeur in ligne.items()} for ligne in db.execute(requete).mappings()]
    dits = ouvrir(db, [{nom: ligne[nom] for nom in _DITS} for ligne in lues])
    return [ligne | dit for ligne, dit in zip(lues, dits, strict=True)]
