"""The report of a year, in French, as it is printed and as docs/performances.md keeps it."""

import argparse
from collections import Counter

from bench.annee.courriels import Cout
from bench.annee.recomptes import Constat
from bench.annee.rejeu import Bilan
from bench.mesure import mediane, p95
from bench.rapport import Promesse, milliers, nombre


def rediger(
    bilan: Bilan,
    constat: Constat,
    temps: dict[str, float],
    calme: float,
    prevus: Counter[str],
    cout: Cout | None,
    arguments: argparse.Namespace,
) -> str:
    """Returns the report, in Markdown."""
    total = bilan.secondes + calme
    totaux = constat.totaux
    tete = [
        f"Échelle {arguments.echelle:g}".replace(".", ",")
        + f", tout sur la même machine (bases, bus, services, passerelle), {arguments.clients} clients simultanés.",
        "",
        f"- Durée : **{_duree(total)}** ({_duree(bilan.secondes)} de rejeu, {calme:.0f} s jusqu'au dernier événement), "
        f"{milliers(bilan.requetes)} requêtes, {bilan.requetes / max(bilan.secondes, 0.001):.0f} par seconde, "
        f"{bilan.reessais} redemandées après un 503.",
        "- " + ", ".join(f"{milliers(n)} {nom}" for nom, n in totaux.items()) + ".",
        *(f"- {promesse}" for promesse in _promesses(bilan, constat, total / arguments.echelle)),
    ]
    parties = [
        "\n".join(tete),
        _table(("Acte", "Nombre", "p50 (ms)", "p95 (ms)", "part du temps des clients"), _durees(bilan), "Les actes"),
        _table(("Processus", "s de processeur", "part", "ms par requête"), _temps(temps, bilan), "Où va le processeur"),
        _table(("Code", "Prévus", "Obtenus"), _refus(bilan, prevus), "Les refus"),
        _table(("Règle", "Ce qui est recompté en SQL", "Violations"), _violations(constat), "Le recompte"),
        _courriels(totaux, cout),
    ]
    if ecarts := [*bilan.ecarts, *constat.ecarts]:
        parties.append("### Écarts\n\n" + "\n".join(f"- {e}" for e in ecarts[:40]))
    return "\n\n".join(parties)


def _promesses(bilan: Bilan, constat: Constat, annee_entiere: float) -> tuple[Promesse, ...]:
    """Args:
    annee_entiere: seconds that the whole year would take at the pace of the part replayed.
    """
    return (
        Promesse("violations d'une règle", sum(constat.violations.values()), 0, au_plus=True),
        Promesse("écarts avec le plan", len(bilan.ecarts) + len(constat.ecarts), 0, au_plus=True),
        Promesse("l'année entière, à ce rythme", annee_entiere / 60, 15, au_plus=True, unite=" min"),
    )


def _table(entetes: tuple[str, ...], lignes: list[tuple[str, ...]], titre: str) -> str:
    trait = "|".join(["---"] + ["---:"] * (len(entetes) - 1))
    corps = "\n".join(f"| {' | '.join(ligne)} |" for ligne in lignes)
    return f"### {titre}\n\n| {' | '.join(entetes)} |\n|{trait}|\n{corps}"


def _durees(bilan: Bilan) -> list[tuple[str, ...]]:
    total = sum(map(sum, bilan.durees.values()))
    ordre = sorted(bilan.durees.items(), key=lambda paire: -sum(paire[1]))
    return [
        (
            acte,
            milliers(len(d)),
            f"{mediane(d) * 1000:.0f}",
            f"{p95(d) * 1000:.0f}",
            _part(sum(d) / total),
        )
        for acte, d in ordre
    ]


def _temps(temps: dict[str, float], bilan: Bilan) -> list[tuple[str, ...]]:
    total = sum(temps.values())
    lignes = sorted(temps.items(), key=lambda paire: -paire[1])
    return [
        (nom, nombre(s), _part(s / total), nombre(1000 * s / bilan.requetes))
        for nom, s in [*lignes, ("**en tout**", total)]
    ]


def _refus(bilan: Bilan, prevus: Counter[str]) -> list[tuple[str, ...]]:
    codes = sorted({*prevus, *bilan.refus})
    return [(c, milliers(prevus[c]) if c in prevus else "–", milliers(bilan.refus[c])) for c in codes]


def _violations(constat: Constat) -> list[tuple[str, ...]]:
    return [(code, quoi, str(n)) for (code, quoi), n in sorted(constat.violations.items())]


def _courriels(totaux: dict[str, int], cout: Cout | None) -> str:
    partis, tous = totaux["convocations par courriel"], totaux["convocations éditées"]
    dit = (
        f"### Les courriels\n\n{milliers(partis)} des {milliers(tous)} convocations sont parties par courriel, PDF "
        "joint ; les autres sont à remettre en main propre, et leur PDF est dessiné quand quelqu'un le demande."
    )
    if cout is None:
        return dit
    reste = tous - partis
    return (
        f"{dit} Renvoyées ensuite ({milliers(cout.n)} mesurées), elles coûtent chacune {cout.processeur * 1000:.0f} ms "
        f"de processeur, la demande de renvoi comprise, et {cout.secondes * 1000:.0f} ms de file. Envoyer aussi les "
        f"{milliers(reste)} autres ajouterait {_duree(reste * cout.processeur)} de processeur, et "
        f"{_duree(reste * cout.secondes)} à un seul facteur."
    )


def _part(valeur: float) -> str:
    return f"{100 * valeur:.0f} %"


def _duree(secondes: float) -> str:
    return f"{int(secondes // 60)} min {int(secondes % 60):02} s"
