"""A base restored to an instant: it outruns what it gave, and its listeners get what it has forgotten."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ceres import restauration
from commun import clock
from commun.storage.db import moteur, nouvel_id
from commun.storage.tables import inbox, outbox
from tests.commun.exemple import Exemple


@pytest.fixture
def exemple(exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch) -> Exemple:
    """An example whose base this process reads."""
    le_mien = exemple_a_soi()
    monkeypatch.setenv(f"DATABASE_URL_{le_mien.nom.upper()}", le_mien.url)
    return le_mien


def test_les_versions_des_objets_avancent_et_celles_des_copies_restent(exemple: Exemple) -> None:
    with moteur(exemple.nom).begin() as db:
        db.exec_driver_sql("CREATE TABLE objets (id int PRIMARY KEY, version int NOT NULL DEFAULT 1)")
        db.exec_driver_sql("INSERT INTO objets VALUES (1, 7), (2, 1)")
        db.exec_driver_sql("INSERT INTO copies VALUES ('A', 'd''un autre', 7)")
        db.exec_driver_sql("CREATE TABLE entendus (version int NOT NULL DEFAULT 0)")  # before it is told of anything
        db.exec_driver_sql("INSERT INTO entendus VALUES (7)")
    assert restauration.depasser(exemple.nom) == (2, 0)
    assert exemple.sql("SELECT id, version FROM objets ORDER BY 1") == [
        {"id": 1, "version": 7 + restauration.SAUT},
        {"id": 2, "version": 1 + restauration.SAUT},
    ]
    assert exemple.sql("SELECT version FROM copies UNION ALL SELECT version FROM entendus") == [{"version": 7}] * 2


def test_aucun_numero_deja_donne_ne_l_est_une_seconde_fois(exemple: Exemple) -> None:
    with moteur(exemple.nom).begin() as db:
        db.exec_driver_sql("CREATE SEQUENCE numeros")
        donne = db.scalar(sa.text("SELECT nextval('numeros')"))
    assert restauration.depasser(exemple.nom)[1] == restauration.NUMEROS
    assert exemple.sql("SELECT nextval('numeros') AS n")[0]["n"] == donne + restauration.NUMEROS + 1


def test_seuls_les_evenements_que_l_ecouteur_n_a_pas_traites_lui_manquent(exemple: Exemple) -> None:
    nom, maintenant = exemple.nom, clock.maintenant()
    traite, perdu, a_partir, ancien = (nouvel_id() for _ in range(4))
    ligne = {"evenement": f"{nom}.fait", "corps": {"n": 1}, "en_tetes": {"ceres-requete": "r"}}
    instants = {traite: maintenant, perdu: maintenant, ancien: maintenant - timedelta(days=3)}
    with moteur(nom).begin() as db:
        for numero, instant in instants.items():
            db.execute(outbox.insert().values(id=numero, cree_le=instant, publie_le=instant, **ligne))
        db.execute(outbox.insert().values(id=a_partir, **ligne))  # the relay has it
        db.execute(inbox.insert().values(message_id=traite, ecouteur=f"{nom}.ecoute"))
        db.execute(inbox.insert().values(message_id=perdu, ecouteur=f"{nom}.autre"))
    depuis = maintenant - timedelta(days=1)
    (manque,) = restauration.manques([nom], depuis, [(f"{nom}.ecoute", f"{nom}.fait")])
    assert (manque.numero, manque.ecouteur) == (perdu, f"{nom}.ecoute")
    assert (manque.envoi.corps, manque.envoi.cle) == ({"n": 1}, f"{nom}.ecoute")
    assert manque.envoi.proprietes["message_id"] == perdu
    assert list(restauration.manques(["un_autre"], depuis, [(f"{nom}.ecoute", f"{nom}.fait")])) == []
