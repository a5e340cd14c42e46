"""From HTTP to a call and back: what every answer bears, and what no request can do."""

import codecs
import io
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest
from flask import Flask

from commun.domain.errors import Invalide
from commun.schemas.forms import charger
from gateway import dispatch
from gateway.api.table import PAR_OPERATION
from gateway.app import Requete
from tests.conftest import Systeme
from tests.gateway.conftest import CENTRE, NATIONAL, Client, refuse
from tests.outils.attente import attendre

Creer = Callable[..., Client]


def test_l_identifiant_de_requete_revient_ou_nait(anonyme: httpx.Client) -> None:
    en_accolades = ("{4d2d0468-e75e-4d52-958a-152c497aa12d}", "(4d2d0468)", "poste-12#3")
    for bon in ("a.B:1-2_3", "Root=1-67891233-abcdef;Sampled=1", "|4bf92f.1,2~@", "ab+/==", "x" * 200, *en_accolades):
        assert anonyme.get("/moi", headers={"X-Request-Id": bon}).headers["x-request-id"] == bon
    for mauvais in ("", "x" * 201, "a b", "<script>", "é" * 3):
        ne = anonyme.get("/moi", headers={b"X-Request-Id": mauvais.encode()}).headers["x-request-id"]
        assert ne != mauvais and len(ne) == 36


def test_la_requete_se_suit_jusque_dans_les_services(client: Creer, systeme: Systeme) -> None:
    requete = f"suivie-{client().compte_id}"
    client().http.get("/titres", headers={"X-Request-Id": requete})

    def suivie() -> bool:
        journaux = {j.stem for j in systeme.journaux.glob("*.log") if requete in j.read_text(errors="replace")}
        return journaux >= {"gateway", "referentiel"}

    attendre(suivie)


def test_ce_que_porte_chaque_reponse(anonyme: httpx.Client) -> None:
    for reponse in (anonyme.get("/openapi.json"), anonyme.get("/moi"), anonyme.get("/nulle-part")):
        assert reponse.headers["cache-control"] == "no-store"
        assert reponse.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "chemin",
    [
        "/nulle-part",
        "/titres/x/y/z/t",
        "/../etc/passwd",
        "/%00",
        "/moi/%2e%2e",
        "/moi/%0A",
        "//moi",
        "/jures/..%2F/emplois",
    ],
)
def test_une_adresse_inconnue(anonyme: httpx.Client, chemin: str) -> None:
    refuse(anonyme.get(chemin), 404, "INTROUVABLE")


def test_une_ligne_en_ipv6_demande_une_inscription_comme_une_seule_adresse() -> None:
    """From one, somebody had a thousand mails leave in an hour, after which nobody's subscription did."""
    sources = []
    for adresse in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "198.51.100.7"):
        with Flask("essai").test_request_context(method="POST", json={}, environ_base={"REMOTE_ADDR": adresse}):
            sources.append(dispatch._entree(PAR_OPERATION["POST /abonnements"])["source"])
    assert sources[0] == sources[1] != sources[2]


def test_une_methode_qui_n_est_pas_la(anonyme: httpx.Client) -> None:
    reponse = anonyme.delete("/moi")
    refuse(reponse, 405, "METHODE")
    assert "GET" in reponse.headers["allow"]


@pytest.mark.parametrize(
    "brut",
    [
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff\xfe",
        b"NaN",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'"\\ud800"',
        b"[" * 2000 + b"]" * 2000,
        b'{"a":' * 400 + b"1" + b"}" * 400,
    ],
)
def test_un_corps_illisible_est_invalide(anonyme: httpx.Client, brut: bytes) -> None:
    reponse = anonyme.post("/jetons", content=brut, headers={"Content-Type": "application/json"})
    assert refuse(reponse, 422, "INVALIDE")["erreurs"] == {"_schema": ["Un objet JSON lisible est attendu ici."]}


@pytest.mark.parametrize("mauvais", ["a\x00b", "\x00"])
def test_un_caractere_nul_est_invalide_dans_le_corps_comme_dans_l_adresse(client: Creer, mauvais: str) -> None:
    alice = client(NATIONAL)
    corps = {"identifiant": mauvais, "mot_de_passe": "x"}
    assert "identifiant" in refuse(alice.http.post("/jetons", json=corps), 422, "INVALIDE")["erreurs"]
    assert "q" in refuse(alice.http.get("/titres", params={"q": mauvais}), 422, "INVALIDE")["erreurs"]
    for chemin in ("/titres/%00", "/jures/%00", "/versions/1%00"):
        refuse(alice.http.get(chemin), 404, "INTROUVABLE")


