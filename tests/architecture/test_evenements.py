"""Events: declared, exemplified, listened to, and empty of anything personal; and what each service does unasked."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema, fields

from commun.actes.timers import Minuterie
from commun.bus.topology import ecouteurs, modules
from commun.schemas.events import Evenement
from tests.outils.cas import d_un_trait

RACINE = Path(__file__).resolve().parents[2]
SERVICES = sorted(p.parent.name for p in RACINE.glob("services/*/service.py"))
PERSONNEL = re.compile(r"nom(_|$)|prenom|telephone|courriel$|date_naissance|adresse|voie")
"""How the name of a field begins that would tell who somebody is."""
D_UN_LIEU = {"referentiel.etablissement_publie": {"adresse", "voie"}}


def _publies() -> list[type[Evenement]]:
    for service in SERVICES:
        importlib.import_module(f"services.{service}.events")
    importlib.import_module("gateway.events")
    trouves: list[type[Evenement]] = []
    reste = list(Evenement.__subclasses__())
    while reste:
        classe = reste.pop()
        reste += classe.__subclasses__()
        trouves += [classe] if hasattr(classe, "nom") else []
    return sorted(trouves, key=lambda c: c.nom)


def _champs(schema: Schema) -> Iterator[str]:
    """Yields the names of the fields of a schema, and of what it nests."""
    for nom, champ in schema.fields.items():
        yield nom
        dedans = champ.inner if isinstance(champ, fields.List) else champ
        if isinstance(dedans, fields.Nested):
            yield from _champs(dedans.schema)


EVENEMENTS = _publies()
ECOUTES = {evenement for _, evenement in ecouteurs(modules())}


def _dans_le_code(service: str) -> set[str]:
    """The events that a service's code puts in its outbox."""
    trouves = set()
    dossier = RACINE / "gateway" if service == "gateway" else RACINE / "services" / service
    for fichier in dossier.rglob("*.py"):
        trouves |= set(re.findall(r'\.publier\(\s*"(\w+)"', fichier.read_text("utf-8")))
    return {f"{service}.{nom}" for nom in trouves}


@d_un_trait
@pytest.mark.parametrize("classe", EVENEMENTS, ids=lambda c: c.nom)
def test_l_exemple_est_accepte_par_le_schema(classe: type[Evenement]) -> None:
    assert classe().validate(classe.exemple) == {}


@d_un_trait
@pytest.mark.parametrize("classe", EVENEMENTS, ids=lambda c: c.nom)
def test_quelqu_un_ecoute(classe: type[Evenement]) -> None:
    assert classe.nom in ECOUTES, "an event that no queue takes stays in the outbox for ever"


@d_un_trait
@pytest.mark.parametrize("classe", EVENEMENTS, ids=lambda c: c.nom)
def test_rien_de_personnel(classe: type[Evenement]) -> None:
    assert {nom for nom in _champs(classe()) if PERSONNEL.match(nom)} <= D_UN_LIEU.get(classe.nom, set())


def test_tout_ce_qui_est_publie_est_declare() -> None:
    publies = set().union(*(_dans_le_code(service) for service in (*SERVICES, "gateway")))
    assert publies <= {classe.nom for classe in EVENEMENTS}


def test_tout_ce_qui_est_ecoute_existe() -> None:
    assert {classe.nom for classe in EVENEMENTS} >= ECOUTES


@pytest.mark.parametrize("service", [*SERVICES, "gateway"])
def test_chaque_base_se_range_et_scelle_ses_traces_d_elle_meme(service: str) -> None:
    """Each act has its tests: that time brings it, none of them says."""
    paquet = "gateway" if service == "gateway" else f"services.{service}"
    methodes = vars(importlib.import_module(f"{paquet}.service").SERVICES[0]).items()
    poses = ((nom, getattr(methode, "nameko_entrypoints", ())) for nom, methode in methodes)
    amenees = {nom for nom, entrees in poses if any(isinstance(entree, Minuterie) for entree in entrees)}
    autres = {
        "candidats": {"chaque_jour"},
        "gateway": {"toutes_les_dix_minutes"},
        "jures": {"chaque_jour"},
        "notifications": {"chaque_dix_minutes", "chaque_jour", "oublier"},
        "sessions": {"chaque_jour", "revoir_les_alertes"},
    }
    assert amenees == {"ranger", "sceller_les_traces"} | autres.get(service, set()), "say it above: it is not to vanish"
