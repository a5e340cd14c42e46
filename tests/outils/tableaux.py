"""Files as people send them: the same rows in each of the three formats."""

import csv
import io
import zipfile
from collections.abc import Collection
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter


def en_csv(lignes: list[list[str]], separateur: str = ";", encodage: str = "utf-8") -> bytes:
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=separateur).writerows(lignes)
    return sortie.getvalue().encode(encodage)


def en_xlsx(
    lignes: list[list[Any]],
    autres: dict[str, list[list[Any]]] | None = None,
    masquees: Collection[int] = (),
    fusion: tuple[int, int, int] | None = None,
    depuis_1904: bool = False,
    colonnes_masquees: Collection[int] = (),
) -> bytes:
    """`autres`: the rows of other sheets, by their names; `masquees`: the numbers of the rows of the first not seen;
    `fusion`: a column of it, from 0 on, and the numbers of the first and last rows whose cells are merged;
    `depuis_1904`: days are counted from there; `colonnes_masquees`: its columns, from 0 on, not seen."""
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True, "date_1904": depuis_1904})
    for nom, siennes in ({"": lignes} | (autres or {})).items():
        page = classeur.add_worksheet(nom)
        for rang, ligne in enumerate(siennes):
            page.write_row(rang, 0, ligne)
        for numero in masquees if not nom else ():
            page.set_row(numero - 1, None, None, {"hidden": True})
        for colonne in colonnes_masquees if not nom else ():
            page.set_column(colonne, colonne, None, None, {"hidden": True})
        if fusion and not nom:
            colonne, premiere, derniere = fusion
            page.merge_range(premiere - 1, colonne, derniere - 1, colonne, lignes[premiere - 1][colonne])
    classeur.close()
    return sortie.getvalue()


def en_ods(
    lignes: list[list[Any]],
    note: str = "",
    masquees: Collection[int] = (),
    fusion: tuple[int, int, int] | None = None,
    colonnes_masquees: Collection[int] = (),
) -> bytes:
    """As a spreadsheet saves it: alike cells counted, an empty end of sheet, dates and numbers as values.

    Args:
        note: the comment of every cell of text.
        masquees: the numbers of the rows that a filter leaves out.
        fusion, colonnes_masquees: as of `en_xlsx`.
    """
    commentaire = f"<office:annotation><text:p>{note}</text:p></office:annotation>" if note else ""

    def cellule(texte: str | float) -> str:
        if not isinstance(texte, str):
            affichee = f"<text:p>{texte:,}</text:p>".replace(",", " ")
            return f'<table:table-cell office:value-type="float" office:value="{texte}">{affichee}</table:table-cell>'
        if texte == "1988-02-29":
            affichee = "<text:p>29/02/88</text:p>"
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{texte}">{affichee}</table:table-cell>'
            )
        return f"<table:table-cell>{commentaire}<text:p>{escape(texte)}</text:p></table:table-cell>"

    vides = '<table:table-cell table:number-columns-repeated="1000"/>'

    def rangee(numero: int, ligne: list[Any]) -> str:
        montree = ' table:visibility="filter"' if numero in masquees else ""
        cellules = list(map(cellule, ligne))
        if fusion and fusion[1] == numero:
            etendue = f'<table:table-cell table:number-rows-spanned="{fusion[2] - fusion[1] + 1}"'
            cellules[fusion[0]] = cellules[fusion[0]].replace("<table:table-cell", etendue)
        elif fusion and fusion[1] < numero <= fusion[2]:
            cellules[fusion[0]] = "<table:covered-table-cell/>"
        return f"<table:table-row{montree}>{''.join(cellules)}{vides}</table:table-row>"

    masquee = ' table:visibility="collapse"'
    places = range(max(map(len, lignes), default=0))
    colonnes = "".join(f"<table:table-column{masquee if n in colonnes_masquees else ''}/>" for n in places)
    rangees = "".join(rangee(numero, ligne) for numero, ligne in enumerate(lignes, 1))
    fin = f'<table:table-row table:number-rows-repeated="1048000">{vides}</table:table-row>'
    espaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    corps = f"<office:spreadsheet><table:table>{colonnes}{rangees}{fin}</table:table></office:spreadsheet>"
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content{espaces}><office:body>{corps}</office:body></office:document-content>",
        )
    return sortie.getvalue()
