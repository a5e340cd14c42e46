"""CAN-05: files of candidates. The same rules as the form, everything said at once, all or nothing, a dry run."""

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
import xlsxwriter
from openpyxl import Workbook, load_workbook

from commun.domain.errors import ConfirmationRequise, Indisponible, Invalide
from commun.fils import Places
from commun.storage.db import moteur
from gateway.fichiers import Entete
from gateway.fichiers.__main__ import FORMATS
from services.candidats.commands import importer as importer_
from services.candidats.commands.export import page_export
from services.candidats.commands.fusion import fusionner
from services.candidats.commands.importer import FichierRefuse, importer
from services.candidats.domain.rules import LIMITE
from services.candidats.fichiers.bilan import copie_annotee
from services.candidats.fichiers.lecture import LIGNES_MAX
from services.candidats.queries import candidats, imports
from tests.candidats.banc import AUTRE_CENTRE, CENTRE, PERSONNE, UD_75, Banc
from tests.candidats.fichiers import ENTETES, LEO, ZOE, corps
from tests.outils.tableaux import en_csv, en_ods, en_xlsx

HORS_LIMITE = (
    "Une identité proche existe hors de votre périmètre, et 20 au plus se vérifient par heure : retirez cette ligne "
    "pour importer les autres et, une heure après, importez-la dans un autre fichier."
)


def copie(banc: Banc, import_id: str) -> list[tuple[Any, ...]]:
    """The annotated copy, as its reader opens it."""
    page = load_workbook(io.BytesIO(_copie(banc, import_id))).active
    assert page is not None
    return list(page.iter_rows(values_only=True))


def _copie(banc: Banc, import_id: str) -> bytes:
    fichier = imports.livrer(banc.lire(CENTRE, imports.fichier, import_id))
    assert fichier["type"].endswith("spreadsheetml.sheet")
    return base64.b64decode(fichier["contenu"])


def _tres_bas(ecrire: Any) -> bytes:
    """A sheet whose last line is far below the others."""
    return bytes(ecrire([ENTETES, ZOE, *[[]] * 25_000, LEO]))


def _sans_dire_jusqu_ou() -> bytes:
    """An xlsx that says of its sheet that it has one cell, as some programs write."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(en_xlsx([ENTETES, ZOE, LEO]))) as juste, zipfile.ZipFile(sortie, "w") as faux:
        for nom in juste.namelist():
            faux.writestr(nom, juste.read(nom).replace(b'<dimension ref="A1:F3"/>', b'<dimension ref="A1"/>'))
    return sortie.getvalue()


@pytest.mark.parametrize(
    "contenu",
    [
        en_csv([ENTETES, ZOE, LEO]),
        en_csv([ENTETES, ZOE, LEO], ",", "cp1252"),
        en_csv([ENTETES, ZOE, LEO], "\t", "utf-8-sig"),
        en_csv([ENTETES, ZOE, LEO], "\t", "utf-16"),
        en_csv([ENTETES, ZOE, LEO], ";", "mac_roman"),
        en_csv([ENTETES, ZOE, LEO], ";", "cp850"),
        en_csv([ENTETES, ZOE, LEO], "|"),
        b"sep=;\r\n" + en_csv([ENTETES, ZOE, LEO]),
        b'\xef\xbb\xbf"SEP=,"\n' + en_csv([ENTETES, ZOE, LEO], ","),
        en_xlsx([ENTETES, ZOE, LEO]),
        en_ods([ENTETES, ZOE, LEO]),
        _sans_dire_jusqu_ou(),
        _tres_bas(en_xlsx),
        _tres_bas(en_ods),
    ],
    ids=[
        *(
            "csv",
            "csv-cp1252",
            "csv-tab-bom",
            "csv-utf-16",
            "csv-mac",
            "csv-ms-dos",
            "csv-barre",
            "csv-sep",
            "csv-sep-bom",
            "xlsx",
            "ods",
        ),
        *("xlsx-dimension", "xlsx-tres-bas", "ods-tres-bas"),
    ],
)
def test_les_trois_formats_disent_la_meme_chose(banc: Banc, contenu: bytes) -> None:
    bilan = banc.faire(CENTRE, importer, corps(contenu))
    assert (bilan["importes"], bilan["lignes"], bilan["essai"], bilan["inscrits"]) == (2, 2, False, 0)
    crees = {c["nom_naissance"]: c for c in banc.lire(CENTRE, candidats.lister, {})["elements"]}
    leo = crees["D'Estrée"]
    assert (leo["civilite"], leo["prenoms"], leo["date_naissance"].isoformat()) == ("M", "Léo", "1988-02-29")
    assert (leo["naissance"]["commune"], leo["departement"]) == ("Lyon", "01")
    assert crees["Lefèvre"]["prenoms"] == "Zoé, Anne-Marie"
    assert [t["action"] for t in banc.traces(leo["id"])] == ["creer"]


@pytest.mark.parametrize(
    "lieu",
    [
        ("naissance.pays_code", "naissance.code_insee"),
        ("pays_code", "code_insee"),
        ("Pays de naissance", "Code INSEE de naissance"),
        ("pays_naissance", "code_insee_naissance"),
    ],
)
def test_un_intitule_se_dit_de_plusieurs_facons(banc: Banc, lieu: tuple[str, str]) -> None:
    lignes = [["nom_naissance", "prenoms", "date_naissance", *lieu], ["Lefèvre", "Zoé", "1990-02-28", "FR", "75112"]]
    assert banc.faire(CENTRE, importer, corps(en_csv(lignes)))["importes"] == 1


@pytest.mark.parametrize(
    "contenu",
    [
        en_xlsx([["Candidats de la session de mars"], [], ENTETES, ["X", *ZOE[1:]]]),
        en_xlsx([["État civil", "", "", "", "", "Adresse"], [], ENTETES, ["X", *ZOE[1:]]]),
        b"Candidats de la session de mars\n\n" + en_csv([ENTETES, ["X", *ZOE[1:]]], "\t"),
    ],
    ids=["titre", "groupes", "csv"],
)
def test_un_titre_au_dessus_des_intitules_n_est_pas_le_leur(banc: Banc, contenu: bytes) -> None:
    """Seen refused: « La colonne « Candidats de la session de mars » n'est pas attendue. »"""
    refus = banc.refuse(CENTRE, importer, corps(contenu))
    assert refus.en_clair()["erreurs"] == {"4": {"civilite": ["« X » : Indiquez M ou MME."]}}
    annotee = copie(banc, refus.en_clair()["contexte"]["import_id"])
    assert [cellule for cellule in annotee[0] if cellule] in (
        ["Candidats de la session de mars"],
        ["État civil", "Adresse"],
    ), "seen missing"
    assert annotee[2][:6] == tuple(ENTETES)
    assert annotee[3][6] == "Civilité : Indiquez M ou MME. Accepté : M ou MME."


