"""MSG-01 : qui agit et qui est concerné sont avertis, dans l'application à mesure, et par courriel s'ils le veulent."""

import socket
import threading
import time
from contextlib import ExitStack
from datetime import date, timedelta
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps, Utilisateur
from tests.parcours.courrier import courriels
from tests.parcours.monde import TITRE, Monde, nom_nouveau


def message_sur(qui: Utilisateur, objet_id: str, genre: str | None = None) -> Corps:
    """Returns the account's message about a thing, the last one, or that of a kind, once it is there."""

    def trouve() -> Corps | None:
        lus = qui.lire("/messages", par_page=200)["elements"]
        return next((m for m in lus if m["objet_id"] == objet_id and genre in (None, m["genre"])), None)

    return dict(attendre(trouve))


def test_suspendre_avertit_l_agent_et_le_centre_de_la_session(monde: Monde) -> None:
    session, jure = monde.session(), monde.jure_habilite()
    monde.inscrire_jure(session, jure)
    monde.confirmer_suspension(jure)

    pour_l_agent = message_sur(monde.ud, jure["habilitation"]["id"])
    pour_le_centre = message_sur(monde.centre, jure["habilitation"]["id"])

    assert pour_l_agent["genre"] == pour_le_centre["genre"] == "habilitation_suspendue"
    assert pour_l_agent["phrase"].startswith("Vous avez suspendu l'habilitation d'Alix ")
    assert jure["nom"] in pour_l_agent["phrase"] and session["numero"] in pour_l_agent["phrase"]
    assert pour_le_centre["phrase"].endswith(f"remplacez ce juré dans la session {session['numero']}.")
    autres = monde.autre_centre.lire("/messages", par_page=200)["elements"]
    assert jure["habilitation"]["id"] not in {m["objet_id"] for m in autres}


def test_reactiver_supprimer_inactiver_avertissent(monde: Monde) -> None:
    jure = monde.jure_habilite()
    habilitation = jure["habilitation"]["id"]
    monde.confirmer_suspension(jure)
    monde.ud.poster(f"/habilitations/{habilitation}/reactiver", {"confirmer": ["HAB-02"]}).reussie()
    brouillon = monde.habilitation(monde.jure(), valider=False)
    monde.ud.demander("DELETE", f"/habilitations/{brouillon['id']}?confirmer=HAB-03")
    monde.ud.poster(f"/jures/{jure['id']}/inactivation", {"confirmer": ["JUR-02"]}).reussie()

    assert message_sur(monde.ud, brouillon["id"])["phrase"].startswith("Vous avez supprimé l'habilitation d'Alix ")
    assert message_sur(monde.ud, jure["id"])["genre"] == "jure_inactive"

    def siens() -> set[str]:
        lus = monde.ud.lire("/messages", par_page=200)["elements"]
        return {m["genre"] for m in lus if m["objet_id"] == habilitation}

    attendre(lambda: siens() == {"habilitation_reactivee", "habilitation_suspendue"})  # no event waits for another


def test_un_refus_avertit_le_centre(monde: Monde) -> None:
    session = monde.session_complete()
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    monde.ud.poster(f"/sessions/{session['id']}/refus", {"motif": "Plateau technique indisponible"}).reussie()
    recu = message_sur(monde.centre, session["id"])
    assert (recu["genre"], recu["objet_type"]) == ("session_refusee", "session")
    assert recu["phrase"].startswith(f"La session {session['numero']} est refusée")


def test_une_annulation_de_l_administration_avertit_le_centre(monde: Monde) -> None:
    """Its candidates were told, and to ask the centre, which was told nothing."""
    session = monde.session_validee()
    monde.ud.poster(f"/sessions/{session['id']}/annulation", {"motif": "Travaux", "confirmer": ["SES-09"]}).reussie()
    recu = message_sur(monde.centre, session["id"], "session_annulee")
    assert recu["objet_type"] == "session"


