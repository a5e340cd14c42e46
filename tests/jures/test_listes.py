"""Les listes : chercher, filtrer, trier, paginer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from commun.db import moteur
from commun.errors import Invalide
from services.jures.queries.listes import lister_habilitations, lister_jures
from tests.jures.banc import NATIONAL, UD_69, UD_75, Banc


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
