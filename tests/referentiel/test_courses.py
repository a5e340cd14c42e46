"""Two acts at one instant on one object of the référentiel: neither undoes the other."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from commun.domain.errors import VersionPerimee
from services.referentiel.commands import agrements, controles, etablissements, titres
from services.referentiel.commands.imports import importer_catalogue
from services.referentiel.domain.model import Ccs
from services.referentiel.queries.agrements import fiche_agrement
from services.referentiel.queries.controles import fiche_controle
from services.referentiel.queries.etablissements import fiche_etablissement
from services.referentiel.queries.titres import fiche_titre
from tests.outils.simultanes import ensemble
from tests.referentiel.conftest import JOUR, NATIONAL, UD_75, Banc
from tests.referentiel.exemples import agrement

FAITS = ("fait", "fait")
UN_JOUR = timedelta(days=1)


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


def test_un_agrement_suspendu_pendant_qu_on_demande_ses_sessions_le_reste(
    referentiel: Banc, agre: dict[str, Any]
) -> None:
    """The question lets the lock go: his new dates were written on the agrément as it had been read."""

    def pendant(**_: Any) -> list[Any]:
        corps = {"motif": "Sinistre", "confirmer": ["AGR-02"]}
        referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], corps)
        return []

    referentiel.reponses["sessions_gardes.a_venir"] = pendant
    with pytest.raises(VersionPerimee):
        referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"date_fin": "2027-12-30"})
    assert referentiel.lire(UD_75, fiche_agrement, agre["id"])["statut"] == "suspendu"


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


def test_un_controle_corrige_pendant_qu_on_lui_donne_une_suite_attend_la_nouvelle_echeance(
    referentiel: Banc, etablissement: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was published last is what warns of it."""
    vu = {"type": "sur_place", "date": "2026-03-02", "observations": "Vu.", "conclusion": "avec_reserves"}
    fait = referentiel.faire(UD_75, controles.creer_controle, etablissement["id"], vu)["id"]
    suite = {"date": f"{JOUR}", "texte": "Relance.", "echeance": "2026-06-30"}
    relancer = partial(referentiel.faire, UD_75, controles.donner_suite, fait, suite)
    corriger = partial(referentiel.faire, UD_75, controles.modifier_controle, fait, {"observations": "Revu."})
    assert ensemble(monkeypatch, "referentiel", relancer, corriger) == FAITS
    assert [corps["echeance"] for nom, corps in referentiel.evenements() if nom == "referentiel.controle_modifie"] == [
        None,
        "2026-06-30",
        "2026-06-30",
    ]


def test_le_controle_que_l_on_a_vu_est_celui_que_l_on_corrige(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    """Another has corrected it while the session that it is about is asked for."""
    vu = {"type": "sur_place", "date": "2026-03-02", "observations": "Vu.", "conclusion": "conforme"}
    fait = referentiel.faire(UD_75, controles.creer_controle, etablissement["id"], vu)["id"]

    def pendant(**_: Any) -> list[dict[str, str]]:
        referentiel.faire(UD_75, controles.modifier_controle, fait, {"observations": "Revu."})
        return [{"etablissement_id": etablissement["id"]}]

    referentiel.reponses["sessions_gardes.participants"] = pendant
    with pytest.raises(VersionPerimee):
        referentiel.faire(UD_75, controles.modifier_controle, fait, {"session_id": fait}, version=1)
    assert referentiel.lire(UD_75, fiche_controle, fait)["session_id"] is None


def test_un_controle_n_est_pas_redate_apres_une_suite_recue_entre_temps(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    """Nor is it by who says no version: it was looked at before the session was asked for."""
    vu = {"type": "sur_place", "date": f"{JOUR - UN_JOUR}", "observations": "Vu.", "conclusion": "avec_reserves"}
    fait = referentiel.faire(UD_75, controles.creer_controle, etablissement["id"], vu)["id"]

    def pendant(**_: Any) -> list[dict[str, str]]:
        suite = {"date": f"{JOUR - UN_JOUR}", "texte": "Relance."}
        referentiel.faire(UD_75, controles.donner_suite, fait, suite)
        return [{"etablissement_id": etablissement["id"]}]

    referentiel.reponses["sessions_gardes.participants"] = pendant
    corps = {"date": f"{JOUR}", "session_id": fait}
    dites = referentiel.fautes(UD_75, controles.modifier_controle, fait, corps)
    assert dites == {"date": ["Une suite a déjà été donnée avant cette date."]}


def test_un_agrement_ne_s_accorde_pas_deux_fois(
    referentiel: Banc, etablissement: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Suspended or withdrawn, one of the two would leave the other in force (AGR-03)."""
    corps = agrement(etablissement["sites"][0]["id"])
    accorder = partial(referentiel.faire, UD_75, agrements.creer_agrement, etablissement["id"], corps)
    assert ensemble(monkeypatch, "referentiel", accorder, accorder) == ("fait", "AGR-03")


def test_un_agrement_ne_devient_pas_celui_qu_on_accorde(
    referentiel: Banc, agre: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pareil = agrement(agre["site_id"], numero="75-002")
    accorder = partial(referentiel.faire, UD_75, agrements.creer_agrement, agre["etablissement_id"], pareil)
    renommer = partial(referentiel.faire, UD_75, agrements.modifier_agrement, agre["id"], {"numero": "75-002"})
    assert ensemble(monkeypatch, "referentiel", accorder, renommer) == ("fait", "AGR-03")


@pytest.mark.usefixtures("etablissement")
def test_un_titre_corrige_pendant_qu_on_importe_le_catalogue_le_reste(
    referentiel: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    complement = Ccs("CCS-9", "Un autre complément", frozenset({"TP-00520"}))
    corriger = partial(referentiel.faire, NATIONAL, titres.modifier_titre, "TP-00520", {"niveau": 5})
    importer = partial(referentiel.faire, NATIONAL, importer_catalogue, [complement])
    assert ensemble(monkeypatch, "referentiel", corriger, importer) == FAITS
    lu = referentiel.lire(NATIONAL, fiche_titre, "TP-00520")
    assert (lu["niveau"], len(lu["ccs"])) == (5, 2)


@pytest.mark.usefixtures("etablissement")
def test_deux_corrections_d_un_titre_restent(referentiel: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    def corriger(**champs: Any) -> Any:
        return partial(referentiel.faire, NATIONAL, titres.modifier_titre, "TP-00520", champs)

    un, autre = corriger(intitule="Titre renommé"), corriger(niveau=5)
    assert ensemble(monkeypatch, "referentiel", un, autre) == FAITS
    lu = referentiel.lire(NATIONAL, fiche_titre, "TP-00520")
    assert (lu["intitule"], lu["niveau"]) == ("Titre renommé", 5)
