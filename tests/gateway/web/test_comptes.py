"""One's account and those one administers; what one is told of; what one searches for again."""

from collections.abc import Callable
from urllib.parse import urlsplit

from commun.storage.db import nouvel_id
from tests.conftest import Systeme
from tests.gateway.conftest import MOT_DE_PASSE, NATIONAL, UD, Client
from tests.gateway.test_administration import UD_69, centre_nouveau
from tests.gateway.web.visiteur import Visiteur, Visiteurs
from tests.outils.attente import attendre
from tests.parcours.courrier import courriels
from tests.parcours.monde import Monde
from tests.parcours.test_messages import message_sur

Creer = Callable[..., Client]


def test_inviter_renvoyer_puis_retirer(visiteur: Visiteurs, demo: Systeme) -> None:
    national, courriel = visiteur("national-demo"), f"invite-{nouvel_id()}@exemple.fr"
    page = national.ouvrir("/invitations/nouvelle")
    refusee = national.envoyer(page, "Inviter quelqu’un", courriel="pas une adresse")
    assert (refusee.statut, bool(refusee.dit("courriel"))) == (422, True)
    assert national.envoyer(refusee, "Inviter quelqu’un", courriel=courriel).dit("type")  # nobody enters it unsaid
    envoyee = national.envoyer(refusee, "Inviter quelqu’un", courriel=courriel, type="NATIONAL")
    assert "L’invitation est envoyée" in envoyee.texte
    liste = national.ouvrir("/invitations", q=courriel)
    assert ("1 invitation" in liste.texte, liste.liens.count("/comptes")) == (True, 2)  # the menu, and the way back
    assert "L’invitation est renvoyée" in national.envoyer(liste, "Renvoyer").texte
    assert courriels(demo.url_courrier, courriel)
    retiree = national.envoyer(national.ouvrir("/invitations", q=courriel), "Retirer")
    assert "L’invitation est retirée" in retiree.texte
    assert "Retirer" not in national.ouvrir("/invitations", q=courriel).texte  # nothing is left to withdraw


def test_une_trace_nomme_qui_a_agi_tant_que_son_compte_a_un_nom(visiteur: Visiteurs, client: Creer) -> None:
    alice, national = client(UD), visiteur("national-demo")
    change = {"ancien": MOT_DE_PASSE, "nouveau": "un autre mot de passe"}
    assert alice.http.put("/moi/mot-de-passe", json=change).status_code == 204
    traces, nommee = f"/comptes/{alice.compte_id}/traces", f"Compte d'essai, {alice.identifiant}, UD 75"
    assert nommee in national.ouvrir(traces).texte
    alice.sql("UPDATE comptes SET recherche = '' WHERE id = %s", alice.compte_id)  # as it is once anonymised
    apres = national.ouvrir(traces).texte
    assert nommee not in apres and f"{alice.identifiant}, UD 75" in apres


def test_le_compte_de_qui_n_a_plus_de_nom_n_offre_rien_qui_serait_refuse(visiteur: Visiteurs, client: Creer) -> None:
    """Seen offered to be opened again, and to lose its profil: each was refused."""
    alice, national = client(UD), visiteur("national-demo")
    fiche, offres = f"/comptes/{alice.compte_id}", ("Réactiver", "Retirer le profil")
    alice.sql("UPDATE comptes SET actif = false WHERE id = %s", alice.compte_id)
    lue = national.ouvrir(fiche).texte
    assert [offre in lue for offre in offres] == [True, True] and "anonymisée" not in lue
    alice.sql("UPDATE comptes SET recherche = '' WHERE id = %s", alice.compte_id)
    lue = national.ouvrir(fiche).texte
    assert [offre in lue for offre in offres] == [False, False] and "son compte ne peut plus servir" in lue


