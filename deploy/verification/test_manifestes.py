"""Every overlay, and a fault of each kind: planted in a copy, found."""

import json
from functools import cache
from pathlib import Path

import kubernetes_validate
import pytest
from conftest import RACINE, Lancer, remplacer
from manifestes import CHARGES, conteneurs, manquements, nom, objets, pod, rendre
from ressources import ecarts

OVERLAYS = sorted(dossier.name for dossier in (RACINE / "deploy/overlays").iterdir())
KUBERNETES = "1.32"
POLITIQUES_ECARTEES = {
    "CKV_K8S_11": "a limit on the processor slows a process down while others sleep",
    "CKV_K8S_15": "an image is named by its release, or by its digest: pulling it again brings nothing",
    "CKV_K8S_35": "a process reads its settings from its environment (commun/config.py)",
    "CKV_K8S_43": "who deploys names the digest of what was built there (deploy/README.md)",
}


def tout_ce_qui_cloche(dossier: Path) -> list[str]:
    """Returns what every check but the policy scan says of an overlay."""
    tous = objets(rendre(dossier))
    return [ecart for objet in tous for ecart in ecarts_au_schema(json.dumps(objet))] + manquements(tous)


@cache
def ecarts_au_schema(texte: str) -> list[str]:
    """Returns what its schema refuses of an object; a fault changes few of them, and each takes its time."""
    objet = json.loads(texte)
    try:
        kubernetes_validate.validate(objet, KUBERNETES, strict=True)
    except kubernetes_validate.SchemaNotFoundError:
        return ecarts(objet)
    except kubernetes_validate.ValidationError as ecart:
        return [f"{nom(objet)} : {ecart.message}"]
    return []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_chaque_overlay_est_valide(overlay: str) -> None:
    assert tout_ce_qui_cloche(RACINE / "deploy/overlays" / overlay) == []


def scan(dossier: Path, lancer: Lancer, tmp_path: Path) -> tuple[int, str]:
    """Returns checkov's exit code and what it refuses of every overlay of this folder."""
    fichiers = []
    for overlay in OVERLAYS:
        fichiers.append(tmp_path / f"{overlay}.yaml")
        fichiers[-1].write_text(rendre(dossier / "overlays" / overlay))
    options = ["--framework", "kubernetes", "--compact", "--quiet", "--skip-download"]
    options += ["--skip-check", ",".join(POLITIQUES_ECARTEES), "-f"]
    checkov = ["python", "-m", "checkov.main"]  # its own script does not start in a folder with a space
    fait = lancer(*checkov, *options, *fichiers, dans=tmp_path)
    refus = [ligne for ligne in fait.stdout.splitlines() if ligne.startswith(("Check:", "\tFAILED"))]
    return fait.returncode, "\n".join(refus) or fait.stderr[-2000:] * bool(fait.returncode)


def test_les_politiques_de_securite(lancer: Lancer, tmp_path: Path) -> None:
    assert scan(RACINE / "deploy", lancer, tmp_path) == (0, "")


