"""The matrix as data: `matrice.txt`, read."""

import re
from dataclasses import dataclass
from pathlib import Path

PROFILS = ("CENTRE", "UD", "DIRECCTE", "NATIONAL")
PORTEES = {
    "-": "",
    "rien": "",
    "centre": "sien",
    "departement": "sien voisin",
    "region": "sien voisin departement",
    "tout": "sien voisin departement ailleurs",
}
"""What a cell reaches, among the four places, from a centre of Paris, its UD, its DIRECCTE, the national mission."""


@dataclass(frozen=True)
class Ligne:
    """An operation, and what each profil may do with it.

    Attributes:
        public: the status that anybody is answered; none where a token is asked.
        variante: whose thing it is tried on, where it is not the centre's: « @ud ».
    """

    methode: str
    chemin: str
    cellules: dict[str, str]
    public: int | None = None
    variante: str = ""

    @property
    def nom(self) -> str:
        return f"{self.methode} {self.chemin}"

    @property
    def liste(self) -> bool:
        """Whether the answer shows things of several places, rather than one thing of one place."""
        return self.methode == "GET" and "{" not in self.chemin and "oui" not in self.cellules.values()

    @property
    def racine(self) -> str:
        """The path of the thing that the operation is about, `/sessions/{}`; empty where there is none."""
        segments = self.chemin.split("/")
        return "/".join(segments[:3]) if len(segments) > 2 and segments[2].endswith("}") else ""


def lire() -> list[Ligne]:
    """Returns the lines of the matrix."""
    texte = (Path(__file__).parent / "matrice.txt").read_text()
    return [_ligne(brute) for brute in texte.splitlines() if brute and not brute.startswith("#")]


def _ligne(brute: str) -> Ligne:
    methode, chemin, *cellules = re.split(r"\s+", brute.strip())
    variante = cellules.pop(0) if cellules[0].startswith("@") else ""
    if cellules[0] == "public":
        return Ligne(methode, chemin, {}, int(cellules[1]))
    assert len(cellules) == len(PROFILS), brute
    assert set(cellules) <= {"oui", *PORTEES}, brute
    return Ligne(methode, chemin, dict(zip(PROFILS, cellules, strict=True)), variante=variante)