def test_des_intitules_sans_ligne_sous_un_titre(banc: Banc) -> None:
    refus = banc.refuse(CENTRE, importer, corps(en_xlsx([["Candidats"], ENTETES])))
    assert refus.detail == "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."


def test_un_intitule_dit_aussi_comment_le_remplir(banc: Banc) -> None:
    """Seen refused one by one."""
    entetes = [
        "N°",
        "CIVILITÉ (M/Mme)",
        "Nom de famille :",
        "Prénom(s) *",
        "Né(e) le (JJ/MM/AAAA)",
        "Code INSEE de naissance",
    ]
    suite = ["CP", "Adresse e-mail", "Téléphone portable", "Nom d’épouse"]
    lignes = [[*entetes, *suite], ["1", *ZOE, "zoe@exemple.fr", "06 12 34 56 78", "Abadie"]]
    banc.faire(CENTRE, importer, corps(en_csv(lignes)))
    cree = banc.lire(CENTRE, candidats.lister, {})["elements"][0]
    assert (cree["nom_naissance"], cree["nom_usage"], cree["prenoms"]) == ("Lefèvre", "Abadie", "Zoé, Anne-Marie")
    assert (cree["courriel"], cree["telephone"]) == ("zoe@exemple.fr", "+33612345678")
    refus = banc.refuse(CENTRE, importer, corps(en_csv([[*ENTETES[:5], "Nom (marital)"], ZOE])))
    assert refus.detail.startswith("La colonne « Nom (marital) » n'est pas attendue : retirez-la ou renommez-la."), (
        "another name is not that of birth"
    )


def test_un_tableur_mange_les_zeros_et_ecrit_ses_dates(banc: Banc) -> None:
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True})
    page = classeur.add_worksheet()
    page.write_row(0, 0, ENTETES)
    page.write_row(1, 0, ["M", "Zéro", "Ali", None, 1025, 1000])
    page.write_datetime(1, 3, datetime(1990, 3, 1), classeur.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
    classeur.close()
    banc.faire(CENTRE, importer, corps(sortie.getvalue()))
    cree = banc.lire(CENTRE, candidats.lister, {})["elements"][0]
    assert (cree["date_naissance"].isoformat(), cree["naissance"]["code_insee"]) == ("1990-03-01", "01025")
    assert cree["adresse"]["code_postal"] == "01000"


def test_un_nombre_se_lit_tel_qu_il_est_et_non_tel_que_l_ods_le_montre(banc: Banc) -> None:
    """Seen reading « 75 112 », and « 6,12E+08 » where the column was narrow."""
    lignes = [[*ENTETES, "Téléphone"], [*ZOE[:4], 75112, 1000, 612345678.0]]
    banc.faire(CENTRE, importer, corps(en_ods(lignes)))
    cree = banc.lire(CENTRE, candidats.lister, {})["elements"][0]
    assert (cree["naissance"]["code_insee"], cree["adresse"]["code_postal"]) == ("75112", "01000")
    assert cree["telephone"] == "+33612345678"


def test_ce_qu_un_programme_ecrit_en_nombres_a_virgule_se_lit(banc: Banc) -> None:
    """Seen refused: « 75112.0 », as a statistics package saves a column where a cell is empty."""
    lignes = [[*ENTETES, "Téléphone"], [*ZOE[:4], "75112.0", "1000.0", "612345678.0"]]
    banc.faire(CENTRE, importer, corps(en_csv(lignes)))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert (cree["naissance"]["code_insee"], cree["adresse"]["code_postal"]) == ("75112", "01000")
    assert cree["telephone"] == "+33612345678"


def test_ce_que_nul_ne_voit_dans_une_cellule_n_en_est_pas(banc: Banc) -> None:
    """Seen refused, in headings, codes, dates and addresses, for a sign that nobody could find there."""
    lignes = [["\ufeffCivilité", *ENTETES[1:], "Courriel", "Adresse"]]
    lignes += [["Mme\u200b", "Le\u00adfèvre", "Zoé\u200d", "\u200e28/02/1990", "75112\u2060", "75011\ufeff"]]
    lignes[1] += ["\u202azoe@exemple.fr\u202c", "1 rue des Essais\r\nBâtiment B"]
    banc.faire(CENTRE, importer, corps(en_csv(lignes)))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert (cree["civilite"], cree["nom_naissance"], cree["prenoms"]) == ("MME", "Lefèvre", "Zoé")
    assert (cree["courriel"], cree["adresse"]["voie"]) == ("zoe@exemple.fr", "1 rue des Essais\nBâtiment B")


def test_une_fin_de_ligne_s_ecrit_aussi_par_son_numero(banc: Banc) -> None:
    """Seen kept as it is written, and printed on letters."""
    sortie = io.BytesIO()
    contenu = en_xlsx([[*ENTETES, "Adresse"], [*ZOE, "1 rue A|Bâtiment B"]])
    with zipfile.ZipFile(io.BytesIO(contenu)) as lu, zipfile.ZipFile(sortie, "w") as ecrit:
        for nom in lu.namelist():
            ecrit.writestr(nom, lu.read(nom).replace(b"|", b"_x000D_\n"))
    banc.faire(CENTRE, importer, corps(sortie.getvalue()))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert cree["adresse"]["voie"] == "1 rue A\nBâtiment B"


@pytest.mark.parametrize("dite", ["Melle", "F", "Femme"])
def test_une_civilite_se_dit_de_plusieurs_facons(banc: Banc, dite: str) -> None:
    """Seen refused."""
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, [dite, *ZOE[1:]]])))
    assert banc.lire(CENTRE, candidats.lister, {})["elements"][0]["civilite"] == "MME"


def test_un_octet_nul_se_dit_a_sa_ligne(banc: Banc) -> None:
    """Seen taken for what is no csv."""
    attendu = {"2": {"nom_naissance": ["« Le\0fèvre » : Ce texte contient des caractères illisibles."]}}
    for avant in (b"", b"sep=;\r\n"):  # a line that Excel does not show, and does not count
        fichier = avant + en_csv([ENTETES, [ZOE[0], "Le\0fèvre", *ZOE[2:]]])
        assert banc.refuse(CENTRE, importer, corps(fichier)).erreurs == attendu


def test_une_date_refusee_dit_comment_un_fichier_l_ecrit(banc: Banc) -> None:
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, [*ZOE[:3], "31/02/1990", *ZOE[4:]]])))
    (dit,) = refus.erreurs["2"]["date_naissance"]
    assert dit == "« 31/02/1990 » : Indiquez une date qui existe, au format JJ/MM/AAAA ou AAAA-MM-JJ."


