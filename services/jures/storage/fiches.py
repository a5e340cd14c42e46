"""A juré's whole file, in and out. One lock a juré orders every act on him, his jobs and his habilitations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError

from commun.db import Identifiant, contrainte
from commun.errors import Introuvable
from commun.requetes import enregistrer, parmi
from commun.textes import normaliser
from services.jures.domain.dossier import Dossier
from services.jures.domain.doublons import cles_de_rapprochement
from services.jures.domain.model import Adresse, Emploi, EtatHabilitation, Habilitation, Jure, StatutJure
from services.jures.storage.replicas import sessions_des_jures, titres_des_certifications
from services.jures.storage.tables import SANS_CHEVAUCHEMENT, emplois, habilitations, jures

Certification = tuple[str | None, str | None]
"""(titre_code, ccs_code): one of the two."""

X = TypeVar("X", Habilitation, Emploi)


_a = jures.alias()
_absorbes = sa.select(_a.c.id).where(_a.c.absorbe_par == jures.c.id).order_by(_a.c.id).correlate(jures)
_VIVANTS = sa.select(
    jures, sa.func.array(_absorbes.scalar_subquery(), type_=ARRAY(Identifiant)).label("absorbes")
).where(parmi(jures.c.id), jures.c.absorbe_par.is_(None))
_CANONIQUES = sa.select(jures.c.id, sa.func.coalesce(jures.c.absorbe_par, jures.c.id)).where(parmi(jures.c.id))
_VERROUILLES = sa.select(jures.c.id).where(parmi(jures.c.id)).order_by(jures.c.id).with_for_update()
_EMPLOIS = sa.select(emplois).where(parmi(emplois.c.jure_id)).order_by(emplois.c.date_debut)
_HABILITATIONS = (
    sa.select(habilitations)
    .where(parmi(habilitations.c.jure_id), habilitations.c.etat != EtatHabilitation.SUPPRIMEE)
    .order_by(habilitations.c.date_debut, habilitations.c.id)
)


class Chevauchement(Exception):
    """The database refused an habilitation whose period meets that of another (HAB-11)."""


@dataclass(frozen=True)
class Fiche:
    """A juré's file as it is stored.

    Attributes:
        versions: of the juré, of his jobs and of his habilitations, by id.
        identites: the juré's id, and those of the jurés merged into him: sessions may know him by any.
    """

    dossier: Dossier
    versions: Mapping[str, int]
    identites: tuple[str, ...]

    @property
    def jure(self) -> Jure:
        return self.dossier.jure

    @property
    def version(self) -> int:
        return self.versions[self.jure.id]

    def habilitation(self, habilitation_id: str) -> Habilitation:
        """Returns one of his habilitations.

        Raises:
            Introuvable: deleted, or not his.
        """
        return _trouver(self.dossier.habilitations, habilitation_id)

    def emploi(self, emploi_id: str) -> Emploi:
        """Returns one of his jobs.

        Raises:
            Introuvable: removed, or not his.
        """
        return _trouver(self.jure.emplois, emploi_id)


def _trouver(parmi: Iterable[X], id_: str) -> X:
    for element in parmi:
        if element.id == id_:
            return element
    raise Introuvable()


def get_fiche(
    db: sa.Connection, jure_id: str, jour: date, *, verrou: bool = False, avec: Iterable[Certification] = ()
) -> Fiche:
    """Returns a juré's file on `jour`.

    Args:
        verrou: whether to lock it until the end of the transaction.
        avec: certifications whose titres the file must hold, beside those that the juré already has.

    Raises:
        Introuvable: no such juré, or merged into another.
    """
    if verrou:
        lock_jures(db, [jure_id])
    fiches = get_fiches(db, [jure_id], jour, avec=avec)
    if jure_id not in fiches:
        raise Introuvable()
    return fiches[jure_id]


def get_fiches(
    db: sa.Connection, jure_ids: Iterable[str], jour: date, *, avec: Iterable[Certification] = ()
) -> dict[str, Fiche]:
    """Returns these jurés' files, by id, in a fixed number of queries. Those merged into another are left out."""
    ids = list(jure_ids)
    lignes = {ligne["id"]: dict(ligne) for ligne in db.execute(_VIVANTS, {"ids": ids}).mappings()}
    emplois_de = _par_jure(db, _EMPLOIS, ids)
    habilitations_de = _par_jure(db, _HABILITATIONS, ids)
    certifications = {
        id_: {(h["titre_code"], h["ccs_code"]) for h in habilitations_de[id_]} | {*avec} for id_ in lignes
    }
    titres = titres_des_certifications(db, set().union(*certifications.values()))
    identites = {id_: (id_, *ligne["absorbes"]) for id_, ligne in lignes.items()}
    sessions = sessions_des_jures(db, [autre for toutes in identites.values() for autre in toutes])
    fiches = {}
    for id_, ligne in lignes.items():
        dossier = Dossier(
            jour=jour,
            jure=_jure(ligne, emplois_de[id_]),
            habilitations=tuple(map(_habilitation, habilitations_de[id_])),
            titres=tuple({t.code: t for c in certifications[id_] for t in titres[c]}.values()),
            sessions=tuple(s for autre in identites[id_] for s in sessions[autre]),
        )
        versions = {x["id"]: x["version"] for x in (ligne, *emplois_de[id_], *habilitations_de[id_])}
        fiches[id_] = Fiche(dossier, versions, identites[id_])
    return fiches


