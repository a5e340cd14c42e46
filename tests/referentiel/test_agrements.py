"""Les actes sur les agréments : AGR-00 à AGR-03, périmètres, sessions qui s'appuient sur eux."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from commun import clock
from commun.domain.errors import ConfirmationRequise, Droit, Introuvable, ReglesEnfreintes
from commun.storage.db import nouvel_id
from services.referentiel.commands import agrements, reception, titres
from services.referentiel.commands.etablissements import creer_etablissement
from services.referentiel.commands.export import page_export
from services.referentiel.queries import etablissements as lectures
from services.referentiel.queries.agrements import fiche_agrement, incidences
from services.referentiel.queries.fins import fins_avancees, fins_d_agrements
from services.referentiel.queries.liste_agrements import lister_agrements
from services.referentiel.queries.traces import traces_agrement
from tests.outils.operations import operations
from tests.referentiel.conftest import DIRECCTE_11, JOUR, NATIONAL, UD_69, UD_75, Banc, centre
from tests.referentiel.exemples import ADRESSE, CENTRE, a_venir, agrement, session, titre


def test_un_agrement_accorde_montre_ses_boutons_a_qui_peut_agir(referentiel: Banc, agre: dict[str, Any]) -> None:
    assert (agre["statut"], agre["certification"], agre["site"]) == ("accorde", "Titre TP-00520", "Paris")
    assert [a["action"] for a in agre["actions"]] == ["modifier", "suspension", "retrait"]
    assert [r["action"] for r in agre["refus"]] == ["retablissement"]
    vu_du_centre = referentiel.lire(centre(agre["etablissement_id"]), fiche_agrement, agre["id"])
    assert (vu_du_centre["actions"], vu_du_centre["refus"]) == ([], [])


def test_toutes_les_fautes_d_un_agrement_se_disent_ensemble(referentiel: Banc, agre: dict[str, Any]) -> None:
    """Seen said in two or three times: those of a field, the certification, then the dates and the site."""
    inconnu = "0190a8c0-0000-7000-8000-0000000000ff"
    for corps, champs in (
        (agrement(inconnu, numero="", date_fin="2024-01-01"), {"numero", "date_fin", "site_id"}),
        (agrement(inconnu, numero="", titre_code=None), {"numero", "titre_code", "site_id"}),
        (agrement(inconnu, date_debut="x", titre_code="TP-X"), {"date_debut", "titre_code", "site_id"}),
        (agrement(agre["site_id"], titre_code="$"), {"titre_code"}),
    ):
        assert referentiel.fautes(UD_75, agrements.creer_agrement, agre["etablissement_id"], corps).keys() == champs
    for corps, champs in (
        ({"numero": "", "date_fin": "2020-01-01"}, {"numero", "date_fin"}),
        ({"date_debut": "x", "date_fin": "2020-01-01"}, {"date_debut"}),
    ):
        assert referentiel.fautes(UD_75, agrements.modifier_agrement, agre["id"], corps).keys() == champs


def test_chaque_agrement_d_une_liste_a_le_jour_de_son_site(
    referentiel: Banc, etablissement: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Le 31 mai à 21 h UTC, c'est déjà le 1er juin à La Réunion : ce qui y finissait la veille est fini."""
    la_reunion = {"libelle": "Saint-Denis", "adresse": ADRESSE | {"code_postal": "97400", "code_insee": "97411"}}
    corps = CENTRE | {"siret": "99900002900010", "sites": [{"libelle": "Paris", "adresse": ADRESSE}, la_reunion]}
    deux_sites = referentiel.faire(UD_75, creer_etablissement, corps)
    ceux_la = [site["id"] for site in deux_sites["sites"]]
    ud_974 = replace(UD_75, departement="974")
    for rang, (site, qui) in enumerate(zip(ceux_la, (UD_75, ud_974), strict=True)):
        corps = agrement(site, numero=f"n-{rang}", date_fin="2026-05-31")
        referentiel.faire(qui, agrements.creer_agrement, deux_sites["id"], corps)
        tenue = {"id": nouvel_id(), "numero": f"s-{rang}", "date_debut": "2026-05-31", "date_fin": "2026-05-31"}
        vue = session(deux_sites, site_id=site, **tenue)
        referentiel.faire(NATIONAL, reception.recevoir_session, vue)
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2026, 5, 31, 21, tzinfo=UTC))
    lus = referentiel.lire(NATIONAL, lister_agrements, {"tri": "numero"}, jour=None)["elements"]
    assert [(a["statut"], a["sessions"]) for a in lus] == [("accorde", ["s-0"]), ("echu", [])]
    filtres = [referentiel.lire(NATIONAL, lister_agrements, {"statut": a["statut"]}, jour=None) for a in lus]
    assert [[a["numero"] for a in page["elements"]] for page in filtres] == [["n-0"], ["n-1"]]


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({"titre_code": None}, "titre_code"),
        ({"ccs_code": "CCS-1"}, "titre_code"),
        ({"titre_code": "TP-X"}, "titre_code"),
        ({"date_fin": "2024-01-01"}, "date_fin"),
        ({"site_id": "0190a8c0-0000-7000-8000-0000000000ff"}, "site_id"),
        ({"site_id": "ailleurs"}, "site_id"),
        ({"numero": ""}, "numero"),
    ],
)
def test_un_agrement_mal_forme_est_refuse(
    referentiel: Banc, etablissement: dict[str, Any], corps: dict[str, Any], champ: str
) -> None:
    assert champ in referentiel.fautes(
        UD_75, agrements.creer_agrement, etablissement["id"], agrement(etablissement["sites"][0]["id"]) | corps
    )