@pytest.mark.parametrize(
    ("ecrite", "attendue"),
    [
        ("1/3/1990", "1990-03-01"),
        ("01.03.1990", "1990-03-01"),
        ("01 03 1990", "1990-03-01"),
        ("1990/03/01", "1990-03-01"),
        ("01/03/1990 00:00", "1990-03-01"),
        ("1990-03-01T00:00:00", "1990-03-01"),
        ("jeudi 1er mars 1990", "1990-03-01"),
        ("12 août 1990", "1990-08-12"),
        ("01-févr-90", "1990-02-01"),
        ("01/03/90", "1990-03-01"),  # as LibreOffice shows a date, so as it saves it in a csv
        ("01/03/16", "2016-03-01"),  # ten years old
        ("01/03/27", "1927-03-01"),  # ninety-nine
        ("1990-3-1", "1990-03-01"),
        ("1 / 3 / 1990", "1990-03-01"),
        ("01/mars/1990", "1990-03-01"),
        ("01/03/1990 00h00", "1990-03-01"),
        ("1990-03-01T00:00:00.000Z", "1990-03-01"),  # as a program says a day
    ],
)
def test_une_date_se_lit_comme_les_tableurs_et_les_gens_l_ecrivent(banc: Banc, ecrite: str, attendue: str) -> None:
    """Seen refused, all but the first two."""
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, [*ZOE[:3], ecrite, *ZOE[4:]]])))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert cree["date_naissance"].isoformat() == attendue


@pytest.mark.parametrize("ecrite", ["01/03/17", "01/03/26", "31/02/90", "12 aoutembre 1990", "32933", "1990", "3/90"])
def test_une_date_qui_se_lirait_de_deux_facons_est_refusee(banc: Banc, ecrite: str) -> None:
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, [*ZOE[:3], ecrite, *ZOE[4:]]])))
    assert list(refus.en_clair()["erreurs"]["2"]) == ["date_naissance"]


@pytest.mark.parametrize(("depuis_1904", "numero"), [(False, 32933), (True, 31471)])
def test_le_numero_d_un_jour_est_de_l_origine_de_son_classeur(banc: Banc, depuis_1904: bool, numero: int) -> None:
    """Seen refused: a column of dates that was set to numbers. An old Excel of a Mac counts from 1904."""
    lignes = [ENTETES, [*ZOE[:3], numero, *ZOE[4:]]]
    banc.faire(CENTRE, importer, corps(en_xlsx(lignes, depuis_1904=depuis_1904)))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert cree["date_naissance"].isoformat() == "1990-03-01"


def test_le_numero_d_un_jour_le_reste_dans_la_copie_annotee(banc: Banc) -> None:
    """Seen imported four years too old: the copy counted from 1899 what its workbook had counted from 1904."""
    lignes = [ENTETES, ["X", *ZOE[1:3], 31471.5, *ZOE[4:]]]
    refus = banc.refuse(CENTRE, importer, corps(en_xlsx(lignes, depuis_1904=True)))
    annotee = load_workbook(io.BytesIO(_copie(banc, refus.en_clair()["contexte"]["import_id"])))
    annotee.worksheets[0]["A2"] = "Mme"
    corrigee = io.BytesIO()
    annotee.save(corrigee)
    banc.faire(CENTRE, importer, corps(corrigee.getvalue()))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert cree["date_naissance"].isoformat() == "1990-03-01"


def test_le_numero_d_un_jour_se_lit_dans_un_ods(banc: Banc) -> None:
    banc.faire(CENTRE, importer, corps(en_ods([ENTETES, [*ZOE[:3], 32933, *ZOE[4:]]])))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert cree["date_naissance"].isoformat() == "1990-03-01"


def test_les_espaces_et_les_traits_d_union_que_posent_les_logiciels_se_lisent(banc: Banc) -> None:
    """Seen refused, and shown as they should be."""
    lignes = [
        [*ENTETES, "Téléphone"],
        [
            "Mlle",
            "Saint\u2011Jean d´Y\u00a0",
            "Anne\u2010Marie, Heʻe",
            ZOE[3],
            "75\u00a0112",
            "75 011",
            "06 12 34 56 78",
        ],
    ]
    lignes[1][-1] = lignes[1][-1].replace(" ", "\u202f")
    banc.faire(CENTRE, importer, corps(en_csv(lignes)))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert (cree["civilite"], cree["nom_naissance"], cree["prenoms"]) == (
        "MME",
        "Saint-Jean d'Y",
        "Anne-Marie, He'e",
    )
    assert (cree["naissance"]["code_insee"], cree["adresse"]["code_postal"]) == ("75112", "75011")
    assert cree["telephone"] == "+33612345678"


@pytest.mark.parametrize("valeur", ["#N/A", " #REF! ", "#NOM?", "Err:502"])
def test_une_formule_en_erreur_n_est_pas_une_adresse(banc: Banc, valeur: str) -> None:
    """Seen printed on the letter: « #N/A », where a formula looked for the address in another file."""
    refus = banc.refuse(CENTRE, importer, corps(en_csv([[*ENTETES, "Adresse"], [*ZOE, valeur]])))
    dit = "La formule de cette cellule est en erreur : corrigez-la, ou saisissez la valeur."
    assert refus.en_clair()["erreurs"] == {"2": {"adresse.voie": [f"« {valeur} » : {dit}"]}}


def test_une_formule_jamais_calculee_n_est_pas_une_cellule_vide(banc: Banc) -> None:
    """Seen imported without the address that its reader saw: a program wrote the formula, no spreadsheet its value."""
    classeur = Workbook()
    assert classeur.active is not None
    for ligne in ([*ENTETES, "Adresse"], [*ZOE, '="1 rue "&"Neuve"']):
        classeur.active.append(ligne)
    sortie = io.BytesIO()
    classeur.save(sortie)
    refus = banc.refuse(CENTRE, importer, corps(sortie.getvalue()))
    assert refus.detail.startswith("Des formules de ce classeur n'ont jamais été calculées : ouvrez-le")


def test_des_caracteres_que_le_fichier_a_perdus_sont_refuses(banc: Banc) -> None:
    """Seen imported with them: « 1 rue de la R\ufffdpublique »."""
    fichier = en_csv([[*ENTETES, "Adresse"], [*ZOE, "1 rue de la République"]]).replace("Ré".encode(), b"R\xe9")
    refus = banc.refuse(CENTRE, importer, corps(fichier)).en_clair()
    assert list(refus["erreurs"]["2"]) == ["adresse.voie"]


def test_une_valeur_qui_n_en_finit_pas_est_dite_par_son_debut(banc: Banc) -> None:
    refus = banc.refuse(CENTRE, importer, corps(en_csv([[*ENTETES, "Adresse"], [*ZOE, "x" * 40_000]]))).en_clair()
    (montree,) = refus["erreurs"]["2"]["adresse.voie"]
    assert montree.startswith("« xxx") and "x… » : " in montree and len(montree) < 400