def test_un_centre_se_designe_par_son_siret(visiteur: Visiteurs, client: Creer) -> None:
    mission, courriel = client(NATIONAL), f"invite-{nouvel_id()}@exemple.fr"
    centre, national = centre_nouveau(mission), visiteur("national-demo")
    fiche = national.ouvrir(f"/etablissements/{centre['id']}")  # or from its own page
    siens, inviter = (next(a for a in fiche.liens if a.startswith(ou)) for ou in ("/comptes?", "/invitations/"))
    assert national.ouvrir(inviter).formulaire("Inviter quelqu’un").valeurs("etablissement_id") == [centre["id"]]
    assert f"{centre['denomination']} Rechercher" in national.ouvrir(siens).texte
    page = national.ouvrir("/invitations/nouvelle")
    vide = national.envoyer(page, "Inviter quelqu’un").texte
    assert vide.index("Adresse électronique : cette") < vide.index("Type de profil : cette")  # as the page asks them
    for reference in ("du centre", nouvel_id()):
        mal = national.envoyer(page, "Inviter quelqu’un", courriel=courriel, type="CENTRE", etablissement_id=reference)
        assert mal.dit("etablissement_id") == "Aucun établissement n’a ce SIRET ni cette référence."
    autre = national.envoyer(page, "Inviter quelqu’un", courriel=courriel, type="UD", etablissement_id="du centre")
    assert autre.dit("departement") and "changez le type" in autre.dit("etablissement_id")
    saisie = {"courriel": courriel, "type": "CENTRE", "etablissement_id": "00000000000000"}
    inconnu = national.envoyer(page, "Inviter quelqu’un", **saisie)
    assert inconnu.dit("etablissement_id") == "Aucun établissement ne porte ce SIRET."
    siret = f"{centre['siret'][:9]} {centre['siret'][9:]}"
    assert "L’invitation est envoyée" in national.envoyer(inconnu, "Inviter quelqu’un", etablissement_id=siret).texte
    (vue,) = mission.http.get("/invitations", params={"q": courriel}).json()["elements"]
    assert vue["etablissement_id"] == centre["id"]


def test_un_service_n_offre_que_ses_propres_profils(visiteur: Visiteurs) -> None:
    for identifiant, type_ in (("ud-demo", "UD"), ("direccte-demo", "DIRECCTE"), ("centre-demo", "CENTRE")):
        formulaire = visiteur(identifiant).ouvrir("/invitations/nouvelle").formulaire("Inviter quelqu’un")
        assert formulaire.valeurs("type") == [type_]
        ailleurs = visiteur(identifiant).ouvrir("/jures").texte  # where its own départements are offered first
        assert "Tous 75 — Paris 77 — Seine-et-Marne 78 — Yvelines" in ailleurs
        assert not formulaire.valeurs("departement")
        page = visiteur(identifiant).ouvrir("/comptes")
        assert not page.formulaire("Rechercher").valeurs("type")  # all are of one
    assert visiteur("national-demo").ouvrir("/comptes").formulaire("Rechercher").valeurs("type")


def test_le_premier_invite_d_un_centre_l_administre(visiteur: Visiteurs, client: Creer) -> None:
    mission, courriels_ = client(NATIONAL), [f"invite-{nouvel_id()}@exemple.fr" for _ in range(2)]
    invite = {"type": "CENTRE", "etablissement_id": centre_nouveau(mission)["id"]}
    national = visiteur("national-demo")
    for courriel, coche in zip(courriels_, (None, "true"), strict=True):
        page = national.ouvrir("/invitations/nouvelle")
        saisie = invite | {"courriel": courriel, "administrateur": coche}
        assert "L’invitation est envoyée" in national.envoyer(page, "Inviter quelqu’un", **saisie).texte
        (vue,) = mission.http.get("/invitations", params={"q": courriel}).json()["elements"]
        assert vue["administrateur"] is True


