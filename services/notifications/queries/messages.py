"""Reads of an account's own warning messages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from commun.actes.unit_of_work import Acte
from commun.schemas.forms import charger
from commun.storage.db import Identifiant, nouvel_id
from commun.storage.pages import contient, paginer
from services.notifications import schemas
from services.notifications.storage.tables import messages

_RETARD = timedelta(seconds=10)
_DEBIT = 100

_compte = sa.func.unnest(sa.bindparam("comptes", type_=ARRAY(sa.Text))).column_valued("suivi")
_de_lui = (messages.c.compte_id == _compte) & messages.c.application


def _dernier(lesquels: sa.ColumnElement[bool]) -> sa.Select[tuple[str]]:
    return sa.select(messages.c.id).where(lesquels).order_by(messages.c.id.desc()).limit(1)


def _combien(lesquels: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(messages).where(_de_lui, lesquels).scalar_subquery()


_REPERES = sa.select(
    _compte,
    _dernier(_de_lui).scalar_subquery(),
    _combien(messages.c.lu_le.is_(None)),
    _combien(messages.c.id > sa.bindparam("depuis", type_=Identifiant)),
)


def lister(acte: Acte, filtres: Any) -> dict[str, Any]:
    """The messages of the account, newest first, and how many are unread."""
    voulu = charger(schemas.FiltresMessages, filtres)
    requete = sa.select(messages).where(trouves(acte, voulu["q"]))
    if voulu["non_lus"]:
        requete = requete.where(messages.c.lu_le.is_(None))
    tris = {"cree_le": messages.c.id, "genre": messages.c.genre, "lu_le": messages.c.lu_le}
    lignes, cadre = paginer(acte.db, requete, voulu, tris, defaut="-cree_le", cle=messages.c.id)
    return {"elements": [en_clair(ligne) for ligne in lignes], **cadre, "non_lus": non_lus(acte)}


def trouves(acte: Acte, q: str) -> sa.ColumnElement[bool]:
    """Returns the condition of the account's messages that a search finds."""
    return _les_siens(acte) & contient(messages.c.recherche, q)


def non_lus(acte: Acte) -> int:
    """Returns how many messages of the account are unread."""
    requete = sa.select(sa.func.count()).select_from(messages).where(_les_siens(acte), messages.c.lu_le.is_(None))
    return int(acte.db.scalar(requete) or 0)


def flux(acte: Acte, apres: str | None = None) -> dict[str, Any]:
    """The messages that came after one, and how many are unread; at first, that number alone.

    Ids follow time, but a transaction may commit after a later one: what came in the last seconds is read again, and
    the stream leaves out what it has sent. What is older was said: who opens a stream, or comes back, does not have his
    last message again. Who comes back after long has what he missed by lots: the number's id is where the next one
    begins.
    """
    lus: list[dict[str, Any]] = []
    if repere := _numero(apres):
        siens = sa.select(messages).where(_les_siens(acte))
        en_retard = (messages.c.id > _un_peu_avant(repere)) & (messages.c.cree_le > sa.func.now() - _RETARD)
        recents = siens.where(en_retard, messages.c.id <= str(repere))
        suivants = siens.where(messages.c.id > str(repere)).order_by(messages.c.id).limit(_DEBIT)
        requete = recents.union_all(suivants).order_by("id")  # one trip
        lus = [en_clair(ligne) for ligne in acte.db.execute(requete).mappings()]
    dernier = lus[-1]["id"] if lus else acte.db.scalar(_dernier(_les_siens(acte)))
    compte = {"id": dernier or _ZERO, "type": "non_lus", "donnees": {"non_lus": non_lus(acte)}}
    dits = [{"id": m["id"], "type": "message", "donnees": m} for m in lus]
    return {"evenements": [*dits, compte], "fin": False, "suite": sum(m["id"] > str(repere) for m in lus) == _DEBIT}


def reperes(acte: Acte, comptes: list[str]) -> dict[str, list[Any]]:
    """What changes, of each of these accounts, once its `flux` has something new to tell: the last message's id, how
    many are unread, and how many came in the last seconds, after which one may yet be committed.
    """
    depuis = _un_peu_avant(UUID(nouvel_id()))
    lignes = acte.db.execute(_REPERES, {"comptes": comptes, "depuis": depuis})
    return {compte_id: repere for compte_id, *repere in lignes}


def en_clair(ligne: Any) -> dict[str, Any]:
    """Returns a message as the contract shows it."""
    visibles = ("id", "genre", "phrase", "objet_type", "objet_id", "cree_le", "lu_le", "version")
    return {nom: ligne[nom] for nom in visibles}


_ZERO = str(UUID(int=0))


def _numero(apres: str | None) -> UUID | None:
    """Returns the id that a client says, `None` where it is not one."""
    try:
        return UUID(apres) if apres else None
    except ValueError:
        return None


def _un_peu_avant(repere: UUID) -> str:
    """Returns the id that a message had a few seconds before this one; a UUIDv7 begins with its milliseconds."""
    recul = int(_RETARD.total_seconds() * 1000) << 80
    return str(UUID(int=max(repere.int - recul, 0)))


def _les_siens(acte: Acte) -> sa.ColumnElement[bool]:
    return (messages.c.compte_id == acte.acteur.compte_id) & messages.c.application
