"""Numbers as they are dialled, whichever way they are computed."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commun.schemas.telephones import a_saisir, en_clair, en_e164


@given(st.from_regex(r"\+33[1-79][0-9]{8}", fullmatch=True))
def test_le_raccourci_dit_ce_que_dit_la_bibliotheque(numero: str) -> None:
    lu = phonenumbers.parse(numero)
    assert en_clair(numero) == phonenumbers.format_number(lu, phonenumbers.PhoneNumberFormat.NATIONAL)


@pytest.mark.parametrize(
    ("stocke", "lu"),
    [
        ("+33199000101", "01 99 00 01 01"),
        ("+33805805805", "0 805 80 58 05"),
        ("+262262012345", "0262 01 23 45"),
        ("+590590271234", "0590 27 12 34"),
        ("+687257000", "+687 25.70.00"),  # seen without its country: nobody could dial it, nor an import read it
        ("+68940420000", "+689 40 42 00 00"),
        ("+442079460000", "+44 20 7946 0000"),
        ("au secrétariat", "au secrétariat"),
        ("", None),
        (None, None),
    ],
)
def test_un_numero_se_lit_comme_il_se_compose(stocke: str | None, lu: str | None) -> None:
    assert en_clair(stocke) == lu


@pytest.mark.parametrize("departement", ["75", "974", "975", "988"])
@pytest.mark.parametrize(
    ("stocke", "saisi"),
    [
        ("+33199000101", "01 99 00 01 01"),
        ("+262262012345", "0262 01 23 45"),
        ("+442079460000", "+44 20 7946 0000"),
        ("+687254122", "+687 25.41.22"),
        (None, None),
    ],
)
def test_un_numero_renvoye_tel_qu_on_l_a_lu_reste_le_meme(
    stocke: str | None, saisi: str | None, departement: str
) -> None:
    assert a_saisir(stocke) == saisi
    assert saisi is None or en_e164(saisi, departement) == stocke


def test_un_numero_saisi_se_garde_en_e164() -> None:
    assert en_e164("01 99 00 01 01", "75") == "+33199000101"
    assert en_e164("rien", "75") is None


@pytest.mark.parametrize("departement", ["75", "974", "975"])
@pytest.mark.parametrize("saisi", ["0508 41 12 34", "05.08.41.12.34", "0508411234", "+508 41 12 34"])
def test_un_numero_de_saint_pierre_se_lit_comme_on_le_compose_de_france(saisi: str, departement: str) -> None:
    """Seen kept as « +33508411234 », a number of nobody: there, numbers have six figures, and no 0."""
    assert en_e164(saisi, departement) == "+508411234"


@pytest.mark.parametrize("saisi", ["06 12 34 56 7", "06-12-34-56-7", "+33 (0)6 12 34 56 7", "+262 0692 12 34 5"])
def test_un_chiffre_qui_manque_ne_passe_pas_pour_un_autre_numero(saisi: str) -> None:
    """Seen kept as « +33061234567 », a number of nobody."""
    assert en_e164(saisi, "75") is None


def test_un_numero_que_nul_ne_connait_encore_se_garde() -> None:
    """A juré's was refused, where a candidate's was taken."""
    assert en_e164("06 39 98 12 34", "75") == en_e164("06 39 98 12 34", "974") == "+33639981234"
    assert en_e164("+225 01 23 45 67 89", "75") == "+2250123456789", "there, the 0 is of the number"
