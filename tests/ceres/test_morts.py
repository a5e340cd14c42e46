"""The dead letters: read, shown, replayed or taken away by the operator."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import click
import psycopg
import pytest
from kombu import Connection

from ceres.morts import Morts
from commun.bus import topology
from commun.bus.broker import MORTS, RETOURS
from services.referentiel.events import TitrePublie
from tests.ceres.conftest import Lancer
from tests.conftest import Systeme
from tests.outils.attente import attendre


def mettre_de_cote(url: str, corps: bytes, *, fois: int = 1, ecouteur: str = "jures.titres", **proprietes: str) -> None:
    """Puts a message among the dead letters, of jures unless told otherwise, as a listener that gave up does."""
    en_tetes = {"ceres-raison": "ValueError", "ceres-requete": "r-essai", "ceres-mort-le": "2026-11-24T10:00:00+00:00"}
    en_tetes |= {"ceres-ecouteur": ecouteur, "ceres-essai": 3, "autre": "d'un autre"}
    with Connection(url, transport_options={"confirm_publish": True}) as ligne, ligne.channel() as canal:
        for _ in range(fois):
            message = canal.prepare_message(corps, content_encoding="utf-8", headers=en_tetes, properties=proprietes)
            canal.basic_publish_confirm(message, exchange=MORTS.name, routing_key=ecouteur)


def test_un_message_mort_se_lit_autant_qu_on_veut_puis_se_rejoue_une_fois(systeme: Systeme, lancer: Lancer) -> None:
    code, numero = f"TP-{uuid.uuid4().hex[:5]}", str(uuid.uuid4())
    mettre_de_cote(
        systeme.amqp_url, json.dumps(TitrePublie.exemple | {"code": code}).encode(), fois=2, message_id=numero
    )
    for _ in range(25):  # RabbitMQ would drop by itself what is looked at too often
        with Connection(systeme.amqp_url) as ligne, ligne.channel() as canal:
            while canal.basic_get(queue="jures.morts"):
                pass
    liste = lancer("morts", "lister", "jures")
    attendue = f"{numero}  jures.titres  ValueError  2026-11-24T10:00:00+00:00  r-essai"
    assert liste.stdout.splitlines().count(attendue) == 2, liste
    assert lancer("morts", "lister", "jures", "jures").stdout == liste.stdout  # a service named twice is read once
    montre = lancer("morts", "montrer", numero)
    assert "ceres-requete: r-essai" in montre.stdout and code in montre.stdout
    rejoue = lancer("morts", "rejouer", numero)
    assert (rejoue.returncode, rejoue.stdout) == (0, "2 messages rejoués.\n"), rejoue.stderr

    def traites() -> list[Any]:
        with psycopg.connect(systeme.url_base("jures")) as db:
            return db.execute("SELECT ecouteur FROM inbox WHERE message_id = %s", [numero]).fetchall()

    assert attendre(traites) == [("jures.titres",)]
    assert numero not in lancer("morts", "lister").stdout


def test_ce_qui_vient_d_etre_lu_est_la_pour_qui_regarde_aussitot(systeme: Systeme, lancer: Lancer) -> None:
    """Seen missed by the next command: the broker gives back a moment after who has read is gone."""
    numero = str(uuid.uuid4())
    mettre_de_cote(systeme.amqp_url, b"lu et relu", fois=40, message_id=numero)
    with Connection(systeme.amqp_url) as ligne:
        boite = Morts(ligne)
        vus = [sum(mort.numero == numero for mort in boite.lire("jures")) for _ in range(8)]
    assert lancer("morts", "retirer", numero).stderr == "40 messages retirés.\n"
    assert vus == [40] * 8


def test_un_evenement_que_plusieurs_ont_mis_de_cote_se_montre_pour_chacun(systeme: Systeme, lancer: Lancer) -> None:
    """Seen shown as the first one had it, whose reason was another."""
    numero = str(uuid.uuid4())
    for ecouteur in ("jures.titres", "sessions.titres"):
        mettre_de_cote(systeme.amqp_url, f"pour {ecouteur}".encode(), ecouteur=ecouteur, message_id=numero)
    montre = lancer("morts", "montrer", numero)
    assert montre.returncode == 0
    assert all(f"{ecouteur} :\n" in montre.stdout for ecouteur in ("jures.titres", "sessions.titres"))
    assert "pour jures.titres" in montre.stdout and "pour sessions.titres" in montre.stdout
    assert lancer("morts", "retirer", numero).returncode == 0


def test_ce_qui_est_liste_est_rendu_avant_d_etre_dit(
    systeme: Systeme, lancer: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read a page at a time (`less`), they were there for nobody else: seen « n'est pas parmi les morts » in the next
    terminal, then the broker cutting the line.
    """
    numero = str(uuid.uuid4())
    mettre_de_cote(systeme.amqp_url, b"lu page a page", message_id=numero)
    restants: list[int] = []

    def compter(*_dit: object, **_options: object) -> None:
        with Connection(systeme.amqp_url) as ligne:
            restants.append(Morts(ligne).compter("jures"))

    with monkeypatch.context() as sans_echo:
        sans_echo.setattr(click, "echo", compter)
        lancer("morts", "lister", "jures")
    assert lancer("morts", "retirer", numero).returncode == 0
    assert restants and restants == [len(restants) - 1] * len(restants)


