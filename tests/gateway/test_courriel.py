"""An account's address (ADR 60): what changes with it, what it never takes, who is told."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from commun.domain.errors import Introuvable, Invalide, ReglesEnfreintes
from gateway.commands.comptes import creer_compte
from gateway.commands.connexion import nettoyer
from gateway.commands.courriel import remplacer_courriel
from gateway.queries.comptes import noms_des_signataires
from gateway.queries.courriel import lettre_de_la_demande
from gateway.storage import freins
from tests.gateway.actes import faire, lire
from tests.gateway.conftest import MOT_DE_PASSE, UD, Client, refuse
from tests.gateway.test_administration import UD_69
from tests.gateway.test_freins import epuiser
from tests.gateway.test_invitations import adresse_nouvelle, inviter, lien_recu
from tests.gateway.test_renouvellements import NEUF, anonyme, demander, lien_de, mail_recu  # noqa: F401
from tests.gateway.web.visiteur import Visiteur
from tests.parcours.courrier import courriels

Creer = Callable[..., Client]


def remplacer(identifiant: str, nouveau: str) -> Any:
    return faire(remplacer_courriel, identifiant, {"courriel": nouveau})


@pytest.fixture
def zoe(client: Creer) -> Client:
    """Who signs in under her address, as those do who were invited."""
    return client(UD, nom="Zoé Martin", courriel=adresse_nouvelle())


# -- the operator's way


def test_l_exploitation_donne_une_autre_adresse(zoe: Client, anonyme: httpx.Client) -> None:  # noqa: F811
    ancien, nouveau = zoe.identifiant, adresse_nouvelle()
    assert remplacer(ancien.upper(), nouveau.upper()) == nouveau
    moi = zoe.http.get("/moi").json()  # what was open stays open
    assert (moi["courriel"], moi["identifiant"]) == (nouveau, nouveau)
    refuse(anonyme.post("/jetons", json={"identifiant": ancien, "mot_de_passe": MOT_DE_PASSE}), 401, "NON_AUTHENTIFIE")
    zoe.identifiant = nouveau
    zoe.connecter()
    (la_bas,) = courriels(zoe.systeme.url_courrier, nouveau)
    assert f"connectez-vous sous {nouveau}" in la_bas["texte"] and "Zoé Martin" in la_bas["texte"]
    (ici,) = courriels(zoe.systeme.url_courrier, ancien)
    assert la_bas["objet"] == ici["objet"] == "L’adresse de votre compte CERES a été changée"
    assert "Ce n’est pas vous" in ici["texte"] and nouveau not in str(ici)  # that mailbox may have another reader
    assert (zoe.http.get("/comptes", params={"q": nouveau}).json()["total"]) == 1
    trace = zoe.http.get(f"/comptes/{zoe.compte_id}/traces").json()["elements"][0]
    assert trace["phrase"] == (
        "L'adresse a été remplacée par l'exploitation. "
        f"L'adresse électronique a été changée : {ancien} → {nouveau}. "
        f"L'identifiant a été changé : {ancien} → {nouveau}."
    )
    brut = str(zoe.sql("SELECT phrase, avant, apres FROM traces WHERE objet_id = %s", zoe.compte_id))
    assert ancien not in brut and nouveau not in brut  # sealed under her key
    assert nouveau not in str(zoe.sql("SELECT corps, en_tetes FROM outbox"))


def test_un_identifiant_qui_n_est_pas_l_adresse_reste(client: Creer) -> None:
    bob, nouveau = client(UD), adresse_nouvelle()
    assert remplacer(bob.identifiant, nouveau) == bob.identifiant
    assert f"Votre identifiant reste {bob.identifiant}." in courriels(bob.systeme.url_courrier, nouveau)[0]["texte"]


def test_ce_qui_ne_se_change_pas(client: Creer, zoe: Client) -> None:
    bob = client(UD)
    with pytest.raises(Introuvable):
        remplacer("personne", adresse_nouvelle())
    for sienne in (zoe.identifiant, f"{bob.identifiant}@exemple.fr"):
        with pytest.raises(Invalide if sienne == zoe.identifiant else ReglesEnfreintes) as refus:
            remplacer(zoe.identifiant, sienne)
    assert refus.value.en_clair()["manquements"][0] == {
        "code": "CPT-07",
        "message": "Cette adresse est déjà celle d'un autre compte.",
    }
    zoe.sql("UPDATE comptes SET actif = false WHERE id = %s", zoe.compte_id)
    with pytest.raises(ReglesEnfreintes):
        remplacer(zoe.identifiant, adresse_nouvelle())


def test_qui_a_signe_sous_son_ancienne_adresse_garde_son_nom(zoe: Client) -> None:
    """A visa holds the identifiant; once somebody else signs in under it, it may be either, and names nobody."""
    ancien = zoe.identifiant
    remplacer(ancien, encore := adresse_nouvelle())
    remplacer(encore, adresse_nouvelle())
    assert lire(noms_des_signataires, {ancien, encore}) == {ancien: "Zoé Martin", encore: "Zoé Martin"}
    faire(creer_compte, ancien, "Léo Durand", ancien, MOT_DE_PASSE, [UD])
    assert lire(noms_des_signataires, {ancien, encore, "personne"}) == {encore: "Zoé Martin"}


def test_ses_invitations_la_suivent(client: Creer, zoe: Client, anonyme: httpx.Client) -> None:  # noqa: F811
    """Accepted by the link of the old mailbox, one would have made a second account."""
    chef, ancien, nouveau = client(UD_69), zoe.identifiant, adresse_nouvelle()
    acceptee, d_un_autre = inviter(chef, ancien, type="UD"), inviter(chef, adresse_nouvelle(), type="UD")
    lien_recu(chef, ancien)
    chef.sql("UPDATE invitations SET acceptee_le = now() WHERE id = %s", acceptee["id"])
    inviter(chef, ancien, type="UD")
    lien = lien_recu(chef, ancien, 2)
    remplacer(ancien, nouveau)
    for reste, ou in ((acceptee, ancien), (d_un_autre, d_un_autre["courriel"])):
        assert reste["id"] in {i["id"] for i in chef.http.get("/invitations", params={"q": ou}).json()["elements"]}
    fait = anonyme.post(lien, json={})
    assert (fait.status_code, fait.json()["identifiant"]) == (200, nouveau)
    assert [p["departement"] for p in zoe.http.get("/moi").json()["profils"]] == ["69", "75"]
    (vue,) = chef.http.get("/invitations", params={"q": nouveau}).json()["elements"]
    assert vue["etat"] == "acceptee"


def test_celles_d_une_adresse_partagee_restent(client: Creer, zoe: Client) -> None:
    chef, ancien = client(UD_69), zoe.identifiant
    faire(creer_compte, f"autre-{zoe.compte_id}", "Léo Durand", ancien, MOT_DE_PASSE, [UD])
    inviter(chef, ancien, type="UD")
    remplacer(ancien, adresse_nouvelle())
    assert chef.http.get("/invitations", params={"q": ancien}).json()["total"] == 1


def test_le_lien_de_l_ancienne_boite_ne_remplace_plus_le_mot_de_passe(
    zoe: Client,
    anonyme: httpx.Client,  # noqa: F811
) -> None:
    """Not even asked for under an identifiant that is an address of its own, and stays."""
    courriel = adresse_nouvelle()
    zoe.sql("UPDATE comptes SET courriel = %s WHERE id = %s", courriel, zoe.compte_id)
    demander(anonyme, zoe.identifiant)
    lien = lien_de(mail_recu(zoe, courriel))
    assert remplacer(zoe.identifiant, adresse_nouvelle()) == zoe.identifiant
    refuse(anonyme.post(lien, json=NEUF), 404, "INTROUVABLE")


# -- the holder's own way


def demander_pour(qui: Client, nouveau: str, mot_de_passe: str | None = MOT_DE_PASSE) -> httpx.Response:
    return qui.http.post("/moi/courriel", json={"courriel": nouveau, "mot_de_passe": mot_de_passe})


def lien_recu_par(qui: Client, adresse: str, combien: int = 1) -> str:
    """Returns the path in the API of the link that the last mail to an address brought."""
    texte = mail_recu(qui, adresse, combien)
    trouve = re.search(r"/mon-compte/adresse/([\w-]+)", texte)
    assert trouve, texte
    return f"/moi/courriel/{trouve[1]}"


def test_on_change_d_adresse_par_la_nouvelle(zoe: Client) -> None:
    ancien, nouveau = zoe.identifiant, adresse_nouvelle()
    recu = demander_pour(zoe, nouveau.upper())
    assert recu.status_code == 202 and nouveau in recu.json()["message"]
    lien = lien_recu_par(zoe, nouveau)
    assert zoe.identifiant not in mail_recu(zoe, nouveau) and "Zoé" not in mail_recu(
        zoe, nouveau
    )  # it may be anybody's
    averti = mail_recu(zoe, ancien)
    assert "compte CERES de Zoé Martin" in averti and "/mot-de-passe-oublie" in averti and nouveau not in averti
    for _ in range(2):
        assert zoe.http.get(lien).json() == {"courriel": nouveau, "identifiant": nouveau}
    assert zoe.http.get("/moi").json()["courriel"] == ancien  # nothing changes before it is confirmed
    assert zoe.http.get("/moi/courriel").json() == {"courriel": ancien, "attendu": nouveau, "par_mot_de_passe": True}
    with ThreadPoolExecutor(4) as ensemble_:
        statuts = sorted(r.status_code for r in ensemble_.map(lambda _: zoe.http.post(lien), range(4)))
    assert statuts == [200, 404, 404, 404]
    moi = zoe.http.get("/moi").json()
    assert (moi["courriel"], moi["identifiant"]) == (nouveau, nouveau)
    trace = zoe.http.get(f"/comptes/{zoe.compte_id}/traces").json()["elements"][0]
    assert trace["phrase"].startswith("Le titulaire a confirmé sa nouvelle adresse.")
    assert trace["acteur"]["compte_id"] == zoe.compte_id
    assert "Votre identifiant l’a suivie" in mail_recu(zoe, nouveau, 2)
    assert "Ce n’est pas vous" in mail_recu(zoe, ancien, 2)
    jeton = lien.rpartition("/")[2]
    assert jeton not in str(zoe.sql("SELECT * FROM changements_courriel")) + str(zoe.sql("SELECT corps FROM outbox"))


def test_la_boite_aux_lettres_ne_suffit_pas(client: Creer, zoe: Client, anonyme: httpx.Client) -> None:  # noqa: F811
    """A slip in the address makes it somebody else's: he would confirm, then replace the password."""
    nouveau, lui = adresse_nouvelle(), client(UD)
    demander_pour(zoe, nouveau)
    lien = lien_recu_par(zoe, nouveau)
    refuse(anonyme.post(lien), 401, "NON_AUTHENTIFIE")
    for demande in (lui.http.get, lui.http.post):
        assert lui.identifiant in refuse(demande(lien), 404, "INTROUVABLE")["detail"]
    assert zoe.http.post(lien).status_code == 200


