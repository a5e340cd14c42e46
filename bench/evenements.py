"""From an act's commit to that of what each listener made of it, at a steady pace of commands.

The instants are those of PostgreSQL (`track_commit_timestamp`): the act's trace and the listener's row of the inbox are
written by the very transactions whose commits are timed, and nothing is added to CERES to see it.
"""

import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import psycopg

from bench.charge import Demande, charger, entetes
from bench.mesure import mediane, p95
from bench.ouvertes import Ouverte, pile_ouverte
from bench.rapport import Avancer, Bilan, Promesse
from local.pile import Pile

_ACTE = """
SELECT o.id::text, pg_xact_commit_timestamp(t.xmin)
FROM outbox o JOIN traces t ON t.requete = o.en_tetes->>'ceres-requete'
WHERE o.evenement = %s AND o.cree_le > %s
"""
_RECU = "SELECT message_id::text, ecouteur, pg_xact_commit_timestamp(xmin) FROM inbox WHERE recu_le > %s"
_CAS = (
    ("jures.jure_modifie", 50, ("sessions", "notifications")),
    ("sessions.inscrits_modifies", 10, ("candidats",)),
)
"""An event, the commands a second that publish it, the services that listen to it."""


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + len(_CAS) * _tours(court)


def _tours(court: bool) -> int:
    return 1 if court else 2


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures each event, turn and turn about."""
    avancer("préparation des bases")
    duree = 3 if court else 20
    delais: dict[str, list[float]] = {evenement: [] for evenement, _, _ in _CAS}
    with pile_ouverte(300, preparer=_dater) as ouverte:
        qui = {"jures": entetes(ouverte.pile.url, "ud-demo"), "sessions": ouverte.entetes}
        demandes = {"jures": _modifications(ouverte), "sessions": ouverte.candidats()}
        for _ in range(_tours(court)):
            for evenement, rythme, ecoutent in _CAS:
                avancer(f"{evenement}, {rythme} commandes par seconde")
                source = evenement.split(".")[0]
                with psycopg.connect(ouverte.pile.bases[source].url_proprietaire, autocommit=True) as db:
                    depuis = db.execute("SELECT now()").fetchone()[0]  # type: ignore[index]
                    charge = charger(ouverte.port, qui[source], demandes[source], 30, duree, rythme)
                    assert not charge.echecs, charge.echecs
                    time.sleep(3)
                    actes: dict[Any, Any] = dict(db.execute(_ACTE, [evenement, depuis]).fetchall())
                for service in ecoutent:
                    with psycopg.connect(ouverte.pile.bases[service].url_proprietaire) as db:
                        recus = [r for r in db.execute(_RECU, [depuis]).fetchall() if r[0] in actes]
                    delais[evenement] += [(le - actes[numero]).total_seconds() * 1000 for numero, _, le in recus]
                    assert len({r[0] for r in recus}) == len(actes), f"{service} : {len(recus)} sur {len(actes)}"
    return _bilan(delais)


def _bilan(delais: dict[str, list[float]]) -> Bilan:
    lignes = [
        (
            evenement,
            f"{rythme}/s",
            len(delais[evenement]),
            *(f"{f(delais[evenement]):.0f} ms" for f in (mediane, p95, _p99, max)),
        )
        for evenement, rythme, _ in _CAS
    ]
    principal = delais[_CAS[0][0]]
    return Bilan(
        "D'un acte validé à ce que ses écouteurs en ont fait",
        ("", "rythme", "traités", "p50", "p95", "p99", "max"),
        lignes,
        (
            Promesse("p50 à 50 commandes par seconde", mediane(principal), 50, au_plus=True, unite=" ms"),
            Promesse("p99 à 50 commandes par seconde", _p99(principal), 500, au_plus=True, unite=" ms"),
        ),
    )


def _p99(durees: list[float]) -> float:
    return sorted(durees)[max(0, round(len(durees) * 0.99) - 1)]


def _dater(pile: Pile) -> None:
    """Has PostgreSQL keep the instant of each commit."""
    with psycopg.connect(pile.serveur_de_bases().url, autocommit=True) as db:
        db.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    pile.processus_nomme("postgres").arreter()
    pile.redemarrer("postgres")


def _modifications(ouverte: Ouverte) -> Iterator[Demande]:
    """Yields changes of jurés of Paris, one after the other, each to a name that he has not."""
    siens = [j.id for j in ouverte.monde.jures if j.departement == "75"]
    for rang, jure_id in enumerate(cycle(siens)):
        yield "PATCH", f"/api/v1/jures/{jure_id}", {"prenom": f"Prénom {'abcdefghij'[rang // len(siens) % 10]}"}
