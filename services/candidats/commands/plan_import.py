"""What becomes of each line of an imported file: new, known already, attached, or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.rules import Effet, verifier
from commun.fils import en_soufflant
from services.candidats.commands.identite import (
    adresse_de,
    avec_commune,
    commune_de,
    departement_du_domicile,
    identite_de,
)
from services.candidats.commands.tentatives import compter
from services.candidats.domain.model import (
    COORDONNEES,
    FRANCE,
    Candidat,
    Commune,
    FaitsIdentite,
    Identite,
    Naissance,
    Proches,
    devenues,
    du_lieu_dit_autrement,
    nes_ailleurs,
)
from services.candidats.domain.rules import CREATION, IDENTITE, LIMITE, SANS_DATE, SANS_LIEU
from services.candidats.fichiers.bilan import Bilan
from services.candidats.fichiers.controle import Lecture, Ligne
from services.candidats.storage.candidats import list_exacts, list_proches, nouveau_candidat, perimetre, visibles

_HORS_LIMITE = (
    f"Une identité proche existe hors de votre périmètre, et {LIMITE} au plus se vérifient par heure : retirez cette "
    "ligne pour importer les autres et, une heure après, importez-la dans un autre fichier."
)
_AUTREMENT = ", son lieu de naissance dit autrement"


class Sort(StrEnum):
    """What the import does with a line."""

    CREE = "cree"
    CONNU = "connu"
    RATTACHE = "rattache"


@dataclass(frozen=True)
class Place:
    """A line that is not refused, and its candidate; one to be created has no number yet."""

    ligne: int
    candidat: Candidat
    sort: Sort


@dataclass
class Plan:
    """What the import does where no line is refused. `vus`: the candidates that it looked at."""

    places: list[Place] = field(default_factory=list)
    vus: frozenset[str] = frozenset()

    def candidats(self, sort: Sort) -> list[Candidat]:
        """Returns the candidates with whom the import does this."""
        return [p.candidat for p in self.places if p.sort is sort]


def codes_a_comparer(acte: Acte, lecture: Lecture) -> set[str]:
    """Returns the INSEE codes of the birth places of those who bear an identity of the file but for that place: it may
    be the same, told otherwise."""
    identites = [identite_de(ligne.forme) for ligne in en_soufflant(lecture.lignes)]
    par_cle = list_proches(acte.db, {cle for i in identites for cle in i.cles_proches})
    lieux = (c.identite.naissance for i in identites for c in nes_ailleurs(i, _qui_partagent(par_cle, i.cles_proches)))
    return {lieu.code_insee for lieu in lieux if lieu.code_insee}


def planifier(acte: Acte, lecture: Lecture, communes: dict[str, Commune], departement: str | None) -> Plan:
    """Returns what becomes of the lines, and adds to the file's report what the rules say of each.

    Args:
        communes: what is known of the codes of the file, and of those of `codes_a_comparer`.
        departement: of the centre, for who has no address.
    """
    bilan = lecture.bilan
    for ligne in lecture.incompletes:
        _dire_le_reste(bilan, ligne, communes, acte.jour())
    lignes = en_soufflant(lecture.lignes)
    identites = {ligne.numero: avec_commune(identite_de(ligne.forme), communes) for ligne in lignes}
    voisins = _Voisins.de(acte, list(identites.values()), communes)
    plan = Plan(vus=voisins.tous)
    hors_limite = _hors_limite(acte, identites.values(), voisins)
    premieres: dict[str, tuple[int, str]] = {}
    nouvelles: dict[str, int] = {}
    for ligne in en_soufflant(lecture.lignes):
        identite = identites[ligne.numero]
        a_taire = identite.cle_exacte in hors_limite
        exact = voisins.exact(identite)
        qui = exact.id if exact and not a_taire else identite.cle_exacte
        if _est_une_repetition(bilan, ligne.numero, identite, qui, premieres):
            continue
        proches = Proches() if exact or a_taire else voisins.proches(identite)
        if exact is None and not a_taire:
            _rapprocher(bilan, ligne.numero, identite, nouvelles)
        faits = FaitsIdentite(acte.jour(), identite, commune_de(identite, communes), proches)
        for manquement in verifier(CREATION, faits):
            bilan.dire_manquement(ligne.numero, manquement, ligne.valeurs)
        if a_taire:
            bilan.dire(ligne.numero, Effet.REFUSE, _HORS_LIMITE, code="CAN-04")
        else:
            plan.places.append(_placer(bilan, ligne, identite, exact, voisins, departement))
    return plan


def _hors_limite(acte: Acte, identites: Iterable[Identite], voisins: "_Voisins") -> frozenset[str]:
    """Counts the identities of a file that tell of somebody elsewhere, and returns those too many this hour.

    Whether one of these is somebody's, or only near, is no longer said: a file is no way to look for people. Who
    resembles nobody costs nothing: the form too says so without a limit.
    """
    cles = [i.cle_exacte for i in en_soufflant(identites) if voisins.ailleurs(i)]
    return frozenset(compter(acte, cles)) if cles else frozenset()


def _dire_le_reste(bilan: Bilan, ligne: Ligne, communes: dict[str, Commune], jour: date) -> None:
    """Says what the rules find in the sound part of an identity at fault: CAN-05 says everything at once."""
    naissance, date_naissance = ligne.forme.get("naissance"), ligne.forme.get("date_naissance")
    lieu = Naissance(**naissance) if naissance else Naissance(FRANCE)
    identite = avec_commune(Identite("", "", date_naissance or date.min, lieu), communes)
    regles = (IDENTITE if date_naissance else SANS_DATE) if naissance else SANS_LIEU if date_naissance else ()
    for manquement in verifier(regles, FaitsIdentite(jour, identite, commune_de(identite, communes))):
        bilan.dire_manquement(ligne.numero, manquement, ligne.valeurs)


def _est_une_repetition(
    bilan: Bilan, numero: int, identite: Identite, qui: str, premieres: dict[str, tuple[int, str]]
) -> bool:
    """Returns whether a line before leads to the same person, and then refuses this one.

    Args:
        qui: whom it leads to: the candidate that CERES knows and of whom the report tells, else the identity.
        premieres: for each, the line that led there first, and the identity that it bears.
    """
    premiere, sa_cle = premieres.setdefault(qui, (numero, identite.cle_exacte))
    if premiere != numero:
        repete = "répète" if sa_cle == identite.cle_exacte else "désigne la même personne que"
        message = f"Cette ligne {repete} la ligne {premiere} : supprimez l'une des deux."
        bilan.dire(numero, Effet.REFUSE, message, champ="nom_naissance", code="CAN-05", corrigible=False)
    return premiere != numero


def _rapprocher(bilan: Bilan, numero: int, identite: Identite, nouvelles: dict[str, int]) -> None:
    """Asks whether somebody new is the same person as somebody of a line before. `nouvelles`: their lines, by key."""
    semblables = {nouvelles.setdefault(cle, numero) for cle in identite.cles_cherchees} - {numero}
    if semblables:
        message = f"Une identité proche figure à la ligne {min(semblables)} : deux candidats seraient créés."
        bilan.dire(numero, Effet.CONFIRME, message, code="CAN-04")


def _placer(
    bilan: Bilan,
    ligne: Ligne,
    identite: Identite,
    exact: Candidat | None,
    voisins: "_Voisins",
    departement: str | None,
) -> Place:
    if exact is None:
        adresse = adresse_de(ligne.forme)
        coordonnees = {champ: ligne.forme[champ] for champ in COORDONNEES}
        domicile = departement_du_domicile(adresse) or departement
        nouveau = nouveau_candidat(identite, "", adresse=adresse, departement=domicile, **coordonnees)
        return Place(ligne.numero, nouveau, Sort.CREE)
    autrement = _AUTREMENT if identite.seul_le_lieu_differe(exact.identite) else ""
    if exact.id in voisins.visibles:
        message = f"Déjà connu sous le numéro {exact.numero}{autrement} : rien n'est modifié."
        bilan.dire(ligne.numero, Effet.INFORME, message, code="CAN-05")
        return Place(ligne.numero, exact, Sort.CONNU)
    message = f"Identité déjà connue{autrement} : elle est rattachée au centre."
    bilan.dire(ligne.numero, Effet.INFORME, message, code="CAN-04")
    return Place(ligne.numero, exact, Sort.RATTACHE)


@dataclass(frozen=True)
class _Voisins:
    """The candidates who bear, or nearly bear, the identities of a file; `visibles`: those of the perimeter."""

    exacts: dict[str, list[Candidat]]
    par_cle: dict[str, list[Candidat]]
    tous: frozenset[str]
    visibles: frozenset[str]
    devenues: Mapping[str, str]

    @classmethod
    def de(cls, acte: Acte, identites: list[Identite], communes: Mapping[str, Commune]) -> "_Voisins":
        exacts = list_exacts(acte.db, {i.cle_exacte for i in identites})
        par_cle = list_proches(acte.db, {cle for i in identites for cle in i.cles_cherchees})
        tous: set[Any] = {c.id for liste in (*par_cle.values(), *exacts.values()) for c in liste}
        siens = visibles(acte.db, tous, perimetre(acte.acteur))
        return cls(exacts, par_cle, frozenset(tous), siens, devenues(communes))

    def exact(self, identite: Identite) -> Candidat | None:
        """Returns the candidate who bears this very identity, one of the perimeter rather than another; else the one
        who bears it but for how it tells its birth place."""
        trouves = self.exacts.get(identite.cle_exacte)
        if not trouves:
            proches = _qui_partagent(self.par_cle, identite.cles_proches)
            trouves = du_lieu_dit_autrement(identite, proches, self.devenues)
        return min(trouves, key=lambda c: (c.id not in self.visibles, c.numero), default=None)

    def ailleurs(self, identite: Identite) -> bool:
        """Returns whether what would be said of this identity tells of somebody outside the perimeter."""
        exact = self.exact(identite)
        return exact.id not in self.visibles if exact else self.proches(identite).ailleurs

    def proches(self, identite: Identite) -> Proches:
        """Returns those who may be the same person."""
        trouves = _qui_partagent(self.par_cle, identite.cles_cherchees)
        siens = tuple(c for c in trouves if c.id in self.visibles)
        return Proches(siens, ailleurs=len(siens) < len(trouves))


def _qui_partagent(par_cle: Mapping[str, list[Candidat]], cles: Iterable[str]) -> list[Candidat]:
    """Returns the candidates to whom one of these keys of CAN-04 leads, each once."""
    return [*{c.id: c for cle in cles for c in par_cle.get(cle, ())}.values()]