def test_un_telephone_d_outre_mer_est_de_l_adresse_de_sa_ligne(banc: Banc) -> None:
    lignes = [[*ENTETES, "Téléphone"], [*LEO[:5], "98800", "257000"], [*ZOE[:5], "97400", "262200000"]]
    banc.faire(CENTRE, importer, corps(en_csv(lignes)))
    vus = [c["telephone"] for c in banc.lire(CENTRE, candidats.lister, {})["elements"]]
    assert vus == ["+687257000", "+262262200000"]


def test_un_telephone_sans_adresse_est_de_la_ou_est_le_centre(banc: Banc) -> None:
    lignes = [[*ENTETES, "Téléphone"], [*LEO[:5], "", "257000"]]
    banc.faire(replace(CENTRE, departement="988"), importer, corps(en_csv(lignes)))
    assert [c["telephone"] for c in banc.lire(CENTRE, candidats.lister, {})["elements"]] == ["+687257000"]


def test_le_commentaire_d_une_cellule_n_est_pas_sa_valeur(banc: Banc) -> None:
    """Seen read with it, and refused."""
    commentee = en_ods([ENTETES, ZOE], note="Nom vérifié")
    banc.faire(CENTRE, importer, corps(commentee))
    assert [c["nom_naissance"] for c in banc.lire(CENTRE, candidats.lister, {})["elements"]] == ["Lefèvre"]


def test_les_noms_de_l_api_servent_d_intitules(banc: Banc) -> None:
    entetes = ["nom_naissance", "prenoms", "date_naissance", "pays_code", "code_insee", "commune", "adresse_voie"]
    ligne = ["Api", "Lou", "1990-01-01", "FR", "75056", "Paris", "1 rue X"]
    banc.faire(CENTRE, importer, corps(en_csv([entetes, ligne])))
    cree = banc.lire(CENTRE, candidats.lister, {})["elements"][0]
    assert cree["naissance"] == {"pays_code": "FR", "code_insee": "75056", "commune": "Paris"}
    assert cree["adresse"]["voie"] == "1 rue X"


def test_toutes_les_fautes_de_toutes_les_lignes_en_une_fois(banc: Banc) -> None:
    fautives = [
        ["M", "Bon", "Jean", "01/01/1990", "75112", "75011"],
        ["X", "", "Jean2", "31/02/1990", "751", "750"],
        ["M", "Futur", "Léa", "03/03/2026", "99999", "12"],
        ["M", "BON", "jean", "1990-01-01", "75112", ""],
    ]
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, *fautives])))
    assert isinstance(refus, FichierRefuse)
    assert refus.detail == "3 lignes du fichier à corriger : rien n'a été importé."
    assert {n: sorted(champs) for n, champs in (refus.erreurs or {}).items()} == {
        "3": ["adresse.code_postal", "civilite", "date_naissance", "naissance.code_insee", "nom_naissance", "prenoms"],
        "4": ["adresse.code_postal", "date_naissance", "naissance.code_insee"],
        "5": ["nom_naissance"],
    }
    bilan = refus.en_clair()["contexte"]
    assert {"ligne": 3, "colonne": "Date de naissance", "valeur": "31/02/1990", "code": None}.items() <= next(
        r for r in bilan["refus"] if r["ligne"] == 3 and r["colonne"] == "Date de naissance"
    ).items()
    par_code = next(r for r in bilan["refus"] if r["ligne"] == 4 and r["colonne"] == "Code INSEE de naissance")
    assert par_code == {
        "ligne": 4,
        "colonne": "Code INSEE de naissance",
        "valeur": "99999",
        "message": "Aucune commune ne portait le code 99999 à la date de naissance (03/03/2026).",
        "accepte": "code INSEE à cinq caractères, par exemple 75112",
        "code": "CAN-01",
    }
    assert banc.compter("candidats") == 0

    annotee = copie(banc, bilan["import_id"])
    assert annotee[0] == (*ENTETES, "Refus", "À confirmer", "Remarques")
    assert annotee[1][:3] == ("M", "Bon", "Jean")
    assert annotee[1][6] is None
    assert "Prénoms : Un nom compte des lettres" in str(annotee[2][6])
    accepte = "lettres, apostrophes, traits d'union et espaces"
    assert annotee[4][6] == f"Nom de naissance : Cette ligne répète la ligne 2. Accepté : {accepte}."


def test_une_identite_fautive_dit_aussi_ce_que_les_regles_y_trouvent(banc: Banc) -> None:
    fautives = [
        ["M", "Sans", "Date", "", "", "75011"],
        ["M", "N0m", "Futur", "03/03/2026", "99999", "75011"],
        ["M", "Sans", "Date", "", "99999", "75011"],
        ["M", "N0m", "Bon", "01/01/1990", "751", "75011"],
    ]
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, *fautives])))
    assert {n: sorted(champs) for n, champs in (refus.erreurs or {}).items()} == {
        "2": ["date_naissance", "naissance.code_insee"],
        "3": ["date_naissance", "naissance.code_insee", "nom_naissance"],
        "4": ["date_naissance"],  # a code is known, or not, on a day
        "5": ["naissance.code_insee", "nom_naissance"],
    }
    assert refus.erreurs["2"]["naissance.code_insee"] == ["Indiquez le code INSEE de la commune de naissance."]


def test_une_commune_nommee_sans_son_code_le_dit(banc: Banc) -> None:
    """A file of trainees has their birth place in words: forty codes are not looked for one by one."""
    lieux = ("Lyon 3", "Saint-Denis", "Casablanca", "")
    lignes = [["M", f"N{nom}", "Léo", "01/01/1990", lieu, "75011"] for nom, lieu in zip("abcd", lieux, strict=True)]
    fichier = en_csv([["Civilité", "Nom", "Prénoms", "Né le", "Lieu de naissance", "Code postal"], *lignes])
    refus, demande = banc.refuse(CENTRE, importer, corps(fichier)), "Indiquez le code INSEE de la commune de naissance."
    assert [refus.erreurs[str(n)]["naissance.code_insee"] for n in range(2, 6)] == [
        [f"{demande} Commune de ce nom : 69383 (Lyon 3e Arrondissement, 69)."],
        [f"{demande} Communes de ce nom : 93066 (Saint-Denis, 93), 97411 (Saint-Denis, 974)."],
        [f"{demande} Pour une naissance à l'étranger, indiquez le pays."],
        [demande],
    ]
    banc.en_panne.add("referentiel_gardes")  # a help, and no more
    sans = banc.refuse(CENTRE, importer, corps(fichier))
    assert sans.erreurs["2"]["naissance.code_insee"][0].startswith(demande)


def test_rien_d_existant_n_est_efface(banc: Banc) -> None:
    connu = banc.candidat(courriel="zoe@exemple.fr")
    entetes = [*ENTETES, "Courriel"]
    bilan = banc.faire(CENTRE, importer, corps(en_csv([entetes, [*ZOE, "autre@exemple.fr"], [*LEO, ""]])))
    assert (bilan["importes"], bilan["deja_connus"]) == (1, 1)
    assert bilan["remarques"][0]["message"] == f"Déjà connu sous le numéro {connu['numero']} : rien n'est modifié."
    assert banc.lire(CENTRE, candidats.fiche, connu["id"]) == connu


