"""From the flat fields of a browser's form to the body that the API expects, and from its errors back to the fields.

A field inside an object is named « adresse.voie », in a list « sites-0.libelle »; a choice among several repeats its
name, or gives one a line; a value for each person is named « par_personne[id] ».
"""

import re
from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from commun.schemas.forms import instance

Saisie = MultiDict[str, str]

_RANG = re.compile(r"-(\d{1,9})\.")
_ENTIER = re.compile(r"\d{1,18}")
_COLLES = str.maketrans({"\v": "\n", "\f": "\n", "\x1e": "-", "\x1f": None})
"""What a text copied from Word or PowerPoint holds, and browsers paste as it is: their line and page breaks, the hyphen
that does not break, the one that shows at the end of a line only. The API refuses them, for they are seen nowhere."""


def lire(schema: type[Schema] | Schema, saisie: Saisie, prefixe: str = "", *, partiel: bool = False) -> dict[str, Any]:
    """Returns the body that this form says. An empty field counts as absent, or as emptied where it may be.

    Args:
        partiel: whether what is absent stays as it is: an empty field is then said, to be refused where it may not be.
            Not one inside an object or a row, which is given whole.
    """
    corps: dict[str, Any] = {}
    for nom, champ in instance(schema).fields.items():
        for valeur in _valeur(champ, saisie, prefixe + nom, partiel):
            corps[nom] = valeur
    return corps


def _valeur(champ: Any, saisie: Saisie, nom: str, partiel: bool) -> Iterator[Any]:
    match champ:
        case fields.Nested():
            yield from _objet(champ, saisie, nom)
        case fields.List(inner=fields.Nested() as element):
            yield from _liste(element, saisie, nom)
        case fields.List():
            if nom in saisie or f"{nom}~" in saisie:
                yield [v for lignes in saisie.getlist(nom) for v in lignes.translate(_COLLES).splitlines() if v.strip()]
        case fields.Dict():
            cles = {c: v for c, v in saisie.items() if c.startswith(f"{nom}[") and c.endswith("]") and v.strip()}
            if cles or f"{nom}~" in saisie:
                yield {cle[len(nom) + 1 : -1]: valeur for cle, valeur in cles.items()}
        case fields.Boolean():
            if nom in saisie or f"{nom}~" in saisie:
                yield saisie.get(nom, "") not in ("", "false")
        case _:
            yield from _simple(champ, saisie, nom, partiel)


def _simple(champ: Any, saisie: Saisie, nom: str, partiel: bool) -> Iterator[Any]:
    if nom not in saisie:
        return
    brut = saisie[nom]
    if brut.strip():
        nombre = entier(brut.strip()) if isinstance(champ, fields.Integer) else None
        yield brut.replace("\r\n", "\n").translate(_COLLES) if nombre is None else nombre
    elif champ.allow_none or partiel:
        yield None


def _objet(champ: Any, saisie: Saisie, nom: str) -> Iterator[Any]:
    if not any(cle.startswith(f"{nom}.") for cle in saisie):
        return
    objet = lire(champ.schema, saisie, f"{nom}.")
    yield None if champ.allow_none and _vide(objet) else objet


def _liste(element: Any, saisie: Saisie, nom: str) -> Iterator[Any]:
    lignes = _par_rang(saisie, nom)
    if lignes or f"{nom}~" in saisie:
        yield [lire(element.schema, lignes[rang]) for rang in lignes_dites(saisie, nom)]


def _par_rang(saisie: Saisie, nom: str) -> dict[int, Saisie]:
    """Returns the fields of each line of a list, by its rank, as a form of that line alone would name them.

    Put apart in one go: to look for each line's in the whole form takes the square of its lines.
    """
    lignes: dict[int, Saisie] = {}
    for cle, lu in _places(saisie, nom):
        lignes.setdefault(int(lu[1]), MultiDict()).setlist(cle[lu.end() :], saisie.getlist(cle))
    return lignes


def rangs_de(saisie: Saisie, nom: str) -> list[int]:
    """Returns the rank of each field of a list's lines, as often as its line has fields."""
    return [int(lu[1]) for _, lu in _places(saisie, nom)]


def lignes_dites(saisie: Saisie, nom: str) -> list[int]:
    """Returns the ranks of the lines of a list in which something was typed: the others are not sent."""
    return sorted({int(lu[1]) for cle, lu in _places(saisie, nom) if any(map(str.strip, saisie.getlist(cle)))})


def _places(saisie: Saisie, nom: str) -> Iterator[tuple[str, re.Match[str]]]:
    for cle in saisie:
        if cle.startswith(f"{nom}-") and (lu := _RANG.match(cle, len(nom))):
            yield cle, lu


def entier(brut: str) -> int | None:
    """Returns the number that a field holds, if it is one that a column could."""
    return int(brut) if _ENTIER.fullmatch(brut) else None


def absorbe_lu(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns the body of a fusion whose form names who is absorbed with the version that it shows: « id:version »."""
    dit = corps.get("absorbe_id")
    if not dit:
        return corps
    absorbe_id, _, version = str(dit).partition(":")
    return corps | {"absorbe_id": absorbe_id, "absorbe_version": entier(version)}


def _vide(lu: Any) -> bool:
    """Returns whether nothing was typed or ticked, however deep."""
    return all(map(_vide, lu.values())) if isinstance(lu, dict) else lu in (None, [], False)


def aplatir(erreurs: dict[str, Any], saisie: Saisie, prefixe: str = "") -> dict[str, list[str]]:
    """Returns the messages of each field of the form, by its name there: the blank lines of a list give those after
    them another rank than in the body.
    """
    plates: dict[str, list[str]] = {}
    for cle, valeur in erreurs.items():
        nom = f"{prefixe}{cle}"
        if isinstance(valeur, list):
            plates.setdefault(nom, []).extend(map(str, valeur))
        elif all(isinstance(v, dict) and v.keys() <= {"key", "value"} for v in valeur.values()):
            plates |= {f"{nom}[{c}]": [m for messages in v.values() for m in messages] for c, v in valeur.items()}
        elif all(str(rang).isdigit() for rang in valeur):
            dites = lignes_dites(saisie, nom)
            for rang, dedans in valeur.items():
                if isinstance(dedans, dict):
                    place = dites[int(rang)] if int(rang) < len(dites) else rang
                    plates |= aplatir(dedans, saisie, f"{nom}-{place}.")
                else:  # a line of a field that holds several: what is wrong with each, once
                    plates[nom] = list(dict.fromkeys([*plates.get(nom, ()), *dedans]))
        else:
            plates |= aplatir(valeur, saisie, f"{nom}.")
    return plates


def deplier(objet: Any, prefixe: str = "") -> Iterator[tuple[str, str]]:
    """Yields the flat fields of what a form is filled from at first: `aplatir`'s names, for values."""
    for nom, valeur in objet.items():
        match valeur:
            case dict():
                yield from deplier(valeur, f"{prefixe}{nom}.")
            case [dict(), *_]:
                for rang, element in enumerate(valeur):
                    yield from deplier(element, f"{prefixe}{nom}-{rang}.")
            case list():
                yield from ((prefixe + nom, str(v)) for v in valeur)
            case bool():
                yield prefixe + nom, "true" if valeur else ""
            case _:
                yield prefixe + nom, "" if valeur is None else str(valeur)
