"""Les candidats : un par personne, leurs fichiers, leurs demandes VAE, leurs acquis."""

import csv
import io
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from commun.dates import plus_annees
from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps, Reponse, Utilisateur
from tests.parcours.monde import TITRE, Monde, nom_nouveau

IDENTITE = ("nom_naissance", "prenoms", "date_naissance", "naissance")
ENTETES = ["Nom de naissance", "Prénoms", "Date de naissance", "Code INSEE de naissance", "Code postal"]


def importer(qui: Utilisateur, lignes: list[list[str]], **parametres: str) -> Reponse:
    """Sends a csv file as a browser does."""
    sortie = io.StringIO()
    csv.writer(sortie, delimiter=";").writerows([ENTETES, *lignes])
    fichiers = {"fichier": ("liste.csv", sortie.getvalue().encode(), "text/csv")}
    return Reponse(qui._http.post("/candidats/import", files=fichiers, params=parametres, timeout=60))


def ligne(**champs: str) -> list[str]:
    """Returns a line about somebody new."""
    return [
        champs.get("nom") or nom_nouveau("Fichier"),
        "Alix, Jo",
        "28/02/1990",
        champs.get("insee", "75112"),
        "75011",
    ]


def test_le_bandeau_dit_la_commune_de_naissance(monde: Monde) -> None:
    corps = monde.corps_candidat(
        naissance={"code_insee": "69383"}, adresse={"code_postal": "75011", "commune": "Paris"}
    )
    cree = monde.centre.poster("/candidats", corps).reussie()
    bandeau = monde.centre.lire(f"/candidats/{cree['id']}/bandeau")
    assert bandeau["naissance"]["libelle"] == "Lyon 3e Arrondissement (69)"
    assert "adresse" not in bandeau
    session = monde.session()
    monde.inscrire(session, cree)
    inscription = attendre(lambda: monde.centre.lire(f"/candidats/{cree['id']}/bandeau")["inscriptions"])[0]
    assert (inscription["session_id"], inscription["parcours"]) == (session["id"], "formation")


def test_une_personne_connue_ailleurs_se_rattache_par_son_identite_complete(monde: Monde) -> None:
    connu = monde.candidat(monde.autre_centre)
    corps = {champ: connu[champ] for champ in IDENTITE}
    question = monde.centre.poster("/candidats", corps).a_confirmer("CAN-04")
    assert question["detail"] == "Une identité proche existe : rattachez-la par son identité complète."
    assert connu["numero"] not in str(question)
    monde.centre.demander("GET", f"/candidats/{connu['id']}").refusee("INTROUVABLE", 404)

    faux = corps | {"prenoms": "Camille"}
    monde.centre.poster("/candidats/rattachement", faux).refusee("INTROUVABLE", 404)
    exact = corps | {"nom_naissance": connu["nom_naissance"].upper()}
    assert monde.centre.poster("/candidats/rattachement", exact).reussie()["id"] == connu["id"]
    monde.inscrire(monde.session(), connu)


def test_la_fusion_reunit_les_inscriptions_et_le_plafond(monde: Monde) -> None:
    corps = monde.corps_candidat()
    garde = monde.centre.poster("/candidats", corps).reussie()
    absorbe = monde.centre.poster("/candidats", corps | {"confirmer": ["CAN-04"]}).reussie()
    for candidat, dans in ((garde, 40), (absorbe, 70), (absorbe, 100)):
        monde.inscrire(monde.session(dans=dans), candidat)
    doublons = monde.ud.lire(f"/candidats/{garde['id']}/doublons")
    assert [d["id"] for d in doublons["elements"]] == [absorbe["id"]]

    uni = monde.ud.confirmer(f"/candidats/{garde['id']}/fusion", {"absorbe_id": absorbe["id"]}, "CAN-04")

    assert uni["id"] == garde["id"]
    assert monde.ud.lire(f"/candidats/{absorbe['id']}")["id"] == garde["id"]
    assert attendre(lambda: monde.ud.lire(f"/candidats/{garde['id']}/credits")["n"] == 3)
    chemin = f"/sessions/{monde.session(dans=130)['id']}/candidats"
    monde.centre.poster(chemin, {"candidat_id": garde["id"], "parcours": "formation"}).refusee("INS-04")


