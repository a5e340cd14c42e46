"""P3: a message that nobody can handle is tried again, set aside, replayed once it can be; the others feel nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import orjson
import psycopg
from kombu import Connection

from commun.bus.broker import RETOURS
from commun.storage.db import nouvel_id
from tests.pannes.banc import Banc, jusqu_a
from tests.pannes.mesures import Suivi, client, demander
from tests.parcours.monde import TITRE, Monde

ECOUTEUR = "jures.titres"


def deposer(banc: Banc, *corps: bytes) -> None:
    """Puts messages in a listener's queue, as the bus does."""
    with Connection(banc.bus()) as ligne, ligne.channel() as canal:
        for un in corps:
            message = canal.prepare_message(un, 0, "application/json", "utf-8", {}, {"message_id": nouvel_id()})
            canal.basic_publish(message, exchange=RETOURS.name, routing_key=ECOUTEUR)


def morts(banc: Banc) -> int:
    """Returns how many messages of the service are set aside."""
    with Connection(banc.bus()) as ligne, ligne.channel() as canal:
        return int(canal.queue_declare(queue="jures.morts", passive=True).message_count)


def essais(banc: Banc) -> int:
    """Returns how many times the listener has failed."""
    return (banc.journaux / "jures.log").read_text().count(f"ecouteur={ECOUTEUR} essai=")


def mesurer(monde: Monde, n: int) -> float:
    """Returns the 95th percentile of a page of the service, in milliseconds."""
    suivi = Suivi()
    with client(monde) as http:
        for _ in range(n):
            demander(http, "/jures", suivi)
    assert set(suivi.statuts) == {200}
    return suivi.p95


def test_le_poison_est_mis_de_cote_et_les_autres_passent(
    banc: Banc, monde: Monde, longue: bool, dire: Callable[..., None], noter: Callable[[str, str], None]
) -> None:
    poison = [orjson.dumps({"code": "TP-1", "poison": rang}) for rang in range(200 if longue else 20)]
    mesurer(monde, 20)
    sain, deja, deja_essayes = mesurer(monde, 200 if longue else 60), morts(banc), essais(banc)
    debut = time.monotonic()
    deposer(banc, *poison)
    pendant = mesurer(monde, 200 if longue else 60)
    jusqu_a(lambda: dire("P3 : le poison attend") or morts(banc) - deja == len(poison), 600, "tous mis de côté")
    duree = time.monotonic() - debut
    combien = (essais(banc) - deja_essayes) / len(poison)
    assert duree < 600
    assert 1 < combien <= 5
    assert pendant < 2 * sain + (0 if longue else 150), f"{sain:.1f} ms, puis {pendant:.1f} ms"
    with Connection(banc.bus()) as ligne, ligne.channel() as canal:
        recus = [canal.basic_get(queue="jures.morts") for _ in poison]
        assert {orjson.loads(m.body)["poison"] for m in recus} == set(range(len(poison)))
        assert {m.headers["ceres-raison"] for m in recus} == {"KeyError"}
        for message in recus:
            canal.basic_ack(message.delivery_tag)
    noter(
        "P3",
        f"{len(poison)} messages fautifs, {combien:.0f} essais chacun, de côté en {duree:.0f} s ; "
        f"p95 des autres de {sain:.0f} à {pendant:.0f} ms",
    )


@contextmanager
def titre_verrouille(banc: Banc) -> Iterator[None]:
    """Somebody holds the row that every event about a titre must write."""
    with psycopg.connect(banc.bases["jures"].url_proprietaire) as db:
        db.execute("SELECT * FROM titres WHERE code = %s FOR UPDATE", (TITRE,))
        yield


def test_des_evenements_qui_attendent_ne_prennent_pas_toutes_les_places(banc: Banc, monde: Monde, longue: bool) -> None:
    """Twice as many as there are workers, each waiting three seconds for a lock, as a call then would: calls have their
    own, though a busy machine makes them wait too.
    """
    titre = monde.national.lire(f"/titres/{TITRE}")
    corps = banc.valeur(
        "referentiel", "SELECT corps FROM outbox WHERE corps->>'code' = %s ORDER BY id DESC LIMIT 1", TITRE
    )
    avant = mesurer(monde, 20)
    with titre_verrouille(banc):
        deposer(banc, *[orjson.dumps(corps | {"version": titre["version"] + 1}) for _ in range(32)])
        time.sleep(0.3)
        pendant = mesurer(monde, 20)
    assert pendant < 2 * avant + (20 if longue else 1500), f"{avant:.1f} ms, puis {pendant:.1f} ms"
