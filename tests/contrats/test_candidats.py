"""Candidats, crédits, bandeau, VAE, imports : noms des champs, filtres, statuts."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import openpyxl
import pytest

from commun.dates import plus_annees
from tests.contrats.formes import codes, liste, porte
from tests.outils.attente import attendre
from tests.parcours.acteurs import Reponse, Utilisateur
from tests.parcours.monde import TITRE, Monde, nom_nouveau

CANDIDAT = (
    "id numero civilite nom_naissance nom_usage prenoms date_naissance naissance adresse telephone courriel acquis "
    "version"
)
MULTIPLES = ("nom_naissance", "prenoms", "date_naissance", "naissance")


def identite(corps: dict[str, Any]) -> dict[str, Any]:
    return {nom: corps[nom] for nom in MULTIPLES}


# -- identity


def test_un_candidat(monde: Monde) -> None:
    cree = monde.centre.poster("/candidats", monde.corps_candidat())
    assert cree.statut == 201
    candidat = porte(cree.reussie(), CANDIDAT)
    porte(candidat["naissance"], "pays_code code_insee commune")
    assert {nom: candidat["acquis"][nom] for nom in ("ccps", "titres", "ccs")} == {"ccps": [], "titres": [], "ccs": []}
    assert candidat["prenoms"] == "Camille, Jean"


def test_l_identite_suffit_et_elle_est_exigee(monde: Monde) -> None:
    corps = identite(monde.corps_candidat())
    monde.centre.poster("/candidats", corps).reussie()
    for champ in MULTIPLES:
        sans = {nom: valeur for nom, valeur in corps.items() if nom != champ}
        assert list(monde.centre.poster("/candidats", sans).refusee("INVALIDE", 422)["erreurs"]) == [champ]
    monde.ud.poster("/candidats", corps).refusee("DROIT", 403)
    monde.national.poster("/candidats", corps).refusee("DROIT", 403)


def test_les_filtres_des_candidats(monde: Monde) -> None:
    candidat = monde.candidat()
    q = candidat["nom_naissance"]
    trouves = liste(monde.centre.lire("/candidats", q=q, date_naissance=candidat["date_naissance"]))
    assert [c["id"] for c in trouves] == [candidat["id"]]
    porte(trouves[0], CANDIDAT)
    assert monde.centre.lire("/candidats", q=q, date_naissance="1990-03-01")["total"] == 0
    assert monde.centre.lire("/candidats", q=candidat["numero"])["total"] == 1
    assert monde.autre_centre.lire("/candidats", q=q)["total"] == 0


def test_un_centre_modifie_ses_candidats(monde: Monde) -> None:
    chemin = f"/candidats/{monde.candidat()['id']}"
    assert monde.centre.demander("PATCH", chemin, {"prenoms": "Anne"}).reussie()["prenoms"] == "Anne"
    monde.national.demander("PATCH", chemin, {"prenoms": "Anne"}).refusee("DROIT", 403)
    monde.autre_centre.demander("PATCH", chemin, {"prenoms": "Anne"}).refusee("INTROUVABLE", 404)
    traces = monde.centre.lire(f"{chemin}/traces")["elements"]
    assert [t["action"] for t in traces] == ["modifier", "creer"]
    assert (traces[0]["avant"]["prenoms"], traces[0]["apres"]["prenoms"]) == ("Camille, Jean", "Anne")


def test_rattacher_par_l_identite_exacte(monde: Monde) -> None:
    corps = monde.corps_candidat()
    candidat = monde.autre_centre.poster("/candidats", corps).reussie()
    monde.centre.demander("GET", f"/candidats/{candidat['id']}").refusee("INTROUVABLE", 404)
    faux = identite(corps) | {"date_naissance": "1990-02-27"}
    monde.centre.poster("/candidats/rattachement", faux).refusee("INTROUVABLE", 404)
    assert monde.centre.poster("/candidats/rattachement", identite(corps)).reussie()["id"] == candidat["id"]
    assert monde.centre.lire(f"/candidats/{candidat['id']}")["numero"] == candidat["numero"]
    monde.ud.poster("/candidats/rattachement", identite(corps)).refusee("DROIT", 403)


def test_un_doublon_demande_confirmation_et_ne_montre_pas_l_autre_centre(monde: Monde) -> None:
    corps = monde.corps_candidat()
    monde.autre_centre.poster("/candidats", corps).reussie()
    question = monde.centre.poster("/candidats", corps).a_confirmer("CAN-04")
    assert "rattachez" in question["avertissements"][0]["message"]
    assert corps["nom_naissance"] not in question["avertissements"][0]["message"]


def test_fusionner(monde: Monde) -> None:
    corps = monde.corps_candidat()
    garde = monde.centre.poster("/candidats", corps).reussie()
    absorbe = monde.centre.poster("/candidats", corps | {"confirmer": ["CAN-04"]}).reussie()
    session = monde.session()
    monde.inscrire(session, absorbe)
    chemin = f"/candidats/{garde['id']}"
    monde.centre.poster(f"{chemin}/fusion", {"absorbe_id": absorbe["id"]}).refusee("DROIT", 403)
    attendre(lambda: monde.ud.demander("GET", f"/candidats/{absorbe['id']}").statut == 200)
    monde.inscrire(session, garde)
    attendre(lambda: monde.ud.demander("GET", chemin).statut == 200)
    doublons = monde.ud.lire(f"{chemin}/doublons")
    assert absorbe["id"] in {d["id"] for d in doublons["elements"]}
    question = monde.ud.poster(f"{chemin}/fusion", {"absorbe_id": absorbe["id"]}).refusee("CONFIRMATION_REQUISE")
    confirme = {"absorbe_id": absorbe["id"], "confirmer": codes(question["avertissements"])}
    monde.ud.poster(f"{chemin}/fusion", confirme).reussie()
    assert monde.ud.lire(f"/candidats/{absorbe['id']}")["id"] == garde["id"]  # who is absorbed is now this one


# -- banner, credits


def test_le_bandeau_dit_la_commune_de_naissance(monde: Monde) -> None:
    adresse = {"voie": "1 rue", "code_postal": "69001", "commune": "Lyon", "code_insee": "69381"}
    candidat = monde.centre.poster("/candidats", monde.corps_candidat(adresse=adresse)).reussie()
    session = monde.session()
    monde.inscrire(session, candidat)
    chemin = f"/candidats/{candidat['id']}/bandeau"
    bandeau = attendre(lambda: (lu := monde.centre.lire(chemin))["inscriptions"] and lu)
    porte(bandeau, "nom_naissance nom_usage prenoms date_naissance naissance inscriptions")
    assert "75" in bandeau["naissance"]["libelle"]
    assert "Lyon" not in str(bandeau)
    assert [i["numero"] for i in bandeau["inscriptions"]] == [session["numero"]]


def test_les_credits(monde: Monde) -> None:
    candidat = monde.candidat()
    sessions = [monde.session(dans=n) for n in (40, 50, 60)]
    for session in sessions:
        monde.inscrire(session, candidat)
    chemin = f"/candidats/{candidat['id']}/credits"
    credits = porte(monde.centre.lire(chemin, debut=sessions[0]["date_debut"]), "n sur debuts prochain_debut")
    assert (credits["n"], credits["sur"]) == (3, 3)
    assert credits["debuts"] == [s["date_debut"] for s in sessions]
    attendu = plus_annees(monde.jour + timedelta(days=40), 1).isoformat()
    assert credits["prochain_debut"] == attendu
    assert set(credits) == {"n", "sur", "debuts", "prochain_debut"}
    monde.autre_centre.demander("GET", chemin).refusee("INTROUVABLE", 404)
    monde.centre.demander("GET", f"{chemin}?debut=hier").refusee("INVALIDE", 422)


# -- VAE


def test_une_demande_vae_d_un_an(monde: Monde) -> None:
    corps = monde.corps_candidat(
        adresse={"voie": "1 rue", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    )
    candidat = monde.centre.poster("/candidats", corps).reussie()
    chemin = f"/candidats/{candidat['id']}/demandes-vae"
    depot = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_depot": monde.jour.isoformat()}
    deposee = monde.centre.poster(chemin, depot)
    assert deposee.statut == 201
    demande = porte(deposee.reussie(), "id candidat_id titre_code ccp_codes date_depot etat version")
    assert demande["etat"] == "deposee"
    page = monde.centre.lire(chemin, page=1, par_page=2)
    assert ([d["id"] for d in page["elements"]], page["total"], page["par_page"]) == ([demande["id"]], 1, 2)
    sienne = f"/demandes-vae/{demande['id']}"
    monde.centre.poster(f"{sienne}/decision", {"decision": "recevable"}).refusee("DROIT", 403)
    sans_motif = monde.ud.poster(f"{sienne}/decision", {"decision": "non_recevable"}).refusee("INVALIDE", 422)
    assert "motif" in sans_motif["erreurs"]
    recevable = {"decision": "recevable", "date_notification": monde.jour.isoformat()}
    decidee = monde.ud.poster(f"{sienne}/decision", recevable).reussie()
    un_an = plus_annees(monde.jour, 1)
    assert (decidee["etat"], decidee["caduque_le"]) == ("recevable", un_an.isoformat())
    for ecart, etat in ((-1, "recevable"), (0, "caduque")):
        lue = monde.centre.demander("GET", sienne, le=un_an + timedelta(days=ecart)).reussie()
        assert lue["etat"] == etat
    q = candidat["nom_naissance"]
    assert monde.ud.lire("/demandes-vae", etat="recevable", departement="75", q=q)["total"] == 1
    assert monde.ud.lire("/demandes-vae", etat="deposee", q=q)["total"] == 0


def test_retirer_une_demande_vae(monde: Monde) -> None:
    candidat = monde.candidat()
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    assert monde.centre.poster(f"/demandes-vae/{demande['id']}/retrait").reussie()["etat"] == "retiree"
    assert not monde.centre.poster(f"/demandes-vae/{demande['id']}/retrait").brute.is_success
    faux = depot | {"ccp_codes": ["RNCP00000BC01"]}
    monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", faux).refusee("VAE-01")


# -- imports

COLONNES = ("nom_naissance", "Prénoms", "DATE DE NAISSANCE", "naissance.pays_code", "Code INSEE de naissance")


def fichier(genre: str, *lignes: tuple[str, ...]) -> bytes:
    if genre == "csv":
        texte = io.StringIO()
        csv.writer(texte, delimiter=";").writerows([COLONNES, *lignes])
        return texte.getvalue().encode()
    if genre == "xlsx":
        classeur = openpyxl.Workbook()
        assert classeur.active
        for ligne in (COLONNES, *lignes):
            classeur.active.append(ligne)
        tampon = io.BytesIO()
        classeur.save(tampon)
        return tampon.getvalue()
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document, table = OpenDocumentSpreadsheet(), Table(name="Candidats")
    for ligne in (COLONNES, *lignes):
        rangee = TableRow()
        for valeur in ligne:
            cellule = TableCell(valuetype="string")
            cellule.addElement(P(text=valeur))
            rangee.addElement(cellule)
        table.addElement(rangee)
    document.spreadsheet.addElement(table)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def importer(qui: Utilisateur, contenu: bytes, nom: str, essai: bool, **champs: str | list[str]) -> Reponse:
    reponse = httpx.post(
        f"{qui._http.base_url}candidats/import",
        params={"essai": str(essai).lower()},
        data=champs,
        files={"fichier": (nom, contenu)},
        headers={"Authorization": qui._http.headers["authorization"]},
        timeout=60,
    )
    return Reponse(reponse)


def test_une_naissance_a_l_etranger_est_designee_par_son_pays(monde: Monde) -> None:
    """CAN-01: a commune by its INSEE code, or a country."""
    corps = monde.corps_candidat(naissance={"pays_code": "MA"})
    cree = monde.centre.poster("/candidats", corps).reussie()
    assert cree["naissance"] == {"pays_code": "MA", "code_insee": None, "commune": None}
    identite = {nom: corps[nom] for nom in ("nom_naissance", "prenoms", "date_naissance", "naissance")}
    assert monde.autre_centre.poster("/candidats/rattachement", identite).reussie()["id"] == cree["id"]
    contenu = fichier("csv", (nom_nouveau("Import"), "Alix", "1991-03-04", "MA", ""))
    assert importer(monde.centre, contenu, "candidats.csv", True).reussie()["importes"] == 1
    monde.centre.poster("/candidats", corps | {"naissance": {"pays_code": "FR"}}).refusee("CAN-01")


def test_un_champ_laisse_vide_n_est_pas_dit(monde: Monde) -> None:
    contenu = fichier("csv", (nom_nouveau("Import"), "Alix", "1991-03-04", "FR", "75112"))
    laisses = {"session_id": "", "parcours": "", "motif": "", "confirmer": ""}
    bilan = importer(monde.centre, contenu, "candidats.csv", True, **laisses).reussie()
    assert (bilan["importes"], bilan["inscrits"]) == (1, 0)


@pytest.mark.parametrize("genre", ["xlsx", "csv", "ods"])
def test_importer(monde: Monde, genre: str) -> None:
    noms = [nom_nouveau("Import") for _ in range(3)]
    contenu = fichier(genre, *((nom, "Alix", "1991-03-04", "FR", "75112") for nom in noms))
    session = monde.session()
    options = {"session_id": session["id"], "parcours": "formation"}
    essai = importer(monde.centre, contenu, f"candidats.{genre}", True, **options).reussie()
    porte(essai, "importes inscrits")
    assert monde.centre.lire("/candidats", q=noms[0])["total"] == 0
    fait = importer(monde.centre, contenu, f"candidats.{genre}", False, **options).reussie()
    assert (fait["importes"], fait["inscrits"]) == (3, 3)
    assert len(monde.relire(session)["candidats"]) == 3
    copie = monde.centre.demander("GET", f"/imports/{fait['import_id']}/fichier")
    assert copie.statut == 200
    assert copie.brute.content


@pytest.mark.parametrize("dits", ["XXX-01,CAN-04", "XXX-01, CAN-04", ["XXX-01", "CAN-04"]])
def test_un_import_se_confirme_en_une_fois_ou_code_par_code(monde: Monde, dits: str | list[str]) -> None:
    nom = nom_nouveau("Import")
    proches = [(nom, "Alix", "1991-03-04", "FR", lieu) for lieu in ("75112", "69381")]
    importer(monde.centre, fichier("csv", *proches), "c.csv", False).a_confirmer("CAN-04")
    fait = importer(monde.centre, fichier("csv", *proches), "c.csv", False, confirmer=dits).reussie()
    assert fait["importes"] == 2


def test_importer_dit_chaque_ligne_et_n_importe_rien(monde: Monde) -> None:
    bon, faux = nom_nouveau("Import"), nom_nouveau("Import")
    lignes = ((bon, "Alix", "1991-03-04", "FR", "75112"), (faux, "", "2023-02-29", "FR", "75112"))
    probleme = importer(monde.centre, fichier("csv", *lignes), "c.csv", False).refusee("INVALIDE", 422)
    assert probleme["erreurs"]
    textes = str(probleme["erreurs"])
    assert "prenoms" in textes.lower().replace("é", "e")
    assert "2023-02-29" in textes
    assert monde.centre.lire("/candidats", q=bon)["total"] == 0
    importer(monde.ud, fichier("csv"), "c.csv", True).refusee("DROIT", 403)
    importer(monde.centre, b"\x00\x01", "c.xlsx", True).refusee("INVALIDE", 422)
