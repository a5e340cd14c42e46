"""What reading a file gives: the rows that may be kept, and every refusal with its reason. Nothing is dropped."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from commun.domain.textes import accorder

L = TypeVar("L")
_NOMMES_MAX = 20
"""How many refusals of one reason are named: a centre is then created by hand, a whole year of the RNCP is not."""


@dataclass(frozen=True)
class Refus:
    """A row, or a part of one, that is not kept: where, what it says, and why, in French."""

    ligne: int
    champ: str
    valeur: str
    raison: str

    def __str__(self) -> str:
        return f"ligne {self.ligne}, {self.champ} « {self.valeur} » : {self.raison}"


@dataclass
class Rapport(Generic[L]):
    """The outcome of reading one source.

    Attributes:
        source: the file's name, as its reader knows it.
        lignes: what may be kept.
        refus: what is not, and why.
        hors_sujet: how many rows are about something else (a licence in the RNCP export): neither kept nor wrong.
        remarques: what else is to be said of the file.
    """

    source: str
    lignes: list[L] = field(default_factory=list)
    refus: list[Refus] = field(default_factory=list)
    hors_sujet: int = 0
    remarques: list[str] = field(default_factory=list)
    _vus: set[tuple[str, ...]] = field(default_factory=set, init=False, repr=False)

    def refuser(self, ligne: int, champ: str, valeur: object, raison: str) -> None:
        """Adds a refusal."""
        self.refus.append(Refus(ligne, champ, "" if valeur is None else str(valeur), raison))

    def est_la_premiere(
        self, ligne: int, champ: str, valeur: str, *, raison: str = "code répété", parmi: str = ""
    ) -> bool:
        """Returns whether no row before this one was said to bear this value; refuses it where one was.

        Args:
            parmi: the rows among which it must be the only one, where they are of several kinds.
        """
        seule = (champ, parmi, valeur) not in self._vus
        self._vus.add((champ, parmi, valeur))
        if not seule:
            self.refuser(ligne, champ, valeur, raison)
        return seule

    def resume(self) -> str:
        """Returns the outcome in French: counts, remarks, then each reason with its count and what it refused."""
        retenues = accorder(f"{len(self.lignes)} retenue(s)")
        lignes = [f"{self.source} : {retenues}, {len(self.refus)} refus, {self.hors_sujet} hors sujet"]
        lignes += [f"  {remarque}" for remarque in self.remarques]
        for raison, nombre in Counter(r.raison for r in self.refus).most_common():
            dits = [f"ligne {r.ligne}, {r.champ} « {r.valeur} »" for r in self.refus if r.raison == raison]
            reste = accorder(f" ; et {nombre - _NOMMES_MAX} autre(s)") if nombre > _NOMMES_MAX else ""
            lignes.append(f"  {nombre} × {raison} ({' ; '.join(dits[:_NOMMES_MAX])}{reste})")
        return "\n".join(lignes)
