"""Fields that several forms share: what each takes, to the last character."""

import time
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError, fields

from commun.domain.errors import Invalide
from commun.schemas.champs import (
    CODE,
    INSEE,
    POSTAL,
    ROME,
    Adresse,
    Code,
    Courriel,
    Forme,
    Identifiant,
    Nom,
    NomPropre,
    SansEspaces,
    Siret,
    Telephone,
    _departement_saisi,
    au_departement,
    code,
    departement,
    fin_avant_debut,
    region,
)
from commun.schemas.forms import OBLIGATOIRE, Formulaire, charger
from commun.schemas.telephones import PAS_UN_NUMERO
from services.candidats.schemas import Prenoms


class Fiche(Formulaire):
    """Where somebody lives, and how to call him there."""

    adresse = fields.Raw(allow_none=True)
    telephone = Telephone()


A_NOUMEA = {"code_postal": "98800", "code_insee": "98818"}
A_SAINT_DENIS = {"code_postal": "97400"}


def test_un_identifiant_se_lit_comme_nous_l_ecrivons() -> None:
    """A site was « not of your établissement » for a client whose database hands its ids back in capitals."""
    ecrit = "01a22944-b37d-750e-81da-6ca1df55fc02"
    for lu in (ecrit, ecrit.upper(), f"{{{ecrit}}}", ecrit.replace("-", "")):
        assert Identifiant().deserialize(lu) == ecrit
    assert Identifiant().deserialize("de-personne") == "de-personne"
    for fautif in ("", "x" * 65, 12):
        with pytest.raises(ValidationError):
            Identifiant().deserialize(fautif)


@pytest.mark.parametrize(("forme", "juste"), [(CODE, "TP-00520"), (ROME, "D1212"), (INSEE, "2A004"), (POSTAL, "75011")])
def test_un_code_est_exact(forme: Forme, juste: str) -> None:
    """Seen taken with a final newline, which made another titre of it, and with the digits of any script."""
    assert forme(juste) == juste
    for fautif in (f"{juste}\n", f"\n{juste}", f" {juste}", juste.replace("0", "٠").replace("1", "١"), ""):
        with pytest.raises(ValidationError):
            forme(fautif)


@pytest.mark.parametrize(
    ("saisi", "garde"),
    [
        ("75 012", "75012"),
        (" 75012\u202f", "75012"),
        ("\u202a75012\u202c\u200b", "75012"),  # copied from a page or a list of contacts, and seen refused
        ("2a004", "2A004"),
        ("7501", None),
        ("\u200b", None),
        ("", None),
    ],
)
def test_un_code_se_lit_comme_on_l_ecrit_ou_le_copie(saisi: str, garde: str | None) -> None:
    """« Un code postal compte cinq chiffres », said of « 75 012 », was no help."""
    with nullcontext() if garde else pytest.raises(ValidationError):
        assert SansEspaces(validate=INSEE).deserialize(saisi) == garde
    assert Adresse().fields["code_postal"].deserialize(" 97 400 ") == "97400"


@pytest.mark.parametrize(
    ("saisi", "garde"),
    [
        ("rncp37098", "RNCP37098"),
        (" Rncp 37098 ", "RNCP37098"),
        ("rncp37098bc01", "RNCP37098BC01"),
        ("TP-00520\u200b", "TP-00520"),
        ("TP-01280m04", "TP-01280m04"),
        ("rncp-37098", "rncp-37098"),
        ("TP  1", "TP 1"),
    ],
)
def test_un_code_du_rncp_se_lit_comme_il_y_est_ecrit_les_autres_tels_quels(saisi: str, garde: str) -> None:
    """Of `titre=rncp37098` lists answered that they were empty."""
    assert Code().deserialize(saisi) == garde


@pytest.mark.parametrize("vide", ["", " ", "\u200b"])
def test_un_code_vide_est_celui_qui_manque(vide: str) -> None:
    with pytest.raises(ValidationError, match=OBLIGATOIRE):
        code().deserialize(vide)


@pytest.mark.parametrize(
    ("saisi", "du_departement", "de_la_region"),
    [
        ("2a", "2A", None),
        ("02b", "2B", None),
        (" 1 ", "01", "01"),
        ("001", "01", "01"),
        ("075", "75", "75"),
        ("11", "11", "11"),
        ("974", "974", None),
        ("0971", "971", None),
        ("975", "975", "975"),
        ("0", None, None),
        ("20", None, None),
        ("99", None, None),
        ("Paris", None, None),
    ],
)
def test_un_territoire_se_lit_comme_on_l_ecrit(
    saisi: str, du_departement: str | None, de_la_region: str | None
) -> None:
    """Of `departement=2a`, as of one that is none, lists answered that they were empty."""
    for champ, lu in ((departement(), du_departement), (region(), de_la_region)):
        with nullcontext() if lu else pytest.raises(ValidationError, match=r"n'existe pas : indiquez son code"):
            assert champ.deserialize(saisi) == lu


@pytest.mark.parametrize(
    ("saisi", "adresse", "garde"),
    [
        ("0262 20 00 00", {"code_postal": "97 400"}, "+262262200000"),
        ("0262 20 00 00", A_SAINT_DENIS, "+262262200000"),
        ("0262 20 00 00", None, "+262262200000"),
        ("01 99 00 03 00", A_SAINT_DENIS, "+33199000300"),
        ("25 70 00", A_NOUMEA, "+687257000"),
        ("+33 2 62 20 00 00", A_SAINT_DENIS, "+33262200000"),  # as it was read, so that it can be sent back
        ("01 99 00 03 00", {"code_postal": 3, "code_insee": "x"}, "+33199000300"),
        ("01 99 00 03 00", "Paris", "+33199000300"),
        ("07 00 00 00 00", None, "+33700000000"),  # in use or not, only its operator knows
    ],
)
def test_un_telephone_est_celui_de_l_adresse(saisi: str, adresse: Any, garde: str) -> None:
    """Seen kept as a number of mainland France, where nobody answers."""
    assert charger(Fiche, {"telephone": saisi, "adresse": adresse})["telephone"] == garde


