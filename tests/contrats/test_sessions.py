"""Sessions : noms des champs, filtres, jury, candidats, échéances, convocations, DTE."""

from datetime import date, timedelta

import pytest

from tests.contrats.formes import codes, liste, porte
from tests.outils.attente import attendre
from tests.parcours.monde import TITRE, Monde

SESSION = (
    "id numero type titre_code ccp_codes ccs_code entretien_final etablissement_id site_id responsable date_debut "
    "date_fin heure_debut heure_convocation etat jures candidats convocations dte actions refus alertes version"
)
CCP = "RNCP37098BC01"


# -- the session


def test_une_session(monde: Monde) -> None:
    creee = monde.centre.poster("/sessions", monde.corps_session())
    assert creee.statut == 201
    session = porte(creee.reussie(), SESSION)
    ccps = {c["code"] for c in monde.centre.lire(f"/titres/{TITRE}")["ccps"]}
    assert (session["type"], set(session["ccp_codes"]), session["entretien_final"]) == ("TITRE", ccps, True)
    assert (session["heure_debut"], session["etat"]) == ("09:00", "brouillon")
    assert porte(monde.ud.lire(f"/sessions/{session['id']}"), SESSION)["numero"] == session["numero"]


@pytest.mark.parametrize("manque", [{"titre_code": None}, {"type": "CCP", "ccp_codes": []}, {"type": "CCS"}])
def test_une_session_porte_sur_quelque_chose(monde: Monde, manque: dict[str, object]) -> None:
    refus = monde.centre.poster("/sessions", monde.corps_session(**manque)).refusee("SES-03")
    assert "None" not in str(refus["manquements"])


def test_les_filtres_des_sessions(monde: Monde) -> None:
    session = monde.session(type="CCP", ccp_codes=[CCP])
    debut = date.fromisoformat(session["date_debut"])
    base = {"q": session["numero"]}
    oui = [
        {"etat": "brouillon"}, {"type": "CCP"}, {"titre": TITRE}, {"etablissement": session["etablissement_id"]},
        {"departement": "75"}, {"debut_apres": (debut - timedelta(days=1)).isoformat()},
        {"debut_avant": (debut + timedelta(days=1)).isoformat()},
    ]  # fmt: skip
    non = [
        {"etat": "validee"}, {"type": "CCS"}, {"titre": "AUTRE"}, {"departement": "13"},
        {"debut_apres": (debut + timedelta(days=1)).isoformat()},
        {"debut_avant": (debut - timedelta(days=1)).isoformat()},
    ]  # fmt: skip
    for filtres in oui:
        assert [s["id"] for s in liste(monde.national.lire("/sessions", **base | filtres))] == [session["id"]], filtres
    for filtres in non:
        assert liste(monde.national.lire("/sessions", **base | filtres)) == [], filtres
    monde.ud.demander("GET", "/sessions?etat=perdue").refusee("INVALIDE", 422)


def test_l_etat_calcule_se_filtre_comme_il_se_lit(monde: Monde) -> None:
    session = monde.session()
    debut = date.fromisoformat(session["date_debut"])
    for jour, etat in ((debut - timedelta(days=1), "brouillon"), (debut, "caduque")):
        assert monde.ud.demander("GET", f"/sessions/{session['id']}", le=jour).reussie()["etat"] == etat
        chemin = f"/sessions?etat={etat}&q={session['numero']}"
        assert monde.ud.demander("GET", chemin, le=jour).reussie()["total"] == 1


def test_modifier_les_heures_puis_le_cadre(monde: Monde) -> None:
    session = monde.session_validee()
    chemin = f"/sessions/{session['id']}"
    heures = monde.centre.demander("PATCH", chemin, {"heure_debut": "10:30", "responsable": "Autre"}).reussie()
    assert (heures["etat"], heures["heure_debut"]) == ("validee", "10:30")
    trace = monde.centre.demander("GET", f"{chemin}/traces").reussie()["elements"][0]
    assert (trace["avant"]["heure_debut"], trace["apres"]["heure_debut"]) == ("09:00", "10:30")
    fin = {"date_fin": (date.fromisoformat(session["date_fin"]) + timedelta(days=1)).isoformat()}
    monde.centre.demander("PATCH", chemin, fin).a_confirmer("SES-10")
    rendue = monde.centre.demander("PATCH", chemin, fin | {"confirmer": ["SES-10"]}).reussie()
    assert rendue["etat"] == "en_attente_de_validation"


