"""From the fields of a form to a body, and back."""

import time

import pytest
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from gateway.web.etat import Etat, ce_qui_differe, empreintes, rendre_les_lignes, suivre
from gateway.web.lecture import aplatir, deplier, lire


class Adresse(Schema):
    voie = fields.String()
    complement = fields.String(allow_none=True)


class Site(Schema):
    libelle = fields.String()
    adresse = fields.Nested(Adresse)


class Forme(Schema):
    nom = fields.String()
    usage = fields.String(allow_none=True)
    niveau = fields.Integer()
    actif = fields.Boolean()
    adresse = fields.Nested(Adresse, allow_none=True)
    sites = fields.List(fields.Nested(Site))
    codes = fields.List(fields.String())
    notes = fields.Dict()


@pytest.mark.parametrize(
    ("saisie", "corps"),
    [
        ([("nom", ""), ("usage", "")], {"usage": None}),  # empty: absent, or emptied where it may be
        ([("nom", "a\r\nb")], {"nom": "a\nb"}),
        ([("nom", "a\vb\fun rendez\x1evous pré\x1fvu")], {"nom": "a\nb\nun rendez-vous prévu"}),  # pasted from Word
        ([("codes", "a\x1eb\vc\x1fd")], {"codes": ["a-b", "cd"]}),
        ([("niveau", "4")], {"niveau": 4}),
        ([("niveau", "9" * 5000)], {"niveau": "9" * 5000}),
        ([("sites-" + "9" * 5000 + ".libelle", "x"), ("sites-x.libelle", "x")], {}),
        ([("niveau", "quatre")], {"niveau": "quatre"}),  # the schema says what is wrong with it
        ([("actif~", "")], {"actif": False}),
        ([("actif~", ""), ("actif", "true")], {"actif": True}),
        ([("adresse.voie", "1 rue"), ("adresse.complement", "")], {"adresse": {"voie": "1 rue", "complement": None}}),
        ([("adresse.voie", ""), ("adresse.complement", "")], {"adresse": None}),
        (
            [
                ("sites-0.libelle", "A"), ("sites-0.adresse.voie", "1 rue"),
                ("sites-3.libelle", "B"), ("sites-9.libelle", ""), ("sites-9.adresse.complement", ""),
            ],
            {"sites": [{"libelle": "A", "adresse": {"voie": "1 rue"}}, {"libelle": "B"}]},
        ),
        ([("sites~", "")], {"sites": []}),
        ([("codes", "x\r\n\r\ny"), ("codes", "z")], {"codes": ["x", "y", "z"]}),
        ([("codes~", "")], {"codes": []}),
        ([("notes[a-b]", "acquis"), ("notes[c]", "")], {"notes": {"a-b": "acquis"}}),
        ([("inconnu", "x")], {}),
    ],
)  # fmt: skip
def test_ce_que_dit_un_formulaire(saisie: list[tuple[str, str]], corps: dict[str, object]) -> None:
    assert lire(Forme, MultiDict(saisie)) == corps


def test_ce_qu_une_modification_vide_n_est_pas_tu() -> None:
    """Left out, it stayed as it was, and the page said that it was saved."""
    saisie = MultiDict([("nom", " "), ("usage", ""), ("niveau", ""), ("adresse.voie", ""), ("adresse.complement", "2")])
    lu = lire(Forme, saisie, partiel=True)
    assert lu == {"nom": None, "usage": None, "niveau": None, "adresse": {"complement": "2"}}  # an address is whole


def test_une_longue_liste_se_lit_d_un_trait() -> None:
    """Seen to hold the gateway for a second for the results of a thousand candidates, for minutes for all it takes."""
    champs = ("libelle", "adresse.voie", "adresse.complement")
    saisie = MultiDict([(f"sites-{rang}.{champ}", "x") for rang in range(10_000) for champ in champs])
    debut = time.process_time()
    assert lire(Forme, saisie)["sites"] == [{"libelle": "x", "adresse": {"voie": "x", "complement": "x"}}] * 10_000
    assert time.process_time() - debut < 4


def test_les_erreurs_vont_a_leurs_champs() -> None:
    erreurs = {
        "nom": ["Trop long."],
        "sites": {"1": {"adresse": {"voie": ["Manque."]}}},
        "notes": {"a": {"value": ["Non."]}},
        "codes": {"0": ["Inconnu."], "2": ["Trop long."], "3": ["Inconnu."]},  # one field, where each is a line
    }
    assert aplatir(erreurs, MultiDict()) == {
        "nom": ["Trop long."],
        "sites-1.adresse.voie": ["Manque."],
        "notes[a]": ["Non."],
        "codes": ["Inconnu.", "Trop long."],
    }


