"""What a rendered overlay must hold, and no general tool knows: each process bounded by a policy of the network, each
reference to something that is there, no secret in clear, probes that restart nothing for another's fault.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import yaml

Objet = dict[str, Any]

CHARGES = ("Deployment", "Job", "CronJob")
_SECRETS = ("MOT_DE_PASSE", "PASSWORD", "SECRET", "CLE_PRIVEE")
"""What names a variable whose value nobody but the cluster's secrets may hold."""

_CONNEXIONS, _AUTRES = 21, 20
"""Of a process of the services, at most (commun/storage/db.py: one a worker, and a few more; one for the mails that
leave); of jobs, operators and PostgreSQL."""


_A_COTE, _PLEIN = 1, 0.75
"""GiB of its journals that PostgreSQL keeps whatever happens (`max_wal_size`), and how much of their volume may be
taken before its alert rings.
"""

_FIN = 30
"""Seconds that a process takes to end what it began (`commun/runner.py`), and a few more; what waits before it is told
to, its pod says."""

_DESSINS, _LETTRES, _REPOS = 2, 400, 128
"""Documents that `sessions` draws at once (services/sessions/queries/documents.py); letters of one of them, at most
(services/sessions/schemas/entree.py), 1.1 MiB each as measured; and MiB that it holds beside. The cluster kills what
holds more than its limit, as people print.
"""

_SANS_POUVOIR = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


class _CommeKubectl(yaml.CSafeLoader):
    """Reads an instant as the text that it is."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {
        lettre: [resolveur for resolveur in resolveurs if resolveur[0] != "tag:yaml.org,2002:timestamp"]
        for lettre, resolveurs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def rendre(dossier: Path) -> str:
    """Returns an overlay as `kubectl apply -k` would send it."""
    commande = ["kubectl", "kustomize", str(dossier)]
    return subprocess.run(commande, check=True, capture_output=True, text=True).stdout


def objets(rendu: str) -> list[Objet]:
    """Returns the objects of a rendered overlay."""
    return [objet for objet in yaml.load_all(rendu, _CommeKubectl) if objet]


def manquements(tous: list[Objet]) -> list[str]:
    """Returns, in French, everything that is wrong with these objects."""
    return [
        *_secrets(tous),
        *_pods(tous),
        *_admis(tous),
        *_comptes_du_bus(tous),
        *_cartes(tous),
        *_ports(tous),
        *_routes(tous),
        *_disponibilite(tous),
        *_memoire(tous),
        *_sceaux(tous),
        *_bases(tous),
        *_connexions(tous),
        *_journaux(tous),
        *_essai(tous),
    ]


def nom(objet: Objet) -> str:
    """Returns « Deployment/jures »."""
    return f"{objet['kind']}/{objet['metadata']['name']}"


def pod(charge: Objet) -> Objet:
    """Returns the pod's spec of a Deployment, Job or CronJob."""
    return modele(charge)["spec"]


def modele(charge: Objet) -> Objet:
    """Returns what its pods are made from."""
    spec = charge["spec"]
    return spec["jobTemplate"]["spec"]["template"] if charge["kind"] == "CronJob" else spec["template"]


def conteneurs(charge: Objet) -> list[Objet]:
    """Returns every container of a Deployment or Job."""
    return [*pod(charge).get("initContainers", []), *pod(charge)["containers"]]


def _est_un_service(charge: Objet) -> bool:
    return modele(charge)["metadata"]["labels"].get("app.kubernetes.io/component") == "service"


def _bases_dites(charge: Objet) -> set[str]:
    """Returns the clusters of databases that a Job's or CronJob's variables name."""
    return {v["value"] for c in conteneurs(charge) for v in c.get("env", []) if v["name"] == "BASE"}


def _de(tous: list[Objet], *genres: str) -> Iterator[Objet]:
    return (objet for objet in tous if objet["kind"] in genres)


def _secrets(tous: list[Objet]) -> Iterator[str]:
    for objet in _de(tous, "Secret"):
        yield f"{nom(objet)} : un secret ne se garde pas avec le code"


