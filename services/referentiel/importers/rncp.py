"""The official RNCP export of France compétences (`export-fiches-csv`): titres professionnels with their CCPs.

A folder or a ZIP of CSV files, one a subject, joined by `Numero_Fiche`. Two are needed: `Standard` (the fiche) and
`Blocs_De_Compétences`; `Rome`, `Certificateurs` and `Ancienne_Nouvelle_Certification` are read where present.
"""

import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from services.referentiel.importers.lecture import lire_lignes
from services.referentiel.importers.rapport import Rapport
from services.referentiel.importers.titres import Bloc, Fiche, Ligne, retenir

_NOM = re.compile(r"export_fiches_CSV_(.+?)(?:_\d{4}_\d{2}_\d{2})?\.csv", re.IGNORECASE)

STANDARD = (
    "Numero_Fiche",
    "Intitule",
    "Abrege_Libelle",
    "Nomenclature_Europe_Niveau",
    "Date_Decision",
    "Date_Fin_Enregistrement",
    "Date_Effet",
    "Actif",
)
BLOCS = ("Numero_Fiche", "Bloc_Competences_Code", "Bloc_Competences_Libelle")
ROME = ("Numero_Fiche", "Codes_Rome_Code")
CERTIFICATEURS = ("Numero_Fiche", "Nom_Certificateur")
SUCCESSIONS = ("Numero_Fiche", "Ancienne_Certification", "Nouvelle_Certification")

TITRE_PROFESSIONNEL = "TP"
_MINISTERE = re.compile(r"minist.*(travail|emploi)", re.IGNORECASE)


def lire_export(chemin: Path) -> Rapport[Ligne]:
    """Returns the titres and CCSs of an export, folder or ZIP."""
    return _Export(chemin.name, _fichiers(chemin)).lire()


def _fichiers(chemin: Path) -> dict[str, bytes]:
    if chemin.is_dir():
        contenus = {fichier.name: fichier.read_bytes() for fichier in chemin.glob("*.csv")}
    else:
        with zipfile.ZipFile(chemin) as archive:
            contenus = {Path(nom).name: archive.read(nom) for nom in archive.namelist() if nom.endswith(".csv")}
    return {_sujet(nom): contenu for nom, contenu in contenus.items()}


def _sujet(nom: str) -> str:
    """Returns the subject in a file's name, without accents: they come composed or not."""
    trouve = _NOM.fullmatch(nom)
    decompose = unicodedata.normalize("NFKD", trouve[1] if trouve else nom)
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


class _Export:
    def __init__(self, nom: str, fichiers: dict[str, bytes]) -> None:
        self.fichiers = fichiers
        self.rapport: Rapport[Ligne] = Rapport(nom)

    def lire(self) -> Rapport[Ligne]:
        for necessaire in ("standard", "blocs_de_competences"):
            if necessaire not in self.fichiers:
                self.rapport.refuser(1, "*", necessaire, "fichier absent de l'export")
        if not self.rapport.refus:
            retenir(self._fiches(), self.rapport)
        return self.rapport

    def _fiches(self) -> Iterator[Fiche]:
        romes = self._grouper("rome", ROME)
        certificateurs = self._grouper("certificateurs", CERTIFICATEURS)
        remplacees = self._remplacees()
        blocs: dict[str, list[Bloc]] = defaultdict(list)
        for n, r in self._lignes("blocs_de_competences", BLOCS):
            blocs[r["Numero_Fiche"]].append(Bloc.lu(n, r["Bloc_Competences_Code"], r["Bloc_Competences_Libelle"]))
        for n, r in self._lignes("standard", STANDARD):
            rncp = r["Numero_Fiche"]
            if r["Abrege_Libelle"] != TITRE_PROFESSIONNEL:
                self.rapport.hors_sujet += 1
            elif certificateurs and not any(_MINISTERE.search(nom) for nom in certificateurs[rncp]):
                noms = ", ".join(certificateurs[rncp])
                self.rapport.refuser(
                    n, "certificateur", f"{rncp} {noms}", "n'est pas un titre du ministère de l'emploi"
                )
            else:
                yield Fiche(
                    ligne=n,
                    rncp=rncp,
                    intitule=r["Intitule"],
                    niveau=r["Nomenclature_Europe_Niveau"],
                    actif=r["Actif"].upper() == "ACTIVE",
                    debut=r["Date_Effet"] or r["Date_Decision"],
                    fin=r["Date_Fin_Enregistrement"],
                    codes_rome=romes[rncp],
                    blocs=sorted(blocs[rncp], key=lambda bloc: bloc.code),
                    remplace=sorted(remplacees[rncp]),
                )

    def _lignes(self, sujet: str, colonnes: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        return lire_lignes(self.fichiers[sujet], self.rapport, colonnes)

    def _grouper(self, sujet: str, colonnes: tuple[str, str]) -> dict[str, list[str]]:
        groupes: dict[str, list[str]] = defaultdict(list)
        if sujet in self.fichiers:
            for _, r in self._lignes(sujet, colonnes):
                groupes[r[colonnes[0]]].append(r[colonnes[1]])
        return groupes

    def _remplacees(self) -> dict[str, set[str]]:
        """Returns, for each fiche, those that it replaces, said by it or by them."""
        remplacees: dict[str, set[str]] = defaultdict(set)
        if "ancienne_nouvelle_certification" in self.fichiers:
            for _, r in self._lignes("ancienne_nouvelle_certification", SUCCESSIONS):
                if r["Ancienne_Certification"]:
                    remplacees[r["Numero_Fiche"]].add(r["Ancienne_Certification"])
                if r["Nouvelle_Certification"]:
                    remplacees[r["Nouvelle_Certification"]].add(r["Numero_Fiche"])
        return remplacees
