"""Les versions du contrat : ETag, If-Match, et ce qui, renvoyé tel quel, ne change rien."""

from functools import partial
from typing import Any
from uuid import uuid4

from tests.outils.attente import attendre
from tests.parcours.acteurs import Utilisateur
from tests.parcours.monde import TITRE, Monde


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
    monde.ud.demander("PATCH", sien, lu).refusee("VERSION", 412)


def test_une_information_que_l_on_ne_peut_que_lire_ne_se_change_pas(monde: Monde) -> None:
    jure = monde.jure()
    chemin = f"/jures/{jure['id']}"
    lu = monde.ud.lire(chemin)
    modifie = monde.ud.demander("PATCH", chemin, lu | {"prenom": "Dominique"}).reussie()
    assert (modifie["prenom"], modifie["version"]) == ("Dominique", lu["version"] + 1)
    faute = monde.ud.demander("PATCH", chemin, modifie | {"statut": "inactif"}).refusee("INVALIDE", 422)
    assert set(faute["erreurs"]) == {"statut"}
    monde.ud.demander("PATCH", chemin, modifie | {"version": "une"}).refusee("INVALIDE", 422)


def test_un_objet_renvoye_apres_qu_un_autre_l_a_change_dit_qu_il_est_perime(monde: Monde) -> None:
    """Seen answered « Cette information n'est pas attendue ici. » of a `version`, the client's program being told
    neither that somebody else had been there, nor to read again.
    """
    jure = monde.jure()
    chemin = f"/jures/{jure['id']}"
    lu = monde.ud.lire(chemin)
    monde.ud.demander("PATCH", chemin, {"prenom": "Dominique"}).reussie()
    perime = monde.ud.demander("PATCH", chemin, lu | {"statut": "inactif", "nom": ""}).refusee("VERSION", 412)
    assert "modifié entre-temps" in perime["detail"]
    neuf = monde.ud.lire(chemin)
    monde.ud.demander("PATCH", chemin, lu, If_Match=f'"{neuf["version"]}"').refusee("INVALIDE", 422)
    monde.centre.demander("PATCH", chemin, lu).refusee("DROIT", 403)
    preferences = monde.centre.lire("/moi/preferences")
    monde.centre.demander("PUT", "/moi/preferences", preferences | {"version": 0}).refusee("VERSION", 412)
    monde.centre.demander("PUT", "/moi/preferences", preferences).reussie()
