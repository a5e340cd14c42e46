"""Who may be the same person (JUR-06). Pure."""

import re

from commun.domain.textes import rapprocher
from services.jures.domain.model import TELEPHONES, Jure


def telephone_normalise(telephone: str) -> str:
    """Returns the last nine digits, the same whether the number is written +33 6…, 0033 6… or 06…"""
    return re.sub(r"\D", "", telephone)[-9:]


def cles_de_rapprochement(jure: Jure) -> frozenset[str]:
    """Returns the keys of a juré: two jurés who share one may be the same person.

    A key is a name (of birth or in use, with the first name) and one thing that goes with it: birth date, e-mail or
    phone. They are made to be stored and indexed, so that looking for a duplicate never reads the whole table.
    """
    prenom = rapprocher(jure.prenom)
    noms = {f"{rapprocher(nom)}/{prenom}" for nom in (jure.nom, jure.nom_usage) if nom}
    indices = {f"courriel={jure.courriel.casefold()}"} if jure.courriel else set()
    if jure.date_naissance:
        indices.add(f"naissance={jure.date_naissance.isoformat()}")
    telephones = (telephone_normalise(getattr(jure, champ)) for champ in TELEPHONES)
    indices.update(f"telephone={t}" for t in telephones if t)
    return frozenset(f"{nom}/{indice}" for nom in noms for indice in indices)
