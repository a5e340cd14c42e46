"""The pages of sessions, opened without JavaScript by those who work on them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import g

from commun.bus.acteur import Acteur
from commun.domain.referentiel import TypeProfil
from commun.domain.textes import de
from gateway.app import creer_application
from gateway.queries.taches import EN_COURS, FILES, finie
from gateway.web.ecrans.session_candidats import parcours_possibles, vae_seule
from gateway.web.listes import Liste, Vue
from gateway.web.textes import jour, jour_court, nom_du_jure
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteurs
from tests.outils.attente import attendre
from tests.parcours.monde import CCS, TITRE, TITRE_A_CCS, Monde

PROFILS = ("centre-demo", "ud-demo", "direccte-demo", "national-demo")


@pytest.fixture(scope="session")
def validee(monde: Monde) -> str:
    """A validated session of centre-demo."""
    return str(monde.session_validee()["id"])


@pytest.mark.parametrize("identifiant", PROFILS)
def test_chaque_profil_ouvre_la_liste_une_session_et_les_alertes(
    visiteur: Visiteurs, validee: str, identifiant: str
) -> None:
    lui = visiteur(identifiant)
    fiche = f"/sessions/{validee}"
    for adresse in ("/sessions", fiche, f"{fiche}/resultats", f"{fiche}/convocations", "/alertes"):
        page = lui.ouvrir(adresse)
        assert page.statut == 200, page.texte


def test_le_jour_de_l_examen_le_centre_voit_d_abord_sa_session(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session_validee(dans=211)
    debut = date.fromisoformat(session["date_debut"])
    veille, jour_j = (visiteur("centre-demo", le=le).ouvrir("/") for le in (debut - timedelta(days=1), debut))
    assert "Aujourd’hui" not in veille.texte
    avant, apres = jour_j.texte.split("Ce qui vous attend")
    assert f"Session {session['numero']}" in avant
    assert "Sessions qui se tiennent" not in apres  # it is said once
    documents = [
        f"/sessions/{session['id']}{suite}" for suite in ("", "/emargement.pdf", "/convocations", "/resultats")
    ]
    assert set(documents) <= set(jour_j.liens)
    assert "Aujourd’hui" not in visiteur("ud-demo", le=debut).ouvrir("/").texte


def test_l_accueil_met_en_avant_ce_qui_attend(visiteur: Visiteurs, monde: Monde) -> None:
    monde.session()
    attend, rien = visiteur("centre-demo").ouvrir("/").texte.split("Rien pour le moment :")
    assert ("Sessions en brouillon à compléter" in attend, "Sessions en brouillon" in rien) == (True, False)
    for tache in monde.centre.lire("/taches")["elements"]:
        if tache["code"] != EN_COURS:  # those of today come before: `test_le_jour_de_l_examen…`
            assert (tache["libelle"] in attend) != (tache["libelle"] in rien)


def test_un_centre_ne_lit_pas_son_nom_a_chaque_ligne(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session()
    centre, ud = (visiteur(nom).ouvrir("/sessions", q=session["numero"]).texte for nom in ("centre-demo", "ud-demo"))
    assert (session["site"] in centre, session["site"] in ud) == (True, False)
    assert session["etablissement"] in ud.split("Inscrits")[1]
    assert session["etablissement"] not in centre.split("Inscrits")[1]


@pytest.mark.parametrize(("type_", "dit"), [(TypeProfil.UD, True), (TypeProfil.CENTRE, False)])
def test_deux_centres_d_un_meme_nom_se_distinguent_dans_une_page(type_: TypeProfil, dit: bool) -> None:
    """One in six bears the name of another of its département: an UD read them alike."""
    noms = {"e-1": "Formation d’Île", "e-2": "formation d'ile", "e-3": "Autre"}
    champs = ("numero", "certification", "type", "date_debut", "date_fin", "etat", "site")
    sans = dict.fromkeys(champs, "") | {"candidats": [], "jures": [], "a_faire": [], "alertes": [], "departement": "13"}
    siret = {"etablissement_siret": "35600000009075"}
    lignes = [
        sans | {"id": f"s-{n}", "etablissement_id": e, "etablissement": noms[e], "site": f"Site {e}"} | siret
        for n, e in enumerate(("e-1", "e-2", "e-3", "e-3"))
    ]
    lignes[0]["etablissement_siret"] = None
    vue = Vue(Liste("GET /sessions", "", ("", ""), (), ""), {"elements": lignes}, {}, {})
    app = creer_application()
    with app.test_request_context("/"):
        gabarit = app.jinja_env.get_template("sessions/ligne.html")
        un, deux, *autres = (gabarit.render(e=e, vue=vue, profil={"type": type_}, a_faire={}) for e in lignes)
    assert ("(13 ; Site e-1)" in un, "Site e-2, SIRET 356\u00a0000\u00a0000\u00a009075)" in deux) == (dit, dit)
    assert not any("SIRET" in autre or "13 ;" in autre for autre in autres)


def test_deux_centres_d_un_meme_nom_se_distinguent_dans_la_liste_des_alertes() -> None:
    sans = dict.fromkeys(("session_id", "numero", "date_debut", "message", "depuis"), "") | {"levee": False}
    dites = {"departement": "13", "etablissement_siret": None}
    lignes = [
        sans | dites | {"etablissement_id": e, "etablissement": nom, "site": f"Site {e}"}
        for e, nom in (("e-1", "Organisme"), ("e-2", "ORGANISME"), ("e-3", "Autre"))
    ]
    vue = Vue(Liste("GET /alertes", "", ("", ""), (), ""), {"elements": lignes}, {}, {})
    app = creer_application()
    with app.test_request_context("/"):
        gabarit = app.jinja_env.get_template("sessions/alerte.html")
        un, deux, autre = (gabarit.render(e=e, vue=vue, profil={"type": "UD"}) for e in lignes)
        du_centre = gabarit.render(e=lignes[0], vue=vue, profil={"type": "CENTRE"})
        assert "(13 ; Site e-1)" in un
        assert "(13 ; Site e-2)" in deux
        assert "(13)" in autre
        assert "Organisme" not in du_centre and 'data-libelle="Site">Site e-1' in du_centre


def test_deux_centres_d_un_meme_nom_se_distinguent_dans_la_liste_des_controles() -> None:
    sans = {"id": "c", "date": "2026-05-04", "type": "sur_place", "controleur": "", "conclusion": "", "etat": "clos"}
    lignes = [
        sans | {"etablissement_id": e, "etablissement": nom, "etablissement_siret": "35600000009075"}
        for e, nom in (("e-1", "Organisme"), ("e-2", "ORGANISME"), ("e-3", "Autre"))
    ]
    vue = Vue(Liste("GET /controles", "", ("", ""), (), ""), {"elements": lignes}, {}, {})
    app = creer_application()
    with app.test_request_context("/"):
        g.signataires = {"": ""}
        macros = app.jinja_env.get_template("macros/affichage.html").module
        gabarit = app.jinja_env.get_template("controles/ligne.html")
        rendues = [gabarit.render(e=e, vue=vue, partout=True, affichage=macros) for e in lignes]
    assert ["(SIRET 356\u00a0000\u00a0000\u00a009075)" in rendue for rendue in rendues] == [True, True, False]


def test_la_liste_se_filtre_dans_son_adresse(visiteur: Visiteurs, monde: Monde) -> None:
    numero = monde.session()["numero"]
    page = visiteur("ud-demo").ouvrir("/sessions", q=numero, etat="brouillon", type="TITRE", titre=TITRE)
    assert "1 session" in page.texte
    assert numero in page.texte
    trop_loin = visiteur("ud-demo").ouvrir("/sessions", q=numero, page="9")
    assert (numero in trop_loin.texte, "page=9" in str(trop_loin.brute.url)) == (True, False)
    rien = visiteur("ud-demo").ouvrir("/sessions", q="inconnue", page="9")  # it read « Sessions, page 9 »
    assert ("Aucun résultat." in rien.texte, "page" in str(rien.brute.url)) == (True, False)
    fautive = visiteur("ud-demo").ouvrir("/sessions", debut_apres="0002-12-10")
    resultats = fautive.brute.text.split('<div id="resultats"')[1]  # what changes while one types
    assert ("Début à partir du\u00a0: indiquez une date" in resultats, "0 session" in resultats) == (True, False)
    for filtre, dit in {
        "q=" + "9" * 201: "Rechercher : 200 caractères au plus.",
        "etat=brouyon": "État : choisissez une valeur de la liste.",  # not the codes of those there are
        "page=deux": "Cette adresse demande ce que la liste n’a pas. Revenir à toute la liste",
    }.items():
        refusee = visiteur("ud-demo").ouvrir(f"/sessions?{filtre}")
        assert (refusee.statut, dit in refusee.texte, "Enregistrer ces filtres" in refusee.texte) == (422, True, False)
        assert "<title>Erreur\u00a0: Sessions" in refusee.brute.text
    for filtres in ({"etat": "validee"}, {"ccs": CCS}):  # a session of a CCS names no titre: that is how it is found
        vide = visiteur("ud-demo").ouvrir("/sessions", q=numero, **filtres)
        assert ("0 session" in vide.texte, 'name="ccs"' in vide.brute.text) == (True, True), filtres


def test_la_page_d_une_session_montre_toutes_ses_alertes(visiteur: Visiteurs, monde: Monde, systeme: Systeme) -> None:
    """The one under way was hidden behind twenty that had come, and been lifted, since: the list counted it."""
    session = monde.session()
    with psycopg.connect(systeme.url_base("sessions")) as db:
        for n in range(25):
            db.execute(
                "INSERT INTO alertes (id, session_id, code, message, depuis, levee_a) "
                "VALUES (gen_random_uuid(), %s, 'SES-01', %s, now() + make_interval(secs => %s), %s)",
                [session["id"], f"Motif {n}.", n, None if n == 0 else datetime.now(UTC)],
            )
    ud = visiteur("ud-demo")
    assert "1 alerte" in ud.ouvrir("/sessions", q=session["numero"]).texte
    dites = ud.ouvrir(f"/sessions/{session['id']}").rubrique("alertes")
    assert ("En cours Motif 0." in dites, dites.count("Motif")) == (True, 25)


def test_une_recherche_vaine_ne_dit_pas_que_tout_est_en_ordre(visiteur: Visiteurs) -> None:
    ud, en_ordre = visiteur("ud-demo"), "sont en ordre"
    for filtres in ({"q": "2099-75-999999"}, {"levee": "true", "q": "2099-75-999999"}):
        vaine = ud.ouvrir("/alertes", **filtres).texte
        assert (en_ordre in vaine, "Aucun résultat" in vaine) == (False, True)
    rien = Vue(Liste("GET /jures", "Jurés", ("juré", "jurés"), (), ""), {"total": 0}, {"par_page": "25"}, {})
    assert rien.vide == "Il n’y en a pas encore."  # nothing was asked for: no filter to take away


def test_une_file_ou_tout_est_fait_le_dit(visiteur: Visiteurs, monde: Monde) -> None:
    """Who had just done the last of it was told to widen his search."""
    centre = visiteur("centre-demo", le=monde.jour + timedelta(days=900))
    (lien,) = (adresse for adresse in centre.ouvrir("/").liens if "etat=en_cours" in adresse)
    fait, vaine = centre.ouvrir(lien).texte, centre.ouvrir(f"{lien}&q=2099").texte
    assert ("Aucune session ne se tient aujourd’hui." in fait, "Aucun résultat" in fait) == (True, False)
    assert "Aucun résultat" in vaine
    qui = Acteur("c", "agent", "p", TypeProfil.CENTRE, departement="75", region="11")
    for profil, files in FILES.items():
        lui = replace(qui, type=profil)
        for file in files:
            demandes = file.filtres(lui) | {"page": "2", "tri": "-numero"}
            assert finie(lui, file.chemin, demandes) == file.finie
            assert finie(lui, file.chemin, demandes | {"q": "rien"}) is None


@pytest.mark.parametrize(("identifiant", "ou"), [("centre-demo", "site"), ("ud-demo", "établissement")])
def test_les_alertes_disent_a_chacun_ou_est_la_session_comme_la_liste_des_sessions(
    visiteur: Visiteurs, identifiant: str, ou: str
) -> None:
    assert f"Numéro de session, {ou}…" in visiteur(identifiant).ouvrir("/alertes").texte


@pytest.mark.parametrize(("ecrit", "lu"), [("false", ""), ("0", ""), ("1", "true"), ("true", "true")])
def test_la_liste_des_alertes_dit_en_mots_lesquelles_elle_montre(visiteur: Visiteurs, ecrit: str, lu: str) -> None:
    """« Situation : false », chosen, as the home page leads there; « En cours » was another choice."""
    liste = visiteur("ud-demo").ouvrir("/alertes", levee=ecrit)
    assert liste.formulaire("Rechercher").valeurs("levee") == [lu]
    assert f'value="{ecrit}" selected>{ecrit}<' not in liste.brute.text
    assert ("Tout effacer" in liste.texte) is bool(lu)


def test_une_alerte_levee_ne_se_dit_pas_levee_depuis_qu_elle_est_venue(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session_validee(jury=monde.jury_neuf())
    fiche, jure = f"/sessions/{session['id']}", session["jures"][0]
    acte = {"confirmer": ["HAB-04", "HAB-06", "HAB-13"]}
    monde.ud.poster(f"/habilitations/{jure['habilitation_id']}/suspendre", acte).reussie()
    attendre(lambda: "Depuis le" in visiteur("ud-demo").ouvrir(fiche).rubrique("alertes"))
    remplacant = {"jure_id": monde.jure_habilite()["id"]}
    monde.centre.poster(f"{fiche}/jures/{jure['jure_id']}/remplacement", remplacant).reussie()
    dites = visiteur("ud-demo").ouvrir(fiche).rubrique("alertes")
    assert ("Levée" in dites, "Signalée le" in dites, "Depuis" in dites) == (True, True, False)
    liste = visiteur("ud-demo").ouvrir("/alertes", levee="true", q=session["numero"]).brute.text
    assert ('data-libelle="Signalée le"' in liste, "Depuis" in liste) == (True, False)


def test_qui_ne_peut_pas_entrer_dans_un_jury_le_dit_de_sa_session(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre, jure = monde.session(), visiteur("centre-demo"), monde.jure_habilite()
    fiche = f"/sessions/{session['id']}"
    choix = centre.ouvrir(f"{fiche}/jures", q=jure["nom"])
    monde.centre.poster(f"{fiche}/jures", {"jure_id": jure["id"]}).reussie()  # meanwhile, by a colleague
    refus = centre.envoyer(choix, "Inscrire", jure_id=jure["id"])
    assert (refus.statut, "est déjà du jury de la session" in refus.texte) == (409, True)
    titre = f"Inscrire un juré, session {session['numero']} — CERES"
    assert (titre in refus.texte, f"{fiche}/jures" in refus.liens) == (True, True)


def test_chacun_voit_ce_qu_il_peut_faire(visiteur: Visiteurs, validee: str) -> None:
    centre, ud, national = (visiteur(nom).ouvrir(f"/sessions/{validee}") for nom in PROFILS if nom[0] != "d")
    assert centre.liens.count(f"/sessions/{validee}/convocations") == 2  # among the acts too: it is what is awaited
    assert "Refuser la session" in ud.texte
    assert ["Modifier la session" in page.texte for page in (centre, ud, national)] == [True, False, False]
    assert ("Candidats VAE : jusqu’au" in centre.texte, "demander de nouveau le DTE" in centre.texte) == (True, False)
    assert "Les convocations ne sont pas encore éditées. " in centre.texte and "Les précédentes" not in centre.texte
    assert "Éditer les convocations" not in national.texte
    sans_choix = visiteur("centre-demo").ouvrir("/sessions/nouvelle", choix="1")
    assert ("Choisissez un agrément." in sans_choix.texte, " checked" in sans_choix.brute.text) == (True, False)
    dits = ("<title>Erreur", "data-avis>", 'href="#agrement-1"')  # read first, as in every form
    assert [dit for dit in dits if dit not in sans_choix.brute.text] == []
    interdite = visiteur("ud-demo").ouvrir("/sessions/nouvelle")  # nobody chooses an agrément in vain
    assert (interdite.statut, "plusieurs profils" in interdite.texte) == (403, False)  # who has one changes for none
    assert "Refuser la session" not in national.texte


def test_ce_qui_ne_peut_pas_etre_fait_dit_pourquoi(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session()
    page = visiteur("centre-demo").ouvrir(f"/sessions/{session['id']}")
    assert "Le jury compte 0 juré(s) habilité(s) : il en faut au moins 2." in page.texte
    assert not page.propose("Clôturer la session")
    assert "personne ne couvre ce CCP" in page.texte
    assert "Compte : " not in page.texte  # its sentence says how many, and of what


def test_une_session_caduque_ne_met_en_avant_que_ce_qu_elle_permet(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session()
    apres = visiteur("centre-demo", date.fromisoformat(session["date_debut"]))
    page = apres.ouvrir(f"/sessions/{session['id']}").brute.text
    actes = page.split('<div class="ceres-actes">')[1].split("</div>")[0]
    assert ("Annuler la session" in actes, "Modifier la session" in actes, "disabled" in actes) == (True, True, False)
    assert actes.index("Modifier la session") < actes.index("Annuler la session")
    formulaire = apres.ouvrir(f"/sessions/{session['id']}/modification")
    offerts = {nom for nom, _ in formulaire.formulaire("Enregistrer").champs}
    assert {nom for nom in offerts if not nom.startswith("_")} == {"date_debut", "date_fin"}  # the rest, SES-11 refuses
    suite = {nom: date.fromisoformat(session["date_debut"]) + timedelta(days=60) for nom in ("date_debut", "date_fin")}
    assert "La session est enregistrée." in apres.envoyer(formulaire, "Enregistrer", **suite).texte


def test_qui_change_la_fin_d_une_session_lit_qui_l_apprendra(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen given another last day, and nobody told who was expected until then: he who did thought a mail had left."""
    session, du_centre = monde.session_validee(61), "Le centre en est prévenu par un message"
    adresse, debut = f"/sessions/{session['id']}/modification", date.fromisoformat(session["date_debut"])
    tenue = visiteur("ud-demo", debut).ouvrir(adresse)
    assert (tenue.propose("Enregistrer"), du_centre in tenue.texte) == (True, True)
    assert du_centre not in visiteur("centre-demo").ouvrir(adresse).texte  # before it, all are called again


