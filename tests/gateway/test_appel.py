"""What an idempotency key is bound to: another act, or another object, is never taken for the one already done."""

from contextlib import ExitStack
from datetime import date

import pytest
from flask import Flask, g

from commun.bus.appel import Appel
from commun.config import config
from commun.domain.errors import Indisponible, TropDeRequetes
from gateway import appel as appels
from gateway.api.table import PAR_OPERATION
from gateway.appel import appel_pour, appeler, avec_cle

SANS = {"motif": "Trop tard", "date": "2026-01-15"}
CORPS = SANS | {"confirmer": ["SES-09"]}


def empreinte(operation: str, corps: object = CORPS, **chemin: str) -> str | None:
    with Flask("essai").test_request_context():
        g.requete = "r-1"
        appel = avec_cle(PAR_OPERATION[operation], Appel("r-1"), "une-cle", chemin | {"corps": corps})
    assert (appel.cle is None) == (appel.empreinte is None)
    return appel.empreinte


UN = empreinte("POST /sessions/<session_id>/refus", session_id="s-1")


@pytest.mark.parametrize(
    "autre",
    [
        empreinte("POST /sessions/<session_id>/refus", session_id="s-2"),
        empreinte("POST /sessions/<session_id>/deblocage", session_id="s-1"),
        empreinte("POST /sessions/<session_id>/refus", CORPS | {"motif": "Autre"}, session_id="s-1"),
        empreinte("POST /sessions/<session_id>/refus", {}, session_id="s-1"),
        empreinte("POST /sessions/<session_id>/refus", [CORPS], session_id="s-1"),
    ],
    ids=["une autre session", "un autre acte", "un autre motif", "rien", "une liste"],
)
def test_ce_qui_est_autre_n_est_pas_ce_qui_fut_fait(autre: str) -> None:
    assert UN and autre != UN


def test_un_changement_n_est_pas_un_remplacement() -> None:
    adresse = "/habilitations/<habilitation_id>"
    change, supprime = (empreinte(f"{m} {adresse}", habilitation_id="h-1") for m in ("PATCH", "DELETE"))
    assert change and supprime and change != supprime


@pytest.mark.parametrize("pareil", [SANS, CORPS | {"confirmer": []}, dict(reversed(CORPS.items()))])
def test_ce_que_l_on_confirme_et_l_ordre_n_y_sont_pour_rien(pareil: dict[str, object]) -> None:
    assert empreinte("POST /sessions/<session_id>/refus", pareil, session_id="s-1") == UN


def test_un_motif_qui_n_est_pas_donne_n_y_est_pour_rien() -> None:
    """A page asks it with the confirmation alone: gone back to and sent as it was, its form was taken for another."""
    sans, vide = (empreinte("POST /sessions/<session_id>/soumission", c, session_id="s") for c in ({}, {"motif": None}))
    assert sans and sans == vide


@pytest.mark.parametrize("operation", ["GET /moi", "PUT /moi/mot-de-passe"])
def test_ce_qui_ne_change_rien_ou_porte_un_mot_de_passe_n_a_pas_de_cle(operation: str) -> None:
    assert empreinte(operation) is None


def test_le_jour_que_l_on_dit_n_est_cru_que_la_ou_l_on_essaie(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a header is enough, in production, to be in time for anything."""
    crus = []
    for simulable in ("1", "0"):
        monkeypatch.setenv("CERES_DATE_SIMULABLE", simulable)
        config.cache_clear()
        with Flask("essai").test_request_context(headers={"X-Date-Simulee": "2024-02-29"}):
            g.requete = "r-1"
            crus.append(appel_pour(PAR_OPERATION["POST /abonnements"], None).date_simulee)
    monkeypatch.undo()
    config.cache_clear()
    assert crus == [date(2024, 2, 29), None]


@pytest.mark.parametrize(
    ("dite", "version"),
    [
        *[("*", None), ('"3"', 3), ("3", 3), ('"2", "3"', 3), ('"x"', -1), ("", -1), ('"9999999999"', -1)],
        # of a proxy that compresses what we did not: nginx and HAProxy, Apache's mod_deflate and mod_brotli, Caddy
        *[('W/"3"', 3), ('"3-gzip"', 3), ('"3-br"', 3), ('W/"3-zstd"', 3), ('"3-x"', -1)],
    ],
)
def test_la_version_que_l_on_dit_avoir_vue_n_est_jamais_prise_pour_aucune(dite: str, version: int | None) -> None:
    """One that is not of ours is that of nothing: the act is refused, and undoes nobody's."""
    with Flask("essai").test_request_context(headers={"If-Match": dite}):
        g.requete = "r-1"
        assert appel_pour(PAR_OPERATION["POST /abonnements"], None).version == version


@pytest.mark.parametrize("operation", ["GET /sessions/<session_id>/pv.pdf", "GET /imports/<import_id>/fichier"])
def test_un_compte_a_quatre_documents_qui_se_preparent(operation: str) -> None:
    """Seen failing: forty at once, for one account, and nobody was answered for nine seconds."""
    with Flask("essai").test_request_context(), ExitStack() as siens:
        g.compte_id = "lui"
        for _ in range(4):
            siens.enter_context(appels._DESSINES.tenir("lui"))
        with pytest.raises(TropDeRequetes, match="4 documents se préparent déjà pour vous"):
            appeler(PAR_OPERATION[operation], Appel("r-1"), {})
        siens.close()
        with appels._DESSINES.tenir("lui"):
            pass


def test_ce_qui_reunit_toute_une_session_a_le_temps_de_se_dessiner_et_laisse_la_moitie_des_places() -> None:
    """Four hundred letters take three seconds and a half of a free processor: where two files were drawn at once, all
    that the centre read was to come back."""
    reunis = [f"GET /sessions/<session_id>/{nom}.pdf" for nom in ("convocations", "emargement", "pv", "attestations")]
    une_lettre = PAR_OPERATION["GET /convocations/<convocation_id>.pdf"]
    with Flask("essai").test_request_context(), ExitStack() as autres:
        g.requete, g.compte_id = "r-1", "lui"
        g.acteur = None
        for n in range(8):
            autres.enter_context(appels._LONGS.tenir(f"autre {n % 4}"))
        for route in map(PAR_OPERATION.__getitem__, reunis):
            assert (route.delai or 0) > 4 * config().delai_appel
            with pytest.raises(Indisponible), appels._a_son_tour(route):
                pass
        with appels._a_son_tour(une_lettre):  # which lasts no more than any call
            assert une_lettre.delai is None
