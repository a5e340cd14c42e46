"""A lost password (ADR 59): a link that the account's mail alone brings, good once, for an hour; nobody learns who has
an account.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from random import randrange
from typing import Any

import httpx
import pytest

from commun.config import config
from commun.domain.errors import Introuvable
from gateway.auth import empreinte
from gateway.commands.connexion import nettoyer
from gateway.commands.renouvellements import PAR_ADRESSE, PAR_SOURCE
from gateway.queries.renouvellements import lettre
from tests.conftest import Systeme
from tests.gateway.actes import faire, lire
from tests.gateway.conftest import MOT_DE_PASSE, UD, Client, refuse
from tests.gateway.test_invitations import NOUVEAU, adresse_nouvelle, inviter, jusqu_a, lien_recu
from tests.outils.attente import attendre
from tests.parcours.courrier import courriels

Creer = Callable[..., Client]
NEUF = {"mot_de_passe": "un autre mot de passe"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def anonyme(systeme: Systeme) -> Iterator[httpx.Client]:
    """A visitor who comes from an address of his own: one source may not ask for many links."""
    transport = httpx.HTTPTransport(local_address=f"127.{randrange(1, 255)}.{randrange(255)}.{randrange(1, 255)}")
    with httpx.Client(base_url=f"{systeme.url}/api/v1", transport=transport, timeout=15) as http:
        yield http


def adresse(qui: Client) -> str:
    return f"{qui.identifiant}@exemple.fr"


def demander(http: httpx.Client, courriel: str) -> httpx.Response:
    return http.post("/mot-de-passe-oublie", json={"courriel": courriel})


def mail_recu(qui: Client, courriel: str, combien: int = 1) -> str:
    texte: str = courriels(qui.systeme.url_courrier, courriel, combien)[0]["texte"]
    return texte


def lien_de(texte: str) -> str:
    """Returns the path of the link that a mail brings."""
    trouve = re.search(r"/api/v1(/mot-de-passe-oublie/[\w-]+)", texte)
    assert trouve, texte
    return trouve[1]


def test_on_retrouve_son_compte_par_sa_boite_aux_lettres(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    autre_jeton = alice.jeton
    alice.connecter()
    recu = demander(anonyme, adresse(alice).upper())
    assert recu.status_code == 202 and "un message vient d’y partir" in recu.json()["message"]
    texte = mail_recu(alice, adresse(alice))
    assert f"Votre identifiant est {alice.identifiant}." in texte and "dans l’heure" in texte
    lien = lien_de(texte)
    for _ in range(2):  # mail filters follow links
        assert anonyme.get(lien).json()["identifiant"] == alice.identifiant
    faux = refuse(anonyme.post(lien, json={"mot_de_passe": "court"}), 422, "INVALIDE")
    assert list(faux["erreurs"]) == ["mot_de_passe"]
    assert alice.http.get("/moi").status_code == 200  # asking, looking and failing end nothing

    fait = anonyme.post(lien, json=NEUF)
    assert fait.status_code == 200 and fait.json()["identifiant"] == alice.identifiant
    assert "jeton" not in fait.json() and "set-cookie" not in fait.headers  # it opens nothing
    for jeton in (autre_jeton, alice.jeton):
        refuse(anonyme.get("/moi", headers={"Authorization": f"Bearer {jeton}"}), 401, "NON_AUTHENTIFIE")
    ancien = {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE}
    refuse(anonyme.post("/jetons", json=ancien), 401, "NON_AUTHENTIFIE")
    alice.connecter(**NEUF)
    ((action, phrase, auteur),) = alice.sql(
        "SELECT action, acteur ->> 'compte_id', acteur ->> 'identifiant' FROM traces "
        "WHERE objet_id = %s AND action = 'mot_de_passe'",
        alice.compte_id,
    )
    assert (action, phrase, auteur) == ("mot_de_passe", alice.compte_id, alice.identifiant)
    dit = courriels(alice.systeme.url_courrier, adresse(alice), 2)[0]
    assert dit["objet"] == "Votre mot de passe CERES a été changé"
    assert re.search(r"changé le \d\d/\d\d/\d{4} à \d\d:\d\d \(heure de Paris\)", dit["texte"])


def test_un_lien_ne_sert_qu_une_fois_et_tue_les_autres(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    demander(anonyme, adresse(alice))
    premier = lien_de(mail_recu(alice, adresse(alice)))
    demander(anonyme, adresse(alice))
    second = lien_de(mail_recu(alice, adresse(alice), 2))
    assert second != premier and anonyme.get(premier).status_code == 200  # a slow mail is asked for twice
    with ThreadPoolExecutor(2) as fils:  # as many as hash at once
        statuts = sorted(r.status_code for r in fils.map(lambda lien: anonyme.post(lien, json=NEUF), (premier, second)))
    assert statuts == [200, 404]
    refuse(anonyme.post(premier, json=NEUF), 404, "INTROUVABLE")
    changes = "SELECT count(*) FROM traces WHERE objet_id = %s AND action = 'mot_de_passe'"
    assert alice.sql(changes, alice.compte_id) == [(1,)]
    perdu = anonyme.get(premier, headers=HTML)
    assert perdu.status_code == 404 and "Ce lien ne vaut plus" in perdu.text
    assert 'href="/api/v1/mot-de-passe-oublie"' in perdu.text and "Demander un autre lien" in perdu.text


def test_un_lien_expire_et_s_efface(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    demander(anonyme, adresse(alice))
    lien = lien_de(mail_recu(alice, adresse(alice)))
    alice.sql("UPDATE renouvellements SET expire_le = now() WHERE courriel = %s", adresse(alice))
    refuse(anonyme.get(lien), 404, "INTROUVABLE")
    refuse(anonyme.post(lien, json=NEUF), 404, "INTROUVABLE")
    faire(nettoyer)
    assert alice.sql("SELECT count(*) FROM renouvellements WHERE courriel = %s", adresse(alice)) == [(0,)]


def test_changer_son_mot_de_passe_autrement_tue_le_lien_et_se_dit_aussi(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    demander(anonyme, adresse(alice))
    lien = lien_de(mail_recu(alice, adresse(alice)))
    change = {"ancien": MOT_DE_PASSE, "nouveau": NEUF["mot_de_passe"]}
    assert alice.http.put("/moi/mot-de-passe", json=change).status_code == 204
    refuse(anonyme.get(lien), 404, "INTROUVABLE")
    assert "a été changé" in mail_recu(alice, adresse(alice), 2)


def test_rien_ne_dit_qui_a_un_compte(client: Creer, anonyme: httpx.Client) -> None:
    """The same answer, the same rows, the same event: what differs is decided later, where nobody waits for it."""
    alice, inconnue = client(UD), adresse_nouvelle()
    reponses = {courriel: demander(anonyme, courriel) for courriel in (adresse(alice), inconnue)}
    connue, nulle = (
        (r.status_code, r.text.replace(c, ""), sorted(set(r.headers) - {"date"})) for c, r in reponses.items()
    )
    assert connue == nulle
    assert alice.sql("SELECT count(*) FROM renouvellements WHERE courriel = %s", inconnue) == [(1,)]
    mail_recu(alice, adresse(alice))
    demander(anonyme, adresse(alice))
    mail_recu(alice, adresse(alice), 2)  # the stranger's was looked at before this one
    recus = httpx.get(f"{alice.systeme.url_courrier}/messages.json", params={"a": inconnue}, timeout=30).json()
    assert recus == []


def test_une_boite_aux_lettres_ne_se_remplit_pas_connue_ou_non(client: Creer, anonyme: httpx.Client) -> None:
    for courriel in (adresse(client(UD)), adresse_nouvelle()):
        statuts = [demander(anonyme, courriel).status_code for _ in range(PAR_ADRESSE.salve)]
        assert statuts == [202] * PAR_ADRESSE.salve
        refus = demander(anonyme, courriel)
        assert refuse(refus, 429, "TROP_DE_REQUETES")["detail"] == (
            "Plusieurs liens ont été demandés pour cette adresse : regardez vos courriels, indésirables compris, ou "
            "recommencez dans 20 minutes."
        )
        assert 1100 < int(refus.headers["retry-after"]) <= 1200


def test_une_source_ne_fait_pas_ecrire_a_tout_le_monde(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    statuts = [demander(anonyme, adresse_nouvelle()).status_code for _ in range(PAR_SOURCE.salve + 1)]
    assert statuts == [202] * PAR_SOURCE.salve + [429]
    page = anonyme.post("/mot-de-passe-oublie", headers=HTML, data={"courriel": adresse(alice)})
    assert page.status_code == 429 and "recommencez dans" in page.text


@pytest.mark.parametrize(
    "ferme", ["UPDATE comptes SET actif = false WHERE id = %s", "DELETE FROM profils WHERE compte_id = %s"]
)
def test_un_compte_ferme_dit_a_qui_s_adresser(client: Creer, anonyme: httpx.Client, ferme: str) -> None:
    bob = client(UD, connecte=False)
    bob.sql(ferme, bob.compte_id)
    demander(anonyme, adresse(bob))
    texte = mail_recu(bob, adresse(bob))
    assert "n’a plus accès à CERES" in texte and "administrateur" in texte and "/mot-de-passe-oublie/" not in texte


def test_un_compte_de_proconnect_ne_gagne_pas_un_mot_de_passe(
    client: Creer, anonyme: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox opens no second door to it; where ProConnect is not, it is the only way in."""
    bob = client(UD, connecte=False)
    bob.sql("UPDATE comptes SET mot_de_passe = NULL WHERE id = %s", bob.compte_id)
    demander(anonyme, adresse(bob))
    ((demande,),) = bob.sql("SELECT id::text FROM renouvellements WHERE courriel = %s", adresse(bob))
    monkeypatch.setenv("CERES_OIDC_EMETTEUR", "https://proconnect.exemple.fr")
    config.cache_clear()
    try:
        dite = lire(lettre, demande)
    finally:
        monkeypatch.undo()
        config.cache_clear()
    assert dite == {"courriel": adresse(bob), "identifiant": bob.identifiant, "cas": "proconnect"}
    assert anonyme.post(lien_de(mail_recu(bob, adresse(bob))), json=NEUF).status_code == 200


