"""ProConnect, with a real OpenID Connect provider: which account it opens, and how one comes in and goes out."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import pytest

from commun.storage.db import nouvel_id
from gateway import proconnect
from local.ports import port_libre
from tests.gateway.openid import Fournisseur, parametres
from tests.gateway.passerelle import RACINE, Passerelle, lancee
from tests.outils.ordres import Fait, ordre


@pytest.fixture
def invite(passerelle: Passerelle, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes an address invited to a profil. Returns the secret of its link."""

    def inviter(courriel: str) -> str:
        jeton = f"lien-{courriel}"
        passerelle.sql(
            "INSERT INTO comptes (id, identifiant, nom, courriel) VALUES (%s, 'chef', 'Chef', 'chef@exemple.fr') "
            "ON CONFLICT DO NOTHING",
            CHEF,
        )
        passerelle.sql(
            "INSERT INTO invitations (id, courriel, type, libelle, departement, region, administrateur, invite_par, "
            "empreinte, expire_le) VALUES (gen_random_uuid(), %s, 'UD', 'UD 75', '75', '11', false, %s, %s, "
            "now() + interval '1 day')",
            courriel,
            CHEF,
            hashlib.sha256(jeton.encode()).digest(),
        )
        return jeton

    return inviter


CHEF = "0190a8c0-0000-7000-8000-0000000000c4"


def test_le_lien_d_une_invitation_relie_l_identite_et_elle_seule_ensuite(
    passerelle: Passerelle, invite: Callable[[str], str]
) -> None:
    """By its `sub`, whatever its address becomes; and a link that served opens nothing to another."""
    jeton = invite("nadia@exemple.fr")
    page = httpx.get(
        f"{passerelle.fournisseur.passerelle}/api/v1/invitations/acceptation/{jeton}",
        headers={"Accept": "text/html"},
        timeout=30,
    )
    assert f'href="/connexion/proconnect?invitation={jeton}"' in page.text
    navigateur, reponse = passerelle.entrer("nadia~privee@ailleurs.fr~non", invitation=jeton, suite="/jures?q=x")
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/jures?q=x")
    assert passerelle.compte(navigateur) == "nadia@exemple.fr"
    cookie = reponse.headers.get_list("set-cookie")[0]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert passerelle.sql("SELECT nom, mot_de_passe, sujet FROM comptes WHERE identifiant = 'nadia@exemple.fr'") == [
        ("Aïcha Nouvelle", None, "nadia~privee@ailleurs.fr~non")
    ]
    encore, _ = passerelle.entrer("nadia~privee@ailleurs.fr~non")
    assert passerelle.compte(encore) == "nadia@exemple.fr"
    autre, refus = passerelle.entrer("mallory~nadia@exemple.fr~oui", invitation=jeton)
    assert (refus.status_code, passerelle.compte(autre)) == (404, None)
    autre, refus = passerelle.entrer("mallory~nadia@exemple.fr~oui")
    assert (refus.status_code, passerelle.compte(autre)) == (401, None)
    traces = (
        "SELECT action FROM traces JOIN comptes ON comptes.id::text = objet_id WHERE identifiant = %s ORDER BY rang"
    )
    assert passerelle.sql(traces, "nadia@exemple.fr") == [("accepter_invitation",), ("relier",)]


def test_l_exploitation_remet_le_lien_qui_relie_un_compte(passerelle: Passerelle, invite: Callable[[str], str]) -> None:
    """ProConnect says of no address that it is verified, and its `sub` changes with who identifies somebody: seen
    leaving the first account of an installation, then whoever changed provider, nothing to come in by."""
    lea, nouvelle = "lea~lea@exemple.fr~non", "lea-ailleurs~lea@exemple.fr~oui"
    invite("lou@exemple.fr")  # by « chef »

    def lancer(*arguments: str) -> Fait:
        return ordre("comptes", *arguments, **passerelle.fournisseur.reglages(), DATABASE_URL_GATEWAY=passerelle.base)

    def lien(*arguments: str) -> str:
        page = httpx.get(lancer(*arguments).stdout.splitlines()[-1], headers={"Accept": "text/html"}, timeout=30)
        assert ("votre identité ProConnect" in page.text, "Accepter l’invitation" in page.text) == (True, False)
        return page.url.path.rpartition("/")[2]

    premier = lien("creer-national", "lea@exemple.fr", "--nom", "Léa", "--sans-mot-de-passe")
    assert passerelle.entrer(lea)[1].status_code == 401
    avant, _ = passerelle.entrer(lea, invitation=premier)
    assert passerelle.compte(avant) == "lea@exemple.fr"
    _, refus = passerelle.entrer(nouvelle)
    assert (refus.status_code, "relié à une autre identité ProConnect" in refus.text) == (401, True)
    perdu, second = (lien("relier", "Lea@exemple.fr") for _ in range(2))
    assert passerelle.compte(avant) is None
    assert passerelle.entrer(nouvelle, invitation=perdu)[1].status_code == 404
    assert passerelle.compte(passerelle.entrer(nouvelle, invitation=second)[0]) == "lea@exemple.fr"
    assert passerelle.entrer(lea)[1].status_code == 401
    passerelle.sql("UPDATE comptes SET courriel = 'LEA@exemple.fr' WHERE id = %s", CHEF)
    autre = lancer("relier", "chef")  # it would be hers that is bound, and given what this one may do
    passerelle.sql("UPDATE comptes SET courriel = 'chef@exemple.fr' WHERE id = %s", CHEF)
    assert (autre.returncode, "déjà celle d'un autre compte" in autre.stderr) == (1, True), autre.stderr


