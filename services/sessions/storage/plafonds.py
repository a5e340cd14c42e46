"""INS-04 under concurrency: a lock on the candidate, and three places a year as the last wall.

Counting, then inserting lets concurrent registrations through, at any isolation level. So whoever counts a candidate's
sessions first locks his row; and each session that counts takes one of his three places for a year, which no other
may overlap (`creneaux_plafond`): starts that share a window of one year are starts whose years overlap, so three places
are enough exactly where no window holds more than three starts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from commun.domain.dates import JourA, plus_annees
from commun.storage.db import Identifiant
from commun.storage.ensemble import Ligne
from commun.storage.requetes import ajout, ajouter, cles_de, ecrire, lignes_pour, parmi
from services.sessions.domain.model import Etat, TypeSession
from services.sessions.domain.parametres import Fenetre, Portee
from services.sessions.domain.plafond import PLAFOND, SessionDuCandidat, periode
from services.sessions.storage.memoire import (
    AILLEURS,
    DES_PERSONNES,
    ENTENDUES,
    Avance,
    Lecture,
    oublier,
    oublier_de,
    par_cle,
    retenir,
)
from services.sessions.storage.resultats import LECTURE_DES_CLOSES
from services.sessions.storage.sessions import DE_L_ETAT, etat_lu
from services.sessions.storage.tables import candidats, creneaux, inscriptions_candidats, sessions

_LUES = (
    sessions.c.id,
    sessions.c.type,
    sessions.c.titre_code,
    sessions.c.entretien_final,
    *DE_L_ETAT,
)
"""What `_session_du_candidat` reads of a session."""

_t = inscriptions_candidats
_DES_IDENTITES = (
    sa.select(_t.c.canonique_id, _t.c.absence_excusee, *_LUES).join_from(_t, sessions).where(parmi(_t.c.canonique_id))
)
_demandes = sa.bindparam("ids", type_=ARRAY(Identifiant))
_connus = candidats.alias()
_leurs_canoniques = sa.func.array(sa.select(_connus.c.canonique_id).where(parmi(_connus.c.id)).scalar_subquery())
_VERROUILLES = (
    sa.select(candidats.c.id, candidats.c.canonique_id, candidats.c.version)
    .where(candidats.c.id == sa.any_(sa.func.array_cat(_demandes, _leurs_canoniques, type_=ARRAY(Identifiant))))
    .order_by(candidats.c.id)
    .with_for_update(key_share=True)
)
_NEUFS = (
    ajout(candidats, ("id", "canonique_id"))
    .on_conflict_do_nothing()
    .returning(candidats.c.id, candidats.c.canonique_id, candidats.c.version)
)
_c = creneaux.c
_CLE = cles_de(creneaux)
_OCCUPEES = (
    sa.select(_c.session_id, _c.canonique_id, _c.plafond, _c.rang, sa.cast(_c.periode, sa.Text).label("periode"))
    .where(parmi(_c.canonique_id))
    .order_by(*creneaux.primary_key.columns)
    .with_for_update()
)
_rendues = lignes_pour(creneaux, _CLE)
_RENDUES = creneaux.delete().where(*(_c[nom] == _rendues.c[nom] for nom in _CLE))


def verrouiller(db: sa.Connection, identites: Mapping[str, str]) -> dict[str, str]:
    """Locks candidates until the end of the transaction, with those into whom they were merged, in the order of ids;
    returns the identity that each one now counts under.

    Args:
        identites: by candidate, the identity into which he was merged, as far as the caller knows.
    """
    vus: dict[str, str] = {}
    a_voir = {*identites, *identites.values()}
    while a_voir:
        lues = db.execute(_VERROUILLES, {"ids": sorted(a_voir)}).all()
        if neufs := [{"id": i, "canonique_id": i} for i in sorted(a_voir - {ligne.id for ligne in lues})]:
            lues = [*lues, *db.execute(_NEUFS, {"lignes": neufs})]
        vus |= {ligne.id: ligne.canonique_id for ligne in lues}
        retenir(db, ENTENDUES, {ligne.id: ligne.version for ligne in lues})
        a_voir = {*a_voir, *vus.values()} - vus.keys()  # into whom they merge; and whom another has just written
    oublier(db, *DES_PERSONNES)  # while a lock was waited for, others registered, or merged, some
    for candidat_id, canonique_id in identites.items():
        racine = _racine(vus, canonique_id)  # whom he was merged into may be known as another's already
        if vus[candidat_id] == candidat_id != racine:
            fusionner(db, candidat_id, racine)
            vus[candidat_id] = racine
    return {candidat_id: _racine(vus, candidat_id) for candidat_id in identites}


def entendre(db: sa.Connection, candidat_id: str, version: int) -> None:
    """Notes the version of a candidate that his service has told of. The caller holds his lock."""
    c = candidats.c
    db.execute(candidats.update().where(c.id == candidat_id, c.version < version).values(version=version))
    oublier(db, ENTENDUES)


def entendues(db: sa.Connection, ids: Iterable[str]) -> dict[str, int]:
    """Returns the last version heard of each of these candidates; read with their locks, where they were taken."""
    return par_cle(db, _LECTURE_DES_ENTENDUES, ids)


def fusionner(db: sa.Connection, absorbe_id: str, canonique_id: str) -> None:
    """Makes an identity count under another one. The caller holds both locks."""
    db.execute(candidats.update().where(candidats.c.canonique_id == absorbe_id).values(canonique_id=canonique_id))
    t = inscriptions_candidats
    db.execute(t.update().where(t.c.canonique_id == absorbe_id).values(canonique_id=canonique_id))
    db.execute(creneaux.delete().where(creneaux.c.canonique_id == absorbe_id))
    oublier(db, *DES_PERSONNES)


def sessions_des_identites(
    db: sa.Connection, canoniques: Iterable[str], jour_a: JourA
) -> dict[str, list[SessionDuCandidat]]:
    """Returns the sessions of these identities, each in its state on the day of its site, read once (`AILLEURS`)."""
    faites: dict[tuple[str, bool], SessionDuCandidat] = {}  # who sits together shares them

    def faite(ligne: Ligne) -> SessionDuCandidat:
        cle = ligne["id"], ligne["absence_excusee"]
        if cle not in faites:
            faites[cle] = _session_du_candidat(ligne, jour_a)
        return faites[cle]

    lues = par_cle(db, _LECTURE, canoniques)
    return {canonique_id: [faite(ligne) for ligne in siennes.values()] for canonique_id, siennes in lues.items()}


def sessions_des_plus_charges(jour: date) -> sa.Select[tuple[str]]:
    """Returns the query of the sessions of the identities who have more that count than the cap (`PLAFOND`), among
    those that began within a year of the day or are to come."""
    compte = sessions.c.entretien_final & (sessions.c.type != TypeSession.CCS.value) & ~_t.c.absence_excusee
    pese = sessions.c.etat.not_in([Etat.ANNULEE.value, Etat.REFUSEE.value])
    recente = sessions.c.date_debut > plus_annees(jour, -1)
    siennes = sa.select(_t.c.canonique_id).join_from(_t, sessions).where(compte, pese, recente)
    charges = siennes.group_by(_t.c.canonique_id).having(sa.func.count(_t.c.session_id.distinct()) > PLAFOND)
    return sa.select(_t.c.session_id).where(_t.c.canonique_id.in_(charges))


def _par_identite(lignes: Iterable[Ligne]) -> dict[str, dict[str, Ligne]]:
    trouvees: dict[str, dict[str, Ligne]] = defaultdict(dict)
    for ligne in lignes:  # merged identities may be twice in one session: it counts unless both were excused
        if not ligne["absence_excusee"] or ligne["id"] not in trouvees[ligne["canonique_id"]]:
            trouvees[ligne["canonique_id"]][ligne["id"]] = ligne
    return trouvees


_LECTURE_DES_ENTENDUES = Lecture(
    ENTENDUES,
    sa.select(candidats.c.id, candidats.c.version).where(parmi(candidats.c.id)),
    lambda lignes: {ligne["id"]: ligne["version"] for ligne in lignes},
)
_LECTURE = Lecture(AILLEURS, _DES_IDENTITES, _par_identite)
AVANCE_DES_IDENTITES = Avance(_LECTURE, LECTURE_DES_CLOSES)
"""The sessions of some identities, and what they closed there (`resultats.resultats_clos`)."""


def canonique_de(db: sa.Connection, candidat_id: str) -> str:
    """Returns the identity under which a candidate counts; himself where nobody said otherwise. Who was merged into one
    that is merged in turn follows it (`fusionner`)."""
    return db.scalar(sa.select(candidats.c.canonique_id).where(candidats.c.id == candidat_id)) or candidat_id


def identites_de(db: sa.Connection, candidat_id: str) -> list[str]:
    """Returns every id under which a candidate was known, merges followed."""
    canonique_id = canonique_de(db, candidat_id)
    absorbes = db.scalars(sa.select(candidats.c.id).where(candidats.c.canonique_id == canonique_id))
    return sorted({candidat_id, canonique_id, *absorbes})


def occuper(db: sa.Connection, canoniques: Collection[str], jour_a: JourA, portee: Portee, fenetre: Fenetre) -> None:
    """Gives their places to the sessions of these identities that count: what was cancelled has none left, and what
    keeps its own is not written.

    Their places are held before their sessions are read: who comes at the same instant waits there. Those of merged
    identities that are too many keep their registrations, and go without.
    """
    occupees = _par_cle(db.execute(_OCCUPEES, {"ids": list(canoniques)}).mappings())
    oublier_de(db, AILLEURS, canoniques)  # the session itself counts here, and has just changed
    lues = sessions_des_identites(db, canoniques, jour_a)
    comptees = {c: [s for s in siennes if s.compte_au_plafond] for c, siennes in lues.items()}
    voulues = _par_cle(place for c, siennes in comptees.items() for place in _places(c, siennes, portee, fenetre))
    ecrire(db, _RENDUES, (place for cle, place in occupees.items() if voulues.get(cle) != place))
    ajouter(db, creneaux, (place for cle, place in voulues.items() if occupees.get(cle) != place))


def _par_cle(places: Iterable[Mapping[Any, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(place[nom] for nom in _CLE): dict(place) for place in places}


def _places(
    canonique_id: str, comptees: Iterable[SessionDuCandidat], portee: Portee, fenetre: Fenetre
) -> Iterator[dict[str, Any]]:
    """Yields the places of one identity: each session takes the first that is free on its start."""
    libre_le: dict[tuple[str, int], date] = {}
    for s in sorted(comptees, key=lambda s: (s.date_debut, s.session_id)):
        plafond = canonique_id if portee is Portee.CANDIDAT else f"{canonique_id} {s.titre_code}"
        debut, fin = periode(s.date_debut, fenetre)
        rangs = (r for r in range(1, PLAFOND + 1) if libre_le.get((plafond, r), date.min) <= debut)
        if (rang := next(rangs, None)) is None:
            continue
        libre_le[plafond, rang] = fin
        yield {
            "session_id": s.session_id,
            "canonique_id": canonique_id,
            "plafond": plafond,
            "rang": rang,
            "periode": f"[{debut},{fin})",
        }


def _racine(vus: Mapping[str, str], candidat_id: str) -> str:
    while vus[candidat_id] != candidat_id:
        candidat_id = vus[candidat_id]
    return candidat_id


def _session_du_candidat(ligne: Any, jour_a: JourA) -> SessionDuCandidat:
    return SessionDuCandidat(
        session_id=ligne["id"],
        type=TypeSession(ligne["type"]),
        titre_code=ligne["titre_code"],
        entretien_final=ligne["entretien_final"],
        date_debut=ligne["date_debut"],
        date_fin=ligne["date_fin"],
        etat=etat_lu(ligne, jour_a),
        absence_excusee=ligne["absence_excusee"],
    )
