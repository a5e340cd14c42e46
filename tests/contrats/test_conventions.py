"""Les conventions du contrat, les mêmes pour chaque appel : erreurs, en-têtes, clés, confirmations, date simulée."""

import concurrent.futures
from datetime import date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from commun.domain.dates import plus_annees
from tests.contrats.formes import codes, porte
from tests.parcours.monde import TITRE, Monde

# -- errors


def test_un_probleme_a_tous_ses_membres(monde: Monde) -> None:
    probleme = monde.ud.demander("GET", f"/jures/{uuid4()}").refusee("INTROUVABLE", 404)
    porte(probleme, "type title status detail code manquements erreurs contexte requete")
    assert probleme["status"] == 404
    assert probleme["manquements"] == []
    assert probleme["erreurs"] == {}


def test_toutes_les_regles_enfreintes_sont_dites_dans_l_ordre(monde: Monde) -> None:
    fin = monde.ud.lire(f"/titres/{TITRE}")["date_fin_de_vie"]
    jure = monde.jure(jusqu_au=plus_annees(monde.jour, -6))
    corps = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_debut": monde.jour.isoformat()}
    trop_tard = (date.fromisoformat(fin) + timedelta(days=1)).isoformat()
    refus = monde.ud.poster(f"/jures/{jure['id']}/habilitations", corps | {"date_fin": trop_tard}).refusee("HAB-07")
    assert codes(refus["manquements"]) == ["HAB-07", "HAB-10"]


def test_le_contexte_explique_le_refus_par_des_dates_iso(monde: Monde) -> None:
    jure = monde.jure(jusqu_au=plus_annees(monde.jour, -6))
    corps = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_debut": monde.jour.isoformat()}
    refus = monde.ud.poster(f"/jures/{jure['id']}/habilitations", corps).refusee("HAB-07")
    assert plus_annees(monde.jour, -6).isoformat() in refus["contexte"].values()
    assert monde.jour.isoformat() in refus["contexte"].values()


def test_ce_qui_n_existe_pas(monde: Monde) -> None:
    for chemin in ("/jures/{}", "/candidats/{}", "/sessions/{}", "/habilitations/{}", "/etablissements/{}"):
        for identifiant in (uuid4(), "pas-un-id", "1; drop table jures"):
            monde.ud.demander("GET", chemin.format(identifiant)).refusee("INTROUVABLE", 404)


def test_hors_de_l_api(monde: Monde) -> None:
    monde.ud.demander("GET", "/n-existe-pas").refusee("INTROUVABLE", 404)
    for methode in ("PUT", "PROPFIND", "TRACE"):
        monde.ud.demander(methode, "/jures").refusee("METHODE", 405)


# -- order of answers: 401, 403, 404, 412, 422, rules, confirmation


def test_l_ordre_des_reponses_d_une_habilitation(monde: Monde) -> None:
    habilitation = monde.habilitation(monde.jure(), valider=False)
    chemin = f"/habilitations/{habilitation['id']}"
    for faux in (b'{"date_debut": "2023-02-29"}', b"{"):
        jeton = {"Authorization": "Bearer faux"}
        assert httpx.patch(f"{monde.url}/api/v1{chemin}", content=faux, headers=jeton, timeout=30).status_code == 401
        monde.centre.demander("PATCH", chemin, faux, If_Match='"99"').refusee("DROIT", 403)
        monde.ud.demander("PATCH", f"/habilitations/{uuid4()}", faux, If_Match='"99"').refusee("INTROUVABLE", 404)
        monde.ud.demander("PATCH", chemin, faux, If_Match='"99"').refusee("VERSION", 412)
        monde.ud.demander("PATCH", chemin, faux).refusee("INVALIDE", 422)
    monde.ud.demander("PATCH", chemin, {"date_fin": "2199-01-01"}).refusee("HAB-10")
    monde.ud.demander("DELETE", chemin).a_confirmer("HAB-03")


def test_hors_perimetre_et_absent_se_ressemblent(monde: Monde) -> None:
    session = monde.session()
    absente = monde.autre_centre.demander("GET", f"/sessions/{uuid4()}").refusee("INTROUVABLE", 404)
    cachee = monde.autre_centre.demander("GET", f"/sessions/{session['id']}").refusee("INTROUVABLE", 404)
    assert absente | {"requete": ""} == cachee | {"requete": ""}


# -- X-Request-Id


