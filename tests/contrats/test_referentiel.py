"""Certifications, établissements, agréments, territoires : noms des champs, filtres, refus."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from commun.domain.dates import plus_annees
from tests.contrats.formes import liste, porte
from tests.outils.attente import attendre
from tests.outils.sirets import siret_nouveau
from tests.parcours.monde import CCS, TITRE, TITRE_A_CCS, TITRE_EN_PROLONGATION, Monde, nom_nouveau

TITRE_CHAMPS = (
    "code intitule niveau code_rncp codes_rome date_debut_validite date_fin_de_vie date_fin_prolongation situation "
    "ccps ccs version"
)
ETABLISSEMENT = "id siret denomination adresse departement region telephone courriel sites version"
AGREMENT = "id etablissement_id site_id titre_code ccs_code numero date_debut date_fin statut version"


def corps_etablissement(**autres: Any) -> dict[str, Any]:
    adresse = {"voie": "2 rue des Essais", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    return {
        "siret": siret_nouveau(),
        "denomination": nom_nouveau("Centre"),
        "adresse": adresse,
        "sites": [{"libelle": "Siège", "adresse": adresse}],
    } | autres


def corps_titre(**autres: Any) -> dict[str, Any]:
    code = f"ESSAI-{uuid4().hex[:8]}"
    ccps = [{"code": f"{code}-{n}", "intitule": f"Bloc d'essai {n}"} for n in (1, 2)]
    return {"code": code, "intitule": nom_nouveau("Titre"), "niveau": 3, "codes_rome": ["D1212"], "ccps": ccps} | autres


# -- certifications


def test_un_titre(monde: Monde) -> None:
    titre = porte(monde.centre.lire(f"/titres/{TITRE_A_CCS}"), TITRE_CHAMPS)
    assert all(set(c) == {"code", "intitule"} for c in [*titre["ccps"], *titre["ccs"]])
    assert CCS in {c["code"] for c in titre["ccs"]}
    monde.centre.demander("GET", "/titres/N-EXISTE-PAS").refusee("INTROUVABLE", 404)


@pytest.mark.parametrize("situation", ["en_cours", "en_prolongation", "hors_delai"])
def test_les_titres_par_situation(monde: Monde, situation: str) -> None:
    titres = liste(monde.centre.lire("/titres", situation=situation))
    assert {t["situation"] for t in titres} == {situation}
    for titre in titres:
        porte(titre, TITRE_CHAMPS)


def test_une_situation_qui_n_existe_pas(monde: Monde) -> None:
    probleme = monde.centre.demander("GET", "/titres?situation=perime").refusee("INVALIDE", 422)
    assert "situation" in probleme["erreurs"]


def test_un_ccs(monde: Monde) -> None:
    porte(monde.centre.lire(f"/ccs/{CCS}"), "code intitule titres version")
    assert CCS in {c["code"] for c in liste(monde.centre.lire("/ccs"))}


def test_creer_et_modifier_un_titre(monde: Monde) -> None:
    corps = corps_titre(date_fin_de_vie="2028-02-29")
    monde.ud.poster("/titres", corps).refusee("DROIT", 403)
    cree = monde.national.poster("/titres", corps)
    assert cree.statut == 201
    titre = porte(cree.reussie(), TITRE_CHAMPS)
    assert titre["date_fin_prolongation"] == "2029-02-28"
    chemin = f"/titres/{titre['code']}"
    monde.direccte.demander("PATCH", chemin, {"niveau": 4}).refusee("DROIT", 403)
    assert monde.national.demander("PATCH", chemin, {"niveau": 4}).reussie()["niveau"] == 4
    monde.national.demander("PATCH", chemin, {"code": "AUTRE"}).refusee("INVALIDE", 422)
    jours = [("2028-02-29", "en_cours"), ("2028-03-01", "en_prolongation"), ("2029-02-28", "en_prolongation"),
             ("2029-03-01", "hors_delai")]  # fmt: skip
    for jour, situation in jours:
        assert monde.ud.demander("GET", chemin, le=date.fromisoformat(jour)).reussie()["situation"] == situation


def test_sans_fin_de_prolongation_rien_n_est_deduit_d_une_fin_de_vie_inconnue(monde: Monde) -> None:
    titre = monde.national.poster("/titres", corps_titre()).reussie()
    assert (titre["date_fin_de_vie"], titre["date_fin_prolongation"], titre["situation"]) == (None, None, "en_cours")


def test_les_correspondances_d_un_titre(monde: Monde) -> None:
    ancien = monde.national.poster("/titres", corps_titre()).reussie()
    nouveau = monde.national.poster("/titres", corps_titre()).reussie()
    ligne = {
        "ancien_titre_code": ancien["code"],
        "ancien_ccp_code": ancien["ccps"][0]["code"],
        "ccp_code": nouveau["ccps"][1]["code"],
    }
    chemin = f"/titres/{nouveau['code']}/correspondances"
    monde.ud.demander("PUT", chemin, {"correspondances": [ligne]}).refusee("DROIT", 403)
    assert monde.national.demander("PUT", chemin, {"correspondances": [ligne]}).reussie()["correspondances"] == [ligne]


def test_une_habilitation_se_lit_a_travers_les_correspondances(monde: Monde) -> None:
    """REF-01: a titre is revised; who was habilité on the earlier one sits for the CCP that it takes over."""
    jure, (repris, *_) = monde.jure_habilite(), monde.national.lire(f"/titres/{TITRE}")["ccps"]
    revise = monde.national.poster("/titres", corps_titre()).reussie()
    secretaire, agent = monde.autre_centre, monde.compte("multi-demo", type="UD", departement="69")
    centre = monde.etablissement(secretaire)
    agrement = {
        "titre_code": revise["code"],
        "site_id": centre["sites"][0]["id"],
        "numero": nom_nouveau("AGR"),
        "date_debut": monde.jour.isoformat(),
        "date_fin": plus_annees(monde.jour, 1).isoformat(),
    }
    agent.poster(f"/etablissements/{centre['id']}/agrements", agrement).reussie()
    corps = monde.corps_session(titre_code=revise["code"], site_id=agrement["site_id"])
    chemin = f"/sessions/{secretaire.poster('/sessions', corps).reussie()['id']}"
    secretaire.poster(f"{chemin}/jures", {"jure_id": jure["id"]}).refusee("JRY-02")
    ligne = {"ancien_titre_code": TITRE, "ancien_ccp_code": repris["code"], "ccp_code": revise["ccps"][0]["code"]}
    monde.national.demander("PUT", f"/titres/{revise['code']}/correspondances", {"correspondances": [ligne]}).reussie()
    (possible,) = attendre(lambda: secretaire.lire(f"{chemin}/jures-possibles", q=jure["nom"])["elements"])
    assert (possible["jure_id"], possible["ccp_codes"]) == (jure["id"], [ligne["ccp_code"]])
    (membre,) = secretaire.poster(f"{chemin}/jures", {"jure_id": jure["id"]}).reussie()["jures"]
    assert (membre["habilitation_id"], membre["habilite"]) == (jure["habilitation"]["id"], True)
    par_ccp = {c["code"]: len(c["jures"]) for c in secretaire.lire(f"{chemin}/couverture")["ccps"]}
    assert par_ccp == {revise["ccps"][0]["code"]: 1, revise["ccps"][1]["code"]: 0}


# -- établissements


def test_un_etablissement(monde: Monde) -> None:
    etablissement = porte(monde.etablissement(monde.centre), ETABLISSEMENT + " agrements")
    porte(etablissement["sites"][0], "id libelle adresse")
    porte(etablissement["agrements"][0], AGREMENT)
    assert (etablissement["departement"], etablissement["region"]) == ("75", "11")


def test_les_filtres_des_etablissements(monde: Monde) -> None:
    sien = monde.etablissement(monde.centre)
    for filtres in ({"departement": "75"}, {"region": "11"}, {"q": sien["denomination"].upper()}):
        trouves = monde.national.lire("/etablissements", par_page=200, **filtres)["elements"]
        assert sien["id"] in {e["id"] for e in trouves}, filtres
    ailleurs = monde.national.lire("/etablissements", departement="69", par_page=200)["elements"]
    assert {e["departement"] for e in ailleurs} == {"69"}


def test_creer_un_etablissement_dans_son_departement(monde: Monde) -> None:
    monde.centre.poster("/etablissements", corps_etablissement()).refusee("DROIT", 403)
    cree = monde.ud.poster("/etablissements", corps_etablissement())
    assert cree.statut == 201
    porte(cree.reussie(), ETABLISSEMENT)
    adresse = {"voie": "1 rue", "code_postal": "69001", "commune": "Lyon", "code_insee": "69381"}
    assert not monde.ud.poster("/etablissements", corps_etablissement(adresse=adresse)).brute.is_success
    faux = corps_etablissement(siret="12345678901234")
    assert "siret" in monde.ud.poster("/etablissements", faux).refusee("INVALIDE", 422)["erreurs"]


def test_les_sites_se_renvoient_tels_qu_ils_se_lisent(monde: Monde) -> None:
    # one of its own: those who register in another's sessions as its site changes are asked to do it again
    etablissement = monde.ud.poster("/etablissements", corps_etablissement()).reussie()
    chemin = f"/etablissements/{etablissement['id']}"
    premier, *autres = etablissement["sites"]
    corps = {"sites": [premier | {"libelle": nom_nouveau("Site")}, *autres]}
    modifie = monde.national.demander("PATCH", chemin, corps).reussie()
    assert [s["departement"] for s in modifie["sites"]] == [s["departement"] for s in etablissement["sites"]]
    ailleurs = {"sites": [premier | {"departement": "69"}]}
    assert "sites" in monde.national.demander("PATCH", chemin, ailleurs).refusee("INVALIDE", 422)["erreurs"]
    monde.national.demander("PATCH", chemin, {"sites": etablissement["sites"]}).reussie()


def test_un_centre_ne_modifie_que_son_identite(monde: Monde) -> None:
    sien, autre = monde.etablissement(monde.centre), monde.etablissement(monde.autre_centre)
    chemin = f"/etablissements/{sien['id']}"
    modifie = monde.centre.demander("PATCH", chemin, {"telephone": "01 99 00 01 02"}).reussie()
    assert modifie["telephone"] == "+33199000102"
    monde.centre.demander("PATCH", f"/etablissements/{autre['id']}", {"telephone": None}).refusee("INTROUVABLE", 404)


# -- agréments


def agrement_nouveau(monde: Monde, **autres: Any) -> dict[str, Any]:
    etablissement = monde.ud.poster("/etablissements", corps_etablissement()).reussie()
    corps = {
        "titre_code": TITRE,
        "site_id": etablissement["sites"][0]["id"],
        "numero": nom_nouveau("AGR"),
        "date_debut": monde.jour.isoformat(),
        "date_fin": plus_annees(monde.jour, 1).isoformat(),
    } | autres
    cree = monde.ud.poster(f"/etablissements/{etablissement['id']}/agrements", corps)
    assert cree.statut == 201, cree.brute.text
    return dict(porte(cree.reussie(), AGREMENT + " actions refus"))


def test_la_vie_d_un_agrement(monde: Monde) -> None:
    agrement = agrement_nouveau(monde)
    chemin = f"/agrements/{agrement['id']}"
    assert agrement["statut"] == "accorde"
    monde.centre.poster(f"{chemin}/suspension", {}).refusee("DROIT", 403)
    monde.ud.poster(f"{chemin}/retablissement", {"motif": "Essai"}).refusee("AGR-00")
    suspendu = monde.ud.confirmer(f"{chemin}/suspension", {"motif": "Contrôle"}, "AGR-02")
    assert suspendu["statut"] == "suspendu"
    assert {a["action"] for a in suspendu["actions"]} >= {"retablissement", "retrait"}
    assert {r["action"]: r["code"] for r in suspendu["refus"]}["suspension"] == "AGR-00"
    retabli = monde.ud.poster(f"{chemin}/retablissement", {"motif": "Levée"}).reussie()
    assert retabli["statut"] == "accorde"
    retire = monde.ud.confirmer(f"{chemin}/retrait", {"motif": "Fermeture"}, "AGR-02")
    assert (retire["statut"], retire["actions"]) == ("retire", [])
    traces = liste(monde.ud.lire(f"{chemin}/traces"))
    assert [t["action"] for t in traces] == ["retrait", "retablissement", "suspension", "creer"]
    assert {t["motif"] for t in traces} >= {"Contrôle", "Levée", "Fermeture"}


def test_un_agrement_est_echu_le_lendemain_de_sa_fin(monde: Monde) -> None:
    agrement = agrement_nouveau(monde)
    fin = date.fromisoformat(agrement["date_fin"])
    for ecart, statut in ((0, "accorde"), (1, "echu")):
        lu = monde.ud.demander("GET", f"/agrements/{agrement['id']}", le=fin + timedelta(days=ecart)).reussie()
        assert lu["statut"] == statut


def test_un_agrement_ne_depasse_pas_la_fin_de_vie(monde: Monde) -> None:
    etablissement = monde.ud.poster("/etablissements", corps_etablissement()).reussie()
    fin = date.fromisoformat(monde.national.lire(f"/titres/{TITRE_EN_PROLONGATION}")["date_fin_de_vie"])
    corps = {
        "titre_code": TITRE_EN_PROLONGATION,
        "site_id": etablissement["sites"][0]["id"],
        "numero": nom_nouveau("AGR"),
        "date_debut": (fin - timedelta(days=30)).isoformat(),
        "date_fin": (fin + timedelta(days=1)).isoformat(),
    }
    chemin = f"/etablissements/{etablissement['id']}/agrements"
    monde.ud.poster(chemin, corps).refusee("AGR-03")
    couvre = monde.ud.poster(chemin, corps | {"date_fin": fin.isoformat()}).reussie()
    assert couvre["statut"] == "accorde"  # in force at the end of life, it covers the prolongation


def test_les_incidences_et_les_filtres_des_agrements(monde: Monde) -> None:
    session = monde.session()
    agrement = next(
        a for a in monde.etablissement(monde.centre)["agrements"]
        if a["titre_code"] == TITRE and a["site_id"] == session["site_id"]
    )  # fmt: skip
    chemin = f"/agrements/{agrement['id']}/incidences"
    assert session["numero"] in {s["numero"] for s in monde.ud.lire(chemin)["sessions"]}, "asked of who created it"
    question = monde.ud.poster(f"/agrements/{agrement['id']}/suspension", {"motif": "x"}).a_confirmer("AGR-02")
    assert session["numero"] in question["avertissements"][0]["message"]

    accordes = monde.ud.lire("/agrements", statut="accorde", par_page=200)["elements"]
    assert {a["statut"] for a in accordes} == {"accorde"}
    fin = date.fromisoformat(agrement["date_fin"])
    for limite, attendu in ((fin, False), (fin + timedelta(days=1), True)):
        avant = monde.ud.lire("/agrements", fin_avant=limite.isoformat(), par_page=200)["elements"]
        assert (agrement["id"] in {a["id"] for a in avant}) is attendu
    sien = monde.etablissement(monde.centre)["id"]
    assert agrement["id"] in {a["id"] for a in liste(monde.centre.lire(f"/etablissements/{sien}/agrements"))}


def test_modifier_un_agrement(monde: Monde) -> None:
    agrement = agrement_nouveau(monde)
    chemin, numero = f"/agrements/{agrement['id']}", nom_nouveau("AGR")
    monde.centre.demander("PATCH", chemin, {"numero": numero}).refusee("DROIT", 403)
    assert monde.ud.demander("PATCH", chemin, {"numero": numero}).reussie()["numero"] == numero
    monde.ud.demander("PATCH", chemin, {"titre_code": TITRE_A_CCS}).refusee("INVALIDE", 422)


def test_un_titre_ou_un_ccs_et_un_seul(monde: Monde) -> None:
    etablissement = monde.etablissement(monde.centre)
    corps = {
        "titre_code": TITRE, "ccs_code": CCS, "site_id": etablissement["sites"][0]["id"], "numero": "X",
        "date_debut": monde.jour.isoformat(), "date_fin": monde.jour.isoformat(),
    }  # fmt: skip
    monde.ud.poster(f"/etablissements/{etablissement['id']}/agrements", corps).refusee("INVALIDE", 422)


# -- territories


def test_les_communes(monde: Monde) -> None:
    trouvees = liste(monde.centre.lire("/communes", q="saint-etienne"))
    assert "Saint-Étienne" in {c["nom"] for c in trouvees}
    arrondissement = monde.centre.lire("/communes", q="75112", le="1990-01-01")["elements"][0]
    porte(arrondissement, "code_insee nom departement")
    assert arrondissement["departement"] == "75"
    monde.centre.demander("GET", "/communes?le=2023-02-29").refusee("INVALIDE", 422)


def test_pays_et_departements(monde: Monde) -> None:
    allemagne = monde.centre.lire("/pays", q="allemagne")["elements"][0]
    assert (porte(allemagne, "pays_code nom")["pays_code"]) == "DE"
    paris = next(d for d in monde.centre.lire("/departements", par_page=200)["elements"] if d["code"] == "75")
    assert porte(paris, "code nom region")["region"] == "11"
