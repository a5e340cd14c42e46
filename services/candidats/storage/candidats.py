"""Candidates: which of them a profil sees, how they are found, how they are kept."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from commun.bus.acteur import Acteur
from commun.domain.errors import Anonymisee, Introuvable, VersionPerimee
from commun.domain.lots import par_lots
from commun.domain.referentiel import TypeProfil
from commun.domain.territoires import region_du
from commun.domain.textes import normaliser
from commun.storage.db import Identifiant, identifiant, nouvel_id
from commun.storage.replica import tranche
from commun.storage.requetes import RIEN, ajout, ajouter, objet, parmi
from services.candidats.domain.model import Adresse, Candidat, Identite, Naissance
from services.candidats.storage.tables import candidats, demandes_vae, numeros, perimetres, rattachements

_LOT = 500
"""Candidates whose perimeters are looked at, and whose locks are held, at once."""
_c = candidats.c
VIVANT = sa.func.coalesce(_c.canonique_id, _c.id).label("vivant")
"""The id under which a candidate lives now. Copies keep the id that their source gave; a merge is read through."""
VIVANTS = candidats.c.canonique_id.is_(None)
"""The candidates who were not merged into another."""
NOMMES = VIVANTS & (candidats.c.recherche != RIEN)
"""Those whom lists show: living, and not anonymised."""
_anonymes = candidats.alias("anonymes")
_CLES = 500
"""Keys of CAN-04 that are looked for at once: what PostgreSQL takes to look for some is the square of their number,
0.3 s for the ten thousand of a large file."""
_QUI_PARTAGENT = sa.select(VIVANT, _c.cles_proches).where(
    _c.cles_proches.overlap(sa.bindparam("cles", type_=ARRAY(sa.Text)))
)
_IDS = sa.select(candidats.c.id).where(parmi(candidats.c.id))
DE_LA_PORTEE = sa.select(perimetres.c.candidat_id).where(perimetres.c.portee == sa.bindparam("portee"))
_DU_CENTRE = DE_LA_PORTEE.where(parmi(perimetres.c.candidat_id))
_FUSIONNES = sa.select(candidats.c.id, candidats.c.canonique_id).where(parmi(candidats.c.id), ~VIVANTS)
_absorbes = candidats.alias("absorbes")
_NOMS_FUSIONNES = sa.select(sa.func.string_agg(_absorbes.c.recherche, " "))
_FUSIONNES_DANS_LUI = _NOMS_FUSIONNES.where(_absorbes.c.canonique_id == candidats.c.id).scalar_subquery()
_cites = candidats.alias("cites")
VIVANTS_CITES = sa.select(_cites.c.id.label("cite"), candidats).where(
    candidats.c.id == sa.func.coalesce(_cites.c.canonique_id, _cites.c.id), parmi(_cites.c.id)
)
"""Those who now live under the ids that are asked, each with the id that was (`cite`)."""
_LUS = sa.select(candidats).where(parmi(candidats.c.id)).order_by(candidats.c.id)
_VERROUILLES = _LUS.with_for_update()
_RATTACHEMENTS = (
    ajout(rattachements, ("candidat_id", "etablissement_id", "origine"))
    .on_conflict_do_nothing()
    .returning(rattachements.c.candidat_id)
)


def perimetre(acteur: Acteur) -> sa.ColumnElement[bool]:
    """Returns the condition of the candidates that this profil sees (`regles.md` §1).

    A centre: those it created, attached or has registered. A service of the State: those who live, or have a session,
    in its territory.
    """
    return sa.true() if acteur.type is TypeProfil.NATIONAL else candidats.c.id.in_(ids_du_perimetre(acteur))


def ids_du_perimetre(acteur: Acteur) -> sa.Select[Any]:
    """Returns the query of the living candidates that this profil sees, each once; the national one sees all."""
    match acteur.type:
        case TypeProfil.UD:
            portee = f"D{acteur.departement}"
        case TypeProfil.DIRECCTE:
            portee = f"R{acteur.region}"
        case _:
            portee = portee_du_centre(acteur.etablissement_id)
    return sa.select(perimetres.c.candidat_id).where(perimetres.c.portee == portee)


def portee_du_centre(etablissement_id: str | None) -> str:
    """Returns what the rows of `perimetres` call a centre."""
    return f"E{etablissement_id}"


def anonyme(candidat_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Returns the condition that the candidate with this id was anonymised.

    By a list, which is hashed once where many are not: a join may look through all of it for each row, where PostgreSQL
    has not counted it since many were anonymised together.
    """
    return candidat_id.in_(sa.select(_anonymes.c.id).where(_anonymes.c.recherche == RIEN))


