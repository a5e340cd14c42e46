"""Jurés, emplois et habilitations : noms des champs, filtres, statuts."""

from datetime import date, timedelta

from commun.domain.dates import plus_annees
from commun.domain.textes import de
from tests.contrats.formes import codes, liste, porte
from tests.outils.attente import attendre
from tests.parcours.monde import CCS, TITRE, Monde, nom_nouveau

JURE = (
    "id civilite nom nom_usage prenom telephone_professionnel telephone_personnel courriel date_naissance adresse "
    "departement statut emplois habilitations version"
)
HABILITATION = (
    "id jure_id titre_code ccp_codes ccs_code date_debut date_fin fin_effective etat situation_titre actions refus "
    "version"
)
EMPLOI = "id intitule code_rome titres_lies employeur employeur_siret date_debut date_fin version"


def test_un_jure(monde: Monde) -> None:
    cree = monde.ud.poster("/jures", monde.corps_jure())
    assert cree.statut == 201
    jure = porte(cree.reussie(), JURE)
    porte(jure["adresse"], "voie complement code_postal commune code_insee")
    assert (jure["departement"], jure["statut"], jure["emplois"], jure["habilitations"]) == ("75", "actif", [], [])


def test_le_departement_suit_l_adresse(monde: Monde) -> None:
    assert monde.ud.poster("/jures", monde.corps_jure(departement="75")).reussie()["departement"] == "75"
    probleme = monde.ud.poster("/jures", monde.corps_jure(departement="13")).refusee("INVALIDE", 422)
    assert "departement" in probleme["erreurs"]


def test_un_jure_proche_demande_confirmation(monde: Monde) -> None:
    nom = nom_nouveau("Éloi")
    corps = monde.corps_jure(nom=nom)
    monde.ud.poster("/jures", corps).reussie()
    question = monde.ud.poster("/jures", corps | {"nom": nom.replace("É", "e").upper()}).a_confirmer("JUR-06")
    assert question["avertissements"][0]["message"].startswith("Un juré proche existe déjà")
    second = monde.ud.poster("/jures", corps | {"confirmer": ["JUR-06"]}).reussie()
    doublons = monde.ud.lire(f"/jures/{second['id']}/doublons")["elements"]
    assert len(doublons) >= 1
    absorbe = doublons[0]
    chemin = f"/jures/{second['id']}/fusion"
    question = monde.ud.poster(chemin, {"absorbe_id": absorbe["id"]}).refusee("CONFIRMATION_REQUISE")
    vus = codes(question["avertissements"])
    monde.ud.poster(chemin, {"absorbe_id": absorbe["id"], "confirmer": vus}).reussie()
    assert monde.ud.lire(f"/jures/{absorbe['id']}")["id"] == second["id"]


def test_les_filtres_des_jures(monde: Monde) -> None:
    jure = monde.jure_habilite()
    for filtres in ({"titre": TITRE}, {"departement": "75"}, {"statut": "actif"}, {"q": jure["courriel"]}):
        page = monde.ud.lire("/jures", **{"q": jure["nom"]} | filtres)
        assert jure["id"] in {j["id"] for j in page["elements"]}, filtres
    for filtres in ({"ccs": CCS}, {"departement": "2a"}, {"statut": "inactif"}):
        assert monde.ud.lire("/jures", q=jure["nom"], **filtres)["total"] == 0
    faute = monde.ud.demander("GET", "/jures?departement=20").refusee("INVALIDE", 422)
    assert faute["erreurs"]["departement"][0].startswith("Ce département n'existe pas")
    porte(monde.ud.lire("/jures", q=jure["nom"])["elements"][0], JURE)


def test_les_emplois(monde: Monde) -> None:
    jure = monde.ud.poster("/jures", monde.corps_jure()).reussie()
    chemin = f"/jures/{jure['id']}/emplois"
    corps = {"intitule": "Vendeur", "code_rome": "D1212", "employeur": "Essai", "date_debut": "2020-02-29"}
    cree = monde.ud.poster(chemin, corps)
    assert cree.statut == 201
    emploi = porte(cree.reussie(), EMPLOI)
    assert emploi["date_fin"] is None
    sien = f"{chemin}/{emploi['id']}"
    assert monde.ud.demander("PATCH", sien, {"date_fin": "2024-02-29"}).reussie()["date_fin"] == "2024-02-29"
    faux = monde.ud.demander("PATCH", sien, {"date_fin": "2019-01-01"}).refusee("INVALIDE", 422)
    assert "date_fin" in faux["erreurs"]
    monde.centre.demander("DELETE", sien).refusee("DROIT", 403)
    assert monde.ud.demander("DELETE", sien).brute.is_success
    monde.ud.demander("PATCH", sien, {"intitule": "x"}).refusee("INTROUVABLE", 404)


