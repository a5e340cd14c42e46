"""Ce que tous les actes du référentiel ont en commun : versions, traces, événements, refus qui ne laissent rien."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from commun.domain.errors import Introuvable, ReglesEnfreintes, VersionPerimee
from services.referentiel import events
from services.referentiel.commands import agrements, etablissements, titres
from services.referentiel.commands import controles as actes_controles
from services.referentiel.queries import controles as lectures_controles
from services.referentiel.queries import titres as lectures_titres
from services.referentiel.queries import traces
from services.referentiel.queries.agrements import agrements_publies
from services.referentiel.queries.etablissements import etablissements_publies
from tests.outils.traces import traces_de
from tests.referentiel.conftest import NATIONAL, UD_75, Banc
from tests.referentiel.exemples import agrement


def test_une_version_perimee_est_refusee(referentiel: Banc, agre: dict[str, Any]) -> None:
    etablissement = agre["etablissement_id"]
    vu = {"type": "sur_place", "date": "2026-03-02", "observations": "Vu.", "conclusion": "avec_reserves"}
    controle = referentiel.faire(UD_75, actes_controles.creer_controle, etablissement, vu)["id"]
    for qui, commande, objet, corps in (
        (NATIONAL, titres.modifier_titre, "TP-00520", {"niveau": 5}),
        (NATIONAL, titres.remplacer_correspondances, "TP-00520", {"correspondances": []}),
        (UD_75, etablissements.modifier_etablissement, etablissement, {"denomination": "Neuf"}),
        (UD_75, agrements.modifier_agrement, agre["id"], {"numero": "2"}),
        (UD_75, agrements.suspendre_agrement, agre["id"], {"confirmer": ["AGR-02"]}),
        (UD_75, actes_controles.modifier_controle, controle, {"observations": "Revu."}),
        (UD_75, actes_controles.donner_suite, controle, {"date": "2026-03-15", "texte": "Relance."}),
    ):
        with pytest.raises(VersionPerimee):
            referentiel.faire(qui, commande, objet, corps, version=7)


def test_les_traces_disent_avant_et_apres(referentiel: Banc, agre: dict[str, Any]) -> None:
    referentiel.faire(
        UD_75, etablissements.modifier_etablissement, agre["etablissement_id"], {"telephone": "01 99 00 00 02"}
    )
    referentiel.faire(UD_75, agrements.modifier_agrement, agre["id"], {"numero": "75-002", "date_fin": "2027-11-30"})
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"niveau": 5})
    dites = {
        objet: referentiel.lire(NATIONAL, lambda acte, *cle: traces_de(acte.db, *cle)[0]["phrase"], objet, cle)
        for objet, cle in (("etablissement", agre["etablissement_id"]), ("agrement", agre["id"]), ("titre", "TP-00520"))
    }
    assert dites == {
        "etablissement": "L'établissement Centre d'essai (fictif) a été modifié. "
        "Le téléphone a été changé : 01 99 00 00 01 → 01 99 00 00 02.",
        "agrement": "L'agrément 75-001 a été modifié. Le numéro a été changé : 75-001 → 75-002. "
        "La fin a été changée : 31/12/2027 → 30/11/2027.",
        "titre": "Le titre Titre TP-00520 (TP-00520) a été modifié. Le niveau a été changé : 4 → 5.",
    }


def test_l_historique_d_un_titre_et_d_un_etablissement_se_lit_de_qui_les_voit(
    referentiel: Banc, agre: dict[str, Any]
) -> None:
    """TRA-01 : leurs changements étaient tracés, et personne ne pouvait les lire."""
    cle = agre["etablissement_id"]
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", {"niveau": 5})
    referentiel.faire(UD_75, etablissements.modifier_etablissement, cle, {"telephone": "01 99 00 00 02"})
    for qui in (UD_75, NATIONAL):
        lue = referentiel.lire(qui, traces.traces_titre, "TP-00520", {"par_page": "1"})["elements"][0]
        assert (lue["action"], lue["acteur"]["profil"]) == ("modifier", NATIONAL.profil)
        lue = referentiel.lire(qui, traces.traces_etablissement, cle, {})["elements"][0]
        assert (lue["avant"]["telephone"], lue["apres"]["telephone"]) == ("+33199000001", "+33199000002")
    with pytest.raises(Introuvable):
        referentiel.lire(replace(UD_75, departement="33"), traces.traces_etablissement, cle, {})
    with pytest.raises(Introuvable):
        referentiel.lire(NATIONAL, traces.traces_titre, "TP-99999", {})


# -- what others read


def test_les_evenements_et_les_pages_ont_la_forme_qu_ils_annoncent(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    publiables = (
        *(events.TitrePublie, events.EtablissementPublie, events.AgrementPublie, events.AgrementDecide),
        events.ControleModifie,
    )
    formes = {evenement.nom: evenement() for evenement in publiables}
    corps = {"type": "sur_place", "date": "2026-03-02", "observations": "Vu.", "conclusion": "conforme"}
    referentiel.faire(UD_75, actes_controles.creer_controle, etablissement["id"], corps)
    publies = referentiel.evenements()
    assert {nom for nom, _ in publies} == formes.keys()
    for nom, corps in publies:
        assert formes[nom].validate(corps) == {}
    for requete, nom in (
        (lectures_titres.titres_publies, "referentiel.titre_publie"),
        (etablissements_publies, "referentiel.etablissement_publie"),
        (agrements_publies, "referentiel.agrement_publie"),
        (lectures_controles.controles_publies, "referentiel.controle_modifie"),
    ):
        page = referentiel.lire(NATIONAL, requete, None, 1)
        assert formes[nom].validate(en_json(page["elements"][0])) == {}
        assert referentiel.lire(NATIONAL, requete, page["suivant"], 1) == {"elements": [], "suivant": None}


def en_json(corps: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in corps.items()}


def test_rien_de_personnel_ne_sort_dans_les_evenements(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    corps = next(corps for nom, corps in referentiel.evenements() if nom == "referentiel.etablissement_publie")
    assert not {"telephone", "courriel"} & corps.keys()


def test_un_refus_ne_laisse_rien(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    avant = len(referentiel.evenements())
    with pytest.raises(ReglesEnfreintes):
        referentiel.faire(
            UD_75,
            agrements.creer_agrement,
            etablissement["id"],
            agrement(etablissement["sites"][0]["id"], date_fin="2040-01-01"),
        )
    assert referentiel.compter("agrements") == 0
    assert len(referentiel.evenements()) == avant
