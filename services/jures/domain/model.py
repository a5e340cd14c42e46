"""Jurés, emplois, habilitations, as the rules know them. Pure: the day is always given.

What follows from dates is computed here and nowhere stored: an habilitation's effective end, whether it is expired.
What depends on several of a juré's habilitations is in `dossier.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from commun.domain.dates import lendemain, plus_annees
from commun.domain.referentiel import Situation, Titre

Certifiante = tuple[str | None, str | None]
"""(titre_code, ccs_code): one of the two."""

ANCIENNETE = 5
"""Calendar years that may separate the last day in a linked job from the start of an habilitation (HAB-07)."""


class StatutJure(StrEnum):
    """An inactive juré keeps his habilitations, but neither sits in a jury nor is habilité any more (JUR-05)."""

    ACTIF = "actif"
    INACTIF = "inactif"


class EtatHabilitation(StrEnum):
    """The state of an habilitation on a day. The first four are stored; the expired ones are computed from dates.

    `EXPIREE_HORS_DELAI` is any expired one once its titre has left its prolongation: nothing can be done with it.
    """

    BROUILLON = "brouillon"
    ACTIVE = "active"
    SUSPENDUE = "suspendue"
    SUPPRIMEE = "supprimee"
    EXPIREE_AVANT_FIN_DE_VIE = "expiree_avant_fin_de_vie"
    EXPIREE_FIN_DE_VIE = "expiree_fin_de_vie"
    EXPIREE_HORS_DELAI = "expiree_hors_delai"

    @property
    def publie(self) -> str:
        """The `etat` that the contract shows: `expiree`, whichever way it expired."""
        return "expiree" if self in EXPIREES else self.value


STOCKES = frozenset(
    {EtatHabilitation.BROUILLON, EtatHabilitation.ACTIVE, EtatHabilitation.SUSPENDUE, EtatHabilitation.SUPPRIMEE}
)
EXPIREES = frozenset(EtatHabilitation) - STOCKES


@dataclass(frozen=True)
class Adresse:
    """Where a juré lives: it makes his département, hence who manages him."""

    voie: str
    code_postal: str
    commune: str
    code_insee: str
    complement: str = ""


@dataclass(frozen=True)
class Emploi:
    """A job that a juré holds or held. `date_fin` is `None` while he is still in it.

    `titres_lies` holds the codes of the titres that the agent marked as linked, beside those that its ROME code links.
    """

    id: str
    intitule: str
    code_rome: str
    date_debut: date
    date_fin: date | None = None
    titres_lies: frozenset[str] = frozenset()
    employeur: str = ""
    employeur_siret: str | None = None

    def lie_a(self, titre: Titre) -> bool:
        """Returns whether this job counts for `titre` (HAB-07)."""
        return self.code_rome in titre.codes_rome or titre.code in self.titres_lies

    def liens(self, titres: Iterable[Titre], jour: date) -> list[Titre]:
        """Returns those of these titres for which this job counts; of those that its ROME code alone links, those on
        which one may still be habilité."""
        lies = (titre for titre in titres if self.lie_a(titre))
        return [t for t in lies if t.code in self.titres_lies or t.situation(jour) is not Situation.HORS_DELAI]

    def occupe(self, debut: date, fin: date) -> bool:
        """Returns whether the job is held on a day from `debut` to `fin`."""
        return self.date_debut <= fin and (self.date_fin is None or self.date_fin >= debut)

    def derniere_occupation(self, jour: date) -> date | None:
        """Returns the last day on which the job was held, seen from `jour`; `None` where it begins after."""
        if self.date_debut > jour:
            return None
        return min(self.date_fin or jour, jour)


def derniere_occupation(emplois: Iterable[Emploi], titre: Titre, jour: date) -> date | None:
    """Returns the last known day of occupation of a job linked to `titre`, seen from `jour`."""
    jours = (e.derniere_occupation(jour) for e in emplois if e.lie_a(titre))
    return max((j for j in jours if j is not None), default=None)


def dernier_debut_admis(derniere: date) -> date:
    """Returns the last `date_debut` that HAB-07 admits after this last day of occupation.

    After a 28 February, a 29th five years later counts as the 28th.
    """
    anniversaire = plus_annees(derniere, ANCIENNETE)
    suivant = lendemain(anniversaire)
    return suivant if plus_annees(suivant, -ANCIENNETE) <= derniere else anniversaire


TELEPHONES = ("telephone_professionnel", "telephone_personnel")
COORDONNEES = (*TELEPHONES, "courriel")
"""How a juré is reached, his address apart: each may be missing; a merger completes it, anonymising erases it."""


@dataclass(frozen=True)
class Jure:
    """A professional who may sit in juries. `departement` and `region` are those of his home.

    `anonyme`: what named him was taken away: he is counted, and nothing else.
    """

    id: str
    civilite: str
    nom: str
    prenom: str
    departement: str
    region: str
    nom_usage: str = ""
    date_naissance: date | None = None
    telephone_professionnel: str = ""
    telephone_personnel: str = ""
    courriel: str = ""
    adresse: Adresse | None = None
    statut: StatutJure = StatutJure.ACTIF
    emplois: tuple[Emploi, ...] = ()
    anonyme: bool = False

    @property
    def nom_complet(self) -> str:
        """The name as a sentence says it."""
        return f"{self.prenom} {self.nom_usage or self.nom}"

    @property
    def commune(self) -> str:
        """Where he lives, which tells him from who bears his name: « 75011 Paris »; nothing where it is not known."""
        return f"{self.adresse.code_postal} {self.adresse.commune}" if self.adresse else ""


@dataclass(frozen=True)
class Habilitation:
    """The right of a juré to sit for a titre (some of its CCPs) or for a CCS, from `date_debut` to `date_fin`.

    Attributes:
        etat: what is stored; `etat_le` says what it is worth on a day.
        date_fin_fixee_en_prolongation: `date_fin` was set (valider, réactiver) while the titre was in prolongation:
            its end of life, known by then, no longer shortens it; the end of the prolongation does.
        deja_active: it was validated once: validating it again is a renewal (HAB-14).
    """

    id: str
    jure_id: str
    date_debut: date
    date_fin: date
    titre_code: str | None = None
    ccp_codes: frozenset[str] = frozenset()
    ccs_code: str | None = None
    etat: EtatHabilitation = EtatHabilitation.BROUILLON
    date_fin_fixee_en_prolongation: bool = False
    deja_active: bool = False

    def __post_init__(self) -> None:
        if (self.titre_code is None) == (self.ccs_code is None):
            raise ValueError("Une habilitation porte sur un titre ou sur un CCS.")
        if self.etat not in STOCKES:
            raise ValueError(f"L'état {self.etat} se calcule, il ne se conserve pas.")

    @property
    def code(self) -> str:
        """The code of its certification."""
        return self.titre_code or self.ccs_code or ""

    def fin_effective(self, titre: Titre) -> date:
        """Returns the last day of the right itself: a fin de vie decided later shortens it too."""
        borne = titre.fin_prolongation if self.date_fin_fixee_en_prolongation else titre.date_fin_de_vie
        return min(self.date_fin, borne) if borne else self.date_fin

    def etat_le(self, jour: date, titre: Titre) -> EtatHabilitation:
        """Returns its state on `jour`; `titre` is the one whose dates it follows (`Dossier.titre_suivi`)."""
        if self.etat is not EtatHabilitation.ACTIVE or jour <= self.fin_effective(titre):
            return self.etat
        if titre.situation(jour) is Situation.HORS_DELAI:
            return EtatHabilitation.EXPIREE_HORS_DELAI
        if titre.date_fin_de_vie and self.date_fin >= titre.date_fin_de_vie:
            return EtatHabilitation.EXPIREE_FIN_DE_VIE
        return EtatHabilitation.EXPIREE_AVANT_FIN_DE_VIE

    def couvre(self, debut: date, fin: date, titre: Titre) -> bool:
        """Returns whether it is in force from `debut` to `fin`, both included (JRY-01, JRY-02)."""
        en_force = self.etat is EtatHabilitation.ACTIVE
        return en_force and self.date_debut <= debut <= fin <= self.fin_effective(titre)

    # What the acts make of it. Whether they may be done is for the lifecycle to say.

    def validee(self, jour: date, titre: Titre) -> "Habilitation":
        """Returns it once validated on `jour`."""
        en_prolongation = titre.situation(jour) is Situation.EN_PROLONGATION
        return replace(
            self,
            etat=EtatHabilitation.ACTIVE,
            date_fin_fixee_en_prolongation=en_prolongation,
            deja_active=True,
        )

    def suspendue(self) -> "Habilitation":
        """Returns it once suspended."""
        return replace(self, etat=EtatHabilitation.SUSPENDUE)

    def reactivee(self, jour: date, titre: Titre) -> "Habilitation":
        """Returns it once reactivated on `jour`.

        In prolongation, one that reached the titre's end of life lives on: to its own `date_fin` where that is not
        past, else to the end of the prolongation. One that ended before stays as it was, and is expired at once.
        """
        active = replace(self, etat=EtatHabilitation.ACTIVE)
        fin_de_vie, fin_prolongation = titre.date_fin_de_vie, titre.fin_prolongation
        if titre.situation(jour) is not Situation.EN_PROLONGATION or fin_de_vie is None or fin_prolongation is None:
            return active
        if self.date_fin < fin_de_vie:
            return active
        date_fin = fin_prolongation if self.date_fin < jour else self.date_fin
        return replace(active, date_fin=date_fin, date_fin_fixee_en_prolongation=True)

    def mise_en_brouillon(self) -> "Habilitation":
        """Returns it as a brouillon again: its dates are open, and will be set anew by valider."""
        return replace(self, etat=EtatHabilitation.BROUILLON, date_fin_fixee_en_prolongation=False)

    def supprimee(self) -> "Habilitation":
        """Returns its tombstone."""
        return replace(self, etat=EtatHabilitation.SUPPRIMEE)


def borne_des_dates(jour: date, titre: Titre) -> date | None:
    """Returns the last `date_fin` that HAB-10 admits on `jour`; `None`: no limit, or no date at all (hors délai)."""
    match titre.situation(jour):
        case Situation.EN_COURS:
            return titre.date_fin_de_vie
        case Situation.EN_PROLONGATION:
            return titre.fin_prolongation
        case _:
            return None


def date_fin_par_defaut(date_debut: date, jour: date, titre: Titre) -> date:
    """Returns the `date_fin` proposed where the agent gives none (HAB-10, which refuses a `date_debut` past it)."""
    borne = borne_des_dates(jour, titre)
    return max(borne, date_debut) if borne else plus_annees(date_debut, 5)


JAMAIS_VALIDEES = frozenset({"brouillon", "en_attente_de_validation", "refusee"})
"""The stored states of a session which lapses on its first day (SES-11)."""
A_VENIR = JAMAIS_VALIDEES | {"validee", "convoquee", "en_cours"}
TENUES = frozenset({"a_cloturer", "cloturee", "debloquee"})
"""The states of a session which is over and where a jury sat. The others, `annulee` and `caduque`, weigh on nothing."""


@dataclass(frozen=True)
class SessionDuJure:
    """What `sessions` says of one registration of a juré. `habilitation_id` is the one that the registration relies on.

    `etat` is the session's state as the contract shows it on the day. `autres_habilitations`: those that follow it on
    the days of the session, and those on earlier titres that cover more of its CCPs (REF-01), which `sessions` says
    when it is asked, and its events do not. `departement`: that of its site, which the copy alone holds.
    """

    id: str
    numero: str
    etat: str
    date_debut: date
    date_fin: date
    etablissement_id: str
    habilitation_id: str | None = None
    autres_habilitations: frozenset[str] = frozenset()
    departement: str | None = None

    def repose_sur(self, habilitation_id: str) -> bool:
        """Returns whether the registration relies on this habilitation."""
        return habilitation_id == self.habilitation_id or habilitation_id in self.autres_habilitations

    def au(self, jour: date) -> "SessionDuJure":
        """Returns what is stored of it in the state that it shows on `jour`; only `sessions` knows who was convoked."""
        if self.etat in JAMAIS_VALIDEES and self.date_debut <= jour:
            return replace(self, etat="caduque")
        if self.etat != "validee" or jour < self.date_debut:
            return self
        return replace(self, etat="en_cours" if jour <= self.date_fin else "a_cloturer")

    @property
    def jamais_validee(self) -> bool:
        return self.etat in JAMAIS_VALIDEES

    @property
    def a_venir(self) -> bool:
        """Whether it is still to be held, or being held."""
        return self.etat in A_VENIR

    @property
    def passee(self) -> bool:
        """Whether it was held: a jury sat."""
        return self.etat in TENUES


@dataclass(frozen=True)
class Proches:
    """Jurés who may be the same person as one about to be created (JUR-06).

    `visibles` are in the agent's perimeter; of those outside, he only learns that they exist.
    """

    visibles: tuple[Jure, ...] = ()
    existe_ailleurs: bool = False
