"""What guards the pages: who comes in, whence a form comes."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteur, Visiteurs
from tests.parcours.monde import Monde, nom_nouveau


@pytest.fixture
def passant(demo: Systeme) -> Iterator[httpx.Client]:
    """A browser where nobody is signed in; it follows no redirection."""
    entetes = {"Origin": demo.url, "Accept": "text/html"}
    with httpx.Client(base_url=demo.url, timeout=60, headers=entetes, verify=False) as http:
        yield http


def test_un_mot_de_passe_faux_puis_on_revient_ou_l_on_allait(passant: httpx.Client) -> None:
    renvoi = passant.get("/jures?q=essai")
    assert (renvoi.status_code, renvoi.headers["location"]) == (303, "/connexion?suite=/jures?q%3Dessai")
    assert "Identifiez-vous pour ouvrir la page demandée." in passant.get(renvoi.headers["location"]).text
    assert "la page demandée" not in passant.get("/connexion").text
    saisie = {"identifiant": "ud-demo", "mot_de_passe": "faux", "suite": "/jures?q=essai"}
    refus = passant.post("/connexion", data=saisie)
    assert refus.status_code == 401
    assert 'value="ud-demo"' in refus.text
    assert "faux" not in refus.text
    entree = passant.post("/connexion", data=saisie | {"mot_de_passe": "demo"})
    assert entree.headers["location"] == "/jures?q=essai"
    assert {"HttpOnly", "SameSite=Lax"} <= set(entree.headers["set-cookie"].split("; "))
    assert passant.get("/jures").status_code == 200
    jeton = re.search(r'name="_jeton" value="(\w+)"', passant.get("/").text)
    assert jeton
    assert passant.post("/deconnexion", data={"_jeton": jeton[1]}).headers["location"] == "/connexion"
    assert passant.get("/jures").status_code == 303


def test_une_identification_se_lit_comme_celle_de_l_api(passant: httpx.Client) -> None:
    """What is copied unseen with an identifiant kept its holder out of the pages, and not of the API; a NUL was an
    error of the base, which anybody could have the log say; and nothing typed was a wrong password, which counts.
    """
    colle = passant.post("/connexion", data={"identifiant": "\u200bUD-demo ", "mot_de_passe": "demo"})
    assert colle.headers.get("location") == "/"
    for identifiant, dit in (("ud\0demo", "caractères illisibles"), ("", "Cette information est obligatoire.")):
        refus = passant.post("/connexion", data={"identifiant": identifiant, "mot_de_passe": "demo"})
        assert refus.status_code == 422
        assert re.search(f'id="champ-identifiant-erreur"[^<]*{dit}', refus.text)


@pytest.mark.parametrize(
    ("envoi", "venu", "retour"),
    [
        ("/jures/nouveau", None, "/jures/nouveau"),
        ("/candidats/nouveau", "/candidats/nouveau?prenoms=L%C3%A9a", "/candidats/nouveau?prenoms=L%C3%A9a"),
        ("/messages/un-message/lu", "/messages?page=2", "/messages?page=2"),
        ("/messages/un-message/lu", None, "/"),
        ("/jures/nouveau", "https://ailleurs.example/titres", "/jures/nouveau"),
    ],
)
def test_un_formulaire_envoye_trop_tard_le_dit_et_l_on_y_revient(
    passant: httpx.Client, envoi: str, venu: str | None, retour: str
) -> None:
    perdu = "Votre connexion a expiré\u00a0: votre saisie n’a pas été enregistrée."
    if venu and venu.startswith("/"):
        venu = f"{passant.base_url}".rstrip("/") + venu
    renvoi = passant.post(envoi, data={"nom": "Martin"}, headers={"Referer": venu} if venu else {})
    assert renvoi.status_code == 303
    arrivee = passant.get(renvoi.headers["location"])
    assert perdu in arrivee.text
    suite = re.search(r'name="suite" value="([^"]*)"', arrivee.text)
    assert suite
    saisie = {"identifiant": "ud-demo", "mot_de_passe": "demo", "suite": unescape(suite[1])}
    entree = passant.post("/connexion", data=saisie)
    assert entree.headers["location"] == retour
    assert perdu in passant.get(retour, follow_redirects=True).text  # a list that has no second page shows its last
    assert perdu not in passant.get(retour).text


def test_une_saisie_envoyee_trop_tard_se_reprend(demo: Systeme) -> None:
    lui = Visiteur(demo.url, "centre-demo")
    nom, formulaire = nom_nouveau("Tardif"), lui.ouvrir("/candidats/nouveau?suite=essai")
    lui.http.cookies.clear()
    perdue = lui.envoyer(formulaire, "Enregistrer", nom_naissance=nom, prenoms="Zoé", naissance__code_insee="75112")
    assert (perdue.statut, "Votre connexion a expiré" in perdue.texte, nom in perdue.texte) == (401, True, False)
    assert "/connexion" not in perdue.liens  # the header's would leave what was typed behind
    fausse = lui.envoyer(perdue, "Se connecter", identifiant="centre-demo", mot_de_passe="faux")
    assert fausse.statut == 401
    proposee = lui.envoyer(fausse, "Se connecter", identifiant="centre-demo", mot_de_passe="demo")
    assert "dans le profil" not in proposee.texte  # one has but this one
    reprise = lui.envoyer(proposee, "Reprendre ma saisie")
    assert (reprise.statut, str(reprise.brute.url.raw_path, "ascii")) == (200, "/candidats/nouveau?suite=essai")
    assert reprise.formulaire("Enregistrer").valeurs("nom_naissance") == [nom]
    assert "0 candidat" in lui.ouvrir("/candidats", q=nom).texte  # nothing is done before one asks for it
    assert "Le candidat est créé." in lui.envoyer(reprise, "Enregistrer", date_naissance="1990-05-12").texte


def test_changer_de_profil_dans_un_autre_onglet_ne_perd_pas_ce_qui_etait_saisi(demo: Systeme) -> None:
    lui, nom = Visiteur(demo.url, "multi-demo", profil="Centre de démonstration de Paris"), nom_nouveau("Onglet")
    formulaire, liste = lui.ouvrir("/candidats/nouveau?suite=essai"), lui.ouvrir("/candidats/import")
    lui.envoyer(lui.ouvrir("/profils"), "Centre de démonstration de Lyon")
    perdue = lui.envoyer(formulaire, "Enregistrer", nom_naissance=nom, prenoms="Zoé", naissance__code_insee="75112")
    assert (perdue.statut, "Vous avez changé de profil" in perdue.texte) == (403, True)
    assert "dans le profil Centre de démonstration de Lyon" in perdue.texte
    reprise = lui.envoyer(perdue, "Reprendre ma saisie")
    assert (reprise.statut, str(reprise.brute.url.raw_path, "ascii")) == (200, "/candidats/nouveau?suite=essai")
    assert reprise.formulaire("Enregistrer").valeurs("nom_naissance") == [nom]
    assert "0 candidat" in lui.ouvrir("/candidats", q=nom).texte  # nothing is done before one asks for it
    sans_saisie = lui.envoyer(liste, "Se déconnecter")
    assert sans_saisie.adresse == "/connexion"  # one leaves from any page


def test_un_import_repris_dans_un_autre_profil_n_est_qu_essaye(demo: Systeme) -> None:
    lui, nom = Visiteur(demo.url, "multi-demo", profil="Centre de démonstration de Paris"), nom_nouveau("Repris")
    fichier = f"nom_naissance;prenoms;date_naissance;code_insee_naissance\n{nom};Zoé;12/05/1990;75112\n".encode()
    essai = lui.envoyer(lui.ouvrir("/candidats/import"), "Essayer le fichier", fichier=("c.csv", fichier))
    lui.envoyer(lui.ouvrir("/profils"), "Centre de démonstration de Lyon")
    reprise = lui.envoyer(lui.envoyer(essai, "Importer c.csv"), "Reprendre ma saisie")
    assert "Essai : rien n’est encore importé" in reprise.texte
    assert "0 candidat" in lui.ouvrir("/candidats", q=nom).texte
    assert "Candidats : 1 créé." in lui.envoyer(reprise, "Importer c.csv").texte


def test_une_saisie_reprise_dit_dans_quel_profil_elle_s_enregistre(demo: Systeme) -> None:
    """Whose profil was withdrawn meanwhile comes back in another: his candidate was created in another centre."""
    lui = Visiteur(demo.url, "multi-demo", profil="Centre de démonstration de Lyon")
    formulaire = lui.ouvrir("/candidats/nouveau")
    lui.http.cookies.clear()
    perdue = lui.envoyer(formulaire, "Enregistrer", nom_naissance="Ailleurs")
    proposee = lui.envoyer(perdue, "Se connecter", identifiant="multi-demo", mot_de_passe="demo")
    assert "Vous agissez dans le profil" in proposee.texte
    assert "Centre de démonstration de Lyon" not in proposee.texte


def test_un_fichier_envoye_trop_tard_est_a_choisir_de_nouveau(demo: Systeme, monde: Monde) -> None:
    lui, session = Visiteur(demo.url, "centre-demo"), monde.session()
    formulaire = lui.ouvrir("/candidats/import", session_id=session["id"])
    lui.http.cookies.clear()
    perdue = lui.envoyer(formulaire, "Essayer", fichier=("c.csv", b"nom_naissance\n"), parcours="capitalisation")
    proposee = lui.envoyer(perdue, "Se connecter", identifiant="centre-demo", mot_de_passe="demo")
    reprise = lui.envoyer(proposee, "Reprendre ma saisie")
    assert reprise.dit("fichier").startswith("Choisissez de nouveau votre fichier")
    assert reprise.formulaire("Essayer").valeurs("parcours") == ["capitalisation"]


def test_deux_onglets_attendent_la_meme_connexion(demo: Systeme) -> None:
    lui = Visiteur(demo.url, "centre-demo")
    formulaire, nom = lui.ouvrir("/candidats/nouveau"), nom_nouveau("Attente")
    lui.http.cookies.clear()
    perdue = lui.envoyer(formulaire, "Enregistrer", nom_naissance=nom)
    connu = {"identifiant": "centre-demo", "mot_de_passe": "demo"}
    assert lui.envoyer(lui.ouvrir("/connexion"), "Se connecter", **connu).adresse == "/"  # in the other tab
    proposee = lui.envoyer(perdue, "Se connecter", **connu)
    assert proposee.statut == 200, proposee.texte
    reprise = lui.envoyer(proposee, "Reprendre ma saisie")
    assert reprise.formulaire("Enregistrer").valeurs("nom_naissance") == [nom]


def test_un_mot_de_passe_n_est_jamais_repris(demo: Systeme) -> None:
    lui = Visiteur(demo.url, "centre-demo")
    formulaire = lui.ouvrir("/mon-compte")
    lui.http.cookies.clear()
    perdue = lui.envoyer(formulaire, "Changer", ancien="demo", nouveau="un-nouveau-secret")
    assert "un-nouveau-secret" not in perdue.brute.text
    assert "votre saisie n’a pas été enregistrée" in perdue.texte


@pytest.mark.parametrize(
    "suite",
    [
        *("//ailleurs.example/", "https://ailleurs.example/", "/\\ailleurs.example", "javascript:x", "//[x"),
        *("/jures\r\nX-Intrus: 1", "/\t/ailleurs.example"),  # no header holds the first: it was a page of error
    ],
)
def test_un_lien_de_connexion_ne_mene_pas_hors_du_site(passant: httpx.Client, suite: str) -> None:
    saisie = {"identifiant": "ud-demo", "mot_de_passe": "demo", "suite": suite}
    assert passant.post("/connexion", data=saisie).headers["location"] == "/"


@pytest.mark.parametrize(
    ("qui", "adresse", "bouton", "limite"),
    [("centre-demo", "/candidats/import", "Essayer", 5), ("national-demo", "/abonnes/import", "Essayer", 3)],
)
@pytest.mark.parametrize("taille", [5_000_001, 19_000_000, 21_000_000])
def test_une_page_dit_la_taille_qu_un_fichier_ne_passe_pas(
    visiteur: Visiteurs, qui: str, adresse: str, bouton: str, limite: int, taille: int
) -> None:
    lui = visiteur(qui)
    refus = lui.envoyer(lui.ouvrir(adresse), bouton, fichier=("gros.csv", b"x" * taille))
    assert (refus.statut, f"Ce fichier est trop volumineux : {limite} Mo au plus." in refus.texte) == (422, True)


def test_une_page_dit_la_taille_qu_un_formulaire_ne_passe_pas(visiteur: Visiteurs) -> None:
    lui = visiteur("ud-demo")
    refus = lui.envoyer(lui.ouvrir("/jures/nouveau"), "Enregistrer", nom="x" * 8_100_000)
    assert (refus.statut, "Ce que vous envoyez est trop volumineux : 8 Mo au plus." in refus.texte) == (422, True)


def test_un_formulaire_ne_vient_que_de_nos_pages(visiteur: Visiteurs, demo: Systeme) -> None:
    http = visiteur("ud-demo").http
    jeton = re.search(r'name="_jeton" value="(\w+)"', http.get("/jures/nouveau").text)
    assert jeton
    ecrire = {"nom": "Intrus", "_jeton": jeton[1]}
    assert http.post("/jures/nouveau", data=ecrire).status_code == 422  # it comes in, and is read
    for entetes in ({"Origin": "https://ailleurs.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert http.post("/jures/nouveau", data=ecrire, headers=entetes).status_code == 403
    for faux in ({"nom": "Intrus"}, ecrire | {"_jeton": "0" * 64}):
        assert http.post("/jures/nouveau", data=faux).status_code == 403


@pytest.mark.parametrize(
    ("qui", "adresse"), [("centre-demo", "/candidats/import"), ("national-demo", "/abonnes/import")]
)
def test_demander_les_en_tetes_d_un_import_n_importe_rien(visiteur: Visiteurs, qui: str, adresse: str) -> None:
    """HEAD is asked for without the proof that a form bears."""
    http = visiteur(qui).http
    statuts = [http.request(methode, adresse, data={"essai": "non"}).status_code for methode in ("GET", "HEAD")]
    assert statuts == [200, 200]


def test_une_adresse_mal_formee_n_est_pas_une_faute(passant: httpx.Client) -> None:
    assert passant.post("/connexion", headers={"Origin": "http://[x"}).status_code == 403
    assert passant.post("/jures/nouveau", headers={"Referer": "http://[x"}).status_code == 303
    assert passant.get(f"/actifs/x/{'a' * 300}").status_code == 404


def test_un_lien_qui_dit_une_ligne_au_bout_du_monde_montre_la_page(visiteur: Visiteurs) -> None:
    """Seen stopping the gateway: it drew all the lines before."""
    page = visiteur("ud-demo").ouvrir("/etablissements/nouveau?sites-999999999.libelle=x&_version=²")
    assert (page.statut, len(page.brute.content) < 200_000) == (200, True)


@pytest.mark.parametrize(
    ("adresse", "contenu"),
    [
        ("/connexion", b"a&" * 60_000),
        ("/api/v1/abonnements", b"a&" * 60_000),
        ("/api/v1/abonnements", b"courriel=" + b"a" * 1_100_000),  # seen answered by JSON, and a status of no call's
        ("/connexion", b"a=" + b"%26" * 600_000),  # anybody's, seen to hold everybody for nine seconds
    ],
    ids=["champs", "champs de l'API", "octets de l'API", "signes"],
)
def test_un_formulaire_plus_long_a_lire_qu_aucune_page_n_est_pas_lu(
    passant: httpx.Client, adresse: str, contenu: bytes
) -> None:
    entetes = {"Content-Type": "application/x-www-form-urlencoded"}
    refus = passant.post(adresse, content=contenu, headers=entetes)
    assert (refus.status_code, "est trop volumineux" in refus.text, "<h1>" in refus.text) == (422, True, True)


def test_un_jeton_de_l_api_n_ouvre_pas_les_pages(passant: httpx.Client, monde: Monde) -> None:
    secret = monde.ud.autorisation.removeprefix("Bearer ")
    assert passant.get("/jures", headers={"Cookie": f"ceres_connexion={secret}"}).status_code == 303


def test_les_pages_publiques_s_ouvrent_sans_compte(passant: httpx.Client) -> None:
    for adresse in ("/accessibilite", "/donnees-personnelles", "/plan-du-site", "/connexion", "/api/v1/abonnements"):
        page = passant.get(adresse)
        assert page.status_code == 200
        assert "<h1>" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    inconnue = passant.get("/verifications/inconnu")
    assert (inconnue.status_code, "Aucune attestation ne porte ce code." in inconnue.text) == (404, True)
    assert passant.get("/nulle-part").status_code == 404


def test_un_flux_sans_connexion_dit_qu_elle_a_pris_fin(passant: httpx.Client) -> None:
    """Sent to the sign-in page, as a person is, it had that page drawn again each minute, in each tab left open."""
    fini = passant.get("/messages/flux", headers={"Accept": "text/event-stream"})
    assert (fini.status_code, fini.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert fini.text == "event: fin\ndata: {}\n\n"
    assert passant.get("/messages/flux").headers["location"] == "/connexion?suite=/messages/flux"
