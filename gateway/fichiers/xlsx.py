"""Excel sheets, by xlsxwriter, which keeps one row in memory and the others in a temporary file."""

import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import chain

import xlsxwriter

from gateway.fichiers import Entete, Lots, mesurer

_MORCEAU = 1 << 16
_ORIGINE = date(1899, 12, 30).toordinal()
"""The day from which Excel counts."""


def ecrire(entete: Entete, lots: Lots) -> Iterator[bytes]:
    """Yields the file, once it is whole: an archive of Excel cannot leave before its last row."""
    with tempfile.TemporaryFile() as fichier:
        with xlsxwriter.Workbook(fichier, {"constant_memory": True}) as classeur:
            _remplir(classeur, entete, lots)
        fichier.seek(0)
        while octets := fichier.read(_MORCEAU):
            yield octets


def _remplir(classeur: xlsxwriter.Workbook, entete: Entete, lots: Lots) -> None:
    feuille = classeur.add_worksheet(entete.feuille)
    gras, jour = classeur.add_format({"bold": True}), classeur.add_format({"num_format": "dd/mm/yyyy"})
    dates = entete.rangs_des_dates
    feuille.freeze_panes(1, 0)
    largeurs, lots = mesurer(entete, lots)
    for rang, largeur in enumerate(largeurs):
        feuille.set_column(rang, rang, largeur)
    for rang, nom in enumerate(entete.colonnes):
        feuille.write_string(0, rang, nom, gras)
    n = 0
    for n, ligne in enumerate(chain.from_iterable(lots), 1):
        for rang, valeur in enumerate(ligne):
            if valeur is None or valeur == "":
                continue
            if isinstance(valeur, int):
                feuille.write_number(n, rang, valeur)
            elif rang in dates:
                feuille.write_number(n, rang, date.fromisoformat(valeur).toordinal() - _ORIGINE, jour)
            else:
                feuille.write_string(n, rang, valeur)
    feuille.autofilter(0, 0, n, len(entete.colonnes) - 1)
