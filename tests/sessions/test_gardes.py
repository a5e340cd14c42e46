"""What other services ask of sessions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.sessions.commands import validation
from services.sessions.queries import gardes
from tests.outils.requetes import requetes
from tests.sessions.banc import AUTRE_ID, CENTRE, CENTRE_ID, DEBUT, JOUR, NATIONAL, SITE, SITE_974, Banc, Corps

FIN = DEBUT + timedelta(days=2)


def a_venir(banc: Banc, jour: date = JOUR, centre: str = CENTRE_ID, site: str = SITE, **sujet: str) -> list[Corps]:
    """Returns the sessions to come on a day, for TP-1 unless another certification is said."""
    demandes = {"titre_code": None, "ccs_code": None} | (sujet or {"titre_code": "TP-1"})
    return list(banc.lire(NATIONAL, gardes.a_venir, centre, site, *demandes.values(), f"{jour}", jour=jour))


def test_une_session_juste_creee_est_a_venir_et_dit_ou_elle_en_est(banc: Banc) -> None:
    """AGR-02: who suspends its agrément at that moment was told that no session relied on it."""
    validee, creee = banc.validee(), banc.session(FIN)
    lues = a_venir(banc)
    assert [(s["id"], s["numero"], s["etat"]) for s in lues] == [
        (validee["id"], validee["numero"], "validee"),
        (creee["id"], creee["numero"], "brouillon"),
    ]
    assert (lues[0]["date_debut"], lues[0]["date_fin"], lues[0]["titre_code"]) == (DEBUT, FIN, "TP-1")
    assert [len(s["candidats"]) for s in lues] == [len(validee["candidats"]), 0]
    assert [len(s["jures"]) for s in lues] == [len(validee["jures"]), 0]
    assert a_venir(banc, site=SITE_974) == a_venir(banc, centre=AUTRE_ID) == a_venir(banc, ccs_code="CS-1") == []


def test_n_est_plus_a_venir_ce_qui_est_fini_annule_ou_n_a_jamais_ete_valide(banc: Banc) -> None:
    validee, annulee = banc.validee(), banc.session()
    banc.session()  # never validated before its first day
    banc.faire(CENTRE, validation.annuler, annulee["id"], {"motif": "Faute de jury"})
    assert len(a_venir(banc)) == 2
    for jour, attendues in ((DEBUT, [validee["id"]]), (FIN, [validee["id"]]), (FIN + timedelta(days=1), [])):
        assert [s["id"] for s in a_venir(banc, jour)] == attendues
    banc.cloturee(DEBUT + timedelta(days=30))
    assert len(a_venir(banc)) == 2


def test_une_session_de_ccs_est_de_son_ccs_et_non_du_titre_qu_elle_complete(banc: Banc) -> None:
    du_ccs = banc.session(type="CCS", ccs_code="CS-1", titre_code="TP-1")
    assert a_venir(banc) == []
    assert [s["id"] for s in a_venir(banc, ccs_code="CS-1")] == [du_ccs["id"]]


def test_ce_qu_une_copie_tient_a_sa_version_ne_lui_est_pas_redit(banc: Banc) -> None:
    close, autre = banc.cloturee()["id"], banc.session()["id"]
    for requete, cle, dites in (
        (gardes.sessions_publiees, "id", {close, autre}),
        (gardes.resultats_clos, "session_id", {close}),
    ):
        lues = banc.lire(NATIONAL, requete, None, 500)["elements"]
        tenues = {corps[cle]: corps["version"] for corps in lues}
        assert tenues.keys() == dites
        page = banc.lire(NATIONAL, requete, None, 500, tenues)
        assert (page["elements"], set(page["memes"])) == ([], dites)
        page = banc.lire(NATIONAL, requete, None, 500, tenues | {close: tenues[close] - 1})
        assert [corps[cle] for corps in page["elements"]] == [close]


def test_peu_de_sessions_se_disent_a_la_fois_et_toutes_sont_dites(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of five hundred held for a third of a second whoever else `sessions` serves."""
    monkeypatch.setattr(gardes, "_A_DIRE", 2)
    monkeypatch.setattr(gardes, "_A_LA_FOIS", 1)
    siennes = sorted(banc.session()["id"] for _ in range(7))
    connues = dict.fromkeys(siennes[3:5], 1)
    dites, memes, apres = list[str](), list[str](), None
    for _ in range(4):
        page = banc.lire(NATIONAL, gardes.sessions_publiees, apres, 500, connues)
        assert len(page["elements"]) <= 2
        dites += [s["id"] for s in page["elements"]]
        memes += page.get("memes", [])
        if not (apres := page["suivant"]):
            break
    assert apres is None
    assert (dites, memes) == ([*siennes[:3], *siennes[5:]], siennes[3:5])


@pytest.mark.parametrize("dire", [gardes.sessions_publiees, gardes.resultats_clos])
def test_dire_toutes_les_sessions_coute_autant_d_ordres_quel_que_soit_leur_nombre(
    banc: Banc, dire: Callable[..., Any]
) -> None:
    """Those of ten years are told of five hundred at a time, while people work."""
    comptes = []
    for combien in (1, 4):
        for _ in range(combien):
            banc.cloturee()
        with requetes("sessions") as faites:
            banc.lire(NATIONAL, dire, None, 500)
        comptes.append(len(faites))
    assert comptes[0] == comptes[1]