def test_un_centre_cree_une_session_et_garde_sa_saisie(visiteur: Visiteurs, monde: Monde) -> None:
    centre = visiteur("centre-demo")
    choix = centre.ouvrir("/sessions/nouvelle")
    assert not choix.formulaire("Continuer").valeurs("agrement")  # nobody creates what he did not choose
    assert "Choisissez lequel" in centre.envoyer(choix, "Continuer").texte
    agrement = monde.centre.lire("/agrements", statut="accorde", titre=TITRE)["elements"][0]["id"]
    formulaire = centre.envoyer(choix, "Continuer", agrement=agrement)
    refusee = centre.envoyer(formulaire, "Créer la session", responsable="Anne Essai")
    assert refusee.statut == 422
    assert refusee.dit("date_debut") == "Cette information est obligatoire."
    assert "Premier jour : cette information est obligatoire." in refusee.texte
    assert {"#champ-date-debut", "#champ-heure-debut"} <= set(refusee.liens)
    assert refusee.formulaire("Créer la session").valeurs("responsable") == ["Anne Essai"]
    debut = monde.jour + timedelta(days=50)
    creee = centre.envoyer(refusee, "Créer la session", date_debut=debut, heure_debut="09:00")
    assert "La session est créée, en brouillon." in creee.texte
    assert "Anne Essai" in creee.texte