@pytest.mark.parametrize("donne", [None, "", "un autre mot de passe"])
def test_le_mot_de_passe_est_redemande(zoe: Client, donne: str | None) -> None:
    faux = refuse(demander_pour(zoe, adresse_nouvelle(), donne), 422, "INVALIDE")
    assert list(faux["erreurs"]) == ["mot_de_passe"]
    assert zoe.sql("SELECT count(*) FROM changements_courriel WHERE compte_id = %s", zoe.compte_id) == [(0,)]


def test_il_est_demande_avec_le_reste(zoe: Client) -> None:
    """Seen asked for once the address was right."""
    faux = refuse(zoe.http.post("/moi/courriel", json={"courriel": "x"}), 422, "INVALIDE")
    assert faux["erreurs"].keys() == {"courriel", "mot_de_passe"}


def test_deviner_le_mot_de_passe_par_la_est_ralenti_aussi(zoe: Client) -> None:
    epuiser(zoe.systeme, freins.cle("mot_de_passe", zoe.compte_id), sauf=3)
    essais = [demander_pour(zoe, adresse_nouvelle(), "faux").status_code for _ in range(4)]
    assert essais == [422] * 3 + [429]
    change = {"ancien": "faux", "nouveau": NEUF["mot_de_passe"]}
    refuse(zoe.http.put("/moi/mot-de-passe", json=change), 429, "TROP_DE_REQUETES")  # one pace for both


