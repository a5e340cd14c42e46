"""Les conventions du contrat, les mêmes pour chaque appel : erreurs, en-têtes, listes, clés, versions, date simulée."""

import concurrent.futures
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from commun.domain.dates import plus_annees
from tests.contrats.formes import codes, liste, porte
from tests.outils.attente import attendre
from tests.parcours.acteurs import Utilisateur
from tests.parcours.monde import TITRE, Monde, nom_nouveau

LISTES = [
    "/agrements", "/alertes", "/candidats", "/ccs", "/communes", "/controles", "/demandes-vae", "/departements",
    "/etablissements", "/filtres", "/habilitations", "/jures", "/messages", "/parametres", "/pays", "/sessions",
    "/taches", "/titres",
]  # fmt: skip


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
        assert httpx.patch(f"{monde.url}/api/v1{chemin}", content=faux, headers=jeton).status_code == 401
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


# -- lists


@pytest.mark.parametrize("chemin", LISTES)
def test_une_liste_a_la_forme_du_contrat(monde: Monde, chemin: str) -> None:
    _a_la_forme_d_une_liste(monde, chemin)


@pytest.mark.parametrize(
    ("objet", "listes"),
    [("jures", "sessions doublons"), ("candidats", "attestations doublons"), ("sessions", "convocations")],
)
def test_les_listes_d_un_objet_aussi(monde: Monde, objet: str, listes: str) -> None:
    cree = {"jures": monde.jure, "candidats": monde.candidat, "sessions": monde.session}[objet]()
    for nom in listes.split():
        _a_la_forme_d_une_liste(monde, f"/{objet}/{cree['id']}/{nom}")


def _a_la_forme_d_une_liste(monde: Monde, chemin: str) -> None:
    qui = monde.national
    liste(qui.lire(chemin))
    liste(qui.lire(chemin, page=2, par_page=1), page=2, par_page=1)
    assert liste(qui.lire(chemin, q="zzzz-introuvable")) == []
    for faux in (
        "page=0", "page=abc", "par_page=0", "par_page=201", "tri=inconnu", "tri=-", "filtre_inconnu=1", "q=%00",
        f"q={'x' * 201}",
    ):  # fmt: skip
        qui.demander("GET", f"{chemin}?{faux}").refusee("INVALIDE", 422)


@pytest.mark.parametrize(
    "deux", ["etat=brouillon&etat=validee", "debut_apres=2026-01-01&debut_apres=2027-01-01", "page=1&page=2", "q=a&q=b"]
)
def test_un_filtre_ne_se_dit_pas_de_deux_facons(monde: Monde, deux: str) -> None:
    nom = deux.partition("=")[0]
    assert nom in monde.centre.demander("GET", f"/sessions?{deux}").refusee("INVALIDE", 422)["erreurs"]
    meme, _, _ = deux.partition("&")
    monde.centre.demander("GET", f"/sessions?{meme}&{meme}&{nom}=").reussie()


@pytest.mark.parametrize(
    ("liste", "filtres"),
    [
        ("jures", ("statut", "titre", "page", "par_page")),
        ("habilitations", ("etat", "fin_avant", "departement")),
        ("sessions", ("etat", "type", "debut_apres")),
        ("messages", ("non_lus",)),
    ],
)
def test_un_filtre_vide_n_est_pas_un_filtre(monde: Monde, liste: str, filtres: tuple[str, ...]) -> None:
    for filtre in filtres:
        assert monde.ud.lire(f"/{liste}", **{filtre: ""})["par_page"] == 25


@pytest.mark.parametrize("chemin", ["/ccs", "/communes", "/departements", "/pays"])
def test_les_pages_se_suivent(monde: Monde, chemin: str) -> None:
    tout = monde.national.lire(chemin, par_page=4)
    assert tout["total"] > 1
    pages = [monde.national.lire(chemin, page=n, par_page=2)["elements"] for n in (1, 2)]
    assert [*pages[0], *pages[1]] == tout["elements"]
    assert monde.national.lire(chemin, page=1_000_000, par_page=200)["elements"] == []