def test_une_annulation_du_centre_avertit_l_ud_qui_avait_valide(monde: Monde) -> None:
    session = monde.session_validee()
    corps = {"motif": "Plateau technique inondé", "confirmer": ["SES-09"]}
    monde.centre.poster(f"/sessions/{session['id']}/annulation", corps).reussie()
    recu = message_sur(monde.ud, session["id"], "annulee_par_son_centre")
    assert recu["phrase"] == f"La session {session['numero']} est annulée par son centre : lisez-en le motif."


def test_une_validation_dit_au_centre_jusqu_a_quand_convoquer(monde: Monde) -> None:
    session = monde.session_validee()
    limite = date.fromisoformat(session["date_debut"]) - timedelta(days=30)
    phrase = f"La session {session['numero']} est validée : éditez ses convocations au plus tard le {limite:%d/%m/%Y}."
    assert message_sur(monde.centre, session["id"])["phrase"] == phrase


def test_une_attestation_que_remplace_une_identite_corrigee_est_dite_a_son_centre(monde: Monde) -> None:
    """The unit corrected a name; the centre went on handing over papers that held no longer."""
    session, ccps = monde.session_validee(), monde.national.lire(f"/titres/{TITRE}")["ccps"]
    chemin, debut = f"/sessions/{session['id']}", date.fromisoformat(session["date_debut"])
    candidat_id = session["candidats"][0]["candidat_id"]
    ligne = {"candidat_id": candidat_id, "present": True, "entretien_final": "favorable"}
    ligne |= {"ccps": {ccp["code"]: "acquis" for ccp in ccps}}
    monde.centre.demander("PUT", f"{chemin}/resultats", {"resultats": [ligne]}, le=debut).reussie()
    monde.centre.poster(f"{chemin}/cloture", le=debut + timedelta(days=1)).reussie()
    monde.ud.poster(f"{chemin}/visa", le=debut + timedelta(days=2)).reussie()
    corrige = {"nom_naissance": nom_nouveau("Corrige"), "motif": "État civil"}
    monde.ud.demander("PATCH", f"/candidats/{candidat_id}", corrige).reussie()
    recu = message_sur(monde.centre, session["id"], "attestations_changees")
    assert recu["phrase"].startswith(f"Session {session['numero']} : 1 attestation remplacée, par suite d'un")


def test_un_site_deplace_avertit_le_centre_de_ce_qu_il_a_a_remettre(monde: Monde) -> None:
    """CNV-04: a unit moved it, and the letters that its centre had handed over called to where it was no more."""
    chemin, adresse = (
        f"/etablissements/{monde.centre.profil['etablissement_id']}",
        monde.etablissement(monde.centre)["adresse"],
    )
    neuf = {"libelle": nom_nouveau("Site"), "adresse": adresse}
    sites = monde.ud.demander("PATCH", chemin, {"sites": [neuf]}).reussie()["sites"]
    site = next(s for s in sites if s["libelle"] == neuf["libelle"])
    dates = {f"date_{nom}": str(monde.jour + timedelta(days=n)) for nom, n in (("debut", 0), ("fin", 200))}
    accorde = {"site_id": site["id"], "titre_code": TITRE, "numero": nom_nouveau("AGR")}
    monde.ud.poster(f"{chemin}/agrements", accorde | dates).reussie()
    session = monde.session_validee(site_id=site["id"], candidat=monde.candidat(courriel=None))
    monde.convoquer(session)
    ailleurs = site | {"adresse": adresse | {"voie": "2 rue d'à côté"}}
    monde.ud.demander("PATCH", chemin, {"sites": [ailleurs]}).reussie()
    recu = message_sur(monde.centre, session["id"], "convocations_refaites")
    assert "remettez la sienne en main propre à 1 personne sans courriel" in recu["phrase"]


