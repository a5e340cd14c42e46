"""Inviting a colleague: a link that his mail alone brings, good once, for a week, replaced when sent again."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.dates import PARIS, en_francais
from commun.domain.errors import Introuvable
from commun.storage.db import nouvel_id
from gateway import auth
from gateway.auth import empreinte
from gateway.commands.comptes import creer_compte
from gateway.commands.invitations import PAR_ADRESSE, PAR_COMPTE, VALIDITE
from gateway.queries.invitations import invitation_du_jeton, lettre
from gateway.storage import freins, invitations
from tests.gateway.actes import faire, lire
from tests.gateway.conftest import CENTRE, MOT_DE_PASSE, NATIONAL, UD, Client, refuse
from tests.gateway.test_administration import DIRECCTE, SIMPLE, UD_69, centre_nouveau
from tests.gateway.test_freins import epuiser
from tests.outils.attente import attendre
from tests.outils.cles import paire
from tests.parcours.courrier import courriels

Creer = Callable[..., Client]
NOUVEAU = {"nom": "Aïcha Nouvelle", "mot_de_passe": "un mot de passe tout neuf"}


def adresse_nouvelle() -> str:
    return f"invite-{nouvel_id()}@exemple.fr"


def inviter(chef: Client, courriel: str, **corps: Any) -> dict[str, Any]:
    reponse = chef.http.post("/invitations", json={"courriel": courriel, **corps})
    assert reponse.status_code == 201, reponse.text
    fait: dict[str, Any] = reponse.json()
    return fait


def lien_recu(chef: Client, courriel: str, combien: int = 1) -> str:
    """Returns the path of the link that the last mail brought."""
    dernier = courriels(chef.systeme.url_courrier, courriel, combien)[0]
    trouve = re.search(r"/api/v1(/invitations/acceptation/[\w-]+)", dernier["texte"])
    assert trouve, dernier
    return trouve[1]


def jusqu_a(invitation: dict[str, Any]) -> str:
    """Returns until when its mails say that the link serves: of its last day, some hours only."""
    fin = datetime.fromisoformat(invitation["expire_le"]).astimezone(ZoneInfo(PARIS))
    return f"jusqu’au {en_francais(fin)} (heure de Paris)"


def test_une_collegue_rejoint_son_centre(client: Creer, anonyme: httpx.Client) -> None:
    national = client(NATIONAL)
    centre = centre_nouveau(national)
    role = CENTRE | {"etablissement_id": centre["id"], "departement": "75", "region": "11"}
    cheffe, courriel = client(role), adresse_nouvelle()
    invitation = inviter(cheffe, courriel.upper(), type="CENTRE")
    assert (invitation["courriel"], invitation["etat"]) == (courriel, "en_attente")
    nom = f"{centre['denomination']} – Essai (75)"
    assert (invitation["etablissement_id"], invitation["libelle"]) == (centre["id"], nom)
    assert invitation["administrateur"] is False  # somebody administers there
    lien = lien_recu(cheffe, courriel)
    mail = courriels(cheffe.systeme.url_courrier, courriel)[0]
    assert "Compte d'essai vous propose" in mail["texte"] and centre["denomination"] in mail["texte"]
    assert jusqu_a(invitation) in mail["texte"]
    # who is asked into something unknown, in a text alone, reads what it is and whose
    assert "l’application du ministère chargé du travail pour les sessions d’examen" in mail["texte"]
    assert mail["objet"] == "Invitation à rejoindre CERES"

    vue = anonyme.get(lien).json()
    assert (vue["courriel"], vue["type"], vue["nouveau"]) == (courriel, "CENTRE", True)
    assert {"nom", "mot_de_passe"} == refuse(anonyme.post(lien, json={}), 422, "INVALIDE")["erreurs"].keys()
    assert (
        "mot_de_passe"
        in refuse(anonyme.post(lien, json=NOUVEAU | {"mot_de_passe": "court"}), 422, "INVALIDE")["erreurs"]
    )
    sans_nom = refuse(anonyme.post(lien, json={"mot_de_passe": "court"}), 422, "INVALIDE")
    assert sans_nom["erreurs"].keys() == {"nom", "mot_de_passe"}  # seen said one after the other
    fait = anonyme.post(lien, json=NOUVEAU | {"nom": "Aïcha\n\nNouvelle"})  # as her invitations would say it, in mails
    assert fait.status_code == 200 and fait.json()["identifiant"] == courriel
    assert "jeton" not in fait.json() and "set-cookie" not in fait.headers  # it opens nothing

    jeton = anonyme.post("/jetons", json={"identifiant": courriel, "mot_de_passe": NOUVEAU["mot_de_passe"]}).json()
    moi = anonyme.get("/moi", headers={"Authorization": f"Bearer {jeton['jeton']}"}).json()
    assert (moi["nom"], [p["etablissement_id"] for p in moi["profils"]]) == (NOUVEAU["nom"], [centre["id"]])
    (acceptee,) = cheffe.http.get("/invitations", params={"q": courriel}).json()["elements"]
    assert acceptee["etat"] == "acceptee" and acceptee["acceptee_le"]
    (compte,) = cheffe.http.get("/comptes", params={"q": courriel}).json()["elements"]
    (trace,) = cheffe.http.get(f"/comptes/{compte['id']}/traces").json()["elements"]
    assert (trace["action"], trace["acteur"]["identifiant"]) == ("accepter_invitation", courriel)
    refuse(cheffe.http.post(f"/invitations/{acceptee['id']}/renvoi"), 409, "CPT-05")


def test_un_lien_ne_sert_qu_une_fois_meme_a_deux_en_meme_temps(client: Creer, anonyme: httpx.Client) -> None:
    chef, bob = client(UD_69), client(UD)
    courriel = f"{bob.identifiant}@exemple.fr"
    inviter(chef, courriel, type="UD")
    lien = lien_recu(chef, courriel)
    with ThreadPoolExecutor(6) as fils:
        statuts = sorted(r.status_code for r in fils.map(lambda _: anonyme.post(lien, json={}), range(6)))
    assert statuts == [200, 404, 404, 404, 404, 404]
    refuse(anonyme.get(lien), 404, "INTROUVABLE")
    acceptees = "SELECT count(*) FROM traces WHERE objet_id = %s AND action = 'accepter_invitation'"
    assert bob.sql(acceptees, bob.compte_id) == [(1,)]


def test_de_deux_invitations_ouvertes_ensemble_la_seconde_dit_que_son_mot_de_passe_n_est_pas_retenu(
    client: Creer, anonyme: httpx.Client
) -> None:
    """Seen told to sign in, with nothing of the password typed twice: the second opened nothing."""
    chef, courriel = client(UD), adresse_nouvelle()
    inviter(chef, courriel, type="UD")
    premier = lien_recu(chef, courriel)
    inviter(client(UD_69), courriel, type="UD")
    second = lien_recu(chef, courriel, 2)
    phrases = [
        anonyme.post(lien, json={"nom": "Zoé", "mot_de_passe": choisi}).json()["message"]
        for lien, choisi in ((premier, NOUVEAU["mot_de_passe"]), (second, "un autre mot de passe"))
    ]
    invite = f"C'est fait : connectez-vous à CERES avec l'identifiant {courriel}."
    laisse = "Le mot de passe que vous venez d'indiquer n'est pas retenu : ce compte existait déjà."
    assert phrases == [invite, f"{invite} {laisse}"]


def test_renvoyer_donne_un_autre_lien_et_tue_le_premier(client: Creer, anonyme: httpx.Client) -> None:
    chef, courriel = client(UD), adresse_nouvelle()
    invitation = inviter(chef, courriel, type="UD")
    premier = lien_recu(chef, courriel)
    renvoyee = chef.http.post(f"/invitations/{invitation['id']}/renvoi").json()
    assert renvoyee["version"] == invitation["version"] + 1
    second = lien_recu(chef, courriel, 2)
    assert second != premier
    refuse(anonyme.get(premier), 404, "INTROUVABLE")
    refuse(anonyme.post(premier, json=NOUVEAU), 404, "INTROUVABLE")
    assert anonyme.get(second).status_code == 200


def test_une_invitation_expire_et_renait_d_un_renvoi(client: Creer, anonyme: httpx.Client) -> None:
    chef, courriel = client(UD), adresse_nouvelle()
    invitation = inviter(chef, courriel, type="UD")
    lien = lien_recu(chef, courriel)
    chef.sql("UPDATE invitations SET expire_le = now() WHERE id = %s", invitation["id"])
    document = refuse(anonyme.post(lien, json=NOUVEAU), 404, "INTROUVABLE")
    assert (
        document["detail"]
        == "Cette invitation n'est plus valable. Déjà acceptée : connectez-vous. Sinon, demandez-en une autre."
    )
    etats = {e: chef.http.get("/invitations", params={"q": courriel, "etat": e}).json()["total"] for e in ETATS}
    assert etats == {"en_attente": 0, "acceptee": 0, "expiree": 1}
    chef.http.post(f"/invitations/{invitation['id']}/renvoi")
    assert anonyme.post(lien_recu(chef, courriel, 2), json=NOUVEAU).status_code == 200


ETATS = ("en_attente", "acceptee", "expiree")


def test_une_invitation_retiree_ne_s_accepte_plus_et_renait_d_un_renvoi(client: Creer, anonyme: httpx.Client) -> None:
    """The address was not the right one: whoever reads it would enter a centre, or a service."""
    chef, courriel = client(UD), adresse_nouvelle()
    invitation = inviter(chef, courriel, type="UD")
    lien, chemin = lien_recu(chef, courriel), f"/invitations/{invitation['id']}"
    refuse(chef.http.post(f"{chemin}/retrait", headers={"If-Match": '"7"'}), 412, "VERSION")
    retiree = chef.http.post(f"{chemin}/retrait").json()
    assert (retiree["etat"], retiree["version"]) == ("expiree", invitation["version"] + 1)
    refuse(anonyme.get(lien), 404, "INTROUVABLE")
    refuse(anonyme.post(lien, json=NOUVEAU), 404, "INTROUVABLE")
    autre = inviter(chef, courriel, type="UD")
    refuse(chef.http.post(f"{chemin}/renvoi"), 409, "CPT-04")  # both waited, and one went on waiting for ever
    lien_recu(chef, courriel, 2)
    chef.http.post(f"/invitations/{autre['id']}/retrait")
    chef.http.post(f"{chemin}/renvoi")
    assert anonyme.post(lien_recu(chef, courriel, 3), json=NOUVEAU).status_code == 200
    refuse(chef.http.post(f"{chemin}/retrait"), 409, "CPT-05")
    refuse(chef.http.post(f"/invitations/{autre['id']}/renvoi"), 409, "CPT-03")


def test_la_lettre_d_un_lien_qui_ne_vaut_plus_ne_s_ecrit_pas(client: Creer) -> None:
    """It waits in the ledger, for an hour or a day: meanwhile it may be sent again, accepted, or over."""
    chef, courriel = client(UD), adresse_nouvelle()
    invitation = inviter(chef, courriel, type="UD")["id"]

    def ecrire(envoi: int = 1) -> Any:
        return lire(lettre, invitation, envoi)

    assert ecrire()["courriel"] == courriel
    with pytest.raises(Introuvable):
        ecrire(2)
    for colonne in ("acceptee_le", "expire_le"):
        vaut = "acceptee_le = NULL, expire_le = now() + interval '1 day'"
        for etat in (vaut, f"{colonne} = now() - interval '1 second'"):
            chef.sql(f"UPDATE invitations SET {etat} WHERE id = %s", invitation)
        with pytest.raises(Introuvable):
            ecrire()


def test_changer_la_cle_ne_tue_que_les_liens_qui_ne_sont_pas_partis(
    base: sa.Engine, cles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the manual tells who changes it (docs/exploitation.md): what is stored of a link is the print of the first."""
    chef = faire(creer_compte, "chef", "Chef", "chef@exemple.fr", MOT_DE_PASSE, [UD])

    def offrir(acte: Acte) -> str:
        role = UD | {"courriel": adresse_nouvelle(), "invite_par": chef, "administrateur": False}
        nouvelle = invitations.nouvelle(acte.db, auth.empreinte_invitation, VALIDITE, **role)
        acte.tracer("invitation", nouvelle, "inviter", "Une invitation a été envoyée.")
        return nouvelle

    invitation_id = faire(offrir)
    parti = lire(lettre, invitation_id, 1)["jeton"]
    monkeypatch.setenv("CERES_CLE_PRIVEE", paire()[0])
    config.cache_clear()
    assert lire(invitation_du_jeton, parti)["id"] == invitation_id
    with pytest.raises(Introuvable):
        lire(invitation_du_jeton, lire(lettre, invitation_id, 1)["jeton"])


