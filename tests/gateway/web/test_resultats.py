"""The grid of results, opened without JavaScript, until the visa of the PV."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

from gateway.web.textes import ancre
from tests.gateway.web.visiteur import Visiteurs
from tests.outils.attente import attendre
from tests.parcours.monde import CCS, TITRE_A_CCS, Monde, nom_nouveau


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


def test_qui_part_d_une_grille_n_y_emporte_la_saisie_de_personne(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen said that a part of it was lost: the line that went was not touched here."""
    session = monde.session_complete()
    monde.inscrire(session, monde.candidat())
    fiche = f"/sessions/{session['id']}"
    monde.valider(session)
    un, deux = monde.relire(session)["candidats"]
    le = date.fromisoformat(session["date_debut"])
    centre = visiteur("centre-demo", le)
    sienne = centre.ouvrir(f"{fiche}/resultats")
    monde.centre.demander("DELETE", f"{fiche}/candidats/{deux['candidat_id']}", le=le).reussie()
    centre.envoyer(centre.ouvrir(f"{fiche}/resultats"), "Enregistrer", **{f"{rang(un)}.absence": "excusee"})
    perimee = centre.envoyer(sienne, "Enregistrer", **{f"{rang(un)}.absence": "non_excusee"})
    assert (perimee.statut, "Une partie de votre saisie" in perimee.texte) == (412, False)


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
    assert "À revoir : Camille" in refusee.texte and f"#{ancre(deux)}" in refusee.liens  # of forty, the one row
    absent = centre.envoyer(refusee, "Enregistrer les résultats", **{f"{ligne}.absence": "excusee"})
    assert (absent.statut, absent.dit(f"{ligne}.absence")) == (409, "Absent, et pourtant noté")
    notes = {deux: "acquis", f"{ligne}.entretien_final": "favorable"}
    saisie = centre.envoyer(refusee, "Enregistrer les résultats", **notes)
    assert "Les résultats sont enregistrés. Cochez aussi les jurés présents" in saisie.texte  # none is, unsaid (RES-03)
    assert ("0 juré présent" in saisie.texte, saisie.propose("Clôturer la session")) == (True, False)
    absence = {un: "", deux: "", f"{ligne}.entretien_final": "", f"{ligne}.absence": "excusee"}
    corrigee = centre.envoyer(centre.ouvrir(f"/sessions/{session['id']}/resultats"), "Enregistrer", **absence)
    assert "Version 2" in corrigee.texte
    assert "Absence excusée" in centre.ouvrir(f"/sessions/{session['id']}/resultats", version="2").texte
    assert "Favorable" in centre.ouvrir(f"/sessions/{session['id']}/resultats", version="1").texte
    present = {un: "acquis", f"{ligne}.absence": "", **notes}
    present |= {"jures_presents": [j["jure_id"] for j in session["jures"]]}
    corrigee = centre.envoyer(centre.ouvrir(f"/sessions/{session['id']}/resultats"), "Enregistrer", **present)
    assert "Cochez aussi" not in corrigee.texte
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
    assert visee.liens.count(f"/sessions/{session['id']}/attestations.pdf") == 2  # at the top, and with the results
    assert "« Viser le procès-verbal » n’est pas possible" not in visee.texte  # what is done is not greyed first
    assert "0 session" in ud.ouvrir("/sessions", **a_viser).texte
    deblocage = ud.ouvrir(f"/sessions/{session['id']}/deblocage").texte
    assert "retire toutes les attestations déjà délivrées" in deblocage  # forty papers, for one note that was wrong
    lui = centre.ouvrir(f"/candidats/{session['candidats'][0]['candidat_id']}").texte
    assert f"session {session['numero']} (PDF), " in lui and "obtenu, délivrée le" in lui
    suivante = monde.session_validee(90)
    monde.inscrire(suivante, {"id": session["candidats"][0]["candidat_id"]})
    jour_j = visiteur("centre-demo", date.fromisoformat(suivante["date_debut"]))
    grille = jour_j.ouvrir(f"/sessions/{suivante['id']}/resultats")  # nobody remembers it on the day of the jury
    assert grille.brute.text.count(">Déjà acquis par une autre session<") == 2


def test_un_candidat_sous_deux_fiches_fusionnees_a_une_seule_ligne(visiteur: Visiteurs, monde: Monde) -> None:
    """Both rows bore one name, his number: what was noted on the one was lost to the other, and nothing was closed."""
    session = monde.session_complete()
    monde.inscrire(session, monde.candidat())
    monde.valider(session)
    fiche, (garde, absorbe) = f"/sessions/{session['id']}", monde.relire(session)["candidats"]
    monde.ud.confirmer(f"/candidats/{garde['candidat_id']}/fusion", {"absorbe_id": absorbe["candidat_id"]}, "CAN-04")
    attendre(lambda: {c["canonique_id"] for c in monde.relire(session)["candidats"]} == {garde["candidat_id"]})
    centre = visiteur("centre-demo", date.fromisoformat(session["date_fin"]))
    grille = centre.ouvrir(f"{fiche}/resultats")
    assert grille.brute.text.count('<th scope="row">') == 1
    presents = [j["jure_id"] for j in session["jures"]]
    saisie = centre.envoyer(grille, "Enregistrer", **{f"{rang(garde)}.absence": "excusee", "jures_presents": presents})
    assert ("Il reste" in saisie.texte, "1 résultat sur 1 candidat," in saisie.texte) == (False, True)
    assert "La session est clôturée" in centre.envoyer(saisie, "Clôturer la session").texte
    assert "Non saisi" not in centre.ouvrir(f"{fiche}/resultats").texte