def test_le_numero_de_requete_est_repris_jusque_dans_les_traces(monde: Monde) -> None:
    numero = f"essai-{uuid4()}"
    reponse = monde.centre.poster("/candidats", monde.corps_candidat(), X_Request_Id=numero)
    assert reponse.brute.headers["x-request-id"] == numero
    trace = monde.centre.lire(f"/candidats/{reponse.reussie()['id']}/traces")["elements"][0]
    assert trace["requete"] == numero


# -- Idempotency-Key


def test_une_cle_donne_deux_fois_la_meme_reponse(monde: Monde) -> None:
    corps, cle = monde.corps_jure(), str(uuid4())
    premiere = monde.ud.poster("/jures", corps, Idempotency_Key=cle)
    seconde = monde.ud.poster("/jures", corps, Idempotency_Key=cle)
    assert (premiere.statut, premiere.reussie()) == (201, seconde.reussie())
    assert seconde.statut == 201
    for entete in ("etag", "location"):
        assert premiere.brute.headers[entete] == seconde.brute.headers[entete]
    assert monde.ud.lire("/jures", q=corps["nom"])["total"] == 1
    monde.ud.poster("/jures", corps | {"prenom": "Autre"}, Idempotency_Key=cle).refusee("INVALIDE", 422)


def test_la_cle_est_celle_d_un_compte(monde: Monde) -> None:
    cle = str(uuid4())
    un = monde.centre.poster("/candidats", monde.corps_candidat(), Idempotency_Key=cle).reussie()
    deux = monde.autre_centre.poster("/candidats", monde.corps_candidat(), Idempotency_Key=cle).reussie()
    assert un["id"] != deux["id"]


def test_deux_cents_envois_sous_une_cle(monde: Monde) -> None:
    corps, cle = monde.corps_candidat(), str(uuid4())
    with concurrent.futures.ThreadPoolExecutor(16) as fils:
        reponses = list(fils.map(lambda _: monde.centre.poster("/candidats", corps, Idempotency_Key=cle), range(200)))
    assert len({r.corps["id"] for r in reponses if r.statut == 201}) == 1
    assert {r.statut for r in reponses} <= {201, 503}
    assert monde.centre.lire("/candidats", q=corps["nom_naissance"])["total"] == 1


def test_ni_un_refus_ni_une_question_ne_lient_la_cle(monde: Monde) -> None:
    cle, corps = str(uuid4()), monde.corps_candidat()
    monde.centre.poster("/candidats", corps | {"civilite": "X"}, Idempotency_Key=cle).refusee("INVALIDE", 422)
    monde.centre.poster("/candidats", corps, Idempotency_Key=cle).reussie()
    cle, chemin = str(uuid4()), f"/habilitations/{monde.jure_habilite()['habilitation']['id']}/suspendre"
    monde.ud.poster(chemin, {}, Idempotency_Key=cle).a_confirmer("HAB-04")
    premiere = monde.ud.poster(chemin, {"confirmer": ["HAB-04"]}, Idempotency_Key=cle).reussie()
    assert monde.ud.poster(chemin, {"confirmer": ["HAB-04"]}, Idempotency_Key=cle).reussie() == premiere


# -- Location


def test_ce_qui_est_cree_dit_son_adresse(monde: Monde) -> None:
    """What has one: who is registered in a session, or a job, is read with what it belongs to."""
    jure, session = monde.jure(), monde.session()
    brouillon = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_debut": monde.jour.isoformat()}
    habilitation = monde.ud.poster(f"/jures/{jure['id']}/habilitations", brouillon)
    candidat = monde.centre.poster("/candidats", monde.corps_candidat())
    for qui, cree in ((monde.ud, habilitation), (monde.centre, candidat)):
        lue = qui.demander("GET", cree.brute.headers["location"].removeprefix("/api/v1"))
        assert lue.reussie()["id"] == cree.reussie()["id"]
    inscription = {"candidat_id": candidat.reussie()["id"], "parcours": "formation"}
    inscrit = monde.centre.poster(f"/sessions/{session['id']}/candidats", inscription)
    assert (inscrit.statut, inscrit.brute.headers.get("location")) == (201, None)


# -- fields left out


def test_ce_qui_est_facultatif_peut_etre_nul(monde: Monde) -> None:
    session = monde.session()
    candidat = {"candidat_id": monde.candidat()["id"], "parcours": None, "formateurs": None, "confirmer": None}
    monde.centre.poster(f"/sessions/{session['id']}/candidats", candidat).reussie()
    repris = {c: session[c] for c in ("titre_code", "site_id", "date_debut", "heure_debut")}
    nuls = {"ccp_codes": None, "ccs_code": None, "entretien_final": None, "responsable": None}
    creee = monde.centre.poster("/sessions", repris | nuls | {"type": "TITRE"}).reussie()
    assert creee["ccp_codes"] == session["ccp_codes"]


