"""A base lost, brought back to an instant, among five others that went on: afterwards CERES tells the truth again.

`make restauration` runs it, not `make test`. What is done after the instant is done in every service; each base is then
restored in its turn, the operator does what the manual says, and every copy is compared with its source.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from commun.bus.topology import ecouteurs, modules
from local.pile import RACINE, Pile
from tests.outils.attente import attendre
from tests.outils.piles import pile_a_soi
from tests.pannes.suites.copies import ecarts_des_copies
from tests.pannes.suites.pays import Pays
from tests.parcours.acteurs import Corps
from tests.parcours.monde import TITRE_A_CCS, Monde
from tests.restauration.archive import Archive

pytestmark = pytest.mark.lente
SERVICES = ("candidats", "jures", "notifications", "referentiel", "sessions", "gateway")
_MESSAGES = ("messages à l'agent", "messages au centre")
"""How the recount begins that compares what people were told with what was done."""


@dataclass
class Lieu:
    """The running system, its backups, and its operator."""

    pile: Pile
    monde: Monde
    archive: Archive
    sceaux: Path
    faits: dict[str, Corps] = field(default_factory=dict)
    deja: set[str] = field(default_factory=set)
    liens: set[str] = field(default_factory=set)

    def ceres(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs an operator's command."""
        env = {nom: v for nom, v in os.environ.items() if not nom.startswith(("DATABASE_URL", "AMQP_URL", "CERES_"))}
        commande = [sys.executable, "-m", "ceres", *arguments]
        env |= self.pile.reglages_exploitation()
        return subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, check=False, timeout=300)

    def dit(self, *arguments: str) -> str:
        """Runs a command that must succeed; returns what it says."""
        fait = self.ceres(*arguments)
        assert fait.returncode == 0, fait.stdout + fait.stderr
        return fait.stdout

    def attendre_le_calme(self) -> None:
        """Returns once everything published was handled by whoever listens."""
        pays = Pays(self.pile, self.monde)
        try:
            attendre(lambda: not self._en_route(pays), 60)
        finally:
            pays.fermer()

    @staticmethod
    def _en_route(pays: Pays) -> set[Any]:
        emis = {ligne for s in SERVICES for ligne in pays.lignes(s, "SELECT id, evenement FROM outbox")}
        recus = {ligne for s in SERVICES for ligne in pays.lignes(s, "SELECT message_id, ecouteur FROM inbox")}
        return {(id_, file) for id_, e in emis for file, ecoute in ecouteurs(modules()) if e == ecoute} - recus

    def ecarts(self) -> list[str]:
        """Returns what copies say that their sources do not, or the other way round."""
        pays = Pays(self.pile, self.monde)
        try:
            return sorted(f"{quoi} : {ligne}" for quoi, ligne in ecarts_des_copies(pays))
        finally:
            pays.fermer()

    def nouveaux(self, sauf: Set[str] = frozenset()) -> list[str]:
        """Returns those that were not there before the loss; `sauf`: the ids of who was lost. A message that told of an
        act that was lost stays: it was read.
        """
        vus = [e for e in self.ecarts() if e not in self.deja and not e.startswith(_MESSAGES)]
        return [e for e in vus if not any(id_ in e for id_ in sauf)]

    def liens_rompus(self) -> list[str]:
        """Returns what « comparer » names."""
        fait = self.ceres("restauration", "comparer")
        *dits, somme = fait.stdout.splitlines() or [fait.stderr]
        assert "rompu" in somme or "est connu" in somme, fait.stderr  # else nothing was compared
        return [ligne for ligne in dits if "n'est plus connu" in ligne]

    def arreter(self, services: tuple[str, ...]) -> None:
        for service in services:
            self.pile.processus_nomme(service).arreter()

    def demarrer(self, services: tuple[str, ...]) -> None:
        for service in services:
            self.pile.processus_nomme(service).lancer()
        for service in services:
            self.pile.attendre_pret(service)


@pytest.fixture(scope="module")
def lieu() -> Iterator[Lieu]:
    """All of CERES, whose server is backed up."""
    with pile_a_soi("restauration") as (pile, dossier):
        archive = Archive(pile)
        for service in pile.services:
            pile.attendre_pret(service)
        yield Lieu(pile, Monde(pile.url), archive, dossier / "sceaux")


def avant(lieu: Lieu) -> None:
    """What is there at the instant."""
    monde = lieu.monde
    convoquee = monde.session_validee(jury=monde.jury_neuf())
    monde.convoquer(convoquee)
    lieu.faits["convoquee"] = convoquee
    lieu.faits["ouverte"] = monde.session_complete(dans=70, jury=monde.jury_neuf())
    lieu.faits["jure"] = monde.jure_habilite()
    monde.inscrire_jure(lieu.faits["ouverte"], lieu.faits["jure"])


def deplacer_la_fin_de_vie(monde: Monde) -> None:
    """Moves the fin de vie of a titre by a day: every service that has a copy is to hear of it."""
    titre = monde.national.demander("GET", f"/titres/{TITRE_A_CCS}")
    fin = date.fromisoformat(titre.corps["date_fin_de_vie"]) + timedelta(days=1)
    etag = {"If-Match": titre.brute.headers["ETag"]}
    corps = {"date_fin_de_vie": fin.isoformat()}
    monde.national.demander("PATCH", f"/titres/{TITRE_A_CCS}", corps, **etag).reussie()