def test_un_compte_qui_existe_gagne_un_profil_et_garde_son_mot_de_passe(client: Creer, anonyme: httpx.Client) -> None:
    chef, bob = client(UD_69), client(UD)
    inviter(chef, f"{bob.identifiant}@exemple.fr", type="UD")
    lien = lien_recu(chef, f"{bob.identifiant}@exemple.fr")
    offre = anonyme.get(lien).json()  # who had it forwarded reads whose it is
    assert (offre["nouveau"], f"ceux de votre compte {bob.identifiant}." in offre["message"]) == (False, True)
    assert anonyme.post(lien, json=NOUVEAU).json()["identifiant"] == bob.identifiant
    bob.connecter(mot_de_passe=MOT_DE_PASSE)
    assert {p["departement"] for p in bob.http.get("/moi").json()["profils"]} == {"75", "69"}
    assert bob.http.get("/moi").json()["nom"] == "Compte d'essai"
    refuse(
        chef.http.post("/invitations", json={"courriel": f"{bob.identifiant}@exemple.fr", "type": "UD"}), 409, "CPT-03"
    )


def test_un_compte_desactive_n_accepte_rien(client: Creer, anonyme: httpx.Client) -> None:
    chef, bob = client(UD_69), client(UD)
    inviter(chef, f"{bob.identifiant}@exemple.fr", type="UD")
    lien = lien_recu(chef, f"{bob.identifiant}@exemple.fr")
    bob.sql("UPDATE comptes SET actif = false WHERE id = %s", bob.compte_id)
    dit = refuse(anonyme.post(lien, json={}), 409, "CPT-06")["detail"]
    page = anonyme.get(lien, headers={"Accept": "text/html"}).text
    assert dit.startswith(f"Le compte {bob.identifiant} est désactivé : adressez-vous")
    assert (dit in page, "Accepter" in page) == (True, False)  # nor is offered to
    refuse(bob.http.get("/moi"), 401, "NON_AUTHENTIFIE")  # nor opens anything, were a token left to him


