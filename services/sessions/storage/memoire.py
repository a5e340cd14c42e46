"""What a transaction has read already: an act reads the same titre, people and sheet once, not four times.

An act locks its session before it reads anything else. What changes meanwhile in a copy is seen by who follows that
change: it waits for the same lock, then looks at the session again (`commands.alertes.reexaminer`). Whatever writes
what is kept here forgets it (`oublier`), or keeps what it wrote (`retenir`). What people do elsewhere (`AILLEURS`,
`CLOSES`) is read of other sessions than the one that an act changes: writing that one forgets nothing of it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from commun.requetes import parmi
from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures

V = TypeVar("V")
TITRE, CORRESPONDANCES, ETABLISSEMENT, AGREMENTS = "titre", "correspondances", "établissement", "agréments"
PARAMETRES = "paramètres"
COPIES = (TITRE, CORRESPONDANCES, ETABLISSEMENT, AGREMENTS)
SESSION, FEUILLES, CLOSES, AILLEURS, ALERTES = "session", "feuilles", "closes", "ailleurs", "alertes"
JURES, CANDIDATS = inscriptions_jures.name, inscriptions_candidats.name
DE_LA_SESSION = (SESSION, JURES, CANDIDATS, FEUILLES, CLOSES, AILLEURS, ALERTES)
"""What the lock of a session protects."""

_INSCRITS = {
    t: sa.select(t).where(parmi(t.c.session_id)).order_by(t.c.inscrit_a, *t.primary_key.columns)
    for t in (inscriptions_jures, inscriptions_candidats)
}
_lues: "WeakKeyDictionary[Any, dict[tuple[str, Any], Any]]" = WeakKeyDictionary()


def par_cle(
    db: sa.Connection, genre: str, cles: Iterable[str], lire: Callable[[list[str]], dict[str, V]]
) -> dict[str, V]:
    """Returns what `lire` finds for these keys, asking it only for those that this transaction has not read yet."""
    uniques = list(dict.fromkeys(cles))
    lues = _souvenirs(db)
    manquent = [cle for cle in uniques if (genre, cle) not in lues]
    if manquent:
        trouvees = lire(manquent)
        lues.update({(genre, cle): trouvees.get(cle) for cle in manquent})
    return {cle: lues[genre, cle] for cle in uniques if lues[genre, cle] is not None}


def une_fois(db: sa.Connection, genre: str, lire: Callable[[], V]) -> V:
    """Returns what `lire` returns, read once in this transaction."""
    lu: V = par_cle(db, genre, [""], lambda _: {"": lire()})[""]
    return lu


def lignes_inscrites(db: sa.Connection, table: sa.Table, session_ids: Iterable[str]) -> list[Any]:
    """Returns the rows of these sessions' jury, or of their candidates, in the order of registration."""

    def lire(manquent: list[str]) -> dict[str, list[Any]]:
        par_session: dict[str, list[Any]] = {session_id: [] for session_id in manquent}
        for ligne in db.execute(_INSCRITS[table], {"ids": manquent}).mappings():
            par_session[ligne["session_id"]].append(ligne)
        return par_session

    return [ligne for lignes in par_cle(db, table.name, session_ids, lire).values() for ligne in lignes]


def retenir(db: sa.Connection, genre: str, lues: Mapping[str, Any]) -> None:
    """Keeps what this transaction has just written, by key."""
    _souvenirs(db).update({(genre, cle): valeur for cle, valeur in lues.items()})


def oublier(db: sa.Connection, *genres: str) -> None:
    """Forgets what was read of these kinds: this transaction has just written some, or waited for a lock."""
    lues = _souvenirs(db)
    for cle in [cle for cle in lues if cle[0] in genres]:
        del lues[cle]


def oublier_de(db: sa.Connection, genre: str, cles: Iterable[str]) -> None:
    """Forgets what was read of this kind under these keys only."""
    lues = _souvenirs(db)
    for cle in cles:
        lues.pop((genre, cle), None)


def _souvenirs(db: sa.Connection) -> dict[tuple[str, Any], Any]:
    transaction = db.get_transaction()
    return {} if transaction is None else _lues.setdefault(transaction, {})
