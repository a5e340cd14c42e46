"""Files as programs open them: whole or not at all, a text always a text."""

import csv
import gzip
import io
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

import openpyxl
import pytest
import yaml
from odf import opendocument, style, table, text

from commun.lecture.tableau import lire_tableau
from gateway.fichiers import Entete, Format, xlsx
from gateway.fichiers.__main__ import FORMATS

RACINE = Path(__file__).resolve().parents[2]
COLONNES = ["Nom", "Téléphone", "Né le", "Sessions"]
LIGNES: list[list[Any]] = [
    ["Élan & <fils>", "01 99 00 01 01", "1971-02-28", 3],
    ["=HYPERLINK(1)", "+262 262 01 23 45", None, 0],
    ["-1", "@SOMME(A1)", "2000-12-31", None],
]
ENTETE = {"feuille": "jures", "colonnes": COLONNES, "dates": ["Né le"]}


def ecrire(format_: str, *lots: Any, code: int = 0, comprime: bool = False) -> bytes:
    """Returns what the writer makes of these lots; `None` as the last one says that there are no more."""
    entete = {"format": format_, "gzip": comprime, **ENTETE}
    entree = "".join(json.dumps(valeur) + "\n" for valeur in (entete, *lots))
    commande = [sys.executable, "-m", "gateway.fichiers"]
    fait = subprocess.run(commande, input=entree.encode(), capture_output=True, cwd=RACINE, check=False)
    assert fait.returncode == code, fait.stderr.decode()
    return fait.stdout


def test_un_csv_pour_excel() -> None:
    octets = ecrire("csv", LIGNES[:2], LIGNES[2:], None)
    assert octets.startswith(b"\xef\xbb\xbf")
    lues = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    assert lues == [
        COLONNES,
        ["Élan & <fils>", "01 99 00 01 01", "28/02/1971", "3"],
        ["'=HYPERLINK(1)", "'+262 262 01 23 45", "", "0"],
        ["'-1", "'@SOMME(A1)", "31/12/2000", ""],
    ]


def test_un_csv_comprime_est_le_meme() -> None:
    assert gzip.decompress(ecrire("csv", LIGNES, None, comprime=True)) == ecrire("csv", LIGNES, None)


def test_d_un_csv_comprime_puis_coupe_tout_ce_qui_est_venu_est_parti() -> None:
    """Seen without its last line, which says that it is not whole: it waited for what never came."""
    lu = zlib.decompressobj(wbits=31).decompress(ecrire("csv", LIGNES, code=1, comprime=True))
    assert lu == ecrire("csv", LIGNES, code=1)


def test_un_xlsx_type() -> None:
    feuille = openpyxl.load_workbook(io.BytesIO(ecrire("xlsx", LIGNES, None)))["jures"]
    rangees = list(feuille.iter_rows())
    assert [[c.value for c in r] for r in rangees] == [
        COLONNES,
        ["Élan & <fils>", "01 99 00 01 01", _minuit(1971, 2, 28), 3],
        ["=HYPERLINK(1)", "+262 262 01 23 45", None, 0],
        ["-1", "@SOMME(A1)", _minuit(2000, 12, 31), None],
    ]
    assert [c.data_type for c in rangees[2]] == ["s", "s", "n", "n"], "a text that looks like a formula is none"
    assert rangees[1][2].number_format == "dd/mm/yyyy"
    assert (feuille.freeze_panes, feuille.auto_filter.ref) == ("A2", "A1:D4"), "headings stay in sight, and sort"
    assert (rangees[0][0].font.b, rangees[1][0].font.b) == (True, False)
    # seen cut, names, addresses and headings, all columns being alike
    largeurs = [feuille.column_dimensions[lettre].width for lettre in "ABCD"]
    assert [round(largeur) for largeur in largeurs] == [16, 20, 13, 11]


