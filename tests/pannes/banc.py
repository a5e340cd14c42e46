"""All of CERES, to break: every wire goes through a proxy, every service is a process that dies where it is told to."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import dict_row

from local.pile import PASSERELLE, Pile, paquets
from local.ports import port_libre
from local.processus import Processus
from tests.outils.mandataire import Mandataire
from tests.outils.souche import Engendre
from tests.pannes.grappe import Grappe


class Banc(Pile):
    """The stack of `local/`, with proxies named « postgres », « rabbit » and « http », and as many replicas as asked.

    Args:
        grappe: whether the broker is of three nodes.
        reglages: added to the environment of every service.
    """

    def __init__(self, dossier: Path, *, grappe: bool = False, **reglages: str) -> None:
        super().__init__(dossier, ephemere=True)
        self.mandataire = Mandataire()
        self._porte = self.mandataire.ouvrir("http", self.port)
        self._en_grappe = grappe
        self._ajouts = reglages
        self._portes: dict[str, tuple[str, str]] = {}
        # the kernel ends our children with the thread that started them: this one starts them all, and stays
        self._lanceur = ThreadPoolExecutor(1)

    @property
    def url(self) -> str:
        """Where clients come in."""
        return f"http://127.0.0.1:{self._porte}"

    @property
    def noeuds(self) -> list[str]:
        """The broker's processes."""
        return [p.nom for p in self.processus if p.nom.startswith(("noeud", "rabbit"))]

    def reglages(self, *membres: str, port_exploitation: int = 0) -> dict[str, str]:
        """Returns the variables of a process, whose wires then go through the proxy."""
        assert self._rabbit
        noeuds = self._rabbit.ports if isinstance(self._rabbit, Grappe) else [self._rabbit.port]
        bases = urlsplit(self._url_bases).port or 0
        self._portes = self._portes or {
            "AMQP_URL": (str(noeuds[0]), str(self.mandataire.ouvrir("rabbit", *noeuds))),
            "DATABASE_URL": (str(bases), str(self.mandataire.ouvrir("postgres", bases))),
        }
        reglages = super().reglages(*membres, port_exploitation=port_exploitation) | self._ajouts
        for nom in reglages:
            for debut, (port, porte) in self._portes.items():
                if nom.startswith(debut):
                    reglages[nom] = reglages[nom].replace(f":{port}/", f":{porte}/").replace(f"={port}", f"={porte}")
        return reglages

    # -- processes ----------------------------------------------------------------------------------------------

    def _lancer_bus(self) -> None:
        if self._en_grappe and not self._amqp_url:
            self._rabbit = Grappe(self.dossier / "rabbit", self.cles, self.journaux)
            self._rabbit.lancer()
            self._amqp_url = self._rabbit.url
        super()._lancer_bus()

    def _processus(self, noms: dict[str, str]) -> dict[str, Processus]:
        souche = (
            "tests.pannes.lanceur",
            "commun.health",
            "commun.mesures",
            *(f"{nom}.service" for nom in noms.values()),
        )
        return {
            nom: Engendre(
                nom,
                ["tests.pannes.lanceur", f"{noms[nom]}.service"],
                processus.journal,
                {**(processus.env or {}), "CERES_MORT": str(self.dossier / f"{nom}.mort")},
                souche=souche,
            )
            for nom, processus in super()._processus(noms).items()
        }

    def condamner(self, nom: str, point: str, rang: int) -> None:
        """Has a service kill itself the `rang`-th time that it comes to this point, from now on."""
        processus = self.services[nom]
        Path((processus.env or {})["CERES_MORT"]).write_text(f"{point} {rang}")
        os.kill(processus.pid, signal.SIGUSR1)

    def relancer(self, nom: str, **env: str) -> None:
        """Starts a dead service again with these variables too; returns at once."""
        processus = self.services[nom]
        base = {n: v for n, v in (processus.env or {}).items() if n != "CERES_DECALAGE"}
        processus.env = base | env
        self._lanceur.submit(processus.lancer).result()

    def demarrer(self) -> None:
        self._lanceur.submit(super().demarrer).result()

    def redemarrer(self, nom: str) -> None:
        """Starts a dead process again, and waits until it can work."""
        processus = self.processus_nomme(nom)
        if not processus.vit:
            self._lanceur.submit(processus.lancer).result()
        super().redemarrer(nom)

    def repliquer(self, nom: str, rang: int, **env: str) -> str:
        """Starts one more process of a service, with these variables too, and waits until it serves; returns the name
        it goes by.
        """
        replique = self._lancer_replique(nom, rang, **env)
        self.attendre_pret(replique)
        return replique

    def _lancer_replique(self, nom: str, rang: int, **ajouts: str) -> str:
        membre, replique = nom.split("-")[0], f"{nom.split('-')[0]}-{rang}"
        self._ports[replique] = port_libre()
        env = self.environnement(membre, port_exploitation=self._ports[replique])
        env |= {"CERES_MORT": str(self.dossier / f"{replique}.mort")} | ajouts
        port = port_libre()
        if membre == PASSERELLE:
            env["CERES_PORT"] = str(port)
        modele = self.services[nom]
        self.services[replique] = replace(modele, nom=replique, journal=self.journaux / f"{replique}.log", env=env)
        self._lanceur.submit(self.services[replique].lancer).result()
        return replique

    def doubler(self) -> None:
        """Has two processes of everything serve, as in production: clients come in by either gateway in turn."""
        secondes = {nom: self._lancer_replique(nom, 2) for nom in self.membres}
        for replique in secondes.values():
            self.attendre_pret(replique)
        self.mandataire.diriger("http", *map(self.port_http, (PASSERELLE, secondes[PASSERELLE])))

    def port_http(self, nom: str) -> int:
        """Returns the port that a replica of the gateway listens on."""
        return int((self.services[nom].env or {})["CERES_PORT"])

    def retirer(self, nom: str) -> float:
        """Stops a replica as a deployment does, and forgets it; returns how long it took to go."""
        processus, debut = self.services.pop(nom), time.monotonic()
        processus.arreter()
        assert processus.code == 0, f"{nom} : {processus.code}\n{processus.derniers_mots()}"
        return time.monotonic() - debut

    def ranger(self) -> None:
        """Goes back to one process a service, each by its own name."""
        for nom in paquets():
            gardee, *autres = sorted(replique for replique in self.services if replique.split("-")[0] == nom)
            for replique in autres:
                self.retirer(replique)
            garde = self.services[nom] = self.services.pop(gardee)
            garde.nom, self._ports[nom] = nom, self._ports[gardee]
        self.mandataire.diriger("http", self.port_http(PASSERELLE))

    def tuer_processus(self, nom: str) -> None:
        """Kills a process (kill -9)."""
        self.processus_nomme(nom).tuer()

    def arreter(self) -> None:
        super().arreter()
        self.mandataire.fermer()

    # -- what is there ------------------------------------------------------------------------------------------

    def sql(self, service: str, requete: str, *valeurs: Any) -> list[dict[str, Any]]:
        """Runs a statement on a service's database, as its owner and past the proxy."""
        with psycopg.connect(self.bases[service].url_proprietaire, row_factory=dict_row, autocommit=True) as db:
            curseur = db.execute(requete, valeurs or None)  # type: ignore[arg-type]
            return curseur.fetchall() if curseur.description else []

    def valeur(self, service: str, requete: str, *valeurs: Any) -> Any:
        """Returns the only value that a statement gives."""
        (ligne,) = self.sql(service, requete, *valeurs)
        (valeur,) = ligne.values()
        return valeur

    @property
    def membres(self) -> list[str]:
        """The services, the gateway last."""
        return list(paquets())


def jusqu_a(condition: Callable[[], Any], secondes: float, quoi: str = "") -> Any:
    """Waits until `condition` gives something, and returns it; an error counts as nothing."""
    limite = time.monotonic() + secondes
    while True:
        with suppress(Exception):
            if vu := condition():
                return vu
        assert time.monotonic() < limite, f"{quoi or condition} : pas en {secondes} s"
        time.sleep(0.05)
