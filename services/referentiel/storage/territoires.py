"""Régions, départements, communes, pays, métiers, services of the State: rows that files bring in."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from commun.domain.lots import par_lots
from commun.domain.textes import normaliser
from commun.storage.requetes import ecrire, objet, remplacement
from services.referentiel.domain.communes import Commune, NatureCommune
from services.referentiel.storage.tables import communes

_LOT = 5000


def save_lignes(db: sa.Connection, table: sa.Table, lignes: Iterable[dict[str, Any]]) -> int:
    """Adds rows, or brings those that exist up to date; removes none. Returns how many were given.

    They travel as one JSON array a batch: forty thousand communes take a second, not ten.
    """
    combien, pose = 0, remplacement(table, tuple(c.name for c in table.columns))
    for lot in par_lots(lignes, _LOT):
        ecrire(db, pose, lot)
        combien += len(lot)
    return combien


def get_communes(db: sa.Connection) -> dict[str, list[Commune]]:
    """Returns the communes by their code, whatever they are today."""
    par_code: dict[str, list[Commune]] = defaultdict(list)
    for ligne in db.execute(sa.select(*(communes.c[champ.name] for champ in fields(Commune)))).mappings():
        lue = objet(Commune, ligne, nature=NatureCommune(ligne["nature"]), codes_postaux=tuple(ligne["codes_postaux"]))
        par_code[lue.code].append(lue)
    return par_code


def save_communes(db: sa.Connection, gardees: Iterable[Commune], perimees: Collection[Commune]) -> None:
    """Adds communes, or brings them up to date, and removes those that are no more what they were."""
    for lot in par_lots(perimees, _LOT):
        cles = [(c.code, c.nature.value) for c in lot]
        db.execute(sa.delete(communes).where(sa.tuple_(communes.c.code, communes.c.nature).in_(cles)))
    save_lignes(db, communes, map(_ligne, gardees))


def _ligne(c: Commune) -> dict[str, Any]:
    en_colonnes = {"nature": c.nature.value, "codes_postaux": list(c.codes_postaux), "recherche": normaliser(c.nom)}
    return asdict(c) | en_colonnes
