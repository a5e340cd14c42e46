"""The jurés' file against bare writers, and what the API does just before and meanwhile, in one run.

A bare writer reads the same rows over one connection and writes them in a loop:
xlsxwriter (`constant_memory`), odfpy (a tenth of the rows: it holds the document), csv. The two go turn and turn about.
"""

import csv
import io
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

import httpx
import psycopg
import xlsxwriter
from odf import opendocument, table, text

from bench.mesure import chrono, mediane, p95
from bench.national import Nation, pile_nationale
from bench.processeur import pointe
from bench.rapport import Avancer, Bilan, Promesse, nombre

_REQUETE = """
SELECT civilite, nom, nom_usage, prenom, telephone_professionnel, telephone_personnel, courriel, adresse->>'voie',
       adresse->>'complement', adresse->>'code_postal', adresse->>'commune', departement, statut, h.sur, h.fin
FROM jures j LEFT JOIN LATERAL (
    SELECT string_agg(coalesce(titre_code, ccs_code), ' ; ') sur, max(date_fin) fin FROM habilitations
    WHERE jure_id = j.id AND etat = 'active' AND date_fin >= current_date) h ON true
WHERE absorbe_par IS NULL ORDER BY tri, id
"""
_SONDE = 0.05
_QUI, _QUI_SONDE = "national-demo", "ud-demo"


def _lignes(url: str, limite: int) -> Iterator[tuple[Any, ...]]:
    with psycopg.connect(url) as db, db.cursor(name="banc") as curseur:
        curseur.itersize = 1000
        yield from curseur.execute(f"{_REQUETE} LIMIT {limite}")


def _xlsx(lignes: Iterator[tuple[Any, ...]], sortie: IO[bytes]) -> None:
    with xlsxwriter.Workbook(sortie, {"constant_memory": True}) as classeur:
        feuille, jour = classeur.add_worksheet(), classeur.add_format({"num_format": "dd/mm/yyyy"})
        for n, ligne in enumerate(lignes):
            for rang, valeur in enumerate(ligne):
                if isinstance(valeur, date):
                    feuille.write_datetime(n, rang, valeur, jour)
                elif valeur:
                    feuille.write_string(n, rang, valeur)


def _ods(lignes: Iterator[tuple[Any, ...]], sortie: IO[bytes]) -> None:
    document = opendocument.OpenDocumentSpreadsheet()
    feuille = table.Table(name="jures")
    for ligne in lignes:
        rangee = table.TableRow()
        for valeur in ligne:
            cellule = table.TableCell(valuetype="string")
            cellule.addElement(text.P(text=str(valeur or "")))
            rangee.addElement(cellule)
        feuille.addElement(rangee)
    document.spreadsheet.addElement(feuille)
    document.save(sortie)


def _csv(lignes: Iterator[tuple[Any, ...]], sortie: IO[bytes]) -> None:
    with io.TextIOWrapper(sortie, "utf-8-sig", newline="") as texte:
        csv.writer(texte, delimiter=";").writerows(lignes)


_NUS: dict[str, tuple[Callable[[Iterator[tuple[Any, ...]], IO[bytes]], None], float]] = {
    "xlsx": (_xlsx, 1.0),
    "ods": (_ods, 0.1),
    "csv": (_csv, 1.0),
}


class _Sonde:
    """Asks for a page again and again, and notes how long it takes."""

    def __init__(self, nation: Nation) -> None:
        self._adresse, self._entetes = f"{nation.url}/api/v1/sessions?q=paris", nation.entetes(_QUI_SONDE)
        self._fin = threading.Event()
        self.durees: list[float] = []

    def __enter__(self) -> "_Sonde":
        self._fil = threading.Thread(target=self._sonder)
        self._fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        self._fil.join()

    def _sonder(self) -> None:
        with httpx.Client(headers=self._entetes, timeout=30) as http:
            while not self._fin.wait(_SONDE):
                self.durees.append(chrono(lambda: http.get(self._adresse).raise_for_status()))


def _telecharger(nation: Nation, format_: str) -> int:
    adresse = f"{nation.url}/api/v1/jures/export?format={format_}"
    with httpx.stream("GET", adresse, headers=nation.entetes(_QUI), timeout=120) as reponse:
        reponse.raise_for_status()
        return sum(len(octets) for octets in reponse.iter_bytes())


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    return 1 + _tours(court) * len(_NUS)


def _tours(court: bool) -> int:
    return 1 if court else 3


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures each format, CERES and the bare writer turn and turn about."""
    avancer("données nationales")
    with pile_nationale(0.02 if court else 1.0) as nation:
        with psycopg.connect(nation.base("jures")) as db:
            n = db.execute("SELECT count(*) FROM jures WHERE absorbe_par IS NULL").fetchone()[0]  # type: ignore[index]
        for qui in (_QUI, _QUI_SONDE):
            nation.entetes(qui)
        passerelle = nation.pile.processus_nomme("gateway").pid
        # the peak counts from here: a sign-in's argon2 takes 64 MB
        Path(f"/proc/{passerelle}/clear_refs").write_text("5")
        lignes, promesses, au_calme = [], [], []
        for format_ in _NUS:
            siens, nus, avant, pendant = [], [], [], []
            for tour in range(_tours(court)):
                avancer(f"{format_}, tour {tour + 1}")
                with _Sonde(nation) as sonde:
                    time.sleep(1 if court else 4)
                avant += sonde.durees
                with _Sonde(nation) as sonde:
                    siens.append(chrono(lambda f=format_: _telecharger(nation, f)) / 1000)  # type: ignore[misc]
                pendant += sonde.durees
                nus.append(_nu(nation, format_, n))
            au_calme += avant
            gene = p95(pendant) / p95(avant)
            lignes.append((format_, mediane(siens), round(n / mediane(siens)), mediane(nus), gene))
            promesses += [
                Promesse(f"{format_}, part de la vitesse de l'écrivain nu", mediane(nus) / mediane(siens), 0.8),
                Promesse(f"{format_}, p95 de l'API pendant ce temps", gene, 1.5, au_plus=True, unite=" ×"),
            ]
        memoire = pointe(passerelle)
    promesses.append(Promesse("mémoire de la passerelle, au plus", memoire, 150, au_plus=True, unite=" Mo"))
    return Bilan(
        f"Fichier de {n} jurés",
        ("", "CERES s", "lignes/s", "écrivain nu s", "p95 de l'API ×"),
        lignes,
        promesses,
        (f"p95 de l'API au calme : {nombre(p95(au_calme))} ms.",),
    )


def _nu(nation: Nation, format_: str, n: int) -> float:
    """Returns how many seconds the bare writer takes for this many rows."""
    ecrire, part = _NUS[format_]
    with tempfile.TemporaryFile() as sortie:
        return chrono(lambda: ecrire(_lignes(nation.base("jures"), int(n * part)), sortie)) / 1000 / part
