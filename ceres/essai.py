"""A backup is worth what is restored of it: a cluster is born from the last one, read, and removed.

The cluster's own API makes it (CloudNativePG), beside the one that serves, of which it takes everything but its
archive: nothing that it does is written to the store. What is looked at in a base is what its loss would be told by.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from ceres.francais import INCOMPLET, MAL_DIT, Empechement
from commun import clock
from commun.storage.db import moteur, sans_limite
from commun.storage.migrations import RevisionInadaptee, exiger_revision, paquet_de
from commun.storage.tables import minuteries, traces
from commun.traces import verification

SUFFIXE = "-essai"
_GROUPE = "postgresql.cnpg.io/v1"
_TELS_QUELS = ("imageCatalogRef", "imageName", "storage", "walStorage", "resources")
_RETARD = timedelta(hours=1)
"""How late what was restored may be for the next tidying: each service notes when it will be, an hour ahead."""

_PAUSE = 5
"""Seconds between two looks at a cluster that is being made, or removed."""

Objet = dict[str, Any]


class EssaiManque(Empechement):
    """No cluster was born of the backups, or it stays."""

    def __init__(self, phrase: str, code: int = INCOMPLET) -> None:
        super().__init__(phrase, code)


@dataclass(frozen=True)
class Api:
    """The clusters of databases of one namespace, by the API of Kubernetes."""

    adresse: str
    espace: str
    jeton: Path
    autorite: Path | None = None

    def lire(self, nom: str) -> Objet | None:
        """Returns a cluster, `None` where there is none."""
        return self._demander("GET", f"/{nom}")

    def creer(self, grappe: Objet) -> None:
        """Makes a cluster."""
        self._demander("POST", "", grappe)

    def retirer(self, nom: str) -> None:
        """Removes a cluster, its volumes with it; one that is not there is no error."""
        self._demander("DELETE", f"/{nom}")

    def _demander(self, methode: str, chemin: str, corps: Objet | None = None) -> Objet | None:
        url = f"{self.adresse}/apis/{_GROUPE}/namespaces/{self.espace}/clusters{chemin}"
        en_tetes = {"Authorization": f"Bearer {self.jeton.read_text().strip()}"}
        autorite = str(self.autorite) if self.autorite else True
        try:
            reponse = requests.request(methode, url, json=corps, headers=en_tetes, timeout=30, verify=autorite)
        except requests.RequestException as panne:
            raise EssaiManque(f"Kubernetes ne répond pas : {panne}.") from None
        if reponse.status_code == 404 and methode != "POST":
            return None
        if not reponse.ok:
            raise EssaiManque(f"Kubernetes refuse ({reponse.status_code}) : {reponse.text[:500]}")
        lu: Objet = reponse.json()
        return lu


def api_du_cluster() -> Api:
    """Returns the API of the cluster where this process is, as the account of its pod.

    Raises:
        EssaiManque: it is in none.
    """
    lieu = Path(os.environ.get("CERES_API_COMPTE", "/compte"))
    if not (lieu / "token").exists():
        phrase = "Cette commande n'a de sens que dans le cluster, sous le compte de la tâche d'essai."
        raise EssaiManque(phrase, MAL_DIT)
    adresse = os.environ.get("CERES_API", "https://kubernetes.default.svc")
    autorite = lieu / "ca.crt"
    return Api(
        adresse, (lieu / "namespace").read_text().strip(), lieu / "token", autorite if autorite.exists() else None
    )


def grappe_d_essai(grappe: Objet) -> Objet:
    """Returns the cluster that is born of the last backup of another: one instance, as large, that archives nothing."""
    spec, nom = grappe["spec"], grappe["metadata"]["name"]
    archive = next((plugin for plugin in spec.get("plugins", ()) if plugin.get("isWALArchiver")), None)
    if archive is None:
        raise EssaiManque(f"{nom} n'archive ses journaux nulle part.")
    source = {"name": archive["name"], "parameters": {"serverName": nom} | archive["parameters"]}
    return {
        "apiVersion": _GROUPE,
        "kind": "Cluster",
        "metadata": {"name": f"{nom}{SUFFIXE}"},
        "spec": {champ: spec[champ] for champ in _TELS_QUELS if champ in spec}
        | {
            "instances": 1,
            "inheritedMetadata": {"labels": {"app.kubernetes.io/component": "essai"}},  # counted with nobody's
            "bootstrap": {"recovery": {"source": "avant"}},
            "externalClusters": [{"name": "avant", "plugin": source}],
            "certificates": {"serverCASecret": f"{nom}-ca"},
            # PostgreSQL replays nothing with fewer connections than there were
            "postgresql": {"parameters": spec.get("postgresql", {}).get("parameters", {})},
        },
    }


def naitre(api: Api, nom: str, patience: float) -> None:
    """Makes the trial cluster of the one named, in the place of one that an earlier trial may have left.

    Raises:
        EssaiManque: it was not made, or not ready in time.
    """
    grappe = api.lire(nom)
    if grappe is None:
        raise EssaiManque(f"Aucune grappe de bases ne s'appelle {nom}.")
    essai, limite = f"{nom}{SUFFIXE}", time.monotonic() + patience
    api.retirer(essai)
    _attendre(lambda: api.lire(essai) is None, limite, lambda: f"{essai}, d'un essai d'avant, ne s'en va pas.")
    api.creer(grappe_d_essai(grappe))
    vue: Objet = {}

    def prete() -> bool:
        vue.update((api.lire(essai) or {}).get("status", {}))
        return bool(vue.get("readyInstances"))

    _attendre(prete, limite, lambda: f"{essai} n'est pas né à temps : {vue.get('phase', 'sans état')}.")


def _attendre(fait: Callable[[], bool], limite: float, sinon: Callable[[], str]) -> None:
    while not fait():
        if time.monotonic() > limite:
            raise EssaiManque(sinon())
        time.sleep(_PAUSE)


def defauts(service: str) -> Iterator[str]:
    """Yields in French what is wrong with the base of a service, where it was restored from the last backup."""
    with moteur(service).begin() as db:
        sans_limite(db)
        try:
            exiger_revision(db, paquet_de(service))
        except RevisionInadaptee as ecart:
            yield f"sa révision est {ecart}"
            return
        tour = db.scalar(sa.select(sa.func.max(minuteries.c.prochaine)).where(minuteries.c.nom.like("%ranger%")))
        if tour is None or tour < clock.maintenant() - _RETARD:
            yield f"elle s'arrête avant le {tour:%d/%m/%Y à %H:%M} UTC" if tour else "elle n'a jamais servi"
    for rupture in verification.verifier(verification.lots_de(service)):
        yield str(rupture)


def compter(service: str) -> int:
    """Returns how many traces a base holds."""
    with moteur(service).begin() as db:
        return int(db.scalar(sa.select(sa.func.count()).select_from(traces)) or 0)
