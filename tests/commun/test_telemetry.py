"""Logs: one line an event, for a machine or a person, with the request; where a fault was, never what it said."""

import subprocess
import sys

import orjson
import psycopg
import pytest
from amqp.exceptions import AccessRefused, ConsumerCancelled

from commun.domain.errors import ErreurInterne
from commun.telemetry import faute, refus_de
from tests.commun.exemple import RACINE

PROGRAMME = """
import logging, sys
from commun.telemetry import journal, ouvrir_journal, suivre
ouvrir_journal(sys.argv[1])
suivre("r-1", service="essai")
journal.info("fait", ms=3)
logging.getLogger("nameko.containers").error("error handling worker: Madame DURAND")
try:
    raise KeyError("Madame DURAND")
except KeyError:
    logging.getLogger("autre").warning("%s", "entendu", exc_info=sys.argv[1] == "json")
"""


@pytest.mark.parametrize("forme", ["json", "texte"])
def test_une_ligne_par_evenement(forme: str) -> None:
    commande = [sys.executable, "-c", PROGRAMME, forme]
    dit = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=True)
    ligne, entendue = dit.stderr.splitlines()
    assert dit.stdout == ""
    assert "entendu" in entendue
    if forme == "json":
        assert orjson.loads(ligne).items() >= {"event": "fait", "ms": 3, "requete": "r-1", "service": "essai"}.items()
        sienne = orjson.loads(entendue)
        assert sienne.items() >= {"event": "entendu", "bibliotheque": "autre", "level": "warning"}.items()
        assert (sienne["type"], sienne["pile"]) == ("KeyError", ["<string>:9 <module>"])
        assert sienne["timestamp"][:13] == orjson.loads(ligne)["timestamp"][:13]
    else:
        assert "requete=r-1" in ligne and "ms=3" in ligne


@pytest.mark.parametrize(
    ("adresse", "dit"),
    [
        ("postgresql://x@127.0.0.1/x?sslmode=verifyfull", 'invalid sslmode value: "verifyfull"'),
        ("postgresql://x@127.0.0.1:99999/x", 'invalid port number: "99999"'),
        ("postgresql://x@127.0.0.1:9/x", None),
    ],
)
def test_une_adresse_dont_postgresql_ne_veut_pas_n_est_pas_dite_muette(adresse: str, dit: str | None) -> None:
    """Seen: a server looked at for an hour, that nobody had asked for anything."""
    with pytest.raises(psycopg.OperationalError) as refus:
        psycopg.connect(adresse)
    assert refus_de(refus.value) == dit


def test_le_nom_d_un_lecteur_n_est_pas_la_raison_qui_l_a_fait_taire() -> None:
    """« raison=None4 », said the log of a queue that its node had taken along: the tag of who read it."""
    assert refus_de(ConsumerCancelled("None4", (60, 30))) is None
    assert refus_de(AccessRefused("ACCESS_REFUSED - Login was refused", (10, 50), reply_code=403)) is not None


def _echouer() -> None:
    raise KeyError("Madame DURAND")


def test_la_pile_dit_ou_et_pas_quoi() -> None:
    with pytest.raises(KeyError) as vue:
        _echouer()
    cadres = faute(vue.value)["pile"]
    assert cadres[-1].endswith("_echouer")
    assert "DURAND" not in str(cadres)


def test_la_pile_d_une_erreur_traduite_est_celle_de_sa_cause() -> None:
    def traduire() -> None:
        try:
            _echouer()
        except KeyError as cause:
            raise ErreurInterne() from cause

    with pytest.raises(ErreurInterne) as vue:
        traduire()
    assert faute(vue.value)["pile"][-1].endswith("_echouer")
