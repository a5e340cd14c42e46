"""Ce qu'une UD fait des habilitations : chaque bouton, ce qu'il demande, ce qui le refuse."""

from datetime import date, timedelta

import pytest

from commun.domain.dates import plus_annees
from tests.parcours.monde import CCS, TITRE, TITRE_A_CCS, TITRE_EN_PROLONGATION, Monde


def test_suspendre_demande_confirmation_et_nomme_les_sessions(monde: Monde) -> None:
    jure = monde.jure_habilite()
    session = monde.session()
    monde.inscrire_jure(session, jure)
    chemin = f"/habilitations/{jure['habilitation']['id']}"

    question = monde.ud.poster(f"{chemin}/suspendre").a_confirmer("HAB-04")
    assert session["numero"] in question["avertissements"][0]["message"]
    assert monde.ud.lire(chemin)["etat"] == "active"

    suspendue = monde.ud.poster(f"{chemin}/suspendre", {"confirmer": ["HAB-04"]}).reussie()
    assert suspendue["etat"] == "suspendue"
    assert [a["action"] for a in suspendue["actions"]] == ["reactiver"]
    reactivee = monde.ud.confirmer(f"{chemin}/reactiver", {"motif": "Retour de congé"}, "HAB-02")
    assert reactivee["etat"] == "active"


def test_mettre_en_brouillon_sous_une_session_n_est_pas_un_detour(monde: Monde) -> None:
    jure = monde.jure_habilite()
    session = monde.session()
    monde.inscrire_jure(session, jure)
    chemin = f"/habilitations/{jure['habilitation']['id']}"

    monde.ud.confirmer(f"{chemin}/mettre-en-brouillon", {}, "HAB-06")
    refus = monde.ud.demander("DELETE", f"{chemin}?confirmer=HAB-03").refusee("HAB-05")

    nom = f"{jure['prenom']} {jure['nom']}"
    attendu = f"{nom} est inscrit à la session {session['numero']} : son habilitation ne peut pas être supprimée."
    assert refus["detail"] == attendu


@pytest.mark.parametrize("ecart", [0, -1], ids=["cinq ans jour pour jour", "un jour de plus"])
def test_un_emploi_quitte_depuis_plus_de_cinq_ans_n_habilite_plus(monde: Monde, ecart: int) -> None:
    derniere = plus_annees(monde.jour, -5) + timedelta(days=ecart)
    jure = monde.jure(jusqu_au=derniere)
    corps = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_debut": monde.jour.isoformat()}

    reponse = monde.ud.poster(f"/jures/{jure['id']}/habilitations", corps)

    if ecart == 0:
        assert reponse.reussie()["etat"] == "brouillon"
        return
    refus = reponse.refusee("HAB-07")
    debut, fin = (jour.strftime("%d/%m/%Y") for jour in (monde.jour, derniere))
    assert refus["detail"] == (
        f"La dernière date connue d'occupation de l'emploi lié au titre ({fin}) remonte à plus de 5 ans avant le début "
        f"de l'habilitation ({debut})."
    )


def test_ccs_seulement_avec_un_ccp_du_titre(monde: Monde) -> None:
    rome = monde.national.lire(f"/titres/{TITRE_A_CCS}")["codes_rome"][0]
    jure = monde.jure(rome=rome)
    sur_le_ccs = {"ccs_code": CCS, "date_debut": monde.jour.isoformat()}
    chemin = f"/jures/{jure['id']}/habilitations"

    monde.ud.poster(chemin, sur_le_ccs).refusee("HAB-09")
    monde.habilitation(jure, TITRE_A_CCS)
    assert monde.ud.poster(chemin, sur_le_ccs).reussie()["ccs_code"] == CCS


def test_deux_periodes_ne_se_chevauchent_pas(monde: Monde) -> None:
    jure = monde.jure_habilite()
    corps = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_debut": monde.jour.isoformat()}
    monde.ud.poster(f"/jures/{jure['id']}/habilitations", corps).refusee("HAB-11")


def test_en_prolongation_on_habilite_jusqu_a_sa_fin(monde: Monde) -> None:
    titre = monde.national.lire(f"/titres/{TITRE_EN_PROLONGATION}")
    assert titre["situation"] == "en_prolongation"
    jure = monde.jure(rome=titre["codes_rome"][0])
    habilitation = monde.habilitation(jure, TITRE_EN_PROLONGATION)
    assert (habilitation["date_fin"], habilitation["situation_titre"]) == (
        titre["date_fin_prolongation"],
        "en_prolongation",
    )

    lendemain = date.fromisoformat(titre["date_fin_prolongation"]) + timedelta(days=1)
    chemin = f"/habilitations/{habilitation['id']}/suspendre"
    refus = monde.ud.poster(chemin, {"confirmer": ["HAB-04"]}, le=lendemain).refusee("HAB-01")
    assert refus["detail"] == (
        f"Le titre {titre['intitule']} est hors délai de prolongation depuis le {lendemain.strftime('%d/%m/%Y')} : "
        "aucune action n'est possible sur cette habilitation expirée."
    )


def test_inactiver_un_jure_inscrit_a_une_session_en_attente(monde: Monde) -> None:
    session = monde.session_complete(jury=monde.jury_neuf())
    monde.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
    jure = session["jures"][0]["jure_id"]

    refus = monde.ud.poster(f"/jures/{jure}/inactivation", {"confirmer": ["JUR-02"]}).refusee("JUR-03")
    assert session["numero"] in refus["detail"]

    monde.ud.poster(f"/sessions/{session['id']}/validation").reussie()
    monde.ud.poster(f"/jures/{jure}/inactivation").a_confirmer("JUR-02", "JUR-04")
    assert (
        monde.ud.poster(f"/jures/{jure}/inactivation", {"confirmer": ["JUR-02", "JUR-04"]}).reussie()["statut"]
        == "inactif"
    )
