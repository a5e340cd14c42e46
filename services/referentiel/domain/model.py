"""What the référentiel knows: titres, CCS, établissements with their sites, agréments. Pure.

`Titre` and `Agrement` are the kernel's: every service reasons on the same ones. Here they gain what only their owner
needs to know.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from commun.domain.referentiel import Agrement, Certification, Titre, agreent
from commun.domain.textes import normaliser


class StatutAgrement(StrEnum):
    """Where an agrément stands on a given day. `ECHU` is computed from the dates, never stored."""

    ACCORDE = "accorde"
    SUSPENDU = "suspendu"
    RETIRE = "retire"
    ECHU = "echu"


JAMAIS_VALIDEES = frozenset({"brouillon", "en_attente_de_validation", "refusee"})
"""The stored states of a session which lapses on its first day: nothing rests on it then (SES-11)."""


class DecisionAgrement(StrEnum):
    """What the administration has decided of an agrément, as its centre is told of it."""

    ACCORDE = "accorde"
    REDATE = "redate"
    SUSPENDU = "suspendu"
    RETABLI = "retabli"
    RETIRE = "retire"


@dataclass(frozen=True)
class TitreProfessionnel(Titre):
    """A titre with what the référentiel alone keeps.

    Its `code` is CERES's own (`TP-00520`) where it is known, else its RNCP number; a CCP's code is always that of its
    RNCP block (`RNCP37098BC01`), the only one that every source gives.
    """

    code_rncp: str = ""
    niveau: int = 0
    date_debut_validite: date | None = None
    remplace: frozenset[str] = frozenset()
    """RNCP numbers of the titres that this one succeeds."""
    correspondances: tuple["Correspondance", ...] = ()

    def __post_init__(self) -> None:
        """Puts its CCSs in one order, whoever names them in whichever: they have no rank, and are compared and told."""
        object.__setattr__(self, "ccs", tuple(sorted(self.ccs, key=lambda c: (normaliser(c.intitule), c.code))))


@dataclass(frozen=True)
class Correspondance:
    """REF-01: the CCP of an earlier titre that a CCP of its successor stands for, where the arrêté says so."""

    ancien_titre_code: str
    ancien_ccp_code: str
    ccp_code: str


@dataclass(frozen=True)
class Ccs(Certification):
    """A CCS and the codes of the titres that it completes."""

    titres: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Adresse:
    """A postal address. `code_insee` says which commune it is: its name alone may have homonyms."""

    voie: str
    code_postal: str
    commune: str
    code_insee: str | None = None
    complement: str | None = None


@dataclass(frozen=True)
class Territoire:
    """A département and its région: what a perimeter is made of."""

    departement: str
    region: str


@dataclass(frozen=True)
class Site:
    """A place where an établissement holds sessions."""

    id: str
    libelle: str
    adresse: Adresse
    territoire: Territoire


@dataclass(frozen=True)
class Etablissement:
    """A training centre: its identity block and its sites."""

    id: str
    siret: str
    denomination: str
    adresse: Adresse
    territoire: Territoire
    telephone: str | None = None
    courriel: str | None = None
    sites: tuple[Site, ...] = ()

    @property
    def territoires(self) -> frozenset[Territoire]:
        """The territories of its head office and of its sites."""
        return frozenset({self.territoire, *(site.territoire for site in self.sites)})

    def deplacements_depuis(self, avant: "Etablissement") -> list[dict[str, Any]]:
        """Returns what went from one département to another: `{site, de, vers, reste}`, its own address without `site`;
        `reste`: whether something of it is still where it left."""
        etaient, ici = {site.id: site.territoire for site in avant.sites}, {t.departement for t in self.territoires}
        sites = ((site.libelle, etaient.get(site.id, site.territoire), site.territoire) for site in self.sites)
        return [
            {"site": nom, "de": etait.departement, "vers": est.departement, "reste": etait.departement in ici}
            for nom, etait, est in ((None, avant.territoire, self.territoire), *sites)
            if etait.departement != est.departement
        ]


@dataclass(frozen=True)
class SessionAVenir:
    """A session not over that relies on an agrément, as the warnings name it."""

    numero: str
    date_debut: date
    date_fin: date
    id: str = ""
    etat: str = ""


@dataclass(frozen=True)
class Inscrits:
    """The ids of those who are registered in a session."""

    candidats: frozenset[str] = frozenset()
    jures: frozenset[str] = frozenset()


def nombres(inscrits: Iterable[Inscrits]) -> dict[str, int]:
    """Returns how many people these are, each counted once: `{"nombre_candidats", "nombre_jures"}`."""
    tous = list(inscrits)
    return {
        "nombre_candidats": len({qui for i in tous for qui in i.candidats}),
        "nombre_jures": len({qui for i in tous for qui in i.jures}),
    }


@dataclass(frozen=True)
class FaitsAgrement:
    """All that the rules may know of an agrément, the day included.

    Attributes:
        agrement: as it is, or as it would be once created or changed.
        titres: the titre; for a CCS, the titres that it completes.
        certification: the intitulé of what it is for.
        agrements_du_site: the centre's other agréments at this site; `numeros`: their numbers, by id.
        sessions: the sessions to come, or being held, that rely on it.
        inscrits: who is registered in them, by session; `None` where nobody asked.
        deja_accorde: whether it was granted before this act, which changes or restores it.
        dates_gardees: whether this act changes it and leaves its dates: its number put right gives nothing more.
    """

    jour: date
    agrement: Agrement
    numero: str
    certification: str
    titres: tuple[Titre, ...] = ()
    agrements_du_site: tuple[Agrement, ...] = ()
    numeros: Mapping[str, str] = field(default_factory=dict)
    sessions: tuple[SessionAVenir, ...] = ()
    inscrits: Mapping[str, Inscrits] | None = None
    deja_accorde: bool = False
    dates_gardees: bool = False

    @property
    def le_plus_tard(self) -> date:
        """The last day on which the titre's agrément may come for this one: its own first, or today where it has
        begun already, for that of the titre may have been withdrawn since, and granted anew."""
        return max(self.agrement.date_debut, self.jour) if self.deja_accorde else self.agrement.date_debut

    @property
    def titres_tenus(self) -> tuple[Titre, ...]:
        """The titres for which the centre holds, at this site, an agrément in force when this one begins, or since."""
        jours = {self.agrement.date_debut, self.le_plus_tard}
        return tuple(
            titre
            for titre in self.titres
            if any(a.titre_code == titre.code and a.couvre(j, j, titre) for a in self.agrements_du_site for j in jours)
        )

    @property
    def memes(self) -> tuple[Agrement, ...]:
        """The centre's other agréments for the same at this site, not withdrawn, that share days with this one."""
        moi = self.agrement
        return tuple(
            a
            for a in pour_le_meme(moi, self.agrements_du_site)
            if a.statut != StatutAgrement.RETIRE and a.date_debut <= moi.date_fin and moi.date_debut <= a.date_fin
        )

    @property
    def ccs_restants(self) -> tuple[str, ...]:
        """The intitulés of the titre's CCSs that stay agréés at this site, where no other agrément for it does."""
        siens = {c.code: c.intitule for titre in self.titres for c in titre.ccs}
        if self.agrement.ccs_code or not siens:
            return ()
        utiles = (a for a in self.agrements_du_site if a.titre_code == self.agrement.titre_code or a.ccs_code in siens)
        accordes = [a for a in utiles if statut_le(a, self.jour, self.titres) is StatutAgrement.ACCORDE]
        if any(a.titre_code == self.agrement.titre_code for a in accordes):
            return ()
        return tuple(sorted(siens[code] for code in {a.ccs_code for a in accordes if a.ccs_code}))


