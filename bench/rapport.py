"""What a bench gives back, and where it is written: the terminal, then docs/performances.md between two markers."""

import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from commun import clock
from local.pile import RACINE

PAGE = RACINE / "docs/performances.md"
Avancer = Callable[[str], None]
"""Says that one more step of a bench begins."""
_TENU, _MANQUE = "tenu : ", "NON TENU : "
_EN_BREF = "en-bref"
"""The marker of what the page says first: all its tables in a few lines."""


@dataclass(frozen=True)
class Promesse:
    """A figure to reach: what was found, what was asked, whether it is held."""

    quoi: str
    trouve: float
    exige: float
    au_plus: bool = False
    unite: str = ""

    @property
    def tenue(self) -> bool:
        return self.trouve <= self.exige if self.au_plus else self.trouve >= self.exige

    def __str__(self) -> str:
        signe, trouve, exige = "≤" if self.au_plus else "≥", nombre(self.trouve), nombre(self.exige)
        if not self.tenue and trouve == exige:  # as many digits as it takes to see it missed
            trouve = f"{self.trouve:.4f}".replace(".", ",")
        dit = f"{self.quoi} {trouve}{self.unite} (demandé {signe} {exige}{self.unite})"
        return f"{_TENU if self.tenue else _MANQUE}{dit}"


@dataclass(frozen=True)
class Bilan:
    """The table of a bench. Cells: a float is written the French way; texts and integers as they are."""

    titre: str
    entetes: Sequence[str]
    lignes: Sequence[Sequence[object]]
    promesses: Sequence[Promesse] = ()
    notes: Sequence[str] = field(default=())

    @property
    def tenu(self) -> bool:
        return all(p.tenue for p in self.promesses)

    def en_markdown(self) -> str:
        """Returns it as the page shows it."""
        alignements = ["---", *["---:"] * (len(self.entetes) - 1)]
        lignes = [self.entetes, alignements, *([_cellule(v) for v in ligne] for ligne in self.lignes)]
        table = "\n".join(f"| {' | '.join(map(str, ligne))} |" for ligne in lignes)
        suite = [*(f"- {p}" for p in self.promesses), *(f"- {note}" for note in self.notes)]
        return f"{table}\n\n" + "\n".join(suite)


def nombre(valeur: float) -> str:
    """Returns three significant digits at least, with a comma."""
    texte = f"{valeur:.0f}" if abs(valeur) >= 100 else f"{valeur:.1f}" if abs(valeur) >= 10 else f"{valeur:.2f}"
    return texte.replace(".", ",")


def milliers(n: int) -> str:
    """Returns a whole number as French writes it: « 25 000 »."""
    return f"{n:,}".replace(",", " ")


def ecrire(nom: str, contenu: str) -> None:
    """Puts `contenu` in the page, between the markers of this bench; where the page has none, it is not written."""
    dit = f"Mesuré le {clock.jour():%d/%m/%Y} : {machine()}.\n\n{contenu}"
    page = _poser(PAGE.read_text(), nom, dit)
    PAGE.write_text(_poser(page, _EN_BREF, resumer(page)))


def resumer(page: str) -> str:
    """Returns what the page's tables hold of what was asked, and each thing that they do not, under its section."""
    tenues, manquees = 0, []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        titre = section.splitlines()[0]
        tenues += len(re.findall(rf"^- {_TENU}", section, flags=re.MULTILINE))
        manquees += [f"- {titre} : {dit}" for dit in re.findall(rf"^- {_MANQUE}(.+)", section, flags=re.MULTILINE)]
    compte = f"Tenus : {tenues} des {tenues + len(manquees)} chiffres demandés."
    return "\n".join([f"{compte} Ne le sont pas :", "", *manquees] if manquees else [compte])


def _poser(page: str, nom: str, contenu: str) -> str:
    motif = rf"(<!-- banc:{nom} -->\n).*?(<!-- /banc:{nom} -->)"
    return re.sub(motif, lambda m: f"{m[1]}{contenu}\n{m[2]}", page, flags=re.DOTALL)


def machine() -> str:
    """Returns the shape of this machine, in a few words."""
    lu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    modele = lu[1].strip() if lu else platform.machine()
    memoire = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    coeurs = len(os.sched_getaffinity(0))
    return f"{coeurs} cœurs ({modele}), {memoire:.0f} Gio, Python {platform.python_version()}"


def _cellule(valeur: object) -> str:
    return nombre(valeur) if isinstance(valeur, float) else str(valeur)
