"""Every call that the contract promises is in the document that the gateway publishes, and answers."""

import re

import httpx
import pytest

from tests.conftest import Systeme
from tests.parcours.monde import Monde

CONTRAT = """
POST /jetons
POST /jetons/revocation
PUT /moi/mot-de-passe
GET /moi/preferences
PUT /moi/preferences
GET /comptes
GET /comptes/{}
POST /comptes/{}/desactivation
POST /comptes/{}/reactivation
POST /comptes/{}/profils
DELETE /comptes/{}/profils/{}
GET /invitations
POST /invitations
POST /invitations/{}/renvoi
GET /invitations/acceptation/{}
POST /invitations/acceptation/{}
GET /taches
GET /filtres
POST /filtres
DELETE /filtres/{}
GET /alertes
GET /parametres
POST /parametres/{}/valeurs
GET /communes
GET /pays
GET /departements
GET /moi
GET /titres
GET /titres/{}
GET /ccs
GET /ccs/{}
PUT /titres/{}/correspondances
POST /titres
PATCH /titres/{}
GET /etablissements
GET /etablissements/{}
POST /etablissements
PATCH /etablissements/{}
GET /etablissements/{}/agrements
POST /etablissements/{}/agrements
GET /agrements/{}
PATCH /agrements/{}
GET /agrements/{}/incidences
GET /agrements
POST /agrements/{}/suspension
POST /agrements/{}/retrait
POST /agrements/{}/retablissement
GET /etablissements/{}/controles
POST /etablissements/{}/controles
GET /controles/{}
PATCH /controles/{}
POST /controles/{}/suites
GET /jures
GET /jures/{}
POST /jures
PATCH /jures/{}
GET /jures/export
POST /jures/{}/emplois
PATCH /jures/{}/emplois/{}
DELETE /jures/{}/emplois/{}
POST /jures/{}/inactivation
POST /jures/{}/activation
POST /jures/{}/habilitations
GET /habilitations/{}
PATCH /habilitations/{}
GET /habilitations
GET /jures/{}/sessions
GET /jures/{}/doublons
POST /jures/{}/fusion
POST /habilitations/{}/valider
POST /habilitations/{}/suspendre
POST /habilitations/{}/reactiver
POST /habilitations/{}/mettre-en-brouillon
DELETE /habilitations/{}
GET /candidats
GET /candidats/{}
POST /candidats
PATCH /candidats/{}
POST /candidats/rattachement
GET /candidats/{}/credits
GET /candidats/{}/doublons
POST /candidats/{}/fusion
GET /candidats/{}/bandeau
GET /imports/{}/fichier
GET /candidats/export
GET /sessions/export
GET /agrements/export
GET /habilitations/export
POST /candidats/import
POST /candidats/{}/demandes-vae
GET /candidats/{}/demandes-vae
POST /demandes-vae/{}/decision
GET /demandes-vae
POST /demandes-vae/{}/retrait
GET /sessions
GET /sessions/{}
POST /sessions
PATCH /sessions/{}
POST /sessions/{}/soumission
POST /sessions/{}/validation
POST /sessions/{}/refus
POST /sessions/{}/annulation
POST /sessions/{}/jures
DELETE /sessions/{}/jures/{}
POST /sessions/{}/candidats
DELETE /sessions/{}/candidats/{}
POST /sessions/{}/convocations
GET /sessions/{}/convocations.pdf
GET /sessions/{}/emargement.pdf
GET /sessions/{}/pv.pdf
POST /sessions/{}/demandes-dte
PUT /sessions/{}/resultats
POST /sessions/{}/cloture
POST /sessions/{}/visa
POST /sessions/{}/deblocage
POST /sessions/{}/retrait
POST /sessions/{}/carence
POST /sessions/{}/jures/{}/remplacement
GET /sessions/{}/jures-possibles
GET /sessions/{}/couverture
GET /sessions/{}/echeances
GET /sessions/{}/alertes
GET /sessions/{}/convocations
POST /convocations/{}/renvoi
GET /convocations/{}.pdf
GET /convocations/{}.ics
GET /sessions/{}/resultats
GET /demandes-dte/{}
PATCH /demandes-dte/{}
GET /candidats/{}/attestations
GET /attestations/{}.pdf
GET /verifications/{}
GET /messages
POST /messages/{}/lu
GET /messages/flux
POST /abonnements
GET /abonnements/confirmation/{}
POST /abonnements/confirmation/{}
GET /abonnements/desabonnement/{}
POST /abonnements/desabonnement/{}
POST /versions
PATCH /versions/{}
GET /versions
GET /versions/{}
GET /versions/{}/apercu
POST /versions/{}/diffusion
GET /versions/{}/diffusion
GET /versions/{}/diffusion/flux
GET /versions/{}/diffusion/envois
POST /versions/{}/diffusion/arret
POST /versions/{}/diffusion/reprise
POST /versions/{}/essai
GET /versions/{}/publique
GET /abonnes
POST /abonnes/import
GET /abonnes/export
GET /candidats/{}/traces
GET /jures/{}/traces
GET /habilitations/{}/traces
GET /agrements/{}/traces
GET /controles/{}/traces
GET /sessions/{}/traces
"""
APPELS = [tuple(ligne.split()) for ligne in CONTRAT.strip().splitlines()]
PUBLICS = {"jetons", "abonnements", "verifications"}


def _est_public(chemin: str) -> bool:
    if chemin.endswith("/publique") or chemin.startswith("/invitations/acceptation"):
        return True
    return chemin.split("/")[1] in PUBLICS and chemin != "/jetons/revocation"


@pytest.fixture(scope="module")
def document(demo: Systeme) -> dict[str, dict[str, dict[str, object]]]:
    """The published document, read as a stranger does: without a token. `{}` stands for a path parameter."""
    publie = httpx.get(f"{demo.url}/api/v1/openapi.json").raise_for_status().json()
    assert publie["openapi"].startswith("3.")
    return {re.sub(r"\{\w+\}", "{}", chemin): appels for chemin, appels in publie["paths"].items()}


@pytest.mark.parametrize(("methode", "chemin"), APPELS)
def test_le_document_dit_l_appel(document: dict[str, dict[str, dict[str, object]]], methode: str, chemin: str) -> None:
    assert methode.lower() in document.get(chemin, {})
    assert (document[chemin][methode.lower()]["security"] == []) is _est_public(chemin)


@pytest.mark.parametrize(("methode", "chemin"), [a for a in APPELS if not _est_public(a[1])])
def test_sans_jeton_rien_ne_repond(monde: Monde, methode: str, chemin: str) -> None:
    reponse = httpx.request(methode, f"{monde.url}/api/v1{chemin.replace('{}', 'inconnu')}", verify=False)
    assert (reponse.status_code, reponse.json()["code"]) == (401, "NON_AUTHENTIFIE")
    assert reponse.headers["www-authenticate"].startswith("Bearer")
