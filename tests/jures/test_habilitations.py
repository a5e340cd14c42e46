"""Une habilitation : le brouillon, les actes de son cycle de vie, ce qu'ils demandent aux autres services."""

from datetime import date
from typing import Any

import pytest

from commun.domain.errors import (
    Droit,
    ErreurInterne,
    Indisponible,
    Introuvable,
    Invalide,
    VersionPerimee,
    depuis_clair,
)
from commun.storage.db import moteur
from services.jures import events
from services.jures.commands.habilitations import (
    creer_habilitation,
    mettre_en_brouillon,
    modifier_habilitation,
    reactiver,
    supprimer,
    suspendre,
    valider,
)
from services.jures.commands.jures import inactiver_jure, modifier_jure
from services.jures.domain.model import Habilitation
from services.jures.queries.fiches import fiche_habilitation, traces_habilitation
from services.jures.queries.listes import lister_habilitations, lister_jures
from services.jures.storage.fiches import Chevauchement, save_habilitation
from tests.jures.banc import CENTRE, DIRECCTE_11, NATIONAL, TITRE, UD_69, UD_75, UD_92, Banc, Corps, session
from tests.outils.traces_exigees import sans_trace

CHAMPS = {
    "id", "jure_id", "titre_code", "ccp_codes", "ccs_code", "date_debut", "date_fin", "fin_effective", "etat",
    "situation_titre", "actions", "refus", "version",
}  # fmt: skip
SUR_TITRE = {"titre_code": "TP-1", "ccp_codes": ["BC01"], "date_debut": "2026-01-05"}
SUR_CCS = {"ccs_code": "CS-1", "date_debut": "2026-01-05"}


def actions(habilitation: Corps) -> list[str]:
    return [bouton["action"] for bouton in habilitation["actions"]]


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
    refus = banc.refuse(UD_75, creer_habilitation, banc.jure()["id"], SUR_TITRE | champs)
    assert isinstance(refus, Invalide)
    assert list(refus.erreurs or {}) == [fautif]


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
    jure = banc.jure()
    refus = banc.refuse(UD_75, creer_habilitation, jure["id"], {"date_debut": "2026-01-05", **champs})
    assert isinstance(refus, Invalide)
    assert list(refus.erreurs or {}) == [next(iter(champs))]
    banc.en_panne.add("referentiel_gardes")
    refus = banc.refuse(UD_75, creer_habilitation, jure["id"], {"date_debut": "2026-01-05", **champs})
    assert isinstance(refus, Indisponible)


def test_un_ccs_sans_titre_est_inconnu_une_faute_du_referentiel_ne_l_est_pas(banc: Banc) -> None:
    jure, corps = banc.jure(), SUR_CCS | {"ccs_code": "CS-3"}
    banc.referentiel["CS-3"] = {"code": "CS-3", "intitule": "Retiré de tous", "titres": [], "version": 1}
    refus = banc.refuse(UD_75, creer_habilitation, jure["id"], corps)
    assert isinstance(refus, Invalide)
    assert refus.erreurs == {"ccs_code": ["Aucune certification ne porte le code CS-3."]}

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


# -- le cycle de vie


