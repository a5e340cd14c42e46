"""P7: everything is replaced, one replica after the other, and nobody notices."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from commun.storage.db import nouvel_id
from tests.outils.cles import paire
from tests.pannes.banc import Banc, jusqu_a
from tests.pannes.mesures import PAGES
from tests.pannes.recomptes import attendre_le_calme
from tests.parcours.monde import Monde


class Trafic:
    """Requests that leave on time, whatever becomes of those before; none is sent twice.

    Each has a connection of its own, as behind a proxy that keeps none towards the gateway.
    """

    def __init__(self, monde: Monde, par_seconde: float) -> None:
        self._monde, self._rythme = monde, 1 / par_seconde
        self._fin = threading.Event()
        self._fils = ThreadPoolExecutor(24)
        self._entetes = {nom: {"Authorization": getattr(monde, nom).autorisation} for nom in ("national", "centre")}
        self.statuts: Counter[str] = Counter()
        self.crees: list[str] = []
        self._horloge = threading.Thread(target=self._battre)

    def __enter__(self) -> "Trafic":
        self._horloge.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._fin.set()
        self._horloge.join()
        self._fils.shutdown()

    def _battre(self) -> None:
        prochaine = time.monotonic()
        for page in itertools.cycle([*PAGES.values(), ""]):
            self._fils.submit(self._lire, page) if page else self._fils.submit(self._creer)
            prochaine += self._rythme
            if self._fin.wait(max(0, prochaine - time.monotonic())):
                return

    def _lire(self, page: str) -> None:
        self._demander(lambda http: http.get(page, headers=self._entetes["national"]))

    def _creer(self) -> None:
        corps = self._monde.corps_candidat()
        entetes = self._entetes["centre"] | {"Idempotency-Key": nouvel_id()}
        if self._demander(lambda http: http.post("/candidats", json=corps, headers=entetes)):
            self.crees.append(corps["nom_naissance"])

    def _demander(self, demande: Callable[[httpx.Client], httpx.Response]) -> bool:
        try:
            with httpx.Client(base_url=f"{self._monde.url}/api/v1", timeout=12, verify=False) as http:
                statut = str(demande(http).status_code)
        except httpx.HTTPError as panne:
            statut = type(panne).__name__
        self.statuts[statut] += 1
        return statut.startswith("2")


def test_tout_est_remplace_sans_que_personne_le_voie(
    banc: Banc, monde: Monde, longue: bool, dire: Callable[..., None], noter: Callable[[str, str], None]
) -> None:
    """What Kubernetes does: the new one serves before the old one is taken out, and only then told to end."""
    seconds = {nom: banc.repliquer(nom, 2) for nom in (banc.membres if longue else ("jures", "gateway"))}
    banc.mandataire.diriger("http", *(banc.port_http(nom) for nom in ("gateway", seconds["gateway"])))
    departs: list[float] = []
    a_remplacer = [nom for paire in seconds.items() for nom in paire]
    with Trafic(monde, par_seconde=50 if longue else 15) as trafic:
        time.sleep(1)
        for rang, ancien in enumerate(a_remplacer):
            nouveau = banc.repliquer(ancien, 10 + rang)
            if ancien.startswith("gateway"):
                autres = [nom for nom in banc.services if nom.startswith("gateway") and nom != ancien]
                banc.mandataire.diriger("http", *map(banc.port_http, autres))
                time.sleep(0.5)  # what the `preStop` of a pod waits for: nobody is sent to it any more
            departs.append(banc.retirer(ancien))
            dire(f"P7 : {nouveau} a remplacé {ancien}, {dict(trafic.statuts)}", True)
        while longue and trafic.statuts.total() < 2000:
            time.sleep(0.1)
    banc.ranger()
    attendre_le_calme(banc, 60)
    assert set(trafic.statuts) <= {"200", "201"}, trafic.statuts
    assert max(departs) < 30
    noms = banc.sql("candidats", "SELECT nom_naissance AS nom, count(*) AS n FROM candidats GROUP BY 1")
    comptes = {ligne["nom"].lower(): ligne["n"] for ligne in noms}
    assert {comptes.get(nom.lower()) for nom in trafic.crees} == {1}
    noter(
        "P7",
        f"{len(departs)} processus remplacés à 50 demandes par seconde : {trafic.statuts.total()} demandes, 0 échec, "
        f"0 acte fait deux fois ; arrêt en {max(departs):.0f} s au plus",
    )


def test_la_cle_qui_signe_change_sans_que_personne_soit_refuse(
    banc: Banc, monde: Monde, longue: bool, dire: Callable[..., None]
) -> None:
    """In three steps, as the manual says: both are believed, the new one signs, the old one is no more believed."""
    if not longue:
        pytest.skip("treize processus de plus : make pannes")
    privee, publique = paire()
    les_deux = {"CERES_CLE_PUBLIQUE": banc.cles.publique + publique}
    temps = ((banc.membres, les_deux), (["gateway"], les_deux | {"CERES_CLE_PRIVEE": privee}), (banc.membres, {}))
    rang = itertools.count(20)
    with Trafic(monde, par_seconde=10) as trafic:
        for membres, env in temps:
            if not env:  # what every process has from now on, those of the tests that follow too
                banc.cles.privee = privee
            for membre in membres:
                (sert,) = (nom for nom in banc.services if nom.split("-")[0] == membre)
                nouveau = banc.repliquer(sert, next(rang), **env)
                if membre == "gateway":
                    banc.mandataire.diriger("http", banc.port_http(nouveau))
                    time.sleep(0.5)  # as above
                banc.retirer(sert)
            dire(f"P7 : {', '.join(membres)}, {dict(trafic.statuts)}", True)
    banc.ranger()
    attendre_le_calme(banc, 60)
    assert set(trafic.statuts) <= {"200", "201"} and trafic.crees, trafic.statuts


def test_la_passerelle_finit_les_requetes_en_cours(banc: Banc, monde: Monde) -> None:
    """Several people are signing in, two seen waiting for PostgreSQL, the others at the door (ADR 66), when the order
    comes. Each is answered; on a busy machine, some that they waited too long for one another. So is whoever asks on a
    connection that he has kept: until all have been, it stays open.
    """
    noms = [f"{nom}-demo" for nom in ("centre", "centre-autre", "ud", "direccte", "national")]
    corps = [{"identifiant": nom, "mot_de_passe": "demo"} for nom in noms]
    attendent = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"  # for the table, or one for the other
    passerelle = banc.services["gateway"]
    with (
        httpx.Client(base_url=monde.url, timeout=30) as http,
        httpx.Client(base_url=monde.url, timeout=30) as gardee,
        ThreadPoolExecutor(len(noms)) as fils,
    ):
        gardee.get("/sante/vivant").raise_for_status()
        with psycopg.connect(banc.bases["gateway"].url_proprietaire) as db:
            db.execute("LOCK TABLE comptes IN ACCESS EXCLUSIVE MODE")
            en_cours = [fils.submit(http.post, "/api/v1/jetons", json=un) for un in corps]
            jusqu_a(lambda: banc.valeur("gateway", attendent) == 2, 30, "deux en cours")
            passerelle.demander_fin()
            time.sleep(0.5)
            assert gardee.get("/sante/vivant").status_code == 200
        passerelle.attendre_fin()
        try:
            statuts = [demande.result().status_code for demande in en_cours]
        finally:  # the tests that follow need it, whatever this one found
            banc.relancer("gateway")
            banc.attendre_pret("gateway")
    assert set(statuts) <= {201, 503}
    assert monde.national.lire("/moi")
