"""RES-04: what a candidate has acquired = the union of the last closed versions of his sessions' results. Pure.

A function of the set of versions and of nothing else: late, repeated or disordered messages change nothing in the
outcome. Unblocking withdraws nothing, for it closes no version; cancelling withdraws all that the session gave.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from commun.referentiel import Titre
from services.sessions.domain.resultats import Correspondances, Entretien, lus_a_travers, titre_obtenu


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


@dataclass(frozen=True, order=True)
class Certificat:
    """A CCP, a titre or a CCS that a candidate has, and the session that gave it."""

    code: str
    titre_code: str | None
    session_id: str
    date: date
    provisoire: bool


@dataclass(frozen=True)
class Acquis:
    """All that a candidate has, each certification once, sorted by code."""

    ccps: tuple[Certificat, ...] = ()
    titres: tuple[Certificat, ...] = ()
    ccs: tuple[Certificat, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(c.code for c in (*self.ccps, *self.titres, *self.ccs))


def acquis(
    versions: Iterable[VersionClose],
    titres: Mapping[str, Titre],
    correspondances: Correspondances | None = None,
) -> Acquis:
    """Returns what a candidate has acquired by these versions, of whatever sessions, in whatever order.

    Args:
        titres: by code, at least those of the versions.
        correspondances: REF-01, by the code of the earlier CCP.
    """
    retenues = _dernieres(versions)
    equivalents = correspondances or {}
    return Acquis(
        ccps=_uniques(
            Certificat(ccp, v.titre_code, v.session_id, v.date, not v.visee) for v in retenues for ccp in v.ccps
        ),
        titres=_uniques(
            Certificat(titre.code, titre.code, v.session_id, v.date, provisoire)
            for v in retenues
            if (titre := titres.get(v.titre_code or "")) is not None
            and (provisoire := _provisoire(v, titre, retenues, equivalents)) is not None
        ),
        ccs=_uniques(
            Certificat(v.ccs_code, v.titre_code, v.session_id, v.date, not v.visee) for v in retenues if v.ccs_code
        ),
    )


def _dernieres(versions: Iterable[VersionClose]) -> tuple[VersionClose, ...]:
    """Returns the last version of each session that still gives something: of who was there under two ids, merged
    since, what both lines give. A visa, once heard, is not unheard."""
    par_session: dict[str, VersionClose] = {}
    for v in versions:
        connue = par_session.get(v.session_id)
        if connue is None or v.version > connue.version:
            par_session[v.session_id] = v
        elif v.version == connue.version:
            par_session[v.session_id] = _reunies(connue, v)
    return tuple(v for v in par_session.values() if not v.annulee)


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


def _provisoire(
    v: VersionClose, titre: Titre, retenues: tuple[VersionClose, ...], equivalents: Correspondances
) -> bool | None:
    """Returns whether the titre that session `v` gives is still provisoire; `None` where it does not give it.

    Confirmed as soon as its PV and those of the CCPs on which it rests are all signed.
    """

    exiges = titre.ccp_exiges_le(v.date) if v.ccp_exiges is None else v.ccp_exiges

    def obtenu(sources: Iterable[VersionClose]) -> bool:
        ccps = lus_a_travers((c for s in sources if s.date <= v.date for c in s.ccps), equivalents)
        return titre_obtenu(exiges, ccps, v.entretien_final)

    if not obtenu(retenues):
        return None
    return not (v.visee and obtenu(s for s in retenues if s.visee))


def _uniques(certificats: Iterable[Certificat]) -> tuple[Certificat, ...]:
    """Returns one per code, sorted: a confirmed one rather than a provisional one, then the earliest."""
    choisis: dict[str, Certificat] = {}
    for c in sorted(certificats, key=lambda c: (c.provisoire, c.date, c.session_id)):
        choisis.setdefault(c.code, c)
    return tuple(choisis[code] for code in sorted(choisis))