def test_agr_03_un_agrement_ne_depasse_pas_la_fin_de_vie(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    corps = agrement(etablissement["sites"][0]["id"], date_fin="2028-01-01")
    with pytest.raises(ReglesEnfreintes, match="31/12/2027") as refus:
        referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    assert refus.value.en_clair()["code"] == "AGR-03"
    d_un_jour = corps | {"date_debut": "2027-12-31", "date_fin": "2027-12-31"}
    assert referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], d_un_jour)["statut"] == "accorde"


def test_agr_03_un_ccs_suit_le_titre_sur_le_meme_site(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    paris, lyon = (s["id"] for s in etablissement["sites"])
    ccs = {"titre_code": None, "ccs_code": "CCS-1"}
    cree = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], agrement(paris, **ccs))
    assert (cree["ccs_code"], cree["certification"]) == ("CCS-1", "Un complément")
    with pytest.raises(ConfirmationRequise, match="Reste accordé sur ce site l'agrément pour le CCS Un complément"):
        referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], {})
    trop_tot = agrement(paris, **ccs, date_debut="2024-12-31", numero="75-002")  # though it is in force today
    for qui, corps in ((UD_69, agrement(lyon, **ccs)), (UD_75, trop_tot)):
        assert referentiel.codes_refuses(qui, agrements.creer_agrement, etablissement["id"], corps) == ["AGR-03"]


def test_agr_03_un_ccs_est_retabli_sous_l_agrement_que_le_titre_a_recu_depuis(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    corps = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1")
    ccs = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    for acte, id_ in ((agrements.retirer_agrement, agre["id"]), (agrements.suspendre_agrement, ccs["id"])):
        referentiel.faire(UD_75, acte, id_, {"confirmer": ["AGR-02"]})
    with pytest.raises(ReglesEnfreintes, match=f"en vigueur sur le même site le {JOUR:%d/%m/%Y}"):
        referentiel.faire(UD_75, agrements.retablir_agrement, ccs["id"], {})
    nouveau = agrement(agre["site_id"], numero="75-003", date_debut=JOUR.isoformat())
    referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], nouveau)
    assert referentiel.faire(UD_75, agrements.retablir_agrement, ccs["id"], {})["statut"] == "accorde"


def test_agr_03_un_numero_se_corrige_quoi_que_le_titre_soit_devenu(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """Seen refused: the dates of the one, or the titre of the other's CCS, would not be granted today."""
    corps = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1")
    ccs = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], {"confirmer": ["AGR-02"]})
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_de_vie": "2027-06-30"})
    for un, autre_date in ((agre, {"date_debut": "2025-02-01"}), (ccs, {"date_fin": "2027-06-29"})):
        tel_quel = {nom: un[nom].isoformat() for nom in ("date_debut", "date_fin")}  # as its form sends them back
        corrige = referentiel.faire(UD_75, agrements.modifier_agrement, un["id"], tel_quel | {"numero": "75-009"})
        assert (corrige["numero"], corrige["date_fin"]) == ("75-009", un["date_fin"])
        refus = referentiel.codes_refuses(UD_75, agrements.modifier_agrement, un["id"], autre_date)
        assert refus == ["AGR-03"]