def test_un_compte_ferme_depuis_ne_se_rouvre_pas_par_le_lien(client: Creer, anonyme: httpx.Client) -> None:
    chef, bob = client(UD), client(UD)
    demander(anonyme, adresse(bob))
    lien = lien_de(mail_recu(bob, adresse(bob)))
    assert chef.http.post(f"/comptes/{bob.compte_id}/desactivation", json={}).status_code == 200
    refuse(anonyme.get(lien), 409, "CPT-06")
    refuse(anonyme.post(lien, json=NEUF), 409, "CPT-06")


def test_qui_est_encore_invite_recoit_de_nouveau_son_invitation(client: Creer, anonyme: httpx.Client) -> None:
    chef, courriel = client(UD), adresse_nouvelle()
    invitation = inviter(chef, courriel, type="UD")
    lien = lien_recu(chef, courriel)
    demander(anonyme, courriel)
    mail = mail_recu(chef, courriel, 2)
    assert "une invitation au profil « UD 75 » vous attend" in mail and jusqu_a(invitation) in mail
    assert lien_recu(chef, courriel, 2) == lien  # the same: the mail that he may have is still good
    chef.sql("UPDATE invitations SET expire_le = now() WHERE id = %s", invitation["id"])
    demander(anonyme, courriel)
    passee = mail_recu(chef, courriel, 3)
    assert "a expiré avant d’être acceptée" in passee and "/api/v1" not in passee
    chef.http.post(f"/invitations/{invitation['id']}/renvoi")
    assert anonyme.post(lien_recu(chef, courriel, 4), json=NOUVEAU).status_code == 200