FAUTES = {
    "un champ mal écrit": ("modele/deploiement.yaml", "readinessProbe:", "readynessProbe:", "readynessProbe"),
    "un type faux": ("modele/deploiement.yaml", "replicas: 2", "replicas: deux", "deux"),
    "un champ inconnu d'une ressource": ("components/bus/cluster.yaml", "persistence:", "persistance:", "persistance"),
    "une valeur hors de sa liste": ("components/bases/bases.yaml", "retain", "garder", "garder"),
    "un genre que personne n'a décrit": (
        "components/bus/certificats.yaml",
        "kind: Issuer",
        "kind: Emetteur",
        "non décrit",
    ),
    "une vie suspendue à la base": ("modele/deploiement.yaml", "/sante/vivant", "/sante/pret", "sa vie dépend"),
    "une entrée fermée quand la base manque": (
        "base/gateway/deploiement.yaml",
        "/sante/sert",
        "/sante/pret",
        "le refus du mandataire",
    ),
    "un mot de passe en clair": (
        "base/gateway/deploiement.yaml",
        "valueFrom: {secretKeyRef: {name: cle-privee, key: cle}}",
        "value: azerty",
        "CERES_CLE_PRIVEE est écrit en clair",
    ),
    "un secret gardé avec le code": ("base/espace.yaml", "kind: Namespace", "kind: Secret", "ne se garde pas"),
    "un réseau ouvert": (
        "base/reseau.yaml",
        "podSelector: {}\n  policyTypes: [Ingress, Egress]",
        "podSelector: {}\n  policyTypes: [Ingress]",
        "rien n'interdit",
    ),
    "un service sans politique": (
        "modele/reseau.yaml",
        "app.kubernetes.io/name: modele",
        "app.kubernetes.io/nom: modele",
        "",
    ),
    "une route vers nulle part": (
        "components/entree/entree.yaml",
        "port: 8000",
        "port: 8001",
        "gateway:8001 n'existe pas",
    ),
    "un port que personne ne tient": (
        "modele/service.yaml",
        "targetPort: exploitation",
        "targetPort: mesures",
        "personne ne tient",
    ),
    "trop peu de temps pour finir": (
        "modele/deploiement.yaml",
        "GracePeriodSeconds: 35",
        "GracePeriodSeconds: 5",
        "Deployment/jures : moins de temps",
    ),
    "trop peu de temps pour finir, une fois attendu": (
        "base/gateway/deploiement.yaml",
        "GracePeriodSeconds: 45",
        "GracePeriodSeconds: 35",
        "Deployment/gateway : moins de temps",
    ),
    "moins de mémoire que n'en prennent les dessins": (
        "base/sessions/deploiement.yaml",
        "memory: 1Gi",
        "memory: 960Mi",
        "Deployment/sessions : 960 Mio",
    ),
    "un compte du bus sans droit": (
        "components/echelle/mesure.yaml",
        "userReference: {name: mesure}",
        "user: ceres_comptage",
        "User/mesure : aucun droit",
    ),
    "un processus que rien ne relance": (
        "components/exploitation/exploitation.yaml",
        '          livenessProbe:\n            exec: {command: [python, -c, ""]}\n            periodSeconds: 60\n',
        "",
        "Deployment/exploitation : pas de livenessProbe",
    ),
    "un processus que l'on croit prêt": (
        "components/exploitation/exploitation.yaml",
        '          readinessProbe:\n            exec: {command: [python, -c, ""]}\n            periodSeconds: 60\n',
        "",
        "Deployment/exploitation : pas de readinessProbe",
    ),
    "un service dont le manuel ne lit pas le journal": (
        "components/exploitation/essai.yaml",
        "app.kubernetes.io/component: essai}",
        "app.kubernetes.io/component: service}",
        "CronJob/essai : le manuel ne peut pas",
    ),
    "des réglages qui ne sont nulle part": (
        "modele/deploiement.yaml",
        "configMapRef: {name: ceres-reglages}",
        "configMapRef: {name: reglages}",
        "la carte reglages n'existe pas",
    ),
    "un objet écrit deux fois": (
        "base/kustomization.yaml",
        "  - topologie.yaml\n",
        "  - topologie.yaml\n  - topologie.yaml\n",
        "already registered",
    ),
    "un bus que l'espace refuse": (
        "components/bus/cluster.yaml",
        "&sans_pouvoir {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
        "&sans_pouvoir {capabilities: {drop: [ALL]}}",
        "l'espace refuserait ses nœuds",
    ),
    "un espace ouvert à root": ("base/espace.yaml", "enforce: restricted", "enforce: baseline", "rien n'y refuse"),
    "un mandataire qui coupe ce qui dure": (
        "components/entree/entree.yaml",
        "      timeouts: {request: 0s}\n",
        "",
        "le mandataire couperait",
    ),
    "des sceaux que l'exploitation ne lit pas": (
        "components/sceaux/kustomization.yaml",
        "app.kubernetes.io/component in (service, exploitation)",
        "app.kubernetes.io/component=service",
        "Deployment/exploitation : le dossier des sceaux n'y est pas",
    ),
    "des sceaux que chaque départ relit": (
        "components/sceaux/kustomization.yaml",
        "fsGroupChangePolicy, value: OnRootMismatch",
        "fsGroupChangePolicy, value: Always",
        "Deployment/jures : chaque départ relit tous les sceaux",
    ),
    "des bases sous un autre nom, que rien ne suit": (
        "components/bases/cluster.yaml",
        "name: ceres-base\n",
        "name: ceres-base-2\n",
        "nomme les bases ceres-base, qui n'existent pas",
    ),
    "plus de processus que la base n'en reçoit": (
        "components/echelle/echelle.yaml",
        "maxReplicas: 8",
        "maxReplicas: 18",
        "640 connexions, quand 818 peuvent être ouvertes",
    ),
    "une instance absente pour qui tout est gardé": (
        "components/bases/cluster.yaml",
        "      max_slot_wal_keep_size: 5GB\n",
        "",
        "remplirait le volume des journaux",
    ),
    "un volume des journaux plus petit que ce qu'il garde": (
        "components/bases/cluster.yaml",
        "walStorage: {size: 10Gi}",
        "walStorage: {size: 7Gi}",
        "remplirait le volume des journaux",
    ),
    "des sauvegardes que personne n'essaie": (
        "components/exploitation/kustomization.yaml",
        "exploitation.yaml, essai.yaml",
        "exploitation.yaml",
        "personne n'essaie",
    ),
    "un essai qui pourrait effacer les bases": (
        "components/exploitation/essai.yaml",
        "verbs: [get, create]",
        "verbs: [get, create, delete]",
        "son compte peut trop",
    ),
    "des essais que rien ne trouve": (
        "components/exploitation/essai.yaml",
        "    metadata: # of each trial, which the manual looks for by them\n      labels",
        "    metadata: # of each trial, which the manual looks for by them\n      annotations",
        "ne portent pas ses étiquettes",
    ),
    "un essai sans politique": (
        "components/exploitation/essai.yaml",
        "    matchLabels: {app.kubernetes.io/name: essai}",
        "    matchLabels: {app.kubernetes.io/nom: essai}",
        "CronJob/essai : aucune politique",
    ),
    "un service que rien ne garde debout": (
        "modele/service.yaml",
        "component: service}\n",
        "component: autre}\n",
        "PodDisruptionBudget",
    ),
}


