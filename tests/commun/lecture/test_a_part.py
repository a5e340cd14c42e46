"""Workbooks made to hold whoever reads them: each is refused, soon, and the others are read as they were."""

import io
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from commun.lecture import a_part, tableau, xlsx
from commun.lecture.a_part import est_grand, lire_recu
from commun.lecture.classeur import TROP_VOLUMINEUX, Illisible
from commun.lecture.tableau import lire_tableau
from tests.outils.tableaux import en_csv, en_ods, en_xlsx

RANGEES = [["Nom", "Né le"], ["Petit", "12/05/1990"], ["", ""], ["Bon", "=1+1"]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def piege(rangees: str, chaines: str = "") -> bytes:
    """Returns a workbook whose sheet holds these rows, and its shared texts."""
    feuille = f'<worksheet xmlns="{_MAIN}"><sheetData>{rangees}</sheetData></worksheet>'
    places = {"xl/worksheets/sheet1.xml": feuille, "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{chaines}</sst>'}
    return remplacer(en_xlsx(RANGEES), places)


def nommer(nom: str, valeur: str) -> bytes:
    """Returns a workbook one of whose sheets gives this value to a name."""
    classeur = en_xlsx(RANGEES)
    with zipfile.ZipFile(io.BytesIO(classeur)) as archive:
        contenu = archive.read("xl/workbook.xml").decode()
    noms = f'<definedNames><definedName name="{nom}" localSheetId="0">{valeur}</definedName></definedNames>'
    return remplacer(classeur, {"xl/workbook.xml": contenu.replace("</sheets>", f"</sheets>{noms}", 1)})


def remplacer(classeur: bytes, places: dict[str, str]) -> bytes:
    """Returns a workbook with other parts in the place of its own, by their names."""
    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(classeur)) as usuel,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for nom in usuel.namelist():
            archive.writestr(nom, places.get(nom) or usuel.read(nom))
    return sortie.getvalue()


@pytest.mark.parametrize(
    "contenu",
    [en_xlsx(RANGEES, {"Autre": RANGEES}, [2]), en_ods(RANGEES, masquees=[2], colonnes_masquees=[0]), en_csv(RANGEES)],
)
def test_un_fichier_se_lit_a_part_comme_ici(contenu: bytes) -> None:
    ouverts = set(Path("/proc/self/fd").iterdir())
    assert lire_recu(contenu, lignes_max=10) == lire_tableau(contenu)
    with pytest.raises(Illisible, match="trop de lignes : 1 au plus"):
        lire_recu(contenu, lignes_max=1)
    assert set(Path("/proc/self/fd").iterdir()) <= ouverts  # each would keep a file in memory, until none is left


def test_les_signes_qu_un_ods_ecrit_en_balises_separent_les_mots() -> None:
    """Seen glued: « JeanPaul », « 1 rue ABâtiment B »."""
    with zipfile.ZipFile(io.BytesIO(en_ods([["Nom"], ["Jean|Paul"]]))) as archive:
        feuille = archive.read("content.xml").decode()
    for balise, signe in (("<text:s/>", " "), ("<text:tab/>", " "), ("<text:line-break/>", "\n")):
        balisee = feuille.replace("Jean|", f"<text:span>Jean</text:span>{balise}")
        lu = lire_tableau(remplacer(en_ods([["Nom"], ["Jean|Paul"]]), {"content.xml": balisee}))
        assert lu.lignes[1] == (2, [f"Jean{signe}Paul"])


def test_une_ligne_au_bout_du_monde_n_est_pas_cherchee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_LIGNES_MAX", 1000)
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_tableau(piege('<row r="1001"><c r="A1001"><v>1</v></c></row>'), lignes_max=10)


def test_des_colonnes_lointaines_ne_se_comptent_pas_sans_fin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_CASES_MAX", 100_000)
    vides = "".join(f'<row r="{n}"><c r="ZZZ{n}"/></row>' for n in range(1, 12))
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_tableau(piege(vides + '<row r="12"><c r="A12"><v>1</v></c></row>'), lignes_max=10)


def test_un_texte_repete_partout_compte_partout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tableau, "_TEXTE_MAX", 100_000)
    rangees = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 9))
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_tableau(piege(rangees, f"<si><t>{'a' * 20_000}</t></si>"), lignes_max=10)


