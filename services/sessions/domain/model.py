"""A session d'examen, its frame, its jury and its candidates. Pure.

What follows from dates is computed (`Session.etat_le`), never stored. Days are those of the session's site: whoever
calls gives the day, read in `Site.fuseau`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from commun.domain.dates import PARIS
from commun.domain.referentiel import Titre


class TypeSession(StrEnum):
    """What a session certifies."""

    TITRE = "TITRE"
    CCP = "CCP"
    CCS = "CCS"


class Etat(StrEnum):
    """Where a session stands. The last four are computed, never stored."""

    BROUILLON = "brouillon"
    EN_ATTENTE = "en_attente_de_validation"
    REFUSEE = "refusee"
    VALIDEE = "validee"
    CLOTUREE = "cloturee"
    DEBLOQUEE = "debloquee"
    ANNULEE = "annulee"
    CONVOQUEE = "convoquee"
    EN_COURS = "en_cours"
    A_CLOTURER = "a_cloturer"
    CADUQUE = "caduque"


JAMAIS_VALIDEE = (Etat.BROUILLON, Etat.EN_ATTENTE, Etat.REFUSEE)
"""The stored states which become `caduque` when the session's start comes."""

SANS_POIDS = frozenset({Etat.ANNULEE, Etat.REFUSEE, Etat.CADUQUE})
"""The states in which a session does not count for INS-04 nor as an overlap."""

OU_ELLES_ONT_EU_LIEU = frozenset({Etat.A_CLOTURER, Etat.CLOTUREE, Etat.DEBLOQUEE, Etat.ANNULEE})
"""The states in which a session stays where it took place, or would have, though its site moves."""

STOCKE = {etat: etat for etat in Etat} | {
    Etat.CONVOQUEE: Etat.VALIDEE,
    Etat.EN_COURS: Etat.VALIDEE,
    Etat.A_CLOTURER: Etat.VALIDEE,
}
"""The state to store for the state to which the lifecycle's table leads. No row of it leads to `caduque`."""


class Parcours(StrEnum):
    """The way by which a candidate comes to a session."""

    FORMATION = "formation"
    CAPITALISATION = "capitalisation"
    VAE = "vae"


class EtatDte(StrEnum):
    """Where a request for the exam's subject stands (DTE-01)."""

    DEMANDEE = "demandee"
    TRANSMISE = "transmise"
    REFUSEE = "refusee"


class Reponse(StrEnum):
    """What the administration grants, or refuses, of what a centre asks for; a session sent back is told apart."""

    SESSION_VALIDEE = "session_validee"
    PV_VISE = "pv_vise"
    DTE_TRANSMIS = "dte_transmis"
    DTE_REFUSE = "dte_refuse"


class MotifProlongation(StrEnum):
    """Why a candidate may still come to a session of a titre in prolongation (SES-02)."""

    ECHEC = "echec"
    REUSSITE_PARTIELLE = "reussite_partielle"
    FORMATION_COMMENCEE = "formation_commencee"


@dataclass(frozen=True)
class Site:
    """The place of a session. Its département and région say which services of the State act on it."""

    id: str
    libelle: str
    departement: str
    region: str
    fuseau: str = PARIS


@dataclass(frozen=True)
class Cadre:
    """What the administration validates: which certification, where, when.

    Attributes:
        titre_code: the titre; for a CCS session, the titre that it completes, where it was said.
        ccp_codes: the CCPs examined: all those of the titre in a TITRE session, none in a CCS session.
    """

    type: TypeSession
    titre_code: str | None
    ccp_codes: frozenset[str]
    ccs_code: str | None
    entretien_final: bool
    etablissement_id: str
    site: Site
    date_debut: date
    date_fin: date

    def complete(self, titre: Titre | None) -> "Cadre":
        """Returns the frame with what its type implies: a TITRE session has every CCP, where none was chosen, and an
        entretien final; a CCS session has neither."""
        match self.type:
            case TypeSession.TITRE:
                ccps = self.ccp_codes or (titre.codes_ccp if titre else frozenset())
                return replace(self, ccp_codes=ccps, entretien_final=True)
            case TypeSession.CCS:
                return replace(self, entretien_final=False)
            case _:
                return self

    def meme_certification(self, autre: "Cadre") -> bool:
        """Returns whether another frame is for the same titre, or the same CCS, of whatever titre it is said to be."""
        if self.type is TypeSession.CCS and autre.type is TypeSession.CCS:
            return self.ccs_code == autre.ccs_code
        return (self.titre_code, self.ccs_code) == (autre.titre_code, autre.ccs_code)

    @property
    def compte_au_plafond(self) -> bool:
        """INS-04, INS-05: only TITRE sessions and CCP sessions with entretien final are counted."""
        return compte_au_plafond(self.type, self.entretien_final)


@dataclass(frozen=True)
class Horaires:
    """What the centre may change without a new validation. `heure_convocation`: where it differs (CNV-02)."""

    heure_debut: time
    heure_convocation: time | None = None
    responsable: str | None = None

    def a_une_autre_heure_que(self, autres: "Horaires") -> bool:
        """CNV-04: returns whether letters that say these would not be those that say the others."""
        return bool(champs_changes(self, autres) - {"responsable"})


@dataclass(frozen=True)
class Convocations:
    """The last edition of a session's convocations. `en_vigueur` falls when the frame changes (SES-10)."""

    version: int
    editees_le: date
    en_vigueur: bool = True