def test_agr_03_le_meme_agrement_n_est_pas_accorde_deux_fois(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """Seen accepted: suspended, the one left the other in force."""
    corps = agrement(agre["site_id"])
    with pytest.raises(ReglesEnfreintes) as refus:
        referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    phrase = "L'agrément 75-001 pour Titre TP-00520 est déjà accordé sur ce site, du 01/01/2025 au 31/12/2027."
    assert [(m.code, m.message) for m in refus.value.manquements] == [("AGR-03", phrase)]
    autre = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps | {"numero": "75-002"})
    dit = "Le centre a déjà sur ce site, pour une partie de ces dates, l'agrément 75-001 pour Titre TP-00520."
    assert autre["avertissements"] == [{"code": "AGR-03", "message": dit}]
    with pytest.raises(ReglesEnfreintes) as refus:
        referentiel.faire(UD_75, agrements.modifier_agrement, autre["id"], {"numero": "75-001"})
    assert [(m.code, m.message) for m in refus.value.manquements] == [("AGR-03", phrase)]
    seul = referentiel.faire(UD_75, agrements.modifier_agrement, autre["id"], {"date_fin": "2027-12-30"})
    assert (seul["numero"], seul["date_fin"]) == ("75-002", date(2027, 12, 30))
    assert seul["avertissements"] == autre["avertissements"], "other dates are said to be another's as the first are"
    renomme = referentiel.faire(UD_75, agrements.modifier_agrement, autre["id"], {"numero": "75-003"})
    assert renomme["avertissements"] == [], "its dates are what they were"
    for fin in ("2027-12-29", "2027-12-28"):  # the last meets two that bear one number
        redit = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps | {"date_fin": fin})
    assert "dates, les agréments 75-001, 75-003 pour" in redit["avertissements"][0]["message"]


def test_le_territoire_d_un_agrement_est_celui_de_son_site(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    a_lyon = agrement(etablissement["sites"][1]["id"])
    with pytest.raises(Introuvable, match="Le site « Lyon » n'est pas dans votre territoire"):
        referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], a_lyon)
    cree = referentiel.faire(UD_69, agrements.creer_agrement, etablissement["id"], a_lyon)
    assert cree["actions"]
    vue = session(etablissement, site_id=cree["site_id"], numero="2026-69-00012")
    referentiel.faire(NATIONAL, reception.recevoir_session, vue)
    for qui, numeros in ((UD_69, ["2026-69-00012"]), (UD_75, [])):
        (vu,) = referentiel.lire(qui, lectures.fiche_etablissement, etablissement["id"])["agrements"]
        assert (vu["numero"], vu["sessions"], vu["autre_territoire"]) == ("75-001", numeros, qui is UD_75)
        (dans_la_liste,) = referentiel.lire(qui, lectures.lister_etablissements, {})["elements"]
        (allegee,) = referentiel.lire(qui, lectures.lister_etablissements, {"agrements": "false"})["elements"]
        assert dans_la_liste == allegee | {"agrements": [vu]}
        assert "agrements" not in allegee
    assert (vu["actions"], vu["refus"]) == ([], [])
    assert referentiel.lire(UD_75, lister_agrements, {}, etablissement["id"])["total"] == 1
    voisin = referentiel.faire(UD_75, creer_etablissement, CENTRE | {"siret": "99900002900010"})
    assert referentiel.lire(UD_75, lister_agrements, {}, voisin["id"])["total"] == 0
    assert [referentiel.lire(qui, lister_agrements, {})["total"] for qui in (UD_75, DIRECCTE_11)] == [0, 0]
    for lire in (fiche_agrement, incidences):
        with pytest.raises(Introuvable):
            referentiel.lire(UD_75, lire, cree["id"])
    with pytest.raises(Droit):
        referentiel.faire(centre(etablissement["id"]), agrements.creer_agrement, etablissement["id"], a_lyon)


