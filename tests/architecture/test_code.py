"""What the house forbids everywhere, read from the code itself."""

import re
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
CODE = sorted(f for dossier in ("commun", "services", "gateway") for f in (RACINE / dossier).rglob("*.py"))
HORLOGES = re.compile(r"date\.today\(|datetime\.(?:now|utcnow|today)\(|time\.time\(")


def _noms(fichiers: list[Path]) -> list[str]:
    return [str(f.relative_to(RACINE)) for f in fichiers]


def test_une_seule_horloge() -> None:
    fautifs = [f for f in CODE if HORLOGES.search(f.read_text("utf-8")) and f.name != "clock.py"]
    assert _noms(fautifs) == []


def test_une_forme_se_lit_jusqu_a_son_dernier_caractere() -> None:
    """`validate.Regexp` lets a final newline pass where its expression ends with `$`."""
    fautifs = [f for f in CODE if "validate.Regexp(" in f.read_text("utf-8").replace("(validate.Regexp):", "")]
    assert _noms(fautifs) == [], "use commun.schemas.champs.Forme"


def test_aucun_fichier_trop_long() -> None:
    longs = [f for f in CODE if len(f.read_text("utf-8").splitlines()) > 400]
    assert _noms(longs) == [], "cut them along an act (commands/<acte>.py) or a subject (domain/rules/<sujet>.py)"


def test_aucune_adresse_de_registre() -> None:
    suspects = []
    for fichier in (*RACINE.glob("requirements/*"), *RACINE.glob("*.toml"), *RACINE.glob("package*.json")):
        if re.search(r"https?://|--(?:extra-)?index-url|\"resolved\"", fichier.read_text("utf-8")):
            suspects.append(fichier)
    assert _noms(suspects) == []


@pytest.mark.parametrize("service", sorted(p.parent.name for p in RACINE.glob("services/*/service.py")))
def test_les_memes_fichiers_partout(service: str) -> None:
    dossier = RACINE / "services" / service
    for nom in ("commands", "queries", "storage"):
        assert (dossier / f"{nom}.py").exists() or (dossier / nom).is_dir(), nom
    for nom in ("service.py", "schemas.py", "events.py", "README.md", "domain", "migrations"):
        assert (dossier / nom).exists() or (dossier / nom.removesuffix(".py")).is_dir(), nom
