"""The table of demandes VAE, cell by cell."""

from datetime import date
from enum import StrEnum

import pytest

from commun.domain.errors import Droit
from commun.domain.referentiel import TypeProfil
from docs.generer import tableau
from services.candidats.domain.lifecycle import DEMANDE_VAE, ActionDemande, DemandeVae, EtatDemande, FaitsDecision
from tests.outils.cas import d_un_trait

JOUR = date(2026, 3, 2)
TABLE = {
    (ActionDemande.RECEVABLE, EtatDemande.DEPOSEE): ("UD DIRECCTE", EtatDemande.RECEVABLE),
    (ActionDemande.NON_RECEVABLE, EtatDemande.DEPOSEE): ("UD DIRECCTE", EtatDemande.NON_RECEVABLE),
    (ActionDemande.RETRAIT, EtatDemande.DEPOSEE): ("CENTRE UD DIRECCTE", EtatDemande.RETIREE),
}


@d_un_trait
@pytest.mark.parametrize("qui", list(TypeProfil))
@pytest.mark.parametrize(("action", "etat"), list(DEMANDE_VAE.cellules()))
def test_chaque_cellule(action: StrEnum, etat: StrEnum, qui: TypeProfil) -> None:
    demande = DemandeVae("d", "c", "TP", (), JOUR)
    decision = DEMANDE_VAE.decider(action, etat, qui, FaitsDecision(JOUR, demande, competent=True))
    profils, vers = TABLE.get((ActionDemande(action), EtatDemande(etat)), ("", None))
    if qui in profils.split():
        assert (decision.vers, decision.manquements) == (vers, ())
    else:
        assert [m.code for m in decision.refus] == ["VAE-00"]


def test_l_etat_et_l_action_du_meme_nom_ont_chacun_le_leur() -> None:
    demande = DemandeVae("d", "c", "TP", (), JOUR)
    faits = FaitsDecision(JOUR, demande, competent=True)
    decision = DEMANDE_VAE.decider(ActionDemande.NON_RECEVABLE, EtatDemande.RECEVABLE, TypeProfil.UD, faits)
    (refus,) = decision.refus
    assert refus.message == "Déclarer non recevable impossible : la demande VAE est à l'état « recevable »."
    assert "| Déclarer recevable | déposée | recevable |" in tableau(DEMANDE_VAE)


@pytest.mark.parametrize("qui", [TypeProfil.CENTRE, TypeProfil.NATIONAL])
def test_qui_ne_decide_jamais(qui: TypeProfil) -> None:
    with pytest.raises(Droit):
        DEMANDE_VAE.exiger_droit(ActionDemande.RECEVABLE, qui)
