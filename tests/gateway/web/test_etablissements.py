"""The pages of établissements, of their agréments and of their contrôles."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest

from gateway.web.textes import jour, jour_court
from gateway.web.typographie import INSECABLE
from tests.gateway.conftest import MOT_DE_PASSE, UD, Client
from tests.gateway.web.visiteur import Page, Visiteur, Visiteurs
from tests.outils.attente import attendre
from tests.outils.sirets import siret_nouveau
from tests.parcours.monde import CCS, TITRE, TITRE_A_CCS, TITRE_EN_PROLONGATION, Monde, nom_nouveau


@pytest.fixture(scope="session")
def neuf(demo: object, monde: Monde) -> str:
    """The address of a new établissement of Paris, with a site."""
    return _neuf(monde)


def _neuf(monde: Monde) -> str:
    adresse = {"voie": "2 rue des Essais", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    corps = {"siret": siret_nouveau(), "denomination": nom_nouveau("Centre"), "adresse": adresse}
    corps["sites"] = [{"libelle": "Site principal", "adresse": adresse}]
    return f"/etablissements/{monde.ud.poster('/etablissements', corps).reussie()['id']}"


def _accorder(ud: Visiteur, neuf: str, monde: Monde) -> Page:
    formulaire = ud.ouvrir(f"{neuf}/agrements/nouveau")
    choix = dict(zip(("titre_code", "date_debut"), (TITRE, str(monde.jour)), strict=True))
    site = monde.ud.lire(neuf)["sites"][0]["id"]
    fin = jour_court(monde.ud.lire(f"/titres/{TITRE}")["date_fin_de_vie"])
    assert f"({TITRE}, fin de vie le {fin})" in formulaire.texte  # the day that AGR-03 holds it to
    refusee = ud.envoyer(formulaire, "Enregistrer", site_id=site, numero=nom_nouveau("AGR"), **choix)
    assert (refusee.statut, bool(refusee.dit("date_fin"))) == (422, True)
    return ud.envoyer(refusee, "Enregistrer", date_fin=monde.jour + timedelta(days=200))


def test_creer_puis_ajouter_un_site(visiteur: Visiteurs) -> None:
    ud, nom = visiteur("ud-demo"), nom_nouveau("Centre")
    adresse = {"voie": "3 rue des Essais", "code_postal": "75011", "commune": "Paris"}
    saisie = {"denomination": nom, **{f"adresse__{mot}": valeur for mot, valeur in adresse.items()}}
    nouveau = ud.ouvrir("/etablissements/nouveau")
    assert "Nom du site 1 (facultatif)" in nouveau.texte
    refusee = ud.envoyer(nouveau, "Enregistrer", siret="123", **saisie)
    assert (refusee.statut, bool(refusee.dit("siret"))) == (422, True)
    assert refusee.formulaire("Enregistrer").valeurs("denomination") == [nom]
    fiche = ud.envoyer(refusee, "Enregistrer", siret=siret_nouveau())
    assert "L’établissement est créé." in fiche.texte
    assert "la mission nationale y invitera la personne qui l’administre" in fiche.texte
    assert "Aucun agrément : ce centre ne peut pas organiser de session." in fiche.texte
    site = {"sites-0.libelle": "Plateau nord"} | {f"sites-0.adresse.{mot}": valeur for mot, valeur in adresse.items()}
    modification = f"{fiche.adresse}/modification"
    assert "Plateau nord" in ud.envoyer(ud.ouvrir(modification), "Enregistrer", **site).texte
    tenu = ud.ouvrir(modification)
    assert "Nom du site 1 (facultatif)" not in tenu.texte
    assert ud.envoyer(tenu, "Enregistrer", **{"sites-0.libelle": ""}).dit("sites-0.libelle")


def test_ce_qui_est_dit_d_une_adresse_ou_des_sites_mene_a_eux(visiteur: Visiteurs) -> None:
    """Who pasted a letter lost on its way was told of it without a word of where, by a link that led nowhere."""
    ud, perdu = visiteur("ud-demo"), {"adresse__voie": "rue Am\ufffdlie", "sites-0.libelle": "Am\ufffdlie"}
    refusee = ud.envoyer(ud.ouvrir("/etablissements/nouveau"), "Enregistrer", **perdu)
    assert "Adresse : ce texte contient des caractères illisibles : « rue Am\ufffdlie »" in refusee.texte
    assert "Sites d’examen : ce texte contient" in refusee.texte
    assert all(
        f'id="{ancre}"' in refusee.brute.text for ancre in re.findall(r'<li><a href="#(\S+)"', refusee.brute.text)
    )
    assert refusee.dit("adresse")


def test_un_centre_change_son_bloc_d_identite_et_rien_d_autre(visiteur: Visiteurs, monde: Monde) -> None:
    centre, avant = visiteur("centre-demo"), monde.etablissement(monde.centre)
    page = centre.ouvrir(f"/etablissements/{avant['id']}/modification")
    assert not page.formulaire("Enregistrer").valeurs("siret")
    assert "les convocations portent l’adresse du site" in page.texte  # seen changed here by a centre that moved
    assert all(site["adresse"]["voie"] in page.texte for site in avant["sites"])
    assert centre.ouvrir("/etablissements").adresse == f"/etablissements/{avant['id']}"  # it has no other
    assert page.liens.count("/etablissements") == 1  # in the menu, not on the way to it
    fiche = centre.envoyer(page, "Enregistrer", telephone="01 99 00 77 66", adresse__complement="Bâtiment B")
    assert (fiche.statut, "L’établissement est enregistré." in fiche.texte) == (200, True)
    apres = monde.etablissement(monde.centre)
    assert (apres["telephone"], apres["adresse"]["complement"]) == ("+33199007766", "Bâtiment B")
    assert (apres["siret"], apres["sites"]) == (avant["siret"], avant["sites"])
    relu = centre.ouvrir(f"/etablissements/{avant['id']}/modification")
    assert relu.formulaire("Enregistrer").valeurs("telephone") == ["01 99 00 77 66"]
    historique = f"/etablissements/{avant['id']}/traces"
    assert historique in visiteur("ud-demo").ouvrir(f"/etablissements/{avant['id']}").liens
    dite = visiteur("ud-demo").ouvrir(historique).texte.replace("\xa0", " ")
    assert "→ 01 99 00 77 66" in dite
    assert re.search(r"Version\W+\d", dite) is None


def test_changer_l_adresse_d_un_site_dit_d_abord_qui_sera_rappele(visiteur: Visiteurs, monde: Monde) -> None:
    """CNV-04: letters left at once, and who corrected an address learned of it by the calls."""
    session = monde.session_validee()
    monde.convoquer(session)
    ud, avant = visiteur("ud-demo"), monde.etablissement(monde.centre)
    page = f"/etablissements/{avant['id']}/modification"
    demandee = ud.envoyer(ud.ouvrir(page), "Enregistrer", **{"sites-0.adresse.complement": "Bâtiment C"})
    assert "une nouvelle convocation part aussitôt à chacun" in demandee.texte
    assert session["numero"] in demandee.texte and avant["denomination"] in demandee.texte  # seen without: of which?
    assert monde.etablissement(monde.centre)["sites"] == avant["sites"]
    nanterre = {f"sites-0.adresse.{mot}": v for mot, v in (("code_postal", "92000"), ("commune", "Nanterre"))}
    pris = monde.ud.lire(_neuf(monde))["siret"]
    refusee = ud.envoyer(ud.ouvrir(page), "Enregistrer", siret=pris, **{"sites-0.adresse.complement": "Bâtiment C"})
    assert (refusee.statut, refusee.dit("siret")) == (
        422,
        "Un établissement porte déjà ce SIRET.",
    )  # nothing asked first
    oubliee = ud.envoyer(ud.ouvrir(page), "Enregistrer", **nanterre)  # saved under the unit of Paris without a word
    assert (oubliee.statut, "Nanterre est dans le département 92 (Hauts-de-Seine)" in oubliee.texte) == (409, True)
    nanterre["sites-0.adresse.code_insee"] = ""
    ici = {f"sites-1.adresse.{mot}": v for mot, v in (("code_postal", "75011"), ("commune", "Paris"))}
    assert avant["sites"][1]["departement"] == "93"  # an établissement is seen by the units of its sites
    for deplacement in (nanterre, ici | {"sites-1.adresse.code_insee": ""}):
        refusee = ud.envoyer(ud.ouvrir(page), "Enregistrer", **deplacement)  # seen asked to confirm what it may not do
        assert (refusee.statut, "ce changement relève de la DIRECCTE" in refusee.texte) == (404, True)
    direccte = visiteur("direccte-demo")
    deplacee = direccte.envoyer(direccte.ouvrir(page), "Enregistrer", **nanterre)
    dit = f"le site « {avant['sites'][0]['libelle']} » passe du département 75 au département 92 (Hauts-de-Seine)"
    assert (deplacee.statut, dit in deplacee.texte, session["numero"] in deplacee.texte) == (409, True, True)
    renomme = ud.envoyer(ud.ouvrir(page), "Enregistrer", telephone="01 99 00 77 67")
    assert "L’établissement est enregistré." in renomme.texte


def test_un_agrement_qui_couvre_une_prolongation_le_dit_partout(visiteur: Visiteurs, monde: Monde) -> None:
    siens = monde.etablissement(monde.centre)
    couvre = next(a for a in siens["agrements"] if a["titre_code"] == TITRE_EN_PROLONGATION)
    pages = ("/agrements", f"/agrements/{couvre['id']}", f"/etablissements/{siens['id']}")
    lues = [visiteur("direccte-demo").ouvrir(page) for page in pages] + [
        visiteur("centre-demo").ouvrir("/sessions/nouvelle")
    ]
    assert [page.adresse for page in lues if "prolongation du titre" not in page.texte] == []
    choix = lues[-1]  # seen offered first: its session could be filled in, jury and candidates, never submitted
    assert (f'value="{couvre["id"]}"' in choix.brute.text, couvre["numero"] in choix.texte) == (False, True)
    assert all("Installer des portails extérieurs motorisés (CCS)" in lues[n].texte for n in (0, 2))
    liste = visiteur("direccte-demo").ouvrir("/agrements", q=couvre["numero"])
    assert f"{siens['denomination']}, {couvre['site']}" in liste.texte
    leve, lendemain = (monde.jour + timedelta(days=n) for n in (20, 21))  # SES-02, out of use for one day
    valeur = {"valeur": False, "du": leve.isoformat(), "au": leve.isoformat()}
    monde.national.poster("/parametres/prolongation_soumise_avant_fin_de_vie/valeurs", valeur).reussie()
    choix = [visiteur("centre-demo", le).ouvrir("/sessions/nouvelle") for le in (leve, lendemain)]
    assert [f'value="{couvre["id"]}"' in page.brute.text for page in choix] == [True, False]
    assert ["Il est trop tard" in page.texte for page in choix] == [False, True]
    fin = jour(monde.national.lire(f"/titres/{TITRE_EN_PROLONGATION}")["date_fin_prolongation"])
    assert f"jusqu’au {fin}, fin de la prolongation du titre" in choix[0].texte  # seen without: the refusal said it
    choisi = visiteur("centre-demo", leve).ouvrir("/sessions/nouvelle", agrement=couvre["id"])
    assert choisi.formulaire("Créer la session") and f"fin de prolongation le {fin}" in choisi.texte


def test_un_agrement_que_son_titre_abrege_le_dit_et_n_ouvre_plus_de_session(visiteur: Visiteurs, monde: Monde) -> None:
    """The end of a titre was decided after the accord: hors délai, it was still offered, « jusqu’au 28 novembre 2030 »,
    and only the session's form, once filled in, said that no date would do."""
    siens, code = monde.etablissement(monde.centre), nom_nouveau("TP").upper()
    corps = {"code": code, "intitule": f"Titre {code}", "niveau": 4, "ccps": [{"code": f"{code}-1", "intitule": "Un"}]}
    corps |= {"ccs": [{"code": f"{code}-C", "intitule": f"CCS {code}"}]}
    monde.national.poster("/titres", corps).reussie()
    fins = [(monde.jour + timedelta(days=n)).isoformat() for n in (-700, 700)]
    accord = {"site_id": siens["sites"][0]["id"], "numero": code, "date_debut": fins[0], "date_fin": fins[1]}
    chemin = f"/etablissements/{siens['id']}/agrements"
    accordes = [monde.ud.poster(chemin, accord | {"titre_code": code}).reussie()]
    accordes += [monde.ud.poster(chemin, accord | {"ccs_code": f"{code}-C"}).reussie()]
    offert = "/sessions/nouvelle"
    choix = visiteur("centre-demo").ouvrir(offert)
    assert [(a["fin_effective"], a["certification"] in choix.texte) for a in accordes] == [(fins[1], True)] * 2
    fin = (monde.jour - timedelta(days=1)).isoformat()
    echu = {"date_fin_de_vie": (monde.jour - timedelta(days=30)).isoformat(), "date_fin_prolongation": fin}
    monde.national.demander("PATCH", f"/titres/{code}", echu).reussie()
    siennes = (f"/agrements/{a['id']}" for a in accordes)
    pages = (f"/agrements?q={code}", *siennes, f"/etablissements/{siens['id']}")
    dit = f"abrégé par son titre au {jour_court(fin)}"
    assert [page for page in pages if dit not in visiteur("ud-demo").ouvrir(page).texte] == []
    assert code not in visiteur("centre-demo").ouvrir(offert).texte
    accorder = f"/etablissements/{siens['id']}/agrements/nouveau"  # whose titres are those of its day, kept or not
    jours = (monde.jour - timedelta(days=60), monde.jour)
    offerts = [visiteur("ud-demo", jour).ouvrir(accorder).brute.text for jour in jours]
    assert [[f'value="{c}"' in page for c in (code, f"{code}-C")] for page in offerts] == [[True] * 2, [False] * 2]
    for a in accordes:
        monde.ud.poster(f"/agrements/{a['id']}/retrait", {"motif": "Échu", "confirmer": ["AGR-02"]}).reussie()
        retire = visiteur("ud-demo", monde.jour).ouvrir(f"/agrements/{a['id']}")
        assert [lien for lien in retire.liens if "/agrements/nouveau" in lien] == []  # AGR-03 would refuse any