# -- finding ----------------------------------------------------------------------------------------------------------


def get_candidat(db: sa.Connection, candidat_id: Any, acteur: Acteur, *, verrou: bool = False) -> Candidat:
    """Returns the candidate that this profil sees under this id; one merged into another answers as that other.

    Args:
        verrou: to act on him: he is locked until the end of the transaction.

    Raises:
        Introuvable: absent, or outside the perimeter.
        Anonymisee: nothing is done on him any more.
        VersionPerimee: he was merged meanwhile.
    """
    canonique = canonique_de(db, identifiant(candidat_id))
    requete = sa.select(candidats).where(candidats.c.id == canonique, perimetre(acteur))
    ligne = db.execute(requete.with_for_update() if verrou else requete).mappings().first()
    if ligne is None or ligne["canonique_id"]:
        if canonique_de(db, identifiant(candidat_id)) != canonique:
            raise VersionPerimee()
        raise Introuvable()
    candidat = candidat_de(ligne)
    return exiger_nomme(candidat) if verrou else candidat


def exiger_nomme(candidat: Candidat) -> Candidat:
    """Returns this candidate, on whom something is to be done.

    Raises:
        Anonymisee: nothing is done on him any more.
    """
    if candidat.anonyme:
        raise Anonymisee()
    return candidat


def canonique_de(db: sa.Connection, candidat_id: str) -> str:
    """Returns the id under which this candidate lives now: its own, but for one merged into another."""
    return canoniques(db, [candidat_id])[candidat_id]