def test_qui_n_a_pas_de_mot_de_passe_n_en_donne_pas(zoe: Client) -> None:
    zoe.sql("UPDATE comptes SET mot_de_passe = NULL WHERE id = %s", zoe.compte_id)
    nouveau = adresse_nouvelle()
    assert zoe.http.get("/moi/courriel").json()["par_mot_de_passe"] is False
    assert demander_pour(zoe, nouveau, None).status_code == 202
    assert "Se déconnecter partout" in mail_recu(zoe, zoe.identifiant)
    assert zoe.http.post(lien_recu_par(zoe, nouveau)).status_code == 200
    dit = mail_recu(zoe, nouveau, 2)  # seen told that his password was the same, and where to replace it
    assert ("avec ProConnect" in dit, "mot de passe" in dit, "connectez-vous" in dit) == (True, False, False)


def test_l_adresse_d_un_autre_ne_se_prend_ni_ne_se_devine(client: Creer, zoe: Client) -> None:
    bob, libre = client(UD), adresse_nouvelle()
    prise = f"{bob.identifiant}@exemple.fr"
    reponses = {a: demander_pour(zoe, a) for a in (libre, prise)}
    libre_, prise_ = (
        (r.status_code, r.text.replace(a, ""), sorted(set(r.headers) - {"date"})) for a, r in reponses.items()
    )
    assert libre_ == prise_
    texte = mail_recu(zoe, prise)
    assert f"déjà celle du compte {bob.identifiant}" in texte
    assert "/mon-compte/" not in texte and "Zoé" not in texte and zoe.identifiant not in texte
    refuse(demander_pour(zoe, zoe.identifiant.upper()), 422, "INVALIDE")  # his own: that, he knows


