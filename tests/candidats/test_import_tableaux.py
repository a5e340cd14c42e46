"""CAN-05: where a file of candidates holds its table: formats, headings, sheets, merged and hidden cells."""

import io
import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook

from commun.domain.errors import ConfirmationRequise
from commun.lecture.classeur import Illisible
from commun.lecture.tableau import lire_tableau
from services.candidats.commands.importer import importer
from services.candidats.queries import candidats
from tests.candidats.banc import CENTRE, Banc
from tests.candidats.fichiers import ENTETES, LEO, ZOE, copie, corps
from tests.outils.tableaux import en_csv, en_ods, en_xlsx


def _tres_bas(ecrire: Any) -> bytes:
    """A sheet whose last line is far below the others."""
    return bytes(ecrire([ENTETES, ZOE, *[[]] * 25_000, LEO]))


def _recrire(contenu: bytes, autrement: Callable[[bytes], bytes]) -> bytes:
    """The same workbook, the bytes of its sheets written otherwise."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(contenu)) as juste, zipfile.ZipFile(sortie, "w") as faux:
        for nom in juste.namelist():
            lu = juste.read(nom)
            faux.writestr(nom, autrement(lu) if "/sheet" in nom else lu)
    return sortie.getvalue()


def _sans_dire_jusqu_ou() -> bytes:
    """An xlsx that says of its sheet that it has one cell, as some programs write."""
    entier, un = b'<dimension ref="A1:F3"/>', b'<dimension ref="A1"/>'
    return _recrire(en_xlsx([ENTETES, ZOE, LEO]), lambda lu: lu.replace(entier, un))


def _prefixe(contenu: bytes) -> bytes:
    """The same workbook, its tags named as those who write with Microsoft's library in .NET name them."""
    nommer = partial(re.sub, rb"<(/?)(?=[a-zA-Z])", rb"<\1x:")
    return _recrire(contenu, lambda lu: nommer(lu).replace(b"xmlns=", b"xmlns:x="))


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
        en_csv([ENTETES, ZOE, LEO], ",").replace(b",", b", "),
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
            "csv-espace",
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
        b"Candidats des 12, 13 et 14 mars\n\n" + en_csv([ENTETES, ["X", *ZOE[1:]]]),
    ],
    ids=["titre", "groupes", "csv", "virgule"],
)
def test_un_titre_au_dessus_des_intitules_n_est_pas_le_leur(banc: Banc, contenu: bytes) -> None:
    """Seen refused: « La colonne « Candidats de la session de mars » n'est pas attendue. »"""
    refus = banc.refuse(CENTRE, importer, corps(contenu))
    assert refus.en_clair()["erreurs"] == {"4": {"civilite": ["« X » : Indiquez M ou MME."]}}
    annotee = copie(banc, refus.en_clair()["contexte"]["import_id"])
    assert [cellule for cellule in annotee[0] if cellule] in (
        ["Candidats de la session de mars"],
        ["Candidats des 12, 13 et 14 mars"],
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
    autres = ["Civ.", "NOM", "Prénom", "DDN", "Code INSEE\nnaissance", "CP", "Mél", "N° de téléphone", "Nom marital"]
    assert banc.faire(CENTRE, importer, corps(en_csv([autres, lignes[1][1:]])))["deja_connus"] == 1
    cree = banc.lire(CENTRE, candidats.lister, {})["elements"][0]
    assert (cree["nom_naissance"], cree["nom_usage"], cree["prenoms"]) == ("Lefèvre", "Abadie", "Zoé, Anne-Marie")
    assert (cree["courriel"], cree["telephone"]) == ("zoe@exemple.fr", "+33612345678")
    refus = banc.refuse(CENTRE, importer, corps(en_csv([[*ENTETES[:5], "Nom (marital)"], ZOE])))
    assert refus.detail.startswith("La colonne « Nom (marital) » n'est pas attendue : retirez-la ou renommez-la."), (
        "another name is not that of birth"
    )


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
    assert dit.startswith(
        "Seule la feuille « Consignes » est lue ; ce classeur en a d'autres : « Candidats ». Si vos candidats sont "
        "dans une autre, placez-la en premier."
    )


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


@pytest.mark.parametrize("ecrire", [en_xlsx, en_ods])
def test_une_colonne_masquee_est_dite_lue_ou_refusee(banc: Banc, ecrire: Any) -> None:
    """« La colonne « Notes » n'est pas attendue : retirez-la », of one that nobody sees; and one that is read was not
    said."""
    bilan = banc.faire(CENTRE, importer, corps(ecrire([ENTETES, ZOE], colonnes_masquees=[0, 5]), essai="true"))
    assert [r["message"] for r in bilan["remarques"]] == [
        f"Colonnes masquées dans ce classeur : « {ENTETES[0]} », « {ENTETES[5]} » ; elles sont lues comme les autres."
    ]
    de_trop = ecrire([[*ENTETES, "Notes"], [*ZOE, "à rappeler"]], colonnes_masquees=[6])
    refus = banc.refuse(CENTRE, importer, corps(de_trop))
    debut = (
        "Colonne masquée dans ce classeur : « Notes » ; elle est lue comme les autres. La colonne « Notes » n'est pas"
    )
    assert refus.detail.startswith(debut)


def test_un_classeur_se_lit_de_meme_quand_ses_balises_ont_un_prefixe() -> None:
    """Seen: what they hold was read, and neither what is merged or hidden, nor that a formula was never computed."""
    tableau = [[*ENTETES, "Adresse"], [*ZOE, "1 rue A"], [*LEO, ""], [*LEO, "3 rue C"]]
    contenu = en_xlsx(tableau, fusion=(6, 2, 3), masquees=(4,), colonnes_masquees=(5,))
    lu = lire_tableau(contenu)
    assert (lu.lignes[2][1][6], lu.masquees, lu.colonnes_masquees) == ("1 rue A", {4}, {5})
    assert lire_tableau(_prefixe(contenu)) == lu

    classeur, sortie = Workbook(), io.BytesIO()
    assert classeur.active is not None
    classeur.active.append([*ZOE, '="1 rue "&"Neuve"'])
    classeur.save(sortie)
    with pytest.raises(Illisible, match="n'ont jamais été calculées"):
        lire_tableau(_prefixe(sortie.getvalue()))


@pytest.mark.parametrize(
    ("cellule", "calculee"),
    [
        (b'<c t="n" r="A1"><f>B1</f></c>', False),  # of a number, says its program
        (b'<c r="A1" t="str"><f>B1</f></c>', False),  # of a text, and none is there
        (b'<c r="A1">\n  <f>B1</f>\n</c>', False),  # indented
        (b'<c r="A1"><f t="shared" si="0"/></c>', False),  # the same as another cell's
        (b'<c r="A1"><f>B1</f><v></v></c>', False),
        (b'<c r="A1" t="str"><f>B1</f><v></v></c>', True),
        (b'<c r="A1"><f t="shared" si="0"/><v>7</v></c>', True),
    ],
)
def test_une_formule_jamais_calculee_se_voit_comme_qu_elle_soit_ecrite(cellule: bytes, calculee: bool) -> None:
    contenu = _recrire(en_xlsx([["UN"]]), partial(re.sub, rb'<c r="A1".*?</c>', lambda _: cellule))
    if calculee:
        lire_tableau(contenu)
    else:
        with pytest.raises(Illisible, match="n'ont jamais été calculées"):
            lire_tableau(contenu)
