"""What is said of an imported file, line by line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from commun.domain.rules import Effet, Manquement
from services.candidats.fichiers.colonnes import PAR_CHAMP, Colonne

_VALEUR_MAX = 250
"""Characters of a value that are shown: more than any column takes."""

_HOMONYMES = 5
"""Communes of one name that a refusal tells apart."""


@dataclass(frozen=True)
class Observation:
    """Something to say of a line; `champ` where it is of one of its cells, which another value would mend unless it is
    not `corrigible`."""

    ligne: int
    message: str
    effet: Effet
    champ: str | None = None
    valeur: str | None = None
    code: str | None = None
    corrigible: bool = True

    @property
    def accepte(self) -> str | None:
        """What the cell that is refused may hold, if that is what is to be said."""
        return self.colonne.accepte if self.colonne and self.corrigible and self.effet is Effet.REFUSE else None

    @property
    def colonne(self) -> Colonne | None:
        return PAR_CHAMP.get(self.champ or "")

    def en_clair(self) -> dict[str, Any]:
        """Returns the observation as the contract shows it: line, column, value, what is accepted."""
        colonne = self.colonne
        return {
            "ligne": self.ligne,
            "colonne": colonne.intitule if colonne else None,
            "valeur": self.valeur,
            "message": self.message,
            "accepte": self.accepte,
            "code": self.code,
        }


@dataclass
class Bilan:
    """All that is to say of a file."""

    observations: list[Observation] = field(default_factory=list)

    def dire(self, ligne: int, effet: Effet, message: str, *, valeur: str | None = None, **details: Any) -> None:
        """Adds an observation. Of a value as long as a letter, the beginning tells which it is."""
        montree = f"{valeur[:_VALEUR_MAX]}…" if valeur and len(valeur) > _VALEUR_MAX else valeur
        self.observations.append(Observation(ligne, message, effet, valeur=montree, **details))

    def dire_manquement(self, ligne: int, m: Manquement, valeurs: dict[str, str]) -> None:
        """Adds a broken rule; `valeurs`: what the line's cells hold, by field."""
        champ = m.contexte.get("champ")
        self.dire(ligne, m.effet, m.message, champ=champ, valeur=valeurs.get(champ or ""), code=m.code)

    def preciser(self, champ: str, precisions: Mapping[int, str]) -> None:
        """Adds to what refuses a field, on these lines."""
        for place, o in enumerate(self.observations):
            if o.champ == champ and o.effet is Effet.REFUSE and o.ligne in precisions:
                self.observations[place] = replace(o, message=f"{o.message} {precisions[o.ligne]}")

    def de_l_effet(self, effet: Effet) -> list[Observation]:
        """Returns the observations of one kind, in the order of lines."""
        return sorted((o for o in self.observations if o.effet is effet), key=lambda o: o.ligne)

    @property
    def refus(self) -> list[Observation]:
        return self.de_l_effet(Effet.REFUSE)

    @staticmethod
    def erreurs(refus: Iterable[Observation]) -> dict[str, dict[str, list[str]]]:
        """Returns refusals as `erreurs` of the contract: line → column → messages."""
        par_ligne: dict[str, dict[str, list[str]]] = {}
        for o in refus:
            montree = f"« {o.valeur} » : {o.message}" if o.valeur else o.message
            par_ligne.setdefault(str(o.ligne), {}).setdefault(o.champ or "ligne", []).append(montree)
        return par_ligne


def qui_se_portent(observations: Sequence[Observation], octets: int) -> list[Observation]:
    """Returns the first of these, as many as an answer carries in so many bytes: five thousand lines at fault in each
    column, as where all are shifted by one, are more than the bus takes."""
    portees = []
    for o in observations:
        octets -= len(orjson.dumps(o.en_clair()))
        if octets < 0:
            break
        portees.append(o)
    return portees


def codes_en_clair(communes: Sequence[Mapping[str, Any]], voisines: Sequence[Mapping[str, Any]] = ()) -> str:
    """Returns the sentences that follow where a birth commune is named without its code, and these bear its name, or
    none does and that of these is near."""
    de_ce_nom = [c for c in communes if not c.get("commence")]
    autres = " ; d'autres portent aussi ce nom" if len(de_ce_nom) > _HOMONYMES else ""
    plus_longues = [c for c in communes if c.get("commence")]
    dites = (("de ce nom", de_ce_nom, autres), ("d'un nom plus long", plus_longues, ""))
    phrases = [
        f"{_les_communes(celles, comment)}{suite}."
        for comment, celles, suite in (*dites, ("d'un nom voisin", voisines, ""))
        if celles
    ]
    if not communes:
        phrases.append("Pour une naissance à l'étranger, indiquez le pays.")
    return " ".join(phrases)


def _les_communes(communes: Sequence[Mapping[str, Any]], comment: str) -> str:
    codes = (f"{c['code_insee']} ({c['nom']}, {c['departement']})" for c in communes[:_HOMONYMES])
    return f"Commune{'s' if len(communes) > 1 else ''} {comment} : {', '.join(codes)}"