def test_une_adresse_prise_entre_temps_est_refusee_a_qui_la_lit(zoe: Client) -> None:
    nouveau = adresse_nouvelle()
    demander_pour(zoe, nouveau)
    lien = lien_recu_par(zoe, nouveau)
    faire(creer_compte, nouveau, "Léo Durand", nouveau, MOT_DE_PASSE, [UD])
    refuse(zoe.http.post(lien), 409, "CPT-07")


def test_un_lien_meurt_de_sa_belle_mort_d_un_autre_et_du_mot_de_passe(zoe: Client) -> None:
    une, deux_ = adresse_nouvelle(), adresse_nouvelle()
    demander_pour(zoe, une)
    premier = lien_recu_par(zoe, une)
    demander_pour(zoe, une)  # a slow mail is asked for twice
    second = lien_recu_par(zoe, une, 2)
    assert second != premier and [zoe.http.get(lien).status_code for lien in (premier, second)] == [200, 200]
    demander_pour(zoe, deux_)
    dernier = lien_recu_par(zoe, deux_)
    assert [zoe.http.get(lien).status_code for lien in (premier, second, dernier)] == [404, 404, 200]
    zoe.sql("UPDATE changements_courriel SET expire_le = now() WHERE compte_id = %s", zoe.compte_id)
    refuse(zoe.http.post(dernier), 404, "INTROUVABLE")
    ((changement,),) = zoe.sql("SELECT id::text FROM changements_courriel WHERE compte_id = %s", zoe.compte_id)
    with pytest.raises(Introuvable):  # nor does its mail leave, a server that was down once back
        lire(lettre_de_la_demande, changement, "nouveau")
    faire(nettoyer)
    assert zoe.sql("SELECT count(*) FROM changements_courriel WHERE compte_id = %s", zoe.compte_id) == [(0,)]
    demander_pour(zoe, une)
    lien = lien_recu_par(zoe, une, 3)
    zoe.http.put("/moi/mot-de-passe", json={"ancien": MOT_DE_PASSE, "nouveau": NEUF["mot_de_passe"]})
    zoe.connecter(**NEUF)
    refuse(zoe.http.post(lien), 404, "INTROUVABLE")


def test_on_y_renonce(zoe: Client) -> None:
    nouveau = adresse_nouvelle()
    demander_pour(zoe, nouveau)
    demander_pour(zoe, nouveau)
    lien = lien_recu_par(zoe, nouveau, 2)
    assert zoe.http.delete("/moi/courriel").status_code == 204
    assert zoe.http.get("/moi/courriel").json()["attendu"] is None
    refuse(zoe.http.post(lien), 404, "INTROUVABLE")
    demander_pour(zoe, nouveau)
    zoe.sql("UPDATE changements_courriel SET expire_le = now() WHERE compte_id = %s", zoe.compte_id)
    rien = refuse(zoe.http.delete("/moi/courriel"), 404, "INTROUVABLE")  # over by itself
    assert zoe.identifiant in rien["detail"]


def test_ce_qui_change_son_compte_prend_la_version_vue(zoe: Client) -> None:
    """Seen: the document said that each takes `If-Match`, and none looked at it."""
    vue, perimee = zoe.http.get("/moi").headers["ETag"], {"If-Match": '"9"'}
    assert vue == f'"{zoe.http.get("/moi").json()["version"]}"' == zoe.http.get("/moi/preferences").headers["ETag"]
    nouveau = adresse_nouvelle()
    demander_pour(zoe, nouveau)
    lien = lien_recu_par(zoe, nouveau)
    zoe.sql("UPDATE comptes SET sujet = %s WHERE id = %s", f"sub-{zoe.compte_id}", zoe.compte_id)
    for methode, chemin, corps in (
        ("PUT", "/moi/nom", {"inconnu": 1}),
        ("PUT", "/moi/mot-de-passe", {}),
        ("POST", lien, {"inconnu": 1}),
        ("DELETE", "/moi/courriel", None),
        ("DELETE", "/moi/proconnect", None),
    ):
        refuse(zoe.http.request(methode, chemin, json=corps, headers=perimee), 412, "VERSION")
    assert zoe.http.get("/moi/courriel").json()["attendu"] == nouveau
    assert zoe.http.put("/moi/nom", json={"nom": "Zoé Durand"}, headers={"If-Match": vue}).status_code == 200


