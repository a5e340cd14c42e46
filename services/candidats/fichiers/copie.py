"""The annotated copy of an imported file: its lines at their places, with what is said of each beside it."""

import io
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from commun.domain.rules import Effet
from services.candidats.fichiers.bilan import Bilan, Observation
from services.candidats.fichiers.colonnes import PAR_CHAMP, Colonne
from services.candidats.fichiers.lecture import Feuille

_CLASSEUR = b"PK"
"""How every workbook begins, which is a ZIP."""

_ORIGINE_DES_MAC = date(1904, 1, 1)
"""The day from which some workbooks count the days: the others do from 1899, and their copies."""

_GARDES = ("ligne", "message", "effet", "champ", "valeur", "code")
"""What is kept of an observation, under its own name: an older process makes it from these alone."""

_INTITULES = {Effet.REFUSE: "Refus", Effet.CONFIRME: "À confirmer", Effet.INFORME: "Remarques"}


def garder(feuille: Feuille, lues: dict[int, Colonne], bilan: Bilan) -> bytes:
    """Returns all that the annotated copy of a file shows, to be drawn if somebody asks for it (`copie_annotee`)."""
    tout = {
        "rang": feuille.rang,
        "titres": feuille.titres,
        "origine": feuille.origine,
        "entetes": feuille.entetes,
        "lignes": feuille.lignes,
        "colonnes": [(place, colonne.champ) for place, colonne in lues.items()],
        "observations": [{nom: getattr(o, nom) for nom in _GARDES} for o in bilan.observations],
        "incorrigibles": [rang for rang, o in enumerate(bilan.observations) if not o.corrigible],
    }
    return zlib.compress(orjson.dumps(tout), 1)


def copie_annotee(garde: bytes) -> bytes:
    """Returns the workbook of what `garder` kept; one that an earlier version drew at once is returned as it is."""
    if garde.startswith(_CLASSEUR):
        return garde
    tout = orjson.loads(zlib.decompress(garde))
    # of one kept by an earlier version, some are not said
    titres, lignes = ([(numero, cellules) for numero, cellules in tout.get(quoi, ())] for quoi in ("titres", "lignes"))
    origine = date.fromisoformat(dite) if (dite := tout.get("origine")) else None
    feuille = Feuille(tout["entetes"], lignes, tout.get("rang", 1), origine=origine, titres=titres)
    lues = {place: PAR_CHAMP[champ] for place, champ in tout["colonnes"]}
    incorrigibles = frozenset(tout.get("incorrigibles", ()))
    observations = [
        Observation(**o | {"effet": Effet(o["effet"])}, corrigible=rang not in incorrigibles)
        for rang, o in enumerate(tout["observations"])
    ]
    return annoter(feuille, lues, Bilan(observations))


def sans_annotations(feuille: Feuille) -> Feuille:
    """Returns a sheet without the columns that `annoter` added: people correct the copy that they are given back, and
    remove the column that they are done with. One alone may be theirs: it is not passed over."""
    if len(set(_INTITULES.values()) & set(feuille.entetes)) < len(_INTITULES) - 1:
        return feuille
    ajoutees = {place for place, entete in enumerate(feuille.entetes) if entete in _INTITULES.values()}
    entetes, *lignes = (
        [cellule for place, cellule in enumerate(cellules) if place not in ajoutees]
        for cellules in (feuille.entetes, *(cellules for _, cellules in feuille.lignes))
    )
    numeros = (numero for numero, _ in feuille.lignes)
    return replace(feuille, entetes=entetes, lignes=list(zip(numeros, lignes, strict=True)))


def annoter(feuille: Feuille, lues: dict[int, Colonne], bilan: Bilan) -> bytes:
    """Returns a workbook of the same lines, at the same numbers, with what is said of each beside it, and the cells at
    fault in colour. It counts the days as theirs did: sent back, a day written as a number is the same day."""
    import xlsxwriter  # with openpyxl, only for who imports a file

    sortie = io.BytesIO()
    depuis_1904 = feuille.origine == _ORIGINE_DES_MAC
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True, "date_1904": depuis_1904})
    page = classeur.add_worksheet("Import annoté")
    gras = classeur.add_format({"bold": True, "bottom": 1})
    fautif = classeur.add_format({"bg_color": "#FFD6D6", "bold": True})
    normal = classeur.add_format({})
    largeur = max(len(feuille.entetes), max(len(cellules) for _, cellules in feuille.lignes))
    places = {colonne.champ: place for place, colonne in lues.items()}
    par_ligne: dict[int, list[Observation]] = {}
    for o in bilan.observations:
        par_ligne.setdefault(o.ligne, []).append(o)

    _ecrire_le_haut(page, feuille, largeur, gras)
    for numero, cellules in feuille.lignes:
        siennes = par_ligne.get(numero, [])
        fautives = {places.get(o.champ or "") for o in siennes if o.effet is Effet.REFUSE}
        for place in range(largeur):
            texte = cellules[place] if place < len(cellules) else ""
            if texte or place in fautives:
                page.write_string(numero - 1, place, texte, fautif if place in fautives else normal)
        _ecrire_ce_qui_est_dit(page, numero - 1, largeur, siennes)
    page.freeze_panes(feuille.rang, 0)
    page.set_column(0, largeur - 1, 18)
    page.set_column(largeur, largeur + len(_INTITULES) - 1, 60)
    classeur.close()
    return sortie.getvalue()


def _ecrire_le_haut(page: Any, feuille: Feuille, largeur: int, gras: Any) -> None:
    """Writes the titles above a table, then its headings, ours after them."""
    for numero, cellules in feuille.titres:
        for place, texte in enumerate(cellules):
            if texte:
                page.write_string(numero - 1, place, texte)
    for place, entete in enumerate(feuille.entetes):
        page.write_string(feuille.rang - 1, place, entete, gras)
    for rang, intitule in enumerate(_INTITULES.values()):
        page.write_string(feuille.rang - 1, largeur + rang, intitule, gras)


def _ecrire_ce_qui_est_dit(page: Any, rang: int, largeur: int, siennes: Iterable[Observation]) -> None:
    """Writes what is said of a line, a column a kind."""
    for colonne, effet in enumerate(_INTITULES, largeur):
        if phrases := [_phrase(o) for o in siennes if o.effet is effet]:
            page.write_string(rang, colonne, "\n".join(phrases))


def _phrase(o: Observation) -> str:
    if not o.colonne:
        return o.message
    accepte = f" Accepté : {o.accepte}." if o.accepte else ""
    return f"{o.colonne.intitule} : {o.message}{accepte}"
