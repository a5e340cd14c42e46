"""What hands do: change hats without a mouse, click twice, go back to what was typed."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.personnes import Facon, Personne
from tests.parcours.monde import Monde, nom_nouveau

_LONG = "CENTRE DE FORMATION D'APPRENTIS DE L'INDUSTRIE " * 3 + "– Marseille (13)"


def test_quarante_profils_au_clavier(ouvrir: Ouvrir) -> None:
    """ERG-01: all are there; a few letters, Tab and Enter are enough."""
    agent = ouvrir("multi-demo", Facon.CLAVIER)
    agent.suivre("changer de profil")
    profils = agent.page.locator("#liste-profils li")
    expect(profils.nth(40)).to_be_attached()
    agent.remplir("Rechercher un profil", "lyon")
    expect(agent.page.locator("#liste-profils li:visible")).to_have_count(1)
    agent.remplir("Rechercher un profil", "reunion")  # a territory goes by its name too
    expect(agent.page.locator("#liste-profils li:visible", has_text="UD 974 — La Réunion")).to_have_count(1)
    agent.remplir("Rechercher un profil", "personne")
    expect(agent.page.get_by_role("status")).to_have_text(
        "Aucun profil ne correspond\u00a0: vérifiez ces mots, ou effacez-les."
    )
    agent.remplir("Rechercher un profil", "lyon")
    expect(agent.page.get_by_role("status")).to_contain_text("1 sur ")
    agent.presser("Centre de démonstration de Lyon", agent.page.locator("#liste-profils"))
    agent.lit("Ce qui vous attend")
    expect(agent.page.locator("header").get_by_role("link", name="Centre de démonstration de Lyon")).to_be_visible()


@pytest.mark.parametrize("largeur", [1280, 1000, 360])
def test_le_nom_le_plus_long_d_un_centre_laisse_tout_a_portee(ouvrir: Ouvrir, largeur: int) -> None:
    """Of 660 centres of the country, one in ten has a name of more than 93 letters; one has 142."""
    agent = ouvrir("centre-demo")
    agent.ouvrir("/")
    agent.page.set_viewport_size({"width": largeur, "height": 900})
    agent.page.evaluate(
        "nom => document.querySelectorAll('[href=\"/profils\"]').forEach(a => a.textContent = nom)", _LONG
    )
    assert agent.depassement() == 0
    if largeur > 992:  # below, it is in the menu
        expect(agent.page.get_by_role("button", name="Se déconnecter").first).to_be_in_viewport(ratio=1)


def test_deux_clics_ne_font_qu_une_demande(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    envois: list[str] = []
    agent.page.on("request", lambda demande: envois.append(demande.url) if demande.method == "POST" else None)
    nom = _remplir_un_jure(agent)
    agent.page.get_by_role("button", name="Enregistrer").dblclick()
    agent.lit("Le juré est créé.")
    assert len(envois) == 1
    agent.ouvrir(f"/jures?q={nom}")
    agent.lit("1 juré")


def test_une_page_rechargee_garde_ce_qui_y_etait_saisi_jusqu_a_ce_qu_on_l_abandonne(ouvrir: Ouvrir) -> None:
    """On a phone one pulls too far, or the system takes the memory of a tab back while one answers a call."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    nom = agent.page.get_by_label("Nom", exact=False).first
    nom.press_sequentially("Repris")  # and nowhere else: no field was left
    agent.page.wait_for_function("() => history.state?.saisie")
    agent.page.reload()
    expect(nom).to_have_value("Repris")
    agent.suivre("Abandonner ma saisie")
    expect(nom).to_have_value("")
    agent.page.reload()
    expect(nom).to_have_value("")


def test_ce_qui_etait_saisi_dans_ce_qui_se_plie_se_revoit(ouvrir: Ouvrir, monde: Monde) -> None:
    """Hours that one does not see would leave with the others."""
    centre = ouvrir("centre-demo")
    centre.ouvrir(f"/sessions/{monde.session_validee()['id']}/convocations")
    heure = centre.page.get_by_label("(candidat)", exact=False).first
    expect(heure).to_be_hidden()
    centre.page.get_by_text("Convoquer certains à une autre heure").click()
    heure.fill("10:15")
    centre.page.wait_for_function("() => history.state?.saisie")
    centre.page.reload()
    expect(heure).to_be_visible()
    expect(heure).to_have_value("10:15")