def test_soumettre_retirer_refuser_annuler(monde: Monde) -> None:
    session = monde.session_complete()
    chemin = f"/sessions/{session['id']}"
    assert monde.centre.poster(f"{chemin}/soumission").reussie()["etat"] == "en_attente_de_validation"
    assert monde.centre.poster(f"{chemin}/retrait").reussie()["etat"] == "brouillon"
    monde.centre.poster(f"{chemin}/soumission").reussie()
    monde.centre.demander("PATCH", chemin, {"date_debut": monde.jour.isoformat()}).refusee("SES-00")
    sans_motif = monde.ud.poster(f"{chemin}/refus", {})
    assert "motif" in sans_motif.refusee("INVALIDE", 422)["erreurs"]
    assert monde.ud.poster(f"{chemin}/refus", {"motif": "Plateau indisponible"}).reussie()["etat"] == "refusee"
    assert monde.centre.lire(f"{chemin}/traces")["elements"][0]["motif"] == "Plateau indisponible"
    assert monde.centre.poster(f"{chemin}/annulation", {"motif": "Essai"}).reussie()["etat"] == "annulee"
    for action in ("soumission", "retrait", "annulation"):
        monde.centre.poster(f"{chemin}/{action}", {"motif": "Essai"}).refusee("SES-00")
    annulee = monde.relire(session)
    assert annulee["actions"] == []
    assert {r["code"] for r in annulee["refus"]} == {"SES-00"}


def test_annuler_une_session_validee_demande_confirmation(monde: Monde) -> None:
    session = monde.session_validee()
    chemin = f"/sessions/{session['id']}/annulation"
    assert monde.ud.confirmer(chemin, {"motif": "Essai"}, "SES-09")["etat"] == "annulee"


def test_la_liste_montre_chaque_session_comme_sa_fiche(monde: Monde) -> None:
    """What may be done to it too, and why not the rest, for who reads: the contract gives both one shape."""
    session = monde.session_complete()
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    attendues = {monde.centre: "retrait", monde.ud: "validation", monde.national: None}
    for qui, action in attendues.items():
        [ligne] = liste(qui.lire("/sessions", q=session["numero"]))
        assert ligne == porte(qui.lire(f"/sessions/{session['id']}"), SESSION)
        assert (action in {a["action"] for a in ligne["actions"]}) if action else not ligne["actions"]
    [sans] = liste(monde.ud.lire("/sessions", q=session["numero"], actions="false"))
    assert ligne.keys() - sans.keys() == {"actions", "refus"}


def test_les_boutons_nomment_les_actions_par_leur_segment(monde: Monde) -> None:
    session = monde.session_complete()
    actions = {a["action"].replace("_", "-") for a in session["actions"]}
    assert {"soumission", "annulation"} <= actions
    assert {"retrait", "cloture"} <= {r["action"].replace("_", "-") for r in session["refus"]}
    for refus in session["refus"]:
        porte(refus, "action code message")


# -- jury


def test_le_jury(monde: Monde) -> None:
    session, jure = monde.session(), monde.jure_habilite()
    chemin = f"/sessions/{session['id']}"
    possibles = monde.centre.lire(f"{chemin}/jures-possibles", q=jure["nom"])
    assert [porte(j, "id jure_id nom prenom")["id"] for j in liste(possibles)] == [jure["id"]]
    inscrit = monde.centre.poster(f"{chemin}/jures", {"jure_id": jure["id"]})
    assert inscrit.statut == 201
    assert [j["jure_id"] for j in inscrit.reussie()["jures"]] == [jure["id"]]
    couverture = monde.centre.lire(f"{chemin}/couverture")
    assert (couverture["minimum"], couverture["suffisante"]) == (2, False)
    assert not monde.centre.poster(f"{chemin}/jures", {"jure_id": jure["id"]}).brute.is_success
    assert monde.relire(session)["jures"] == inscrit.reussie()["jures"]
    remplacant = monde.jure_habilite()
    remplace = monde.centre.poster(f"{chemin}/jures/{jure['id']}/remplacement", {"jure_id": remplacant["id"]})
    assert [j["jure_id"] for j in remplace.reussie()["jures"]] == [remplacant["id"]]
    retire = monde.centre.demander("DELETE", f"{chemin}/jures/{remplacant['id']}")
    assert retire.brute.is_success
    assert monde.relire(session)["jures"] == []
    monde.centre.demander("DELETE", f"{chemin}/jures/{remplacant['id']}").refusee("INTROUVABLE", 404)
    monde.ud.poster(f"{chemin}/jures", {"jure_id": jure["id"]}).refusee("DROIT", 403)


