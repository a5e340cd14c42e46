"""Sessions of browsers: they end by idleness, at the end of their day, when revoked, when their secret changes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from eventlet import patcher
from flask import Flask, g, request

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur, verifier
from commun.bus.appel import Appel
from commun.config import Config, config
from commun.domain.errors import Invalide, NonAuthentifie
from commun.domain.referentiel import TypeProfil
from commun.storage import requetes
from commun.storage.db import nouvel_id
from gateway import auth
from gateway.app import creer_application
from gateway.auth import Genre, empreinte, porteur_de
from gateway.commands import compte, connexion
from gateway.storage.comptes import get_compte
from gateway.web import surete
from tests.gateway.actes import acte_de, faire
from tests.gateway.conftest import CENTRE, MOT_DE_PASSE, NATIONAL, UD, Client, refuse
from tests.outils.attente import attendre
from tests.outils.cles import paire

Creer = Callable[..., Client]


@pytest.fixture(autouse=True)
def requete() -> Iterator[None]:
    """A request under way, as far as who asks is concerned."""
    with Flask("essai").app_context():
        g.requete = "essai"
        yield


def ouvrir(client: Client, genre: Genre = Genre.WEB, profil: str | None = None) -> str:
    """Opens a session to a client's account, as the sign-in page does. Returns its secret."""
    secret, _, _ = faire(lambda acte: auth.ouvrir_session(acte, get_compte(acte.db, client.compte_id), profil, genre))
    return str(secret)


def vieillir(client: Client, secret: str, **colonnes: str) -> None:
    """Moves instants of a session back by these intervals."""
    for colonne, duree in colonnes.items():
        client.sql(f"UPDATE jetons SET {colonne} = now() - interval '{duree}' WHERE empreinte = %s", empreinte(secret))


def vu_il_y_a(client: Client, secret: str) -> float:
    """Returns the seconds since a session last served."""
    ((age,),) = client.sql("SELECT now() - vu_le FROM jetons WHERE empreinte = %s", empreinte(secret))
    return float(age.total_seconds())


def test_un_cookie_n_est_pas_un_jeton_ni_l_inverse(client: Creer) -> None:
    alice = client()
    web = ouvrir(alice)
    assert porteur_de(web, Genre.WEB).compte_id == alice.compte_id
    refuse(alice.http.get("/moi", headers={"Authorization": f"Bearer {web}"}), 401, "NON_AUTHENTIFIE")
    with pytest.raises(NonAuthentifie):
        porteur_de(alice.jeton, Genre.WEB)
    assert porteur_de(alice.jeton, Genre.API).compte_id == alice.compte_id


def test_une_session_se_ferme_faute_de_demandes(client: Creer) -> None:
    alice = client()
    web = ouvrir(alice)
    vieillir(alice, web, vu_le="29 minutes")
    porteur_de(web, Genre.WEB)
    assert vu_il_y_a(alice, web) < 20
    vieillir(alice, web, vu_le="30 minutes")
    with pytest.raises(NonAuthentifie):
        porteur_de(web, Genre.WEB)


def test_ce_qu_une_page_demande_d_elle_meme_ne_la_tient_pas_ouverte(client: Creer) -> None:
    alice = client()
    web = ouvrir(alice)
    vieillir(alice, web, vu_le="29 minutes")
    porteur_de(web, Genre.WEB, active=False)
    assert vu_il_y_a(alice, web) > 28 * 60


@pytest.mark.parametrize(("demande", "tient"), [("text/event-stream", False), ("text/html", True)])
def test_un_flux_ouvert_par_une_page_ne_la_tient_pas_ouverte(client: Creer, demande: str, tient: bool) -> None:
    alice = client()
    web = ouvrir(alice)
    vieillir(alice, web, vu_le="29 minutes")
    entetes = {"Accept": demande, "Cookie": f"{surete.COOKIE}={web}"}
    with Flask("essai").test_request_context("/messages/flux", headers=entetes):
        g.requete = "essai"
        surete.reconnaitre()
        assert g.acteur.compte_id == alice.compte_id
    assert (vu_il_y_a(alice, web) < 28 * 60) is tient


def test_le_dernier_passage_ne_s_ecrit_qu_une_fois_par_minute(client: Creer) -> None:
    alice = client()
    web = ouvrir(alice)
    vieillir(alice, web, vu_le="50 seconds")
    porteur_de(web, Genre.WEB)
    assert vu_il_y_a(alice, web) > 49


