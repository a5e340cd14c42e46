"""A new version of a service waits for its revision, and for the queues of who listens."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from commun.bus.topology import modules
from local.pile import paquets
from tests.commun.exemple import MODULE, RACINE, Exemple
from tests.outils.attente import attendre
from tests.outils.comptes import en_inconnu

PAQUET = MODULE.removesuffix(".service")
ATTENDRE = f"""
import sys
from commun import attente
attente._PAUSE = 0.1
attente.attendre({PAQUET!r}, [{MODULE!r}], lambda dit: print(dit, end="", flush=True))
print("rien ne manque")
"""


def _entend(pid: int, signe: signal.Signals) -> bool:
    """Whether a process says what it does of a signal: alone in its container, it would not hear it otherwise."""
    (pris,) = re.findall(r"^SigCgt:\s+(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.M)
    return bool(int(pris, 16) >> (signe - 1) & 1)


def test_un_service_attend_sa_revision_puis_les_files_de_chacun(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    (revision,) = exemple.sql("DELETE FROM alembic_version RETURNING version_num")
    attente = exemple.ouvrir(ATTENDRE)
    assert attente.stdout.readline() == f"{PAQUET} attend la révision de la base (en retard)\n"
    assert _entend(attente.pid, signal.SIGTERM)
    exemple.sql("INSERT INTO alembic_version VALUES (%s)", revision["version_num"])
    assert attente.stdout.readline() == f"{PAQUET} attend la file {exemple.nom}.choses\n"
    exemple.declarer()
    while (dit := attente.stdout.readline()) != "rien ne manque\n":
        assert dit.startswith(f"{PAQUET} attend la file ")  # looked while they were declared, one by one
    attendre(lambda: attente.poll() == 0)


def test_un_service_attend_les_files_ou_ce_qui_echoue_attend(exemple_a_soi: Callable[..., Exemple]) -> None:
    """The delays were changed for the services, not for who declares their queues: what failed once was set aside."""
    exemple = exemple_a_soi()
    exemple.declarer()
    exemple.env["CERES_DELAIS_REPRISE"] = "0.2,7"
    attente = exemple.ouvrir(ATTENDRE)
    assert attente.stdout.readline() == f"{PAQUET} attend la file ceres.attente.7s\n"
    exemple.redeclarer()
    assert attente.stdout.readline() == "rien ne manque\n"


def test_un_serveur_absent_est_nomme(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    exemple.env["AMQP_URL"] = "amqp://x:x@127.0.0.1:9//"
    attente = exemple.ouvrir(ATTENDRE)
    assert attente.stdout.readline() == f"{PAQUET} attend le bus, qui ne répond pas\n"
    exemple.env["DATABASE_URL"] = "postgresql://x@127.0.0.1:9/x"
    attente = exemple.ouvrir(ATTENDRE)
    assert attente.stdout.readline() == f"{PAQUET} attend la base, qui ne répond pas\n"


def test_un_serveur_qui_refuse_est_nomme_avec_ce_qu_il_dit(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi()
    for variable, dit in (("AMQP_URL", "le bus, qui refuse"), ("DATABASE_URL", "la base, qui refuse")):
        exemple.env[variable] = en_inconnu(exemple.env[variable])
        phrase = exemple.ouvrir(ATTENDRE).stdout.readline()
        assert phrase.startswith(f"{PAQUET} attend {dit} : ") and len(phrase) > 80


def test_une_base_mal_nommee_se_dit_d_une_phrase() -> None:
    """Seen: what libraries say of it, on forty lines, in the log of what waits for no reason that would end."""
    commande = [sys.executable, "-m", "commun.attente", "services.jures"]
    env = os.environ | {"DATABASE_URL": "la-base", "DATABASE_URL_JURES": ""}
    fait = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, check=False)
    assert (fait.returncode, fait.stderr) == (1, "DATABASE_URL doit nommer la base de jures : postgresql://…\n")


def test_personne_n_est_oublie() -> None:
    assert modules() == [f"{paquet}.service" for paquet in paquets().values()]
