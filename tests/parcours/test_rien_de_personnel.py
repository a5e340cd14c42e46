"""Nothing of who people are is in a log, an event or a queue's name: ids alone, from an unknown juré to his letter."""

from typing import Any

import psycopg

from commun.bus.topology import ecouteurs
from local.pile import paquets
from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.parcours.courrier import courriels
from tests.parcours.monde import Monde

MARQUES = {
    "nom": "Zzyxquor",
    "prenom": "Wqpblix",
    "telephone": "0199987654",
    "telephone_lu": "01 99 98 76 54",
    "courriel": "zzyx.wqpb",
    "naissance": "1971-10-17",
    "rue": "Vqorvenelle",
}


def test_rien_de_personnel_hors_des_bases(demo: Systeme, monde: Monde) -> None:
    session = convoquer_des_personnes_marquees(monde)
    attendre(lambda: courriels(demo.url_courrier, f"{MARQUES['courriel']}.candidat@exemple.fr"))
    monde.centre.lire("/candidats", q=MARQUES["nom"])
    monde.ud.lire("/jures", q=MARQUES["nom"])
    refus = {"candidat_id": MARQUES["nom"], "parcours": "formation"}
    monde.centre.poster(f"/sessions/{session['id']}/candidats", refus).refusee("INTROUVABLE", 404)

    journaux = {journal.name: journal.read_text(errors="replace") for journal in demo.journaux.glob("*.log")}
    assert "methode=inscrire_candidat" in journaux["sessions.log"]
    evenements = {service: outbox(demo.url_base(service)) for service in demo.bases}
    assert session["id"] in evenements["sessions"]
    files = {"files": str([file for file, _ in ecouteurs([f"{paquet}.service" for paquet in paquets().values()])])}
    for lieu, contenu in (journaux | evenements | files).items():
        if lieu != "courrier.log":  # the catcher of `make run`, which is no part of CERES
            assert not [nom for nom, marque in MARQUES.items() if marque.lower() in contenu.lower()], lieu


def convoquer_des_personnes_marquees(monde: Monde) -> dict[str, Any]:
    """Takes marked people to their convocations; returns their session."""
    adresse = {"voie": f"1 rue {MARQUES['rue']}", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    jure = {
        "nom": MARQUES["nom"],
        "prenom": MARQUES["prenom"],
        "date_naissance": MARQUES["naissance"],
        "telephone_personnel": MARQUES["telephone"],
        "courriel": f"{MARQUES['courriel']}.jure@exemple.fr",
        "adresse": adresse,
        "confirmer": ["JUR-06"],
    }
    cree = monde.ud.poster("/jures", monde.corps_jure(**jure)).reussie()
    emploi = {"intitule": "Essai", "code_rome": "D1212", "employeur": MARQUES["nom"], "date_debut": "2010-01-01"}
    monde.ud.poster(f"/jures/{cree['id']}/emplois", emploi).reussie()
    monde.habilitation(cree)
    candidat = {
        "nom_naissance": MARQUES["nom"],
        "prenoms": MARQUES["prenom"],
        "date_naissance": MARQUES["naissance"],
        "telephone": MARQUES["telephone"],
        "courriel": f"{MARQUES['courriel']}.candidat@exemple.fr",
        "adresse": adresse,
        "confirmer": ["CAN-04"],
    }
    inscrit = monde.candidat(**candidat)
    session = monde.session()
    for siege in (cree, monde.jure_habilite()):
        monde.inscrire_jure(session, siege)
    monde.inscrire(session, inscrit)
    monde.valider(session)
    monde.convoquer(session)
    monde.ud.poster(f"/jures/{cree['id']}/inactivation", {"confirmer": ["JUR-02", "JUR-04"]})
    return session


def outbox(url: str) -> str:
    """Returns every event that a service has put out, bodies and headers."""
    with psycopg.connect(url) as db:
        return str(db.execute("SELECT evenement, corps, en_tetes FROM outbox").fetchall())