def test_un_jeton_d_application_ne_s_use_pas_a_attendre(client: Creer) -> None:
    alice = client()
    vieillir(alice, alice.jeton, vu_le="11 hours")
    assert alice.http.get("/moi").status_code == 200


def test_une_session_dure_douze_heures_au_plus(client: Creer) -> None:
    alice = client()
    web = ouvrir(alice)
    ((reste,),) = alice.sql("SELECT expire_le - now() FROM jetons WHERE empreinte = %s", empreinte(web))
    assert 11.9 * 3600 < reste.total_seconds() <= 12 * 3600
    vieillir(alice, web, expire_le="1 second")
    with pytest.raises(NonAuthentifie):
        porteur_de(web, Genre.WEB)


def test_changer_de_profil_change_le_secret_et_garde_la_fin(client: Creer) -> None:
    alice, bob = client(UD, CENTRE, NATIONAL), client()
    profils = {p["type"]: p["id"] for p in alice.http.get("/moi").json()["profils"]}
    web = ouvrir(alice, profil=profils["UD"])
    vieillir(alice, web, ouvert_le="2 hours")
    (avant,) = alice.sql("SELECT ouvert_le, expire_le, genre FROM jetons WHERE empreinte = %s", empreinte(web))
    nouveau, fin, profil_id = faire(auth.changer_profil, empreinte(web), profils["CENTRE"])
    assert nouveau != web
    assert (profil_id, porteur_de(nouveau, Genre.WEB).type) == (profils["CENTRE"], "CENTRE")
    apres = alice.sql("SELECT ouvert_le, expire_le, genre FROM jetons WHERE empreinte = %s", empreinte(nouveau))
    assert apres == [avant] and fin == avant[1]
    with pytest.raises(NonAuthentifie):
        porteur_de(web, Genre.WEB)
    with pytest.raises(NonAuthentifie):
        faire(auth.changer_profil, empreinte(web), profils["UD"])
    with pytest.raises(Invalide):
        faire(auth.changer_profil, empreinte(nouveau), bob.http.get("/moi").json()["profil"])
    assert porteur_de(nouveau, Genre.WEB).type == "CENTRE"


def test_qui_revient_apres_une_absence_retrouve_son_profil(client: Creer) -> None:
    """Seen to come back in the default profil, where the page that one was sent back to does not exist."""
    alice, bob = client(UD, CENTRE), client(UD, CENTRE)
    profils = {p["type"]: p["id"] for p in alice.http.get("/moi").json()["profils"]}

    def revenir(qui: Client, ancien: str) -> str:
        secret, *_ = faire(lambda acte: auth.revenir(acte, get_compte(acte.db, qui.compte_id), ancien))
        return str(porteur_de(secret, Genre.WEB).type)

    for profil in ("CENTRE", "UD"):
        web = ouvrir(alice, profil=profils[profil])
        vieillir(alice, web, vu_le="40 minutes")
        assert revenir(alice, web) == profil
        assert alice.sql("SELECT 1 FROM jetons WHERE empreinte = %s", empreinte(web)) == []
    ailleurs = ouvrir(alice, profil=profils["CENTRE"])
    par_defaut = revenir(bob, "")
    assert revenir(bob, ailleurs) == par_defaut
    retire = ouvrir(alice, profil=profils["CENTRE"])
    vieillir(alice, retire, expire_le="1 second")
    assert revenir(alice, retire) == revenir(alice, "")


def test_une_session_expiree_ne_renait_pas_dans_un_autre_profil(client: Creer) -> None:
    alice = client(UD, NATIONAL)
    web = ouvrir(alice)
    vieillir(alice, web, expire_le="1 second")
    with pytest.raises(NonAuthentifie):
        faire(auth.changer_profil, empreinte(web), alice.http.get("/moi").json()["profil"])


def test_se_deconnecter_et_tout_revoquer(client: Creer) -> None:
    alice = client()
    ici, ailleurs = ouvrir(alice), ouvrir(alice)
    for _ in range(2):
        faire(auth.fermer_session, ici)
    with pytest.raises(NonAuthentifie):
        porteur_de(ici, Genre.WEB)
    assert porteur_de(ailleurs, Genre.WEB)
    assert alice.http.post("/jetons/revocation", json={"tous": True}).status_code == 204
    with pytest.raises(NonAuthentifie):
        porteur_de(ailleurs, Genre.WEB)


