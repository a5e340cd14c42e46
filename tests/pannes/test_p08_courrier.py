"""P8 and NOT-05: a frozen mail server slows nobody, and a death in a diffusion doubles nothing."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.outils.attente import attendre
from tests.pannes.banc import Banc
from tests.pannes.mesures import Suivi, client, demander
from tests.parcours.monde import Monde, nom_nouveau
from tests.parcours.test_versions import CONFIRME, abonner, nouvelle


@contextmanager
def courrier_gele(banc: Banc) -> Iterator[None]:
    """The mail server takes connections, and answers nothing any more."""
    os.kill(banc.processus_nomme("courrier").pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(banc.processus_nomme("courrier").pid, signal.SIGCONT)


def diffuser(monde: Monde, n: int) -> tuple[str, list[str]]:
    """Sends a new release to `n` new subscribers, and to who was there."""
    adresses = [f"{nom_nouveau('panne').lower()}@exemple.fr" for _ in range(n)]
    abonner(monde, *adresses)
    numero = str(nouvelle(monde)["numero"])
    monde.national.poster(f"/versions/{numero}/diffusion", CONFIRME).reussie()
    return numero, adresses


def recus(banc: Banc, numero: str) -> Counter[str]:
    """Returns how many mails of a release each address got."""
    tous: list[dict[str, Any]] = httpx.get(f"{banc.url_courrier}/messages.json", timeout=30).json()
    return Counter(m["a"] for m in tous if numero in m["objet"])


def test_un_serveur_de_messagerie_gele_ne_ralentit_personne(
    monde: Monde, banc: Banc, longue: bool, noter: Callable[[str, str], None]
) -> None:
    libre, gele, adresses = Suivi(), Suivi(), []
    with client(monde) as http:
        for _ in range(8 if longue else 3):  # turn and turn about: what else the machine does weighs on both
            _mesurer(http, libre)
            with courrier_gele(banc):
                numero, nouvelles = diffuser(monde, 10)
                chemin = f"/versions/{numero}/diffusion"
                time.sleep(1.2)
                assert monde.national.lire(chemin)["en_attente"] >= 10
                _mesurer(http, gele)
            adresses += nouvelles
            attendre(lambda chemin=chemin: monde.national.lire(chemin)["en_attente"] == 0, 40)
    assert set(libre.statuts) == set(gele.statuts) == {200}
    # a frozen server would hold a request for seconds; the ratio is for the long way, on a quiet machine
    assert gele.p95 < libre.p95 * 1.2 + (2 if longue else 250), f"{libre.p95:.1f} ms, puis {gele.p95:.1f} ms"
    vus = recus(banc, numero)
    assert {a: vus[a] for a in adresses} == dict.fromkeys(adresses, 1)
    noter("P8", f"p95 de {libre.p95:.0f} ms, {gele.p95:.0f} ms serveur gelé ; jamais deux courriels au même".strip())


def _mesurer(http: httpx.Client, suivi: Suivi, n: int = 40) -> None:
    """Asks for a page that `notifications` serves, and one that the gateway serves."""
    for rang in range(n):
        demander(http, ("/messages", "/moi")[rang % 2], suivi)


@pytest.mark.parametrize("avec_la_base", [False, True], ids=["seul", "avec PostgreSQL"])
def test_tuer_le_service_en_pleine_diffusion(monde: Monde, banc: Banc, avec_la_base: bool) -> None:
    """A machine that stops takes both: what the base had not put on disk, no carrier is there to say again."""
    numero, adresses = diffuser(monde, 400)

    def comptes() -> dict[str, int]:
        decompte = httpx.get(f"{banc.url_courrier}/decompte.json", timeout=30).json()
        return {a: decompte[a] for a in adresses if a in decompte}

    attendre(lambda: len(comptes()) > 40)
    if avec_la_base:
        banc.tuer_processus("postgres")
    banc.tuer_processus("notifications")
    assert len(comptes()) < 400
    if avec_la_base:
        banc.redemarrer("postgres")
    banc.relancer("notifications")
    banc.attendre_pret("notifications")
    chemin = f"/versions/{numero}/diffusion"
    attendre(lambda: monde.national.lire(chemin)["en_attente"] == 0, 40)
    inconnus = {e["destinataire"] for e in monde.national.lire(f"{chemin}/envois", etat="inconnu")["elements"]}
    assert len(inconnus) <= 1 and max(comptes().values()) == 1
    assert set(adresses) - set(comptes()) <= inconnus


def test_un_flux_ouvert_finit_proprement_quand_la_passerelle_s_arrete(monde: Monde, banc: Banc) -> None:
    fini = threading.Event()
    ud = monde.compte("ud-demo")

    def ecouter() -> None:
        for genre, _ in ud.ecouter("/messages/flux"):
            ouvert.set() if genre == "non_lus" else None
        fini.set()  # not reached where the stream is cut: httpx raises

    ouvert = threading.Event()
    threading.Thread(target=ecouter, daemon=True).start()
    assert ouvert.wait(30)
    debut = time.monotonic()
    banc.services["gateway"].arreter()
    assert fini.wait(5) and time.monotonic() - debut < 15
    banc.relancer("gateway")
    banc.attendre_pret("gateway")
