"""Accounts and their profils."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from commun.domain.referentiel import AGENTS, TypeProfil
from commun.domain.textes import normaliser
from commun.storage.db import nouvel_id
from commun.storage.requetes import attendre_son_tour, toutes, une
from gateway.storage.tables import changements_courriel, comptes, jetons, profils

ROLE = ("type", "libelle", "etablissement_id", "departement", "region")
"""What a profil is, apart from whose it is and what it may do to others."""


def get_compte(db: sa.Connection, compte_id: str, *, verrou: bool = False) -> dict[str, Any]:
    """Returns an account: none is ever removed."""
    requete = sa.select(comptes).where(comptes.c.id == compte_id)
    return dict(db.execute(requete.with_for_update() if verrou else requete).mappings().one())


def tenir(db: sa.Connection, compte_id: str | None) -> None:
    """Keeps an account as it is until the transaction, which opens something to it, is over: who closes it, or all that
    is open to it, came before, or waits.
    """
    db.execute(sa.select(sa.true()).where(comptes.c.id == compte_id).with_for_update(read=True))


def tenir_ensemble(db: sa.Connection, *ids: str) -> None:
    """Keeps these accounts from changing until the transaction is over, each way in the same order: of two who act on
    one another, the second finds what the first has done.
    """
    db.execute(sa.select(sa.true()).where(comptes.c.id.in_(ids)).order_by(comptes.c.id).with_for_update())


def get_compte_par_identifiant(db: sa.Connection, identifiant: str) -> dict[str, Any] | None:
    """Returns the account that signs in under this name."""
    return une(db, sa.select(comptes).where(comptes.c.identifiant == identifiant))


def get_compte_par_courriel(db: sa.Connection, courriel: str) -> dict[str, Any] | None:
    """Returns the account of who reads this address: the one that signs in under it, else one that it belongs to."""
    ordre = (sa.desc(comptes.c.identifiant == courriel), comptes.c.id)
    return une(db, sa.select(comptes).where(_de_l_adresse(courriel)).order_by(*ordre).limit(1))


def list_comptes_par_courriel(db: sa.Connection, courriel: str) -> list[str]:
    """Returns the ids of all the accounts of this address: theirs, or what they sign in under."""
    return list(db.scalars(sa.select(comptes.c.id).where(_de_l_adresse(courriel))))


def _de_l_adresse(courriel: str) -> sa.ColumnElement[bool]:
    return (comptes.c.identifiant == courriel) | (sa.func.lower(comptes.c.courriel) == courriel)


def noms_sous(db: sa.Connection, identifiants: Collection[str]) -> dict[str, str]:
    """Returns the names of who signs in under these identifiants, or did; none where nobody does, or several have."""
    c, avant = comptes.c, changements_courriel.c
    actuels = sa.select(c.identifiant, c.id, c.nom).where(c.identifiant.in_(identifiants))
    anciens = (
        sa.select(avant.identifiant_avant, c.id, c.nom)
        .join(comptes, c.id == avant.compte_id)
        .where(avant.identifiant_avant.in_(identifiants), avant.fait_le.is_not(None))
    )
    eux: dict[str, dict[str, str]] = defaultdict(dict)
    for identifiant, compte_id, nom in db.execute(actuels.union(anciens)):
        eux[identifiant][compte_id] = nom
    return {identifiant: noms.popitem()[1] for identifiant, noms in eux.items() if len(noms) == 1}


def get_compte_par_sujet(db: sa.Connection, sujet: str) -> dict[str, Any] | None:
    """Returns the account that ProConnect knows by this `sub`. Whoever binds another to it waits, or came before."""
    attendre_son_tour(db, f"proconnect {sujet}")
    return une(db, sa.select(comptes).where(comptes.c.sujet == sujet))


def add_compte(db: sa.Connection, identifiant: str, nom: str, courriel: str, **valeurs: Any) -> str:
    """Adds an account. Returns its id."""
    compte_id = nouvel_id()
    qui = {"identifiant": identifiant, "nom": nom, "courriel": courriel}
    db.execute(comptes.insert().values(id=compte_id, recherche=_recherche(**qui), **qui, **valeurs))
    return compte_id


def save_compte(db: sa.Connection, compte_id: str, **valeurs: Any) -> None:
    """Changes an account."""
    db.execute(comptes.update().where(comptes.c.id == compte_id).values(version=comptes.c.version + 1, **valeurs))


def save_qui(db: sa.Connection, compte: dict[str, Any], **change: str) -> None:
    """Changes who an account says that its holder is: his `nom`, `courriel`, or `identifiant`."""
    qui = {nom: compte[nom] for nom in ("nom", "identifiant", "courriel")} | change
    save_compte(db, compte["id"], recherche=_recherche(**qui), **change)


def _recherche(nom: str, identifiant: str, courriel: str) -> str:
    return normaliser(f"{nom} {identifiant} {courriel}")


def list_profils(db: sa.Connection, compte_id: str) -> list[dict[str, Any]]:
    """Returns the profils of an account, by their names."""
    return profils_des_comptes(db, [compte_id])[compte_id]


def get_profil(db: sa.Connection, profil_id: str) -> dict[str, Any] | None:
    """Returns a profil."""
    return une(db, sa.select(profils).where(profils.c.id == profil_id))


def get_profil_ouvert(db: sa.Connection, profil_id: str) -> dict[str, Any] | None:
    """Returns a profil of an account that is open."""
    requete = sa.select(profils).join(comptes, profils.c.compte_id == comptes.c.id)
    return une(db, requete.where(profils.c.id == profil_id, comptes.c.actif))


def profils_des_comptes(db: sa.Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Returns the profils of these accounts, by account, by their names."""
    requete = sa.select(profils).where(profils.c.compte_id.in_(ids)).order_by(profils.c.libelle, profils.c.id)
    trouves: dict[str, list[dict[str, Any]]] = {compte_id: [] for compte_id in ids}
    for ligne in db.execute(requete).mappings():
        trouves[ligne["compte_id"]].append(dict(ligne))
    return trouves


