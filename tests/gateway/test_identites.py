"""What of the provider's words is believed, and the account that an identity opens, without the provider."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import orjson
import pytest
import requests
import sqlalchemy as sa
from flask import Flask, g
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import NonAuthentifie
from commun.storage.db import moteur, nouvel_id
from gateway import auth, proconnect
from gateway.commands.comptes import creer_compte
from gateway.commands.invitations import VALIDITE
from gateway.commands.proconnect import reconnaitre
from gateway.proconnect import Identite
from gateway.storage.comptes import list_comptes_par_courriel, list_profils
from gateway.storage.invitations import nouvelle, retirer
from tests.gateway.actes import faire
from tests.gateway.conftest import UD, Client
from tests.gateway.test_administration import UD_69
from tests.gateway.test_courriel import remplacer
from tests.gateway.test_invitations import inviter, lien_recu
from tests.outils.simultanes import ensemble

Creer = Callable[..., Client]


class Fournisseur:
    """What a provider publishes, at an address of its own, and what it signs."""

    def __init__(self) -> None:
        self.cles: list[ECKey] = []
        self.lectures = 0
        ici = self

        class Guichet(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ici.lectures += 1
                corps = orjson.dumps(KeySet(ici.cles).as_dict(private=False))
                self.send_response(200)
                self.send_header("Content-Length", str(len(corps)))
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, *_: object) -> None:
                pass

        self.serveur = HTTPServer(("127.0.0.1", 0), Guichet)
        Thread(target=self.serveur.serve_forever, args=[0.01], daemon=True).start()
        self.adresse = f"http://127.0.0.1:{self.serveur.server_port}"
        self.tourner("1")

    def tourner(self, kid: str) -> None:
        """Signs with another key from now on."""
        self.cles = [ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256", "use": "sig"})]

    def signe(self, **charge: Any) -> str:
        (cle,) = self.cles
        return str(jwt.encode({"alg": "ES256", "kid": cle.kid}, charge, cle, algorithms=["ES256"]))


@pytest.fixture
def fournisseur(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fournisseur]:
    lui = Fournisseur()
    reglages = {"EMETTEUR": lui.adresse, "CLIENT": "ceres"}
    for nom, valeur in reglages.items():
        monkeypatch.setenv(f"CERES_OIDC_{nom}", valeur)
    monkeypatch.setenv("CERES_CLE_PRIVEE", "une clé d'essai")
    config.cache_clear()
    publier(lui, lui.adresse)
    yield lui
    lui.serveur.shutdown()
    lui.serveur.server_close()
    monkeypatch.undo()
    config.cache_clear()
    proconnect._lus.clear()


def publier(lui: Fournisseur, emetteur: str) -> None:
    """Has what it says of itself known to us."""
    proconnect._lus.clear()
    document = {"issuer": emetteur, "jwks_uri": f"{lui.adresse}/jwks"}
    proconnect._lus[f"{lui.adresse}/.well-known/openid-configuration"] = (time.monotonic(), document)


def infos(lui: Fournisseur, type_: str = "application/jwt", **charge: Any) -> requests.Response:
    """Returns what it answers of a person."""
    reponse = requests.Response()
    reponse.headers["content-type"] = type_
    reponse._content = lui.signe(**{"iss": lui.adresse, "aud": "ceres", "sub": "alice"} | charge).encode()
    return reponse


# -- what is believed


@pytest.mark.parametrize("audience", ["ceres", ["un-autre", "ceres"]])
def test_ce_qui_est_dit_d_une_personne_est_dit_d_elle_et_a_nous(fournisseur: Fournisseur, audience: Any) -> None:
    assert proconnect._infos(infos(fournisseur, aud=audience, email="a@exemple.fr"), "alice")["email"] == "a@exemple.fr"


@pytest.mark.parametrize(
    "faux", [{"sub": "bob"}, {"aud": "un-autre"}, {"aud": ["un-autre"]}, {"iss": "https://ailleurs.exemple.fr"}]
)
def test_ce_qui_est_dit_d_un_autre_ou_a_un_autre_n_est_pas_cru(fournisseur: Fournisseur, faux: dict[str, Any]) -> None:
    """Signed by it: kept from another site that signs in with it too, it would open an account here."""
    with pytest.raises(NonAuthentifie):
        proconnect._infos(infos(fournisseur, **faux), "alice")


def test_qui_part_a_dix_minutes_pour_revenir(fournisseur: Fournisseur, monkeypatch: pytest.MonkeyPatch) -> None:
    garde = proconnect._sceau().dumps({"state": "x"})
    assert (proconnect._attendu(garde), proconnect.SEJOUR) == ({"state": "x"}, 600)
    monkeypatch.setenv("CERES_CLE_PRIVEE", "une autre clé")
    config.cache_clear()
    with pytest.raises(NonAuthentifie):  # nobody makes one who has no key of ours
        proconnect._attendu(garde)
    monkeypatch.setattr(proconnect, "SEJOUR", -1)
    with pytest.raises(NonAuthentifie):
        proconnect._attendu(proconnect._sceau().dumps({"state": "x"}))


def test_qui_publie_pour_un_autre_n_est_pas_lui(fournisseur: Fournisseur) -> None:
    assert proconnect.decoder(fournisseur.signe(sub="alice")).claims["sub"] == "alice"
    publier(fournisseur, "https://ailleurs.exemple.fr")
    with pytest.raises(NonAuthentifie):
        proconnect.decoder(fournisseur.signe(sub="alice"))


def test_une_cle_nouvelle_est_lue_sans_attendre(fournisseur: Fournisseur) -> None:
    """Else nobody comes in until what was read of the keys is forgotten."""
    for kid, lectures in (("1", 1), ("1", 1), ("2", 2)):
        if kid != fournisseur.cles[0].kid:
            fournisseur.tourner(kid)
        assert proconnect.decoder(fournisseur.signe(sub="alice")).claims["sub"] == "alice"
        assert fournisseur.lectures == lectures


# -- the account that it opens


def revenir(courriel: str, sujet: str, *, verifie: bool, invitation: str = "") -> dict[str, Any]:
    """Returns the account of who comes back so from the provider."""
    identite = Identite(sujet, courriel, verifie, "Aïcha Nouvelle", "", invitation, "")
    with Flask("essai").app_context():
        g.requete = "essai"
        return dict(faire(reconnaitre, identite))


def test_une_adresse_que_le_fournisseur_n_a_pas_verifiee_n_ouvre_le_compte_de_personne(
    cles: None, client: Creer
) -> None:
    """Whoever writes somebody else's address in his profile there would come in as him here."""
    alice, sujet = client(), nouvel_id()
    courriel = f"{alice.identifiant}@exemple.fr"
    with pytest.raises(NonAuthentifie):
        revenir(courriel, sujet, verifie=False)
    assert alice.sql("SELECT sujet FROM comptes WHERE id = %s", alice.compte_id) == [(None,)]
    assert revenir(courriel, sujet, verifie=True)["id"] == alice.compte_id
    with pytest.raises(NonAuthentifie):
        revenir(courriel, nouvel_id(), verifie=True)  # it is his who came first
    assert alice.sql("SELECT sujet FROM comptes WHERE id = %s", alice.compte_id) == [(sujet,)]


