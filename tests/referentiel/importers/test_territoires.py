"""Les territoires : communes d'hier et d'aujourd'hui, pays ; et les petites nomenclatures."""

import json
from pathlib import Path

import pytest

from services.referentiel.domain.communes import Commune, NatureCommune
from services.referentiel.importers.centres import lire_centres
from services.referentiel.importers.nomenclatures import lire_rome, lire_services
from services.referentiel.importers.territoires import (
    lire_communes,
    lire_departements,
    lire_pays,
    lire_regions,
)
from tests.outils.tableaux import en_csv, en_ods, en_xlsx

N = NatureCommune
COMMUNES = [
    {"code": "01033", "nom": "Valserhône", "type": "commune-actuelle", "departement": "01", "anciensCodes": ["01091"]},
    {"code": "01033", "nom": "Bellegarde", "type": "commune-deleguee", "departement": "01", "chefLieu": "01033"},
    {
        "code": "69286",
        "nom": "Rillieux-la-Pape",
        "type": "commune-actuelle",
        "departement": "69",
        "anciensCodes": ["01132"],
    },
    {"code": "2A004", "nom": "Ajaccio", "type": "commune-actuelle", "departement": "2A", "anciensCodes": ["20004"]},
    {"code": "75112", "nom": "Paris 12e", "type": "arrondissement-municipal", "departement": "75", "commune": "75056"},
    {"code": "99999", "nom": "Nulle part", "type": "commune-actuelle", "departement": "00"},
    {"code": "75113", "type": "commune-actuelle", "departement": "75"},
    {"code": "75114", "nom": "Paris 14e", "type": "quartier", "departement": "75"},
    {"code": "2A004", "nom": "Ajaccio", "type": "commune-actuelle", "departement": "2A"},
]
DEPARTEMENTS = frozenset({"01", "69", "2A", "75"})


def test_un_code_donne_la_commune_d_alors_et_ce_qu_elle_est_devenue() -> None:
    rapport = lire_communes(json.dumps(COMMUNES).encode(), DEPARTEMENTS)
    par_code = {(c.code, c.nature): c for c in rapport.lignes}
    assert par_code["01033", N.DELEGUEE].nom == "Bellegarde"
    assert par_code["01033", N.ACTUELLE].nom == "Valserhône"
    assert par_code["75112", N.ARRONDISSEMENT].commune_actuelle == "75056"
    assert par_code["01132", N.ANCIENNE] == Commune("01132", N.ANCIENNE, "", "01", "69286"), "né dans l'Ain"
    assert par_code["20004", N.ANCIENNE].departement == "2A", "le département 20 n'est plus"
    assert [(r.ligne, r.champ) for r in rapport.refus] == [(6, "departement"), (7, "nom"), (8, "type"), (9, "code")]


def test_les_codes_d_outre_mer_d_avant_que_le_departement_change_sont_connus() -> None:
    """Seen refused as no commune's: those of whoever was born in Mayotte, Saint-Martin or Saint-Barthélemy before they
    became what they are. The list does not tell them."""
    lignes = [("97611", "Mamoudzou", "976"), ("97801", "Saint-Martin", "978"), ("97101", "Les Abymes", "971")]
    communes = [{"code": c, "nom": n, "type": "commune-actuelle", "departement": d} for c, n, d in lignes]
    rapport = lire_communes(json.dumps(communes).encode(), frozenset({"971", "976", "978"}))
    anciennes = {c.code: (c.departement, c.commune_actuelle) for c in rapport.lignes if c.nature is N.ANCIENNE}
    assert anciennes == {"98511": ("976", "97611"), "97127": ("971", "97801")}


def test_les_pays_sans_leurs_dependances() -> None:
    lignes = ["cog,iso2,nom,pays_rattachement", "99134,ES,Espagne,", "99162,,Île des Faisans,99134"]
    rapport = lire_pays("\n".join([*lignes, "9,XX,Court,", "99135,ES,Autre,", "99134,,Espagne,"]).encode())
    assert [(p.cog, p.iso2) for p in rapport.lignes] == [("99134", "ES")]
    assert (len(rapport.refus), rapport.hors_sujet) == (3, 1)


def test_un_territoire_est_un_pays_s_il_a_son_code_et_le_kosovo_a_le_sien() -> None:
    lignes = [
        "99313,ES,Territoires espagnols en Afrique du Nord,99134",
        "99134,ES,Espagne,",
        "99157,,Kosovo,",
        "99430,GL,Groenland,99101",
        "99161,,Dépendances de la Couronne britannique,99132",
    ]
    rapport = lire_pays("\n".join(["cog,iso2,nom,pays_rattachement", *lignes]).encode())
    assert [(p.nom, p.iso2) for p in rapport.lignes] == [("Espagne", "ES"), ("Kosovo", "XK"), ("Groenland", "GL")]
    assert (rapport.hors_sujet, rapport.refus) == (2, [])


