"""Two administrators at one instant on one account: the second sees what the first has done."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun.acteur import Acteur
from commun.appel import Appel
from commun.db import moteur
from commun.errors import VersionPerimee
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte, Question
from gateway.commands import comptes
from gateway.queries.comptes import fiche
from gateway.storage.comptes import list_profils
from tests.gateway.conftest import CENTRE, NATIONAL, UD
from tests.outils.simultanes import ensemble

Faire = Callable[..., Any]


@pytest.fixture
def agent(base: sa.Engine) -> str:
    """An account that does not administer."""
    creer = partial(Acte("gateway", Appel("essai"), systeme=True).faire, comptes.creer_compte)
    return str(creer("agent", "Zoé", "agent@exemple.fr", "", [UD]))


@pytest.fixture
def faire(base: sa.Engine) -> Faire:
    """Runs commands as the national mission; `pendant` is done while neighbours are asked."""
    creer = partial(Acte("gateway", Appel("essai"), systeme=True).faire, comptes.creer_compte)
    compte_id = creer("hote", "Hôte", "hote@exemple.fr", "", [NATIONAL | {"administrateur": True}])
    with moteur("gateway").connect() as db:
        (profil,) = list_profils(db, compte_id)

    def faire(commande: Faire, *arguments: Any, version: int | None = None, pendant: Faire = lambda: None) -> Any:
        class Entoure(Acte):
            def demander(self, question: Question) -> Any:
                pendant()
                lieu = {"departement": "75", "region": "11"}
                return {"id": CENTRE["etablissement_id"], "version": 1, "denomination": "Centre", **lieu}

        qui = Acteur(compte_id, "hote", profil["id"], TypeProfil.NATIONAL)
        acte = Entoure("gateway", Appel("essai", version=version), _acteur=qui)
        return acte.lire(commande, *arguments) if commande is fiche else acte.faire(commande, *arguments)

    return faire


def test_un_compte_desactive_pendant_qu_on_lui_donne_un_profil_n_en_recoit_pas(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    desactiver = partial(faire, comptes.desactiver, agent, {"motif": "Départ"})
    donner = partial(faire, comptes.ajouter_profil, agent, {"type": "NATIONAL"})
    premiere, seconde = ensemble(monkeypatch, "gateway", desactiver, donner)
    assert (premiere, seconde != "fait") == ("fait", True)
    assert len(faire(fiche, agent)["profils"]) == 1


def test_le_compte_que_l_on_a_vu_est_celui_a_qui_l_on_donne(agent: str, faire: Faire) -> None:
    """Another has changed it while the place of the new profil is asked for."""
    vue = faire(fiche, agent)["version"]
    pendant = partial(faire, comptes.ajouter_profil, agent, {"type": "NATIONAL"})
    au_centre = {"type": "CENTRE", "etablissement_id": CENTRE["etablissement_id"]}
    with pytest.raises(VersionPerimee):
        faire(comptes.ajouter_profil, agent, au_centre, version=vue, pendant=pendant)
    assert len(faire(fiche, agent)["profils"]) == 2
