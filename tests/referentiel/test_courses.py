"""Two acts at one instant on one object of the référentiel: neither undoes the other."""

from functools import partial
from typing import Any

import pytest

from services.referentiel.commands import agrements, controles, etablissements, titres
from services.referentiel.queries.agrements import fiche_agrement
from services.referentiel.queries.controles import fiche_controle
from services.referentiel.queries.etablissements import fiche_etablissement
from services.referentiel.queries.titres import fiche_titre
from tests.outils.simultanes import ensemble
from tests.referentiel.conftest import JOUR, NATIONAL, UD_75, Banc

FAITS = ("fait", "fait")


def test_un_agrement_suspendu_pendant_qu_on_le_renomme_reste_suspendu(
    referentiel: Banc, agre: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    suspendre = partial(
        referentiel.faire,
        UD_75,
        agrements.suspendre_agrement,
        agre["id"],
        {"motif": "Sinistre", "confirmer": ["AGR-02"]},
    )
    renommer = partial(referentiel.faire, UD_75, agrements.modifier_agrement, agre["id"], {"numero": "75-002"})
    assert ensemble(monkeypatch, "referentiel", suspendre, renommer) == FAITS
    lu = referentiel.lire(UD_75, fiche_agrement, agre["id"])
    assert (lu["statut"], lu["numero"]) == ("suspendu", "75-002")


def test_deux_corrections_d_un_etablissement_restent(
    referentiel: Banc, etablissement: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def corriger(**champs: str) -> Any:
        return partial(referentiel.faire, UD_75, etablissements.modifier_etablissement, etablissement["id"], champs)

    un, autre = corriger(denomination="Centre renommé"), corriger(courriel="autre@exemple.fr")
    assert ensemble(monkeypatch, "referentiel", un, autre) == FAITS
    lu = referentiel.lire(UD_75, fiche_etablissement, etablissement["id"])
    assert (lu["denomination"], lu["courriel"]) == ("Centre renommé", "autre@exemple.fr")


def test_deux_suites_d_un_controle_restent(
    referentiel: Banc, etablissement: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    vu = {"type": "sur_place", "date": "2026-03-02", "observations": "Vu.", "conclusion": "avec_reserves"}
    fait = referentiel.faire(UD_75, controles.creer_controle, etablissement["id"], vu)["id"]
    un, autre = (
        partial(referentiel.faire, UD_75, controles.donner_suite, fait, {"date": f"{JOUR}", "texte": texte})
        for texte in ("Relance.", "Visite.")
    )
    assert ensemble(monkeypatch, "referentiel", un, autre) == FAITS
    suites = referentiel.lire(UD_75, fiche_controle, fait)["suites"]
    assert [suite["texte"] for suite in suites] == ["Relance.", "Visite."]


@pytest.mark.usefixtures("etablissement")
def test_deux_corrections_d_un_titre_restent(referentiel: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    def corriger(**champs: Any) -> Any:
        return partial(referentiel.faire, NATIONAL, titres.modifier_titre, "TP-00520", champs)

    un, autre = corriger(intitule="Titre renommé"), corriger(niveau=5)
    assert ensemble(monkeypatch, "referentiel", un, autre) == FAITS
    lu = referentiel.lire(NATIONAL, fiche_titre, "TP-00520")
    assert (lu["intitule"], lu["niveau"]) == ("Titre renommé", 5)