def test_un_lien_d_ailleurs_mene_a_l_invitation_sans_l_accepter(
    passerelle: Passerelle, invite: Callable[[str], str]
) -> None:
    """Whoever sent his own invitation's link had the identity of who followed it, and all that it was given since."""
    jeton, chez = invite("piege@exemple.fr"), passerelle.fournisseur.passerelle
    for d_ou, ou in (("cross-site", "/api/v1/invitations/acceptation/"), ("none", "/api/v1/"), ("same-origin", "http")):
        lien = f"{chez}/connexion/proconnect?invitation={jeton}"
        depart = httpx.get(lien, headers={"Sec-Fetch-Site": d_ou}, timeout=30)
        assert depart.status_code == 303 and depart.headers["location"].startswith(ou), d_ou
        assert ("set-cookie" in depart.headers) is (d_ou == "same-origin")
    page = httpx.get(f"{chez}/api/v1/invitations/acceptation/{jeton}", headers={"Accept": "text/html"}, timeout=30)
    assert page.status_code == 200 and f"/connexion/proconnect?invitation={jeton}" in page.text


def test_une_adresse_verifiee_suffit_a_l_invite_une_qui_ne_l_est_pas_jamais(
    passerelle: Passerelle, invite: Callable[[str], str]
) -> None:
    invite("omar@exemple.fr")
    navigateur, refus = passerelle.entrer("omar~omar@exemple.fr~non")
    assert refus.status_code == 401 and "demandez une invitation" in refus.text
    assert passerelle.compte(navigateur) is None
    navigateur, _ = passerelle.entrer("omar~OMAR@exemple.fr~oui")
    assert passerelle.compte(navigateur) == "omar@exemple.fr"


def test_qui_n_est_invite_nulle_part_n_entre_pas(passerelle: Passerelle) -> None:
    navigateur, refus = passerelle.entrer("inconnue~inconnue@exemple.fr~oui")
    assert refus.status_code == 401 and "demandez une invitation" in refus.text
    assert passerelle.compte(navigateur) is None
    assert passerelle.sql("SELECT 1 FROM comptes WHERE courriel LIKE 'inconnue%%'") == []


def test_un_compte_desactive_n_entre_plus(passerelle: Passerelle, invite: Callable[[str], str]) -> None:
    invite("paul@exemple.fr")
    passerelle.entrer("paul~paul@exemple.fr~oui")
    passerelle.sql("UPDATE comptes SET actif = false WHERE identifiant = 'paul@exemple.fr'")
    navigateur, refus = passerelle.entrer("paul~paul@exemple.fr~oui")
    assert (refus.status_code, passerelle.compte(navigateur)) == (401, None)


def test_sortir_de_ceres_puis_de_proconnect(passerelle: Passerelle, invite: Callable[[str], str]) -> None:
    invite("rose@exemple.fr")
    navigateur, _ = passerelle.entrer("rose~rose@exemple.fr~oui")
    fin = navigateur.get("/connexion/proconnect/fin")
    assert fin.status_code == 303 and fin.headers["location"].startswith(f"{passerelle.fournisseur.url}/session/end?")
    page = navigateur.get(fin.headers["location"])
    assert page.status_code == 200 and "logout" in page.text  # the provider knows who leaves, and asks
    assert navigateur.get("/connexion/proconnect/fin").headers["location"] == "/connexion"


