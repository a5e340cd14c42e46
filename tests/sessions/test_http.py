"""The routes of the sessions, with everybody there: the gateway, the neighbours, the bus."""

import time
from datetime import date, timedelta

import httpx

from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps, Reponse
from tests.parcours.monde import Monde


def fichier(monde: Monde, chemin: str, type_: str = "application/pdf") -> bytes:
    """Returns a file that the centre reads."""
    reponse = monde.centre.demander("GET", chemin)
    assert reponse.brute.is_success, reponse.brute.text
    assert reponse.brute.headers["content-type"].startswith(type_)
    assert "filename=" in reponse.brute.headers["content-disposition"]
    return reponse.brute.content


def test_une_vie_entiere(monde: Monde) -> None:
    centre, ud = monde.centre, monde.ud
    session = monde.session_validee(dans=30)
    chemin = f"/sessions/{session['id']}"
    candidat = session["candidats"][0]["candidat_id"]
    debut = date.fromisoformat(session["date_debut"])
    fin = date.fromisoformat(session["date_fin"])

    (demande,) = centre.poster(f"{chemin}/demandes-dte", {"commentaire": "Deux postes de travail"}).reussie()["dte"]
    suite = ud.demander("PATCH", f"/demandes-dte/{demande['id']}", {"etat": "transmise"}, if_match='"1"').reussie()
    assert suite["etat"] == centre.lire(f"/demandes-dte/{demande['id']}")["etat"] == "transmise"

    assert centre.poster(f"{chemin}/convocations").reussie()["etat"] == "convoquee"
    lettres = centre.lire(f"{chemin}/convocations")["elements"]
    assert len(lettres) == 3
    assert fichier(monde, f"/convocations/{lettres[0]['id']}.pdf").startswith(b"%PDF")
    assert b"BEGIN:VCALENDAR" in fichier(monde, f"/convocations/{lettres[0]['id']}.ics", "text/calendar")
    for document in ("convocations", "emargement", "pv"):
        assert fichier(monde, f"{chemin}/{document}.pdf").startswith(b"%PDF")

    ccps = dict.fromkeys(session["ccp_codes"], "acquis")
    ligne = {"candidat_id": candidat, "present": True, "ccps": ccps, "entretien_final": "favorable"}
    feuille = {"resultats": [ligne]}
    centre.demander("PUT", f"{chemin}/resultats", feuille, le=debut - timedelta(days=1)).refusee("RES-01")
    assert centre.demander("PUT", f"{chemin}/resultats", feuille, le=debut).reussie()["version"] == 1
    assert centre.poster(f"{chemin}/cloture", le=fin).reussie()["etat"] == "cloturee"
    centre.poster(f"{chemin}/visa", le=fin).refusee("DROIT", 403)
    ud.poster(f"{chemin}/visa", le=fin).reussie()

    acquis = attendre(lambda: centre.lire(f"/candidats/{candidat}")["acquis"]["titres"])
    assert [t["code"] for t in acquis] == [session["titre_code"]]
    (attestation,) = centre.lire(f"/candidats/{candidat}/attestations")["elements"]
    assert fichier(monde, f"/attestations/{attestation['id']}.pdf").startswith(b"%PDF")
    publique = f"{monde.url}/api/v1/verifications"
    assert httpx.get(f"{publique}/{attestation['code']}").json() == {"statut": "valide"}
    assert httpx.get(f"{publique}/AAAA-AAAA-AAAA-AAAA").status_code == 404

    ud.poster(f"{chemin}/deblocage", le=fin).refusee("INVALIDE", 422)
    assert ud.poster(f"{chemin}/deblocage", {"motif": "Erreur"}, le=fin).reussie()["etat"] == "debloquee"
    ligne["entretien_final"] = "defavorable"
    centre.demander("PUT", f"{chemin}/resultats", feuille, le=fin).reussie()
    centre.poster(f"{chemin}/cloture", le=fin).reussie()
    assert attendre(lambda: not centre.lire(f"/candidats/{candidat}")["acquis"]["titres"])
    assert httpx.get(f"{publique}/{attestation['code']}").json() == {"statut": "retiree"}
    actions = {t["action"] for t in ud.lire(f"{chemin}/traces", par_page=100)["elements"]}
    assert {"creer", "soumission", "validation", "convocations", "cloture", "visa", "deblocage"} <= actions