def test_agr_02_suspendre_nomme_les_sessions_puis_agit_avec_sa_trace_meme_sans_le_service_des_sessions(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement))
    with pytest.raises(ConfirmationRequise, match=r"s'appuie sur lui : 2026-75-00012\.") as question:
        referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], {"motif": "Contrôle"})
    assert "nombre_candidats" not in question.value.en_clair()["contexte"]
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["statut"] == "accorde"
    corps = {"motif": "Contrôle", "confirmer": ["AGR-02"]}
    suspendu = referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], corps)
    assert (suspendu["statut"], suspendu["version"]) == ("suspendu", 2)
    trace = referentiel.lire(UD_75, traces_agrement, agre["id"], {})["elements"][0]
    assert (trace["action"], trace["motif"], trace["avant"]["statut"]) == ("suspension", "Contrôle", "accorde")
    assert referentiel.evenements()[-1][1]["statut"] == "suspendu"
    assert referentiel.codes_refuses(UD_75, agrements.suspendre_agrement, agre["id"], corps) == ["AGR-00"]
    assert referentiel.faire(UD_75, agrements.retablir_agrement, agre["id"], {})["statut"] == "accorde"
    assert referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], corps)["statut"] == "retire"
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["sessions"] == ["2026-75-00012"]
    rendu = agrement(etablissement["sites"][0]["id"])
    accorde = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], rendu)
    assert accorde["sessions"] == ["2026-75-00012"]
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["sessions"] == [], "it depends on it no more"


def test_chaque_decision_sur_un_agrement_est_a_dire_a_son_centre(referentiel: Banc, agre: dict[str, Any]) -> None:
    """A number put right is no decision: it changes nothing for the centre. Nor do other dates while it is suspended:
    it would read that it is in force."""
    confirme = {"confirmer": ["AGR-02"]}
    for commande, corps in (
        (agrements.modifier_agrement, {"numero": "75-009"}),
        (agrements.modifier_agrement, {"date_fin": "2027-12-30"}),
        (agrements.suspendre_agrement, confirme),
        (agrements.modifier_agrement, {"date_fin": "2027-12-29"}),
        (agrements.retablir_agrement, {}),
        (agrements.retirer_agrement, confirme),
    ):
        referentiel.faire(UD_75, commande, agre["id"], corps)
    dites = [corps for nom, corps in referentiel.evenements() if nom == "referentiel.agrement_decide"]
    assert [d["decision"] for d in dites] == ["accorde", "redate", "suspendu", "retabli", "retire"]
    assert {(d["id"], d["etablissement_id"]) for d in dites} == {(agre["id"], agre["etablissement_id"])}
    assert (dites[1]["numero"], dites[1]["date_fin"], dites[1]["version"]) == ("75-009", "2027-12-30", 3)
    assert dites[3]["date_fin"] == "2027-12-29"


@pytest.mark.parametrize(
    "autres",
    [
        {"titre_code": "TP-1"},
        {"type": "CCS", "ccs_code": "CCS-1"},
        {"etat": "annulee"},
        {"date_debut": "2026-03-01", "date_fin": "2026-03-14"},
        {"etat": "en_attente_de_validation", "date_debut": "2026-03-15", "date_fin": "2026-03-16"},
        {"date_debut": "2028-12-31", "date_fin": "2029-01-01"},
    ],
)
def test_une_session_qui_ne_s_appuie_pas_sur_lui_n_est_pas_nommee(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any], autres: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, **autres))
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["sessions"] == []


def test_une_session_sur_un_ccs_s_appuie_sur_l_agrement_de_ce_ccs_seul(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    corps = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1", numero="75-002")
    sien = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, type="CCS", ccs_code="CCS-1"))
    vues = [referentiel.lire(UD_75, fiche_agrement, a["id"])["sessions"] for a in (agre, sien)]
    assert vues == [[], ["2026-75-00012"]]


def test_la_copie_d_une_session_suit_par_version_dans_tous_les_ordres(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    for version, etat in ((2, "annulee"), (1, "validee"), (2, "annulee")):
        referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, version=version, etat=etat))
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["sessions"] == []
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, version=3, etat="validee"))
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["sessions"] == ["2026-75-00012"]


