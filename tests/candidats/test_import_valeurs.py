"""CAN-05: what the cells of a file of candidates say, as spreadsheets and people write it."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook

from services.candidats.commands.importer import importer
from services.candidats.queries import candidats
from tests.candidats.banc import CENTRE, Banc
from tests.candidats.fichiers import ENTETES, LEO, ZOE, corps, fichier_de_la_copie
from tests.outils.tableaux import en_csv, en_ods, en_xlsx


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


@pytest.mark.parametrize("dite", ["Melle", "F", "Femme", "Féminin"])
def test_une_civilite_se_dit_de_plusieurs_facons(banc: Banc, dite: str) -> None:
    """Seen refused."""
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, [dite, *ZOE[1:]]])))
    assert banc.lire(CENTRE, candidats.lister, {})["elements"][0]["civilite"] == "MME"


@pytest.mark.parametrize("ecrit", ["PETIT épouse LEFÈVRE", "Lefèvre née Petit", "Vve Petit", "Petit Ép. Lefèvre"])
def test_deux_noms_dans_une_cellule_ne_font_un_nom_qu_une_fois_confirmes(banc: Banc, ecrit: str) -> None:
    """Seen imported without a word: « PETIT épouse LEFÈVRE » was the nom de naissance of letters and certificates."""
    fichier = corps(en_csv([ENTETES, [ZOE[0], ecrit, *ZOE[2:]], [LEO[0], "Née", *LEO[2:]]]))
    (dite,) = banc.faire(CENTRE, importer, fichier | {"essai": True})["confirmations"]
    assert (dite["ligne"], dite["colonne"], dite["valeur"]) == (2, "Nom de naissance", ecrit)
    assert dite["message"].endswith("mettez le nom de naissance et le nom d'usage chacun dans sa colonne, sans ce mot.")
    assert banc.faire(CENTRE, importer, fichier | {"confirmer": ["CAN-05"]})["importes"] == 2


def test_des_virgules_de_trop_ne_font_pas_de_prenom(banc: Banc) -> None:
    """A spreadsheet joins three columns of which one is blank: « Zoé, , » was refused as lacking what is compulsory."""
    lignes = [[*ZOE[:2], " Zoé, , Anne-Marie,", *ZOE[3:]], [*LEO[:2], ", ,", *LEO[3:]]]
    refus = banc.refuse(CENTRE, importer, corps(en_csv([ENTETES, *lignes])))
    assert refus.erreurs == {"3": {"prenoms": ["« , , » : Cette information est obligatoire."]}}
    banc.faire(CENTRE, importer, corps(en_csv([ENTETES, lignes[0]])))
    assert banc.lire(CENTRE, candidats.lister, {})["elements"][0]["prenoms"] == "Zoé, Anne-Marie"


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
        ("1990-02-28T23:00:00.000Z", "1990-03-01"),  # or its midnight: of Paris, in winter
        ("1990-08-31T22:00:00Z", "1990-09-01"),  # of Paris, in summer
        ("1999-12-31 20:00:00Z", "2000-01-01"),  # of La Réunion
        ("1990-03-01T04:00:00.000Z", "1990-03-01"),  # of La Guadeloupe
        ("1990-03-01T12:00:00Z", "1990-03-01"),  # its noon, which is of that day nearly everywhere
        ("1990-03-01T16:00:00.000Z", "1990-03-01"),  # noon in La Guadeloupe
        ("1990-03-01T23:59:59Z", "1990-03-01"),
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
    annotee = load_workbook(io.BytesIO(fichier_de_la_copie(banc, refus.en_clair()["contexte"]["import_id"])))
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
            "Anne\u2010Marie, Heʻe, Lou\u2013Ann",
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
        "Anne-Marie, He'e, Lou-Ann",
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


@pytest.mark.parametrize(
    ("valeur", "voie"),
    [
        ("", ""),
        ('office:value-type="string"', None),
        ('office:value-type="string" office:string-value="1 rue Neuve"', "1 rue Neuve"),
    ],
)
def test_une_formule_jamais_calculee_d_un_ods_ne_l_est_pas_non_plus(banc: Banc, valeur: str, voie: str | None) -> None:
    """One whose value is an empty text says that it is a text; a text may be in its attribute alone."""
    texte, formule = "><text:p>FORMULE</text:p></table:table-cell>", f' table:formula="of:=[.A1]" {valeur}/>'
    sortie = io.BytesIO()
    ecrit = en_ods([[*ENTETES, "Adresse"], [*ZOE, "FORMULE"]])
    with zipfile.ZipFile(io.BytesIO(ecrit)) as lu, zipfile.ZipFile(sortie, "w") as autre:
        for nom in lu.namelist():
            autre.writestr(nom, lu.read(nom).replace(texte.encode(), formule.encode()))
    if voie != "":
        banc.faire(CENTRE, importer, corps(sortie.getvalue()))
        (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
        assert cree["adresse"].get("voie") == voie
    else:
        refus = banc.refuse(CENTRE, importer, corps(sortie.getvalue()))
        assert refus.detail.startswith("Des formules de ce classeur n'ont jamais été calculées : ouvrez-le")


def test_des_caracteres_que_le_fichier_a_perdus_sont_refuses(banc: Banc) -> None:
    """Seen imported with them: « 1 rue de la R\ufffdpublique »."""
    zoe = ["Éa" if valeur == ZOE[1] else valeur for valeur in ZOE]
    fichier = en_csv([[*ENTETES, "Adresse"], [*zoe, "1 rue de la République"]])
    fichier = fichier.replace("Ré".encode(), b"R\xe9").replace("Éa".encode(), b"\xc9a")
    erreurs = banc.refuse(CENTRE, importer, corps(fichier)).en_clair()["erreurs"]["2"]
    assert len(erreurs) == 2 and "adresse.voie" in erreurs
    assert all(len(dites) == 1 and "sont illisibles" in dites[0] for dites in erreurs.values()), "and no more of it"


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


def test_un_texte_qu_un_programme_garde_du_tableur_se_lit(banc: Banc) -> None:
    """« ="01000" », so that its zero stays, was refused: « Un code postal compte cinq chiffres »."""
    ligne = [*ZOE[:4], '="75112"', '="01000"', '="0612345678"']
    banc.faire(CENTRE, importer, corps(en_csv([[*ENTETES, "Téléphone"], ligne])))
    (cree,) = banc.lire(CENTRE, candidats.lister, {})["elements"]
    assert (cree["naissance"]["code_insee"], cree["adresse"]["code_postal"]) == ("75112", "01000")
    assert cree["telephone"] == "+33612345678"


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


_D_AUJOURD_HUI = "Indiquez le pays d'aujourd'hui où se trouve le lieu de naissance"
"""Seen said of a country that was parted: « Aucun pays n'est connu sous ce nom », and nothing of what to write."""


@pytest.mark.parametrize(
    ("pays", "insee", "champ", "premiere"),
    [
        ("Atlantide", "", "naissance.pays_code", "« Atlantide » : Aucun pays n'est connu sous ce nom."),
        ("XX", "", "naissance.pays_code", "« XX » : Aucun pays ne porte le code XX."),
        ("Tchécoslovaquie", "", "naissance.pays_code", f"« Tchécoslovaquie » : {_D_AUJOURD_HUI} : Tchéquie ou Slova"),
        ("l’ex-U.R.S.S.", "", "naissance.pays_code", f"« l’ex-U.R.S.S. » : {_D_AUJOURD_HUI} : Russie, Ukraine"),
        ("Tchéco-Slovaquie", "", "naissance.pays_code", f"« Tchéco-Slovaquie » : {_D_AUJOURD_HUI} : Tchéquie ou Slo"),
        ("YU", "", "naissance.pays_code", f"« YU » : {_D_AUJOURD_HUI} : Bosnie-Herzégovine, Croatie"),
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
