"""Where no RabbitMQ can be, everything still runs, in one process, and the banner says what that costs.

A server that is named and is none is said.
"""

import http.client
import sys

import psycopg
import pytest

from local import rabbit, run
from local.console import Empechement
from local.ordres import Ordres
from local.pile import MEMOIRE, Pile
from local.preparer import preparer


def test_sans_rabbit_un_seul_processus_sert_tout(tmp_path, monkeypatch):
    monkeypatch.setattr(rabbit, "programme", lambda: None)
    monkeypatch.setattr(rabbit, "installable", lambda: False)
    tout = Pile(tmp_path, ephemere=True)
    try:
        tout.demarrer()
        assert tout.bus() == MEMOIRE
        assert [processus.nom for processus in tout.processus] == ["postgres", "courrier", "ceres"]
        ligne = http.client.HTTPConnection("127.0.0.1", tout.port, timeout=30)
        ligne.request("GET", "/sante/pret")
        assert ligne.getresponse().status == 200
        ligne.close()
        monkeypatch.setattr(run, "RACINE", tmp_path)
        dit = run._banniere(tout)
        assert "un arrêt brutal perd les messages en route, tout arrêt ceux qui attendent un nouvel essai" in dit
    finally:
        tout.arreter()
    assert tout.processus[-1].code == 0


@pytest.mark.parametrize(
    ("base", "bus", "dit"),
    [
        ("mysql://x:secret@y/z", "", "DATABASE_URL doit nommer un serveur PostgreSQL : postgresql://…"),
        ("", "amqp://x:x@127.0.0.1:9/", "RabbitMQ ne répond pas (AMQP_URL)."),
    ],
)
def test_un_serveur_mal_nomme_se_dit_d_une_phrase(tmp_path, serveur, monkeypatch, base, bus, dit):
    """Seen: what libraries say of it, on forty lines."""
    monkeypatch.setenv("DATABASE_URL", base or serveur.url)
    monkeypatch.setenv("AMQP_URL", bus or "memory://")
    with pytest.raises(Empechement) as empechement:
        Pile(tmp_path).preparer()
    assert str(empechement.value).splitlines()[-1] == dit and "Traceback" not in str(empechement.value)


def test_qui_prepare_peut_en_dire_long(tmp_path, monkeypatch):
    """It waited, and we for it, once it had filled a pipe that nobody read."""
    bavard = tmp_path / "bavard"
    bavard.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c \'import sys; sys.exit(100_000 * "trop " + "long")\'\n')
    bavard.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bavard))
    tout = Pile(tmp_path)
    tout._amqp_url = MEMOIRE
    with pytest.raises(Empechement, match=r"trop long$"):
        tout._migrer_et_declarer({})


def test_des_donnees_plus_recentes_que_le_projet_se_disent_d_une_phrase(base_vierge):
    """Seen: a traceback, for who goes back to the version before."""
    url = base_vierge()
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE alembic_version AS SELECT 'jures_9999' AS version_num")
        db.execute("COMMENT ON TABLE alembic_version IS 'jures_9999'")
    dit = r"^La base ceres_jures est trop récente pour cette version du projet : reprenez la plus récente"
    with pytest.raises(Empechement, match=dit):
        preparer(Ordres(bases=[("services.jures", url, "ceres_jures")]))
