"""What the documents of a session need to know. Frozen facts, gathered by whoever calls `rendu` and `agenda`.

Days and hours are those of the session's site. Texts are shown as they are given: nothing in them is ever read as
markup.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from commun.domain.dates import PARIS
from commun.domain.referentiel import Certification
from commun.domain.textes import normaliser
from services.sessions.documents.francais import jours_de_session
from services.sessions.domain.resultats import Issue


class Qualite(StrEnum):
    """In what capacity a person is called to a session."""

    CANDIDAT = "candidat"
    JURE = "jure"


@dataclass(frozen=True)
class Adresse:
    """A postal address, any line of which may be unknown."""

    voie: str = ""
    complement: str = ""
    code_postal: str = ""
    commune: str = ""
    pays: str = ""

    @property
    def lignes(self) -> tuple[str, ...]:
        """The lines of an envelope, from the most precise to the country."""
        return tuple(
            ligne.strip()
            for ligne in (self.complement, self.voie, f"{self.code_postal} {self.commune}", self.pays)
            if ligne.strip()
        )


@dataclass(frozen=True)
class Centre:
    """The établissement that holds the session and signs its convocations."""

    denomination: str
    adresse: Adresse = Adresse()
    telephone: str = ""
    courriel: str = ""


@dataclass(frozen=True)
class Site:
    """The place of the session. `zone` is the IANA time zone in which its hours are read."""

    libelle: str
    adresse: Adresse = Adresse()
    zone: str = PARIS


@dataclass(frozen=True)
class SessionImprimee:
    """A session as its documents show it.

    `certification` is the titre of a TITRE or CCP session, the CCS of a CCS session. `validee` is false until the
    administration has validated the session: every document then bears « PROJET »; once cancelled, « ANNULÉE ».
    """

    numero: str
    type: str
    certification: Certification
    ccps: tuple[Certification, ...]
    entretien_final: bool
    date_debut: date
    date_fin: date
    heure_debut: time
    centre: Centre
    site: Site
    validee: bool
    heure_convocation: time | None = None
    responsable: str = ""
    niveau: int | None = None
    annulee: bool = False


@dataclass(frozen=True)
class Personne:
    """A candidate or a juré. `nom` is a candidate's nom de naissance; `prenoms` are in order, separated by commas."""

    id: str
    nom: str
    prenoms: str
    civilite: str | None = None
    nom_usage: str = ""
    adresse: Adresse = Adresse()
    date_naissance: date | None = None
    lieu_naissance: str = ""
    numero: str = ""

    @property
    def tri(self) -> str:
        """By which people are put in order, as lists do: « Évrard » between « Dupont » and « Fabre »."""
        return normaliser(f"{self.nom} {self.prenoms}")

    def meme_etat_civil(self, autre: "Personne") -> bool:
        """Returns whether a document that names `autre` still says who this is, as CAN-02 understands it.

        A birth place that once was written shorter, without its département or its country, is the same; who was
        anonymised is corrected no more.
        """
        if autre.date_naissance is None:
            return True
        ajout = self.lieu_naissance.removeprefix(autre.lieu_naissance)
        meme_lieu = self.lieu_naissance == autre.lieu_naissance or (
            ajout != self.lieu_naissance and ajout.startswith(" (")
        )
        memes = (self.nom, self.prenoms, self.date_naissance) == (autre.nom, autre.prenoms, autre.date_naissance)
        return memes and (meme_lieu or not autre.lieu_naissance)

    def est_appele(self, autre: "Personne") -> bool:
        """Returns whether a letter to `autre`, a candidate or a juré, still calls this one by his names, as he is."""
        memes = (self.nom, self.nom_usage, self.prenoms) == (autre.nom, autre.nom_usage, autre.prenoms)
        return memes and self.meme_etat_civil(autre)


@dataclass(frozen=True)
class PersonneConvoquee:
    """Who is called, in what capacity, and at an hour of his own where one was given (CNV-02)."""

    personne: Personne
    qualite: Qualite
    heure: time | None = None