def test_l_essai_dit_tout_et_ne_fait_rien(banc: Banc) -> None:
    connu = banc.candidat()
    lignes = [ENTETES, ZOE, ["Mme", "LEFEVRE", "Zoé", "28/02/1990", "75112", ""], LEO]
    bilan = banc.faire(CENTRE, importer, corps(en_csv(lignes), essai="true"))
    assert (bilan["essai"], bilan["importes"], bilan["deja_connus"]) == (True, 2, 1)
    assert [(c["ligne"], c["code"]) for c in bilan["confirmations"]] == [(3, "CAN-04")]
    assert connu["numero"] in bilan["confirmations"][0]["message"]
    assert [r["ligne"] for r in bilan["remarques"]] == [2]
    assert banc.compter("candidats") == 1
    assert copie(banc, bilan["import_id"])[2][7] == bilan["confirmations"][0]["message"]


def test_un_import_mene_a_ceux_de_son_fichier(banc: Banc) -> None:
    """Whom it created was lost among all those of the centre."""

    def montres(qui: Any, import_id: str) -> list[str]:
        lus = banc.lire(qui, candidats.lister, {"import_id": import_id})
        assert lus["total"] == len(lus["elements"])
        return [c["nom_naissance"] for c in lus["elements"]]

    connu = en_csv([ENTETES, ZOE])
    banc.faire(CENTRE, importer, corps(connu))
    essai = banc.faire(CENTRE, importer, corps(connu, essai=True))["import_id"]
    tout = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO])))["import_id"]
    assert (montres(CENTRE, tout), montres(CENTRE, essai)) == (["D'Estrée", "Lefèvre"], [])
    assert (montres(AUTRE_CENTRE, tout), montres(UD_75, tout)) == ([], [])
    gardee = banc.candidat(CENTRE, **PERSONNE | {"nom_naissance": "Vivant"})
    lue = banc.lire(CENTRE, candidats.lister, {"import_id": tout, "q": "lefevre"})["elements"][0]
    banc.faire(UD_75, fusionner, gardee["id"], {"absorbe_id": lue["id"], "confirmer": ["CAN-04"]})
    assert montres(CENTRE, tout) == ["D'Estrée", "Vivant"]


def test_les_lignes_proches_se_confirment(banc: Banc) -> None:
    banc.candidat()
    fichier = en_csv([ENTETES, ["Mme", "LEFEVRE", "Zoé", "28/02/1990", "75112", ""], LEO])
    refus = banc.refuse(CENTRE, importer, corps(fichier))
    assert isinstance(refus, ConfirmationRequise)
    assert [a.code for a in refus.avertissements] == ["CAN-04"]
    assert refus.detail.startswith("Ligne 2 : Une identité proche existe déjà : Lefèvre Zoé, Anne-Marie")
    assert banc.compter("candidats") == 1
    assert banc.faire(CENTRE, importer, corps(fichier, confirmer=["CAN-04"]))["importes"] == 2


def test_deux_lignes_proches_l_une_de_l_autre_se_confirment(banc: Banc) -> None:
    """Seen created as two people without a word: the file was compared with the database alone."""
    lignes = [["M", "Dupont", prenoms, "01/01/1990", "75112", ""] for prenoms in ("Jean", "Jean, Luc", "Luc")]
    fichier = corps(en_csv([ENTETES, *lignes]))
    phrase = "Ligne 3 : Une identité proche figure à la ligne 2 : deux candidats seraient créés."
    assert banc.phrases_a_confirmer(CENTRE, importer, fichier) == {"CAN-04": phrase}
    assert banc.faire(CENTRE, importer, fichier | {"confirmer": ["CAN-04"]})["importes"] == 3


def test_des_prenoms_sans_virgules_ne_font_pas_deux_personnes_sans_le_demander(banc: Banc) -> None:
    """Seen created beside the one who was known, without a word: « Zoé Anne-Marie » was one first given name."""
    connu = banc.candidat()
    fichier = corps(en_csv([ENTETES, [*ZOE[:2], "Zoé Anne-Marie", *ZOE[3:]]]))
    demande = banc.phrases_a_confirmer(CENTRE, importer, fichier)
    assert connu["numero"] in demande["CAN-04"]


def test_qui_est_connu_ailleurs_est_rattache_dans_la_limite(banc: Banc) -> None:
    banc.candidat(AUTRE_CENTRE)
    bilan = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO])))
    assert (bilan["importes"], bilan["rattaches"]) == (1, 1)
    assert banc.lire(CENTRE, candidats.lister, {})["total"] == 2

    ailleurs = [["M", f"Ailleurs{chr(97 + n)}", "Ali", "01/01/1990", "75112", ""] for n in range(LIMITE)]
    banc.faire(AUTRE_CENTRE, importer, corps(en_csv([ENTETES, *ailleurs])))
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, *ailleurs])))
    assert isinstance(refus, FichierRefuse)
    assert refus.erreurs == {str(LIMITE + 1): {"ligne": [HORS_LIMITE]}}
    assert banc.faire(CENTRE, importer, corps(en_csv([ENTETES, *ailleurs[:-1]])))["rattaches"] == LIMITE - 1


def _connus_ailleurs(banc: Banc, combien: int) -> list[list[str]]:
    lignes = [
        ["M", f"Classe{chr(97 + n // 26)}{chr(97 + n % 26)}", "Ali", "01/01/1990", "75112", ""] for n in range(combien)
    ]
    banc.faire(AUTRE_CENTRE, importer, corps(en_csv([ENTETES, *lignes])))
    return lignes


def _une_heure_apres() -> None:
    with moteur("candidats").begin() as db:
        db.execute(sa.text("UPDATE tentatives SET instant = instant - interval '1 hour'"))


def test_une_classe_connue_ailleurs_vient_en_plusieurs_fichiers(banc: Banc) -> None:
    """Seen refused for good: an hour later, the same lines were refused again."""
    classe = _connus_ailleurs(banc, 30)
    tout, premiers = (corps(en_csv([ENTETES, *lignes])) for lignes in (classe, classe[:LIMITE]))
    refus = banc.refuse(CENTRE, importer, tout)
    assert isinstance(refus, FichierRefuse)
    assert refus.erreurs == {str(ligne): {"ligne": [HORS_LIMITE]} for ligne in range(LIMITE + 2, 32)}
    assert {r["accepte"] for r in (refus.contexte or {})["refus"]} == {None}
    assert banc.faire(CENTRE, importer, premiers)["rattaches"] == LIMITE
    _une_heure_apres()
    bilan = banc.faire(CENTRE, importer, tout)
    assert (bilan["deja_connus"], bilan["rattaches"]) == (LIMITE, 10)