def test_on_n_invite_que_chez_soi_et_une_fois(client: Creer) -> None:
    chef, courriel = client(UD), adresse_nouvelle()
    refuse(chef.http.post("/invitations", json={"courriel": courriel, "type": "NATIONAL"}), 403, "DROIT")
    ailleurs = {"courriel": courriel, "type": "UD", "departement": "69"}
    refuse(chef.http.post("/invitations", json=ailleurs), 404, "INTROUVABLE")
    faux = refuse(chef.http.post("/invitations", json={"courriel": "pas une adresse", "type": "UD"}), 422, "INVALIDE")
    assert list(faux["erreurs"]) == ["courriel"]
    invitation = inviter(chef, courriel, type="UD")
    refuse(chef.http.post("/invitations", json={"courriel": courriel, "type": "UD"}), 409, "CPT-04")
    autre = client(DIRECCTE)
    assert autre.http.get("/invitations", params={"q": courriel}).json()["total"] == 0
    refuse(autre.http.post(f"/invitations/{invitation['id']}/renvoi"), 404, "INTROUVABLE")
    assert client(NATIONAL).http.get("/invitations", params={"q": courriel}).json()["total"] == 1


def test_une_adresse_n_a_qu_une_invitation_meme_de_plusieurs_en_meme_temps(client: Creer) -> None:
    chefs, courriel = [client(UD) for _ in range(3)], adresse_nouvelle()

    def offrir(rang: int) -> int:
        return chefs[rang % 3].http.post("/invitations", json={"courriel": courriel, "type": "UD"}).status_code

    with ThreadPoolExecutor(6) as fils:
        assert sorted(fils.map(offrir, range(6))) == [201, 409, 409, 409, 409, 409]


