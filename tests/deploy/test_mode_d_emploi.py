"""What operators copy from the manuals: a shell reads it, and so does the one that it sends to a container."""

import re
import subprocess
import textwrap

import pytest
import yaml

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


_FAIT = re.compile(r'(?:journal\.(?:error|warning)|\bAbsence)\(\s*"(\w+)"')


def test_ce_que_le_journal_dit_d_un_fait_qui_va_mal_est_au_manuel() -> None:
    """Half of them were nowhere but in the code, which who reads them at night has not written."""
    codes = [p for dossier in ("commun", "services", "gateway") for p in (RACINE / dossier).rglob("*.py")]
    dits = {fait for code in codes for fait in _FAIT.findall(code.read_text("utf-8"))}
    manuel = (RACINE / "docs/exploitation.md").read_text("utf-8")
    assert len(dits) > 20 and {fait for fait in dits if f"`{fait}`" not in manuel} == set()


def test_les_taches_d_avant_s_en_vont_par_la_commande_du_manuel() -> None:
    """Seen leaving the demonstration's, which another deployment of that day could then not change."""
    manuel = (RACINE / "deploy/README.md").read_text("utf-8")
    (nom, valeur), *autres = re.findall(r"delete job --selector (\S+?)=(\S+)", manuel)
    base = yaml.safe_load((RACINE / "deploy/base/kustomization.yaml").read_text("utf-8"))
    communes = {k: v for ajout in base["labels"] for k, v in ajout["pairs"].items()}
    taches = {
        objet["metadata"]["name"]: objet["metadata"]["labels"] | (communes if ou != "components" else {})
        for ou in ("base", "modele", "components")  # the model's are the base's
        for fichier in (RACINE / "deploy" / ou).rglob("*.yaml")
        for objet in yaml.safe_load_all(fichier.read_text("utf-8"))
        if objet and objet["kind"] == "Job"
    }
    assert autres == [] and {"topologie", "migration-modele", "demo"} <= taches.keys()
    assert {tache for tache, etiquettes in taches.items() if etiquettes.get(nom) != valeur} == set()
