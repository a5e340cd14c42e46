"""RES-02, RES-04: what a candidate has acquired is the union of the last closed results of his sessions. Pure.

`candidats` shows it, the rules of `sessions` read it: each computes it from what it holds, by the same function, so
that they do not disagree. It reads the set of results and nothing else: messages late, twice or out of order change
nothing in the outcome.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from commun.domain.referentiel import Titre

FAVORABLE = "favorable"
"""The outcome of an entretien final that gives the titre."""

Jour = date
"""The name of a type where a field is called `date`."""

Correspondances = Mapping[str, frozenset[str]]
"""REF-01: for the CCP of a titre that was revised, those of its successor that it stands for."""


@dataclass(frozen=True)
class Resultat:
    """A candidate's line in the last closed version of a session.

    Attributes:
        date: since when it is acquired: the session's last day, on which the jury deliberates, or that of its first
            closing, where it was closed before.
        juge_le: the same of its last closing: what was acquired elsewhere until then counts there; `None`: `date`.
        ccps, ccs_code: acquired in this very session; a CCP `deja_acquis` comes from another one.
        confirme: the UD has signed the PV; before that, what it gives is provisional.
        ccp_exiges: the CCPs that the titre asked for as the sheet was closed; `None` where nobody said.
        correspondances: those through which the sheet was judged when it was closed; `None` where nobody said.
    """

    session_id: str
    date: date
    titre_code: str | None = None
    ccps: frozenset[str] = frozenset()
    ccs_code: str | None = None
    entretien_final: str | None = None
    confirme: bool = False
    ccp_exiges: frozenset[str] | None = None
    correspondances: Correspondances | None = None
    juge_le: Jour | None = None

    @property
    def jusqu_au(self) -> Jour:
        """The day until which what was acquired elsewhere counts there."""
        return self.juge_le or self.date


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
    """All that a candidate has, each certification once, in the order of codes."""

    ccps: tuple[Certificat, ...] = ()
    titres: tuple[Certificat, ...] = ()
    ccs: tuple[Certificat, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(c.code for c in self._tous)

    @property
    def confirmes(self) -> frozenset[str]:
        """The codes of those whose PV is signed."""
        return frozenset(c.code for c in self._tous if not c.provisoire)

    @property
    def _tous(self) -> tuple[Certificat, ...]:
        return (*self.ccps, *self.titres, *self.ccs)


def acquis(
    resultats: Iterable[Resultat], titres: Mapping[str, Titre], correspondances: Correspondances | None = None
) -> Acquis:
    """Returns what these results give, in whatever order they come.

    Args:
        resultats: the last closed version of each session; two lines of one, where he was there under two ids.
        titres: by code; a titre that is not there yet gives its CCPs, and itself as soon as it is.
        correspondances: those of the day, for the results that were closed before theirs were kept.
    """
    lignes = tuple(resultats)
    equivalents = correspondances or {}
    return Acquis(
        ccps=_uniques(
            Certificat(c, r.titre_code, r.session_id, r.date, not r.confirme) for r in lignes for c in r.ccps
        ),
        titres=_uniques(
            Certificat(titre.code, titre.code, r.session_id, r.date, provisoire)
            for r in lignes
            if (titre := titres.get(r.titre_code or "")) is not None
            and (provisoire := _titre_provisoire(r, titre, lignes, equivalents)) is not None
        ),
        ccs=_uniques(
            Certificat(r.ccs_code, r.titre_code, r.session_id, r.date, not r.confirme) for r in lignes if r.ccs_code
        ),
    )


def lus_a_travers(ccps: Iterable[str], correspondances: Correspondances) -> frozenset[str]:
    """Returns these CCPs with those of a successor titre that they stand for (REF-01)."""
    propres = frozenset(ccps)
    return propres.union(*(correspondances.get(ccp, frozenset()) for ccp in propres))


def correspondances_dites(titres: Iterable[Mapping[str, Any]]) -> Correspondances:
    """Returns the correspondences that the bodies of these `referentiel.titre_publie` tell of (REF-01)."""
    dites: dict[str, frozenset[str]] = defaultdict(frozenset)
    for corps in titres:
        for c in corps.get("correspondances") or ():
            dites[c["ancien_ccp_code"]] |= {c["ccp_code"]}
    return dites


def correspondances_vers(ccps: Set[str], correspondances: Correspondances) -> dict[str, list[str]]:
    """Returns the correspondences that lead to these CCPs, as they are told and kept."""
    menent = {ancien: sorted(neufs & ccps) for ancien, neufs in correspondances.items()}
    return {ancien: neufs for ancien, neufs in sorted(menent.items()) if neufs}


def correspondances_gardees(gardees: Mapping[str, Iterable[str]] | None) -> Correspondances | None:
    """Returns the correspondences that a closing kept; `None` where it kept none."""
    return None if gardees is None else {ancien: frozenset(neufs) for ancien, neufs in gardees.items()}


def titre_obtenu(exiges: Set[str], ccps: Set[str], entretien: str | None) -> bool:
    """RES-02: whether a session gives its titre.

    Args:
        exiges: the CCPs that it asks for (`Titre.ccp_exiges_le` its last day).
        ccps: acquired here or before, read through REF-01.
        entretien: the outcome of the entretien final in this very session.
    """
    return entretien == FAVORABLE and bool(exiges) and exiges <= ccps


def _titre_provisoire(
    r: Resultat, titre: Titre, lignes: tuple[Resultat, ...], equivalents: Correspondances
) -> bool | None:
    """Returns whether the titre that `r` gives is provisional; `None` where it does not give it.

    It is confirmed once its own PV and those of the CCPs on which it rests are all signed.
    """
    exiges = titre.ccp_exiges_le(r.jusqu_au) if r.ccp_exiges is None else r.ccp_exiges
    a_travers = equivalents if r.correspondances is None else r.correspondances

    def obtenu(sources: Iterable[Resultat]) -> bool:
        ccps = lus_a_travers((c for s in sources if s.date <= r.jusqu_au for c in s.ccps), a_travers)
        return titre_obtenu(exiges, ccps, r.entretien_final)

    if not obtenu(lignes):
        return None
    return not (r.confirme and obtenu(s for s in lignes if s.confirme))


def _uniques(certificats: Iterable[Certificat]) -> tuple[Certificat, ...]:
    """Returns one a code: a confirmed one rather than a provisional one, then the earliest."""
    choisis: dict[str, Certificat] = {}
    for c in sorted(certificats, key=lambda c: (c.provisoire, c.date, c.session_id)):
        choisis.setdefault(c.code, c)
    return tuple(choisis[code] for code in sorted(choisis))