def apres(lieu: Lieu) -> None:
    """What is done in every service between the instant and the loss."""
    monde, faits = lieu.monde, lieu.faits
    monde.confirmer_suspension(faits["jure"])
    faits["nouveau_jure"] = monde.jure_habilite()
    monde.inscrire_jure(faits["ouverte"], faits["nouveau_jure"])
    faits["nouveau"] = monde.candidat()
    monde.inscrire(faits["ouverte"], faits["nouveau"])
    faits["nouvelle"] = monde.session_validee(dans=80, jury=monde.jury_neuf())
    monde.convoquer(faits["nouvelle"])
    candidat = faits["ouverte"]["candidats"][0]["candidat_id"]
    fiche = monde.centre.demander("GET", f"/candidats/{candidat}")
    monde.centre.demander(
        "PATCH", f"/candidats/{candidat}", {"nom_naissance": "Renommé"}, **{"If-Match": fiche.brute.headers["ETag"]}
    ).reussie()
    deplacer_la_fin_de_vie(monde)
    lieu.attendre_le_calme()


@pytest.fixture
def perdre(lieu: Lieu) -> Callable[..., str]:
    """Loses bases after a while, and brings them back to before it; returns the instant."""

    def faire(*services: str) -> str:
        avant(lieu)
        lieu.attendre_le_calme()
        lieu.deja, lieu.liens = set(lieu.ecarts()), set(lieu.liens_rompus())  # what an earlier loss has left
        instant = lieu.archive.instant()
        apres(lieu)
        assert lieu.nouveaux() == []
        lieu.arreter(services)
        try:
            with lieu.archive.a(instant) as restauree:
                if len(services) < len(SERVICES):
                    for service in services:
                        lieu.archive.remettre(f"ceres_{service}", restauree)
            if len(services) == len(SERVICES):
                lieu.archive.prendre_la_place()
        finally:  # one that fails took with it all those that follow
            lieu.demarrer(services)
        return instant

    return faire


def reconcilier(lieu: Lieu, services: tuple[str, ...], instant: str) -> None:
    """What the manual has the operator do."""
    lieu.dit("restauration", "depasser", *services)
    lieu.dit("restauration", "rattraper", "--depuis", instant)
    lieu.attendre_le_calme()
    lieu.dit("repliques", "reconstruire")
    lieu.attendre_le_calme()


def encore(lieu: Lieu) -> None:
    """What people do once it is open again, on what came back as on the rest: everybody hears of it."""
    monde = lieu.monde
    deplacer_la_fin_de_vie(monde)
    monde.session_validee(dans=90, jury=monde.jury_neuf())
    convoquee = monde.relire(lieu.faits["convoquee"])
    monde.convoquer(convoquee)
    lieu.attendre_le_calme()


def habilite(lieu: Lieu, jure: Corps) -> bool:
    """Returns whether a juré counts in the jury of the session that was open."""
    ouverte = monde_relu(lieu)
    return next(j["habilitation_id"] is not None for j in ouverte["jures"] if j["jure_id"] == jure["id"])


def monde_relu(lieu: Lieu) -> Corps:
    return lieu.monde.relire(lieu.faits["ouverte"])


@pytest.mark.parametrize("service", SERVICES)
def test_une_base_restauree_seule_et_cinq_qui_ont_continue(
    lieu: Lieu, perdre: Callable[..., str], service: str
) -> None:
    instant = perdre(service)
    if service in ("jures", "referentiel", "sessions", "notifications"):
        assert lieu.nouveaux() != []  # what is not reconciled lies
    reconcilier(lieu, (service,), instant)
    perdus: set[str] = set()
    lies = [ligne for ligne in lieu.liens_rompus() if ligne not in lieu.liens]
    if perdu := {"candidats": "nouveau", "jures": "nouveau_jure"}.get(service):
        perdus = {lieu.faits[perdu]["id"]} | {i[f"{service[:-1]}_id"] for i in lieu.faits["nouvelle"][service]}
        assert {ligne.split(" : ")[1].split()[0] for ligne in lies} >= perdus
        assert any(lieu.faits["ouverte"]["numero"] in ligne for ligne in lies)
    else:
        assert lies == []
    assert lieu.nouveaux(perdus) == []
    if service == "jures":
        assert habilite(lieu, lieu.faits["jure"]) and not habilite(lieu, lieu.faits["nouveau_jure"])
    assert lieu.dit("restauration", "rattraper", "--depuis", instant, "--a-blanc") == "0 événement à remettre.\n"
    assert lieu.ceres("traces", "verifier").returncode == 0
    encore(lieu)
    assert lieu.nouveaux(perdus) == []


def test_toutes_les_bases_restaurees_et_un_bus_vide(lieu: Lieu, perdre: Callable[..., str]) -> None:
    instant = perdre(*SERVICES)
    reconcilier(lieu, SERVICES, instant)
    assert lieu.ceres("restauration", "comparer").returncode in (0, 1)
    assert lieu.dit("restauration", "rattraper", "--depuis", instant, "--a-blanc") == "0 événement à remettre.\n"
    encore(lieu)