@pytest.mark.parametrize("faute", FAUTES)
def test_une_faute_plantee_est_trouvee(faute: str, copie: Path) -> None:
    fichier, avant, apres, dit = FAUTES[faute]
    remplacer(copie / fichier, avant, apres)
    try:
        trouves = tout_ce_qui_cloche(copie / "overlays/production")
    except Exception as refus:  # kubectl itself
        trouves = [str(getattr(refus, "stderr", refus))]
    assert any(dit in trouve for trouve in trouves), trouves


def test_les_bases_restaurees_sont_celles_de_tous(copie: Path) -> None:
    """What `deploy/README.md` says to do, so that nobody finds out on the day when the databases are lost."""
    remplacer(copie / "overlays/production/kustomization.yaml", "images:", "  - ../../components/restauration\nimages:")
    assert tout_ce_qui_cloche(copie / "overlays/production") == []
    tous = objets(rendre(copie / "overlays/production"))
    # nothing leaves the cluster that it speaks of: its operator refuses
    partis, venus = (
        {nom(objet) for objet in objets_lus if objet["kind"] in ("Database", "ScheduledBackup")}
        for objets_lus in (objets(rendre(RACINE / "deploy/overlays/production")), tous)
    )
    assert len(partis) == len(venus) == 7 and not partis & venus
    (grappe,) = [objet for objet in tous if objet["kind"] == "Cluster"]
    assert (grappe["metadata"]["name"], list(grappe["spec"]["bootstrap"])) == ("ceres-base-2", ["recovery"])
    (avant,) = grappe["spec"]["externalClusters"]
    assert avant["plugin"]["parameters"]["serverName"] == "ceres-base"
    assert avant["name"] == grappe["spec"]["bootstrap"]["recovery"]["source"]


def test_les_fautes_de_securite_sont_trouvees(copie: Path, lancer: Lancer, tmp_path: Path) -> None:
    modele = copie / "modele/deploiement.yaml"
    remplacer(modele, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
    remplacer(modele, "capabilities: {drop: [ALL]}", "capabilities: {}")
    remplacer(modele, "runAsNonRoot: true\n        runAsUser: 10001", "runAsNonRoot: false\n        runAsUser: 0")
    remplacer(modele, "automountServiceAccountToken: false", "automountServiceAccountToken: true")
    code, refus = scan(copie, lancer, tmp_path)
    assert code == 1
    for politique in ("CKV_K8S_22", "CKV_K8S_28", "CKV_K8S_23", "CKV_K8S_38"):
        assert politique in refus


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_chaque_pod_demarre_par_une_commande_qui_existe(overlay: str) -> None:
    for charge in objets(rendre(RACINE / "deploy/overlays" / overlay)):
        if charge["kind"] not in CHARGES:
            continue
        for conteneur in conteneurs(charge):
            python, option, module, *suite = conteneur["command"]
            assert (python, option) == ("python", "-m")
            if module == "http.server":
                continue  # Python's own
            chemin = RACINE / module.replace(".", "/")
            assert chemin.with_suffix(".py").exists() or (chemin / "__main__.py").exists()
            env = {variable["name"]: variable.get("value") for variable in conteneur.get("env", [])}
            if suite and suite[0].startswith("$(PAQUET)"):
                paquet = RACINE / str(env["PAQUET"]).replace(".", "/")
                assert (paquet / "service.py").exists()
        assert pod(charge)["automountServiceAccountToken"] is False


def test_chaque_overlay_a_ses_sauvegardes() -> None:
    """Two clusters of one name, told of one place, would each refuse, or spoil, what the other keeps there."""
    lieux = [
        objet["spec"]["configuration"]["destinationPath"]
        for overlay in OVERLAYS
        for objet in objets(rendre(RACINE / "deploy/overlays" / overlay))
        if objet["kind"] == "ObjectStore"
    ]
    assert len(lieux) == len(set(lieux)) == 2


def test_la_demo_et_la_date_choisie_n_entrent_pas_en_production() -> None:
    rendu = rendre(RACINE / "deploy/overlays/production")
    assert "ceres-demo" not in rendu
    assert "CERES_DATE_SIMULABLE" not in rendu