def test_l_agrement_d_un_ccs_ne_mene_pas_a_un_autre_avant_celui_de_son_titre(visiteur: Visiteurs, monde: Monde) -> None:
    """« En accorder un autre » led to a form that AGR-03 refused, whatever was typed, where the titre was withdrawn."""
    ud, neuf = visiteur("ud-demo"), _neuf(monde)
    communs = {"site_id": monde.ud.lire(neuf)["sites"][0]["id"], "date_debut": monde.jour.isoformat()}
    communs |= {"date_fin": (monde.jour + timedelta(days=300)).isoformat()}

    def accorder(numero: str, **pour: str) -> str:
        fait = monde.ud.poster(f"{neuf}/agrements", communs | pour | {"numero": numero}).reussie()
        return f"/agrements/{fait['id']}"

    titre, ccs = accorder("75-TITRE", titre_code=TITRE_A_CCS), accorder("75-CCS", ccs_code=CCS)
    for agrement in (titre, ccs):
        monde.ud.poster(f"{agrement}/retrait", {"motif": "Fin", "confirmer": ["AGR-02"]}).reussie()
    orphelin = ud.ouvrir(ccs)
    assert "doit d’abord tenir, sur ce site, l’agrément d’un titre que ce CCS complète" in orphelin.texte
    assert "/agrements/nouveau" not in "".join(orphelin.liens)
    accorder("75-RETOUR", titre_code=TITRE_A_CCS)
    assert f"/agrements/nouveau?site_id={communs['site_id']}" in "".join(ud.ouvrir(ccs).liens)