def test_chercher_un_profil_ignore_les_accents(demo: Systeme, client: Creer) -> None:
    lui = client({"type": "CENTRE", "libelle": "Évry — Création", "etablissement_id": nouvel_id()}, UD, connecte=False)
    trouves = Visiteur(demo.url, lui.identifiant, MOT_DE_PASSE).ouvrir("/profils", q="evry creation")
    assert (trouves.propose("Évry — Création"), trouves.propose("UD 75")) == (True, False)


def test_deux_centres_de_meme_nom_se_distinguent(demo: Systeme, visiteur: Visiteurs, client: Creer) -> None:
    """A body names its centres alike, all over the country: one was chosen, or taken away, at random."""
    ici = {"type": "CENTRE", "libelle": "Organisme", "etablissement_id": nouvel_id(), "departement": "02"}
    la = ici | {"etablissement_id": nouvel_id(), "departement": "59"}
    lui = client(ici, la, connecte=False)
    choix = Visiteur(demo.url, lui.identifiant, MOT_DE_PASSE).ouvrir("/profils", q="organisme aisne")
    assert (choix.propose("Organisme — Aisne"), choix.propose("Organisme — Nord")) == (True, False)
    fiche = visiteur("national-demo").ouvrir(f"/comptes/{lui.compte_id}").texte
    assert [f"Retirer le profil Organisme — {lieu}" in fiche for lieu in ("Aisne", "Nord")] == [True, True]


def test_ce_qui_releve_d_un_autre_de_ses_profils_s_y_ouvre(demo: Systeme, client: Creer) -> None:
    """A message, which is the account's, led to « Introuvable » in all its profils but one, and no further."""
    lui, ailleurs = client(UD_69, UD, connecte=False), f"/etablissements/{centre_nouveau(client(NATIONAL))['id']}"
    agent = Visiteur(demo.url, lui.identifiant, MOT_DE_PASSE, profil="UD 69")
    perdu = agent.ouvrir(ailleurs)
    (lien,) = (lien for lien in perdu.liens if lien.startswith("/profils?"))
    assert (perdu.statut, agent.envoyer(agent.ouvrir(lien), "UD 75").adresse) == (404, ailleurs)


def test_un_compte_desactive_perd_son_acces_aussitot(visiteur: Visiteurs, demo: Systeme, client: Creer) -> None:
    agent = client(UD, connecte=False)
    ouvert = Visiteur(demo.url, agent.identifiant, MOT_DE_PASSE)
    national = visiteur("national-demo")
    fiche = national.ouvrir(f"/comptes/{agent.compte_id}")
    for lien, bouton, dit in (
        ("/fin", "Retirer l’administration", "n’administre plus"),
        ("", "Nommer administrateur", "administre désormais"),
    ):
        (adresse,) = (a for a in fiche.liens if a.endswith(f"/administration{lien}"))
        fiche = national.envoyer(national.ouvrir(adresse), bouton)
        assert dit in fiche.texte
    page = national.ouvrir(f"{fiche.adresse}/desactivation")
    faite = national.envoyer(page, "Désactiver le compte", motif="Départ")
    assert "n’a plus accès à CERES" in faite.texte
    assert not any(lien.endswith("/profils/nouveau") for lien in faite.liens)  # filled in vain: it takes none (CPT-06)
    assert ouvert.ouvrir("/jures").adresse == "/connexion"
    autre_onglet = national.ouvrir(fiche.adresse)
    assert "Le compte est réactivé. Prévenez la personne" in national.envoyer(faite, "Réactiver").texte
    national.envoyer(national.ouvrir(f"{fiche.adresse}/desactivation"), "Désactiver le compte")
    assert "rien n’a été fait" in national.envoyer(autre_onglet, "Réactiver").texte  # he read another decision
    assert "Départ" in national.ouvrir(f"{fiche.adresse}/traces").texte


