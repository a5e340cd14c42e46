"""A session holds two thousand candidates: an act costs in proportion, and no more."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from commun.bus.acteur import Acteur
from commun.storage.db import moteur
from services.sessions.commands import (
    candidats,
    convocations,
    inscription,
    jures,
    modifier,
    resultats,
    validation,
)
from services.sessions.queries import documents, fiche
from services.sessions.queries import resultats as lectures_resultats
from services.sessions.storage.resultats import resultats_clos
from tests.outils.bancs import JOUR
from tests.outils.operations import en_proportion, operations
from tests.sessions.banc import CENTRE, DEBUT, UD, Banc, Corps

_TAILLES = (30, 60, 120)


def _inscrire(banc: Banc, session: Corps, ids: list[str], *, essai: bool = False) -> Any:
    forme = {"candidats": [{"candidat_id": i} for i in ids], "essai": essai}
    return banc.faire(CENTRE, candidats.inscrire_connus, session["id"], forme, [banc.candidats[i] for i in ids])


def _avec_jury(banc: Banc, debut: date = DEBUT) -> Corps:
    session = banc.session(debut)
    banc.inscrire_jure(session)
    banc.inscrire_jure(session)
    return session


def _vie(banc: Banc, combien: int, debut: date) -> Iterator[tuple[str, int]]:
    """Yields the acts of the life of a session of so many candidates, and its readings: what each costs."""
    session, ids, entrant = _avec_jury(banc, debut), [banc.candidat() for _ in range(combien)], banc.candidat()
    cle, pendant = session["id"], debut + timedelta(days=1)

    def couter(nom: str, faire: Callable[[], Any]) -> tuple[str, int]:
        return nom, operations(faire)

    def acte(commande: Callable[..., Any], *suite: Any, qui: Acteur = CENTRE, jour: date = JOUR) -> tuple[str, int]:
        nom = f"{commande.__module__.rpartition('.')[2]}.{commande.__name__}"
        return couter(nom, lambda: banc.faire(qui, commande, cle, *(suite or ({},)), jour=jour))

    yield couter("import, à l'essai", lambda: _inscrire(banc, session, ids, essai=True))
    yield couter("import", lambda: _inscrire(banc, session, ids))
    yield acte(candidats.inscrire, {"candidat_id": entrant})
    yield acte(inscription.modifier, entrant, {"formateurs": ["Marie Durand"]})
    yield acte(candidats.desinscrire, entrant, {})
    yield acte(jures.inscrire, {"jure_id": banc.jure()})
    yield acte(validation.soumettre)
    yield acte(validation.valider, qui=UD)
    a_part = dict.fromkeys(ids, "10:30")
    yield acte(convocations.editer, {"par_personne": a_part})
    yield acte(modifier.modifier, {"heure_debut": "10:00", "confirmer": ["CNV-04"]})
    feuille = banc.feuille(banc.relire(session))
    for tour in (1, 2):
        yield (f"{tour} : saisir", acte(resultats.saisir, feuille, jour=pendant)[1])
        yield (f"{tour} : cloturer", acte(resultats.cloturer, jour=pendant)[1])
        yield (f"{tour} : viser", acte(resultats.viser, qui=UD, jour=pendant)[1])
        for lecture in (fiche.fiche, lectures_resultats.lire, documents.pv_pdf, documents.emargement_pdf):
            filtres = ({},) if lecture is lectures_resultats.lire else ()
            lire = partial(banc.lire, CENTRE, lecture, cle, *filtres, jour=pendant)
            yield couter(f"{tour} : {lecture.__name__}", lire)
        yield (f"{tour} : debloquer", acte(validation.debloquer, {"motif": "Erreur."}, qui=UD, jour=pendant)[1])
    yield acte(validation.annuler, {"motif": "Fin.", "confirmer": ["SES-09"]}, qui=UD, jour=pendant)


def test_chaque_acte_coute_en_proportion_de_ceux_qui_sont_dans_la_session(banc: Banc) -> None:
    couts: dict[str, list[int]] = defaultdict(list)
    for rang, combien in enumerate(_TAILLES):
        for nom, cout in _vie(banc, combien, DEBUT + timedelta(days=10 * rang)):
            couts[nom].append(cout)
    hors_de_proportion = {nom: siens for nom, siens in couts.items() if not en_proportion(siens)}
    assert not hors_de_proportion


def test_une_feuille_se_lit_une_fois_pour_tous_ceux_qui_y_sont(banc: Banc) -> None:
    """Stored apart from its row, it is read and unpacked whole each time that it is looked up."""
    session = _avec_jury(banc)
    _inscrire(banc, session, [banc.candidat() for _ in range(300)])
    session = banc.valider(session)
    banc.clore(session, jour=DEBUT + timedelta(days=2))
    qui = [c["candidat_id"] for c in session["candidats"]]
    with moteur("sessions").connect() as db:
        avant = _lues_a_part(db)
        clos = resultats_clos(db, qui)
        lues = _lues_a_part(db) - avant
    assert len(clos) == 300
    assert 0 < lues < 30


def _lues_a_part(db: sa.Connection) -> int:
    """Returns how many pages of sheets, and of their index, were read where they are stored apart."""
    db.execute(sa.text("SELECT pg_stat_force_next_flush()"))
    db.rollback()
    db.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
    lues = "toast_blks_read + toast_blks_hit + tidx_blks_read + tidx_blks_hit"
    lu = db.execute(sa.text(f"SELECT {lues} FROM pg_statio_user_tables WHERE relname = 'resultats'")).scalar_one()
    return int(lu)