def test_un_fichier_est_importe_et_inscrit_d_un_coup(monde: Monde) -> None:
    connu, session = monde.candidat(), monde.session()
    lignes = [ligne() for _ in range(12)]
    lignes.append([connu["nom_naissance"], connu["prenoms"], "28/02/1990", "75112", ""])

    essai = importer(monde.centre, lignes, essai="true", session_id=session["id"]).reussie()
    assert (essai["importes"], essai["deja_connus"], essai["inscrits"]) == (12, 1, 13)
    assert monde.relire(session)["candidats"] == []

    bilan = importer(monde.centre, lignes, session_id=session["id"], parcours="formation").reussie()
    assert (bilan["importes"], bilan["deja_connus"], bilan["inscrits"]) == (12, 1, 13)
    assert len(monde.relire(session)["candidats"]) == 13
    assert monde.centre.lire("/candidats", q=lignes[0][0])["total"] == 1


def test_un_fichier_fautif_n_importe_rien_et_revient_annote(monde: Monde) -> None:
    session, bonne = monde.session(), ligne()
    refus = importer(monde.centre, [bonne, ["", "Alix", "31/02/1990", "7", ""]], session_id=session["id"])
    document = refus.refusee("INVALIDE", 422)
    assert list(document["erreurs"]) == ["3"]
    assert set(document["erreurs"]["3"]) == {"nom_naissance", "date_naissance", "naissance.code_insee"}
    assert monde.centre.lire("/candidats", q=bonne[0])["total"] == 0
    assert monde.relire(session)["candidats"] == []
    copie = monde.centre.demander("GET", f"/imports/{document['contexte']['import_id']}/fichier").brute
    assert copie.headers["content-type"].endswith("spreadsheetml.sheet")
    assert copie.content[:2] == b"PK"


def test_le_plafond_d_une_ligne_arrete_tout_le_fichier(monde: Monde) -> None:
    plein = monde.candidat()
    for dans in (40, 70, 100):
        monde.inscrire(monde.session(dans=dans), plein)
    session, bonne = monde.session(dans=130), ligne()
    pleine = [plein["nom_naissance"], plein["prenoms"], "28/02/1990", "75112", ""]
    document = importer(monde.centre, [bonne, pleine], session_id=session["id"]).refusee("INVALIDE", 422)
    assert [(r["ligne"], r["code"]) for r in document["contexte"]["refus"]] == [(3, "INS-04")]
    assert monde.centre.lire("/candidats", q=bonne[0])["total"] == 0


def test_une_session_d_un_autre_centre_n_existe_pas_pour_un_import(monde: Monde) -> None:
    session, bonne = monde.session(), ligne()
    importer(monde.autre_centre, [bonne], session_id=session["id"]).refusee("INTROUVABLE", 404)
    assert monde.autre_centre.lire("/candidats", q=bonne[0])["total"] == 0


@pytest.mark.parametrize("contenu", [b"", b"\x00" * 10, b"rien"])
def test_un_fichier_illisible(monde: Monde, contenu: bytes) -> None:
    reponse: httpx.Response = monde.centre._http.post("/candidats/import", files={"fichier": ("x.xlsx", contenu)})
    assert list(Reponse(reponse).refusee("INVALIDE", 422)["erreurs"]) == ["fichier"]


def test_deux_mille_lignes_en_moins_de_trente_secondes(monde: Monde) -> None:
    base = nom_nouveau("Masse")
    alphabet = "abcdefghijklmnopqrst"
    noms = [f"{base}-{a}{b}{c}" for a in alphabet for b in alphabet for c in alphabet[:5]]
    debut = time.monotonic()
    bilan = importer(monde.centre, [ligne(nom=nom) for nom in noms]).reussie()
    assert time.monotonic() - debut < 30
    assert bilan["importes"] == 2000