def test_de_son_propre_compte_on_ne_s_offre_rien_qui_sera_refuse(demo: Systeme, client: Creer) -> None:
    """He was asked why, and whether nobody should administer his service any more, to be told that he may not."""
    lui = client(NATIONAL, UD, connecte=False)
    (national, ud) = lui.sql("SELECT id::text FROM profils WHERE compte_id = %s ORDER BY libelle", lui.compte_id)
    fiche = f"/comptes/{lui.compte_id}"
    liens = Visiteur(demo.url, lui.identifiant, MOT_DE_PASSE).ouvrir(fiche).liens
    assert [lien for lien in liens if lien.startswith(f"{fiche}/profils/{ud[0]}/")]
    refuses = (f"{fiche}/profils/{national[0]}/", f"{fiche}/desactivation")
    assert not [lien for lien in liens if lien.startswith(refuses)]


def test_qui_retire_le_dernier_profil_de_son_service_revient_a_sa_liste(visiteur: Visiteurs, client: Creer) -> None:
    parti, reste = client(UD, connecte=False), client(UD, connecte=False)
    for qui, agent in (("ud-demo", parti), ("national-demo", reste)):
        chez_lui, adresse = visiteur(qui), f"/comptes/{agent.compte_id}"
        fiche = chez_lui.ouvrir(adresse)
        (retrait,) = (lien for lien in fiche.liens if lien.endswith("/retrait"))
        offert = f"{adresse}/profils/nouveau" in fiche.liens
        assert offert is (agent is reste)  # of his place alone, whom he sees has the profil (CPT-03)
        ajout = chez_lui.ouvrir(f"{adresse}/profils/nouveau")
        assert "<title>Ajouter un profil, Compte d&#39;essai — CERES</title>" in ajout.brute.text
        page = chez_lui.ouvrir(retrait)
        assert "<title>Retirer ce profil, Compte d&#39;essai, UD 75 — CERES</title>" in page.brute.text
        retire = chez_lui.envoyer(page, "Retirer ce profil")
        assert (
            "Le profil est retiré." in chez_lui.envoyer(page, "Retirer ce profil").texte
        )  # once, at a second click too
        assert "Le profil est retiré." in retire.texte
        sorti = "Ce compte n’a plus de profil que vous administrez" in retire.texte
        assert (retire.statut, retire.adresse, sorti) == (
            200,
            "/comptes" if agent is parti else adresse,
            agent is parti,
        )


def test_ses_preferences_et_son_mot_de_passe(demo: Systeme, client: Creer) -> None:
    lui = Visiteur(demo.url, client(UD, connecte=False).identifiant, MOT_DE_PASSE)
    reglees = lui.envoyer(lui.ouvrir("/messages/preferences"), "Enregistrer", **{"messages-0.courriel": "true"})
    assert "Vos préférences sont enregistrées." in reglees.texte
    assert reglees.formulaire("Enregistrer").valeurs("messages-0.courriel") == ["true"]
    court = lui.envoyer(lui.ouvrir("/mon-compte"), "Changer de mot de passe", ancien=MOT_DE_PASSE, nouveau="court")
    assert (court.statut, bool(court.dit("nouveau"))) == (422, True)
    assert MOT_DE_PASSE not in court.brute.text
    for page in (court, Visiteur(demo.url, "").ouvrir("/connexion")):
        assert "Toutes les informations sont obligatoires." in page.texte


def test_choisir_un_profil_qu_on_n_a_plus_ramene_aux_siens(demo: Systeme, client: Creer) -> None:
    """Seen: its page had stayed open, and gave « Des informations sont à corriger », twice, and no way on."""
    agent, national = client(UD, UD_69), client(NATIONAL)
    lui = Visiteur(demo.url, agent.identifiant, MOT_DE_PASSE, profil="UD 69")
    page = lui.ouvrir("/profils", suite="/jures")
    siens = {p["libelle"]: p["id"] for p in agent.http.get("/moi").json()["profils"]}
    assert national.http.delete(f"/comptes/{agent.compte_id}/profils/{siens['UD 75']}").status_code == 200
    reste = lui.envoyer(page, "UD 75")
    assert (reste.statut, reste.adresse, "n’est plus, l’un des vôtres" in reste.texte) == (200, "/profils", True)
    assert not reste.propose("UD 75") and lui.envoyer(reste, "UD 69").adresse == "/jures"


