"""The copy of the centres, and the profils and invitations that repeat what they are called and where they are."""

from typing import Any

import sqlalchemy as sa

from commun.domain.json import Json
from commun.storage import replica
from commun.storage.requetes import une
from gateway.storage.comptes import ROLE
from gateway.storage.tables import comptes, etablissements, invitations, profils

_PLACE = ("libelle", "departement", "region")


def suivre(db: sa.Connection, centre: Json) -> None:
    """Keeps a centre as the référentiel tells of it, unless it is known as late; who else tells of it waits."""
    dit = {"commune": None} | centre  # which the version before does not say
    replica.suivre(db, etablissements, {c.name: dit[c.name] for c in etablissements.c})


def place(db: sa.Connection, etablissement_id: str) -> Json:
    """Returns what a profil there says of its centre."""
    lui = une(db, sa.select(etablissements).where(etablissements.c.id == etablissement_id))
    if lui is None:
        return {}
    nom = nom_sur_place(lui["denomination"], lui["commune"], lui["departement"])
    return {"libelle": nom, "departement": lui["departement"], "region": lui["region"]}


def nom_sur_place(denomination: str, commune: str | None, departement: str) -> str:
    """Returns the name of a centre and where it is, « Organisme – Marseille (13) »: one in six bears the very name of
    another of its département, and who acts in both, or is told of both, tells them by nothing else."""
    return f"{denomination} – {commune} ({departement})" if commune else denomination


def deplacer_invitations(db: sa.Connection, etablissement_id: str, la: Json) -> dict[str, Json]:
    """Makes the invitations that wait say where their centre is. Returns, by id, what those changed said."""
    autres = _ailleurs(invitations, etablissement_id, la) & invitations.c.acceptee_le.is_(None)
    requete = sa.select(invitations).where(autres).order_by(invitations.c.id).with_for_update()
    avant = {ligne["id"]: _dits(ligne) for ligne in db.execute(requete).mappings()}
    if not avant:
        return {}
    suite = {"version": invitations.c.version + 1}
    db.execute(invitations.update().where(invitations.c.id.in_(avant)).values(**la, **suite))
    return avant


def deplacer_profils(db: sa.Connection, etablissement_id: str, la: Json) -> dict[str, Json]:
    """Makes profils say where their centre is. Returns, by account, what those changed said."""
    autres = _ailleurs(profils, etablissement_id, la)
    tenus = sa.select(comptes.c.id).join(profils, profils.c.compte_id == comptes.c.id).where(autres)
    # before its profils, as all acts on it do
    if not db.execute(tenus.order_by(comptes.c.id).with_for_update(of=comptes)).all():
        return {}
    avant = {p["compte_id"]: _dits(p) for p in db.execute(sa.select(profils).where(autres)).mappings()}
    db.execute(profils.update().where(autres).values(la))
    db.execute(comptes.update().where(comptes.c.id.in_(avant)).values(version=comptes.c.version + 1))
    return avant


def _ailleurs(table: sa.Table, etablissement_id: str, la: Json) -> sa.ColumnElement[bool]:
    differe = sa.or_(*(table.c[nom].is_distinct_from(la[nom]) for nom in _PLACE))
    return (table.c.etablissement_id == etablissement_id) & differe


def _dits(ligne: Any) -> Json:
    return {nom: ligne[nom] for nom in ROLE}