def test_un_formulaire_refuse_se_retrouve_comme_il_etait(ouvrir: Ouvrir) -> None:
    """Seen empty again, once the guide had been read to know what to answer."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures/nouveau")
    agent.remplir("Nom", "Refuse")
    agent.presser("Enregistrer")
    agent.lit("Des informations sont à corriger")
    nom = agent.page.get_by_label("Nom", exact=False).first
    agent.suivre("Aide")
    agent.page.go_back()
    expect(nom).to_have_value("Refuse")
    agent.page.reload()
    expect(nom).to_have_value("Refuse")


def test_un_formulaire_qu_on_a_allonge_se_retrouve_entier(ouvrir: Ouvrir) -> None:
    """The page at its address has one item: the fields of the other were kept, and had nowhere to go."""
    agent = ouvrir("national-demo")
    agent.ouvrir("/versions/nouvelle")
    titres = agent.page.get_by_label("Titre de l’item")
    titres.first.fill("Le premier")
    agent.page.get_by_label("UD").first.check(force=True)
    agent.presser("Ajouter un item à ce module")
    titres.nth(1).fill("Le second")
    for _ in range(2):
        agent.suivre("Aide")
        agent.page.go_back()
        expect(titres.nth(1)).to_have_value("Le second")
    expect(titres.first).to_have_value("Le premier")
    assert [agent.page.get_by_label(profil).first.is_checked() for profil in ("UD", "DIRECCTE")] == [True, False]
    agent.page.go_back()  # and before it there is the form as it was, not the same again
    expect(titres).to_have_count(1)
    expect(titres).to_have_value("Le premier")


_CE_QUI_EST_COCHE = "[...document.forms.formulaire.elements].filter((c) => c.checked).map((c) => c.name)"
_GARDEE_AVANT = """() => {
  const { elements, elements: { _jeton } } = document.forms.formulaire;
  const champs = [...elements].filter((c) => c.name && c.type !== "submit");
  const valeurs = champs.map((c) => c.type === "checkbox" ? c.value === "UD" : c.value);
  history.replaceState({ saisie: { jeton: _jeton.value, noms: champs.map((c) => c.name).join(), valeurs } }, "");
}"""


def test_ce_que_gardait_la_version_d_avant_se_retrouve(ouvrir: Ouvrir) -> None:
    """An upgrade goes on while one types; else nothing more of the page's script would run."""
    agent = ouvrir("national-demo")
    agent.ouvrir("/versions/nouvelle")
    agent.page.evaluate(_GARDEE_AVANT)
    agent.page.reload()
    assert len(agent.page.evaluate(_CE_QUI_EST_COCHE)) == 1


def test_qui_remplace_un_jure_coche_ne_l_est_pas_a_sa_place(ouvrir: Ouvrir, monde: Monde) -> None:
    """Boxes were ticked again by their rank: the juré who came next was in the PV, whom nobody had seen."""
    session, le = monde.session_validee(5), monde.jour + timedelta(days=5)
    centre = ouvrir("centre-demo", le=le)
    centre.ouvrir(f"/sessions/{session['id']}/resultats")
    venu = centre.page.get_by_role("checkbox").first
    venu.check(force=True)
    centre.page.wait_for_function("() => history.state?.saisie")
    remplacement = f"/sessions/{session['id']}/jures/{venu.get_attribute('value')}/remplacement"
    monde.centre.poster(remplacement, {"jure_id": monde.jure_habilite()["id"]}, le=le).reussie()
    centre.page.reload()
    centre.lit("Cette page a été rechargée")
    expect(centre.page.get_by_role("checkbox")).to_have_count(2)
    assert centre.page.evaluate(_CE_QUI_EST_COCHE) == []


def test_qui_revient_d_une_fusion_a_la_suivante_fusionne_celle_qu_il_lit(ouvrir: Ouvrir, monde: Monde) -> None:
    """The form of the file that was left had the place of the other's, and named it still: it said that it was done."""
    corps = monde.corps_jure(nom=nom_nouveau("Double"), date_naissance="1980-01-01", confirmer=["JUR-06"])
    garde, *_ = [monde.ud.poster("/jures", corps).reussie() for _ in range(3)]
    agent = ouvrir("ud-demo")
    agent.ouvrir(f"/jures/{garde['id']}/doublons")
    absorbe = agent.page.locator("input[name=absorbe_id]")
    premier = absorbe.first.input_value()
    agent.presser("Fusionner cette fiche")
    agent.lit("Avant de confirmer")
    monde.ud.poster(f"/jures/{garde['id']}/fusion", {"absorbe_id": premier[:36], "confirmer": ["JUR-06"]}).reussie()
    agent.page.go_back()
    agent.lit("Doublons possibles")
    expect(absorbe).to_have_count(1)
    assert absorbe.input_value() != premier


