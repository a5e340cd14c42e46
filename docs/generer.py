"""Writes the documentation that comes from the code: `python -m docs.generer` (`--verifier`: says what is stale)."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from pkgutil import walk_packages

import services
from commun.bus.topology import ecouteurs
from commun.bus.topology import modules as modules_de_service
from commun.config import Config
from commun.domain import rules
from commun.domain.lifecycle import IMPOSSIBLE, CycleDeVie
from commun.domain.rules import Effet, Regle
from commun.schemas.events import Evenement

ICI = Path(__file__).parent
_AVIS = "<!-- Écrit par `make docs` à partir du code : ne pas modifier à la main. -->\n"
_EFFETS = {Effet.REFUSE: "refuse", Effet.CONFIRME: "⚠ demande confirmation", Effet.INFORME: "ℹ informe"}
_SOURCES = {"M": "mail de la version 1.7.1", "P": "prévision 1.8", "R": "réglementation", "D": "décision de CERES"}


def modules_lus() -> list[str]:
    """Returns the names of the services' modules, each imported: it says its rules and its lifecycles as it is."""
    noms = [m.name for m in walk_packages(services.__path__, "services.") if ".migrations" not in m.name]
    for nom in (*noms, "gateway.regles", "gateway.events"):
        importlib.import_module(nom)
    return noms


