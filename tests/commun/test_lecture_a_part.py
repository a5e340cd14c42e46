"""Workbooks made to hold whoever reads them: each is refused, soon, and the others are read as they were."""

import io
import zipfile

import pytest

from commun import lecture_a_part, lecture_classeur, lecture_tableau
from commun.lecture_a_part import lire_recu
from commun.lecture_classeur import TROP_VOLUMINEUX, Illisible
from commun.lecture_tableau import lire_tableau
from tests.outils.tableaux import en_csv, en_ods, en_xlsx

RANGEES = [["Nom", "Né le"], ["Petit", "12/05/1990"], ["", ""], ["Bon", "=1+1"]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def piege(rangees: str, chaines: str = "") -> bytes:
    """Returns a workbook whose sheet holds these rows, and its shared texts."""
    sortie = io.BytesIO()
    feuille = f'<worksheet xmlns="{_MAIN}"><sheetData>{rangees}</sheetData></worksheet>'
    places = {"xl/worksheets/sheet1.xml": feuille, "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{chaines}</sst>'}
    with (
        zipfile.ZipFile(io.BytesIO(en_xlsx(RANGEES))) as usuel,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for nom in usuel.namelist():
            archive.writestr(nom, places.get(nom) or usuel.read(nom))
    return sortie.getvalue()


@pytest.mark.parametrize(
    "contenu", [en_xlsx(RANGEES, {"Autre": RANGEES}, [2]), en_ods(RANGEES, masquees=[2]), en_csv(RANGEES)]
)
def test_un_fichier_se_lit_a_part_comme_ici(contenu: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_a_part, "_ICI_MAX", -1)
    assert lire_recu(contenu, lignes_max=10) == lire_tableau(contenu)
    with pytest.raises(Illisible, match="trop de lignes : 1 au plus"):
        lire_recu(contenu, lignes_max=1)


def test_une_ligne_au_bout_du_monde_n_est_pas_cherchee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_classeur, "_LIGNES_MAX", 1000)
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(piege('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'), lignes_max=10)


def test_des_colonnes_lointaines_ne_se_comptent_pas_sans_fin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_classeur, "_CASES_MAX", 100_000)
    vides = "".join(f'<row r="{n}"><c r="ZZZ{n}"/></row>' for n in range(1, 12))
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(piege(vides + '<row r="12"><c r="A12"><v>1</v></c></row>'), lignes_max=10)


def test_un_texte_repete_partout_compte_partout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_tableau, "_TEXTE_MAX", 100_000)
    rangees = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 9))
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(piege(rangees, f"<si><t>{'a' * 20_000}</t></si>"), lignes_max=10)


def test_ce_qui_prend_toute_la_memoire_ne_prend_que_la_sienne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture_a_part, "_OCTETS", 120_000_000)
    contenu = piege(f'<row r="1">{"<c/>" * 1_500_000}</row><row r="2"><c r="A2"><v>1</v></c></row>')
    assert len(contenu) < 30_000
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(contenu, lignes_max=10)
