"""The lines of a file checked by the form's own schema: what one line alone can say."""

from dataclasses import dataclass
from typing import Any

from commun.errors import Invalide
from commun.forms import charger
from commun.rules import Effet
from services.candidats import schemas
from services.candidats.fichiers.bilan import Bilan
from services.candidats.fichiers.colonnes import Colonne, formulaire, reconnaitre
from services.candidats.fichiers.lecture import Feuille, Illisible, lire

_SCHEMA = schemas.NouveauCandidat()


@dataclass(frozen=True)
class Ligne:
    """A line that the form accepts. `valeurs`: what its cells hold, by field."""

    numero: int
    forme: dict[str, Any]
    valeurs: dict[str, str]


@dataclass(frozen=True)
class Lecture:
    """A file that was read: the sheet, what its columns are, the lines that the form accepts, the others' refusals."""

    feuille: Feuille
    colonnes: dict[int, Colonne]
    lignes: list[Ligne]
    bilan: Bilan


def controler(contenu: bytes) -> Lecture:
    """Reads a file and checks each of its lines. It takes time: to be called on a thread of its own.

    Raises:
        Illisible: the file cannot be read, or its headings are wrong.
    """
    feuille = lire(contenu)
    colonnes, fautes = reconnaitre(feuille.entetes)
    if fautes:
        raise Illisible(" ".join(fautes))
    bilan = Bilan()
    lignes = []
    for numero, cellules in feuille.lignes:
        valeurs = {c.champ: cellules[place] for place, c in colonnes.items() if place < len(cellules)}
        try:
            forme = charger(_SCHEMA, formulaire(cellules, colonnes))
        except Invalide as erreur:
            for champ, messages in _a_plat(erreur.erreurs or {}):
                for message in messages:
                    bilan.dire(numero, Effet.REFUSE, message, champ=champ, valeur=valeurs.get(champ))
        else:
            lignes.append(Ligne(numero, forme, valeurs))
    return Lecture(feuille, colonnes, lignes, bilan)


def _a_plat(messages: dict[str, Any], prefixe: str = "") -> list[tuple[str, list[str]]]:
    plats: list[tuple[str, list[str]]] = []
    for champ, valeur in messages.items():
        nom = f"{prefixe}{champ}"
        plats += _a_plat(valeur, f"{nom}.") if isinstance(valeur, dict) else [(nom, list(valeur))]
    return plats
