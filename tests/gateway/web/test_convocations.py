"""The pages of convocations, opened without JavaScript: the hours of each, and who has not had his letter."""

from datetime import date, timedelta

import pytest

from gateway.app import creer_application
from gateway.web.textes import ancre
from tests.gateway.web.visiteur import Visiteurs
from tests.outils.attente import attendre
from tests.parcours.monde import Monde, nom_nouveau


def test_les_convocations_gardent_les_heures_a_part(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_validee(), visiteur("centre-demo")
    champ = f"par_personne[{session['candidats'][0]['candidat_id']}]"
    adresse = f"/sessions/{session['id']}/convocations"
    ouverte = centre.ouvrir(adresse)
    refusee = centre.envoyer(ouverte, "Éditer les convocations", **{champ: "25:00"})
    assert (refusee.statut, "Indiquez une heure au format HH:MM." in refusee.texte) == (422, True)
    assert f'aria-describedby="{ancre(champ)}-erreur"' in refusee.brute.text
    assert refusee.formulaire("Éditer").valeurs(champ) == ["25:00"]
    autre_onglet = centre.ouvrir(adresse)
    editee = centre.envoyer(refusee, "Éditer les convocations", **{champ: "10:15"})
    assert "Les convocations sont éditées" in editee.texte
    assert "Rechargez cette page dans quelques instants : elle dit ce qu’il en est de chacune." in editee.texte
    perimee = centre.envoyer(autre_onglet, "Éditer les convocations")  # nobody is written to twice
    assert (perimee.statut, "a changé entre-temps" in perimee.texte) == (412, True)
    assert editee.formulaire("Éditer une nouvelle version").valeurs(champ) == ["10:15"]
    depliees = [" open><summary>Convoquer certains" in lue.brute.text for lue in (ouverte, refusee, editee)]
    assert depliees == [False, True, True]  # forty hours that nobody gives are folded, and one that is given is seen
    assert editee.texte.count("(facultatif)") == 1  # of the hours apart, their heading says it once
    convoque = session["candidats"][0]
    assert f"/candidats/{convoque['candidat_id']}" in editee.liens  # where an address that lacks is given
    renvoyee = centre.envoyer(editee, "Renvoyer").texte  # to no address, it was said to leave, and nothing more
    assert "La convocation repart. Rechargez cette page dans quelques instants" in renvoyee
    fait = f"La convocation de Camille {convoque['nom_naissance']} a été renvoyée."  # all his prénoms are no name
    assert fait in centre.ouvrir(f"/sessions/{session['id']}/traces").texte
    modifier = centre.ouvrir(f"/sessions/{session['id']}/modification")
    avancee = centre.envoyer(modifier, "Enregistrer", heure_debut="07:30")
    assert f"Ces heures à part ne changent pas : Camille {convoque['nom_naissance']}, 10:15." in avancee.texte
    assert "l’heure de convocation reste" not in avancee.texte  # nobody set one: it follows
    assert f"Session {session['numero']}, " in avancee.texte  # which one, of those open in two tabs
    assert "une nouvelle version" in centre.envoyer(avancee, "Confirmer").texte
    communes = {"heure_convocation": "07:00", "confirmer": ["CNV-04"]}
    monde.centre.demander("PATCH", f"/sessions/{session['id']}", communes).reussie()
    reculee = centre.envoyer(centre.ouvrir(modifier.adresse), "Enregistrer", heure_debut="08:30")
    assert "La session débutera à 08:30, et l’heure de convocation reste 07:00." in reculee.texte
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
    convoquee = centre.ouvrir(fiche).texte
    assert ("Sans courriel d’annulation" in convoquee, "Éditer une nouvelle version" in convoquee) == (False, True)
    assert ("Version 1, éditée le" in convoquee, " 0 en " in convoquee) == (True, False)
    assert "Tout le monde est convoqué" not in convoquee
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
    assert ("Courriel d’annulation" in page.texte, page.propose("Renvoyer")) == (True, False)  # of what is annulled
    monde.ud.poster(f"{fiche}/validation").reussie()
    formulaire = centre.ouvrir(f"{fiche}/convocations").formulaire("Éditer")
    heures = {nom: valeur for nom, valeur in formulaire.champs if nom.startswith("par_personne[") and valeur}
    assert heures == {f"par_personne[{candidat}]": "10:15"}


def test_une_heure_a_part_otee_ne_revient_pas_avec_ce_qu_un_collegue_a_change(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """It came back without a word, and its letter left at the hour that had been taken out."""
    session, centre = monde.session_validee(), visiteur("centre-demo")
    candidat, fiche = session["candidats"][0]["candidat_id"], f"/sessions/{session['id']}"
    monde.centre.poster(f"{fiche}/convocations", {"par_personne": {candidat: "10:15"}}).reussie()
    ouverte = centre.ouvrir(f"{fiche}/convocations")
    monde.centre.demander("PATCH", fiche, {"responsable": "Anne Essai"}).reussie()
    perimee = centre.envoyer(ouverte, "Éditer une nouvelle version", **{f"par_personne[{candidat}]": ""})
    assert (perimee.statut, perimee.formulaire("Éditer").valeurs(f"par_personne[{candidat}]")) == (412, [""])
    centre.envoyer(perimee, "Éditer une nouvelle version")
    assert [c["heure"] for c in monde.relire(session)["candidats"]] == [None]


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
    assert "Le titre a changé depuis" in page.texte  # SES-03 asks for what no box showed
    centre.envoyer(page, "Enregistrer", ccp_codes=[ccp["code"] for ccp in un_de_plus])
    assert monde.relire(a_cocher)["ccp_codes"] == sorted(ccp["code"] for ccp in un_de_plus)
    monde.national.demander("PATCH", f"/titres/{code}", {"ccps": ccps}).reussie()
    attendre(lambda: len(monde.session(titre_code=code)["ccp_codes"]) == len(ccps))
    attendre(lambda: "que le titre n’a plus" in centre.ouvrir(f"/sessions/{a_cocher['id']}/modification").texte)
    page = centre.ouvrir(f"/sessions/{a_cocher['id']}/modification")
    assert "La session est enregistrée." in centre.envoyer(page, "Enregistrer", heure_debut="10:00").texte
    assert len(monde.relire(a_cocher)["ccp_codes"]) == len(un_de_plus)
    page = centre.ouvrir(f"/sessions/{a_cocher['id']}/modification")
    centre.envoyer(page, "Enregistrer", ccp_codes=[ccp["code"] for ccp in ccps])
    assert monde.relire(a_cocher)["ccp_codes"] == sorted(ccp["code"] for ccp in ccps)


@pytest.mark.parametrize(
    ("combien", "lien", "dit"),
    [
        (100, True, ""),
        (101, True, "(101 lettres : jusqu’à vingt secondes d’attente)"),
        (400, True, "(400 lettres"),
        (401, False, "un fichier en réunit 400 au plus, et il y en a 401 ; ouvrez-les une à une, ici."),
    ],
)
def test_un_fichier_long_ou_impossible_est_dit_d_avance(combien: int, lien: bool, dit: str) -> None:
    """Seen offered, waited for, and answered 503, or refused for its size."""
    app = creer_application()
    with app.test_request_context("/"):
        macros = app.jinja_env.get_template("sessions/macros.html").make_module({})
        rendu = str(macros.reunies({"id": "s"}, combien, "ici"))  # type: ignore[attr-defined]
    assert ("/sessions/s/convocations.pdf" in rendu, dit in rendu) == (lien, True)
    assert ("d’attente" in rendu) == (100 < combien <= 400)
