"""One's own account, bound to ProConnect from within it, and unbound, with a real provider: by its holder alone."""

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape

import httpx
import pytest

from commun.storage.db import nouvel_id
from demo.comptes import vite
from gateway import proconnect
from local.ports import port_libre
from tests.gateway.openid import Fournisseur, parametres
from tests.gateway.passerelle import Passerelle, lancee

MOT = "un mot de passe d'essai"
PRESENTE, RELIER, FIN = "/mon-compte", "/mon-compte/proconnect", "/mon-compte/proconnect/fin"


@dataclass
class Titulaire:
    """Who signs in with a password, in a browser of his own."""

    passerelle: Passerelle
    nom: str
    http: httpx.Client

    def partir(self) -> str:
        """Leaves « Mon compte » for the provider. Returns the address there."""
        depart = self.http.get(f"{RELIER}/depart")
        assert depart.status_code == 303, depart.text
        return depart.headers["location"]

    def revenir(self, qui: str, *, la_bas: str = "") -> httpx.Response:
        """Comes back from the provider as this person."""
        return self.http.get(self.passerelle.fournisseur.identifier(la_bas or self.partir(), qui, self.http))

    def envoyer(self, adresse: str, **champs: str) -> httpx.Response:
        """Sends the form that a page of this address would hold."""
        saisie = {"_jeton": self._jeton, "_cle": nouvel_id()} | champs
        return self.http.post(adresse, data=saisie, headers={"Origin": self.passerelle.fournisseur.passerelle})

    @cached_property
    def _jeton(self) -> str:
        """What every form of his holds, for as long as he is signed in."""
        trouve = re.search(r'name="_jeton" value="(\w+)"', self.http.get(PRESENTE).text)
        assert trouve
        return trouve[1]

    def lire(self, adresse: str) -> str:
        """Returns what a page says, spaces folded."""
        return " ".join(unescape(self.http.get(adresse, follow_redirects=True).text).replace("\xa0", " ").split())

    @property
    def sujet(self) -> object:
        return self.passerelle.sql("SELECT sujet FROM comptes WHERE identifiant = %s", self.nom)[0][0]

    @property
    def entre(self) -> str | None:
        """The account that this browser is signed in to."""
        return self.passerelle.compte(self.http)


def ouvrir(passerelle: Passerelle, nom: str) -> Titulaire:
    """Signs somebody in, by password."""
    http = httpx.Client(base_url=passerelle.fournisseur.passerelle, timeout=15)
    saisie = {"identifiant": nom, "mot_de_passe": MOT}
    entree = http.post("/connexion", data=saisie, headers={"Origin": passerelle.fournisseur.passerelle})
    assert entree.status_code == 303, entree.text
    return Titulaire(passerelle, nom, http)


def nouveau(passerelle: Passerelle) -> Titulaire:
    """Makes an account, whose holder signs in."""
    compte_id, nom = nouvel_id(), f"agent-{nouvel_id()}"
    qui = (compte_id, nom, f"{nom}@exemple.fr", nom, vite.hash(MOT))
    passerelle.sql(
        "INSERT INTO comptes (id, identifiant, nom, courriel, recherche, mot_de_passe) "
        "VALUES (%s, %s, 'Zoé Martin', %s, %s, %s)",
        *qui,
    )
    passerelle.sql(
        "INSERT INTO profils (id, compte_id, type, libelle, departement, region, administrateur) "
        "VALUES (%s, %s, 'UD', 'UD 75', '75', '11', false)",
        nouvel_id(),
        compte_id,
    )
    return ouvrir(passerelle, nom)


@pytest.fixture
def zoe(passerelle: Passerelle) -> Titulaire:
    return nouveau(passerelle)


def test_son_titulaire_relie_son_compte_puis_y_met_fin(passerelle: Passerelle, zoe: Titulaire) -> None:
    """Seen asked of the operator, account by account, before an installation could do without passwords."""
    qui = f"sub-{zoe.nom}~zoe@ministere.fr~non"
    dedans = zoe.lire(PRESENTE)
    assert "N’ouvre pas votre compte" in dedans and f'href="{RELIER}/depart"' in dedans
    refus = passerelle.entrer(qui)[1]
    assert refus.status_code == 401 and "puis reliez-le à ProConnect dans" in refus.text
    retour = zoe.revenir(qui)
    assert (retour.status_code, retour.headers["location"], zoe.sujet) == (303, RELIER, None)
    page = zoe.lire(RELIER)
    assert all(dit in page for dit in ("Aïcha Nouvelle", "zoe@ministere.fr", zoe.nom, "Mot de passe actuel"))
    fait = zoe.envoyer(RELIER, mot_de_passe=MOT)
    assert (fait.status_code, fait.headers["location"], zoe.sujet) == (303, PRESENTE, qui)
    dedans = zoe.lire(PRESENTE)
    assert "Ouvre votre compte" in dedans and "N’ouvre pas" not in dedans and f'href="{FIN}"' in dedans
    par_proconnect, _ = passerelle.entrer(qui)
    assert passerelle.compte(par_proconnect) == zoe.nom
    assert ouvrir(passerelle, zoe.nom).entre == zoe.nom  # the password opens it still
    assert zoe.envoyer(FIN).status_code == 303
    assert (zoe.sujet, zoe.entre, passerelle.compte(par_proconnect)) == (None, zoe.nom, None)
    assert passerelle.entrer(qui)[1].status_code == 401
    traces = "SELECT action, acteur->>'identifiant' FROM traces JOIN comptes c ON c.id::text = objet_id "
    assert passerelle.sql(f"{traces} WHERE c.identifiant = %s ORDER BY rang", zoe.nom) == [
        ("relier", zoe.nom),
        ("delier", zoe.nom),
    ]
    dits = "SELECT count(*) FROM outbox JOIN comptes c ON c.id::text = corps->>'compte_id' "
    dits += "WHERE evenement = 'gateway.proconnect_relie' AND c.identifiant = %s"
    assert passerelle.sql(dits, zoe.nom) == [(1,)]


