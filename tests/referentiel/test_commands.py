"""Les actes du référentiel, l'un après l'autre : droits, périmètres, refus, traces, événements."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from commun import audit
from commun.db import moteur
from commun.errors import ConfirmationRequise, Droit, Introuvable, Invalide, ReglesEnfreintes, VersionPerimee
from services.referentiel import events
from services.referentiel.commands import agrements, etablissements, replicas, titres
from services.referentiel.commands import controles as actes_controles
from services.referentiel.queries import controles as lectures_controles
from services.referentiel.queries import etablissements as lectures
from services.referentiel.queries import titres as lectures_titres
from services.referentiel.queries.traces import traces_agrement
from tests.referentiel.conftest import DIRECCTE_11, JOUR, NATIONAL, UD_69, UD_75, Banc, centre
from tests.referentiel.exemples import ADRESSE, CENTRE, agrement, titre

LYON = {"voie": "2 quai de l'Exemple", "code_postal": "69003", "commune": "Lyon"}


@pytest.fixture
def etablissement(referentiel: Banc) -> dict[str, Any]:
    ccs = [{"code": "CCS-1", "intitule": "Un complément"}]
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31", ccs=ccs))
    sites = [{"libelle": "Paris", "adresse": ADRESSE}, {"libelle": "Lyon", "adresse": LYON}]
    cree: dict[str, Any] = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    return cree


@pytest.fixture
def agre(referentiel: Banc, etablissement: dict[str, Any]) -> dict[str, Any]:
    corps = agrement(etablissement["sites"][0]["id"])
    cree: dict[str, Any] = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    return cree


def session(etablissement: dict[str, Any], **autres: Any) -> dict[str, Any]:
    return {
        "id": "0190a8c0-0000-7000-8000-00000000000a",
        "version": 1,
        "numero": "2026-75-00012",
        "type": "TITRE",
        "titre_code": "TP-00520",
        "ccs_code": None,
        "etat": "validee",
        "date_debut": "2026-06-01",
        "date_fin": "2026-06-03",
        "etablissement_id": etablissement["id"],
        "site_id": etablissement["sites"][0]["id"],
        "jures": [],
        "candidats": [],
    } | autres


# -- titres


def test_un_titre_cree_puis_modifie_se_relit_et_se_publie(referentiel: Banc) -> None:
    cree = referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2026-02-28"))
    assert (cree["situation"], cree["date_fin_prolongation"]) == ("en_prolongation", date(2027, 2, 28))
    modifie = referentiel.faire(
        NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_de_vie": "2028-02-29"}, version=1
    )
    assert (modifie["situation"], modifie["version"], modifie["ccps"]) == ("en_cours", 2, cree["ccps"])
    publies = [corps for nom, corps in referentiel.evenements() if nom == "referentiel.titre_publie"]
    assert [(c["version"], c["date_fin_de_vie"]) for c in publies] == [(1, "2026-02-28"), (2, "2028-02-29")]
    assert publies[1]["date_fin_prolongation"] == "2029-02-28"


def test_une_version_perimee_est_refusee(referentiel: Banc, agre: dict[str, Any]) -> None:
    etablissement = agre["etablissement_id"]
    for qui, commande, objet, corps in (
        (NATIONAL, titres.modifier_titre, "TP-00520", {"niveau": 5}),
        (NATIONAL, titres.remplacer_correspondances, "TP-00520", {"correspondances": []}),
        (UD_75, etablissements.modifier_etablissement, etablissement, {"denomination": "Neuf"}),
        (UD_75, agrements.modifier_agrement, agre["id"], {"numero": "2"}),
        (UD_75, agrements.suspendre_agrement, agre["id"], {"confirmer": ["AGR-02"]}),
    ):
        with pytest.raises(VersionPerimee):
            referentiel.faire(qui, commande, objet, corps, version=7)


@pytest.mark.parametrize("corps", [titre(), {}])
def test_un_agent_ne_cree_pas_de_titre_meme_mal_forme(referentiel: Banc, corps: dict[str, Any]) -> None:
    with pytest.raises(Droit):
        referentiel.faire(UD_75, titres.creer_titre, corps)


@pytest.mark.parametrize(
    ("autres", "champ"),
    [
        ({"ccps": []}, "ccps"),
        ({"ccps": [{"code": "A", "intitule": "x"}, {"code": "A", "intitule": "y"}]}, "ccps"),
        ({"niveau": 9}, "niveau"),
        ({"niveau": "4"}, "niveau"),
        ({"codes_rome": ["XX"]}, "codes_rome"),
        ({"date_fin_de_vie": "2027-02-29"}, "date_fin_de_vie"),
        ({"date_debut_validite": "2027-01-01", "date_fin_de_vie": "2026-01-01"}, "date_fin_de_vie"),
        ({"date_fin_prolongation": "2027-01-01"}, "date_fin_prolongation"),
        ({"date_fin_de_vie": "2027-02-01", "date_fin_prolongation": "2027-01-01"}, "date_fin_prolongation"),
        ({"inconnu": 1}, "inconnu"),
        ({"code": "X" * 31}, "code"),
        ({"intitule": "x" * 301}, "intitule"),
    ],
)
def test_un_titre_mal_forme_est_refuse_champ_par_champ(referentiel: Banc, autres: dict[str, Any], champ: str) -> None:
    with pytest.raises(Invalide) as refus:
        referentiel.faire(NATIONAL, titres.creer_titre, titre(**autres))
    assert champ in (refus.value.erreurs or {})


def test_deux_titres_n_ont_ni_le_meme_code_ni_le_meme_numero_rncp(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, titres.creer_titre, titre(code_rncp="RNCP1"))
    for corps, champ in ((titre(), "code"), (titre("TP-2", code_rncp="RNCP1"), "code_rncp")):
        with pytest.raises(Invalide) as refus:
            referentiel.faire(NATIONAL, titres.creer_titre, corps)
        assert list(refus.value.erreurs or {}) == [champ]


def test_ref_01_les_correspondances_lient_des_ccp_qui_existent(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, titres.creer_titre, titre("ANCIEN"))
    referentiel.faire(NATIONAL, titres.creer_titre, titre("NEUF"))
    lien = {"ancien_titre_code": "ANCIEN", "ancien_ccp_code": "ANCIEN-1", "ccp_code": "NEUF-2"}

    def remplacer(*liens: dict[str, str]) -> Any:
        return referentiel.faire(NATIONAL, titres.remplacer_correspondances, "NEUF", {"correspondances": list(liens)})

    assert remplacer(lien)["correspondances"] == [lien]
    for faux in (
        {"ancien_titre_code": "X"},
        {"ancien_titre_code": "NEUF"},
        {"ancien_ccp_code": "X"},
        {"ccp_code": "X"},
    ):
        with pytest.raises(Invalide, match="incorrectes"):
            remplacer(lien | faux)
    with pytest.raises(Invalide):
        referentiel.faire(NATIONAL, titres.modifier_titre, "NEUF", {"ccps": [{"code": "NEUF-1", "intitule": "Seul"}]})
    assert remplacer()["correspondances"] == []


def test_un_ccs_nomme_les_titres_qu_il_complete(referentiel: Banc) -> None:
    ccs = [{"code": "CCS-1", "intitule": "Un complément"}]
    for code in ("TP-1", "TP-2"):
        referentiel.faire(NATIONAL, titres.creer_titre, titre(code, ccs=ccs))
    assert referentiel.lire(UD_75, lectures_titres.fiche_ccs, "CCS-1")["titres"] == ["TP-1", "TP-2"]
    (seul,) = referentiel.lire(UD_75, lectures_titres.lister_ccs, {"q": "complement"})["elements"]
    assert [seul] == referentiel.lire(NATIONAL, lectures_titres.ccs_publies, None, 5)["elements"]
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-1", {"ccs": []})
    assert referentiel.lire(UD_75, lectures_titres.fiche_ccs, "CCS-1")["titres"] == ["TP-2"]


def test_une_liste_se_cherche_sans_accents_et_se_trie(referentiel: Banc) -> None:
    for code, intitule in (("A", "Électricien d'équipement"), ("B", "Électronicien"), ("C", "Cuisinier")):
        referentiel.faire(NATIONAL, titres.creer_titre, titre(code, intitule=intitule))
    page = referentiel.lire(UD_75, lectures_titres.lister_titres, {"q": "electr equip"})
    assert [t["code"] for t in page["elements"]] == ["A"]
    page = referentiel.lire(UD_75, lectures_titres.lister_titres, {"tri": "-code", "par_page": "2", "page": "2"})
    assert ([t["code"] for t in page["elements"]], page["total"]) == (["A"], 3)
    for filtres in ({"tri": "nimporte"}, {"par_page": "201"}, {"page": "0"}, {"situation": "x"}, {"autre": "1"}):
        with pytest.raises(Invalide):
            referentiel.lire(UD_75, lectures_titres.lister_titres, filtres)


@pytest.mark.parametrize("code", ["INCONNU", "TP\x00", "", "x" * 5000])
def test_un_code_que_rien_ne_porte_est_introuvable(referentiel: Banc, code: str) -> None:
    for lire in (lectures_titres.fiche_titre, lectures_titres.titre_garde, lectures_titres.fiche_ccs):
        with pytest.raises(Introuvable):
            referentiel.lire(UD_75, lire, code)
    with pytest.raises(Introuvable):
        referentiel.faire(NATIONAL, titres.modifier_titre, code, {})


# -- établissements


def test_un_etablissement_prend_son_territoire_de_son_adresse(etablissement: dict[str, Any]) -> None:
    assert (etablissement["departement"], etablissement["region"]) == ("75", "11")
    assert [(s["departement"], s["region"]) for s in etablissement["sites"]] == [("75", "11"), ("69", "84")]
    assert etablissement["telephone"] == "+33199000001"


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({"siret": "99900001100019"}, "siret"),
        ({"departement": "69"}, "departement"),
        ({"adresse": ADRESSE | {"code_postal": "00100", "code_insee": None}}, "adresse"),
        ({"adresse": {"voie": "1 rue"}}, "adresse"),
        ({"telephone": "bonjour"}, "telephone"),
        ({"courriel": "pas-une-adresse"}, "courriel"),
        ({"sites": "deux"}, "sites"),
    ],
)
def test_un_etablissement_mal_forme_est_refuse(referentiel: Banc, corps: dict[str, Any], champ: str) -> None:
    with pytest.raises(Invalide) as refus:
        referentiel.faire(NATIONAL, etablissements.creer_etablissement, CENTRE | corps)
    assert champ in (refus.value.erreurs or {})


def test_le_siret_de_la_poste_est_accepte_et_aucun_ne_sert_deux_fois(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, etablissements.creer_etablissement, CENTRE | {"siret": "356 000 000 09075"})
    with pytest.raises(Invalide) as refus:
        referentiel.faire(NATIONAL, etablissements.creer_etablissement, CENTRE | {"siret": "35600000009075"})
    assert "siret" in (refus.value.erreurs or {})


def test_une_ud_ne_cree_pas_hors_de_son_departement(referentiel: Banc) -> None:
    with pytest.raises(Introuvable):
        referentiel.faire(UD_69, etablissements.creer_etablissement, CENTRE)


def test_chacun_lit_son_perimetre_et_rien_d_autre(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    autre = referentiel.faire(
        NATIONAL, etablissements.creer_etablissement, CENTRE | {"siret": "99900002900010", "adresse": LYON}
    )
    visibles = {
        NATIONAL: {etablissement["id"], autre["id"]},
        UD_75: {etablissement["id"]},
        DIRECCTE_11: {etablissement["id"]},
        UD_69: {etablissement["id"], autre["id"]},
        centre(autre["id"]): {autre["id"]},
    }
    for qui, attendus in visibles.items():
        page = referentiel.lire(qui, lectures.lister_etablissements, {})
        assert {e["id"] for e in page["elements"]} == attendus
        for e in (etablissement, autre):
            if e["id"] not in attendus:
                with pytest.raises(Introuvable):
                    referentiel.lire(qui, lectures.fiche_etablissement, e["id"])


def test_un_centre_ne_change_que_son_bloc_identite(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    moi = centre(etablissement["id"])
    change = referentiel.faire(
        moi, etablissements.modifier_etablissement, etablissement["id"], {"denomination": "Neuf"}
    )
    assert (change["denomination"], change["version"], change["siret"]) == ("Neuf", 2, CENTRE["siret"])
    with pytest.raises(Droit):
        referentiel.faire(moi, etablissements.modifier_etablissement, etablissement["id"], {"siret": "99900002900010"})
    with pytest.raises(Introuvable):
        referentiel.faire(
            centre("x"), etablissements.modifier_etablissement, etablissement["id"], {"denomination": "A"}
        )


def test_un_site_se_change_et_s_ajoute_sans_qu_aucun_ne_parte(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    sites = [{"id": etablissement["sites"][0]["id"], "libelle": "Bercy", "adresse": ADRESSE}]
    sites.append({"libelle": "Annexe", "adresse": LYON})
    change = referentiel.faire(UD_75, etablissements.modifier_etablissement, etablissement["id"], {"sites": sites})
    assert [s["libelle"] for s in change["sites"]] == ["Bercy", "Lyon", "Annexe"]
    inconnu = [{"id": "0190a8c0-0000-7000-8000-0000000000ff", "libelle": "X", "adresse": ADRESSE}]
    with pytest.raises(Invalide):
        referentiel.faire(UD_75, etablissements.modifier_etablissement, etablissement["id"], {"sites": inconnu})


# -- agréments


def test_un_agrement_accorde_montre_ses_boutons_a_qui_peut_agir(referentiel: Banc, agre: dict[str, Any]) -> None:
    assert (agre["statut"], agre["certification"], agre["site"]) == ("accorde", "Titre TP-00520", "Paris")
    assert [a["action"] for a in agre["actions"]] == ["modifier", "suspension", "retrait"]
    assert [r["action"] for r in agre["refus"]] == ["retablissement"]
    vu_du_centre = referentiel.lire(centre(agre["etablissement_id"]), lectures.fiche_agrement, agre["id"])
    assert (vu_du_centre["actions"], vu_du_centre["refus"]) == ([], [])


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
    with pytest.raises(Invalide) as refus:
        referentiel.faire(
            UD_75, agrements.creer_agrement, etablissement["id"], agrement(etablissement["sites"][0]["id"]) | corps
        )
    assert champ in (refus.value.erreurs or {})


def test_agr_03_un_agrement_ne_depasse_pas_la_fin_de_vie(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    corps = agrement(etablissement["sites"][0]["id"], date_fin="2028-01-01")
    with pytest.raises(ReglesEnfreintes, match="31/12/2027") as refus:
        referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], corps)
    assert refus.value.en_clair()["code"] == "AGR-03"


def test_agr_03_un_ccs_suit_le_titre_sur_le_meme_site(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    paris, lyon = (s["id"] for s in etablissement["sites"])
    ccs = {"titre_code": None, "ccs_code": "CCS-1"}
    cree = referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], agrement(paris, **ccs))
    assert (cree["ccs_code"], cree["certification"]) == ("CCS-1", "Un complément")
    with pytest.raises(ReglesEnfreintes) as refus:
        referentiel.faire(UD_69, agrements.creer_agrement, etablissement["id"], agrement(lyon, **ccs))
    assert refus.value.manquements[0].code == "AGR-03"


def test_le_territoire_d_un_agrement_est_celui_de_son_site(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    a_lyon = agrement(etablissement["sites"][1]["id"])
    with pytest.raises(Introuvable):
        referentiel.faire(UD_75, agrements.creer_agrement, etablissement["id"], a_lyon)
    cree = referentiel.faire(UD_69, agrements.creer_agrement, etablissement["id"], a_lyon)
    assert cree["actions"]
    (vu_de_paris,) = referentiel.lire(UD_75, lectures.fiche_etablissement, etablissement["id"])["agrements"]
    assert (vu_de_paris["actions"], vu_de_paris["refus"]) == ([], [])
    assert referentiel.lire(UD_75, lectures.lister_agrements, {}, etablissement["id"])["total"] == 1
    assert referentiel.lire(UD_75, lectures.lister_agrements, {})["total"] == 0
    for lire in (lectures.fiche_agrement, lectures.incidences):
        with pytest.raises(Introuvable):
            referentiel.lire(UD_75, lire, cree["id"])
    with pytest.raises(Droit):
        referentiel.faire(centre(etablissement["id"]), agrements.creer_agrement, etablissement["id"], a_lyon)


def test_agr_02_suspendre_nomme_les_sessions_puis_agit_avec_sa_trace_meme_sans_le_service_des_sessions(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, replicas.suivre_session, session(etablissement))
    with pytest.raises(ConfirmationRequise, match=r"s'appuie sur lui : 2026-75-00012\.") as question:
        referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], {"motif": "Contrôle"})
    assert "nombre_candidats" not in question.value.en_clair()["contexte"]
    assert referentiel.lire(UD_75, lectures.fiche_agrement, agre["id"])["statut"] == "accorde"
    corps = {"motif": "Contrôle", "confirmer": ["AGR-02"]}
    suspendu = referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], corps)
    assert (suspendu["statut"], suspendu["version"]) == ("suspendu", 2)
    trace = referentiel.lire(UD_75, traces_agrement, agre["id"], {})["elements"][0]
    assert (trace["action"], trace["motif"], trace["avant"]["statut"]) == ("suspension", "Contrôle", "accorde")
    assert referentiel.evenements()[-1][1]["statut"] == "suspendu"
    with pytest.raises(ReglesEnfreintes) as refus:
        referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], corps)
    assert refus.value.manquements[0].code == "AGR-00"
    assert referentiel.faire(UD_75, agrements.retablir_agrement, agre["id"], {})["statut"] == "accorde"
    assert referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], corps)["statut"] == "retire"


@pytest.mark.parametrize(
    "autres",
    [
        {"titre_code": "TP-1"},
        {"type": "CCS", "ccs_code": "CCS-1"},
        {"etat": "annulee"},
        {"date_debut": "2026-03-01", "date_fin": "2026-03-14"},
        {"date_debut": "2028-12-31", "date_fin": "2029-01-01"},
    ],
)
def test_une_session_qui_ne_s_appuie_pas_sur_lui_n_est_pas_nommee(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any], autres: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, replicas.suivre_session, session(etablissement, **autres))
    assert referentiel.lire(UD_75, lectures.incidences, agre["id"])["sessions"] == []


def test_la_copie_d_une_session_suit_par_version_dans_tous_les_ordres(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    referentiel.reponses["sessions_gardes.participants"] = lambda session_ids: []
    for version, etat in ((2, "annulee"), (1, "validee"), (2, "annulee")):
        referentiel.faire(NATIONAL, replicas.suivre_session, session(etablissement, version=version, etat=etat))
    assert referentiel.lire(UD_75, lectures.incidences, agre["id"])["sessions"] == []
    referentiel.faire(NATIONAL, replicas.suivre_session, session(etablissement, version=3, etat="validee"))
    assert [s["etat"] for s in referentiel.lire(UD_75, lectures.incidences, agre["id"])["sessions"]] == ["validee"]


def test_agr_02_les_incidences_nomment_et_la_confirmation_compte_en_un_seul_appel(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    ids = [f"0190a8c0-0000-7000-8000-0000000000{n:02x}" for n in range(10, 15)]
    for n in (0, 1):
        vue = session(etablissement, id=ids[n], numero=f"2026-75-0001{n}")
        referentiel.faire(NATIONAL, replicas.suivre_session, vue)
    candidats, jures = [{"id": i, "nom": f"C {i}"} for i in ids[3:]], [{"id": ids[2], "nom": "J"}]
    appels = []

    def participants(session_ids: list[str]) -> list[dict[str, Any]]:
        appels.append(session_ids)
        return [
            {"id": i, "etablissement_id": "", "etat": "refusee", "candidats": candidats, "jures": jures}
            for i in session_ids
        ]

    referentiel.reponses["sessions_gardes.participants"] = participants
    lues = referentiel.lire(UD_75, lectures.incidences, agre["id"])
    assert appels == [ids[:2]]
    assert [(s["numero"], s["candidats"], s["jures"]) for s in lues["sessions"]] == [
        (f"2026-75-0001{n}", candidats, jures) for n in (0, 1)
    ]
    assert (lues["nombre_candidats"], lues["nombre_jures"]) == (2, 1)
    assert {s["etat"] for s in lues["sessions"]} == {"refusee"}, "as its owner says it is now, whatever the copy holds"
    for acte, corps in (
        (agrements.suspendre_agrement, {}),
        (agrements.modifier_agrement, {"date_fin": "2026-06-02"}),
        (agrements.retirer_agrement, {}),
    ):
        appels.clear()
        with pytest.raises(ConfirmationRequise, match="; 2 candidats et 1 juré y sont inscrits") as question:
            referentiel.faire(UD_75, acte, agre["id"], corps)
        contexte = question.value.en_clair()["contexte"]
        assert (contexte["nombre_candidats"], contexte["nombre_jures"], appels) == (2, 1, [ids[:2]])
    referentiel.faire(UD_75, agrements.retirer_agrement, agre["id"], {"confirmer": ["AGR-02"]})
    assert appels == [ids[:2]], "confirmed, the act asks nobody"


def test_agr_02_raccourcir_un_agrement_previent(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    referentiel.faire(NATIONAL, replicas.suivre_session, session(etablissement))
    corps: dict[str, Any] = {"date_fin": "2026-06-02"}
    with pytest.raises(ConfirmationRequise, match="ne couvrira plus"):
        referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], corps)
    change = referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], corps | {"confirmer": ["AGR-02"]})
    assert change["date_fin"] == date(2026, 6, 2)


def test_un_agrement_echu_ne_se_modifie_plus(referentiel: Banc, agre: dict[str, Any]) -> None:
    apres = date(2029, 1, 1)
    assert referentiel.lire(UD_75, lectures.fiche_agrement, agre["id"], jour=apres)["statut"] == "echu"
    with pytest.raises(ReglesEnfreintes) as refus:
        referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"numero": "2"}, jour=apres)
    assert refus.value.manquements[0].code == "AGR-00"


def test_agr_01_le_bloc_agrement_dit_ce_qui_finit_bientot(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    for jour, bientot in (
        (JOUR, False),
        (date(2027, 6, 30), False),
        (date(2027, 7, 1), True),
        (date(2028, 1, 1), False),
    ):
        (lu,) = referentiel.lire(UD_75, lectures.fiche_etablissement, etablissement["id"], jour=jour)["agrements"]
        assert lu["finit_bientot"] is bientot, jour


def test_hors_perimetre_un_agrement_n_existe_pas(referentiel: Banc, agre: dict[str, Any]) -> None:
    for qui in (UD_69, centre("0190a8c0-0000-7000-8000-0000000000ff")):
        with pytest.raises(Introuvable):
            referentiel.lire(qui, lectures.fiche_agrement, agre["id"])
    for faux in ("pas-un-identifiant", "0190a8c0-0000-7000-8000-0000000000ff"):
        with pytest.raises(Introuvable):
            referentiel.lire(NATIONAL, lectures.fiche_agrement, faux)


def test_les_traces_disent_avant_et_apres(referentiel: Banc, agre: dict[str, Any]) -> None:
    referentiel.faire(
        UD_75, etablissements.modifier_etablissement, agre["etablissement_id"], {"telephone": "01 99 00 00 02"}
    )
    referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"numero": "75-002", "date_fin": "2027-11-30"})
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"niveau": 5})
    dites = {
        objet: referentiel.lire(NATIONAL, lambda acte, *cle: audit.lister(acte.db, *cle)[0]["phrase"], objet, cle)
        for objet, cle in (("etablissement", agre["etablissement_id"]), ("agrement", agre["id"]), ("titre", "TP-00520"))
    }
    assert dites == {
        "etablissement": "L'établissement Centre d'essai (fictif) a été modifié. "
        "Le téléphone a été changé : 01 99 00 00 01 → 01 99 00 00 02.",
        "agrement": "L'agrément 75-001 a été modifié. Le numéro a été changé : 75-001 → 75-002. "
        "La fin a été changée : 31/12/2027 → 30/11/2027.",
        "titre": "Le titre Titre TP-00520 (TP-00520) a été modifié. Le niveau a été changé : 4 → 5.",
    }


# -- what others read


def test_les_evenements_et_les_pages_ont_la_forme_qu_ils_annoncent(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    formes = {evenement.nom: evenement() for evenement in events.PUBLIES}
    corps = {"type": "sur_place", "date": "2026-03-02", "observations": "Vu.", "conclusion": "conforme"}
    referentiel.faire(UD_75, actes_controles.creer_controle, etablissement["id"], corps)
    publies = referentiel.evenements()
    assert {nom for nom, _ in publies} == formes.keys()
    for nom, corps in publies:
        assert formes[nom].validate(corps) == {}
    for evenement in events.PUBLIES:
        assert evenement().validate(evenement.exemple) == {}
    for requete, nom in (
        (lectures_titres.titres_publies, "referentiel.titre_publie"),
        (lectures.etablissements_publies, "referentiel.etablissement_publie"),
        (lectures.agrements_publies, "referentiel.agrement_publie"),
        (lectures_controles.controles_publies, "referentiel.controle_modifie"),
    ):
        page = referentiel.lire(NATIONAL, requete, None, 1)
        assert formes[nom].validate(en_json(page["elements"][0])) == {}
        assert referentiel.lire(NATIONAL, requete, page["suivant"], 1) == {"elements": [], "suivant": None}


def en_json(corps: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in corps.items()}


def test_rien_de_personnel_ne_sort_dans_les_evenements(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    corps = next(corps for nom, corps in referentiel.evenements() if nom == "referentiel.etablissement_publie")
    assert not {"telephone", "courriel"} & corps.keys()


def test_un_refus_ne_laisse_rien(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    avant = len(referentiel.evenements())
    with pytest.raises(ReglesEnfreintes):
        referentiel.faire(
            UD_75,
            agrements.creer_agrement,
            etablissement["id"],
            agrement(etablissement["sites"][0]["id"], date_fin="2040-01-01"),
        )
    with moteur("referentiel").connect() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM agrements")) == 0
    assert len(referentiel.evenements()) == avant
