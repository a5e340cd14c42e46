"""P8 et NOT-05 : un serveur de messagerie gelé ne ralentit personne, une mort brutale ne double rien."""

import os
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.conftest import Systeme
from tests.parcours.courrier import attendre
from tests.parcours.monde import Monde, nom_nouveau
from tests.parcours.test_versions import CONFIRME, abonner, nouvelle

pytestmark = pytest.mark.panne


@contextmanager
def courrier_gele(systeme: Systeme) -> Iterator[None]:
    """The mail server takes connections, and answers nothing any more."""
    os.kill(systeme.pids["courrier"], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(systeme.pids["courrier"], signal.SIGCONT)


def p95(monde: Monde, n: int = 60) -> float:
    """Returns the 95th percentile of a page that `notifications` serves, in milliseconds."""
    durees = []
    for _ in range(n):
        debut = time.perf_counter()
        monde.national.lire("/messages")
        durees.append((time.perf_counter() - debut) * 1000)
    return statistics.quantiles(durees, n=20)[-1]


def diffuser(monde: Monde, n: int) -> tuple[str, list[str]]:
    """Sends a new release to `n` new subscribers, and to who was there."""
    adresses = [f"{nom_nouveau('panne').lower()}@exemple.fr" for _ in range(n)]
    abonner(monde, *adresses)
    numero = str(nouvelle(monde)["numero"])
    monde.national.poster(f"/versions/{numero}/diffusion", CONFIRME).reussie()
    return numero, adresses


def recus(systeme: Systeme, numero: str) -> Counter[str]:
    """Returns how many mails of a release each address got."""
    tous: list[dict[str, Any]] = httpx.get(f"{systeme.url_courrier}/messages.json", timeout=30).json()
    return Counter(m["a"] for m in tous if numero in m["objet"])


def test_un_serveur_de_messagerie_gele_ne_ralentit_personne(monde: Monde, demo: Systeme) -> None:
    p95(monde)
    libres, geles, adresses = [], [], []
    for _ in range(3):  # turn and turn about: what else the machine does weighs on both
        libres.append(p95(monde))
        with courrier_gele(demo):
            numero, nouvelles = diffuser(monde, 10)
            chemin = f"/versions/{numero}/diffusion"
            time.sleep(1.2)
            assert monde.national.lire(chemin)["en_attente"] >= 10
            geles.append(p95(monde))
        adresses += nouvelles
        attendre(lambda chemin=chemin: monde.national.lire(chemin)["en_attente"] == 0, 40)
    # a frozen server would hold a request for seconds; milliseconds are compared by the benches, not by a test
    assert min(geles) <= min(libres) + 250, f"{libres} ms, puis {geles} ms"
    assert {a: recus(demo, numero)[a] for a in adresses} == dict.fromkeys(adresses, 1)


def test_tuer_le_service_en_pleine_diffusion(monde: Monde, demo: Systeme) -> None:
    numero, adresses = diffuser(monde, 400)
    attendre(lambda: len(recus(demo, numero)) > 40)
    demo.tuer("notifications")
    partis = len(recus(demo, numero))
    assert partis < 400
    demo.demarrer("notifications")
    chemin = f"/versions/{numero}/diffusion"
    attendre(lambda: monde.national.lire(chemin)["en_attente"] == 0, 40)
    inconnus = {e["destinataire"] for e in monde.national.lire(f"{chemin}/envois", etat="inconnu")["elements"]}
    comptes = recus(demo, numero)
    assert len(inconnus) <= 1 and max(comptes.values()) == 1
    assert set(adresses) - set(comptes) <= inconnus


def test_un_flux_ouvert_finit_proprement_quand_la_passerelle_s_arrete(monde: Monde, demo: Systeme) -> None:
    fini = threading.Event()
    ud = monde.compte("ud-demo")

    def ecouter() -> None:
        for genre, _ in ud.ecouter("/messages/flux"):
            ouvert.set() if genre == "non_lus" else None
        fini.set()  # not reached where the stream is cut: httpx raises

    ouvert = threading.Event()
    threading.Thread(target=ecouter, daemon=True).start()
    assert ouvert.wait(10)
    debut = time.monotonic()
    demo.arreter("gateway")
    assert fini.wait(5) and time.monotonic() - debut < 15
    demo.demarrer("gateway")