def test_agr_02_les_incidences_nomment_et_la_confirmation_compte_en_un_seul_appel(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """Those that its owner knows, of which no event has told yet; not one that the copy holds and is no more."""
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, numero="2026-75-00009"))
    ids = [f"0190a8c0-0000-7000-8000-0000000000{n:02x}" for n in range(10, 15)]
    candidats, jures = [{"id": i, "nom": f"C {i}"} for i in ids[3:]], [{"id": ids[2], "nom": "J"}]
    vues = [
        a_venir(etablissement, id=ids[n], numero=f"2026-75-0001{n}", etat="refusee", candidats=candidats, jures=jures)
        for n in (0, 1)
    ]
    hors_dates = a_venir(etablissement, id=ids[4], date_debut="2028-12-31", date_fin="2029-01-01")
    appels = []

    def repondre(**arguments: Any) -> list[dict[str, Any]]:
        appels.append(arguments)
        return [*vues, hors_dates]

    referentiel.reponses["sessions_gardes.a_venir"] = repondre
    lues = referentiel.lire(UD_75, incidences, agre["id"])
    demandes = {nom: agre[nom] for nom in ("etablissement_id", "site_id", "titre_code", "ccs_code")}
    assert appels == [demandes | {"depuis": JOUR}]
    assert [(s["numero"], s["candidats"], s["jures"]) for s in lues["sessions"]] == [
        (f"2026-75-0001{n}", candidats, jures) for n in (0, 1)
    ]
    assert (lues["nombre_candidats"], lues["nombre_jures"]) == (2, 1)
    assert {s["etat"] for s in lues["sessions"]} == {"refusee"}, "as its owner says it is now"
    for acte, corps in (
        (agrements.suspendre_agrement, {}),
        (agrements.modifier_agrement, {"date_fin": "2026-06-02"}),
        (agrements.retirer_agrement, {}),
    ):
        appels.clear()
        dites = "2026-75-00010, 2026-75-00011 ; 2 candidats et 1 juré y sont inscrits"
        with pytest.raises(ConfirmationRequise, match=dites) as question:
            referentiel.faire(UD_75, acte, agre["id"], corps)
        contexte = question.value.en_clair()["contexte"]
        assert (contexte["nombre_candidats"], contexte["nombre_jures"], len(appels)) == (2, 1, 1)
    appels.clear()
    referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"numero": "75-003"})
    referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], {"confirmer": ["AGR-02"]})
    assert appels == [], "neither a number nor an act that is confirmed asks anybody"


def test_agr_02_raccourcir_un_agrement_previent(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement))
    corps: dict[str, Any] = {"date_fin": "2026-06-02"}
    with pytest.raises(ConfirmationRequise, match="ne couvrira plus"):
        referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], corps)
    change = referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], corps | {"confirmer": ["AGR-02"]})
    assert change["date_fin"] == date(2026, 6, 2)
    assert referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], corps)["version"] == change["version"]
    passee = {"date_fin": "2024-01-01"}
    assert referentiel.fautes(UD_75, agrements.modifier_agrement, agre["id"], passee).keys() == {"date_fin"}


def test_agr_02_raccourcir_un_agrement_previent_de_la_session_juste_creee(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """Seen done without a word: the copy had not heard of it yet."""
    referentiel.reponses["sessions_gardes.a_venir"] = lambda **_: [a_venir(etablissement, etat="brouillon")]
    corps: dict[str, Any] = {"date_fin": "2026-06-02"}
    with pytest.raises(ConfirmationRequise, match="2026-75-00012 ; personne n'y est inscrit"):
        referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], corps)
    change = referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"date_fin": "2026-06-03"})
    assert change["date_fin"] == date(2026, 6, 3)


def test_agr_02_une_session_que_deux_agrements_portent_est_nommee_par_chacun(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement))
    raccourci = {"date_fin": "2026-06-01", "confirmer": ["AGR-02"]}
    referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], raccourci)
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["sessions"] == []
    suite = agrement(etablissement["sites"][0]["id"], numero="75-002", date_debut="2026-06-02")
    suivant = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], suite)
    for a in (agre, suivant):
        assert referentiel.lire(UD_75, fiche_agrement, a["id"])["sessions"] == ["2026-75-00012"]
        with pytest.raises(ConfirmationRequise, match="s'appuie sur lui : 2026-75-00012"):
            referentiel.faire(UD_75, agrements.suspendre_agrement, a["id"], {})


def test_un_agrement_echu_ne_se_modifie_plus(referentiel: Banc, agre: dict[str, Any]) -> None:
    apres = date(2029, 1, 1)
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"], jour=apres)["statut"] == "echu"
    corps = {"numero": "2"}
    assert referentiel.codes_refuses(UD_75, agrements.modifier_agrement, agre["id"], corps, jour=apres) == ["AGR-00"]