@pytest.mark.parametrize(("adresse", "qui"), [("/deconnexion", "rita"), ("/mon-compte/deconnexion", "rosa")])
def test_se_deconnecter_mene_jusqu_a_la_sortie_de_proconnect(
    passerelle: Passerelle, invite: Callable[[str], str], adresse: str, qui: str
) -> None:
    """Else the next person at this screen comes in under the same name, by one click."""
    invite(f"{qui}@exemple.fr")
    navigateur, _ = passerelle.entrer(f"{qui}~{qui}@exemple.fr~oui")
    jeton = re.search(r'name="_jeton" value="(\w+)"', navigateur.get("/mon-compte").text)
    assert jeton
    sortie = navigateur.post(adresse, data={"_jeton": jeton[1]}, headers={"Origin": passerelle.fournisseur.passerelle})
    assert (sortie.status_code, sortie.headers["refresh"]) == (200, f"0;url={proconnect.FIN}")
    assert passerelle.compte(navigateur) is None
    assert "Se déconnecter" not in sortie.text
    fin = navigateur.get(proconnect.FIN)
    assert fin.headers["location"].startswith(f"{passerelle.fournisseur.url}/session/end?")


def test_une_saisie_envoyee_trop_tard_attend_proconnect(passerelle: Passerelle, invite: Callable[[str], str]) -> None:
    """It waits in its tab; one signs in in another, and goes on with it."""
    invite("zoe@exemple.fr")
    navigateur, _ = passerelle.entrer("zoe~zoe@exemple.fr~oui")
    chez, choisi = {"Origin": passerelle.fournisseur.passerelle}, nouvel_id()
    saisie = {"_cle": nouvel_id(), "profil_par_defaut": choisi}
    navigateur.cookies.delete("ceres_connexion")
    attente = navigateur.post("/messages/preferences", data=saisie, headers=chez)
    assert (attente.status_code, "Votre connexion a expiré" in attente.text) == (401, True)
    depart = re.search(r'href="(/connexion/proconnect[^"]*)" target="_blank"', attente.text)
    assert depart, attente.text
    retour = navigateur.get(unescape(depart[1])).headers["location"]
    arrivee = navigateur.get(passerelle.fournisseur.identifier(retour, "zoe~zoe@exemple.fr~oui", navigateur))
    assert "dans l’onglet que vous venez de quitter" in navigateur.get(arrivee.headers["location"]).text
    forme = re.search(r'<form method="post" action="/messages/preferences">(.*?)</form>', attente.text, re.S)
    assert forme
    portes = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', forme[1]))
    assert (portes["profil_par_defaut"], portes["_reprise"]) == (choisi, "1")
    ici = navigateur.post("/messages/preferences", data=portes, headers=chez)
    jeton = re.search(r'name="_jeton" value="(\w+)"', ici.text)
    assert jeton
    reprise = navigateur.post("/messages/preferences", data=portes | {"_jeton": jeton[1]}, headers=chez)
    assert (reprise.status_code, f'value="{choisi}" selected' in reprise.text) == (200, True)


def test_une_suite_ailleurs_ramene_chez_nous(passerelle: Passerelle, invite: Callable[[str], str]) -> None:
    invite("sami@exemple.fr")
    _, reponse = passerelle.entrer("sami~sami@exemple.fr~oui", suite="https://ailleurs.exemple.fr/piege")
    assert reponse.headers["location"] == "/"


def test_un_fournisseur_fige_ne_fige_personne(passerelle: Passerelle) -> None:
    """The gateway's threads are green: whoever waits for the provider waits alone, and not for long."""
    navigateur = httpx.Client(base_url=passerelle.fournisseur.passerelle, timeout=15)
    depart = navigateur.get("/connexion/proconnect")
    retour = f"{proconnect.RETOUR}?code=x&state={parametres(depart.headers['location'])['state']}"
    os.kill(passerelle.fournisseur.processus.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as fil:
            attente = fil.submit(navigateur.get, retour)
            time.sleep(0.3)
            debut = time.monotonic()
            assert httpx.get(f"{passerelle.fournisseur.passerelle}/sante/vivant", timeout=10).status_code == 200
            assert time.monotonic() - debut < 2
            assert not attente.done()
            assert attente.result(15).status_code == 503
    finally:
        os.kill(passerelle.fournisseur.processus.pid, signal.SIGCONT)


LENT = """
import eventlet; eventlet.monkey_patch()
import json
from eventlet import wsgi
from commun.config import config
from commun.domain.errors import Indisponible
from gateway import proconnect

def repondre(environ, commencer):
    eventlet.sleep(0.5)
    commencer("200 OK", [("Content-Type", "application/json")])
    ici = config().oidc_emetteur
    publie = {f"{nom}_endpoint": f"{ici}/{nom}" for nom in ("authorization", "token", "userinfo")} | {"issuer": ici}
    return [json.dumps(publie | {"access_token": "x", "token_type": "Bearer"}).encode()]

prise = eventlet.listen(("127.0.0.1", int(config().oidc_emetteur.rpartition(":")[2])))
eventlet.spawn(wsgi.server, prise, repondre, log_output=False)
_, garde = proconnect.depart()
proconnect._lus.clear()
proconnect._EN_TOUT = 1.2
try:
    proconnect.retour({"state": proconnect._attendu(garde)["state"], "code": "x"}, garde)
except Indisponible as refus:
    print(refus.detail)
"""


def test_un_fournisseur_lent_a_chaque_fois_ne_retient_pas_une_page() -> None:
    """Each of its answers comes in time; together they would not."""
    emetteur = {"CERES_OIDC_EMETTEUR": f"http://127.0.0.1:{port_libre()}", "CERES_OIDC_CLIENT": "ceres"}
    env = os.environ | emetteur | {"CERES_OIDC_SECRET": "s" * 32, "CERES_CLE_PRIVEE": "une clé d'essai"}
    commande = [sys.executable, "-W", "ignore", "-c", LENT]
    fait = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, check=False, timeout=300)
    dit_au_journal, dit = fait.stdout.splitlines()
    assert dit == "ProConnect ne répond pas : réessayez dans quelques instants."
    assert "proconnect_injoignable" in dit_au_journal and "panne=Timeout" in dit_au_journal


