"""What makes two identities one, or near."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.candidats.domain.model import Identite, Naissance

ZOE = Identite("Lefèvre", "Zoé, Anne-Marie", date(1990, 2, 28), Naissance("FR", "75112", "Paris 12e"))


@pytest.mark.parametrize(
    "autre",
    [
        {"nom_naissance": "LEFEVRE"},
        {"prenoms": "zoe,anne marie"},
        {"naissance": Naissance("FR", "75112", "Paris")},
        {"civilite": "M", "nom_usage": "Martin"},
    ],
)
def test_accents_casse_et_libelle_de_commune_ne_distinguent_pas(autre: dict[str, object]) -> None:
    assert replace(ZOE, **autre).cle_exacte == ZOE.cle_exacte  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "autre",
    [
        {"nom_naissance": "Lefebvre"},
        {"prenoms": "Zoé"},
        {"prenoms": "Anne-Marie, Zoé"},
        {"date_naissance": date(1990, 3, 1)},
        {"naissance": Naissance("FR", "75056", "Paris 12e")},
        {"naissance": Naissance("MA", None, "Paris 12e")},
    ],
)
def test_l_identite_exacte_est_complete(autre: dict[str, object]) -> None:
    assert replace(ZOE, **autre).cle_exacte != ZOE.cle_exacte  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "protege"),
    [
        ({"nom_naissance": "Lefebvre"}, True),
        ({"prenoms": "Zoé"}, True),
        ({"date_naissance": date(1990, 3, 1)}, True),
        ({"naissance": Naissance("FR", "69383", "Lyon")}, True),
        ({"civilite": "M", "nom_usage": "Martin"}, False),
    ],
)
def test_can_02_protege_ce_qu_un_diplome_dit_de_la_personne(change: dict[str, object], protege: bool) -> None:
    assert (replace(ZOE, **change).etat_civil != ZOE.etat_civil) is protege  # type: ignore[arg-type]


def test_les_homonymes_de_communes_sont_separes_par_leur_code() -> None:
    reunion, seine = (replace(ZOE, naissance=Naissance("FR", c, "Saint-Denis")) for c in ("97411", "93066"))
    assert reunion.cle_exacte != seine.cle_exacte
    assert (reunion.naissance.departement, seine.naissance.departement) == ("974", "93")


def test_deux_naissances_a_l_etranger_se_comparent_par_pays_et_localite() -> None:
    villes = [replace(ZOE, naissance=Naissance("PT", None, v)).cle_exacte for v in ("Évora", "EVORA", "Porto")]
    assert villes[0] == villes[1] != villes[2]


AVIGNON, MONTFAVET = Naissance("FR", "84007", "Avignon"), Naissance("FR", "84080", "Montfavet")


@pytest.mark.parametrize(
    ("un", "autre", "peut_etre"),
    [
        (MONTFAVET, AVIGNON, True),
        (MONTFAVET, Naissance("FR", "84031", "Carpentras"), False),
        (Naissance("FR", None, "Avignon"), AVIGNON, False),
        (Naissance("FR", None, "Avignon"), Naissance("FR", None, "Orange"), False),
        (Naissance("MA"), Naissance("MA", None, "Rabat"), True),
        (Naissance("MA", None, "Fès"), Naissance("MA", None, "Rabat"), False),
        (Naissance("MA"), Naissance("TN", None, "Tunis"), False),
        (Naissance("MA"), AVIGNON, False),
    ],
)
def test_un_lieu_dit_autrement_peut_etre_le_meme(un: Naissance, autre: Naissance, peut_etre: bool) -> None:
    """A commune of long ago, known by its label alone, is not told to be one that has a code."""
    codes = {"84080": "84007", "84007": "", "84031": ""}
    assert un.peut_etre(autre, codes) is autre.peut_etre(un, codes) is peut_etre


def test_le_nom_d_usage_et_le_premier_prenom_rapprochent() -> None:
    mariee = replace(ZOE, nom_usage="Martin", prenoms="Zoé")
    assert mariee.cles_proches & ZOE.cles_proches
    assert mariee.cles_proches & replace(ZOE, nom_naissance="MARTIN").cles_proches
    assert not ZOE.cles_proches & replace(ZOE, prenoms="Anne-Marie").cles_proches
    assert mariee.nom_complet == "Zoé Martin"


def test_des_prenoms_saisis_sans_virgules_rapprochent_aussi() -> None:
    assert replace(ZOE, prenoms="Zoé Anne").cles_proches & ZOE.cles_proches
    assert replace(ZOE, prenoms="Zoé Anne").cles_proches & replace(ZOE, prenoms="Zoé Marie").cles_proches
    assert not replace(ZOE, prenoms="Zoé-Anne").cles_proches & ZOE.cles_proches, "a hyphen makes one name"
    assert not replace(ZOE, prenoms="Anne Zoé").cles_proches & ZOE.cles_proches


@pytest.mark.parametrize(
    ("un", "autre"),
    [("Ben Ali", "Benali"), ("N'Guyen", "NGUYEN"), ("De La Tour", "Delatour"), ("Wałęsa", "Walesa"), ("Đặng", "Dang")],
)
def test_un_nom_en_un_mot_ou_en_plusieurs_rapproche(un: str, autre: str) -> None:
    assert replace(ZOE, nom_naissance=un).cles_proches & replace(ZOE, nom_naissance=autre).cles_proches
    assert replace(ZOE, prenoms=un).cles_proches & replace(ZOE, prenoms=autre).cles_proches


@pytest.mark.parametrize(
    ("un", "autre"), [(date(1990, 5, 12), date(1990, 12, 5)), (date(1990, 12, 5), date(1990, 5, 12))]
)
def test_le_jour_et_le_mois_s_inversent_jusqu_a_douze(un: date, autre: date) -> None:
    assert replace(ZOE, date_naissance=un).cles_cherchees & replace(ZOE, date_naissance=autre).cles_proches


@pytest.mark.parametrize(
    "autre",
    [
        {"nom_naissance": "Martin", "nom_usage": "LEFEVRE"},
        {"prenoms": "zoe Anne", "date_naissance": date(1990, 12, 5)},
        {"nom_usage": "Martin", "prenoms": "Zoé"},
    ],
)
def test_qui_peut_etre_la_meme_personne_prend_son_tour_avec_elle(autre: dict[str, Any]) -> None:
    """Whatever the key that they share; it is one name a person, however many keys she has."""
    elle = replace(ZOE, date_naissance=date(1990, 5, 12))
    lui = replace(elle, **autre)
    assert elle.cles_cherchees & lui.cles_cherchees
    assert elle.tour == lui.tour
    assert elle.tour not in (replace(elle, prenoms="Yves").tour, ZOE.tour)


def test_l_identite_exacte_s_ecrit_sans_les_lettres_d_ailleurs() -> None:
    assert replace(ZOE, nom_naissance="Wałęsa").cle_exacte == replace(ZOE, nom_naissance="WALESA").cle_exacte
