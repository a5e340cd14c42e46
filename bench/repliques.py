"""One replica of `sessions`, then two: how many registrations a second, and whether every rule holds.

Between two throughputs many callers fight for the same candidates, so that INS-04 has something to refuse.
"""

from collections import Counter
from dataclasses import replace
from itertools import islice

import psycopg
import sqlalchemy as sa

from bench.charge import Demande, charger
from bench.mesure import mediane
from bench.ouvertes import Ouverte, pile_ouverte
from bench.rapport import Avancer, Bilan, Promesse
from commun.domain.lots import par_lots
from commun.traces import verification
from local.ports import port_libre

_RIVAUX = 20
"""Candidates that many callers register at once, in eight sessions each: three may succeed."""


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + 2 * _tours(court)


def _tours(court: bool) -> int:
    return 1 if court else 4


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures with one replica, then with two, and again, so that the machine weighs on both."""
    avancer("préparation des bases")
    debits: dict[int, list[float]] = {1: [], 2: []}
    issues: Counter[str] = Counter()
    with pile_ouverte(300 if court else 1500) as ouverte:
        demandes, rivaux, acquis = ouverte.candidats(), iter(_rivaux(ouverte, court)), 0
        _ajouter(ouverte)
        for _ in range(_tours(court)):
            for combien in debits:
                avancer(f"{combien} réplique{'s' if combien > 1 else ''}")
                _regler(ouverte, combien)
                charger(ouverte.port, ouverte.entetes, demandes, 4, 1)
                charge = charger(ouverte.port, ouverte.entetes, demandes, 10, 2 if court else 6)
                assert not charge.echecs, charge.echecs
                debits[combien].append(charge.debit)
                lutte = charger(ouverte.port, ouverte.entetes, islice(rivaux, _RIVAUX * 8), 32, 60)
                acquis += len(lutte.latences)
                issues.update({code[:3]: n for code, n in lutte.echecs.items()})
        fautes = _fautes(ouverte, acquis)
    return Bilan(
        "Une réplique de « sessions », puis deux",
        ("", "inscriptions/s"),
        [(f"{n} réplique{'s' if n > 1 else ''}", round(mediane(d))) for n, d in debits.items()],
        (Promesse("fautes trouvées", float(len(fautes)), 0, au_plus=True),),
        (
            *fautes,
            f"deux répliques / une : {mediane([b / a for a, b in zip(*debits.values(), strict=True)]):.2f}".replace(
                ".", ","
            ),
            f"en lutte pour les mêmes candidats : {acquis} inscrits, {sum(issues.values())} refus "
            f"({', '.join(sorted(issues))}).",
        ),
    )


def _ajouter(ouverte: Ouverte) -> None:
    """Names a second process of `sessions`, with the first one's settings but its port."""
    pile = ouverte.pile
    port = port_libre()
    env = pile.environnement("sessions", port_exploitation=port)
    journal = pile.journaux / "sessions-2.log"
    pile.services["sessions-2"] = replace(pile.services["sessions"], nom="sessions-2", journal=journal, env=env)
    pile._ports["sessions-2"] = port


def _regler(ouverte: Ouverte, combien: int) -> None:
    pile = ouverte.pile
    if combien == 2:
        pile.redemarrer("sessions-2")
    else:
        pile.services["sessions-2"].arreter()


def _rivaux(ouverte: Ouverte, court: bool) -> list[Demande]:
    """Returns registrations of the same candidates, eight sessions each, in an order that brings them together."""
    libres = ouverte.monde.sessions[len(ouverte.monde.sessions) * 2 // 3 :]
    siens = [candidat for _, candidat in ouverte.paires_candidats][-_RIVAUX * 2 * _tours(court) :]
    return [
        ("POST", f"/api/v1/sessions/{libres[8 * rang + n].id}/candidats", _corps(candidat))
        for rang, ensemble in enumerate(par_lots(siens, _RIVAUX))
        for candidat in ensemble
        for n in range(8)
    ]


def _corps(candidat_id: str) -> dict[str, str]:
    return {"candidat_id": candidat_id, "parcours": "formation"}


def _fautes(ouverte: Ouverte, acquis: int) -> list[str]:
    """Returns what breaks a rule, in the base."""
    url = ouverte.pile.bases["sessions"].url_proprietaire
    rivaux = list({d[2]["candidat_id"] for d in _rivaux(ouverte, court=False)})
    with psycopg.connect(url) as db:
        trop = db.execute(
            "SELECT count(*) FROM (SELECT FROM inscriptions_candidats GROUP BY canonique_id HAVING count(*) > 3) t"
        )
        inscrits = db.execute(
            "SELECT count(*) FROM inscriptions_candidats WHERE candidat_id = ANY(%s::uuid[])", [rivaux]
        )
        comptes = (trop.fetchone() or (0,))[0], (inscrits.fetchone() or (0,))[0]
    base = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="REPEATABLE READ")
    ruptures = list(verification.verifier(base.connect))
    base.dispose()
    fautes = [f"{comptes[0]} candidats ont plus de trois sessions"] if comptes[0] else []
    fautes += [f"{acquis} inscriptions acquittées, {comptes[1]} en base"] if acquis != comptes[1] else []
    return fautes + [f"trace rompue : {rupture}" for rupture in ruptures[:3]]
