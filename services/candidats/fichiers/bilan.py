"""What is said of an imported file, line by line, and the copy that says it."""

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson

from commun.domain.rules import Effet, Manquement
from services.candidats.fichiers.colonnes import PAR_CHAMP, Colonne
from services.candidats.fichiers.lecture import Feuille

_CLASSEUR = b"PK"
"""How every workbook begins, which is a ZIP."""

_ORIGINE_DES_MAC = date(1904, 1, 1)
"""The day from which some workbooks count the days: the others do from 1899, and their copies."""

_VALEUR_MAX = 250
"""Characters of a value that are shown: more than any column takes."""

_HOMONYMES = 5
"""Communes of one name that a refusal tells apart."""

_INTITULES = {Effet.REFUSE: "Refus", Effet.CONFIRME: "À confirmer", Effet.INFORME: "Remarques"}


@dataclass(frozen=True)
class Observation:
    """Something to say of a line; `champ` where it is of one of its cells."""

    ligne: int
    message: str
    effet: Effet
    champ: str | None = None
    valeur: str | None = None
    code: str | None = None

    @property
    def colonne(self) -> Colonne | None:
        return PAR_CHAMP.get(self.champ or "")

    def en_clair(self) -> dict[str, Any]:
        """Returns the observation as the contract shows it: line, column, value, what is accepted."""
        colonne = self.colonne
        return {
            "ligne": self.ligne,
            "colonne": colonne.intitule if colonne else None,
            "valeur": self.valeur,
            "message": self.message,
            "accepte": colonne.accepte if colonne and self.effet is Effet.REFUSE else None,
            "code": self.code,
        }


@dataclass
class Bilan:
    """All that is to say of a file."""

    observations: list[Observation] = field(default_factory=list)

    def dire(self, ligne: int, effet: Effet, message: str, *, valeur: str | None = None, **details: Any) -> None:
        """Adds an observation. Of a value as long as a letter, the beginning tells which it is."""
        montree = f"{valeur[:_VALEUR_MAX]}…" if valeur and len(valeur) > _VALEUR_MAX else valeur
        self.observations.append(Observation(ligne, message, effet, valeur=montree, **details))

    def dire_manquement(self, ligne: int, m: Manquement, valeurs: dict[str, str]) -> None:
        """Adds a broken rule; `valeurs`: what the line's cells hold, by field."""
        champ = m.contexte.get("champ")
        self.dire(ligne, m.effet, m.message, champ=champ, valeur=valeurs.get(champ or ""), code=m.code)

    def preciser(self, champ: str, precisions: Mapping[int, str]) -> None:
        """Adds to what is said of a field, on these lines."""
        for place, o in enumerate(self.observations):
            if o.champ == champ and o.ligne in precisions:
                self.observations[place] = replace(o, message=f"{o.message} {precisions[o.ligne]}")

    def de_l_effet(self, effet: Effet) -> list[Observation]:
        """Returns the observations of one kind, in the order of lines."""
        return sorted((o for o in self.observations if o.effet is effet), key=lambda o: o.ligne)

    @property
    def refus(self) -> list[Observation]:
        return self.de_l_effet(Effet.REFUSE)

    def erreurs(self) -> dict[str, dict[str, list[str]]]:
        """Returns the refusals as `erreurs` of the contract: line → column → messages."""
        par_ligne: dict[str, dict[str, list[str]]] = {}
        for o in self.refus:
            montree = f"« {o.valeur} » : {o.message}" if o.valeur else o.message
            par_ligne.setdefault(str(o.ligne), {}).setdefault(o.champ or "ligne", []).append(montree)
        return par_ligne


def codes_en_clair(communes: Sequence[Mapping[str, str]]) -> str:
    """Returns the sentence that follows where a birth commune is named without its code, and these bear its name."""
    if not communes:
        return "Pour une naissance à l'étranger, indiquez le pays."
    dites = [f"{c['code_insee']} ({c['nom']}, {c['departement']})" for c in communes[:_HOMONYMES]]
    autres = " ; d'autres portent aussi ce nom" if len(communes) > _HOMONYMES else ""
    return f"Commune{'s' if len(communes) > 1 else ''} de ce nom : {', '.join(dites)}{autres}."


def garder(feuille: Feuille, lues: dict[int, Colonne], bilan: Bilan) -> bytes:
    """Returns all that the annotated copy of a file shows, to be drawn if somebody asks for it (`copie_annotee`)."""
    tout = {
        "rang": feuille.rang,
        "titres": feuille.titres,
        "origine": feuille.origine,
        "entetes": feuille.entetes,
        "lignes": feuille.lignes,
        "colonnes": [(place, colonne.champ) for place, colonne in lues.items()],
        "observations": bilan.observations,
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
    observations = [Observation(**o | {"effet": Effet(o["effet"])}) for o in tout["observations"]]
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

    for numero, cellules in feuille.titres:
        for place, texte in enumerate(cellules):
            if texte:
                page.write_string(numero - 1, place, texte)
    for place, entete in enumerate(feuille.entetes):
        page.write_string(feuille.rang - 1, place, entete, gras)
    for rang, effet in enumerate(_INTITULES):
        page.write_string(feuille.rang - 1, largeur + rang, _INTITULES[effet], gras)
    for numero, cellules in feuille.lignes:
        siennes = par_ligne.get(numero, [])
        fautives = {places.get(o.champ or "") for o in siennes if o.effet is Effet.REFUSE}
        for place in range(largeur):
            texte = cellules[place] if place < len(cellules) else ""
            if texte or place in fautives:
                page.write_string(numero - 1, place, texte, fautif if place in fautives else normal)
        for rang, effet in enumerate(_INTITULES):
            if phrases := [_phrase(o) for o in siennes if o.effet is effet]:
                page.write_string(numero - 1, largeur + rang, "\n".join(phrases))
    page.freeze_panes(feuille.rang, 0)
    page.set_column(0, largeur - 1, 18)
    page.set_column(largeur, largeur + len(_INTITULES) - 1, 60)
    classeur.close()
    return sortie.getvalue()


def _phrase(o: Observation) -> str:
    if not o.colonne:
        return o.message
    accepte = f" Accepté : {o.colonne.accepte}." if o.effet is Effet.REFUSE else ""
    return f"{o.colonne.intitule} : {o.message}{accepte}"
