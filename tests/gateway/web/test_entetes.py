"""What every page says to the browser, how its cookies are kept, and whence a form is taken: without a service."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, redirect
from werkzeug.test import Client

from commun.config import config
from commun.domain.errors import Indisponible, TropDeRequetes
from gateway import auth
from gateway.app import creer_application
from gateway.web import reprise, site, surete
from gateway.web.ecrans import proconnect

ICI = {"Origin": "http://localhost"}


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Flask]]:
    """Makes the application of a deployment at this address."""

    def creer(adresse: str) -> Flask:
        monkeypatch.setenv("CERES_URL_PUBLIQUE", adresse)
        config.cache_clear()
        return creer_application()

    yield creer
    monkeypatch.undo()
    config.cache_clear()


@pytest.mark.parametrize("adresse", ["/connexion", "/accessibilite", "/jures", "/nulle-part"])
def test_ce_que_chaque_page_dit_au_navigateur(passant: Client, adresse: str) -> None:
    entetes = passant.get(adresse, headers={"Accept": "text/html"}).headers
    permis = dict(regle.split(" ", 1) for regle in entetes["Content-Security-Policy"].split("; "))
    assert permis["default-src"] == permis["base-uri"] == permis["frame-ancestors"] == "'none'"
    assert permis.pop("img-src") == "'self' data:"
    assert {quoi: d_ou for quoi, d_ou in permis.items() if d_ou != "'none'"} == dict.fromkeys(
        ("script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action"), "'self'"
    )
    assert (entetes["X-Frame-Options"], entetes["Cross-Origin-Opener-Policy"]) == ("DENY", "same-origin")
    assert (entetes["Referrer-Policy"], entetes["X-Content-Type-Options"]) == ("same-origin", "nosniff")
    assert entetes["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("adresse", "chiffre"), [("https://ceres.exemple.fr", True), ("http://localhost", False)])
def test_ce_qui_est_garde_ne_sort_ni_en_clair_ni_par_un_script(
    application: Callable[[str], Flask], adresse: str, chiffre: bool
) -> None:
    """The connection, what waits to be said on the next page, the way to ProConnect and back."""
    ici = application(adresse)
    with ici.test_request_context():
        reponse = surete.poser_cookie(redirect("/"), "secret")
        proconnect._poser(reponse, "ceres_proconnect_fin", "preuve", path="/connexion/proconnect")
        otee = surete.oter_cookie(redirect("/"))
    perdue = ici.test_client().post("/jures/nouveau", data={"nom": "Martin"}, headers=ICI)
    assert (perdue.headers.get("Strict-Transport-Security") == "max-age=31536000") is chiffre
    poses = [c for r in (reponse, otee, perdue) for c in r.headers.getlist("Set-Cookie")]
    connexion, avis = ("__Host-ceres_connexion", "__Host-ceres_avis") if chiffre else ("ceres_connexion", "ceres_avis")
    assert [c.split("=")[0] for c in poses] == [connexion, "ceres_proconnect_fin", connexion, avis]
    for cookie in poses:
        dits = cookie.split("; ")
        assert {"HttpOnly", "SameSite=Lax"} <= set(dits)
        assert ("Secure" in dits) is chiffre
        assert ("Path=/connexion/proconnect" if cookie.startswith("ceres_proconnect") else "Path=/") in dits
    assert f"{connexion}=;" in poses[2]


def test_un_site_voisin_ne_donne_pas_sa_connexion(application: Callable[[str], Flask]) -> None:
    """Another of the same domain sets cookies for all of it: who came here acted, unknowing, in an account not his."""
    with application("https://ceres.exemple.fr").test_request_context(headers={"Cookie": f"{surete.COOKIE}=la-sienne"}):
        surete.reconnaitre()
        assert (site.g.acteur, site.g.secret) == (None, "")
    with application("https://ceres.exemple.fr").test_request_context(headers={"Cookie": "__Host-ceres_proconnect=x"}):
        assert surete.recu("ceres_proconnect") == "x"


@pytest.mark.parametrize(
    ("entetes", "statut"),
    [
        (ICI, 303),
        (ICI | {"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        (ICI | {"Sec-Fetch-Site": "cross-site"}, 403),
        (ICI | {"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost.ailleurs.example"}, 403),
        ({"Origin": "http://localhost:8080"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_un_formulaire_n_est_pris_que_de_nos_pages(passant: Client, entetes: dict[str, str], statut: int) -> None:
    assert passant.post("/deconnexion", headers=entetes).status_code == statut


def test_demander_les_en_tetes_de_la_connexion_n_est_pas_s_identifier(passant: Client) -> None:
    """HEAD goes by no door, and comes from no page of ours: sixty at once, each with a password, held all the pages."""
    saisie = {"identifiant": "ud-demo", "mot_de_passe": "demo"}
    for entetes in ({}, ICI):
        assert passant.head("/connexion", data=saisie, headers=entetes).status_code == 200


def test_une_saisie_trop_longue_a_relire_n_attend_pas_qui_s_identifie(flask: Flask, passant: Client) -> None:
    """Seen holding the processor for three seconds, whoever sends it: eight megabytes of « < », each of which a page
    carries as three signs to be read again; or a quarter of a million fields, in the one that carries them."""
    forme: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded", "headers": ICI}
    for signe, statut in (("<", 303), ("a", 401)):
        saisie = f"_cle=x&nom={signe * 600_000}"
        assert passant.post("/jures/nouveau", data=saisie, **forme).status_code == statut
    for champs, gardes in ((60_000, 0), (2, 2)):
        portee = {reprise.SAISIE: "&".join(["a=b"] * champs)}
        with flask.test_request_context("/connexion", method="POST", data=portee):
            assert len(reprise.champs(reprise.saisie_portee())) == gardes


def test_une_partie_de_page_demandee_trop_tard_mene_a_la_connexion(passant: Client) -> None:
    """htmx would put the sign-in page inside the one that asks."""
    reponse = passant.get("/jures?q=x", headers={"HX-Request": "true"})
    assert (reponse.status_code, reponse.headers["HX-Redirect"]) == (204, "/connexion?suite=/jures?q%3Dx")


def test_une_page_dit_quand_reessayer(flask: Flask) -> None:
    """Seen told of « tentatives », and to wait for a minute, of a third file that ends in a few seconds."""
    with flask.test_request_context():
        surete.reconnaitre()
        site.g.requete = "r-1"
        refus = site.montrer(TropDeRequetes("Vous recevez déjà 3 fichiers.", reessayer_dans=7))
    assert (refus.status_code, refus.headers["Retry-After"]) == (429, "7")
    lue = refus.get_data(as_text=True)
    assert "<h1>Trop de demandes à la fois</h1>" in lue and "minute" not in lue


def test_une_panne_ne_lit_pas_un_formulaire_que_rien_n_a_borne(flask: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen read whole, 8 s of a processor, from somebody whom nobody could recognize."""

    def en_panne(*_: object, **__: object) -> None:
        raise Indisponible()

    monkeypatch.setattr(auth, "porteur_de", en_panne)
    lui = flask.test_client()
    lui.set_cookie(surete.COOKIE, "x" * 40)
    refusee = lui.post("/candidats/nouveau", data={"_cle": "x", "nom_naissance": "Panne"}, headers=ICI)
    assert (refusee.status_code, "Panne" in refusee.text) == (503, False)
