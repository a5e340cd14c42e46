"""P1: an acknowledged command is kept, and applied once, whoever dies and wherever."""

from collections.abc import Callable

from tests.pannes.banc import Banc
from tests.pannes.charge import lancer
from tests.pannes.fleaux import AILLEURS, Fleaux
from tests.pannes.points import POINTS
from tests.pannes.recomptes import attendre_le_calme, ecarts, mis_de_cote
from tests.parcours.monde import Monde


def test_une_commande_acquittee_est_gardee_et_appliquee_une_fois(
    banc: Banc, monde: Monde, longue: bool, dire: Callable[..., None], noter: Callable[[str, str], None]
) -> None:
    fleaux = Fleaux(banc, morts=200 if longue else 6, courtiers=20 if longue else 1, bases=10 if longue else 1)
    acquittees, fils, reste = lancer(monde, banc.membres, 5000 if longue else 150, clients=3 if longue else 2)
    fleaux.lacher()
    while any(fil.is_alive() for fil in fils):
        if not fleaux.fini and reste.combien < 50:
            reste.combien += 50  # commands go on as long as something is still to die
        fils[0].join(0.2)
        fils.sort(key=lambda fil: not fil.is_alive())
        dire(f"P1 : {len(acquittees.reponses)} commandes, {fleaux.total} morts, {fleaux.serveurs.total()} serveurs")
    fleaux.finir()
    attendre_le_calme(banc, 400 if longue else 60)
    points = {point for _, point in fleaux.morts} - {AILLEURS}
    assert acquittees.imprevus == []
    assert {quoi: len(lesquels) for quoi, lesquels in ecarts(banc, acquittees).items() if lesquels} == {}
    assert mis_de_cote(banc) == 0
    if longue:
        assert points == POINTS.keys()
    noter(
        "P1",
        f"{len(acquittees.reponses)} commandes acquittées sous {fleaux.total} morts (-9) en {len(points)} points nommés"
        f", {fleaux.serveurs['courtier']} du courtier, {fleaux.serveurs['PostgreSQL']} de PostgreSQL ; "
        f"{acquittees.renvois.total()} renvois ; 0 perdue, 0 double, 0 changement sans sa trace",
    )
