"""Contrôles et suites : noms des champs, refus, traces ; le rappel d'une échéance arrive à qui doit agir."""

from datetime import timedelta
from typing import Any

from tests.conftest import Systeme
from tests.contrats.formes import liste, porte
from tests.contrats.test_referentiel import agrement_nouveau
from tests.outils.attente import attendre
from tests.outils.rpc import Rpc
from tests.parcours.monde import Monde

CONTROLE = "id etablissement_id type date session_id controleur observations conclusion suites echeance etat version"


def corps_controle(monde: Monde, **autres: Any) -> dict[str, Any]:
    return {
        "type": "sur_pieces",
        "date": (monde.jour - timedelta(days=3)).isoformat(),
        "observations": "Les pièces demandées ont été vues.",
        "conclusion": "avec_reserves",
    } | autres


def test_la_vie_d_un_controle(monde: Monde) -> None:
    session = monde.session()
    chemin = f"/etablissements/{session['etablissement_id']}/controles"
    for qui in (monde.centre, monde.national):
        qui.poster(chemin, corps_controle(monde)).refusee("DROIT", 403)
    assert "type" in monde.ud.poster(chemin, {}).refusee("INVALIDE", 422)["erreurs"]
    cree = monde.ud.poster(chemin, corps_controle(monde, session_id=session["id"]))
    assert cree.statut == 201, cree.brute.text
    controle = porte(cree.reussie(), CONTROLE)
    assert (controle["session_id"], controle["etat"]) == (session["id"], "a_suivre")
    fiche = f"/controles/{controle['id']}"
    assert monde.centre.lire(fiche)["observations"] == controle["observations"]
    assert controle["id"] in {c["id"] for c in liste(monde.centre.lire(chemin))}
    for lu in (fiche, f"{fiche}/traces", chemin):
        monde.autre_centre.demander("GET", lu).refusee("INTROUVABLE", 404)

    corrige = monde.direccte.demander("PATCH", fiche, {"conclusion": "conforme"}, if_match='"1"').reussie()
    assert (corrige["conclusion"], corrige["etat"], corrige["version"]) == ("conforme", "clos", 2)
    monde.ud.demander("PATCH", fiche, {"conclusion": "non_conforme"}, if_match='"1"').refusee("VERSION", 412)
    derniere = liste(monde.centre.lire(f"{fiche}/traces"))[0]
    assert derniere["phrase"].endswith("La conclusion a été changée : avec réserves → conforme.")


def test_l_echeance_d_une_suite_est_rappelee(monde: Monde, demo: Systeme) -> None:
    etablissement = monde.etablissement(monde.centre)
    controle = monde.ud.poster(f"/etablissements/{etablissement['id']}/controles", corps_controle(monde)).reussie()
    demain = (monde.jour + timedelta(days=1)).isoformat()
    suite = {"date": monde.jour.isoformat(), "texte": "Plan d'action demandé.", "echeance": demain}
    suivi = monde.ud.poster(f"/controles/{controle['id']}/suites", suite)
    assert (suivi.statut, suivi.reussie()["echeance"]) == (201, demain)
    with Rpc(demo.amqp_url) as rpc:

        def rappels() -> list[dict[str, Any]]:
            rpc.appeler("notifications_gardes", "avertir")
            lus = [
                (qui, m) for qui in (monde.ud, monde.centre) for m in qui.lire("/messages", par_page=200)["elements"]
            ]
            trouves = [m for _, m in lus if m["objet_id"] == controle["id"]]
            return trouves if len(trouves) == 2 else []

        pour_l_ud, pour_le_centre = attendre(rappels)
    assert pour_l_ud["genre"] == "controle_a_suivre"
    assert etablissement["denomination"] in pour_l_ud["phrase"]
    assert "de votre établissement, une réponse est attendue" in pour_le_centre["phrase"]


def test_les_incidences_d_un_agrement_nomment_qui_est_inscrit(monde: Monde) -> None:
    session = monde.session_complete()
    (agrement,) = (
        a for a in monde.etablissement(monde.centre)["agrements"]
        if a["titre_code"] == session["titre_code"] and a["site_id"] == session["site_id"]
    )  # fmt: skip

    def a_jour() -> dict[str, Any] | None:
        lues = monde.ud.lire(f"/agrements/{agrement['id']}/incidences")
        return next((s for s in lues["sessions"] if s["id"] == session["id"] and len(s["jures"]) == 2), None)

    vue = attendre(a_jour)
    assert {j["id"] for j in vue["jures"]} == {j["jure_id"] for j in session["jures"]}
    assert [c["id"] for c in vue["candidats"]] == [c["candidat_id"] for c in session["candidats"]]
    assert all(qui["nom"] for qui in (*vue["jures"], *vue["candidats"]))
    vides = monde.ud.lire(f"/agrements/{agrement_nouveau(monde)['id']}/incidences")
    assert vides == {"sessions": [], "nombre_candidats": 0, "nombre_jures": 0}
