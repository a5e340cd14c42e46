"""Three RabbitMQ nodes that make one broker; clients reach it through a proxy, as through a Kubernetes service."""

import secrets
from pathlib import Path

from local.cles import Cles
from local.ports import port_libre
from local.processus import Processus
from local.rabbit import RabbitPrive


class Noeud(RabbitPrive):
    """One of the nodes: same cookie and same name server as the others."""

    def __init__(self, nom: str, dossier: Path, cles: Cles, journaux: Path, epmd: int, cookie: str) -> None:
        super().__init__(dossier / nom, cles, journaux / nom)
        self.nom = nom
        self._epmd = epmd
        fichier = self._dossier / "home/.erlang.cookie"
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_text(cookie)
        fichier.chmod(0o400)

    def _preparer(self) -> None:
        super()._preparer()
        with (self._dossier / "rabbitmq.conf").open("a") as reglages:
            reglages.write("cluster_formation.peer_discovery_backend = classic_config\n")
            for rang in range(3):
                reglages.write(f"cluster_formation.classic_config.nodes.{rang + 1} = noeud{rang}@localhost\n")

    def _environnement(self) -> dict[str, str]:
        propre = {"RABBITMQ_NODENAME": f"{self.nom}@localhost", "ERL_EPMD_PORT": str(self._epmd)}
        return super()._environnement() | propre


class Grappe:
    """The three nodes; `processus` names them « noeud0 » to « noeud2 »."""

    def __init__(self, dossier: Path, cles: Cles, journaux: Path) -> None:
        epmd, cookie = port_libre(), secrets.token_hex(16)
        self.noeuds = [Noeud(f"noeud{rang}", dossier, cles, journaux, epmd, cookie) for rang in range(3)]
        self.url = ""

    @property
    def ports(self) -> list[int]:
        return [noeud.port for noeud in self.noeuds]

    @property
    def port(self) -> int:
        return self.noeuds[0].port

    @property
    def processus(self) -> list[Processus]:
        """The name server of all, then the nodes."""
        return self.noeuds[0].processus[:-1] + [noeud.processus[-1] for noeud in self.noeuds]

    def lancer(self) -> None:
        """Starts the nodes; the first brings the name server of all."""
        for noeud in self.noeuds:
            noeud.lancer()
            noeud.processus[-1].nom = noeud.nom
        self.url = self.noeuds[0].url

    def attendre(self) -> None:
        """Waits until every node that lives speaks AMQP."""
        for noeud in self.noeuds:
            if noeud.processus[-1].vit:
                noeud.attendre()

    def arreter(self) -> None:
        """Stops the nodes."""
        for noeud in reversed(self.noeuds):
            noeud.arreter()