@pytest.mark.parametrize("borne", ["_CELLULES_MAX", "_TEXTE_MAX"])
def test_une_rangee_repetee_compte_chaque_fois(borne: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One tag of an ods: as many rows as its reader takes."""
    classeur = en_ods([["a"]])
    with zipfile.ZipFile(io.BytesIO(classeur)) as archive:
        contenu = archive.read("content.xml").decode()
    repetee = contenu.replace("<table:table-row", '<table:table-row table:number-rows-repeated="900"', 1)
    fichier = remplacer(classeur, {"content.xml": repetee})
    assert len(lire_tableau(fichier, lignes_max=900).lignes) == 900
    with pytest.raises(Illisible, match="trop de lignes : 10 au plus"):
        lire_tableau(fichier, lignes_max=10)
    monkeypatch.setattr(tableau, borne, 500)
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_tableau(fichier, lignes_max=900)


def test_une_cellule_repetee_ne_va_pas_plus_loin_que_les_colonnes() -> None:
    """A few bytes, that would be billions of cells before anybody counts them."""
    classeur = en_ods([["a", "b"]])
    with zipfile.ZipFile(io.BytesIO(classeur)) as archive:
        contenu = archive.read("content.xml").decode()
    repetees = contenu.replace("<table:table-cell>", '<table:table-cell table:number-columns-repeated="17000">')
    ((_, cellules),) = lire_tableau(remplacer(classeur, {"content.xml": repetees}), lignes_max=10).lignes
    assert cellules == ["a"] * 16_384


def test_un_classeur_se_lit_par_morceaux_comme_d_un_trait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else what a piece cuts in two is lost: a hidden row shows, a merged cell is blank."""
    classeur = en_xlsx(RANGEES, masquees=[2], fusion=(0, 2, 4), colonnes_masquees=[1])
    entier = lire_tableau(classeur)
    assert entier.masquees and entier.colonnes_masquees and entier.lignes[-1][1][0] == "Petit"
    monkeypatch.setattr(xlsx, "_MORCEAU", 7)
    assert lire_tableau(classeur) == entier


def test_ce_qui_prend_toute_la_memoire_ne_prend_que_la_sienne(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(a_part, "_OCTETS", 120_000_000)
    contenu = piege(f'<row r="1">{"<c/>" * 1_500_000}</row><row r="2"><c r="A2"><v>1</v></c></row>')
    assert len(contenu) < 30_000
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(contenu, lignes_max=10)


def test_ce_qui_ne_finit_pas_s_arrete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Millions of blank cells, half of a million said one by one: some seconds of any processor."""
    larges = "".join(f'<row r="{n}"><c r="ZZZ{n}"/></row>' for n in range(1, 999))
    larges += f'<row r="999">{"<c/>" * 500_000}</row>'
    monkeypatch.setattr(a_part, "_SECONDES", 1)
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(piege(larges + '<row r="1000"><c r="A1000"><v>1</v></c></row>'), lignes_max=10)


def test_un_petit_classeur_qui_ne_finit_pas_s_arrete_aussi(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is searched from each of its signs: twice as many take four times as long, and nothing else answers."""
    classeur = nommer("_xlnm.Print_Titles", "$A" * 20_000)
    assert len(classeur) < 10_000
    monkeypatch.setattr(a_part, "_SECONDES_D_UN_PETIT", 1)
    monkeypatch.delattr(a_part, "_SECONDES")
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(classeur, lignes_max=10)


def test_ce_qu_un_classeur_a_de_faux_ne_se_dit_pas_au_journal(capfd: pytest.CaptureFixture[str]) -> None:
    """openpyxl says the name that it cannot read: what a stranger's file holds, people's names perhaps."""
    assert lire_recu(nommer("_xlnm.Print_Area", "Jeanne Secret"), lignes_max=10).lignes
    assert capfd.readouterr().err == ""


def test_qui_lit_a_part_ne_tient_aucun_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file is a stranger's: what it would have its reader do can tell nothing of ours."""
    programme = tmp_path / "dit-son-environnement"
    programme.write_text("""#!/bin/sh\nprintf '{"illisible": "%s"}' "$(env | tr '\\n' ' ')"\n""")
    programme.chmod(0o700)
    monkeypatch.setattr(a_part, "sys", SimpleNamespace(executable=str(programme)))
    monkeypatch.setenv("CERES_CLE_PRIVEE", "un secret")
    with pytest.raises(Illisible, match=r"^(?!.*secret).*PATH="):
        lire_recu(en_xlsx(RANGEES), lignes_max=10)


def test_les_feuilles_se_regardent_ensemble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten sheets of one row at the end, four kilobytes: seen to take half a minute, where a thousand fit as well."""
    monkeypatch.setattr(xlsx, "_VUES_MAX", 3000)
    loin = (
        f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1000"><c r="A1000"><v>1</v></c></row></sheetData></worksheet>'
    )
    noms = ["Une", "Deux", "Trois", "Quatre"]
    classeur = en_xlsx(RANGEES, dict.fromkeys(noms, RANGEES))
    lointaines = {f"xl/worksheets/sheet{n}.xml": loin for n in range(2, len(noms) + 2)}
    assert lire_tableau(classeur, lignes_max=10).autres == tuple(noms)
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_tableau(remplacer(classeur, lointaines), lignes_max=10)


def test_des_rangees_jamais_fermees_ne_se_relisent_pas_sans_fin() -> None:
    """A file of a few kilobytes, that held for minutes all that the process does."""
    debut = f'<worksheet xmlns="{_MAIN}"><dimension ref="A1"/><sheetData>' + '<row r="1"/>' * 20_000
    classeur = remplacer(en_xlsx(RANGEES), {"xl/worksheets/sheet1.xml": f"{debut}hidden{'<row ' * 60_000}"})
    avant = time.process_time()
    with pytest.raises(Illisible, match="abîmé"):
        lire_tableau(classeur, lignes_max=10)
    assert time.process_time() - avant < 4


@pytest.mark.parametrize(
    "rangee", ['<{t}-row {t}:number-rows-repeated="{n}">', '<{t}-row><{t}-cell {t}:number-columns-repeated="{n}"/>']
)
def test_ce_qui_se_repete_moins_de_zero_fois_ne_se_deduit_de_rien(rangee: str) -> None:
    """A row said minus a billion times, then a billion times: no more rows than allowed, and all the memory."""
    classeur = en_ods(RANGEES)
    with zipfile.ZipFile(io.BytesIO(classeur)) as archive:
        contenu = archive.read("content.xml").decode()
    pleine = "<table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>"
    deux = "".join(rangee.replace("{t}-", "table:table-").format(t="table", n=n) + pleine for n in (-1000, 1000))
    contenu = contenu.replace("</table:table>", f"{deux}</table:table>", 1)
    with pytest.raises(Illisible, match="abîmé"):
        lire_tableau(remplacer(classeur, {"content.xml": contenu}), lignes_max=10)


@pytest.mark.parametrize(("contenu", "grand"), [(en_xlsx(RANGEES), False), (piege("<row/>" * 400_000), True)])
def test_ce_qui_est_long_a_lire_se_sait_d_avance(contenu: bytes, grand: bool) -> None:
    assert len(contenu) < 30_000
    assert est_grand(contenu) is grand


def test_ce_qui_est_refuse_d_avance_n_a_pas_de_processus(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (a_part, tableau):
        monkeypatch.setattr(module, "DEPLOYE_MAX", 2_500_000)
    monkeypatch.delattr(a_part, "_lire_a_part")
    trop = piege("<row/>" * 500_000)
    with pytest.raises(Illisible, match=TROP_VOLUMINEUX):
        lire_recu(trop, lignes_max=10)
    assert not est_grand(trop)