def test_une_demande_vae_ouvre_l_inscription_un_an(monde: Monde) -> None:
    candidat = monde.candidat()
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    assert demande["etat"] == "deposee"
    session = monde.session()
    corps: Corps = {"candidat_id": candidat["id"], "parcours": "vae", "demande_vae_id": demande["id"]}
    monde.centre.poster(f"/sessions/{session['id']}/candidats", corps).refusee("INS-07")
    monde.centre.poster(f"/demandes-vae/{demande['id']}/decision", {"decision": "recevable"}).refusee("DROIT", 403)

    decidee = monde.ud.poster(f"/demandes-vae/{demande['id']}/decision", {"decision": "recevable"}).reussie()

    assert decidee["recevable_jusqu_au"] == (plus_annees(monde.jour, 1) - timedelta(days=1)).isoformat()
    monde.centre.poster(f"/sessions/{session['id']}/candidats", corps).reussie()
    liste = monde.ud.lire("/demandes-vae", etat="recevable", departement="75", q=candidat["nom_naissance"])
    assert [d["id"] for d in liste["elements"]] == [demande["id"]]

    autre, lui = monde.session(), [candidat["nom_naissance"], candidat["prenoms"], "28/02/1990", "75112", ""]
    assert importer(monde.centre, [lui], session_id=autre["id"], parcours="vae").reussie()["inscrits"] == 1
    assert [c["demande_vae_id"] for c in monde.relire(autre)["candidats"]] == [demande["id"]]


def test_les_acquis_suivent_la_cloture_le_visa_et_le_deblocage(monde: Monde) -> None:
    session = monde.session_validee()
    candidat_id = session["candidats"][0]["candidat_id"]
    chemin, le = f"/sessions/{session['id']}", monde.jour + timedelta(days=60)
    ccps = dict.fromkeys((c["code"] for c in monde.national.lire(f"/titres/{TITRE}")["ccps"]), "acquis")

    def saisir(entretien: str, obtenus: Corps) -> None:
        resultat = {"candidat_id": candidat_id, "present": True, "ccps": obtenus, "entretien_final": entretien}
        monde.centre.demander("PUT", f"{chemin}/resultats", {"resultats": [resultat]}, le=le).reussie()
        monde.centre.poster(f"{chemin}/cloture", le=le + timedelta(days=2)).reussie()

    def statuts() -> dict[str, Any]:
        acquis = monde.ud.lire(f"/candidats/{candidat_id}")["acquis"]
        return {nature: {c["code"]: c["statut"] for c in liste} for nature, liste in acquis.items()}

    monde.centre.demander("PATCH", f"/candidats/{candidat_id}", {"prenoms": "Camille"}).reussie()
    saisir("favorable", ccps)
    assert attendre(lambda: statuts()["titres"] == {TITRE: "provisoire"})
    assert statuts()["ccps"] == dict.fromkeys(ccps, "provisoire")
    monde.centre.demander("PATCH", f"/candidats/{candidat_id}", {"prenoms": "Camille, Jo"}).refusee("CAN-02")
    monde.ud.demander("PATCH", f"/candidats/{candidat_id}", {"prenoms": "Camille, Jo"}).reussie()

    monde.ud.poster(f"{chemin}/visa", le=le + timedelta(days=3)).reussie()
    assert attendre(lambda: statuts()["titres"] == {TITRE: "confirme"})

    monde.ud.poster(f"{chemin}/deblocage", {"motif": "Erreur de saisie"}, le=le + timedelta(days=4)).reussie()
    premier = next(iter(ccps))
    saisir("defavorable", ccps | {premier: "non_acquis"})
    assert attendre(lambda: statuts()["titres"] == {} and premier not in statuts()["ccps"])
    traces = monde.ud.lire(f"/candidats/{candidat_id}/traces")["elements"]
    assert traces[0]["phrase"].startswith("Acquis retirés : CCP ")
    assert traces[0]["code"] == "RES-04"
