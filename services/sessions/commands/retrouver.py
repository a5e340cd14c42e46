"""What a search finds a session by, beside its number and its head: the present names of its certification and of its
centre, which the référentiel may change after it."""

from collections.abc import Collection

import sqlalchemy as sa

from commun.actes.pannes import Pannes
from commun.actes.steps import UN_MOMENT, Etapes
from commun.actes.unit_of_work import Acte
from commun.storage.replica import tranche
from services.sessions.domain.model import Session
from services.sessions.queries.faits import certification_de
from services.sessions.storage import copies
from services.sessions.storage.memoire import COPIES, oublier
from services.sessions.storage.sessions import autrement_retrouvees, get_sessions_seules, rechercher
from services.sessions.storage.tables import sessions

_LOT = 100
"""Sessions that are locked, and written, at once: whoever acts on one of them waits a tenth of a second at most."""


def noms(acte: Acte, liste: Collection[Session]) -> dict[str, str]:
    """Returns, by session, the names that a search finds it by: the one that lists show of its certification first."""
    centres = copies.etablissements_par_id(acte.db, {s.cadre.etablissement_id for s in liste})
    certifications = copies.titres_des_sessions(acte.db, liste)
    trouves = {}
    for s in liste:
        centre = centres.get(s.cadre.etablissement_id)
        denomination = [centre["denomination"]] if centre else []
        _, ccs = certification_de(s, certifications[s.id])
        complement = [ccs.intitule] if ccs else []
        trouves[s.id] = " ".join([*complement, *(t.intitule for t in certifications[s.id]), *denomination])
    return trouves


def retrouver(acte: Acte, *conditions: sa.ColumnElement[bool]) -> None:
    """Has a search find these few sessions by their present names, and changes nothing else of them."""
    ids = list(acte.db.scalars(sa.select(sessions.c.id).where(*conditions)))
    siennes = get_sessions_seules(acte.db, ids, verrou=True).values()
    oublier(acte.db, *COPIES)  # a later news may have come while the locks were waited for
    rechercher(acte.db, siennes, noms(acte, siennes))


def retrouver_par_lots(acte: Acte, *conditions: sa.ColumnElement[bool]) -> Etapes[None]:
    """Has a search find these sessions, or all, by their present names, so many at a time: a titre may have twenty
    thousand in ten years. Said twice, or of several news the last, it comes to the same: what is found rightly is
    neither locked nor written."""
    c, pannes, apres = sessions.c, Pannes(acte), ""
    siennes = sa.select(c.id).where(*conditions)
    while lot := list(acte.db.scalars(tranche(siennes, c.id, apres, _LOT))):
        apres, autrement = lot[-1], list[str]()
        with pannes.retenir():
            lues = get_sessions_seules(acte.db, lot).values()
            if autrement := autrement_retrouvees(acte.db, noms(acte, lues)):
                retrouver(acte, c.id.in_(autrement))
        yield UN_MOMENT if autrement else None
    pannes.lever()