def test_d_un_bout_a_l_autre(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    id_ = h["id"]
    assert (h["etat"], actions(h), h["avertissements"]) == ("active", ["mettre_en_brouillon", "suspendre"], [])
    assert banc.a_confirmer(UD_75, suspendre, id_, {}) == ["HAB-04"]
    suspendue = banc.confirmer(UD_75, suspendre, id_, {"motif": "Signalement"})
    assert (suspendue["etat"], actions(suspendue)) == ("suspendue", ["reactiver"])
    assert banc.traces(id_)[-1]["motif"] == "Signalement"
    assert banc.confirmer(DIRECCTE_11, reactiver, id_, {})["etat"] == "active"
    assert banc.faire(UD_75, mettre_en_brouillon, id_, {})["etat"] == "brouillon"
    assert banc.codes_refuses(UD_75, valider, id_, {}) == ["HAB-14"]  # a new right does not begin in the past
    assert banc.confirmer(UD_75, supprimer, id_, {}) is None
    etats = [c["etat"] for n, c in banc.evenements() if n == "jures.habilitation_modifiee"]
    assert etats == ["brouillon", "active", "suspendue", "active", "brouillon", "supprimee"]
    assert [c["version"] for n, c in banc.evenements() if n == "jures.habilitation_modifiee"] == [1, 2, 3, 4, 5, 6]


def test_supprimee_elle_n_est_plus_trouvee_mais_ses_traces_restent(banc: Banc) -> None:
    jure = banc.jure()
    id_ = banc.habilitation(jure, valider=False)["id"]
    banc.confirmer(UD_75, supprimer, id_, {})
    with pytest.raises(Introuvable):
        banc.lire(UD_75, fiche_habilitation, id_)
    assert isinstance(banc.refuse(UD_75, valider, id_, {}), Introuvable)
    assert banc.lire(UD_75, traces_habilitation, id_, {})["elements"][0]["action"] == "supprimer"
    with pytest.raises(Introuvable):
        banc.lire(UD_69, traces_habilitation, id_, {})
    assert banc.habilitation(jure, valider=False)["etat"] == "brouillon"  # its period is free again


@pytest.mark.parametrize("commande", [valider, suspendre, reactiver, mettre_en_brouillon, supprimer])
def test_l_ordre_des_reponses(banc: Banc, commande: Any) -> None:
    id_ = banc.habilitation(banc.jure(), valider=False)["id"]
    mauvais = {"inconnu": 1}
    assert isinstance(banc.refuse(CENTRE, commande, "x", mauvais, version=9), Droit)
    assert isinstance(banc.refuse(UD_92, commande, id_, mauvais, version=9), Introuvable)
    assert isinstance(banc.refuse(UD_75, commande, id_, mauvais, version=9), VersionPerimee)
    assert isinstance(banc.refuse(UD_75, commande, id_, mauvais), Invalide)


def test_les_avertissements_nomment_les_sessions_au_moment_de_l_acte(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    banc.inscrire(h, numero="S-7")
    refus = banc.refuse(UD_75, suspendre, h["id"], {})
    assert "1 session à venir en dépend : S-7." in refus.detail
    assert banc.a_confirmer(UD_75, mettre_en_brouillon, h["id"], {}) == ["HAB-06"]
    bouton = next(b for b in banc.lire(UD_75, fiche_habilitation, h["id"])["actions"] if b["action"] == "suspendre")
    assert bouton["avertissement"] == refus.detail


@pytest.mark.parametrize(
    ("certification", "codes"),
    [
        ({"type": "TITRE", "titre_code": "TP-1", "ccs_code": None}, ["HAB-06"]),
        ({"type": "TITRE", "titre_code": "TP-2", "ccs_code": None}, []),
        ({"type": "CCS", "titre_code": "TP-1", "ccs_code": "CS-1"}, []),
        ({"type": "TITRE", "titre_code": "TP-2", "ccs_code": None, "equivalents": {"BC01": ["N1"]}}, ["HAB-06"]),
    ],
)
def test_une_inscription_en_cours_compte_pour_celle_qui_la_permettrait(
    banc: Banc, certification: Corps, codes: list[str]
) -> None:
    """HAB-06: who is being registered at this very moment has no habilitation there yet; the brouillon was made without
    a word, and the session lost its juré two seconds later."""
    h = banc.habilitation(banc.jure())
    en_cours = session("S-9", etat="brouillon")
    demande = certification | {"ccp_codes": ["N1"]} | {nom: en_cours[nom] for nom in ("date_debut", "date_fin")}
    banc.inscriptions[h["jure_id"]] = [en_cours | {"habilitation_id": None, "demande": demande}]
    if codes:
        refus = banc.refuse(UD_75, mettre_en_brouillon, h["id"], {})
        assert [m["code"] for m in refus.en_clair()["avertissements"]] == codes
        assert "1 session à venir en dépend : S-9." in refus.detail
    else:
        assert banc.faire(UD_75, mettre_en_brouillon, h["id"], {})["etat"] == "brouillon"


def test_un_jure_inscrit_garde_son_brouillon(banc: Banc) -> None:
    jure = banc.jure()
    banc.inscrire(banc.habilitation(jure))
    brouillon = banc.habilitation(jure, valider=False, date_debut="2031-01-06")
    assert banc.codes_refuses(UD_75, supprimer, brouillon["id"], {"confirmer": ["HAB-03"]}) == ["HAB-05"]
    lue = banc.lire(UD_75, fiche_habilitation, brouillon["id"])
    assert {"action": "supprimer", "code": "HAB-05"} in [{k: r[k] for k in ("action", "code")} for r in lue["refus"]]


@pytest.mark.parametrize("etat", ["brouillon", "en_attente_de_validation", "refusee"])
def test_une_session_caduque_ne_pese_plus(banc: Banc, etat: str) -> None:
    h = banc.habilitation(banc.jure())
    banc.inscrire(h, etat=etat, debut="2026-05-04")
    veille, jour = date(2026, 5, 3), date(2026, 5, 4)
    assert banc.a_confirmer(UD_75, mettre_en_brouillon, h["id"], {}, jour=veille) == ["HAB-06"]
    assert banc.faire(UD_75, mettre_en_brouillon, h["id"], {}, jour=jour)["etat"] == "brouillon"
    assert banc.codes_refuses(UD_75, supprimer, h["id"], {}, jour=veille) == ["HAB-05"]
    assert banc.confirmer(UD_75, supprimer, h["id"], {}, jour=jour) is None


@pytest.mark.parametrize("commande", [suspendre, mettre_en_brouillon])
def test_sans_reponse_de_sessions_rien_ne_change(banc: Banc, commande: Any) -> None:
    h = banc.habilitation(banc.jure())
    banc.en_panne.add("sessions_gardes")
    assert isinstance(banc.refuse(UD_75, commande, h["id"], {"confirmer": ["HAB-04"]}), Indisponible)
    assert banc.lire(UD_75, fiche_habilitation, h["id"])["version"] == h["version"]


def test_un_autre_acte_pendant_la_question_est_vu(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    banc.pendant = lambda: banc.faire(DIRECCTE_11, modifier_ailleurs, h["id"])

    def modifier_ailleurs(acte: Any, id_: str) -> None:
        banc.pendant = lambda: None
        acte.db.exec_driver_sql("UPDATE habilitations SET etat = 'suspendue', version = 3 WHERE id = %s", (id_,))
        acte.tracer("habilitation", id_, "suspendre", "Suspendue par ailleurs.")

    corps = {"confirmer": ["HAB-04"]}
    assert isinstance(banc.refuse(UD_75, suspendre, h["id"], corps, version=2), VersionPerimee)
    assert banc.codes_refuses(UD_75, suspendre, h["id"], corps) == ["HAB-00"]


def test_un_jure_inactif_n_est_pas_habilite(banc: Banc) -> None:
    jure = banc.jure()
    brouillon = banc.habilitation(jure, valider=False)
    banc.confirmer(UD_75, inactiver_jure, jure["id"], {})
    assert banc.codes_refuses(UD_75, valider, brouillon["id"], {}) == ["JUR-05"]


def test_le_ccs_qui_perd_son_dernier_ccp_est_conserve_et_signale(banc: Banc) -> None:
    jure = banc.jure()
    h = banc.habilitation(jure)
    sur_ccs = banc.habilitation(jure, ccs_code="CS-1")
    assert sur_ccs["situation_titre"] == "en_cours"
    suspendue = banc.confirmer(UD_75, suspendre, h["id"], {})
    assert [a["code"] for a in suspendue["avertissements"]] == ["HAB-13"]
    assert banc.lire(UD_75, fiche_habilitation, sur_ccs["id"])["etat"] == "active"


def test_un_ccs_retire_de_tous_les_titres_laisse_ses_habilitations_lisibles(banc: Banc) -> None:
    jure = banc.jure()
    banc.habilitation(jure)
    active = banc.habilitation(jure, ccs_code="CS-1", date_fin="2026-12-31")
    brouillon = banc.habilitation(jure, ccs_code="CS-1", valider=False, date_debut="2027-01-04")
    banc.agrement(titre_code=None, ccs_code="CS-1")
    banc.titre(ccs=[], version=2)
    assert banc.codes_refuses(UD_75, valider, brouillon["id"], {}) == ["HAB-09"]
    lue = banc.lire(CENTRE, fiche_habilitation, active["id"])
    assert (lue["etat"], lue["situation_titre"]) == ("active", "en_cours")
    assert len(banc.lire(UD_75, lister_jures, {})["elements"][0]["habilitations"]) == 3
    assert banc.lire(UD_75, lister_habilitations, {"ccs": "CS-1"})["total"] == 2
    assert banc.faire(UD_75, modifier_jure, jure["id"], {"prenom": "Zoë"})["prenom"] == "Zoë"
    banc.confirmer(UD_75, suspendre, active["id"], {})
    assert banc.codes_refuses(UD_75, reactiver, active["id"], {"confirmer": ["HAB-02"]}) == ["HAB-09"]


def test_une_habilitation_dit_le_dernier_jour_du_droit_que_son_titre_abrege(banc: Banc) -> None:
    jure = banc.jure()
    h = banc.habilitation(jure)
    brouillon = banc.habilitation(jure, valider=False, date_debut="2031-02-03")
    fins = date(2031, 1, 5), date(2026, 6, 30)
    assert h["fin_effective"] == h["date_fin"] == fins[0]
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    lue = banc.lire(UD_75, fiche_habilitation, h["id"])
    assert (lue["date_fin"], lue["fin_effective"]) == fins
    (de_la_liste,) = banc.lire(UD_75, lister_habilitations, {"etat": "active", "fin_avant": "2026-07-01"})["elements"]
    assert (de_la_liste["date_fin"], de_la_liste["fin_effective"]) == fins
    lu = banc.lire(UD_75, fiche_habilitation, brouillon["id"])
    assert lu["fin_effective"] == lu["date_fin"]  # none is in force: there is nothing to shorten


def test_hors_delai_tout_est_refuse(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    apres = date(2027, 7, 1)
    for commande in (valider, suspendre, reactiver, mettre_en_brouillon, supprimer):
        assert banc.codes_refuses(UD_75, commande, h["id"], {}, jour=apres) == ["HAB-01"]
    lue = banc.lire(UD_75, fiche_habilitation, h["id"], jour=apres)
    assert (lue["etat"], lue["situation_titre"], lue["actions"]) == ("expiree", "hors_delai", [])


def test_expiree_a_la_fin_de_vie_suspendue_puis_reactivee_jusqu_a_la_fin_de_prolongation(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    banc.titre(date_fin_de_vie="2026-06-30", version=2)
    jour = date(2026, 9, 1)
    lue = banc.lire(UD_75, fiche_habilitation, h["id"], jour=jour)
    assert (lue["etat"], actions(lue)) == ("expiree", ["suspendre"])
    banc.confirmer(UD_75, suspendre, h["id"], {}, jour=jour)
    reactivee = banc.confirmer(UD_75, reactiver, h["id"], {}, jour=jour)
    assert reactivee["etat"] == "active"


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
