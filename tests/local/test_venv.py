"""Which Python the project's environment is made with."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.pile import RACINE


@pytest.mark.parametrize("version", ["(3, 10, 14)", "(3, 14, 0)"])
def test_un_python_dont_les_bibliotheques_n_ont_pas_l_empreinte_est_laisse(tmp_path: Path, version: str) -> None:
    """Older or newer: a machine's `python3` may be either, where another that serves is beside it."""
    (tmp_path / "local").mkdir()
    shutil.copy(RACINE / "local/venv.sh", tmp_path / "local")
    autre = tmp_path / "python"
    autre.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} -c "import sys; sys.version_info = {version}; $2"\n'
    )
    autre.chmod(0o755)
    fait = subprocess.run(
        ["bash", tmp_path / "local/venv.sh", "local"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(autre)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (fait.returncode, fait.stderr.startswith("Il faut Python 3.11, 3.12 ou 3.13, ")) == (1, True), fait.stderr
