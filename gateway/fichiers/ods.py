"""OpenDocument sheets, row by row.

No library writes them so: odfpy and its kin hold the whole document, and the one that streams (`stream-write-ods`) took
sixteen times as long as this for 50,000 rows.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from html import escape

from gateway.fichiers import Entete, Lots, Valeur, mesurer

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFESTE = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_DEBUT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>'
    '<number:date-style style:name="jour"><number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>'
    '</number:date-style><style:style style:name="date" style:family="table-cell" style:data-style-name="jour"/>'
    '<style:style style:name="entete" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
)
_CORPS = "</office:automatic-styles><office:body><office:spreadsheet>"
_CM = 0.2
"""Of a character."""
_FIN = "</table:table></office:spreadsheet></office:body></office:document-content>"
_ILLISIBLES = {code: None for code in (*range(32), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"}
"""Characters that XML cannot hold."""
_SIGNES = {"\r\n": "\n", "\r": "\n", "\n": "</text:p><text:p>", "\t": "<text:tab/>", "  ": " <text:s/>"}
"""What a paragraph, as XML, does not hold: to who reads it, an end of line or several spaces are one space."""


def ecrire(entete: Entete, lots: Lots) -> Iterator[bytes]:
    """Yields the file. Cut, it is no archive: nothing opens it."""
    prises = _Prises()
    with zipfile.ZipFile(prises, "w", zipfile.ZIP_DEFLATED) as archive:  # it asks for `write` alone
        _dire_le_type(archive)
        archive.writestr("META-INF/manifest.xml", _MANIFESTE)
        with archive.open("content.xml", "w", force_zip64=True) as contenu:
            largeurs, lots = mesurer(entete, lots)
            contenu.write(_ouverture(entete, largeurs).encode())
            for lot in lots:
                contenu.write("".join(_lignes(lot, entete.rangs_des_dates)).encode())
                yield prises.prendre()
            contenu.write(_FIN.encode())
    yield prises.prendre()


def _dire_le_type(archive: zipfile.ZipFile) -> None:
    """Writes the type with its length before it: `writestr`, which cannot go back, writes it after, and LibreOffice
    opens no such file."""
    octets = _TYPE.encode()
    entree = zipfile.ZipInfo("mimetype")
    entree.CRC, entree.file_size, entree.compress_size = zlib.crc32(octets), len(octets), len(octets)
    entree.header_offset = 0
    assert archive.fp is not None
    archive.fp.write(entree.FileHeader() + octets)
    archive.start_dir = archive.fp.tell()
    archive.filelist.append(entree)
    archive.NameToInfo[entree.filename] = entree


def _ouverture(entete: Entete, largeurs: list[int]) -> str:
    styles = "".join(
        f'<style:style style:name="de{n}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{n * _CM:.1f}cm"/></style:style>'
        for n in sorted(set(largeurs))
    )
    colonnes = "".join(f'<table:table-column table:style-name="de{n}"/>' for n in largeurs)
    titres = "".join(_texte(nom, ' table:style-name="entete"') for nom in entete.colonnes)
    return (
        f'{_DEBUT}{styles}{_CORPS}<table:table table:name="{escape(entete.feuille)}">{colonnes}'
        f"<table:table-header-rows><table:table-row>{titres}</table:table-row></table:table-header-rows>"
    )


def _lignes(lot: list[list[Valeur]], dates: frozenset[int]) -> Iterator[str]:
    for ligne in lot:
        cellules = "".join(_cellule(valeur, rang in dates) for rang, valeur in enumerate(ligne))
        yield f"<table:table-row>{cellules}</table:table-row>"


def _cellule(valeur: Valeur, date: bool) -> str:
    if valeur is None or valeur == "":
        return "<table:table-cell/>"
    if isinstance(valeur, int):
        nombre = f'office:value-type="float" office:value="{valeur}"'
        return f"<table:table-cell {nombre}><text:p>{valeur}</text:p></table:table-cell>"
    if date:
        vu = f"{valeur[8:10]}/{valeur[5:7]}/{valeur[:4]}"
        attributs = f'office:value-type="date" office:date-value="{valeur}" table:style-name="date"'
        return f"<table:table-cell {attributs}><text:p>{vu}</text:p></table:table-cell>"
    return _texte(valeur)


def _texte(valeur: str, attributs: str = "") -> str:
    lisible = escape(valeur.translate(_ILLISIBLES), quote=False)
    for signe, balise in _SIGNES.items():
        if signe in lisible:
            lisible = lisible.replace(signe, balise)
    return f'<table:table-cell office:value-type="string"{attributs}><text:p>{lisible}</text:p></table:table-cell>'


class _Prises(io.RawIOBase):
    """Where the archive is written, and taken from as it goes: it cannot go back, and nothing of it is kept."""

    def __init__(self) -> None:
        self._morceaux: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets: bytes) -> int:  # type: ignore[override]
        self._morceaux.append(bytes(octets))
        return len(octets)

    def prendre(self) -> bytes:
        """Returns what was written since the last time."""
        pris, self._morceaux = b"".join(self._morceaux), []
        return pris
