"""The operations port: alive, able to work, and its metrics."""

import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from local.ports import port_libre
from tests.commun.exemple import Exemple
from tests.outils.attente import attendre
from tests.outils.comptes import en_inconnu
from tests.outils.mandataire import Mandataire


def lire(port: int, chemin: str) -> tuple[int, bytes]:
    """Returns the status and body of a page of the operations port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{chemin}", timeout=5) as reponse:
            return reponse.status, reponse.read()
    except urllib.error.HTTPError as erreur:
        return erreur.code, erreur.read()


def repond(port: int) -> bool:
    """Says whether a process says that it lives."""
    with suppress(OSError):
        return lire(port, "/sante/vivant")[0] == 200
    return False


def descripteurs(pid: int) -> int:
    """Returns how many descriptors a process holds."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_vivant_pret_et_mesures(exemple_a_soi: Callable[..., Exemple]) -> None:
    port = port_libre()
    exemple = exemple_a_soi(CERES_PORT_EXPLOITATION=str(port))
    processus = exemple.lancer()
    exemple.publier("chose_arrivee", cle="une")
    attendre(lambda: exemple.effets("une"))
    assert lire(port, "/sante/vivant")[0] == 200
    statut, corps = lire(port, "/sante/pret")
    assert (statut, orjson.loads(corps)) == (
        200,
        {"statut": "ok", "dependances": {f"base {exemple.nom}": "ok", "bus": "ok", "files": "ok"}},
    )
    avant = descripteurs(processus.pid)
    for _ in range(6):
        lire(port, "/sante/pret")
    assert descripteurs(processus.pid) < avant + 4  # no line is left open, to the bus nor to the base
    assert lire(port, "/autre")[0] == 404
    mesures = lire(port, "/metrics")[1].decode()
    for nom in ("ceres_appels_secondes_count", "ceres_evenements_total", "ceres_evenements_publies_total"):
        assert nom in mesures
    assert f'ceres_evenements_total{{ecouteur="{exemple.nom}.choses",issue="fait"}} 1.0' in mesures


def test_l_age_de_la_file_d_attente_compte_ce_que_personne_n_ecoute(exemple_a_soi: Callable[..., Exemple]) -> None:
    port = port_libre()
    exemple = exemple_a_soi(CERES_PORT_EXPLOITATION=str(port))
    exemple.lancer()
    exemple.sql(
        "INSERT INTO outbox (id, evenement, corps, en_tetes, cree_le)"
        " VALUES (gen_random_uuid(), 'personne.n_ecoute', '{}', '{}', now() - interval '1 hour')"
    )

    def age() -> float:
        lignes = lire(port, "/metrics")[1].decode().splitlines()
        dits = (ligne.split()[-1] for ligne in lignes if ligne.startswith("ceres_outbox_age_secondes{"))
        return max(map(float, dits), default=0.0)  # said from the relay's first look on

    attendre(lambda: age() > 3590)


def test_pas_pret_sans_base_ni_bus_mais_vivant(exemple_a_soi: Callable[..., Exemple]) -> None:
    port = port_libre()
    exemple = exemple_a_soi()
    programme = """
import eventlet; eventlet.monkey_patch()
import sys
from commun import health
health.ouvrir(int(sys.argv[1]), {"exemple": "tests.commun.service_exemple"}, lambda: True)
print("ouvert", flush=True)
eventlet.sleep(20)
"""
    with socket.create_server(("127.0.0.1", 0)) as muet:  # a broker that takes the line, and says nothing
        bus = f"amqp://x:x@127.0.0.1:{muet.getsockname()[1]}//"
        exemple.env |= {"DATABASE_URL": "postgresql://x@127.0.0.1:9/x", "AMQP_URL": bus}
        sortie = exemple.ouvrir(programme, str(port)).stdout
        assert sortie.readline() == "ouvert\n"
        statut, corps = lire(port, "/sante/pret")
        vivant = lire(port, "/sante/vivant")[0]
    assert (statut, vivant) == (503, 200)
    dependances = orjson.loads(corps)["dependances"]
    assert dependances.pop("files") == "ok"  # it should read none
    assert dependances == {"base exemple": "ne répond pas", "bus": "ne répond pas"}


def test_vivant_des_son_depart_et_pret_une_fois_ses_files_lues(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen killed by its probes, again and again, for as long as the bus that it started without was away."""
    port = port_libre()
    exemple = exemple_a_soi()
    bus = urlsplit(exemple.amqp_url)
    fil = Mandataire()
    try:
        assert bus.port
        passage = fil.ouvrir("bus", bus.port)
        fil.couper("bus")
        vers = bus._replace(netloc=f"{bus.username}:{bus.password}@127.0.0.1:{passage}").geturl()
        exemple.engendrer(CERES_PORT_EXPLOITATION=str(port), AMQP_URL=vers)
        attendre(lambda: repond(port), 20)
        statut, corps = lire(port, "/sante/pret")
        assert statut == 503
        personne = f'ceres_file_ecouteurs{{file="{exemple.nom}.choses"}} 0.0'
        assert personne in lire(port, "/metrics")[1].decode()  # or CeresFileSansEcouteur would not ring
        dites = orjson.loads(corps)["dependances"]
        assert dites == {f"base {exemple.nom}": "ok", "bus": "ne répond pas", "files": "pas encore lues"}
        fil.retablir("bus")
        attendre(lambda: lire(port, "/sante/pret")[0] == 200, 20)
    finally:
        fil.fermer()


def test_qui_est_refuse_par_sa_base_ou_par_le_bus_le_dit_et_dit_pourquoi(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Seen taken for a server that was down: a password that was changed on one side alone."""
    port = port_libre()
    exemple = exemple_a_soi()
    base, bus = map(en_inconnu, (exemple.url, exemple.amqp_url))
    exemple.engendrer(CERES_PORT_EXPLOITATION=str(port), DATABASE_URL=base, AMQP_URL=bus)
    attendre(lambda: repond(port), 20)
    dites = orjson.loads(lire(port, "/sante/pret")[1])["dependances"]
    refus = "refuse la connexion"
    assert dites == {f"base {exemple.nom}": refus, "bus": refus, "files": "pas encore lues"}
    assert exemple.dit("files_perdues", "AccessRefused", "Login was refused")
    assert exemple.dit("minuterie_en_attente", 'password authentication failed for user "personne"')
