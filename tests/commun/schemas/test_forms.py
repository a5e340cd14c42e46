"""Forms: every fault named, in French; nothing that the database or a calendar cannot bear gets through."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields, validate

from commun.domain.errors import Invalide
from commun.schemas.champs import Courriel
from commun.schemas.forms import AvecConfirmation, AvecMotif, Formulaire, Page, charger, texte

DEMESURE = "Ce qui est envoyé contient bien trop d'informations qui ne sont pas attendues ici."
ILLISIBLE = ["Ce texte contient des caractères illisibles."]


class Adresse(Formulaire):
    """A part of a form."""

    voie = texte(50, required=True)


class Reglage(Formulaire):
    """A form whose fields may be left out."""

    choix = fields.List(fields.String(), load_default=list)
    actif = fields.Boolean(load_default=False)
    adresse = fields.Nested(Adresse, load_default=None)


class Fiche(Formulaire):
    """A form with a field of each kind."""

    nom = texte(10, required=True)
    surnom = texte(10)
    age = fields.Integer()
    taux = fields.Float()
    naissance = fields.Date()
    actif = fields.Boolean()
    etiquettes = fields.List(fields.String())
    adresse = fields.Nested(Adresse)
    libre = fields.Dict()
    genre = fields.String(validate=validate.OneOf(["A", "B"]))
    note = fields.Integer(validate=validate.Range(0, 20))
    heure = fields.Time(format="%H:%M")


def fautes(corps: Any) -> dict[str, Any]:
    """Returns the errors of a form that must be refused."""
    with pytest.raises(Invalide) as refus:
        charger(Fiche, corps)
    assert refus.value.statut == 422
    return refus.value.erreurs or {}


def test_une_forme_juste() -> None:
    corps = {"nom": "  Zoé ", "surnom": "  ", "age": 3, "naissance": "2024-02-29", "adresse": {"voie": "1 rue"}}
    assert charger(Fiche, corps) == {
        "nom": "Zoé",
        "surnom": None,
        "age": 3,
        "naissance": date(2024, 2, 29),
        "adresse": {"voie": "1 rue"},
    }


@pytest.mark.parametrize("signe", ["\u200b", "\u00ad", "\u202e", "\u2066", "\ufeff"])
def test_ce_qui_ne_se_voit_pas_ne_se_garde_pas(signe: str) -> None:
    """Seen kept: a name copied from a page, with a sign that nobody sees, was not that of the juré who had trained the
    candidate (JRY-03), and one that turns writing round had letters and PVs say what nobody had read."""
    assert charger(Fiche, {"nom": f"{signe}Zo{signe}é", "surnom": "a\r\nb"}) == {"nom": "Zoé", "surnom": "a\nb"}
    assert charger(Page, {"q": f" Zo{signe}é"})["q"] == "Zoé"


def test_un_motif_facultatif_se_lit_comme_les_autres() -> None:
    """Seen kept as it was sent, and printed so by `ceres personne exporter --lisible`: a terminal obeyed it."""
    with pytest.raises(Invalide) as refus:
        charger(AvecConfirmation, {"motif": "\x1b]0;un titre\x07"})
    assert list(refus.value.erreurs or {}) == ["motif"]
    assert charger(AvecConfirmation, {"motif": "  Congés\r\n"})["motif"] == "Congés"
    assert charger(AvecConfirmation, {"motif": " "})["motif"] is None


@pytest.mark.parametrize("corps", [None, [], "texte", 3, True, [{"nom": "Zoé"}]])
def test_ce_qui_n_est_pas_un_objet(corps: Any) -> None:
    assert fautes(corps) == {"_schema": ["Un objet JSON lisible est attendu ici."]}


@pytest.mark.parametrize(
    ("champs", "fautif", "message"),
    [
        ({"nom": None}, "nom", "Cette information est obligatoire."),
        ({"nom": 3}, "nom", "Indiquez un texte."),
        ({"nom": ["Zoé"]}, "nom", "Indiquez un texte."),
        ({"nom": ["Zoé", "Léa"]}, "nom", "Indiquez une seule valeur."),
        ({"nom": "x" * 11}, "nom", "Indiquez de 1 à 10 caractères."),
        *(
            ({"nom": f"a{lettre}b"}, "nom", "Ce texte contient des caractères invisibles : saisissez-le de nouveau.")
            for lettre in ("\x07", "\x1b", "\r", "\x7f", "\x9b")
        ),
        ({"inconnu": 1}, "inconnu", "Cette information n'est pas attendue ici."),
        ({"age": "trois"}, "age", "Indiquez un nombre entier."),
        ({"age": True}, "age", "Indiquez un nombre entier."),
        ({"age": "9" * 5000}, "age", "Indiquez un nombre entier."),
        ({"age": 2**31}, "age", "Ce nombre est trop grand."),
        ({"age": -(2**31)}, "age", "Ce nombre est trop grand."),
        ({"age": 2**64}, "age", "Ce nombre est trop grand."),
        ({"age": 1e30}, "age", "Ce nombre est trop grand."),
        ({"taux": 1e300}, "taux", "Ce nombre est trop grand."),
        ({"taux": "nan"}, "taux", "Indiquez un nombre."),
        ({"taux": "x"}, "taux", "Indiquez un nombre."),
        ({"libre": {"a": [{"b": 2**40}]}}, "libre", "Ce nombre est trop grand."),
        ({"naissance": "2026-02-29"}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": "29/02/2024"}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": "20240229"}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": "2024-W09-4"}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": "٢٠٢٤-02-29"}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": "2024-02-29\n"}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": 20240229}, "naissance", "Indiquez une date qui existe, au format AAAA-MM-JJ."),
        ({"naissance": "9999-12-31"}, "naissance", "Indiquez une date entre 1900 et 2199."),
        ({"naissance": "0001-01-01"}, "naissance", "Indiquez une date entre 1900 et 2199."),
        ({"actif": "peut-être"}, "actif", "Indiquez oui (true) ou non (false)."),
        ({"etiquettes": "une"}, "etiquettes", "Indiquez une liste."),
        ({"libre": "1 rue"}, "libre", "Indiquez un objet."),
        ({"heure": "25:00"}, "heure", "Indiquez une heure au format HH:MM."),
        ({"genre": "C"}, "genre", "Valeurs possibles : A, B."),
        ({"note": 21}, "note", "Indiquez de 0 à 20."),
    ],
)
def test_chaque_faute_se_dit_en_francais(champs: dict[str, Any], fautif: str, message: str) -> None:
    assert fautes({"nom": "Zoé"} | champs) == {fautif: [message]}


@pytest.mark.parametrize("mauvais", ["a\x00b", "\x00", "\ud800", "x\udfffy", "\ue000x|\ue001Zoé", "\ue001"])
def test_un_caractere_illisible_ou_qu_il_soit(mauvais: str) -> None:
    juste = {"nom": "Zoé"}
    assert fautes(juste | {"nom": mauvais}) == {"nom": ILLISIBLE}
    assert fautes(juste | {"etiquettes": ["bon", mauvais]}) == {"etiquettes": ILLISIBLE}
    assert fautes(juste | {"adresse": {"voie": mauvais}}) == {"adresse": ILLISIBLE}
    assert fautes(juste | {"libre": {"a": [{mauvais: 1}]}}) == {"libre": ILLISIBLE}
    assert fautes(juste | {mauvais: 1}) == {"_schema": ILLISIBLE}
    with pytest.raises(Invalide):
        charger(Page, {"q": mauvais})


def test_une_recherche_collee_perd_les_espaces_qui_l_entourent() -> None:
    assert charger(Page, {"q": " jean@exemple.fr\t"})["q"] == "jean@exemple.fr"


def test_une_lettre_perdue_se_dit_ou_elle_est() -> None:
    """Long observations copied from a document are not to be read again whole for it."""
    faute = "Ce texte contient des caractères illisibles : « {} »."
    assert fautes({"nom": "Am\ufffdlie"}) == {"nom": [faute.format("Am\ufffdlie")]}
    long = f"{'Rien à signaler. ' * 9}Les élèves de l\ufffdatelier sont tous venus."
    assert fautes({"nom": long}) == {"nom": [faute.format("Les élèves de l\ufffdatelier sont to")]}


def test_une_partie_dit_ses_fautes_a_sa_place() -> None:
    assert fautes({"nom": "Zoé", "adresse": {}}) == {"adresse": {"voie": ["Cette information est obligatoire."]}}
    assert fautes({"nom": "Zoé", "adresse": "1 rue"}) == {
        "adresse": {"_schema": ["Un objet JSON lisible est attendu ici."]}
    }


def test_toutes_les_fautes_a_la_fois() -> None:
    assert set(fautes({"age": "x", "inconnu": 1, "naissance": "x"})) == {"nom", "age", "inconnu", "naissance"}


def test_ce_qui_est_illisible_ou_absurde_se_dit_avec_le_reste() -> None:
    """Seen said one after the other: what cannot be read, then what is at fault, then what no calendar holds."""
    assert fautes({"surnom": "\x00", "naissance": "0001-01-01", "age": "x"}) == {
        "nom": ["Cette information est obligatoire."],
        "surnom": ILLISIBLE,
        "naissance": ["Indiquez une date entre 1900 et 2199."],
        "age": ["Indiquez un nombre entier."],
    }


def test_ce_que_l_acte_seul_voit_se_dit_avec_le_reste() -> None:
    """It is given what is sound and what is kept; what it says of a field already at fault is left out."""
    recus: list[dict[str, Any]] = []

    def aussi(sains: dict[str, Any]) -> dict[str, Any]:
        recus.append(sains)
        return {"note": ["Trop."], "age": ["Tu."]}

    corps = {"age": "x", "note": 20, "adresse": {"voie": "1 rue", "x": 1}}
    with pytest.raises(Invalide) as refus:
        charger(Fiche, corps, partiel=True, deja={"age": 3, "nom": "Zoé"}, aussi=aussi)
    assert recus == [{"nom": "Zoé", "note": 20, "adresse": {"voie": "1 rue"}}]
    assert refus.value.erreurs == {
        "note": ["Trop."],
        "age": ["Indiquez un nombre entier."],
        "adresse": {"x": ["Cette information n'est pas attendue ici."]},
    }
    assert charger(Fiche, {"note": 3}, partiel=True, deja={"nom": "Zoé"}, aussi=lambda sains: {}) == {"note": 3}


def test_ce_qui_est_illisible_se_dit_meme_ou_tout_se_lit() -> None:
    """Seen let through, where a field takes whatever comes."""

    class Brute(Formulaire):
        valeur = fields.Raw()

    with pytest.raises(Invalide) as refus:
        charger(Brute, {"valeur": "a\x00"})
    assert refus.value.erreurs == {"valeur": ILLISIBLE}


def test_une_profondeur_sans_fond_ne_fait_pas_tomber() -> None:
    profond: Any = "bon"
    for _ in range(5000):
        profond = [profond]
    assert charger(Fiche, {"nom": "Zoé", "libre": {"a": profond}})["libre"] == {"a": profond}


class Liste(Formulaire):
    """A form that holds others, and of each a text that says when it is looked at."""

    regardes: list[str] = []  # noqa: RUF012 -- what the fields of the class tell

    elements = fields.List(
        fields.Nested(Formulaire.from_dict({"nom": fields.String(validate=regardes.append)})),
        validate=validate.Length(max=2, error="{max} éléments au plus."),
    )
    heures = fields.Dict(values=fields.String(validate=regardes.append), validate=validate.Length(max=2))


@pytest.mark.parametrize(
    ("corps", "erreurs"),
    [
        ({"elements": [{"nom": "a"}] * 3}, {"elements": ["2 éléments au plus."]}),
        ({"heures": dict.fromkeys("abc", "8")}, {"heures": ["Indiquez au plus 2 caractères ou éléments."]}),
        ({"elements": [{"nom": "a"}, dict.fromkeys(map(str, range(200)))]}, {"elements": {1: {"_schema": [DEMESURE]}}}),
        (dict.fromkeys(map(str, range(200)), 1) | {"elements": [{"nom": "a"}]}, {"_schema": [DEMESURE]}),
    ],
)
def test_ce_qui_est_trop_plein_n_est_pas_regarde(corps: dict[str, Any], erreurs: dict[str, Any]) -> None:
    Liste.regardes.clear()
    with pytest.raises(Invalide) as refus:
        charger(Liste, corps)
    assert (refus.value.erreurs, Liste.regardes) == (erreurs, [])
    charger(Liste, {"elements": [{"nom": "a"}] * 2, "heures": {"b": "8"}})
    assert Liste.regardes == ["a", "a", "8"]


def test_une_modification_n_exige_que_ce_qu_elle_donne() -> None:
    assert charger(Fiche, {"age": 4}, partiel=True) == {"age": 4}
    with pytest.raises(Invalide) as refus:  # what is given is given whole
        charger(Fiche, {"adresse": {}}, partiel=True)
    assert "voie" in refus.value.erreurs["adresse"]


def test_confirmer_et_motif() -> None:
    assert charger(AvecConfirmation, {}) == {"confirmer": [], "motif": None}
    with pytest.raises(Invalide):
        charger(AvecConfirmation, {"confirmer": ["X"] * 51})
    for corps in ({"confirmer": ["X" * 21]}, {"motif": "x" * 1001}):
        with pytest.raises(Invalide):
            charger(AvecConfirmation, corps)


@pytest.mark.parametrize(
    "filtres",
    [{"page": "0"}, {"par_page": "201"}, {"page": "x"}, {"page": "9" * 30}, {"page": "1000001"}, {"q": "x" * 201}],
)
def test_une_page_a_ses_bornes(filtres: dict[str, str]) -> None:
    with pytest.raises(Invalide) as refus:
        charger(Page, filtres)
    assert list(refus.value.erreurs or {}) == list(filtres)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda plus: st.lists(plus, max_size=3) | st.dictionaries(st.text(), plus, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*Fiche().fields, "autre"]), json))
def test_quoi_qu_on_envoie_la_reponse_est_une_forme_ou_des_fautes(corps: dict[str, Any]) -> None:
    try:
        charger(Fiche, corps)
    except Invalide as refus:
        assert refus.erreurs


def test_ce_qui_peut_manquer_peut_etre_nul() -> None:
    absents = {"choix": [], "actif": False, "adresse": None}
    assert charger(Reglage, {"choix": None, "actif": None, "adresse": None}) == charger(Reglage, {}) == absents
    with pytest.raises(Invalide) as refus:
        charger(Reglage, {"choix": None}, partiel=True)
    assert refus.value.erreurs == {"choix": ["Indiquez une liste."]}
    assert charger(AvecConfirmation, {"confirmer": None}, partiel=True) == {"confirmer": []}


class Facultatif(Formulaire):
    """A form of what may be left out, each written its own way, and of what may not."""

    courriel = Courriel(load_default=None, allow_none=True)
    reference = fields.UUID(load_default=None)
    le = fields.Date(load_default=None)
    heure = fields.Time(format="%H:%M", load_default=None)
    choix = fields.String(load_default="A", validate=validate.OneOf(["A", "B"]))
    age = fields.Integer(load_default=None)
    dit = Courriel()


def test_un_texte_qui_peut_manquer_peut_etre_vide() -> None:
    """Seen: a juré's phone could be empty, a candidate's not, nor anybody's e-mail address."""
    vides = {"courriel": "", "reference": "", "le": " ", "heure": "", "choix": ""}
    assert charger(Facultatif, vides) == charger(Facultatif, {})
    assert charger(Facultatif, {"courriel": ""}, partiel=True) == {"courriel": None}
    for corps, partiel in (({"age": ""}, False), ({"dit": ""}, False), ({"dit": ""}, True), ({"choix": ""}, True)):
        with pytest.raises(Invalide) as refus:
            charger(Facultatif, corps, partiel=partiel)
        assert list(refus.value.erreurs) == list(corps)


def test_un_acte_qui_s_explique() -> None:
    """From one to a thousand characters that say something."""
    assert charger(AvecMotif, {"motif": " erreur "})["motif"] == "erreur"
    assert len(charger(AvecMotif, {"motif": "x" * 1000})["motif"]) == 1000
    manque, trop = ["Indiquez le motif."], ["1 000 caractères au plus."]
    for corps, dit in (
        ({}, manque),
        ({"motif": None}, manque),
        ({"motif": " \n"}, manque),
        ({"motif": "x" * 1001}, trop),
    ):
        with pytest.raises(Invalide) as refus:
            charger(AvecMotif, corps)
        assert refus.value.erreurs == {"motif": dit}