def test_sans_mot_de_passe_seul_proconnect_ouvre(
    passerelle: Passerelle, fournisseur: Fournisseur, invite: Callable[[str], str]
) -> None:
    """Neither the form nor the API: a right password is refused as a wrong one is, in a sentence that says the way."""
    port, phrase = port_libre(), "La connexion par mot de passe est désactivée sur cette installation"
    with lancee(fournisseur, passerelle.base, CERES_SANS_MOT_DE_PASSE="1", CERES_PORT=str(port)):
        saisie = {"identifiant": "qui.que.ce.soit", "mot_de_passe": "un mot de passe"}
        http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15)
        refus = http.post("/api/v1/jetons", json=saisie)
        assert (refus.status_code, refus.json()["code"], refus.json()["detail"].startswith(phrase)) == (
            403,
            "DROIT",
            True,
        )
        page = http.get("/connexion").text
        assert "Se connecter avec ProConnect" in page and "Mot de passe" not in page
        forcee = http.post("/connexion", data=saisie, headers={"Origin": f"http://127.0.0.1:{port}"})
        assert (forcee.status_code, phrase in forcee.text) == (403, True)
        oubli = http.get("/api/v1/mot-de-passe-oublie", headers={"Accept": "text/html"}).text
        assert ("on se connecte avec ProConnect" in oubli, "<form" in oubli) == (True, False)
        assert http.post("/api/v1/mot-de-passe-oublie", json={"courriel": "uma@exemple.fr"}).status_code == 403
        invite("uma@exemple.fr")
        uma, _ = passerelle.entrer("uma~uma@exemple.fr~oui")
        assert "CERES n’a pas de mot de passe à changer" in uma.get(f"http://127.0.0.1:{port}/mon-compte").text
        passerelle.sql("UPDATE profils SET departement = '77' WHERE libelle = 'UD 75'")  # she may be given it again
        sienne = "SET empreinte = sha256('encore'), acceptee_le = NULL WHERE courriel = 'uma@exemple.fr'"
        passerelle.sql(f"UPDATE invitations {sienne}")
        encore = http.post("/api/v1/invitations/acceptation/encore").json()["message"]
        assert encore == "C'est fait : connectez-vous à CERES avec ProConnect."
        for courriel in ("chef@exemple.fr", "kim@exemple.fr"):  # an account bound to nobody yet; none
            jeton = invite(courriel)
            offre = http.get(f"/api/v1/invitations/acceptation/{jeton}", headers={"Accept": "text/html"}).text
            dits = ("Accepter avec ProConnect", "mot de passe", "Accepter l’invitation")
            assert [dit in offre for dit in dits] == [True, False, False]
            assert ("compte chef" in offre, "relie aussi ce compte" in offre) == (jeton == "lien-chef@exemple.fr",) * 2
        neuf = {"nom": "Kim", "mot_de_passe": "un mot de passe assez long"}
        accepte = http.post(f"/api/v1/invitations/acceptation/{jeton}", json=neuf)
        assert (accepte.status_code, phrase in accepte.json()["detail"]) == (403, True)
    ouverte = httpx.get(f"{fournisseur.passerelle}/connexion", timeout=15).text
    assert "Se connecter avec ProConnect" in ouverte and "Mot de passe" in ouverte