def test_une_habilitation_suspendue_alerte_puis_se_repare(monde: Monde) -> None:
    session = monde.session_validee(dans=45)
    chemin = f"/sessions/{session['id']}"
    perdu = session["jures"][0]
    acte = {"confirmer": ["HAB-04", "HAB-06", "HAB-13"]}
    monde.ud.poster(f"/habilitations/{perdu['habilitation_id']}/suspendre", acte).reussie()
    alertes = attendre(lambda: monde.centre.lire(chemin)["alertes"])
    assert {a["code"] for a in alertes} == {"SES-07", "SES-08"}
    assert session["numero"] in {a["numero"] for a in monde.ud.lire("/alertes", par_page=200)["elements"]}
    possibles = monde.centre.lire(f"{chemin}/jures-possibles", par_page=5)
    assert perdu["jure_id"] not in {j["jure_id"] for j in possibles["elements"]}
    assert all(j["commune"] for j in possibles["elements"])  # near or not, it is what one chooses by

    remplacant = {"jure_id": monde.jure_habilite()["id"]}
    monde.centre.poster(f"{chemin}/jures/{perdu['jure_id']}/remplacement", remplacant).reussie()
    assert monde.centre.lire(chemin)["alertes"] == []
    assert monde.centre.lire(f"{chemin}/couverture")["suffisante"] is True
    assert {a["levee"] for a in monde.centre.lire(f"{chemin}/alertes")["elements"]} == {True}


def test_une_session_a_sa_version_et_son_etag(monde: Monde) -> None:
    session = monde.session()
    chemin = f"/sessions/{session['id']}"
    lue = monde.centre.demander("GET", chemin)
    assert lue.brute.headers["etag"] == '"1"'
    modification = {"responsable": "Mme Roux"}
    monde.centre.demander("PATCH", chemin, modification, if_match='"9"').refusee("VERSION", 412)
    assert monde.centre.demander("PATCH", chemin, modification, if_match='"1"').reussie()["version"] == 2


def test_la_meme_cle_deux_fois_ne_cree_qu_une_session(monde: Monde) -> None:
    corps, cle = monde.corps_session(), f"cle-{time.time_ns()}"
    premiere, seconde = (monde.centre.poster("/sessions", corps, idempotency_key=cle).reussie() for _ in range(2))
    assert premiere["id"] == seconde["id"]
    autre = monde.centre.poster("/sessions", corps | {"responsable": "Autre"}, idempotency_key=cle)
    autre.refusee("INVALIDE", 422)


def test_annuler_se_confirme(monde: Monde) -> None:
    session = monde.session_validee()
    annulee = monde.centre.confirmer(f"/sessions/{session['id']}/annulation", {"motif": "Incendie"}, "SES-09")
    assert annulee["etat"] == "annulee"


def test_les_parametres_se_lisent_et_la_mission_seule_les_regle(monde: Monde) -> None:
    codes = {p["code"] for p in monde.centre.lire("/parametres")["elements"]}
    assert {"delai_soumission_titre", "plafond_portee"} <= codes
    corps: Corps = {"valeur": 30, "du": "2099-01-01"}
    monde.ud.poster("/parametres/delai_convocation_titre/valeurs", corps).refusee("DROIT", 403)
    regle = monde.national.poster("/parametres/delai_convocation_titre/valeurs", corps).reussie()
    assert regle["valeurs"][-1]["du"] == "2099-01-01"


def test_ce_qui_n_existe_pas_ou_n_est_pas_a_soi(monde: Monde) -> None:
    session = monde.session_validee()
    lettre = monde.centre.poster(f"/sessions/{session['id']}/convocations").reussie()["id"]
    chemins = [f"/sessions/{session['id']}{suite}" for suite in ("", "/traces", "/pv.pdf", "/convocations", "/alertes")]
    for chemin in [*chemins, "/sessions/pas-un-id", f"/convocations/{lettre}.pdf", "/attestations/pas-un-id.pdf"]:
        reponse: Reponse = monde.autre_centre.demander("GET", chemin)
        reponse.refusee("INTROUVABLE", 404)