def test_un_agrement_se_suspend_se_retablit_se_retire(visiteur: Visiteurs, neuf: str, monde: Monde) -> None:
    ud = visiteur("ud-demo")
    accorde = _accorder(ud, neuf, monde)
    assert "L’agrément est accordé." in accorde.texte
    assert 'class="fr-breadcrumb__link" href="/agrements"' in accorde.brute.text  # the list that one goes on with
    fin = jour(monde.ud.lire(f"/titres/{TITRE}")["date_fin_de_vie"])
    assert f"Au plus tard à la fin de vie du titre, le {fin}." in ud.ouvrir(f"{accorde.adresse}/modification").texte
    retirer = ud.ouvrir(f"{accorde.adresse}/retrait")
    assert "suspendez plutôt l’agrément" in retirer.texte
    question = ud.envoyer(accorde, "Suspendre l’agrément")
    assert question.statut == 409
    assert "L’agrément est suspendu." in ud.envoyer(question, "Confirmer", motif="Plateau fermé").texte
    suspendu = ud.ouvrir(accorde.adresse)
    assert "Agrément suspendu. Motif : Plateau fermé" in suspendu.texte  # where one who was told of it looks
    retabli = ud.envoyer(suspendu, "Rétablir l’agrément")
    assert "L’agrément est rétabli." in retabli.texte
    assert "Agrément suspendu." not in retabli.texte
    retire = ud.envoyer(ud.envoyer(retabli, "Retirer l’agrément"), "Confirmer")
    (autre,) = (lien for lien in retire.liens if "/agrements/nouveau" in lien)  # nothing else can be done there
    choisis = ud.ouvrir(autre).formulaire("Enregistrer")
    site = monde.ud.lire(neuf)["sites"][0]["id"]
    assert [choisis.valeurs(nom) for nom in ("titre_code", "site_id")] == [[TITRE], [site]]
    assert not any("/agrements/nouveau" in lien for lien in retabli.liens)


