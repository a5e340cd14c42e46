"""The image's recipe, the code and what it is made of, as the tools of the trade see them; each kind of fault found."""

import base64
import json
import os
import secrets as secrets_du_systeme
import shlex
import shutil
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from conftest import RACINE, Lancer, remplacer

CODE = ("ceres", "commun", "services", "gateway")
"""What runs in production."""


def test_la_recette_de_l_image(lancer: Lancer) -> None:
    fait = lancer("hadolint", "Dockerfile")
    assert (fait.returncode, fait.stdout) == (0, "")


@pytest.mark.parametrize(
    ("avant", "apres", "regle"),
    [
        ("FROM python:3.13-slim AS", "FROM python AS", "DL3006"),
        ("USER 10001", "USER root", "DL3002"),
        ('CMD ["python", "-m", "commun.runner", "gateway.service"]', "CMD python -m commun.runner", "DL3025"),
    ],
)
def test_une_faute_dans_la_recette(avant: str, apres: str, regle: str, lancer: Lancer, tmp_path: Path) -> None:
    recette = Path(shutil.copy(RACINE / "Dockerfile", tmp_path))
    remplacer(recette, avant, apres)
    fait = lancer("hadolint", recette)
    assert fait.returncode == 1
    assert regle in fait.stdout


_SANS_DATE = 0b01
"""How bytecode begins, after its magic number, that is valid by its source's hash, at which nobody looks (PEP 552)."""


def mal_compiles(recette: Path, dans: Path) -> list[str]:
    """Returns the modules of ours that are compiled at each start of the image, or at its making to what depends on
    its day; and the orders of the recipe that compile what is not ours so.
    """
    ordres = [ligne.removeprefix("RUN ") for ligne in recette.read_text().splitlines() if "-m compileall" in ligne]
    *autres, le_notre = map(shlex.split, ordres)
    for dossier in CODE:
        shutil.copytree(RACINE / dossier, dans / dossier, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    environnement = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, *le_notre[1:]], cwd=dans, env=environnement, check=True)
    faux = [" ".join(ordre) for ordre in autres if "unchecked-hash" not in ordre]
    for source in dans.rglob("*.py"):
        compile_la = Path(cache_from_source(str(source)))
        if not (compile_la.exists() and int.from_bytes(compile_la.read_bytes()[4:8], "little") == _SANS_DATE):
            faux.append(str(source.relative_to(dans)))
    return faux


def test_rien_ne_se_compile_au_depart(tmp_path: Path) -> None:
    recette = RACINE / "Dockerfile"
    assert mal_compiles(recette, tmp_path) == []
    assert recette.read_text().count("-m compileall") == 3  # the libraries, Python's own, ours


@pytest.mark.parametrize(
    ("avant", "apres", "faux"),
    [
        (" gateway ceres\n", " gateway\n", "ceres/__main__.py"),
        ("unchecked-hash commun", "timestamp commun", "commun/runner.py"),
        ("unchecked-hash -x", "timestamp -x", "/venv/lib"),
    ],
)
def test_une_compilation_oubliee_ou_datee(avant: str, apres: str, faux: str, tmp_path: Path) -> None:
    recette = Path(shutil.copy(RACINE / "Dockerfile", tmp_path))
    remplacer(recette, avant, apres)
    assert any(faux in trouve for trouve in mal_compiles(recette, tmp_path / "image"))


def test_le_code_ne_fait_rien_de_dangereux(lancer: Lancer) -> None:
    fait = lancer("bandit", "-q", "-r", *CODE, "-x", "*/migrations/*", "-ll")
    assert (fait.returncode, fait.stdout) == (0, "")


def test_un_danger_plante_dans_le_code(lancer: Lancer, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text("import pickle\n\ndef lire(octets):\n    return pickle.loads(octets)\n")
    fait = lancer("bandit", "-q", "-r", tmp_path, "-ll")
    assert fait.returncode == 1
    assert "B301" in fait.stdout


_REFERENCES = "|".join(
    (
        "secretKeyRef|passwordSecret|Secret: {name|automountServiceAccountToken",
        r"\.env && exec",
        "noqa: S10[5-7]",  # looked at by ruff
        "_ALPHABET = ",
    )
)
"""Lines that speak of a secret and hold none."""


def secrets(lancer: Lancer, dans: Path, *quoi: str | Path) -> dict[str, list[str]]:
    """Returns the files that hold what looks like a secret, with the kinds found."""
    exclus = r"(^|/)(tests|bench|requirements)/|package-lock\.json$|\.svg$"
    fait = lancer("detect-secrets", "scan", "--exclude-files", exclus, "--exclude-lines", _REFERENCES, *quoi, dans=dans)
    assert fait.returncode == 0, fait.stderr
    trouves = json.loads(fait.stdout)["results"]
    return {fichier: sorted({un["type"] for un in ceux}) for fichier, ceux in trouves.items()}


def test_aucun_secret_n_est_garde_avec_le_code(lancer: Lancer) -> None:
    assert secrets(lancer, RACINE) == {}


def test_un_secret_plante(lancer: Lancer, tmp_path: Path) -> None:
    cle = base64.b64encode(os.urandom(48)).decode()
    (tmp_path / "cle.pem").write_text(f"-----BEGIN PRIVATE {'KEY'}-----\n{cle}\n-----END PRIVATE {'KEY'}-----\n")
    passe = secrets_du_systeme.token_hex(8)
    (tmp_path / "reglages.py").write_text(f'AMQP_URL = "amqp://ceres:{passe}@bus//"\n')
    trouves = secrets(lancer, tmp_path, "--all-files", ".")
    assert trouves == {"cle.pem": ["Private Key"], "reglages.py": ["Basic Auth Credentials"]}


def nomenclature(lancer: Lancer, liste: Path) -> dict[str, str]:
    """Returns the version of each library in the image's bill of materials (CycloneDX)."""
    fait = lancer("cyclonedx-py", "requirements", liste, "--of", "JSON", "--output-reproducible")
    assert fait.returncode == 0, fait.stderr
    return {un["name"].lower(): un.get("version", "") for un in json.loads(fait.stdout)["components"]}


def attendue(liste: Path) -> dict[str, str]:
    """Returns what a list of requirements holds."""
    lignes = [ligne.split(" ")[0] for ligne in liste.read_text().splitlines() if "==" in ligne and ligne[0].isalnum()]
    return {nom.split("[")[0].lower(): version for nom, _, version in (ligne.partition("==") for ligne in lignes)}


def test_la_nomenclature_dit_tout_ce_que_l_image_contient(lancer: Lancer) -> None:
    liste = RACINE / "requirements/base.txt"
    assert nomenclature(lancer, liste) == attendue(liste)
    assert len(attendue(liste)) > 40


def test_une_bibliotheque_sans_version_ne_passe_pas(lancer: Lancer, tmp_path: Path) -> None:
    liste = tmp_path / "base.txt"
    liste.write_text("flask\nkombu==5.5.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert nomenclature(lancer, liste) != attendue(liste)
