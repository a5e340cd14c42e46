"""What makes the description of a titre hang together, whoever gives it. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable

from commun.domain.referentiel import dates_incoherentes
from services.referentiel.domain.model import Correspondance, TitreProfessionnel

Erreurs = dict[str, list[str]]
"""Field → French messages, the shape of a form's errors."""


def incoherences_titre(titre: TitreProfessionnel) -> Erreurs:
    """Returns what does not hang together in a titre: its dates, codes given twice."""
    erreurs = dates_incoherentes(titre.date_debut_validite, titre.date_fin_de_vie, titre.date_fin_prolongation)
    if repetes := _repetes(c.code for c in titre.ccps):
        erreurs["ccps"] = [f"Chaque CCP n'est cité qu'une fois : {repetes}."]
    if repetes := _repetes(c.code for c in titre.ccs):
        erreurs["ccs"] = [f"Chaque CCS n'est cité qu'une fois : {repetes}."]
    return erreurs


def incoherences_correspondances(
    titre: TitreProfessionnel, anciens: dict[str, TitreProfessionnel], deja: Collection[Correspondance]
) -> Erreurs:
    """Returns what is wrong in a titre's correspondences (REF-01): each ties a CCP of it to one of an earlier titre. A
    CCP that the titre loses while one ties it is at fault itself.

    Args:
        deja: those that it had: a CCP that the earlier titre has lost since may be one that somebody acquired.
    """
    messages, perdus = [], []
    for c in titre.correspondances:
        ancien = anciens.get(c.ancien_titre_code)
        if c not in deja and (ancien is None or c.ancien_titre_code == titre.code):
            messages.append(f"{c.ancien_titre_code} n'est pas un titre antérieur connu.")
        elif c not in deja and ancien and c.ancien_ccp_code not in ancien.codes_ccp:
            messages.append(f"{c.ancien_ccp_code} n'est pas un CCP du titre {ancien.code}.")
        elif c.ccp_code not in titre.codes_ccp and c in deja:
            tenu = f"{c.ancien_ccp_code}, du titre {c.ancien_titre_code}"
            perdus.append(f"{c.ccp_code} reprend {tenu} : ôtez-le d'abord des correspondances.")
        elif c.ccp_code not in titre.codes_ccp:
            messages.append(f"{c.ccp_code} n'est pas un CCP du titre {titre.code}.")
    dits = {"ccps": perdus, "correspondances": list(dict.fromkeys(messages))}
    return {champ: siens for champ, siens in dits.items() if siens}


def _repetes(codes: Iterable[str]) -> str:
    return ", ".join(sorted(code for code, n in Counter(codes).items() if n > 1))