def test_un_agrement_qui_finit_bientot_mene_a_celui_qui_prend_la_suite(visiteur: Visiteurs, monde: Monde) -> None:
    """Six months before, a message asks for another; its page led to it once it was over, and no session could be."""
    ud, neuf = visiteur("ud-demo"), _neuf(monde)
    fin, lendemain = (monde.jour + timedelta(days=n) for n in (60, 61))
    corps = {"titre_code": TITRE, "site_id": monde.ud.lire(neuf)["sites"][0]["id"], "numero": "75-BIENTOT"}
    corps |= {"date_debut": monde.jour.isoformat(), "date_fin": fin.isoformat()}
    accorde = monde.ud.poster(f"{neuf}/agrements", corps).reussie()
    fiche = ud.ouvrir(f"/agrements/{accorde['id']}")
    assert f"En accorder un autre à compter du {jour(lendemain)}, pour la même certification" in fiche.texte
    siens = {"q": monde.ud.lire(neuf)["denomination"]}
    listes = [ud.ouvrir("/agrements", **siens)]
    file = {t["code"]: t["lien"]["parametres"] for t in monde.ud.lire("/taches")["elements"]}["agrements_bientot_finis"]
    restent = [monde.ud.lire("/agrements", **siens, **file)["total"]]
    bloc = [ud.ouvrir(neuf).rubrique("agrements")]  # which said the same of both
    (autre,) = (lien for lien in fiche.liens if "/agrements/nouveau" in lien)
    choisis = ud.ouvrir(autre).formulaire("Enregistrer")
    dits = [choisis.valeurs(nom) for nom in ("titre_code", "date_debut", "date_fin")]
    assert dits == [[TITRE], [lendemain.isoformat()], [""]]
    monde.ud.poster(
        f"{neuf}/agrements",
        corps
        | {
            "numero": "75-SUITE",
            "date_debut": lendemain.isoformat(),
            "date_fin": (fin + timedelta(days=300)).isoformat(),
        },
    ).reussie()
    assert "/agrements/nouveau" not in "".join(ud.ouvrir(fiche.adresse).liens)
    listes.append(ud.ouvrir("/agrements", **siens))
    restent.append(monde.ud.lire("/agrements", **siens, **file)["total"])
    assert restent == [1, 0]  # it was counted by the home page all the same
    vus = [tuple(f"{jour_court(fin)} {mot}" in vue.texte for mot in ("À renouveler", "Bientôt")) for vue in listes]
    assert vus == [(True, False), (False, True)]
    bloc.append(ud.ouvrir(neuf).rubrique("agrements"))
    vus = [tuple(f"{jour_court(fin)} {mot}" in dit for mot in ("À renouveler", "Finit dans moins de")) for dit in bloc]
    assert vus == [(True, False), (False, True)]


