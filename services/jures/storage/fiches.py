"""A juré's whole file, in and out. One lock a juré orders every act on him, his jobs and his habilitations."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError

from commun.domain.dates import PARIS, JourA
from commun.domain.errors import Introuvable
from commun.domain.textes import a_rechercher, normaliser
from commun.storage.db import Identifiant, contrainte
from commun.storage.ensemble import Ensemble, Ligne, groupees
from commun.storage.intentions import VIVES
from commun.storage.requetes import enregistrer, objet, parmi
from commun.storage.tables import intentions
from services.jures.domain.dossier import Dossier
from services.jures.domain.doublons import cles_de_rapprochement
from services.jures.domain.model import (
    Adresse,
    Certifiante,
    Emploi,
    EtatHabilitation,
    Habilitation,
    Jure,
    StatutJure,
)
from services.jures.storage.replicas import (
    SESSIONS_DES_JURES,
    codes_de,
    requete_des_titres,
    session_du_jure,
    titres_par_certification,
)
from services.jures.storage.tables import SANS_CHEVAUCHEMENT, emplois, habilitations, inscriptions, jures

X = TypeVar("X", Habilitation, Emploi)

_a = jures.alias()
_absorbes = sa.select(_a.c.id).where(_a.c.absorbe_par == jures.c.id).order_by(_a.c.id).correlate(jures)
_absorbes_de = sa.func.array(_absorbes.scalar_subquery(), type_=ARRAY(Identifiant)).label("absorbes")
VIVANT = sa.func.coalesce(jures.c.absorbe_par, jures.c.id).label("vivant")
"""The id of the juré who one is now: himself, or the one into whom he was merged."""
_CANONIQUES = sa.select(jures.c.id, VIVANT).where(parmi(jures.c.id))
_VERROUILLES = (
    sa.select(jures.c.id).where(parmi(jures.c.id), jures.c.absorbe_par.is_(None)).order_by(jures.c.id).with_for_update()
)


def _parmi_ceux(colonne: sa.ColumnElement[str], ids: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Returns the condition that a column is one of the ids of a query, as one array: read once, then looked up in an
    index, where `IN (…) OR …` reads the whole table.
    """
    return colonne == sa.any_(sa.func.array(ids.correlate(None).scalar_subquery(), type_=ARRAY(Identifiant)))


def _fiches_de(eux: Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]) -> dict[str, sa.Select[Any]]:
    """Returns the queries of the whole files of some jurés: `eux` is the condition that a column is the id of one."""
    identites = sa.select(_a.c.id).where(eux(_a.c.id) | eux(_a.c.absorbe_par))
    vivantes = sa.select(habilitations).where(
        eux(habilitations.c.jure_id), habilitations.c.etat != EtatHabilitation.SUPPRIMEE
    )

    def leurs(colonne: str, et: str) -> sa.ColumnElement[Any]:
        """Returns an array: the codes in this column of their habilitations, and those of this parameter."""
        codes = sa.func.array(vivantes.with_only_columns(habilitations.c[colonne]).scalar_subquery())
        return sa.func.array_cat(codes, sa.bindparam(et, type_=ARRAY(sa.Text)), type_=ARRAY(sa.Text))

    return {
        "jures": sa.select(jures, _absorbes_de).where(eux(jures.c.id), jures.c.absorbe_par.is_(None)),
        "emplois": sa.select(emplois).where(eux(emplois.c.jure_id)).order_by(emplois.c.date_debut, emplois.c.id),
        "habilitations": vivantes.order_by(habilitations.c.date_debut, habilitations.c.id),
        "titres": requete_des_titres(leurs("titre_code", "codes"), leurs("ccs_code", "ccs")),
        "sessions": SESSIONS_DES_JURES.where(_parmi_ceux(inscriptions.c.jure_id, identites)),
    }