def test_agr_01_le_bloc_agrement_dit_ce_qui_finit_bientot(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    def lu_le(jour: date) -> Any:
        (lu,) = referentiel.lire(UD_75, lectures.fiche_etablissement, etablissement["id"], jour=jour)["agrements"]
        return lu

    for fin, jour, bientot in (
        ("2027-12-30", date(2027, 6, 30), True),
        ("2027-12-31", date(2027, 6, 30), False),
        ("2027-12-31", date(2027, 7, 1), True),
        ("2027-12-31", date(2028, 1, 1), False),
    ):
        referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"date_fin": fin})
        assert lu_le(jour)["finit_bientot"] is bientot, (fin, jour)
    assert f"{lu_le(JOUR)['fin_effective']}" == "2028-12-31"  # it covers the prolongation
    jours = (date(2027, 12, 31), date(2028, 1, 1), date(2028, 12, 31), date(2029, 1, 1))
    assert [lu_le(jour)["couvre_la_prolongation"] for jour in jours] == [False, True, True, False]
    referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], {"confirmer": ["AGR-02"]})
    retire = lu_le(date(2027, 7, 1))
    assert (retire["finit_bientot"], f"{retire['fin_effective']}") == (False, "2027-12-31")
    assert not lu_le(date(2028, 1, 1))["couvre_la_prolongation"]


@pytest.mark.parametrize(
    ("q", "total"),
    [("75-001", 1), ("essai", 1), ("TP-00520", 1), ("titre tp 00520 essai", 1), ("complément", 1), ("menuisier", 0)],
)
def test_un_agrement_se_cherche_par_etablissement_numero_ou_certification(
    referentiel: Banc, agre: dict[str, Any], q: str, total: int
) -> None:
    if q == "complément":
        corps = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1", numero="75-002")
        referentiel.faire(UD_75, agrements.creer_agrement, agre["etablissement_id"], corps)
    for filtres in ({"q": q}, {"q": q, "statut": "accorde"}, {"q": q, "departement": "75", "region": "11"}):
        assert referentiel.lire(UD_75, lister_agrements, filtres)["total"] == total
    for ailleurs in ({"departement": "69"}, {"region": "84"}, {"titre": "TP-2"}, {"ccs": "CCS-2"}):
        assert referentiel.lire(UD_75, lister_agrements, {"q": q} | ailleurs)["total"] == 0


def test_un_numero_se_cherche_tel_qu_il_est_ecrit_non_par_ses_morceaux(referentiel: Banc, agre: dict[str, Any]) -> None:
    """« 75-001 » found every agrément of a centre whose SIRET holds 001, as those of all the first ones do."""
    autre = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1", numero="75-002")
    referentiel.faire(UD_75, agrements.creer_agrement, agre["etablissement_id"], autre)
    for q, total in (("75-001", 1), ("75-00", 2), ("001-75", 0), ("75-001 essai", 1)):
        assert referentiel.lire(UD_75, lister_agrements, {"q": q})["total"] == total, q


@pytest.mark.parametrize("q", ["Arrêté n° 12-É", "ARRETE 12 e", "décision œuvre"])
def test_un_agrement_se_cherche_par_son_numero_tel_qu_il_est_ecrit(
    referentiel: Banc, agre: dict[str, Any], q: str
) -> None:
    numero = "Décision Œuvre" if "uvre" in q else "Arrêté n° 12-É"
    referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"numero": numero})
    assert referentiel.lire(UD_75, lister_agrements, {"q": q})["total"] == 1


@pytest.mark.parametrize(("fin_apres", "total"), [("2027-12-31", 1), ("2028-01-01", 0)])
def test_fin_apres_ecarte_ce_qui_a_deja_pris_fin(
    referentiel: Banc, agre: dict[str, Any], fin_apres: str, total: int
) -> None:
    """One that covers a prolongation is still « accordé »: it ended, and no longer ends soon."""
    filtres = {"statut": "accorde", "fin_avant": "2028-09-02", "fin_apres": fin_apres}
    page = referentiel.lire(UD_75, lister_agrements, filtres, jour=date.fromisoformat(fin_apres))
    assert page["total"] == total
    assert referentiel.lire(UD_75, lister_agrements, {"fin_avant": f"{agre['date_fin']}"})["total"] == 0


def test_hors_perimetre_un_agrement_n_existe_pas(referentiel: Banc, agre: dict[str, Any]) -> None:
    for qui in (UD_69, centre("0190a8c0-0000-7000-8000-0000000000ff")):
        with pytest.raises(Introuvable):
            referentiel.lire(qui, fiche_agrement, agre["id"])
    for faux in ("pas-un-identifiant", "0190a8c0-0000-7000-8000-0000000000ff"):
        with pytest.raises(Introuvable):
            referentiel.lire(NATIONAL, fiche_agrement, faux)


