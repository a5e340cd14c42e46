"""Une habilitation : créer et modifier un brouillon, deux périodes qui se chevauchent."""

from datetime import date
from typing import Any

import pytest

from commun.domain.errors import (
    Droit,
    ErreurInterne,
    Indisponible,
    Invalide,
    VersionPerimee,
    depuis_clair,
)
from commun.storage.db import moteur
from services.jures import events
from services.jures.commands.habilitations import (
    creer_habilitation,
    modifier_habilitation,
    valider,
)
from services.jures.domain.model import Habilitation
from services.jures.queries.fiches import fiche_habilitation
from services.jures.storage.fiches import Chevauchement, save_habilitation
from tests.jures.banc import CENTRE, NATIONAL, TITRE, UD_75, UD_92, Banc, Corps, actions
from tests.outils.traces_exigees import sans_trace

CHAMPS = {
    "id", "jure_id", "titre_code", "ccp_codes", "ccs_code", "date_debut", "date_fin", "fin_effective", "etat",
    "situation_titre", "actions", "refus", "prolongeable", "a_renouveler", "emplois_a_jour_d_abord", "version",
}  # fmt: skip
SUR_TITRE = {"titre_code": "TP-1", "ccp_codes": ["BC01"], "date_debut": "2026-01-05"}
SUR_CCS = {"ccs_code": "CS-1", "date_debut": "2026-01-05"}


# -- créer


def test_un_brouillon_porte_les_champs_du_contrat_et_ses_boutons(banc: Banc) -> None:
    jure = banc.jure()
    h = banc.habilitation(jure, valider=False)
    lue = banc.lire(UD_75, fiche_habilitation, h["id"])
    assert set(lue) == CHAMPS
    assert (lue["etat"], lue["situation_titre"], lue["date_fin"]) == ("brouillon", "en_cours", date(2031, 1, 5))
    assert actions(lue) == ["valider", "supprimer"]
    assert {r["action"]: r["code"] for r in lue["refus"]} == dict.fromkeys(
        ("mettre_en_brouillon", "suspendre", "reactiver"), "HAB-00"
    )
    (trace,) = banc.traces(h["id"])
    assert trace["phrase"] == "L'habilitation de Zoé Essai sur Coffreur a été créée, en brouillon."
    nom, corps = banc.evenements()[-1]
    assert (nom, events.HabilitationModifiee().validate(corps)) == ("jures.habilitation_modifiee", {})
    assert corps["habilitation_id"] == h["id"]


@pytest.mark.parametrize("qui", [NATIONAL, CENTRE, UD_92])
def test_qui_ne_l_ecrit_pas_n_a_pas_de_boutons(banc: Banc, qui: Any) -> None:
    banc.agrement()
    lue = banc.lire(qui, fiche_habilitation, banc.habilitation(banc.jure())["id"])
    assert (lue["actions"], lue["refus"]) == ([], [])


@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"titre_code": None}, "titre_code"),
        ({"ccs_code": "CS-1"}, "titre_code"),
        ({"ccp_codes": []}, "ccp_codes"),
        ({"ccp_codes": ["BC09"]}, "ccp_codes"),
        ({"ccp_codes": "BC01"}, "ccp_codes"),
        ({"ccp_codes": ["BC01"] * 31}, "ccp_codes"),
        ({"date_debut": None}, "date_debut"),
        ({"date_debut": "2026-02-29"}, "date_debut"),
        ({"date_debut": "0001-01-01"}, "date_debut"),
        ({"date_fin": "9999-12-31"}, "date_fin"),
        ({"etat": "active"}, "etat"),
    ],
)
def test_un_formulaire_faux_dit_le_champ_fautif(banc: Banc, champs: Corps, fautif: str) -> None:
    assert banc.fautes(UD_75, creer_habilitation, banc.jure()["id"], SUR_TITRE | champs).keys() == {fautif}


