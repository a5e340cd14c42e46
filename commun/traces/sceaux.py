"""Seals: the heads of all the chains of traces, put under one print from time to time, and written out of the base.

Who owns the base could write a chain anew from any row on, its head with it, or cut it: every print would fit. A seal
remembers the heads that moved since the one before, in tables as append-only as the traces; its print covers the print
before it. Written as files in a folder of another machine, the seals hold even against who rewrites those tables. What
was appended since the last seal is the only thing that they do not cover.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson
import sqlalchemy as sa

from commun import clock
from commun.config import config
from commun.domain.lots import par_lots
from commun.fils import UnALaFois
from commun.storage.db import nouvel_id, sans_limite
from commun.storage.requetes import attendre_son_tour, toutes
from commun.storage.tables import scellements, tetes, tetes_scellees, traces

_EN_COURS = timedelta(days=1)
"""How long before a seal an act may have begun that ends after it, at most."""
_LOT = 1000
_SCEAUX = 20
"""Seals whose heads are read in one transaction; most cover few, some `TETES`."""
TETES = 5000
"""Heads that one seal covers, at most: those of a base that was never sealed, or of a mass of acts, took longer than a
transaction may, and each hour there were more of them."""
DEPOSES = 100
"""Seals that are written out in one transaction: a new folder is given those of years, on a volume that may be slow."""
_SCEAU = "sceau"
_CLE = ("objet_type", "objet_id", "rang")
_TETE = (*_CLE, "empreinte")
_scellee = sa.tuple_(*(tetes_scellees.c[nom] for nom in _CLE))
_volumes: defaultdict[str, UnALaFois] = defaultdict(UnALaFois)
"""By service: that of one which is held is not another's, where they share a process."""
Tete = tuple[str, str, int, bytes]
"""The head of a chain: objet_type, objet_id, rang, empreinte."""
Ouvrir = Callable[[], AbstractContextManager[sa.Connection]]
"""Opens a transaction that reads, and sees one instant."""


class Rupture(NamedTuple):
    """The first bad row of a broken chain; `objet_type` « sceau » where a seal itself is at fault."""

    objet_type: str
    objet_id: str
    rang: int

    def __str__(self) -> str:
        if self.objet_type == _SCEAU:
            return f"le sceau {self.objet_id} est absent ou n'est plus celui qui a été posé"
        return f"la trace {self.rang} de « {self.objet_type} » {self.objet_id} est altérée, absente ou déplacée"


def sceller(db: sa.Connection, instant: datetime) -> int | None:
    """Seals the heads that moved since the last seal. Returns the seal's number, none where nothing moved.

    It covers `TETES` of them at most (`inacheve`). The first seal of a day looks at all, whatever their traces say of
    when they were left, and so does the one after it, where it could not cover all; the others, at those of the traces
    left since the last seal: of a million heads, all take seconds of every processor.
    """
    sans_limite(db)  # the first seal of a large base takes a while
    attendre_son_tour(db, "sceller")
    dernier = db.execute(sa.select(scellements).order_by(scellements.c.numero.desc()).limit(1)).first()
    numero, precedente = (dernier.numero + 1, dernier.empreinte) if dernier else (1, b"")
    deja = sa.exists().where(*(tetes_scellees.c[nom] == tetes.c[nom] for nom in _CLE))
    bougees = sa.select(*(tetes.c[nom] for nom in _TETE), sa.literal(numero)).where(~deja)
    if dernier and dernier.instant.date() == instant.date() and dernier.nombre < TETES:
        bougees = bougees.where(_CHAINE_DE_TETE.in_(_depuis(dernier.instant - _EN_COURS)))
    lot = bougees.limit(sa.literal(TETES, literal_execute=True))
    db.execute(tetes_scellees.insert().from_select([*_TETE, "numero"], lot))
    nombre, empreinte = _empreinte(numero, instant, precedente, _tetes(db, numero))
    if nombre == 0:
        return None
    valeurs = {"numero": numero, "instant": instant, "nombre": nombre}
    db.execute(scellements.insert().values(**valeurs, precedente=precedente, empreinte=empreinte))
    return numero


def inacheve(db: sa.Connection) -> bool:
    """Returns whether others may have moved than the heads that the last seal covers."""
    return db.scalar(sa.select(scellements.c.nombre).order_by(scellements.c.numero.desc()).limit(1)) == TETES


_CHAINE_DE_TETE = sa.tuple_(tetes.c.objet_type, tetes.c.objet_id)


def _depuis(instant: datetime) -> sa.Select[Any]:
    """Returns the chains that have a trace of since then."""
    recentes = traces.c.instant >= sa.literal(instant, literal_execute=True)  # for PostgreSQL to see how few they are
    return sa.select(traces.c.objet_type, traces.c.objet_id).where(recentes)


