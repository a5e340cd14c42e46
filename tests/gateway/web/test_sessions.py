"""The pages of sessions, opened without JavaScript by those who work on them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from gateway.web.listes import Liste, Vue
from gateway.web.textes import ancre, jour, jour_court
from tests.gateway.web.visiteur import Visiteur
from tests.outils.attente import attendre
from tests.parcours.monde import TITRE, Monde, nom_nouveau

Visiteurs = Callable[..., Visiteur]
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


def test_la_liste_se_filtre_dans_son_adresse(visiteur: Visiteurs, monde: Monde) -> None:
    numero = monde.session()["numero"]
    page = visiteur("ud-demo").ouvrir("/sessions", q=numero, etat="brouillon", type="TITRE", titre=TITRE)
    assert "1 session" in page.texte
    assert numero in page.texte
    trop_loin = visiteur("ud-demo").ouvrir("/sessions", q=numero, page="9")
    assert (numero in trop_loin.texte, "page=9" in str(trop_loin.brute.url)) == (True, False)
    fautive = visiteur("ud-demo").ouvrir("/sessions", debut_apres="0002-12-10")
    resultats = fautive.brute.text.split('<div id="resultats">')[1]  # what changes while one types
    assert ("Début à partir du\u00a0: indiquez une date" in resultats, "0 session" in resultats) == (True, False)
    for filtre, dit in {
        "q=" + "9" * 201: "Rechercher : 200 caractères au plus.",
        "etat=brouyon": "État : choisissez une valeur de la liste.",  # not the codes of those there are
        "page=deux": "Cette adresse demande ce que la liste n’a pas. Revenir à toute la liste",
    }.items():
        refusee = visiteur("ud-demo").ouvrir(f"/sessions?{filtre}")
        assert (refusee.statut, dit in refusee.texte, "Enregistrer ces filtres" in refusee.texte) == (422, True, False)
    vide = visiteur("ud-demo").ouvrir("/sessions", q=numero, etat="validee")
    assert "0 session" in vide.texte


def test_une_recherche_vaine_ne_dit_pas_que_tout_est_en_ordre(visiteur: Visiteurs) -> None:
    ud, en_ordre = visiteur("ud-demo"), "sont en ordre"
    for filtres in ({"q": "2099-75-999999"}, {"levee": "true", "q": "2099-75-999999"}):
        vaine = ud.ouvrir("/alertes", **filtres).texte
        assert (en_ordre in vaine, "Aucun résultat" in vaine) == (False, True)
    rien = Vue(Liste("GET /jures", "/jures", "Jurés", ("juré", "jurés"), (), ""), {"total": 0}, {"par_page": "25"}, {})
    assert rien.vide == "Il n’y en a pas encore."  # nothing was asked for: no filter to take away


def test_chacun_voit_ce_qu_il_peut_faire(visiteur: Visiteurs, validee: str) -> None:
    centre, ud, national = (visiteur(nom).ouvrir(f"/sessions/{validee}") for nom in PROFILS if nom[0] != "d")
    assert "Éditer les convocations" in centre.texte
    assert "Refuser la session" in ud.texte
    assert "Éditer les convocations" not in national.texte
    assert visiteur("ud-demo").ouvrir("/sessions/nouvelle").statut == 403  # nobody chooses an agrément in vain
    assert "Refuser la session" not in national.texte


def test_ce_qui_ne_peut_pas_etre_fait_dit_pourquoi(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session()
    page = visiteur("centre-demo").ouvrir(f"/sessions/{session['id']}")
    assert "Le jury compte 0 juré(s) habilité(s) : il en faut au moins 2." in page.texte
    assert not page.propose("Clôturer la session")
    assert "personne ne couvre ce CCP" in page.texte


def test_une_session_caduque_ne_met_en_avant_que_ce_qu_elle_permet(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session()
    apres = visiteur("centre-demo", date.fromisoformat(session["date_debut"]))
    page = apres.ouvrir(f"/sessions/{session['id']}").brute.text
    actes = page.split('<div class="ceres-actes">')[1].split("</div>")[0]
    assert ("Annuler la session" in actes, "Modifier la session" in actes, "disabled" in actes) == (True, True, False)


def test_un_centre_cree_une_session_et_garde_sa_saisie(visiteur: Visiteurs, monde: Monde) -> None:
    centre = visiteur("centre-demo")
    formulaire = centre.envoyer(centre.ouvrir("/sessions/nouvelle"), "Continuer")
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
        inscrit = centre.envoyer(possibles, "Inscrire")
        assert "Le juré est inscrit au jury." in inscrit.rubrique("jury")  # where the page opens, not above
        assert inscrit.texte.count("Le juré est inscrit au jury.") == 1
    candidat = monde.candidat()
    assert candidat["nom_naissance"] in centre.ouvrir(f"{fiche}/candidats", q=candidat["nom_naissance"]).texte
    inscription = centre.ouvrir(f"{fiche}/candidats/inscription", candidat_id=candidat["id"])
    refusee = centre.envoyer(inscription, "Inscrire", parcours="vae", formateurs="Léa\r\nLuc\r\n")
    assert refusee.statut == 409
    assert refusee.formulaire("Inscrire").valeurs("parcours") == ["vae"]
    inscrite = centre.envoyer(refusee, "Inscrire", parcours="formation")
    assert "Inscription à la session enregistrée" in inscrite.rubrique("candidats")
    assert "Léa, Luc" in inscrite.texte
    assert "1 sur 3" in inscrite.texte
    soumise = centre.envoyer(centre.ouvrir(fiche), "Soumettre la session")
    assert "La session est soumise" in soumise.texte
    refus = visiteur("ud-demo").ouvrir(f"{fiche}/refus")
    sans_motif = visiteur("ud-demo").envoyer(refus, "Refuser la session")
    assert (sans_motif.statut, "Indiquez le motif." in sans_motif.texte) == (422, True)
    assert "Motif : À revoir" in visiteur("ud-demo").envoyer(sans_motif, "Refuser la session", motif="À revoir").texte


def test_une_session_d_un_jour_se_dit_d_un_jour_partout(visiteur: Visiteurs, monde: Monde) -> None:
    seul, centre = monde.jour + timedelta(days=60), visiteur("centre-demo")
    session = monde.session_complete(date_debut=str(seul), date_fin=str(seul))
    for adresse, ecrit in (
        (f"/sessions/{session['id']}", jour(seul)),
        (f"/jures/{session['jures'][0]['jure_id']}", jour_court(seul)),
        (f"/candidats/{session['candidats'][0]['candidat_id']}", jour_court(seul)),
    ):
        page = attendre(lambda a=adresse: lue if session["numero"] in (lue := centre.ouvrir(a).texte) else None)
        assert (f"le {ecrit}" in page, f"au {ecrit}" in page) == (True, False), adresse


def test_remplacer_un_jure(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_complete(), visiteur("centre-demo")
    sortant, entrant = session["jures"][0], monde.jure_habilite()
    adresse = f"/sessions/{session['id']}/jures/{sortant['jure_id']}"
    remplacee = centre.envoyer(centre.ouvrir(f"{adresse}/remplacement", q=entrant["nom"]), "Choisir")
    assert "quitte le jury." in remplacee.texte
    perime = centre.ouvrir(f"{adresse}/retrait")  # as another tab still offers it
    assert perime.adresse == f"/sessions/{session['id']}"
    assert "Ce juré n’est plus inscrit à cette session : rien n’a été modifié." in perime.rubrique("jury")


def test_les_convocations_gardent_les_heures_a_part(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    champ = f"par_personne[{session['candidats'][0]['candidat_id']}]"
    adresse = f"/sessions/{session['id']}/convocations"
    refusee = centre.envoyer(centre.ouvrir(adresse), "Éditer les convocations", **{champ: "25:00"})
    assert (refusee.statut, "Indiquez une heure au format HH:MM." in refusee.texte) == (422, True)
    assert f'aria-describedby="{ancre(champ)}-erreur"' in refusee.brute.text
    assert refusee.formulaire("Éditer").valeurs(champ) == ["25:00"]
    autre_onglet = centre.ouvrir(adresse)
    editee = centre.envoyer(refusee, "Éditer les convocations", **{champ: "10:15"})
    assert "Les convocations sont éditées" in editee.texte
    perimee = centre.envoyer(autre_onglet, "Éditer les convocations")  # nobody is written to twice
    assert (perimee.statut, "a changé entre-temps" in perimee.texte) == (412, True)
    assert editee.formulaire("Éditer une nouvelle version").valeurs(champ) == ["10:15"]
    convoque = session["candidats"][0]
    assert f"/candidats/{convoque['candidat_id']}" in editee.liens  # where an address that lacks is given
    assert "La convocation repart." in centre.envoyer(editee, "Renvoyer").texte
    fait = f"La convocation de Camille {convoque['nom_naissance']} a été renvoyée."  # all his prénoms are no name
    assert fait in centre.ouvrir(f"/sessions/{session['id']}/traces").texte
    modifier = centre.ouvrir(f"/sessions/{session['id']}/modification")
    avancee = centre.envoyer(modifier, "Enregistrer", heure_debut="07:30")
    assert f"Ces heures à part ne changent pas : Camille {convoque['nom_naissance']}, 10:15." in avancee.texte
    assert "l’heure de convocation reste" not in avancee.texte  # nobody set one: it follows
    assert "une nouvelle version" in centre.envoyer(avancee, "Confirmer").texte
    premier_jour = visiteur("centre-demo", date.fromisoformat(session["date_debut"]))  # nothing is asked then (CNV-04)
    relue = premier_jour.ouvrir(f"/sessions/{session['id']}/modification").texte
    assert "Changer les heures envoie à tous une nouvelle version des convocations" in relue


def test_qui_n_a_pas_eu_sa_convocation_se_trouve_et_qui_part_est_prevenu(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_complete(), visiteur("centre-demo")
    fiche, injoignable = f"/sessions/{session['id']}", monde.candidat(courriel=None)
    monde.inscrire(session, injoignable)
    depart = f"{fiche}/candidats/{injoignable['id']}/desinscription"
    assert "La convocation" not in centre.ouvrir(depart).texte  # he has none yet
    monde.valider(session)
    monde.convoquer(session)

    def nommes() -> str:
        _, _, suite = centre.ouvrir(f"{fiche}/convocations").texte.partition("Sans convocation par courriel : ")
        return suite.partition(". Imprimez ")[0]

    attendre(lambda: injoignable["nom_naissance"] in nommes())  # once notifications has said how each went
    trouvees = centre.ouvrir("/sessions", q=session["numero"], etat="convoquee", convocations="echec")
    assert "1 session" in trouvees.texte
    assert "renvoie la session en validation et annule ses convocations" in centre.ouvrir(f"{fiche}/modification").texte
    dit = centre.ouvrir(depart).texte
    assert "sera annulée ; un courriel l’en préviendra" in dit
    assert "ce candidat ne pourra plus être inscrit à cette session" in dit  # INS-01: it is somebody's exam
    assert "Sans courriel d’annulation" not in centre.ouvrir(fiche).texte
    renommee = next(c["candidat_id"] for c in session["candidats"])
    monde.centre.demander("PATCH", f"/candidats/{renommee}", {"nom_usage": "Zzz"}).reussie()
    attendre(lambda: "Sa convocation porte l’ancienne, même renvoyée" in centre.ouvrir(fiche).texte)
    monde.centre.demander("DELETE", f"{fiche}/candidats/{injoignable['id']}").reussie()
    prevenez = f"Sans courriel d’annulation : {injoignable['nom_naissance']}"
    attendre(
        lambda: prevenez in centre.ouvrir(fiche).texte and prevenez in centre.ouvrir(f"{fiche}/convocations").texte
    )
    monde.centre.poster(f"{fiche}/annulation", {"motif": "Essai", "confirmer": ["SES-09"]}).reussie()
    lues = centre.ouvrir(fiche).rubrique("convocations")  # « pas encore éditées », of a session that will not be held
    assert ("Les convocations sont annulées : les revoir" in lues, "pas encore" in lues) == (True, False)


def test_les_heures_a_part_survivent_a_un_changement_de_dates(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    fiche, candidat = f"/sessions/{session['id']}", session["candidats"][0]["candidat_id"]
    monde.centre.poster(f"{fiche}/convocations", {"par_personne": {candidat: "10:15"}}).reussie()
    fin = date.fromisoformat(session["date_fin"]) + timedelta(days=1)
    corps = {"date_fin": str(fin), "heure_debut": "10:00", "confirmer": ["SES-10", "CNV-04"]}
    monde.centre.demander("PATCH", fiche, corps).reussie()
    page = centre.ouvrir(f"{fiche}/convocations")
    assert "Aucune convocation n’est en vigueur." in page.texte
    assert "Courriel d’annulation" in page.texte
    monde.ud.poster(f"{fiche}/validation").reussie()
    formulaire = centre.ouvrir(f"{fiche}/convocations").formulaire("Éditer")
    heures = {nom: valeur for nom, valeur in formulaire.champs if nom.startswith("par_personne[") and valeur}
    assert heures == {f"par_personne[{candidat}]": "10:15"}


def test_changer_les_heures_d_une_session_laisse_son_cadre(visiteur: Visiteurs, monde: Monde) -> None:
    centre, etablissement = visiteur("centre-demo"), monde.etablissement(monde.centre)
    agrees = {a["titre_code"] for a in etablissement["agrements"]}
    titres = monde.national.lire("/titres", situation="en_cours", par_page=200)["elements"]
    code, ccps = next((t["code"], t["ccps"]) for t in titres if t["code"] not in agrees)  # pages know it already
    dates = {"date_debut": str(monde.jour), "date_fin": str(monde.jour + timedelta(days=200))}
    agrement = {"titre_code": code, "site_id": etablissement["sites"][0]["id"], "numero": nom_nouveau("AGR"), **dates}
    monde.ud.poster(f"/etablissements/{etablissement['id']}/agrements", agrement).reussie()
    session, a_cocher = monde.session(titre_code=code), monde.session(titre_code=code)
    un_de_plus = [*ccps, {"code": nom_nouveau("CCP").upper(), "intitule": "Un CCP de plus"}]
    monde.national.demander("PATCH", f"/titres/{code}", {"ccps": un_de_plus}).reussie()
    attendre(lambda: len(monde.session(titre_code=code)["ccp_codes"]) == len(un_de_plus))
    page = centre.ouvrir(f"/sessions/{session['id']}/modification")
    assert "La session est enregistrée." in centre.envoyer(page, "Enregistrer", heure_debut="10:00").texte
    assert monde.relire(session)["ccp_codes"] == session["ccp_codes"]
    page = centre.ouvrir(f"/sessions/{session['id']}/modification")
    deplacee = centre.envoyer(page, "Enregistrer", date_fin=monde.jour + timedelta(days=62))
    assert "La session est enregistrée." in deplacee.texte
    assert monde.relire(session)["ccp_codes"] == sorted(ccp["code"] for ccp in un_de_plus)
    page = centre.ouvrir(f"/sessions/{a_cocher['id']}/modification")
    centre.envoyer(page, "Enregistrer", ccp_codes=[ccp["code"] for ccp in un_de_plus])
    assert monde.relire(a_cocher)["ccp_codes"] == sorted(ccp["code"] for ccp in un_de_plus)


def test_une_annulation_dit_qui_sera_prevenu_et_propose_plus_doux(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    demande = centre.ouvrir(f"/sessions/{session['id']}/annulation")
    question = centre.envoyer(demande, "Annuler la session", motif="Plateau indisponible")
    assert question.statut == 409
    assert f"Vous allez annuler la session {session['numero']}." in question.texte
    assert "modifiez plutôt la session" in question.texte
    assert "Motif : Plateau indisponible" in centre.envoyer(question, "Confirmer").texte


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
    reponse = ud.ouvrir(f"/demandes-dte/{dte['id']}")
    assert f"Session {numero} — " in reponse.texte
    oubliee = ud.envoyer(reponse, "Enregistrer", motif="Le sujet de juin suffit.")
    assert (oubliee.statut, bool(oubliee.dit("etat"))) == (422, True)  # it was said to be answered, and still waited
    ud.envoyer(oubliee, "Enregistrer", etat="refusee")
    assert "Le sujet de juin suffit." in centre.ouvrir(f"/sessions/{validee}").texte.split("Traçabilité")[1]
    assert "1 session" in centre.ouvrir("/sessions", q=numero, a_faire="redemander_dte").texte
    reponse = ud.ouvrir(f"/demandes-dte/{dte['id']}")
    assert "DTE transmis" in ud.envoyer(reponse, "Enregistrer", etat="transmise", motif="").texte


def test_la_grille_a_l_ordre_et_les_noms_de_la_feuille(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session_complete()
    for nom, usage in (("Zola", None), ("Évrard", "N'Diaye"), ("Dupont", None)):
        monde.inscrire(session, monde.candidat(nom_naissance=nom_nouveau(nom), nom_usage=usage))
    jure = monde.jure_habilite()
    monde.ud.demander("PATCH", f"/jures/{jure['id']}", {"nom_usage": "Traoré"}).reussie()
    monde.inscrire_jure(session, jure)
    fiche = f"/sessions/{session['id']}"
    monde.valider(session)
    fin = date.fromisoformat(session["date_fin"])
    for page in (fiche, f"{fiche}/resultats"):
        assert f"{jure['nom']} (Traoré)" in visiteur("centre-demo", fin).ouvrir(page).texte
        lignes = re.findall('<th scope="row">.*?</th>', visiteur("centre-demo", fin).ouvrir(page).brute.text, re.DOTALL)
        places = [unescape(" ".join(lignes)).find(nom) for nom in ("Dupont-", "Évrard-", "(N'Diaye)", "Zola-")]
        assert -1 not in places
        assert places == sorted(places)


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


def test_deux_qui_notent_chacun_les_leurs_ne_defont_rien(visiteur: Visiteurs, monde: Monde) -> None:
    """The second to save was shown the notes of the first beside empty cells, and took them away by saving again."""
    session = monde.session_complete()
    monde.inscrire(session, monde.candidat())
    fiche = f"/sessions/{session['id']}"
    monde.valider(session)
    session = monde.relire(session)
    centre = visiteur("centre-demo", date.fromisoformat(session["date_debut"]))
    un, deux = ({f"{rang(c)}.absence": "excusee"} for c in session["candidats"])
    sienne, autre = (centre.ouvrir(f"{fiche}/resultats") for _ in range(2))
    assert "Il reste 1 candidat à noter." in centre.envoyer(autre, "Enregistrer", **un).texte
    perimee = centre.envoyer(sienne, "Enregistrer", **deux)
    assert (perimee.statut, "Ce que vous n’aviez pas changé est à jour" in perimee.texte) == (412, True)
    assert perimee.formulaire("Enregistrer").valeurs(*un) == ["excusee"]
    assert "Il reste" not in centre.envoyer(perimee, "Enregistrer").texte


def test_les_resultats_en_grille_puis_la_cloture_et_le_visa(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session_validee()
    fin = date.fromisoformat(session["date_fin"])
    centre, ud = visiteur("centre-demo", fin), visiteur("ud-demo", fin)
    grille = centre.ouvrir(f"/sessions/{session['id']}/resultats")
    ligne = rang(session["candidats"][0])
    un, deux = (f"{ligne}.ccps[{code}]" for code in session["ccp_codes"])
    refusee = centre.envoyer(grille, "Enregistrer les résultats", **{un: "acquis"})
    assert (refusee.statut, "Notez tous les CCP de la session" in refusee.texte) == (409, True)
    assert refusee.formulaire("Enregistrer les résultats").valeurs(un) == ["acquis"]
    assert (refusee.dit(deux), refusee.brute.text.count("À noter")) == ("À noter", 2)  # the entretien final too
    notes = {deux: "acquis", f"{ligne}.entretien_final": "favorable"}
    saisie = centre.envoyer(refusee, "Enregistrer les résultats", **notes)
    assert "Les résultats sont enregistrés." in saisie.texte
    absence = {un: "", deux: "", f"{ligne}.entretien_final": "", f"{ligne}.absence": "excusee"}
    corrigee = centre.envoyer(centre.ouvrir(f"/sessions/{session['id']}/resultats"), "Enregistrer", **absence)
    assert "Version 2" in corrigee.texte
    assert "Absence excusée" in centre.ouvrir(f"/sessions/{session['id']}/resultats", version="2").texte
    assert "Favorable" in centre.ouvrir(f"/sessions/{session['id']}/resultats", version="1").texte
    present = {un: "acquis", f"{ligne}.absence": "", **notes}
    corrigee = centre.envoyer(centre.ouvrir(f"/sessions/{session['id']}/resultats"), "Enregistrer", **present)
    assert "La session est clôturée" in centre.envoyer(corrigee, "Clôturer la session").texte
    for page in ("", "/resultats"):  # as the PV counts them: a sheet is a version each time that it is saved
        lue = centre.ouvrir(f"/sessions/{session['id']}{page}").texte
        assert ("Version 3" in lue, "(procès-verbal, version 1)" in lue) == (True, True)
        assert f"par {monde.centre.lire('/moi')['nom']}" in lue
    a_viser = {"q": session["numero"], "a_faire": "viser"}
    page = ud.ouvrir("/sessions", **a_viser)
    assert ("1 session" in page.texte, page.brute.text.count(">PV à viser<")) == (True, 2)  # its filter, its badge
    attestations = "Toutes les attestations (PDF)"
    assert attestations not in centre.ouvrir(f"/sessions/{session['id']}").texte
    visee = ud.envoyer(ud.ouvrir(f"/sessions/{session['id']}"), "Viser le procès-verbal")
    assert ("Le procès-verbal est visé" in visee.texte, attestations in visee.texte) == (True, True)
    assert "0 session" in ud.ouvrir("/sessions", **a_viser).texte
    suivante = monde.session_validee(90)
    monde.inscrire(suivante, {"id": session["candidats"][0]["candidat_id"]})
    jour_j = visiteur("centre-demo", date.fromisoformat(suivante["date_debut"]))
    grille = jour_j.ouvrir(f"/sessions/{suivante['id']}/resultats")  # nobody remembers it on the day of the jury
    assert grille.brute.text.count(">Déjà acquis par une autre session<") == 2


def test_la_ligne_d_un_candidat_reste_la_sienne(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen to show, and then to save, the results of each on the row of the next, once the first had left."""
    session = monde.session_complete()
    premier, dernier = (monde.candidat(nom_naissance=nom_nouveau(nom)) for nom in ("Aaa", "Zzz"))
    for candidat in (premier, dernier):
        monde.inscrire(session, candidat)
    fiche = f"/sessions/{session['id']}"
    monde.valider(session)
    jour = date.fromisoformat(session["date_debut"])
    centre = visiteur("centre-demo", jour)
    grille = centre.ouvrir(f"{fiche}/resultats")
    saisie = {
        f"{rang(c)}.{champ}": note
        for c, note, entretien in ((premier, "acquis", "favorable"), (dernier, "non_acquis", "defavorable"))
        for champ, note in [*((f"ccps[{code}]", note) for code in session["ccp_codes"]), ("entretien_final", entretien)]
    }
    monde.compte("centre-demo", le=jour).demander("DELETE", f"{fiche}/candidats/{premier['id']}").reussie()
    refusee = centre.envoyer(grille, "Enregistrer les résultats", **saisie)
    assert (refusee.statut, "n'est plus inscrit" in refusee.texte) == (422, True)
    assert "Les résultats sont enregistrés." in centre.envoyer(refusee, "Enregistrer les résultats").texte
    (ligne,) = monde.centre.lire(f"{fiche}/resultats")["resultats"]
    assert (ligne["candidat_id"], {*ligne["ccps"].values()}) == (dernier["id"], {"non_acquis"})


