"""What the topology step leaves on a broker that a version before has used."""

import pytest
from kombu import Connection

from commun.bus import topology
from commun.bus.broker import EVENEMENTS, file_evenements


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


def test_aucune_file_quittee_n_a_d_ecouteur() -> None:
    assert not set(topology.QUITTEES) & set(topology.ecouteurs(topology.modules()))