def deposer(db: sa.Connection, service: str, dossier: Path) -> int:
    """Writes the seals that the folder does not have yet, `DEPOSES` at most, a file each; one that is there is never
    touched.

    The folder may be on a volume that answers no more, which holds who touches it for as long: a thread does.

    Returns:
        How many were written; others may remain where they are `DEPOSES`.

    Raises:
        OSError: it cannot be written; `TimeoutError`, what was asked of it before has not come back.
    """
    attendre_son_tour(db, "deposer")
    sur_le_volume = _volumes[service].a_part
    la = sur_le_volume(_fichiers_du, service, dossier)
    poses = db.scalars(sa.select(scellements.c.numero).order_by(scellements.c.numero)).all()
    manquants = [numero for numero in poses if _fichier(service, numero) not in la][:DEPOSES]
    for numero in manquants:
        fichier = dossier / _fichier(service, numero)
        sceau = db.execute(sa.select(scellements).where(scellements.c.numero == numero)).mappings().one()
        # another's, begun before the volume fell silent, may end after this one
        provisoire = fichier.with_suffix(f".{nouvel_id()}.tmp")
        _ecrire(sur_le_volume, provisoire, _en_lignes(dict(sceau), _tetes(db, numero)))
        sur_le_volume(provisoire.rename, fichier)  # whole, or not there
    return len(manquants)


def _fichiers_du(service: str, dossier: Path) -> set[str]:
    """Returns the names of the seals that are there, once it is rid of those that were left unfinished: who has its
    turn is the only one to write. The folder is read once: it has half a million names after ten years."""
    dossier.mkdir(parents=True, exist_ok=True)
    with os.scandir(dossier) as entrees:
        siens = [entree.name for entree in entrees if entree.name.startswith(f"{service}-")]
    for inacheve in (nom for nom in siens if nom.endswith(".tmp")):
        with suppress(OSError):  # somebody else's
            (dossier / inacheve).unlink()
    return {nom for nom in siens if nom.endswith(".jsonl")}


def _ecrire(sur_le_volume: Callable[..., Any], fichier: Path, lignes: Iterable[bytes]) -> None:
    sortie = sur_le_volume(fichier.open, "wb")
    try:
        for lot in par_lots(lignes, _LOT):
            sur_le_volume(sortie.writelines, lot)
        sur_le_volume(_jusqu_au_disque, sortie)
    finally:
        with suppress(OSError):  # what it could not hold is said already
            sur_le_volume(sortie.close)


def _jusqu_au_disque(sortie: BinaryIO) -> None:
    """Waits for the disk, holding the file: let go of by who waited no more, it would be closed by the loop, and a
    volume that is silent would hold it there."""
    sortie.flush()
    os.fsync(sortie.fileno())


def tenir(acte: Any) -> Generator[None, Any, None]:
    """Seals, then writes the seals out where a folder is set: what each service does every hour."""
    while sceller(acte.db, clock.maintenant()) and inacheve(acte.db):
        yield None
    yield None  # a seal is laid before it is written
    if dossier := config().dossier_sceaux:
        while deposer(acte.db, acte.service, Path(dossier)) == DEPOSES:
            yield None


def fichiers_de(service: str, dossier: Path) -> list[Path]:
    """Returns the seals of a service that a folder holds, in their order."""
    return sorted(dossier.glob(f"{service}-????????.jsonl"))


def non_ecrits(db: sa.Connection, service: str, dossier: Path) -> tuple[list[int], int]:
    """Returns the numbers of the seals laid that a folder does not have, and how many were laid: a folder that is not
    the right one, or was emptied, proves nothing.
    """
    poses = db.scalars(sa.select(scellements.c.numero).order_by(scellements.c.numero)).all()
    ecrits = {fichier.name for fichier in fichiers_de(service, dossier)}
    return [numero for numero in poses if _fichier(service, numero) not in ecrits], len(poses)


def ruptures(ouvrir: Ouvrir, fichiers: Sequence[Path] = ()) -> Iterator[Rupture]:
    """Yields the first seal that is not what it was, and the first row of each chain that is not what was sealed."""
    with ouvrir() as db:
        poses = {s["numero"]: s for s in toutes(db, sa.select(scellements))}
    lus = {numero: _lire(fichier) for numero, fichier in enumerate(fichiers, 1)}
    yield from _chaine(poses, ouvrir, _tetes)
    yield from _chaine(lus, nullcontext, lambda _, numero: _tetes_ecrites(fichiers[numero - 1]))
    yield from (_sceau(n) for n, lu in lus.items() if n not in poses or poses[n]["empreinte"] != lu["empreinte"])
    yield from _infideles(ouvrir)
    yield from _infideles_aux_fichiers(ouvrir, chain.from_iterable(map(_tetes_ecrites, fichiers)))


def _chaine(
    sceaux: dict[int, dict[str, Any]],
    ouvrir: Callable[[], AbstractContextManager[Any]],
    tetes_du: Callable[[Any, int], Iterable[Tete]],
) -> Iterator[Rupture]:
    """Yields the first of these seals that is missing, does not follow the one before, or is not its own print."""
    precedente = b""
    for lot in par_lots(range(1, max(sceaux, default=0) + 1), _SCEAUX):
        with ouvrir() as db:
            for numero in lot:
                sceau = sceaux.get(numero)
                if sceau is None or sceau["precedente"] != precedente:
                    break
                nombre, precedente = _empreinte(numero, sceau["instant"], precedente, tetes_du(db, numero))
                if (nombre, precedente) != (sceau["nombre"], sceau["empreinte"]):
                    break
            else:
                continue
        yield _sceau(numero)
        return