def test_les_erreurs_d_une_liste_sautent_ses_lignes_vides() -> None:
    """A module emptied to be taken out had what was wrong with the next one said beside it."""
    dits = {
        "modules-0.titre": " ",
        "modules-1.titre": "A",
        "modules-1.items-0.texte": "",
        "modules-1.items-2.texte": "x",
    }
    erreurs = {"modules": {"0": {"titre": ["Trop long."], "items": {"0": {"texte": ["Trop court."]}}}}}
    assert aplatir(erreurs, MultiDict(dits)) == {
        "modules-1.titre": ["Trop long."],
        "modules-1.items-2.texte": ["Trop court."],
    }


def test_un_formulaire_rempli_se_relit_tel_quel() -> None:
    objet = {"nom": "N", "usage": None, "niveau": 4, "actif": False, "codes": ["x", "y"], "sites": [{"libelle": "A"}]}
    assert lire(Forme, MultiDict(deplier(objet))) == objet


@pytest.mark.parametrize(
    ("noms", "rangs"),
    [
        ([], 1),
        (["sites-0.libelle"], 1),
        (["sites-0.libelle", "sites-0.voie", "sites-1.libelle", "sites-1.voie"], 2),
        (["sites-0.titre", "sites-1.titre", "sites-2.titre"], 3),
        (["sites-999999999.libelle"], 1),  # a link that says it had the gateway draw a billion lines
        (["sites-" + "9" * 5000 + ".libelle", "sites-x", "sites-.libelle"], 1),
    ],
)
def test_une_liste_n_a_pas_plus_de_lignes_que_de_champs(noms: list[str], rangs: int) -> None:
    assert Etat(MultiDict([(nom, "") for nom in noms])).rangs("sites") == range(rangs)


_FICHE = {
    "prenom": "Zoé",
    "adresse.voie": "1 rue A",
    "adresse.commune": "Paris",
    "r-7.a": "",
    "r-8.a": "",
    "r-8.id": "8",
}


@pytest.mark.parametrize(
    ("ici", "entre_temps", "a_jour", "differe"),
    [
        ({"prenom": "Zoë"}, {"adresse.voie": "2 rue B"}, ["adresse.voie"], []),
        ({"prenom": "Zoë"}, {"prenom": "Zoa"}, [], ["prenom"]),
        (
            {"adresse.voie": "3 rue C"},
            {"adresse.voie": "2 rue B", "adresse.commune": "Lyon"},
            [],
            ["adresse.commune", "adresse.voie"],
        ),
        ({"r-7.a": "acquis"}, {"r-8.a": "acquis"}, ["r-8.a"], []),  # each has noted his own candidates
        ({"prenom": "Zoë"}, {"r-8.a": "acquis", "r-9.a": "acquis"}, [], ["r-8.a"]),  # lines have moved
        ({}, {"prenom": " Zoé\r\n"}, [], []),
    ],
)
def test_ce_qu_on_n_a_pas_touche_suit_ce_qui_est_enregistre(
    ici: dict[str, str], entre_temps: dict[str, str], a_jour: list[str], differe: list[str]
) -> None:
    """Whose colleague saved the other half of a form undid it, without having touched it."""
    garde = MultiDict(_FICHE | entre_temps)
    etat = Etat(MultiDict(_FICHE | ici), lue=empreintes(MultiDict(_FICHE)))
    suivre(garde, etat)
    assert etat.suivis == a_jour
    assert {nom: etat.valeur(nom) for nom in _FICHE} == _FICHE | ici | {nom: entre_temps[nom] for nom in a_jour}
    assert list(ce_qui_differe(garde, etat)) == differe


def test_ce_qu_un_autre_a_ajoute_revient_et_non_ce_qu_on_a_ote_ici() -> None:
    """An hour of one's own, emptied here, came back as soon as a colleague had touched something else."""
    lue = {"heures[a]": "10:30", "blocs-0.code": "A", "blocs-1.code": ""}
    etat = Etat(MultiDict(lue | {"heures[a]": "", "heures[b]": "", "blocs-0.code": ""}), lue=empreintes(MultiDict(lue)))
    garde = MultiDict(lue | {"heures[b]": "11:00", "blocs-1.code": "B"})
    rendre_les_lignes(garde, etat)
    assert etat.valeurs.to_dict() == {"heures[a]": "", "heures[b]": "11:00", "blocs-0.code": "", "blocs-1.code": "B"}
    garde["heures[a]"] = "10:45"  # what is taken out here, and changed there, is compared
    assert ce_qui_differe(garde, etat) == {"heures[a]": ["10:45"]}
