"""The outbox: what is committed leaves, once a queue exists, in whatever order the commits came."""

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise

import orjson
import psycopg
from kombu import Connection

from commun.bus.broker import file_evenements
from commun.bus.outbox import PAS
from commun.storage.db import nouvel_id
from tests.commun.exemple import Exemple
from tests.outils.attente import attendre


def _restants(exemple: Exemple) -> list[str]:
    return [ligne["evenement"] for ligne in exemple.sql("SELECT evenement FROM outbox WHERE publie_le IS NULL")]


def _file_tardive(exemple: Exemple, evenement: str) -> str:
    """Declares one more queue for an event; returns its name."""
    file = file_evenements(f"{exemple.nom}.tardive", f"{exemple.nom}.{evenement}")
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        file(canal).declare()
    return str(file.name)


def test_un_evenement_part_des_le_commit_et_revient(exemple: Exemple) -> None:
    """Woken by the commit: whoever publishes just after a round would wait for the next, a second later."""
    delais = list[float]()
    while not delais[1:] or (min(delais[1:]) >= 0.6 and len(delais) < 10):  # the first may have come before a round
        cle, appel = nouvel_id(), exemple.appel()
        debut = time.monotonic()
        exemple.faire("publier", appel, corps={"evenement": "chose_arrivee", "corps": {"cle": cle}})
        (effet,) = attendre(partial(exemple.effets, cle))
        delais.append(time.monotonic() - debut)
        assert effet["requete"] == appel.requete
    assert min(delais[1:]) < 0.6, delais


_DEPARTS = """
SELECT min(publie_le) AS premier, max(publie_le) AS dernier FROM outbox
WHERE corps->>'cle' = %s GROUP BY xmin::text ORDER BY 1
"""
"""Rows that one transaction of the relay wrote have its number."""


def test_ceux_qui_se_suivent_de_pres_partent_ensemble(exemple: Exemple) -> None:
    """One transaction for several, and one word of the broker, where acts follow one another (ADR 73)."""
    cle = nouvel_id()
    for n in range(30):
        exemple.publier("chose_arrivee", cle=cle, n=n)
    attendre(lambda: _restants(exemple) == [])
    departs = exemple.sql(_DEPARTS, cle)
    ecarts = [suivant["premier"] - precedent["dernier"] for precedent, suivant in pairwise(departs)]
    assert ecarts and min(ecarts) >= timedelta(seconds=PAS)