def test_un_ods_type() -> None:
    octets = ecrire("ods", LIGNES[:1], LIGNES[1:], None)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        premier = archive.infolist()[0]
        assert (premier.filename, premier.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        expat.ParserCreate().Parse(archive.read("content.xml"), True)  # odf reads what LibreOffice says is damaged
    document = opendocument.load(io.BytesIO(octets))
    (feuille,) = document.spreadsheet.getElementsByType(table.Table)
    assert feuille.getAttribute("name") == "jures"
    rangees = [r.getElementsByType(table.TableCell) for r in feuille.getElementsByType(table.TableRow)]
    assert [["".join(map(str, c.getElementsByType(text.P))) for c in r] for r in rangees] == [
        COLONNES,
        ["Élan & <fils>", "01 99 00 01 01", "28/02/1971", "3"],
        ["=HYPERLINK(1)", "+262 262 01 23 45", "", "0"],
        ["-1", "@SOMME(A1)", "31/12/2000", ""],
    ]
    colonnes = feuille.getElementsByType(table.TableColumn)
    assert [c.getAttribute("stylename") for c in colonnes] == ["de15", "de16", "de12", "de10"]
    largeurs = document.automaticstyles.getElementsByType(style.TableColumnProperties)
    assert [c.getAttribute("columnwidth") for c in largeurs] == ["2.0cm", "2.4cm", "3.0cm", "3.2cm"]
    types = [c.getAttribute("valuetype") for c in rangees[1]]
    assert (types, rangees[1][2].getAttribute("datevalue")) == (["string", "string", "date", "float"], "1971-02-28")


def test_un_ods_dit_la_longueur_de_son_type_avant_lui() -> None:
    """Seen refused by LibreOffice (« source file could not be loaded »): the length came after, as for the rest."""
    octets = ecrire("ods", LIGNES, None)
    type_ = b"application/vnd.oasis.opendocument.spreadsheet"
    options, *longueurs = struct.unpack("<6xH10xII", octets[:26])
    assert (options & 0b1000, longueurs) == (0, [len(type_)] * 2)
    assert octets[30 : 38 + len(type_)] == b"mimetype" + type_, "where programs look for it"


def _minuit(*jour: int) -> datetime:
    return datetime(*jour)  # noqa: DTZ001 -- a sheet's days have no zone


@pytest.mark.parametrize("format_", ["xlsx", "ods", "csv"])
def test_le_fichier_d_une_liste_vide_a_ses_titres(format_: str) -> None:
    octets = ecrire(format_, None)
    if format_ == "csv":
        assert octets.decode("utf-8-sig").split("\r\n") == [";".join(COLONNES), ""]
    elif format_ == "xlsx":
        feuille = openpyxl.load_workbook(io.BytesIO(octets))["jures"]
        assert list(feuille.values) == [tuple(COLONNES)]
    else:
        assert all(titre in str(opendocument.load(io.BytesIO(octets)).spreadsheet) for titre in COLONNES)


@pytest.mark.parametrize(("format_", "partis"), [(FORMATS["csv"], 2), (FORMATS["ods"], 1)], ids=["csv", "ods"])
def test_des_lignes_partent_avant_que_l_on_demande_les_suivantes(format_: Format, partis: int) -> None:
    """Whoever asks sees that it comes, and the writer holds one lot of a nation's rows."""
    demandes: list[int] = []

    def lots() -> Iterator[list[list[Any]]]:
        for n in range(3):
            demandes.append(n)
            yield LIGNES

    fichier = format_(Entete("jures", COLONNES, frozenset({"Né le"})), lots())
    for _ in range(partis):
        assert next(fichier)
    assert demandes == [0]


@pytest.mark.parametrize("format_", ["xlsx", "ods", "csv"])
def test_un_fichier_coupe_ne_passe_pas_pour_entier(format_: str) -> None:
    """Seen failing where the writer took the end of its rows for the last one."""
    octets = ecrire(format_, LIGNES, code=1)
    if format_ == "csv":
        assert octets.decode().splitlines()[-1].startswith("FICHIER INCOMPLET")
    else:
        assert not zipfile.is_zipfile(io.BytesIO(octets))


def test_un_caractere_que_xml_ne_porte_pas() -> None:
    octets = ecrire("ods", [["a\x0b\uffff\ufffeb", None, None, None]], None)
    document = opendocument.load(io.BytesIO(octets))
    assert "ab" in str(document.spreadsheet)


def test_un_ods_garde_les_lignes_et_les_espaces_d_une_adresse() -> None:
    """Seen written as they are, which OpenDocument reads as one space."""
    contenu = ecrire("ods", [["1 rue A\r\nBât. B  esc.   2\tface", None, None, None]], None)
    document = opendocument.load(io.BytesIO(contenu))
    cellule = document.getElementsByType(table.TableRow)[1].getElementsByType(table.TableCell)[0]
    lignes = cellule.getElementsByType(text.P)
    assert [len(ligne.getElementsByType(text.S)) for ligne in lignes] == [0, 2]
    assert len(lignes[1].getElementsByType(text.Tab)) == 1
    assert lire_tableau(contenu).lignes[1][1][0] == "1 rue A\nBât. B  esc.   2 face"


def test_la_passerelle_a_la_place_de_quatre_classeurs_nationaux(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Beyond it the cluster evicts the pod, and with it everybody's requests: one of 140,000 rows was enough."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ligne: list[Any] = ["Lefèvre-Dupont", "Zoé, Anne-Marie", "12 rue des Essais", "zoe.lefevre@exemple.fr"] * 4
    brouillons: list[int] = []

    def lots() -> Iterator[list[list[Any]]]:
        yield [ligne] * 2000
        brouillons.append(sum(fichier.stat().st_size for fichier in tmp_path.iterdir()))

    assert b"".join(xlsx.ecrire(Entete("candidats", ["Colonne"] * len(ligne), frozenset()), lots()))
    par_ligne = 2 * brouillons[0] / 2000  # the rows, then the whole sheet beside them
    pod = yaml.safe_load((RACINE / "deploy/base/gateway/deploiement.yaml").read_text("utf-8"))["spec"]["template"]
    (tampon,) = [volume for volume in pod["spec"]["volumes"] if volume["name"] == "tampon"]
    place = int(tampon["emptyDir"]["sizeLimit"].removesuffix("Gi")) << 30
    assert 4 * 400_000 * par_ligne < place