def test_un_emploi_change_sous_une_habilitation_est_signale(monde: Monde) -> None:
    jure = monde.jure_habilite()
    emploi = monde.ud.lire(f"/jures/{jure['id']}")["emplois"][0]
    loin = plus_annees(monde.jour, -6).isoformat()
    chemin = f"/jures/{jure['id']}/emplois/{emploi['id']}"
    change = monde.ud.demander("PATCH", chemin, {"date_fin": loin}).reussie()
    assert codes(change["avertissements"]) == ["HAB-15"]


def test_inactiver_et_activer(monde: Monde) -> None:
    jure = monde.jure_habilite()
    chemin = f"/jures/{jure['id']}"
    question = monde.ud.poster(f"{chemin}/inactivation").a_confirmer("JUR-02")
    attendu = f"Vous allez inactiver le juré {jure['prenom']} {jure['nom']}. Il ne pourra plus être inscrit"
    assert question["avertissements"][0]["message"].startswith(attendu)
    assert monde.ud.poster(f"{chemin}/inactivation", {"confirmer": ["JUR-02"]}).reussie()["statut"] == "inactif"
    assert monde.ud.lire(f"/habilitations/{jure['habilitation']['id']}")["etat"] == "active"  # JUR-05: kept
    monde.centre.poster(f"/sessions/{monde.session()['id']}/jures", {"jure_id": jure["id"]}).refusee("JUR-05")
    assert monde.ud.poster(f"{chemin}/activation").reussie()["statut"] == "actif"


def test_une_habilitation(monde: Monde) -> None:
    jure = monde.jure()
    corps = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_debut": monde.jour.isoformat()}
    chemin = f"/jures/{jure['id']}/habilitations"
    cree = monde.ud.poster(chemin, corps)
    assert cree.statut == 201
    habilitation = porte(cree.reussie(), HABILITATION)
    assert (habilitation["etat"], habilitation["situation_titre"], habilitation["ccs_code"]) == (
        "brouillon",
        "en_cours",
        None,
    )
    titre = monde.ud.lire(f"/titres/{TITRE}")
    assert habilitation["date_fin"] == titre["date_fin_de_vie"]  # HAB-10: the bound, by default
    actions = {a["action"]: a["avertissement"] for a in habilitation["actions"]}
    assert actions["valider"] is None
    nom = de(f"{jure['prenom']} {jure['nom']}")
    assert actions["supprimer"].startswith(f"Vous allez supprimer l'habilitation {nom} sur ")
    refus = {r["action"]: r["code"] for r in habilitation["refus"]}
    assert refus.keys() - actions.keys() >= {"suspendre", "reactiver"}
    assert set(refus.values()) == {"HAB-00"}
    lue = monde.centre.demander("GET", f"/habilitations/{habilitation['id']}")
    assert lue.statut == 404  # neither active nor registered: out of the centre's perimeter
    for faux in ({"ccp_codes": ["RNCP37098BC99"]}, {"ccp_codes": []}, {"ccs_code": CCS}, {"titre_code": None}):
        monde.ud.poster(chemin, corps | faux).refusee("INVALIDE", 422)


def test_une_habilitation_ne_change_qu_en_brouillon(monde: Monde) -> None:
    habilitation = monde.jure_habilite()["habilitation"]
    chemin = f"/habilitations/{habilitation['id']}"
    fin = (monde.jour + timedelta(days=400)).isoformat()
    monde.ud.demander("PATCH", chemin, {"date_fin": fin}).refusee("HAB-00")
    monde.ud.poster(f"{chemin}/mettre-en-brouillon").reussie()
    assert monde.ud.demander("PATCH", chemin, {"date_fin": fin}).reussie()["date_fin"] == fin


def test_un_ccs_retire_de_son_titre_laisse_lisible_qui_y_est_habilite(monde: Monde) -> None:
    titre, ccs = nom_nouveau("T"), nom_nouveau("S")
    corps = {"code": titre, "intitule": titre, "niveau": 3, "codes_rome": ["D1212"], "ccps": []}
    ccps, complement = [{"code": f"{titre}-1", "intitule": "Bloc"}], {"code": ccs, "intitule": "Complément"}
    monde.national.poster("/titres", corps | {"ccps": ccps, "ccs": [complement]}).reussie()
    jure = monde.jure()
    monde.habilitation(jure, titre)
    chemin = f"/jures/{jure['id']}/habilitations"
    brouillon = monde.ud.poster(chemin, {"ccs_code": ccs, "date_debut": monde.jour.isoformat()}).reussie()
    monde.national.demander("PATCH", f"/titres/{titre}", {"ccs": []}).reussie()
    sien = f"/habilitations/{brouillon['id']}"
    attendre(lambda: "HAB-09" in codes(monde.ud.lire(sien)["refus"]))
    monde.ud.poster(f"{sien}/valider").refusee("HAB-09")
    assert porte(monde.ud.lire(sien), HABILITATION)["etat"] == "brouillon"
    assert len(monde.ud.lire(f"/jures/{jure['id']}")["habilitations"]) == 2
    assert monde.ud.lire("/jures", q=jure["nom"])["total"] == monde.ud.lire("/habilitations", ccs=ccs)["total"] == 1
    assert monde.ud.demander("PATCH", f"/jures/{jure['id']}", {"prenom": "Alex"}).reussie()["prenom"] == "Alex"


