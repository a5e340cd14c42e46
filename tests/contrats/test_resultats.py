"""Résultats, clôture, visa, déblocage, carence, attestations : noms des champs, versions, statuts."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.contrats.formes import codes, porte
from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps
from tests.parcours.monde import Monde


def convoquee(monde: Monde) -> Corps:
    session = monde.session_validee(dans=40)
    monde.convoquer(session)
    return monde.relire(session)


def reussite(session: Corps, **autres: Any) -> Corps:
    ligne = {
        "candidat_id": session["candidats"][0]["candidat_id"],
        "present": True,
        "ccps": dict.fromkeys(session["ccp_codes"], "acquis"),
        "entretien_final": "favorable",
    }
    return {"resultats": [ligne | autres]}


def test_saisir_cloturer_viser_debloquer(monde: Monde) -> None:
    session = convoquee(monde)
    chemin, candidat = f"/sessions/{session['id']}", session["candidats"][0]["candidat_id"]
    debut = date.fromisoformat(session["date_debut"])

    # Results are entered from the first day on, and not the day before.
    veille = monde.centre.demander("PUT", f"{chemin}/resultats", reussite(session), le=debut - timedelta(days=1))
    veille.refusee("RES-01")
    monde.ud.demander("PUT", f"{chemin}/resultats", reussite(session), le=debut).refusee("DROIT", 403)
    monde.centre.poster(f"{chemin}/cloture", le=debut).refusee("RES-03")
    saisis = monde.centre.demander("PUT", f"{chemin}/resultats", reussite(session), le=debut).reussie()
    assert saisis["version"] == 1
    assert set(saisis["jures_presents"]) == {j["jure_id"] for j in session["jures"]}
    ligne = porte(saisis["resultats"][0], "candidat_id present absence ccps entretien_final ccs")
    assert ligne["entretien_final"] == "favorable"

    # Closing gives provisional acquis; the visa confirms them and delivers the attestation.
    assert monde.centre.poster(f"{chemin}/cloture", le=debut).reussie()["etat"] == "cloturee"
    fige = monde.centre.demander("PUT", f"{chemin}/resultats", reussite(session), le=debut).refusee("RES-03")
    assert fige["manquements"]
    acquis = attendre(lambda: (a := monde.centre.lire(f"/candidats/{candidat}")["acquis"])["titres"] and a)
    porte(acquis["titres"][0], "code session_id date")
    assert [porte(c, "code titre_code session_id date")["code"] for c in acquis["ccps"]] == sorted(session["ccp_codes"])
    assert {c["statut"] for c in acquis["ccps"]} == {"provisoire"}
    assert monde.centre.lire(f"/candidats/{candidat}/attestations")["elements"] == []
    monde.centre.poster(f"{chemin}/visa", le=debut).refusee("DROIT", 403)
    monde.ud.poster(f"{chemin}/visa", le=debut).reussie()
    attestation = attendre(lambda: monde.centre.lire(f"/candidats/{candidat}/attestations")["elements"])[0]
    confirmes = attendre(
        lambda: {c["statut"] for c in monde.centre.lire(f"/candidats/{candidat}")["acquis"]["ccps"]} == {"confirme"}
    )
    assert confirmes
    pdf = monde.centre.demander("GET", f"/attestations/{attestation['id']}.pdf").brute
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert "filename=" in pdf.headers["content-disposition"] and pdf.content.startswith(b"%PDF")
    assert verification(monde, attestation["code"]) == {"statut": "valide"}

    # Unblocking takes a motif, and alone withdraws nothing; a new closed version replaces.
    monde.centre.poster(f"{chemin}/deblocage", {"motif": "x"}, le=debut).refusee("DROIT", 403)
    assert "motif" in monde.ud.poster(f"{chemin}/deblocage", le=debut).refusee("INVALIDE", 422)["erreurs"]
    debloquee = monde.ud.poster(f"{chemin}/deblocage", {"motif": "Erreur de saisie"}, le=debut).reussie()
    assert debloquee["etat"] == "debloquee"
    assert monde.centre.lire(f"/candidats/{candidat}")["acquis"]["titres"]
    corrige = reussite(session, entretien_final="defavorable")
    assert monde.centre.demander("PUT", f"{chemin}/resultats", corrige, le=debut).reussie()["version"] == 2
    premiers = monde.ud.lire(f"{chemin}/resultats", version=1)
    assert (premiers["version"], premiers["resultats"][0]["entretien_final"]) == (1, "favorable")
    monde.ud.demander("GET", f"{chemin}/resultats?version=99").refusee("INTROUVABLE", 404)
    monde.centre.poster(f"{chemin}/cloture", le=debut).reussie()
    attendre(lambda: not monde.centre.lire(f"/candidats/{candidat}")["acquis"]["titres"])
    assert verification(monde, attestation["code"]) == {"statut": "retiree"}
    monde.ud.poster(f"{chemin}/visa", le=debut).reussie()
    attendre(lambda: verification(monde, attestation["code"]) == {"statut": "remplacee"})
    actions = {t["action"] for t in monde.ud.lire(f"{chemin}/traces", par_page=100)["elements"]}
    assert {"creer", "soumission", "validation", "convocations", "cloture", "visa", "deblocage"} <= actions


def verification(monde: Monde, code: str) -> Corps:
    reponse = httpx.get(f"{monde.url}/api/v1/verifications/{code}", timeout=30)
    assert reponse.status_code == 200
    return dict(reponse.json())


def test_un_code_de_verification_inconnu(monde: Monde) -> None:
    for code in (uuid4().hex, "x", "A" * 12, "AAAA-AAAA-AAAA-AAAA"):
        reponse = httpx.get(f"{monde.url}/api/v1/verifications/{code}", timeout=30)
        assert (reponse.status_code, reponse.json()["code"]) == (404, "INTROUVABLE")


def test_une_feuille_fausse(monde: Monde) -> None:
    session = convoquee(monde)
    debut = date.fromisoformat(session["date_debut"])
    chemin = f"/sessions/{session['id']}/resultats"
    for faux in (
        {"present": "peut-être"}, {"absence": "malade"}, {"entretien_final": "moyen"},
        {"ccps": {session["ccp_codes"][0]: "presque"}}, {"inconnu": 1},
    ):  # fmt: skip
        probleme = monde.centre.demander("PUT", chemin, reussite(session, **faux), le=debut).refusee("INVALIDE", 422)
        assert re.search(next(iter(faux)), str(probleme["erreurs"]))
    for faux in ({"candidat_id": str(uuid4())}, {"ccps": {"RNCP00000BC01": "acquis"}}):
        refus = monde.centre.demander("PUT", chemin, reussite(session, **faux), le=debut)
        assert refus.statut in (404, 409, 422), refus.brute.text
        assert refus.corps["detail"]
    assert monde.centre.demander("GET", chemin).statut in (200, 404)


def test_la_version_des_resultats_est_celle_de_leur_etag(monde: Monde) -> None:
    session = convoquee(monde)
    debut = date.fromisoformat(session["date_debut"])
    chemin = f"/sessions/{session['id']}/resultats"
    monde.centre.demander("PUT", chemin, reussite(session), le=debut).reussie()
    etag = monde.centre.demander("GET", chemin).brute.headers["etag"]
    monde.centre.demander("PUT", chemin, reussite(session), le=debut, If_Match=etag).reussie()
    monde.centre.demander("PUT", chemin, reussite(session), le=debut, If_Match=etag).refusee("VERSION", 412)


def test_absent_excuse(monde: Monde) -> None:
    session = convoquee(monde)
    debut = date.fromisoformat(session["date_debut"])
    chemin = f"/sessions/{session['id']}"
    absent = {
        "candidat_id": session["candidats"][0]["candidat_id"],
        "present": False,
        "absence": "excusee",
    }
    saisis = monde.centre.demander("PUT", f"{chemin}/resultats", {"resultats": [absent]}, le=debut).reussie()
    assert (saisis["resultats"][0]["present"], saisis["resultats"][0]["absence"]) == (False, "excusee")
    monde.centre.poster(f"{chemin}/cloture", le=debut).reussie()
    credits = f"/candidats/{absent['candidat_id']}/credits?debut={session['date_debut']}"
    assert monde.centre.lire(credits)["n"] == 0  # INS-04: his excused absences apart


def test_la_carence_se_constate_apres_le_debut_et_se_confirme(monde: Monde) -> None:
    session = convoquee(monde)
    debut = date.fromisoformat(session["date_debut"])
    chemin = f"/sessions/{session['id']}"
    un_seul = reussite(session) | {"jures_presents": [session["jures"][0]["jure_id"]]}
    monde.centre.demander("PUT", f"{chemin}/resultats", un_seul, le=debut).reussie()
    monde.centre.poster(f"{chemin}/cloture", le=debut).refusee("RES-03")
    monde.centre.poster(f"{chemin}/carence", {"motif": "x"}, le=debut - timedelta(days=1)).refusee("SES-00")
    question = monde.centre.poster(f"{chemin}/carence", {"motif": "Un seul juré"}, le=debut)
    vus = codes(question.refusee("CONFIRMATION_REQUISE")["avertissements"])
    corps = {"motif": "Un seul juré", "confirmer": vus}
    annulee = monde.centre.poster(f"{chemin}/carence", corps, le=debut).reussie()
    assert (annulee["etat"], annulee["carence"], session["carence"]) == ("annulee", True, False)
