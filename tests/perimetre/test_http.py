"""Every operation × every type of profil × the things of its place, of a neighbour, of elsewhere (`matrice.txt`)."""

import re
from collections.abc import Iterable
from uuid import uuid4

import httpx
import pytest

from tests.outils.cas import d_un_trait
from tests.perimetre.essais import INTRUS, PERMIS, Essai, adresse
from tests.perimetre.lieux import Lieux
from tests.perimetre.matrice import PORTEES, PROFILS, Ligne, lire

LIEUX = ("sien", "voisin", "departement", "ailleurs")
MATRICE = lire()
FERMEES = [ligne for ligne in MATRICE if ligne.public is None]
RELISIBLES = {ligne.nom for ligne in FERMEES if ligne.cellules["NATIONAL"] == "tout"}
PUBLIQUES = [ligne for ligne in MATRICE if ligne.public is not None]


def nommer(valeur: object) -> str:
    return f"{valeur.nom} {valeur.variante}".strip() if isinstance(valeur, Ligne) else str(valeur)


def test_chaque_operation_a_sa_ligne_et_chaque_ligne_son_operation(lieux: Lieux) -> None:
    paths = httpx.get(f"{lieux.url}/openapi.json", timeout=30).json()["paths"]
    operations = {f"{m.upper()} {chemin}": dite for chemin, dites in paths.items() for m, dite in dites.items()}
    lignes = [ligne.nom for ligne in MATRICE if not ligne.variante]
    assert len(lignes) == len(set(lignes)), "une opération a deux lignes"
    assert operations.keys() - set(lignes) == set(), "sans ligne dans tests/perimetre/matrice.txt"
    assert set(lignes) - operations.keys() == set(), "des lignes sans opération"
    sans_jeton = {nom for nom, dite in operations.items() if dite["security"] == []}
    assert sans_jeton == {ligne.nom for ligne in PUBLIQUES}, "le document le dit public"


@pytest.mark.parametrize("ligne", FERMEES, ids=nommer)
def test_un_profil_n_agit_que_dans_son_perimetre(lieux: Lieux, ligne: Ligne) -> None:
    attendues = {profil: attendre_de(ligne.cellules[profil]) for profil in PROFILS}
    avant = {chose: lieux.version_d_origine(chose) for chose in _intouchables(lieux, ligne, attendues.values())}
    issues = {}
    for profil, attendue in attendues.items():
        essai = Essai(lieux, ligne, lieux.acteurs[profil]._http)
        issues[profil] = {lieu: essai.sur(lieu) for lieu in attendue}
    assert issues == attendues
    assert {chose: lieux.version(chose) for chose in avant} == avant


def _intouchables(lieux: Lieux, ligne: Ligne, attendues: Iterable[dict[str, str]]) -> set[str]:
    """Returns what somebody may not change by an operation; nobody does here, who tries only what is then refused."""
    if ligne.methode == "GET" or f"GET {ligne.racine}" not in RELISIBLES:
        return set()
    refuses = {lieu for attendue in attendues for lieu, issue in attendue.items() if issue != PERMIS}
    return {adresse(ligne.racine, lieux.lieux[lieu], ligne.variante) for lieu in refuses}


@d_un_trait
@pytest.mark.parametrize("ligne", FERMEES, ids=nommer)
def test_qui_n_est_pas_connecte_ne_fait_rien(lieux: Lieux, ligne: Ligne) -> None:
    assert Essai(lieux, ligne, lieux.anonyme).sur("sien") == "401 NON_AUTHENTIFIE"


@d_un_trait
@pytest.mark.parametrize("ligne", [x for x in FERMEES if x.methode == "GET" and "{" in x.chemin], ids=nommer)
def test_ce_qui_est_absent_l_est_avant_que_ses_filtres_soient_lus(lieux: Lieux, ligne: Ligne) -> None:
    chemin, faux = (
        re.sub(r"{\w+}", str(uuid4()), ligne.chemin),
        {"page": "x", "debut": "x", "version": "x", INTRUS: "1"},
    )
    absent = lieux.acteurs["NATIONAL"]._http.get(chemin, params=faux)
    assert absent.status_code in ((403,) if ligne.cellules["NATIONAL"] == "-" else (404,)), absent.text


@d_un_trait
@pytest.mark.parametrize("ligne", PUBLIQUES, ids=nommer)
def test_ce_qui_est_public_l_est_pour_tous(lieux: Lieux, ligne: Ligne) -> None:
    clients = {"personne": lieux.anonyme} | {profil: qui._http for profil, qui in lieux.acteurs.items()}
    statuts = {qui: Essai(lieux, ligne, http).statut() for qui, http in clients.items()}
    assert statuts == dict.fromkeys(clients, ligne.public)


def test_le_site_d_un_autre_centre_n_existe_pas(lieux: Lieux) -> None:
    centre, corps = lieux.acteurs["CENTRE"], lieux.monde.corps_session(titre_code=lieux.lieux["sien"].objets["titres"])
    refus = {
        site: centre.poster("/sessions", corps | {"site_id": site}).refusee("INVALIDE", 422)["erreurs"]
        for site in (*(lieux.lieux[lieu].objets["sites"] for lieu in LIEUX[1:]), str(uuid4()))
    }
    assert len({str(erreurs) for erreurs in refus.values()}) == 1
    assert "site_id" in next(iter(refus.values()))


def attendre_de(cellule: str) -> dict[str, str]:
    """Returns what is expected of a cell, place by place."""
    if cellule == "oui":
        return {"sien": PERMIS}
    if cellule == "-":  # the type forbids it, whose ever the thing is
        return {"sien": "403 DROIT"}
    return {lieu: PERMIS if lieu in PORTEES[cellule].split() else "404 INTROUVABLE" for lieu in LIEUX}
