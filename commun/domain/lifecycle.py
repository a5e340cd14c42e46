"""A lifecycle is a table: read, questioned, and the only source of buttons, refusals, documentation and tests. Pure.

Each row says which action leads from a state to another, for whom, with which warnings and under which rules. What
is not in the table is refused with the cycle's own `XXX-00`. Every rule of a row is evaluated, so that a user sees
all the reasons at once, before the click.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from commun.domain.errors import ConfirmationRequise, Droit, ReglesEnfreintes
from commun.domain.rules import Effet, Manquement, Regle, verifier

IMPOSSIBLE = "{action} impossible : {objet} est à l'état « {etat} »."
"""The sentence of `XXX-00`."""

Boutons = dict[str, list[dict[str, Any]]]
"""What may be done, and what may not: `{actions: [{action, avertissement}], refus: [{action, code, message, …}]}`."""


@dataclass(frozen=True)
class T:
    """A row: `action` leads from `depuis` to `vers` (`None`: the object disappears), for the profil types `qui`.

    `regles` holds what refuses, what asks (⚠) and what informs (ℹ): each rule knows its own effect. `saisie`: they
    judge what will be typed, not what is: the button is there whatever they say of it, since typing may mend it.
    """

    action: StrEnum
    depuis: StrEnum
    vers: StrEnum | None
    qui: frozenset[str]
    regles: tuple[Regle, ...] = ()
    saisie: bool = False


@dataclass(frozen=True)
class Decision:
    """What the table answers for one action on one object: where it leads, and every manquement on the way."""

    action: StrEnum
    vers: StrEnum | None
    manquements: tuple[Manquement, ...] = ()

    @property
    def refus(self) -> tuple[Manquement, ...]:
        return _de_l_effet(self.manquements, Effet.REFUSE)

    @property
    def avertissements(self) -> tuple[Manquement, ...]:
        return _de_l_effet(self.manquements, Effet.CONFIRME)

    @property
    def remarques(self) -> tuple[Manquement, ...]:
        return _de_l_effet(self.manquements, Effet.INFORME)

    def exiger(self, confirmes: Iterable[str] = ()) -> "Decision":
        """Returns the decision where the act may be done now; raises all its refusals, else its open questions."""
        exiger(self.manquements, confirmes)
        return self


def exiger(manquements: Iterable[Manquement], confirmes: Iterable[str] = ()) -> tuple[Manquement, ...]:
    """Raises the refusals among these manquements, else the warnings not yet confirmed.

    Returns:
        What remains: the remarks (ℹ) to hand back with the success.
    """
    manquements = tuple(manquements)
    if refus := _de_l_effet(manquements, Effet.REFUSE):
        raise ReglesEnfreintes.de(refus)
    deja_vus = set(confirmes)
    avertissements = _de_l_effet(manquements, Effet.CONFIRME)
    if any(m.code not in deja_vus for m in avertissements):
        raise ConfirmationRequise.de(avertissements)
    return _de_l_effet(manquements, Effet.INFORME)


def exiger_regles(regles: Iterable[Regle], faits: Any, confirmes: Iterable[str] = ()) -> tuple[Manquement, ...]:
    """Raises and returns as `exiger` does, for an act of which no table tells: all that these rules say of it."""
    return exiger(verifier(regles, faits), confirmes)


def boutons_de(actes: Mapping[str, tuple[Manquement, ...]]) -> Boutons:
    """Returns the buttons of these acts, by name, each with all that the rules say of it now; of none, none."""
    montres: Boutons = {"actions": [], "refus": []}
    for action, manquements in actes.items():
        if refus := _de_l_effet(manquements, Effet.REFUSE):
            montres["refus"] += [{"action": str(action), **m.expliquer()} for m in refus]
        else:
            avis = " ".join(m.message for m in _de_l_effet(manquements, Effet.CONFIRME)) or None
            montres["actions"].append({"action": str(action), "avertissement": avis})
    return montres


def _de_l_effet(manquements: tuple[Manquement, ...], effet: Effet) -> tuple[Manquement, ...]:
    return tuple(m for m in manquements if m.effet is effet)


@dataclass(frozen=True)
class CycleDeVie:
    """A lifecycle: its table and its words.

    Attributes:
        objet: the object with its article, as a sentence says it (« l'habilitation »).
        code: prefix of the code of an action that the table does not hold (`HAB` → `HAB-00`).
        libelles: the French word of every state.
        libelles_actions: that of every action. Apart: an action that bears the name of a state equals it.
        hors_table: answers, for (action, état, faits), the manquement of a cell that is not in the table where
            another code than `XXX-00` says it better (HAB-01); `None` leaves `XXX-00`.
    """

    objet: str
    code: str
    etats: type[StrEnum]
    actions: type[StrEnum]
    libelles: dict[StrEnum, str]
    libelles_actions: dict[StrEnum, str]
    transitions: tuple[T, ...]
    hors_table: Callable[[StrEnum, StrEnum, Any], Manquement | None] = lambda action, etat, faits: None
    _lignes: dict[tuple[StrEnum, StrEnum, str], T] = field(init=False, repr=False)
    """The row of an action, a state and a profil type."""
    _qui: dict[StrEnum, frozenset[str]] = field(init=False, repr=False)
    """By action, the profil types that may do it in some state."""
    _impossibles: dict[tuple[StrEnum, StrEnum], Manquement] = field(init=False, repr=False)
    """What is said in each cell of who has no row there, unless `hors_table` says it better: made once, for a page of
    sessions shows hundreds."""

    def __post_init__(self) -> None:
        lignes = {(t.action, t.depuis, qui): t for t in self.transitions for qui in t.qui}
        if doubles := [t for t in self.transitions if any(lignes[t.action, t.depuis, qui] is not t for qui in t.qui)]:
            raise ValueError(f"{self.objet} : deux lignes pour {doubles[0].action} depuis {doubles[0].depuis}.")
        oublis = [e for e in self.etats if e not in self.libelles]
        if oublis := oublis + [a for a in self.actions if a not in self.libelles_actions]:
            raise ValueError(f"{self.objet} : libellés manquants {oublis}.")
        object.__setattr__(self, "_lignes", lignes)
        qui = {a: frozenset[str]().union(*(t.qui for t in self.transitions if t.action == a)) for a in self.actions}
        object.__setattr__(self, "_qui", qui)
        impossibles = {(a, e): self._impossible(a, e) for a, e in self.cellules()}
        object.__setattr__(self, "_impossibles", impossibles)

    def ligne(self, action: StrEnum, etat: StrEnum, qui: str) -> T | None:
        """Returns the row for this action, state and profil type."""
        return self._lignes.get((action, etat, qui))

    def exiger_droit(self, action: StrEnum, qui: str) -> None:
        """Raises `Droit` (403) where this profil type may never do this action, whatever the state."""
        if qui not in self._qui[action]:
            raise Droit()

    def decider(self, action: StrEnum, etat: StrEnum, qui: str, faits: Any) -> Decision:
        """Returns the decision: the row's target and the manquements of all its rules, or the state's code alone."""
        t = self.ligne(action, etat, qui)
        return Decision(action, t.vers if t else etat, self._manquements(t, action, etat, faits))

    def boutons(self, etat: StrEnum, qui: str, faits: Any) -> Boutons:
        """Returns the buttons of the actions that this profil type may do in some state, and of no other."""

        def dits(action: StrEnum) -> tuple[Manquement, ...]:
            t = self.ligne(action, etat, qui)
            return () if t and t.saisie else self._manquements(t, action, etat, faits)

        return boutons_de({a: dits(a) for a, types in self._qui.items() if qui in types})

    def _manquements(self, t: T | None, action: StrEnum, etat: StrEnum, faits: Any) -> tuple[Manquement, ...]:
        """Returns those of all the rules of this row or, where there is none, that of the cell outside the table."""
        if t:
            return verifier(t.regles, faits)
        return (self.hors_table(action, etat, faits) or self._impossibles[action, etat],)

    def cellules(self) -> Iterator[tuple[StrEnum, StrEnum]]:
        """Yields every (action, état), in the table or not: the tests walk them all."""
        return ((action, etat) for action in self.actions for etat in self.etats)

    def _impossible(self, action: StrEnum, etat: StrEnum) -> Manquement:
        dits = {"action": self.libelles_actions[action], "objet": self.objet, "etat": self.libelles[etat]}
        return Manquement(self.hors_de_la_table, IMPOSSIBLE.format(**dits), contexte={"etat": etat.value})

    @property
    def hors_de_la_table(self) -> str:
        """The code of a refusal that the table itself makes: it does not hold this action in this state."""
        return f"{self.code}-00"
