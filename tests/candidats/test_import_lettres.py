"""Un fichier dont le tableur a perdu des lettres (CAN-05) : dit, et non importé en silence."""

import pytest

from services.candidats.commands.importer import importer
from tests.candidats.banc import CENTRE, Banc
from tests.candidats.fichiers import ENTETES, ZOE, corps
from tests.outils.tableaux import en_csv

LETTRE_PERDUE = (
    "Un « ? » touche une lettre : si le tableur l'a mis à la place d'une autre (Ș, Ł, ğ…), saisissez-la et enregistrez "
    "le fichier en UTF-8, ou en xlsx."
)


@pytest.mark.parametrize(
    ("colonne", "voulue", "doute"),
    [
        ("Adresse", "3 rue Ștefan-cel-Mare", True),
        ("Adresse", "3 rue du Maréchal-Ney", False),
        ("Adresse", "3 rue Dragoș", True),
        ("Adresse", "3 rue de l'Œuvre ? (à vérifier)", False),
        ("Complément d'adresse", "chez Mme Bacău", True),
        ("Commune de résidence", "Kraków", False),
        ("Commune de résidence", "Łódź", True),
    ],
)
def test_un_point_d_interrogation_a_la_place_d_une_lettre_est_signale(
    banc: Banc, colonne: str, voulue: str, doute: bool
) -> None:
    """As LibreOffice writes a csv in Windows-1252, without a word."""
    texte = en_csv([[*ENTETES, colonne], [*ZOE, voulue]]).decode()
    bilan = banc.faire(CENTRE, importer, corps(texte.encode("cp1252", errors="replace"), essai=True))
    dits = [(r["colonne"], r["code"], r["message"]) for r in bilan["remarques"]]
    assert dits == [(colonne, "CAN-05", LETTRE_PERDUE)] * doute


def test_dans_un_nom_il_est_refuse_et_explique(banc: Banc) -> None:
    texte = en_csv([ENTETES, ["Mme", "Wałęsa", *ZOE[2:]]]).decode()
    refus = banc.refuse(CENTRE, importer, corps(texte.encode("cp1252", errors="replace"))).en_clair()
    assert list(refus["erreurs"]["2"]) == ["nom_naissance"]
    assert [(r["colonne"], r["message"]) for r in refus["contexte"]["remarques"]] == [
        ("Nom de naissance", LETTRE_PERDUE)
    ]
