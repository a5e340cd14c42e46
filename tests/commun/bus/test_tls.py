"""The line to a broker that speaks TLS alone: its authority and its name are checked."""

import datetime
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from commun.bus import broker
from commun.config import Config, ReglageFaux
from commun.telemetry import refus_de
from tests.commun.exemple import Exemple
from tests.outils.attente import attendre

SE_CONNECTER = """
import eventlet; eventlet.monkey_patch()
from commun.bus.broker import connexion
from commun.telemetry import refus_de
try:
    connexion().connect()
    print("entré")
except OSError as refus:
    print(type(refus).__name__, refus_de(refus))
"""


def certifier(dossier: Path, nom: str, jours: float = 3) -> Path:
    """Makes a certificate that is its own authority, for the host `nom`, for so many days from yesterday on; returns
    its file, its key in it.
    """
    cle = ec.generate_private_key(ec.SECP256R1())
    sujet = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, nom)])
    hier = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    certificat = (
        x509.CertificateBuilder(sujet, sujet, cle.public_key(), x509.random_serial_number())
        .not_valid_before(hier)
        .not_valid_after(hier + datetime.timedelta(days=jours))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(nom)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(cle, hashes.SHA256())
    )
    forme = serialization.PrivateFormat.PKCS8
    pem = cle.private_bytes(serialization.Encoding.PEM, forme, serialization.NoEncryption())
    fichier = dossier / f"{nom}.pem"
    fichier.write_bytes(certificat.public_bytes(serialization.Encoding.PEM) + pem)
    return fichier


class Tunnel:
    """TLS before a broker that has none, as its own listener would speak it."""

    def __init__(self, adresse: str, certificat: Path) -> None:
        self._lieu = urlsplit(adresse)
        self._contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._contexte.load_cert_chain(certificat)
        self._prise = socket.create_server(("127.0.0.1", 0))
        netloc = f"{self._lieu.username}:{self._lieu.password}@localhost:{self._prise.getsockname()[1]}"
        self.url = self._lieu._replace(scheme="amqps", netloc=netloc).geturl()
        self.passes = 0
        threading.Thread(target=self._accueillir, daemon=True).start()

    def fermer(self) -> None:
        self._prise.close()

    def _accueillir(self) -> None:
        while True:
            try:
                client, _ = self._prise.accept()
            except OSError:
                return
            threading.Thread(target=self._relier, args=(client,), daemon=True).start()

    def _relier(self, client: socket.socket) -> None:
        try:
            chiffree = self._contexte.wrap_socket(client, server_side=True)
        except OSError:
            return  # the client did not trust us
        self.passes += 1
        claire = socket.create_connection((self._lieu.hostname or "", self._lieu.port or 5672))
        with chiffree, claire:
            while True:
                prets = [chiffree] if chiffree.pending() else select.select([chiffree, claire], [], [])[0]
                for source, cible in ((chiffree, claire), (claire, chiffree)):
                    if source in prets:
                        try:
                            octets = source.recv(65536)
                            cible.sendall(octets)
                        except OSError:
                            return
                        if not octets:
                            return


@pytest.fixture
def tunnel(amqp_url: str, tmp_path: Path) -> Iterator[Callable[[Path], Tunnel]]:
    ouverts: list[Tunnel] = []

    def ouvrir(certificat: Path) -> Tunnel:
        ouverts.append(Tunnel(amqp_url, certificat))
        return ouverts[-1]

    yield ouvrir
    for un in ouverts:
        un.fermer()


def test_un_service_ne_parle_au_bus_que_par_tls(
    exemple_a_soi: Callable[..., Exemple], tunnel: Callable[[Path], Tunnel], tmp_path: Path
) -> None:
    certificat = certifier(tmp_path, "localhost")
    bus = tunnel(certificat)
    exemple = exemple_a_soi(AMQP_URL=bus.url, CERES_BUS_AC=str(certificat))
    exemple.declarer()
    exemple.lancer()
    exemple.amqp_url = bus._lieu.geturl()  # the test itself stays on the plain line
    exemple.publier("chose_arrivee", cle="une")

    attendre(lambda: exemple.effets("une"))
    assert bus.passes >= 4, "the topology, the consumer, the answers and the relay"


@pytest.mark.parametrize("cas", ["autre autorité", "autre nom", "système", "fini"])
def test_un_bus_qui_n_est_pas_le_notre_est_refuse(
    exemple_a_soi: Callable[..., Exemple], tunnel: Callable[[Path], Tunnel], tmp_path: Path, cas: str
) -> None:
    """And the log says why: what ended in the night was said not to answer."""
    notre, autre = certifier(tmp_path, "localhost"), certifier(tmp_path, "ailleurs")
    (tmp_path / "fini").mkdir()
    fini = certifier(tmp_path / "fini", "localhost", jours=0.5)
    presente, attendue = {
        "autre autorité": (notre, autre),
        "autre nom": (autre, autre),
        "système": (notre, None),
        "fini": (fini, fini),
    }[cas]
    pourquoi = {"autre nom": "Hostname mismatch", "fini": "certificate has expired"}.get(cas, "self-signed certificate")
    exemple = exemple_a_soi(AMQP_URL=tunnel(presente).url, CERES_BUS_AC=str(attendue or ""))
    dit = exemple.executer(SE_CONNECTER).strip()
    assert dit.startswith(f"SSLCertVerificationError certificate verify failed: {pourquoi}"), dit


@pytest.mark.parametrize("contenu", [None, "", "ce n'est pas un certificat"])
def test_une_autorite_qui_ne_se_lit_pas_arrete_le_processus_d_une_phrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contenu: str | None
) -> None:
    """Seen waited for without end, as a broker that does not answer."""
    fichier = tmp_path / "ca.crt"
    if contenu is not None:
        fichier.write_text(contenu)
    monkeypatch.setattr(broker, "config", lambda: Config(bus_ac=str(fichier)))
    with pytest.raises(ReglageFaux, match=f"^CERES_BUS_AC='{fichier}' n'est pas un fichier de certificats"):
        broker.tls("amqps://bus//")
    assert broker.tls("amqp://bus//") is None


def test_une_base_dont_le_certificat_a_fini_n_est_pas_dite_muette(tmp_path: Path) -> None:
    certificat = certifier(tmp_path, "localhost", jours=0.5)
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(certificat)

    def accueillir(ecoute: socket.socket) -> None:
        with suppress(OSError):
            client, _ = ecoute.accept()
            client.recv(8)  # « do you speak TLS? »
            client.sendall(b"S")
            contexte.wrap_socket(client, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as ecoute, ThreadPoolExecutor(1) as fil:
        fil.submit(accueillir, ecoute)
        lieu = f"host=localhost hostaddr=127.0.0.1 port={ecoute.getsockname()[1]} sslrootcert={certificat}"
        with pytest.raises(psycopg.OperationalError) as refus:
            psycopg.connect(f"{lieu} sslmode=verify-full user=x dbname=x", connect_timeout=5)
    assert refus_de(refus.value) == "SSL error: certificate verify failed"
