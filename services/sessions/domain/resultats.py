"""What a results sheet holds, what a candidate gets out of it (RES-02, SES-04). Pure."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from commun.domain.acquis import titre_obtenu
from services.sessions.domain.model import Cadre, InscriptionCandidat, Session, TypeSession


class Absence(StrEnum):
    """Whether an absent candidate had a reason: excused, he keeps his credit (INS-04)."""

    EXCUSEE = "excusee"
    NON_EXCUSEE = "non_excusee"


class ResultatCcp(StrEnum):
    """A CCP on the sheet. `deja_acquis`: the candidate has it from before and was not examined on it (SES-04)."""

    ACQUIS = "acquis"
    NON_ACQUIS = "non_acquis"
    DEJA_ACQUIS = "deja_acquis"


class ResultatCcs(StrEnum):
    """The CCS on the sheet of a CCS session."""

    ACQUIS = "acquis"
    NON_ACQUIS = "non_acquis"


class Entretien(StrEnum):
    """The outcome of the entretien final."""

    FAVORABLE = "favorable"
    DEFAVORABLE = "defavorable"
    NON_TENU = "non_tenu"


class Issue(StrEnum):
    """What a candidate leaves the session with (RES-02), in the order in which a PV counts them. Attestations keep the
    word: what was written stays readable."""

    TITRE = "titre"
    CCS = "ccs"
    CCP = "ccp"
    PARTIELLE = "partielle"
    ECHEC = "echec"
    ABSENT = "absent"
    EXCUSE = "excuse"


@dataclass(frozen=True)
class ResultatCandidat:
    """A candidate's line. An absent one has an `absence` and nothing else."""

    candidat_id: str
    present: bool
    absence: Absence | None = None
    ccps: Mapping[str, ResultatCcp] = field(default_factory=dict)
    entretien_final: Entretien | None = None
    ccs: ResultatCcs | None = None

    def ccps_a(self, resultat: ResultatCcp) -> frozenset[str]:
        """Returns the codes of the CCPs to which the sheet gives this result."""
        return frozenset(code for code, r in self.ccps.items() if r is resultat)


@dataclass(frozen=True)
class Feuille:
    """A results sheet: a line a candidate, and the jurés who were there. Versions of it are kept, never overwritten."""

    resultats: tuple[ResultatCandidat, ...]
    jures_presents: frozenset[str]

    def des_inscrits(self, session: Session) -> "Feuille":
        """Returns the sheet without who has left since: on the first day a candidate still may (INS-02), and a juré is
        replaced while the exam is held: he counts neither in the jury nor among those who were there (RES-03)."""
        inscrits, jury = {c.candidat_id for c in session.candidats}, {j.jure_id for j in session.jures}
        resultats = tuple(r for r in self.resultats if r.candidat_id in inscrits)
        return replace(self, resultats=resultats, jures_presents=self.jures_presents & jury)

    def excuses(self, session: Session) -> list[str]:
        """Returns the ids of those whose absence is excused, that of a file without a line as that of its person."""
        excusees = [r for r in self.resultats if r.absence is Absence.EXCUSEE]
        autrement = {r.candidat_id for r in self.resultats if r.absence is not Absence.EXCUSEE}
        personnes = _personnes(session, excusees)
        return [c.candidat_id for c in session.candidats if c.identite in personnes and c.candidat_id not in autrement]


def a_noter(session: Session, feuille: Feuille | None) -> dict[str, InscriptionCandidat]:
    """Returns who of a session has no line, by id, under any of his ids: of two files merged since, one has his
    results, and the other cannot leave once the session has begun (INS-02)."""
    notes = _personnes(session, feuille.resultats) if feuille else set()
    return {c.candidat_id: c for c in session.candidats if c.identite not in notes}


def _personnes(session: Session, lignes: Iterable[ResultatCandidat]) -> set[str]:
    ids = {r.candidat_id for r in lignes}
    return {c.identite for c in session.candidats if c.candidat_id in ids}


def jour_du_jury(date_fin: date, arretee_le: date) -> date:
    """Returns the day on which the jury that a closing writes down deliberated: the session's last, or that of the
    closing where it comes before. What the session gives is acquired from that of the first on."""
    return min(date_fin, arretee_le)


def ccp_a_exiger(du_jour: frozenset[str], d_avant: frozenset[str] | None) -> frozenset[str]:
    """RES-02, RES-04: returns the CCPs by which a session closed once more is judged: those of its last closing.

    What the titre gained since takes nothing from anybody; where it asks for less, a closing judged by a wrong entry of
    the catalogue is put right. A titre that asks for no CCP is not obtained: that is asking for most.

    Args:
        du_jour: what the titre asks for as it is now.
        d_avant: what the last closing kept; `None` where there is none, or it kept nothing.
    """
    if d_avant is None:
        return du_jour
    return du_jour if du_jour and (not d_avant or du_jour < d_avant) else d_avant


def issue(cadre: Cadre, exiges: Set[str], resultat: ResultatCandidat, acquis_avant: Set[str]) -> Issue:
    """Returns what the candidate leaves this session with.

    Args:
        exiges: the CCPs that the titre asks for there.
        acquis_avant: his CCPs from other sessions.
    """
    if not resultat.present:
        return Issue.EXCUSE if resultat.absence is Absence.EXCUSEE else Issue.ABSENT
    if cadre.type is TypeSession.CCS:
        return Issue.CCS if resultat.ccs is ResultatCcs.ACQUIS else Issue.ECHEC
    obtenus = resultat.ccps_a(ResultatCcp.ACQUIS)
    if titre_obtenu(exiges, obtenus | acquis_avant, resultat.entretien_final):
        return Issue.TITRE
    if cadre.type is TypeSession.CCP:
        return Issue.CCP if obtenus else Issue.ECHEC
    return Issue.PARTIELLE if obtenus else Issue.ECHEC
