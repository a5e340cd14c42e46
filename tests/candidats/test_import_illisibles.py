"""CAN-05: files of candidates that are none, or that nobody should open."""

import io
import zipfile
from collections.abc import Callable

import pytest

from commun.domain.errors import Invalide
from commun.domain.textes import nombre
from services.candidats.commands.importer import importer
from services.candidats.fichiers.lecture import LIGNES_MAX
from tests.candidats.banc import CENTRE, Banc
from tests.candidats.fichiers import ENTETES, LEO, ZOE, corps
from tests.outils.tableaux import en_csv, en_xlsx


def _bombe() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 210_000_000)
    return sortie.getvalue()


def _entites() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return sortie.getvalue()


def _en_xlsb() -> bytes:
    """What Excel saves as « Classeur Excel binaire »."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("xl/workbook.bin", b"\x83\x01\x00")
    return sortie.getvalue()


def _archive(content: str, mimetype: str = "", manifeste: str = "") -> bytes:
    """What holds the content of an OpenDocument."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, dit in (("mimetype", mimetype), ("META-INF/manifest.xml", manifeste), ("content.xml", content)):
            if dit:
                archive.writestr(nom, dit)
    return sortie.getvalue()


def _en_xlsx_strict() -> bytes:
    """What Excel saves as « Strict Open XML »: other names for the same things."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(en_xlsx([ENTETES, ZOE]))) as usuel, zipfile.ZipFile(sortie, "w") as strict:
        for nom in usuel.namelist():
            dit = usuel.read(nom).replace(b"schemas.openxmlformats.org/", b"purl.oclc.org/ooxml/")
            strict.writestr(nom, dit.replace(b"/2006/", b"/"))
    return sortie.getvalue()


_NI_L_UN_NI_L_AUTRE = (
    "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv. Si votre tableur l'ouvre : "
    "« Enregistrer sous » en xlsx, en ods ou en csv, et renvoyez ce fichier-là."
)
"""Seen ended before what to do, of a file that one's spreadsheet opens as any other."""
_TROP_LONG = f"Ce fichier compte trop de lignes : {nombre(LIGNES_MAX)} au plus."


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"", "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."),
        (en_csv([ENTETES]), "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv."),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"\xff\xd8\xff\xe1\x10\x1aExif;\nsuite\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"{\\rtf1\\ansi\nNom;Prenoms\n}", "Ce fichier n'est ni un classeur xlsx"),
        (b"\n<html>\n<table><tr><td>Nom</td></tr></table></html>\n", _NI_L_UN_NI_L_AUTRE),
        (_en_xlsb(), _NI_L_UN_NI_L_AUTRE),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<office:document/>\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "L'ancien format xls n'est pas accepté : dans votre tableur"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "Un classeur protégé par un mot de passe ne se lit pas",
        ),
        (
            _archive(mimetype="application/vnd.oasis.opendocument.text", content="<a/>"),
            "Ce fichier n'est ni un classeur",
        ),
        (_archive(manifeste="<m:encryption-data/>", content="\x93\x12"), "Un classeur protégé par un mot de passe"),
        (_en_xlsx_strict(), "Ce classeur n'a aucune feuille qui se lise"),
        (en_csv([ENTETES, ZOE]) + b'"' + en_csv([LEO, LEO]), "Un guillemet s'ouvre à la ligne 3 et n'est jamais fermé"),
        (  # Léo was imported into Zoé's address, unsaid
            en_csv([[*ENTETES, "Adresse"], [*ZOE, "§1 rue A"], [*LEO, "2 rue §B§"]]).replace("§".encode(), b'"'),
            "Un guillemet s'ouvre à la ligne 2 et n'est fermé que par celui d'une autre ligne",
        ),
        (b"PK\x03\x04abc", "Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv."),
        (_bombe, "Ce classeur est trop volumineux."),  # made by its test: each worker reads this list
        (_entites(), "Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv."),
        (en_csv([ENTETES, *[ZOE] * (LIGNES_MAX + 1)]), _TROP_LONG),
        (en_csv([[*ENTETES, *["x"] * 50], ZOE]), "Ce fichier compte trop de colonnes : 50 au plus."),
        (en_csv([[*ENTETES, "Taille"], ZOE]), "La colonne « Taille » n'est pas attendue : retirez-la ou renommez-la."),
        (
            en_csv([[*ENTETES, "Taille", "Poids"], ZOE]),  # seen with all the possible columns after each of them
            "Les colonnes « Taille », « Poids » ne sont pas attendues : retirez-les ou renommez-les.",
        ),
        (
            en_csv([[*ENTETES, "Prénom"], ZOE]),
            "La colonne « Prénoms » figure deux fois : gardez « Prénoms » ou « Prénom ».",
        ),
        (
            en_csv([[*ENTETES, "Commune de naissance", "Lieu de naissance"], [*ZOE, "", "Oran"]]),
            "La colonne « Commune de naissance » figure deux fois : gardez",
        ),
        (en_csv([["Nom de naissance", "Prénoms"], ["A", "B"]]), "La colonne « Date de naissance » est obligatoire."),
    ],
)
def test_un_fichier_qui_n_en_est_pas_un(banc: Banc, contenu: bytes | Callable[[], bytes], phrase: str) -> None:
    refus = banc.refuse(CENTRE, importer, corps(contenu() if callable(contenu) else contenu))
    assert isinstance(refus, Invalide)
    assert list(refus.erreurs or {}) == ["fichier"]
    assert refus.detail.startswith(phrase)
