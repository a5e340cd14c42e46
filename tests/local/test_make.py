"""What the Makefile gives to all that it runs."""

import os
import subprocess

import pytest

from local.pile import RACINE


@pytest.mark.parametrize("connu", ["no_proxy", "NO_PROXY"])
def test_ce_qui_tourne_ici_n_est_pas_demande_au_proxy(connu: str) -> None:
    """Behind one, as on any desk of a ministry, the demo was asked of it, and stayed empty."""
    env = {nom: valeur for nom, valeur in os.environ.items() if nom.lower() != "no_proxy"} | {connu: "exemple.fr"}
    commande = ["make", "--silent", "--eval=essai:; printenv no_proxy NO_PROXY", "essai"]
    dit = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, check=True).stdout
    assert dit.split() == ["127.0.0.1,localhost,exemple.fr"] * 2