def _admis(tous: list[Objet]) -> Iterator[str]:
    """The nodes of the bus are let in where root is refused: its operator makes them with none of what that asks."""
    niveau = "pod-security.kubernetes.io/enforce"
    if not any(espace["metadata"]["labels"].get(niveau) == "restricted" for espace in _de(tous, "Namespace")):
        yield "espace : rien n'y refuse un processus qui serait root"
    for bus in _de(tous, "RabbitmqCluster"):
        dit = bus["spec"].get("override", {}).get("statefulSet", {}).get("spec", {}).get("template", {}).get("spec", {})
        compte = dit.get("securityContext", {})
        siens = {c["name"]: c["securityContext"] for c in [*dit.get("initContainers", []), *dit.get("containers", [])]}
        if (
            siens != dict.fromkeys(("setup-container", "rabbitmq"), _SANS_POUVOIR)
            or compte.get("runAsNonRoot") is not True
            or compte.get("seccompProfile") != {"type": "RuntimeDefault"}
        ):
            yield f"{nom(bus)} : l'espace refuserait ses nœuds"


def _comptes_du_bus(tous: list[Objet]) -> Iterator[str]:
    """Each account of the bus has a right there, be it to nothing: RabbitMQ tells the others not even what waits."""
    permis = [p["spec"] for p in _de(tous, "Permission")]
    noms = {f"ceres_{p['userReference']['name']}" if "userReference" in p else p.get("user") for p in permis}
    for compte in _de(tous, "User"):
        if f"ceres_{compte['metadata']['name']}" not in noms:
            yield f"{nom(compte)} : aucun droit sur le bus, qui ne lui dit rien"


def _pods(tous: list[Objet]) -> Iterator[str]:
    politiques = list(_de(tous, "NetworkPolicy"))
    if not any(
        p["spec"]["podSelector"] == {} and set(p["spec"]["policyTypes"]) == {"Ingress", "Egress"} for p in politiques
    ):
        yield "réseau : rien n'interdit ce qui n'est pas permis"
    for charge in _de(tous, *CHARGES):
        etiquettes = modele(charge)["metadata"]["labels"]
        siennes = [p for p in politiques if p["spec"]["podSelector"] and _choisit(p["spec"]["podSelector"], etiquettes)]
        if not siennes:
            yield f"{nom(charge)} : aucune politique réseau à son nom"
        for conteneur in conteneurs(charge):
            for variable in conteneur.get("env", []):
                if "value" in variable and any(mot in variable["name"] for mot in _SECRETS):
                    yield f"{nom(charge)} : {variable['name']} est écrit en clair"
        if _est_un_service(charge) and "service" not in {c["name"] for c in pod(charge)["containers"]}:
            yield f"{nom(charge)} : le manuel ne peut pas lire le journal de ce service"
        yield from _sondes(charge)


def _sondes(charge: Objet) -> Iterator[str]:
    if charge["kind"] != "Deployment":
        return
    for conteneur in pod(charge)["containers"]:
        for sonde in ("livenessProbe", "readinessProbe"):
            if sonde not in conteneur:
                yield f"{nom(charge)} : pas de {sonde}"
        chemin = conteneur.get("livenessProbe", {}).get("httpGet", {}).get("path", "")
        if chemin == "/sante/pret":
            yield f"{nom(charge)} : sa vie dépend de la base et du bus"
        entree = conteneur.get("readinessProbe", {}).get("httpGet", {})
        if entree.get("port") == "http" and entree.get("path") == "/sante/pret":
            yield f"{nom(charge)} : les visiteurs liraient le refus du mandataire quand la base ou le bus manque"


def _cartes(tous: list[Objet]) -> Iterator[str]:
    """Whoever reads a map of settings reads one that is there."""
    cartes = {carte["metadata"]["name"] for carte in _de(tous, "ConfigMap")}
    for charge in _de(tous, *CHARGES):
        for conteneur in conteneurs(charge):
            for source in conteneur.get("envFrom", []):
                if (reference := source.get("configMapRef")) and reference["name"] not in cartes:
                    yield f"{nom(charge)} : la carte {reference['name']} n'existe pas"


