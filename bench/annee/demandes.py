"""What a dossier asks of CERES, and what it hears: a dossier is a generator of requests, in the order of their days."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commun.domain.json import Json


@dataclass(frozen=True)
class Demande:
    """A request as an account sends it on a simulated day.

    Attributes:
        acte: the name under which it is timed and counted.
        attendu: the first code of the refusal that the plan expects; empty where it must succeed.
        fichier: the bytes of a file of candidates; `corps` then holds the other fields of the form.
    """

    jour: date
    compte: str
    acte: str
    methode: str
    chemin: str
    corps: Json | None = None
    attendu: str = ""
    fichier: bytes | None = None


@dataclass(frozen=True)
class Reponse:
    """What came back. `code`: that of a refusal, the first rule where there are several."""

    statut: int
    corps: Json

    @property
    def code(self) -> str:
        if self.statut < 400:
            return ""
        refus = (self.corps.get("contexte") or {}).get("refus") or []
        codes = [r["code"] for r in refus if r.get("code")]  # a file refused says its rules line by line
        return str(codes[0] if codes else self.corps.get("code", self.statut))


@dataclass
class Repere:
    """A point that a dossier has passed, which others wait for: an identity registered before it is again."""

    passe: bool = False
    en_attente: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Attendre:
    """Goes on once this point is passed."""

    repere: Repere


@dataclass(frozen=True)
class Passer:
    """Says that this point is passed."""

    repere: Repere


Etape = Demande | Attendre | Passer
Etapes = Generator[Etape, Reponse, None]


@dataclass
class Dossier:
    """What somebody does through the year about one thing. `repere`: passed at its end too, however it ends."""

    etapes: Etapes
    repere: Repere = field(default_factory=Repere)
