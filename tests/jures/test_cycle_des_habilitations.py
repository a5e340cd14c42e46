"""Le cycle de vie d'une habilitation, et ce que ses actes demandent aux autres services."""

from datetime import date
from typing import Any

import pytest

from commun.domain.errors import (
    Droit,
    Indisponible,
    Introuvable,
    Invalide,
    VersionPerimee,
)
from services.jures.commands.habilitations import (
    mettre_en_brouillon,
    reactiver,
    supprimer,
    suspendre,
    valider,
)
from services.jures.commands.jures import inactiver_jure, modifier_jure
from services.jures.queries.fiches import fiche_habilitation, traces_habilitation
from services.jures.queries.listes import lister_habilitations, lister_jures
from tests.jures.banc import CENTRE, DIRECCTE_11, UD_69, UD_75, UD_92, Banc, Corps, actions, session


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