@pytest.mark.parametrize(
    ("chemin", "champ"),
    [
        ("/sessions", "date_debut"), ("/sessions", "numero"), ("/sessions", "titre_code"), ("/agrements", "date_fin"),
        ("/agrements", "statut"), ("/habilitations", "date_fin"), ("/habilitations", "etat"), ("/pays", "cog"),
        ("/candidats", "date_naissance"), ("/titres", "code"), ("/titres", "situation"), ("/departements", "code"),
        ("/communes", "code_insee"), ("/etablissements", "region"),
    ],
)  # fmt: skip
def test_le_tri_et_son_contraire(monde: Monde, chemin: str, champ: str) -> None:
    if chemin == "/sessions":
        monde.session(dans=50)
        monde.session(dans=51)
    montant = [e[champ] or "" for e in monde.national.lire(chemin, tri=champ, par_page=200)["elements"]]
    descendant = [e[champ] or "" for e in monde.national.lire(chemin, tri=f"-{champ}", par_page=200)["elements"]]
    assert len(montant) > 1
    assert montant == sorted(montant)
    assert descendant == sorted(descendant, reverse=True)


def test_la_recherche_ignore_accents_et_casse(monde: Monde) -> None:
    nom = nom_nouveau("Noël")
    monde.ud.poster("/jures", monde.corps_jure(nom=nom, prenom="Élodie")).reussie()
    candidat = monde.corps_candidat(nom_naissance=nom, prenoms="Élodie")
    monde.centre.poster("/candidats", candidat).reussie()
    sans_accent = nom.replace("ë", "e")
    for cherche in (nom, f"élodie {nom}", sans_accent.upper(), f"{sans_accent.lower()} elodie"):
        assert monde.ud.lire("/jures", q=cherche)["total"] == 1, cherche
        assert monde.centre.lire("/candidats", q=cherche)["total"] == 1, cherche


def test_la_recherche_prend_les_jokers_pour_des_lettres(monde: Monde) -> None:
    for joker in ("%", "_", "\\"):
        assert monde.national.lire("/titres", q=joker)["total"] == 0


# -- ETag, If-Match


def test_chaque_ressource_dit_sa_version(monde: Monde) -> None:
    jure = monde.jure_habilite()
    etablissement = monde.etablissement(monde.centre)
    chemins = [
        f"/jures/{jure['id']}", f"/habilitations/{jure['habilitation']['id']}", f"/titres/{TITRE}",
        f"/candidats/{monde.candidat()['id']}", f"/sessions/{monde.session()['id']}",
        f"/etablissements/{etablissement['id']}", f"/agrements/{etablissement['agrements'][0]['id']}",
    ]  # fmt: skip
    for chemin in chemins:
        reponse = monde.centre.demander("GET", chemin)
        assert reponse.brute.headers["etag"] == f'"{reponse.reussie()["version"]}"', chemin


def test_if_match_vaut_pour_patch_et_put(monde: Monde) -> None:
    jure = monde.jure()
    chemin = f"/jures/{jure['id']}"
    etag = monde.ud.demander("GET", chemin).brute.headers["etag"]
    modifie = monde.ud.demander("PATCH", chemin, {"prenom": "Dominique"}, If_Match=etag)
    assert modifie.reussie()["prenom"] == "Dominique"
    assert modifie.brute.headers["etag"] != etag
    monde.ud.demander("PATCH", chemin, {"prenom": "Claude"}, If_Match=etag).refusee("VERSION", 412)
    monde.ud.demander("PATCH", chemin, {"prenom": "Claude"}, If_Match='"inconnu"').refusee("VERSION", 412)
    monde.ud.demander("PATCH", chemin, {"prenom": "Claude"}, If_Match=f'{etag}, "0"').refusee("VERSION", 412)
    seconde = modifie.brute.headers["etag"]
    monde.ud.demander("PATCH", chemin, {"prenom": "Claude"}, If_Match=f'{etag}, {seconde}, "inconnu"').reussie()
    monde.ud.demander("PATCH", chemin, {"prenom": "Camille"}, If_Match="*").reussie()
    vide = {"correspondances": []}
    titre = f"/titres/{TITRE}/correspondances"
    monde.national.demander("PUT", titre, vide, If_Match='"999999"').refusee("VERSION", 412)


def test_rien_a_changer_ne_change_ni_la_version_ni_l_historique(monde: Monde) -> None:
    centre = monde.etablissement(monde.centre)
    brouillon = monde.habilitation(monde.jure(), valider=False)
    chemins = {
        monde.national: [f"/titres/{TITRE}", "/versions/1.7.1"],
        monde.centre: [f"/candidats/{monde.candidat()['id']}", f"/sessions/{monde.session()['id']}"],
        monde.ud: [
            f"/etablissements/{centre['id']}", f"/agrements/{centre['agrements'][0]['id']}",
            f"/jures/{brouillon['jure_id']}", f"/habilitations/{brouillon['id']}",
        ],
    }  # fmt: skip
    for qui, siens in chemins.items():
        for chemin in siens:
            version = qui.lire(chemin)["version"]
            assert qui.demander("PATCH", chemin, {}).reussie()["version"] == version, chemin


