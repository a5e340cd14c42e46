"""Settings in a file that a shell reads before it starts a process."""

import shlex
from collections.abc import Mapping
from pathlib import Path


def ecrire(fichier: Path, reglages: Mapping[str, str]) -> None:
    """Writes these variables, for their owner alone: there are passwords among them."""
    fichier.touch(mode=0o600)
    fichier.write_text("".join(f"export {nom}={shlex.quote(valeur)}\n" for nom, valeur in reglages.items()))