def test_suspendre_nomme_les_sessions_qui_en_dependent(visiteur: Visiteurs, monde: Monde) -> None:
    session, ud = monde.session_validee(), visiteur("ud-demo")
    agrement = next(
        a for a in monde.etablissement(monde.centre)["agrements"]
        if a["titre_code"] == session["titre_code"] and a["site_id"] == session["site_id"]
    )  # fmt: skip
    question = ud.envoyer(ud.ouvrir(f"/agrements/{agrement['id']}/suspension"), "Suspendre l’agrément", motif="x")
    assert (question.statut, session["numero"] in question.texte) == (409, True)
    assert session["numero"] in ud.ouvrir(f"/agrements/{agrement['id']}").texte
    le_jour = visiteur("ud-demo", le=date.fromisoformat(session["date_debut"]))
    for page in ("/agrements", f"/etablissements/{session['etablissement_id']}"):
        assert "Sessions à venir ou en cours" in le_jour.ouvrir(page).texte  # those being held are counted too
    raccourci = ud.ouvrir(f"/agrements/{agrement['id']}/modification")
    question = ud.envoyer(raccourci, "Enregistrer", date_fin=monde.jour + timedelta(days=1))
    nomme = f"Agrément {agrement['numero']}, {agrement['certification']} Avant de confirmer"
    assert (question.statut, nomme in question.texte) == (409, True)


def test_un_agrement_suspendu_se_voit_de_ce_qui_s_appuie_sur_lui(
    visiteur: Visiteurs, monde: Monde, client: Callable[..., Client]
) -> None:
    """Its session said that the centre had none, and led nowhere; who was to create one did not find it any more."""
    neuf = _neuf(monde)
    site = _agreer(monde, neuf, monde.ud.lire(neuf)["sites"][0]["id"])
    compte = client({"type": "CENTRE", "libelle": "Centre", "etablissement_id": neuf.rsplit("/", 1)[1]})
    session = compte.http.post("/sessions", json=monde.corps_session(site_id=site)).json()
    fiche = f"/agrements/{monde.ud.lire(neuf)['agrements'][0]['id']}"
    monde.ud.poster(f"{fiche}/suspension", {"confirmer": ["AGR-02"]}).reussie()
    centre = Visiteur(monde.url, compte.identifiant, MOT_DE_PASSE)
    attendre(lambda: f"{neuf}#agrements" in centre.ouvrir(f"/sessions/{session['id']}").liens)
    choix = centre.ouvrir("/sessions/nouvelle")
    assert (fiche in choix.liens, "Demandez un agrément" in choix.texte) == (True, False)


