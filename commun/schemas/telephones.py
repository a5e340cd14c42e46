"""French phone numbers, overseas too: stored in E.164, shown as people dial them.

The library is loaded by the first number that needs it: it is 1 MB of each process.
"""

import re
from typing import Any

from commun.fils import verrou

PAS_UN_NUMERO = "Ce numéro de téléphone n'est pas valide : vérifiez ses chiffres, et l'indicatif de son pays."
"""What is said of a text that is no phone number."""
_REGIONS = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_STOCKE = re.compile(r"\+\d{7,15}")
_GEOGRAPHIQUE = re.compile(r"\+33([1-79])(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
"""A number of mainland France, but those of 08, which are written otherwise."""
_PONCTUATION = re.compile(r"[ ./-]+")
_SAINT_PIERRE = re.compile(r"0 ?5 ?08((?: ?\d){6})", re.ASCII)
"""A number of Saint-Pierre-et-Miquelon, as it is dialled from the rest of France: there it has its last six figures."""
_UN_A_LA_FOIS = verrou()
"""The library guards by a lock what it knows of each region."""
_PREFIXE_COMMUN = ("FR", "GP", "MQ", "GF", "RE", "YT")
"""Whose numbers are dialled with a 0 from everywhere in France: a Parisian may keep his number of La Réunion."""
_SANS_INDICATIF = {*_PREFIXE_COMMUN, "BL", "MF"}
"""Those and the two islands of the numbers of Guadeloupe: elsewhere, « 25.70.00 » is of Nouméa or of nobody."""


def en_e164(saisi: str, departement: str) -> str | None:
    """Returns a number as it is stored, whether or not it is known to be in use; `None` where it could not be one.

    Args:
        saisi: as an agent types it; without a country code, a number of this département, else of another of France.
    """
    import phonenumbers

    saisi = _avec_son_indicatif(saisi)
    for region in dict.fromkeys((_REGIONS.get(departement, "FR"), *_PREFIXE_COMMUN)):
        with _UN_A_LA_FOIS:
            try:
                numero = phonenumbers.parse(saisi, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(numero):
                return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)
    return _possible(saisi)


def _possible(saisi: str) -> str | None:
    """Returns a number, French where it does not say its country, that nobody is known to have: the library learns
    with its next version of what was allotted since."""
    import phonenumbers

    with _UN_A_LA_FOIS:
        try:
            numero = phonenumbers.parse(saisi, "FR")
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(numero) or _garde_son_zero(numero):
            return None
        return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)


def _avec_son_indicatif(saisi: str) -> str:
    """Returns a number as the library reads it: it stumbles over some of the spaces that spreadsheets set in numbers,
    and does not know how Saint-Pierre is called."""
    dit = " ".join(saisi.split())
    trouve = _SAINT_PIERRE.fullmatch(_PONCTUATION.sub(" ", dit))
    return f"+508{trouve[1]}" if trouve else dit


def _garde_son_zero(numero: Any) -> bool:
    """Returns whether a number keeps the 0 that is dialled before those of its country: with a figure too few, « 06 12
    34 56 7 » has as many as one without its 0."""
    import phonenumbers

    region = phonenumbers.region_code_for_country_code(numero.country_code)
    return bool(numero.italian_leading_zero) and phonenumbers.ndd_prefix_for_region(region, True) == "0"


def a_saisir(stocke: str | None) -> str | None:
    """Returns a stored number as a form is filled with it: as it is dialled, where that is read as the same number
    wherever the form is from; as it is stored otherwise."""
    lu = en_clair(stocke)
    return lu if lu and en_e164(lu, "") == stocke else stocke


def est_stocke(texte: str) -> bool:
    """Returns whether a text, of which nothing else is known, is a number as it is stored."""
    return _STOCKE.fullmatch(texte) is not None


def en_clair(stocke: str | None) -> str | None:
    """Returns a stored number as it is dialled from France, another text as it is; `None` where there is none."""
    if not stocke:
        return None
    if geographique := _GEOGRAPHIQUE.fullmatch(stocke):  # nearly all of them: the library takes 40 times as long
        return "0" + " ".join(geographique.groups())
    import phonenumbers

    with _UN_A_LA_FOIS:
        try:
            numero = phonenumbers.parse(stocke)
        except phonenumbers.NumberParseException:
            return stocke
        sans_indicatif = phonenumbers.region_code_for_number(numero) in _SANS_INDICATIF
        formes = phonenumbers.PhoneNumberFormat
        return phonenumbers.format_number(numero, formes.NATIONAL if sans_indicatif else formes.INTERNATIONAL)