@pytest.mark.parametrize("filtres", ["q=%ff%fe", "q=%ed%a0%80", "page=9" + "9" * 40, "page=x", "page=-1", "autre=1"])
def test_une_adresse_tordue_a_sa_reponse(client: Creer, filtres: str) -> None:
    assert client(NATIONAL).http.get(f"/titres?{filtres}").status_code in (200, 422)


def test_un_corps_trop_gros_est_refuse_avant_d_etre_lu(anonyme: httpx.Client) -> None:
    gros = b'{"identifiant": "x"}' + b" " * 1_100_000  # what is left of it, cut, would be read
    for reponse in (anonyme.post("/jetons", content=c) for c in (gros, par_morceaux(gros))):
        assert refuse(reponse, 422, "INVALIDE")["erreurs"] == {
            "_schema": ["Ce que vous envoyez est trop volumineux : 1 Mo au plus."]
        }


def test_un_corps_par_morceaux_est_lu(client: Creer) -> None:
    """What its client cannot measure beforehand: a compressed stream, a file, here with the mark that Windows sets."""
    alice = client()
    corps = codecs.BOM_UTF8 + orjson.dumps({"liste": "jures", "nom": "Par morceaux", "parametres": {"q": "x" * 200}})
    reponse = alice.http.post("/filtres", content=par_morceaux(corps, 7))
    assert reponse.request.headers["transfer-encoding"] == "chunked"
    assert (reponse.status_code, reponse.json()["nom"]) == (201, "Par morceaux")
    un_autre = alice.http.post("/filtres", json={"liste": "jures", "nom": "Autre", "parametres": {}})
    assert un_autre.status_code == 201  # on the same connection: nothing of the body was left in it


@pytest.mark.parametrize(
    ("profil", "adresse", "limite"), [(CENTRE, "/candidats/import", 5), (NATIONAL, "/abonnes/import", 3)]
)
@pytest.mark.parametrize("morceaux", [False, True])
def test_un_fichier_a_la_limite_de_son_adresse(
    client: Creer, profil: dict[str, Any], adresse: str, limite: int, morceaux: bool
) -> None:
    """Over 12 MB, the bus itself would close the line of every call of the gateway."""
    entete = b'--limite\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\n'
    en_tetes = {"Content-Type": "multipart/form-data; boundary=limite"}
    phrase = f"Ce fichier est trop volumineux : {limite} Mo au plus."
    lui = client(profil)
    for taille in (limite * 1_000_000, limite * 1_000_000 + 1, 13_000_000, 21_000_000):
        corps = entete + b"x" * taille + b"\r\n--limite--\r\n"
        contenu = par_morceaux(corps) if morceaux else corps
        dit = refuse(lui.http.post(adresse, content=contenu, headers=en_tetes), 422, "INVALIDE")
        assert ((dit["detail"], dit["erreurs"]) == (phrase, {"fichier": [phrase]})) is (taille > limite * 1_000_000)


@pytest.mark.parametrize(
    ("nom", "lu"),
    [
        ("�l�ves.csv", "?l?ves.csv"),  # archives opened on another system leave such names
        (f"{'a' * 251}.csv", "a" * 200),  # as long as Windows lets one be
    ],
)
def test_le_nom_d_un_fichier_ne_refuse_pas_ce_qu_il_tient(nom: str, lu: str) -> None:
    """Nobody could tell what of the file was at fault."""
    envoi = {"data": {"fichier": (io.BytesIO(b"x"), nom)}, "content_type": "multipart/form-data"}
    route = PAR_OPERATION["POST /candidats/import"]
    with Flask("essai").test_request_context(method="POST", **envoi):  # type: ignore[arg-type]
        recu = dispatch.fichier_recu(route)
    assert recu == {"fichier": "eA==", "nom": lu}
    assert route.corps
    assert charger(route.corps, recu)["nom"] == lu


def test_un_fichier_sans_nom_dit_qu_il_en_faut_un() -> None:
    """Libraries of some languages give none unless told to: « Ce fichier n'est pas lisible. » sent to look into it."""
    envoi = {"data": {"fichier": "Nom;Prénoms\n"}, "content_type": "multipart/form-data"}
    with (
        Flask("essai").test_request_context(method="POST", **envoi),  # type: ignore[arg-type]
        pytest.raises(Invalide, match="Envoyez ce fichier avec son nom"),
    ):
        dispatch._entree(PAR_OPERATION["POST /candidats/import"])