def _ports(tous: list[Objet]) -> Iterator[str]:
    """Each port of a Service is held by a pod of those that it chooses."""
    pods = [modele(charge) for charge in _de(tous, *CHARGES)]
    for service in _de(tous, "Service"):
        choisis = [p for p in pods if _choisit({"matchLabels": service["spec"]["selector"]}, p["metadata"]["labels"])]
        ports = {port.get("name") for p in choisis for c in p["spec"]["containers"] for port in c.get("ports", [])}
        for port in service["spec"]["ports"]:
            if port["targetPort"] not in ports:
                yield f"{nom(service)} : personne ne tient le port {port['targetPort']}"


def _routes(tous: list[Objet]) -> Iterator[str]:
    """What comes in is led to a Service that is there."""
    services = {(s["metadata"]["name"], port["port"]) for s in _de(tous, "Service") for port in s["spec"]["ports"]}
    for route in _de(tous, "HTTPRoute"):
        for regle in route["spec"]["rules"]:
            for cible in regle.get("backendRefs", []):
                if (cible["name"], cible["port"]) not in services:
                    yield f"{nom(route)} : {cible['name']}:{cible['port']} n'existe pas"
                if regle.get("timeouts", {}).get("request") != "0s":
                    yield f"{nom(route)} : le mandataire couperait ce qui dure"


def _disponibilite(tous: list[Objet]) -> Iterator[str]:
    gardes = [g["spec"]["selector"] for g in _de(tous, "PodDisruptionBudget")]
    for charge in _de(tous, "Deployment"):
        if not _est_un_service(charge):
            continue
        if not any(_choisit(garde, modele(charge)["metadata"]["labels"]) for garde in gardes):
            yield f"{nom(charge)} : aucun PodDisruptionBudget"
        attentes = [c.get("lifecycle", {}).get("preStop", {}).get("sleep", {}) for c in pod(charge)["containers"]]
        prend = _FIN + max(attente.get("seconds", 0) for attente in attentes)
        if pod(charge).get("terminationGracePeriodSeconds", 30) < prend:
            yield f"{nom(charge)} : moins de temps pour finir que le service n'en prend"


def _memoire(tous: list[Objet]) -> Iterator[str]:
    """Who draws documents may hold those that are drawn at once."""
    faut = _REPOS + _DESSINS * _LETTRES * 11 // 10
    for charge in _de(tous, "Deployment"):
        if charge["metadata"]["name"] == "sessions":
            limite = pod(charge)["containers"][0]["resources"]["limits"]["memory"]
            mebis = int(limite[:-2]) * {"Mi": 1, "Gi": 1024}[limite[-2:]]
            if mebis < faut:
                yield f"{nom(charge)} : {mebis} Mio, quand ses dessins en prennent {faut}"


def _sceaux(tous: list[Objet]) -> Iterator[str]:
    """Who is told of the folder of the seals, to write them or to compare with them, has it, without waiting as it
    starts for each seal to be given its group again, as it would by default.
    """
    reglages = {carte["metadata"]["name"]: carte.get("data", {}) for carte in _de(tous, "ConfigMap")}
    for charge in _de(tous, "Deployment"):
        for conteneur in pod(charge)["containers"]:
            cartes = [source["configMapRef"]["name"] for source in conteneur.get("envFrom", [])]
            dossiers = {reglages[carte].get("CERES_DOSSIER_SCEAUX") for carte in cartes if carte in reglages} - {None}
            if dossiers - {monte["mountPath"] for monte in conteneur.get("volumeMounts", [])}:
                yield f"{nom(charge)} : le dossier des sceaux n'y est pas"
            if dossiers and pod(charge)["securityContext"].get("fsGroupChangePolicy") != "OnRootMismatch":
                yield f"{nom(charge)} : chaque départ relit tous les sceaux"


def _bases(tous: list[Objet]) -> Iterator[str]:
    """Whatever speaks of a cluster of databases speaks of one that is there."""
    grappes = {grappe["metadata"]["name"] for grappe in _de(tous, "Cluster")}
    for objet in tous:
        for ou, nommee in _grappes(objet):
            if nommee not in grappes:
                yield f"{nom(objet)} : {ou} nomme les bases {nommee}, qui n'existent pas"


