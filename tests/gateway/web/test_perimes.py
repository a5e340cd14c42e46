"""Two tabs, or two agents: who acts on what has changed since he opened his page is told so, and has done nothing."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.gateway.web.visiteur import Page, Visiteurs
from tests.parcours.monde import TITRE, Monde, nom_nouveau
from tests.parcours.test_versions import abonner, nouvelle


def est_perimee(page: Page, fiche: str) -> bool:
    """Whether nothing was done, and one is back to read what one acts on."""
    return page.adresse == fiche and "Cette page a changé depuis que vous l’aviez ouverte : rien n’a été" in page.texte


def lien(page: Page, adresse: str) -> str:
    """Returns the link of a page to this address, with what it says more."""
    return next(lien for lien in page.liens if lien.split("?")[0] == adresse)


def changer(monde: Monde, session: dict[str, Any]) -> None:
    monde.centre.demander("PATCH", f"/sessions/{session['id']}", {"responsable": nom_nouveau("Anne")}).reussie()


def test_le_centre_soumet_la_session_qu_il_a_lue(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session_complete(), visiteur("centre-demo")
    fiche = f"/sessions/{session['id']}"
    ouverte = centre.ouvrir(fiche)
    changer(monde, session)
    perimee = centre.envoyer(ouverte, "Soumettre la session")
    assert est_perimee(perimee, fiche)
    assert monde.relire(session)["etat"] == "brouillon"
    assert "La session est soumise" in centre.envoyer(perimee, "Soumettre la session").texte


def test_ce_que_l_etat_ne_laisse_plus_changer_ne_passe_pas_pour_enregistre(visiteur: Visiteurs, monde: Monde) -> None:
    """Its form came back without the field, which one had changed, and then said that all was saved."""
    session, centre = monde.session_complete(), visiteur("centre-demo")
    ouverte = centre.ouvrir(f"/sessions/{session['id']}/modification")
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    perimee = centre.envoyer(ouverte, "Enregistrer", date_fin=session["date_debut"], responsable="Anne Essai")
    assert (perimee.statut, perimee.formulaire("Enregistrer").valeurs("date_fin")) == (412, [])
    assert perimee.formulaire("Enregistrer").valeurs("responsable") == ["Anne Essai"]
    assert "Une partie de votre saisie ne peut plus être enregistrée : date de fin." in perimee.texte


def test_un_agrement_suspendu_pendant_qu_on_cree_une_session_ne_perd_pas_la_saisie(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """The page came back at the choice of an agrément, without a word, nor what was typed."""
    siens, centre = monde.etablissement(monde.centre), visiteur("centre-demo")
    deja = {a["titre_code"] for a in siens["agrements"]}
    du, au = ((monde.jour + timedelta(days=n)).isoformat() for n in (0, 90))
    titres = monde.national.lire("/titres", situation="en_cours", par_page=200)["elements"]
    titre = next(t["code"] for t in titres if t["code"] not in deja and (t["date_fin_de_vie"] or au) >= au)
    accord = {"titre_code": titre, "site_id": siens["sites"][0]["id"], "numero": nom_nouveau("AG")}
    accord |= {"date_debut": du, "date_fin": au}
    agrement = monde.ud.poster(f"/etablissements/{siens['id']}/agrements", accord).reussie()
    ouverte = centre.ouvrir("/sessions/nouvelle", agrement=agrement["id"])
    monde.ud.confirmer(f"/agrements/{agrement['id']}/suspension", {}, "AGR-02")
    saisie = {"date_debut": monde.jour + timedelta(days=60), "heure_debut": "09:00", "responsable": "Anne Essai"}
    refusee = centre.envoyer(ouverte, "Créer la session", **saisie)
    assert (refusee.statut, "n'a pas d'agrément en vigueur" in refusee.texte) == (409, True)
    assert refusee.formulaire("Créer la session").valeurs("responsable") == ["Anne Essai"]
    monde.ud.poster(f"/agrements/{agrement['id']}/retablissement").reussie()
    assert "La session est créée" in centre.envoyer(refusee, "Créer la session").texte


def test_l_administration_valide_ou_refuse_la_session_qu_elle_a_lue(visiteur: Visiteurs, monde: Monde) -> None:
    session, ud = monde.session_complete(), visiteur("ud-demo")
    fiche = f"/sessions/{session['id']}"
    monde.centre.poster(f"{fiche}/soumission").reussie()
    ouverte = ud.ouvrir(fiche)
    refus = ud.ouvrir(lien(ouverte, f"{fiche}/refus"))
    monde.centre.poster(f"{fiche}/retrait").reussie()
    changer(monde, session)
    monde.centre.poster(f"{fiche}/soumission").reussie()
    assert est_perimee(ud.envoyer(ouverte, "Valider la session"), fiche)
    relue = ud.ouvrir(lien(ouverte, f"{fiche}/refus"))  # its reason would be of a session that nobody has read
    assert (relue.adresse, "relisez-la avant d’agir" in relue.texte) == (fiche, True)
    garde = ud.envoyer(refus, "Refuser la session", motif="Plateau trop petit")
    assert (garde.statut, "rien n’a été fait" in garde.texte, fiche in garde.liens) == (412, True, True)
    assert monde.relire(session)["etat"] == "en_attente_de_validation"
    assert garde.formulaire("Refuser la session").valeurs("motif") == ["Plateau trop petit"]
    assert "Motif : Plateau trop petit" in ud.envoyer(garde, "Refuser la session").texte


def test_le_proces_verbal_vise_est_celui_qu_on_a_lu(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session_validee()
    fiche, debut = f"/sessions/{session['id']}", date.fromisoformat(session["date_debut"])
    le = debut + timedelta(days=3)
    centre, ud = visiteur("centre-demo", le), visiteur("ud-demo", le)
    ccps = [ccp["code"] for ccp in monde.national.lire(f"/titres/{TITRE}")["ccps"]]
    ligne = {"candidat_id": session["candidats"][0]["candidat_id"], "present": True, "entretien_final": "favorable"}

    def noter(note: str) -> None:
        saisie = {"resultats": [ligne | {"ccps": dict.fromkeys(ccps, note)}]}
        monde.centre.demander("PUT", f"{fiche}/resultats", saisie, le=le).reussie()

    noter("non_acquis")
    ouverte = centre.ouvrir(fiche)
    noter("acquis")
    perimee = centre.envoyer(ouverte, "Clôturer la session")
    assert est_perimee(perimee, fiche)
    assert "La session est clôturée" in centre.envoyer(perimee, "Clôturer la session").texte
    ouverte = ud.ouvrir(fiche)
    assert "Version 2 : voir les résultats" in ouverte.texte  # what is to be read before the visa
    monde.ud.poster(f"{fiche}/deblocage", {"motif": "Erreur de saisie"}, le=le).reussie()
    assert "Motif : Erreur de saisie" in centre.ouvrir(f"{fiche}/resultats").texte  # where it is mended
    noter("non_acquis")
    monde.centre.poster(f"{fiche}/cloture", le=le).reussie()
    perimee = ud.envoyer(ouverte, "Viser le procès-verbal")
    assert est_perimee(perimee, fiche)
    assert "Le procès-verbal est visé" in ud.envoyer(perimee, "Viser le procès-verbal").texte


def test_une_question_porte_sur_ce_qu_on_a_lu_et_garde_le_motif(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure_habilite(), visiteur("ud-demo")
    habilitation = jure["habilitation"]["id"]
    question = ud.envoyer(ud.ouvrir(f"/habilitations/{habilitation}"), "Suspendre")
    assert question.statut == 409
    monde.confirmer_suspension(jure)
    monde.ud.poster(f"/habilitations/{habilitation}/reactiver", {"confirmer": ["HAB-02"]}).reussie()
    garde = ud.envoyer(question, "Confirmer", motif="Absences répétées")
    assert (garde.statut, lien(garde, f"/habilitations/{habilitation}") is not None) == (412, True)
    assert garde.formulaire("Suspendre").valeurs("motif") == ["Absences répétées"]
    assert monde.ud.lire(f"/habilitations/{habilitation}")["etat"] == "active"
    question = ud.envoyer(garde, "Suspendre")
    assert "habilitation est suspendue." in ud.envoyer(question, "Confirmer").texte


def test_le_motif_donne_avec_une_confirmation_suit_la_saisie(visiteur: Visiteurs, monde: Monde) -> None:
    """Asked by the question alone, it went with who corrected the rest; too long, its fault was beside no field."""
    session, centre = monde.session_validee(), visiteur("centre-demo")
    fin = date.fromisoformat(session["date_fin"]) + timedelta(days=2)
    adresse = f"/sessions/{session['id']}/modification"
    question = centre.envoyer(centre.ouvrir(adresse), "Enregistrer", date_fin=fin)
    corrigee = centre.envoyer(question, "Corriger ma saisie", motif="Plateau pris")
    assert corrigee.formulaire("Enregistrer").valeurs("motif") == ["Plateau pris"]
    trop_long = centre.envoyer(question, "Confirmer", motif="x" * 1001)
    assert (trop_long.statut, trop_long.dit("motif")) == (422, "1 000 caractères au plus.")
    assert trop_long.formulaire("Enregistrer").valeurs("motif") == ["x" * 1001]
    question = centre.envoyer(trop_long, "Enregistrer", motif="Plateau pris")
    assert "La session est enregistrée." in centre.envoyer(question, "Confirmer").texte
    assert monde.centre.lire(f"/sessions/{session['id']}/traces")["elements"][0]["motif"] == "Plateau pris"


def test_une_habilitation_est_validee_telle_qu_on_l_a_lue(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    habilitation = monde.habilitation(jure, valider=False)
    chemin = f"/habilitations/{habilitation['id']}"
    ouvertes = {fiche: ud.ouvrir(fiche) for fiche in (f"/jures/{jure['id']}", chemin)}
    fin = str(monde.jour + timedelta(days=300))
    monde.ud.demander("PATCH", chemin, {"date_fin": fin}).reussie()
    for fiche, ouverte in ouvertes.items():
        assert est_perimee(ud.envoyer(ouverte, "Valider"), fiche)
    assert monde.ud.lire(chemin)["etat"] == "brouillon"


def test_les_actes_sur_un_jure_sont_sur_ce_qu_on_a_lu(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    fiche = f"/jures/{jure['id']}"
    (emploi,) = monde.ud.lire(fiche)["emplois"]
    ouverte, chemin = ud.ouvrir(fiche), f"{fiche}/emplois/{emploi['id']}"
    suppression = ud.ouvrir(lien(ouverte, f"{chemin}/suppression"))
    monde.ud.demander("PATCH", chemin, {"employeur": "Un autre employeur"}).reussie()
    assert est_perimee(ud.envoyer(suppression, "Supprimer l’emploi"), fiche)
    assert "relisez-la avant d’agir" in ud.ouvrir(lien(ouverte, f"{fiche}/inactivation")).texte
    monde.ud.poster(f"{fiche}/inactivation", {"confirmer": ["JUR-02"]}).reussie()
    ouverte = ud.ouvrir(fiche)
    monde.ud.demander("PATCH", fiche, {"nom_usage": "Autrement"}).reussie()
    assert est_perimee(ud.envoyer(ouverte, "Activer"), fiche)


def test_un_agrement_suspendu_est_celui_qu_on_a_lu(visiteur: Visiteurs, monde: Monde) -> None:
    agrement, ud = monde.etablissement(monde.centre)["agrements"][0], visiteur("ud-demo")
    fiche = f"/agrements/{agrement['id']}"
    ouverte = ud.ouvrir(fiche)
    monde.ud.demander("PATCH", fiche, {"numero": nom_nouveau("AGR")}).reussie()
    assert est_perimee(ud.envoyer(ouverte, "Suspendre l’agrément"), fiche)


def test_une_demande_vae_est_decidee_telle_qu_on_l_a_lue(visiteur: Visiteurs, monde: Monde) -> None:
    candidat, ud = monde.candidat(), visiteur("ud-demo")
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    fiche = f"/demandes-vae/{demande['id']}"
    ouverte = ud.ouvrir(fiche)
    decision, centre = ud.ouvrir(lien(ouverte, f"{fiche}/decision")), visiteur("centre-demo")
    retiree = centre.envoyer(centre.ouvrir(f"{fiche}/retrait"), "Retirer la demande", motif="Il se forme.")
    assert ("La demande VAE est retirée." in retiree.texte, retiree.adresse) == (True, fiche)
    garde = ud.envoyer(decision, "Enregistrer la décision", decision="non_recevable", motif="Durée insuffisante")
    assert (garde.statut, fiche in garde.liens) == (412, True)
    assert garde.formulaire("Enregistrer").valeurs("motif") == ["Durée insuffisante"]
    assert "relisez-la avant d’agir" in ud.ouvrir(lien(ouverte, f"{fiche}/decision")).texte


@pytest.mark.parametrize("quoi", ["candidats", "jures"])
def test_la_fiche_gardee_d_une_fusion_est_celle_qu_on_a_lue(visiteur: Visiteurs, monde: Monde, quoi: str) -> None:
    ud, corps = visiteur("ud-demo"), monde.corps_candidat() if quoi == "candidats" else monde.corps_jure()
    garde, double = (_creer(monde, quoi, corps) for _ in range(2))
    adresse = f"/{quoi}/{garde['id']}/doublons"
    ouverte = ud.ouvrir(adresse)
    monde.ud.demander("PATCH", f"/{quoi}/{garde['id']}", {"courriel": "autre@exemple.fr"}).reussie()
    bouton = "Fusionner les deux fiches" if quoi == "candidats" else "Fusionner cette fiche"
    perimee = ud.envoyer(ouverte, bouton, absorbe_id=double["id"])
    assert (perimee.statut, "autre@exemple.fr" in perimee.texte) == (412, True)
    assert "Une partie de votre saisie" not in perimee.texte
    ouverte = ud.ouvrir(adresse)
    (choix,) = set(re.findall(rf'value="({double["id"]}:\d+)"', ouverte.brute.text))
    monde.ud.demander("PATCH", f"/{quoi}/{double['id']}", {"courriel": "double@exemple.fr"}).reussie()
    perimee = ud.envoyer(ouverte, bouton, absorbe_id=choix)  # the one that goes has changed too
    assert (perimee.statut, adresse in perimee.liens) == (412, True)
    (choix,) = set(re.findall(rf'value="({double["id"]}:\d+)"', ud.ouvrir(adresse).brute.text))
    assert (
        "n’en font plus qu’une"
        in ud.envoyer(ud.envoyer(ud.ouvrir(adresse), bouton, absorbe_id=choix), "Confirmer").texte
    )


def _creer(monde: Monde, quoi: str, corps: dict[str, Any]) -> dict[str, Any]:
    auteur = monde.centre if quoi == "candidats" else monde.ud
    cree = auteur.poster(f"/{quoi}", corps)
    if cree.statut == 409:
        confirmes = [a["code"] for a in cree.corps["avertissements"]]
        cree = auteur.poster(f"/{quoi}", corps | {"confirmer": confirmes})
    return dict(cree.reussie())


def test_une_version_est_diffusee_telle_qu_on_l_a_lue(visiteur: Visiteurs, monde: Monde) -> None:
    abonner(monde, f"{nom_nouveau('page').lower()}@exemple.fr")
    version, national = nouvelle(monde), visiteur("national-demo")
    fiche = f"/versions/{version['numero']}"
    question = national.envoyer(national.ouvrir(fiche), "Diffuser à tous les abonnés")
    assert question.statut == 409
    monde.national.demander("PATCH", fiche, {"preambule": "Un mot de plus."}).reussie()
    assert est_perimee(national.envoyer(question, "Confirmer"), fiche)


def test_un_parametre_change_est_celui_qu_on_a_lu(visiteur: Visiteurs, monde: Monde) -> None:
    national = visiteur("national-demo")
    code = next(
        p["code"]
        for p in monde.national.lire("/parametres", par_page=200)["elements"]
        if p["code"].startswith("conservation_")
    )
    adresse, du = f"/parametres/{code}/valeurs", monde.jour + timedelta(days=900)
    ouverte = national.ouvrir(adresse)
    monde.national.poster(adresse, {"valeur": None, "du": str(du)}).reussie()
    perimee = national.envoyer(ouverte, "Enregistrer", valeur="60", du=du + timedelta(days=1))
    assert (perimee.statut, perimee.formulaire("Enregistrer").valeurs("valeur")) == (412, ["60"])


def test_ce_qui_ne_depend_pas_du_reste_se_fait_toujours(visiteur: Visiteurs, monde: Monde) -> None:
    """Who leaves, or comes, is one person: what others have changed of the session meanwhile is no matter."""
    session, centre = monde.session_complete(), visiteur("centre-demo")
    monde.inscrire(session, monde.candidat())
    fiche, candidat = f"/sessions/{session['id']}", session["candidats"][0]["candidat_id"]
    ouverte = centre.ouvrir(f"{fiche}/candidats/{candidat}/desinscription")
    changer(monde, session)
    assert "Inscription retirée" in centre.envoyer(ouverte, "Désinscrire").texte


def test_qui_fait_partir_quelqu_un_d_un_double_clic_lit_qu_il_est_parti(visiteur: Visiteurs, monde: Monde) -> None:
    """« N’est plus inscrit : rien n’a été modifié » was all that was read of what one had just done oneself."""
    session, centre = monde.session_complete(), visiteur("centre-demo")
    fiche, eux = f"/sessions/{session['id']}", [j["jure_id"] for j in session["jures"]]
    desinscrire = f"{fiche}/candidats/{session['candidats'][0]['candidat_id']}/desinscription"
    for adresse, bouton, dit in (
        (desinscrire, "Désinscrire", "Le candidat n’est plus inscrit."),
        (f"{fiche}/jures/{eux[0]}/retrait", "Retirer", "Le juré est retiré du jury."),
        (f"{fiche}/jures/{eux[1]}/remplacement", "Choisir", "Remplacement enregistré."),
    ):
        ouverte, autre_onglet = centre.ouvrir(adresse), centre.ouvrir(adresse)
        centre.envoyer(ouverte, bouton)
        assert dit in centre.envoyer(ouverte, bouton).texte
        autre = centre.envoyer(autre_onglet, bouton)
        assert ("rien n’a été modifié" in autre.texte, autre.adresse) == (True, fiche)


def test_qui_supprime_une_habilitation_d_un_double_clic_lit_qu_elle_l_est(visiteur: Visiteurs, monde: Monde) -> None:
    """« Rien n’a été enregistré : l’élément a été supprimé », by oneself."""
    jure, ud = monde.jure(), visiteur("ud-demo")
    fiche = f"/habilitations/{monde.habilitation(jure, valider=False)['id']}"
    question, autre_onglet = (ud.envoyer(ud.ouvrir(fiche), "Supprimer") for _ in range(2))
    assert "est supprimée" in ud.envoyer(question, "Confirmer").texte
    encore = ud.envoyer(question, "Confirmer")
    assert (encore.statut, "L’habilitation est supprimée." in encore.texte) == (200, True)
    assert "l’élément a été supprimé depuis" in ud.envoyer(autre_onglet, "Confirmer").texte