def test_au_dela_de_la_limite_rien_ne_dit_qui_est_connu(banc: Banc) -> None:
    """Seen searched without end: an identity that nobody bears was not counted, and each that one bears was told."""
    connu, *autres = _connus_ailleurs(banc, 5)
    essais = [[*connu[:2], f"Ali, {chr(97 + n)}", *connu[3:]] for n in range(LIMITE)]
    for _ in range(2):
        vus = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, *essais]), essai=True))
        assert {c["code"] for c in vus["confirmations"]} == {"CAN-04"}
        assert banc.compter("tentatives") == LIMITE

    session = banc.session()
    proche = [*autres[0][:2], "Ali, Zoé", *autres[0][3:]]
    fichier = corps(en_csv([ENTETES, autres[1], proche, LEO]), essai=True, session_id=session["id"])
    refus = banc.refuse(CENTRE, importer, fichier)
    assert isinstance(refus, FichierRefuse)
    assert refus.erreurs == {ligne: {"ligne": [HORS_LIMITE]} for ligne in ("2", "3")}
    dit = refus.contexte or {}
    assert (dit["rattaches"], dit["confirmations"], dit["remarques"]) == (0, [], [])
    assert [c["nom_naissance"] for c in banc.essais[-1]["connus"]] == ["D'Estrée"]


def test_un_fichier_essaye_puis_importe_compte_une_fois(banc: Banc) -> None:
    """Seen refused for good: the dry run counted fifteen, the import fifteen more."""
    ailleurs = [["M", f"Ailleurs{lettre}", "Ali", "01/01/1990", "75112", ""] for lettre in "abcdefghijklmno"]
    fichier = corps(en_csv([ENTETES, *ailleurs]))
    banc.faire(AUTRE_CENTRE, importer, fichier)
    for _ in range(3):
        assert banc.faire(CENTRE, importer, fichier | {"essai": True})["rattaches"] == 15
    assert banc.compter("tentatives") == 15
    assert banc.faire(CENTRE, importer, fichier)["rattaches"] == 15


def test_la_copie_annotee_se_corrige_et_s_importe(banc: Banc) -> None:
    """Seen refused, as the guide tells to do it: « La colonne « Refus » n'est pas attendue. »"""
    lignes = [[], ENTETES, ["M", "Bon", "Jean", "01/01/1990", "75112", ""], [], ["X", *ZOE[1:]], LEO]
    for _ in range(2):
        refus = banc.refuse(CENTRE, importer, corps(en_xlsx(lignes)))
        annotee = copie(banc, refus.en_clair()["contexte"]["import_id"])
        assert annotee[1] == (*ENTETES, "Refus", "À confirmer", "Remarques")
        assert annotee[4][6] == "Civilité : Indiquez M ou MME. Accepté : M ou MME.", "its line is still the fifth"
        lignes = [[cellule or "" for cellule in ligne] for ligne in annotee]
    lignes[4][0] = "MME"
    bilan = banc.faire(CENTRE, importer, corps(en_xlsx(lignes)))
    assert (bilan["importes"], bilan["lignes"], bilan["remarques"]) == (3, 3, [])


def test_la_copie_dont_on_a_retire_les_refus_s_importe(banc: Banc) -> None:
    """Seen refused, for the two other columns that it was given; one alone may be the centre's own."""
    entetes = [*ENTETES, "À confirmer", "Remarques"]
    refus = banc.refuse(CENTRE, importer, corps(en_xlsx([[*ENTETES, "Remarques"], [*ZOE, "gauchère"]])))
    assert refus.detail.startswith("La colonne « Remarques » n'est pas attendue")
    assert banc.faire(CENTRE, importer, corps(en_xlsx([entetes, [*ZOE, "", "À relire"]])))["importes"] == 1


@pytest.mark.parametrize("format_", ["csv", "ods", "xlsx"])
def test_ce_qui_est_exporte_s_importe(banc: Banc, format_: str) -> None:
    """Seen refused: its columns were not those of an import, nor the apostrophe that a csv puts before a phone."""
    lieux: list[dict[str, Any]] = [
        {"pays_code": "FR", "code_insee": "75112"},
        {"pays_code": "MA", "commune": "Casablanca"},
        {"pays_code": "DZ"},
        {"pays_code": "FR", "commune": "Ajaccio"},
    ]
    for n, lieu in enumerate(lieux):
        banc.candidat(
            nom_naissance="D’Alméida-Né" + "abcd"[n],
            naissance=lieu,
            date_naissance="1960-02-28",
            telephone="+32 470 12 34 56",
        )
    page = orjson.loads(orjson.dumps(banc.faire(CENTRE, page_export, {"format": format_}, None)))
    entete = Entete("candidats", page["colonnes"], frozenset(page["dates"]))
    fichier = corps(b"".join(FORMATS[format_](entete, iter([page["elements"]]))))
    assert banc.faire(CENTRE, importer, fichier)["deja_connus"] == len(lieux)
    bilan = banc.faire(AUTRE_CENTRE, importer, fichier)
    assert (bilan["rattaches"], bilan["importes"], bilan["confirmations"]) == (len(lieux), 0, [])


def _ne_a_l_etranger(pays: str, insee: str) -> bytes:
    lieu = ["Pays de naissance", "Code INSEE de naissance", "Commune de naissance"]
    return en_csv([[*ENTETES[:4], *lieu], [*ZOE[:4], pays, insee, "Oran"]])


@pytest.mark.parametrize(
    ("pays", "insee"),
    [
        ("Algérie", ""),
        ("algérie\u00a0", ""),
        ("DZ", ""),
        ("99352", ""),
        ("", "99352"),
        ("DZ", "99352"),
        ("ALGÉRIE", "99352"),
    ],
)
def test_un_pays_se_dit_par_son_nom_ou_par_ses_codes(banc: Banc, pays: str, insee: str) -> None:
    """Seen refused: « Un pays est désigné par son code ISO à deux lettres », « Aucune commune ne portait le code »."""
    banc.faire(CENTRE, importer, corps(_ne_a_l_etranger(pays, insee)))
    cree = banc.lire(CENTRE, candidats.lister, {})["elements"][0]
    assert cree["naissance"] == {"pays_code": "DZ", "code_insee": None, "commune": "Oran"}


def test_un_pays_connu_par_son_code_n_est_pas_demande(banc: Banc) -> None:
    banc.en_panne.add("referentiel_gardes")
    lignes = [[*ENTETES[:4], "Pays de naissance", "Code postal"], [*ZOE[:4], "dz", "75011"], [*LEO[:4], "ES", "75011"]]
    assert banc.faire(CENTRE, importer, corps(en_csv(lignes)))["importes"] == 2


