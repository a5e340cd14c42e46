"""The alert rules, read by Prometheus' own tool: each is seen silent, then ringing."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import RACINE, remplacer

ESSAIS = Path(__file__).with_name("alertes.yaml")


def essayer(deploy: Path, ou: Path, alerte: str = "") -> "subprocess.CompletedProcess[str]":
    """Plays the scenes of `alertes.yaml`, or those of one alert, against the rules of this copy of `deploy/`."""
    regle = yaml.safe_load((deploy / "observabilite/alertes.yaml").read_text("utf-8"))
    essais = yaml.safe_load(ESSAIS.read_text("utf-8"))
    essais["tests"] = [scene for scene in essais["tests"] if alerte in str(scene["alert_rule_test"])]
    (ou / "regles.yaml").write_text(yaml.safe_dump(regle["spec"]))
    (ou / "essais.yaml").write_text(yaml.safe_dump(essais))
    return subprocess.run(
        ["promtool", "test", "rules", "essais.yaml"], cwd=ou, capture_output=True, text=True, check=False
    )


def test_chaque_alerte_se_tait_puis_sonne(tmp_path: Path) -> None:
    fait = essayer(RACINE / "deploy", tmp_path)
    assert fait.returncode == 0, fait.stdout + fait.stderr


def test_aucune_alerte_n_est_laissee_sans_essai() -> None:
    regles = yaml.safe_load((RACINE / "deploy/observabilite/alertes.yaml").read_text("utf-8"))
    alertes = {regle["alert"] for groupe in regles["spec"]["groups"] for regle in groupe["rules"]}
    scenes: list[dict[str, Any]] = yaml.safe_load(ESSAIS.read_text("utf-8"))["tests"]
    vues = [essai for scene in scenes for essai in scene["alert_rule_test"]]
    assert {essai["alertname"] for essai in vues if essai.get("exp_alerts")} == alertes
    assert {essai["alertname"] for essai in vues if not essai.get("exp_alerts")} == alertes


def test_les_trois_de_chaque_grappe_sont_les_siens() -> None:
    """The rules count to three; so do the clusters that the overlays make."""
    bus = yaml.safe_load_all((RACINE / "deploy/components/bus/cluster.yaml").read_text("utf-8"))
    bases = yaml.safe_load((RACINE / "deploy/components/bases/cluster.yaml").read_text("utf-8"))
    assert (next(iter(bus))["spec"]["replicas"], bases["spec"]["instances"]) == (3, 3)


FAUTES = {
    "un seuil déplacé": ("> 93600", "> 936000", "CeresSauvegardeAncienne"),
    "une alerte qui ne peut pas sonner": ('up{job="ceres-bus"}', 'up{job="bus"}', "CeresBusNoeudAbsent"),
    "ce qui attend regardé trop peu de temps pour être vu": (
        'attente[.].+"}[3m]',
        'attente[.].+"}[1m]',
        "CeresEvenementsQuiAttendent",
    ),
    "les courriels abandonnés comptés": ('etat=~"envoye|echec_definitif"', 'etat=~".+"', "CeresCourrielsRefuses"),
    "ce qui attend un nouvel essai pris pour la file d'un service": (
        '(ceres_file_messages{file!~"ceres[.]attente[.].+"}) > 1000',
        "(ceres_file_messages) > 1000",
        "CeresFileQuiMonte",
    ),
    "une adresse morte prise pour cinq": (
        "max(ceres_courriels_renvoyes_destinataires) >= 5",
        "max(ceres_courriels_renvoyes) >= 5",
        "CeresCourrielsRenvoyes",
    ),
    "un plancher d'une personne de moins": (">= 5", ">= 4", "CeresCourrielsRenvoyes"),
    "une part oubliée": ("> 0) > 0.1", "> 0) > 0", "CeresCourrielsRenvoyes"),
    "rien n'est parti, et tout est revenu": ("[6h])) > 0) > 0.1", "[6h]))) > 0.1", "CeresCourrielsRenvoyes"),
    "les sondes et les fichiers pris pour une méthode lente": ('{methode!="gateway.repondre"}', "", "CeresAppelsLents"),
    "une tâche que l'on croit faite parce qu'elle l'était hier": ("[26h])) == 0", "[52h])) == 0", "CeresTacheManquee"),
    "un Prometheus refait pris pour une tâche manquée": (
        "            and sum by (methode) (ceres_appels_secondes_count offset 26h))",
        "            )",
        "CeresTacheManquee",
    ),
    "ce qui échoue pris pour ce qui ne se fait plus": (
        "increase(ceres_appels_secondes_count{methode",
        'increase(ceres_appels_secondes_count{issue="fait", methode',
        "CeresTacheManquee",
    ),
    "une attente oubliée": ("for: 2m", "for: 20m", "CeresServiceAbsent"),
}


@pytest.mark.parametrize("faute", FAUTES)
def test_une_regle_faussee_est_trouvee(faute: str, copie: Path, tmp_path: Path) -> None:
    avant, apres, alerte = FAUTES[faute]
    remplacer(copie / "observabilite/alertes.yaml", avant, apres)
    fait = essayer(copie, tmp_path, alerte)
    assert fait.returncode == 1 and alerte in fait.stdout + fait.stderr