def test_un_jure_deux_fois_le_meme_jour_est_signale(monde: Monde) -> None:
    jure = monde.jure_habilite()
    monde.inscrire_jure(monde.session(), jure)
    seconde = monde.inscrire_jure(monde.session(), jure)
    assert codes(seconde["avertissements"]) == ["JRY-03"]


# -- candidates


def test_inscrire_et_desinscrire_un_candidat(monde: Monde) -> None:
    session, candidat = monde.session(), monde.candidat()
    chemin = f"/sessions/{session['id']}/candidats"
    corps = {"candidat_id": candidat["id"], "parcours": "capitalisation", "formateurs": ["Une formatrice"]}
    inscrit = monde.centre.poster(chemin, corps)
    assert inscrit.statut == 201
    ligne = porte(inscrit.reussie()["candidats"][0], "candidat_id numero nom_naissance prenoms parcours")
    assert (ligne["candidat_id"], ligne["parcours"]) == (candidat["id"], "capitalisation")
    monde.centre.poster(chemin, corps).refusee("INS-06")
    monde.centre.poster(chemin, corps | {"parcours": "vol"}).refusee("INVALIDE", 422)
    autre = monde.candidat(monde.autre_centre)
    monde.centre.poster(chemin, corps | {"candidat_id": autre["id"]}).refusee("INTROUVABLE", 404)
    vae = {"candidat_id": monde.candidat()["id"], "parcours": "vae"}
    monde.centre.poster(chemin, vae).refusee("INS-07")
    assert monde.centre.demander("DELETE", f"{chemin}/{candidat['id']}").brute.is_success
    assert monde.relire(session)["candidats"] == []
    monde.centre.demander("DELETE", f"{chemin}/{candidat['id']}").refusee("INTROUVABLE", 404)


def test_deux_sessions_qui_se_chevauchent_sont_signalees(monde: Monde) -> None:
    candidat = monde.candidat()
    monde.inscrire(monde.session(), candidat)
    assert codes(monde.inscrire(monde.session(), candidat)["avertissements"]) == ["INS-06"]


def test_personne_n_entre_a_partir_du_premier_jour(monde: Monde) -> None:
    session, corps = monde.session_validee(), {"candidat_id": monde.candidat()["id"], "parcours": "formation"}
    debut = date.fromisoformat(session["date_debut"])
    chemin = f"/sessions/{session['id']}/candidats"
    monde.centre.poster(chemin, corps, le=debut).refusee("INS-09")
    assert monde.centre.poster(chemin, corps, le=debut - timedelta(days=1)).statut == 201


# -- deadlines, alerts, DTE


def test_les_echeances_sont_celles_des_parametres(monde: Monde) -> None:
    session = monde.session()
    echeances = porte(monde.centre.lire(f"/sessions/{session['id']}/echeances"), "soumission inscription convocations")
    assert (echeances["soumission"], echeances["inscription"]) == (None, None)  # off in the demo
    parametres = {p["code"]: p for p in monde.national.lire("/parametres", par_page=200)["elements"]}
    assert all(porte(p, "code valeur valeurs") for p in parametres.values())
    monde.ud.poster("/parametres/delai_inscription/valeurs", {"valeur": 30, "du": "2190-01-01"}).refusee("DROIT", 403)
    pose = {"valeur": 30, "du": "2190-01-01", "au": "2190-12-31"}
    pose_ = monde.national.poster("/parametres/delai_inscription/valeurs", pose)
    assert pose_.statut == 201
    assert pose in pose_.reussie()["valeurs"]
    inconnu = monde.national.poster("/parametres/inconnu/valeurs", {"valeur": 30, "du": "2190-01-01"})
    inconnu.refusee("INTROUVABLE", 404)


