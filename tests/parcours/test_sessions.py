"""Les règles des sessions, de chaque côté de leurs limites."""

from datetime import date, timedelta

from commun.dates import plus_annees
from tests.parcours.monde import CCS, TITRE, TITRE_A_CCS, Monde


def test_sans_agrement_sur_le_site(monde: Monde) -> None:
    autre_site = monde.etablissement(monde.centre)["sites"][1]["id"]
    refus = monde.centre.poster("/sessions", monde.corps_session(site_id=autre_site)).refusee("SES-01")
    assert refus["detail"].startswith("L'établissement n'a pas d'agrément en vigueur pour Conseiller de vente")


def test_il_faut_deux_jures_habilites(monde: Monde) -> None:
    session = monde.session()
    monde.inscrire_jure(session, monde.jure_habilite())
    monde.inscrire(session, monde.candidat())
    refus = monde.centre.poster(f"/sessions/{session['id']}/soumission").refusee("SES-07")
    assert refus["detail"].startswith("Le jury compte 1 juré(s) habilité(s) : il en faut au moins 2.")


def test_un_jure_sans_habilitation_n_est_pas_inscrit(monde: Monde) -> None:
    session = monde.session()
    monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": monde.jure()["id"]}).refusee("JRY-02")


def test_un_jure_non_habilite_sur_le_ccs(monde: Monde) -> None:
    rome = monde.national.lire(f"/titres/{TITRE_A_CCS}")["codes_rome"][0]
    jure = monde.jure(rome=rome)
    monde.habilitation(jure, TITRE_A_CCS)
    session = monde.session(type="CCS", titre_code=TITRE_A_CCS, ccs_code=CCS)
    monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": jure["id"]}).refusee("JRY-01")


def test_un_jure_sous_la_fiche_qui_vient_de_l_absorber_est_deja_du_jury(monde: Monde) -> None:
    session, absorbe, garde = monde.session(), monde.jure_habilite(), monde.jure()
    monde.inscrire_jure(session, absorbe)
    monde.ud.confirmer(f"/jures/{garde['id']}/fusion", {"absorbe_id": absorbe["id"]}, "JUR-06")
    monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": garde["id"]}).refusee("INS-06")


def test_la_validation_nomme_le_jure_qui_a_perdu_son_habilitation(monde: Monde) -> None:
    session = monde.session()
    jures = [monde.jure_habilite() for _ in range(3)]
    for jure in jures:
        monde.inscrire_jure(session, jure)
    monde.inscrire(session, monde.candidat())
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    monde.confirmer_suspension(jures[0])

    refus = monde.ud.poster(f"/sessions/{session['id']}/validation").refusee("SES-08")

    assert jures[0]["nom"] in refus["detail"]
    assert "remplacez-le avant de valider" in refus["detail"]


def test_quatrieme_session_en_un_an(monde: Monde) -> None:
    candidat = monde.candidat()
    premiere = 40
    for ecart in (0, 30, 60):
        monde.inscrire(monde.session(dans=premiere + ecart), candidat)
    debut = monde.jour + timedelta(days=premiere)
    un_an = plus_annees(debut, 1)
    corps = {"candidat_id": candidat["id"], "parcours": "formation"}

    avant = monde.session(dans=(un_an - monde.jour).days - 1)
    refus = monde.centre.poster(f"/sessions/{avant['id']}/candidats", corps).refusee("INS-04")
    assert un_an.strftime("%d/%m/%Y") in refus["detail"]

    jour_dit = monde.session(dans=(un_an - monde.jour).days)
    assert monde.centre.poster(f"/sessions/{jour_dit['id']}/candidats", corps).reussie()


def test_ccp_sans_entretien_final_sans_limite(monde: Monde) -> None:
    candidat = monde.candidat()
    for rang in range(5):
        ccp = {"type": "CCP", "ccp_codes": ["RNCP37098BC01"], "entretien_final": False}
        monde.inscrire(monde.session(dans=40 + rang, **ccp), candidat)


def test_la_session_d_un_autre_centre_n_existe_pas(monde: Monde) -> None:
    session = monde.session()
    chemin = f"/sessions/{session['id']}"
    monde.autre_centre.demander("GET", chemin).refusee("INTROUVABLE", 404)
    monde.autre_centre.poster(f"{chemin}/soumission").refusee("INTROUVABLE", 404)
    assert session["id"] not in {s["id"] for s in monde.autre_centre.lire("/sessions", par_page=200)["elements"]}


def test_une_ud_ne_cree_ni_ne_soumet(monde: Monde) -> None:
    session = monde.session()
    monde.ud.poster("/sessions", monde.corps_session()).refusee("DROIT", 403)
    monde.ud.poster(f"/sessions/{session['id']}/soumission").refusee("DROIT", 403)
    monde.centre.poster(f"/sessions/{session['id']}/validation").refusee("DROIT", 403)


def test_on_ne_valide_pas_un_brouillon(monde: Monde) -> None:
    monde.ud.poster(f"/sessions/{monde.session()['id']}/validation").refusee("SES-00")


def test_refuser_rend_la_session_au_centre_avec_son_motif(monde: Monde) -> None:
    session = monde.session_complete()
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    refusee = monde.ud.poster(f"/sessions/{session['id']}/refus", {"motif": "Plateau technique indisponible"}).reussie()
    assert refusee["etat"] == "refusee"
    traces = monde.centre.lire(f"/sessions/{session['id']}/traces")["elements"]
    assert "Plateau technique indisponible" in {t["motif"] for t in traces}


def test_un_titre_de_trois_zones(monde: Monde) -> None:
    fin = date.fromisoformat(monde.national.lire(f"/titres/{TITRE}")["date_fin_de_vie"])
    situations = [
        monde.national.demander("GET", f"/titres/{TITRE}", le=jour).reussie()["situation"]
        for jour in (fin, fin + timedelta(days=1), plus_annees(fin, 1), plus_annees(fin, 1) + timedelta(days=1))
    ]
    assert situations == ["en_cours", "en_prolongation", "en_prolongation", "hors_delai"]
