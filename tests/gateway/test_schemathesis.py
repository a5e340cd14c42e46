"""Whatever the OpenAPI document allows, the API answers what it says, and never that something broke.

A system of its own, with the demo in it: what is drawn may write. `make fuzz` runs it, not `make test`.
"""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.pile import RACINE, Pile
from tests.outils.conformite import ferme

EXEMPLES = int(os.environ.get("EXEMPLES", "2"))
"""Requests drawn for each operation."""
COMPTES = {"CENTRE": "centre-demo", "UD": "ud-demo", "DIRECCTE": "direccte-demo", "NATIONAL": "national-demo"}
VERIFICATIONS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LISTES = {
    "jures": "jure_id",
    "candidats": "candidat_id",
    "sessions": "session_id",
    "etablissements": "etablissement_id",
    "agrements": "agrement_id",
    "demandes-vae": "demande_id",
}
HORS_DE_PORTEE = {
    "delete:/jetons/courant",  # who calls these can call nothing afterwards
    "post:/jetons/revocation",
    "put:/moi/mot-de-passe",
    "get:/messages/flux",  # these do not end
    "get:/versions/{numero}/diffusion/flux",
}
REGLAGES = settings(
    max_examples=EXEMPLES,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A system with the demo."""
    dossier: Path = tmp_path_factory.mktemp("schemathesis")
    dossier.chmod(0o711)
    pile = Pile(dossier, ephemere=True)
    try:
        pile.demarrer()
        env = pile.environnement(*pile.bases) | {"CERES_URL": pile.url}
        subprocess.run([sys.executable, "-m", "demo"], cwd=RACINE, env=env, check=True)
        yield pile.url
    finally:
        pile.arreter()


@pytest.fixture(scope="module")
def jetons(url: str) -> dict[str, str]:
    """The header of each kind of profil."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as http:
        corps = [{"identifiant": compte, "mot_de_passe": "demo"} for compte in COMPTES.values()]
        recus = [http.post("/jetons", json=un).raise_for_status().json()["jeton"] for un in corps]
    return {profil: f"Bearer {jeton}" for profil, jeton in zip(COMPTES, recus, strict=True)}


@pytest.fixture(scope="module")
def connus(url: str, jetons: dict[str, str]) -> dict[str, list[str]]:
    """Ids that exist, by the name of the path's parameter: what is drawn at random finds nothing."""
    trouves: dict[str, list[str]] = defaultdict(list)
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as http:
        for ressource, parametre in LISTES.items():
            for jeton in jetons.values():
                reponse = http.get(f"/{ressource}", headers={"Authorization": jeton})
                trouves[parametre] += [un["id"] for un in reponse.json().get("elements", [])[:3]]
    return trouves


@dataclass
class Interrogateur:
    """Who asks, of which system, and what is known there."""

    url: str
    jetons: dict[str, str]
    connus: dict[str, list[str]]
    demandes: int = 0

    def interroger(self, operation: Any) -> str:
        """Draws requests for an operation; returns what was wrong with an answer."""
        permis = operation.definition.raw["x-profils"]
        profils = [profil for profil in COMPTES if profil in permis] or [""]

        @REGLAGES
        @given(operation.as_strategy(), st.data())
        def demander(cas: Any, tirage: st.DataObject) -> None:
            self.demandes += 1
            for parametre, tire in (cas.path_parameters or {}).items():
                if choix := self.connus.get(parametre):
                    cas.path_parameters[parametre] = tirage.draw(st.sampled_from([*choix, tire]))
            jeton = self.jetons.get(tirage.draw(st.sampled_from(profils)))
            reponse = cas.call(
                base_url=f"{self.url}/api/v1", headers={"Authorization": jeton} if jeton else {}, timeout=60
            )
            cas.validate_response(reponse, checks=VERIFICATIONS)

        try:
            demander()
        except (Exception, BaseExceptionGroup) as ecart:
            return "\n".join(map(str, getattr(ecart, "exceptions", [ecart])))
        return ""


@pytest.mark.lente
def test_l_api_repond_ce_que_dit_son_document(url: str, jetons: dict[str, str], connus: dict[str, list[str]]) -> None:
    schema: Any = schemathesis.openapi.from_dict(ferme())
    operations = [resultat.ok() for resultat in schema.get_all_operations()]
    qui = Interrogateur(url, jetons, connus)
    ecarts = {
        nom: ecart
        for operation in operations
        if (nom := f"{operation.method}:{operation.path}") not in HORS_DE_PORTEE
        if (ecart := qui.interroger(operation))
    }
    assert not ecarts, "\n\n".join(f"{nom}\n{ecart}" for nom, ecart in ecarts.items())
    assert qui.demandes > len(operations)
