"""The territories: régions, départements, communes of yesterday and today (`@etalab/decoupage-administratif`), pays.

The package gives the communes of the day, the communes déléguées and associées, the arrondissements of Paris, Lyon and
Marseille, and the codes of communes that are no more. It gives no dates: a former commune is known by its code and
what became of it. A birth place is kept with the code and the name that it had.
"""

from dataclasses import dataclass
from typing import Any

from commun.domain.territoires import departement_du_code_insee
from services.referentiel.domain.communes import Commune, NatureCommune
from services.referentiel.importers.lecture import lire_json, lire_lignes
from services.referentiel.importers.rapport import Rapport

_ISO_D_USAGE = {"99157": "XK"}
"""Kosovo: ISO 3166 gives it none, and everybody writes this one."""

_DEVENUS = {"97123": "97701", "97127": "97801"} | {f"985{n:02}": f"976{n:02}" for n in range(1, 18)}
"""Codes of Saint-Barthélemy and Saint-Martin while they were of Guadeloupe, until 2007, and of the communes of Mayotte
until it was a département: the package does not tell them, and people were born under them. Source: COG of then."""


@dataclass(frozen=True)
class Region:
    """A région, or the collectivity that stands for one overseas."""

    code: str
    nom: str


@dataclass(frozen=True)
class Departement:
    """A département and its région."""

    code: str
    nom: str
    region: str


@dataclass(frozen=True)
class Pays:
    """A country where someone may be born: its INSEE code, and its ISO code where it has one."""

    cog: str
    nom: str
    iso2: str | None


def lire_regions(contenu: bytes) -> Rapport[Region]:
    """Returns the régions of `data/regions.json`."""
    rapport: Rapport[Region] = Rapport("regions.json")
    for n, o in enumerate(lire_json(contenu, rapport), 1):
        if _complet(o, ("code", "nom"), n, rapport) and rapport.est_la_premiere(n, "code", o["code"]):
            rapport.lignes.append(Region(o["code"], o["nom"]))
    return rapport


def lire_departements(contenu: bytes, regions: frozenset[str]) -> Rapport[Departement]:
    """Returns the départements of `data/departements.json` that are in one of these régions."""
    rapport: Rapport[Departement] = Rapport("departements.json")
    for n, o in enumerate(lire_json(contenu, rapport), 1):
        if not _complet(o, ("code", "nom", "region"), n, rapport):
            continue
        if o["region"] not in regions:
            rapport.refuser(n, "region", o["region"], "région inconnue")
        elif rapport.est_la_premiere(n, "code", o["code"]):
            rapport.lignes.append(Departement(o["code"], o["nom"], o["region"]))
    return rapport


def lire_communes(contenu: bytes, departements: frozenset[str]) -> Rapport[Commune]:
    """Returns the communes of `data/communes.json`, former codes included.

    A former code keeps the département that it names, where there still is one: someone born in an Isère since moved
    to the Rhône was born in Isère.
    """
    rapport: Rapport[Commune] = Rapport("communes.json")
    anciens: dict[str, str] = {}
    for n, o in enumerate(lire_json(contenu, rapport), 1):
        if not _complet(o, ("code", "nom", "type", "departement"), n, rapport):
            continue
        if o["departement"] not in departements:
            rapport.refuser(n, "departement", o["departement"], "département inconnu")
            continue
        try:
            nature = NatureCommune(o["type"])
        except ValueError:
            rapport.refuser(n, "type", o["type"], "nature de commune inconnue")
            continue
        if not rapport.est_la_premiere(n, "code", o["code"], raison="commune répétée", parmi=nature):
            continue
        actuelle = o.get("chefLieu") or o.get("commune") or o["code"]
        postaux = tuple(o.get("codesPostaux", ()))
        rapport.lignes.append(Commune(o["code"], nature, o["nom"], o["departement"], actuelle, postaux))
        anciens |= dict.fromkeys(o.get("anciensCodes", ()), o["code"])
    rapport.lignes += _anciennes(rapport.lignes, _DEVENUS | anciens, departements)
    return rapport


def _anciennes(communes: list[Commune], anciens: dict[str, str], departements: frozenset[str]) -> list[Commune]:
    """Returns what is known of the codes that no longer serve. `anciens`: by each, that of where the place is today."""
    connues = {commune.code: commune for commune in communes}
    trouvees = []
    for code, actuelle in sorted(anciens.items()):
        if code not in connues and actuelle in connues:
            prefixe = departement_du_code_insee(code)
            departement = prefixe if prefixe in departements else connues[actuelle].departement
            trouvees.append(Commune(code, NatureCommune.ANCIENNE, "", departement, actuelle))
    return trouvees


def lire_pays(contenu: bytes) -> Rapport[Pays]:
    """Returns the countries of a `pays.csv`, and the parts of another one that have a code of their own (Groenland).

    The parts without one (Ceuta, Guernesey) are left aside.
    """
    rapport: Rapport[Pays] = Rapport("pays.csv")
    vus: dict[str, str] = {}
    lues = list(lire_lignes(contenu, rapport, ("cog", "iso2", "nom", "pays_rattachement")))
    souverains = {r["iso2"] for _, r in lues if not r["pays_rattachement"]}
    for n, r in lues:
        if r["pays_rattachement"] and (not r["iso2"] or r["iso2"] in souverains):
            rapport.hors_sujet += 1
        elif not (r["cog"].isdigit() and len(r["cog"]) == 5 and r["cog"].startswith("99")):
            rapport.refuser(n, "cog", r["cog"], "code de pays mal formé")
        elif not r["nom"]:
            rapport.refuser(n, "nom", r["cog"], "nom absent")
        elif r["iso2"] and r["iso2"] in vus:
            rapport.refuser(n, "iso2", r["iso2"], f"code ISO déjà donné à un autre pays : {vus[r['iso2']]}")
        elif rapport.est_la_premiere(n, "cog", r["cog"]):
            vus[r["iso2"]] = r["nom"]
            rapport.lignes.append(Pays(r["cog"], r["nom"], r["iso2"] or _ISO_D_USAGE.get(r["cog"])))
    return rapport


def _complet(objet: dict[str, Any], champs: tuple[str, ...], n: int, rapport: Rapport[Any]) -> bool:
    absents = [champ for champ in champs if not isinstance(objet.get(champ), str) or not objet[champ]]
    if absents:
        rapport.refuser(n, ", ".join(absents), objet.get("code"), "information absente")
    return not absents