def test_un_agrement_suspendu_avertit_le_centre_meme_sans_session(monde: Monde) -> None:
    chez_lui = monde.etablissement(monde.centre)
    dates = {f"date_{nom}": str(monde.jour + timedelta(days=n)) for nom, n in (("debut", 700), ("fin", 710))}
    corps = {"titre_code": TITRE, "site_id": chez_lui["sites"][0]["id"], "numero": nom_nouveau("AGR"), **dates}
    agrement = monde.ud.poster(f"/etablissements/{chez_lui['id']}/agrements", corps).reussie()
    suspension = {"motif": "Plateau fermé", "confirmer": ["AGR-02"]}
    monde.ud.poster(f"/agrements/{agrement['id']}/suspension", suspension).reussie()

    def suspendu() -> Corps | None:
        recu = message_sur(monde.centre, agrement["id"])  # that it was granted came first
        return recu if "est suspendu" in recu["phrase"] else None

    assert attendre(suspendu)["genre"] == "agrement_decide"


def test_un_message_lu_n_est_plus_compte(monde: Monde) -> None:
    jure = monde.jure_habilite()
    monde.confirmer_suspension(jure)
    message = message_sur(monde.ud, jure["habilitation"]["id"])
    assert message["lu_le"] is None

    monde.ud.poster(f"/messages/{message['id']}/lu", If_Match='"99"').refusee("VERSION", 412)
    lu = monde.ud.poster(f"/messages/{message['id']}/lu").reussie()

    assert lu["lu_le"] is not None
    non_lus = monde.ud.lire("/messages", non_lus="true", par_page=200)
    assert message["id"] not in {m["id"] for m in non_lus["elements"]}
    assert non_lus["total"] == non_lus["non_lus"]
    monde.centre.poster(f"/messages/{message['id']}/lu").refusee("INTROUVABLE", 404)


def test_le_message_arrive_par_le_flux(monde: Monde) -> None:
    recus: Queue[tuple[str, Any]] = Queue()
    ud = monde.compte("ud-demo")

    def ecouter() -> None:
        for genre, donnees in ud.ecouter("/messages/flux", secondes=60):
            recus.put((genre, donnees))

    threading.Thread(target=ecouter, daemon=True).start()
    assert recus.get(timeout=30)[0] == "non_lus"
    jure = monde.jure_habilite()
    monde.confirmer_suspension(jure)
    while True:
        genre, donnees = recus.get(timeout=30)
        if genre == "message" and donnees["objet_id"] == jure["habilitation"]["id"]:
            break


def test_qui_quitte_une_page_rend_sa_place_aussitot(monde: Monde) -> None:
    """Seen still refused (429) after thirteen seconds: an agent opens twenty pages in that time."""
    jeton = monde.compte("multi-demo")._http.headers["Authorization"]
    demande = f"GET /api/v1/messages/flux HTTP/1.1\r\nHost: ceres\r\nAuthorization: {jeton}\r\n\r\n".encode()

    def ouvrir(pile: ExitStack) -> int:
        ligne = pile.enter_context(socket.create_connection(("127.0.0.1", urlsplit(monde.url).port or 80), 10))
        ligne.sendall(demande)
        return int(ligne.recv(4096).split()[1])

    with ExitStack() as pile:
        ouverts = [ouvrir(pile) for _ in range(21)]
        time.sleep(2)  # all has been said: nothing more is written to who leaves
    assert ouverts[0] == 200 and ouverts[-1] == 429
    with ExitStack() as pile:
        assert attendre(lambda: ouvrir(pile) == 200, 10)


def test_par_courriel_si_l_agent_l_a_choisi(monde: Monde, demo: Systeme) -> None:
    multi = monde.compte("multi-demo", type="UD", departement="75")
    choix = [{"genre": "habilitation_suspendue", "application": True, "courriel": True}]
    multi.demander("PUT", "/moi/preferences", {"messages": choix}).reussie()
    jure = monde.jure_habilite()

    multi.poster(f"/habilitations/{jure['habilitation']['id']}/suspendre", {"confirmer": ["HAB-04"]}).reussie()

    message = message_sur(multi, jure["habilitation"]["id"])
    recus = attendre(
        lambda: [c for c in courriels(demo.url_courrier, "multi-demo@exemple.fr") if jure["nom"] in c["texte"]]
    )
    (recu,) = recus  # others of the same UD are written to as well
    assert recu["objet"].startswith("CERES : vous avez suspendu l'habilitation d")
    assert message["phrase"] in recu["texte"].replace("\n", " ")
