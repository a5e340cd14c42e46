"""The alerts and the dashboard: every metric they name is one that a process gives, every alert has its paragraph."""

import inspect
import json
import re
import urllib.error
import urllib.request
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
import yaml

from commun.actes.methodes import UN_JOUR, UNE_HEURE
from commun.actes.timers import Minuterie
from commun.bus.droits import APPELS
from commun.bus.topology import modules
from commun.storage.db import nouvel_id
from local.pile import RACINE
from tests.conftest import Systeme
from tests.outils.cas import d_un_trait

DOSSIER = RACINE / "deploy/observabilite"
ALERTES = yaml.safe_load((DOSSIER / "alertes.yaml").read_text("utf-8"))
GROUPES: dict[str, list[dict[str, Any]]] = {groupe["name"]: groupe["rules"] for groupe in ALERTES["spec"]["groups"]}
REGLES = [regle for regles in GROUPES.values() for regle in regles]
TABLEAU = json.loads((DOSSIER / "tableau-de-bord.json").read_text("utf-8"))
CIBLES = [cible["expr"] for panneau in TABLEAU["panels"] for cible in panneau["targets"]]
_ETIQUETTES = re.compile(r"by \(([^)]*)\)|\{(\w+)[=!~]")


def series(texte: str) -> dict[str, set[str]]:
    """Returns the series of a scrape, and the labels that each bears; one that nothing has fed yet has none."""
    trouvees: dict[str, set[str]] = {}
    for nom, genre in re.findall(r"^# TYPE (\w+) (\w+)$", texte, re.M):
        fins = ("_bucket", "_sum", "_count") if genre == "histogram" else ("",)
        trouvees |= {nom + fin: set() for fin in fins}
    for nom, etiquettes in re.findall(r"^(\w+)(?:\{(.*)\})? ", texte, re.M):
        trouvees.setdefault(nom, set()).update(re.findall(r'(\w+)="', etiquettes))
    return trouvees


@pytest.fixture(scope="module")
def mesurees(systeme: Systeme) -> dict[str, set[str]]:
    """What the processes of the running system give at /metrics, together."""
    toutes: dict[str, set[str]] = {"up": {"job", "service"}}
    for port in systeme.ports.values():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
            for nom, etiquettes in series(page.read().decode()).items():
                toutes.setdefault(nom, set()).update(etiquettes)
    return toutes


@d_un_trait
@pytest.mark.parametrize("expression", [*(regle["expr"] for regle in GROUPES["ceres"]), *CIBLES])
def test_ce_qui_est_surveille_est_mesure(mesurees: dict[str, set[str]], expression: str) -> None:
    noms = set(re.findall(r"\b(?:ceres|process)_\w+\b|\bup\b", expression))
    assert noms and noms <= set(mesurees)
    portees = {"job", "instance"}.union(*(mesurees[nom] for nom in noms))
    citees = {e.strip() for groupe in _ETIQUETTES.findall(expression) for partie in groupe for e in partie.split(",")}
    alimentees = all(mesurees[nom] for nom in noms)
    assert citees - {""} <= portees or not alimentees


SOCLE = {
    "up": "Prometheus",
    "rabbitmq_alarms_memory_used_watermark": "rabbitmq_prometheus 4.0",
    "rabbitmq_alarms_free_disk_space_watermark": "rabbitmq_prometheus 4.0",
    "rabbitmq_alarms_file_descriptor_limit": "rabbitmq_prometheus 4.0",
    "cnpg_collector_up": "CloudNativePG 1.27",
    "cnpg_pg_stat_archiver_last_failed_time": "CloudNativePG 1.27, its default queries",
    "cnpg_pg_stat_archiver_last_archived_time": "CloudNativePG 1.27, its default queries",
    "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp": "plugin-barman-cloud 0.6",
    "certmanager_certificate_renewal_timestamp_seconds": "cert-manager 1.6",
    "kube_cronjob_created": "kube-state-metrics 2",
    "kube_deployment_spec_replicas": "kube-state-metrics 2",
    "kube_deployment_status_replicas_available": "kube-state-metrics 2",
    "kube_deployment_status_replicas_updated": "kube-state-metrics 2",
    "kube_cronjob_status_last_successful_time": "kube-state-metrics 2",
    "kubelet_volume_stats_available_bytes": "the kubelet",
    "kubelet_volume_stats_capacity_bytes": "the kubelet",
}
"""What others than CERES measure, and who: no process of a test gives it. A name that is not here is a misspelt one."""


def test_le_socle_n_est_surveille_que_par_ce_que_l_on_sait_mesure() -> None:
    texte = " ".join(regle["expr"] for regle in GROUPES["ceres-socle"])
    assert set(re.findall(r"\b(?:up|(?:rabbitmq|cnpg|barman|kube|kubelet|certmanager)_\w+)\b", texte)) == set(SOCLE)


