"""What operators copy from the manuals: a shell reads it, and so does the one that it sends to a container."""

import re
import subprocess
import textwrap

import pytest

from ceres.application import ceres
from local.pile import RACINE

_MANUELS = ("deploy/README.md", "docs/exploitation.md", "README.md", "docs/exploitation-locale.md")
_BLOCS = [
    (manuel, textwrap.dedent(bloc))
    for manuel in _MANUELS
    for bloc in re.findall(r"^ *```\w*\n(.+?)^ *```$", (RACINE / manuel).read_text("utf-8"), re.M | re.S)
]


@pytest.mark.parametrize(
    "commandes", [bloc for _, bloc in _BLOCS if bloc.startswith(("kubectl", "cd ", "make", "jeton="))]
)
def test_un_shell_lit_ce_que_le_manuel_fait_copier(commandes: str) -> None:
    """Seen refused by the shell of the container, on the page that is read when the databases are lost."""
    for lues in (commandes, *re.findall(r"sh -c '([^']+)'", commandes)):
        fait = subprocess.run(["bash", "-n"], input=lues, capture_output=True, text=True, check=False)
        assert fait.returncode == 0, fait.stderr


_COMMANDE = re.compile(r"(?<!namespace )\bceres,? ([a-z]+),? ([a-z][a-z-]+)")
_PAGES = [*(RACINE / page for page in (*_MANUELS, "docs/rgpd.md")), *sorted((RACINE / "deploy").rglob("*.yaml"))]


def test_chaque_commande_nommee_existe() -> None:
    """By a manual (« ceres bases migrer ») or a job of the cluster (`[python, -m, ceres, bases, migrer, …]`)."""
    existent = {(nom, sous) for nom, groupe in ceres.commands.items() for sous in getattr(groupe, "commands", ())}
    nommees = {dite for page in _PAGES for dite in _COMMANDE.findall(page.read_text("utf-8"))}
    assert nommees - existent == set() and {("bases", "migrer"), ("topologie", "declarer")} <= nommees
