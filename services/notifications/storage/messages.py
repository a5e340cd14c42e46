"""Warning messages, and what will have to be said."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from commun.storage.db import nouvel_id
from commun.storage.requetes import parmi, toutes, une
from services.notifications.storage.tables import JUSQU_AU, echeances, messages


def ajouter(db: sa.Connection, lignes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds messages; an account that has been told is not told again. Returns the new ones: id, compte_id."""
    valeurs = [{"id": nouvel_id(), **ligne} for ligne in lignes]
    if not valeurs:
        return []
    pose = insert(messages).values(valeurs).on_conflict_do_nothing(constraint="un_message_par_compte")
    return toutes(db, pose.returning(messages.c.id, messages.c.compte_id))


def get_message(db: sa.Connection, message_id: str) -> dict[str, Any] | None:
    """Returns a message."""
    return une(db, sa.select(messages).where(messages.c.id == message_id))


def echeances_dues(db: sa.Connection, genre: str, jour: date, limite: int) -> list[dict[str, Any]]:
    """Returns what of this kind is to be said on this day, and has not been."""
    requete = (
        sa.select(echeances)
        .where(
            echeances.c.genre == genre,
            echeances.c.avertir_le <= jour,
            sa.literal_column(JUSQU_AU, sa.Date) >= jour,
            echeances.c.averti.is_distinct_from(echeances.c.avertir_le),
        )
        .order_by(echeances.c.avertir_le, echeances.c.objet_id)
        .limit(limite)
    )
    return toutes(db, requete)


def toujours_dues(db: sa.Connection, dues: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns those of these of which nothing was heard since they were read, locked: what is heard next comes after
    what is said of them."""
    e = echeances.c
    cles = sa.tuple_(e.genre, e.objet_id).in_([(due["genre"], due["objet_id"]) for due in dues])
    requete = sa.select(echeances).where(cles).order_by(e.genre, e.objet_id).with_for_update(key_share=True)
    lues = {(ligne["genre"], ligne["objet_id"]): ligne for ligne in toutes(db, requete)}
    return [due for due in dues if lues.get((due["genre"], due["objet_id"])) == due]


def redater(db: sa.Connection, genre: str, objet_id: str, avertir_le: date, fin: date) -> None:
    """Changes when an end still to be said comes, and is to be said."""
    e = echeances.c
    autre = (e.genre == genre) & (e.objet_id == objet_id) & e.avertir_le.is_not(None) & e.jusqu_au.is_distinct_from(fin)
    db.execute(echeances.update().where(autre).values(avertir_le=avertir_le, jusqu_au=fin))


def redire(db: sa.Connection, genre: str, titre: str, ccs: Sequence[str], version: int, jour: date) -> None:
    """Has the ends to come of what is on a titre or on its CCSs said again; who was told so is not told twice. One that
    is due bears the titre's version: what was asked of it before is not what is to be said (`toujours_dues`)."""
    e = echeances.c
    dessus = (e.faits["titre_code"].astext == titre) | e.faits["ccs_code"].astext.in_(ccs)
    dues = (e.genre == genre) & dessus & (e.jusqu_au >= jour) & (e.avertir_le <= jour)
    siennes = sa.select(e.objet_id).where(dues).order_by(e.objet_id).with_for_update(key_share=True)
    ids = list(db.scalars(siennes))  # locked first, in the order of `toujours_dues`
    connue = sa.cast(e.faits["titre_version"].astext, sa.Integer)
    selon_elle = sa.func.jsonb_build_object("titre_version", sa.func.greatest(connue, version))
    redites = echeances.update().where(e.genre == genre, parmi(e.objet_id))
    db.execute(redites.values(averti=None, faits=e.faits + selon_elle), {"ids": ids})


def fins_ramenees(db: sa.Connection, genre: str, jour: date) -> dict[str, date]:
    """Returns, by id, the end, still to come, that its event told of each thing whose end was moved since: before it by
    its titre, or after it by what was answered of it before that event."""
    e, dite = echeances.c, sa.cast(echeances.c.faits["fin"].astext, sa.Date)
    avancee = (e.genre == genre) & (e.jusqu_au != dite) & (dite >= jour)
    lues = db.execute(sa.select(e.objet_id, dite.label("dite")).where(avancee))
    return {ligne.objet_id: ligne.dite for ligne in lues}


def noter_averti(db: sa.Connection, dues: Iterable[dict[str, Any]]) -> None:
    """Keeps that these were said, for the dates that they had then, and under which keys (`dits`), where they may be
    said otherwise: one that was given other dates is still to be said."""
    for due in dues:
        cle = (echeances.c.genre == due["genre"]) & (echeances.c.objet_id == due["objet_id"])
        vue = cle & echeances.c.jusqu_au.is_not_distinct_from(due["jusqu_au"])
        dits = {"dits": due["dits"]} if "dits" in due else {}
        faits = echeances.c.faits + sa.cast(dits, JSONB)
        db.execute(echeances.update().where(vue).values(averti=due["avertir_le"], faits=faits))
