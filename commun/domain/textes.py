"""Text as people search, compare and read it. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

TRAITS_D_UNION, APOSTROPHES = "\u2010\u2011", "´`‘ʼʻ′"
"""The hyphens that word processors set, and what people type or other keyboards set for an apostrophe (O´Brien, ʻAkau):
nobody tells them from those of the keyboard."""
SEPARATEURS = f"-'’.,{TRAITS_D_UNION}{APOSTROPHES}"
"""What parts words beside spaces; the keyboard's hyphen first, as a set of a regular expression asks."""
_SEPARATEURS = str.maketrans(dict.fromkeys(SEPARATEURS, " "))
LIGATURES = {
    **{"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "þ": "th", "Þ": "th"},
    **{"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h"},
    **{"ŧ": "t", "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ə": "e", "Ə": "e", "ı": "i", "ŉ": "n"},
}
"""Letters that Unicode does not take apart, as passports write them (ICAO 9303), but « ø »; and the one that it takes
apart with an apostrophe."""
_ABREGES = {"st": "saint", "ste": "sainte"}
_CODE = r"2[ab]|\d{2,3}|\d{5}"
_SITUEE = re.compile(
    rf"(?P<d_abord>\d{{5}})\s+(?P<suivie>.+)|(?P<nom>.+?)(?:\s*\(\s*(?P<entre>{_CODE})\s*\)|[\s,-]+(?P<enfin>{_CODE}))",
    re.IGNORECASE,
)
"""How people say where a commune is: « Lyon (69) », « SAINT DENIS 93 », « 93200 Saint-Denis »."""
_COMMUNE_MAX = 100
"""Characters of a name; a longer one is none, and to look for its département takes the square of its length."""
_ACCORDS = re.compile(r"\b(\d+)((?: \w+\(s\))+)")
ILLISIBLE = "\ufffd"
"""What stands for a letter that was lost on its way, between one alphabet and another."""
MARQUES = "\ue000\ue001"
"""What begins and ends a text that is about a person (`commun.traces.nominatif`), of Unicode's private use: forms
refuse them, so nobody marks his own text."""
_VOYELLE = re.compile(r"[aeiou]|y(?![aeiou])")
_H_MUETS = {
    *("hadrien", "hector", "helene", "heloise", "henri", "henriette"),
    *("hermine", "herve", "hilaire", "hippolyte", "honore", "honorine"),
    *("hortense", "hubert", "hugo", "hugues", "huguette", "hyacinthe"),
}
"""The prénoms in « h » before which nearly everybody elides; before others (Hassan, Hannah, Harold) many do not."""
_FORMULE = ("=", "+", "-", "@", "\t", "\r")
_INVISIBLES = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


def normaliser(texte: str | None) -> str:
    """Returns `texte` without accents, case, punctuation or doubled spaces: two spellings of a name become one."""
    sans_accents = texte or ""
    if not sans_accents.isascii():
        sans_accents = "".join(map(_sans_accents, sans_accents))
    return " ".join(sans_accents.casefold().translate(_SEPARATEURS).split())


def rapprocher(texte: str | None) -> str:
    """Returns `texte` as `normaliser` folds it, its letters and figures alone: « De La Tour » is « Delatour »."""
    return "".join(signe for signe in normaliser(texte) if signe.isalnum())


def a_rechercher(noms: Iterable[str], reste: str) -> str:
    """Returns what a search finds somebody by: the names and the rest, as `normaliser` folds them, then each name of
    several words in one, as « LE GOFF » and « N'Guyen » are typed too.
    """
    plies = [normaliser(nom) for nom in noms]
    d_un_mot = dict.fromkeys(rapprocher(nom) for nom in plies if " " in nom)
    return " ".join(filter(None, (*plies, normaliser(reste), *d_un_mot)))


def sans_invisibles(texte: str) -> str:
    """Returns `texte` without what comes along, unseen, with a text copied from a page, a letter or a PDF, or turns
    writing round: nobody typed it, nobody can find it, and a name that holds some is nobody's.
    """
    return texte if texte.isascii() else _INVISIBLES.sub("", texte)


def sans_espaces(code: str) -> str:
    """Returns a code in capitals, without the spaces that people set in it (« 75 012 »), nor what is copied with it
    unseen."""
    return "".join(sans_invisibles(code).split()).upper()


def mots_de_commune(nom: str) -> list[str]:
    """Returns the words of a commune's name, normalised: « St-Denis » has those of Saint-Denis."""
    return [_ABREGES.get(mot, mot) for mot in normaliser(nom).split()]


def commune_et_code(nom: str) -> tuple[str, str | None]:
    """Returns the name of a commune without the département, or the postcode, that is written beside it, and that code,
    in capitals; the name as it is where there is none."""
    if len(nom) > _COMMUNE_MAX or not (lue := _SITUEE.fullmatch(nom.strip())):
        return nom, None
    return lue["suivie"] or lue["nom"], (lue["d_abord"] or lue["entre"] or lue["enfin"]).upper()


def sans_ordre(nom: str) -> str:
    """Returns a name without accents, case, signs nor order of its words, so that « Léa Petit » is « PETIT Lea »."""
    lettres = "".join(c if c.isalnum() else " " for c in normaliser(nom))
    return " ".join(sorted(lettres.split()))


@lru_cache(maxsize=4096)
def _sans_accents(lettre: str) -> str:
    """Returns a letter without its accents, nothing of an accent alone. One by one: a whole text is first put in order,
    which takes the square of how many accents follow each other, ten minutes for a megabyte of them.
    """
    decompose = LIGATURES.get(lettre) or unicodedata.normalize("NFKD", lettre)
    return "".join(LIGATURES.get(signe, signe) for signe in decompose if not unicodedata.combining(signe))


def de_qui(nom: str, marque: str) -> str:
    """Returns `de(nom)`, the name marked as a trace holds it (`nominatif`)."""
    return f"{de(nom).removesuffix(nom)}{marque}"


def s_elide(nom: str) -> bool:
    """Returns whether « de » is elided before this name: « d'Yves », but « de Yann », whose « y » is a consonant;
    « d'Hélène », but « de Hassan ».
    """
    plie = normaliser(nom)
    return bool(_VOYELLE.match(plie)) or plie.split(" ")[0] in _H_MUETS


def de(nom: str) -> str:
    """Returns a name after « de »: « d'Anaïs », « de Paul »."""
    return f"d'{nom}" if s_elide(nom) else f"de {nom}"


def prenom_usuel(prenoms: str) -> str:
    """Returns the first of a candidate's prénoms, which are in order and separated by commas."""
    return prenoms.split(",")[0].strip()


def accorder(phrase: str) -> str:
    """Returns a sentence whose « (s) » agree with the number before them, its thousands apart: « 1 ligne(s) » is one
    line, « 5006 ligne(s) » are « 5 006 lignes ».

    The messages of `regles.md` keep theirs: they are known by their words.
    """
    return _ACCORDS.sub(lambda m: nombre(int(m[1])) + m[2].replace("(s)", "s" if int(m[1]) > 1 else ""), phrase)


def enumerer(elements: Sequence[str]) -> str:
    """Returns what a sentence says of several, nothing of none: « 2 emplois, 1 habilitation et 3 sessions »."""
    return " et ".join(filter(None, (", ".join(elements[:-1]), *elements[-1:])))


def nombre(valeur: int | float) -> str:
    """Returns a number with its thousands apart: « 60 000 »."""
    return f"{valeur:,}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def parle_de(texte: str, q: str) -> bool:
    """Returns whether each word of `q` is somewhere in a text, whatever its case and accents."""
    mots = normaliser(q).split()
    plie = normaliser(texte) if mots else ""
    return all(mot in plie for mot in mots)


def sans_formule(texte: str) -> str:
    """Returns `texte` with an apostrophe before what a spreadsheet would compute: it makes a text of it."""
    return f"'{texte}" if texte.startswith(_FORMULE) else texte


def avec_formule(texte: str) -> str:
    """Returns what `sans_formule` was given: its own apostrophe is taken off, any other stays."""
    return texte[1:] if texte.startswith(tuple(f"'{debut}" for debut in _FORMULE)) else texte