@pytest.mark.parametrize(
    ("pays", "insee", "champ", "premiere"),
    [
        ("Atlantide", "", "naissance.pays_code", "« Atlantide » : Aucun pays n'est connu sous ce nom."),
        ("XX", "", "naissance.pays_code", "« XX » : Aucun pays ne porte le code XX."),
        ("FR", "99352", "naissance.code_insee", "« 99352 » : Aucune commune ne portait le code 99352"),
        ("Maroc", "99352", "naissance.code_insee", "« 99352 » : Un code INSEE de commune désigne une naissance en"),
        ("Guadeloupe", "", "naissance.code_insee", "Indiquez le code INSEE de la commune de naissance."),
    ],
)
def test_un_pays_mal_dit_est_refuse(banc: Banc, pays: str, insee: str, champ: str, premiere: str) -> None:
    refus = banc.refuse(CENTRE, importer, corps(_ne_a_l_etranger(pays, insee)))
    (ligne,) = refus.en_clair()["erreurs"].values()
    assert list(ligne) == [champ]
    assert ligne[champ][0].startswith(premiere)


def _classeur(*feuilles: tuple[str, list[list[Any]], bool]) -> bytes:
    """A workbook of these sheets: name, rows, whether it is hidden. One that is seen is in front."""
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie, {"in_memory": True})
    for nom, lignes, cachee in feuilles:
        page = classeur.add_worksheet(nom)
        for rang, ligne in enumerate(lignes):
            page.write_row(rang, 0, ligne)
        if cachee:
            page.hide()
    next(page for page in classeur.worksheets() if not page.hidden).activate()
    classeur.close()
    return sortie.getvalue()


def _en_ods_de_plusieurs(*feuilles: tuple[str, list[list[str]], bool]) -> bytes:
    """The same in ods, where a style hides a sheet."""

    def table_de(nom: str, lignes: list[list[str]], cachee: bool) -> str:
        rangees = "".join(
            f"<table:table-row>{''.join(f'<table:table-cell><text:p>{c}</text:p></table:table-cell>' for c in ligne)}"
            "</table:table-row>"
            for ligne in lignes
        )
        return (
            f'<table:table table:name="{nom}" table:style-name="{"cache" if cachee else "vu"}">{rangees}</table:table>'
        )

    espaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text", "style")
    )
    styles = "".join(
        f'<style:style style:name="{nom}"><style:table-properties table:display="{montre}"/></style:style>'
        for nom, montre in (("vu", "true"), ("cache", "false"))
    )
    tables = "".join(table_de(*feuille) for feuille in feuilles)
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content{espaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return sortie.getvalue()


@pytest.mark.parametrize("ecrire", [_classeur, _en_ods_de_plusieurs])
def test_c_est_la_premiere_feuille_que_l_on_voit_qui_est_lue(banc: Banc, ecrire: Any) -> None:
    """Seen importing a hidden sheet, and saying nothing of the second one."""
    archives = ("Archives", [ENTETES, [*ZOE[:1], "Ancienne", *ZOE[2:]]], True)
    fichier = ecrire(archives, ("A", [ENTETES, ZOE], False), ("Groupe B", [ENTETES, LEO], False))
    bilan = banc.faire(CENTRE, importer, corps(fichier))
    assert bilan["importes"] == 1
    assert [(r["ligne"], r["message"]) for r in bilan["remarques"]] == [
        (1, "Seule la feuille « A » est lue ; ce classeur en a d'autres : « Groupe B ».")
    ]
    assert [c["nom_naissance"] for c in banc.lire(CENTRE, candidats.lister, {})["elements"]] == ["Lefèvre"]


@pytest.mark.parametrize("ecrire", [en_xlsx, en_ods])
def test_ce_que_montrent_des_cellules_fusionnees_est_de_chacune_de_leurs_lignes(banc: Banc, ecrire: Any) -> None:
    """Seen imported without an address, all but the first: a workbook writes it there alone."""
    lignes = [[*ENTETES, "Adresse"], [*ZOE, "1 rue Commune"], [*LEO, ""], ["M", "Seul", "Ali", *ZOE[3:], ""]]
    banc.faire(CENTRE, importer, corps(ecrire(lignes, fusion=(6, 2, 3))))
    voies = {c["nom_naissance"]: c["adresse"]["voie"] for c in banc.lire(CENTRE, candidats.lister, {})["elements"]}
    assert voies == {"Lefèvre": "1 rue Commune", "D'Estrée": "1 rue Commune", "Seul": None}


@pytest.mark.parametrize("ecrire", [en_xlsx, en_ods])
def test_une_ligne_masquee_n_est_importee_qu_une_fois_confirmee(banc: Banc, ecrire: Any) -> None:
    """Seen importing, without a word, those that a filter had left out."""
    fichier = corps(ecrire([ENTETES, ZOE, LEO], masquees=[3]))
    masquee = (
        "Cette ligne est masquée dans le classeur, par un filtre peut-être : elle serait importée comme les autres."
    )
    essai = banc.faire(CENTRE, importer, fichier | {"essai": True})
    assert [(o["ligne"], o["message"], o["code"]) for o in essai["confirmations"]] == [(3, masquee, "CAN-05")]
    assert isinstance(banc.refuse(CENTRE, importer, fichier), ConfirmationRequise)
    assert banc.faire(CENTRE, importer, fichier | {"confirmer": ["CAN-05"]})["importes"] == 2


def test_une_feuille_vide_n_en_cache_pas_une_autre(banc: Banc) -> None:
    fichier = _classeur(("Feuil1", [], False), ("Feuil2", [ENTETES, ZOE], False))
    bilan = banc.faire(CENTRE, importer, corps(fichier))
    assert (bilan["importes"], bilan["remarques"]) == (1, [])


def test_une_feuille_de_consignes_lue_a_la_place_des_candidats_est_nommee(banc: Banc) -> None:
    fichier = _classeur(("Consignes", [["À lire"], ["Remplir"]], False), ("Candidats", [ENTETES, ZOE], False))
    dit = banc.refuse(CENTRE, importer, corps(fichier)).detail
    assert dit.startswith("Seule la feuille « Consignes » est lue ; ce classeur en a d'autres : « Candidats ».")


def test_ce_qui_n_est_sous_aucun_intitule_est_refuse(banc: Banc) -> None:
    """Seen imported without it: an address that holds a separator lost its town, a column without a name its values."""
    lignes = [[*ENTETES[:5], "Adresse", "Ville"], [*ZOE[:5], "12", "rue de la Paix", "Paris"]]
    refus = banc.refuse(CENTRE, importer, corps(en_csv(lignes)))
    assert refus.en_clair()["erreurs"] == {
        "2": {
            "ligne": [
                "« Paris » : La colonne H n'a pas d'intitulé : nommez-la, ou videz cette cellule. Dans un csv, un "
                "séparateur de trop décale les cellules de sa ligne."
            ]
        }
    }
    lignes = [[*ENTETES, "", "Courriel"], [*ZOE, "zoe@exemple.fr", ""]]
    assert list(banc.refuse(CENTRE, importer, corps(en_xlsx(lignes))).en_clair()["erreurs"]["2"]) == ["ligne"]
    assert banc.compter("candidats") == 0


# -- files that are none -----------------------------------------------------------------------------------------------


def _bombe() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 210_000_000)
    return sortie.getvalue()


