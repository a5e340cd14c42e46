"""The lifecycle table: what it decides, in which order, what it shows, and the tables that it refuses to be."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from commun.domain.errors import ConfirmationRequise, Droit, ReglesEnfreintes
from commun.domain.lifecycle import CycleDeVie, T, exiger
from commun.domain.rules import Ecart, Effet, Manquement, Regle, ecart
from docs.generer import dessin, tableau


class Etat(StrEnum):
    OUVERTE = "ouverte"
    FERMEE = "fermee"


class Action(StrEnum):
    FERMER = "fermer"
    OUVRIR = "ouvrir"
    JETER = "jeter"


@dataclass(frozen=True)
class Faits:
    """Which rules are broken."""

    enfreintes: frozenset[str] = frozenset()


def _regle(code: str, effet: Effet) -> Regle:
    def predicat(faits: Faits) -> Ecart | None:
        return ecart(porte=code) if code in faits.enfreintes else None

    return Regle(code, f"Énoncé {code}.", "Porte {porte}.", "D", effet, predicat)


COINCEE = _regle("PRT-01", Effet.REFUSE)
PEINTE = _regle("PRT-02", Effet.REFUSE)
QUELQU_UN = _regle("PRT-03", Effet.CONFIRME)
BRUIT = _regle("PRT-04", Effet.CONFIRME)
FROID = _regle("PRT-05", Effet.INFORME)
GARDIEN, VISITEUR = frozenset({"gardien"}), frozenset({"visiteur"})
LIBELLES: dict[StrEnum, str] = {
    Etat.OUVERTE: "ouverte",
    Etat.FERMEE: "fermée",
}
LIBELLES_ACTIONS: dict[StrEnum, str] = {
    Action.FERMER: "Fermeture",
    Action.OUVRIR: "Ouverture",
    Action.JETER: "Abandon",
}
TABLE = (
    T(Action.FERMER, Etat.OUVERTE, Etat.FERMEE, GARDIEN | VISITEUR, (COINCEE, QUELQU_UN, PEINTE, BRUIT, FROID)),
    T(Action.OUVRIR, Etat.FERMEE, Etat.OUVERTE, GARDIEN),
    T(Action.JETER, Etat.FERMEE, None, GARDIEN),
)


def cycle(**autres: Any) -> CycleDeVie:
    champs = {"libelles": LIBELLES, "libelles_actions": LIBELLES_ACTIONS, "transitions": TABLE} | autres
    return CycleDeVie("la porte", "PRT", Etat, Action, **champs)  # type: ignore[arg-type]


PORTE = cycle()


def decider(*enfreintes: str, action: Action = Action.FERMER, etat: Etat = Etat.OUVERTE) -> Any:
    return PORTE.decider(action, etat, "gardien", Faits(frozenset(enfreintes)))


def test_rien_ne_s_oppose() -> None:
    assert decider().exiger().vers is Etat.FERMEE


def test_tous_les_refus_d_abord_dans_l_ordre_de_la_ligne() -> None:
    with pytest.raises(ReglesEnfreintes) as refus:
        decider("PRT-02", "PRT-01", "PRT-03").exiger(["PRT-03"])
    assert [m.code for m in refus.value.manquements] == ["PRT-01", "PRT-02"]
    assert refus.value.en_clair()["code"] == "PRT-01"


def test_les_questions_ensuite_toutes_tant_qu_une_manque() -> None:
    decision = decider("PRT-03", "PRT-04", "PRT-05")
    with pytest.raises(ConfirmationRequise) as question:
        decision.exiger(["PRT-03"])
    assert [m.code for m in question.value.avertissements] == ["PRT-03", "PRT-04"]
    faite = decision.exiger(["PRT-04", "PRT-03", "PRT-99"])
    assert [m.code for m in faite.remarques] == ["PRT-05"]
    assert exiger(decision.manquements, ["PRT-04", "PRT-03"]) == faite.remarques


def test_hors_de_la_table_le_code_du_cycle_dit_l_etat() -> None:
    (refus,) = decider(action=Action.OUVRIR).refus
    assert (refus.code, refus.contexte) == ("PRT-00", {"etat": "ouverte"})
    assert refus.message == "Ouverture impossible : la porte est à l'état « ouverte »."


def test_hors_de_la_table_un_autre_code_peut_mieux_dire() -> None:
    mieux = Manquement("PRT-06", "La porte n'a pas encore de serrure.")
    autre = cycle(hors_table=lambda action, etat, faits: mieux if action is Action.JETER else None)
    assert autre.decider(Action.JETER, Etat.OUVERTE, "gardien", Faits()).refus == (mieux,)
    assert autre.decider(Action.OUVRIR, Etat.OUVERTE, "gardien", Faits()).refus[0].code == "PRT-00"


def test_le_droit_vient_du_profil_quel_que_soit_l_etat() -> None:
    PORTE.exiger_droit(Action.FERMER, "visiteur")
    with pytest.raises(Droit):
        PORTE.exiger_droit(Action.OUVRIR, "visiteur")


def test_les_boutons_disent_tout_avant_le_clic() -> None:
    boutons = PORTE.boutons(Etat.OUVERTE, "gardien", Faits(frozenset({"PRT-03", "PRT-04"})))
    assert boutons["actions"] == [{"action": "fermer", "avertissement": "Porte PRT-03. Porte PRT-04."}]
    assert [(r["action"], r["code"]) for r in boutons["refus"]] == [("ouvrir", "PRT-00"), ("jeter", "PRT-00")]


def test_les_boutons_ne_montrent_que_ce_que_le_profil_peut_faire_un_jour() -> None:
    assert PORTE.boutons(Etat.FERMEE, "visiteur", Faits()) == {
        "actions": [],
        "refus": [
            {
                "action": "fermer",
                "code": "PRT-00",
                "message": "Fermeture impossible : la porte est à l'état « fermée ».",
                "enonce": "",
                "contexte": {"etat": "fermee"},
            }
        ],
    }


def test_chaque_cellule_est_nommee_une_fois() -> None:
    assert len(set(PORTE.cellules())) == len(list(PORTE.cellules())) == 6


def test_deux_lignes_pour_le_meme_profil_sont_refusees() -> None:
    with pytest.raises(ValueError, match="deux lignes"):
        cycle(transitions=(*TABLE, T(Action.OUVRIR, Etat.FERMEE, Etat.FERMEE, GARDIEN)))
    cycle(transitions=(*TABLE, T(Action.OUVRIR, Etat.FERMEE, Etat.FERMEE, VISITEUR)))


def test_un_mot_oublie_est_refuse() -> None:
    with pytest.raises(ValueError, match="libellés manquants"):
        cycle(libelles={k: v for k, v in LIBELLES.items() if k is not Etat.FERMEE})
    with pytest.raises(ValueError, match="libellés manquants"):
        cycle(libelles_actions={k: v for k, v in LIBELLES_ACTIONS.items() if k is not Action.JETER})


def test_la_documentation_montre_chaque_ligne() -> None:
    montre = tableau(PORTE)
    assert "| Fermeture | ouverte | fermée | gardien, visiteur | `PRT-01` Énoncé PRT-01." in montre
    assert "`PRT-03` ⚠ Énoncé" in montre
    assert "`PRT-05` ℹ Énoncé" in montre
    assert "| Abandon | fermée | *(disparaît)* | gardien | — |" in montre
    assert "    fermee --> [*] : Abandon" in dessin(PORTE)
