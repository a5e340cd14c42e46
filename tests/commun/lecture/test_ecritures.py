"""The writing of a csv that is no Unicode, told by where its letters stand."""

from collections.abc import Callable

import pytest

from commun.lecture.csv import decoder

_WINDOWS, _MAC, _MS_DOS = "cp1252", "mac_roman", "cp850"
_NOMS = (
    "Noël",
    "Benoît",
    "François",
    "Hélène",
    "Agnès",
    "Éric",
    "Müller",
    "Lætitia",
    "Jérôme",
    "Zoé",
    "Châlons",
    "Besançon",
    "Désirée",
    "Anaïs",
    "Étienne",
    "Solène",
    "Côme",
    "Lefèvre",
    "Prévôt",
    "Salomé",
)


def _texte(*noms: str) -> str:
    return "Nom;Prenom\nMartin;Paul\n" + "".join(f"{nom};Anne\n" for nom in noms)


@pytest.mark.parametrize(
    ("nom", "ecritures"),
    [
        ("Gaël", (_WINDOWS, _MAC, _MS_DOS)),  # seen « Ga'l » of a Mac, « Ga‰l » of MS-DOS
        ("Benoît", (_WINDOWS, _MAC, _MS_DOS)),  # seen « BenoŒt »
        ("Müller", (_WINDOWS, _MAC, _MS_DOS)),  # seen « MŸller »
        ("Besançon", (_WINDOWS, _MAC, _MS_DOS)),
        ("HÉLÈNE", (_WINDOWS, _MAC, _MS_DOS)),  # seen « HƒLéNE »
        ("Hélène", (_WINDOWS, _MAC, _MS_DOS)),
        ("Éric", (_WINDOWS, _MAC, _MS_DOS)),
        ("Béatrice", (_WINDOWS, _MAC, _MS_DOS)),
        ("Lætitia", (_WINDOWS, _MAC)),
        ("Škoda", (_WINDOWS,)),  # seen « èkoda », as of MS-DOS
        ("Saint–Denis", (_WINDOWS,)),
        ("“Martin”", (_WINDOWS,)),
        ("d’Arc", (_WINDOWS,)),
        ("LÓPEZ", (_WINDOWS,)),
        ("MARÍA", (_WINDOWS,)),
        ("ANTÓNIO", (_WINDOWS,)),
        ("BJØRN", (_WINDOWS,)),
        ("GÓMEZ ÍÑIGO", (_WINDOWS,)),
    ],
)
def test_une_seule_lettre_dit_comment_un_fichier_est_ecrit(nom: str, ecritures: tuple[str, ...]) -> None:
    for ecriture in ecritures:
        assert decoder(_texte(nom).encode(ecriture)) == _texte(nom), ecriture


def _en_capitales_sauf_les_accents(nom: str) -> str:
    return "".join(lettre.upper() if lettre.isascii() else lettre for lettre in nom)


@pytest.mark.parametrize("ecriture", [_WINDOWS, _MAC, _MS_DOS])
@pytest.mark.parametrize("saisir", [str.title, str.upper, str.lower, _en_capitales_sauf_les_accents])
def test_une_liste_de_noms_se_lit_comme_elle_fut_ecrite(ecriture: str, saisir: Callable[[str], str]) -> None:
    noms = [saisir(nom) for nom in _NOMS]
    assert decoder(_texte(*noms).encode(ecriture)) == _texte(*noms)


@pytest.mark.parametrize("nom", [_en_capitales_sauf_les_accents(nom) for nom in _NOMS])
def test_windows_ne_se_lit_pas_autrement_pour_des_capitales_mal_accentuees(nom: str) -> None:
    """« HéLèNE », « ANDRéE »: what a keyboard locked in capitals writes."""
    assert decoder(_texte(nom).encode(_WINDOWS)) == _texte(nom)
