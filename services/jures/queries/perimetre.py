"""Who sees which jurés: one by one by the domain's rule, in lists by the same rule in SQL."""

from collections.abc import Collection

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import TypeProfil
from commun.storage.db import identifiant
from commun.storage.requetes import RIEN
from services.jures.domain.perimetre import exiger_lecture, peut_lire
from services.jures.storage.etats import jures_habilites, session_a_venir
from services.jures.storage.fiches import VIVANT, Fiche, get_fiche, get_fiches
from services.jures.storage.replicas import certifications_agreees
from services.jures.storage.tables import habilitations, inscriptions, jures, sessions

_anonymes = jures.alias("anonymes")
_D_UN_NOMME = habilitations.c.jure_id.not_in(sa.select(_anonymes.c.id).where(_anonymes.c.recherche == RIEN))
"""By a list hashed once: a join looked through it for each habilitation of the nation, where PostgreSQL had not counted
it since many were anonymised together (3.5 s for 2,300).
"""


def fiche_a_lire(acte: Acte, jure_id: str) -> Fiche:
    """Returns a juré's file, by any of his ids.

    Raises:
        Introuvable: absent, or not for this actor.
    """
    fiche = get_fiche(acte.db, identifiant(jure_id), acte.jour)
    exiger_lecture(acte.acteur, fiche.dossier, agreees(acte))
    return fiche


def fiches_visibles(acte: Acte, jure_ids: Collection[str]) -> list[Fiche]:
    """Returns, among these jurés' files, those that this actor may read."""
    siennes = agreees(acte)
    fiches = get_fiches(acte.db, jure_ids, acte.jour).values()
    return [fiche for fiche in fiches if peut_lire(acte.acteur, fiche.dossier, siennes)]


def visible(acte: Acte) -> sa.ColumnElement[bool]:
    """Returns the condition that a list shows this actor a row of `jures`: `peut_lire` in SQL, less the anonymised."""
    acteur, presents = acte.acteur, jures.c.absorbe_par.is_(None) & (jures.c.recherche != RIEN)
    match acteur.type:
        case TypeProfil.NATIONAL:
            return presents
        case TypeProfil.UD | TypeProfil.DIRECCTE:
            return presents & (jures.c.region == acteur.region)
        case _:
            return presents & _d_un_centre(acte, jures.c.id)


def habilitation_visible(acte: Acte) -> sa.ColumnElement[bool] | None:
    """Returns the condition that a live habilitation is for this actor, without its juré; none where only he tells.

    A merger leaves no live habilitation behind: whose it is, is somebody present.
    """
    match acte.acteur.type:
        case TypeProfil.NATIONAL:
            return _D_UN_NOMME
        case TypeProfil.CENTRE:
            return _d_un_centre(acte, habilitations.c.jure_id) & _D_UN_NOMME
        case _:
            return None


def agreees(acte: Acte) -> frozenset[str]:
    """Returns what a centre has an agrément for today, and so whose jurés it reads; of another actor, nothing."""
    etablissement_id = acte.acteur.etablissement_id
    if acte.acteur.type is not TypeProfil.CENTRE or etablissement_id is None:
        return frozenset()
    return certifications_agreees(acte.db, etablissement_id, acte.jour())


def _d_un_centre(acte: Acte, jure_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Returns the condition that this is the id of a juré whom a centre sees.

    IS TRUE keeps PostgreSQL from a join: it puts half the nation's jurés in a table of hashes, once, repeated or not,
    and looks there. An OR of two such sets would look at every row of both.
    """
    jour = acte.jour()
    chez_lui = (
        sa.select(VIVANT)
        .join(inscriptions, inscriptions.c.jure_id == jures.c.id)
        .join(sessions, sessions.c.id == inscriptions.c.session_id)
        .where(sessions.c.etablissement_id == acte.acteur.etablissement_id, session_a_venir(acte.jour))
    )
    sur_ses_certifications = jures_habilites(sorted(agreees(acte)), jour)
    return jure_id.in_(chez_lui.union_all(*sur_ses_certifications.selects)).is_(True)