def test_la_premiere_invitee_d_un_centre_l_administre(client: Creer) -> None:
    national = client(NATIONAL)
    centre = centre_nouveau(national)
    invitation = inviter(national, adresse_nouvelle(), type="CENTRE", etablissement_id=centre["id"])
    assert invitation["administrateur"] is True
    simple = inviter(national, adresse_nouvelle(), type="CENTRE", etablissement_id=centre["id"], **SIMPLE)
    assert simple["administrateur"] is False


def test_une_boite_aux_lettres_ne_se_remplit_pas(client: Creer) -> None:
    chef, courriel = client(UD), adresse_nouvelle()
    chemin = f"/invitations/{inviter(chef, courriel, type='UD')['id']}/renvoi"
    statuts = [chef.http.post(chemin).status_code for _ in range(PAR_ADRESSE.salve)]
    assert statuts == [200] * (PAR_ADRESSE.salve - 1) + [429]
    assert chef.sql("SELECT envoi FROM invitations WHERE courriel = %s", courriel) == [(PAR_ADRESSE.salve,)]


def test_un_compte_n_ecrit_pas_a_des_inconnus_par_milliers(client: Creer) -> None:
    """Seen failing: an administrator of a centre had sixty mails of CERES leave in ten seconds, to whom he liked."""
    chef, mission = client(UD), client(NATIONAL)
    for lui in (chef, mission):
        epuiser(lui.systeme, freins.cle("invitation", lui.compte_id), sauf=1, frein=PAR_COMPTE)
    inviter(chef, adresse_nouvelle(), type="UD")
    corps = {"courriel": adresse_nouvelle(), "type": "UD"}
    dit = refuse(chef.http.post("/invitations", json=corps), 429, "TROP_DE_REQUETES")["detail"]
    assert dit.startswith("Beaucoup d'invitations sont parties de votre compte : recommencez dans")
    assert chef.http.get("/invitations", params={"q": corps["courriel"]}).json()["total"] == 0
    for _ in range(2):
        inviter(mission, adresse_nouvelle(), type="NATIONAL")