def test_les_codes_que_l_essai_donne_ligne_par_ligne_se_renvoient_tels_quels() -> None:
    """Sent back as they came, those of sixty lines were refused: more than fifty codes."""
    route = PAR_OPERATION["POST /candidats/import"]
    envoi = {"fichier": (io.BytesIO(b"x"), "x.csv"), "confirmer": ["CAN-04"] * 60 + ["CAN-05, CAN-04"]}
    with Flask("essai").test_request_context(method="POST", data=envoi, content_type="multipart/form-data"):
        corps = dispatch._entree(route)["corps"]
    assert route.corps
    assert charger(route.corps, corps)["confirmer"] == ["CAN-04", "CAN-05"]


@pytest.mark.parametrize(
    ("adresse", "autour", "fichiers", "faute"),
    [
        ("?essai=true", {"essai": "false"}, 1, {"essai": ["Indiquez une seule valeur."]}),
        ("", {"essai": ["true", "false"]}, 1, {"essai": ["Indiquez une seule valeur."]}),
        ("?parcours=vae", {"parcours": "formation"}, 1, {"parcours": ["Indiquez une seule valeur."]}),
        ("", {}, 2, {"fichier": ["Envoyez un seul fichier à la fois."]}),
        ("?essai=true", {"essai": "true"}, 1, None),
    ],
)
def test_un_import_qui_dit_deux_choses_n_en_fait_aucune(
    client: Creer, adresse: str, autour: dict[str, Any], fichiers: int, faute: dict[str, list[str]] | None
) -> None:
    """Seen: a trial asked for in the address imported, where the form denied it; a second file was left out unsaid."""
    envoi = [("fichier", (f"{n}.csv", b"nom\n")) for n in range(fichiers)]
    erreurs = refuse(
        client(CENTRE).http.post(f"/candidats/import{adresse}", files=envoi, data=autour), 422, "INVALIDE"
    )["erreurs"]
    assert (erreurs == faute) is (faute is not None), erreurs


def test_un_fichier_dit_deux_fois_sous_deux_noms_est_refuse(client: Creer) -> None:
    """Seen left out, where the other was under another name, or was a text."""
    un = ("fichier", ("un.csv", b"nom\n"))
    http = client(CENTRE).http
    for envoi in (
        http.post("/candidats/import", files=[un, ("autre", ("deux.csv", b"nom\n"))]),
        http.post("/candidats/import", files=[un], data={"fichier": "bm9tCg=="}),
    ):
        assert refuse(envoi, 422, "INVALIDE")["erreurs"] == {"fichier": ["Envoyez un seul fichier à la fois."]}


def test_des_methodes_inventees_ne_font_qu_une_serie_de_mesures(systeme: Systeme) -> None:
    """Each was one for ever, of whoever asks, signed in or not."""
    for methode in ("PROPFIND", "ZZ1"):
        assert httpx.request(methode, f"{systeme.url}/api/v1/jures", timeout=30).status_code == 405
    mesures = httpx.get(f"http://127.0.0.1:{systeme.ports['gateway']}/metrics", timeout=30).text
    assert ('methode="AUTRE"' in mesures, "PROPFIND" in mesures, "ZZ1" in mesures) == (True, False, False)


def test_un_compte_fait_lire_quatre_fichiers_a_la_fois(client: Creer) -> None:
    """Seen failing: thirty imports of one account held every worker of the gateway, and it answered nobody."""
    lui = client(CENTRE)
    blanc = b"nom\n" * 2 + b"\n" * 300_000

    def importer(contenu: bytes) -> httpx.Response:
        return lui.http.post("/candidats/import", files={"fichier": ("c.csv", contenu)})

    with ThreadPoolExecutor(6) as fils:
        reponses = sorted(fils.map(importer, [blanc] * 6), key=lambda r: r.status_code)
    assert [r.status_code for r in reponses] == [422, 422, 422, 422, 429, 429]
    dit = refuse(reponses[-1], 429, "TROP_DE_REQUETES")["detail"]
    assert dit == "4 fichiers que vous avez envoyés se lisent déjà : attendez que l'un d'eux soit lu."
    assert importer(b"nom\n").status_code == 422  # what was read has given its place back


def par_morceaux(corps: bytes, taille: int = 65536) -> Iterator[bytes]:
    for debut in range(0, len(corps), taille):
        yield corps[debut : debut + taille]


@pytest.mark.parametrize("cle", ["x" * 201, "avec espace", "accentué", "\x7f"])
def test_une_cle_mal_formee_est_invalide(client: Creer, cle: str) -> None:
    reponse = client().http.post("/jetons/revocation", headers={"Idempotency-Key": cle.encode()})  # type: ignore[dict-item]
    assert "Idempotency-Key" in refuse(reponse, 422, "INVALIDE")["erreurs"]


