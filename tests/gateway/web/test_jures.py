"""The pages of jurés, from a first typing to an habilitation that is suspended and given back."""

import re
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from gateway.web.textes import jour, jour_court
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Page, Visiteurs
from tests.outils.attente import attendre
from tests.parcours.monde import CCS, TITRE, TITRE_A_CCS, TITRE_EN_PROLONGATION, Monde, nom_nouveau
from tests.parcours.test_messages import message_sur

EMPLOI = {"intitule": "Vendeuse", "code_rome": "D1212", "employeur": "Essai", "date_debut": "2010-01-01"}
ADRESSE = {"adresse__voie": "1 rue des Essais", "adresse__code_postal": "75011", "adresse__commune": "Paris"}


def test_la_fiche_d_un_jure_qui_n_a_plus_de_nom_le_dit(visiteur: Visiteurs, monde: Monde, systeme: Systeme) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    with psycopg.connect(systeme.url_base("jures")) as db:  # as `jures` leaves it
        db.execute("UPDATE jures SET recherche = '', date_naissance = NULL WHERE id = %s", [jure["id"]])
    lue = ud.ouvrir(f"/jures/{jure['id']}").texte
    assert "Cette personne a été anonymisée, sa durée de conservation étant passée" in lue
    assert ("Modifier l’identité" in lue, "Chercher un doublon" in lue) == (False, False)


def test_un_jure_est_cree_recoit_un_emploi_et_une_habilitation(visiteur: Visiteurs, monde: Monde) -> None:
    ud, nom = visiteur("ud-demo"), nom_nouveau("Page")
    saisie = {"civilite": "MME", "nom": nom, "prenom": "Alix", **ADRESSE, "telephone_professionnel": "12"}
    refusee = ud.envoyer(ud.ouvrir("/jures/nouveau"), "Enregistrer", **saisie)
    assert refusee.statut == 422
    assert refusee.dit("telephone_professionnel")
    assert "Chaque information est obligatoire, sauf mention « facultatif »." in refusee.texte
    assert refusee.formulaire("Enregistrer").valeurs("nom") == [nom]
    fiche = ud.envoyer(refusee, "Enregistrer", telephone_professionnel="01 99 00 01 01")
    assert "Le juré est créé." in fiche.texte
    assert "Aucune habilitation : ce juré ne peut pas encore siéger." in fiche.texte
    jure = fiche.adresse
    saisie["telephone_professionnel"] = "01 99 00 01 01"
    double = ud.envoyer(ud.ouvrir("/jures/nouveau"), "Enregistrer", **saisie | {"adresse__voie": "9 rue d’Ailleurs"})
    assert (double.statut, f"Ouvrir la fiche : Alix {nom} (75011 Paris)" in double.texte) == (409, True)
    assert "9 rue d’Ailleurs 75011 Paris" in double.texte  # what was typed, beside who was found
    assert f"{saisie['adresse__voie']} 75011 Paris (différent)" in double.texte
    assert double.texte.count("(différent)") == 1  # nor a number written otherwise
    assert jure in double.liens

    identite = ud.ouvrir(f"{jure}/identite")
    assert identite.formulaire("Enregistrer").valeurs("telephone_professionnel") == ["01 99 00 01 01"]
    change = ud.envoyer(identite, "Enregistrer", prenom="Camille")
    assert f"Camille {nom}" in change.texte

    sur_le_titre = f"{jure}/habilitations/nouvelle"
    trop_tot, manque = ud.ouvrir(sur_le_titre, titre_code=TITRE), "Aucun emploi lié à ce titre n’est connu"
    assert (manque in trop_tot.texte, f"{jure}/emplois/nouveau" in trop_tot.liens) == (True, True)  # before it is typed
    emploi = {"intitule": "Vendeuse", "code_rome": "vente", "date_debut": "2010-01-01"}
    mal = ud.envoyer(ud.ouvrir(f"{jure}/emplois/nouveau"), "Enregistrer", **emploi)
    assert mal.dit("code_rome")
    employe, titre = ud.envoyer(mal, "Enregistrer", code_rome="D1212"), monde.national.lire(f"/titres/{TITRE}")
    assert "L’emploi est enregistré." in employe.texte
    assert titre["intitule"] in employe.texte  # to which its ROME code links it (HAB-07)

    choix = ud.ouvrir(sur_le_titre, titre_code=TITRE)
    assert manque not in choix.texte
    sans_ccp = ud.envoyer(choix, "Enregistrer", date_debut=monde.jour)
    assert (sans_ccp.statut, sans_ccp.formulaire("Enregistrer").valeurs("titre_code")) == (422, [TITRE])
    ccps = [ccp["code"] for ccp in titre["ccps"]]
    habilite = ud.envoyer(choix, "Enregistrer", date_debut=monde.jour, ccp_codes=ccps)
    assert "L’habilitation est créée, en brouillon" in habilite.texte
    assert "L’habilitation est active." in ud.envoyer(habilite, "Valider").texte
    habilitation = next(lien for lien in habilite.liens if lien.startswith("/habilitations/"))
    assert {"/titres", f"/titres/{TITRE}"} <= set(ud.ouvrir(habilitation).liens)  # until when it may last