def _infideles(ouvrir: Ouvrir) -> Iterator[Rupture]:
    """Yields the rows that are lost, or changed, of those that the base's own seals remember, in the order of their
    chains."""
    scellees = sa.select(*(tetes_scellees.c[nom] for nom in _TETE)).order_by(*(tetes_scellees.c[nom] for nom in _CLE))
    scellees, derniere = scellees.limit(sa.literal(_LOT, literal_execute=True)), None
    while True:
        lot = (scellees.where(derniere < _scellee) if derniere else scellees).subquery()
        presentes = lot.outerjoin(traces, sa.and_(*(traces.c[nom] == lot.c[nom] for nom in _CLE)))
        fidele = traces.c.empreinte.is_not_distinct_from(lot.c.empreinte)
        cles = [lot.c[nom] for nom in _CLE]
        with ouvrir() as db:
            lues = db.execute(sa.select(*cles, fidele).select_from(presentes).order_by(*cles)).all()
        yield from (Rupture(*cle) for *cle, la_meme in lues if not la_meme)
        if len(lues) < _LOT:
            return
        derniere = tuple(lues[-1][:3])


def _infideles_aux_fichiers(ouvrir: Ouvrir, ecrites: Iterable[Tete]) -> Iterator[Rupture]:
    """Yields the traces that are no longer those of which files tell, which are read between two transactions."""
    for lot in par_lots(ecrites, _LOT):
        cles = sa.tuple_(*(traces.c[nom] for nom in _CLE)).in_([tete[:3] for tete in lot])
        with ouvrir() as db:
            presentes = {tuple(t) for t in db.execute(sa.select(*(traces.c[nom] for nom in _TETE)).where(cles))}
        yield from (Rupture(*tete[:3]) for tete in lot if tete not in presentes)


def _tetes(db: sa.Connection, numero: int) -> Iterator[Tete]:
    """Yields the heads of a seal, in the one order that every machine knows: that of their bytes."""
    ordre = (*(tetes_scellees.c[nom].collate("C") for nom in _CLE[:2]), tetes_scellees.c.rang)
    requete = sa.select(*(tetes_scellees.c[nom] for nom in _TETE)).where(tetes_scellees.c.numero == numero)
    for ligne in db.execute(requete.order_by(*ordre).execution_options(yield_per=_LOT)):
        yield ligne.objet_type, ligne.objet_id, ligne.rang, bytes(ligne.empreinte)


def _tetes_ecrites(fichier: Path) -> Iterator[Tete]:
    """Yields the heads that a file tells of; a line that tells of none ends them, and so breaks its print."""
    with fichier.open("rb") as lignes, suppress(ValueError, TypeError):
        next(lignes, None)
        for ligne in lignes:
            objet_type, objet_id, rang, empreinte = orjson.loads(ligne)
            yield objet_type, objet_id, rang, bytes.fromhex(empreinte)


def _lire(fichier: Path) -> dict[str, Any]:
    """Returns the seal that a file tells of: its first line; one that cannot be read is no seal."""
    with fichier.open("rb") as lignes, suppress(ValueError, TypeError, KeyError):
        lu = orjson.loads(lignes.readline())
        prints = {nom: bytes.fromhex(lu[nom]) for nom in ("precedente", "empreinte")}
        return {"instant": datetime.fromisoformat(lu["instant"]), "nombre": lu["nombre"], **prints}
    return {"instant": datetime.min.replace(tzinfo=UTC), "nombre": 0, "precedente": b"?", "empreinte": b"?"}


def _en_lignes(sceau: Mapping[str, Any], tetes_siennes: Iterable[Tete]) -> Iterator[bytes]:
    """Yields the lines of a seal's file: the seal, then its heads."""
    prints = {nom: bytes(sceau[nom]).hex() for nom in ("precedente", "empreinte")}
    yield orjson.dumps({"instant": sceau["instant"].isoformat(), "nombre": sceau["nombre"], **prints}) + b"\n"
    for *cle, empreinte in tetes_siennes:
        yield orjson.dumps([*cle, empreinte.hex()]) + b"\n"


def _empreinte(numero: int, instant: datetime, precedente: bytes, lues: Iterable[Tete]) -> tuple[int, bytes]:
    """Returns how many heads a seal covers, and its print."""
    condense, nombre = hashlib.sha256(precedente + orjson.dumps([numero, instant.timestamp()])), 0
    for *cle, empreinte in lues:
        condense.update(orjson.dumps(cle) + empreinte)
        nombre += 1
    return nombre, condense.digest()


def _fichier(service: str, numero: int) -> str:
    return f"{service}-{numero:08}.jsonl"


def _sceau(numero: int) -> Rupture:
    return Rupture(_SCEAU, str(numero), numero)