@dataclass(frozen=True)
class Habilitation:
    """An habilitation as the service of the jurés answers it, which answers of those in force alone: from the first to
    the last day of the session asked about.

    `autres`: the ids of those that follow it on these days, and of those on earlier titres by which `ccp_codes` holds
    more than its own (REF-01).
    """

    id: str
    titre_code: str | None
    ccp_codes: frozenset[str]
    ccs_code: str | None
    date_debut: date
    date_fin: date
    autres: frozenset[str] = frozenset()


@dataclass(frozen=True)
class InscriptionJure:
    """A juré of the session's jury, with the habilitation on which he sits; `None` where it was lost since.

    Attributes:
        canonique_id: the juré into whom he was merged, or himself; `None` where nobody said.
    """

    jure_id: str
    nom: str
    habilitation: Habilitation | None
    actif: bool = True
    canonique_id: str | None = None

    @property
    def identite(self) -> str:
        """The person whom he is, of whom there may be two in a jury: merged since."""
        return self.canonique_id or self.jure_id


@dataclass(frozen=True)
class InscriptionCandidat:
    """A candidate registered, or about to be.

    Attributes:
        formateurs: the ids or the names of who trained him.
        absence_excusee: by the last closed results: the session does not count for him (INS-04).
        canonique_id: the candidate into whom he was merged, or himself; `None` where nobody said.
        anonyme: nobody knows who he was any more.
    """

    candidat_id: str
    nom: str
    parcours: Parcours = Parcours.FORMATION
    inscrit_le: date | None = None
    demande_vae_id: str | None = None
    motif_prolongation: MotifProlongation | None = None
    formateurs: tuple[str, ...] = ()
    absence_excusee: bool = False
    canonique_id: str | None = None
    anonyme: bool = False

    @property
    def identite(self) -> str:
        """The person whom he is, as his file names him now."""
        return self.canonique_id or self.candidat_id

    @property
    def est_vae(self) -> bool:
        return self.parcours is Parcours.VAE


def noms(eux: Iterable[InscriptionJure | InscriptionCandidat]) -> list[str]:
    """Returns the names of these people as a message says them, each once: two files merged since are one person."""
    return list({i.identite: i.nom for i in eux}.values())


@dataclass(frozen=True)
class Session:
    """A session as it is stored.

    Attributes:
        etat: a stored state (a value of `STOCKE`), never a computed one.
        soumise_le: its first submission for its certification, which a later one does not change (SES-05, SES-02).
        pv_vise_le: the visa of the PV of the last closing; an unblocking takes it away (RES-03).
        motif: why it was last refused, unblocked, cancelled, or its jury found wanting (`carence`).
    """

    id: str
    numero: str
    cadre: Cadre
    horaires: Horaires
    etat: Etat = Etat.BROUILLON
    soumise_le: date | None = None
    convocations: Convocations | None = None
    pv_vise_le: date | None = None
    motif: str | None = None
    carence: bool = False
    jures: tuple[InscriptionJure, ...] = ()
    candidats: tuple[InscriptionCandidat, ...] = ()
    version: int = field(default=1, compare=False)

    @property
    def fuseau(self) -> str:
        """The time zone in which its days are read: that of its site."""
        return self.cadre.site.fuseau

    def etat_le(self, jour: date) -> Etat:
        """Returns where the session stands on `jour`, as everybody sees it."""
        return etat_le(
            self.etat, self.cadre.date_debut, self.cadre.date_fin, convoquee=self.convocations_en_vigueur, jour=jour
        )

    def inscrit_sous(self, personne_id: str) -> str:
        """Returns the id under which somebody is registered: this one, or that of a file merged into it since."""
        return self._ids.get(personne_id, personne_id)

    @cached_property
    def _ids(self) -> dict[str, str]:
        """The id under which each is registered, by it and by that of who he is: found once, a sheet asks of all."""
        siennes = {j.jure_id: j.identite for j in self.jures} | {c.candidat_id: c.identite for c in self.candidats}
        return {identite: id_ for id_, identite in reversed(siennes.items())} | {id_: id_ for id_ in siennes}

    @cached_property
    def identites(self) -> frozenset[str]:
        """Who its candidates are, found once: each of a file that enters asks whether he is one of them."""
        return frozenset(c.identite for c in self.candidats)

    @property
    def convocations_en_vigueur(self) -> bool:
        return self.convocations is not None and self.convocations.en_vigueur

    @property
    def personnes_convoquees(self) -> int:
        """How many are told when the session changes: nobody as long as no convocation is in force."""
        return len(self.candidats) + len(self.jures) if self.convocations_en_vigueur else 0


Partie = TypeVar("Partie", Cadre, Horaires)


def etat_le(stocke: Etat, debut: date, fin: date, *, convoquee: bool, jour: date) -> Etat:
    """Returns the state on `jour` of a session stored as `stocke`. `convoquee`: its convocations are in force."""
    if stocke in JAMAIS_VALIDEE:
        return Etat.CADUQUE if jour >= debut else stocke
    if stocke is not Etat.VALIDEE:
        return stocke
    if jour > fin:
        return Etat.A_CLOTURER
    if jour >= debut:
        return Etat.EN_COURS
    return Etat.CONVOQUEE if convoquee else Etat.VALIDEE


def compte_au_plafond(type_session: TypeSession, entretien_final: bool) -> bool:
    """INS-04, INS-05: whether a session of this kind counts among the three of a year."""
    return type_session is TypeSession.TITRE or (type_session is TypeSession.CCP and entretien_final)


def champs_changes(avant: Partie, apres: Partie) -> frozenset[str]:
    """Returns the names of the fields that differ: what a PATCH really changes."""
    return frozenset(f.name for f in fields(avant) if getattr(avant, f.name) != getattr(apres, f.name))
