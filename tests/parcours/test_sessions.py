"""Les règles des sessions, de chaque côté de leurs limites."""

from datetime import timedelta

from commun.domain.dates import plus_annees
from tests.outils.attente import attendre
from tests.parcours.monde import CCS, TITRE_A_CCS, Monde


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


def test_une_habilitation_suspendue_alerte_puis_se_repare(monde: Monde) -> None:
    session = monde.session_validee(dans=45, jury=monde.jury_neuf())
    chemin = f"/sessions/{session['id']}"
    perdu = session["jures"][0]
    acte = {"confirmer": ["HAB-04", "HAB-06", "HAB-13"]}
    monde.ud.poster(f"/habilitations/{perdu['habilitation_id']}/suspendre", acte).reussie()
    alertes = attendre(lambda: monde.centre.lire(chemin)["alertes"])
    assert {a["code"] for a in alertes} == {"SES-07", "SES-08"}
    assert session["numero"] in {a["numero"] for a in monde.ud.lire("/alertes", q=session["numero"])["elements"]}
    possibles = monde.centre.lire(f"{chemin}/jures-possibles", par_page=5)
    assert perdu["jure_id"] not in {j["jure_id"] for j in possibles["elements"]}
    assert possibles["elements"]
    assert all(j["commune"] for j in possibles["elements"])  # near or not, it is what one chooses by

    remplacant = {"jure_id": monde.jure_habilite()["id"]}
    monde.centre.poster(f"{chemin}/jures/{perdu['jure_id']}/remplacement", remplacant).reussie()
    assert monde.centre.lire(chemin)["alertes"] == []
    assert monde.centre.lire(f"{chemin}/couverture")["suffisante"] is True
    assert {a["levee"] for a in monde.centre.lire(f"{chemin}/alertes")["elements"]} == {True}
