"""Two gateways before two of each service: what one was told, the other knows; nobody knows which one answers him."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from commun.storage.db import nouvel_id
from demo import comptes
from tests.gateway.web.visiteur import Visiteur
from tests.outils.bases import au_service
from tests.pannes.suites.pays import Pays

Deux = tuple[httpx.Client, httpx.Client]


@pytest.fixture
def deux(pays: Pays) -> Iterator[Deux]:
    """One client of each gateway, signed in as the UD at the first one."""
    with httpx.Client(timeout=30) as un, httpx.Client(timeout=30) as autre:
        for client, url in zip((un, autre), pays.passerelles, strict=True):
            client.base_url = f"{url}/api/v1"
        jeton = un.post("/jetons", json={"identifiant": "ud-demo", "mot_de_passe": "demo"}).json()["jeton"]
        for client in (un, autre):
            client.headers["Authorization"] = f"Bearer {jeton}"
        yield un, autre


def test_un_jeton_vaut_et_cesse_de_valoir_partout(deux: Deux) -> None:
    un, autre = deux
    assert autre.get("/moi").json()["identifiant"] == "ud-demo"
    un.post("/jetons/revocation", json={}).raise_for_status()
    assert autre.get("/moi").status_code == 401


def test_une_cle_vaut_partout_et_une_version_aussi(deux: Deux, pays: Pays) -> None:
    corps, cle = pays.monde.corps_jure(), {"Idempotency-Key": nouvel_id()}

    def creer(rang: int) -> tuple[int, str]:
        while (r := deux[rang % 2].post("/jures", json=corps, headers=cle)).status_code == 503:
            pass  # who waited too long behind the others comes back, as he was told
        return r.status_code, r.json()["id"]

    with ThreadPoolExecutor(8) as fils:
        ((_, jure),) = set(fils.map(creer, range(8)))
    un, autre = deux
    vue = un.get(f"/jures/{jure}")
    si_vue = {"If-Match": vue.headers["ETag"]}
    autre.patch(f"/jures/{jure}", json={"prenom": "Zoé"}, headers=si_vue).raise_for_status()
    assert un.get(f"/jures/{jure}").json()["prenom"] == "Zoé"
    assert un.patch(f"/jures/{jure}", json={"prenom": "Alix"}, headers=si_vue).status_code == 412


def test_ce_qui_se_fait_a_une_passerelle_s_entend_a_l_autre(deux: Deux, pays: Pays) -> None:
    un, autre = deux
    habilitation = pays.monde.jure_habilite()["habilitation"]["id"]
    with un.stream("GET", "/messages/flux") as flux:
        lignes = flux.iter_lines()
        while "non_lus" not in next(lignes):
            pass
        autre.post(f"/habilitations/{habilitation}/suspendre", json={"confirmer": ["HAB-04"]}).raise_for_status()
        while habilitation not in next(lignes):
            pass


def test_les_essais_se_comptent_ensemble(deux: Deux, pays: Pays) -> None:
    corps, debut = {"identifiant": f"essaye-{nouvel_id()}", "mot_de_passe": "faux"}, time.monotonic()
    with au_service("gateway", pays.pile.bases["gateway"].url):  # whose password is compared in no time
        comptes.creer(corps["identifiant"], "Un compte qu'on essaie", comptes.NATIONAL)
    with ThreadPoolExecutor(4) as fils:
        statuts = Counter(fils.map(lambda n: deux[n % 2].post("/jetons", json=corps).status_code, range(24)))
    rendus = (time.monotonic() - debut) / 30  # one more try every thirty seconds
    assert set(statuts) == {401, 429}
    assert 20 <= statuts[401] <= 20 + rendus


def test_un_formulaire_servi_par_l_une_s_envoie_a_l_autre(pays: Pays) -> None:
    un, autre = pays.passerelles
    visiteur = Visiteur(un, "ud-demo")
    page = visiteur.ouvrir("/jures/nouveau")
    visiteur.http.base_url, visiteur.http.headers["Origin"] = httpx.URL(autre), autre
    renvoyee = visiteur.envoyer(page, "Enregistrer")
    assert renvoyee.statut == 422, renvoyee.texte[:500]