def est_administre(db: sa.Connection, ceux_la: sa.ColumnElement[bool]) -> bool:
    """Whether one of these profils, of an active account, administers the others."""
    requete = sa.select(sa.true()).select_from(profils.join(comptes, profils.c.compte_id == comptes.c.id))
    return bool(db.scalar(requete.where(ceux_la, profils.c.administrateur, comptes.c.actif).limit(1)))


def add_profil(db: sa.Connection, compte_id: str, **valeurs: Any) -> str:
    """Adds a profil to an account. Returns its id."""
    profil_id = nouvel_id()
    db.execute(profils.insert().values(id=profil_id, compte_id=compte_id, **valeurs))
    return profil_id


def save_profil(db: sa.Connection, profil_id: str, **valeurs: Any) -> None:
    """Changes a profil."""
    db.execute(profils.update().where(profils.c.id == profil_id).values(**valeurs))


def remove_profil(db: sa.Connection, compte_id: str, profil_id: str) -> None:
    """Takes a profil away from an account, and with it all that was open in it."""
    db.execute(jetons.delete().where(jetons.c.profil_id == profil_id))
    par_defaut = (comptes.c.id == compte_id) & (comptes.c.profil_par_defaut == profil_id)
    db.execute(comptes.update().where(par_defaut).values(profil_par_defaut=None))
    db.execute(profils.delete().where(profils.c.id == profil_id))


def list_destinataires(
    db: sa.Connection, ids: Sequence[str], etablissements: Sequence[str], departements: Sequence[str]
) -> list[dict[str, Any]]:
    """Returns the active accounts with these ids, and where they act for the State; those with a profil at these
    places, and its name (`pour`) where they have others."""
    qui = (comptes.c.id.label("compte_id"), comptes.c.courriel, comptes.c.preferences)
    nul = sa.null()
    territoire = sa.func.jsonb_build_object("departement", profils.c.departement, "region", profils.c.region)
    siens = sa.select(sa.func.coalesce(sa.func.jsonb_agg(territoire), sa.text("'[]'::jsonb")))
    siens = siens.where(profils.c.compte_id == comptes.c.id, profils.c.type.in_(AGENTS))
    territoires = siens.scalar_subquery().label("territoires")
    nommes = sa.select(*qui, nul.label("etablissement_id"), nul.label("departement"), territoires)
    autres = profils.alias()
    en_a_d_autres = sa.exists().where(autres.c.compte_id == profils.c.compte_id, autres.c.id != profils.c.id)
    au_centre = (profils.c.type == TypeProfil.CENTRE) & profils.c.etablissement_id.in_(etablissements)
    a_l_unite = (profils.c.type == TypeProfil.UD) & profils.c.departement.in_(departements)
    places = (
        sa.select(*qui, profils.c.etablissement_id, profils.c.departement)
        .add_columns(sa.case((en_a_d_autres, profils.c.libelle)).label("pour"))
        .join(profils, profils.c.compte_id == comptes.c.id)
        .where(au_centre | a_l_unite)
    )
    requetes = [nommes.where(comptes.c.id.in_(ids))] * bool(ids) + [places] * bool(etablissements or departements)
    return [ligne for requete in requetes for ligne in toutes(db, requete.where(comptes.c.actif))]