def _entites() -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return sortie.getvalue()


def _archive(content: str, mimetype: str = "", manifeste: str = "") -> bytes:
    """What holds the content of an OpenDocument."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, dit in (("mimetype", mimetype), ("META-INF/manifest.xml", manifeste), ("content.xml", content)):
            if dit:
                archive.writestr(nom, dit)
    return sortie.getvalue()


def _en_xlsx_strict() -> bytes:
    """What Excel saves as « Strict Open XML »: other names for the same things."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(en_xlsx([ENTETES, ZOE]))) as usuel, zipfile.ZipFile(sortie, "w") as strict:
        for nom in usuel.namelist():
            dit = usuel.read(nom).replace(b"schemas.openxmlformats.org/", b"purl.oclc.org/ooxml/")
            strict.writestr(nom, dit.replace(b"/2006/", b"/"))
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"", "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."),
        (en_csv([ENTETES]), "Ce fichier ne contient aucune ligne sous ses intitulés de colonnes."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv."),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"\xff\xd8\xff\xe1\x10\x1aExif;\nsuite\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"{\\rtf1\\ansi\nNom;Prenoms\n}", "Ce fichier n'est ni un classeur xlsx"),
        (b"\n<html>\n<table><tr><td>Nom</td></tr></table></html>\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<office:document/>\n", "Ce fichier n'est ni un classeur xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "L'ancien format xls n'est pas accepté : dans votre tableur"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "Un classeur protégé par un mot de passe ne se lit pas",
        ),
        (
            _archive(mimetype="application/vnd.oasis.opendocument.text", content="<a/>"),
            "Ce fichier n'est ni un classeur",
        ),
        (_archive(manifeste="<m:encryption-data/>", content="\x93\x12"), "Un classeur protégé par un mot de passe"),
        (_en_xlsx_strict(), "Ce classeur n'a aucune feuille qui se lise"),
        (en_csv([ENTETES, ZOE]) + b'"' + en_csv([LEO, LEO]), "Un guillemet s'ouvre à la ligne 3 et n'est jamais fermé"),
        (b"PK\x03\x04abc", "Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv."),
        (_bombe, "Ce classeur est trop volumineux."),  # made by its test: each worker reads this list
        (_entites(), "Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv."),
        (en_csv([ENTETES, *[ZOE] * (LIGNES_MAX + 1)]), "Ce fichier compte trop de lignes : 5000 au plus."),
        (en_csv([[*ENTETES, *["x"] * 50], ZOE]), "Ce fichier compte trop de colonnes : 50 au plus."),
        (en_csv([[*ENTETES, "Taille"], ZOE]), "La colonne « Taille » n'est pas attendue : retirez-la ou renommez-la."),
        (
            en_csv([[*ENTETES, "Taille", "Poids"], ZOE]),  # seen with all the possible columns after each of them
            "Les colonnes « Taille », « Poids » ne sont pas attendues : retirez-les ou renommez-les.",
        ),
        (
            en_csv([[*ENTETES, "Prénom"], ZOE]),
            "La colonne « Prénoms » figure deux fois : gardez « Prénoms » ou « Prénom ».",
        ),
        (
            en_csv([[*ENTETES, "Commune de naissance", "Lieu de naissance"], [*ZOE, "", "Oran"]]),
            "La colonne « Commune de naissance » figure deux fois : gardez",
        ),
        (en_csv([["Nom de naissance", "Prénoms"], ["A", "B"]]), "La colonne « Date de naissance » est obligatoire."),
    ],
)
def test_un_fichier_qui_n_en_est_pas_un(banc: Banc, contenu: bytes | Callable[[], bytes], phrase: str) -> None:
    refus = banc.refuse(CENTRE, importer, corps(contenu() if callable(contenu) else contenu))
    assert isinstance(refus, Invalide)
    assert list(refus.erreurs or {}) == ["fichier"]
    assert refus.detail.startswith(phrase)


@pytest.mark.parametrize("champs", [{"fichier": "é"}, {"fichier": "A" * 7_000_000}, {"fichier": 3}, {"parcours": "x"}])
def test_une_demande_mal_faite(banc: Banc, champs: dict[str, Any]) -> None:
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, ZOE])) | champs)
    assert list(refus.en_clair()["erreurs"]) == list(champs)


def test_seul_un_centre_importe_et_relit_ses_fichiers(banc: Banc) -> None:
    assert banc.code_refuse(UD_75, importer, corps(en_csv([ENTETES, ZOE]))) == "DROIT"
    import_id = banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE])))["import_id"]
    for qui, code in ((AUTRE_CENTRE, "INTROUVABLE"), (UD_75, "DROIT")):
        with pytest.raises(Exception, match=code):
            banc.lire(qui, imports.fichier, import_id)


def test_la_copie_deja_dessinee_par_une_version_precedente_se_lit_encore() -> None:
    classeur = en_xlsx([ENTETES, ZOE])
    assert base64.b64decode(imports.livrer(classeur)["contenu"]) == classeur


def test_une_formule_reste_un_texte(banc: Banc) -> None:
    ligne = ["M", "=1+1", "Ali", "01/01/1990", "75112", ""]
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, ligne])))
    page = copie(banc, refus.en_clair()["contexte"]["import_id"])
    assert page[1][1] == "=1+1"
    feuille = load_workbook(
        io.BytesIO(copie_annotee(banc.lire(CENTRE, imports.fichier, refus.en_clair()["contexte"]["import_id"])))
    ).active
    assert feuille is not None
    assert feuille["B2"].data_type == "s"


def test_un_gros_fichier_attend_son_tour_une_session_non(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer_, "_GRANDS", Places(1, 0.01))
    monkeypatch.setattr(importer_, "_PETITS", Places(2, 0.01))
    importer_._GRANDS.prendre()  # by another centre's
    assert banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE, LEO]), essai=True))["lignes"] == 2
    gros = corps(en_csv([ENTETES, ZOE, *[[]] * 60_000]))
    with pytest.raises(Indisponible):
        banc.faire(CENTRE, importer, gros)
    plie = io.BytesIO(en_xlsx([ENTETES, ZOE]))
    with zipfile.ZipFile(plie, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/logo.bmp", bytes(3_000_000))
    assert len(plie.getvalue()) < 20_000
    with pytest.raises(Indisponible):  # it takes a process, and its memory: fifty of them would take all
        banc.faire(CENTRE, importer, corps(plie.getvalue()))
    importer_._GRANDS.rendre()
    for _ in range(2):
        importer_._PETITS.prendre()
    with pytest.raises(Indisponible):  # thirty at once, each made to be long to read, and nobody else was answered
        banc.faire(CENTRE, importer, corps(en_csv([ENTETES, ZOE])))
    assert banc.faire(CENTRE, importer, gros)["importes"] == 1
