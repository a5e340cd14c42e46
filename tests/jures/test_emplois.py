"""Les emplois d'un juré, et ce qui reposait sur eux (HAB-15)."""

from datetime import date

import pytest

from commun.domain.errors import Droit, Indisponible, Introuvable, Invalide, VersionPerimee
from services.jures.commands.emplois import creer_emploi, modifier_emploi, supprimer_emploi
from services.jures.queries.fiches import fiche_jure
from services.jures.queries.listes import lister_jures
from tests.jures.banc import CENTRE, EMPLOI, TITRE, UD_75, UD_92, Banc, Corps


def test_un_emploi_ajoute_modifie_supprime(banc: Banc) -> None:
    jure = banc.jure(emploi=None)
    cree = banc.faire(UD_75, creer_emploi, jure["id"], EMPLOI | {"employeur_siret": "732 829 320 00074"})
    assert (cree["employeur_siret"], cree["date_fin"], cree["version"]) == ("73282932000074", None, 1)
    modifie = banc.faire(
        UD_75, modifier_emploi, jure["id"], cree["id"], {"date_fin": "2025-12-31", "motif": "Départ"}, version=1
    )
    assert (modifie["date_fin"], modifie["version"], modifie["employeur"]) == (date(2025, 12, 31), 2, "Exemple")
    lue = banc.lire(UD_75, fiche_jure, jure["id"])
    lies = [{champ: TITRE[champ] for champ in ("code", "intitule")}]
    assert (lue["version"], lue["emplois"]) == (
        3,
        [{k: v for k, v in modifie.items() if k != "avertissements"} | {"titres": lies}],
    )
    assert banc.faire(UD_75, modifier_emploi, jure["id"], cree["id"], {"date_fin": "2025-12-31"})["version"] == 2
    perimee = banc.refuse(UD_75, modifier_emploi, jure["id"], cree["id"], {"intitule": 3}, version=1)
    assert isinstance(perimee, VersionPerimee)
    perimee = banc.refuse(UD_75, supprimer_emploi, jure["id"], cree["id"], {"confirmer": []}, version=1)
    assert isinstance(perimee, VersionPerimee)  # nobody removes a job that he has not seen as it is
    assert banc.faire(UD_75, supprimer_emploi, jure["id"], cree["id"], {"confirmer": [], "motif": "Doublon"}) is None
    assert banc.lire(UD_75, fiche_jure, jure["id"])["emplois"] == []
    phrases = [trace["phrase"] for trace in banc.traces(jure["id"])]
    gardes = [
        (trace["motif"], *(trace[etat] and trace[etat]["intitule"] for etat in ("avant", "apres")))
        for trace in banc.traces(jure["id"])[1:]
    ]
    assert gardes == [
        (None, None, "Coffreuse"),
        ("Départ", "Coffreuse", "Coffreuse"),
        ("Doublon", "Coffreuse", None),
    ]
    assert phrases[1:] == [
        "L'emploi « Coffreuse » de Zoé Essai a été ajouté.",
        "L'emploi « Coffreuse » de Zoé Essai a été modifié. La fin a été changée : non renseigné → 31/12/2025.",
        "L'emploi « Coffreuse » de Zoé Essai a été supprimé.",
    ]


def test_toutes_les_fautes_d_un_emploi_se_disent_ensemble(banc: Banc) -> None:
    """Seen said in two times. A start at fault belies no end, whatever the one that is kept."""
    jure = banc.jure(emploi=None)
    faux = {"intitule": "", "date_fin": "2009-01-01"}
    assert banc.fautes(UD_75, creer_emploi, jure["id"], EMPLOI | faux).keys() == faux.keys()
    cree = banc.faire(UD_75, creer_emploi, jure["id"], EMPLOI)
    for corps, fautifs in (
        ({"code_rome": "x", "date_fin": "2009-01-01"}, {"code_rome", "date_fin"}),
        ({"date_debut": "31/02/2008", "date_fin": "2009-01-01"}, {"date_debut"}),
    ):
        assert banc.fautes(UD_75, modifier_emploi, jure["id"], cree["id"], corps).keys() == fautifs


def test_les_emplois_commences_le_meme_jour_gardent_leur_ordre(banc: Banc) -> None:
    """PostgreSQL sorts those of a whole page together, and rows that tie as they come."""
    ids = {}
    for debut in ("2015-01-01", "2010-01-01"):
        jure = banc.jure(emploi=None)
        corps = EMPLOI | {"date_debut": debut}
        ids[jure["id"]] = [banc.faire(UD_75, creer_emploi, jure["id"], corps)["id"] for _ in range(6)]
    page = banc.lire(UD_75, lister_jures, {})["elements"]
    assert {jure["id"]: [e["id"] for e in jure["emplois"]] for jure in page} == ids


