"""How long things are kept, and the end of what the kernel itself holds for a while.

The delays that bear on people are dated parameters of the national mission, in months, which `sessions` keeps with the
others; each service asks for them when it tidies up, once a day where it looks at everybody: people are kept until a
day. Those of the kernel's own tables are technical, and fixed here.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun import clock
from commun.actes.pannes import Pannes
from commun.actes.steps import UN_MOMENT, Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.dates import jour_a, lendemain, plus_mois
from commun.domain.lots import par_lots
from commun.storage.requetes import parmi, retirer
from commun.storage.tables import anonymisees, cles, inbox, intentions, outbox
from commun.traces.nominatif import effacer

OUTBOX, INBOX, CLES = timedelta(days=30), timedelta(days=90), timedelta(days=7)
"""Events that left; the numbers of those received, longer than a dead letter may wait to be replayed; idempotency keys,
whose answers may name people: longer than any client tries again."""

INTENTIONS = timedelta(hours=1)
"""Those that an act cut short has left: out of date for everybody within seconds, whatever the clock of a replica."""

PRENOM, NOM = "Personne", "anonymisée"
"""What stands where somebody was named."""

_A_LA_FOIS = 20
"""People held together while their names go: whoever registers one of them waits for all."""


def echeances(acte: Acte) -> Etapes[dict[str, date | None]]:
    """Asks how long things are kept; returns, by parameter, the day before which they go: `None` for never."""
    durees = yield Question("sessions_gardes", "durees_de_conservation")
    jour = jour_sur(acte)
    return {code: limite(jour, mois) for code, mois in durees.items()}


def jour_sur(acte: Acte) -> date:
    """Returns the day by the clock of this process or by that of the base, whichever is earlier: what goes does not
    come back, and one clock that is years ahead would take everybody's name away.
    """
    if acte.appel.date_simulee:
        return acte.jour()
    de_la_base: datetime = acte.db.execute(sa.select(sa.func.now())).scalar_one()
    return min(acte.jour(), jour_a(de_la_base))


def anonymiser_par_lots(
    acte: Acte,
    lister: Callable[[str | None], list[str]],
    chercher: Callable[[list[str]], list[str]],
    fiches_de: Callable[[list[str]], dict[str, str]],
    demander: Callable[[dict[str, str]], Question],
    anonymiser: Callable[[Collection[str]], None],
) -> Etapes[None]:
    """Anonymises those whom nobody has seen for long, looking at everybody once, a lot at a time (ADR 92), and holding
    few: a delay that the mission shortens has whole lots due. `sessions` is asked of those few, each time: the copy by
    which they are found may be late, and a name taken away is lost for ever.

    Args:
        lister: returns a lot of those who are named, after one, in the order of their ids; none where none is left.
        chercher: returns those of a lot whom nobody has seen.
        fiches_de: returns, by id under which sessions may know them, the id of each.
        demander: returns the question which of these ids are registered in a session since.
    """
    pannes, apres = Pannes(acte), None
    while lot := lister(apres):
        for perdues in par_lots(chercher(lot), _A_LA_FOIS):
            fiches = fiches_de(perdues)
            inscrites = yield demander(fiches)
            retenues = {fiches[fiche] for fiche in inscrites}
            with pannes.retenir():
                anonymiser([personne for personne in perdues if personne not in retenues])
            yield UN_MOMENT
        yield UN_MOMENT
        apres = lot[-1]
    pannes.lever()


def retirer_par_lots(acte: Acte, table: sa.Table, condition: sa.ColumnElement[bool]) -> Etapes[None]:
    """Removes the rows that meet a condition, a lot at a time: those of years may be due at once."""
    while retirer(acte.db, table, condition):
        yield UN_MOMENT


def limite(jour: date, mois: int | None) -> date | None:
    """Returns the day before which what was to be kept so many months goes. What is of 30 November, kept a month, goes
    on 31 December, which has no day a month before it."""
    if mois is None:
        return None
    avant = plus_mois(jour, -mois)
    return lendemain(avant) if plus_mois(avant, mois) < jour else avant


def noter_anonymisees(db: sa.Connection, *personnes: str) -> None:
    """Notes that these persons are no longer named in this base, and loses what its traces said of them."""
    db.execute(insert(anonymisees).values([{"personne": p} for p in personnes]).on_conflict_do_nothing())
    effacer(db, personnes)


def anonymisees_parmi(db: sa.Connection, personnes: Collection[str]) -> set[str]:
    """Returns those of these persons who were anonymised in this base."""
    return set(db.scalars(_ANONYMISEES, {"ids": list(personnes)}))


_ANONYMISEES = sa.select(anonymisees.c.personne).where(parmi(anonymisees.c.personne))


def encore_nommee(personne: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Returns the condition that the person with this id was not anonymised."""
    return sa.cast(personne, sa.Text).not_in(sa.select(anonymisees.c.personne))


def ranger_noyau(acte: Acte) -> dict[str, int]:
    """Removes what the kernel's tables no longer need, a few thousand rows at a time. Returns how many of each went.

    By the earlier of two clocks, as names do (ADR 79): without its key or its number, what comes again is done again.

    Call it before `echeances`, whose question commits it: what fails later does not undo it.
    """
    maintenant = sa.func.least(sa.func.now(), clock.maintenant())
    finis = {
        "outbox": (outbox, outbox.c.publie_le < maintenant - OUTBOX),
        "inbox": (inbox, inbox.c.recu_le < maintenant - INBOX),
        "cles": (cles, cles.c.prise_le < maintenant - CLES),
        "intentions": (intentions, intentions.c.expire_le < maintenant - INTENTIONS),
    }
    return {nom: retirer(acte.db, table, condition) for nom, (table, condition) in finis.items()}