def test_une_modification_se_fonde_sur_ce_qui_etait_montre(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session(), visiteur("centre-demo")
    adresse = f"/sessions/{session['id']}/modification"
    ouverte = centre.ouvrir(adresse)
    faite = centre.envoyer(centre.ouvrir(adresse), "Enregistrer", responsable="Paul Essai")
    assert "La session est enregistrée." in faite.texte
    perimee = centre.envoyer(ouverte, "Enregistrer", responsable="Autre", heure_debut="10:15")
    assert (perimee.statut, adresse in perimee.liens) == (412, True)
    assert "Paul Essai" in centre.ouvrir(adresse).formulaire("Enregistrer").valeurs("responsable")
    assert perimee.formulaire("Enregistrer").valeurs("responsable") == ["Autre"]  # what was typed is not lost
    assert "Enregistré entre-temps : Paul Essai" in perimee.texte
    assert {a for a in perimee.liens if a.startswith("#champ-")} == {"#champ-responsable"}  # the hour, he alone changed
    assert "La session est enregistrée." in centre.envoyer(perimee, "Enregistrer").texte
    assert monde.relire(session)["responsable"] == "Autre"


def test_inscrire_un_jure_et_un_candidat_puis_soumettre(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session(), visiteur("centre-demo")
    fiche = f"/sessions/{session['id']}"
    for _ in range(2):
        jure = monde.jure_habilite()
        possibles = centre.ouvrir(f"{fiche}/jures", q=jure["nom"])
        assert f"{jure['nom']} {jure['prenom']}" in possibles.texte  # sorted, as other lists, by what is read first
        assert "Tous les CCP de la session" in possibles.texte
        inscrit = centre.envoyer(possibles, "Inscrire")
        assert "Le juré est inscrit au jury." in inscrit.rubrique("jury")  # where the page opens, not above
        assert inscrit.texte.count("Le juré est inscrit au jury.") == 1
    candidat = monde.candidat()
    assert candidat["nom_naissance"] in centre.ouvrir(f"{fiche}/candidats", q=candidat["nom_naissance"]).texte
    inscription = centre.ouvrir(f"{fiche}/candidats/inscription", candidat_id=candidat["id"])
    for autre in ("a déjà ses", "encore se présenter"):  # of who is at his third session, or comes in a prolongation
        assert autre not in inscription.texte
    refusee = centre.envoyer(inscription, "Inscrire", parcours="vae", formateurs="Léa\r\nLuc\r\n")
    assert refusee.statut == 409
    assert refusee.formulaire("Inscrire").valeurs("parcours") == ["vae"]
    inscrite = centre.envoyer(refusee, "Inscrire", parcours="formation")
    assert "Inscription à la session enregistrée" in inscrite.rubrique("candidats")
    assert "Léa, Luc" in inscrite.texte
    assert "1 sur 3" in inscrite.texte
    soumise = centre.envoyer(centre.ouvrir(fiche), "Soumettre la session")
    assert "La session est soumise" in soumise.texte
    assert "en attente de validation. Son centre" in centre.ouvrir(f"{fiche}/modification").texte  # all but its frame
    refus = visiteur("ud-demo").ouvrir(f"{fiche}/refus")
    sans_motif = visiteur("ud-demo").envoyer(refus, "Refuser la session")
    assert (sans_motif.statut, "Indiquez le motif." in sans_motif.texte) == (422, True)
    assert "Motif : À revoir" in visiteur("ud-demo").envoyer(sans_motif, "Refuser la session", motif="À revoir").texte
    assert "Motif : À revoir" in centre.ouvrir(f"{fiche}/modification").texte  # where it is mended, too


def test_une_session_d_un_jour_se_dit_d_un_jour_partout(visiteur: Visiteurs, monde: Monde) -> None:
    seul, centre = monde.jour + timedelta(days=60), visiteur("centre-demo")
    session = monde.session_complete(jury=monde.jury_neuf(), date_debut=str(seul), date_fin=str(seul))
    for adresse, ecrit in (
        (f"/sessions/{session['id']}", jour(seul)),
        (f"/jures/{session['jures'][0]['jure_id']}", jour_court(seul)),
        (f"/candidats/{session['candidats'][0]['candidat_id']}", jour_court(seul)),
    ):
        page = attendre(lambda a=adresse: lue if session["numero"] in (lue := centre.ouvrir(a).texte) else None)
        assert (f"le {ecrit}" in page, f"au {ecrit}" in page) == (True, False), adresse
    assert ("Inscrit à la session" in page, "Inscrite" in page) == (True, False)  # the candidate is a man


def test_qui_l_on_cherche_sans_pouvoir_l_inscrire_est_nomme_avec_la_raison(visiteur: Visiteurs, monde: Monde) -> None:
    """« Aucun résultat », said the page of one whose habilitation ends before the session."""
    session, jure = monde.session(), monde.jure()
    monde.habilitation(jure, date_fin=str(date.fromisoformat(session["date_debut"]) - timedelta(days=1)))
    page = visiteur("centre-demo").ouvrir(f"/sessions/{session['id']}/jures", q=jure["nom"])
    assert "0 juré peut siéger" in page.texte and "que vous ne pouvez pas consulter" in page.texte
    refus = monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": jure["id"]}).refusee("JRY-02", 409)
    motifs = [m["message"] for m in refus["manquements"]]
    assert all(motif in page.texte for motif in motifs) and motifs
    assert f"– {jour_court(date.fromisoformat(session['date_debut']) - timedelta(days=1))}" in page.texte
    assert "Trouvés, mais" not in visiteur("centre-demo").ouvrir(f"/sessions/{session['id']}/jures").texte


def test_remplacer_un_jure(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_complete(), visiteur("centre-demo")
    sortant, entrant = session["jures"][0], monde.jure_habilite()
    adresse = f"/sessions/{session['id']}/jures/{sortant['jure_id']}"
    choix = centre.ouvrir(f"{adresse}/remplacement", q=entrant["nom"])
    assert "convo" not in choix.texte.casefold()  # nobody is called yet
    remplacee = centre.envoyer(choix, "Choisir")
    assert "quitte le jury." in remplacee.texte
    reste = f"/sessions/{session['id']}/jures/{session['jures'][1]['jure_id']}"
    retrait = centre.ouvrir(f"{reste}/retrait")
    assert f"{reste}/remplacement" in retrait.liens  # softer
    assert "Le juré est retiré du jury." in centre.envoyer(retrait, "Retirer").rubrique("jury")
    assert [j["jure_id"] for j in monde.relire(session)["jures"]] == [entrant["id"]]
    perime = centre.ouvrir(f"{adresse}/retrait")  # as another tab still offers it
    assert perime.adresse == f"/sessions/{session['id']}"
    assert "Ce juré n’est plus inscrit à cette session : rien n’a été modifié." in perime.rubrique("jury")


def test_un_jure_se_remplace_en_sachant_qui_en_est_prevenu(visiteur: Visiteurs, monde: Monde) -> None:
    """On the eve, whoever replaces a juré must know whether they have to ring them."""
    session, centre = monde.session_validee(), visiteur("centre-demo")
    monde.convoquer(session)
    sortant, fiche = session["jures"][0], f"/sessions/{session['id']}/jures"
    remplacer, retirer = (
        centre.ouvrir(f"{fiche}/{sortant['jure_id']}/{acte}").texte for acte in ("remplacement", "retrait")
    )
    prevenu = f"La convocation {de(nom_du_jure(sortant))} sera annulée ; un courriel l’en préviendra"
    assert (prevenu in remplacer, prevenu in retirer) == (True, True)
    assert f"Retirer {nom_du_jure(sortant)} du jury" in retirer
    aussitot = "Qui est choisi est convoqué aussitôt, par courriel si son adresse est connue."
    assert aussitot in remplacer
    assert aussitot in centre.ouvrir(fiche).texte


def test_une_annulation_dit_qui_sera_prevenu_et_propose_plus_doux(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    demande = centre.ouvrir(f"/sessions/{session['id']}/annulation")
    question = centre.envoyer(demande, "Annuler la session", motif="Plateau indisponible")
    assert question.statut == 409
    assert f"Vous allez annuler la session {session['numero']}." in question.texte
    assert "modifiez plutôt la session" in question.texte
    assert "Motif : Plateau indisponible" in centre.envoyer(question, "Confirmer").texte


@pytest.mark.parametrize(
    ("carence", "dit"), [(False, "Session annulée. Motif"), (True, "annulée : carence du jury. M")]
)
def test_une_session_dont_le_jury_a_fait_defaut_le_dit(carence: bool, dit: str) -> None:
    """Seen « annulée », for a reason, where a procès-verbal of carence was to be read."""
    app = creer_application()
    with app.test_request_context("/"):
        macros = app.jinja_env.get_template("sessions/macros.html").make_module({})
        s = {"etat": "annulee", "motif": "Un seul juré", "carence": carence}
        assert dit in str(macros.motif(s))  # type: ignore[attr-defined]


def test_l_inscription_d_un_candidat_se_modifie(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session_complete()
    (inscrit,) = session["candidats"]
    centre, fiche = visiteur("centre-demo"), f"/sessions/{session['id']}"
    page = centre.ouvrir(f"{fiche}/candidats/{inscrit['candidat_id']}/modification")
    assert "prolongation" not in page.texte  # of a titre whose life does not end before the session
    assert "Léa, Luc" in centre.envoyer(page, "Enregistrer", formateurs="Léa\r\nLuc\r\n").texte
    relue = centre.ouvrir(f"{fiche}/candidats/{inscrit['candidat_id']}/modification")
    assert relue.formulaire("Enregistrer").valeurs("formateurs") == ["Léa\nLuc"]
    centre.envoyer(relue, "Enregistrer", formateurs="")
    assert monde.relire(session)["candidats"][0]["formateurs"] == []


def test_ce_qui_sera_exige_ne_se_dit_pas_facultatif(visiteur: Visiteurs, monde: Monde) -> None:
    """« Pourquoi ce candidat peut encore se présenter (facultatif) », and SES-02 refused whoever said nothing."""
    fin_de_vie = date.fromisoformat(monde.national.lire(f"/titres/{TITRE}")["date_fin_de_vie"])
    le = (fin_de_vie + timedelta(days=30)).isoformat()
    centre, session = visiteur("centre-demo"), monde.session(date_debut=le, date_fin=le)["id"]
    candidat = monde.candidat()["id"]
    inscription = centre.ouvrir(f"/sessions/{session}/candidats/inscription", candidat_id=candidat)
    fichier = centre.ouvrir("/candidats/import", session_id=session)
    refusee = centre.envoyer(inscription, "Inscrire")
    assert (refusee.statut, "dites ce qui permet encore" in refusee.texte) == (409, True)
    centre.envoyer(refusee, "Inscrire", motif_prolongation="echec")
    modifier = centre.ouvrir(f"/sessions/{session}/candidats/{candidat}/modification")
    for page in (inscription, fichier, modifier):
        avant, _, apres = page.texte.partition("encore se présenter")
        assert avant.endswith(("ce candidat peut ", "ces candidats peuvent ")), avant
        assert not apres.startswith(" (facultatif)")


def test_qui_manque_au_jury_n_est_pas_a_habiliter_tant_que_nul_ne_peut_l_etre(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """« L’unité départementale peut en habiliter d’autres », which could habilite nobody so late (HAB-10)."""
    ccs = {"type": "CCS", "titre_code": None, "ccs_code": CCS}
    for code, sujet in ((TITRE, {}), (TITRE_A_CCS, ccs)):
        fin_de_vie = date.fromisoformat(monde.national.lire(f"/titres/{code}")["date_fin_de_vie"])
        le = (fin_de_vie + timedelta(days=30)).isoformat()
        for dates, dit in (({}, "peut en"), ({"date_debut": le, "date_fin": le}, "pourra en")):
            session = monde.session(**sujet, **dates)["id"]
            page = visiteur("centre-demo").ouvrir(f"/sessions/{session}/jures").texte
            assert f"{dit} habiliter d’autres" in page, (code, page)


def test_une_session_ccs_n_offre_pas_la_vae(visiteur: Visiteurs, monde: Monde) -> None:
    """INS-07 refused it always: no demande VAE is for a CCS."""
    centre, candidat = visiteur("centre-demo"), monde.candidat()["id"]
    agrements = monde.centre.lire("/agrements", statut="accorde", par_page=200)["elements"]
    sienne = centre.ouvrir("/sessions/nouvelle", agrement=next(a["id"] for a in agrements if a["ccs_code"] == CCS))
    saisie = {"date_debut": monde.jour + timedelta(days=60), "heure_debut": "09:00", "responsable": "Anne Essai"}
    ccs, titre = centre.envoyer(sienne, "Créer la session", **saisie).identifiant, monde.session()["id"]
    assert (lue := monde.relire({"id": ccs}))["type"] == "CCS" and lue["ccs_code"] == CCS
    for session, vae in ((ccs, False), (titre, True)):
        inscription = centre.ouvrir(f"/sessions/{session}/candidats/inscription", candidat_id=candidat)
        fichier = centre.ouvrir("/candidats/import", session_id=session)
        assert [" VAE" in page.texte.partition("Capitalisation")[2] for page in (inscription, fichier)] == [vae, vae]


def test_une_session_convoquee_n_offre_que_la_vae(visiteur: Visiteurs, monde: Monde) -> None:
    """INS-01 refused the two others always, of which one was chosen beforehand."""
    centre, candidat, session = visiteur("centre-demo"), monde.candidat()["id"], monde.session_validee(20)

    def lus() -> list[tuple[bool, list[tuple[str, str]]]]:
        choisir = centre.ouvrir(f"/sessions/{session['id']}/candidats")
        inscription = centre.ouvrir(f"/sessions/{session['id']}/candidats/inscription", candidat_id=candidat)
        pages = (choisir, inscription, centre.ouvrir("/candidats/import", session_id=session["id"]))
        offerts = (re.findall(r'name="parcours" value="(\w+)"( checked)?', page.brute.text) for page in pages)
        return [("seul un candidat VAE" in page.texte, choix) for page, choix in zip(pages, offerts, strict=True)]

    tous, vae = [("formation", " checked"), ("capitalisation", ""), ("vae", "")], [("vae", " checked")]
    assert lus() == [(False, []), (False, tous), (False, tous)]
    monde.convoquer(session)
    assert lus() == [(True, []), (True, vae), (True, vae)]


@pytest.mark.parametrize(
    ("session", "inscription", "phrase", "offerts"),
    [
        ({}, None, "", ["formation", "capitalisation", "vae"]),
        ({}, "2026-11-30", "", ["formation", "capitalisation", "vae"]),
        ({}, "2026-11-29", "Le dernier jour d’inscription, le 29 novembre 2026, est passé : seul un", ["vae"]),
        ({"etat": "convoquee"}, None, "Les convocations sont éditées : seul un candidat VAE", ["vae"]),
        ({"etat": "convoquee", "actions": []}, None, "", ["vae"]),  # its thirty days are to come: nobody enters
        ({"type": "CCS"}, "2026-11-29", "", ["formation", "capitalisation"]),
    ],
)
def test_une_inscription_close_n_offre_que_la_vae(
    session: dict[str, Any], inscription: str | None, phrase: str, offerts: list[str]
) -> None:
    """SES-05 refused the two others as INS-01 does: at installation, thirty days before the start."""
    s = {"type": "TITRE", "etat": "validee", "actions": [{"action": "inscrire_candidat"}]} | session
    echeances = {"jour": "2026-11-30", "inscription": inscription}
    assert [valeur for valeur, _ in parcours_possibles(s, echeances)] == offerts
    dite = vae_seule(s, echeances)
    assert dite.startswith(phrase) and bool(dite) is bool(phrase)


def test_une_session_ne_se_voit_offrir_que_les_sites_ou_son_titre_est_agree(visiteur: Visiteurs, monde: Monde) -> None:
    """SES-01 refused the others always."""
    centre, session, etablissement = visiteur("centre-demo"), monde.session(), monde.etablissement(monde.centre)
    agrements = [a for a in etablissement["agrements"] if a["titre_code"] == TITRE]
    sites, agrees = {site["id"] for site in etablissement["sites"]}, {a["site_id"] for a in agrements}
    creation = centre.ouvrir("/sessions/nouvelle", agrement=agrements[0]["id"])
    for page in (creation, centre.ouvrir(f"/sessions/{session['id']}/modification")):
        assert {site for site in sites if f'value="{site}"' in page.brute.text} == agrees < sites


def test_un_jure_inactif_se_dit_inactif(visiteur: Visiteurs, monde: Monde) -> None:
    """« Habilitation perdue », said the page, of an habilitation that is kept (JUR-05)."""
    session, centre = monde.session_validee(jury=monde.jury_neuf()), visiteur("centre-demo")
    siege = f"/jures/{session['jures'][0]['jure_id']}"
    monde.ud.poster(f"{siege}/inactivation", {"confirmer": ["JUR-02", "JUR-04"]}).reussie()
    attendre(lambda: "Inactif" in centre.ouvrir(f"/sessions/{session['id']}").rubrique("jury"))
    assert "Habilitation perdue" not in centre.ouvrir(f"/sessions/{session['id']}").texte


def test_un_dte_est_demande_puis_transmis(visiteur: Visiteurs, validee: str, monde: Monde) -> None:
    centre, ud = visiteur("centre-demo"), visiteur("ud-demo")
    demande = centre.ouvrir(f"/sessions/{validee}/demandes-dte")
    trop = centre.envoyer(demande, "Demander le DTE", commentaire="x" * 1001)
    assert (trop.statut, "ne peut pas en dépasser 1000" in trop.texte) == (409, True)
    assert "Deux plateaux." in centre.envoyer(trop, "Demander le DTE", commentaire="Deux plateaux.").texte
    dte = monde.relire({"id": validee})["dte"][-1]
    numero = monde.relire({"id": validee})["numero"]
    page = ud.ouvrir("/sessions", q=numero, a_faire="repondre_dte")
    assert ("1 session" in page.texte, page.brute.text.count(">DTE à traiter<")) == (True, 2)  # its filter, its badge
    attendue = centre.ouvrir("/sessions", q=numero, a_faire="repondre_dte").brute.text
    assert (attendue.count(">DTE attendu<"), ">DTE à traiter<" in attendue) == (2, False)  # it is not its to do
    assert "À traiter" not in centre.ouvrir(f"/sessions/{validee}").rubrique("dte")
    a_faire = [visiteur(nom).ouvrir(f"/sessions/{validee}") for nom in ("ud-demo", "centre-demo")]
    assert ["À faire : répondre à la demande de DTE" in page.texte for page in a_faire] == [True, False]
    reponse = ud.ouvrir(f"/demandes-dte/{dte['id']}")
    assert a_faire[0].liens.count(reponse.adresse) == 2  # at the top too, and not by the part of the page
    assert f"Session {numero} — " in reponse.texte
    oubliee = ud.envoyer(reponse, "Enregistrer", motif="Le sujet de juin suffit.")
    assert (oubliee.statut, bool(oubliee.dit("etat"))) == (422, True)  # it was said to be answered, and still waited
    muette = ud.envoyer(reponse, "Enregistrer", etat="refusee", motif=" ")
    assert (muette.statut, bool(muette.dit("motif"))) == (422, True)  # the centre was to ask again, nobody knew what
    ud.envoyer(oubliee, "Enregistrer", etat="refusee")
    assert "Le sujet de juin suffit." in centre.ouvrir(f"/sessions/{validee}").texte.split("Traçabilité")[1]
    assert "1 session" in centre.ouvrir("/sessions", q=numero, a_faire="redemander_dte").texte
    refuse = centre.ouvrir(f"/sessions/{validee}")
    assert "À faire : demander de nouveau le DTE, refusé" in refuse.texte
    assert refuse.liens.count(f"/sessions/{validee}/demandes-dte") == 2
    assert "Motif : Le sujet de juin suffit." in centre.ouvrir(f"/sessions/{validee}/demandes-dte").texte
    reponse = ud.ouvrir(f"/demandes-dte/{dte['id']}")
    assert "DTE transmis" in ud.envoyer(reponse, "Enregistrer", etat="transmise", motif="").texte


def test_un_dte_que_nul_n_attend_plus_n_est_plus_a_traiter(visiteur: Visiteurs, monde: Monde) -> None:
    """Of a session cancelled, « À traiter » and « Répondre » were said to the agent; of one that is back to validation,
    « À traiter », which no queue of his counts."""
    session, ud = monde.session_validee(), visiteur("ud-demo")
    monde.centre.poster(f"/sessions/{session['id']}/demandes-dte").reussie()

    def dte() -> tuple[str, bool]:
        dit = ud.ouvrir(f"/sessions/{session['id']}").rubrique("dte")
        (suite,) = (mot for mot in ("À traiter", "En attente", "Sans suite") if mot in dit)
        return suite, "Répondre" in dit

    assert dte() == ("À traiter", True)
    plus_tard = (monde.jour + timedelta(days=70)).isoformat()
    redatee = {"date_debut": plus_tard, "date_fin": plus_tard, "confirmer": ["SES-10"]}
    monde.centre.demander("PATCH", f"/sessions/{session['id']}", redatee).reussie()
    assert dte() == ("En attente", True)
    monde.centre.poster(f"/sessions/{session['id']}/annulation", {"motif": "Travaux"}).reussie()
    assert dte() == ("Sans suite", False)


def test_deux_candidats_du_meme_nom_se_distinguent_partout(visiteur: Visiteurs, validee: str, monde: Monde) -> None:
    """One was noted, called at another hour or taken out for the other: nothing said who was who."""
    ne_ailleurs = {"pays_code": "MA", "commune": "Casablanca"}
    corps, session = monde.corps_candidat(prenoms="Léa", naissance=ne_ailleurs), monde.relire({"id": validee})
    jumeaux = [monde.centre.poster("/candidats", corps | {"date_naissance": f"199{n}-02-03"}).reussie() for n in (1, 4)]
    centre, jour_j = (visiteur("centre-demo", le) for le in (None, date.fromisoformat(session["date_debut"])))
    choisi = centre.ouvrir(f"/sessions/{validee}/candidats/inscription", candidat_id=jumeaux[0]["id"])
    assert "3 février 1991, Casablanca (Maroc)" in choisi.texte
    for candidat in jumeaux:
        monde.inscrire(session, candidat)
    fiche, heures = (centre.ouvrir(f"/sessions/{validee}{suite}").brute.text for suite in ("", "/convocations"))
    grille = jour_j.ouvrir(f"/sessions/{validee}/resultats").brute.text
    for candidat in jumeaux:
        lea, numero = f"Léa {candidat['nom_naissance']} ({candidat['numero']})", candidat["numero"]
        assert f'Désinscrire<span class="fr-sr-only"> {lea}</span>' in fiche
        assert f"{candidat['nom_naissance']} Léa ({numero}) (candidat)" in heures
        assert f'{candidat["nom_naissance"]} Léa <span class="fr-text--xs">{numero}</span>' in grille
        assert f'aria-label="Présence, {lea}"' in grille
        question = centre.ouvrir(f"/sessions/{validee}/candidats/{candidat['id']}/desinscription")
        assert f"Désinscrire {lea}" in question.texte


def test_une_session_d_ailleurs_n_existe_pas(visiteur: Visiteurs, validee: str) -> None:
    ailleurs = visiteur("centre-autre-demo")
    for page in ("", "/modification", "/jures", "/candidats", "/convocations", "/resultats", "/annulation"):
        assert ailleurs.ouvrir(f"/sessions/{validee}{page}").statut == 404
    assert "Revenir à la liste : Sessions" in ailleurs.ouvrir(f"/sessions/{validee}").texte
    assert "Revenir à la liste" not in ailleurs.ouvrir("/nulle-part").texte
