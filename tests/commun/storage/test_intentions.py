"""Intentions: of two acts that cross through two services, one at least sees the other; the dead bind nobody long."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from commun.storage.db import moteur, nouvel_id
from commun.storage.intentions import VIE_INTENTION, Intentions
from commun.storage.tables import intentions
from tests.commun.exemple import Exemple
from tests.outils.attente import attendre
from tests.outils.rpc import Refuse

MANCHES = 40


def pris(exemple: Exemple, *objets: str) -> list[str]:
    """Returns those of these objects that are taken."""
    return [o for o in objets if exemple.sql("SELECT 1 FROM occupations WHERE objet_id = %s", o)]


def test_deux_actes_qui_se_croisent_ne_passent_jamais_tous_les_deux(exemple: Exemple) -> None:
    objets: list[str] = []
    with exemple.rpc() as rpc:
        for _ in range(MANCHES):
            un, autre = nouvel_id(), nouvel_id()
            objets += (un, autre)
            appels = [
                rpc.envoyer(exemple.nom, "prendre", exemple.appel(), objet_id=le_mien, autre_id=le_sien)
                for le_mien, le_sien in ((un, autre), (autre, un))
            ]
            reponses = [rpc.attendre(appel) for appel in appels]
            assert reponses.count(True) <= 1
            assert len(pris(exemple, un, autre)) == reponses.count(True)
    assert exemple.sql("SELECT 1 FROM intentions WHERE objet_id = ANY(%s::uuid[])", objets) == []


def test_un_acte_seul_passe(exemple: Exemple) -> None:
    un, autre = nouvel_id(), nouvel_id()
    assert exemple.faire("prendre", objet_id=un, autre_id=autre)
    assert not exemple.faire("prendre", objet_id=autre, autre_id=un)


def _intention(exemple: Exemple, objet_id: str, expire: str) -> None:
    exemple.sql(
        "INSERT INTO intentions (id, genre, objet_id, expire_le) VALUES (%s, 'prendre', %s, now() + %s::interval)",
        nouvel_id(), objet_id, expire,
    )  # fmt: skip


@pytest.mark.parametrize(("expire", "passe"), [("5 s", False), ("-2 s", False), ("-6 s", True)])
def test_l_intention_d_un_acte_mort_s_eteint(exemple: Exemple, expire: str, passe: bool) -> None:
    un, autre = nouvel_id(), nouvel_id()
    _intention(exemple, autre, expire)
    assert exemple.faire("prendre", objet_id=un, autre_id=autre) is passe


def test_qui_laisse_finir_les_autres_n_attend_ni_lui_meme_ni_un_mort(
    exemple: Exemple, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    genre, objet, autre = nouvel_id(), nouvel_id(), nouvel_id()
    la_mienne = Intentions()
    with moteur(exemple.nom).begin() as db:

        def vues(de_qui: Intentions) -> list[int]:
            return [len(de_qui.en_cours(db, [genre], sur)) for sur in ([objet, autre], [autre], None)]

        la_mienne.poser(db, genre, [objet], {})
        assert (vues(la_mienne), vues(Intentions())) == ([0, 0, 0], [1, 0, 1])
        assert Intentions().en_cours(db, [autre], None) == set()  # nor who does something else
        lues = [
            i.des_autres(db, objet, [g]) for i, g in ((la_mienne, genre), (Intentions(), genre), (Intentions(), autre))
        ]
        assert lues == [[], [{}], []]
        db.execute(intentions.update().values(expire_le=sa.func.now() - timedelta(seconds=6)))
        assert vues(Intentions()) == [0, 0, 0]


_PASSEE = """
WITH vues AS (SELECT id, expire_le - now() AS reste FROM intentions WHERE objet_id = %s FOR UPDATE)
UPDATE intentions SET expire_le = now() - interval '1 ms' FROM vues WHERE intentions.id = vues.id RETURNING reste
"""
"""Has the intention on an object expire, where there is one; tells how long it had."""


def test_un_acte_plus_lent_que_son_intention_est_refuse_a_la_fin(exemple: Exemple) -> None:
    objet = nouvel_id()
    with exemple.rpc() as rpc:
        lent = rpc.envoyer(exemple.nom, "prendre_lentement", exemple.appel(), objet_id=objet, secondes=2)
        (vue,) = attendre(lambda: exemple.sql(_PASSEE, objet))
        assert vue["reste"] <= VIE_INTENTION
        with pytest.raises(Refuse) as refus:
            rpc.attendre(lent)
    assert refus.value.code == "INDISPONIBLE"
    assert pris(exemple, objet) == []
    assert exemple.sql("SELECT 1 FROM intentions WHERE objet_id = %s", objet) == []


def test_une_intention_qui_expire_pendant_la_derniere_transaction_ne_vaut_plus(
    exemple: Exemple, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock, not by the instant at which it began: others may not see it any more by its end."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    les_miennes = Intentions()
    with moteur(exemple.nom).connect() as db:
        les_miennes.poser(db, "prendre", [nouvel_id()], {})
        db.execute(intentions.update().values(expire_le=sa.func.now() + timedelta(milliseconds=1)))
        db.execute(sa.select(sa.func.pg_sleep(0.01)))
        assert not les_miennes.conclure(db)


def test_une_question_sans_reponse_ne_laisse_pas_d_intention(exemple: Exemple) -> None:
    objet, debut = nouvel_id(), time.monotonic()
    with exemple.rpc() as rpc, pytest.raises(Refuse) as refus:
        rpc.attendre(rpc.envoyer(exemple.nom, "prendre_lentement", exemple.appel(delai=1), objet_id=objet, secondes=5))
    assert refus.value.code == "INDISPONIBLE"
    assert time.monotonic() - debut < 4  # a busy machine may say it late, and not when the answer comes
    assert exemple.sql("SELECT 1 FROM intentions WHERE objet_id = %s", objet) == []
