"""Les fichiers du catalogue consolidé, et le catalogue entier là où il est présent."""

import json
import os
from pathlib import Path

import pytest

from services.referentiel.domain.model import Ccs, TitreProfessionnel
from services.referentiel.importers.catalogue import lire_ccs_json, lire_titres_csv, lire_titres_json

TITRES = b"""rncp,intitule,niveau,date_fin_validite,cfd,nsf,formacode,rome,nb_ccp,nb_ccs,rncp_anciens,rncp_nouveaux,vae
RNCP29855,Menuisier poseur-installateur,3,2023-02-26,,,,F1604 F1607 poseur,1,1,RNCP390,,oui
"""
BLOCS = """rncp,ordre,code_bloc,type,intitule
RNCP29855,1,RNCP29855BC01,CCP,"Installer des fermetures, extérieures"
RNCP29855,1,RNCP29855BC04,CCS,Installer des portails extérieurs motorisés
RNCP5,1,RNCP5BC01,CCP,Orphelin
""".encode()


def test_les_deux_fichiers_csv_se_completent() -> None:
    rapport = lire_titres_csv(TITRES, BLOCS)
    titre, ccs = rapport.lignes
    assert isinstance(titre, TitreProfessionnel)
    assert (titre.codes_rome, titre.remplace) == (frozenset({"F1604", "F1607"}), frozenset({"RNCP390"}))
    assert [c.intitule for c in titre.ccps] == ["Installer des fermetures, extérieures"]
    assert ccs == Ccs("RNCP29855BC04", "Installer des portails extérieurs motorisés", frozenset({"RNCP29855"}))
    assert [(r.champ, r.valeur) for r in rapport.refus] == [("rome", "poseur"), ("ccp", "RNCP5BC01")]


def catalogue(**titre: object) -> bytes:
    bloc = {"code_bloc": "RNCP37098BC01", "code_ccp": "CP-003060", "intitule": "Contribuer à l'efficacité"}
    base = {"rncp": "RNCP37098", "intitule": "Conseiller de vente", "niveau": 4, "etat_2021": None, "ccp": [bloc]}
    return json.dumps(
        {"titres": [base | {"date_fin_validite": "2028-01-25", "rome": [{"code": "D1212"}]} | titre]}
    ).encode()


def test_un_titre_prend_le_code_de_ceres_et_ses_ccp_celui_de_leur_bloc() -> None:
    (titre,) = lire_titres_json(catalogue(code_titre="TP-00520")).lignes
    assert isinstance(titre, TitreProfessionnel)
    assert (titre.code, titre.code_rncp) == ("TP-00520", "RNCP37098")
    assert titre.codes_ccp == {"RNCP37098BC01"}


def test_sans_code_de_ceres_un_titre_garde_son_numero_rncp() -> None:
    (titre,) = lire_titres_json(catalogue()).lignes
    assert titre.code == "RNCP37098"


@pytest.mark.parametrize("contenu", [b"{", b"[]", b'{"titres": 3}', b'{"titres": ["RNCP1"]}', b"\xff\xfe"])
def test_un_json_d_une_autre_forme_est_refuse(contenu: bytes) -> None:
    rapport = lire_titres_json(contenu)
    assert (len(rapport.lignes), len(rapport.refus)) == (0, 1)


def test_un_ccs_se_rattache_au_catalogue_et_garde_son_code_de_bloc() -> None:
    connus = lire_titres_csv(TITRES, BLOCS).lignes
    ccs = [
        {
            "certifinfo_code": None,
            "intitule": "INSTALLER DES PORTAILS EXTERIEURS MOTORISES",
            "titres_rncp": ["RNCP29855"],
        },
        {"certifinfo_code": "116999", "intitule": "Poser des volets", "titres_rncp": ["RNCP29855"]},
        {"certifinfo_code": "116193", "intitule": "Administrer les serveurs Linux", "titres_rncp": []},
        {"certifinfo_code": "116194", "intitule": "Animer", "titres_rncp": ["RNCP25651"]},
        {"certifinfo_code": None, "intitule": "Sans code", "titres_rncp": ["RNCP29855"]},
    ]
    rapport = lire_ccs_json(json.dumps({"ccs": ccs}).encode(), connus)
    assert [c.code for c in rapport.lignes] == ["RNCP29855BC04", "CCS-116999"]
    assert [r.ligne for r in rapport.refus] == [3, 4, 5]


DONNEES = Path(os.environ.get("CERES_DONNEES", Path(__file__).parents[4] / "shared" / "donnees"))


@pytest.mark.skipif(not DONNEES.is_dir(), reason=f"dossier des données de référence absent : {DONNEES}")
def test_le_catalogue_entier() -> None:
    rapport = lire_titres_json((DONNEES / "titres.json").read_bytes())
    titres = [ligne for ligne in rapport.lignes if isinstance(ligne, TitreProfessionnel)]
    blocs = [refus for refus in rapport.refus if refus.champ == "ccp" and "bloc" in refus.raison]
    fiches = [refus for refus in rapport.refus if refus.champ in {"date_fin", "ccp"} and refus not in blocs]
    assert len(titres) + len(fiches) == 810
    assert len(titres) == 332
    assert sum(len(titre.ccps) for titre in titres) == 877

    de_2021 = lire_titres_csv((DONNEES / "titres_2021.csv").read_bytes(), (DONNEES / "ccp_2021.csv").read_bytes())
    assert [(r.champ, r.raison) for r in de_2021.refus] == [("ccs", "intitulé de bloc absent")]
    assert sum(len(t.ccps) for t in de_2021.lignes if isinstance(t, TitreProfessionnel)) == 652