def test_toutes_les_fautes_d_une_habilitation_se_disent_ensemble(banc: Banc) -> None:
    """Seen said in two times: the date first, then the CCPs."""
    jure = banc.jure()
    for corps in (SUR_TITRE | {"ccp_codes": []}, SUR_CCS | {"ccp_codes": ["BC01"]}):
        faux = corps | {"date_debut": None}
        assert banc.fautes(UD_75, creer_habilitation, jure["id"], faux).keys() == {"date_debut", "ccp_codes"}
    brouillon = banc.habilitation(jure, valider=False)
    faux = {"date_debut": "x", "ccp_codes": ["BC09"]}
    assert banc.fautes(UD_75, modifier_habilitation, brouillon["id"], faux).keys() == faux.keys()


def test_des_ccp_pour_un_ccs(banc: Banc) -> None:
    jure = banc.jure()
    banc.habilitation(jure)
    refus = banc.refuse(UD_75, creer_habilitation, jure["id"], SUR_CCS | {"ccp_codes": ["BC01"]})
    assert isinstance(refus, Invalide)


def test_un_titre_tout_juste_cree_est_demande_a_son_proprietaire(banc: Banc) -> None:
    jure = banc.jure()
    banc.referentiel["TP-2"] = TITRE | {"code": "TP-2", "ccs": []}
    creee = banc.habilitation(jure, titre_code="TP-2", valider=False)
    assert creee["titre_code"] == "TP-2"
    assert len(banc.questions) == 1
    assert banc.faire(UD_75, valider, creee["id"], {})["etat"] == "active"
    assert len(banc.questions) == 1


def test_un_ccs_tout_juste_cree_vient_avec_ses_titres(banc: Banc) -> None:
    jure = banc.jure()
    banc.habilitation(jure)
    banc.referentiel["CS-2"] = {"code": "CS-2", "intitule": "Autre", "titres": ["TP-1"], "version": 1}
    banc.referentiel["TP-1"] = TITRE | {"ccs": [{"code": "CS-2", "intitule": "Autre"}], "version": 2}
    assert banc.habilitation(jure, ccs_code="CS-2", valider=False)["ccs_code"] == "CS-2"


@pytest.mark.parametrize("champs", [{"titre_code": "TP-9", "ccp_codes": ["X"]}, {"ccs_code": "CS-9"}])
def test_une_certification_inconnue(banc: Banc, champs: Corps) -> None:
    jure, corps = banc.jure(), {"date_debut": "2026-01-05", **champs}
    assert banc.fautes(UD_75, creer_habilitation, jure["id"], corps).keys() == {next(iter(champs))}
    banc.en_panne.add("referentiel_gardes")
    assert isinstance(banc.refuse(UD_75, creer_habilitation, jure["id"], corps), Indisponible)


def test_un_ccs_sans_titre_est_inconnu_une_faute_du_referentiel_ne_l_est_pas(banc: Banc) -> None:
    jure, corps = banc.jure(), SUR_CCS | {"ccs_code": "CS-3"}
    banc.referentiel["CS-3"] = {"code": "CS-3", "intitule": "Retiré de tous", "titres": [], "version": 1}
    assert banc.fautes(UD_75, creer_habilitation, jure["id"], corps) == {
        "ccs_code": ["Aucune certification ne porte le code CS-3."]
    }

    def fauter() -> None:
        raise depuis_clair(ErreurInterne().en_clair())

    banc.pendant = fauter
    assert banc.refuse(UD_75, creer_habilitation, jure["id"], corps).en_clair()["code"] == "ERREUR_INTERNE"


def test_les_regles_de_la_creation(banc: Banc) -> None:
    sans_emploi, ancien = banc.jure(emploi=None), banc.jure(prenom="Anne", emploi=None)
    assert banc.codes_refuses(UD_75, creer_habilitation, sans_emploi["id"], SUR_TITRE) == ["HAB-08"]
    assert banc.codes_refuses(UD_75, creer_habilitation, ancien["id"], SUR_CCS) == ["HAB-09"]
    a_l_envers = SUR_TITRE | {"date_fin": "2025-12-31"}
    assert banc.codes_refuses(UD_75, creer_habilitation, banc.jure(prenom="Ève")["id"], a_l_envers) == ["HAB-10"]