def test_ce_qui_est_obligatoire_ne_se_vide_pas_en_modifiant(visiteur: Visiteurs, monde: Monde) -> None:
    """« L’emploi est enregistré. », said the page, of what had been left as it was."""
    jure, ud = monde.jure(), visiteur("ud-demo")
    emploi = monde.ud.lire(f"/jures/{jure['id']}")["emplois"][0]
    page = ud.ouvrir(f"/jures/{jure['id']}/emplois/{emploi['id']}/modification")
    vide = ud.envoyer(page, "Enregistrer", date_debut="", intitule=" ", employeur="")
    assert (vide.statut, "L’emploi est enregistré." in vide.texte) == (422, False)
    assert [vide.dit(nom) for nom in ("intitule", "date_debut")] == ["Cette information est obligatoire."] * 2
    assert vide.formulaire("Enregistrer").valeurs("date_debut") == [""]
    sans_nom = ud.envoyer(ud.ouvrir(f"/jures/{jure['id']}/identite"), "Enregistrer", nom="", telephone_personnel="12")
    assert sans_nom.dit("nom") == "Cette information est obligatoire."  # where what changes is read first
    assert "numéro de téléphone" in sans_nom.dit("telephone_personnel")  # seen said once the name was put right


@pytest.mark.parametrize(
    ("qui", "adresse"),
    [
        ("ud-demo", "/jures/{jure}/habilitations/nouvelle"),
        ("centre-demo", "/candidats/{candidat}/demandes-vae/nouvelle"),
    ],
)
def test_qui_continue_sans_choisir_un_titre_l_apprend(
    visiteur: Visiteurs, monde: Monde, qui: str, adresse: str
) -> None:
    lui, ou = visiteur(qui), adresse.format(jure=monde.jure()["id"], candidat=monde.candidat()["id"])
    assert lui.envoyer(lui.ouvrir(ou), "Continuer avec ce titre").dit("titre_code") == "Choisissez un titre."


def test_une_habilitation_sur_un_ccs_dit_lequel_manque(visiteur: Visiteurs, monde: Monde) -> None:
    jure = monde.jure(rome=monde.national.lire(f"/titres/{TITRE_A_CCS}")["codes_rome"][0])
    monde.habilitation(jure, TITRE_A_CCS)  # HAB-09
    page = visiteur("ud-demo").ouvrir(f"/jures/{jure['id']}/habilitations/nouvelle", ccs="1")
    vide = visiteur("ud-demo").envoyer(page, "Enregistrer")
    assert {vide.dit("ccs_code"), vide.dit("date_debut")} == {"Cette information est obligatoire."}
    sans_ccs = visiteur("ud-demo").envoyer(vide, "Enregistrer", date_debut=monde.jour)
    assert sans_ccs.dit("ccs_code") == "Cette information est obligatoire."
    assert (
        "L’habilitation est créée, en brouillon"
        in visiteur("ud-demo").envoyer(sans_ccs, "Enregistrer", ccs_code=CCS).texte
    )
    sienne = monde.ud.lire("/habilitations", ccs=CCS)["elements"][0]
    for adresse in (f"/habilitations/{sienne['id']}", f"/jures/{sienne['jure_id']}"):
        assert f"CCS {CCS}" in visiteur("ud-demo").ouvrir(adresse).texte, adresse


def test_un_ccs_dont_tous_les_titres_sont_hors_delai_n_est_pas_propose(visiteur: Visiteurs, monde: Monde) -> None:
    """Chosen and dated, it was refused twice, whatever was typed (HAB-09, HAB-12); its titre was not offered. And a
    titre created by the API was named nowhere for a minute: pages kept the titres that there were."""
    code, jour = nom_nouveau("TP").upper(), monde.jour
    visiteur("ud-demo", jour).ouvrir("/jures")
    corps = {"code": code, "intitule": code, "niveau": 4, "ccps": [{"code": f"{code}-1", "intitule": "Un"}]}
    finis = {"ccs": [{"code": f"{code}-C", "intitule": "Fini"}], "date_fin_de_vie": "2020-01-01"}
    monde.national.poster("/titres", corps | finis).reussie()
    page = visiteur("ud-demo", jour).ouvrir(f"/jures/{monde.jure()['id']}/habilitations/nouvelle", ccs="1")
    assert (CCS in page.texte, f"{code}-C" in page.texte) == (True, False)
    assert f"{code}-C" in visiteur("ud-demo", jour).ouvrir("/jures").texte  # those who have it are still looked for


def test_le_brouillon_d_un_titre_hors_delai_ne_se_modifie_plus(visiteur: Visiteurs, monde: Monde) -> None:
    titre = monde.national.lire(f"/titres/{TITRE_EN_PROLONGATION}")
    h = monde.habilitation(monde.jure(rome=titre["codes_rome"][0]), titre["code"], valider=False)
    modification = f"/habilitations/{h['id']}/modification"
    assert modification in visiteur("ud-demo").ouvrir(f"/habilitations/{h['id']}").liens
    apres = date.fromisoformat(titre["date_fin_prolongation"]) + timedelta(days=1)
    page = visiteur("ud-demo", le=apres).ouvrir(f"/habilitations/{h['id']}")
    assert modification not in page.liens  # which HAB-12 refuses, whatever is typed there
    assert "« Modifier » n’est pas possible" in page.texte


