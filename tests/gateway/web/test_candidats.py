"""The pages of candidates: one each, found again, merged, imported; their demandes VAE."""

from datetime import date

import psycopg
import pytest

from gateway.web.textes import jour, jour_court
from services.candidats.fichiers.colonnes import COLONNES
from tests.conftest import Systeme
from tests.gateway.web.visiteur import Visiteurs
from tests.outils.attente import attendre
from tests.parcours.monde import TITRE, TITRE_EN_PROLONGATION, Monde, nom_nouveau

ENTETES = "Nom de naissance;Prénoms;Date de naissance;Code INSEE de naissance;Code postal\n"


def test_un_candidat_est_cree_et_son_identite_change_a_la_vue_de_tous(visiteur: Visiteurs) -> None:
    centre, nom = visiteur("centre-demo"), nom_nouveau("Page")
    saisie = {"nom_naissance": nom, "prenoms": "Camille", "naissance__code_insee": "75112"}
    intitule = centre.ouvrir("/candidats/nouveau").texte.partition("Cinq caractères")[0].rstrip()
    assert not intitule.endswith("(facultatif)")  # CAN-01 wants that code
    refusee = centre.envoyer(centre.ouvrir("/candidats/nouveau"), "Enregistrer", date_naissance="1990-02-31", **saisie)
    assert (refusee.statut, bool(refusee.dit("date_naissance"))) == (422, True)
    assert refusee.formulaire("Enregistrer").valeurs("nom_naissance") == [nom]
    fiche = centre.envoyer(refusee, "Enregistrer", date_naissance="1990-02-28")
    assert "Le candidat est créé." in fiche.texte
    assert "Paris 12e Arrondissement" in fiche.texte

    modifier = centre.ouvrir(f"{fiche.adresse}/identite")
    lieu = {"naissance__code_insee": "69383", "naissance__commune": "Lyon 3e Arrondissement"}
    assert centre.envoyer(modifier, "Enregistrer", date_naissance="1990-02-31", **lieu).dit("date_naissance")
    trop_tot = centre.envoyer(modifier, "Enregistrer", nom_naissance=f"{nom}-Bis", courriel="pas une adresse", **lieu)
    assert trop_tot.dit("courriel")
    question = centre.envoyer(trop_tot, "Enregistrer", courriel="")
    assert question.statut == 409
    assert f"Nom de naissance : {nom} → {nom}-Bis" in question.texte
    ici, la = "Paris 12e Arrondissement, code INSEE 75112", "Lyon 3e Arrondissement, code INSEE 69383"
    assert f"Lieu de naissance : {ici}, France → {la}, France" in question.texte
    assert "Date de naissance" not in question.texte
    assert f"{nom}-Bis" not in centre.ouvrir(fiche.adresse).texte  # nothing yet
    assert f"{nom}-Bis" in centre.envoyer(question, "Confirmer").texte
    sans_identite = centre.envoyer(centre.ouvrir(f"{fiche.adresse}/identite"), "Enregistrer", nom_usage="Usage")
    assert "Les informations du candidat sont enregistrées." in sans_identite.texte
    code_seul = centre.envoyer(centre.ouvrir(f"{fiche.adresse}/identite"), "Enregistrer", naissance__commune="")
    assert "Les informations du candidat sont enregistrées." in code_seul.texte
    assert "Lyon 3e Arrondissement" in code_seul.texte


@pytest.mark.parametrize("pays", ["XK", "HK", "PR"])  # Porto Rico: ISO has a code for it, the INSEE no country
def test_un_pays_de_naissance_reste_ce_qu_il_est(visiteur: Visiteurs, monde: Monde, pays: str) -> None:
    corps = monde.corps_candidat(naissance={"pays_code": pays, "commune": "Ville"})
    ne_la = monde.centre.poster("/candidats", corps).reussie()
    page = visiteur("centre-demo").ouvrir(f"/candidats/{ne_la['id']}/identite")
    assert page.formulaire("Enregistrer").valeurs("naissance.pays_code") == [pays]