def lock_jures(db: sa.Connection, jure_ids: Iterable[str]) -> None:
    """Locks these jurés until the end of the transaction, always in the same order."""
    db.execute(_VERROUILLES, {"ids": list(jure_ids)})


def jure_de_l_habilitation(db: sa.Connection, habilitation_id: str) -> str:
    """Returns whose an habilitation is, even deleted.

    Raises:
        Introuvable: there never was such an habilitation.
    """
    requete = sa.select(sa.func.coalesce(jures.c.absorbe_par, jures.c.id)).join(
        habilitations, habilitations.c.jure_id == jures.c.id
    )
    jure_id = db.scalar(requete.where(habilitations.c.id == habilitation_id))
    if jure_id is None:
        raise Introuvable()
    return jure_id


def get_habilitations(db: sa.Connection, requete: sa.Select[Any]) -> list[tuple[Habilitation, int]]:
    """Returns the habilitations that a query on their table selects, with their versions, in its order."""
    return [(_habilitation(dict(ligne)), ligne["version"]) for ligne in db.execute(requete).mappings()]


def canoniques(db: sa.Connection, jure_ids: Iterable[str]) -> dict[str, str]:
    """Returns, for each of these ids that a juré bears or bore, the id of the juré that he is now."""
    return {ligne[0]: ligne[1] for ligne in db.execute(_CANONIQUES, {"ids": list(jure_ids)})}


def proches(db: sa.Connection, jure: Jure) -> list[str]:
    """Returns the ids of the jurés who may be the same person as this one (JUR-06)."""
    requete = sa.select(jures.c.id).where(
        jures.c.rapprochement.overlap(sorted(cles_de_rapprochement(jure))),
        jures.c.id != jure.id,
        jures.c.absorbe_par.is_(None),
    )
    return list(db.scalars(requete.order_by(jures.c.id).limit(50)))


def save_jure(db: sa.Connection, jure: Jure) -> int:
    """Writes a juré, without his jobs; returns his new version."""
    return enregistrer(db, jures, ligne_du_jure(jure))


def ligne_du_jure(jure: Jure) -> dict[str, Any]:
    """Returns the row of a juré: himself, and what lists and the search for duplicates find him by."""
    nom = normaliser(f"{jure.nom_usage or jure.nom} {jure.prenom} {jure.nom}")
    lieu = f"{jure.adresse.commune} {jure.adresse.code_postal}" if jure.adresse else ""
    return {champ: v for champ, v in asdict(jure).items() if champ != "emplois"} | {
        "tri": nom,
        "recherche": normaliser(f"{nom} {jure.courriel} {lieu}"),
        "rapprochement": sorted(cles_de_rapprochement(jure)),
    }


def absorber(db: sa.Connection, absorbe_id: str, garde_id: str) -> int:
    """Makes a juré, and those merged into him before, another's; returns his new version."""
    db.execute(jures.update().where(jures.c.absorbe_par == absorbe_id).values(absorbe_par=garde_id))
    db.execute(emplois.update().where(emplois.c.jure_id == absorbe_id).values(jure_id=garde_id))
    fin = jures.update().where(jures.c.id == absorbe_id).values(absorbe_par=garde_id, version=jures.c.version + 1)
    return int(db.execute(fin.returning(jures.c.version)).scalar_one())


def save_emploi(db: sa.Connection, jure_id: str, emploi: Emploi) -> int:
    """Writes a job; returns its new version."""
    return enregistrer(db, emplois, asdict(emploi) | {"jure_id": jure_id, "titres_lies": sorted(emploi.titres_lies)})


def delete_emploi(db: sa.Connection, emploi_id: str) -> None:
    """Removes a job."""
    db.execute(emplois.delete().where(emplois.c.id == emploi_id))


def save_habilitation(db: sa.Connection, h: Habilitation) -> int:
    """Writes an habilitation; returns its new version.

    Raises:
        Chevauchement: its period meets that of another.
    """
    try:
        return enregistrer(db, habilitations, asdict(h) | {"ccp_codes": sorted(h.ccp_codes)})
    except IntegrityError as erreur:
        if contrainte(erreur) == SANS_CHEVAUCHEMENT:
            raise Chevauchement from erreur
        raise


def _par_jure(db: sa.Connection, requete: sa.Select[Any], ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    groupes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for ligne in db.execute(requete, {"ids": ids}).mappings():
        groupes[ligne["jure_id"]].append(dict(ligne))
    return groupes


def _jure(ligne: dict[str, Any], ses_emplois: list[dict[str, Any]]) -> Jure:
    champs = {nom: ligne[nom] for nom in Jure.__dataclass_fields__ if nom in ligne}
    champs |= {"adresse": Adresse(**ligne["adresse"]), "statut": StatutJure(ligne["statut"])}
    return Jure(**champs, emplois=tuple(map(_emploi, ses_emplois)))


def _emploi(ligne: dict[str, Any]) -> Emploi:
    champs = {nom: ligne[nom] for nom in Emploi.__dataclass_fields__}
    return Emploi(**champs | {"titres_lies": frozenset(ligne["titres_lies"])})


def _habilitation(ligne: dict[str, Any]) -> Habilitation:
    champs = {nom: ligne[nom] for nom in Habilitation.__dataclass_fields__}
    return Habilitation(
        **champs | {"ccp_codes": frozenset(ligne["ccp_codes"]), "etat": EtatHabilitation(ligne["etat"])}
    )