def canoniques(db: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Returns the id under which each of these candidates lives now."""
    demandes = list(ids)
    fusionnes = db.execute(_FUSIONNES, {"ids": demandes})
    return {i: i for i in demandes} | {ligne.id: ligne.canonique_id for ligne in fusionnes}


def get_candidats(db: sa.Connection, ids: Iterable[str], *, verrou: bool = False) -> dict[str, Candidat]:
    """Returns these candidates by id, whoever asks. `verrou`: locked in the order of ids, which prevents deadlocks."""
    lignes = db.execute(_VERROUILLES if verrou else _LUS, {"ids": list(ids)}).mappings()
    return {ligne["id"]: candidat_de(ligne) for ligne in lignes}


def fusionnes_dans(db: sa.Connection, candidat_id: str) -> list[str]:
    """Returns the ids of those who were merged into a candidate."""
    return list(db.scalars(sa.select(candidats.c.id).where(candidats.c.canonique_id == candidat_id)))


def get_vivants(db: sa.Connection, ids: Iterable[str]) -> dict[str, Candidat]:
    """Returns, by id asked, the candidate that he is now, whoever asks; those unknown are left out."""
    lignes = db.execute(VIVANTS_CITES, {"ids": list(ids)}).mappings()
    return {ligne["cite"]: candidat_de(ligne) for ligne in lignes}


def list_proches(db: sa.Connection, cles: Iterable[str]) -> dict[str, list[Candidat]]:
    """Returns, by key of CAN-04, the living candidates whose key it is, under a name merged into theirs too."""
    porteurs: list[tuple[str, Iterable[str]]] = []
    for lot in par_lots(sorted(set(cles)), _CLES):
        lues = db.execute(_QUI_PARTAGENT, {"cles": lot})
        porteurs += [(ligne.vivant, set(lot).intersection(ligne.cles_proches)) for ligne in lues]
    return _par_cle(db, porteurs)


def list_exacts(db: sa.Connection, cles: Iterable[str]) -> dict[str, list[Candidat]]:
    """Returns, by complete identity, the living candidates who bear it, the oldest first; where nobody does, those into
    whom who bore it was merged: a namesake who was not is not taken for them."""
    requete = sa.select(VIVANT, _c.cle_exacte, VIVANTS.label("vit")).where(_c.cle_exacte.in_(sorted(cles)))
    lignes = db.execute(requete).all()
    portees = {ligne.cle_exacte for ligne in lignes if ligne.vit}
    return _par_cle(db, [(li.vivant, (li.cle_exacte,)) for li in lignes if li.vit or li.cle_exacte not in portees])


def cles_proches_de(db: sa.Connection, candidat_id: str) -> frozenset[str]:
    """Returns the keys of CAN-04 of a living candidate, those of who was merged into him included."""
    lignes = db.scalars(sa.select(_c.cles_proches).where((_c.id == candidat_id) | (_c.canonique_id == candidat_id)))
    return frozenset(cle for cles in lignes for cle in cles)


def distincts(par_cle: dict[str, list[Candidat]]) -> list[Candidat]:
    """Returns each of these candidates once, the oldest first."""
    return _du_plus_ancien(c for trouves in par_cle.values() for c in trouves)


def _du_plus_ancien(trouves: Iterable[Candidat]) -> list[Candidat]:
    return sorted({c.id: c for c in trouves}.values(), key=lambda c: c.numero)


def _par_cle(db: sa.Connection, porteurs: list[tuple[str, Iterable[str]]]) -> dict[str, list[Candidat]]:
    """Returns these living candidates by each of their keys. `porteurs`: an id, the keys that lead to it."""
    ids: dict[str, set[str]] = defaultdict(set)
    for candidat_id, cles in porteurs:
        for cle in cles:
            ids[cle].add(candidat_id)
    vivants = get_vivants(db, {i for siens in ids.values() for i in siens}) if ids else {}
    # one of them may be gone since, or merged into another
    par_cle = {cle: _du_plus_ancien(vivants[i] for i in siens if i in vivants) for cle, siens in ids.items()}
    return {cle: trouves for cle, trouves in par_cle.items() if trouves}


def visibles(db: sa.Connection, ids: Iterable[str], condition: sa.ColumnElement[bool]) -> frozenset[str]:
    """Returns those of these ids whose candidate meets a condition of perimeter."""
    return frozenset(db.scalars(_IDS.where(condition), {"ids": list(ids)}))


def du_centre(db: sa.Connection, ids: Iterable[str], etablissement_id: str) -> frozenset[str]:
    """Returns those of these ids whose candidate is one of a centre's."""
    return frozenset(db.scalars(_DU_CENTRE, {"ids": list(ids), "portee": portee_du_centre(etablissement_id)}))


# -- keeping ----------------------------------------------------------------------------------------------------------


def nouveaux_numeros(db: sa.Connection, n: int) -> list[str]:
    """Returns `n` new national numbers: « C00001234 »."""
    suite = sa.select(numeros.next_value()).select_from(sa.func.generate_series(1, n))
    return [f"C{valeur:08d}" for valeur in db.scalars(suite)]


def add_candidats(db: sa.Connection, nouveaux: Iterable[Candidat], etablissement_id: str, origine: str) -> None:
    """Adds candidates, each attached to the centre that creates it."""
    liste = list(nouveaux)
    ajouter(db, candidats, map(ligne_du_candidat, liste))
    rattacher(db, [c.id for c in liste], etablissement_id, origine)


def save_candidat(db: sa.Connection, candidat: Candidat) -> None:
    """Writes a candidate that exists; he is searched by the names and numbers merged into his, too."""
    ligne = ligne_du_candidat(candidat)
    if not candidat.anonyme:
        ligne["recherche"] = sa.func.concat_ws(" ", candidat.recherche, _FUSIONNES_DANS_LUI)
    db.execute(candidats.update().where(candidats.c.id == candidat.id).values(ligne))


def sans_suite(db: sa.Connection, ids: Iterable[str]) -> frozenset[str]:
    """Returns, among these candidates just created, now locked, those on whom nobody has acted since: their centre
    alone has them, and no demande VAE is theirs."""
    eux = list(get_candidats(db, ids, verrou=True))
    centres = sa.select(sa.func.count()).where(rattachements.c.candidat_id == candidats.c.id).scalar_subquery()
    demandes = sa.exists().where(demandes_vae.c.candidat_id == candidats.c.id)
    return frozenset(db.scalars(_IDS.where(candidats.c.version == 1, centres == 1, ~demandes), {"ids": eux}))


def delete_candidats(db: sa.Connection, ids: Iterable[str]) -> None:
    """Removes candidates just created by an import that did not go through."""
    db.execute(candidats.delete().where(candidats.c.id.in_(list(ids))))


def rattacher(db: sa.Connection, ids: Iterable[str], etablissement_id: str, origine: str) -> frozenset[str]:
    """Attaches candidates to a centre, in the order of ids, as all lock them; those that are already stay so. Returns
    those that were not."""
    lignes = [{"candidat_id": i, "etablissement_id": etablissement_id, "origine": origine} for i in sorted(ids)]
    return frozenset(db.scalars(_RATTACHEMENTS, {"lignes": lignes})) if lignes else frozenset()


def centres_de(db: sa.Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """Returns the centres to which each of these candidates is attached."""
    leurs = sa.select(rattachements.c.candidat_id, rattachements.c.etablissement_id)
    leurs = leurs.where(rattachements.c.candidat_id.in_(list(ids))).order_by(rattachements.c.etablissement_id)
    centres: dict[str, list[str]] = defaultdict(list)
    for candidat_id, etablissement_id in db.execute(leurs):
        centres[candidat_id].append(etablissement_id)
    return centres


def revoir_perimetres(db: sa.Connection, apres: str | None) -> str | None:
    """Makes who sees the first candidates after this id what it must be; returns the id of the last, none where there
    were none. Triggers keep it as rows change: what was wrong before, they look at no more."""
    lot = list(db.scalars(tranche(sa.select(_c.id), _c.id, apres, _LOT)))
    db.execute(sa.select(sa.func.tenir_perimetres(sa.cast(lot, ARRAY(Identifiant)))))
    return lot[-1] if lot else None


def suivre_fusion(db: sa.Connection, absorbe_id: str, garde_id: str) -> list[str]:
    """Makes the centres of an absorbed candidate, and those absorbed before, follow the one that is kept.

    Returns:
        Those absorbed before.
    """
    siens = sa.select(
        sa.literal(garde_id, Identifiant), *(c for c in rattachements.c if c.name != "candidat_id")
    ).where(rattachements.c.candidat_id == absorbe_id)
    colonnes = ["candidat_id", *(c.name for c in rattachements.c if c.name != "candidat_id")]
    db.execute(insert(rattachements).from_select(colonnes, siens).on_conflict_do_nothing())
    suivent = candidats.update().where(candidats.c.canonique_id == absorbe_id).values(canonique_id=garde_id)
    return list(db.scalars(suivent.returning(candidats.c.id)))


def nouveau_candidat(identite: Identite, numero: str, **reste: Any) -> Candidat:
    """Returns a candidate with a new id."""
    return Candidat(id=nouvel_id(), numero=numero, identite=identite, **reste)


def candidat_de(ligne: Any) -> Candidat:
    """Returns the candidate of a row."""
    naissance = Naissance(ligne["naissance_pays"], ligne["naissance_code_insee"], ligne["naissance_commune"])
    return objet(
        Candidat,
        ligne,
        identite=objet(Identite, ligne, naissance=naissance),
        adresse=Adresse(**ligne["adresse"]) if ligne["adresse"] else None,
        anonyme=not ligne["recherche"],
    )


def ligne_du_candidat(c: Candidat) -> dict[str, Any]:
    """Returns the row of a candidate: what he is, and what lists and the search for duplicates find him by."""
    identite = c.identite
    return {
        "id": c.id,
        "numero": c.numero,
        "civilite": identite.civilite,
        "nom_naissance": identite.nom_naissance,
        "nom_usage": identite.nom_usage,
        "prenoms": identite.prenoms,
        "date_naissance": identite.date_naissance,
        "naissance_pays": identite.naissance.pays_code,
        "naissance_code_insee": identite.naissance.code_insee,
        "naissance_commune": identite.naissance.commune,
        "adresse": asdict(c.adresse) if c.adresse else None,
        **c.coordonnees,
        "departement": c.departement,
        "region": region_du(c.departement),
        "canonique_id": c.canonique_id,
        "recherche": c.recherche,
        "tri": normaliser(f"{identite.nom_naissance} {identite.prenoms}"),
        "cle_exacte": f"anonyme {c.id}" if c.anonyme else identite.cle_exacte,
        "cles_proches": [] if c.anonyme else sorted(identite.cles_proches),
        "version": c.version,
    }
