"""Accounts, as their administrators see them: those of their service, and of each only the profils there."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Anonymisee, Introuvable
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import charger
from commun.storage import pages
from commun.storage.db import identifiant
from commun.storage.requetes import parmi
from commun.traces import audit
from gateway import schemas
from gateway.perimetre import LIEUX, Perimetre, administre
from gateway.queries.compte import profil_en_clair
from gateway.storage.comptes import get_compte, list_destinataires, list_profils, noms_sous, profils_des_comptes
from gateway.storage.tables import comptes, profils

_VISIBLES = ("id", "identifiant", "nom", "courriel", "actif", "version")
_TRIS = {nom: pages.plie(comptes.c[nom]) for nom in ("nom", "identifiant", "courriel")}
_NOMS = sa.select(comptes.c.id, comptes.c.nom).where(parmi(comptes.c.id), comptes.c.recherche != "")


def lister(acte: Acte, filtres: Json) -> Json:
    """Returns a page of the accounts that the actor administers, the anonymised apart."""
    perimetre = administre(acte)
    voulu = charger(schemas.FiltresComptes, filtres)
    trouves = (comptes.c.recherche != "") & pages.contient(comptes.c.recherche, voulu["q"])
    requete = sa.select(comptes).where(_dans(perimetre), trouves)
    if voulu["actif"] is not None:
        requete = requete.where(comptes.c.actif == voulu["actif"])
    if voulu["sans_administrateur"]:
        requete = requete.where(comptes.c.id.in_(_sans_administrateur(perimetre)))
    lieux = [profils.c[nom] == voulu[nom] for nom in ("type", *LIEUX.values()) if voulu[nom] is not None]
    if lieux:
        siens = sa.select(profils.c.compte_id).where(perimetre.condition(profils), *lieux)
        requete = requete.where(comptes.c.id.in_(siens))
    lignes, cadre = pages.paginer(acte.db, requete, voulu, _TRIS, defaut="nom", cle=comptes.c.id)
    return {"elements": _en_clair(acte, perimetre, lignes), **cadre}


def fiche(acte: Acte, compte_id: str, *, reste: bool = False) -> Json:
    """Returns an account. `reste`: it was in the perimeter until this act."""
    perimetre = administre(acte)
    compte = get_compte(acte.db, compte_id) if reste else compte_visible(acte, perimetre, compte_id)
    clair, seuls = _en_clair(acte, perimetre, [compte])[0], seuls_administrateurs(acte, compte_id)
    for profil in clair["profils"]:
        profil["seul_administrateur"] = profil["id"] in seuls
    return clair


def seuls_administrateurs(acte: Acte, compte_id: str) -> set[str]:
    """Returns those of an account's profils, by id, whose place nobody administers but this account; none where it is
    closed, which administers nothing."""
    requete = sa.select(profils.c.id).join(comptes, profils.c.compte_id == comptes.c.id)
    requete = requete.where(comptes.c.id == compte_id, comptes.c.actif, profils.c.administrateur)
    requete = requete.where(~_administree(sauf=compte_id))
    return set(acte.db.scalars(requete))


def traces(acte: Acte, compte_id: str, filtres: Json) -> Json:
    """Returns a page of what was done to an account; nothing there names a profil elsewhere."""
    perimetre = administre(acte)
    compte = compte_visible(acte, perimetre, compte_id)

    if perimetre.type is TypeProfil.NATIONAL:
        return audit.page(acte.db, "compte", compte["id"], filtres)
    roles = audit.qui_disent(acte.db, "compte", compte["id"], "type")
    ailleurs = {rang for rang, trace in roles.items() if not _est_d_ici(perimetre, trace)}
    taire = partial(_taire, acte, compte["id"])
    return audit.page(acte.db, "compte", compte["id"], filtres, lambda lues: [*map(taire, lues)], ailleurs)


def compte_visible(acte: Acte, perimetre: Perimetre, compte_id: str, *, verrou: bool = False) -> Json:
    """Returns an account of a perimeter. `verrou`: to act on it.

    Raises:
        Introuvable: there is none there.
        Anonymisee: nothing is done on it any more.
    """
    cle = identifiant(compte_id)
    if not acte.db.scalar(sa.select(sa.true()).where(comptes.c.id == cle, _dans(perimetre))):
        raise Introuvable()
    compte = get_compte(acte.db, cle, verrou=verrou)
    if verrou and not compte["recherche"]:
        raise Anonymisee()
    return compte


def destinataires(
    acte: Acte,
    comptes: Sequence[str] = (),
    etablissements: Sequence[str] = (),
    departements: Sequence[str] = (),
) -> list[Json]:
    """Returns whom to tell: active accounts by id, those of établissements, those of départements' units.

    Each is `{compte_id, courriel, preferences, etablissement_id, departement, pour}`, once for each profil that is
    meant, `pour` being its name, `None` where the account has no other; asked for by its id, an account comes once,
    without a profil, with the `territoires` of those that it has as an agent: `[{departement, region}]`, a DIRECCTE's
    without a département.
    """
    return list_destinataires(acte.db, comptes, etablissements, departements)


def acces(acte: Acte, compte_id: str) -> Json:
    """Returns whether an account is open, the profils that it has (`[libelle]`), and the address of its holder.

    Raises:
        Introuvable: it was anonymised since.
    """
    compte = get_compte(acte.db, identifiant(compte_id))
    if not compte["recherche"]:
        raise Introuvable()
    libelles = [profil["libelle"] for profil in list_profils(acte.db, compte["id"])]
    return {"actif": compte["actif"], "profils": libelles, "courriel": compte["courriel"]}


def noms_des_comptes(acte: Acte, ids: Iterable[str]) -> dict[str, str]:
    """Returns the names of those of these accounts that are known, by their ids; not of one that was anonymised.

    Args:
        ids: as traces say them; that of CERES, which is nobody's account, has not the form of one.
    """
    demandes = []
    for compte_id in ids:
        with suppress(Introuvable):
            demandes.append(identifiant(compte_id))
    return {c.id: c.nom for c in acte.db.execute(_NOMS, {"ids": demandes})}


def nom_de(acte: Acte, identifiant: str) -> str:
    """Returns the name of who signs in under this identifiant, or did when he signed; empty where nobody can tell."""
    return noms_des_signataires(acte, [identifiant]).get(identifiant, "")


def noms_des_signataires(acte: Acte, identifiants: Collection[str]) -> dict[str, str]:
    """Returns the same of several, who can be told of."""
    return noms_sous(acte.db, identifiants)


def _dans(perimetre: Perimetre) -> sa.ColumnElement[bool]:
    if perimetre.lieu is None:
        return sa.true()
    return comptes.c.id.in_(sa.select(profils.c.compte_id).where(perimetre.condition(profils)))


def _sans_administrateur(perimetre: Perimetre) -> sa.Select[tuple[str]]:
    """Returns the accounts that are open and act, in the perimeter, where none that is open administers."""
    requete = sa.select(profils.c.compte_id).join(comptes, profils.c.compte_id == comptes.c.id)
    return requete.where(comptes.c.actif, perimetre.condition(profils), ~_administree())


def _administree(sauf: str | None = None) -> sa.Exists:
    """Returns the condition that an account, open, administers the place of a profil; `sauf`: another than this one."""
    autres, eux = profils.alias(), comptes.alias()
    requete = sa.select(sa.true()).select_from(autres.join(eux, autres.c.compte_id == eux.c.id))
    ici = (la == elle for la, elle in zip(_lieu(autres), _lieu(profils), strict=True))
    requete = requete.where(*ici, autres.c.administrateur, eux.c.actif)
    return (requete if sauf is None else requete.where(eux.c.id != sauf)).exists()


def _lieu(eux: sa.FromClause) -> tuple[sa.ColumnElement[str], sa.ColumnElement[str]]:
    """Returns what two profils that are administered together have alike: their type, and their place."""
    return eux.c.type, sa.func.coalesce(sa.cast(eux.c.etablissement_id, sa.Text), eux.c.departement, eux.c.region, "")


def _est_d_ici(perimetre: Perimetre, trace: Json) -> bool:
    """Returns whether a trace is not about a profil, or is about one in the perimeter."""
    role = trace["avant"] or trace["apres"] or {}
    return "type" not in role or perimetre.couvre(role)


def _taire(acte: Acte, compte_id: str, trace: Json) -> Json:
    """Returns a trace without the profils that it names beside: those of the installation, the account's in its own
    acts.
    """
    auteur = {nom: v for nom, v in trace["acteur"].items() if nom != "etablissement_id"}
    if auteur["compte_id"] == compte_id and auteur["profil"] != acte.acteur.profil:
        auteur = auteur | {"profil": ""}
    return trace | {"acteur": auteur, "apres": None if trace["action"] == "creer" else trace["apres"]}


def _en_clair(acte: Acte, perimetre: Perimetre, lignes: list[Json]) -> list[Json]:
    siens = profils_des_comptes(acte.db, [ligne["id"] for ligne in lignes])
    return [
        {nom: ligne[nom] for nom in _VISIBLES}
        | {"anonyme": not ligne["recherche"]}
        | {"profils": [profil_en_clair(p) for p in siens[ligne["id"]] if perimetre.couvre(p)]}
        for ligne in lignes
    ]
