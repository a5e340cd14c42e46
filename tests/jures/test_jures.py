"""Un juré : le créer, le modifier, l'inactiver, l'activer, ses sessions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.errors import Droit, Indisponible, Introuvable, Invalide, VersionPerimee
from services.jures import events, schemas
from services.jures.commands.fusion import fusionner
from services.jures.commands.habilitations import supprimer
from services.jures.commands.jures import activer_jure, creer_jure, inactiver_jure, modifier_jure
from services.jures.queries.fiches import doublons, fiche_jure, sessions_du_jure, traces_jure
from services.jures.queries.listes import lister_jures
from tests.jures.banc import (
    CENTRE,
    CORPS_JURE,
    DIRECCTE_11,
    JOUR,
    LYON,
    NATIONAL,
    UD_69,
    UD_75,
    UD_92,
    UD_974,
    Banc,
    Corps,
)
from tests.outils.lectures import lignes_lues
from tests.outils.traces_exigees import sans_trace

SAINT_DENIS = {"voie": "3 rue des Essais", "code_postal": "97400", "commune": "Saint-Denis", "code_insee": "97411"}
INCONNU = "0190a8c0-0000-7000-8000-0000000000ff"


# -- créer


def test_un_jure_cree_se_relit_se_trace_et_se_publie(banc: Banc) -> None:
    cree = banc.jure(emploi=None)
    assert (cree["departement"], cree["region"], cree["statut"], cree["version"]) == ("75", "11", "actif", 1)
    assert cree["telephone_professionnel"] == "+33199000101"
    assert cree["telephone_personnel"] is None
    assert cree["adresse"] == CORPS_JURE["adresse"] | {"complement": None}
    assert banc.lire(UD_75, fiche_jure, cree["id"]) == {k: v for k, v in cree.items() if k != "avertissements"}
    (trace,) = banc.traces(cree["id"])
    assert trace["phrase"] == "Le juré Zoé Essai a été créé."
    assert trace["acteur"] == {"identifiant": "ud", "profil": "UD 75", "compte_id": "c-ud"}
    _titre, (nom, corps) = banc.evenements()
    assert (nom, events.JureModifie().validate(corps)) == ("jures.jure_modifie", {})


def test_chaque_champ_change_se_dit_avec_ce_qu_il_etait(banc: Banc) -> None:
    autre = {
        "civilite": "M",
        "nom": "Durand",
        "nom_usage": "Leroy",
        "prenom": "Paul",
        "date_naissance": "1971-03-01",
        "telephone_professionnel": "+33199000102",
        "telephone_personnel": "+33199000103",
        "courriel": "paul@exemple.fr",
        "adresse": {"voie": "2 rue", "complement": "B", "code_postal": "92000", "commune": "Nanterre"},
        "departement": "92",
    }
    champs = schemas.NouveauJure().fields.keys() - {"confirmer", "motif"}
    assert autre.keys() == champs, "change the new field too"
    cree = banc.jure(emploi=None)
    change = banc.faire(DIRECCTE_11, modifier_jure, cree["id"], autre)
    gardes = {"date_naissance": date(1971, 3, 1), "adresse": autre["adresse"] | {"code_insee": None}}
    assert {champ: change[champ] for champ in champs} == autre | gardes
    assert banc.traces(cree["id"])[-1]["phrase"].count(" → ") == len(champs), "a field lacks its sentence"
    refait = banc.faire(DIRECCTE_11, creer_jure, autre | {"confirmer": ["JUR-06"]})
    assert {champ: refait[champ] for champ in champs} == autre | gardes


def test_toutes_les_fautes_d_une_fiche_se_disent_ensemble(banc: Banc) -> None:
    """Seen said in two times: those of a field first, then those that the address and the day show."""
    nouvel = CORPS_JURE | {"nom": "", "date_naissance": "2030-01-01", "telephone_personnel": "12"}
    fautes = banc.fautes(UD_75, creer_jure, nouvel | {"adresse": {"code_postal": "75011"}, "departement": "69"})
    assert list(fautes["adresse"]) == ["voie", "commune"]
    assert fautes.keys() - {"adresse"} == {"nom", "date_naissance", "telephone_personnel", "departement"}
    jure = banc.jure()
    faux = {"nom": "", "telephone_personnel": "12", "departement": "69"}
    assert banc.fautes(UD_75, modifier_jure, jure["id"], faux).keys() == faux.keys()


def test_un_numero_seul_est_de_la_ou_vit_le_jure(banc: Banc) -> None:
    """« 25.70.00 » is of Nouméa, or of nobody."""
    noumea = {"voie": "1 rue des Essais", "code_postal": "98800", "commune": "Nouméa"}
    la_bas, numero = replace(UD_75, departement="988"), {"telephone_personnel": "25.70.00"}
    jure = banc.jure(la_bas, emploi=None, adresse=noumea)
    assert banc.faire(la_bas, modifier_jure, jure["id"], numero)["telephone_personnel"] == "+687257000"
    assert banc.fautes(UD_75, modifier_jure, banc.jure()["id"], numero).keys() == {"telephone_personnel"}


@pytest.mark.parametrize(("qui", "modifiable"), [(UD_75, True), (UD_92, False), (DIRECCTE_11, True), (NATIONAL, False)])
def test_la_fiche_dit_a_qui_la_lit_s_il_peut_la_modifier(banc: Banc, qui: Acteur, modifiable: bool) -> None:
    assert banc.lire(qui, fiche_jure, banc.jure()["id"])["modifiable"] is modifiable


@pytest.mark.parametrize(
    ("saisi", "garde"),
    [
        ("  D’Årtañán\n-\tŒuf\x85", "D’Årtañán - Œuf"),
        ("E\u0301va", "Éva"),
        ("J.  Just (2)", "J. Just (2)"),
    ],
)
def test_un_nom_est_garde_compose_sur_une_ligne(banc: Banc, saisi: str, garde: str) -> None:
    """Seen kept as typed: two spellings of one name, and a line broken in the middle of a letter."""
    cree = banc.jure(nom=saisi, nom_usage=saisi, prenom=saisi)
    assert [cree[champ] for champ in ("nom", "nom_usage", "prenom")] == [garde] * 3


@pytest.mark.parametrize(
    ("champs", "fautifs"),
    [
        ({"civilite": "MLLE"}, {"civilite"}),
        ({"nom": "  "}, {"nom"}),
        ({"nom": "x" * 101}, {"nom"}),
        ({"nom": None}, {"nom"}),
        ({"nom": "Essai\u202e", "nom_usage": "Du\u200bpon", "prenom": "Zoé\x1b"}, {"nom", "nom_usage", "prenom"}),
        ({"inconnu": 1}, {"inconnu"}),
        ({"date_naissance": "1970-02-30"}, {"date_naissance"}),
        ({"date_naissance": "2026-03-03"}, {"date_naissance"}),
        ({"courriel": "zoe@"}, {"courriel"}),
        ({"telephone_personnel": "12"}, {"telephone_personnel"}),
        ({"departement": "92"}, {"departement"}),
        ({"adresse": CORPS_JURE["adresse"] | {"code_postal": "7501"}}, {"adresse"}),
        ({"adresse": CORPS_JURE["adresse"] | {"code_postal": "00100", "code_insee": None}}, {"adresse"}),
        ({"departement": "92", "telephone_professionnel": "0", "date_naissance": "2027-01-01"},
         {"departement", "telephone_professionnel", "date_naissance"}),
    ],
)  # fmt: skip
def test_un_formulaire_faux_dit_tous_ses_champs(banc: Banc, champs: Corps, fautifs: set[str]) -> None:
    assert banc.fautes(UD_75, creer_jure, CORPS_JURE | champs).keys() == fautifs
    assert banc.compter("jures") == 0


@pytest.mark.parametrize("corps", [None, [], "x", 3])
def test_un_corps_qui_n_est_pas_un_objet(banc: Banc, corps: Any) -> None:
    assert isinstance(banc.refuse(UD_75, creer_jure, corps), Invalide)


@pytest.mark.parametrize(
    ("adresse", "departement"),
    [
        ({"code_postal": "20000", "commune": "Ajaccio", "code_insee": "2A004"}, "2A"),
        ({"code_postal": "20200", "commune": "Bastia", "code_insee": None}, "2B"),
        ({"code_postal": "97133", "commune": "Saint-Barthélemy", "code_insee": "97701"}, "977"),
        (SAINT_DENIS, "974"),
        ({"code_postal": "01410", "commune": "Lélex", "code_insee": "01210"}, "01"),
    ],
)
def test_le_departement_vient_de_l_adresse(banc: Banc, adresse: Corps, departement: str) -> None:
    ud = replace(UD_75, departement=departement)
    cree = banc.jure(ud, emploi=None, adresse={"voie": "1 rue des Essais", **adresse}, departement=departement)
    assert cree["departement"] == departement


@pytest.mark.parametrize(
    ("saisi", "garde"),
    [
        ("0692 12 34 56", "+262692123456"),
        ("+262692123456", "+262692123456"),
        ("01 99 00 01 01", "+33199000101"),
        ("+33 1 99 00 01 01", "+33199000101"),
        ("+32 2 555 12 12", "+3225551212"),
    ],
)
def test_un_numero_se_garde_avec_son_indicatif(banc: Banc, saisi: str, garde: str) -> None:
    cree = banc.jure(UD_974, emploi=None, adresse=SAINT_DENIS, telephone_personnel=saisi)
    assert cree["telephone_personnel"] == garde
    renvoye = banc.faire(UD_974, modifier_jure, cree["id"], {"telephone_personnel": saisi, "nom_usage": "Autre"})
    assert renvoye["telephone_personnel"] == garde
    assert list(banc.traces(cree["id"])[-1]["apres"]) == ["nom_usage"]


def test_qui_cree_et_ou(banc: Banc) -> None:
    assert isinstance(banc.refuse(CENTRE, creer_jure, CORPS_JURE), Droit)
    assert isinstance(banc.refuse(NATIONAL, creer_jure, {}), Droit)
    assert isinstance(banc.refuse(UD_92, creer_jure, CORPS_JURE), Introuvable)
    assert banc.faire(DIRECCTE_11, creer_jure, CORPS_JURE)["departement"] == "75"


# -- JUR-06


@pytest.mark.parametrize(
    ("autre", "proche"),
    [
        ({"nom": "ÉSSAI", "courriel": None, "telephone_professionnel": None}, True),
        ({"date_naissance": None, "telephone_professionnel": None}, True),
        ({"date_naissance": None, "courriel": None, "telephone_professionnel": "+33 1 99 00 01 01"}, True),
        ({"nom": "Autre", "nom_usage": "Essai"}, True),
        ({"prenom": "Anne"}, False),
        ({"date_naissance": None, "courriel": None, "telephone_professionnel": None}, False),
    ],
)
def test_un_doublon_possible_est_montre_avant_la_creation(banc: Banc, autre: Corps, proche: bool) -> None:
    premier = banc.jure(emploi=None)
    if not proche:
        assert banc.faire(UD_75, creer_jure, CORPS_JURE | autre)["id"]
        return
    refus = banc.refuse(UD_75, creer_jure, CORPS_JURE | autre)
    assert refus.en_clair()["avertissements"] == [
        {"code": "JUR-06", "message": "Un juré proche existe déjà : Zoé Essai."}
    ]
    cree = banc.confirmer(UD_75, creer_jure, CORPS_JURE | autre)
    trouves = banc.lire(UD_75, doublons, premier["id"], {})
    assert [j["id"] for j in trouves["elements"]] == [cree["id"]]
    assert trouves["existe_ailleurs"] is False


def test_un_doublon_hors_du_perimetre_n_est_pas_nomme(banc: Banc) -> None:
    banc.jure(UD_69, emploi=None, adresse=LYON)
    refus = banc.refuse(UD_75, creer_jure, CORPS_JURE)
    assert "Zoé" not in str(refus.en_clair())
    ici = banc.confirmer(UD_75, creer_jure, CORPS_JURE)
    lus = banc.lire(UD_75, doublons, ici["id"], {})
    assert (lus["elements"], lus["total"], lus["existe_ailleurs"]) == ([], 0, True)


def test_un_doublon_que_l_on_ne_gere_pas_n_est_pas_a_fusionner(banc: Banc) -> None:
    ici, voisin = (
        banc.jure(qui, emploi=None, adresse=CORPS_JURE["adresse"] | {"code_postal": code, "code_insee": code})
        for qui, code in ((UD_75, "75111"), (UD_92, "92050"))
    )
    for qui, attendues in ((DIRECCTE_11, ["fusion"]), (UD_75, []), (UD_92, [])):
        for lu in (ici, voisin):
            (montre,) = banc.lire(qui, doublons, lu["id"], {})["elements"]
            assert ([a["action"] for a in montre["actions"]], montre["refus"]) == (attendues, [])


# -- modifier


def test_modifier_ne_trace_que_ce_qui_change(banc: Banc) -> None:
    jure = banc.jure(emploi=None)
    modifie = banc.faire(UD_75, modifier_jure, jure["id"], {"prenom": "Zoë", "nom": "Essai", "motif": "Faute"})
    assert (modifie["prenom"], modifie["version"]) == ("Zoë", 2)
    trace = banc.traces(jure["id"])[-1]
    assert trace["phrase"] == ("La fiche de Zoë Essai a été modifiée. Le prénom a été changé : Zoé → Zoë.")
    assert (trace["avant"], trace["apres"], trace["motif"]) == ({"prenom": "Zoé"}, {"prenom": "Zoë"}, "Faute")
    banc.faire(UD_75, modifier_jure, jure["id"], {"prenom": "Zoë"})
    assert len(banc.traces(jure["id"])) == 2
    assert len([nom for nom, _ in banc.evenements() if nom == "jures.jure_modifie"]) == 2


def test_un_acte_voit_la_version_avant_le_formulaire(banc: Banc) -> None:
    jure = banc.jure(emploi=None)
    banc.faire(UD_75, modifier_jure, jure["id"], {"prenom": "Zoë"}, version=1)
    for acte in (inactiver_jure, activer_jure, fusionner):
        assert isinstance(banc.refuse(UD_75, acte, jure["id"], {"motif": 3}, version=1), VersionPerimee)
    assert isinstance(banc.refuse(UD_75, modifier_jure, jure["id"], {"nom": 3}, version=1), VersionPerimee)
    assert isinstance(banc.refuse(UD_69, modifier_jure, jure["id"], {"nom": 3}, version=1), Introuvable)
    assert isinstance(banc.refuse(CENTRE, modifier_jure, "pas un id", {"nom": 3}, version=1), Droit)
    assert isinstance(banc.refuse(UD_75, modifier_jure, "pas un id", {}), Introuvable)
    assert isinstance(banc.refuse(UD_75, modifier_jure, INCONNU, {}), Introuvable)


def test_un_jure_qui_demenage_passe_a_un_autre_service(banc: Banc) -> None:
    jure = banc.jure(emploi=None)
    parti = banc.faire(UD_75, modifier_jure, jure["id"], {"adresse": LYON})
    assert (parti["departement"], parti["region"]) == ("69", "84")
    assert isinstance(banc.refuse(UD_75, modifier_jure, jure["id"], {}), Introuvable)
    with pytest.raises(Introuvable):
        banc.lire(UD_75, fiche_jure, jure["id"])
    assert banc.faire(UD_69, modifier_jure, jure["id"], {"prenom": "Anne"})["prenom"] == "Anne"


# -- inactiver, activer


def test_inactiver_nomme_les_sessions_et_les_habilitations(banc: Banc) -> None:
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure), numero="S-1", etat="brouillon")
    refus = banc.refuse(UD_75, inactiver_jure, jure["id"], {})
    assert refus.en_clair()["avertissements"] == [
        {
            "code": "JUR-02",
            "message": "Vous allez inactiver le juré Zoé Essai. Il ne pourra plus être inscrit à une session."
            " Sessions à venir : S-1. Habilitations concernées : Coffreur.",
        }
    ]
    inactif = banc.confirmer(UD_75, inactiver_jure, jure["id"], {"motif": "Départ"})
    assert inactif["statut"] == "inactif"
    assert banc.traces(jure["id"])[-1]["motif"] == "Départ"
    assert banc.evenements()[-1][1]["action"] == "inactiver"


def test_inactiver_un_jure_d_une_session_en_attente_est_refuse(banc: Banc) -> None:
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure), etat="en_attente_de_validation")
    assert banc.codes_refuses(UD_75, inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]}) == ["JUR-03"]


def test_inactiver_un_jure_d_une_session_validee_le_dit(banc: Banc) -> None:
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure))
    assert banc.a_confirmer(UD_75, inactiver_jure, jure["id"], {}) == ["JUR-02", "JUR-04"]


@pytest.mark.parametrize("etat", ["brouillon", "en_attente_de_validation", "refusee"])
def test_inactiver_ne_dit_rien_d_une_session_caduque(banc: Banc, etat: str) -> None:
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure), etat=etat, debut="2026-05-04")
    refus = banc.refuse(UD_75, inactiver_jure, jure["id"], {}, jour=date(2026, 5, 4))
    (avis,) = refus.en_clair()["avertissements"]
    assert avis["code"] == "JUR-02"
    assert "S-1" not in avis["message"]


def test_sans_reponse_de_sessions_rien_ne_change(banc: Banc) -> None:
    jure = banc.jure()
    banc.en_panne.add("sessions_gardes")
    assert isinstance(banc.refuse(UD_75, inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]}), Indisponible)
    assert banc.lire(UD_75, fiche_jure, jure["id"])["statut"] == "actif"


def test_demander_le_statut_deja_la_ne_change_rien(banc: Banc) -> None:
    jure = banc.jure(emploi=None)
    assert banc.faire(UD_75, activer_jure, jure["id"], {})["version"] == 1
    banc.confirmer(UD_75, inactiver_jure, jure["id"], {})
    banc.en_panne.add("sessions_gardes")
    assert banc.faire(UD_75, inactiver_jure, jure["id"], {})["version"] == 2
    assert isinstance(banc.refuse(UD_75, activer_jure, jure["id"], {}, version=1), VersionPerimee)
    assert banc.faire(UD_75, activer_jure, jure["id"], {})["statut"] == "actif"


# -- lire


def test_ses_sessions_et_ses_traces(banc: Banc) -> None:
    jure = banc.jure()
    h = banc.habilitation(jure)
    banc.inscrire(h, numero="S-1", debut="2026-02-01")
    banc.inscrire(h, numero="S-2", etablissement_id=INCONNU)
    siennes = banc.lire(UD_75, sessions_du_jure, jure["id"], {})["elements"]
    assert [(s["numero"], s["a_venir"]) for s in siennes] == [("S-2", True), ("S-1", False)]
    banc.agrement()
    assert [s["numero"] for s in banc.lire(CENTRE, sessions_du_jure, jure["id"], {})["elements"]] == ["S-1"]
    page = banc.lire(UD_75, traces_jure, jure["id"], {"par_page": "1"})
    assert (page["total"], page["elements"][0]["action"]) == (2, "ajouter_emploi")
    with pytest.raises(Introuvable):
        banc.lire(UD_69, traces_jure, jure["id"], {})


@pytest.mark.parametrize(
    ("etat", "jour", "montre"),
    [
        ("brouillon", "2026-05-03", "brouillon"),
        ("brouillon", "2026-05-04", "caduque"),
        ("validee", "2026-05-03", "validee"),
        ("validee", "2026-05-04", "en_cours"),
        ("validee", "2026-05-05", "a_cloturer"),
        ("annulee", "2026-05-05", "annulee"),
    ],
)
def test_ses_sessions_se_montrent_telles_qu_elles_sont_ce_jour(banc: Banc, etat: str, jour: str, montre: str) -> None:
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure), etat=etat, debut="2026-05-04")
    (lue,) = banc.lire(UD_75, sessions_du_jure, jure["id"], {}, jour=date.fromisoformat(jour))["elements"]
    assert lue["etat"] == montre
    assert lue["a_venir"] == (montre in {"brouillon", "validee", "en_cours"})


def test_une_session_convoquee_se_montre_telle_et_validee_si_sessions_ne_repond_pas(banc: Banc) -> None:
    jure = banc.jure()
    h = banc.habilitation(jure)
    banc.inscrire(h, debut="2026-05-04")
    banc.inscrire(h, numero="S-2", etat="annulee", debut="2026-04-01")
    banc.convoquees.add(banc.inscriptions[jure["id"]][0]["id"])

    def etat() -> str:
        return str(banc.lire(UD_75, sessions_du_jure, jure["id"], {})["elements"][0]["etat"])

    assert etat() == "convoquee"
    banc.en_panne.add("sessions_gardes")
    assert etat() == "validee"


@pytest.mark.parametrize(
    ("departement", "heure", "etat"),
    [
        ("75", 21, "en_cours"),
        ("75", 22, "a_cloturer"),
        ("971", 22, "en_cours"),
        ("974", 21, "a_cloturer"),
        (None, 22, "a_cloturer"),
    ],
)
def test_une_session_a_les_jours_de_son_site(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, departement: str | None, heure: int, etat: str
) -> None:
    """Le 4 mai à 22 h 30 UTC il est 18 h 30 en Guadeloupe et minuit passé à Paris, comme à 20 h 30 à La Réunion."""
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure), debut="2026-05-04", departement=departement)
    brouillon = banc.habilitation(jure, valider=False, date_debut="2031-01-06")
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2026, 5, 4, heure, 30, tzinfo=UTC))
    (lue,) = banc.lire(UD_75, sessions_du_jure, jure["id"], {}, jour=None)["elements"]
    assert lue["etat"] == etat
    assert banc.lire(CENTRE, lister_jures, {}, jour=None)["total"] == (etat == "en_cours")
    if etat == "en_cours":
        assert banc.lire(CENTRE, fiche_jure, jure["id"], jour=None)["id"] == jure["id"]
        assert banc.codes_refuses(UD_75, supprimer, brouillon["id"], {}, jour=None) == ["HAB-05"]
    else:
        assert banc.confirmer(UD_75, supprimer, brouillon["id"], {}, jour=None) is None


def test_le_jour_est_celui_de_l_appel(banc: Banc) -> None:
    assert isinstance(banc.refuse(UD_75, creer_jure, CORPS_JURE, jour=date(1969, 1, 1)), Invalide)
    assert banc.faire(UD_75, creer_jure, CORPS_JURE, jour=JOUR)["id"]


def test_l_historique_elide_de_devant_une_voyelle(banc: Banc) -> None:
    jure = banc.jure(prenom="Éa")
    banc.faire(UD_75, modifier_jure, jure["id"], {"nom": "Autre"})
    assert banc.traces(jure["id"])[-1]["phrase"].startswith("La fiche d'Éa Autre a été modifiée")
    assert banc.traces(banc.habilitation(jure)["id"])[0]["phrase"].startswith("L'habilitation d'Éa Autre sur Coffreur")


_NATION = (
    "INSERT INTO jures SELECT (jsonb_populate_record(jures, jsonb_build_object('id', gen_random_uuid(),"
    " 'rapprochement', ARRAY['a' || n, 'b' || n, 'c' || n]))).* FROM jures, generate_series(1, 6000) n",
    "ANALYZE jures",
)
"""Jurés of whom none is like another."""


def test_chercher_les_doublons_d_un_jure_ne_lit_pas_tous_les_autres(banc: Banc) -> None:
    """In the order of their ids, PostgreSQL went through all of them to find fifty: it believes that they are many."""
    jure = banc.jure(nom_usage="Martin", telephone_personnel="0699000101")
    with sans_trace("jures") as db:
        for ordre in _NATION:
            db.exec_driver_sql(ordre)

    def chercher(acte: Acte) -> tuple[int, int]:
        avant = lignes_lues(acte.db)
        total = doublons(acte, jure["id"], {})["total"]
        return total, lignes_lues(acte.db) - avant

    total, lues = banc.lire(UD_75, chercher)
    assert total == 0
    assert lues < 100