def test_la_page_se_lit_dans_un_navigateur_sans_rien_changer(client: Creer, anonyme: httpx.Client) -> None:
    chef, courriel = client(UD), adresse_nouvelle()
    inviter(chef, courriel, type="UD")
    lien, html = lien_recu(chef, courriel), {"Accept": "text/html"}
    for _ in range(2):
        page = anonyme.get(lien, headers=html)
        assert page.status_code == 200 and 'autocomplete="new-password"' in page.text
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "<title>Rejoindre CERES" in page.text and "Toutes les informations sont obligatoires." in page.text
    faux = anonyme.post(lien, headers=html, data={"nom": "Bob", "mot_de_passe": "court"})
    assert faux.status_code == 422 and 'aria-describedby="mot_de_passe-erreur"' in faux.text
    assert "<title>Erreur : Rejoindre CERES" in faux.text
    assert "12 à 500 caractères" in faux.text and 'value="Bob"' in faux.text  # the form is there, as it was typed
    assert "court" not in faux.text
    fait = anonyme.post(lien, headers=html, data=NOUVEAU)
    assert fait.status_code == 200 and courriel in fait.text
    perdu = anonyme.get(lien, headers=html)
    assert perdu.status_code == 404 and "n'est plus valable" in unescape(perdu.text)