def test_la_mission_cherche_les_lieux_sans_administrateur(visiteur: Visiteurs) -> None:
    for qui, offre in (("national-demo", True), ("ud-demo", False)):  # who administers one place is there
        liste = visiteur(qui).ouvrir("/comptes", sans_administrateur="true")
        assert (liste.statut, "Sans administrateur" in liste.texte) == (200, offre)


def test_corriger_son_nom(demo: Systeme, client: Creer) -> None:
    lui = Visiteur(demo.url, client(UD, connecte=False, nom="Zoé Martn").identifiant, MOT_DE_PASSE)
    page = lui.ouvrir("/mon-compte/nom")
    assert "/mon-compte/nom" in lui.ouvrir("/mon-compte").liens
    assert page.formulaire("Enregistrer").valeurs("nom") == ["Zoé Martn"]
    assert lui.envoyer(page, "Enregistrer", nom="").dit("nom")
    faite = lui.envoyer(page, "Enregistrer", nom="Zoé Martin")
    assert (faite.adresse, "Votre nom est corrigé." in faite.texte) == ("/mon-compte", True)
    assert "Zoé Martin" in faite.texte and "Martn" not in faite.texte


def test_se_deconnecter_partout(demo: Systeme, client: Creer) -> None:
    lui = client(UD)
    ici, ailleurs = (Visiteur(demo.url, lui.identifiant, MOT_DE_PASSE) for _ in range(2))
    page = ici.ouvrir("/mon-compte/deconnexion")
    assert "/mon-compte/deconnexion" in ici.ouvrir("/mon-compte").liens and "celle-ci comprise" in page.texte
    assert ailleurs.ouvrir("/jures").adresse == "/jures"  # looking ends nothing
    sorti = ici.envoyer(page, "Se déconnecter partout")
    assert (sorti.adresse, "Vous êtes déconnecté partout" in sorti.texte) == ("/connexion", True)
    assert "ceres_connexion" not in ici.http.cookies
    assert ailleurs.ouvrir("/jures").adresse == "/connexion"
    assert lui.http.get("/moi").status_code == 401


def test_un_filtre_s_enregistre_s_applique_se_supprime(visiteur: Visiteurs) -> None:
    ud, nom = visiteur("ud-demo"), f"Essai {nouvel_id()[-8:]}"
    liste = ud.ouvrir("/jures", statut="inactif")
    for clic in (nom, nom, nom.replace("Essai", "Autre")):  # two clicks, then another name
        garde = ud.envoyer(liste, "Enregistrer", nom=clic)
        assert ("Le filtre est enregistré" in garde.texte, "Vous avez déjà" in garde.texte) == (True, False), clic
    encore = ud.envoyer(ud.ouvrir("/jures", statut="actif"), "Enregistrer", nom=nom)
    assert f"Vous avez déjà un filtre « {nom} » pour cette liste." in encore.texte
    adresse = next(lien for lien in garde.liens if lien == "/jures?statut=inactif")
    assert urlsplit(str(ud.ouvrir(adresse).brute.url)).query == "statut=inactif"
    for supprimee in (ud.envoyer(garde, f"le filtre {nom}") for _ in range(2)):  # two clicks
        assert (supprimee.statut, nom in supprimee.texte) == (200, False)


