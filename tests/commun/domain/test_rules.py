"""Rules: what a broken one says, in which order, and what it may not be."""

from datetime import date
from typing import Any

import pytest

from commun.domain.rules import CATALOGUE, Ecart, Effet, Manquement, ecart, regle, verifier
from docs.generer import phrase_de


@pytest.fixture(autouse=True)
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests declare is forgotten after them."""
    monkeypatch.setattr("commun.domain.rules.CATALOGUE", {})


@regle("ZZZ-01", "Pas avant le {date} ({titres}).", source="D")
def _trop_tot(faits: dict[str, date]) -> Ecart | None:
    """Rien ne se fait trop
    tôt."""
    return ecart(date=faits["borne"], titres=["A", "B"]) if faits["jour"] < faits["borne"] else None


@regle("ZZZ-02", "Attention.", source="R", effet=Effet.CONFIRME)
def _toujours(faits: object) -> Ecart | None:
    """Il faut toujours faire attention."""
    return ecart(message="Attention à {quoi} !", quoi=None)


@regle("ZZZ-03", "Le dossier de {nom} suit celui de {autre}, né dans le département de {lieu}.", source="D")
def _de_quelqu_un(faits: dict[str, str]) -> Ecart | None:
    """Un dossier est celui de quelqu'un."""
    return ecart(**faits)


@regle("ZZZ-04", "{noms} {noms:est absent|sont absents}.", source="D")
def _presents(faits: dict[str, Any]) -> Ecart | None:
    """Tous sont là."""
    return ecart(**faits, suite=["Encore {n} {n:place|places}."] * bool(faits["n"]))


for _code in ("ZZZ-01", "ZZZ-02", "ZZZ-03", "ZZZ-04"):
    del CATALOGUE[_code]  # the documentation shows real rules only

TOT = {"jour": date(2026, 1, 1), "borne": date(2026, 3, 1)}


def test_un_manquement_porte_sa_phrase_et_ses_valeurs() -> None:
    manquement = _trop_tot.verifier(TOT)
    assert manquement == Manquement(
        "ZZZ-01",
        "Pas avant le 01/03/2026 (A, B).",
        Effet.REFUSE,
        {"date": "2026-03-01", "titres": ["A", "B"]},
    )
    assert manquement.en_clair() == {"code": "ZZZ-01", "message": "Pas avant le 01/03/2026 (A, B)."}


def test_une_regle_respectee_ne_dit_rien() -> None:
    assert _trop_tot.verifier(TOT | {"jour": date(2026, 3, 1)}) is None


def test_un_ecart_peut_changer_la_phrase() -> None:
    manquement = _toujours.verifier(None)
    assert manquement and (manquement.message, manquement.contexte) == ("Attention à non renseigné !", {"quoi": None})


def test_de_s_elide_devant_un_nom() -> None:
    manquement = _de_quelqu_un.verifier({"nom": "Anaïs", "autre": "Paul", "lieu": "l'Ain"})
    assert manquement
    assert manquement.message == "Le dossier d'Anaïs suit celui de Paul, né dans le département de l'Ain."
    ailleurs = _de_quelqu_un.verifier({"nom": "Zoé", "autre": "Élodie", "lieu": "Paris"})
    assert ailleurs
    assert ailleurs.message == "Le dossier de Zoé suit celui d'Élodie, né dans le département de Paris."


@pytest.mark.parametrize(
    ("noms", "n", "message"),
    [
        (["Léa"], 0, "Léa est absent."),
        (["Léa", "Ana"], 1, "Léa, Ana sont absents. Encore 1 place."),
        (("Léa",), 2, "Léa est absent. Encore 2 places."),
        ("Léa", 0, "Léa est absent."),
    ],
)
def test_une_phrase_s_accorde_et_se_poursuit(noms: Any, n: int, message: str) -> None:
    manquement = _presents.verifier({"noms": noms, "n": n})
    assert manquement and manquement.message == message
    assert "suite" not in manquement.contexte


def test_la_documentation_montre_le_singulier() -> None:
    assert phrase_de(_presents) == "{noms} est absent."
    assert phrase_de(_trop_tot) == _trop_tot.message


def test_l_enonce_est_la_docstring_sur_une_ligne() -> None:
    assert _trop_tot.enonce == "Rien ne se fait trop tôt."


def test_toutes_les_regles_sont_evaluees_dans_leur_ordre() -> None:
    assert [m.code for m in verifier((_toujours, _trop_tot), TOT)] == ["ZZZ-02", "ZZZ-01"]


@pytest.mark.parametrize("code", ["ZZ-01", "ZZZ-1", "zzz-01", "ZZZ-001", ""])
def test_un_code_mal_forme_est_refuse(code: str) -> None:
    def predicat(_: object) -> Ecart | None:
        """Un énoncé."""
        return None

    with pytest.raises(ValueError, match="mal formé"):
        regle(code, "…", source="D")(predicat)


def test_une_regle_sans_enonce_est_refusee() -> None:
    with pytest.raises(ValueError, match="énoncé"):
        regle("ZZZ-03", "…", source="D")(lambda _: None)