def test_rien_du_lien_ni_de_l_adresse_hors_de_la_base(client: Creer) -> None:
    """Stored as a print; neither in the event, nor in the ledger of mails, nor in logs."""
    chef, courriel = client(UD), adresse_nouvelle()
    inviter(chef, courriel, type="UD")
    jeton = lien_recu(chef, courriel).rpartition("/")[2]
    ((stocke, tout),) = chef.sql("SELECT empreinte, i::text FROM invitations i WHERE courriel = %s", courriel)
    assert bytes(stocke) == empreinte(jeton) and jeton not in tout
    evenements = str(chef.sql("SELECT corps, en_tetes FROM outbox"))
    assert jeton not in evenements and courriel not in evenements

    def journalisee() -> bool:
        journaux = "".join(j.read_text(errors="replace") for j in chef.systeme.journaux.glob("*.log"))
        assert jeton not in journaux and courriel not in journaux
        return "/invitations" in journaux

    attendre(journalisee)


@pytest.mark.parametrize("perdu", ["compte", "profil"])
def test_qui_est_mis_dehors_ne_revient_pas_par_un_lien_qu_il_avait_envoye(
    client: Creer, anonyme: httpx.Client, perdu: str
) -> None:
    """Seen: who knew that he would be put out had a link sent to an address of his own, and came back by it."""
    national = client(NATIONAL)
    centre = centre_nouveau(national)
    role = CENTRE | {"etablissement_id": centre["id"], "departement": "75", "region": "11"}
    parti, reste = client(role), client(role)
    sienne, autre = (inviter(chef, adresse_nouvelle(), type="CENTRE") for chef in (parti, reste))
    lien, autre_lien = (lien_recu(reste, invitation["courriel"]) for invitation in (sienne, autre))
    compte = f"/comptes/{parti.compte_id}"
    if perdu == "compte":
        assert reste.http.post(f"{compte}/desactivation", json={}).status_code == 200
    else:
        (profil,) = reste.http.get(compte).json()["profils"]
        assert reste.http.delete(f"{compte}/profils/{profil['id']}").status_code == 200
    refuse(anonyme.post(lien, json=NOUVEAU), 404, "INTROUVABLE")
    assert anonyme.get(autre_lien).status_code == 200
    etats = {i["id"]: i["etat"] for i in reste.http.get("/invitations").json()["elements"]}
    assert etats == {sienne["id"]: "expiree", autre["id"]: "en_attente"}
    renvoyee = reste.http.post(f"/invitations/{sienne['id']}/renvoi", json={})
    assert (renvoyee.status_code, renvoyee.json()["etat"]) == (200, "en_attente")


def test_qui_n_administre_plus_n_administre_pas_de_nouveau_par_un_lien_qu_il_avait_envoye(
    client: Creer, anonyme: httpx.Client
) -> None:
    """Seen: a second account, at an address of his own, gave him back what a colleague had just taken from him. Those
    whom he asked in without it are his colleagues all the same."""
    national = client(NATIONAL)
    centre = centre_nouveau(national)
    role = CENTRE | {"etablissement_id": centre["id"], "departement": "75", "region": "11"}
    parti, reste = client(role), client(role)
    sienne = inviter(parti, adresse_nouvelle(), type="CENTRE", administrateur=True)
    simple = inviter(parti, adresse_nouvelle(), type="CENTRE")
    autre = inviter(reste, adresse_nouvelle(), type="CENTRE", administrateur=True)
    lien = lien_recu(reste, sienne["courriel"])
    (profil,) = reste.http.get(f"/comptes/{parti.compte_id}").json()["profils"]
    ote = reste.http.delete(f"/comptes/{parti.compte_id}/profils/{profil['id']}/administration")
    assert ote.status_code == 200
    refuse(anonyme.post(lien, json=NOUVEAU), 404, "INTROUVABLE")
    etats = {i["id"]: i["etat"] for i in reste.http.get("/invitations").json()["elements"]}
    assert etats == {sienne["id"]: "expiree", simple["id"]: "en_attente", autre["id"]: "en_attente"}


