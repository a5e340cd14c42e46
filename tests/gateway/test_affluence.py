"""Whoever waits for a page passes before whoever waits for a file, or signs in."""

import time
from collections import Counter

import eventlet
import pytest
from amqp.exceptions import AccessRefused
from nameko.web.handlers import HttpRequestHandler
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from commun.config import Config, config
from commun.domain.errors import TropDeRequetes
from gateway import entrees, exports, readiness, serveur, service
from gateway.affluence import Affluence, affluence
from gateway.app import creer_application
from gateway.serveur import Page

_CEDE = exports._CEDE["xlsx"]


def test_la_page_d_un_fichier_se_demande_une_fois_chacun_servi() -> None:
    demandes = []

    def servir() -> None:
        with affluence.servir():
            eventlet.sleep(_CEDE / 4)
            demandes.append("page du site")

    eventlet.spawn(servir)
    eventlet.sleep(0)
    exports._page_apres(lambda apres: demandes.append(apres), "page du fichier", _CEDE)
    assert demandes == ["page du site", "page du fichier"]


def test_un_fichier_ne_s_arrete_pas_pour_autant() -> None:
    debut = time.monotonic()
    with affluence.servir():
        exports._page_apres(lambda apres: None, "page du fichier", _CEDE)
    assert time.monotonic() - debut >= _CEDE


def test_qui_a_echoue_n_est_plus_attendu() -> None:
    jamais = Affluence()
    with pytest.raises(ZeroDivisionError), jamais.servir():
        _ = 1 / 0
    debut = time.monotonic()
    jamais.laisser_passer(5)
    assert time.monotonic() - debut < 1


def test_chaque_requete_compte_jusqu_a_sa_reponse(monkeypatch: pytest.MonkeyPatch) -> None:
    def repond(_environ: object, start_response: object) -> list[bytes]:
        debut = time.monotonic()
        affluence.laisser_passer(0.02)
        assert time.monotonic() - debut >= 0.02
        start_response("200 OK", [])  # type: ignore[operator]
        return [b""]

    monkeypatch.setattr(service, "_application", lambda: repond)
    demande = Request(EnvironBuilder("/").get_environ())
    assert service.Passerelle().repondre(demande).status_code == 200
    debut = time.monotonic()
    affluence.laisser_passer(5)
    assert time.monotonic() - debut < 1


