"""Who is about to be created, as typed, beside those who exist and may be the same person: one confirms after having
compared (JUR-06, CAN-04)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from commun.domain.errors import Refus
from commun.domain.textes import rapprocher
from gateway.web.appels import Demande, au_mieux
from gateway.web.textes import telephone

_COMPARES = 3
"""How many are read to be compared, at most: of those after, the page has the links."""


@dataclass(frozen=True)
class Comparaison:
    """How those who exist are read, and anybody as one reads him.

    Attributes:
        operation: reads one by his id, « GET /jures/<jure_id> »; `parametre`: the name of that id in it.
        lire: what a person is known by, by its words; from what was typed, or from the API.
    """

    operation: str
    parametre: str
    lire: Callable[[Mapping[str, Any]], dict[str, str]]

    def tableau(self, ids: Iterable[str], saisi: Mapping[str, Any]) -> list[tuple[str, str, list[tuple[str, bool]]]]:
        """Returns, by line, its words, what was typed, and what each of the first of these has, with whether it may be
        the same; nothing where the actor reads none of them, nor of what nobody has."""
        lectures = {id_: Demande(self.operation, {self.parametre: id_}) for id_ in list(ids)[:_COMPARES]}
        trouves = [lu for lu in au_mieux(**lectures).values() if not isinstance(lu, Refus)] if lectures else []
        dits, connus = self.lire(saisi), [self.lire(lu) for lu in trouves]
        return [
            (mot, dit, [(lu[mot], not (dit and lu[mot]) or rapprocher(lu[mot]) == rapprocher(dit)) for lu in connus])
            for mot, dit in dits.items()
            if connus and any([dit, *(lu[mot] for lu in connus)])
        ]


def coordonnees(qui: Mapping[str, Any], *telephones: str) -> dict[str, str]:
    """Returns where someone lives and is reached."""
    adresse = qui.get("adresse") or {}
    lignes = (adresse.get(champ) for champ in ("voie", "code_postal", "commune"))
    numeros = (telephone(qui.get(champ)) for champ in telephones)
    return {
        "Adresse": " ".join(filter(None, lignes)),
        "Téléphone": ", ".join(filter(None, numeros)),
        "Adresse électronique": qui.get("courriel") or "",
    }