def test_un_numero_se_rejoue_pour_le_seul_ecouteur_nomme(systeme: Systeme, lancer: Lancer) -> None:
    """Seen replaying all that this listener had set aside, and saying of what is another's that it was not there."""
    numero, autre = str(uuid.uuid4()), str(uuid.uuid4())
    corps = json.dumps(TitrePublie.exemple | {"code": f"TP-{uuid.uuid4().hex[:5]}"}).encode()
    for ecouteur in ("jures.titres", "sessions.titres"):
        mettre_de_cote(systeme.amqp_url, corps, ecouteur=ecouteur, message_id=numero)
    mettre_de_cote(systeme.amqp_url, corps, message_id=autre)
    rejoue = lancer("morts", "rejouer", numero, "--ecouteur", "jures.titres")
    assert (rejoue.returncode, rejoue.stdout) == (0, "1 message rejoué.\n"), rejoue.stderr
    restent = [ligne.split()[:2] for ligne in lancer("morts", "lister").stdout.splitlines()]
    assert [numero, "sessions.titres"] in restent and [autre, "jures.titres"] in restent
    assert [numero, "jures.titres"] not in restent
    ailleurs = lancer("morts", "rejouer", autre, "--ecouteur", "sessions.titres")
    assert (ailleurs.returncode, ailleurs.stderr) == (1, f"{autre} n'est pas parmi les morts de sessions.titres.\n")
    contraires = lancer("morts", "rejouer", autre, "--tous")  # seen replaying them all, where one was named
    assert (contraires.returncode, contraires.stdout) == (2, "")
    assert "Dites des numéros, ou --tous : les deux ne vont pas ensemble." in contraires.stderr
    assert lancer("morts", "retirer", numero, autre).returncode == 0  # neither was replayed there


