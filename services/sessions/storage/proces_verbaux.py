"""What PVs say, frozen as they are closed: kept as it is read on paper, never written again but to lose a name."""

from collections.abc import Iterable
from dataclasses import asdict

import sqlalchemy as sa

from commun.domain.json import Json
from services.sessions.documents.modele import MembreDuJury, PvArrete, ResultatImprime, SessionImprimee
from services.sessions.storage import imprimes
from services.sessions.storage.tables import proces_verbaux

CARENCE = 0
"""The version of the PV of a jury that could not sit, which closes no results."""

_p = proces_verbaux.c


def ajouter(db: sa.Connection, session_id: str, version: int, pv: PvArrete) -> None:
    """Keeps what a PV says. `version`: that of its closing, or `CARENCE`."""
    db.execute(
        proces_verbaux.insert().values(
            session_id=session_id,
            version=version,
            arrete_a=pv.arrete_a,
            session=pv.session,
            resultats=_par_personne(pv.resultats),
            jury=_par_personne(pv.jury),
        )
    )


def lire(db: sa.Connection, session_id: str, version: int) -> PvArrete | None:
    """Returns what a PV says; `None` of one that was closed before that was kept."""
    requete = sa.select(proces_verbaux).where(_p.session_id == session_id, _p.version == version)
    if (ligne := db.execute(requete).mappings().first()) is None:
        return None
    return PvArrete(
        session=imprimes.session(ligne["session"]),
        resultats=tuple(imprimes.resultat(j) for j in _en_ordre(ligne["resultats"])),
        jury=tuple(MembreDuJury(imprimes.personne(j["personne"]), j["present"]) for j in _en_ordre(ligne["jury"])),
        arrete_a=ligne["arrete_a"],
    )


def session_arretee(db: sa.Connection, session_id: str, version: int) -> SessionImprimee | None:
    """Returns what a PV says of the session alone; `None` likewise."""
    lue = db.scalar(sa.select(_p.session).where(_p.session_id == session_id, _p.version == version))
    return imprimes.session(lue) if lue else None


def _par_personne(lignes: Iterable[ResultatImprime | MembreDuJury]) -> Json:
    """Returns what a paper says of each person, by id, without where she lives, which none says."""
    return {
        ligne.personne.id: asdict(ligne) | {"rang": rang, "personne": asdict(ligne.personne) | {"adresse": {}}}
        for rang, ligne in enumerate(lignes)
    }


def _en_ordre(par_personne: Json) -> list[Json]:
    lignes = sorted(par_personne.values(), key=lambda j: j["rang"])
    return [{nom: valeur for nom, valeur in j.items() if nom != "rang"} for j in lignes]
