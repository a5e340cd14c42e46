"""Searches that people keep: their own, named, and such as the list takes them."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.commands.filtres import MAXIMUM
from tests.gateway.conftest import NATIONAL, UD, Client, refuse

Creer = Callable[..., Client]
FILTRE = {"liste": "sessions", "nom": "À valider", "parametres": {"etat": "en_attente_de_validation", "page": "3"}}


def test_enregistrer_retrouver_supprimer(client: Creer) -> None:
    alice, bob = client(UD), client(UD)
    fait = alice.http.post("/filtres", json=FILTRE)
    assert fait.status_code == 201
    filtre = fait.json()
    assert filtre["parametres"] == {"etat": "en_attente_de_validation"}  # a page is no part of a search
    alice.http.post("/filtres", json={"liste": "jures", "nom": "À valider"})
    siens = alice.http.get("/filtres").json()["elements"]
    assert [f["liste"] for f in siens] == ["jures", "sessions"]
    assert alice.http.get("/filtres?liste=sessions").json()["elements"] == [filtre]
    assert bob.http.get("/filtres").json()["elements"] == []
    refuse(bob.http.delete(f"/filtres/{filtre['id']}"), 404, "INTROUVABLE")
    refuse(alice.http.delete(f"/filtres/{filtre['id']}", headers={"If-Match": '"7"'}), 412, "VERSION")
    assert alice.http.delete(f"/filtres/{filtre['id']}").status_code == 204
    refuse(alice.http.delete(f"/filtres/{filtre['id']}"), 404, "INTROUVABLE")
    refuse(alice.http.delete("/filtres/rien"), 404, "INTROUVABLE")


def test_un_nom_ne_sert_qu_une_fois_par_liste(client: Creer) -> None:
    alice = client(UD)
    alice.http.post("/filtres", json=FILTRE)
    document = refuse(alice.http.post("/filtres", json=FILTRE), 422, "INVALIDE")
    assert document["erreurs"] == {"nom": ["Vous avez déjà un filtre « À valider » pour cette liste."]}
    assert client(UD).http.post("/filtres", json=FILTRE).status_code == 201


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({"liste": "rien"}, "liste"),
        ({"liste": "sante/pret"}, "liste"),
        ({"liste": "moi"}, "liste"),
        ({"nom": ""}, "nom"),
        ({"parametres": {"etat": "inconnu"}}, "parametres"),
        ({"parametres": {"inconnu": "1"}}, "parametres"),
        ({"parametres": {"debut_apres": "demain"}}, "parametres"),
        ({"parametres": {"q": "x" * 201}}, "parametres"),
        ({"parametres": {"q": ["a"]}}, "parametres"),
        ({"parametres": "etat=validee"}, "parametres"),
    ],
)
def test_ce_que_la_liste_ne_prend_pas_ne_s_enregistre_pas(client: Creer, corps: dict[str, Any], champ: str) -> None:
    erreurs = refuse(client(NATIONAL).http.post("/filtres", json=FILTRE | corps), 422, "INVALIDE")["erreurs"]
    assert list(erreurs) == [champ]


def test_un_compte_n_en_garde_que_tant(client: Creer) -> None:
    alice = client(UD)
    alice.sql(
        "INSERT INTO filtres (id, compte_id, liste, nom, parametres) "
        "SELECT gen_random_uuid(), %s, 'jures', n::text, '{}' FROM generate_series(1, %s) n",
        alice.compte_id,
        MAXIMUM,
    )
    refus = refuse(alice.http.post("/filtres", json=FILTRE), 422, "INVALIDE")
    assert "100 filtres" in refus["detail"]
    assert refus["erreurs"] == {"_schema": [refus["detail"]]}
