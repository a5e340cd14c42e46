"""Dates, hours and names as a French letter writes them."""

from datetime import date, time

import pytest

from services.sessions.documents import francais


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (date(2027, 3, 1), "1er mars 2027"),
        (date(2028, 2, 29), "29 février 2028"),
        (date(2027, 8, 11), "11 août 2027"),
    ],
)
def test_date_en_toutes_lettres_insecable(jour: date, attendu: str) -> None:
    assert francais.en_lettres(jour) == attendu.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("debut", "fin", "attendu"),
    [
        (date(2027, 3, 1), date(2027, 3, 1), "le lundi 1er mars 2027"),
        (date(2027, 3, 1), date(2027, 3, 3), "du lundi 1er au mercredi 3 mars 2027"),
        (date(2027, 3, 31), date(2027, 4, 1), "du mercredi 31 mars au jeudi 1er avril 2027"),
        (date(2026, 12, 31), date(2027, 1, 4), "du jeudi 31 décembre 2026 au lundi 4 janvier 2027"),
        (date(2026, 3, 2), date(2027, 3, 1), "du lundi 2 mars 2026 au lundi 1er mars 2027"),
    ],
)
def test_periode_ne_dit_rien_deux_fois(debut: date, fin: date, attendu: str) -> None:
    assert francais.periode(debut, fin).replace("\u00a0", " ") == attendu


@pytest.mark.parametrize(("instant", "attendu"), [(time(8, 30), "8 h 30"), (time(9), "9 h"), (time(14, 5), "14 h 05")])
def test_heure(instant: time, attendu: str) -> None:
    assert francais.heure(instant) == attendu.replace(" ", "\u00a0")


def test_appel_selon_la_civilite() -> None:
    assert [francais.appel(c) for c in ("M", "MME", None)] == ["Monsieur", "Madame", "Madame, Monsieur"]


def test_jours_signes_sans_la_fin_de_semaine_traversee() -> None:
    vendredi, lundi = date(2027, 3, 5), date(2027, 3, 8)
    assert francais.jours_de_session(vendredi, lundi) == [vendredi, lundi]


def test_un_samedi_de_session_se_signe() -> None:
    samedi = date(2027, 3, 6)
    assert francais.jours_de_session(samedi, samedi) == [samedi]