def test_une_connexion_trouvee_ouverte_ne_relie_personne(zoe: Titulaire) -> None:
    """Whoever found it would come back by an identity of his own, whatever becomes of the password."""
    zoe.revenir(f"voleur-{zoe.nom}~v@exemple.fr~oui")
    for faux, statut in (("pas celui-là, non", 422), ("", 422)):
        refus = zoe.envoyer(RELIER, mot_de_passe=faux)
        assert (refus.status_code, zoe.sujet) == (statut, None)
    api = {"mot_de_passe": MOT, "identite": "rien"}
    jeton = zoe.http.post("/api/v1/jetons", json={"identifiant": zoe.nom, "mot_de_passe": MOT}).json()["jeton"]
    porte = {"Authorization": f"Bearer {jeton}"}
    assert zoe.http.post("/api/v1/moi/proconnect", json=api, headers=porte).status_code == 422
    assert zoe.http.get("/api/v1/moi/proconnect", headers=porte).json() == {"relie": False, "modifiable": True}


def test_un_formulaire_d_ailleurs_ne_relie_rien(zoe: Titulaire) -> None:
    zoe.revenir(f"sub-{zoe.nom}~z@exemple.fr~oui")
    for d_ou in ({"Origin": "https://piege.exemple.fr"}, {"Sec-Fetch-Site": "cross-site"}):
        assert zoe.http.post(RELIER, data={"mot_de_passe": MOT}, headers=d_ou).status_code == 403
    sans_jeton = {"Origin": zoe.passerelle.fournisseur.passerelle}
    assert zoe.http.post(RELIER, data={"mot_de_passe": MOT}, headers=sans_jeton).status_code != 303
    assert zoe.sujet is None


def test_le_retour_est_celui_du_compte_d_ou_l_on_est_parti(passerelle: Passerelle, zoe: Titulaire) -> None:
    """On a shared computer, somebody else has signed in meanwhile: neither account is bound to who came back."""
    bob, qui = nouveau(passerelle), f"sub-{zoe.nom}~z@exemple.fr~oui"
    zoe.revenir(qui)
    zoe.http.cookies.delete("ceres_connexion")
    zoe.http.cookies.set("ceres_connexion", bob.http.cookies["ceres_connexion"], domain="127.0.0.1")
    assert zoe.entre == bob.nom
    for refus in (zoe.http.get(RELIER), zoe.envoyer(RELIER, mot_de_passe=MOT)):
        assert (refus.status_code, refus.headers["location"]) == (303, PRESENTE)
    assert "Rien n'attend d'être relié à ce compte" in zoe.lire(RELIER)
    assert (zoe.sujet, bob.sujet) == (None, None)


def test_deconnecte_entre_temps_on_s_identifie_d_abord(passerelle: Passerelle, zoe: Titulaire) -> None:
    la_bas = zoe.partir()
    zoe.envoyer("/deconnexion")
    retour = zoe.revenir(f"sub-{zoe.nom}~z@exemple.fr~oui", la_bas=la_bas)
    page = zoe.http.get(retour.headers["location"])
    assert page.headers["location"].startswith(f"/connexion?suite={RELIER}")
    assert (zoe.entre, zoe.sujet) == (None, None)


def test_un_depart_oublie_ou_un_refus_la_bas_laissent_dedans(passerelle: Passerelle, zoe: Titulaire) -> None:
    """Two tabs, of which the second left last; a state made up; somebody who gives up at the provider."""
    premier = zoe.partir()
    second = parametres(zoe.partir())["state"]
    perdu = zoe.revenir(f"sub-{zoe.nom}~z@exemple.fr~oui", la_bas=premier)
    for refus in (perdu, zoe.http.get(f"{proconnect.RETOUR}?error=access_denied&state={second}")):
        assert (refus.status_code, "Vous restez connecté, et rien n’est changé" in refus.text) == (401, True)
    assert (zoe.entre, zoe.sujet) == (zoe.nom, None)


