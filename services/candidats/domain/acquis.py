"""What a candidate has acquired (`commun.domain.acquis`), as the contract shows it and as a trace compares it. Pure."""

from collections.abc import Iterator
from typing import Any

from commun.domain.acquis import Acquis, Certificat

ParNature = frozenset[tuple[str, str]]
"""Certifications as (nature, code): a CCP and a CCS could bear one code."""


def tenus(a: Acquis) -> ParNature:
    """Returns what is held."""
    return frozenset((nature, c.code) for nature, c in _tous(a))


def provisoires(a: Acquis) -> ParNature:
    """Returns what is held, of which no PV is signed yet."""
    return frozenset((nature, c.code) for nature, c in _tous(a) if c.provisoire)


def en_clair(a: Acquis) -> dict[str, Any]:
    """Returns the acquis as the contract shows them."""
    familles = {"ccps": a.ccps, "titres": a.titres, "ccs": a.ccs}
    return {famille: [_certificat(c) for c in certificats] for famille, certificats in familles.items()}


def changement(avant: Acquis, apres: Acquis, code: str = "RES-04") -> dict[str, Any]:
    """Returns what the trace says that results, or a merge, gave, took away, confirmed or made provisional again.

    Args:
        code: the rule by which.
    """
    avait, a = tenus(avant), tenus(apres)
    dits = {
        "Acquis": a - avait,
        "Acquis retirés": avait - a,
        "Acquis confirmés": a & (provisoires(avant) - provisoires(apres)),
        "Acquis de nouveau provisoires": avait & (provisoires(apres) - provisoires(avant)),
    }
    phrases = [
        f"{intitule} : {', '.join(f'{nature} {code}' for nature, code in sorted(codes))}."
        for intitule, codes in dits.items()
        if codes
    ]
    phrase = " ".join(phrases) or "Les acquis ont été mis à jour."
    return {"phrase": phrase, "avant": en_clair(avant), "apres": en_clair(apres), "code": code}


def _tous(a: Acquis) -> Iterator[tuple[str, Certificat]]:
    natures = {"CCP": a.ccps, "titre": a.titres, "CCS": a.ccs}
    return ((nature, c) for nature, certificats in natures.items() for c in certificats)


def _certificat(c: Certificat) -> dict[str, Any]:
    return {
        "code": c.code,
        "titre_code": c.titre_code,
        "session_id": c.session_id,
        "date": c.date,
        "statut": "provisoire" if c.provisoire else "confirme",
    }
