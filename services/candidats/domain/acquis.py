"""RES-04: what a candidate has acquired is the union of the last closed versions of his sessions' results. Pure.

A function of the set of versions and of nothing else, so that messages late, twice or out of order change nothing in
the outcome. RES-02: a titre comes in the session where the entretien final is favourable, once every CCP is there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from commun.referentiel import Titre

FAVORABLE = "favorable"
Correspondances = Mapping[str, frozenset[str]]
"""REF-01: for the CCP of a titre that was revised, those of its successor that it stands for."""


@dataclass(frozen=True)
class Resultat:
    """A candidate's line in the last closed version of a session.

    Attributes:
        date: the session's last day, on which the jury deliberated.
        ccps, ccs_code: acquired in this very session; a CCP `deja_acquis` comes from another one.
        confirme: the UD has signed the PV; before that, what it gives is provisional.
        ccp_exiges: the CCPs that the titre asked for as the sheet was closed; `None` where nobody said.
    """

    session_id: str
    date: date
    titre_code: str | None = None
    ccps: frozenset[str] = frozenset()
    ccs_code: str | None = None
    entretien_final: str | None = None
    confirme: bool = False
    ccp_exiges: frozenset[str] | None = None


@dataclass(frozen=True, order=True)
class Certificat:
    """A CCP, a titre or a CCS that a candidate has, and the session that gave it."""

    code: str
    titre_code: str | None
    session_id: str
    date: date
    provisoire: bool

    def en_clair(self) -> dict[str, Any]:
        """Returns the certificate as the contract shows it."""
        statut = "provisoire" if self.provisoire else "confirme"
        return {
            "code": self.code,
            "titre_code": self.titre_code,
            "session_id": self.session_id,
            "date": self.date,
            "statut": statut,
        }


@dataclass(frozen=True)
class Acquis:
    """All that a candidate has, each certification once, in the order of codes."""

    ccps: tuple[Certificat, ...] = ()
    titres: tuple[Certificat, ...] = ()
    ccs: tuple[Certificat, ...] = ()

    @property
    def codes(self) -> frozenset[tuple[str, str]]:
        """What is held, as (nature, code): a CCP and a CCS could bear one code."""
        return frozenset((nature, c.code) for nature, c in self._tous)

    @property
    def provisoires(self) -> frozenset[tuple[str, str]]:
        """What is held, of which no PV is signed yet."""
        return frozenset((nature, c.code) for nature, c in self._tous if c.provisoire)

    @property
    def _tous(self) -> Iterator[tuple[str, Certificat]]:
        natures = {"CCP": self.ccps, "titre": self.titres, "CCS": self.ccs}
        return ((nature, c) for nature, certificats in natures.items() for c in certificats)

    def en_clair(self) -> dict[str, Any]:
        """Returns the acquis as the contract shows them."""
        return {
            "ccps": [c.en_clair() for c in self.ccps],
            "titres": [c.en_clair() for c in self.titres],
            "ccs": [c.en_clair() for c in self.ccs],
        }


def acquis(
    resultats: Iterable[Resultat], titres: Mapping[str, Titre], correspondances: Correspondances | None = None
) -> Acquis:
    """Returns what these results give, in whatever order they come.

    Args:
        resultats: the last closed version of each session, one line a session.
        titres: by code; a titre that is not there yet gives its CCPs, and itself as soon as it is.
        correspondances: by the code of the earlier CCP.
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


def _titre_provisoire(
    r: Resultat, titre: Titre, lignes: tuple[Resultat, ...], equivalents: Correspondances
) -> bool | None:
    """Returns whether the titre that `r` gives is provisional; `None` where it does not give it.

    It is confirmed once its own PV and those of the CCPs on which it rests are all signed.
    """
    exiges = titre.ccp_exiges_le(r.date) if r.ccp_exiges is None else r.ccp_exiges
    if r.entretien_final != FAVORABLE or not exiges or not exiges <= _ccps_le(r.date, lignes, equivalents):
        return None
    signees = tuple(ligne for ligne in lignes if ligne.confirme)
    return not (r.confirme and exiges <= _ccps_le(r.date, signees, equivalents))


def _ccps_le(jour: date, lignes: Iterable[Resultat], equivalents: Correspondances) -> frozenset[str]:
    """Returns the CCPs acquired on that day at the latest, with those of a successor that they stand for (REF-01)."""
    propres = {ccp for r in lignes if r.date <= jour for ccp in r.ccps}
    return frozenset(propres.union(*(equivalents.get(ccp, frozenset()) for ccp in propres)))


def _uniques(certificats: Iterable[Certificat]) -> tuple[Certificat, ...]:
    """Returns one a code: a confirmed one rather than a provisional one, then the earliest."""
    choisis: dict[str, Certificat] = {}
    for c in sorted(certificats, key=lambda c: (c.provisoire, c.date, c.session_id)):
        choisis.setdefault(c.code, c)
    return tuple(choisis[code] for code in sorted(choisis))