def _grappes(objet: Objet) -> Iterator[tuple[str, str]]:
    """Yields where an object names a cluster of databases, and which."""
    if objet["kind"] in ("Database", "ScheduledBackup"):
        yield "cluster", objet["spec"]["cluster"]["name"]
    elif objet["kind"] == "NetworkPolicy":
        yield from (("sa règle", grappe) for grappe in re.findall(r"cnpg\.io/cluster': '([^']+)'", str(objet["spec"])))
    elif objet["kind"] in CHARGES:
        adresses = re.findall(r"@([^/]+?)(?:-essai)?-rw/", str(conteneurs(objet)))
        for adresse in adresses:
            yield from (("une adresse", base) for base in (_bases_dites(objet) if adresse == "$(BASE)" else {adresse}))
        yield from (
            ("l'autorité", grappe) for grappe in re.findall(r"'([^']+-base[^']*)-ca'", str(pod(objet)["volumes"]))
        )


def _essai(tous: list[Objet]) -> Iterator[str]:
    """Databases that are backed up are restored now and then, by who may remove nothing but what it made."""
    essais = [tache for tache in _de(tous, "CronJob") if "eprouver" in str(conteneurs(tache))]
    for sauvegarde in _de(tous, "ScheduledBackup"):
        if not essais:
            yield f"{nom(sauvegarde)} : personne n'essaie de la restaurer"
    for tache in essais:
        siennes = tache["spec"]["jobTemplate"].get("metadata", {}).get("labels", {})
        if not modele(tache)["metadata"]["labels"].items() <= siennes.items():
            yield f"{nom(tache)} : ses tâches ne portent pas ses étiquettes, et rien ne les trouve"
        compte = pod(tache)["serviceAccountName"]
        roles = {
            lien["roleRef"]["name"]
            for lien in _de(tous, "RoleBinding")
            if any(sujet["name"] == compte for sujet in lien["subjects"])
        }
        regles = [r for role in _de(tous, "Role") if role["metadata"]["name"] in roles for r in role["rules"]]
        permis = {(v, n) for r in regles for v in r["verbs"] for n in r.get("resourceNames", ["*"])}
        if permis != {("get", "*"), ("create", "*"), *(("delete", f"{base}-essai") for base in _bases_dites(tache))}:
            yield f"{nom(tache)} : son compte peut trop, ou trop peu"


def _connexions(tous: list[Objet]) -> Iterator[str]:
    """The databases take as many connections as the processes may open, while a version takes the place of another."""
    plafonds = {
        o["spec"]["scaleTargetRef"]["name"]: o["spec"]["maxReplicas"] for o in _de(tous, "HorizontalPodAutoscaler")
    }
    plafonds |= {o["spec"]["scaleTargetRef"]["name"]: o["spec"]["maxReplicaCount"] for o in _de(tous, "ScaledObject")}
    processus = 0
    for charge in _de(tous, "Deployment"):
        if _est_un_service(charge):
            au_plus = plafonds.get(charge["metadata"]["name"], charge["spec"].get("replicas"))
            if isinstance(au_plus, int):  # else its schema says so
                processus += au_plus + charge["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    for grappe in _de(tous, "Cluster"):
        permises = int(grappe["spec"]["postgresql"]["parameters"]["max_connections"])
        if permises < (besoin := processus * _CONNEXIONS + _AUTRES):
            yield f"{nom(grappe)} : {permises} connexions, quand {besoin} peuvent être ouvertes"


def _journaux(tous: list[Objet]) -> Iterator[str]:
    """What is kept for an instance that is away leaves room on the volume of the others, which would else stop too."""
    for grappe in _de(tous, "Cluster"):
        gardes = grappe["spec"]["postgresql"]["parameters"].get("max_slot_wal_keep_size")
        place = int(grappe["spec"]["walStorage"]["size"].removesuffix("Gi"))
        if gardes is None or int(gardes.removesuffix("GB")) + _A_COTE > place * _PLEIN:
            yield f"{nom(grappe)} : ce qu'une instance absente fait garder remplirait le volume des journaux"


def _choisit(selecteur: Objet, etiquettes: dict[str, str]) -> bool:
    egales = selecteur.get("matchLabels", {}).items() <= etiquettes.items()
    parmi = selecteur.get("matchExpressions", [])
    return egales and all(
        e["key"] in etiquettes if e["operator"] == "Exists" else etiquettes.get(e["key"]) in e["values"] for e in parmi
    )