def test_une_grille_se_remplit_en_plusieurs_fois(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen to be refused until every candidate was noted, where some come on the second day."""
    session, second = monde.session_complete(), monde.candidat()
    monde.inscrire(session, second)
    monde.valider(session)
    centre, adresse = visiteur("centre-demo", date.fromisoformat(session["date_debut"])), "/sessions/{id}/resultats"
    grille = centre.ouvrir(adresse.format(**session))
    vide = centre.envoyer(grille, "Enregistrer les résultats")
    assert (vide.statut, "Aucun candidat n'est noté" in vide.texte) == (422, True)
    notes = {f"{rang(second)}.ccps[{code}]": "acquis" for code in session["ccp_codes"]}
    notes |= {f"{rang(second)}.entretien_final": "favorable"}
    saisie = centre.envoyer(vide, "Enregistrer les résultats", **notes)
    assert "Il reste 1 candidat à noter." in saisie.texte
    assert "1 résultat sur 2 candidats" in saisie.texte
    assert "Non saisi" in visiteur("ud-demo").ouvrir(adresse.format(**session)).texte


def rang(candidat: dict[str, Any]) -> str:
    """Returns the name of the row of a candidate, in the grid of results."""
    return f"resultats-{int(candidat['numero'][1:])}"


def test_une_session_d_ailleurs_n_existe_pas(visiteur: Visiteurs, validee: str) -> None:
    ailleurs = visiteur("centre-autre-demo")
    for page in ("", "/modification", "/jures", "/candidats", "/convocations", "/resultats", "/annulation"):
        assert ailleurs.ouvrir(f"/sessions/{validee}{page}").statut == 404
