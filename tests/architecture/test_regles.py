"""No rule without a test that names it, nor without an act that applies it."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
_DECLAREE = re.compile(r"@regle\(\s*\"([A-Z]{3}-\d\d)\"")
_PREDICAT = re.compile(r"@regle\([^@]*?\ndef (\w+)\(")


def _textes(*dossiers: str) -> str:
    return "\n".join(f.read_text("utf-8") for d in dossiers for f in sorted((RACINE / d).rglob("*.py")))


def sans_test(codes: Iterable[str], tests: str) -> list[str]:
    """Returns the codes that these tests do not name."""
    return [code for code in codes if code not in tests]


def sans_acte(code: str) -> list[str]:
    """Returns the predicates that this code declares and never names again."""
    predicats, noms = _PREDICAT.findall(code), Counter(re.findall(r"\w+", code))
    return [nom for nom in predicats if noms[nom] <= predicats.count(nom)]


CODES = sorted(set(_DECLAREE.findall(_textes("services", "gateway"))))
TESTS = _textes("tests")


def test_chaque_regle_est_nommee_par_un_test() -> None:
    assert len(CODES) > 50
    assert sans_test(CODES, TESTS) == [], "say its exact message, on both sides of its boundary"


@pytest.mark.parametrize(("tests", "manquent"), [("XXX-07", []), ("XXX-0", ["XXX-07"])])
def test_une_regle_sans_test_serait_vue(tests: str, manquent: list[str]) -> None:
    assert sans_test(["XXX-07"], tests) == manquent


@pytest.mark.parametrize(
    "dossier", ["gateway", "services/candidats", "services/jures", "services/referentiel", "services/sessions"]
)
def test_chaque_regle_est_appliquee(dossier: str) -> None:
    code = _textes(dossier)
    assert len(_PREDICAT.findall(code)) > 4
    assert sans_acte(code) == [], "name it in the row of the lifecycle table, or the list of rules, where it bites"


def test_une_regle_que_rien_n_applique_serait_vue() -> None:
    code = '@regle("XXX-07", "Non.")\ndef jamais(f): ...\n\n@regle("XXX-08", "Oui.")\ndef toujours(f): ...\n'
    code += "ACTE = (toujours,)\n"
    assert sans_acte(code) == ["jamais"]