def test_une_adresse_non_verifiee_ne_prend_pas_l_invitation_d_un_autre(cles: None, client: Creer) -> None:
    chef, courriel = client(UD), f"invite-{nouvel_id()}@exemple.fr"
    invitation = inviter(chef, courriel, type="UD")
    with pytest.raises(NonAuthentifie):
        revenir(courriel, nouvel_id(), verifie=False)
    assert chef.sql("SELECT acceptee_le FROM invitations WHERE id = %s", invitation["id"]) == [(None,)]
    compte = revenir(courriel, nouvel_id(), verifie=True)
    assert compte["identifiant"] == courriel


def test_qui_est_deja_connu_n_accepte_que_l_invitation_dont_il_a_suivi_le_lien(cles: None, client: Creer) -> None:
    chef, alice, sujet = client(UD_69), client(UD), nouvel_id()
    courriel = f"{alice.identifiant}@exemple.fr"
    revenir(courriel, sujet, verifie=True)
    invitation = inviter(chef, courriel, type="UD")
    assert revenir(courriel, sujet, verifie=True)["id"] == alice.compte_id
    attend = "SELECT acceptee_le IS NULL FROM invitations WHERE id = %s"
    assert alice.sql(attend, invitation["id"]) == [(True,)]
    assert [p["departement"] for p in alice.http.get("/moi").json()["profils"]] == ["75"]


def test_un_lien_de_son_ancienne_boite_n_ouvre_a_personne_son_compte(cles: None, client: Creer) -> None:
    """Her invitation follows her to her new address; its link lies where somebody else may read: it had him come in as
    her, in all her profils. Sent again, it proves the mailbox that she has.
    """
    chef, ancien, nouveau = client(UD_69), f"ancienne-{nouvel_id()}@exemple.fr", f"nouvelle-{nouvel_id()}@exemple.fr"
    zoe = client(UD, courriel=ancien)
    invitation = inviter(chef, ancien, type="UD")
    jeton = lien_recu(chef, ancien).rpartition("/")[2]
    remplacer(ancien, nouveau)
    with pytest.raises(NonAuthentifie):
        revenir("lui@exemple.fr", nouvel_id(), verifie=True, invitation=jeton)
    assert zoe.sql("SELECT sujet FROM comptes WHERE id = %s", zoe.compte_id) == [(None,)]
    assert chef.http.post(f"/invitations/{invitation['id']}/renvoi").status_code == 200
    jeton = lien_recu(chef, nouveau, 2).rpartition("/")[2]
    assert revenir("zoe@exemple.fr", nouvel_id(), verifie=False, invitation=jeton)["id"] == zoe.compte_id


