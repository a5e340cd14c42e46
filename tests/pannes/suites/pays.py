"""A system of its own for the sequences, with what looks at all of it: its databases, and what is on its way."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import psycopg

from bench.annee.calme import SERVICES
from bench.national import Nation
from commun.bus.appel import Appel
from commun.storage.db import nouvel_id
from local.calme import en_route
from local.pile import PASSERELLE
from tests.gateway.web.visiteur import Visiteur
from tests.outils.rpc import Rpc
from tests.pannes.banc import Banc, jusqu_a
from tests.parcours.acteurs import Utilisateur
from tests.parcours.monde import Monde

PROFILS = ("centre", "autre_centre", "ud", "autre_ud", "direccte", "national")
"""Who acts. `autre_ud` is that of the other centre's département."""


def agents_de(departement: str) -> str:
    """Returns who, of `PROFILS`, is the State's service for a département of the demo's sites."""
    return {"75": "ud", "69": "autre_ud"}.get(departement, "direccte")


_D_UNE_PASSERELLE_A_L_AUTRE = {"Connection": "close"}
"""Each request has a line of its own, which the proxy leads to the gateways in turn."""


@dataclass
class Pays:
    """The running system, and everybody signed in."""

    pile: Banc
    monde: Monde
    _lignes: ExitStack = field(default_factory=ExitStack)
    _lus: dict[str, int] = field(default_factory=dict)

    @cached_property
    def acteurs(self) -> dict[str, Utilisateur]:
        """Everybody, by the name of `PROFILS`."""
        m = self.monde
        eux = {nom: m.compte(f"{nom}-demo") for nom in ("centre", "ud", "direccte", "national")}
        eux["autre_centre"] = m.compte("centre-autre-demo")
        eux["autre_ud"] = m.compte("multi-demo", type="UD", departement="69")
        for utilisateur in eux.values():
            utilisateur._http.headers.update(_D_UNE_PASSERELLE_A_L_AUTRE)
        return eux

    @cached_property
    def visiteurs(self) -> dict[str, Visiteur]:
        """Those who use the pages."""
        eux = {nom: Visiteur(self.pile.url, f"{nom}-demo") for nom in ("centre", "ud")}
        for visiteur in eux.values():
            visiteur.http.headers.update(_D_UNE_PASSERELLE_A_L_AUTRE)
        return eux

    @property
    def passerelles(self) -> list[str]:
        """The address of each gateway."""
        return [f"http://127.0.0.1:{self.pile.port_http(nom)}" for nom in self.pile.services if PASSERELLE in nom]

    @property
    def nation(self) -> Nation:
        """What the recounts of the national year read."""
        return Nation(self.pile, self.monde.jour)

    @cached_property
    def _bases(self) -> dict[str, psycopg.Connection]:
        return {
            service: self._lignes.enter_context(psycopg.connect(base.url_proprietaire, autocommit=True))
            for service, base in self.pile.bases.items()
        }

    def lignes(self, service: str, requete: str, **valeurs: Any) -> list[tuple[Any, ...]]:
        """Returns the rows of a query on a service's database."""
        return self._bases[service].execute(requete, valeurs or None).fetchall()  # type: ignore[arg-type]

    def traces_de(self, requete: str) -> list[str]:
        """Returns what this request wrote, in any service: « service: action »."""
        return [
            f"{service} : {action}"
            for service in (*SERVICES, "gateway")
            for (action,) in self.lignes(service, _ECRIT, demande=requete)
        ]

    def appeler(self, service: str, methode: str, jour: date, **arguments: Any) -> Any:
        """Has a service do, as on this day, what it does by itself or for an operator, or say what others ask of it."""
        with Rpc(self.pile.bus()) as rpc:
            return rpc.appeler(service, methode, Appel(nouvel_id(), date_simulee=jour, delai=120), **arguments)

    def en_route(self) -> int:
        """Returns how many events are still to be published, or to be handled by one of their listeners."""
        return en_route(self.lignes)

    def attendre_le_calme(self) -> None:
        """Returns once every event has been handled."""
        jusqu_a(lambda: not self.en_route(), 60, "tous les événements traités")

    def interblocages(self) -> list[str]:
        """Returns what the services said, since it was last asked, of acts that waited for each other."""
        dits = []
        for journal in sorted(self.pile.journaux.glob("*.log")):
            with journal.open(errors="replace") as lignes:
                lignes.seek(self._lus.get(journal.name, 0))
                dits += [f"{journal.stem} : {ligne.strip()}" for ligne in lignes if "40P01" in ligne]
                self._lus[journal.name] = lignes.tell()
        return dits

    def fermer(self) -> None:
        """Lets the databases go."""
        self._lignes.close()


_ECRIT = "SELECT action FROM traces WHERE requete = %(demande)s"
