"""Les fichiers de candidats qu'un centre envoie : essayés, refusés ligne par ligne, importés et inscrits d'un coup."""

import time

import pytest

from tests.outils.tableaux import en_csv, en_ods, en_xlsx
from tests.parcours.acteurs import Reponse, Utilisateur
from tests.parcours.monde import TITRE, Monde, nom_nouveau

EN = {"csv": en_csv, "xlsx": en_xlsx, "ods": en_ods}
COLONNES = ["nom_naissance", "Prénoms", "DATE DE NAISSANCE", "Pays de naissance", "Code INSEE de naissance"]


def importer(
    qui: Utilisateur, *lignes: list[str], genre: str = "csv", essai: bool = False, **champs: str | list[str]
) -> Reponse:
    """Sends a file of these lines, and fields beside it, as a browser does."""
    return envoyer(qui, EN[genre]([COLONNES, *lignes]), f"candidats.{genre}", essai=essai, **champs)


def envoyer(qui: Utilisateur, contenu: bytes, nom: str, *, essai: bool = False, **champs: str | list[str]) -> Reponse:
    fichiers, adresse = {"fichier": (nom, contenu)}, f"/candidats/import?essai={str(essai).lower()}"
    return Reponse(qui._http.post(adresse, files=fichiers, data=champs, timeout=60))


def ligne(nom: str = "", prenoms: str = "Alix, Jo", ne_le: str = "28/02/1990", insee: str = "75112") -> list[str]:
    """Returns a line about somebody, new unless named."""
    return [nom or nom_nouveau("Import"), prenoms, ne_le, "FR", insee]


@pytest.mark.parametrize("genre", EN)
def test_un_fichier_est_importe_et_inscrit_d_un_coup(monde: Monde, genre: str) -> None:
    connu, session = monde.candidat(), monde.session()
    lignes = [*(ligne() for _ in range(4)), ligne(connu["nom_naissance"], connu["prenoms"])]

    essai = importer(monde.centre, *lignes, genre=genre, essai=True, session_id=session["id"]).reussie()
    assert (essai["importes"], essai["deja_connus"], essai["inscrits"]) == (4, 1, 5)
    assert monde.relire(session)["candidats"] == []

    inscrire = {"session_id": session["id"], "parcours": "formation"}
    bilan = importer(monde.centre, *lignes, genre=genre, **inscrire).reussie()
    assert (bilan["importes"], bilan["deja_connus"], bilan["inscrits"]) == (4, 1, 5)
    assert len(monde.relire(session)["candidats"]) == 5
    assert monde.centre.lire("/candidats", q=lignes[0][0])["total"] == 1
    assert monde.centre.demander("GET", f"/imports/{bilan['import_id']}/fichier").brute.content


def test_un_fichier_fautif_n_importe_rien_et_revient_annote(monde: Monde) -> None:
    session, bonne = monde.session(), ligne()
    fautive = ["", "Alix", "31/02/1990", "FR", "7"]
    document = importer(monde.centre, bonne, fautive, session_id=session["id"]).refusee("INVALIDE", 422)
    assert list(document["erreurs"]) == ["3"]
    assert set(document["erreurs"]["3"]) == {"nom_naissance", "date_naissance", "naissance.code_insee"}
    assert "31/02/1990" in str(document["erreurs"])
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
    pleine = ligne(plein["nom_naissance"], plein["prenoms"])
    document = importer(monde.centre, bonne, pleine, session_id=session["id"]).refusee("INVALIDE", 422)
    assert [(r["ligne"], r["code"]) for r in document["contexte"]["refus"]] == [(3, "INS-04")]
    assert monde.centre.lire("/candidats", q=bonne[0])["total"] == 0


def test_une_session_d_un_autre_centre_n_existe_pas_pour_un_import(monde: Monde) -> None:
    session, bonne = monde.session(), ligne()
    importer(monde.autre_centre, bonne, session_id=session["id"]).refusee("INTROUVABLE", 404)
    assert monde.autre_centre.lire("/candidats", q=bonne[0])["total"] == 0


@pytest.mark.parametrize("contenu", [b"", b"\x00" * 10, b"rien"])
def test_un_fichier_illisible(monde: Monde, contenu: bytes) -> None:
    assert list(envoyer(monde.centre, contenu, "x.xlsx").refusee("INVALIDE", 422)["erreurs"]) == ["fichier"]


def test_un_champ_laisse_vide_n_est_pas_dit(monde: Monde) -> None:
    laisses = {"session_id": "", "parcours": "", "motif": "", "confirmer": ""}
    bilan = importer(monde.centre, ligne(), essai=True, **laisses).reussie()
    assert (bilan["importes"], bilan["inscrits"]) == (1, 0)


@pytest.mark.parametrize("dits", ["XXX-01,CAN-04", "XXX-01, CAN-04", ["XXX-01", "CAN-04"]])
def test_un_import_se_confirme_en_une_fois_ou_code_par_code(monde: Monde, dits: str | list[str]) -> None:
    nom = nom_nouveau("Import")
    proches = [ligne(nom, insee=lieu) for lieu in ("75112", "69381")]
    importer(monde.centre, *proches).a_confirmer("CAN-04")
    assert importer(monde.centre, *proches, confirmer=dits).reussie()["importes"] == 2


def test_deux_mille_lignes_en_moins_de_trente_secondes(monde: Monde) -> None:
    base = nom_nouveau("Masse")
    alphabet = "abcdefghijklmnopqrst"
    noms = [f"{base}-{a}{b}{c}" for a in alphabet for b in alphabet for c in alphabet[:5]]
    for genre, attendus in (("ods", 2000), ("xlsx", 0)):
        debut = time.monotonic()
        bilan = importer(monde.centre, *(ligne(nom) for nom in noms), genre=genre).reussie()
        assert time.monotonic() - debut < 30
        assert (bilan["importes"], bilan["deja_connus"]) == (attendus, 2000 - attendus)


def test_une_demande_vae_recevable_inscrit_par_un_fichier(monde: Monde) -> None:
    candidat, session = monde.candidat(), monde.session()
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    monde.ud.poster(f"/demandes-vae/{demande['id']}/decision", {"decision": "recevable"}).reussie()
    lui = ligne(candidat["nom_naissance"], candidat["prenoms"])
    assert importer(monde.centre, lui, session_id=session["id"], parcours="vae").reussie()["inscrits"] == 1
    assert [c["demande_vae_id"] for c in monde.relire(session)["candidats"]] == [demande["id"]]


def test_une_naissance_a_l_etranger_est_designee_par_son_pays(monde: Monde) -> None:
    """CAN-01: a commune by its INSEE code, or a country."""
    corps = monde.corps_candidat(naissance={"pays_code": "MA"})
    cree = monde.centre.poster("/candidats", corps).reussie()
    assert cree["naissance"] == {"pays_code": "MA", "code_insee": None, "commune": None}
    identite = {nom: corps[nom] for nom in ("nom_naissance", "prenoms", "date_naissance", "naissance")}
    assert monde.autre_centre.poster("/candidats/rattachement", identite).reussie()["id"] == cree["id"]
    au_maroc = [nom_nouveau("Import"), "Alix", "1991-03-04", "MA", ""]
    assert importer(monde.centre, au_maroc, essai=True).reussie()["importes"] == 1
    monde.centre.poster("/candidats", corps | {"naissance": {"pays_code": "FR"}}).refusee("CAN-01")
