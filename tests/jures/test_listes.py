"""Les listes : chercher, filtrer, trier, paginer, exporter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from commun.db import moteur
from commun.errors import Invalide
from services.jures.commands.jures import inactiver_jure
from services.jures.queries import listes
from services.jures.queries.listes import lister_habilitations, lister_jures, page_export
from tests.jures.banc import CENTRE, CORPS_JURE, NATIONAL, UD_69, UD_75, Banc


@pytest.fixture
def trois(banc: Banc) -> Banc:
    """Three jurés: Éa, inactive; Zoé, habilitée; Zoé of Lyon."""
    ea = banc.jure(nom="Élan", prenom="Éa", courriel="ea@exemple.fr")
    banc.confirmer(UD_75, inactiver_jure, ea["id"], {})
    banc.habilitation(banc.jure())
    lyon = {"voie": "1 rue", "code_postal": "69003", "commune": "Lyon"}
    banc.jure(UD_69, nom="O'Neil-Dupré", nom_usage="Abc", adresse=lyon)
    return banc


@pytest.mark.parametrize(
    ("filtres", "noms"),
    [
        ({}, ["O'Neil-Dupré", "Élan", "Essai"]),
        ({"tri": "-nom"}, ["Essai", "Élan", "O'Neil-Dupré"]),
        ({"tri": "departement", "departement": "69"}, ["O'Neil-Dupré"]),
        ({"q": "élan ea"}, ["Élan"]),
        ({"q": "oneil"}, []),
        ({"q": "O’NEIL dupre"}, ["O'Neil-Dupré"]),
        ({"q": "zoe@exemple"}, ["O'Neil-Dupré", "Essai"]),
        ({"q": "lyon"}, ["O'Neil-Dupré"]),
        ({"q": "100%_"}, []),
        ({"statut": "inactif"}, ["Élan"]),
        ({"titre": "TP-1"}, ["Essai"]),
        ({"ccs": "CS-1"}, []),
        ({"par_page": "2", "page": "2"}, ["Essai"]),
        ({"page": "9"}, []),
    ],
)
def test_chercher_et_trier(trois: Banc, filtres: dict[str, str], noms: list[str]) -> None:
    page = trois.lire(NATIONAL, lister_jures, filtres)
    assert [j["nom"] for j in page["elements"]] == noms


@pytest.mark.parametrize(
    "filtres",
    [{"tri": "telephone"}, {"tri": "--nom"}, {"par_page": "201"}, {"page": "0"}, {"statut": "x"}, {"inconnu": "1"}],
)
def test_un_filtre_faux(trois: Banc, filtres: dict[str, str]) -> None:
    with pytest.raises(Invalide):
        trois.lire(NATIONAL, lister_jures, filtres)
    with pytest.raises(Invalide):
        trois.lire(NATIONAL, lister_habilitations, filtres | {"etat": "supprimee"})


def test_la_liste_d_habilitations_porte_les_boutons_de_chacune(trois: Banc) -> None:
    (h,) = trois.lire(UD_75, lister_habilitations, {"q": "zoe", "departement": "75", "titre": "TP-1"})["elements"]
    assert [bouton["action"] for bouton in h["actions"]] == ["mettre_en_brouillon", "suspendre"]
    assert trois.lire(UD_69, lister_habilitations, {})["total"] == 0


def test_une_page_coute_un_nombre_fixe_de_requetes(trois: Banc) -> None:
    with requetes() as une:
        trois.lire(UD_75, lister_jures, {"par_page": "1"})
    for n in range(8):
        trois.habilitation(trois.jure(prenom=f"Autre{n}"))
    with requetes() as toutes:
        assert len(trois.lire(UD_75, lister_jures, {"par_page": "200"})["elements"]) == 10
    assert len(toutes) == len(une)


@contextmanager
def requetes() -> Iterator[list[str]]:
    faites: list[str] = []

    def noter(_connexion: Any, _curseur: Any, requete: str, *_: Any) -> None:
        faites.append(requete)

    sa.event.listen(moteur("jures"), "before_cursor_execute", noter)
    try:
        yield faites
    finally:
        sa.event.remove(moteur("jures"), "before_cursor_execute", noter)


# -- JUR-01


def test_l_export_suit_la_liste_page_a_page(trois: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listes, "PAGE_EXPORT", 2)
    page = trois.lire(NATIONAL, page_export, {"tri": "-nom"})
    assert len(page["elements"]) == 2
    suite = trois.lire(NATIONAL, page_export, {}, page["suivant"])
    assert (len(suite["elements"]), suite["suivant"]) == (1, None)
    (ligne,) = trois.lire(UD_75, page_export, {"titre": "TP-1"})["elements"]
    assert (ligne["telephone_professionnel"], ligne["telephone_personnel"]) == ("01 99 00 01 01", None)
    assert ligne["adresse"]["voie"] == CORPS_JURE["adresse"]["voie"]
    assert ligne["habilitations"] == [
        {
            "certification": "Coffreur",
            "titre_code": "TP-1",
            "ccs_code": None,
            "ccp_codes": ["BC01", "BC02"],
            "etat": "active",
            "date_debut": date(2026, 1, 5),
            "date_fin": date(2031, 1, 5),
        }
    ]


def test_un_centre_n_exporte_que_son_perimetre(trois: Banc) -> None:
    assert trois.lire(CENTRE, page_export, {})["elements"] == []
    trois.agrement()
    assert [j["nom"] for j in trois.lire(CENTRE, page_export, {})["elements"]] == ["Essai"]
