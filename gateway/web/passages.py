"""How a trace tells who did what, and what passed from what to what."""

from collections.abc import Mapping
from typing import Any

from commun.bus.acteur import SYSTEME
from commun.traces.changements import VIDES
from gateway.web.textes import est_un_id, valeur


def auteur(acteur: dict[str, Any], noms: Mapping[str, str]) -> str:
    """Returns who did an act: « Zoé Martin, zoe.martin@exemple.fr, UD 75 », CERES where nobody asked for it.

    Args:
        noms: of the accounts that are known, by their ids; of another one, a trace says the identifiant alone.
    """
    if acteur.get("identifiant") in (None, "", SYSTEME.identifiant):
        return "CERES"
    qui = (noms.get(acteur.get("compte_id", "")), acteur["identifiant"], acteur.get("profil"))
    return ", ".join(dict.fromkeys(filter(None, qui)))


def changements(trace: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Returns the fields that a trace has seen change, and how each passed from one value to the other. Not those that
    an id alone fills: its sentence names what it is of; nor those that were, and stay, empty in one way or another.
    """
    avant, apres = (trace[nom] or {} for nom in ("avant", "apres"))
    lus = ((nom, avant.get(nom), apres.get(nom)) for nom in {**avant, **apres} if nom not in ("id", "version"))
    changes = ((nom, a, b) for nom, a, b in lus if a != b and not all(v in VIDES for v in (a, b)))
    return [(nom, passages(a, b)) for nom, a, b in changes if not (est_un_id(a) or est_un_id(b))]


def passages(avant: Any, apres: Any) -> list[str]:
    """Returns how a value of a trace passed from one to the other; of a list, what left it and what came, of a results
    sheet, what changed, line by line: those of a large session would otherwise be read whole, twice."""
    if all(v is None or isinstance(v, list) for v in (avant, apres)):
        return _mouvements(avant or [], apres or []) or [f"{valeur(avant)} → {valeur(apres)}"]
    if not (_est_une_feuille(avant) and _est_une_feuille(apres)):
        return [f"{valeur(avant)} → {valeur(apres)}"]
    anciennes, nouvelles = avant or {}, apres or {}
    lignes = ((anciennes.get(qui, {}), nouvelles.get(qui, {})) for qui in {**anciennes, **nouvelles})
    return [_ligne_de_feuille(*deux) for deux in lignes if deux[0] != deux[1]]


def _mouvements(avant: list[Any], apres: list[Any]) -> list[str]:
    """Returns what became of what a list still holds under its id, as the sites of a centre are, what left it, and what
    came; nothing where its order alone has changed."""
    partis, venus = ([x for x in une if x not in autre] for une, autre in ((avant, apres), (apres, avant)))
    etaient, sont = ({_id(x): x for x in une if _id(x)} for une in (partis, venus))
    restes = [id_ for id_ in etaient if id_ in sont]
    bouges = (("retiré", partis), ("ajouté", venus))
    dits = ((mot, [x for x in quoi if _id(x) not in restes]) for mot, quoi in bouges)
    changes = [f"{valeur(etaient[id_])} → {valeur(sont[id_])}" for id_ in restes]
    return changes + [f"{mot} : {valeur(quoi)}" for mot, quoi in dits if quoi]


def _id(objet: Any) -> Any:
    return objet.get("id") if isinstance(objet, dict) else None


def _est_une_feuille(lue: Any) -> bool:
    return lue is None or (isinstance(lue, dict) and all(isinstance(v, dict) and "present" in v for v in lue.values()))


def _ligne_de_feuille(avant: dict[str, Any], apres: dict[str, Any]) -> str:
    notes = ({nom: v for nom, v in ligne.items() if nom not in ("candidat", "present")} for ligne in (avant, apres))
    qui = apres.get("candidat") or avant.get("candidat")
    return (f"{qui} : " if qui else "") + " → ".join(valeur(n) for n in notes)
