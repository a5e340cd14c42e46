"""The trial of a restoration, on an API that keeps what it is given: that of Kubernetes is nobody's here."""

import json
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ceres import essai
from ceres.essai import Api, EssaiManque, defauts, grappe_d_essai, naitre
from tests.ceres.conftest import Lancer
from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.outils.bases import au_service, base_de_l_exemple
from tests.outils.ordres import lance

ARCHIVE = {
    "name": "barman-cloud.cloudnative-pg.io",
    "isWALArchiver": True,
    "parameters": {"barmanObjectName": "ceres-sauvegardes"},
}
GRAPPE: dict[str, Any] = {
    "metadata": {"name": "ceres-base", "uid": "1"},
    "spec": {
        "instances": 3,
        "storage": {"size": "100Gi"},
        "postgresql": {"parameters": {"max_connections": "640"}, "synchronous": {"method": "any", "number": 1}},
        "managed": {"roles": []},
        "plugins": [ARCHIVE],
    },
}


class Grappes(ThreadingHTTPServer):
    """Clusters by name; a new one is ready at its second look, unless `phase` says why not. One that is removed goes at
    the next look, as it does there; `garde`: none goes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Guichet)
        self.la: dict[str, Any] = {"ceres-base": GRAPPE}
        self.faites: list[dict[str, Any]] = []
        self.partent: set[str] = set()
        self.phase = ""
        self.garde = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def restent(self) -> list[str]:
        return sorted(self.la.keys() - self.partent)


class _Guichet(BaseHTTPRequestHandler):
    server: Grappes

    def _faire(self) -> None:
        racine = "/apis/postgresql.cnpg.io/v1/namespaces/ceres/clusters"
        assert self.path.startswith(racine) and self.headers["Authorization"] == "Bearer le-jeton"
        nom, la = self.path.removeprefix(racine).lstrip("/"), self.server.la
        statut, corps = 200, la.get(nom)
        if self.command == "POST" and self.server.partent:
            statut, corps = 409, {"reason": "AlreadyExists"}
        elif self.command == "POST":
            corps = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.server.faites.append(corps)
            la[corps["metadata"]["name"]] = {**corps, "status": {"phase": self.server.phase or "Setting up primary"}}
        elif corps is None:
            statut, corps = 404, {"reason": "NotFound"}
        elif nom in self.server.partent:
            self.server.partent.remove(nom)
            del la[nom]
        elif self.command == "DELETE" and self.server.garde:
            statut, corps = 403, {"reason": "Forbidden"}
        elif self.command == "DELETE":
            self.server.partent.add(nom)
        elif "status" in corps and not self.server.phase:
            la[nom] = {**corps, "status": {"phase": "Cluster in healthy state", "readyInstances": 1}}
        octets = json.dumps(corps).encode()
        self.send_response(statut)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    do_GET = do_POST = do_DELETE = _faire

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def grappes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Grappes]:
    """Them, looked at without a pause by who is in this process."""
    monkeypatch.setattr(essai, "_PAUSE", 0.01)
    serveur = Grappes()
    threading.Thread(target=serveur.serve_forever, args=[0.01], daemon=True).start()
    yield serveur
    serveur.shutdown()
    serveur.server_close()


@pytest.fixture
def compte(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text("le-jeton\n")
    (tmp_path / "namespace").write_text("ceres")
    return tmp_path


def test_l_essai_nait_des_sauvegardes_et_n_y_ecrit_rien() -> None:
    essai = grappe_d_essai(GRAPPE)
    assert essai["metadata"] == {"name": "ceres-base-essai"}
    assert essai["spec"]["instances"] == 1 and essai["spec"]["storage"] == {"size": "100Gi"}
    assert "plugins" not in essai["spec"] and "synchronous" not in essai["spec"]["postgresql"]
    (avant,) = essai["spec"]["externalClusters"]
    assert avant["plugin"]["parameters"] == {"serverName": "ceres-base", "barmanObjectName": "ceres-sauvegardes"}
    assert essai["spec"]["postgresql"]["parameters"]["max_connections"] == "640"  # else nothing is replayed


def test_une_grappe_sans_archive_n_a_rien_a_eprouver() -> None:
    with pytest.raises(EssaiManque, match="n'archive"):
        grappe_d_essai({**GRAPPE, "spec": {**GRAPPE["spec"], "plugins": []}})


def test_ce_qu_un_essai_d_avant_a_laisse_s_en_va_d_abord(grappes: Grappes, compte: Path) -> None:
    grappes.la["ceres-base-essai"] = {"spec": {"vieille": True}}
    naitre(Api(grappes.url, "ceres", compte / "token"), "ceres-base", patience=5)
    assert "vieille" not in grappes.la["ceres-base-essai"]["spec"]


def eprouver(lancer: Lancer, grappes: Grappes, compte: Path, *options: str) -> Any:
    reglages = {"CERES_API": grappes.url, "CERES_API_COMPTE": str(compte), "BASE": "ceres-base"}
    return lancer("restauration", "eprouver", *options, **reglages)


def test_une_sauvegarde_restauree_est_relue_puis_effacee(
    systeme: Systeme,
    lancer: Lancer,
    grappes: Grappes,
    compte: Path,
) -> None:
    fait = eprouver(lancer, grappes, compte)
    assert fait.returncode == 0, fait.stdout + fait.stderr
    assert all(f"{service} : restaurée" in fait.stdout for service in systeme.bases)
    assert len(grappes.faites) == 1 and grappes.restent == ["ceres-base"]


def test_ce_qui_manque_a_une_base_restauree_se_dit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who backs up what he never reads has no backup: each would have been said sound."""
    monkeypatch.setattr(essai, "paquet_de", lambda _: "tests.commun.service_exemple")
    with base_de_l_exemple() as url, au_service("jures", url), psycopg.connect(url, autocommit=True) as db:
        assert list(defauts("jures")) == ["elle n'a jamais servi"]
        db.execute("INSERT INTO minuteries VALUES ('jures.ranger', now() - interval '59 minutes')")
        assert list(defauts("jures")) == []
        db.execute(
            "INSERT INTO traces"
            " (objet_type, objet_id, rang, instant, acteur, action, phrase, requete, precedente, empreinte)"
            " VALUES ('jure', 'x', 1, now(), '{}', 'creer', 'Un faux.', 'r', '', 'faux')"
        )
        assert list(defauts("jures")) == ["la trace 1 de « jure » x est altérée, absente ou déplacée"]
        db.execute("DELETE FROM alembic_version")
        assert list(defauts("jures")) == ["sa révision est en retard"]