@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"code_rome": "1701"}, "code_rome"),
        ({"employeur_siret": "73282932000075"}, "employeur_siret"),
        ({"date_fin": "2009-12-31"}, "date_fin"),
        ({"date_debut": None}, "date_debut"),
        ({"titres_lies": ["TP-9"]}, "titres_lies"),
        ({"intitule": "x" * 201}, "intitule"),
    ],
)
def test_un_formulaire_faux_dit_le_champ_fautif(banc: Banc, champs: Corps, fautif: str) -> None:
    jure = banc.jure()
    assert banc.fautes(UD_75, creer_emploi, jure["id"], EMPLOI | champs).keys() == {fautif}
    emploi = banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]
    assert isinstance(banc.refuse(UD_75, modifier_emploi, jure["id"], emploi["id"], champs), Invalide)


def test_un_titre_lie_encore_inconnu_est_demande(banc: Banc) -> None:
    jure = banc.jure(emploi=None)
    banc.referentiel["TP-2"] = TITRE | {"code": "TP-2", "codes_rome": []}
    lie = EMPLOI | {"code_rome": "A1101", "titres_lies": ["TP-2", "TP-1"]}
    assert banc.faire(UD_75, creer_emploi, jure["id"], lie)["titres_lies"] == ["TP-1", "TP-2"]
    assert "TP-2" in [t["code"] for t in banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]["titres"]]
    assert banc.habilitation(jure, titre_code="TP-2")["etat"] == "active"
    passe = {"code": "TP-0", "codes_rome": ["A1101"], "date_fin_de_vie": "2001-12-31"}
    banc.titre(**passe)
    assert [t["code"] for t in banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]["titres"]] == ["TP-1", "TP-2"]
    banc.titre(**passe | {"date_fin_de_vie": None, "version": 2})
    assert "TP-0" in [t["code"] for t in banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]["titres"]]
    banc.en_panne.add("referentiel_gardes")
    assert isinstance(banc.refuse(UD_75, creer_emploi, jure["id"], EMPLOI | {"titres_lies": ["TP-3"]}), Indisponible)


def test_des_dates_changees_pendant_la_question_sont_rejugees(banc: Banc) -> None:
    """Seen refused by the database alone, as an error of ours."""
    jure = banc.jure()
    emploi = banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]["id"]

    def finir() -> None:
        banc.pendant = lambda: None
        banc.faire(UD_75, modifier_emploi, jure["id"], emploi, {"date_fin": "2012-12-31"})

    banc.referentiel["TP-9"] = TITRE | {"code": "TP-9", "codes_rome": []}
    banc.pendant = finir
    corps = {"date_debut": "2015-01-01", "titres_lies": ["TP-9"]}
    assert banc.fautes(UD_75, modifier_emploi, jure["id"], emploi, corps).keys() == {"date_fin"}


def test_ni_un_centre_ni_un_autre_departement_ne_touche_aux_emplois(banc: Banc) -> None:
    jure, autre = banc.jure(), banc.jure(prenom="Anne")
    emploi = banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]["id"]
    assert isinstance(banc.refuse(CENTRE, creer_emploi, jure["id"], {}), Droit)
    assert isinstance(banc.refuse(UD_92, supprimer_emploi, jure["id"], emploi, {}), Introuvable)
    assert isinstance(banc.refuse(UD_75, modifier_emploi, autre["id"], emploi, {}), Introuvable)
    assert isinstance(banc.refuse(UD_75, supprimer_emploi, jure["id"], "x", {}), Introuvable)


def test_l_emploi_sous_une_habilitation_active_est_signale(banc: Banc) -> None:
    jure = banc.jure()
    banc.habilitation(jure)
    emploi = banc.lire(UD_75, fiche_jure, jure["id"])["emplois"][0]["id"]
    raccourci = banc.faire(UD_75, modifier_emploi, jure["id"], emploi, {"date_fin": "2024-12-31"})
    assert [a["code"] for a in raccourci["avertissements"]] == ["HAB-15"]
    supprime = banc.faire(UD_75, supprimer_emploi, jure["id"], emploi, {"confirmer": []})
    assert [a["code"] for a in supprime["avertissements"]] == ["HAB-15"]