def test_une_naissance_a_venir_est_refusee_sans_rien_confirmer(visiteur: Visiteurs, monde: Monde) -> None:
    """« 28/02/1990 → 01/01/2100 », it asked to confirm, then refused: one confirmed twice."""
    centre, candidat = visiteur("centre-demo"), monde.candidat()
    page = centre.ouvrir(f"/candidats/{candidat['id']}/identite")
    refusee = centre.envoyer(page, "Enregistrer", nom_naissance="Autrement", date_naissance="2100-01-01")
    assert "La date de naissance (01/01/2100) est postérieure à aujourd'hui." in refusee.texte
    question = centre.envoyer(refusee, "Enregistrer", date_naissance=candidat["date_naissance"])
    assert (question.statut, "→ Autrement" in question.texte) == (409, True)


def test_une_naissance_mise_a_l_etranger_avec_sa_commune_est_refusee_sans_rien_confirmer(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """« Paris 12e, code INSEE 75112 … → Paris 12e, code INSEE 75112, Maroc », it asked to confirm, then refused."""
    centre, adresse = visiteur("centre-demo"), f"/candidats/{monde.candidat()['id']}/identite"
    refusee = centre.envoyer(centre.ouvrir(adresse), "Enregistrer", naissance__pays_code="MA")
    assert "Un code INSEE de commune désigne une naissance en France" in refusee.texte
    postal = centre.envoyer(centre.ouvrir(adresse), "Enregistrer", naissance__code_insee="75012")
    assert "Le code 75012 n’est plus celui d’une commune depuis 1968" in postal.texte.replace("'", "’")
    corrigee = centre.envoyer(refusee, "Enregistrer", naissance__code_insee="", naissance__commune="Rabat")
    assert "→ Rabat, Maroc" in corrigee.texte


def test_une_adresse_douteuse_et_un_homonyme_se_confirment_ensemble(visiteur: Visiteurs, monde: Monde) -> None:
    centre, connu = visiteur("centre-demo"), monde.candidat()
    ailleurs = {"adresse__code_postal": "92000", "adresse__commune": "Nanterre", "adresse__code_insee": "75111"}
    saisie = {"nom_naissance": connu["nom_naissance"], "prenoms": "Camille", "date_naissance": "1990-02-28"}
    nouveau = centre.ouvrir("/candidats/nouveau")
    question = centre.envoyer(nouveau, "Enregistrer", naissance__code_insee="75112", **ailleurs, **saisie)
    dits = ("Nanterre est dans le département 92" in question.texte, connu["numero"] in question.texte)
    assert (question.statut, *dits) == (409, True, True), question.texte
    assert "Le candidat est créé." in centre.envoyer(question, "Confirmer").texte


def test_un_telephone_se_change_sans_adresse_la_ou_vit_le_candidat(visiteur: Visiteurs, monde: Monde) -> None:
    a_noumea = {"voie": "1 rue A", "code_postal": "98800", "commune": "Nouméa", "code_insee": "98818"}
    candidat = monde.candidat(adresse=a_noumea)
    adresse = f"/candidats/{candidat['id']}"
    monde.centre.demander("PATCH", adresse, {"adresse": None}).reussie()
    centre = visiteur("centre-demo")
    change = centre.envoyer(centre.ouvrir(f"{adresse}/identite"), "Enregistrer", telephone="25 70 00")
    assert "Les informations du candidat sont enregistrées." in change.texte
    assert monde.centre.lire(adresse)["telephone"] == "+687257000"


def test_un_agent_qui_enregistre_un_demenagement_revient_a_sa_liste(visiteur: Visiteurs, monde: Monde) -> None:
    candidat, ud = monde.candidat(), visiteur("ud-demo")
    modifier = ud.ouvrir(f"/candidats/{candidat['id']}/identite")
    restee = ud.envoyer(modifier, "Enregistrer", courriel="camille@exemple.fr")
    assert restee.identifiant == candidat["id"]
    assert "Aucune inscription en cours dans votre territoire." in restee.texte  # of another's, nothing is said
    saisie = {"adresse__code_postal": "69003", "adresse__commune": "Lyon"}
    oublie = saisie | {"adresse__code_insee": "75111"}
    question = ud.envoyer(ud.ouvrir(f"/candidats/{candidat['id']}/identite"), "Enregistrer", **oublie)
    assert (question.statut, "d’après son code INSEE (75" in question.texte) == (409, True)
    saisie["adresse__code_insee"] = ""
    ouvert = ud.ouvrir(f"/candidats/{candidat['id']}/identite")
    for partie in (ud.envoyer(ouvert, "Enregistrer", **saisie) for _ in range(2)):  # two clicks
        assert (partie.statut, partie.adresse) == (200, "/candidats")
        assert "Les informations du candidat sont enregistrées." in partie.texte
        assert "Ce candidat n’est plus dans votre territoire" in partie.texte
    assert ud.ouvrir(f"/candidats/{candidat['id']}").statut == 404


def test_un_autre_centre_le_retrouve_par_son_identite_exacte(visiteur: Visiteurs, monde: Monde) -> None:
    candidat, ailleurs = monde.candidat(), visiteur("centre-autre-demo")
    assert ailleurs.ouvrir(f"/candidats/{candidat['id']}").statut == 404
    saisie = {"nom_naissance": candidat["nom_naissance"], "prenoms": "Camille", "naissance__code_insee": "75112"}
    page = ailleurs.ouvrir("/candidats/rattachement")
    rate = ailleurs.envoyer(page, "Retrouver", date_naissance="1990-02-28", **saisie)
    assert (rate.statut, "Aucun candidat ne porte exactement cette identité." in rate.texte) == (404, True)
    assert "le code INSEE d’une commune n’est pas son code postal" in rate.texte  # before he is created again
    creer = ailleurs.ouvrir(next(lien for lien in rate.liens if lien.startswith("/candidats/nouveau")))
    for nom, valeur in {**saisie, "date_naissance": "1990-02-28"}.items():
        assert creer.formulaire("Enregistrer").valeurs(nom.replace("__", ".")) == [valeur]
    trouve = ailleurs.envoyer(rate, "Retrouver", prenoms=candidat["prenoms"])  # what was typed is still there
    assert "Le candidat est rattaché à votre centre." in trouve.texte
    assert trouve.identifiant == candidat["id"]


def test_l_identite_qu_un_centre_ne_change_plus_se_lit_sans_se_saisir(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen typed whole, then refused: CAN-02 leaves it to the UD once a result is recorded."""
    session = monde.session_validee(62)
    (inscrit,), adresse = session["candidats"], f"/candidats/{session['candidats'][0]['candidat_id']}/identite"
    le_jour = {"le": date.fromisoformat(session["date_debut"])}
    absent = {"candidat_id": inscrit["candidat_id"], "present": False, "absence": "excusee"}
    monde.centre.demander("PUT", f"/sessions/{session['id']}/resultats", {"resultats": [absent]}, **le_jour).reussie()
    attendre(lambda: monde.centre.lire(adresse.removesuffix("/identite"))["refus"])
    saisis = {"nom_naissance", "prenoms", "date_naissance", "naissance.code_insee"}
    ud, centre = visiteur("ud-demo").ouvrir(adresse), visiteur("centre-demo").ouvrir(adresse)
    for page, offerts in ((ud, saisis), (centre, set())):
        assert saisis & {nom for nom, _ in page.formulaire("Enregistrer").champs} == offerts
    assert "Adressez-vous à l'unité départementale." in centre.texte
    assert "Prénoms Camille, Jean Naissance 28 février 1990, Paris 12e Arrondissement" in centre.texte
    faite = visiteur("centre-demo").envoyer(centre, "Enregistrer", telephone="0199000102")  # the rest is still his
    assert "Les informations du candidat sont enregistrées." in faite.texte and "01 99 00 01 02" in faite.texte


def test_seule_une_demande_vae_qui_ouvre_la_session_y_est_offerte(visiteur: Visiteurs, monde: Monde) -> None:
    """Seen offered as « Celle qui couvre la session » where it would have lapsed, or was for one of its CCPs, then
    refused (INS-07)."""
    candidat, centre = monde.candidat(), visiteur("centre-demo")
    ccp = monde.national.lire(f"/titres/{TITRE}")["ccps"][0]["code"]
    depot = {"titre_code": TITRE, "ccp_codes": [ccp], "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    monde.ud.poster(f"/demandes-vae/{demande['id']}/decision", {"decision": "recevable"}).reussie()
    pour_ce_ccp = {"type": "CCP", "ccp_codes": [ccp], "entretien_final": False}
    for session, offerte in (
        (monde.session(40, **pour_ce_ccp), True),
        (monde.session(40), False),
        (monde.session(400, **pour_ce_ccp), False),
    ):
        adresse = f"/sessions/{session['id']}/candidats/inscription"
        page = centre.ouvrir(adresse, candidat_id=candidat["id"])
        dite = "Aucune demande VAE recevable de ce candidat ne couvre cette session" in page.texte
        assert (demande["id"] in page.brute.text, dite) == (offerte, not offerte)
        assert "Ce candidat n’a pas de demande VAE recevable" not in page.texte
        inscrit = centre.envoyer(page, "Inscrire", parcours="vae")
        assert ("Inscription à la session enregistrée" in inscrit.texte) == offerte, inscrit.texte


def test_qui_allait_creer_celui_d_un_autre_centre_est_mene_a_le_retrouver(visiteur: Visiteurs, monde: Monde) -> None:
    candidat, ailleurs = monde.candidat(), visiteur("centre-autre-demo")
    nom, adresse = candidat["nom_naissance"], "/candidats/nouveau"
    saisie = {"nom_naissance": nom, "date_naissance": "1990-02-28", "naissance__code_insee": "75112"}
    question = ailleurs.envoyer(ailleurs.ouvrir(adresse), "Enregistrer", prenoms="Camille", **saisie)
    assert "rattachez-la par son identité complète" in question.texte
    recherche = ailleurs.ouvrir(next(lien for lien in question.liens if lien.startswith("/candidats/rattachement?")))
    for champ, valeur in {**saisie, "prenoms": "Camille"}.items():  # nothing of it is to be typed again
        assert recherche.formulaire("Retrouver").valeurs(champ.replace("__", ".")) == [valeur]
    trouve = ailleurs.envoyer(recherche, "Retrouver", prenoms=candidat["prenoms"])
    assert (trouve.identifiant, "est rattaché à votre centre" in trouve.texte) == (candidat["id"], True)
    deja = ailleurs.envoyer(ailleurs.ouvrir(adresse), "Enregistrer", prenoms="Camille", **saisie)
    assert f"/candidats/{candidat['id']}" in deja.liens  # his own now: there is nobody to look for elsewhere
    assert not [lien for lien in deja.liens if "rattachement" in lien]


def test_ce_qui_est_acquis_dans_un_autre_centre_ne_mene_pas_a_sa_session(visiteur: Visiteurs, monde: Monde) -> None:
    acquis = next(c for c in monde.centre.lire("/candidats", par_page=200)["elements"] if c["acquis"]["ccps"])
    monde.autre_centre.poster(
        "/candidats/rattachement",
        {nom: acquis[nom] for nom in ("nom_naissance", "prenoms", "date_naissance", "naissance")},
    ).reussie()
    ccp = acquis["acquis"]["ccps"][0]
    session = f"/sessions/{ccp['session_id']}"
    for compte, mene in (("centre-demo", True), ("centre-autre-demo", False), ("ud-demo", True)):
        qui = visiteur(compte)
        fiche = qui.ouvrir(f"/candidats/{acquis['id']}")
        assert (session in fiche.liens, "Dans un autre centre" in fiche.rubrique("acquis")) == (mene, not mene), compte
        assert qui.ouvrir(session).statut == (200 if mene else 404)
        # A titre that revises another often has its name, and CCPs of the same name; the history says codes.
        assert {f"({ccp['code']})", f"({ccp['titre_code']})"} <= set(fiche.rubrique("acquis").split())


def test_un_candidat_cree_ou_retrouve_pour_une_session_y_mene(visiteur: Visiteurs, monde: Monde) -> None:
    centre, session, nom = visiteur("centre-demo"), monde.session(), nom_nouveau("Pour")
    fiche, titre = f"/sessions/{session['id']}", f", session {session['numero']} — CERES"
    choix = centre.ouvrir(f"{fiche}/candidats")
    creer, retrouver = (next(lien for lien in choix.liens if mot in lien) for mot in ("/nouveau?", "/rattachement?"))
    for lien in (creer, retrouver):  # for which session, said of each step but of these two
        page = centre.ouvrir(lien)
        assert (titre in page.texte, page.liens.count(fiche)) == (True, 2), lien
    saisie = {"nom_naissance": nom, "prenoms": "Camille, Lou", "naissance__code_insee": "75112"}
    mal = centre.envoyer(centre.ouvrir(creer), "Enregistrer", date_naissance="", **saisie)
    inscription = centre.envoyer(mal, "Enregistrer", date_naissance="1990-02-28")
    assert "Le candidat est créé." in inscription.texte
    assert inscription.adresse == f"{fiche}/candidats/inscription"
    double = centre.envoyer(centre.ouvrir(creer), "Enregistrer", date_naissance="1990-02-28", **saisie)
    assert f"Inscrire {nom}" in double.texte and "/candidats/inscription?candidat_id=" in double.brute.text  # rather
    assert f"Session {session['numero']}" in double.texte and fiche in double.liens  # seen leading to its candidates
    assert double.statut == 409  # CAN-04: perhaps the same person; what was typed is still at hand
    corrigee = centre.envoyer(double, "Corriger ma saisie")
    assert (corrigee.statut, corrigee.formulaire("Enregistrer").valeurs("nom_naissance")) == (200, [nom])
    redite = centre.envoyer(corrigee, "Enregistrer")  # and the question is asked again
    assert redite.statut == 409
    creee = centre.envoyer(redite, "Confirmer")
    assert creee.adresse == inscription.adresse
    revenue = centre.envoyer(centre.envoyer(redite, "Corriger ma saisie"), "Enregistrer")  # as it was: done once
    assert revenue.brute.url == creee.brute.url
    assert nom in centre.envoyer(inscription, "Inscrire").texte
    ailleurs = monde.candidat(monde.autre_centre)
    saisie |= {"nom_naissance": ailleurs["nom_naissance"], "prenoms": ailleurs["prenoms"]}
    trouve = centre.envoyer(centre.ouvrir(retrouver), "Retrouver", date_naissance="1990-02-28", **saisie)
    assert trouve.adresse == inscription.adresse


def test_la_fiche_de_qui_n_a_plus_de_nom_le_dit_et_ne_lui_donne_pas_un_jour_de_naissance(
    visiteur: Visiteurs, monde: Monde, systeme: Systeme
) -> None:
    """Seen « Naissance : 1er janvier 1990, · numéro C00000065 », and nothing that says why it may no longer serve."""
    candidat = monde.candidat()
    anonyme = "UPDATE candidats SET recherche = '', date_naissance = '1990-01-01', naissance_commune = NULL,"
    anonyme += " naissance_code_insee = NULL WHERE id = %s"  # as `candidats` leaves it
    with psycopg.connect(systeme.url_base("candidats")) as db:
        db.execute(anonyme, [candidat["id"]])
    lue = visiteur("centre-demo").ouvrir(f"/candidats/{candidat['id']}").texte
    assert f"Naissance : 1990 · numéro {candidat['numero']}" in lue
    assert "Cette personne a été anonymisée" in lue and "janvier 1990" not in lue


def test_deux_fiches_d_une_personne_sont_fusionnees_par_un_agent(visiteur: Visiteurs, monde: Monde) -> None:
    nom = f"N'{nom_nouveau('Page')}"
    garde = monde.candidat(nom_naissance=nom)
    saisie = monde.corps_candidat(nom_naissance=nom, prenoms="Camille")
    question = monde.centre.poster("/candidats", saisie).refusee("CONFIRMATION_REQUISE")
    confirmes = {"confirmer": [a["code"] for a in question["avertissements"]]}
    double = monde.centre.poster("/candidats", saisie | confirmes | {"courriel": "double@exemple.fr"}).reussie()
    adresse, ud = f"/candidats/{garde['id']}/doublons", visiteur("ud-demo")
    au_centre = visiteur("centre-demo").ouvrir(adresse)
    assert "Seuls les agents de l’administration peuvent fusionner" in au_centre.texte
    proposes = ud.ouvrir(adresse)
    assert f"Doublons possibles de Camille {nom}" in proposes.texte  # as it is, apostrophe and all
    assert double["numero"] in proposes.texte
    lieu = f"{double['naissance']['commune']} {double['naissance']['code_insee']}"
    for page in (au_centre, proposes):  # what tells two people apart, and the way to their files
        assert (page.texte.count(lieu), "double@exemple.fr" in page.texte) == (2, True)
        assert {f"/candidats/{garde['id']}", f"/candidats/{double['id']}"} <= set(page.liens)
    mission = visiteur("national-demo")  # seen told of two files of two regions, and without a button to look at them
    assert adresse in mission.ouvrir(f"/candidats/{garde['id']}").liens
    vus = mission.ouvrir(adresse)
    assert double["numero"] in vus.texte and "y porte d’abord l’adresse actuelle de la personne" in vus.texte
    assert ud.envoyer(proposes, "Fusionner les deux fiches").statut == 422
    question = ud.envoyer(proposes, "Fusionner les deux fiches", absorbe_id=double["id"])
    assert (question.statut, double["numero"] in question.texte) == (409, True)
    assert f"Camille {nom} Avant de confirmer" in question.texte
    faite = ud.envoyer(question, "Confirmer")
    assert "Les deux fiches n’en font plus qu’une." in faite.texte


def test_un_fichier_s_essaie_dit_toutes_ses_fautes_puis_s_importe(visiteur: Visiteurs) -> None:
    centre = visiteur("centre-demo")
    page = centre.ouvrir("/candidats/import")
    faux = ENTETES + ";Alix;28/02/1990;75112;75011\nNom;Alix;31/02/1990;75112;75011\n"
    refuse = centre.envoyer(page, "Essayer le fichier", ("faux.csv", faux.encode()))
    assert (refuse.statut, "2 lignes du fichier à corriger : rien n'a été importé." in refuse.texte) == (422, True)
    dits = [refuse.texte.index(dit) for dit in ("Télécharger le fichier annoté", "Ligne 2", "Ligne 3")]
    assert dits == sorted(dits)  # of two hundred lines, what one mends them in comes first
    assert "Accepté : date au format" not in refuse.texte  # the message has just said so
    annote = next(lien for lien in refuse.liens if lien.startswith("/imports/"))
    assert centre.http.get(annote).content[:2] == b"PK"  # an xlsx, with its messages

    nom = nom_nouveau("Fichier")
    juste = f"{ENTETES}{nom};Alix, Jo;28/02/1990;75112;75011\n"
    essai = centre.envoyer(refuse, "Essayer le fichier", ("juste.csv", juste.encode()))
    assert (essai.statut, "Essai : rien n’est encore importé" in essai.texte) == (200, True)
    assert "0 candidat" in centre.ouvrir("/candidats", q=nom).texte
    fait = centre.envoyer(essai, "Importer")
    assert "Le fichier est importé. Candidats : 1 créé." in fait.texte
    assert ("1 candidat " in fait.texte, nom in fait.texte) == (True, True)  # whom it created, and nobody else
    assert "1 candidat" in centre.ouvrir("/candidats", q=nom).texte

    sans_virgule = juste.replace("Alix, Jo", "Alix Jo")
    proche = centre.envoyer(page, "Essayer le fichier", ("proche.csv", sans_virgule.encode()))
    assert "prénoms séparés par des virgules" in proche.texte  # of two that look alike, what would make them one
    connu = centre.envoyer(page, "Essayer le fichier", ("connu.csv", juste.encode()))
    assert "1 déjà connu" in connu.texte
    assert "Est-ce la même personne" not in connu.texte


def test_le_modele_a_les_colonnes_qu_un_import_attend(visiteur: Visiteurs) -> None:
    centre = visiteur("centre-demo")
    (lien,) = [lien for lien in centre.ouvrir("/candidats/import").liens if lien.endswith("modele-candidats.csv")]
    modele = centre.http.get(lien)
    assert modele.headers["content-type"].startswith("text/csv")
    entetes = modele.content.decode("utf-8-sig").rstrip("\r\n")
    assert entetes.split(";") == [colonne.intitule for colonne in COLONNES]


def test_un_fichier_pour_une_session_garde_la_session_dans_son_adresse(visiteur: Visiteurs, monde: Monde) -> None:
    session, centre = monde.session(), visiteur("centre-demo")
    page = centre.ouvrir("/candidats/import", session_id=session["id"])
    nom = nom_nouveau("Seance")
    juste = f"{ENTETES}{nom};Alix, Jo;28/02/1990;75112;75011\n"
    essai = centre.envoyer(page, "Essayer le fichier", ("juste.csv", juste.encode()), parcours="capitalisation")
    dit = "1 ligne : 1 à créer, 1 à inscrire (parcours : Capitalisation)."
    assert dit in essai.texte  # who has come by another is to be unregistered, and registered again
    revenu = centre.ouvrir(str(essai.brute.request.url.raw_path, "ascii"))  # by the Back button
    assert f"seront inscrits à la session {session['numero']}" in revenu.texte
    monde.candidat(nom_naissance=nom, prenoms="Alix Jo")  # meanwhile, by a colleague
    question = centre.envoyer(essai, "Importer")
    assert (question.statut, "À confirmer avant d’importer" in question.texte) == (409, True)
    importe = centre.envoyer(question, "Confirmer et importer")
    assert ("1 créé, 1 inscrit." in importe.texte, importe.identifiant) == (True, session["id"])
    annuaire = "".join(f"{nom_nouveau('Annuaire')};Jo;28/02/1990;75112;75011\n" for _ in range(2001))
    trop = centre.envoyer(page, "Essayer le fichier", ("annuaire.csv", f"{ENTETES}{annuaire}".encode()))
    assert trop.dit("fichier").endswith("partagez ce fichier.")  # beside it, where one can do it


@pytest.mark.parametrize("rang", [slice(0, 1), slice(0, 2), slice(0, 0)])
def test_une_autre_demande_vae_vise_ce_que_visait_la_premiere(visiteur: Visiteurs, monde: Monde, rang: slice) -> None:
    """Withdrawn, one for a CCP alone led to another for the whole titre, unless the CCP was ticked again."""
    candidat, centre = monde.candidat(), visiteur("centre-demo")
    vises = [ccp["code"] for ccp in monde.national.lire(f"/titres/{TITRE}")["ccps"]][rang]
    depot = {"titre_code": TITRE, "ccp_codes": vises, "date_depot": monde.jour.isoformat()}
    depot = {nom: v for nom, v in depot.items() if v}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    monde.centre.poster(f"/demandes-vae/{demande['id']}/retrait", {"motif": "Erreur."}).reussie()
    liens = centre.ouvrir(f"/demandes-vae/{demande['id']}").liens
    (autre,) = (lien for lien in liens if "/demandes-vae/nouvelle" in lien)
    assert centre.ouvrir(autre).formulaire("Déposer la demande").valeurs("ccp_codes") == vises


def test_une_demande_vae_deposee_puis_decidee(visiteur: Visiteurs, monde: Monde) -> None:
    candidat, centre, ud = monde.candidat(), visiteur("centre-demo"), visiteur("ud-demo")
    adresse = f"/candidats/{candidat['id']}/demandes-vae/nouvelle"
    ailleurs = "se dépose depuis la fiche de son candidat"  # who looks for it in its menu is told
    assert ailleurs in centre.ouvrir("/demandes-vae").texte
    assert ailleurs not in visiteur("national-demo").ouvrir("/demandes-vae").texte
    choix = centre.ouvrir(adresse)
    assert f"({TITRE_EN_PROLONGATION}, en prolongation)" in choix.texte  # seen named as the one that revises it
    deposee = centre.envoyer(centre.ouvrir(adresse, titre_code=TITRE), "Déposer la demande", date_depot=monde.jour)
    assert "La demande VAE est déposée." in deposee.texte
    assert "Le titre entier." in deposee.texte
    assert "du domicile du candidat (75 — Paris), ou sa DIRECCTE" in deposee.texte  # not always that of the centre
    decision = ud.ouvrir(f"{deposee.adresse}/decision")
    assert f"Demande de Camille {candidat['nom_naissance']}, numéro {candidat['numero']} :" in decision.texte
    assert "Ce qui est demandé : le titre entier. Enregistrée, une décision ne se change plus" in decision.texte
    sans_motif = ud.envoyer(decision, "Enregistrer la décision", decision="non_recevable")
    assert (sans_motif.statut, bool(sans_motif.dit("motif"))) == (422, True)
    decidee = ud.envoyer(sans_motif, "Enregistrer la décision", motif="Pièces manquantes")
    assert "La décision est enregistrée." in decidee.texte
    refusee = centre.ouvrir(deposee.adresse)
    assert "Non recevable" in refusee.texte and "Pièces manquantes" in refusee.texte
    (autre,) = (lien for lien in refusee.liens if lien.startswith(adresse))  # nothing else can be done there
    assert "Sans choix, le titre entier est visé." in centre.ouvrir(autre).texte
    assert not [lien for lien in deposee.liens if lien.startswith(adresse)]
    for page in (f"/demandes-vae?q={candidat['numero']}", f"/candidats/{candidat['id']}"):
        assert "(titre entier)" in centre.ouvrir(page).texte  # of two for one titre, which is which
    session, depot = monde.session(), {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    notifiee = {"decision": "recevable", "date_notification": monde.jour.isoformat()}
    fin = monde.ud.poster(f"/demandes-vae/{demande['id']}/decision", notifiee).reussie()["recevable_jusqu_au"]
    inscription = centre.ouvrir(f"/sessions/{session['id']}/candidats/inscription", candidat_id=candidat["id"])
    assert inscription.texte.count("(titre entier), valable jusqu’au") == 1  # what was refused is not offered
    assert f"valable jusqu’au {jour_court(fin)}" in inscription.texte
    centre.envoyer(inscription, "Inscrire", parcours="vae", demande_vae_id=demande["id"])
    # seen redated beyond it, everybody told, before anybody was refused
    bornes = f"celle de Camille {candidat['nom_naissance']}, vaut jusqu’au {jour(fin)}."
    assert bornes in centre.ouvrir(f"/sessions/{session['id']}/modification").texte


def test_le_parcours_d_une_inscription_se_lit_et_l_on_sait_comment_en_changer(
    visiteur: Visiteurs, monde: Monde
) -> None:
    """Chosen in a hurry, below a file, it was nowhere to be seen where one corrects the rest."""
    session, centre = monde.session_complete(), visiteur("centre-demo")
    candidat = session["candidats"][0]["candidat_id"]
    page = centre.ouvrir(f"/sessions/{session['id']}/candidats/{candidat}/modification")
    depart = f"/sessions/{session['id']}/candidats/{candidat}/desinscription"
    assert ("Parcours : Formation. Pour en changer, désinscrivez" in page.texte, depart in page.liens) == (True, True)
    monde.valider(session)
    monde.convoquer(session)
    page = centre.ouvrir(page.adresse)  # once the convocations are edited, who leaves comes back no more (INS-01)
    assert ("Parcours : Formation." in page.texte, depart in page.liens) == (True, False)