def test_un_controle_et_sa_suite(visiteur: Visiteurs, neuf: str, monde: Monde, client: Callable[..., Client]) -> None:
    ud = visiteur("ud-demo")
    compte = client({"type": "CENTRE", "libelle": "Centre", "etablissement_id": neuf.rsplit("/", 1)[1]})
    centre, ou = Visiteur(monde.url, compte.identifiant, MOT_DE_PASSE), "Adressez vos réponses à l’administration"
    saisie = {"type": "sur_pieces", "date": monde.jour, "observations": "Pièces vues."}
    moi = monde.ud.lire("/moi")["nom"]
    vierge = ud.ouvrir(f"{neuf}/controles/nouveau")
    assert vierge.formulaire("Enregistrer").valeurs("controleur") == [moi]
    refuse = ud.envoyer(vierge, "Enregistrer", **saisie)
    assert (refuse.statut, bool(refuse.dit("conclusion"))) == (422, True)
    assert refuse.formulaire("Enregistrer").valeurs("observations") == ["Pièces vues."]
    controle = ud.envoyer(refuse, "Enregistrer", conclusion="avec_reserves")
    assert "Le contrôle est enregistré." in controle.texte
    assert monde.ud.lire(controle.adresse)["controleur"] == monde.ud.lire("/moi")["identifiant"]
    assert (ou in centre.ouvrir(controle.adresse).texte, ou in controle.texte) == (True, False)
    suite = ud.ouvrir(f"{controle.adresse}/suites")
    assert monde.direccte.lire(neuf)["denomination"] in suite.texte
    suivi = ud.envoyer(suite, "Enregistrer la suite", date=monde.jour, texte="Plan d’action demandé.")
    assert "Plan d’action demandé." in suivi.texte
    assert ou not in centre.ouvrir(controle.adresse).texte  # its échéance is none: the follow-up is over
    assert suivi.texte.count(f"— {moi} Plan") == 1  # by his name, not by what he signs in under
    assert "Avec réserves" in ud.ouvrir(neuf).texte
    assert "Avec réserves" in ud.ouvrir(f"{neuf}/controles").texte


def test_les_controles_du_territoire_et_ceux_dont_la_suite_est_attendue(
    visiteur: Visiteurs, neuf: str, monde: Monde
) -> None:
    """An agent opened each établissement to find what he was to follow up."""
    ud, quoi = visiteur("ud-demo"), nom_nouveau("Constat")
    saisie = {"type": "sur_place", "date": str(monde.jour), "observations": quoi, "conclusion": "non_conforme"}
    controle = monde.ud.poster(f"{neuf}/controles", saisie).reussie()
    assert "/controles" in ud.ouvrir("/etablissements").liens
    trouves = ud.ouvrir("/controles", q=quoi, etat="ouvert")
    assert {f"/controles/{controle['id']}", neuf} <= set(trouves.liens)
    for ici in ("/controles", f"/controles/{controle['id']}"):  # the menu says under which of its entries one is
        assert re.search(r'href="/etablissements"\s+aria-current="true"', ud.ouvrir(ici).brute.text), ici
    moi = monde.ud.lire("/moi")
    assert (moi["nom"] in trouves.texte, controle["controleur"]) == (True, moi["identifiant"])
    corriger = ud.ouvrir(f"/controles/{controle['id']}/modification")
    assert corriger.formulaire("Enregistrer").valeurs("controleur") == [moi["nom"]]
    assert "Le contrôle est corrigé." in ud.envoyer(corriger, "Enregistrer", conclusion="conforme").texte
    assert monde.ud.lire(f"/controles/{controle['id']}")["controleur"] == moi["identifiant"]  # nobody asked for another
    assert f"/controles/{controle['id']}" not in ud.ouvrir("/controles", q=quoi, etat="ouvert").liens


def test_une_session_mene_a_ses_controles(visiteur: Visiteurs, monde: Monde) -> None:
    session, ud = monde.session(), visiteur("ud-demo")
    liens = ud.ouvrir(f"/sessions/{session['id']}").liens
    siens, nouveau = (next(lien for lien in liens if mot in lien) for mot in ("/controles?", "/controles/nouveau?"))
    assert "0 contrôle" in ud.ouvrir(siens).texte
    page = ud.ouvrir(nouveau)
    assert f"/sessions/{session['id']}" in page.liens  # whoever gives up goes back to it
    assert page.formulaire("Enregistrer").valeurs("session_id") == [session["id"]]
    saisie = {"type": "sur_pieces", "date": monde.jour, "observations": "Vu.", "conclusion": "conforme"}
    fait = ud.envoyer(page, "Enregistrer", **saisie).adresse
    attendre(lambda: (session["numero"] in ud.ouvrir(fait).texte, fait in ud.ouvrir(siens).liens) == (True, True))
    corriger = ud.ouvrir(f"{fait}/modification")
    assert corriger.formulaire("Enregistrer").valeurs("session_id") == [session["id"]]  # nobody took it away
    assert session["numero"] in ud.envoyer(corriger, "Enregistrer", observations="Relu.").texte


