"""Files drawn and read many at once."""

import json
import subprocess
import sys


def test_ce_qui_se_dessine_et_se_lit_de_front_est_ce_qu_il_est_seul() -> None:
    """Seen waiting for ever, one time in two, without the lock that phone numbers are read under (`commun.fils`)."""
    programme = [sys.executable, "-W", "ignore", "-m", "tests.architecture.de_front"]
    sortie = subprocess.run(programme, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(sortie.stdout) == [[], 0]