@pytest.mark.parametrize(("debut", "releve"), [("2027-12-31", True), ("2028-01-01", True), ("2028-01-02", False)])
def test_un_agrement_est_releve_par_celui_qui_commence_le_lendemain(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any], debut: str, releve: bool
) -> None:
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_de_vie": None})

    def dite() -> bool:
        return bool(referentiel.lire(NATIONAL, fins_d_agrements, [agre["id"]])[agre["id"]]["releve"])

    def a_renouveler(jour: date) -> bool:
        return bool(referentiel.lire(UD_75, fiche_agrement, agre["id"], jour=jour)["a_renouveler"])

    pour_un_ccs = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1", date_fin="2030-12-31")
    referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], pour_un_ccs)
    assert not dite()
    bornes = ((2027, 6, 30), (2027, 7, 1), (2027, 12, 31), (2028, 1, 1))  # within six months of its end
    assert [a_renouveler(date(*jour)) for jour in bornes] == [False, True, True, False]
    corps = agrement(agre["site_id"], numero="75-002", date_debut=debut, date_fin="2030-12-31")
    suite = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    assert dite() is releve
    assert a_renouveler(date(2027, 12, 31)) is not releve
    motif = {"motif": "Contrôle.", "confirmer": ["AGR-02"]}
    referentiel.faire(UD_75, agrements.suspendre_agrement, suite["id"], motif)
    assert not dite()


def test_agr_03_un_agrement_dit_des_quand_en_accorder_un_autre(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """From the day after one that ends soon; of one that is over or withdrawn, from now on; never past its titre; and
    for a CCS, once the titre is agréé."""
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_de_vie": "2028-06-01"})
    sien = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1", date_fin=agre["date_fin"])
    ccs = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], sien)

    def suite(lequel: dict[str, Any], *jour: int) -> tuple[date, bool] | None:
        dite = referentiel.lire(UD_75, fiche_agrement, lequel["id"], jour=date(*jour))["renouvellement"]
        return dite and (dite["a_partir_du"], dite["titre_d_abord"])

    lendemain, apres = date(2028, 1, 1), date(2028, 6, 1)
    assert [suite(agre, 2027, 6, 30), suite(agre, 2027, 7, 1)] == [None, (lendemain, False)]
    assert suite(ccs, 2027, 7, 1) == (lendemain, True)  # that of the titre ends the same day
    assert [suite(agre, 2028, 6, 1), suite(agre, 2028, 6, 2)] == [(apres, False), None]
    retrait = {"motif": "Fermeture.", "confirmer": ["AGR-02"]}
    for lequel in (agre, ccs):
        referentiel.faire(UD_75, agrements.retirer_agrement, lequel["id"], retrait)
    jour = date(2026, 3, 1)
    assert [suite(agre, 2026, 3, 1), suite(ccs, 2026, 3, 1)] == [(jour, False), (jour, True)]
    numero = {"numero": "75-NEUF"}
    referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], agrement(agre["site_id"], **numero))
    assert suite(ccs, 2026, 3, 1) == (jour, False)
    assert suite(ccs, 2028, 6, 2) is None
    autre = titre("TP-1", ccs=[{"code": "CCS-1", "intitule": "Un complément"}])  # its CCS goes on by it
    referentiel.faire(NATIONAL, titres.creer_titre, autre)
    assert suite(ccs, 2028, 6, 2) == (date(2028, 6, 2), True)


