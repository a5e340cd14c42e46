"""What a transaction has read already: an act reads the same titre, people and sheet once, not four times.

An act locks its session before it reads anything else. What changes meanwhile in a copy is seen by who follows that
change: it waits for the same lock, then looks at the session again (`commands.alertes.reexaminer`). Whatever writes
what is kept here forgets it (`oublier`).
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures

V = TypeVar("V")
TITRE, CORRESPONDANCES, ETABLISSEMENT, AGREMENTS = "titre", "correspondances", "établissement", "agréments"
PARAMETRES = "paramètres"
COPIES = (TITRE, CORRESPONDANCES, ETABLISSEMENT, AGREMENTS)
FEUILLES, CLOSES, AILLEURS, ALERTES = "feuilles", "closes", "ailleurs", "alertes"
GENS = (inscriptions_jures.name, inscriptions_candidats.name)
DE_LA_SESSION = (*GENS, FEUILLES, CLOSES, AILLEURS, ALERTES)
"""What the lock of a session protects."""

_lues: "WeakKeyDictionary[Any, dict[tuple[str, Any], Any]]" = WeakKeyDictionary()


def par_cle(
    db: sa.Connection, genre: str, cles: Iterable[str], lire: Callable[[list[str]], dict[str, V]]
) -> dict[str, V]:
    """Returns what `lire` finds for these keys, asking it only for those that this transaction has not read yet."""
    uniques = list(dict.fromkeys(cles))
    transaction = db.get_transaction()
    lues = {} if transaction is None else _lues.setdefault(transaction, {})
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
        requete = sa.select(table).where(table.c.session_id.in_(manquent))
        par_session: dict[str, list[Any]] = {session_id: [] for session_id in manquent}
        for ligne in db.execute(requete.order_by(table.c.inscrit_a, *table.primary_key.columns)).mappings():
            par_session[ligne["session_id"]].append(ligne)
        return par_session

    return [ligne for lignes in par_cle(db, table.name, session_ids, lire).values() for ligne in lignes]


def oublier(db: sa.Connection, *genres: str) -> None:
    """Forgets what was read of these kinds: this transaction has just written some, or waited for a lock."""
    lues = _lues.get(db.get_transaction(), {})
    for cle in [cle for cle in lues if cle[0] in genres]:
        del lues[cle]