@pytest.mark.parametrize("perdu", ["compte", "profil"])
def test_un_agent_de_la_mission_mis_dehors_ne_revient_par_aucun_des_liens_qu_il_avait_envoyes(
    client: Creer, anonyme: httpx.Client, perdu: str
) -> None:
    """Seen: those to the mission were withdrawn, those to any other place were ways back, as an administrator."""
    reste, parti = client(NATIONAL), client(NATIONAL, UD_69)
    ailleurs = inviter(parti, adresse_nouvelle(), type="UD", departement="33", administrateur=True)
    la = inviter(parti, adresse_nouvelle(), type="UD", departement="69")
    lien = lien_recu(reste, ailleurs["courriel"])
    compte = f"/comptes/{parti.compte_id}"
    if perdu == "compte":
        assert reste.http.post(f"{compte}/desactivation", json={}).status_code == 200
    else:
        profils = {p["type"]: p["id"] for p in reste.http.get(compte).json()["profils"]}
        assert reste.http.delete(f"{compte}/profils/{profils['NATIONAL']}").status_code == 200
    refuse(anonyme.post(lien, json=NOUVEAU), 404, "INTROUVABLE")
    (vue,) = reste.http.get("/invitations", params={"q": la["courriel"]}).json()["elements"]
    assert vue["etat"] == ("expiree" if perdu == "compte" else "en_attente")  # he administers there still


def test_qui_renvoie_une_invitation_est_celui_qui_invite(client: Creer, anonyme: httpx.Client) -> None:
    """Seen: the mail named a colleague who had left; and it outlived who had sent it again, put out in his turn."""
    partie, cheffe = client(UD_69, nom="Zoé Partie"), client(UD_69, nom="Ada Restée")
    invitation = inviter(partie, adresse_nouvelle(), type="UD")
    lien_recu(cheffe, invitation["courriel"])
    assert cheffe.http.post(f"/comptes/{partie.compte_id}/desactivation", json={}).status_code == 200
    assert cheffe.http.post(f"/invitations/{invitation['id']}/renvoi", json={}).status_code == 200
    lien = lien_recu(cheffe, invitation["courriel"], 2)
    texte = courriels(cheffe.systeme.url_courrier, invitation["courriel"], 2)[0]["texte"]
    assert ("Ada Restée vous propose" in texte, "Zoé Partie" in texte) == (True, False)
    assert client(NATIONAL).http.post(f"/comptes/{cheffe.compte_id}/desactivation", json={}).status_code == 200
    refuse(anonyme.post(lien, json=NOUVEAU), 404, "INTROUVABLE")


def test_un_profil_retire_ne_revient_pas_par_une_invitation_restee_sans_reponse(
    client: Creer, anonyme: httpx.Client
) -> None:
    """Seen: invited, then given the profil by the mission meanwhile, she had it again by that link once it was
    taken."""
    mission, chef, alice = client(NATIONAL), client(UD_69), client(UD)
    courriel = f"{alice.identifiant}@exemple.fr"
    inviter(chef, courriel, type="UD")
    lien = lien_recu(chef, courriel)
    donne = mission.http.post(f"/comptes/{alice.compte_id}/profils", json={"type": "UD", "departement": "69"})
    la = next(p["id"] for p in donne.json()["profils"] if p["departement"] == "69")
    assert chef.http.delete(f"/comptes/{alice.compte_id}/profils/{la}").status_code == 200
    refuse(anonyme.post(lien, json={}), 404, "INTROUVABLE")
    assert [p["departement"] for p in alice.http.get("/moi").json()["profils"]] == ["75"]
