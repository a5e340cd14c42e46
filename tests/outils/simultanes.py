"""Two acts at one instant: the second begins while the first, which has decided and written, is not yet committed.

Without the lock that the second must wait for, it decides on what the first is about to change, and undoes it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes import steps
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Refus
from commun.storage.db import moteur
from tests.outils.attente import attendre

_ATTENDU = sa.text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def issue(acte: Callable[[], Any]) -> str:
    """Runs an act; returns the code of its refusal, « fait » for a success."""
    try:
        acte()
    except Refus as refus:
        return str(refus.en_clair()["code"])
    return "fait"


def ensemble(
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    un: Callable[[], Any],
    autre: Callable[[], Any],
    *,
    trace: str = "tracer",
) -> tuple[str, str]:
    """Runs two acts on the base of `service`; the second begins as the first writes its trace, or those of several
    (`trace`), and goes as far as it can before it is over. Returns the issue of each."""
    tracer, suite = getattr(Acte, trace), list[Future[str]]()

    def tracer_pendant_l_autre(acte: Acte, *dits: Any, **etats: Any) -> None:
        if not dits[-1]:
            return  # of no object
        monkeypatch.setattr(Acte, trace, tracer)
        suite.append(fil.submit(issue, autre))
        aller_au_bout(service, suite[0])
        tracer(acte, *dits, **etats)

    monkeypatch.setattr(Acte, trace, tracer_pendant_l_autre)
    with ThreadPoolExecutor(1) as fil:
        premiere = issue(un)
        assert suite, f"le premier acte n’a rien écrit : {premiere}"
        return premiere, suite[0].result()


def pendant(service: str, ecriture: str, acte: Callable[[], Any]) -> str:
    """Runs an act while somebody else has written this SQL in the base of `service`, and commits it once the act has
    gone as far as it can. Returns its issue."""
    with ThreadPoolExecutor(1) as fil:
        with moteur(service).begin() as db:
            db.execute(sa.text(ecriture))
            suite = fil.submit(issue, acte)
            aller_au_bout(service, suite)
        return suite.result()


def avant_la_fin(acte: Acte, commande: Callable[[Acte], Any], autre: Callable[[], Any]) -> str:
    """Runs a command of one step, then another act as far as it can go before the first is committed. Returns the issue
    of the second. For a command that `ensemble` does not see, as it writes no trace of one object."""
    with ThreadPoolExecutor(1) as fil:
        with acte.transaction():
            commande(acte)
            suite = fil.submit(issue, autre)
            aller_au_bout(acte.service, suite)
        return suite.result()


def aller_au_bout(service: str, suite: Future[Any]) -> None:
    """Waits until an act is done, or waits itself: for a lock, or a moment, for others to be over."""
    patiente = Event()
    moment = steps.UN_MOMENT.attendre
    with pytest.MonkeyPatch.context() as pose, moteur(service).connect() as db:
        pose.setattr(steps, "UN_MOMENT", steps.Attente(lambda: patiente.set() or moment()))
        db = db.execution_options(isolation_level="AUTOCOMMIT")
        attendre(lambda: suite.done() or patiente.is_set() or db.scalar(_ATTENDU))
