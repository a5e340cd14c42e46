"""What lets in: tokens of programs, sessions of browsers, and where accounts come in from."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.storage.requetes import une
from gateway.storage.tables import comptes, jetons, profils, provenances

_MINUTE = timedelta(minutes=1)
_MEMOIRE = timedelta(days=30)
"""How long a place that an account came in from is remembered."""

_PORTEUR = (
    sa.select(profils, comptes.c.identifiant, (jetons.c.vu_le < sa.func.now() - _MINUTE).label("a_revoir"))
    .select_from(
        jetons.join(profils, jetons.c.profil_id == profils.c.id).join(comptes, jetons.c.compte_id == comptes.c.id)
    )
    .where(jetons.c.empreinte == sa.bindparam("secret"), jetons.c.genre == sa.bindparam("du_genre"), comptes.c.actif)
    .where(jetons.c.expire_le > sa.func.now())
)
_PORTEUR_ACTIF = _PORTEUR.where(jetons.c.vu_le > sa.func.now() - sa.bindparam("inactivite", type_=sa.Interval))


def add_jeton(db: sa.Connection, empreinte: bytes, **valeurs: Any) -> datetime:
    """Adds a token, good for `duree` from now or until `expire_le`. Returns when it ends."""
    if duree := valeurs.pop("duree", None):
        valeurs["expire_le"] = sa.func.now() + duree
    pose = jetons.insert().values(empreinte=empreinte, **valeurs)
    return db.execute(pose.returning(jetons.c.expire_le)).scalar_one()


def get_porteur(db: sa.Connection, empreinte: bytes, genre: str, inactivite: timedelta | None) -> dict[str, Any] | None:
    """Returns the active account and profil behind a live token; `a_revoir`: its last use is to be noted.

    Args:
        inactivite: how long without a request ends it, if anything does. All by the base's clock.
    """
    cherche = {"secret": empreinte, "du_genre": genre}
    if inactivite is None:
        return une(db, _PORTEUR, cherche)
    return une(db, _PORTEUR_ACTIF, cherche | {"inactivite": inactivite})


def compte_de(db: sa.Connection, empreinte: bytes) -> str | None:
    """Returns the account that a token is of."""
    return db.scalar(sa.select(jetons.c.compte_id).where(jetons.c.empreinte == empreinte))


def noter_vu(db: sa.Connection, empreinte: bytes) -> None:
    """Notes that a token serves, once a minute at most however many requests come at once."""
    perime = jetons.c.vu_le < sa.func.now() - _MINUTE
    db.execute(jetons.update().where(jetons.c.empreinte == empreinte, perime).values(vu_le=sa.func.now()))


def retirer(db: sa.Connection, empreinte: bytes) -> dict[str, Any] | None:
    """Removes a token. Returns it, where it was there and had not ended."""
    ote = db.execute(jetons.delete().where(jetons.c.empreinte == empreinte).returning(jetons))
    ligne = ote.mappings().first()
    vivant = ligne and db.scalar(sa.select(sa.func.now() < ligne["expire_le"]))
    return dict(ligne) if ligne and vivant else None


def retirer_tous(db: sa.Connection, compte_id: str, sauf: bytes = b"") -> None:
    """Removes every token of an account, of all kinds. `sauf`: the one that stays."""
    db.execute(jetons.delete().where(jetons.c.compte_id == compte_id, jetons.c.empreinte != sauf))


def retirer_expires(db: sa.Connection, compte_id: str | None = None) -> None:
    """Removes the tokens that have ended: an account's, or all."""
    ordre = jetons.delete().where(jetons.c.expire_le < sa.func.now())
    db.execute(ordre.where(jetons.c.compte_id == compte_id) if compte_id else ordre)


def noter_provenance(db: sa.Connection, compte_id: str, source: bytes) -> None:
    """Remembers where an account came in from."""
    pose = insert(provenances).values(compte_id=compte_id, source=source)
    db.execute(pose.on_conflict_do_update(index_elements=["compte_id", "source"], set_={"vue_le": sa.func.now()}))


def vient_de(db: sa.Connection, identifiant: str, source: bytes) -> bool:
    """Whether the account that signs in under this name has come in from there lately."""
    requete = (
        sa.select(sa.true())
        .select_from(provenances.join(comptes))
        .where(comptes.c.identifiant == identifiant, provenances.c.source == source)
        .where(provenances.c.vue_le > sa.func.now() - _MEMOIRE)
    )
    return bool(db.scalar(requete))


def oublier_provenances(db: sa.Connection) -> None:
    """Forgets the places that no account has come in from for long."""
    db.execute(provenances.delete().where(provenances.c.vue_le < sa.func.now() - _MEMOIRE))
