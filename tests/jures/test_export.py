"""JUR-01 : le fichier des jurés, page à page, et celui de leurs habilitations."""

from datetime import date
from typing import Any

import pytest

from commun.actes import export as pages
from commun.domain.errors import Invalide
from services.jures.commands import jures
from services.jures.commands.export import page_habilitations, page_jures
from services.jures.queries import listes
from services.jures.queries.listes import TRIS_DES_JURES, tris_des_habilitations
from services.jures.storage.etats import etats_le
from tests.jures.banc import CENTRE, CORPS_JURE, NATIONAL, UD_69, UD_75, Banc


def lignes(page: dict[str, Any], colonnes: list[str] | None = None) -> list[dict[str, Any]]:
    return [dict(zip(colonnes or page["colonnes"], ligne, strict=True)) for ligne in page["elements"]]


def tout(banc: Banc, page_export: Any, filtres: dict[str, str]) -> list[list[Any]]:
    """All the rows of a file."""
    page = banc.faire(NATIONAL, page_export, filtres)
    elements = list(page["elements"])
    while page["suivant"]:
        page = banc.faire(NATIONAL, page_export, filtres, page["suivant"])
        elements += page["elements"]
    return elements


def test_le_fichier_suit_la_liste_page_a_page(trois: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    page = trois.faire(NATIONAL, page_jures, {"par_page": "1"})
    assert [j["Nom"] for j in lignes(page)] == ["O'Neil-Dupré", "Élan"]
    assert page["total"] == 3
    suite = trois.faire(NATIONAL, page_jures, {}, page["suivant"])
    assert ([j["Nom"] for j in lignes(suite, page["colonnes"])], suite["suivant"]) == (["Essai"], None)
    assert [j["Nom"] for j in lignes(trois.faire(NATIONAL, page_jures, {"region": "84"}))] == ["O'Neil-Dupré"]


@pytest.mark.parametrize("tri", [f"{sens}{champ}" for champ in TRIS_DES_JURES for sens in ("", "-")])
def test_le_fichier_a_l_ordre_de_la_liste(trois: Banc, monkeypatch: pytest.MonkeyPatch, tri: str) -> None:
    """Seen in the order of names, whatever that of the list that was exported."""
    monkeypatch.setattr(pages, "PAGE", 1)
    montres = [j["nom"] for j in trois.lire(NATIONAL, listes.lister_jures, {"tri": tri})["elements"]]
    assert [ligne[1] for ligne in tout(trois, page_jures, {"tri": tri})] == montres


@pytest.mark.parametrize("tri", ["", *tris_des_habilitations(etats_le(date(2026, 1, 1))), "-date_debut", "-nom"])
def test_le_fichier_des_habilitations_a_l_ordre_de_la_liste(
    trois: Banc, monkeypatch: pytest.MonkeyPatch, tri: str
) -> None:
    monkeypatch.setattr(pages, "PAGE", 1)
    for n, nom in enumerate(("Abel", "Zola"), 1):
        bornes = {"date_debut": f"2026-02-0{n}", "date_fin": f"2030-02-0{n}"}
        trois.habilitation(trois.jure(nom=nom), valider=False, **bornes)
    montrees = trois.lire(NATIONAL, listes.lister_habilitations, {"tri": tri})["elements"]
    assert [ligne[9] for ligne in tout(trois, page_habilitations, {"tri": tri})] == [h["date_debut"] for h in montrees]


def test_un_ordre_que_la_liste_n_a_pas_est_refuse(trois: Banc) -> None:
    assert isinstance(trois.refuse(NATIONAL, page_jures, {"tri": "courriel"}), Invalide)


def test_un_jure_avec_de_quoi_le_joindre(trois: Banc) -> None:
    (zoe,) = trois.lire(UD_75, listes.lister_jures, {"titre": "TP-1"})["elements"]
    trois.habilitation(zoe, ccs_code="CS-1", valider=False)  # not in force
    page = trois.faire(UD_75, page_jures, {"titre": "TP-1"})
    (ligne,) = lignes(page)
    assert ligne == {
        "Civilité": "MME",
        "Nom": "Essai",
        "Nom d'usage": "",
        "Prénom": "Zoé",
        "Téléphone professionnel": "01 99 00 01 01",
        "Téléphone personnel": None,
        "Courriel": CORPS_JURE["courriel"],
        "Adresse": CORPS_JURE["adresse"]["voie"],
        "Complément d'adresse": "",
        "Code postal": "75011",
        "Commune": "Paris",
        "Département": "75",
        "Statut": "actif",
        "Habilitations en vigueur": "Coffreur (jusqu'au 05/01/2031)",
        "Habilité jusqu'au": date(2031, 1, 5),
    }
    assert page["dates"] == ["Habilité jusqu'au"]


def test_un_centre_n_exporte_que_son_perimetre(trois: Banc) -> None:
    assert trois.faire(CENTRE, page_jures, {})["elements"] == []
    trois.agrement()
    assert [j["Nom"] for j in lignes(trois.faire(CENTRE, page_jures, {}))] == ["Essai"]


def test_le_fichier_des_habilitations_suit_ses_filtres(trois: Banc) -> None:
    page = trois.faire(UD_75, page_habilitations, {"etat": "active", "fin_avant": "2031-02-01"})
    (ligne,) = lignes(page)
    assert ligne == {
        "Nom": "Essai",
        "Nom d'usage": "",
        "Prénom": "Zoé",
        "Département": "75",
        "Statut du juré": "actif",
        "Code de la certification": "TP-1",
        "Certification": "Coffreur",
        "CCP": "BC01, BC02",
        "État": "active",
        "Date de début": date(2026, 1, 5),
        "Date de fin": date(2031, 1, 5),
        "Fin effective": date(2031, 1, 5),
    }
    assert page["dates"] == ["Date de début", "Date de fin", "Fin effective"]
    assert trois.faire(UD_69, page_habilitations, {})["total"] == 0
    (zoe,) = trois.lire(UD_75, listes.lister_jures, {"titre": "TP-1"})["elements"]
    trois.habilitation(zoe, ccs_code="CS-1")
    (sur_ccs,) = lignes(trois.faire(UD_75, page_habilitations, {"ccs": "CS-1"}))
    assert (sur_ccs["Code de la certification"], sur_ccs["Certification"]) == ("CS-1", "Béton architectonique")


def test_les_deux_fichiers_nomment_un_jure_de_meme_et_disent_qu_il_est_inactif(trois: Banc) -> None:
    """One said « Durand » where the other says « Martin », « Durand » in use; and of who may not sit, that he may."""
    zoe = trois.jure(nom="Martin", nom_usage="Durand")
    trois.habilitation(zoe)
    trois.faire(UD_75, jures.inactiver_jure, zoe["id"], {"confirmer": ["JUR-02"]})
    (dans_l_un,) = lignes(trois.faire(UD_75, page_jures, {"q": "durand"}))
    (dans_l_autre,) = lignes(trois.faire(UD_75, page_habilitations, {"q": "durand"}))
    noms = ("Nom", "Nom d'usage", "Prénom", "Département")
    assert [dans_l_autre[nom] for nom in noms] == [dans_l_un[nom] for nom in noms] == ["Martin", "Durand", "Zoé", "75"]
    assert (dans_l_autre["Statut du juré"], dans_l_un["Statut"], dans_l_autre["État"]) == (
        "inactif",
        "inactif",
        "active",
    )


def test_ce_qui_n_est_pas_en_vigueur_finit_ou_la_liste_le_dit(trois: Banc) -> None:
    """A fin de vie decided since shortens a right. One that gives none ended, in the file, years before it began, and
    the filter on the end kept it."""
    (zoe,) = trois.lire(UD_75, listes.lister_jures, {"titre": "TP-1"})["elements"]
    trois.habilitation(zoe, valider=False, date_debut="2031-02-03", date_fin="2036-02-02")
    trois.titre(date_fin_de_vie="2026-06-30", version=2)
    montrees = trois.lire(UD_75, listes.lister_habilitations, {})["elements"]
    dites = lignes(trois.faire(UD_75, page_habilitations, {}))
    dits = {(h["Date de début"], h["Fin effective"]) for h in dites}
    assert dits == {(h["date_debut"], h["fin_effective"]) for h in montrees}
    assert dits == {(date(2026, 1, 5), date(2026, 6, 30)), (date(2031, 2, 3), date(2036, 2, 2))}
    # « Fin », on the page, is the date that was given, and what its titre makes of it follows
    donnees = {date(2031, 1, 5), date(2036, 2, 2)}
    assert {h["Date de fin"] for h in dites} == {h["date_fin"] for h in montrees} == donnees
    for page in (listes.lister_habilitations, page_habilitations):
        lus = [trois.faire(UD_75, page, {"fin_avant": f"{annee}-07-01"})["total"] for annee in (2026, 2036)]
        assert lus == [1, 2]


def test_une_habilitation_a_venir_dit_de_quand_elle_vaut(trois: Banc) -> None:
    """« En vigueur », a file said of a renewal that begins in five years: no session before could have him by it."""
    (zoe,) = trois.lire(UD_75, listes.lister_jures, {"titre": "TP-1"})["elements"]
    trois.habilitation(zoe, date_debut="2031-01-06", date_fin="2035-01-05")
    (ligne,) = lignes(trois.faire(UD_75, page_jures, {"titre": "TP-1"}))
    assert ligne["Habilitations en vigueur"] == (
        "Coffreur (jusqu'au 05/01/2031) ; Coffreur (du 06/01/2031 au 05/01/2035)"
    )
    assert ligne["Habilité jusqu'au"] == date(2035, 1, 5)


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