_AUTRE_ENVOI = """() => {
  const [adresse, jeton] = [location.href, document.forms.formulaire.elements._jeton.value];
  const envoi = { adresse, jeton, noms: "_jeton,nom,autre", valeurs: [jeton, "Essai", ""] };
  sessionStorage.setItem("envoi", JSON.stringify(envoi));
}"""


def test_un_formulaire_ne_se_redemande_qu_une_fois(ouvrir: Ouvrir) -> None:
    """Of a browser that does not say where it comes from, nothing tells that an answer came."""
    agent = ouvrir("ud-demo")

    def sans_provenance(route: Route) -> None:
        if route.request.method == "POST":
            return route.continue_()
        recu = route.fetch()
        return route.fulfill(response=recu, headers=recu.headers | {"referrer-policy": "no-referrer"})

    agent.page.route("**/jures/nouveau", sans_provenance)
    agent.ouvrir("/jures/nouveau")
    agent.page.evaluate(_AUTRE_ENVOI)
    redemandes: list[str] = []
    agent.page.on("request", lambda demande: redemandes.append(demande.url) if demande.method == "POST" else None)
    agent.ouvrir("/jures/nouveau")
    expect(agent.page.get_by_label("Nom", exact=False).first).to_have_value("Essai")
    agent.page.wait_for_load_state("networkidle")
    assert len(redemandes) == 1


def _creer_puis_revenir(agent: Personne) -> str:
    """Creates a juré, goes back, finds the form as it was typed; returns the name."""
    nom = _remplir_un_jure(agent)
    agent.presser("Enregistrer")
    agent.lit("Le juré est créé.")
    agent.page.go_back()
    expect(agent.page.get_by_label("Nom", exact=False).first).to_have_value(nom)
    return nom