def regles(cycles: list[tuple[str, CycleDeVie]]) -> str:
    """Returns every rule, by code, and the refusal of an action that a lifecycle's table does not hold (`XXX-00`)."""
    rangees = [
        (code, r.enonce, _EFFETS[r.effet], " ".join(_SOURCES.get(s, s) for s in r.source.split("|")), phrase_de(r))
        for code, predicats in rules.CATALOGUE.items()
        for r in predicats
    ]
    prevu = "L'action est prévue à cet état par la table du [cycle de vie](cycles-de-vie.md)."
    absents = {
        (c.hors_de_la_table, IMPOSSIBLE.format(action="{action}", objet=c.objet, etat="{etat}")) for _, c in cycles
    }
    rangees += [(code, prevu, _EFFETS[Effet.REFUSE], _SOURCES["D"], message) for code, message in absents]
    glossaire = "[glossaire](glossaire.md#les-codes-qui-ne-refusent-rien)"
    ailleurs = f"Les codes qui ne refusent rien (INS-03, REF-01…) sont au {glossaire}.\n"
    lignes = [
        "# Les règles de gestion\n",
        ailleurs,
        "| Code | Énoncé | Effet | Source | Message |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lignes, *(f"| {' | '.join(rangee)} |" for rangee in sorted(rangees, key=itemgetter(0)))])


def phrase_de(regle: Regle) -> str:
    """Returns the message of a rule, the words that agree with a value (« {noms:est|sont} ») agreeing with one."""
    return re.sub(r"\{\w+:([^|}]*)\|[^}]*\}", r"\1", regle.message)


def cycles_trouves(modules: list[str]) -> list[tuple[str, CycleDeVie]]:
    """Returns every lifecycle, with its service."""
    trouves: dict[int, tuple[str, CycleDeVie]] = {}
    for nom in (nom for nom in modules if ".domain." in nom):
        for cycle in vars(importlib.import_module(nom)).values():
            if isinstance(cycle, CycleDeVie):
                trouves.setdefault(id(cycle), (nom.split(".")[1], cycle))  # others import it
    return list(trouves.values())


def cycles_de_vie(cycles: list[tuple[str, CycleDeVie]]) -> str:
    """Returns every lifecycle: its picture and its table."""
    parties, objets = ["# Les cycles de vie\n"], set[str]()
    for service, cycle in cycles:
        objet = cycle.objet[0].upper() + cycle.objet[1:]
        if cycle.objet in objets:  # a second table of the same object: named after what it decides
            objet += f" : {', '.join(cycle.libelles_actions.values()).lower()}"
        objets.add(cycle.objet)
        parties.append("\n\n".join(filter(None, (f"## {objet} ({service})", dessin(cycle), f"{tableau(cycle)}\n"))))
    return "\n".join(parties)


def tableau(cycle: CycleDeVie) -> str:
    """Returns the table of a lifecycle."""
    lignes = ["| Action | Depuis | Vers | Qui | Règles |", "|---|---|---|---|---|"]
    marques = {Effet.REFUSE: "", Effet.CONFIRME: " ⚠", Effet.INFORME: " ℹ"}
    for t in cycle.transitions:
        vers = cycle.libelles[t.vers] if t.vers else "*(disparaît)*"
        regles_dites = "<br>".join(f"`{r.code}`{marques[r.effet]} {r.enonce}" for r in t.regles) or "—"
        action, depuis, qui = cycle.libelles_actions[t.action], cycle.libelles[t.depuis], ", ".join(sorted(t.qui))
        lignes.append(f"| {action} | {depuis} | {vers} | {qui} | {regles_dites} |")
    return "\n".join(lignes)


def dessin(cycle: CycleDeVie) -> str:
    """Returns the picture of a lifecycle, as a Mermaid state diagram: nothing where no action leads elsewhere."""
    fleches = dict.fromkeys(
        f"    {t.depuis.value} --> {t.vers.value if t.vers else '[*]'} : {cycle.libelles_actions[t.action]}"
        for t in cycle.transitions
        if t.vers != t.depuis
    )
    return "\n".join(["```mermaid", "stateDiagram-v2", *fleches, "```"]) if fleches else ""


def evenements() -> str:
    """Returns every event: its fields, who listens to it, an example."""
    oreilles: dict[str, list[str]] = {}
    for file, evenement in ecouteurs(modules_de_service()):
        oreilles.setdefault(evenement, []).append(f"`{file}`")
    lignes = ["# Les événements\n", "| Événement | Version | Champs | Écouté par |", "|---|---|---|---|"]
    exemples = []
    for classe in sorted(_sous_classes(Evenement), key=lambda c: c.nom):
        champs = ", ".join(f"`{champ}`" for champ in classe().fields)
        oreille = ", ".join(oreilles.get(classe.nom, [])) or "—"
        dit = " ".join((classe.__doc__ or "").split())  # a row of a table is one line
        lignes.append(f"| `{classe.nom}`<br>{dit} | {classe.version_schema} | {champs} | {oreille} |")
        corps = json.dumps(classe.exemple, ensure_ascii=False)
        exemples.append(f"`{classe.nom}`\n\n```json\n{corps}\n```\n")
    return "\n".join([*lignes, "\n## Un exemple de chacun\n", *exemples])


def _sous_classes(classe: type[Evenement]) -> Iterator[type[Evenement]]:
    for sous in classe.__subclasses__():
        if hasattr(sous, "nom"):
            yield sous
        yield from _sous_classes(sous)


def configuration() -> str:
    """Returns every environment variable that a process reads."""
    lignes = ["# Configuration\n", "| Variable | Default | What it sets |", "|---|---|---|"]
    for champ in Config.__dataclass_fields__.values():
        defaut = f"`{_en_reglage(champ.default)}`" if champ.default not in ("", None) else "—"
        lignes.append(f"| `{champ.metadata['env']}` | {defaut} | {champ.metadata['aide']} |")
    lignes.append("\n`DATABASE_URL_<SERVICE>` replaces `DATABASE_URL` where several services share one process.")
    return "\n".join(lignes)


def _en_reglage(valeur: object) -> str:
    """Returns a value as a variable of the environment says it."""
    match valeur:
        case tuple():
            return ",".join(map(_en_reglage, valeur))
        case bool() | float():
            return f"{valeur:g}"
        case _:
            return str(valeur)


def principal(verifier: bool) -> int:
    """Writes the pages, or says which are out of date. Returns the exit code."""
    modules = modules_lus()
    cycles = cycles_trouves(modules)
    pages = {
        "regles.md": regles(cycles),
        "cycles-de-vie.md": cycles_de_vie(cycles),
        "evenements.md": evenements(),
        "configuration.md": configuration(),
    }
    perimees = []
    for nom, corps in pages.items():
        contenu, page = f"{_AVIS}{corps}\n", ICI / nom
        if not page.exists() or page.read_text("utf-8") != contenu:
            perimees.append(nom)
            if not verifier:
                page.write_text(contenu, "utf-8")
    if verifier and perimees:
        print(f"À réécrire par `make docs` : {', '.join(perimees)}")
    return int(verifier and bool(perimees))


if __name__ == "__main__":
    sys.exit(principal("--verifier" in sys.argv))