def test_qui_siegeait_sous_deux_fiches_fusionnees_est_un_seul_present(visiteur: Visiteurs, monde: Monde) -> None:
    """« 2 jurés présents », said the page of a session that RES-03 did not let close: one had come."""
    session = monde.session()
    monde.inscrire(session, monde.candidat())
    fin = date.fromisoformat(session["date_fin"])
    garde, absorbe = monde.jure(), monde.jure_habilite()
    monde.habilitation(garde, date_fin=fin.isoformat())
    for jure in (garde, absorbe):
        monde.inscrire_jure(session, jure)
    monde.valider(session)
    fiche, (candidat,) = f"/sessions/{session['id']}", monde.relire(session)["candidats"]
    note = {"candidat_id": candidat["candidat_id"], "present": False, "absence": "excusee"}
    monde.centre.demander("PUT", f"{fiche}/resultats", {"resultats": [note]}, le=fin).reussie()
    centre = visiteur("centre-demo", fin)
    assert "2 jurés présents" in centre.ouvrir(fiche).texte
    plus_tard = {"date_debut": (fin + timedelta(days=1)).isoformat()}  # HAB-11, on one's own habilitations
    habilitation = f"/habilitations/{absorbe['habilitation']['id']}"
    monde.ud.poster(f"{habilitation}/mettre-en-brouillon", {"confirmer": ["HAB-06"]}, le=fin).reussie()
    monde.ud.demander("PATCH", habilitation, plus_tard, le=fin).reussie()
    monde.ud.confirmer(f"/jures/{garde['id']}/fusion", {"absorbe_id": absorbe["id"]}, "JUR-06")
    attendre(lambda: {j["canonique_id"] for j in monde.relire(session)["jures"]} == {garde["id"]})
    assert "1 juré présent" in centre.ouvrir(fiche).texte


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
    anonyme = centre.envoyer(grille, "Enregistrer les résultats", **{"resultats-99.absence": "excusee"})
    assert (anonyme.statut, "n’est plus inscrit" in anonyme.texte) == (422, True)  # a row that names nobody: seen, 500
    monde.compte("centre-demo", le=jour).demander("DELETE", f"{fiche}/candidats/{premier['id']}").reussie()
    refusee = centre.envoyer(grille, "Enregistrer les résultats", **saisie)
    assert (refusee.statut, "n’est plus inscrit" in refusee.texte) == (422, True)
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
    assert (vide.statut, "Aucun candidat n’est noté" in vide.texte) == (422, True)
    notes = {f"{rang(second)}.ccps[{code}]": "acquis" for code in session["ccp_codes"]}
    notes |= {f"{rang(second)}.entretien_final": "favorable"}
    saisie = centre.envoyer(vide, "Enregistrer les résultats", **notes)
    assert "Il reste 1 candidat à noter." in saisie.texte
    assert "1 résultat sur 2 candidats" in saisie.texte
    reprise, (premier,) = centre.ouvrir(adresse.format(**session)), session["candidats"]
    assert f"Encore sans résultat : Camille {premier['nom_naissance']}" in reprise.texte
    assert f"#{ancre(f'{rang(premier)}.absence')}" in reprise.liens  # of forty, thirteen were done the day before
    assert "Encore sans résultat" not in grille.texte
    seul = centre.envoyer(reprise, "Enregistrer", jures_presents=[session["jures"][0]["jure_id"]])
    assert "Un seul juré est coché : il en faut deux pour clôturer." in seul.texte
    assert "Non saisi" in visiteur("ud-demo").ouvrir(adresse.format(**session)).texte
    notee = centre.envoyer(
        centre.ouvrir(adresse.format(**session)), "Enregistrer", **{f"{rang(premier)}.absence": "excusee"}
    )
    assert "ne peut pas encore être clôturée. Le jury compte 1 juré(s) présent(s)" in notee.texte


def rang(candidat: dict[str, Any]) -> str:
    """Returns the name of the row of a candidate, in the grid of results."""
    return f"resultats-{int(candidat['numero'][1:])}"


def test_une_session_ccs_se_note_d_un_choix(visiteur: Visiteurs, monde: Monde) -> None:
    session = monde.session(type="CCS", titre_code=TITRE_A_CCS, ccs_code=CCS)
    titre = monde.national.lire(f"/titres/{TITRE_A_CCS}")
    for _ in range(2):
        jure = monde.jure(rome=titre["codes_rome"][0])
        monde.habilitation(jure, TITRE_A_CCS)
        sur_le_ccs = {"ccs_code": CCS, "date_debut": monde.jour.isoformat()}
        habilitation = monde.ud.poster(f"/jures/{jure['id']}/habilitations", sur_le_ccs).reussie()
        monde.ud.poster(f"/habilitations/{habilitation['id']}/valider").reussie()
        monde.inscrire_jure(session, jure)
    monde.inscrire(session, monde.candidat())
    monde.valider(session)
    session = monde.relire(session)
    centre = visiteur("centre-demo", date.fromisoformat(session["date_fin"]))
    grille, champ = centre.ouvrir(f"/sessions/{session['id']}/resultats"), f"{rang(session['candidats'][0])}.ccs"
    assert "Les résultats sont enregistrés." in centre.envoyer(grille, "Enregistrer", **{champ: "acquis"}).texte
    (ligne,) = monde.centre.lire(f"/sessions/{session['id']}/resultats")["resultats"]
    assert (ligne["ccs"], ligne["present"]) == ("acquis", True)
    relue = centre.ouvrir(f"/sessions/{session['id']}/resultats")
    assert relue.formulaire("Enregistrer").valeurs(champ) == ["acquis"]