def test_une_sauvegarde_trop_ancienne_se_dit(
    systeme: Systeme,
    lancer: Lancer,
    grappes: Grappes,
    compte: Path,
) -> None:
    decaler = "UPDATE minuteries SET prochaine = prochaine {} interval '3 hours' WHERE nom = 'jures.ranger'"
    with psycopg.connect(systeme.url_proprietaire("jures"), autocommit=True) as db:
        db.execute("SELECT pg_advisory_lock(hashtextextended('jures.ranger', 0))")  # or it would be done at once
        db.execute(decaler.format("-"))
        try:
            fait = eprouver(lancer, grappes, compte)
        finally:
            db.execute(decaler.format("+"))
    assert fait.returncode == 1
    assert "jures : elle s'arrête avant le" in fait.stdout


def test_une_restauration_qui_n_aboutit_pas_dit_ou_elle_en_est(
    lancer: Lancer,
    grappes: Grappes,
    compte: Path,
) -> None:
    grappes.phase = "Setting up primary"
    fait = eprouver(lancer, grappes, compte, "--patience", "0")
    assert fait.returncode == 1
    assert "n'est pas né à temps : Setting up primary" in fait.stderr and grappes.restent == ["ceres-base"]
    grappes.garde = True  # seen lost: the operator mended the removal, and never learnt what he was told weekly for
    deux = eprouver(lancer, grappes, compte, "--patience", "0").stderr.splitlines()
    assert ["refuse (403)" in deux[0], "n'est pas né à temps" in deux[-1]] == [True, True]


def test_un_essai_que_le_cluster_arrete_efface_ce_qu_il_a_fait(
    reglages: dict[str, str], grappes: Grappes, compte: Path
) -> None:
    """Its node emptied, or its time over: the cluster, as large as that which serves, stayed for a week."""
    grappes.phase = "Setting up primary"
    env = reglages | {"CERES_API": grappes.url, "CERES_API_COMPTE": str(compte), "BASE": "ceres-base"}
    with lance("restauration", "eprouver", **env) as enfant:
        try:
            attendre(lambda: "ceres-base-essai" in grappes.la)
            enfant.send_signal(signal.SIGTERM)
            _, dit = enfant.communicate(timeout=30)
        finally:
            enfant.kill()
    assert (enfant.returncode, grappes.restent) == (130, ["ceres-base"]), dit


def test_hors_du_cluster_la_commande_dit_qu_elle_n_a_pas_de_sens(lancer: Lancer) -> None:
    fait = lancer("restauration", "eprouver", BASE="ceres-base")
    assert fait.returncode == 2 and "dans le cluster" in fait.stderr


def test_un_cluster_muet_se_dit_d_une_phrase(lancer: Lancer, compte: Path) -> None:
    """Seen ending on a traceback: what could not be made cannot be removed either, and that was said by nothing."""
    reglages = {"CERES_API": "http://127.0.0.1:9", "CERES_API_COMPTE": str(compte), "BASE": "ceres-base"}
    fait = lancer("restauration", "eprouver", **reglages)
    assert (fait.returncode, fait.stdout) == (1, "")
    assert fait.stderr.startswith("Kubernetes ne répond pas : ")
