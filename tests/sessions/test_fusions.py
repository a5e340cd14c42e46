"""Deux fiches d'une même personne, fusionnées quand toutes deux sont déjà dans la session (INS-06)."""

import pytest

from services.sessions.commands import candidats, convocations, jures, suivre
from services.sessions.queries import gardes
from tests.sessions.banc import CENTRE, Banc, Corps

PHRASE = "figure deux fois dans la session, sous deux fiches qui ont été fusionnées depuis : gardez-en une."


def dites(banc: Banc, session: Corps) -> list[tuple[str, bool]]:
    return [(a["code"], a["message"].endswith(PHRASE)) for a in banc.relire(session)["alertes"]]


@pytest.mark.parametrize("etat", ["brouillon", "validee", "convoquee"])
def test_un_candidat_deux_fois_est_signale_jusqu_a_ce_qu_une_fiche_sorte(banc: Banc, etat: str) -> None:
    session = banc.complete()
    un, deux = session["candidats"][0]["candidat_id"], banc.inscrire(session)
    if etat != "brouillon":
        banc.valider(session)
    if etat == "convoquee":
        banc.faire(CENTRE, convocations.editer, session["id"], {})
    banc.candidats[deux]["canonique_id"] = un
    assert dites(banc, session) == []
    banc.entendre(suivre.suivre_candidat, {"candidat_id": deux, "canonique_id": un, "version": 2})
    assert dites(banc, session) == [("INS-06", True)]
    banc.faire(CENTRE, candidats.desinscrire, session["id"], deux, {})
    assert dites(banc, session) == []


def test_qui_est_inscrit_sous_deux_fiches_compte_pour_une_personne(banc: Banc) -> None:
    """AGR-02 says how many people an agrément concerns: one who sits in two sessions, under two files, was two."""
    sessions = [banc.validee(), banc.validee()]
    (un, deux), (jure, autre) = (
        [s[famille][0][cle] for s in sessions] for famille, cle in (("candidats", "candidat_id"), ("jures", "jure_id"))
    )
    banc.entendre(suivre.suivre_candidat, {"candidat_id": deux, "canonique_id": un, "version": 2})
    banc.jures[autre] |= {"canonique_id": jure, "identites": [jure, autre]}
    banc.entendre(suivre.suivre_jure, {"jure_id": autre})
    lus = banc.lire(CENTRE, gardes.participants, [s["id"] for s in sessions])
    assert all(un in {c["id"] for c in lu["candidats"]} and jure in {j["id"] for j in lu["jures"]} for lu in lus)
    assert {deux, autre}.isdisjoint(
        qui["id"] for lu in lus for famille in ("candidats", "jures") for qui in lu[famille]
    )


def test_un_jure_deux_fois_aussi(banc: Banc) -> None:
    session = banc.validee()
    banc.inscrire_jure(session)
    un, deux, _ = (j["jure_id"] for j in banc.relire(session)["jures"])
    for jure in (un, deux):
        banc.jures[jure] |= {"canonique_id": un, "identites": [un, deux]}
        banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    assert ("INS-06", True) in dites(banc, session)
    banc.inscrire_jure(session)
    banc.faire(CENTRE, jures.retirer, session["id"], deux, {})
    assert ("INS-06", True) not in dites(banc, session)
