"""JUR-01 : le fichier des jurés, page à page, et celui de leurs habilitations."""

from datetime import date
from typing import Any

import pytest

from commun import export as pages
from commun.errors import Invalide
from services.jures.commands.export import page_habilitations, page_jures
from tests.jures.banc import CENTRE, CORPS_JURE, NATIONAL, UD_69, UD_75, Banc


def lignes(page: dict[str, Any], colonnes: list[str] | None = None) -> list[dict[str, Any]]:
    return [dict(zip(colonnes or page["colonnes"], ligne, strict=True)) for ligne in page["elements"]]


def test_le_fichier_suit_la_liste_page_a_page(trois: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    page = trois.faire(NATIONAL, page_jures, {"par_page": "1", "tri": "-nom"})
    assert [j["Nom"] for j in lignes(page)] == ["O'Neil-Dupré", "Élan"]
    assert page["total"] == 3
    suite = trois.faire(NATIONAL, page_jures, {}, page["suivant"])
    assert ([j["Nom"] for j in lignes(suite, page["colonnes"])], suite["suivant"]) == (["Essai"], None)
    assert [j["Nom"] for j in lignes(trois.faire(NATIONAL, page_jures, {"region": "84"}))] == ["O'Neil-Dupré"]


def test_un_jure_avec_de_quoi_le_joindre(trois: Banc) -> None:
    page = trois.faire(UD_75, page_jures, {"titre": "TP-1"})
    (ligne,) = lignes(page)
    assert (ligne["Téléphone professionnel"], ligne["Téléphone personnel"]) == ("01 99 00 01 01", None)
    assert (ligne["Adresse"], ligne["Courriel"]) == (CORPS_JURE["adresse"]["voie"], CORPS_JURE["courriel"])
    assert ligne["Habilitations en vigueur"] == "Coffreur (jusqu'au 05/01/2031)"
    assert (ligne["Habilité jusqu'au"], page["dates"]) == (date(2031, 1, 5), ["Habilité jusqu'au"])


def test_un_centre_n_exporte_que_son_perimetre(trois: Banc) -> None:
    assert trois.faire(CENTRE, page_jures, {})["elements"] == []
    trois.agrement()
    assert [j["Nom"] for j in lignes(trois.faire(CENTRE, page_jures, {}))] == ["Essai"]


def test_le_fichier_des_habilitations_suit_ses_filtres(trois: Banc) -> None:
    page = trois.faire(UD_75, page_habilitations, {"etat": "active", "fin_avant": "2031-02-01"})
    (ligne,) = lignes(page)
    assert (ligne["Nom"], ligne["Certification"], ligne["CCP"]) == ("Essai", "Coffreur", "BC01, BC02")
    assert (ligne["État"], ligne["Date de fin"]) == ("active", date(2031, 1, 5))
    assert trois.faire(UD_69, page_habilitations, {})["total"] == 0


def test_l_export_est_trace_une_fois_avec_ses_filtres(trois: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    avant = len(trois.traces(NATIONAL.compte_id))
    page = trois.faire(NATIONAL, page_jures, {"statut": "actif", "format": "csv", "page": "3"})
    trois.faire(NATIONAL, page_jures, {"statut": "actif", "format": "csv", "page": "3"}, page["suivant"])
    (trace,) = trois.traces(NATIONAL.compte_id)[avant:]
    assert (trace["action"], trace["phrase"]) == ("exporter", "Export de 2 jurés.")
    assert trace["apres"] == {"filtres": {"statut": "actif", "format": "csv"}, "lignes": 2}


@pytest.mark.parametrize("filtres", [{"format": "pdf"}, {"statut": "x"}, {"inconnu": "1"}])
def test_un_filtre_faux_ne_laisse_pas_de_trace(trois: Banc, filtres: dict[str, str]) -> None:
    avant = len(trois.traces(NATIONAL.compte_id))
    assert isinstance(trois.refuse(NATIONAL, page_jures, filtres), Invalide)
    assert len(trois.traces(NATIONAL.compte_id)) == avant
