"""CSV as a French Excel opens it: UTF-8 with its mark, semicolons, dates as JJ/MM/AAAA."""

import csv
import io
from collections.abc import Iterator

from commun.domain.textes import sans_formule
from gateway.fichiers import Entete, Incomplet, Lots, Valeur

_COUPE = "FICHIER INCOMPLET : la préparation s'est interrompue avant la fin, recommencez."


def ecrire(entete: Entete, lots: Lots) -> Iterator[bytes]:
    """Yields the file. Cut, it says so in its last line: nothing else tells a csv that is whole."""
    tampon = io.StringIO(newline="")
    sortie = csv.writer(tampon, delimiter=";")
    dates = entete.rangs_des_dates
    yield "\ufeff".encode()
    sortie.writerow(entete.colonnes)
    try:
        for lot in lots:
            sortie.writerows([_cellule(v, n in dates) for n, v in enumerate(ligne)] for ligne in lot)
            yield _vider(tampon)
    except Incomplet:
        sortie.writerow([_COUPE])
        yield _vider(tampon)
        raise
    yield _vider(tampon)


def _cellule(valeur: Valeur, date: bool) -> Valeur:
    """Returns what is written."""
    if not isinstance(valeur, str):
        return valeur
    if date:
        return f"{valeur[8:10]}/{valeur[5:7]}/{valeur[:4]}"
    return sans_formule(valeur)


def _vider(tampon: io.StringIO) -> bytes:
    octets = tampon.getvalue().encode()
    tampon.seek(0)
    tampon.truncate()
    return octets