@d_un_trait
@pytest.mark.parametrize("regle", REGLES, ids=lambda regle: regle["alert"])
def test_chaque_alerte_a_son_paragraphe_et_ce_qu_il_faut_pour_sonner(regle: dict[str, Any]) -> None:
    manuel = (RACINE / "docs/exploitation.md").read_text("utf-8")
    paragraphe = re.search(rf"^### {regle['alert']}\n(.+?)(?=\n#|\Z)", manuel, re.M | re.S)
    assert paragraphe and len(paragraphe[1]) > 150
    assert regle["labels"]["severity"] in ("critical", "warning")
    assert regle["annotations"]["summary"].endswith(".") and regle["for"]


def test_un_service_dont_plus_rien_ne_tourne_sonne() -> None:
    """Where no process is left there is no target, and so nothing that answers badly."""
    (regle,) = [regle for regle in REGLES if regle["alert"] == "CeresServiceAbsent"]
    vus = re.findall(r'absent\(up\{job="ceres", service="(\w+)"\}\)', regle["expr"])
    assert sorted(vus) == sorted(APPELS)
    assert regle["expr"].count(" or ") == len(APPELS) - 1


def d_eux_memes(classe: Any) -> list[str]:
    """Returns the methods that a service runs of itself."""
    methodes = inspect.getmembers(classe, inspect.isfunction)
    return [n for n, m in methodes if any(isinstance(e, Minuterie) for e in getattr(m, "nameko_entrypoints", ()))]


def cadence(classe: Any, nom: str) -> float:
    """Returns the seconds between two runs of what a service runs of itself."""
    (chaque,) = [e.chaque for e in getattr(classe, nom).nameko_entrypoints if isinstance(e, Minuterie)]
    return float(chaque)


def test_tout_ce_qu_un_service_fait_de_lui_meme_est_surveille() -> None:
    """Whether it fails or is not done; what is daily, for longer than the rest."""
    echouee, manquee = (
        [set(dits.split("|")) for dits in re.findall(r"\[\.\]\(([\w|]+)\)", regle["expr"])]
        for regle in REGLES
        if regle["alert"] in ("CeresTacheEchouee", "CeresTacheManquee")
    )
    classes = [classe for module in modules() for classe in import_module(module).SERVICES]
    cadences = {(nom, cadence(classe, nom)) for classe in classes for nom in d_eux_memes(classe)}
    assert echouee == [{nom for nom, _ in cadences}]
    assert manquee == [
        {nom for nom, chaque in cadences if chaque <= UNE_HEURE},
        {nom for nom, chaque in cadences if chaque == UN_JOUR},
    ]


def test_ce_qu_un_service_fait_de_lui_meme_se_compte_depuis_zero(systeme: Systeme) -> None:
    """Seen ringing for three hours after what had failed twice was done: by a process that had done it once, and whose
    series was born so.
    """
    lignes = ""
    for port in systeme.ports.values():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
            lignes += page.read().decode()
    attendues = {
        f'ceres_appels_secondes_count{{issue="{issue}",methode="{classe.name}.{nom}"}}'
        for module in modules()
        for classe in import_module(module).SERVICES
        for nom in d_eux_memes(classe)
        for issue in ("fait", "refus", "erreur")
    }
    assert len(attendues) > 40 and [serie for serie in sorted(attendues) if serie not in lignes] == []


def test_aucun_paragraphe_sans_alerte() -> None:
    manuel = (RACINE / "docs/exploitation.md").read_text("utf-8")
    assert set(re.findall(r"^### (Ceres\w+)$", manuel, re.M)) == {regle["alert"] for regle in REGLES}


def test_les_panneaux_que_le_manuel_nomme_sont_au_tableau() -> None:
    """Seen sending whoever is woken by CeresLent to « Appels les plus lents », which no panel was called."""
    manuel = (RACINE / "docs/exploitation.md").read_text("utf-8")
    (phrase,) = re.findall(r"Sur le tableau de bord, (.+?)\. ", manuel, re.S)
    nommes = re.findall(r"« (.+?) »", phrase.replace("\n", " "))
    titres = tuple(panneau["title"] for panneau in TABLEAU["panels"])
    assert len(nommes) == 4 and [nom for nom in nommes if not any(t.startswith(nom) for t in titres)] == []


def test_le_tableau_est_complet() -> None:
    """What issue 7 asks to see: each on a panel."""
    texte = " ".join(CIBLES)
    vues = ("outbox_age", "messages_morts", "appels_secondes", "courriels_age", "boucle_retard", "base_attente")
    for mesure in (*vues, "courriels_renvoyes"):
        assert f"ceres_{mesure}" in texte
    assert len({panneau["id"] for panneau in TABLEAU["panels"]}) == len(TABLEAU["panels"])


@pytest.mark.parametrize("nom", ["ceres_http_requetes_total", "ceres_appels_secondes_count"])
def test_les_etiquettes_restent_peu_nombreuses(systeme: Systeme, nom: str) -> None:
    """No id, no path: a label's values are routes and methods, known beforehand."""
    with suppress(urllib.error.HTTPError):  # an address with an id, which a service is asked about
        urllib.request.urlopen(f"{systeme.url}/api/v1/versions/{nouvel_id()}/publique", timeout=30)
    lignes: list[str] = []
    for port in systeme.ports.values():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
            lignes += [ligne for ligne in page.read().decode().splitlines() if ligne.startswith(nom)]
    assert lignes, "nothing to look at"
    assert not [ligne for ligne in lignes if re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", ligne)]
