"""What the topology step leaves on a broker that a version before has used."""

import pytest
from kombu import Connection

from commun.bus import topology
from commun.bus.broker import ATTENTE, EVENEMENTS, attente, cle_attente, en_message, file_evenements
from tests.outils.attente import attendre


def test_la_file_que_personne_n_ecoute_plus_ne_recoit_plus_rien_et_garde_ce_qu_elle_tient(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quittee = ("essai.quittee", "essai.dit")
    monkeypatch.setattr(topology, "QUITTEES", (quittee,))
    topology.declarer(amqp_url, [])  # a new broker has none of them
    with Connection(amqp_url, transport_options={"confirm_publish": True}) as ligne:
        canal = ligne.default_channel
        file = file_evenements(*quittee)(canal)
        file.declare()
        try:
            for tour in (1, 2):
                dit = canal.prepare_message(str(tour), content_encoding="utf-8")
                canal.basic_publish_confirm(dit, EVENEMENTS.name, quittee[1])
                topology.declarer(amqp_url, [])
            lus = [message.body for message in iter(lambda: file.get(no_ack=True), None)]
        finally:
            file.delete()
    assert lus == ["1"]


def test_ce_qui_attend_une_file_qui_n_est_plus_ne_retient_pas_ce_qui_en_attend_une_autre(amqp_url: str) -> None:
    """Past 31 of them, RabbitMQ gave nothing back to anybody any more, for as long as that queue was not there."""
    delai, disparue, presente = 0.7, file_evenements("essai.disparue"), file_evenements("essai.presente")
    topology.declarer(amqp_url, [])
    with Connection(amqp_url, transport_options={"confirm_publish": True}) as ligne:
        canal = ligne.default_channel
        file, files = attente(delai)(canal), [presente(canal), disparue(canal)]
        file.declare()
        files[0].declare()
        try:
            for ecouteur in (*["essai.disparue"] * 100, "essai.presente"):
                dit = en_message(canal, "{}", {}, {})
                canal.basic_publish_confirm(dit, exchange=ATTENTE.name, routing_key=cle_attente(delai, ecouteur))
            assert attendre(lambda: files[0].get(no_ack=True))
        finally:
            for a_retirer in (*files, file):
                a_retirer.delete()


def test_aucune_file_quittee_n_a_d_ecouteur() -> None:
    assert not set(topology.QUITTEES) & set(topology.ecouteurs(topology.modules()))