def test_une_boite_ne_se_remplit_pas(zoe: Client) -> None:
    courriel = adresse_nouvelle()
    assert [demander_pour(zoe, courriel).status_code for _ in range(4)] == [202, 202, 202, 429]
    assert [demander_pour(zoe, adresse_nouvelle()).status_code for _ in range(4)] == [202, 202, 202, 429]


def test_les_pages(zoe: Client) -> None:
    nouveau, url = adresse_nouvelle(), zoe.systeme.url
    elle = Visiteur(url, zoe.identifiant, MOT_DE_PASSE)
    assert "/mon-compte/adresse" in elle.ouvrir("/mon-compte").liens
    page = elle.ouvrir("/mon-compte/adresse")
    faux = elle.envoyer(page, "Recevoir le lien", courriel="zoe", mot_de_passe=MOT_DE_PASSE)
    assert (faux.statut, bool(faux.dit("courriel")), MOT_DE_PASSE in faux.brute.text) == (422, True, False)
    demandee = elle.envoyer(faux, "Recevoir le lien", courriel=nouveau, mot_de_passe=MOT_DE_PASSE)
    assert (demandee.adresse, f"Un message vient de partir à {nouveau}" in demandee.texte) == ("/mon-compte", True)
    assert f"Un lien attend à {nouveau}" in elle.ouvrir("/mon-compte/adresse").texte
    chemin = lien_recu_par(zoe, nouveau).replace("/moi/courriel", "/mon-compte/adresse")
    passant = Visiteur(url, "")
    connexion = passant.ouvrir(chemin)
    assert connexion.adresse == "/connexion"  # as on a telephone, where one reads one's mail
    arrive = passant.envoyer(connexion, "Se connecter", identifiant=zoe.identifiant, mot_de_passe=MOT_DE_PASSE)
    assert (arrive.adresse, f"votre identifiant sera {nouveau}" in arrive.texte) == (chemin, True)
    for _ in range(2):  # two clicks
        fait = passant.envoyer(arrive, "Confirmer ma nouvelle adresse")
        assert ("Votre adresse est changée" in fait.texte, nouveau in fait.texte) == (True, True)
    perdue = passant.ouvrir(chemin)
    assert (perdue.adresse, "Ce lien ne vaut plus" in perdue.texte) == ("/mon-compte/adresse", True)


def test_on_y_renonce_depuis_son_compte(zoe: Client) -> None:
    nouveau = adresse_nouvelle()
    elle = Visiteur(zoe.systeme.url, zoe.identifiant, MOT_DE_PASSE)
    assert "Garder mon adresse" not in elle.ouvrir("/mon-compte").texte
    demander_pour(zoe, nouveau)
    compte = elle.ouvrir("/mon-compte")
    assert f"Un lien attend à {nouveau}" in compte.texte and "/mon-compte/adresse/renoncement" in compte.liens
    page = elle.ouvrir("/mon-compte/adresse/renoncement")
    for _ in range(2):  # two clicks
        fait = elle.envoyer(page, "Garder mon adresse")
        assert (fait.adresse, "Vous gardez votre adresse" in fait.texte) == ("/mon-compte", True)
        assert nouveau not in fait.texte
    rien = elle.ouvrir("/mon-compte/adresse/renoncement")
    assert "Aucune autre adresse n’attend" in elle.envoyer(rien, "Garder mon adresse").texte


def test_qui_n_a_pas_de_mot_de_passe_n_en_change_pas(zoe: Client) -> None:
    """He comes in by ProConnect: the old one that the form wants, he has never had."""
    elle = Visiteur(zoe.systeme.url, zoe.identifiant, MOT_DE_PASSE)
    assert "Mot de passe actuel" in elle.ouvrir("/mon-compte").texte
    zoe.sql("UPDATE comptes SET mot_de_passe = NULL WHERE id = %s", zoe.compte_id)
    assert "Mot de passe actuel" not in elle.ouvrir("/mon-compte").texte
