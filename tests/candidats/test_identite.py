"""Creating, finding, changing candidates: CAN-02, CAN-03, perimeters."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from commun import clock
from commun.actes.steps import Question
from commun.bus.acteur import Acteur
from commun.domain.errors import Invalide
from commun.storage.db import moteur
from commun.traces import audit
from services.candidats import schemas
from services.candidats.commands import identite
from services.candidats.queries import candidats
from tests.candidats.banc import (
    AUTRE,
    AUTRE_CENTRE,
    CENTRE,
    DIRECCTE_11,
    NATIONAL,
    PERSONNE,
    UD_69,
    UD_75,
    Banc,
    ligne_resultat,
)

CHAMPS = schemas.NouveauCandidat().fields.keys() - {"confirmer", "motif"}


def test_un_candidat_cree_est_relu_comme_il_fut_saisi(banc: Banc) -> None:
    saisi = PERSONNE | {"nom_usage": "Leroy"}
    assert saisi.keys() == CHAMPS, "say the new field in tests.candidats.banc.PERSONNE"
    cree = banc.faire(CENTRE, identite.creer, saisi)
    adresse = {"complement": None} | PERSONNE["adresse"]
    gardes = {"date_naissance": date(1990, 2, 28), "telephone": "+33199000300", "adresse": adresse}
    assert {champ: cree[champ] for champ in CHAMPS} == saisi | gardes
    assert cree["departement"] == "75"
    assert cree["acquis"] == {"ccps": [], "titres": [], "ccs": []}
    assert cree["version"] == 1
    assert banc.lire(CENTRE, candidats.fiche, cree["id"]) == cree
    assert [t["action"] for t in banc.traces(cree["id"])] == ["creer"]
    assert banc.evenements() == []  # nobody knows him yet, so nobody has to hear of him


def test_chaque_champ_change_se_dit_avec_ce_qu_il_etait(banc: Banc) -> None:
    autre = {
        "civilite": "M",
        "nom_naissance": "Durand",
        "nom_usage": "Durand-Leroy",
        "prenoms": "Paul",
        "date_naissance": "1991-03-01",
        "naissance": {"pays_code": "FR", "code_insee": "69123", "commune": "Lyon"},
        "adresse": {"voie": "2 rue", "complement": "B", "code_postal": "69003", "commune": "Lyon", "code_insee": None},
        "telephone": "+33199000301",
        "courriel": "paul@exemple.fr",
    }
    assert autre.keys() == CHAMPS, "change the new field too"
    cree = banc.candidat()
    change = banc.faire(CENTRE, identite.modifier, cree["id"], autre)
    assert {champ: change[champ] for champ in CHAMPS} == autre | {"date_naissance": date(1991, 3, 1)}
    changes = {*CHAMPS, "departement"}
    assert banc.traces(cree["id"])[-1]["phrase"].count(" → ") == len(changes), "a field lacks its sentence"


def test_le_numero_est_national_et_croissant(banc: Banc) -> None:
    numeros = [banc.candidat(qui, prenoms=prenom)["numero"] for qui, prenom in ((CENTRE, "Un"), (AUTRE_CENTRE, "Deux"))]
    assert numeros == sorted(numeros)
    assert len(set(numeros)) == 2
    assert all(n[0] == "C" and n[1:].isdigit() and len(n) == 9 for n in numeros)


@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"nom_naissance": "Dupont2"}, "nom_naissance"),
        ({"nom_naissance": ""}, "nom_naissance"),
        ({"nom_naissance": "Дюпон"}, "nom_naissance"),
        ({"nom_naissance": "x" * 101}, "nom_naissance"),
        ({"prenoms": "Jean,,Luc"}, "prenoms"),
        ({"prenoms": 3}, "prenoms"),
        ({"date_naissance": "1990-02-29"}, "date_naissance"),
        ({"date_naissance": "1899-12-31"}, "date_naissance"),
        ({"civilite": "MLLE"}, "civilite"),
        ({"naissance": None}, "naissance"),
        ({"naissance": {"code_insee": "7511"}}, "naissance"),
        ({"naissance": {"pays_code": "FRA", "commune": "Ville"}}, "naissance"),
        ({"naissance": {"pays_code": "ZZ", "commune": "Ville"}}, "naissance"),
        ({"naissance": {"pays_code": "RE", "commune": "Saint-Denis"}}, "naissance"),
        ({"adresse": {"code_postal": "7501"}}, "adresse"),
        ({"telephone": "12"}, "telephone"),
        ({"courriel": "zoe"}, "courriel"),
        ({"numero": "C1"}, "numero"),
    ],
)
def test_chaque_champ_mal_rempli_est_nomme(banc: Banc, champs: dict[str, Any], fautif: str) -> None:
    assert banc.fautes(CENTRE, identite.creer, PERSONNE | champs).keys() == {fautif}
    assert banc.compter("candidats") == 0


@pytest.mark.parametrize(
    ("prenoms", "dit"),
    [(p, "Un prénom manque avant ou après une virgule") for p in ("Jean,,Luc", "Jean, ", ",Jean")]
    + [(p, "Cette information est obligatoire") for p in ("", " ", ", ,")],
)
def test_une_virgule_de_trop_se_dit(banc: Banc, prenoms: str, dit: str) -> None:
    """Who has filled the field is not told that it must be filled."""
    ((phrase,),) = banc.fautes(CENTRE, identite.creer, PERSONNE | {"prenoms": prenoms}).values()
    assert phrase.startswith(dit)


def test_l_identite_garde_accents_apostrophes_et_capitales(banc: Banc) -> None:
    cree = banc.candidat(nom_naissance="  D’Årtañán -  Œuf ", prenoms="Éloïse ,Jean-Luc")
    assert (cree["nom_naissance"], cree["prenoms"]) == ("D’Årtañán - Œuf", "Éloïse, Jean-Luc")


# -- perimeters --------------------------------------------------------------------------------------------------------


def test_chaque_profil_voit_les_siens(banc: Banc) -> None:
    parisien = banc.candidat()
    lyonnais = banc.candidat(AUTRE_CENTRE, nom_naissance="Rhône", adresse={"code_postal": "69003", "commune": "Lyon"})
    vus = {
        nom: {e["id"] for e in banc.lire(qui, candidats.lister, {})["elements"]}
        for nom, qui in {"centre": CENTRE, "autre": AUTRE_CENTRE, "75": UD_75, "69": UD_69, "11": DIRECCTE_11}.items()
    }
    siens, autres = {parisien["id"]}, {lyonnais["id"]}
    assert vus == {"centre": siens, "autre": autres, "75": siens, "69": autres, "11": siens}
    assert banc.lire(NATIONAL, candidats.lister, {})["total"] == 2
    with pytest.raises(Exception, match="INTROUVABLE"):
        banc.lire(UD_69, candidats.fiche, parisien["id"])


def test_une_session_ouvre_le_perimetre_de_son_territoire_et_de_son_centre(banc: Banc) -> None:
    parisien = banc.candidat()
    banc.session(parisien["id"], etablissement_id=AUTRE, departement="69", region="84")
    for qui in (UD_69, AUTRE_CENTRE):
        assert banc.lire(qui, candidats.fiche, parisien["id"])["id"] == parisien["id"]
    banc.session(etablissement_id=AUTRE, departement="69", region="84", version=2)
    with pytest.raises(Exception, match="INTROUVABLE"):
        banc.lire(UD_69, candidats.fiche, parisien["id"])


def test_sans_adresse_le_candidat_est_chez_l_ud_de_son_centre(banc: Banc) -> None:
    cree = banc.candidat(adresse=None)
    assert cree["departement"] == "75"
    assert banc.lire(UD_75, candidats.fiche, cree["id"])["adresse"] is None


# -- lists -------------------------------------------------------------------------------------------------------------


def test_la_recherche_ignore_accents_et_casse(banc: Banc) -> None:
    cree = banc.candidat(nom_usage="Œuvrard")
    banc.candidat(nom_naissance="Autre", prenoms="Personne")
    for q in ("lefevre", "LEFÈVRE zoe", "anne marie", "oeuvrard", cree["numero"].lower(), "efev"):
        trouves = banc.lire(CENTRE, candidats.lister, {"q": q})
        assert [e["id"] for e in trouves["elements"]] == [cree["id"]], q
    assert banc.lire(CENTRE, candidats.lister, {"q": "lefevre 100%"})["total"] == 0
    assert banc.lire(CENTRE, candidats.lister, {"date_naissance": "1990-02-28", "q": "zoe"})["total"] == 1
    assert banc.lire(CENTRE, candidats.lister, {"date_naissance": "1990-03-01"})["total"] == 0


def test_les_pages_se_suivent_sans_trou(banc: Banc) -> None:
    crees = {banc.candidat(prenoms=f"Prénom{'abcde'[i]}")["id"] for i in range(5)}
    pages = [
        banc.lire(CENTRE, candidats.lister, {"page": str(p), "par_page": "2", "tri": "-prenoms"}) for p in (1, 2, 3)
    ]
    assert [len(p["elements"]) for p in pages] == [2, 2, 1]
    assert {e["id"] for p in pages for e in p["elements"]} == crees
    prenoms = [e["prenoms"] for p in pages for e in p["elements"]]
    assert prenoms == sorted(prenoms, reverse=True)


@pytest.mark.parametrize("filtres", [{"tri": "courriel"}, {"par_page": "201"}, {"page": "0"}, {"autre": "1"}])
def test_un_filtre_impossible_est_refuse(banc: Banc, filtres: dict[str, str]) -> None:
    with pytest.raises(Invalide):
        banc.lire(CENTRE, candidats.lister, filtres)


# -- CAN-02: changing --------------------------------------------------------------------------------------------------


def test_un_centre_modifie_l_identite_jusqu_a_un_resultat(banc: Banc) -> None:
    cree = banc.candidat()
    modifie = banc.faire(CENTRE, identite.modifier, cree["id"], {"prenoms": "Zoë", "motif": "Acte de naissance"})
    assert (modifie["prenoms"], modifie["version"]) == ("Zoë", 2)
    assert modifie["actions"] == [{"action": "modifier_identite", "avertissement": None}]
    trace = banc.traces(cree["id"])[-1]
    assert (trace["avant"], trace["apres"], trace["motif"]) == (
        {"prenoms": "Zoé, Anne-Marie"},
        {"prenoms": "Zoë"},
        "Acte de naissance",
    )
    assert trace["phrase"] == (
        "La fiche de Zoë Lefèvre a été modifiée. Les prénoms ont été changés : Zoé, Anne-Marie → Zoë."
    )

    autre = banc.candidat(nom_naissance="Autre")
    banc.session(cree["id"], autre["id"], saisis=[cree["id"]])
    banc.faire(CENTRE, identite.modifier, autre["id"], {"prenoms": "Zoë"})
    phrase = (
        "Un résultat est enregistré pour Zoë Lefèvre : son identité ne peut plus être modifiée par le centre. "
        "Adressez-vous à l'unité départementale."
    )
    assert banc.regles_enfreintes(CENTRE, identite.modifier, cree["id"], {"prenoms": "Zoé"}) == {"CAN-02": phrase}
    vu = banc.lire(CENTRE, candidats.fiche, cree["id"])
    (refus,) = vu["refus"]
    assert (refus["action"], refus["code"], refus["message"]) == ("modifier_identite", "CAN-02", phrase)
    assert banc.faire(CENTRE, identite.modifier, cree["id"], {"courriel": "z@exemple.fr"})["courriel"] == "z@exemple.fr"
    assert banc.faire(UD_75, identite.modifier, cree["id"], {"prenoms": "Zoé"})["prenoms"] == "Zoé"


def test_un_resultat_clos_ferme_aussi_l_identite(banc: Banc) -> None:
    cree, autre = banc.candidat(), banc.candidat()
    banc.resultats([ligne_resultat(cree["id"], entretien="defavorable")])
    banc.faire(CENTRE, identite.modifier, autre["id"], {"nom_naissance": "Autre"})
    assert list(banc.regles_enfreintes(CENTRE, identite.modifier, cree["id"], {"nom_naissance": "Autre"})) == ["CAN-02"]


def test_demenager_change_de_territoire(banc: Banc) -> None:
    cree = banc.candidat()
    adresse = {"code_postal": "69003", "commune": "Lyon"}
    assert banc.faire(CENTRE, identite.modifier, cree["id"], {"adresse": adresse})["departement"] == "69"
    assert banc.lire(UD_69, candidats.fiche, cree["id"])["adresse"]["commune"] == "Lyon"


@pytest.mark.parametrize(("qui", "ailleurs"), [(UD_75, UD_69), (DIRECCTE_11, UD_69)])
def test_un_agent_enregistre_un_demenagement_hors_de_son_territoire(banc: Banc, qui: Acteur, ailleurs: Acteur) -> None:
    """Seen refused as unknown when the answer was read again through the perimeter that he had just left."""
    cree = banc.candidat()
    adresse = {"code_postal": "69003", "commune": "Lyon"}
    modifie = banc.faire(qui, identite.modifier, cree["id"], {"adresse": adresse})
    assert (modifie["departement"], modifie["version"]) == ("69", 2)
    assert banc.lire(ailleurs, candidats.fiche, cree["id"]) == modifie
    with pytest.raises(Exception, match="INTROUVABLE"):
        banc.lire(qui, candidats.fiche, cree["id"])


def test_ne_rien_changer_ne_laisse_pas_de_trace(banc: Banc) -> None:
    cree = banc.candidat()
    assert banc.faire(CENTRE, identite.modifier, cree["id"], {"prenoms": cree["prenoms"]})["version"] == 1
    assert len(banc.traces(cree["id"])) == 1


def test_une_version_perimee_est_refusee(banc: Banc) -> None:
    cree = banc.candidat()
    corps = {"courriel": None}
    assert banc.code_refuse(CENTRE, identite.modifier, cree["id"], corps, version=2) == "VERSION"
    assert banc.faire(CENTRE, identite.modifier, cree["id"], corps, version=1)["courriel"] is None


def test_une_version_devenue_perimee_pendant_qu_on_demande_la_commune(banc: Banc) -> None:
    cree = banc.candidat()

    def changer(question: Question) -> None:
        banc.pendant = lambda question: None
        banc.faire(UD_75, identite.modifier, cree["id"], {"courriel": None})

    banc.pendant = changer
    corps = {"naissance": {"code_insee": "69383"}}
    assert banc.code_refuse(CENTRE, identite.modifier, cree["id"], corps, version=1) == "VERSION"
    assert banc.evenements() == [{"candidat_id": cree["id"], "canonique_id": cree["id"], "version": 2}]


def test_qui_ne_modifie_jamais_et_qui_ne_voit_pas(banc: Banc) -> None:
    cree = banc.candidat()
    assert banc.code_refuse(NATIONAL, identite.modifier, cree["id"], {}) == "DROIT"
    assert banc.code_refuse(AUTRE_CENTRE, identite.modifier, cree["id"], {}) == "INTROUVABLE"
    assert banc.code_refuse(CENTRE, identite.modifier, "n'importe quoi", {}) == "INTROUVABLE"


def test_une_cle_rejouee_ne_cree_qu_une_fois(banc: Banc) -> None:
    deux = [banc.faire(CENTRE, identite.creer, PERSONNE, cle="k-1")["id"] for _ in range(2)]
    assert deux[0] == deux[1]
    assert banc.compter("candidats") == 1


def test_un_centre_ne_lit_pas_le_nom_des_autres_centres(banc: Banc) -> None:
    """Seen with the address under which the agents of another centre of the same département sign in."""
    centre, autre = replace(CENTRE, departement="75"), replace(AUTRE_CENTRE, departement="75")
    cree = banc.candidat(autre)
    banc.session(cree["id"])
    acteurs = [t["acteur"] for t in banc.lire(centre, candidats.traces, cree["id"], {})["elements"]]
    assert acteurs == [{"identifiant": "un autre centre", "profil": "CENTRE"}]
    vues = banc.lire(UD_75, candidats.traces, cree["id"], {})["elements"]
    assert [t["acteur"]["identifiant"] for t in vues] == ["autre"]


def test_qui_a_agi_se_lit_meme_dans_une_trace_d_avant_que_les_centres_y_soient_nommes(banc: Banc) -> None:
    """What is covered by a print is never written again: such a trace says no more which centre acted."""
    collegue = replace(CENTRE, compte_id="c-col", identifiant="collegue")
    cree = banc.candidat()
    d_avant = {"identifiant": CENTRE.identifiant, "profil": "CENTRE 75", "compte_id": CENTRE.compte_id}
    ligne = {"objet_type": "candidat", "objet_id": cree["id"], "instant": clock.maintenant(), "requete": "r"}
    with moteur("candidats").begin() as db:
        audit.ecrire(db, **ligne, acteur=d_avant, action="modifier", phrase="Le candidat a été modifié.")
    for lecteur, lu in ((CENTRE, CENTRE.identifiant), (collegue, "un autre centre")):
        trace = banc.lire(lecteur, candidats.traces, cree["id"], {})["elements"][0]
        assert (trace["action"], trace["acteur"]["identifiant"]) == ("modifier", lu)


def test_le_bandeau_ne_montre_que_les_inscriptions_en_cours_et_visibles(banc: Banc) -> None:
    """And names those over, of the perimeter too: what was acquired in another opens no page."""
    cree = banc.candidat()
    banc.session(cree["id"])
    banc.session(cree["id"], numero=2, date_debut="2026-01-05", date_fin="2026-01-06")
    banc.session(cree["id"], numero=3, etat="annulee")
    banc.session(cree["id"], numero=4, etablissement_id=AUTRE, departement="69", region="84")
    banc.session(cree["id"], numero=5, etat="brouillon", date_debut="2026-03-02", date_fin="2026-03-03")  # caduque
    banc.session(cree["id"], numero=6, etat="validee", date_debut="2026-03-02", date_fin="2026-03-02")
    numeros = {
        qui.identifiant: [i["numero"] for i in banc.lire(qui, candidats.bandeau, cree["id"])["inscriptions"]]
        for qui in (CENTRE, AUTRE_CENTRE, NATIONAL)
    }
    assert numeros == {
        "centre": ["2026-75-000006", "2026-75-000001"],
        "autre": ["2026-75-000004"],
        "national": ["2026-75-000006", "2026-75-000001", "2026-75-000004"],
    }
    ouvertes = {
        qui.identifiant: [int(s["numero"][-1]) for s in banc.lire(qui, candidats.bandeau, cree["id"])["sessions"]]
        for qui in (CENTRE, AUTRE_CENTRE, NATIONAL)
    }
    assert ouvertes == {"centre": [2, 5, 6, 1, 3], "autre": [4], "national": [2, 5, 6, 1, 3, 4]}


@pytest.mark.parametrize(
    ("code_postal", "saisi", "garde"),
    [
        ("98800", "75 12 34", "+687751234"),
        ("97500", "55 12 34", "+508551234"),
        ("98714", "87 12 34 56", "+68987123456"),
    ],
)
def test_un_telephone_sans_adresse_est_de_la_ou_est_le_centre(
    banc: Banc, code_postal: str, saisi: str, garde: str
) -> None:
    """Of which the candidate then is, until an address is known (`Candidat.departement`)."""
    la_bas = replace(CENTRE, departement=code_postal[:3])
    assert banc.candidat(la_bas, telephone=saisi, adresse=None)["telephone"] == garde


@pytest.mark.parametrize(
    ("code_postal", "saisi", "garde"),
    [
        ("98800", "75 12 34", "+687751234"),
        ("97500", "55 12 34", "+508551234"),
        ("98714", "87 12 34 56", "+68987123456"),
    ],
)
def test_un_telephone_seul_est_de_la_ou_vit_le_candidat(banc: Banc, code_postal: str, saisi: str, garde: str) -> None:
    """Seen refused: without its address, a change was read as a number of mainland France."""
    candidat = banc.candidat(adresse={"voie": "1 rue des Essais", "code_postal": code_postal, "commune": "Ici"})
    for champs in ({}, {"adresse": None}):
        modifie = banc.faire(CENTRE, identite.modifier, candidat["id"], {"telephone": saisi} | champs)
        assert (modifie["telephone"], modifie["departement"]) == (garde, code_postal[:3])
