"""The reference facts that several services reason on: a titre's situation on a day, profil types. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from commun.domain.dates import d_un_seul_tenant, lendemain, plus_annees

PREAVIS_MOIS = 6
"""Months before its end from which an habilitation or an agrément is said to end soon (AGR-01)."""


class TypeProfil(StrEnum):
    """The role in which an account acts."""

    CENTRE = "CENTRE"
    UD = "UD"
    DIRECCTE = "DIRECCTE"
    NATIONAL = "NATIONAL"


CENTRE = frozenset({TypeProfil.CENTRE})
AGENTS = frozenset({TypeProfil.UD, TypeProfil.DIRECCTE})
NATIONAL = frozenset({TypeProfil.NATIONAL})
TOUS = frozenset(TypeProfil)


class Profil(Protocol):
    """What a perimeter reads of who acts."""

    @property
    def type(self) -> TypeProfil: ...
    @property
    def etablissement_id(self) -> str | None: ...
    @property
    def departement(self) -> str | None: ...
    @property
    def region(self) -> str | None: ...


def du_territoire(profil: Profil, departement: str | None, region: str | None) -> bool:
    """Returns whether a place is in a profil's territory (`regles.md` §1): the département of an UD, the région of a
    DIRECCTE, all of the country for the national mission. A centre has none."""
    match profil.type:
        case TypeProfil.NATIONAL:
            return True
        case TypeProfil.UD:
            return departement == profil.departement
        case TypeProfil.DIRECCTE:
            return region == profil.region
        case TypeProfil.CENTRE:
            return False


class Situation(StrEnum):
    """Where a titre stands on a given day (`regles.md` §0)."""

    EN_COURS = "en_cours"
    EN_PROLONGATION = "en_prolongation"
    HORS_DELAI = "hors_delai"


@dataclass(frozen=True)
class Certification:
    """A code and its intitulé: a CCP or a CCS."""

    code: str
    intitule: str


def prolongation_par_defaut(fin_de_vie: date) -> date:
    """Returns the last day of a prolongation where the ministry sets none."""
    return plus_annees(fin_de_vie, 1)


def dates_incoherentes(debut: date | None, fin_de_vie: date | None, prolongation: date | None) -> dict[str, list[str]]:
    """Returns what is wrong between the dates of a titre, by field: the start of its validity, its end of life, the end
    of the prolongation that the ministry sets."""
    erreurs = {}
    if debut and fin_de_vie and fin_de_vie < debut:
        erreurs["date_fin_de_vie"] = ["La fin de vie ne peut pas précéder le début de validité."]
    if prolongation and fin_de_vie is None:
        erreurs["date_fin_prolongation"] = ["Un titre sans fin de vie n'a pas de prolongation."]
    elif prolongation and fin_de_vie and prolongation < fin_de_vie:
        erreurs["date_fin_prolongation"] = ["La fin de prolongation ne peut pas précéder la fin de vie."]
    return erreurs


@dataclass(frozen=True)
class Titre:
    """A titre professionnel as the rules know it.

    `date_fin_prolongation` is what the ministry set, `None` where it set nothing: `fin_prolongation` then says one
    year after the end of life.
    """

    code: str
    intitule: str
    codes_rome: frozenset[str] = frozenset()
    ccps: tuple[Certification, ...] = ()
    ccs: tuple[Certification, ...] = ()
    date_fin_de_vie: date | None = None
    date_fin_prolongation: date | None = None

    @classmethod
    def publie(cls, corps: Mapping[str, Any]) -> "Titre":
        """Returns the titre that the body of a `referentiel.titre_publie` tells of."""
        ccps, ccs = (tuple(Certification(c["code"], c["intitule"]) for c in corps[nom]) for nom in ("ccps", "ccs"))
        fins = (corps[nom] and date.fromisoformat(corps[nom]) for nom in ("date_fin_de_vie", "date_fin_prolongation"))
        return cls(corps["code"], corps["intitule"], frozenset(corps["codes_rome"]), ccps, ccs, *fins)

    @property
    def fin_prolongation(self) -> date | None:
        """The last day of the prolongation; `None` where the titre has no end of life."""
        if self.date_fin_de_vie is None:
            return None
        return self.date_fin_prolongation or prolongation_par_defaut(self.date_fin_de_vie)

    @property
    def hors_delai_depuis(self) -> date | None:
        """The first day on which nothing is possible any more."""
        fin = self.fin_prolongation
        return lendemain(fin) if fin else None

    def situation(self, jour: date) -> Situation:
        """Returns where the titre stands on `jour`."""
        if self.date_fin_de_vie is None or jour <= self.date_fin_de_vie:
            return Situation.EN_COURS
        fin = self.fin_prolongation
        return Situation.EN_PROLONGATION if fin and jour <= fin else Situation.HORS_DELAI

    @property
    def codes_ccp(self) -> frozenset[str]:
        return frozenset(c.code for c in self.ccps)

    def ccp_exiges_le(self, jour: date) -> frozenset[str]:
        """Returns the CCPs that give it in a session whose last day is `jour`; none once it is hors délai (RES-02)."""
        return frozenset() if self.situation(jour) is Situation.HORS_DELAI else self.codes_ccp


@dataclass(frozen=True)
class Agrement:
    """The right of a centre to hold sessions for one titre or one CCS at one site, as the rules know it."""

    id: str
    etablissement_id: str
    site_id: str
    titre_code: str | None
    ccs_code: str | None
    date_debut: date
    date_fin: date
    statut: str = "accorde"

    def couvre(self, debut: date, fin: date, titre: Titre | None) -> bool:
        """Returns whether sessions may be held from `debut` to `fin` under it (SES-01)."""
        return self.statut == "accorde" and self.date_debut <= debut and fin <= self.jusqu_au(titre)

    def jusqu_au(self, titre: Titre | None) -> date:
        """Returns its last day for a titre: in force at the end of its life, it covers its prolongation (AGR-03)."""
        if titre and titre.date_fin_de_vie and self.date_debut <= titre.date_fin_de_vie <= self.date_fin:
            return max(self.date_fin, titre.fin_prolongation or self.date_fin)
        return self.date_fin

    def couvre_jusqu_au(self, titres: Iterable[Titre | None]) -> date:
        """Returns its last day, be it through the prolongation of one of these titres: its own, or those of its CCS."""
        return max((self.date_fin, *map(self.jusqu_au, titres)))


def agreent(agrements: Iterable[Agrement], debut: date, fin: date, titres: Collection[Titre | None]) -> bool:
    """SES-01: returns whether agréments for one certification at one site allow sessions from `debut` to `fin`: one of
    them, or several that follow each other without a day between.

    Args:
        titres: the one whose prolongation they may cover, or those of their CCS.
    """
    accordes = (a for a in agrements if a.statut == "accorde")
    return d_un_seul_tenant(((a.date_debut, a.couvre_jusqu_au(titres)) for a in accordes), debut, fin)
