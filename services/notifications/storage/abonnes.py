"""Subscribers, and how often things were asked for."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.lots import par_lots
from commun.storage.db import nouvel_id
from commun.storage.requetes import parmi, une
from services.notifications.domain.abonnes import EtatAbonne
from services.notifications.storage.tables import abonnes, limites

PAR_FORMULAIRE, _PAR_IMPORT = "formulaire", "import"
"""By what an address came in, the last time that it did."""
_ENSEMBLE = 500
"""Rows written by one statement: the text of a longer one holds the service's loop for as much longer."""


def get_ou_creer(db: sa.Connection, courriel: str, maintenant: datetime) -> dict[str, Any]:
    """Returns the subscriber of this address, locked; a new one waits for its confirmation."""
    nouveau = {"id": nouvel_id(), "courriel": courriel, "etat": EtatAbonne.EN_ATTENTE, "origine": PAR_FORMULAIRE}
    pose = insert(abonnes).values(nouveau)
    # the update changes nothing for who is subscribed: it takes the lock and returns the row
    tel_quel, suivante = abonnes.c.etat == EtatAbonne.ACTIF, abonnes.c.version + 1
    suite = {
        "demande_le": sa.case((tel_quel, abonnes.c.demande_le), else_=maintenant),
        "version": sa.case((tel_quel, abonnes.c.version), else_=suivante),
    }
    requete = pose.on_conflict_do_update(index_elements=["courriel"], set_=suite).returning(abonnes)
    return dict(db.execute(requete).mappings().one())


def get_abonne(db: sa.Connection, abonne_id: str, *, verrou: bool) -> dict[str, Any] | None:
    """Returns a subscriber."""
    requete = sa.select(abonnes).where(abonnes.c.id == abonne_id)
    return une(db, requete.with_for_update() if verrou else requete)


def save_abonne(db: sa.Connection, abonne_id: str, **valeurs: Any) -> None:
    """Changes a subscriber."""
    db.execute(abonnes.update().where(abonnes.c.id == abonne_id).values(version=abonnes.c.version + 1, **valeurs))


def etats_de(db: sa.Connection, courriels: Iterable[str], *, verrou: bool) -> dict[str, str]:
    """Returns the state of each of these addresses, « nouveau » where it has none. `verrou`: to change them, in the
    order in which `importer` adds them."""
    voulus = list(courriels)
    requete = sa.select(abonnes.c.courriel, abonnes.c.etat).where(parmi(abonnes.c.courriel, "courriels"))
    requete = requete.order_by(abonnes.c.courriel.collate("C"))
    connus = db.execute(requete.with_for_update() if verrou else requete, {"courriels": voulus})
    etats = {ligne.courriel: ligne.etat for ligne in connus}
    return {c: etats.get(c, "nouveau") for c in voulus}


def importer(db: sa.Connection, courriels: Iterable[str], maintenant: datetime) -> None:
    """Subscribes these addresses; who left meanwhile stays out, who had not confirmed is taken in."""
    nouveaux = [
        {"id": nouvel_id(), "courriel": c, "etat": EtatAbonne.ACTIF, "origine": _PAR_IMPORT, "confirme_le": maintenant}
        for c in sorted(courriels)  # in the order of a file, two that hold the same would each wait for the other
    ]
    for lot in par_lots(nouveaux, _ENSEMBLE):
        pose = insert(abonnes).values(lot)
        suite = {"etat": EtatAbonne.ACTIF, "origine": _PAR_IMPORT, "demande_le": maintenant, "confirme_le": maintenant}
        suite |= {"version": abonnes.c.version + 1}
        attendait = abonnes.c.etat == EtatAbonne.EN_ATTENTE
        db.execute(pose.on_conflict_do_update(index_elements=["courriel"], set_=suite, where=attendait))


def list_actifs(db: sa.Connection) -> Iterable[dict[str, Any]]:
    """Yields the addresses subscribed, in order; they are read as they are asked for."""
    requete = (
        sa.select(abonnes.c.courriel, abonnes.c.origine, abonnes.c.confirme_le)
        .where(abonnes.c.etat == EtatAbonne.ACTIF)
        .order_by(abonnes.c.courriel)
    )
    return (dict(ligne) for ligne in db.execute(requete.execution_options(yield_per=1000)).mappings())


def deja_comptes(db: sa.Connection, quoi: str, duree: timedelta, maintenant: datetime) -> int:
    """Returns how many `quoi` were counted in the current span of this length."""
    meme = (limites.c[nom] == valeur for nom, valeur in _compte(quoi, duree, maintenant).items())
    return db.scalar(sa.select(limites.c.n).where(*meme)) or 0


def compter(db: sa.Connection, quoi: str, duree: timedelta, maintenant: datetime) -> int:
    """Counts one more `quoi` in the current span of this length. Returns how many it makes."""
    pose = insert(limites).values(_compte(quoi, duree, maintenant) | {"n": 1})
    requete = pose.on_conflict_do_update(index_elements=["cle", "fenetre"], set_={"n": limites.c.n + 1})
    return int(db.execute(requete.returning(limites.c.n)).scalar_one())


def _compte(quoi: str, duree: timedelta, maintenant: datetime) -> dict[str, Any]:
    secondes = duree.total_seconds()
    fenetre = datetime.fromtimestamp(maintenant.timestamp() // secondes * secondes, UTC)
    return {"cle": hashlib.sha256(f"{secondes}:{quoi}".encode()).digest(), "fenetre": fenetre}


def oublier_limites(db: sa.Connection, avant: datetime) -> None:
    """Removes the counts of spans that are over."""
    db.execute(limites.delete().where(limites.c.fenetre < avant))