def test_les_metiers_et_les_services() -> None:
    metiers = lire_rome(b"code,libelle\nD1212,Vente\nD1212,Vente\nX,Rien\nD1213,\n")
    assert ([m.code for m in metiers.lignes], len(metiers.refus)) == (["D1212"], 3)
    services = lire_services(
        b"code,niveau,region,departement,nom_2019\nR11,region,11,,DIRECCTE\nD75,departement,11,75,UD 75\n"
        b"D00,departement,11,,UD\nZ,zone,11,,Z\nD75,departement,11,75,UD 75\n"
    )
    assert ([s.type for s in services.lignes], len(services.refus)) == (["DIRECCTE", "UD"], 3)


def test_un_code_repete_ou_une_region_inconnue_ne_passe_pas() -> None:
    """Seen ending the import on PostgreSQL's own words: it writes no row twice in one order."""
    idf, ain = {"code": "11", "nom": "Île-de-France"}, {"code": "01", "nom": "Ain", "region": "84"}
    paris = {"code": "75", "nom": "Paris", "region": "11"}
    regions = lire_regions(json.dumps([idf, idf]).encode())
    departements = lire_departements(json.dumps([paris, paris, ain]).encode(), frozenset({"11"}))
    assert ([r.code for r in regions.lignes], [d.code for d in departements.lignes]) == (["11"], ["75"])
    assert [r.raison for r in (*regions.refus, *departements.refus)] == ["code répété"] * 2 + ["région inconnue"]


def test_un_service_est_d_un_territoire_qui_existe() -> None:
    """Seen stopping the whole import at the database, which has no région « 1 »."""
    lu = lire_services(
        b"code,niveau,region,departement,nom_2019\nR01,region,1,,DIRECCTE\nD01,departement,84,1,UD 01\n"
        b"R99,region,99,,Rien\nD69,departement,11,69,UD 69\n"
    )
    assert [(s.region, s.departement) for s in lu.lignes] == [("01", None), ("84", "01")]
    assert [r.raison for r in lu.refus] == ["territoire du service inconnu"] * 2


def test_les_centres_ont_un_siret_juste_et_une_commune_connue() -> None:
    entete = "siret,raison_sociale,enseigne,voie,code_postal,commune,code_commune\n"
    lignes = [
        "35600000009075,LA POSTE,,1 rue,75015,Paris,75115",
        "99900001100018,CENTRE,FICTIF,1 rue,75012,Paris,75112",
        "99900001100018,CENTRE,,1 rue,75012,Paris,75112",
        "99900001100019,CENTRE,,1 rue,75012,Paris,75112",
        "19010016400010,LYCEE,,1 rue,01000,Bourg,",
    ]
    rapport = lire_centres((entete + "\n".join(lignes)).encode())
    assert [c.denomination for c in rapport.lignes] == ["LA POSTE", "CENTRE – FICTIF"]
    assert [r.raison for r in rapport.refus] == ["SIRET répété", "SIRET invalide", "code de la commune absent"]


@pytest.mark.parametrize(
    ("commune", "insee"),
    [
        ("MARSEILLE 12", "13212"),
        ("LYON 8EME", "69388"),
        ("Lyon 1er", "69381"),
        ("PARIS 4", "75104"),
        ("Paris 12e Arrondissement", "75112"),
        ("LYON 10", None),
        ("PARIS", None),
        ("Oullins", None),
    ],
)
def test_un_arrondissement_a_son_code_par_son_nom(commune: str, insee: str | None) -> None:
    """The source gives these no code, and their centres were refused: seven were to be created by hand."""
    entete = "siret,raison_sociale,enseigne,voie,code_postal,commune,code_commune\n"
    rapport = lire_centres((entete + f"19010016400010,LYCEE,,1 rue,00000,{commune},").encode())
    assert [c.adresse.code_insee for c in rapport.lignes] == ([insee] if insee else [])
    assert [r.raison for r in rapport.refus] == ([] if insee else ["code de la commune absent"])


def test_un_centre_reste_de_son_departement_quand_un_tableur_a_mange_un_zero() -> None:
    """Seen in the Aube (10), where it is in the Ain (01)."""
    entete = "siret,raison_sociale,enseigne,voie,code_postal,commune,code_commune\n"
    (centre,) = lire_centres(
        (entete + "19010016400010,LYCEE,,1 rue de crouy,1000,Bourg-en-Bresse,1053").encode()
    ).lignes
    assert (centre.adresse.code_postal, centre.adresse.code_insee) == ("01000", "01053")