def test_un_message_se_marque_comme_lu(visiteur: Visiteurs, monde: Monde) -> None:
    ud, jure, session = visiteur("ud-demo"), monde.jure_habilite(), monde.session()
    monde.inscrire_jure(session, jure)
    monde.confirmer_suspension(jure)
    message_sur(monde.ud, jure["habilitation"]["id"])
    trouve = {"q": jure["nom"], "non_lus": "true"}
    page = ud.ouvrir("/messages", **trouve)
    assert "1 message" in page.texte
    assert f"/sessions?q={session['numero']}" in page.liens  # where he is to be replaced
    attendre(lambda: "avant de valider. Voir le jury" in ud.ouvrir(f"/sessions/{session['id']}").texte)
    assert f"/habilitations/{jure['habilitation']['id']}" in page.liens
    lue = ud.envoyer(page, "Marquer comme lu")
    assert dict(lue.brute.url.params) == trouve  # back to the list as it was
    assert "0 message" in ud.ouvrir("/messages", **trouve).texte


def test_tous_les_messages_trouves_se_marquent_comme_lus(visiteur: Visiteurs, monde: Monde) -> None:
    ud, jure = visiteur("ud-demo"), monde.jure_habilite()
    monde.confirmer_suspension(jure)
    message_sur(monde.ud, jure["habilitation"]["id"])
    trouve = {"q": jure["nom"], "non_lus": "true"}
    lue = ud.envoyer(ud.ouvrir("/messages", **trouve), "Tout marquer comme lu (les messages trouvés)")
    assert dict(lue.brute.url.params) == trouve  # back to the list, filtered as it was
    assert "0 message" in lue.texte
    assert "Tout marquer" not in ud.ouvrir("/messages", q=jure["nom"]).texte


def test_le_meme_envoi_deux_fois_ne_fait_qu_un_objet(visiteur: Visiteurs) -> None:
    ud, nom = visiteur("ud-demo"), f"Double-{nouvel_id()[-8:]}"
    page = ud.ouvrir("/jures/nouveau")
    saisie = {"civilite": "M", "nom": nom, "prenom": "Alix", "telephone_professionnel": "0199000101"}
    saisie |= {"adresse__voie": "1 rue des Essais", "adresse__code_postal": "75011", "adresse__commune": "Paris"}
    un, deux = (ud.envoyer(page, "Enregistrer", **saisie) for _ in range(2))
    assert un.adresse == deux.adresse
    assert "1 juré" in ud.ouvrir("/jures", q=nom).texte
    saisie["prenom"] = "Camille"  # as who stops a send that was done, corrects it and sends it again
    autre = ud.envoyer(page, "Enregistrer", **saisie)
    assert (autre.statut, "Ce formulaire a déjà été envoyé, avec une autre saisie" in autre.texte) == (422, True)
    assert autre.formulaire("Enregistrer").valeurs("prenom") == ["Camille"]
    assert "Le juré est créé." in ud.envoyer(autre, "Enregistrer").texte


def test_fermer_le_seul_administrateur_d_un_lieu_se_confirme(visiteur: Visiteurs, client: Creer) -> None:
    mission, national = client(NATIONAL), visiteur("national-demo")
    centre, seul = centre_nouveau(mission), client(UD | {"administrateur": False})
    role = {"type": "CENTRE", "etablissement_id": centre["id"]}
    siens = mission.http.post(f"/comptes/{seul.compte_id}/profils", json=role).json()["profils"]
    du_centre = next(p for p in siens if p["type"] == "CENTRE")
    for adresse, bouton in (
        (f"/comptes/{seul.compte_id}/profils/{du_centre['id']}/retrait", "Retirer ce profil"),
        (f"/comptes/{seul.compte_id}/desactivation", "Désactiver le compte"),
    ):
        question = national.envoyer(national.ouvrir(adresse), bouton)
        assert f"Plus personne n'administrera {centre['denomination']}" in question.texte
    assert "Le compte est désactivé" in national.envoyer(question, "Confirmer : Désactiver le compte").texte
    assert mission.http.get(f"/comptes/{seul.compte_id}").json()["actif"] is False