def sert_jusqu_au(agrement: Agrement, titres: Collection[Titre]) -> date:
    """Returns the last day on which a session may end under it: a titre whose end of life was decided since may be hors
    délai sooner, and so may all those of a CCS, of which the one that lives longest counts (SES-02)."""
    fins = [titre.fin_prolongation or date.max for titre in titres]
    return min(agrement.couvre_jusqu_au(titres), max(fins, default=date.max))


def pour_le_meme(agrement: Agrement, du_site: Iterable[Agrement]) -> tuple[Agrement, ...]:
    """Returns those of a site's agréments that are for the same titre or CCS."""
    sujet = (agrement.titre_code, agrement.ccs_code)
    return tuple(a for a in du_site if (a.titre_code, a.ccs_code) == sujet)


def porte(
    agrement: Agrement, debut: date, fin: date, titres: Collection[Titre], du_site: Iterable[Agrement] = ()
) -> bool:
    """Returns whether a session from `debut` to `fin` is held under an agrément, whatever its statut: it covers every
    day, or those that the site's others for the same, which precede or follow it, leave out (SES-01)."""
    if agrement.date_debut <= debut and fin <= agrement.couvre_jusqu_au(titres):
        return True
    autres = pour_le_meme(agrement, du_site)
    avec_lui = (replace(agrement, statut=StatutAgrement.ACCORDE.value), *autres)
    return agreent(avec_lui, debut, fin, titres) and not agreent(autres, debut, fin, titres)


def statut_le(agrement: Agrement, jour: date, titres: Iterable[Titre]) -> StatutAgrement:
    """Returns the statut that the reader sees on `jour`: the stored one, or `echu` once its dates are past (AGR-00)."""
    statut = StatutAgrement(agrement.statut)
    if statut is StatutAgrement.RETIRE or jour <= agrement.couvre_jusqu_au(titres):
        return statut
    return StatutAgrement.ECHU