def test_sans_profil_rien_ne_s_ouvre(client: Creer) -> None:
    alice = client()
    alice.sql("DELETE FROM jetons WHERE compte_id = %s", alice.compte_id)
    alice.sql("DELETE FROM profils WHERE compte_id = %s", alice.compte_id)
    with pytest.raises(Invalide, match="aucun profil"):
        ouvrir(alice)


def test_le_menage_oublie_ce_qui_ne_sert_plus(client: Creer) -> None:
    alice = client()
    perime, garde = ouvrir(alice), ouvrir(alice)
    vieillir(alice, perime, expire_le="1 second")
    lieux, cles = ([empreinte(nouvel_id()) for _ in range(2)] for _ in range(2))
    for lieu, cle, age in zip(lieux, cles, ("31 days", "1 day"), strict=True):
        provenance = f"INSERT INTO provenances VALUES (%s, %s, now() - interval '{age}')"
        alice.sql(provenance, alice.compte_id, lieu)
        alice.sql(f"INSERT INTO freins VALUES (%s, now() + interval '2 days' - interval '{age}')", cle)
    faire(connexion.nettoyer)
    assert alice.sql("SELECT 1 FROM jetons WHERE empreinte = %s", empreinte(perime)) == []
    assert porteur_de(garde, Genre.WEB)
    assert alice.sql("SELECT source FROM provenances WHERE compte_id = %s", alice.compte_id) == [(lieux[1],)]
    assert alice.sql("SELECT cle FROM freins WHERE cle = ANY(%s)", cles) == [(cles[1],)]