def test_les_filtres_des_habilitations(monde: Monde) -> None:
    jure = monde.jure()
    fin = monde.jour + timedelta(days=400)
    habilitation = monde.habilitation(jure, date_fin=fin.isoformat())
    sur = {"titre": TITRE, "departement": "75", "par_page": 200, "q": jure["nom"]}

    def ids(**filtres: object) -> set[str]:
        return {h["id"] for h in monde.ud.lire("/habilitations", **sur | filtres)["elements"]}

    assert habilitation["id"] in ids(etat="active")
    assert ids(etat="suspendue") == set()
    assert habilitation["id"] not in ids(fin_avant=fin.isoformat())
    assert habilitation["id"] in ids(fin_avant=(fin + timedelta(days=1)).isoformat())
    assert ids(ccs=CCS) == set()
    porte(monde.ud.lire("/habilitations", **sur)["elements"][0], HABILITATION)
    monde.ud.demander("GET", "/habilitations?etat=perdue").refusee("INVALIDE", 422)


def test_les_sessions_d_un_jure(monde: Monde) -> None:
    jure, session = monde.jure_habilite(), monde.session()
    monde.inscrire_jure(session, jure)
    elements = attendre(lambda: monde.ud.lire(f"/jures/{jure['id']}/sessions")["elements"])
    assert [porte(s, "id numero etat date_debut date_fin")["id"] for s in elements] == [session["id"]]


def test_une_session_convoquee_l_est_pour_qui_la_lit_par_un_jure_ou_par_son_agrement(monde: Monde) -> None:
    session = monde.session_validee(jury=monde.jury_neuf())
    monde.convoquer(session)
    assert monde.centre.lire(f"/sessions/{session['id']}")["etat"] == "convoquee"

    def etats_sous_l_agrement() -> list[str]:
        agrements = monde.ud.lire(f"/etablissements/{session['etablissement_id']}/agrements?par_page=200")["elements"]
        siens = [a["id"] for a in agrements if session["numero"] in a["sessions"]]
        lues = [s for a in siens for s in monde.ud.lire(f"/agrements/{a}/incidences")["sessions"]]
        return [s["etat"] for s in lues if s["id"] == session["id"]]

    def etats_chez_le_jure() -> list[str]:
        lues = monde.ud.lire(f"/jures/{session['jures'][0]['jure_id']}/sessions")["elements"]
        return [s["etat"] for s in lues]

    for etats in (etats_sous_l_agrement, etats_chez_le_jure):
        attendre(lambda etats=etats: etats() == ["convoquee"])  # told by events


def test_une_session_que_nul_n_a_validee_a_temps_ne_retient_plus_son_jure(monde: Monde) -> None:
    jure, session = monde.jure_habilite(), monde.session(30)
    monde.inscrire_jure(session, jure)
    debut = date.fromisoformat(session["date_debut"])
    chemin = f"/habilitations/{jure['habilitation']['id']}"
    question = monde.ud.poster(f"/jures/{jure['id']}/inactivation", le=debut).a_confirmer("JUR-02")
    assert session["numero"] not in question["avertissements"][0]["message"]
    monde.ud.poster(f"{chemin}/mettre-en-brouillon", le=debut).reussie()
    assert monde.ud.demander("DELETE", f"{chemin}?confirmer=HAB-03", le=debut).statut == 204


def test_les_traces_d_une_habilitation(monde: Monde) -> None:
    habilitation = monde.jure_habilite()["habilitation"]
    chemin = f"/habilitations/{habilitation['id']}"
    monde.ud.poster(f"{chemin}/suspendre", {"confirmer": ["HAB-04"], "motif": "Essai du motif"}).reussie()
    traces = liste(monde.ud.lire(f"{chemin}/traces"))
    derniere = porte(traces[0], "instant acteur action avant apres requete")
    porte(derniere["acteur"], "identifiant profil")
    assert derniere["acteur"]["identifiant"] == "ud-demo"
    assert [t["action"] for t in traces] == ["suspendre", "valider", "creer"]
    assert (derniere["avant"]["etat"], derniere["apres"]["etat"]) == ("active", "suspendue")
    assert derniere["motif"] == "Essai du motif"
