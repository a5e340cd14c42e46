"""The titres and the CCS of the data set: the demo's real ones first, the rest made up and saying so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bench.donnees.tirage import Poids, Tirage
from commun.domain.dates import plus_annees, plus_mois
from commun.domain.referentiel import Certification, Titre
from demo.donnees import lire

Corps = dict[str, Any]
_METIERS = ("Agent", "Technicien", "Conducteur", "Assistant", "Responsable", "Monteur", "Conseiller", "Opérateur")
_SECTEURS = ("logistique", "du bâtiment", "en restauration", "d'usinage", "en énergie", "du numérique", "commercial",
             "médico-social", "de maintenance", "en horticulture")  # fmt: skip


@dataclass(frozen=True)
class Certifications:
    """All that may be examined. `corps`: the titres as the référentiel's events tell of them, by code."""

    titres: dict[str, Titre]
    corps: dict[str, Corps]
    par_popularite: Poids[str]

    @property
    def ccs(self) -> dict[str, Certification]:
        """The CCS by code."""
        return {c.code: c for t in self.titres.values() for c in t.ccs}


def dessiner(t: Tirage, combien: int) -> Certifications:
    """Returns this many titres, the most asked first."""
    vrais = sorted(lire("catalogue", t.jour), key=lambda c: str(c.get("date_fin_de_vie")) <= t.jour.isoformat())
    corps = [_du_catalogue(c) for c in vrais[:combien]]
    corps += [_fictif(t, rang) for rang in range(len(corps), combien)]
    codes = [c["code"] for c in corps]
    return Certifications(
        {c["code"]: _titre(c) for c in corps}, {c["code"]: c for c in corps}, Poids(codes, parts(len(codes)))
    )


def parts(combien: int) -> list[float]:
    """Returns the weight of each rank: 53 % for the first fifteen, 80 % for the first forty."""
    return [0.53 / 15 if r < 15 else 0.27 / 25 if r < 40 else 0.20 / max(combien - 40, 1) for r in range(combien)]


def _du_catalogue(c: Corps) -> Corps:
    return {**_corps(c["code"], c["intitule"], c["niveau"], c["codes_rome"]), **c, "version": 1}


def _fictif(t: Tirage, rang: int) -> Corps:
    code = f"TP-9{rang:04}"
    intitule = f"{t.un(_METIERS)} {t.un(_SECTEURS)} (titre fictif {rang})"
    corps = _corps(code, intitule, t.un((3, 3, 3, 4, 5, 5, 6)), [f"{t.un('ABDFGHIJKMN')}{1000 + rang}"])
    sort = t.hasard.random()
    if sort < 0.08:
        corps["date_fin_de_vie"] = t.date_entre(plus_annees(t.jour, -3), plus_mois(t.jour, -14))
    elif sort < 0.2:
        corps["date_fin_de_vie"] = t.date_entre(plus_mois(t.jour, -11), plus_mois(t.jour, -1))
    elif sort < 0.95:
        corps["date_fin_de_vie"] = t.date_entre(plus_mois(t.jour, 1), plus_annees(t.jour, 5))
    corps["ccps"] = [
        {"code": f"{code}BC{n:02}", "intitule": f"Bloc {n} de {intitule}"} for n in range(1, t.un((3, 4, 5)))
    ]
    if rang % 24 == 0:
        corps["ccs"] = [{"code": f"CS-9{rang:04}", "intitule": f"Spécialisation de {intitule}"}]
    if fin := corps["date_fin_de_vie"]:
        corps["date_fin_de_vie"] = fin.isoformat()
    return corps


def _corps(code: str, intitule: str, niveau: int, codes_rome: list[str]) -> Corps:
    return {
        "code": code,
        "intitule": intitule,
        "niveau": niveau,
        "code_rncp": None,
        "codes_rome": codes_rome,
        "date_debut_validite": None,
        "date_fin_de_vie": None,
        "date_fin_prolongation": None,
        "ccps": [],
        "ccs": [],
        "remplace": [],
        "correspondances": [],
        "version": 1,
    }


def _titre(c: Corps) -> Titre:
    def jour(champ: str) -> date | None:
        return date.fromisoformat(c[champ]) if c.get(champ) else None

    return Titre(
        c["code"],
        c["intitule"],
        frozenset(c["codes_rome"]),
        tuple(Certification(x["code"], x["intitule"]) for x in c["ccps"]),
        tuple(Certification(x["code"], x["intitule"]) for x in c["ccs"]),
        jour("date_fin_de_vie"),
        jour("date_fin_prolongation"),
    )