def _ceux_d_aujourd_hui(colonne: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Returns the condition that a column is the id of one of the jurés who now are what these ids named."""
    return _parmi_ceux(colonne, sa.select(VIVANT).where(parmi(jures.c.id)))


_leurs_habilitations = sa.select(habilitations.c.id).where(_ceux_d_aujourd_hui(habilitations.c.jure_id))
_retirable = _ceux_d_aujourd_hui(intentions.c.objet_id) | _parmi_ceux(intentions.c.objet_id, _leurs_habilitations)
_RETRAITS = sa.select(intentions.c.objet_id).where(_retirable, parmi(intentions.c.genre, "genres"), VIVES)


FICHES = Ensemble(**_fiches_de(parmi))
APTES = Ensemble(**_fiches_de(_ceux_d_aujourd_hui), canoniques=_CANONIQUES, retraits=_RETRAITS)


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


def _trouver(elements: Iterable[X], id_: str) -> X:
    for element in elements:
        if element.id == id_:
            return element
    raise Introuvable()


def get_fiche(
    db: sa.Connection, jure_id: str, jour_a: JourA, *, verrou: bool = False, avec: Collection[Certifiante] = ()
) -> Fiche:
    """Returns a juré's file, today, by any of his ids: sessions, letters, messages and pages go on naming him by that
    of a file that was merged since, be it while its lock was waited for.

    Args:
        verrou: whether to lock it until the end of the transaction.
        avec: certifications whose titres the file must hold, beside those that the juré already has.

    Raises:
        Introuvable: no such juré.
    """
    if verrou:
        lock_jures(db, [jure_id])
    fiches = get_fiches(db, [jure_id], jour_a, avec=avec)
    if jure_id in fiches:
        return fiches[jure_id]
    if (lui := canoniques(db, [jure_id]).get(jure_id, jure_id)) == jure_id:
        raise Introuvable()
    return get_fiche(db, lui, jour_a, verrou=verrou, avec=avec)


def get_fiches(
    db: sa.Connection, jure_ids: Iterable[str], jour_a: JourA, *, avec: Collection[Certifiante] = ()
) -> dict[str, Fiche]:
    """Returns these jurés' files, today, by id, in one query. Those merged into another are left out."""
    return _fiches(FICHES.lire(db, ids=list(jure_ids), **codes_de(avec)), jour_a, avec)


def _fiches(lues: Mapping[str, list[Ligne]], jour_a: JourA, avec: Collection[Certifiante] = ()) -> dict[str, Fiche]:
    emplois_de, habilitations_de, sessions = (
        groupees(lues[nom], "jure_id") for nom in ("emplois", "habilitations", "sessions")
    )
    lignes = {ligne["id"]: ligne for ligne in lues["jures"]}
    identites = {id_: (id_, *ligne["absorbes"]) for id_, ligne in lignes.items()}
    certifications = {
        id_: {(h["titre_code"], h["ccs_code"]) for h in habilitations_de[id_]} | {*avec} for id_ in lignes
    }
    titres = titres_par_certification(lues["titres"], set().union(*certifications.values()))
    fiches = {}
    for id_, ligne in lignes.items():
        dossier = Dossier(
            jour=jour_a(PARIS),
            jure=_jure(ligne, emplois_de[id_]),
            habilitations=tuple(map(_habilitation, habilitations_de[id_])),
            titres=tuple({t.code: t for c in certifications[id_] for t in titres[c]}.values()),
            sessions=tuple(session_du_jure(s, jour_a) for identite in identites[id_] for s in sessions[identite]),
        )
        versions = {x["id"]: x["version"] for x in (ligne, *emplois_de[id_], *habilitations_de[id_])}
        fiches[id_] = Fiche(dossier, versions, identites[id_])
    return fiches


def get_fiches_et_retraits(
    db: sa.Connection, jure_ids: Iterable[str], jour: date, genres: Iterable[str]
) -> tuple[dict[str, Fiche], frozenset[str]]:
    """Returns, in one query, the files by id asked, and the ids of the jurés and habilitations that a live intention is
    on.

    A juré merged into another answers as that other.

    Args:
        genres: of the intentions.
    """
    ids = list(jure_ids)
    lues = APTES.lire(db, ids=ids, **codes_de(()), genres=list(genres))
    fiches = _fiches(lues, lambda _zone: jour)  # for what they are fit for: where they already sit is not looked at
    par_id = {ligne["id"]: fiches[ligne["vivant"]] for ligne in lues["canoniques"] if ligne["vivant"] in fiches}
    return par_id, frozenset(ligne["objet_id"] for ligne in lues["retraits"])


def lock_jures(db: sa.Connection, jure_ids: Iterable[str]) -> None:
    """Locks these jurés until the end of the transaction, always in the same order; none who is another by now, whose
    merger it would make wait."""
    db.execute(_VERROUILLES, {"ids": list(jure_ids)})


def jure_de_l_habilitation(db: sa.Connection, habilitation_id: str) -> str:
    """Returns whose an habilitation is, even deleted.

    Raises:
        Introuvable: there never was such an habilitation.
    """
    requete = sa.select(VIVANT).join(habilitations, habilitations.c.jure_id == jures.c.id)
    jure_id = db.scalar(requete.where(habilitations.c.id == habilitation_id))
    if jure_id is None:
        raise Introuvable()
    return jure_id


def get_habilitations(db: sa.Connection, requete: sa.Select[Any]) -> list[tuple[Habilitation, int]]:
    """Returns the habilitations that a query on their table selects, with their versions, in its order."""
    return [(_habilitation(ligne), ligne["version"]) for ligne in db.execute(requete).mappings()]


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
    # found before they are sorted: keys are all different, PostgreSQL believes that they are hundreds, and would sooner
    # look at every juré of the nation, in the order asked for, until it had enough
    eux = requete.cte("eux").prefix_with("MATERIALIZED")
    return list(db.scalars(sa.select(eux.c.id).order_by(eux.c.id).limit(50)))


def save_jure(db: sa.Connection, jure: Jure) -> int:
    """Writes a juré, without his jobs; returns his new version."""
    return enregistrer(db, jures, ligne_du_jure(jure))


def ligne_du_jure(jure: Jure) -> dict[str, Any]:
    """Returns the row of a juré: himself, and what lists and the search for duplicates find him by: nothing, where he
    was anonymised."""
    noms = (jure.nom_usage or jure.nom, jure.prenom, jure.nom)
    lieu = f"{jure.adresse.commune} {jure.adresse.code_postal}" if jure.adresse else ""
    return {champ: v for champ, v in asdict(jure).items() if champ not in ("emplois", "anonyme")} | {
        "tri": normaliser(" ".join(noms)),
        "recherche": "" if jure.anonyme else a_rechercher(noms, f"{jure.courriel} {lieu}"),
        "rapprochement": [] if jure.anonyme else sorted(cles_de_rapprochement(jure)),
    }


def absorber(db: sa.Connection, absorbe_id: str, garde_id: str) -> tuple[int, list[str]]:
    """Makes a juré, and those merged into him before, another's; returns his new version, and their ids. The other is,
    once saved, in a version that nobody has read, of either: his file answers to both ids."""
    lue = sa.select(sa.func.max(jures.c.version)).where(jures.c.id.in_([absorbe_id, garde_id])).scalar_subquery()
    db.execute(jures.update().where(jures.c.id == garde_id).values(version=lue))
    suivent = jures.update().where(jures.c.absorbe_par == absorbe_id).values(absorbe_par=garde_id)
    deja_absorbes = list(db.scalars(suivent.returning(jures.c.id)))
    db.execute(emplois.update().where(emplois.c.jure_id == absorbe_id).values(jure_id=garde_id))
    fin = jures.update().where(jures.c.id == absorbe_id).values(absorbe_par=garde_id, version=jures.c.version + 1)
    return int(db.execute(fin.returning(jures.c.version)).scalar_one()), deja_absorbes


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


def _jure(ligne: Ligne, ses_emplois: list[Ligne]) -> Jure:
    return objet(
        Jure,
        ligne,
        adresse=Adresse(**ligne["adresse"]),
        statut=StatutJure(ligne["statut"]),
        anonyme=not ligne["recherche"],
        emplois=tuple(map(_emploi, ses_emplois)),
    )


def _emploi(ligne: Ligne) -> Emploi:
    return objet(Emploi, ligne, titres_lies=frozenset(ligne["titres_lies"]))


def _habilitation(ligne: Ligne) -> Habilitation:
    return objet(Habilitation, ligne, ccp_codes=frozenset(ligne["ccp_codes"]), etat=EtatHabilitation(ligne["etat"]))