def _renvoyer(qui: Utilisateur, chemin: str) -> tuple[Any, Any, Any] | None:
    """Sends an object back whole, then with one field more; returns what was read and answered. `None` where it moved
    meanwhile, as a centre does whenever a session of its comes to be known.
    """
    lu = qui.lire(chemin)
    rendu, faute = (qui.demander("PATCH", chemin, corps).brute.json() for corps in (lu, lu | {"inconnu": 1}))
    return (lu, rendu, faute) if qui.lire(chemin) == lu else None


def test_un_objet_renvoye_tel_qu_il_fut_lu_ne_change_rien(monde: Monde) -> None:
    """GET, then PATCH of the whole: what the resource shows and nobody writes is left out where it is as it was."""
    centre, session = monde.etablissement(monde.centre), monde.session_complete()
    brouillon = monde.habilitation(monde.jure(), valider=False)
    item = {"titre": "Essai", "profils": [{"profils": ["CENTRE"], "texte": "Un texte.", "lignes": []}]}
    version = {"numero": f"9.{uuid4().int % 9999}.{uuid4().int % 9999}", "date": "2026-01-15"}
    monde.national.poster("/versions", version | {"modules": [{"titre": "Module", "items": [item]}]}).reussie()
    chemins = {
        monde.national: [f"/titres/{TITRE}", f"/versions/{version['numero']}"],
        monde.centre: [
            f"/candidats/{monde.candidat()['id']}", f"/sessions/{session['id']}", f"/etablissements/{centre['id']}",
        ],
        monde.ud: [
            f"/etablissements/{centre['id']}", f"/agrements/{centre['agrements'][0]['id']}",
            f"/jures/{brouillon['jure_id']}", f"/habilitations/{brouillon['id']}",
        ],
    }  # fmt: skip
    attendues, obtenues = {}, {}
    for qui, chemin in ((qui, chemin) for qui, siens in chemins.items() for chemin in siens):
        lu, rendu, faute = attendre(partial(_renvoyer, qui, chemin))
        attendues[qui, chemin] = (lu["version"], None, ["inconnu"])
        obtenues[qui, chemin] = (rendu.get("version"), rendu.get("erreurs"), list(faute["erreurs"]))
    assert obtenues == attendues


def test_ce_qu_un_acte_a_rendu_se_renvoie_aussi(monde: Monde) -> None:
    """Who goes on from what he was answered; a job too, which is read with its juré."""
    jure, employe = (monde.ud.poster("/jures", monde.corps_jure()).reussie() for _ in range(2))
    session = monde.session()
    corps = {"intitule": "Vendeur", "code_rome": "D1212", "employeur": "Essai", "date_debut": "2020-02-29"}
    emploi = monde.ud.poster(f"/jures/{employe['id']}/emplois", corps).reussie()
    sien = f"/jures/{employe['id']}/emplois/{emploi['id']}"
    actes = ((monde.ud, f"/jures/{jure['id']}", jure), (monde.centre, f"/sessions/{session['id']}", session),
             (monde.ud, sien, emploi))  # fmt: skip
    for qui, chemin, rendu in actes:
        assert qui.demander("PATCH", chemin, rendu).reussie()["version"] == rendu["version"], chemin
    (lu,) = monde.ud.lire(f"/jures/{employe['id']}")["emplois"]
    assert monde.ud.demander("PATCH", sien, lu | {"intitule": "Autre"}).reussie()["intitule"] == "Autre"
    assert list(monde.ud.demander("PATCH", sien, lu).refusee("INVALIDE", 422)["erreurs"]) == ["version"]


def test_une_information_que_l_on_ne_peut_que_lire_ne_se_change_pas(monde: Monde) -> None:
    jure = monde.jure()
    chemin = f"/jures/{jure['id']}"
    lu = monde.ud.lire(chemin)
    modifie = monde.ud.demander("PATCH", chemin, lu | {"prenom": "Dominique"}).reussie()
    assert (modifie["prenom"], modifie["version"]) == ("Dominique", lu["version"] + 1)
    perime = monde.ud.demander("PATCH", chemin, lu | {"statut": "inactif"}).refusee("INVALIDE", 422)
    assert set(perime["erreurs"]) == {"statut", "version"}  # what was read before is no longer as it was
    monde.ud.demander("PATCH", chemin, lu, If_Match=f'"{lu["version"]}"').refusee("VERSION", 412)


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