def test_la_date_de_fin_par_defaut_est_celle_du_titre(banc: Banc) -> None:
    banc.titre(date_fin_de_vie="2028-06-30", version=2)
    assert banc.habilitation(banc.jure(), valider=False)["date_fin"] == date(2028, 6, 30)


# -- modifier


def test_modifier_un_brouillon(banc: Banc) -> None:
    h = banc.habilitation(banc.jure(), valider=False)
    corps = {"ccp_codes": ["BC02"], "date_debut": "2026-02-02", "date_fin": None}
    modifiee = banc.faire(UD_75, modifier_habilitation, h["id"], corps, version=1)
    assert (modifiee["ccp_codes"], modifiee["date_fin"], modifiee["version"]) == (["BC02"], date(2031, 2, 2), 2)
    trace = banc.traces(h["id"])[-1]
    assert (trace["avant"]["date_debut"], trace["apres"]["date_debut"]) == ("2026-01-05", "2026-02-02")
    assert banc.faire(UD_75, modifier_habilitation, h["id"], {})["version"] == 2
    assert isinstance(banc.refuse(UD_75, modifier_habilitation, h["id"], {"date_fin": "x"}, version=1), VersionPerimee)
    assert isinstance(banc.refuse(UD_75, modifier_habilitation, h["id"], {"titre_code": "TP-1"}), Invalide)
    assert banc.codes_refuses(UD_75, modifier_habilitation, h["id"], {"date_fin": "2025-01-01"}) == ["HAB-10"]


def test_seul_un_brouillon_se_modifie(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    assert banc.codes_refuses(UD_75, modifier_habilitation, h["id"], {"date_fin": "2030-01-01"}) == ["HAB-00"]
    assert isinstance(banc.refuse(NATIONAL, modifier_habilitation, h["id"], {}), Droit)


# -- HAB-11


def test_un_renouvellement_a_cote_d_une_habilitation_expiree(banc: Banc) -> None:
    jure = banc.jure()
    ancienne = banc.habilitation(jure)
    assert banc.codes_refuses(UD_75, creer_habilitation, jure["id"], SUR_TITRE) == ["HAB-11"]
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    jour = date(2026, 9, 1)
    suivante = banc.habilitation(jure, jour=jour, date_debut="2026-09-01")
    assert (suivante["etat"], suivante["date_fin"]) == ("active", date(2027, 6, 30))
    lue = banc.lire(UD_75, fiche_habilitation, ancienne["id"], jour=jour)
    assert (lue["etat"], lue["date_fin"]) == ("expiree", date(2026, 6, 30))
    trace = banc.traces(ancienne["id"])[-1]
    assert (trace["action"], trace["avant"]["date_fin"]) == ("borner", "2031-01-05")
    assert [c["date_fin"] for n, c in banc.evenements() if c.get("habilitation_id") == ancienne["id"]][
        -1
    ] == "2026-06-30"


def test_la_base_refuse_deux_periodes_qui_se_chevauchent(banc: Banc) -> None:
    jure = banc.jure()
    h = banc.habilitation(jure)
    dates = {"date_debut": date(2031, 1, 5), "date_fin": date(2032, 1, 5)}
    autre = {"id": "0190a8c0-0000-7000-8000-0000000000aa", "jure_id": jure["id"], "ccp_codes": frozenset({"BC01"})}
    with pytest.raises(Chevauchement), moteur("jures").begin() as db:
        save_habilitation(db, Habilitation(**autre, titre_code=h["titre_code"], **dates))
    with sans_trace("jures") as db:
        save_habilitation(
            db, Habilitation(**autre, titre_code=h["titre_code"], **dates | {"date_debut": date(2031, 1, 6)})
        )


def test_le_chevauchement_que_la_base_seule_voit_se_lit_comme_la_regle(banc: Banc, monkeypatch: Any) -> None:
    jure = banc.jure()
    banc.habilitation(jure)
    monkeypatch.setattr("services.jures.commands.habilitations.CREATION", ())
    assert banc.codes_refuses(UD_75, creer_habilitation, jure["id"], SUR_TITRE) == ["HAB-11"]