def test_la_lettre_d_un_lien_qui_ne_vaut_plus_ne_s_ecrit_pas(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    demander(anonyme, adresse(alice))
    ((demande,),) = alice.sql("SELECT id::text FROM renouvellements WHERE courriel = %s", adresse(alice))

    def ecrire() -> Any:
        return lire(lettre, demande)

    assert ecrire()["cas"] == "lien"
    alice.sql("UPDATE renouvellements SET expire_le = now() WHERE id = %s", demande)
    with pytest.raises(Introuvable):
        ecrire()


def test_les_pages_se_lisent_dans_un_navigateur(client: Creer, anonyme: httpx.Client) -> None:
    alice = client(UD)
    demande = anonyme.get("/mot-de-passe-oublie", headers=HTML)
    assert demande.status_code == 200 and 'autocomplete="email"' in demande.text
    assert "si vous n’en avez pas changé" in unescape(demande.text)  # seen sent to the mailbox that he had left
    faux = anonyme.post("/mot-de-passe-oublie", headers=HTML, data={"courriel": "pas une adresse"})
    assert faux.status_code == 422 and 'value="pas une adresse"' in faux.text
    faite = anonyme.post("/mot-de-passe-oublie", headers=HTML, data={"courriel": adresse(alice)})
    assert faite.status_code == 202 and "Regardez parmi les indésirables" in unescape(faite.text)
    assert "c’est bien l’adresse où CERES vous écrit" in unescape(faite.text)
    lien = lien_de(mail_recu(alice, adresse(alice)))
    page = anonyme.get(lien, headers=HTML)
    assert page.status_code == 200 and 'autocomplete="new-password"' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    court = anonyme.post(lien, headers=HTML, data={"mot_de_passe": "court"})
    assert court.status_code == 422 and "12 à 500 caractères" in court.text and "court" not in court.text
    fait = anonyme.post(lien, headers=HTML, data=NEUF)
    assert fait.status_code == 200 and alice.identifiant in fait.text and 'href="/connexion"' in fait.text
    alice.connecter(**NEUF)


def test_rien_du_lien_ni_de_l_adresse_hors_de_la_base(client: Creer, anonyme: httpx.Client) -> None:
    """Stored as a print; neither in the event, nor in the ledger of mails, nor in logs; an unknown address no more."""
    alice, inconnue = client(UD), adresse_nouvelle()
    demander(anonyme, inconnue)
    demander(anonyme, adresse(alice))
    jeton = lien_de(mail_recu(alice, adresse(alice))).rpartition("/")[2]
    ((stocke, tout),) = alice.sql(
        "SELECT empreinte, r::text FROM renouvellements r WHERE courriel = %s", adresse(alice)
    )
    assert bytes(stocke) == empreinte(jeton) and jeton not in tout
    evenements = str(alice.sql("SELECT corps, en_tetes FROM outbox"))
    caches = (jeton, adresse(alice), inconnue)
    assert not any(cache in evenements for cache in caches)

    def journalisee() -> bool:
        journaux = "".join(j.read_text(errors="replace") for j in alice.systeme.journaux.glob("*.log"))
        assert not any(cache in journaux for cache in caches)
        return "/mot-de-passe-oublie" in journaux

    attendre(journalisee)