def test_une_identite_n_ouvre_qu_un_compte_et_un_compte_n_en_a_qu_une(passerelle: Passerelle, zoe: Titulaire) -> None:
    """CPT-09, CPT-10: said to who proves that both are his."""
    bob, une, autre = nouveau(passerelle), f"une-{zoe.nom}~z@exemple.fr~non", f"autre-{zoe.nom}~z@exemple.fr~non"
    zoe.revenir(une)
    assert zoe.envoyer(RELIER, mot_de_passe=MOT).status_code == 303
    bob.revenir(une)
    refus = bob.envoyer(RELIER, mot_de_passe=MOT)
    assert (refus.status_code, f"celle du compte {zoe.nom}" in refus.text, bob.sujet) == (409, True, None)
    ailleurs = ouvrir(passerelle, zoe.nom)  # where the provider knows nobody yet
    ailleurs.revenir(autre)
    refus = ailleurs.envoyer(RELIER, mot_de_passe=MOT)
    assert (refus.status_code, "déjà relié à une autre identité" in refus.text, zoe.sujet) == (409, True, une)
    zoe.revenir(une)  # twice the same is no fault
    assert (zoe.envoyer(RELIER, mot_de_passe=MOT).status_code, zoe.sujet) == (303, une)
    passerelle.sql("UPDATE comptes SET actif = false WHERE identifiant = %s", zoe.nom)
    bob.revenir(une)  # closed, hers lets nobody in: it was the same person's
    assert (bob.envoyer(RELIER, mot_de_passe=MOT).status_code, bob.sujet, zoe.sujet) == (303, une, None)


def test_qui_n_entre_pas_lit_pourquoi(passerelle: Passerelle, zoe: Titulaire) -> None:
    """Seen: « Des informations sont à corriger », and to go back to a list, of who has typed nothing."""
    qui = f"sub-{zoe.nom}~z@exemple.fr~non"
    passerelle.sql("UPDATE comptes SET sujet = %s WHERE identifiant = %s", qui, zoe.nom)
    passerelle.sql("DELETE FROM jetons WHERE compte_id = (SELECT id FROM comptes WHERE identifiant = %s)", zoe.nom)
    passerelle.sql("DELETE FROM profils WHERE compte_id = (SELECT id FROM comptes WHERE identifiant = %s)", zoe.nom)
    for venu, statut, dit in (({}, 422, "n'a plus aucun profil"), ({"invitation": "x"}, 404, "plus valable")):
        refus = passerelle.entrer(qui, **venu)[1]
        texte = unescape(refus.text)
        assert (refus.status_code, texte.count(dit), "La connexion n’a pas abouti" in texte) == (statut, 1, True)
        assert "Recommencez depuis la page de connexion" in texte and "liste" not in texte.split("<main")[1]


def test_qui_n_a_pas_de_mot_de_passe_ne_change_pas_d_identite_lui_meme(passerelle: Passerelle, zoe: Titulaire) -> None:
    """Nothing would tell him from who has found his session open; and nothing would open his account (CPT-11)."""
    passerelle.sql("UPDATE comptes SET mot_de_passe = NULL, sujet = 'le sien' WHERE identifiant = %s", zoe.nom)
    assert f'href="{FIN}"' not in zoe.lire(PRESENTE)
    refus = zoe.envoyer(FIN)
    assert (refus.status_code, "Aucun mot de passe n'ouvre votre compte" in unescape(refus.text)) == (409, True)
    passerelle.sql("UPDATE comptes SET sujet = NULL WHERE identifiant = %s", zoe.nom)
    zoe.revenir(f"voleur-{zoe.nom}~v@exemple.fr~oui")
    assert (zoe.envoyer(RELIER, mot_de_passe=MOT).status_code, zoe.sujet) == (409, None)


def test_sans_proconnect_rien_n_en_parle(passerelle: Passerelle, zoe: Titulaire, fournisseur: Fournisseur) -> None:
    """Nor does the API bind anybody."""
    sans = dict.fromkeys(fournisseur.reglages(), "") | {"CERES_URL_PUBLIQUE": fournisseur.passerelle}
    port = str(port_libre())
    with lancee(fournisseur, passerelle.base, **sans, CERES_PORT=port):
        la = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15, cookies=zoe.http.cookies)
        assert "ProConnect" not in la.get(PRESENTE).text
        assert la.get(RELIER).status_code == 404
        saisie = {"identifiant": zoe.nom, "mot_de_passe": MOT}
        porte = {"Authorization": f"Bearer {la.post('/api/v1/jetons', json=saisie).json()['jeton']}"}
        corps = {"mot_de_passe": MOT, "identite": "x"}
        assert la.post("/api/v1/moi/proconnect", json=corps, headers=porte).status_code == 404
        assert la.get("/api/v1/moi/proconnect", headers=porte).json() == {"relie": False, "modifiable": False}
