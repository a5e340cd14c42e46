"""TRA-01 : chaque table est classée, chaque route qui écrit mène à une trace ; les bases d'essai tiennent le reste."""

import importlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import pytest

from commun.storage.migrations import paquet_de
from gateway.api.routes import Route
from gateway.api.table import ROUTES
from tests.outils.cas import d_un_trait
from tests.outils.traces_exigees import LIBRES, TRACEES

RACINE = Path(__file__).resolve().parents[2]
SANS_TRACE = {
    "POST /jetons": "une connexion",
    "POST /jetons/revocation": "une connexion",
    "POST /messages/<message_id>/lu": "une lecture",
    "POST /messages/lus": "une lecture",
    "POST /filtres": "un réglage d'écran",
    "DELETE /filtres/<filtre_id>": "un réglage d'écran",
    "POST /abonnements": "le public, qui s'abonne seul",
    "POST /abonnements/confirmation/<jeton>": "le public, qui s'abonne seul",
    "POST /abonnements/desabonnement/<jeton>": "le public, qui se désabonne seul",
    "POST /versions/<numero>/essai": "un courriel à soi-même",
}
"""What writes nothing of TRA-01, and why."""


@pytest.mark.parametrize("service", sorted(TRACEES))
def test_chaque_table_est_tracee_ou_dit_pourquoi_non(service: str) -> None:
    tables = set(importlib.import_module(f"{paquet_de(service)}.storage").metadata.tables)
    libres = {table for groupe in LIBRES[service] for table in groupe.split()}
    assert TRACEES[service].keys() | libres == tables
    assert not TRACEES[service].keys() & libres


@cache
def appels(dossier: Path) -> dict[str, set[str]]:
    """Returns, for each function of a package, the names that it mentions, as compiled."""
    trouves: dict[str, set[str]] = defaultdict(set)
    for fichier in dossier.rglob("*.py"):
        code = SourceFileLoader(fichier.stem, str(fichier)).get_code(fichier.stem)
        assert code
        for fonction in _dedans(code):
            trouves[fonction.co_name] |= {nom for partie in _dedans(fonction) for nom in partie.co_names}
    return trouves


def _dedans(code: CodeType) -> Iterator[CodeType]:
    """Yields a compiled body, and those that are defined in it."""
    yield code
    for constante in code.co_consts:
        if isinstance(constante, CodeType):
            yield from _dedans(constante)


TRACENT = frozenset({"tracer", "tracer_ensemble"})


def mene_a_une_trace(depart: str, graphe: dict[str, set[str]]) -> bool:
    """Returns whether a function traces, itself or through those that it mentions."""
    vus, reste = set(), [depart]
    while reste:
        nom = reste.pop()
        if nom in TRACENT:
            return True
        if nom not in vus:
            vus.add(nom)
            reste += graphe.get(nom, ())
    return False


def _depart(route: Route) -> tuple[str, str]:
    """Returns the package of a route's command, and the command's name."""
    if not isinstance(route.cible, str):
        return "gateway", route.cible.__name__
    service, methode = route.cible.split(".")
    (classe,) = (c for c in importlib.import_module(f"services.{service}.service").SERVICES if c.name == service)
    return f"services/{service}", getattr(classe, methode).__wrapped__.__name__


ECRIVENT = [r for r in ROUTES if r.ecrit]


@d_un_trait
@pytest.mark.parametrize(
    "route", [r for r in ECRIVENT if f"{r.methode} {r.chemin}" not in SANS_TRACE], ids=lambda r: r.nom
)
def test_chaque_route_qui_ecrit_mene_a_une_trace(route: Route) -> None:
    paquet, commande = _depart(route)
    assert mene_a_une_trace(commande, appels(RACINE / paquet)), commande


def test_une_commande_sans_trace_serait_vue() -> None:
    graphe = {"commande": {"enregistrer"}, "enregistrer": {"execute"}}
    assert not mene_a_une_trace("commande", graphe)
    assert all(mene_a_une_trace("commande", graphe | {"enregistrer": {trace}}) for trace in TRACENT)


def test_les_exceptions_existent() -> None:
    assert SANS_TRACE.keys() <= {f"{r.methode} {r.chemin}" for r in ECRIVENT}