def test_revenir_en_arriere_retrouve_ce_qui_etait_saisi_et_ne_cree_rien_de_plus(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    nom = _creer_puis_revenir(agent)
    agent.presser("Enregistrer")
    agent.lit("Le juré est créé.")
    agent.ouvrir(f"/jures?q={nom}")
    agent.lit("1 juré")


def test_ce_qui_est_change_en_revenant_est_un_autre_acte(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    nom = _creer_puis_revenir(agent)
    agent.remplir("Prénom", "Paulette")
    agent.presser("Enregistrer")
    agent.lit(f"Paulette {nom}")


def test_un_envoi_que_le_reseau_coupe_se_retrouve_et_ne_cree_rien_de_plus(ouvrir: Ouvrir) -> None:
    """The browser's page of error takes the place of the form in the history: going back goes before it."""
    agent = ouvrir("ud-demo")
    nom = _remplir_un_jure(agent)
    agent.hors_ligne(True)
    agent.page.get_by_role("button", name="Enregistrer").click()
    agent.lit("Cet appareil se dit hors ligne")  # and the form is still there
    agent.hors_ligne(False)
    _enregistrer_sans_reponse(agent, "**/jures/nouveau")
    agent.page.go_back()
    agent.ouvrir("/jures/nouveau")
    agent.lit("Votre dernier envoi est resté sans réponse")
    champ = agent.page.get_by_label("Nom", exact=False).first
    expect(champ).to_have_value(nom)
    agent.presser("Enregistrer")
    agent.lit("Le juré est créé.")
    agent.ouvrir(f"/jures?q={nom}")
    agent.lit("1 juré")
    agent.ouvrir("/jures/nouveau")  # once it was answered, a new form is empty
    expect(champ).to_have_value("")


def test_un_envoi_allonge_que_le_reseau_coupe_revient_avec_sa_phrase(ouvrir: Ouvrir) -> None:
    """The page at its address has fewer fields: asked of the server, it came back without a word of its fate."""
    agent = ouvrir("national-demo")
    agent.ouvrir("/versions/nouvelle")
    titres = agent.page.get_by_label("Titre de l’item")
    titres.first.fill("Le premier")
    agent.presser("Ajouter un item à ce module")
    titres.nth(1).fill("Le second")
    _enregistrer_sans_reponse(agent, "**/versions/nouvelle")
    agent.ouvrir("/versions/nouvelle")
    agent.lit("Votre dernier envoi est resté sans réponse")
    expect(titres.nth(1)).to_have_value("Le second")


def test_qui_arrete_un_envoi_envoie_de_nouveau(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    _remplir_un_jure(agent)
    retenus: list[Route] = []
    agent.page.route("**/jures/nouveau", lambda route: retenus.append(route))
    bouton = agent.page.get_by_role("button", name="Enregistrer")
    bouton.click(no_wait_after=True)
    agent.page.wait_for_timeout(500)
    agent.arreter()
    agent.page.wait_for_timeout(3000)
    (retenu,) = retenus
    retenu.abort()
    agent.page.unroute("**/jures/nouveau")
    bouton.click()
    agent.lit("Le juré est créé.")


def test_qui_se_connecte_ensuite_ne_voit_pas_ce_qu_un_autre_a_saisi(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    _remplir_un_jure(agent)
    agent.page.get_by_label("Commune", exact=False).first.blur()
    agent.page.get_by_role("button", name="Se déconnecter").click()
    for libelle, valeur in {"Identifiant": "direccte-demo", "Mot de passe": "demo"}.items():
        agent.remplir(libelle, valeur)
    agent.presser("Se connecter")
    agent.lit("Ce qui vous attend")
    agent.page.go_back()
    agent.page.go_back()
    expect(agent.page).to_have_url(re.compile("/jures/nouveau"))
    expect(agent.page.get_by_label("Nom", exact=False).first).to_have_value("")


def test_un_onglet_qu_on_ne_regarde_pas_ne_tient_pas_de_connexion(ouvrir: Ouvrir) -> None:
    """A browser opens six to a site at most: with a stream in each of six tabs, a seventh never loaded."""
    agent = ouvrir("ud-demo")
    cacher = """cache => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => cache });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with agent.page.expect_request("**/messages/flux"):
        agent.ouvrir("/messages")
    with agent.page.expect_event("requestfailed", lambda demande: demande.url.endswith("/messages/flux")):
        agent.page.evaluate(cacher, True)
    with agent.page.expect_request("**/messages/flux"):
        agent.page.evaluate(cacher, False)


def test_un_flux_refuse_un_moment_est_repris(ouvrir: Ouvrir) -> None:
    """While notifications starts again, its stream is refused: browsers give up one that is, and no news came after."""
    agent = ouvrir("ud-demo")
    refuses: list[str] = []

    def refuser(demande: Route) -> None:
        refuses.append(demande.request.url)
        demande.fulfill(status=503) if len(refuses) == 1 else demande.continue_()

    agent.page.route("**/messages/flux", refuser)
    agent.ouvrir("/messages")
    with agent.page.expect_response(lambda reponse: reponse.url.endswith("/messages/flux") and reponse.ok):
        pass
    assert len(refuses) == 2


def test_une_page_ouverte_dit_que_sa_connexion_a_pris_fin(ouvrir: Ouvrir) -> None:
    """Seen as alive as ever, asking for the sign-in page each minute; who was put out wrote on."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/messages")
    voir = """() => document.dispatchEvent(new Event("visibilitychange"))"""
    contexte = agent.page.context
    cookies = contexte.cookies()
    demandes: list[str] = []
    agent.page.on("request", lambda demande: demandes.append(demande.url))
    agent.page.evaluate("() => dispatchEvent(new Event('pagehide'))")  # its stream is cut; the next one is refused
    contexte.clear_cookies()
    agent.page.evaluate(voir)
    agent.lit("Votre connexion a pris fin")
    assert "/connexion" not in {urlsplit(adresse).path for adresse in demandes}
    contexte.add_cookies(cookies)  # signed in again, in another tab
    agent.page.evaluate(voir)
    expect(agent.page.locator("[data-finie]")).to_have_count(0)


def test_ce_qui_est_filtre_en_tapant_s_efface_d_un_clic(ouvrir: Ouvrir) -> None:
    agent = ouvrir("ud-demo")
    agent.ouvrir("/jures")
    expect(agent.page.get_by_role("link", name="Tout effacer")).to_have_count(0)
    annonce = agent.page.get_by_role("status").element_handle()
    agent.page.get_by_label("Rechercher").first.press_sequentially("personne de ce nom")
    agent.lit("0 juré", "Aucun résultat.")
    assert annonce.text_content() == "0 juré"  # the same element: one that comes with its words is not announced
    for couper in (lambda demande: demande.abort(), lambda demande: demande.fulfill(status=503, body="Panne")):
        agent.page.route("**/jures?q=panne*", couper)
        agent.page.get_by_label("Rechercher").first.fill("panne")
        expect(agent.page.get_by_role("status")).to_contain_text("La recherche n’a pas abouti")
        agent.page.unroute("**/jures?q=panne*")
        agent.page.get_by_label("Rechercher").first.fill("personne de ce nom")
        expect(agent.page.get_by_role("status")).to_have_text("0 juré")  # the list is still there, and follows
    agent.plaintes.clear()  # of the network that was cut
    agent.suivre("Tout effacer")
    expect(agent.page.get_by_label("Rechercher").first).to_have_value("")
    expect(agent.page).to_have_url(re.compile("/jures$"))


def test_l_annee_qu_on_tape_n_est_cherchee_qu_entiere(ouvrir: Ouvrir) -> None:
    """Each of its figures made a search, an error, then an entry of the history that shows it again."""
    agent = ouvrir("ud-demo")
    agent.ouvrir("/sessions")
    cherchees: list[str] = []
    agent.page.on("request", lambda demande: cherchees.append(demande.url) if "/sessions?" in demande.url else None)
    agent.page.get_by_label("Début à partir du").press_sequentially("01012027", delay=50)
    expect(agent.page).to_have_url(re.compile("debut_apres=2027-01-01"))
    assert len(cherchees) == 1
    agent.page.go_back()
    expect(agent.page).to_have_url(re.compile("/sessions$"))


def test_le_fil_d_ariane_ramene_a_la_liste_telle_qu_on_l_a_laissee(ouvrir: Ouvrir) -> None:
    agent = ouvrir("multi-demo")

    def jures_puis_fil(profil: str, cherche: str) -> None:
        agent.ouvrir("/profils")
        agent.presser(profil, agent.page.locator("#liste-profils"))
        agent.lit("Ce qui vous attend")
        agent.ouvrir(f"/jures{cherche}")
        agent.activer(agent.page.locator("#resultats tbody a").first)
        agent.suivre("Chercher un doublon")
        agent.suivre("Jurés", agent.page.locator(".fr-breadcrumb"))

    jures_puis_fil("UD 75", "?statut=actif&tri=-nom")
    expect(agent.page).to_have_url(re.compile(r"/jures\?statut=actif&tri=-nom$"))
    agent.suivre("Créer un juré")
    agent.suivre("Annuler")
    expect(agent.page).to_have_url(re.compile(r"/jures\?statut=actif&tri=-nom$"))  # who gives up is back there too
    jures_puis_fil("DIRECCTE 11", "")
    expect(agent.page).to_have_url(re.compile("/jures$"))  # another profil's search is not this one's
    agent.presser("Se déconnecter")
    expect(agent.page).to_have_url(re.compile("/connexion$"))
    assert agent.page.evaluate("sessionStorage.length") == 0


def _enregistrer_sans_reponse(agent: Personne, adresses: str) -> None:
    """Sends a form, which comes; its answer is lost."""

    def couper(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    agent.page.route(adresses, couper)
    agent.page.get_by_role("button", name="Enregistrer").click()
    expect(agent.page).to_have_url(re.compile("^chrome-error://"))  # which, unlike a wait, takes the cut for no failure
    agent.page.unroute(adresses)


def _remplir_un_jure(agent: Personne) -> str:
    nom = nom_nouveau("Geste")
    agent.ouvrir("/jures/nouveau")
    agent.cocher("Monsieur")
    saisie = {"Prénom": "Paul", "Numéro et voie": "2 rue des Essais", "Code postal": "75011", "Commune": "Paris"}
    for libelle, valeur in ({"Nom": nom, "Téléphone professionnel": "01 99 00 12 35"} | saisie).items():
        agent.remplir(libelle, valeur)
    return nom
