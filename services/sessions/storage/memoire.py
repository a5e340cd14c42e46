"""What a transaction has read already: an act reads the same titre, people and sheet once, not four times.

An act locks its session before it reads anything else. What changes meanwhile in a copy is seen by who follows that
change: it waits for the same lock, then looks at the session again (`commands.alertes.reexaminer`). Whatever writes
what is kept here forgets it (`oublier`), or keeps what it wrote (`retenir`). What people do elsewhere (`AILLEURS`,
`CLOSES`) is read of other sessions than the one that an act changes: writing that one forgets nothing of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from commun.storage.ensemble import Ensemble, Ligne, groupees

V = TypeVar("V")
TITRE, CORRESPONDANCES, ETABLISSEMENT, AGREMENTS = "titre", "correspondances", "etablissement", "agrements"
PARAMETRES = "parametres"
COPIES = (TITRE, CORRESPONDANCES, ETABLISSEMENT, AGREMENTS)
SESSION, JURES, CANDIDATS, FEUILLES, ALERTES, DTE = "session", "jures", "candidats", "feuilles", "alertes", "dte"
CLOTURES, CLOSES, AILLEURS, ENTENDUES = "clotures", "closes", "ailleurs", "entendues"
DE_LA_SESSION = (SESSION, JURES, CANDIDATS, FEUILLES, ALERTES, DTE, CLOTURES, CLOSES, AILLEURS)
"""What the lock of a session protects."""
DES_PERSONNES = (CANDIDATS, CLOTURES, CLOSES, AILLEURS)
"""What those of people protect, in whatever session: none is closed but under the locks of its candidates."""

_lues: "WeakKeyDictionary[Any, dict[tuple[str, Any], Any]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Lecture(Generic[V]):
    """A read whose answer is kept.

    Attributes:
        requete: its statement.
        ranger: what its rows make of each key that has some.
        cles: the parameter of the statement that is the list of keys asked for; none where it is asked for nothing, and
            all that it gives is under the key "".
    """

    genre: str
    requete: sa.Select[Any]
    ranger: Callable[[Iterable[Ligne]], Mapping[str, V]]
    cles: str = "ids"


class Avance:
    """Reads that are made in one trip, before anybody asks for them: `par_cle` then finds them."""

    def __init__(self, *lectures: Lecture[Any]) -> None:
        self.lectures = lectures
        self.ensemble = Ensemble(**{lecture.genre: lecture.requete for lecture in lectures})

    def lire(self, db: sa.Connection, **cles: Iterable[str]) -> None:
        """Reads what this transaction does not hold yet of these keys, by name of parameter."""
        lues = _souvenirs(db)
        demandees = {nom: list(dict.fromkeys(valeurs)) for nom, valeurs in cles.items()}
        manquent = [
            (lecture, cle)
            for lecture in self.lectures
            for cle in (demandees[lecture.cles] if lecture.cles else [""])
            if (lecture.genre, cle) not in lues
        ]
        if not manquent:
            return
        trouvees = self.ensemble.lire(db, **demandees)
        rangees = {lecture.genre: lecture.ranger(trouvees[lecture.genre]) for lecture in self.lectures}
        lues.update({(lecture.genre, cle): rangees[lecture.genre].get(cle) for lecture, cle in manquent})


def par_cle(db: sa.Connection, lecture: Lecture[V], cles: Iterable[str]) -> dict[str, V]:
    """Returns what a read finds for these keys, asked only for those that this transaction has not read yet."""
    uniques = list(dict.fromkeys(cles))
    lues, genre = _souvenirs(db), lecture.genre
    manquent = [cle for cle in uniques if (genre, cle) not in lues]
    if manquent:
        parametres = {lecture.cles: manquent} if lecture.cles else {}
        trouvees = lecture.ranger(db.execute(lecture.requete, parametres).mappings().all())
        lues.update({(genre, cle): trouvees.get(cle) for cle in manquent})
    return {cle: lues[genre, cle] for cle in uniques if lues[genre, cle] is not None}


def une_fois(db: sa.Connection, lecture: Lecture[V]) -> V:
    """Returns what a read without keys finds."""
    return par_cle(db, lecture, [""])[""]


def par_session(lignes: Iterable[Ligne]) -> dict[str, list[Ligne]]:
    """Returns rows by the session that they name."""
    return groupees(lignes, "session_id")


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
