"""The name of a birth commune, as the référentiel spells what people type. Pure."""

import re
from collections.abc import Iterable

from commun.domain.textes import commune_et_code, mots_de_commune, normaliser

_POSTAL = r"\d{5}"
_ORDINAL = re.compile(r"(\d+)(?:er|i?eme|e)")
_ARRONDISSEMENT = "arrondissement"


def nom_de_la_commune(saisi: str, noms: Iterable[str], departement: str) -> str:
    """Returns the name of a birth commune as letters and attestations print it, before its département: « LYON (69) »
    is « Lyon », « paris » is the arrondissement that its code tells. Another name, which it may have borne then, stays
    as it was typed.

    Args:
        noms: those that its code may stand for.
        departement: the code that its own begins with.
    """
    dits = {mot for mot in _mots(saisi) if mot != departement.lower() and not re.fullmatch(_POSTAL, mot)}
    for nom in noms if dits else ():
        siens = _mots(nom)
        if dits == siens or (_ARRONDISSEMENT in siens and dits < siens):
            return nom
    seul, code = commune_et_code(saisi)
    return seul if code and (code == departement or re.fullmatch(_POSTAL, code)) else saisi


def _mots(nom: str) -> set[str]:
    """Returns the words of a name, without its punctuation: « 3ème » is « 3 »."""
    return {_ORDINAL.sub(r"\1", mot) for mot in mots_de_commune(re.sub(r"\W", " ", normaliser(nom)))}