def test_agr_03_la_fin_que_disent_les_messages(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    ccs = agrement(agre["site_id"], titre_code=None, ccs_code="CCS-1", date_fin="2027-12-30")
    sur_ccs = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], ccs)

    def effectives(fin_de_vie: str) -> list[str]:
        referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_de_vie": fin_de_vie})
        dites = referentiel.lire(NATIONAL, fins_d_agrements, [agre["id"], sur_ccs["id"]])
        assert {d["certification"] for d in dites.values()} == {"Titre TP-00520", "Un complément"}
        assert {(d["departement"], d["etablissement"]) for d in dites.values()} == {("75", CENTRE["denomination"])}
        return [dites[a["id"]]["fin_effective"] for a in (agre, sur_ccs)]

    def renouvelables() -> list[bool]:
        dites = referentiel.lire(NATIONAL, fins_d_agrements, [agre["id"], sur_ccs["id"]])
        return [dites[a["id"]]["renouvelable"] for a in (agre, sur_ccs)]

    def lister(jour: date = JOUR, **filtres: str) -> list[dict[str, Any]]:
        lus: list[dict[str, Any]] = referentiel.lire(UD_75, lister_agrements, filtres, jour=jour)["elements"]
        return lus

    def trouves(**filtres: str) -> list[str]:
        return [dit["id"] for dit in lister(**filtres)]

    def avancees(jour: date) -> list[dict[str, Any]]:
        elements: list[dict[str, Any]] = referentiel.lire(NATIONAL, fins_avancees, None, 10, jour=jour)["elements"]
        return elements

    assert renouvelables() == [False, True]  # the first ends with its titre, on the 31st of December 2027
    assert effectives("2027-12-31") == ["2028-12-31", "2027-12-30"]
    assert avancees(date(2025, 12, 31)) == []
    assert effectives("2027-06-30") == ["2028-06-30", "2028-06-30"]
    assert renouvelables() == [False, False]
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_prolongation": "2027-07-31"})
    fin = date(2027, 7, 31)
    assert avancees(fin) == [{"agrement_id": a["id"], "fin": fin} for a in (agre, sur_ccs)]
    tous = {agre["id"], sur_ccs["id"]}
    assert [{*trouves(fin_avant="2027-08-01")}, trouves(fin_apres="2027-08-01")] == [tous, []]
    assert {dit["finit_bientot"] for dit in lister(fin_avant="2027-08-01", jour=fin)} == {True}
    lignes = referentiel.faire(UD_75, page_export, {"tri": "numero"})["elements"]
    assert {ligne[10] for ligne in lignes} == {fin}  # « Sessions permises jusqu'au », beside the end that was given
    autre = titre("TP-1", ccs=[{"code": "CCS-1", "intitule": "Un complément"}])  # its CCS goes on by it
    referentiel.faire(NATIONAL, titres.creer_titre, autre)
    assert avancees(fin) == [{"agrement_id": agre["id"], "fin": fin}]
    assert [trouves(fin_avant="2027-08-01"), trouves(fin_apres="2027-08-01")] == [[agre["id"]], [sur_ccs["id"]]]
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-1", {"date_fin_de_vie": "2020-12-31"})
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_prolongation": None})
    assert effectives("2024-12-31") == ["2025-12-31", "2025-12-31"]  # both began after it; their titre allows nothing
    fin, sienne = date(2025, 12, 31), agre["date_fin"]
    dite, aussi = ({"agrement_id": a["id"], "fin": fin} for a in (agre, sur_ccs))  # as long as their own end is to come
    assert avancees(fin) == [dite, aussi]
    assert [avancees(sienne), avancees(sienne + timedelta(days=1))] == [[dite], []]
    referentiel.faire(UD_75, agrements.retirer_agrement, sur_ccs["id"], {"motif": "X.", "confirmer": ["AGR-02"]})
    referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], {"motif": "Contrôle.", "confirmer": ["AGR-02"]})
    assert avancees(fin) == []
    assert referentiel.lire(NATIONAL, fins_d_agrements, [nouvel_id()]) == {}
    referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], {"motif": "Contrôle.", "confirmer": ["AGR-02"]})
    lendemain = (fin + timedelta(days=1)).isoformat()  # one that is withdrawn says its own end, wherever it is read
    assert [trouves(fin_avant=lendemain), agre["id"] in trouves(fin_apres=lendemain)] == [[], True]


def test_chaque_agrement_d_un_site_ne_regarde_que_ses_sessions(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    """A large centre has hundreds of both."""
    site_id, codes = etablissement["sites"][0]["id"], [f"TP-{n:05}" for n in range(12)]

    def accorder(code: str) -> None:
        referentiel.faire(NATIONAL, titres.creer_titre, titre(code))
        corps = agrement(site_id, titre_code=code, numero=code)
        referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)

    def lire() -> int:
        return operations(lambda: referentiel.lire(UD_75, lectures.fiche_etablissement, etablissement["id"]))

    def tenir(combien: int) -> None:
        for _ in range(combien):
            tenue = {"id": nouvel_id(), "numero": nouvel_id(), "titre_code": codes[0]}
            referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, **tenue))

    for code in codes[:3]:
        accorder(code)
    sans = lire()
    tenir(40)
    de_trois = lire() - sans
    for code in codes[3:]:
        accorder(code)
    avec = lire()
    tenir(40)
    assert lire() - avec < 1.5 * de_trois
