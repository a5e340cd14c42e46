"""An act that needs no more than a reason: its page and its button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable
from gateway.web.formulaires import Douceur, Formulaire, Place


@dataclass(frozen=True)
class Acte:
    """An act that needs no more than a reason.

    Attributes:
        operation: « POST /jures/<jure_id>/inactivation ».
        intitule: « Inactiver le juré », the title of its page and its button.
        dit: what is said once it is done.
        motif: whether it asks for a reason; `motif_requis`: whether it wants one.
        explication: what it does, said before.
        plutot: the sentence that offers a softer act.
        corps: what its body says besides.
    """

    operation: str
    intitule: str
    dit: str
    motif: bool = True
    motif_requis: bool = False
    explication: str = ""
    plutot: str = ""
    corps: Mapping[str, Any] = field(default_factory=dict)


def acte_de(actes: Mapping[str, Acte], action: str) -> Acte:
    """Returns the act that an address names.

    Raises:
        Introuvable: it names none of them.
    """
    if action not in actes:
        raise Introuvable("Cette page n’existe pas.")
    return actes[action]


def intitules(actes: Mapping[str, Acte]) -> dict[str, str]:
    """Returns what the buttons of these acts say, by action."""
    return {action: acte.intitule for action, acte in actes.items()}


def agir(
    acte: Acte,
    place: Place,
    annuler: str,
    douceur: Douceur | None = None,
    *,
    retour: Callable[[Any], str] | None = None,
    version: int | None = None,
    a_relire: Callable[[dict[str, Any]], list[dict[str, str]]] | None = None,
    **chemin: str,
) -> Response:
    """Answers a GET with the page of an act, a POST with what became of it.

    Args:
        annuler, retour, a_relire: as `Formulaire` takes them.
        version: that of what it bears on, where only who has read it as it is may act on it: its buttons say theirs.
    """
    return Formulaire(
        operation=acte.operation,
        chemin=chemin,
        gabarit="acte.html",
        intitule=acte.intitule,
        annuler=annuler,
        retour=retour,
        dit=acte.dit,
        initial={} if version is None else {"version": version},
        contexte={"acte": acte},
        place=place,
        plutot=douceur,
        lu_ailleurs=True,
        complement=lambda corps: {**corps, **acte.corps},
        a_relire=a_relire,
    ).repondre()
