"""RES-04: of a candidate's closed results, those that count. Pure.

Late, repeated or disordered messages change nothing in the outcome. Unblocking withdraws nothing, for it closes no
version; cancelling withdraws all that the session gave.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from commun.acquis import Resultat
from services.sessions.domain.resultats import Entretien


@dataclass(frozen=True)
class VersionClose:
    """One candidate's line in a closed version of a session's results.

    Attributes:
        version: grows with each closing, and with the cancelling of an unblocked session.
        date: the session's last day, on which the jury deliberated.
        ccps, ccs_code: acquired *here*; a CCP `deja_acquis` comes from another session.
        ccp_exiges: the CCPs that the titre asked for as the sheet was closed; `None` where they were not kept.
        visee: the administration has signed the PV: what it gives is `confirme`.
        annulee: the session was cancelled: it gives nothing any more.
    """

    session_id: str
    version: int
    date: date
    titre_code: str | None = None
    ccps: frozenset[str] = frozenset()
    ccs_code: str | None = None
    entretien_final: Entretien | None = None
    ccp_exiges: frozenset[str] | None = None
    visee: bool = False
    annulee: bool = False


def retenus(versions: Iterable[VersionClose]) -> tuple[Resultat, ...]:
    """Returns what the last version of each session gives, of whatever sessions, in whatever order: of who was there
    under two ids, merged since, what both lines give. A visa, once heard, is not unheard."""
    par_session: dict[str, VersionClose] = {}
    for v in versions:
        connue = par_session.get(v.session_id)
        if connue is None or v.version > connue.version:
            par_session[v.session_id] = v
        elif v.version == connue.version:
            par_session[v.session_id] = _reunies(connue, v)
    return tuple(_resultat(v) for v in par_session.values() if not v.annulee)


def _reunies(une: VersionClose, autre: VersionClose) -> VersionClose:
    entretiens = {une.entretien_final, autre.entretien_final}
    favorable = Entretien.FAVORABLE if Entretien.FAVORABLE in entretiens else None
    return replace(
        une,
        ccps=une.ccps | autre.ccps,
        ccs_code=une.ccs_code or autre.ccs_code,
        entretien_final=favorable or une.entretien_final or autre.entretien_final,
        visee=une.visee or autre.visee,
    )


def _resultat(v: VersionClose) -> Resultat:
    return Resultat(
        session_id=v.session_id,
        date=v.date,
        titre_code=v.titre_code,
        ccps=v.ccps,
        ccs_code=v.ccs_code,
        entretien_final=v.entretien_final,
        confirme=v.visee,
        ccp_exiges=v.ccp_exiges,
    )