def test_un_siret_ecrit_avec_ses_espaces_est_celui_que_l_on_connait() -> None:
    """Seen taken for another: the centre was created again, under a number that no search found."""
    entete = "siret,raison_sociale,enseigne,voie,code_postal,commune,code_commune\n"
    lignes = ["190 100 164 00010,Carriat,,1 rue,01 000,Bourg,01 053", "19010016400010,Carriat,,1 rue,01000,Bourg,01053"]
    rapport = lire_centres((entete + "\n".join(lignes)).encode())
    (centre,) = rapport.lignes
    codes = (centre.siret, centre.adresse.code_postal, centre.adresse.code_insee)
    assert codes == ("19010016400010", "01000", "01053")
    assert [refus.raison for refus in rapport.refus] == ["SIRET répété"]


def test_les_territoires_de_la_demonstration_se_lisent_sans_refus() -> None:
    dossier = Path(__file__).parents[3] / "demo" / "territoires"
    regions = lire_regions((dossier / "regions.json").read_bytes())
    connues = frozenset(region.code for region in regions.lignes)
    departements = lire_departements((dossier / "departements.json").read_bytes(), connues)
    codes = frozenset(d.code for d in departements.lignes)
    communes = lire_communes((dossier / "communes.json").read_bytes(), codes)
    pays = lire_pays((dossier / "pays.csv").read_bytes())
    assert not any(r.refus for r in (regions, departements, communes, pays))
    assert {d.region for d in departements.lignes} <= {r.code for r in regions.lignes}


METIERS = [["code", "libelle", "domaine"], ["D1212", "Vente en décoration", ""], ["K2111", "Formation", ""]]


@pytest.mark.parametrize(
    "contenu",
    [
        en_csv(METIERS, "\t", "utf-16"),
        en_csv(METIERS, "\t"),
        en_csv(METIERS, ";", "cp1252"),
        en_xlsx(METIERS),
        en_ods(METIERS),
    ],
    ids=["utf-16", "tabulations", "windows", "xlsx", "ods"],
)
def test_un_fichier_public_se_lit_sous_toutes_ses_formes(contenu: bytes) -> None:
    """Seen: a file in UTF-16 or with tabs refused, its columns not found; a workbook that ended in a traceback."""
    rapport = lire_rome(contenu)
    assert [(m.code, m.libelle) for m in rapport.lignes] == [("D1212", "Vente en décoration"), ("K2111", "Formation")]
    assert rapport.refus == []


def test_les_feuilles_qui_ne_sont_pas_lues_sont_dites() -> None:
    """The centres of a second sheet were left out without a word."""
    rapport = lire_rome(en_xlsx(METIERS, {"Suite": METIERS}))
    assert len(rapport.lignes) == 2
    (refus,) = rapport.refus
    assert (refus.champ, refus.valeur, refus.raison) == ("feuille", "Suite", "seule la feuille « Sheet1 » est lue")


def test_les_lignes_masquees_qui_sont_lues_sont_dites() -> None:
    """Who had filtered the centres that he wanted had the others too, and nothing takes a centre away."""
    dit = lire_rome(en_xlsx(METIERS, masquees=[2])).resume()
    assert dit.splitlines()[1] == "  1 ligne masquée dans ce classeur est lue comme les autres."


@pytest.mark.parametrize(
    ("contenu", "champ", "raison"),
    [
        (
            b"%PDF-1.7\n",
            "fichier",
            "Ce fichier n'est ni un classeur xlsx, ni un classeur ods, ni un fichier csv. Si votre tableur l'ouvre : "
            "« Enregistrer sous » en xlsx, en ods ou en csv, et renvoyez ce fichier-là.",
        ),
        (b"PK\x03\x04abc", "fichier", "Ce fichier est abîmé ou n'est pas un classeur xlsx, ods ou csv."),
        (b"", "code, libelle", "colonne absente : le fichier n'est pas lu"),
        ("code,libelle\nD1212,Métier d".encode() + b"\xc3", "*", "caractères illisibles"),
        ("code,libelle\nD1212,Métier".encode() + b"\xff" + " é".encode(), "*", "caractères illisibles"),
        (b"code,libelle,domaine\nD1212,Ven", "*", "nombre de colonnes inattendu"),
    ],
    ids=["pdf", "zip-abime", "vide", "coupe-dans-une-lettre", "octet-abime", "coupe"],
)
def test_un_fichier_abime_est_refuse_d_une_phrase(contenu: bytes, champ: str, raison: str) -> None:
    rapport = lire_rome(contenu)
    assert rapport.lignes == []
    assert [(r.champ, r.raison) for r in rapport.refus] == [(champ, raison)]