# -- confirmations


def test_des_codes_de_trop_sont_ignores_et_il_faut_les_siens(monde: Monde) -> None:
    chemin = f"/habilitations/{monde.jure_habilite()['habilitation']['id']}/suspendre"
    monde.ud.poster(chemin, {"confirmer": ["HAB-02", "JUR-06"]}).a_confirmer("HAB-04")
    assert monde.ud.poster(chemin, {"confirmer": ["HAB-02", "HAB-04"]}).reussie()["etat"] == "suspendue"


def test_le_refus_vient_avant_la_question(monde: Monde) -> None:
    brouillon = monde.habilitation(monde.jure(), valider=False)
    monde.ud.poster(f"/habilitations/{brouillon['id']}/suspendre", {"confirmer": ["HAB-04"]}).refusee("HAB-00")


def test_un_delete_confirme_dans_son_adresse(monde: Monde) -> None:
    brouillon = monde.habilitation(monde.jure(), valider=False)
    chemin = f"/habilitations/{brouillon['id']}"
    monde.ud.demander("DELETE", f"{chemin}?confirmer=HAB-04").a_confirmer("HAB-03")
    assert monde.ud.demander("DELETE", f"{chemin}?confirmer=HAB-04,HAB-03").brute.is_success


@pytest.mark.parametrize("dits", ["confirmer=HAB-04&confirmer=HAB-03", "confirmer=HAB-04,%20HAB-03"])
def test_les_codes_d_un_delete_se_disent_aussi_un_par_un(monde: Monde, dits: str) -> None:
    brouillon = monde.habilitation(monde.jure(), valider=False)
    assert monde.ud.demander("DELETE", f"/habilitations/{brouillon['id']}?{dits}").brute.is_success


@pytest.mark.parametrize("segment", ["mettre-en-brouillon", "mettre_en_brouillon"])
def test_le_tiret_bas_vaut_le_tiret(monde: Monde, segment: str) -> None:
    habilitation = monde.jure_habilite()["habilitation"]
    rendue = monde.ud.poster(f"/habilitations/{habilitation['id']}/{segment}").reussie()
    assert rendue["etat"] == "brouillon"


def test_un_acte_a_dans_l_historique_le_nom_de_son_adresse(monde: Monde) -> None:
    jure = f"/jures/{monde.jure()['id']}"
    candidat = f"/candidats/{monde.centre.poster('/candidats', corps := monde.corps_candidat()).reussie()['id']}"
    identite = {nom: corps[nom] for nom in ("nom_naissance", "prenoms", "date_naissance", "naissance")}
    actes = [
        (monde.ud, jure, "inactivation", {"confirmer": ["JUR-02"]}),
        (monde.ud, jure, "activation", {}),
        (monde.ud, jure, "fusion", {"absorbe_id": monde.jure()["id"], "confirmer": ["JUR-06"]}),
        (monde.autre_centre, candidat, "rattachement", identite),
    ]
    for qui, chemin, segment, donnees in actes:
        qui.poster("/candidats/rattachement" if segment == "rattachement" else f"{chemin}/{segment}", donnees).reussie()
        assert qui.lire(f"{chemin}/traces")["elements"][0]["action"] == segment


# -- X-Date-Simulee


def test_la_date_simulee_est_le_jour_de_chaque_regle(monde: Monde) -> None:
    jure = monde.jure_habilite()
    habilitation = jure["habilitation"]
    fin = date.fromisoformat(habilitation["date_fin"])
    chemin = f"/habilitations/{habilitation['id']}"
    etats = [monde.ud.demander("GET", chemin, le=fin + timedelta(days=n)).reussie()["etat"] for n in (0, 1)]
    assert etats == ["active", "expiree"]


def test_les_instants_des_traces_gardent_l_heure_reelle(monde: Monde) -> None:
    corps = monde.corps_candidat()
    candidat = monde.centre.poster("/candidats", corps, le=plus_annees(monde.jour, 1)).reussie()
    trace = monde.centre.lire(f"/candidats/{candidat['id']}/traces")["elements"][0]
    instant = datetime.fromisoformat(trace["instant"])
    assert instant.tzinfo is not None
    assert abs(instant - datetime.now(instant.tzinfo)) < timedelta(minutes=5)