@dataclass(frozen=True)
class Convocation:
    """One version of the letter that calls one person to a session (CNV-03).

    `precedente_editee_le` is the day of version - 1, which this one cancels and replaces; `None` for the first.
    """

    session: SessionImprimee
    convoque: PersonneConvoquee
    version: int
    editee_le: date
    precedente_editee_le: date | None = None

    @property
    def jour(self) -> date:
        """The day on which this person is first expected: that of the start, or, of a juré called once it is past, in
        the place of another, the first on which the session is still held."""
        s = self.session
        if self.convoque.qualite is not Qualite.JURE:
            return s.date_debut
        tenus = jours_de_session(s.date_debut, s.date_fin)
        return next((jour for jour in tenus if jour >= self.editee_le), s.date_fin)

    @property
    def heure(self) -> time:
        """The hour at which this person is expected."""
        return self.convoque.heure or self.session.heure_convocation or self.session.heure_debut

    @property
    def heure_debut(self) -> time | None:
        """The hour at which the épreuves begin on `jour`; `None` for a juré called since they began."""
        return self.session.heure_debut if self.jour == self.session.date_debut else None

    @property
    def pour_qui_commence(self) -> str:
        """What is said after the hour at which the session begins, where this person alone is expected later (CNV-02):
        two hours would otherwise contradict each other.
        """
        propre = self.convoque.heure
        return " pour les premiers candidats" if propre and propre > self.session.heure_debut else ""

    @property
    def heure_locale(self) -> bool:
        """Whether that hour is of a zone that is not that of Paris, which is then said."""
        return self.session.site.zone != PARIS

    def differe_de(self, precedentes: Sequence["Convocation"]) -> list[str]:
        """Returns what one of these earlier letters to this person says otherwise: any of them, for one was perhaps
        never read."""
        dits = self._dits()
        return [quoi for quoi in dits if any(autre._dits()[quoi] != dits[quoi] for autre in precedentes)]

    def _dits(self) -> dict[str, object]:
        s = self.session
        epreuves = (s.type, s.certification.code, tuple(ccp.code for ccp in s.ccps), s.entretien_final)
        heures = (self.heure, s.heure_debut)  # the letter says both
        return {"date": (self.jour, s.date_fin), "heure": heures, "lieu": s.site, "epreuves": epreuves}


@dataclass(frozen=True)
class Emargement:
    """The attendance sheets of a session; people in the order in which they are to sign."""

    session: SessionImprimee
    candidats: tuple[Personne, ...]
    jures: tuple[Personne, ...]
    imprimee_le: date


@dataclass(frozen=True)
class ResultatImprime:
    """A candidate's results. As long as nothing was entered, `decision` is `None` and the cells are blank, but for the
    CCPs that he has by other sessions.

    `ccps` maps a CCP's code to `acquis`, `non_acquis` or `deja_acquis`; `entretien_final` is `favorable`,
    `defavorable` or `non_tenu`; `ccs` is `acquis` or `non_acquis`.
    """

    personne: Personne
    decision: Issue | None = None
    ccps: Mapping[str, str] = field(default_factory=dict)
    entretien_final: str | None = None
    ccs: str | None = None


@dataclass(frozen=True)
class MembreDuJury:
    """A juré of the session; `present` is `None` as long as nobody said so."""

    personne: Personne
    present: bool | None = None


@dataclass(frozen=True)
class PvArrete:
    """What a jury signed: what its PV says of the session, of the candidates, in the order of the paper, and of the
    jury, as it was frozen at the instant `arrete_a` (RES-03)."""

    session: SessionImprimee
    resultats: tuple[ResultatImprime, ...]
    jury: tuple[MembreDuJury, ...]
    arrete_a: datetime


@dataclass(frozen=True)
class VersionResultats:
    """One closed version of the results; `motif` is why the session had been unblocked (none for the first)."""

    numero: int
    arretee_le: date
    motif: str = ""


@dataclass(frozen=True)
class Visa:
    """The administration's visa on the PV: from then on the results are confirmed (RES-03)."""

    service: str
    agent: str
    le: date


@dataclass(frozen=True)
class ProcesVerbal:
    """The PV of a session. `versions` holds the closed ones, oldest first: empty before the first closing.

    `deblocage_en_cours` tells that results are being corrected; `carence` is why the jury could not sit, where it could
    not: the PV then records that, and no result.
    """

    session: SessionImprimee
    resultats: tuple[ResultatImprime, ...]
    jury: tuple[MembreDuJury, ...]
    versions: tuple[VersionResultats, ...] = ()
    visa: Visa | None = None
    deblocage_en_cours: bool = False
    carence: str = ""


@dataclass(frozen=True)
class Attestation:
    """A candidate's confirmed results, as the administration attests them.

    `url` is the public page that says whether `code` is still valid; `precedente_delivree_le` is the day of
    version - 1.
    """

    session: SessionImprimee
    resultat: ResultatImprime
    autorite: str
    delivree_le: date
    code: str
    url: str
    version: int = 1
    precedente_delivree_le: date | None = None
