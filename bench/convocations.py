"""A thousand convocations, each a PDF and a calendar entry, as `notifications` asks for them before it mails them.

The limit is typst alone: the same pages, their data ready, one after the other, in a process of its own. It reads no
base, makes no calendar entry, and nothing travels. The two go turn and turn about, a tenth of the letters at a time.

CERES is asked with several calls under way, as the carriers of several replicas would.
"""

import os
import subprocess
import sys
from collections.abc import Callable

import psycopg

from bench.charge import Demande, charger
from bench.mesure import mediane
from bench.ouvertes import Ouverte, pile_ouverte
from bench.rapport import Avancer, Bilan, Promesse, milliers

_TOURS = 10
_APPELANTS = 3


_PROGRAMMES = {
    "ceres": "import eventlet; eventlet.monkey_patch(); from bench.convocations import _ceres; _ceres()",
    "nu": "from bench.convocations import _nu; _nu()",
}


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 2 + _TOURS


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Registers, edits, then draws."""
    avancer("préparation des bases")
    sessions = 30 if court else 150
    with pile_ouverte(sessions) as ouverte:
        avancer("inscriptions et édition")
        ids = _editer(ouverte)
        tranches = [ids[tour::_TOURS] for tour in range(_TOURS)]
        ceres, nu = _Dessinateur("ceres", ouverte), _Dessinateur("nu", ouverte)
        debits: dict[str, list[float]] = {"ceres": [], "nu": []}
        for tour, tranche in enumerate(tranches):
            avancer(f"{tour * len(tranche)} convocations")
            for nom, dessinateur in (("ceres", ceres), ("nu", nu)):
                debits[nom].append(len(tranche) / dessinateur(tranche))
        for dessinateur in (ceres, nu):
            dessinateur.finir()
    ratio = mediane([a / b for a, b in zip(debits["ceres"], debits["nu"], strict=True)])
    return Bilan(
        f"{milliers(len(ids))} convocations",
        ("", "convocations/s"),
        (
            ("typst nu (PDF seul)", round(mediane(debits["nu"]))),
            ("CERES (PDF et agenda)", round(mediane(debits["ceres"]))),
        ),
        (Promesse("part du débit de typst nu", ratio, 0.8),),
    )


def _editer(ouverte: Ouverte) -> list[str]:
    """Registers ten candidates in each session and edits their letters; nobody sends them. Returns the letters' ids."""
    pile = ouverte.pile
    pile.processus_nomme("notifications").arreter()
    leurs = {session_id for session_id, _ in ouverte.paires_candidats}
    _reussir(charger(ouverte.port, ouverte.entetes, ouverte.candidats(), 6, 600).echecs)
    with psycopg.connect(pile.bases["sessions"].url_proprietaire) as db:
        db.execute("UPDATE sessions SET etat = 'validee', soumise_le = current_date")
    demandes: list[Demande] = [("POST", f"/api/v1/sessions/{i}/convocations", {}) for i in leurs]
    _reussir(charger(ouverte.port, ouverte.entetes, iter(demandes), 4, 600).echecs)
    with psycopg.connect(pile.bases["sessions"].url_proprietaire) as db:
        return [str(ligne[0]) for ligne in db.execute("SELECT id FROM convocations ORDER BY id")]


def _reussir(echecs: object) -> None:
    assert not echecs, echecs


class _Dessinateur:
    """A process that draws the letters whose ids it is given, and says how many seconds that took."""

    def __init__(self, comment: str, ouverte: Ouverte) -> None:
        pile = ouverte.pile
        env = os.environ | pile.environnement("sessions") | {"AMQP_URL": pile.bus_de()}
        commande = [sys.executable, "-c", _PROGRAMMES[comment]]
        self._enfant = subprocess.Popen(
            commande, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self(())

    def __call__(self, ids: "list[str] | tuple[()]") -> float:
        assert self._enfant.stdin and self._enfant.stdout
        self._enfant.stdin.write(" ".join(ids) + "\n")
        return float(self._enfant.stdout.readline())

    def finir(self) -> None:
        assert self._enfant.stdin
        self._enfant.stdin.close()
        self._enfant.wait()


def _repondre(dessiner: Callable[[list[str]], float]) -> None:
    for ligne in iter(sys.stdin.readline, ""):
        print(dessiner(ligne.split()), flush=True)


def _nu() -> None:
    import time

    import sqlalchemy as sa

    from commun.config import config
    from services.sessions.documents import vue
    from services.sessions.documents.composition import compiler
    from services.sessions.storage import convocations
    from services.sessions.storage.tables import convocations as table

    moteur = sa.create_engine(sa.make_url(config().base).set(drivername="postgresql+psycopg"))

    def dessiner(ids: list[str]) -> float:
        with moteur.connect() as db:
            lettres = [x.convocation for x in convocations.lettres(db, table.c.id.in_(ids))]
            instant = db.execute(sa.select(sa.func.now())).scalar_one()
        pretes = [
            vue.enveloppe(c.session, vue.titre_convocation(c)) | {"convocations": [vue.convocation(c)]} for c in lettres
        ]
        debut = time.perf_counter()
        for prete in pretes:
            compiler("convocation", prete, instant)
        return time.perf_counter() - debut

    _repondre(dessiner)


def _ceres() -> None:
    import time

    import eventlet

    from commun.bus.appel import Appel
    from commun.bus.rpc import client

    def dessiner(ids: list[str]) -> float:
        debut = time.perf_counter()
        fils = eventlet.GreenPool(_APPELANTS)

        def demander(numero: str) -> None:
            recu = client.appeler("sessions_gardes", "lettre", Appel("banc", delai=20), convocation_id=numero)
            assert recu["pdf"] and recu["ics"]

        for _ in fils.imap(demander, ids):
            pass
        return time.perf_counter() - debut

    _repondre(dessiner)