def test_une_habilitation_perdue_leve_une_alerte_sur_la_session(monde: Monde) -> None:
    session, jure = monde.session_complete(), monde.jure_habilite()
    monde.inscrire_jure(session, jure)
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    monde.confirmer_suspension(jure)
    chemin = f"/sessions/{session['id']}/alertes"
    alertes = attendre(lambda: liste(monde.centre.lire(chemin)))
    porte(alertes[0], "id code message session_id levee")
    assert session["id"] in {
        a["session_id"] for a in monde.ud.lire("/alertes", levee="false", q=session["numero"])["elements"]
    }
    assert codes(monde.relire(session)["alertes"]) == [alertes[0]["code"]]
    monde.ud.poster(f"/habilitations/{jure['habilitation']['id']}/reactiver", {"confirmer": ["HAB-02"]}).reussie()
    attendre(lambda: not monde.relire(session)["alertes"])
    assert monde.ud.lire("/alertes", levee="true", q=session["numero"])["total"] == 1


def test_demander_le_dte(monde: Monde) -> None:
    brouillon, session = monde.session(), monde.session_validee()
    monde.centre.poster(f"/sessions/{brouillon['id']}/demandes-dte").refusee("DTE-01")
    chemin = f"/sessions/{session['id']}/demandes-dte"
    trop_long = monde.centre.poster(chemin, {"commentaire": "x" * 1001})
    assert trop_long.statut in (409, 422)
    faite = monde.centre.poster(chemin, {"commentaire": "x" * 1000})
    assert faite.statut == 201
    dte = porte(monde.relire(session)["dte"][0], "id etat commentaire version")
    demandee = porte(faite.reussie(), "id session_id etat commentaire version")
    assert demandee == {**dte, "dte": [dte], "avertissements": []}
    assert len(dte["commentaire"]) == 1000
    sienne = f"/demandes-dte/{dte['id']}"
    assert monde.ud.lire(sienne)["id"] == dte["id"]
    monde.centre.demander("PATCH", sienne, {"etat": "transmise"}).refusee("DROIT", 403)
    etag = monde.ud.demander("GET", sienne).brute.headers["etag"]
    assert monde.ud.demander("PATCH", sienne, {"etat": "transmise"}, If_Match=etag).reussie()["etat"] == "transmise"
    monde.ud.demander("PATCH", sienne, {"etat": "refusee"}, If_Match=etag).refusee("VERSION", 412)
    lue = monde.ud.lire(sienne)
    assert monde.ud.demander("PATCH", sienne, lue).reussie() == lue  # said again, it changes nothing


# -- convocations


def test_les_convocations(monde: Monde) -> None:
    session = monde.session_validee()
    chemin = f"/sessions/{session['id']}"
    candidat = session["candidats"][0]["candidat_id"]
    heures = {"heure_convocation": "08:00", "par_personne": {candidat: "07:30"}}
    editee = monde.centre.poster(f"{chemin}/convocations", heures).reussie()
    assert (editee["etat"], editee["heure_convocation"]) == ("convoquee", "08:00")
    assert editee["convocations"] == {"editees_le": monde.jour.isoformat(), "version": 1}
    lettres = monde.centre.lire(f"{chemin}/convocations")["elements"]
    assert len(lettres) == 3
    sienne = next(porte(x, "id version statut erreur") for x in lettres if x["personne_id"] == candidat)
    assert (sienne["heure"], sienne["version"]) == ("07:30", 1)
    assert monde.centre.poster(f"/convocations/{sienne['id']}/renvoi").brute.is_success
    ics = monde.centre.demander("GET", f"/convocations/{sienne['id']}.ics").brute
    assert ics.headers["content-type"].startswith("text/calendar")
    assert ics.text.startswith("BEGIN:VCALENDAR")
    for document in (f"/convocations/{sienne['id']}.pdf", f"{chemin}/convocations.pdf", f"{chemin}/emargement.pdf",
                     f"{chemin}/pv.pdf"):  # fmt: skip
        pdf = monde.ud.demander("GET", document).brute
        assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf"), document
        assert "filename=" in pdf.headers["content-disposition"] and pdf.content.startswith(b"%PDF-")
    monde.autre_centre.demander("GET", f"/convocations/{sienne['id']}.pdf").refusee("INTROUVABLE", 404)
    assert monde.centre.poster(f"{chemin}/convocations").reussie()["convocations"]["version"] == 2
    question = monde.centre.demander("PATCH", chemin, {"heure_debut": "11:00"}).a_confirmer("CNV-04")
    assert question["avertissements"][0]["message"]
    confirme = {"heure_debut": "11:00", "confirmer": ["CNV-04"]}
    assert monde.centre.demander("PATCH", chemin, confirme).reussie()["convocations"]["version"] == 3