def test_ce_qui_ne_peut_pas_etre_rejoue_reste_se_dit_et_se_retire(systeme: Systeme, lancer: Lancer) -> None:
    numero, reste = str(uuid.uuid4()), str(uuid.uuid4())
    mettre_de_cote(systeme.amqp_url, b"sans numero")
    rejoue = lancer("morts", "rejouer", "--ecouteur", "jures.titres")
    assert rejoue.returncode == 1
    assert "Un message sans numéro ne peut pas être rejoué." in rejoue.stderr
    for de_cote in (numero, reste):
        mettre_de_cote(systeme.amqp_url, b"sans effet", message_id=de_cote)
    absent = lancer("morts", "rejouer", "absent")
    assert (absent.returncode, absent.stderr) == (1, "absent n'est pas parmi les morts.\n")
    assert lancer("morts", "montrer", "absent").returncode == 1
    rien = lancer("morts", "retirer", "")  # an empty variable of a script names nobody, least of all those without
    assert (rien.returncode, rien.stdout) == (1, "")
    retire = lancer("morts", "retirer", numero, "absent", "--sans-numero")
    assert (retire.returncode, retire.stderr) == (1, "absent n'est pas parmi les morts.\n2 messages retirés.\n")
    assert retire.stdout.count("ceres-requete: r-essai") == 2 and "sans numero" in retire.stdout
    restent = lancer("morts", "lister", "jures").stdout
    assert (numero in restent, reste in restent, "—  jures.titres" in restent) == (False, True, False)
    assert lancer("morts", "retirer", reste).returncode == 0


def test_ce_qu_aucune_file_n_attend_reste_et_repart_neuf_une_fois_qu_elle_est_la(
    systeme: Systeme, lancer: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker confirms, and drops, what is sent to a queue that is there no more."""
    quittee, perdu, suivant = f"jures.{uuid.uuid4().hex}", str(uuid.uuid4()), str(uuid.uuid4())
    monkeypatch.setattr(topology, "QUITTEES", ((quittee, "referentiel.titre_publie"),))
    mettre_de_cote(systeme.amqp_url, b"perdu", ecouteur=quittee, message_id=perdu)
    corps = json.dumps(TitrePublie.exemple | {"code": f"TP-{uuid.uuid4().hex[:5]}"}).encode()
    mettre_de_cote(systeme.amqp_url, corps, message_id=suivant)
    rejoues = lancer("morts", "rejouer", perdu, suivant)
    assert (rejoues.returncode, rejoues.stdout) == (1, "1 message rejoué.\n")
    assert rejoues.stderr == f"{perdu} ne peut pas être rejoué.\n"
    with Connection(systeme.amqp_url) as ligne, ligne.channel() as canal:
        file = canal.queue_declare(queue="", exclusive=True).queue
        canal.queue_bind(queue=file, exchange=RETOURS.name, routing_key=f"#.{quittee}")
        assert lancer("morts", "rejouer", "--ecouteur", quittee).returncode == 0
        revenu = canal.basic_get(queue=file, no_ack=True)
    assert (revenu.body, revenu.properties["message_id"]) == ("perdu", perdu)
    assert revenu.headers == {"ceres-requete": "r-essai"}, "nothing of its death, and all its tries"


def test_ce_que_le_courtier_a_mis_de_cote_dit_pourquoi_et_quand(systeme: Systeme, lancer: Lancer) -> None:
    """Seen without an instant: no listener had written one."""
    numero, avant = str(uuid.uuid4()), datetime.now(UTC).replace(microsecond=0)
    vers = {"x-dead-letter-exchange": MORTS.name, "x-dead-letter-routing-key": "jures.titres"}
    with Connection(systeme.amqp_url, transport_options={"confirm_publish": True}) as ligne, ligne.channel() as canal:
        file = canal.queue_declare(queue="", exclusive=True, arguments=vers).queue
        canal.queue_bind(queue=file, exchange=RETOURS.name, routing_key=f"#.{file}")
        message = canal.prepare_message(b"rejete", properties={"message_id": numero})
        canal.basic_publish_confirm(message, exchange=RETOURS.name, routing_key=file)
        canal.basic_reject(canal.basic_get(queue=file).delivery_tag, requeue=False)
        (dite,) = attendre(lambda: [m for m in lancer("morts", "lister", "jures").stdout.splitlines() if numero in m])
    assert lancer("morts", "retirer", numero).returncode == 0
    assert dite.split()[1:3] == ["jures.titres", "rejected"]
    assert avant <= datetime.fromisoformat(dite.split()[3]) <= datetime.now(UTC)