@pytest.mark.parametrize("saisi", ["12", "bonjour", "25 70 00", "+", "+12"])
def test_ce_qui_n_est_pas_un_telephone(saisi: str) -> None:
    with pytest.raises(Invalide) as refus:
        charger(Fiche, {"telephone": saisi})
    assert refus.value.erreurs == {"telephone": [PAS_UN_NUMERO]}


@pytest.mark.parametrize("champ", [Nom(), NomPropre(), Prenoms(), Courriel()])
def test_un_texte_sans_fin_se_refuse_sans_etre_compose(champ: fields.String) -> None:
    """Composing a megabyte of accents held a service for ten minutes."""
    debut = time.process_time()
    with pytest.raises(ValidationError):
        champ.deserialize("a" + "\u0301\u0327" * 100_000 + "@exemple.fr")
    assert time.process_time() - debut < 1


@pytest.mark.parametrize(
    ("saisi", "gardee"),
    [
        (" Jean.Petit@Exemple.fr ", "Jean.Petit@exemple.fr"),
        ("\ufeffjean@\u200bexemple.fr\u202c", "jean@exemple.fr"),  # seen: « Indiquez une adresse électronique valide. »
        ("jean@exemplé.fr", "jean@xn--exempl-gva.fr"),
        ("josé@exemple.fr", None),  # no server of ours would take it: the letter would never leave
        ('"\x01"@exemple.fr', None),
        ("jean@exemple.fr\nbcc: tous@exemple.fr", None),
        (f"{'a' * 250}@exemple.fr", None),
        ("jean", None),
        ("", None),
    ],
)
def test_une_adresse_electronique_recoit_des_lettres(saisi: str, gardee: str | None) -> None:
    if gardee:
        assert Courriel().deserialize(saisi) == gardee
    else:
        with pytest.raises(ValidationError):
            Courriel().deserialize(saisi)


@pytest.mark.parametrize("champ", [Nom(), NomPropre()])
@pytest.mark.parametrize("saisi", ["Zo\u202eé", "Zo\u200bé", "Zo\x01é", "  ", "x" * 101])
def test_un_nom_ne_contient_rien_qui_ne_se_voie_pas(champ: fields.String, saisi: str) -> None:
    with pytest.raises(ValidationError):
        champ.deserialize(saisi)


@pytest.mark.parametrize("saisi", ["-", "…", "' - '", "?"])
def test_un_nom_ne_compte_pas_que_de_la_ponctuation(saisi: str) -> None:
    """What is typed to pass a field by: a juré named « - » was called by a letter, and found by nobody."""
    with pytest.raises(ValidationError, match="au moins une lettre ou un chiffre"):
        Nom().deserialize(saisi)
    assert Nom().deserialize("42") == "42"  # a school is named so


def test_les_lettres_d_un_autre_alphabet_ne_passent_pas_pour_les_notres() -> None:
    """« Un nom compte des lettres », said the refusal of a name that shows nothing else."""
    with pytest.raises(ValidationError, match="lettres latines : « \u043e » est d'un autre alphabet"):
        NomPropre().deserialize("Z\u043eé-Z\u043eé")


@pytest.mark.parametrize("saisi", ["Dupont²", "Dupont½", "Louis Ⅻ", "①Dupont", "Dupont2", "-Dupont"])
def test_un_nom_de_l_etat_civil_ne_compte_ni_chiffre_ni_ce_qui_en_est_un(saisi: str) -> None:
    """« ² » is the key beside « 1 »: it went as far as the certificate."""
    with pytest.raises(ValidationError, match="Un nom compte des lettres"):
        NomPropre().deserialize(saisi)


def test_un_nom_se_garde_comme_un_clavier_l_ecrit() -> None:
    assert Nom().deserialize(" O´Brien\u2011Le\u0301a  Roy ") == "O'Brien-Léa Roy"


def test_le_departement_de_l_un_n_est_pas_celui_du_suivant() -> None:
    with au_departement("974"):
        assert charger(Fiche, {"telephone": "0262 20 00 00"})["telephone"] == "+262262200000"
        assert _departement_saisi({}) == _departement_saisi({"adresse": {}}) == "974"
    assert _departement_saisi({}) == ""


@pytest.mark.parametrize(
    ("saisi", "passe"), [("732 829 320 00074", True), ("732.829.320.00074", True), ("73282932000075", False)]
)
def test_un_siret_a_sa_cle(saisi: str, passe: bool) -> None:
    """Seen kept with its dots: the same centre could be created twice."""
    if passe:
        assert Siret().deserialize(saisi) == "73282932000074"
    else:
        with pytest.raises(ValidationError):
            Siret().deserialize(saisi)


def test_la_fin_ne_precede_pas_le_debut() -> None:
    debut, veille = date(2026, 6, 15), date(2026, 6, 14)
    assert fin_avant_debut({"date_debut": debut, "date_fin": debut}) == {}
    faute = {"date_fin": ["La date de fin précède la date de début."]}
    assert fin_avant_debut({"date_debut": debut, "date_fin": veille}) == faute
    assert fin_avant_debut({"date_fin": veille}) == fin_avant_debut({"date_debut": debut, "date_fin": None}) == {}
