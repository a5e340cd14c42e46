"""What is kept for a while: attachments tried, annotated copies of imported files, who is about to lose his name."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable
from commun.storage.db import identifiant, nouvel_id
from commun.storage.requetes import attendre_son_tour, ecrire, remplacement, retirer
from services.candidats.storage.tables import candidats, departs, imports, tentatives

FENETRE = timedelta(hours=1)
"""Over how long attachments are counted."""

_PLACE = 100_000_000
"""Bytes that the copies of one centre take, all together: hundreds of files of five thousand lines. Tried again and
again, one of five megabytes would in a few hours fill the disk of all."""

_fiches = candidats.alias()
_DEPARTS = remplacement(departs, ("candidat_id", "version"))


def list_tentatives(db: sa.Connection, compte_id: str, maintenant: datetime) -> dict[str, datetime]:
    """Returns the digests of the identities that an account has tried in the last hour, and when each was; of one tried
    again and counted again, the id of each of its tries after the first.

    The account's tries are locked until the transaction ends, so that two at once are counted as two.
    """
    attendre_son_tour(db, f"rattachement {compte_id}")
    siennes = tentatives.c.compte_id == compte_id
    oublier_tentatives(db, maintenant - FENETRE, siennes)
    return {ligne.identite or ligne.id: ligne.instant for ligne in db.execute(sa.select(tentatives).where(siennes))}


def compter_tentatives(db: sa.Connection, compte_id: str, maintenant: datetime) -> int:
    """Returns how many tries of an account count in the last hour, without locking them."""
    siennes = (tentatives.c.compte_id == compte_id) & (tentatives.c.instant > maintenant - FENETRE)
    return db.scalar(sa.select(sa.func.count()).select_from(tentatives).where(siennes)) or 0


def oublier_tentatives(db: sa.Connection, avant: datetime, lesquelles: sa.ColumnElement[bool] | None = None) -> None:
    """Forgets the attachments tried until then: those of everybody, or only some."""
    passees = tentatives.c.instant <= avant
    db.execute(tentatives.delete().where(passees if lesquelles is None else passees & lesquelles))


def noter_tentatives(db: sa.Connection, compte_id: str, maintenant: datetime, identites: Iterable[str | None]) -> None:
    """Counts attachments tried, by the digests of their identities; None for one tried again."""
    commun = {"compte_id": compte_id, "instant": maintenant}
    lignes = [{"id": nouvel_id(), "identite": identite} | commun for identite in identites]
    if lignes:
        db.execute(tentatives.insert(), lignes)


def add_import(db: sa.Connection, acteur: Acteur, nom: str, contenu: bytes, maintenant: datetime) -> str:
    """Keeps the annotated copy of an import; the oldest of its centre give way to it. Returns its id."""
    numero = nouvel_id()
    db.execute(
        imports.insert().values(
            id=numero,
            etablissement_id=acteur.etablissement_id,
            identifiant=acteur.identifiant,
            nom=nom,
            instant=maintenant,
            contenu=contenu,
        )
    )
    du_dernier = (imports.c.instant.desc(), imports.c.id.desc())
    poids = sa.func.sum(sa.func.octet_length(imports.c.contenu)).over(order_by=du_dernier)
    siens = sa.select(imports.c.id, poids.label("poids")).where(imports.c.etablissement_id == acteur.etablissement_id)
    trop = siens.subquery()
    retirer(db, imports, imports.c.id.in_(sa.select(trop.c.id).where(trop.c.poids > _PLACE)))
    return numero


def noter_importes(db: sa.Connection, import_id: str, candidat_ids: Iterable[str]) -> None:
    """Keeps who is in a file that was imported."""
    db.execute(imports.update().where(imports.c.id == import_id).values(candidats=sorted(set(candidat_ids))))


def ids_de_l_import(acteur: Acteur, import_id: Any) -> sa.Select[Any]:
    """Returns the query of those in a file that this centre imported, each as who he is now; nobody for another's, or
    for one forgotten."""
    le_sien = (imports.c.id == str(import_id)) & (imports.c.etablissement_id == acteur.etablissement_id)
    lus = sa.select(sa.func.unnest(imports.c.candidats)).where(le_sien)
    return sa.select(sa.func.coalesce(_fiches.c.canonique_id, _fiches.c.id)).where(_fiches.c.id.in_(lus))


def get_import(db: sa.Connection, import_id: Any, acteur: Acteur) -> Any:
    """Returns the row of an import of this centre.

    Raises:
        Introuvable: absent, forgotten, or another centre's.
    """
    siens = (imports.c.id == identifiant(import_id)) & (imports.c.etablissement_id == acteur.etablissement_id)
    ligne = db.execute(sa.select(imports).where(siens)).mappings().first()
    if ligne is None:
        raise Introuvable()
    return ligne


def noter_departs(db: sa.Connection, versions: Mapping[str, int]) -> None:
    """Notes whom `sessions` is about to be asked to let go, and in which version it will await each."""
    ecrire(db, _DEPARTS, ({"candidat_id": cle, "version": version} for cle, version in versions.items()))


def list_departs(db: sa.Connection) -> dict[str, int]:
    """Returns those noted of whom an act cut short has said nothing more, with the version in which each is awaited."""
    return {ligne.candidat_id: ligne.version for ligne in db.execute(sa.select(departs))}


def oublier_departs(db: sa.Connection, ids: Iterable[str]) -> None:
    """Forgets those who have lost their names, or kept them."""
    db.execute(departs.delete().where(departs.c.candidat_id.in_(list(ids))))
