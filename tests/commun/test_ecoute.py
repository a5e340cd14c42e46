"""A port that somebody listens on is nobody else's, though eventlet would let both have it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.cles import Cles
from local.pile import RACINE


@pytest.mark.parametrize("variable", ["CERES_PORT", "CERES_PORT_EXPLOITATION"])
def test_deux_processus_n_ont_pas_le_meme_port(variable: str, tmp_path: Path) -> None:
    """Each had half of the requests of the other, and each was asked, every other time, how the other was."""
    cles = Cles(tmp_path)
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as pris:  # as eventlet's own
        port = str(pris.getsockname()[1])
        env = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("DATABASE_URL", "CERES_"))}
        env |= {"AMQP_URL": "memory://", "DATABASE_URL": "postgresql://x@127.0.0.1:9/x", variable: port}
        env |= {"CERES_CLE_PRIVEE": cles.privee, "CERES_CLE_PUBLIQUE": cles.publique}
        commande = [sys.executable, "-m", "commun.runner", "gateway.service"]
        fait = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, check=False, timeout=60)
    dit = f"{variable}={port} : ce port ne s'ouvre pas, un autre programme de cette machine l'a déjà."
    assert fait.returncode == 1 and dit in fait.stderr and "Traceback" not in fait.stderr
