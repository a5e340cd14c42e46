"""Whoever waits for a page passes before whoever waits for a file."""

import time

import eventlet
import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from gateway import exports, readiness, service
from gateway.affluence import Affluence, affluence


def test_la_page_d_un_fichier_se_demande_une_fois_chacun_servi() -> None:
    demandes = []

    def servir() -> None:
        with affluence.servir():
            eventlet.sleep(exports._CEDE / 4)
            demandes.append("page du site")

    eventlet.spawn(servir)
    eventlet.sleep(0)
    exports._page_apres(lambda apres: demandes.append(apres), "page du fichier")
    assert demandes == ["page du site", "page du fichier"]


def test_un_fichier_ne_s_arrete_pas_pour_autant() -> None:
    debut = time.monotonic()
    with affluence.servir():
        exports._page_apres(lambda apres: None, "page du fichier")
    assert time.monotonic() - debut >= exports._CEDE


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
    assert service.Passerelle._repondre(Request(EnvironBuilder("/").get_environ())).status_code == 200
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
