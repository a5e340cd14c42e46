"""Régions, départements, communes, pays, métiers, services of the State: rows that files bring in."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from commun.storage.requetes import ecrire, remplacement
from services.referentiel.storage.tables import communes

_LOT = 5000
_ACTUELLE, _ANCIENNE = "commune-actuelle", "ancien-code"
_D_AUTREFOIS = ("commune-deleguee", "commune-associee")
_NATURES = (_ACTUELLE, *_D_AUTREFOIS, "arrondissement-municipal", _ANCIENNE)


def save_lignes(db: sa.Connection, table: sa.Table, lignes: Iterable[dict[str, Any]]) -> int:
    """Adds rows, or brings those that exist up to date; removes none. Returns how many were given.

    They travel as one JSON array a batch: forty thousand communes take a second, not ten.
    """
    toutes = list(lignes)
    pose = remplacement(table, tuple(c.name for c in table.columns))
    for debut in range(0, len(toutes), _LOT):
        ecrire(db, pose, toutes[debut : debut + _LOT])
    return len(toutes)


def save_communes(db: sa.Connection, lues: Iterable[dict[str, Any]]) -> int:
    """Adds communes, or brings them up to date. Returns how many were given.

    One that was merged since they last came is of today no longer. The name that it had stays, where the list has none
    for its code any more: people were born under it.
    """
    lignes = list(lues)
    donnees = {(c["code"], c["nature"]): c for c in lignes}
    avant = {(c.code, c.nature): c.nom for c in db.execute(sa.select(communes)) if c.nature != _ANCIENNE}
    nommees = {code for code, _ in avant}
    for code, nature in avant.keys() - donnees.keys():
        ici = (communes.c.code == code, communes.c.nature == nature)
        autres = {n: (donnees.get((code, n)) or {}).get("nom", avant.get((code, n))) for n in _D_AUTREFOIS}
        devenue = next((c["commune_actuelle"] for n in _NATURES if (c := donnees.get((code, n)))), None)
        if devenue is None or (nature != _ACTUELLE and (code, _ANCIENNE) not in donnees):
            continue  # nothing is said of it
        if nature == _ACTUELLE and avant[code, nature] in autres.values():
            db.execute(sa.delete(communes).where(*ici))
            continue
        libre = nature if nature != _ACTUELLE else next((n for n, nom in autres.items() if nom is None), nature)
        db.execute(sa.update(communes).where(*ici).values(nature=libre, commune_actuelle=devenue))
    save_lignes(db, communes, (c for c in lignes if c["nature"] != _ANCIENNE or c["code"] not in nommees))
    return len(lignes)