def test_ce_que_personne_n_ecoute_attend_et_les_autres_passent(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    exemple.lancer()
    orphelin, cle = f"{exemple.nom}.orphelin", nouvel_id()
    for n in range(3):
        exemple.publier("orphelin", n=n)
    exemple.publier("chose_arrivee", cle=cle)
    attendre(lambda: exemple.effets(cle))
    assert _restants(exemple) == [orphelin] * 3
    assert "evenement_sans_ecouteur" in exemple.journal
    file = _file_tardive(exemple, "orphelin")
    attendre(lambda: _restants(exemple) == [])
    recus = [exemple.prendre_dans(file) for _ in range(3)]
    assert [orjson.loads(m.body)["n"] for m in recus] == [0, 1, 2]


_CENT_CINQUANTE = """
INSERT INTO outbox (id, evenement, corps, en_tetes)
SELECT lpad(n::text, 32, '0')::uuid, %s, jsonb_build_object('n', n), '{}' FROM generate_series(150, 1, -1) n
"""


def test_les_plus_anciens_partent_d_abord_et_dans_leur_ordre(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    exemple.declarer()
    file = _file_tardive(exemple, "chose_arrivee")
    exemple.sql(_CENT_CINQUANTE, f"{exemple.nom}.chose_arrivee")
    for jointure in ("nestloop", "mergejoin"):  # as PostgreSQL may well do: what it gives has the order of the table
        exemple.sql(f"ALTER ROLE CURRENT_USER SET enable_{jointure} = off")
    publier = "import sys; from commun.bus.outbox import Relais; Relais(sys.argv[1]).publier_un_lot()"
    exemple.executer(publier, exemple.nom)
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        recus = [orjson.loads(canal.basic_get(queue=file, no_ack=True).body)["n"] for _ in range(100)]
    assert recus == list(range(1, 101))


def test_ce_que_personne_n_ecoute_ne_remplit_pas_les_lots(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple, cle = exemple_a_soi(), nouvel_id()
    exemple.sql(_CENT_CINQUANTE, f"{exemple.nom}.orphelin")
    exemple.lancer()
    exemple.publier("chose_arrivee", cle=cle)
    attendre(lambda: exemple.effets(cle))
    assert len(_restants(exemple)) == 150


def test_un_commit_tardif_part_aussi(exemple: Exemple) -> None:
    """Two transactions: the one that took the smaller id commits last."""
    premiere, seconde = nouvel_id(), nouvel_id()
    insertion = "INSERT INTO outbox (id, evenement, corps, en_tetes) VALUES (%s, %s, %s, '{}')"

    def inserer(db: "psycopg.Connection[tuple[object, ...]]", cle: str) -> None:
        corps = orjson.dumps({"cle": cle}).decode()
        db.execute(insertion, [nouvel_id(), f"{exemple.nom}.chose_arrivee", corps])

    with psycopg.connect(exemple.url) as tardive, psycopg.connect(exemple.url) as prompte:
        inserer(tardive, premiere)
        inserer(prompte, seconde)
        prompte.commit()
        attendre(lambda: exemple.effets(seconde))
        tardive.commit()
    attendre(lambda: exemple.effets(premiere))


def test_un_evenement_parti_deux_fois_n_a_qu_un_effet(exemple: Exemple) -> None:
    """The broker had confirmed it, and whoever published died before it was noted: both go under the row's number."""
    cle, temoin = nouvel_id(), nouvel_id()
    exemple.publier("chose_arrivee", cle=cle)
    attendre(lambda: exemple.effets(cle))
    exemple.sql("UPDATE outbox SET publie_le = NULL WHERE corps->>'cle' = %s", cle)
    attendre(lambda: _restants(exemple) == [])
    exemple.publier("chose_arrivee", cle=temoin)
    attendre(lambda: exemple.effets(temoin))
    attendre(lambda: exemple.en_file(f"{exemple.nom}.choses") == 0)
    assert len(exemple.effets(cle)) == 1


_AU_MILIEU = """
import eventlet; eventlet.monkey_patch()
import sys
import time
import sqlalchemy as sa
from commun.bus import outbox
from commun.storage.db import moteur

nom, lot = sys.argv[1:]
def deposer():
    with moteur(nom).begin() as db:
        db.exec_driver_sql(lot, (f"{nom}.chose_arrivee",))

def restent():
    with moteur(nom).begin() as db:
        return db.scalar(sa.text("SELECT count(*) FROM outbox WHERE publie_le IS NULL"))

class Surpris(outbox.Relais):
    def publier_un_lot(self):
        tours.append(time.monotonic())
        trouvees = super().publier_un_lot()
        if gestes and not trouvees:  # it has looked at the table
            gestes.pop(0)()
        return trouvees

def reveiller():
    deposer()
    relais.reveiller()
    relais.reveiller()  # of another act

def arreter():
    deposer()
    arret.append(eventlet.spawn(relais.arreter))
    eventlet.sleep(0.05)

outbox._RONDE = 60  # it looks when it is told to
relais, gestes, arret, tours = Surpris(nom), [reveiller], [], []
relais.demarrer()
with eventlet.Timeout(30, False):  # half of a round
    while gestes or restent():
        eventlet.sleep(0.05)
partis = len(tours)
eventlet.sleep(0.3)
print(restent(), len(tours) - partis < 4, end=" ")  # what was told once is not told without end
gestes.append(arreter)
relais.reveiller()
while not arret:
    eventlet.sleep(0.05)
arret[0].wait()
print(restent(), end="")
"""
_LOT_DE_150 = _CENT_CINQUANTE.replace("lpad(n::text, 32, '0')::uuid", "gen_random_uuid()")


def test_ce_qui_vient_pendant_une_ronde_part_dans_la_suivante_et_avant_la_fin(
    exemple_a_soi: Callable[..., Exemple],
) -> None:
    """Else it waited for the next look, or for another process: and who told it twice was refused what he had done. Nor
    does it look again and again once all has left."""
    exemple = exemple_a_soi()
    exemple.declarer()
    assert exemple.executer(_AU_MILIEU, exemple.nom, _LOT_DE_150) == "0 True 0"


def test_une_replique_figee_ne_retient_que_ce_qu_elle_tient(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    exemple.sql(
        "INSERT INTO outbox (id, evenement, corps, en_tetes) VALUES (%s, %s, %s, '{}')",
        nouvel_id(), f"{exemple.nom}.chose_arrivee", '{"cle": "tenue"}',
    )  # fmt: skip
    with psycopg.connect(exemple.url) as figee:
        figee.execute("SELECT * FROM outbox FOR UPDATE")
        exemple.lancer()
        exemple.publier("chose_arrivee", cle="libre")
        attendre(lambda: exemple.effets("libre"))
        assert exemple.effets("tenue") == []
    attendre(lambda: exemple.effets("tenue"))


def test_deux_relais_se_partagent_le_travail_sans_rien_doubler(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    exemple.lancer()
    exemple.lancer()
    partis = _file_tardive(exemple, "chose_arrivee")
    with psycopg.connect(exemple.url) as db:  # both come to the door, which then opens
        db.execute("LOCK TABLE outbox")
        db.execute(
            "INSERT INTO outbox (id, evenement, corps, en_tetes) "
            "SELECT gen_random_uuid(), %s, jsonb_build_object('cle', 'lot'), '{}' FROM generate_series(1, 250)",
            [f"{exemple.nom}.chose_arrivee"],
        )
        attendre(
            lambda: len(exemple.sql("SELECT 1 FROM pg_locks WHERE relation = 'outbox'::regclass AND NOT granted")) == 2
        )
    attendre(lambda: len(exemple.effets("lot")) == 250)
    assert _restants(exemple) == []
    assert exemple.en_file(partis) == 250  # the listener's inbox would hide what leaves twice


FIGE = """
import eventlet; eventlet.monkey_patch()
import sys, time
from commun.bus import broker
from commun.bus.outbox import Relais
broker._PATIENCE = 1  # over before kombu's first try is
debut = time.monotonic()
try:
    Relais(sys.argv[1]).publier_un_lot()
except Exception as panne:
    print(type(panne).__name__, time.monotonic() - debut)
"""


def test_un_bus_fige_n_est_pas_pris_pour_une_base_qui_coupe(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Waited for longer than PostgreSQL leaves a transaction idle: the log named what it then said, and no bus."""
    with socket.create_server(("127.0.0.1", 0)) as fige:  # it takes the line, and says nothing
        exemple = exemple_a_soi(AMQP_URL=f"amqp://x:x@127.0.0.1:{fige.getsockname()[1]}//")
        exemple.sql(
            "INSERT INTO outbox (id, evenement, corps, en_tetes) VALUES (%s, 'exemple.chose_arrivee', '{}', '{}')",
            nouvel_id(),
        )
        panne, duree = exemple.executer(FIGE, exemple.nom).split()
        assert (panne, float(duree) < 8) == ("TimeoutError", True), duree