def test_la_meme_cle_rend_la_meme_reponse_et_pas_pour_un_autre_corps(client: Creer) -> None:
    alice, cle = client(), {"Idempotency-Key": "c-1"}
    preferences = {"profil_par_defaut": None, "messages": []}
    reglees = alice.http.put("/moi/preferences", json=preferences, headers=cle).json()
    assert reglees["version"] == 2
    autres = {"messages": [{"genre": "jure_inactive", "application": True, "courriel": True}]}
    for _ in range(2):
        assert alice.http.put("/moi/preferences", json=preferences, headers=cle).json() == reglees
    assert len(alice.sql("SELECT 1 FROM traces WHERE objet_id = %s AND action = 'preferences'", alice.compte_id)) == 1
    avec_confirmation = preferences | {"confirmer": ["X"]}  # is no part of what is compared
    assert alice.http.put("/moi/preferences", json=avec_confirmation, headers=cle).json() == reglees
    autre = refuse(alice.http.put("/moi/preferences", json=autres, headers=cle), 422, "INVALIDE")
    assert "Idempotency-Key" in autre["erreurs"]
    assert client().http.put("/moi/preferences", json=autres, headers=cle).status_code == 200


@pytest.mark.parametrize(
    "jour", ["2026-02-29", "demain", "20260115", "2026-1-5", "0000-00-00", "0001-01-01", "9999-12-31"]
)
def test_une_date_simulee_impossible_est_invalide(client: Creer, jour: str) -> None:
    reponse = client().http.get("/titres", headers={"X-Date-Simulee": jour})
    assert "X-Date-Simulee" in refuse(reponse, 422, "INVALIDE")["erreurs"]


def test_une_date_simulee_passe(client: Creer) -> None:
    jour = date(2024, 2, 29).isoformat()
    assert client().http.get("/titres", headers={"X-Date-Simulee": jour}).status_code == 200


def test_le_droit_se_verifie_avant_le_corps(client: Creer) -> None:
    """403 comes first, whatever is wrong with the rest."""
    ud = client()
    faux = {"If-Match": '"x"', "X-Date-Simulee": "demain", "Idempotency-Key": "a b"}
    refuse(ud.http.post("/titres", content=b"{", headers=faux), 403, "DROIT")


@pytest.mark.parametrize(
    "requete",
    [
        b"GET /api/v1/moi HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \x00\r\n\r\n",
        b"GET /api/v1/titres?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/jetons HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/jetons HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /api/v1/jetons HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["nul", "octet", "longueur négative", "longueur texte", "morceaux faux", "TLS"],
)
def test_des_octets_quelconques_ne_font_pas_tomber(systeme: Systeme, anonyme: httpx.Client, requete: bytes) -> None:
    lieu = urlsplit(systeme.url)
    with socket.create_connection((lieu.hostname, lieu.port or 80), timeout=3) as prise:
        prise.sendall(requete)
        prise.shutdown(socket.SHUT_WR)
        premiere = prise.recv(4096).split(b"\r\n")[0]
    assert b" 500 " not in premiere
    assert anonyme.get("/openapi.json").status_code == 200


def test_rien_de_personnel_dans_le_journal(client: Creer, systeme: Systeme) -> None:
    alice = client()
    alice.http.get("/titres", params={"q": "MonsieurUntel"})
    alice.http.post("/jetons", json={"identifiant": "MonsieurUntel", "mot_de_passe": "SonMotDePasse"})
    alice.http.get("/jures/MonsieurUntel")
    journal = (systeme.journaux / "gateway.log").read_text(errors="replace")
    for secret in ("MonsieurUntel", "SonMotDePasse", alice.jeton):
        assert secret not in journal


def test_vivant_et_pret(systeme: Systeme) -> None:
    assert orjson.loads(httpx.get(f"{systeme.url}/sante/vivant", timeout=30).content) == {"statut": "ok"}
    pret = httpx.get(f"{systeme.url}/sante/pret", timeout=30)
    assert pret.status_code == 200
    dependances = pret.json()["dependances"]
    assert dependances.keys() >= {f"service {nom}" for nom in systeme.bases if nom != "gateway"}
    assert set(dependances.values()) == {"ok"}
    assert httpx.get(f"{systeme.url}/api/v1/sante/vivant", timeout=30).status_code == 404


@pytest.mark.parametrize("adresse", ["q=am%E9lie&statut=&q=a+b", b"q=am\xe9lie&statut=&q=a+b".decode("latin-1")])
def test_une_adresse_qui_n_est_pas_en_utf_8_perd_ses_lettres(adresse: str) -> None:
    """So that its form refuses it: nobody is called « am%E9lie », and the byte itself was an error of ours."""
    lue = Requete({"QUERY_STRING": adresse})
    assert lue.args.to_dict(flat=False) == {"q": ["am\ufffdlie", "a b"], "statut": [""]}
    assert lue.full_path.endswith("&statut=&q=a+b")
