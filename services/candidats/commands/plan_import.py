"""What becomes of each line of an imported file: new, known already, attached, or refused."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from commun import clock
from commun.rules import Effet, verifier
from commun.unit_of_work import Acte
from services.candidats.commands.identite import adresse_de, avec_commune, identite_de
from services.candidats.commands.rattachement import LIMITE
from services.candidats.domain.model import Adresse, Candidat, Commune, FaitsIdentite, Identite, Proches
from services.candidats.domain.rules import CREATION
from services.candidats.fichiers.bilan import Bilan
from services.candidats.fichiers.controle import Lecture, Ligne
from services.candidats.storage.candidats import (
    list_exacts,
    list_proches,
    perimetre,
    reserver_identites,
    visibles,
)
from services.candidats.storage.journaux import compter_tentatives, noter_tentatives


@dataclass(frozen=True)
class Nouveau:
    """A candidate to create."""

    identite: Identite
    adresse: Adresse | None
    telephone: str | None
    courriel: str | None


@dataclass
class Plan:
    """What the import does where no line is refused."""

    nouveaux: list[Nouveau] = field(default_factory=list)
    connus: list[Candidat] = field(default_factory=list)
    rattaches: list[Candidat] = field(default_factory=list)


def planifier(acte: Acte, lecture: Lecture, communes: dict[str, Commune]) -> Plan:
    """Returns what becomes of the lines, and adds to the file's report what the rules say of each."""
    plan, bilan = Plan(), lecture.bilan
    identites = {ligne.numero: _identite(ligne, communes) for ligne in lecture.lignes}
    voisins = _Voisins.de(acte, list(identites.values()))
    places: dict[str, int] = {}
    for ligne in lecture.lignes:
        identite = identites[ligne.numero]
        if (premiere := places.setdefault(identite.cle_exacte, ligne.numero)) != ligne.numero:
            message = f"Cette ligne répète la ligne {premiere}."
            bilan.dire(ligne.numero, Effet.REFUSE, message, champ="nom_naissance", code="CAN-05")
            continue
        exact = voisins.exact(identite)
        proches = Proches() if exact else voisins.proches(identite)
        faits = FaitsIdentite(acte.jour(), identite, _commune(identite, communes), proches)
        for manquement in verifier(CREATION, faits):
            bilan.dire_manquement(ligne.numero, manquement, ligne.valeurs)
        _classer(plan, bilan, ligne, identite, exact, voisins)
    _limiter(acte, plan, bilan)
    return plan


def _identite(ligne: Ligne, communes: dict[str, Commune]) -> Identite:
    identite = identite_de(ligne.forme)
    return avec_commune(identite, _commune(identite, communes))


def _commune(identite: Identite, communes: dict[str, Commune]) -> Commune:
    return communes.get(identite.naissance.code_insee or "", Commune(connu=True))


def _classer(
    plan: Plan, bilan: Bilan, ligne: Ligne, identite: Identite, exact: Candidat | None, voisins: "_Voisins"
) -> None:
    if exact is None:
        coordonnees = {champ: ligne.forme[champ] for champ in ("telephone", "courriel")}
        plan.nouveaux.append(Nouveau(identite, adresse_de(ligne.forme), **coordonnees))
    elif exact.id in voisins.vus:
        plan.connus.append(exact)
        message = f"Déjà connu sous le numéro {exact.numero} : rien n'est modifié."
        bilan.dire(ligne.numero, Effet.INFORME, message, code="CAN-05")
    else:
        plan.rattaches.append(exact)
        bilan.dire(ligne.numero, Effet.INFORME, "Identité déjà connue : elle est rattachée au centre.", code="CAN-04")


def _limiter(acte: Acte, plan: Plan, bilan: Bilan) -> None:
    """Counts the attachments of the file among those of the hour: a file is no way to look for people."""
    if not plan.rattaches:
        return
    maintenant = clock.maintenant()
    faites, _ = compter_tentatives(acte.db, acte.acteur.compte_id, maintenant)
    if faites + len(plan.rattaches) > LIMITE:
        for o in [o for o in bilan.observations if o.code == "CAN-04" and o.effet is Effet.INFORME]:
            bilan.observations.remove(o)
            message = f"Identité déjà connue, et {LIMITE} rattachements au plus par heure : recommencez plus tard."
            bilan.dire(o.ligne, Effet.REFUSE, message, champ="nom_naissance", code="CAN-04")
    noter_tentatives(acte.db, acte.acteur.compte_id, maintenant, min(len(plan.rattaches), LIMITE))


@dataclass(frozen=True)
class _Voisins:
    """The candidates who bear, or nearly bear, the identities of a file; `vus`: those of the perimeter."""

    exacts: dict[str, list[Candidat]]
    par_cle: dict[str, list[Candidat]]
    vus: frozenset[str]

    @classmethod
    def de(cls, acte: Acte, identites: list[Identite]) -> "_Voisins":
        cles = {cle for i in identites for cle in i.cles_proches}
        reserver_identites(acte.db, cles)
        exacts = list_exacts(acte.db, {i.cle_exacte for i in identites})
        proches = list_proches(acte.db, cles)
        par_cle: dict[str, list[Candidat]] = defaultdict(list)
        for candidat in proches:
            for cle in candidat.identite.cles_proches:
                par_cle[cle].append(candidat)
        tous: set[Any] = {c.id for c in proches} | {c.id for liste in exacts.values() for c in liste}
        return cls(exacts, par_cle, visibles(acte.db, tous, perimetre(acte.acteur)))

    def exact(self, identite: Identite) -> Candidat | None:
        """Returns the candidate who bears this very identity, one of the perimeter rather than another."""
        trouves = self.exacts.get(identite.cle_exacte, [])
        return min(trouves, key=lambda c: (c.id not in self.vus, c.numero), default=None)

    def proches(self, identite: Identite) -> Proches:
        trouves = {c.id: c for cle in identite.cles_proches for c in self.par_cle.get(cle, ())}
        siens = tuple(c for c in trouves.values() if c.id in self.vus)
        return Proches(siens, ailleurs=len(siens) < len(trouves))
