"""Le parcours principal de CERES, d'un juré inconnu aux convocations, comme le vivent un centre et une UD."""

import io

from pypdf import PdfReader

from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps
from tests.parcours.monde import TITRE, Monde


def test_d_un_jure_inconnu_aux_convocations(monde: Monde) -> None:
    centre, ud = monde.centre, monde.ud

    # L'UD crée le juré, son emploi, puis l'habilite.
    jure = monde.jure()
    brouillon = monde.habilitation(jure, valider=False)
    assert brouillon["etat"] == "brouillon"
    assert {a["action"] for a in brouillon["actions"]} == {"valider", "supprimer"}
    active = ud.poster(f"/habilitations/{brouillon['id']}/valider").reussie()
    assert active["etat"] == "active"
    second = monde.jure_habilite()

    # Le centre crée la session sous son agrément, y inscrit jury et candidat.
    session = monde.session()
    assert (session["etat"], session["titre_code"], session["jures"]) == ("brouillon", TITRE, [])
    monde.inscrire_jure(session, jure)
    monde.inscrire_jure(session, second)
    candidat = monde.candidat()
    monde.inscrire(session, candidat)

    # Il la soumet ; l'UD la valide ; il édite les convocations.
    assert centre.poster(f"/sessions/{session['id']}/soumission").reussie()["etat"] == "en_attente_de_validation"
    assert ud.poster(f"/sessions/{session['id']}/validation").reussie()["etat"] == "validee"
    convoquee = centre.poster(f"/sessions/{session['id']}/convocations", {"heure_convocation": "08:15"}).reussie()
    assert convoquee["etat"] == "convoquee"
    assert convoquee["convocations"]["version"] == 1
    assert {j["jure_id"] for j in convoquee["jures"]} == {jure["id"], second["id"]}

    # Chacun a sa lettre, à l'heure de la convocation, et l'UD lit toute l'histoire.
    pdf = centre.demander("GET", f"/sessions/{session['id']}/convocations.pdf")
    pages = PdfReader(io.BytesIO(pdf.brute.content)).pages
    texte = " ".join(page.extract_text() for page in pages)
    assert pdf.brute.headers["content-type"] == "application/pdf"
    assert len(pages) == 3
    assert candidat["nom_naissance"].upper() in texte.upper()
    assert "8 h 15" in texte.replace(" ", " ").replace("\xa0", " ")
    actions = [trace["action"] for trace in ud.lire(f"/sessions/{session['id']}/traces")["elements"]]
    assert {"creer", "soumission", "validation"} <= set(actions)


def test_une_soumission_se_voit_chez_le_jure_et_sous_l_agrement(monde: Monde) -> None:
    session, jures = monde.session(), [monde.jure_habilite(), monde.jure_habilite()]
    for jure in jures:
        monde.inscrire_jure(session, jure)
    monde.inscrire(session, monde.candidat())
    attendre(lambda: _etats_ailleurs(monde, session, jures[0]) == ["brouillon"] * 2)

    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()

    attendre(lambda: _etats_ailleurs(monde, session, jures[0]) == ["en_attente_de_validation"] * 2)


def _etats_ailleurs(monde: Monde, session: Corps, jure: Corps) -> list[str]:
    """Returns where a session stands, as a juré's page then the incidences of its agrément say."""
    du_jure = monde.ud.lire(f"/jures/{jure['id']}/sessions")["elements"]
    agrements = monde.ud.lire(f"/etablissements/{session['etablissement_id']}/agrements")["elements"]
    siens = [a["id"] for a in agrements if session["numero"] in a["sessions"]]
    incidences = [s for id_ in siens for s in monde.ud.lire(f"/agrements/{id_}/incidences")["sessions"]]
    vues = [*((s["session_id"], s) for s in du_jure), *((s["id"], s) for s in incidences)]
    return [s["etat"] for id_, s in vues if id_ == session["id"]]


def test_une_session_validee_ne_convoque_que_si_un_candidat_y_est_inscrit(monde: Monde) -> None:
    session = monde.session_validee()
    candidat = session["candidats"][0]["candidat_id"]
    monde.centre.demander("DELETE", f"/sessions/{session['id']}/candidats/{candidat}").reussie()

    refus = monde.centre.poster(f"/sessions/{session['id']}/convocations").refusee("CNV-01")

    assert refus["detail"] == (
        f"Aucun candidat n'est inscrit à la session {session['numero']} : "
        "les convocations ne peuvent pas être envoyées."
    )


def test_apres_les_convocations_on_n_inscrit_plus(monde: Monde) -> None:
    session = monde.session_validee()
    monde.convoquer(session)
    tardif = {"candidat_id": monde.candidat()["id"], "parcours": "formation"}

    refus = monde.centre.poster(f"/sessions/{session['id']}/candidats", tardif).refusee("INS-01")

    assert refus["detail"].startswith("Les convocations ont été éditées le ")
