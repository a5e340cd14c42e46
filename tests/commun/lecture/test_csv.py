"""The writing of a csv, told by where its letters stand."""

import pytest

from commun.lecture.csv import decoder

_WINDOWS, _MAC, _MS_DOS = "cp1252", "mac_roman", "cp850"


@pytest.mark.parametrize(
    ("mot", "ecritures"),
    [
        ("Gaël", (_WINDOWS, _MAC, _MS_DOS)),  # seen « Ga'l » of a Mac, « Ga‰l » of MS-DOS
        ("Benoît", (_WINDOWS, _MAC, _MS_DOS)),  # seen « BenoŒt »
        ("BENOÎT", (_WINDOWS, _MAC, _MS_DOS)),  # seen « BENO×T »
        ("Müller", (_WINDOWS, _MAC, _MS_DOS)),  # seen « MŸller »
        ("Châlons", (_WINDOWS, _MAC, _MS_DOS)),  # seen « ChÉlons »
        ("Besançon", (_WINDOWS, _MAC, _MS_DOS)),
        ("HÉLÈNE", (_WINDOWS, _MAC, _MS_DOS)),  # seen « HƒLéNE »
        ("Hélène", (_WINDOWS, _MAC, _MS_DOS)),
        ("Lætitia", (_WINDOWS, _MAC, _MS_DOS)),
        ("Éric", (_WINDOWS, _MAC, _MS_DOS)),
        ("Béatrice", (_WINDOWS, _MAC, _MS_DOS)),
        ("Škoda", (_WINDOWS,)),  # seen « èkoda », as of MS-DOS
        ("Željko", (_WINDOWS,)),  # seen « éeljko », as of a Mac
        ("Saint–Denis", (_WINDOWS,)),
        ("“Martin”", (_WINDOWS,)),
        ("d’Arc", (_WINDOWS,)),
    ],
)
def test_une_seule_lettre_dit_comment_un_fichier_est_ecrit(mot: str, ecritures: tuple[str, ...]) -> None:
    texte = f"Nom;Prenom\nMartin;Paul\n{mot};Anne\n"
    for ecriture in ecritures:
        assert decoder(texte.encode(ecriture)) == texte, ecriture
