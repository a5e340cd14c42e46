"""L'export officiel du RNCP : ce qui est lu, ce qui est refusé et pourquoi."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from commun.domain.referentiel import Certification
from services.referentiel.domain.model import Ccs, TitreProfessionnel
from services.referentiel.importers.rncp import lire_export

STANDARD = (
    '"Id_Fiche";"Numero_Fiche";"Intitule";"Abrege_Libelle";"Abrege_Intitule";"Nomenclature_Europe_Niveau";'
    '"Nomenclature_Europe_Intitule";"Accessible_Nouvelle_Caledonie";"Accessible_Polynesie_Francaise";'
    '"Date_dernier_jo";"Date_Decision";"Date_Fin_Enregistrement";"Date_Effet";"Type_Enregistrement";'
    '"Validation_Partielle";"Actif"'
)
BLOCS = '"Numero_Fiche";"Bloc_Competences_Code";"Bloc_Competences_Libelle"'


def fiche(
    rncp: str = "RNCP37098",
    *,
    sigle: str = "TP",
    niveau: str = "NIV4",
    fin: str = "25/01/2028",
    actif: str = "ACTIVE",
    intitule: str = "Conseiller de vente",
) -> str:
    valeurs = ["1", rncp, intitule, sigle, "Titre professionnel", niveau, "Niveau", "Non", "Non", "", "25/01/2023"]
    return ";".join(f'"{v}"' for v in [*valeurs, fin, "26/01/2023", "Enregistrement de droit", "", actif])


def ecrire(dossier: Path, **fichiers: list[str]) -> Path:
    noms = {"standard": "Standard", "blocs": "Blocs_De_Compétences", "rome": "Rome", "certificateurs": "Certificateurs"}
    noms["successions"] = "Ancienne_Nouvelle_Certification"
    for sujet, lignes in fichiers.items():
        chemin = dossier / f"export_fiches_CSV_{noms[sujet]}_2026_02_01.csv"
        chemin.write_text("\n".join(lignes) + "\n", "utf-8")
    return dossier


BLOC_1 = "RNCP37098;RNCP37098BC01;Contribuer à l''efficacité commerciale"
BLOC_2 = 'RNCP37098;RNCP37098BC02;"Améliorer  l\'expérience client"'


def test_un_titre_avec_ses_ccp_ses_metiers_et_ceux_qu_il_remplace(tmp_path: Path) -> None:
    rapport = lire_export(
        ecrire(
            tmp_path,
            standard=[STANDARD, fiche(), fiche("RNCP1", sigle="LICENCE")],
            blocs=[BLOCS, BLOC_2, BLOC_1, "RNCP37098;RNCP37098BC03;CCS : Vendre des skis"],
            rome=["Numero_Fiche;Codes_Rome_Code;Codes_Rome_Libelle", "RNCP37098;D1212;Vente en décoration"],
            certificateurs=["Numero_Fiche;Siret_Certificateur;Nom_Certificateur", "RNCP37098;1;MINISTERE DU TRAVAIL"],
            successions=["Numero_Fiche;Ancienne_Certification;Nouvelle_Certification", "RNCP13620;;RNCP37098"],
        )
    )
    assert rapport.refus == []
    assert rapport.hors_sujet == 1
    titre, ccs = rapport.lignes
    assert titre == TitreProfessionnel(
        code="RNCP37098",
        code_rncp="RNCP37098",
        intitule="Conseiller de vente",
        niveau=4,
        codes_rome=frozenset({"D1212"}),
        ccps=(
            Certification("RNCP37098BC01", "Contribuer à l'efficacité commerciale"),
            Certification("RNCP37098BC02", "Améliorer l'expérience client"),
        ),
        date_debut_validite=date(2023, 1, 26),
        date_fin_de_vie=date(2028, 1, 25),
        remplace=frozenset({"RNCP13620"}),
    )
    assert ccs == Ccs("RNCP37098BC03", "Vendre des skis", frozenset({"RNCP37098"}))


@pytest.mark.parametrize(
    ("lignes", "blocs", "champ", "raison"),
    [
        ([fiche("37098")], [], "rncp", "numéro de fiche RNCP mal formé"),
        ([fiche("RNCP３７０９８")], [], "rncp", "numéro de fiche RNCP mal formé"),  # the form of a titre refuses it
        ([fiche(intitule="")], [BLOC_1], "intitule", "intitulé absent"),
        ([fiche(niveau="")], [BLOC_1], "niveau", "niveau absent ou inconnu"),
        ([fiche(fin="31/02/2028")], [BLOC_1], "date", "date illisible"),
        ([fiche(fin="31/01/2001")], [BLOC_1], "date_debut", "début après la fin"),
        ([fiche(fin="", actif="INACTIVE")], [BLOC_1], "date_fin", "inactive sans date de fin"),
        ([fiche()], [], "ccp", "aucun CCP connu"),
        ([fiche(), fiche()], [BLOC_1], "rncp", "déjà présente"),
        ([fiche()], [BLOC_1, BLOC_1], "ccp", "bloc répété"),
        ([fiche()], [BLOC_1, "RNCP37098;RNCP1BC01;Autre"], "ccp", "bloc d'une autre fiche"),
        ([fiche()], [BLOC_1, "RNCP37098;BC01;Autre"], "ccp", "code de bloc mal formé"),
        ([fiche()], [BLOC_1, "RNCP37098;RNCP37098BC02;"], "ccp", "intitulé de bloc absent"),
        ([fiche() + ";trop"], [], "*", "nombre de colonnes"),
    ],
)
def test_chaque_refus_est_dit(tmp_path: Path, lignes: list[str], blocs: list[str], champ: str, raison: str) -> None:
    rapport = lire_export(ecrire(tmp_path, standard=[STANDARD, *lignes], blocs=[BLOCS, *blocs]))
    assert [(r.champ, raison in r.raison) for r in rapport.refus] == [(champ, True)]
    assert raison in rapport.resume()


def test_chaque_ligne_refusee_est_nommee(tmp_path: Path) -> None:
    """Seen: « 8 × code de la commune absent », and the first of them alone, whoever had to enter the others by hand."""
    lignes = [fiche(fin="", actif="INACTIVE").replace("RNCP37098", f"RNCP{n}") for n in range(1, 24)]
    dit = lire_export(ecrire(tmp_path, standard=[STANDARD, *lignes], blocs=[BLOCS])).resume()
    assert "23 × fiche inactive" in dit and "(ligne 2, date_fin « RNCP1 » ; ligne 3, date_fin « RNCP2 » ;" in dit
    assert dit.endswith("date_fin « RNCP20 » ; et 3 autres)")


def test_un_titre_d_un_autre_ministere_est_refuse(tmp_path: Path) -> None:
    certificateurs = ["Numero_Fiche;Siret_Certificateur;Nom_Certificateur", "RNCP37098;1;MINISTERE DES ARMEES"]
    rapport = lire_export(
        ecrire(tmp_path, standard=[STANDARD, fiche()], blocs=[BLOCS, BLOC_1], certificateurs=certificateurs)
    )
    assert not rapport.lignes
    assert "MINISTERE DES ARMEES" in str(rapport.refus[0])


def test_un_export_incomplet_n_est_pas_lu_a_moitie(tmp_path: Path) -> None:
    assert [r.valeur for r in lire_export(ecrire(tmp_path, standard=[STANDARD, fiche()])).refus] == [
        "blocs_de_competences"
    ]


def test_une_colonne_absente_est_nommee(tmp_path: Path) -> None:
    rapport = lire_export(ecrire(tmp_path, standard=[STANDARD.replace("Actif", "Etat")], blocs=[BLOCS]))
    assert [(r.champ, r.ligne) for r in rapport.refus] == [("Actif", 1)]


def test_un_zip_en_windows_1252_donne_le_meme_titre(tmp_path: Path) -> None:
    dossier = ecrire(tmp_path, standard=[STANDARD, fiche(intitule="Monteur dépanneur")], blocs=[BLOCS, BLOC_1])
    with zipfile.ZipFile(tmp_path / "export-fiches-csv-2026-02-01.zip", "w") as archive:
        for csv in dossier.glob("*.csv"):
            archive.writestr(f"dossier/{csv.name}", csv.read_text("utf-8").encode("cp1252"))
    assert lire_export(tmp_path / "export-fiches-csv-2026-02-01.zip").lignes == lire_export(dossier).lignes
