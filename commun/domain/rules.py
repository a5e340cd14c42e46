"""Règles de gestion: a stable code, an énoncé, a French message, a pure predicate. Pure.

A rule's predicate reads facts and answers `None` where the rule is kept, or, where it is broken, the values of its
message (`ecart(...)`): they fill the sentence and travel beside it as `contexte`, so that a client can show the date
from which the act becomes possible without reading French. Words agree with a value, which is a number or a list, where
the sentence gives both forms: « {noms} {noms:est inactif|sont inactifs} ». The predicate's docstring is the énoncé, in
French.

    @regle("HAB-12", "Le titre {titre} est hors délai de prolongation depuis le {date}.", source="D")
    def titre_dans_les_delais(f: Faits) -> Ecart | None:
        \"\"\"Le titre n'est pas hors délai quand une habilitation est créée, validée ou réactivée.\"\"\"
        if f.titre.situation(f.jour) is Situation.HORS_DELAI:
            return ecart(titre=f.titre.intitule, date=...)
        return None
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from commun.domain.dates import en_francais
from commun.domain.textes import s_elide

Ecart = dict[str, Any]

_ELISION = re.compile(r"\bde (?=\{(\w+)\})")
"""« de » before a value of the sentence: it is elided before « Anaïs »."""


class Effet(StrEnum):
    """What a broken rule does: it refuses, asks for a confirmation first (⚠), or informs (ℹ)."""

    REFUSE = "refuse"
    CONFIRME = "confirme"
    INFORME = "informe"


def ecart(**valeurs: Any) -> Ecart:
    """Returns the values of a broken rule's message. `message=` replaces the rule's own sentence, `suite=` is a list of
    sentences that follow it.
    """
    return valeurs


@dataclass(frozen=True)
class Manquement:
    """A rule not kept, as its reader sees it."""

    code: str
    message: str
    effet: Effet = Effet.REFUSE
    contexte: dict[str, Any] = field(default_factory=dict)
    enonce: str = field(default="", compare=False)

    def en_clair(self) -> dict[str, str]:
        """Returns `{code, message}`, the contract's shape."""
        return {"code": self.code, "message": self.message}

    def expliquer(self) -> dict[str, Any]:
        """Returns the whole reason: `{code, message, enonce, contexte}`, the rule itself and the facts that it read."""
        return self.en_clair() | {"enonce": self.enonce, "contexte": self.contexte}


@dataclass(frozen=True)
class Regle:
    """A named rule. `source`: M (release mail), P (forecast), R (regulations), D (our decision)."""

    code: str
    enonce: str
    message: str
    source: str
    effet: Effet
    predicat: Callable[[Any], Ecart | None]

    def si(self, condition: Callable[[Any], bool]) -> "Regle":
        """Returns this rule, silent of facts that do not meet a condition."""
        return replace(self, predicat=lambda faits: self.predicat(faits) if condition(faits) else None)

    def verifier(self, faits: Any) -> Manquement | None:
        """Returns the manquement that these facts make, `None` where the rule is kept."""
        valeurs = self.predicat(faits)
        if valeurs is None:
            return None
        contexte = dict(valeurs)
        phrase = " ".join([contexte.pop("message", self.message), *contexte.pop("suite", ())])
        dites = {cle: _Dite(v) for cle, v in contexte.items()}
        message = _ELISION.sub(lambda m: "d'" if s_elide(f"{dites[m[1]]}") else m[0], phrase).format(**dites)
        return Manquement(
            self.code, message, self.effet, {cle: _transportable(v) for cle, v in contexte.items()}, self.enonce
        )


CATALOGUE: dict[str, list[Regle]] = {}
"""Every rule of this process by code, in the order of declaration, which is that of `regles.md`."""

_CODE = re.compile(r"[A-Z]{3}-\d\d")


def regle(
    code: str, message: str, *, source: str, effet: Effet = Effet.REFUSE
) -> Callable[[Callable[[Any], Ecart | None]], Regle]:
    """Enters a predicate in the catalogue. One code may have several predicates where it holds at several places."""

    def inscrire(predicat: Callable[[Any], Ecart | None]) -> Regle:
        if not _CODE.fullmatch(code) or not predicat.__doc__:
            raise ValueError(f"Règle {code} : code mal formé ou énoncé manquant.")
        nouvelle = Regle(code, " ".join(predicat.__doc__.split()), message, source, effet, predicat)
        CATALOGUE.setdefault(code, []).append(nouvelle)
        return nouvelle

    return inscrire


def verifier(regles: Iterable[Regle], faits: Any) -> tuple[Manquement, ...]:
    """Returns the manquements of all these rules, in their order: a user sees every reason at once."""
    return tuple(m for r in regles if (m := r.verifier(faits)) is not None)


def avertissements(remarques: Iterable[Manquement]) -> dict[str, Any]:
    """Returns what the contract adds to a success: `{avertissements: [{code, message}]}`, its remarks (ℹ)."""
    return {"avertissements": [m.en_clair() for m in remarques]}


@dataclass(frozen=True)
class _Dite:
    """A value as a sentence says it (`{noms}`), or makes its words agree (`{noms:est|sont}`)."""

    valeur: Any

    def __format__(self, formes: str) -> str:
        if not formes:
            return en_francais(self.valeur)
        singulier, pluriel = formes.split("|")
        match self.valeur:
            case int():
                plusieurs = self.valeur > 1
            case list() | tuple():
                plusieurs = len(self.valeur) > 1
            case _:
                plusieurs = False
        return pluriel if plusieurs else singulier


def _transportable(valeur: Any) -> Any:
    """Returns a value as JSON carries it."""
    match valeur:
        case date():
            return valeur.isoformat()
        case list() | tuple():
            return [_transportable(v) for v in valeur]
        case _:
            return valeur