def test_la_session_d_un_controle_se_choisit_par_ce_qu_elle_est(visiteur: Visiteurs, monde: Monde) -> None:
    """A cancelled one, and one of next year, looked like those that were held."""
    session = monde.session()
    monde.centre.poster(f"/sessions/{session['id']}/annulation", {"motif": "Essai"}).reussie()
    page = visiteur("ud-demo").ouvrir(f"/etablissements/{session['etablissement_id']}/controles/nouveau").texte
    assert re.search(rf"{session['numero']}, du [^(]* \(annulée\)", page)


def _annexe(monde: Monde, neuf: str) -> str:
    """Returns a new site of the établissement, in Nanterre, with an agrément."""
    adresse = {"voie": "4 rue des Essais", "code_postal": "92000", "commune": "Nanterre", "code_insee": "92050"}
    annexe = {"sites": [{"libelle": "Annexe", "adresse": adresse}]}
    return _agreer(monde, neuf, monde.direccte.demander("PATCH", neuf, annexe).reussie()["sites"][-1]["id"])


def _agreer(monde: Monde, neuf: str, site: str) -> str:
    dates = {"date_debut": str(monde.jour), "date_fin": str(monde.jour + timedelta(days=200))}
    agrement = {"titre_code": TITRE, "site_id": site, "numero": nom_nouveau("AGR"), **dates}
    monde.direccte.poster(f"{neuf}/agrements", agrement).reussie()
    return site


def test_l_agrement_d_un_autre_territoire_ne_dit_rien_de_ses_sessions(
    visiteur: Visiteurs, neuf: str, monde: Monde, client: Callable[..., Client]
) -> None:
    site = _annexe(monde, neuf)
    agrement = next(a for a in monde.direccte.lire(neuf)["agrements"] if a["site_id"] == site)
    pages = {nom: visiteur(nom).ouvrir(neuf) for nom in ("ud-demo", "direccte-demo")}
    assert {nom: f"/agrements/{agrement['id']}" in page.brute.text for nom, page in pages.items()} == {
        "ud-demo": False,  # whose page would not open
        "direccte-demo": True,
    }
    accord = {nom: visiteur(nom).ouvrir(f"{neuf}/agrements/nouveau").brute.text for nom in pages}
    assert {nom: site in dit for nom, dit in accord.items()} == {"ud-demo": False, "direccte-demo": True}
    assert {nom: "Autre territoire" in page.texte for nom, page in pages.items()} == {
        "ud-demo": True,
        "direccte-demo": False,
    }
    la_bas = client(UD | {"libelle": "UD 92", "departement": "92"}, connecte=False)
    pages["UD 92"] = Visiteur(monde.url, la_bas.identifiant, MOT_DE_PASSE).ouvrir(neuf)
    assert [nom for nom, page in pages.items() if f"{neuf}/agrements/nouveau" in page.liens] == list(pages)
    # who has a site there, and not the établissement, would fill in its form in vain
    assert [nom for nom, page in pages.items() if f"{neuf}/modification" in page.liens] == ["ud-demo", "direccte-demo"]


def test_corriger_un_controle_lui_garde_la_session_d_un_autre_territoire(
    visiteur: Visiteurs, neuf: str, monde: Monde, client: Callable[..., Client]
) -> None:
    centre = client({"type": "CENTRE", "libelle": "Centre", "etablissement_id": neuf.rsplit("/", 1)[1]})
    session = centre.http.post("/sessions", json=monde.corps_session(site_id=_annexe(monde, neuf))).json()
    saisie = {"type": "sur_place", "date": str(monde.jour), "observations": "Vu.", "conclusion": "conforme"}
    controle = monde.direccte.poster(f"{neuf}/controles", saisie | {"session_id": session["id"]}).reussie()
    ud, fiche = visiteur("ud-demo"), f"/controles/{controle['id']}"
    attendre(lambda: monde.direccte.lire(fiche)["session"] == session["numero"])  # told by events
    page = ud.ouvrir(f"{fiche}/modification")
    assert session["numero"] not in page.texte
    assert "Le contrôle est corrigé." in ud.envoyer(page, "Enregistrer", observations="Relu.").texte
    vus = {qui: getattr(monde, qui).lire(fiche) for qui in ("ud", "direccte")}
    assert {qui: (vu["session_id"], vu["session"], vu["observations"]) for qui, vu in vus.items()} == {
        "ud": (None, None, "Relu."),
        "direccte": (session["id"], session["numero"], "Relu."),
    }


