"""A candidate: an identity that is one nationally, and how to reach the person. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from commun.domain.territoires import departement_du_code_insee
from commun.domain.textes import a_rechercher, normaliser, prenom_usuel, rapprocher

FRANCE = "FR"
COORDONNEES = ("telephone", "courriel")
"""How a candidate is reached, his address apart: each may be missing; a merger completes it, anonymising erases it."""


@dataclass(frozen=True)
class Naissance:
    """Where someone was born: a commune of France by its INSEE code, with the name it had then, or a country and a
    town. Births of long ago, whose commune has no code any more, keep their label alone."""

    pays_code: str
    code_insee: str | None = None
    commune: str | None = None

    @property
    def en_france(self) -> bool:
        return self.pays_code == FRANCE

    @property
    def departement(self) -> str | None:
        """The département of the birth commune; 20 for Corsica before 1976."""
        return departement_du_code_insee(self.code_insee) if self.code_insee else None

    @property
    def cle(self) -> str:
        """What makes two places one: the code where there is one, for names have homonyms; else country and town."""
        return self.code_insee or f"{self.pays_code} {normaliser(self.commune)}"

    def peut_etre(self, autre: "Naissance", devenues: Mapping[str, str]) -> bool:
        """Returns whether another place, told otherwise, may be this one: abroad, a country with its town and the same
        without; in France, a code that serves no more and that of today. `devenues`: what the former have become.
        """
        if self.code_insee and autre.code_insee:
            codes = self.code_insee, autre.code_insee
            return any(devenues.get(de) == vers for de, vers in (codes, codes[::-1]))
        return self.pays_code == autre.pays_code != FRANCE and not (self.commune and autre.commune)


def avec_jour_et_mois_inverses(cles: frozenset[str]) -> frozenset[str]:
    """Returns these keys of CAN-04, and those of the same birth dates with day and month inverted."""
    inverses = set[str]()
    for qui, ne_le in (cle.rsplit("|", 1) for cle in cles):
        annee, mois, jour = ne_le.split("-")
        if jour <= "12":
            inverses.add(f"{qui}|{annee}-{jour}-{mois}")
    return cles | inverses


@dataclass(frozen=True)
class Identite:
    """The identity block. `prenoms`: all of them, in order, separated by commas."""

    nom_naissance: str
    prenoms: str
    date_naissance: date
    naissance: Naissance
    civilite: str | None = None
    nom_usage: str | None = None

    @property
    def nom_complet(self) -> str:
        """The name as a sentence says it: « Adèle Abadie »."""
        return f"{prenom_usuel(self.prenoms)} {self.nom_usage or self.nom_naissance}"

    @property
    def cle_exacte(self) -> str:
        """The complete identity, accents, case and punctuation apart: who knows it all may attach the person."""
        return f"{self.cle_sans_lieu}|{self.naissance.cle}"

    @property
    def cle_sans_lieu(self) -> str:
        """The same, of who was born anywhere."""
        prenoms = ",".join(normaliser(p) for p in self.prenoms.split(","))
        return "|".join((normaliser(self.nom_naissance), prenoms, self.date_naissance.isoformat()))

    def seul_le_lieu_differe(self, autre: "Identite") -> bool:
        """Returns whether another identity is this one but for its birth place."""
        return self.cle_sans_lieu == autre.cle_sans_lieu and self.naissance.cle != autre.naissance.cle

    @property
    def cles_proches(self) -> frozenset[str]:
        """The keys of CAN-04: two candidates who share one may be one person. A name (of birth or in use), the first
        given name, the birth date. Made to be stored and indexed.

        Given names are often typed without their commas: of « Jean Paul », « Jean » may be the first. Names are typed
        in one word or in several, « Ben Ali » or « Benali »: their letters alone count.
        """
        premier, ne_le = prenom_usuel(self.prenoms), self.date_naissance.isoformat()
        prenoms = (premier, *premier.split()[:1])
        noms = [nom for nom in (self.nom_naissance, self.nom_usage) if nom]
        return frozenset(f"{rapprocher(nom)}|{rapprocher(prenom)}|{ne_le}" for nom in noms for prenom in prenoms)

    @property
    def cles_cherchees(self) -> frozenset[str]:
        """The keys of CAN-04 of all who may be this person."""
        return avec_jour_et_mois_inverses(self.cles_proches)

    @property
    def tour(self) -> str:
        """What all who may be this person have in common, whichever key of CAN-04 they share: the initial of the given
        name, the birth date, its day and month in one order. Who creates her holds this name alone, not each key: a
        file of five thousand lines had more of those than PostgreSQL has locks for all its clients.
        """
        ne_le, initiale = self.date_naissance, rapprocher(prenom_usuel(self.prenoms))[:1]
        jour_et_mois = sorted((ne_le.day, ne_le.month)) if ne_le.day <= 12 else (ne_le.day, ne_le.month)
        return "|".join(map(str, (initiale, ne_le.year, *jour_et_mois)))

    @property
    def etat_civil(self) -> tuple[Any, ...]:
        """What CAN-02 protects: what a diploma says of the person."""
        return (self.nom_naissance, self.prenoms, self.date_naissance, self.naissance)


@dataclass(frozen=True)
class Adresse:
    """Where the candidate lives: never shown where the birth place is expected (CAN-03)."""

    voie: str | None = None
    complement: str | None = None
    code_postal: str | None = None
    commune: str | None = None
    code_insee: str | None = None


@dataclass(frozen=True)
class Candidat:
    """A candidate as stored.

    Attributes:
        numero: national, given once.
        departement: of the home; where no address is known, that of the centre that created the candidate.
        canonique_id: the candidate into whom this one was merged.
        anonyme: what named him was taken away: he is counted, and nothing else.
    """

    id: str
    numero: str
    identite: Identite
    adresse: Adresse | None = None
    telephone: str | None = None
    courriel: str | None = None
    departement: str | None = None
    canonique_id: str | None = None
    version: int = 1
    anonyme: bool = False

    @property
    def coordonnees(self) -> dict[str, Any]:
        """What is known of `COORDONNEES`, by field."""
        return {champ: getattr(self, champ) for champ in COORDONNEES}

    @property
    def recherche(self) -> str:
        """What a search looks into; empty for nobody but those who were anonymised."""
        if self.anonyme:
            return ""
        identite = self.identite
        noms = (identite.nom_naissance, identite.nom_usage or "", *identite.prenoms.split(","))
        return a_rechercher(noms, self.numero)


@dataclass(frozen=True)
class Commune:
    """What the référentiel knows of an INSEE code on a day.

    Attributes:
        connu: whether the code stands for a commune on that day; true where no list of communes is loaded.
        noms: the names it may bear; none where only the code is known.
        devenue: of a code that no longer serves, that of the commune where the place is today.
        postales: of such a code, the communes of today whose postcode it is: their names, by INSEE code.
    """

    connu: bool
    noms: tuple[str, ...] = ()
    devenue: str = ""
    postales: Mapping[str, str] = field(default_factory=dict)


def nes_ailleurs(identite: Identite, proches: Iterable[Candidat]) -> list[Candidat]:
    """Returns those of these candidates who bear an identity but for its birth place."""
    return [c for c in proches if identite.seul_le_lieu_differe(c.identite)]


def devenues(communes: Mapping[str, Commune]) -> dict[str, str]:
    """Returns what the codes that are known have become, as `Naissance.peut_etre` takes them."""
    return {code: commune.devenue for code, commune in communes.items()}


def du_lieu_dit_autrement(
    identite: Identite, proches: Iterable[Candidat], devenues: Mapping[str, str]
) -> list[Candidat]:
    """Returns the one of these candidates who bears an identity but for how it tells its birth place; nobody where two
    do. What CERES takes of a place in two ways is no reason to have one person be two candidates.

    Args:
        devenues: of the codes of these places.
    """
    lieu = identite.naissance
    siens = [c for c in nes_ailleurs(identite, proches) if lieu.peut_etre(c.identite.naissance, devenues)]
    return siens if len(siens) == 1 else []


@dataclass(frozen=True)
class Proches:
    """The candidates who may be the same person as one about to be created (CAN-04).

    Attributes:
        visibles: those of the profil's perimeter.
        ailleurs: whether there is one outside it; of that one nothing else is said.
        tus: no more is said of those outside it, be there one or not.
    """

    visibles: tuple[Candidat, ...] = ()
    ailleurs: bool = False
    tus: bool = False


@dataclass(frozen=True)
class FaitsIdentite:
    """What CAN-01 and CAN-04 read of an identity that is created or changed."""

    jour: date
    identite: Identite
    commune: Commune = field(default=Commune(connu=True))
    proches: Proches = field(default=Proches())


@dataclass(frozen=True)
class FaitsModification:
    """What CAN-02 reads of an identity block about to change."""

    nom: str
    par_un_centre: bool
    resultat_enregistre: bool