def test_un_etat_que_tous_demandent_s_examine_une_fois(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen failing: anybody had a line to the base and two to the bus opened, each time that he asked."""
    examens: list[int] = []

    def examiner() -> readiness.Verdict:
        examens.append(len(examens))
        eventlet.sleep(0.01)
        return True, {"examen": str(len(examens))}

    monkeypatch.setattr(readiness, "_examiner", examiner)
    monkeypatch.setattr(readiness, "_rendu", None)
    monkeypatch.setattr(readiness, "_FRAICHEUR", 0.2)
    assert list(eventlet.GreenPool(30).starmap(readiness.examiner, [()] * 30)) == [(True, {"examen": "1"})] * 30
    eventlet.sleep(0.25)
    assert readiness.examiner() == (True, {"examen": "2"})


@pytest.mark.parametrize("panne", [ConnectionResetError(), AccessRefused("ACCESS_REFUSED"), eventlet.Timeout()])
def test_un_bus_qui_tombe_pendant_qu_on_le_regarde_est_dit_absent(
    monkeypatch: pytest.MonkeyPatch, panne: BaseException
) -> None:
    """Seen answered by « une erreur inattendue s'est produite »."""

    def tomber(*_: object) -> None:
        raise panne

    monkeypatch.setattr(readiness, "config", lambda: Config(amqp="amqp://ailleurs"))
    monkeypatch.setattr(readiness, "interroger", lambda examens: dict.fromkeys(examens, "ok"))
    monkeypatch.setattr(readiness, "sur_une_ligne", tomber)
    servi, verdicts = readiness._examiner()
    assert not servi and verdicts["bus"] == "ok"
    assert {verdict for nom, verdict in verdicts.items() if nom.startswith("service")} == {"absent"}


def demande(methode: str, chemin: str, adresse: str) -> Request:
    sienne = EnvironBuilder(chemin, method=methode, data=b"{}", environ_overrides={"REMOTE_ADDR": adresse})
    return Request(sienne.get_environ())


def test_qui_s_identifie_laisse_leurs_ouvriers_aux_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen at 28 seconds for a page, and at half of those who signed in refused, for a hundred wrong tries of one."""
    dedans, plus, entres = Counter[str](), Counter[str](), Counter[str]()

    def servir(_page: Page, requete: Request) -> None:
        if requete.method == "POST":
            d_ou = str(requete.remote_addr)
            dedans[d_ou] += 1
            plus[d_ou] = max(plus[d_ou], dedans[d_ou])
            plus["ensemble"] = max(plus["ensemble"], dedans.total())
            eventlet.sleep(0.005)
            dedans[d_ou] -= 1
            entres[d_ou] += 1

    monkeypatch.setattr(HttpRequestHandler, "handle_request", servir)
    page, venus = Page("POST", "/<path:chemin>"), eventlet.GreenPool(100)
    for rang in range(40):
        venus.spawn(page.handle_request, demande("POST", "/api/v1/jetons/", "192.0.2.1"))
        venus.spawn(page.handle_request, demande("POST", "/connexion", f"198.51.100.{rang % 5}"))
    eventlet.sleep(0)
    page.handle_request(demande("GET", "/connexion", "192.0.2.1"))
    assert dedans.total() == 4
    page.handle_request(demande("POST", "/connexion", "203.0.113.7"))
    assert entres["192.0.2.1"] < 20
    venus.waitall()
    assert (entres["192.0.2.1"], plus["192.0.2.1"], plus["ensemble"]) == (40, 2, 4)
    assert not entrees.entrees._lignes and plus["ensemble"] < config().ouvriers / 2


def test_qui_attend_trop_longtemps_a_la_porte_sait_quand_revenir(monkeypatch: pytest.MonkeyPatch) -> None:
    etroite = entrees.Entrees(4, 1, 0.02)
    monkeypatch.setattr(serveur, "entrees", etroite)
    http = creer_application().test_client()

    def servir(_page: Page, requete: Request) -> tuple[int, str, str, bool]:
        corps = {"wsgi.input": requete.environ["wsgi.input"]}
        lue = http.post(requete.path, data={"identifiant": "x" * 100}, environ_overrides=corps)
        return lue.status_code, lue.mimetype, lue.headers["Retry-After"], "depuis votre réseau" in lue.text

    monkeypatch.setattr(HttpRequestHandler, "handle_request", servir)
    with etroite.passer("192.0.2.1"):
        page = Page("POST", "/<path:chemin>")
        assert page.handle_request(demande("POST", "/connexion", "192.0.2.1")) == (429, "text/html", "60", True)
        lue = page.handle_request(demande("POST", "/api/v1/jetons", "192.0.2.1"))
        assert lue == (429, "application/problem+json", "60", True)
    with pytest.raises(TropDeRequetes), etroite.passer("x"), etroite.passer("x"):
        pass


@pytest.mark.parametrize(("proxys", "attendu"), [("", "127.0.0.1"), ("1", "2001:db8::/64")])
def test_la_porte_connait_chacun_comme_l_application(
    monkeypatch: pytest.MonkeyPatch, proxys: str, attendu: str
) -> None:
    monkeypatch.setenv("CERES_PROXYS", proxys)
    config.cache_clear()
    entrees._adresse.cache_clear()
    try:
        dit = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 2001:db8::7"}
        assert (entrees.ligne(dit), dit["REMOTE_ADDR"]) == (attendu, "127.0.0.1")
    finally:
        monkeypatch.undo()
        config.cache_clear()
        entrees._adresse.cache_clear()