def test_le_menage_ne_laisse_rien_d_un_flot_d_essais(client: Creer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try from another address leaves two paces: with one lot each time, the table grew as long as that lasted."""
    monkeypatch.setattr(requetes, "_LOT", 2)
    alice, cles = client(), [empreinte(nouvel_id()) for _ in range(5)]
    for cle in cles:
        alice.sql("INSERT INTO freins VALUES (%s, now() - interval '1 second')", cle)
    faire(connexion.nettoyer)
    assert alice.sql("SELECT cle FROM freins WHERE cle = ANY(%s)", cles) == []


def test_un_processeur_occupe_n_empeche_ni_d_entrer_ni_de_changer_de_mot_de_passe(
    client: Creer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction lasts a second at least: hashing in one would end it."""
    alice = client()
    presse = Appel("essai", delai=1)

    def lentement(calcul: Callable[..., Any], *arguments: Any) -> Any:
        eventlet.sleep(1.2)
        return calcul(*arguments)

    monkeypatch.setattr(auth, "_HACHAGES", SimpleNamespace(a_part=lentement))
    corps = {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE}
    recu = Acte("gateway", presse).faire(connexion.ouvrir_jeton, corps, "127.0.7.1")
    qui = porteur_de(recu["jeton"], Genre.API)
    change = {"ancien": MOT_DE_PASSE, "nouveau": "un tout nouveau mot de passe"}
    Acte("gateway", presse, _acteur=qui).faire(compte.changer_mot_de_passe, change)
    with pytest.raises(NonAuthentifie):
        Acte("gateway", presse).faire(connexion.ouvrir_jeton, corps, "127.0.7.1")


def test_deux_mots_de_passe_au_plus_sont_caches_a_la_fois(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MB: seen at 1 GB, for sixteen people who signed in at once."""
    ensemble, plus = list[str](), [0]

    def hacher(mot_de_passe: str) -> str:
        ensemble.append(mot_de_passe)
        plus[0] = max(plus[0], len(ensemble))
        patcher.original("time").sleep(0.01)
        ensemble.remove(mot_de_passe)
        return mot_de_passe

    hacheur = SimpleNamespace(hash=hacher, verify=lambda _, mot_de_passe: hacher(mot_de_passe))
    monkeypatch.setattr(auth, "_hacheur", hacheur)
    mots, foule = [str(n) for n in range(16)], eventlet.GreenPool(16)
    assert (list(foule.imap(auth.hacher, mots)), plus) == (mots, [2])
    plus[0] = 0
    verifier = partial(auth.mot_de_passe_juste, {"mot_de_passe": "le sien"})
    assert (all(foule.imap(verifier, mots)), plus) == (True, [2])


def test_un_mot_de_passe_change_pendant_qu_on_le_verifie_n_ouvre_plus_rien(
    client: Creer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = client()

    def changer(*_: Any) -> bool:
        alice.sql("UPDATE comptes SET mot_de_passe = 'un autre' WHERE id = %s", alice.compte_id)
        return True

    monkeypatch.setattr(auth, "mot_de_passe_juste", changer)
    with pytest.raises(NonAuthentifie):
        faire(connexion.ouvrir_jeton, {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE}, "127.0.7.2")
    alice.sql("UPDATE comptes SET mot_de_passe = 'un troisième' WHERE id = %s", alice.compte_id)
    corps = {"ancien": MOT_DE_PASSE, "nouveau": "un tout nouveau mot de passe"}
    with pytest.raises(Invalide):
        acte_de(porteur_de(alice.jeton, Genre.API)).faire(compte.changer_mot_de_passe, corps)
    assert alice.sql("SELECT mot_de_passe FROM comptes WHERE id = %s", alice.compte_id) == [("un autre",)]


@pytest.mark.parametrize(
    ("proxys", "dit", "attendu"),
    [("", "198.51.100.7", "127.0.0.1"), ("1", "203.0.113.9, 198.51.100.7", "198.51.100.7")],
)
def test_seul_un_mandataire_de_confiance_dit_qui_demande(
    monkeypatch: pytest.MonkeyPatch, proxys: str, dit: str, attendu: str
) -> None:
    monkeypatch.setenv("CERES_PROXYS", proxys)
    config.cache_clear()
    try:
        application = creer_application()
    finally:
        monkeypatch.undo()
        config.cache_clear()
    application.add_url_rule("/qui", view_func=lambda: request.remote_addr or "")
    assert application.test_client().get("/qui", headers={"X-Forwarded-For": dit}).text == attendu


@pytest.mark.parametrize("saut", [timedelta(hours=1), -timedelta(minutes=20)])
def test_qui_agit_est_signe_de_nouveau_quand_l_heure_a_saute(monkeypatch: pytest.MonkeyPatch, saut: timedelta) -> None:
    privee, publique = paire()
    monkeypatch.setattr(auth, "config", lambda: Config(cle_privee=privee))
    qui = Acteur("c-saut", "alice", f"p{saut}", TypeProfil.UD, departement="75")
    avant = auth.jeton_interne(qui)
    assert auth.jeton_interne(qui) == avant
    alors = clock.maintenant() + saut
    monkeypatch.setattr(clock, "maintenant", lambda: alors)
    assert verifier(auth.jeton_interne(qui), publique) == qui


def test_les_acteurs_signes_ne_s_entassent_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    privee, _ = paire()
    monkeypatch.setattr(auth, "config", lambda: Config(cle_privee=privee))
    passes = [Acteur(f"c-{n}", "alice", "p", TypeProfil.UD) for n in range(5001)]
    monkeypatch.setattr(auth, "_signes", dict.fromkeys(passes, (clock.maintenant(), "signé")))
    auth.jeton_interne(Acteur("c", "bob", "p", TypeProfil.UD))
    assert len(auth._signes) == 1


def test_le_journal_dit_de_quel_compte_est_une_demande_et_par_lequel_on_essaie_d_entrer(client: Creer) -> None:
    """Seen silent on both: of an account whose password was guessed, nobody could tell what had been tried by it, when,
    nor what was then read."""
    alice = client(UD)
    numeros = {nom: f"journal-{nom}-{nouvel_id()}" for nom in ("essai", "entree", "lecture", "inconnu", "public")}

    def demander(nom: str, methode: str, chemin: str, **options: Any) -> int:
        suivie = {"X-Request-Id": numeros[nom]}
        return int(alice.http.request(methode, chemin, headers=suivie, **options).status_code)

    faux = {"identifiant": alice.identifiant, "mot_de_passe": "ce n'est pas lui"}
    assert demander("essai", "POST", "/jetons", json=faux) == 401
    assert demander("entree", "POST", "/jetons", json=faux | {"mot_de_passe": MOT_DE_PASSE}) == 201
    assert demander("lecture", "GET", "/candidats") == 200
    assert demander("inconnu", "POST", "/jetons", json=faux | {"identifiant": "personne"}) == 401
    assert demander("public", "GET", "/abonnements") == 200

    def lus() -> dict[str, bool]:
        lignes = (alice.systeme.journaux / "gateway.log").read_text(errors="replace").splitlines()
        dites = {nom: [li for li in lignes if numero in li and " http " in li] for nom, numero in numeros.items()}
        return {nom: f"compte={alice.compte_id}" in " ".join(li) for nom, li in dites.items() if li}

    attendus = {"essai": True, "entree": True, "lecture": True, "inconnu": False, "public": False}
    attendre(lambda: lus() == attendus)