def test_un_jure_d_ailleurs_est_refuse_sans_perdre_la_saisie(visiteur: Visiteurs) -> None:
    ud, nom = visiteur("ud-demo"), nom_nouveau("Ailleurs")
    saisie = {"civilite": "MME", "nom": nom, "prenom": "Alix", **ADRESSE, "adresse__code_postal": "69001"}
    refusee = ud.envoyer(ud.ouvrir("/jures/nouveau"), "Enregistrer", **saisie)
    assert (refusee.statut, "Ce juré n'habite pas votre territoire" in refusee.texte) == (404, True)
    assert refusee.formulaire("Enregistrer").valeurs("nom") == [nom]
    assert "Le juré est créé." in ud.envoyer(refusee, "Enregistrer", adresse__code_postal="75011").texte


def test_un_agent_qui_enregistre_un_demenagement_revient_a_sa_liste(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    saisie = {"adresse__code_postal": "69003", "adresse__commune": "Lyon", "adresse__code_insee": ""}
    question = ud.envoyer(ud.ouvrir(f"/jures/{jure['id']}/identite"), "Enregistrer", **saisie)
    assert (question.statut, "le département 69 (Rhône)" in question.texte) == (409, True)  # there is no way back
    assert ud.ouvrir(f"/jures/{jure['id']}").statut == 200
    for partie in (ud.envoyer(question, "Confirmer") for _ in range(2)):  # two clicks
        assert (partie.statut, partie.adresse) == (200, "/jures")
        assert "L’identité est enregistrée." in partie.texte
        assert "Ce juré n’est plus dans votre territoire" in partie.texte
    for adresse in (f"/jures/{jure['id']}", f"/jures/{jure['id']}/identite"):
        assert ud.ouvrir(adresse).statut == 404


def test_le_code_insee_d_avant_laisse_sous_un_nouveau_code_postal_se_confirme(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """Without scripts, « 69003 Lyon » was saved under the unit of Paris, without a word."""
    ud, jure = visiteur("ud-demo"), monde.jure()
    assert jure["adresse"]["code_insee"]
    formulaire, a_lyon = f"/jures/{jure['id']}/identite", {"adresse__code_postal": "69003", "adresse__commune": "Lyon"}
    question = ud.envoyer(ud.ouvrir(formulaire), "Enregistrer", **a_lyon)
    dit = "D’après son code postal, 69003 Lyon est dans le département 69 (Rhône)"
    assert (question.statut, dit in question.texte) == (409, True)
    assert monde.ud.lire(f"/jures/{jure['id']}")["adresse"] == jure["adresse"]
    assert "L’identité est enregistrée." in ud.envoyer(question, "Confirmer").texte
    encore = ud.envoyer(ud.ouvrir(formulaire), "Enregistrer", prenom="Camille")  # of the same address, once
    assert "L’identité est enregistrée." in encore.texte

    ailleurs = ud.envoyer(
        ud.ouvrir("/jures/nouveau"),
        "Enregistrer",
        **a_lyon,
        adresse__code_insee="75111",
        civilite="MME",
        nom=nom_nouveau("Lieu"),
        prenom="Alix",
        adresse__voie="1 rue",
        telephone_professionnel="0199000101",
    )
    assert (ailleurs.statut, dit in ailleurs.texte) == (409, True)


def test_ce_qui_ne_peut_pas_etre_fait_dit_par_quelle_regle(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure_habilite(), visiteur("ud-demo")
    monde.inscrire_jure(monde.session(), jure)
    monde.ud.confirmer(f"/habilitations/{jure['habilitation']['id']}/mettre-en-brouillon", {}, "HAB-06")
    attendre(lambda: monde.ud.lire(f"/jures/{jure['id']}/sessions")["elements"])  # told by events
    fiche = ud.ouvrir(f"/jures/{jure['id']}")
    assert not fiche.propose("Supprimer")
    assert "Pourquoi ? « Supprimer » n’est pas possible" in fiche.texte
    assert "Règle HAB-05 : " in fiche.texte
    page = ud.ouvrir(f"/habilitations/{jure['habilitation']['id']}/modification")
    refusee = ud.envoyer(page, "Enregistrer", date_fin="2199-12-31")
    gardes = refusee.formulaire("Enregistrer").valeurs("ccp_codes")  # what was ticked is still there to be sent
    assert (refusee.statut, gardes) == (409, page.formulaire("Enregistrer").valeurs("ccp_codes") or "aucun")


def test_suspendre_dit_les_consequences_puis_garde_le_motif(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure_habilite(), visiteur("ud-demo")
    adresse = f"/jures/{jure['id']}"
    fiche = ud.ouvrir(adresse)
    question = ud.envoyer(fiche, "Suspendre")
    assert (question.statut, "Avant de confirmer" in question.texte) == (409, True)
    suspendue = ud.envoyer(question, "Confirmer", motif="Enquête en cours")
    ou_l_on_arrive = suspendue.brute.text.split(f'id="h-{jure["habilitation"]["id"]}"')[1].split("</article>")[0]
    assert "L’habilitation est suspendue." in ou_l_on_arrive
    sienne = ud.ouvrir(f"/habilitations/{jure['habilitation']['id']}")
    assert "Motif : Enquête en cours" in sienne.texte
    assert 'class="fr-breadcrumb__link" href="/habilitations"' in sienne.brute.text  # the list that one goes on with
    assert "Enquête en cours" in ud.ouvrir(f"/habilitations/{jure['habilitation']['id']}/traces").texte
    reactivee = ud.envoyer(ud.envoyer(sienne, "Réactiver l’habilitation"), "Confirmer")
    assert (reactivee.adresse, "L’habilitation est réactivée." in reactivee.texte) == (adresse, True)
    for _ in range(4):
        monde.ud.confirmer(f"{sienne.adresse}/suspendre", {"motif": "Encore une plainte"}, "HAB-04")
        monde.ud.confirmer(f"{sienne.adresse}/reactiver", {}, "HAB-02")
    longue = ud.ouvrir(sienne.adresse)
    assert f"{sienne.adresse}/traces" in longue.liens
    assert "Tout l’historique (12)" in longue.texte


def test_qui_vient_de_la_liste_des_habilitations_y_revient_telle_qu_il_l_a_laissee(
    visiteur: Visiteurs, monde: Monde
) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    sienne = f"/habilitations/{monde.habilitation(jure, valider=False)['id']}"

    def suivre(page: Page, adresse: str) -> Page:
        return ud.ouvrir(next(lien for lien in page.liens if lien.startswith(adresse)))

    file = {"etat": "brouillon", "q": jure["nom"]}
    fiche = suivre(ud.ouvrir("/habilitations", **file), sienne)
    gardee = ud.envoyer(suivre(fiche, f"{sienne}/modification"), "Enregistrer", date_debut=monde.jour)
    validee = ud.envoyer(gardee, "Valider l’habilitation")
    assert (validee.adresse, dict(validee.brute.url.params)) == ("/habilitations", file)
    assert f"{jure['prenom']} {jure['nom']}, " in validee.texte
    assert " : l’habilitation est active." in validee.texte
    assert "0 habilitation" in validee.texte
    question = ud.envoyer(suivre(ud.ouvrir("/habilitations", q=jure["nom"]), sienne), "Suspendre l’habilitation")
    assert f"{sienne}?liste=q%3D{jure['nom']}" in question.liens  # « Ne rien changer »
    suspendue = ud.envoyer(question, "Confirmer")
    assert (suspendue.adresse, dict(suspendue.brute.url.params)) == ("/habilitations", {"q": jure["nom"]})


def test_qui_renouvelle_une_habilitation_est_mene_d_un_pas_a_l_autre(visiteur: Visiteurs, monde: Monde) -> None:
    """Taken back from the list of those that end soon, it was no more in it, and nothing led to it: its juré sat no
    more."""
    jure, demain = monde.jure_habilite(), monde.jour + timedelta(days=1)
    ud, sienne = visiteur("ud-demo", le=demain), f"/habilitations/{jure['habilitation']['id']}"
    file = {"etat": "active", "q": jure["nom"]}
    active = ud.ouvrir(next(lien for lien in ud.ouvrir("/habilitations", **file).liens if lien.startswith(sienne)))
    reprise = ud.envoyer(active, "Mettre l’habilitation en brouillon")
    assert (reprise.adresse, "modifiez-la, puis validez-la" in reprise.texte) == (sienne, True)
    assert f"{sienne}/modification" in ud.ouvrir(f"/jures/{jure['id']}").liens  # and whoever finds it there
    forme = ud.ouvrir(next(lien for lien in reprise.liens if lien.startswith(f"{sienne}/modification")))
    assert "Pour la valider ensuite : cette habilitation a déjà été active" in forme.texte  # HAB-14, before it is saved
    changee = ud.envoyer(forme, "Enregistrer", date_debut=demain)
    assert "Pour la valider ensuite" not in ud.ouvrir(f"{sienne}/modification").texte
    validee = ud.envoyer(changee, "Valider l’habilitation")
    assert (validee.adresse, dict(validee.brute.url.params)) == ("/habilitations", file)


def test_une_habilitation_qui_finit_bientot_mene_a_celle_qui_prend_la_suite(visiteur: Visiteurs, monde: Monde) -> None:
    """« Préparez son renouvellement », said the message, which led to a page where nothing did."""
    fin, lendemain = (monde.jour + timedelta(days=n) for n in (60, 61))
    jure = monde.jure()
    habilitation = monde.habilitation(jure, date_fin=fin.isoformat())
    ud, sienne = visiteur("ud-demo"), f"/habilitations/{habilitation['id']}"
    file = {"etat": "active", "q": jure["nom"]}
    liste = ud.ouvrir("/habilitations", **file)
    fiche = ud.ouvrir(next(lien for lien in liste.liens if lien.startswith(sienne)))
    assert f"{jour_court(fin)} À renouveler" in liste.texte  # until it is, though it still ends then
    assert f"La renouveler à compter du {jour(lendemain)}" in fiche.texte
    national = visiteur("national-demo")  # whose list, filtered by it, marked none
    assert f"{jour_court(fin)} À renouveler" in national.ouvrir("/habilitations", a_renouveler="true", **file).texte
    assert "La renouveler" not in national.ouvrir(sienne).texte
    forme = ud.ouvrir(next(lien for lien in fiche.liens if "/habilitations/nouvelle" in lien))
    choisis = forme.formulaire("Enregistrer")
    assert choisis.valeurs("ccp_codes") == habilitation["ccp_codes"]
    assert [choisis.valeurs(nom) for nom in ("titre_code", "date_debut")] == [[TITRE], [lendemain.isoformat()]]
    brouillon = ud.envoyer(forme, "Enregistrer")
    assert "/habilitations/nouvelle" not in "".join(ud.ouvrir(sienne).liens)  # it is prepared
    validee = ud.envoyer(brouillon, "Valider l’habilitation")
    assert (validee.adresse, dict(validee.brute.url.params)) == ("/habilitations", file)
    assert (jour_court(fin) in validee.texte, "À renouveler" in validee.texte) == (True, False)


def test_qui_est_refuse_pour_son_anciennete_est_mene_a_ses_emplois(visiteur: Visiteurs, monde: Monde) -> None:
    """HAB-07 said why, and nothing of the page led to where it is mended."""
    jure, ud = monde.jure(jusqu_au=monde.jour - timedelta(days=6 * 365)), visiteur("ud-demo")
    forme = ud.ouvrir(f"/jures/{jure['id']}/habilitations/nouvelle", titre_code=TITRE)
    ses_emplois = f"/jures/{jure['id']}#emplois"
    assert ses_emplois not in forme.liens
    ccps = [ccp["code"] for ccp in monde.national.lire(f"/titres/{TITRE}")["ccps"]]
    refusee = ud.envoyer(forme, "Enregistrer", date_debut=monde.jour, ccp_codes=ccps)
    assert "La dernière date connue d'occupation" in refusee.texte
    assert ses_emplois in refusee.liens
    assert refusee.formulaire("Enregistrer").valeurs("ccp_codes") == ccps


def test_qui_n_exerce_plus_depuis_cinq_ans_n_est_pas_a_renouveler_avant_ses_emplois(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """« La renouveler » led to a form filled beforehand, that HAB-07 refused whatever was done with it."""
    partie, fin = monde.jour - timedelta(days=5 * 365 - 30), monde.jour + timedelta(days=60)
    jure, ud = monde.jure(jusqu_au=partie), visiteur("ud-demo")
    sienne = f"/habilitations/{monde.habilitation(jure, date_fin=fin.isoformat())['id']}"
    page = ud.ouvrir(sienne)
    assert "/habilitations/nouvelle" not in "".join(page.liens)
    assert re.search(r"mettez d’abord à jour ses emplois ?\. La dernière date connue d'occupation", page.texte)
    assert f"/jures/{jure['id']}#emplois" in page.liens
    (emploi,) = monde.ud.lire(f"/jures/{jure['id']}")["emplois"]
    monde.ud.demander("PATCH", f"/jures/{jure['id']}/emplois/{emploi['id']}", {"date_fin": None}).reussie()
    assert "/habilitations/nouvelle" in "".join(ud.ouvrir(sienne).liens)


def test_ce_qui_n_est_plus_sur_la_page_se_dit_en_haut(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    brouillon = monde.habilitation(jure, valider=False)
    question = ud.envoyer(ud.ouvrir(f"/jures/{jure['id']}"), "Supprimer")
    faite = ud.envoyer(question, "Confirmer", motif="Saisie\vdeux fois")
    assert "L’habilitation est supprimée." in faite.brute.text.split("<h1>")[0]
    faites = monde.ud.lire(f"/habilitations/{brouillon['id']}/traces")["elements"]
    assert faites[0]["motif"] == "Saisie\ndeux fois"  # pasted from Word: kept as it was, its words were glued


def test_un_formulaire_dont_l_objet_n_est_plus_dit_que_rien_n_est_enregistre(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen told to check an address that nobody had typed."""
    jure, ud = monde.jure(), visiteur("ud-demo")
    sienne = f"/habilitations/{monde.habilitation(jure, valider=False)['id']}"
    forme = ud.ouvrir(f"{sienne}/modification")
    monde.ud.demander("DELETE", f"{sienne}?confirmer=HAB-03")
    refusee = ud.envoyer(forme, "Enregistrer")
    assert refusee.statut == 404
    assert "Rien n’a été enregistré : l’élément a été supprimé" in refusee.texte
    assert "Vérifiez l’adresse" in ud.ouvrir(f"{sienne}/modification").texte


def test_inactiver_puis_activer(visiteur: Visiteurs, monde: Monde) -> None:
    jure, ud = monde.jure(), visiteur("ud-demo")
    page = ud.ouvrir(f"/jures/{jure['id']}/inactivation")
    assert "suspendez plutôt celle-là" in page.texte
    assert f"<title>Inactiver le juré, {jure['prenom']} {jure['nom']} — CERES</title>" in page.brute.text
    assert page.liens.count(f"/jures/{jure['id']}") == 2  # its breadcrumb, and the way out
    question = ud.envoyer(page, "Inactiver le juré", motif="Départ en retraite")
    assert (question.statut, "suspendez plutôt celle-là" in question.texte) == (409, True)
    inactif = ud.envoyer(question, "Confirmer")
    assert "Le juré est inactif" in inactif.texte
    assert "Le juré est de nouveau actif." in ud.envoyer(inactif, "Activer").texte
    histoire = ud.ouvrir(f"/jures/{jure['id']}/traces").texte
    assert "Départ en retraite" in histoire
    assert f"{jure['prenom']} {jure['nom']}" in histoire
    assert jure["id"] not in histoire  # what it is in the database tells nobody anything


def test_ce_qui_retient_un_jure_mene_a_ses_sessions(visiteur: Visiteurs, monde: Monde) -> None:
    """Only their numbers were told, to be copied and searched."""
    jure, ud = monde.jure_habilite(), visiteur("ud-demo")
    session = monde.session()
    monde.inscrire_jure(session, jure)
    elle, chemin = f"/sessions?q={session['numero']}", f"/habilitations/{jure['habilitation']['id']}"
    question = ud.envoyer(ud.ouvrir(chemin), "Suspendre l’habilitation")
    assert (question.statut, elle in question.liens) == (409, True)  # HAB-04
    monde.ud.confirmer(f"{chemin}/mettre-en-brouillon", {}, "HAB-06")
    attendre(lambda: elle in ud.ouvrir(chemin).liens)  # HAB-05, which greys « Supprimer », once `jures` has heard
    assert elle not in ud.ouvrir(f"/sessions/{session['id']}").liens


def test_l_habilitation_d_un_inactif_le_dit_et_le_nomme_par_ses_deux_noms(visiteur: Visiteurs, monde: Monde) -> None:
    """« Active », said the list and its page, of who may not sit (JUR-05); and messages named somebody else."""
    jure, ud = monde.jure_habilite(), visiteur("ud-demo")
    usage, chemin = nom_nouveau("Usage"), f"/habilitations/{jure['habilitation']['id']}"
    monde.ud.demander("PATCH", f"/jures/{jure['id']}", {"nom_usage": usage}).reussie()
    noms = f"{jure['prenom']} {jure['nom']} ({usage})"
    for adresse in (chemin, f"/jures/{jure['id']}/habilitations/nouvelle", f"/jures/{jure['id']}/emplois/nouveau"):
        assert noms in ud.ouvrir(adresse).texte
    inactif, liste = "Tant qu’il l’est, il ne siège pas", {"q": usage}
    assert (inactif in ud.ouvrir(chemin).texte, "inactif" in ud.ouvrir("/habilitations", **liste).texte) == (
        False,
        False,
    )
    monde.ud.confirmer(f"/jures/{jure['id']}/inactivation", {}, "JUR-02")
    assert inactif in ud.ouvrir(chemin).texte
    ligne = ud.ouvrir("/habilitations", **liste).texte
    assert ("Juré inactif" in ligne, "Active" in ligne) == (True, True)


def _fiche_double(monde: Monde, jure: dict[str, Any]) -> dict[str, Any]:
    """Returns a second file of the same person."""
    corps = monde.corps_jure(nom=jure["nom"], prenom=jure["prenom"], courriel=jure["courriel"])
    double: dict[str, Any] = monde.ud.confirmer("/jures", corps, "JUR-06")
    return double


def test_deux_fiches_d_un_jure_sont_fusionnees_apres_avoir_dit_les_consequences(
    visiteur: Visiteurs, monde: Monde
) -> None:
    garde, ud = monde.jure_habilite(), visiteur("ud-demo")
    double = _fiche_double(monde, garde)
    monde.ud.poster(f"/jures/{double['id']}/emplois", EMPLOI).reussie()
    monde.ud.demander("PATCH", f"/jures/{double['id']}", {"nom_usage": "Renommée"}).reussie()
    fiche = ud.ouvrir(f"/jures/{garde['id']}")
    adresse = f"/jures/{garde['id']}/doublons"
    assert adresse in fiche.liens
    proposes = ud.ouvrir(adresse)
    assert f"/jures/{double['id']}" in proposes.liens
    assert "ce qu’elle seule renseigne" in proposes.texte
    assert "Nom d’usage Renommée" in proposes.texte  # by which two may be alike, under other names
    question = ud.envoyer(proposes, "Fusionner cette fiche")
    assert (question.statut, "qui en reçoit 1 emploi." in question.texte) == (409, True)
    assert (f"{garde['nom']} Avant de confirmer" in question.texte, f"/jures/{garde['id']}" in question.liens) == (
        True,
        True,
    )
    assert "Cette action est définitive." in question.texte
    assert monde.ud.lire(f"/jures/{double['id']}")["statut"] == "actif"  # nothing yet
    faite = ud.envoyer(question, "Confirmer", motif="Même personne, vérifié au téléphone")
    assert (faite.adresse, "Les deux fiches n’en font plus qu’une." in faite.texte) == (f"/jures/{garde['id']}", True)
    assert "Vendeuse" in faite.texte
    assert "Même personne, vérifié au téléphone" in ud.ouvrir(f"/jures/{garde['id']}/traces").texte
    assert ud.ouvrir(f"/jures/{double['id']}").adresse == f"/jures/{garde['id']}"  # where messages still lead
    assert "Historique du juré" in ud.ouvrir(f"/jures/{double['id']}/traces").texte
    assert "Aucune fiche de votre périmètre ne ressemble" in ud.ouvrir(adresse).texte


def test_le_jury_mene_a_la_fiche_dans_laquelle_un_jure_a_ete_fusionne(visiteur: Visiteurs, monde: Monde) -> None:
    """Its session still names him by the file that is no more."""
    session, garde = monde.session_complete(jury=monde.jury_neuf()), monde.jure()
    absorbe = session["jures"][0]["jure_id"]
    fusion = {"absorbe_id": absorbe}
    monde.ud.confirmer(f"/jures/{garde['id']}/fusion", fusion, "JUR-06")
    attendre(lambda: monde.relire(session)["jures"][0]["canonique_id"] == garde["id"])
    assert monde.relire(session)["jures"][0]["jure_id"] == absorbe
    for compte in ("ud-demo", "centre-demo"):
        lui = visiteur(compte)
        page = lui.ouvrir(f"/sessions/{session['id']}")
        assert f"/jures/{absorbe}" not in page.liens
        assert f"/jures/{garde['id']}" in page.liens
        assert lui.ouvrir(f"/jures/{garde['id']}").statut == 200


def test_un_centre_lit_pourquoi_la_fiche_d_un_jure_ne_s_ouvre_plus_a_lui(visiteur: Visiteurs, monde: Monde) -> None:
    """« Ou relève d’un autre territoire », said the page to which a session of years ago leads: habilitations are
    national."""
    jure = monde.jure_habilite()
    centre = visiteur("centre-demo")
    assert centre.ouvrir(f"/jures/{jure['id']}").statut == 200
    monde.confirmer_suspension(jure)
    la_sienne = f"/habilitations/{jure['habilitation']['id']}"  # where a message leads
    for adresse in (f"/jures/{jure['id']}", la_sienne):
        page = centre.ouvrir(adresse)
        assert (page.statut, "a été remplacé, peut ne plus en être" in page.texte) == (404, True)
    assert "relève d’un autre territoire" in centre.ouvrir(f"/candidats/{jure['id']}").texte


def test_une_fusion_que_les_regles_refusent_est_grisee_et_dit_pourquoi(visiteur: Visiteurs, monde: Monde) -> None:
    garde, ud = monde.jure_habilite(), visiteur("ud-demo")
    double = _fiche_double(monde, garde)
    emploi = EMPLOI
    monde.ud.poster(f"/jures/{double['id']}/emplois", emploi).reussie()
    monde.habilitation(double)
    page = ud.ouvrir(f"/jures/{garde['id']}/doublons")
    assert not page.propose("Fusionner cette fiche dans la fiche gardée :")
    assert "Pourquoi ? « Fusionner cette fiche dans la fiche gardée » n’est pas possible" in page.texte
    assert "Règle HAB-11 : " in page.texte
    jeton = ud.ouvrir("/jures/nouveau").formulaire("Enregistrer").valeurs("_jeton")[0]
    forcee = ud.http.post(f"/jures/{garde['id']}/doublons", data={"_jeton": jeton, "absorbe_id": double["id"]})
    assert (forcee.status_code, "a déjà une habilitation" in forcee.text) == (409, True)


def test_la_mission_voit_les_doublons_sans_les_fusionner(visiteur: Visiteurs, monde: Monde) -> None:
    garde, mission = monde.jure(), visiteur("national-demo")
    double = _fiche_double(monde, garde)
    assert f"/jures/{garde['id']}/doublons" in mission.ouvrir(f"/jures/{garde['id']}").liens
    page = mission.ouvrir(f"/jures/{garde['id']}/doublons")
    assert (f"/jures/{double['id']}" in page.liens, page.propose("Fusionner cette fiche")) == (True, False)
    assert "Gérée par l’unité départementale 75 — Paris." in page.texte
    assert "y porte d’abord l’adresse actuelle du juré" in page.texte  # what was left to who saw them was to know it
    assert visiteur("centre-demo").ouvrir(f"/jures/{garde['id']}/doublons").statut in (403, 404)


def test_les_fiches_que_d_autres_gerent_disent_qui_peut_les_fusionner(visiteur: Visiteurs, monde: Monde) -> None:
    """Of one of the 93 that another of Paris resembles, the UD of Paris read that « un autre service (Paris) » did."""
    la = {"voie": "1 rue des Essais", "code_postal": "92000", "commune": "Nanterre", "code_insee": "92050"}
    ici, ud = monde.jure(), visiteur("ud-demo")
    corps = monde.corps_jure(nom=ici["nom"], prenom=ici["prenom"], courriel=ici["courriel"], adresse=la)
    ailleurs = monde.direccte.confirmer("/jures", corps, "JUR-06")
    des_deux = "deux unités départementales, 92 — Hauts-de-Seine, et 75 — Paris : la DIRECCTE de leur région peut"
    assert des_deux in ud.ouvrir(f"/jures/{ailleurs['id']}/doublons").texte

    monde.direccte.confirmer("/jures", corps | {"courriel": f"autre-{ici['courriel']}"}, "JUR-06")
    page = ud.ouvrir(f"/jures/{ailleurs['id']}/doublons")
    assert "par l’unité départementale 92 — Hauts-de-Seine : elle peut les fusionner" in page.texte
    assert not page.propose("Fusionner cette fiche")


def test_un_centre_ne_lit_pas_qu_un_jure_pris_ailleurs_ne_l_est_nulle_part(visiteur: Visiteurs, monde: Monde) -> None:
    """« Ce juré n’est inscrit à aucune session », read the centre of Lyon of who sat in Paris."""
    jure = monde.jure_habilite()
    fiche, aucune = f"/jures/{jure['id']}", "Ce juré n’est inscrit à aucune session"
    assert f"{aucune}." in visiteur("ud-demo").ouvrir(fiche).texte
    monde.inscrire_jure(monde.session(), jure)
    attendre(lambda: aucune not in visiteur("ud-demo").ouvrir(fiche).texte)  # once `jures` has heard of it
    autre = visiteur("centre-autre-demo").ouvrir(fiche)
    assert (autre.statut, f"{aucune} de votre centre." in autre.texte) == (200, True)
    assert "Sessions dans votre centre" in visiteur("centre-demo").ouvrir(fiche).texte


def test_un_centre_lit_sans_ecrire(visiteur: Visiteurs, monde: Monde) -> None:
    jure, centre = monde.jure_habilite(), visiteur("centre-demo")
    fiche = centre.ouvrir(f"/jures/{jure['id']}")
    assert centre.ouvrir("/jures/nouveau").statut == 403
    assert (fiche.statut, "Suspendre" in fiche.texte, "Ajouter un emploi" in fiche.texte) == (200, False, False)
    assert "1 juré" in centre.ouvrir("/jures", q=jure["nom"]).texte
    assert centre.ouvrir(f"/jures/{'0' * 8}-0000-7000-8000-{'0' * 12}").statut == 404


def test_la_liste_d_un_centre_s_ouvre_sur_sa_region_et_toutes_sont_a_un_clic(visiteur: Visiteurs, monde: Monde) -> None:
    ud_69 = monde.compte("multi-demo", type="UD", departement="69")
    adresse = {"voie": "1 rue des Essais", "code_postal": "69003", "commune": "Lyon", "code_insee": "69383"}
    lyonnais = ud_69.poster("/jures", monde.corps_jure(adresse=adresse)).reussie()
    ud_69.poster(f"/jures/{lyonnais['id']}/emplois", EMPLOI).reussie()
    monde.habilitation(lyonnais, par=ud_69)
    centre, nom = visiteur("centre-demo"), nom_nouveau("Filtre")
    ouverte = centre.ouvrir("/jures")
    assert ouverte.formulaire("Rechercher").valeurs("region") == ["11"]
    assert "/jures/export?region=11&format=csv" in ouverte.liens
    assert "/jures?region=11" in centre.envoyer(ouverte, "Enregistrer", nom=nom).liens
    assert "/jures?page=1" in ouverte.liens
    toutes = centre.ouvrir("/jures", page="1")
    assert toutes.formulaire("Rechercher").valeurs("region") == [""]
    assert "0 juré" in centre.ouvrir("/jures", q=lyonnais["nom"], region="11").texte
    assert "1 juré" in centre.ouvrir("/jures", q=lyonnais["nom"]).texte
    assert visiteur("national-demo").ouvrir("/jures").formulaire("Rechercher").valeurs("region") == [""]


def test_un_jure_d_un_autre_departement_se_lit_sans_bouton(visiteur: Visiteurs, monde: Monde) -> None:
    adresse = {"voie": "1 rue des Essais", "code_postal": "92000", "commune": "Nanterre", "code_insee": "92050"}
    jure = monde.direccte.poster("/jures", monde.corps_jure(adresse=adresse)).reussie()
    fiche = f"/jures/{jure['id']}"
    actes = {f"{fiche}/{acte}" for acte in ("identite", "inactivation", "emplois/nouveau", "habilitations/nouvelle")}
    assert actes <= {lien.split("?")[0] for lien in visiteur("direccte-demo").ouvrir(fiche).liens}
    vue = visiteur("ud-demo").ouvrir(fiche)
    assert (vue.statut, actes & {lien.split("?")[0] for lien in vue.liens}) == (200, set())


def test_un_emploi_reste_lie_a_un_titre_hors_delai(visiteur: Visiteurs, monde: Monde) -> None:
    hors_delai = monde.national.lire("/titres", situation="hors_delai")["elements"][0]["code"]
    jure, ud = monde.ud.poster("/jures", monde.corps_jure()).reussie(), visiteur("ud-demo")
    lies = {"titres_lies": sorted([TITRE, hors_delai])}
    emploi = monde.ud.poster(f"/jures/{jure['id']}/emplois", EMPLOI | lies).reussie()
    page = ud.ouvrir(f"/jures/{jure['id']}/emplois/{emploi['id']}/modification")
    assert "L’emploi est enregistré." in ud.envoyer(page, "Enregistrer", employeur="Autre").texte
    (relu,) = monde.ud.lire(f"/jures/{jure['id']}")["emplois"]
    assert (relu["employeur"], relu["titres_lies"]) == ("Autre", lies["titres_lies"])


def test_l_histoire_de_ce_qui_n_est_plus_se_lit_encore(visiteur: Visiteurs, monde: Monde) -> None:
    ud, jure = visiteur("ud-demo"), monde.jure()
    brouillon = monde.habilitation(jure, valider=False)
    monde.ud.demander("DELETE", f"/habilitations/{brouillon['id']}?confirmer=HAB-03")
    message_sur(monde.ud, brouillon["id"])
    histoire = f"/habilitations/{brouillon['id']}/traces"
    assert histoire in ud.ouvrir("/messages", q=jure["nom"]).liens
    page = ud.ouvrir(histoire)
    assert (page.statut, "a été supprimée" in page.texte) == (200, True)
    assert f"/habilitations/{brouillon['id']}" not in page.liens
    assert ud.ouvrir(f"/habilitations/{'0' * 8}-0000-7000-8000-{'0' * 12}/traces").statut == 404
