"""La liste des abonnés, telle que la mission nationale la tient : ce qui y entre et ce qui en sort."""

import base64

import pytest

from commun.errors import Invalide
from services.notifications.commands import abonnes
from tests.notifications.conftest import NATIONAL, Banc


def importer(banc: Banc, texte: str) -> dict[str, int]:
    return dict(banc.faire(NATIONAL, abonnes.importer, {"fichier": base64.b64encode(texte.encode()).decode()}))


@pytest.mark.parametrize(
    ("texte", "fausses"),
    [
        ("courriel\n\n\na@exemple.fr\nfaux\n", {"ligne 5"}),
        ("\n\ncourriel\nfaux\n\n , \nfaux aussi\n", {"ligne 4", "ligne 7"}),
        ("faux\n\na@exemple.fr\nfaux\n", {"ligne 1", "ligne 4"}),
    ],
)
def test_une_erreur_nomme_la_ligne_du_fichier_vides_comprises(banc: Banc, texte: str, fausses: set[str]) -> None:
    with pytest.raises(Invalide) as refus:
        importer(banc, texte)
    assert refus.value.erreurs and set(refus.value.erreurs) == fausses


def test_les_lignes_vides_ne_comptent_pas(banc: Banc) -> None:
    assert importer(banc, "\ncourriel\n\na@exemple.fr\n\nb@exemple.fr\n")["importes"] == 2


@pytest.mark.parametrize("adresse", ["=1+1@exemple.fr", "+33@exemple.fr", "-a@exemple.fr"])
def test_l_export_n_a_rien_qu_un_tableur_calcule(banc: Banc, adresse: str) -> None:
    importer(banc, f"{adresse}\nb@exemple.fr\n")
    fichier = banc.faire(NATIONAL, abonnes.exporter, {})
    lignes = base64.b64decode(fichier["contenu"]).decode("utf-8-sig").splitlines()
    assert [ligne.partition(";")[0] for ligne in lignes] == ["courriel", f"'{adresse}", "b@exemple.fr"]