def test_qui_a_quitte_un_service_entre_dans_un_autre_par_la_meme_identite(cles: None, client: Creer) -> None:
    """Her account was closed as she left; invited where she went, at her address there, she was told that she had none,
    and no operator could bind her to another."""
    chef, partie, sujet = client(UD_69), client(UD), nouvel_id()
    revenir(f"{partie.identifiant}@exemple.fr", sujet, verifie=True)
    chef.sql("UPDATE comptes SET actif = false WHERE id = %s", partie.compte_id)
    with pytest.raises(NonAuthentifie):
        revenir(f"{partie.identifiant}@exemple.fr", sujet, verifie=True)
    la_bas = f"arrivee-{nouvel_id()}@exemple.fr"
    inviter(chef, la_bas, type="UD")
    jeton = lien_recu(chef, la_bas).rpartition("/")[2]
    compte = revenir("peu-importe@exemple.fr", sujet, verifie=False, invitation=jeton)
    assert (compte["identifiant"], revenir("peu-importe@exemple.fr", sujet, verifie=False)["id"]) == (
        la_bas,
        compte["id"],
    )
    assert chef.sql("SELECT sujet FROM comptes WHERE id = %s", partie.compte_id) == [(None,)]
    traces = "SELECT action FROM traces WHERE objet_id = %s ORDER BY rang"
    assert chef.sql(traces, partie.compte_id) == [("creer",), ("relier",), ("delier",)]


@pytest.fixture
def invitee(cles: None, base: sa.Engine) -> str:
    """The id of an invitation to the national mission that waits at zoe@exemple.fr."""

    def offrir(acte: Acte) -> str:
        hote = creer_compte(acte, "hote@exemple.fr", "Hôte", "hote@exemple.fr", "", [UD])
        role = {"type": "NATIONAL", "libelle": "Mission nationale", "administrateur": False}
        qui = {"courriel": "zoe@exemple.fr", "invite_par": hote} | role
        invitation_id = nouvelle(acte.db, auth.empreinte_invitation, VALIDITE, **qui)
        acte.tracer("invitation", invitation_id, "inviter", "Invitée.")
        return invitation_id

    return str(faire(offrir))


entrer = partial(revenir, "zoe@exemple.fr", "sujet-1", verifie=True)


def profils_de_zoe() -> list[int]:
    """Returns how many profils each account at her address has."""
    with moteur("gateway").connect() as db:
        return [len(list_profils(db, compte)) for compte in list_comptes_par_courriel(db, "zoe@exemple.fr")]


@pytest.mark.usefixtures("invitee")
def test_qui_revient_deux_fois_a_la_fois_la_premiere_fois_entre(monkeypatch: pytest.MonkeyPatch) -> None:
    """A double click: each made the account that the invitation promised, or the second was told that there is none."""
    assert ensemble(monkeypatch, "gateway", entrer, entrer) == ("fait", "fait")
    assert profils_de_zoe() == [1]


@pytest.mark.parametrize(("par_le_lien", "refus"), [(False, "NON_AUTHENTIFIE"), (True, "INTROUVABLE")])
def test_qui_revient_pendant_qu_on_retire_son_invitation_n_entre_pas(
    invitee: str, par_le_lien: bool, refus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def retirer_l_invitation(acte: Acte) -> None:
        retirer(acte.db, invitee)
        acte.tracer("invitation", invitee, "retirer", "Retirée.")

    lien = auth.jeton_invitation(invitee, 1) if par_le_lien else ""
    venir = partial(entrer, invitation=lien)
    issues = ensemble(monkeypatch, "gateway", partial(faire, retirer_l_invitation), venir)
    assert (issues, profils_de_zoe()) == (("fait", refus), [])


@pytest.mark.usefixtures("invitee")
def test_qui_revient_la_ou_un_compte_arrive_y_trouve_ce_compte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each made sure that the address was free, and one of the two broke on the other."""
    arriver = partial(remplacer, "hote@exemple.fr", "zoe@exemple.fr")
    assert ensemble(monkeypatch, "gateway", arriver, entrer) == ("fait", "fait")
    assert profils_de_zoe() == [2]