def test_rien_ne_mene_a_ce_qui_est_d_un_autre_territoire(
    visiteur: Visiteurs, monde: Monde, client: Callable[..., Client]
) -> None:
    """A juré of Paris sits in Nanterre; an établissement of Paris moves to Lyon, and leaves a session that is over."""
    neuf, ud, jure = _neuf(monde), visiteur("ud-demo"), monde.jure_habilite()
    ici = _agreer(monde, neuf, monde.ud.lire(neuf)["sites"][0]["id"])
    centre = client({"type": "CENTRE", "libelle": "Centre", "etablissement_id": neuf.rsplit("/", 1)[1]}).http
    sites = (ici, _annexe(monde, neuf))
    restee, ailleurs = (centre.post("/sessions", json=monde.corps_session(site_id=site)).json() for site in sites)
    for session in (restee, ailleurs):
        assert centre.post(f"/sessions/{session['id']}/jures", json={"jure_id": jure["id"]}).status_code < 300
    fiche = f"/jures/{jure['id']}"
    attendre(lambda: monde.ud.lire(f"{fiche}/sessions")["total"] == 2)  # told by events
    page = ud.ouvrir(fiche)
    assert [(s["numero"] in page.texte, f"/sessions/{s['id']}" in page.liens) for s in (restee, ailleurs)] == [
        (True, True),
        (True, False),
    ]
    lyon = {"voie": "9 rue des Essais", "code_postal": "69003", "commune": "Lyon", "code_insee": "69383"}
    assert fiche in ud.ouvrir(f"/sessions/{restee['id']}").liens
    monde.ud.demander("PATCH", fiche, {"adresse": lyon}).reussie()  # whose new service alone reads his file
    attendre(lambda: fiche not in ud.ouvrir(f"/sessions/{restee['id']}").liens)
    assert jure["nom"] in ud.ouvrir(f"/sessions/{restee['id']}").rubrique("jury")
    centre.post(f"/sessions/{restee['id']}/annulation", json={"motif": "Déménagement"})
    demenages = [{"id": site, "libelle": "Lyon", "adresse": lyon} for site in sites]
    monde.national.demander("PATCH", neuf, {"sites": demenages}).reussie()
    sans_site = ud.ouvrir(neuf)  # its form had no site to choose
    assert (f"{neuf}/agrements/nouveau" in sans_site.liens, "les agrée" in sans_site.texte) == (False, True)
    monde.national.demander("PATCH", neuf, {"adresse": lyon}).reussie()
    session = f"/sessions/{restee['id']}"
    attendre(lambda: not monde.ud.lire(session)["etablissement_visible"])  # told by events
    page = ud.ouvrir(session)
    assert (page.statut, "(dans un autre territoire)" in page.texte) == (200, True)
    assert [lien for lien in page.liens if lien.startswith(neuf)] == []
    assert ud.ouvrir(f"{session}/modification").statut == 200


def test_une_histoire_et_un_formulaire_disent_sur_quoi_ils_portent(visiteur: Visiteurs, monde: Monde) -> None:
    """On a phone, which folds the path away, nothing told which agrément « Historique de l’agrément » was of."""
    ud = visiteur("ud-demo")
    agrement, demande = (monde.ud.lire(f"/{liste}")["elements"][0] for liste in ("agrements", "demandes-vae"))
    qui, (habilitation, *_) = demande["candidat"]["nom_naissance"], monde.ud.lire("/habilitations")["elements"]
    controle = monde.ud.lire("/controles")["elements"][0]
    for adresse, objet in (
        (f"/controles/{controle['id']}/traces", controle["etablissement"]),
        (f"/habilitations/{habilitation['id']}/traces", f"Habilitation{INSECABLE}: "),
        (f"/agrements/{agrement['id']}/traces", agrement["numero"]),
        (f"/agrements/{agrement['id']}/modification", agrement["numero"]),
        (f"/demandes-vae/{demande['id']}/traces", qui),
    ):
        page = unescape(ud.ouvrir(adresse).brute.text)
        lieux = (r"<title>.*?</title>", r'<p class="fr-text--lead">.*?</p>')
        assert [objet in dit for lieu in lieux for dit in re.findall(lieu, page)] == [True, True], adresse


@pytest.mark.parametrize(("ecrit", "lu"), [("075", "75"), ("75", "75"), ("2a", "2A"), ("1", "01"), ("", "")])
def test_le_formulaire_d_une_liste_montre_ce_qui_la_filtre(visiteur: Visiteurs, ecrit: str, lu: str) -> None:
    """It said « Tous » of a list of one département."""
    page = visiteur("national-demo").ouvrir(f"/etablissements?departement={ecrit}")
    assert page.formulaire("Rechercher").valeurs("departement") == [lu]


def test_le_formulaire_d_une_liste_montre_un_choix_qu_il_n_offre_pas(visiteur: Visiteurs) -> None:
    agent = visiteur("national-demo")
    assert agent.ouvrir("/agrements?titre=TP-INCONNU").formulaire("Rechercher").valeurs("titre") == ["TP-INCONNU"]
    refusee = agent.ouvrir("/agrements?statut=inconnu")
    assert "Choisissez une valeur de la liste." in refusee.texte
    assert refusee.formulaire("Rechercher").valeurs("statut") == [""]
