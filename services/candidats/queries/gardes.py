"""What other services ask: leaf reads, in bulk, for nobody's perimeter but where they say so."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.storage.db import identifiant
from commun.storage.replica import en_tranche, tranche
from commun.storage.requetes import RIEN
from services.candidats.domain.lifecycle import DemandeVae, EtatDemande, a_invoquer
from services.candidats.domain.model import COORDONNEES, Candidat
from services.candidats.queries.candidats import acquis_des, en_clair
from services.candidats.queries.vae import demandes_publiees
from services.candidats.storage.candidats import (
    canoniques,
    exiger_nomme,
    get_candidats,
    get_vivants,
    perimetre,
    visibles,
)
from services.candidats.storage.inscriptibles import get_inscriptibles
from services.candidats.storage.tables import candidats, demandes_vae
from services.candidats.storage.vae import demande_de


def pour_inscription(acte: Acte, candidat_ids: list[str], etablissement_id: str) -> list[dict[str, Any]]:
    """Returns, for each id asked, who the candidate is, and whether he is one of this centre's.

    `demandes_vae` are those recevables which he may invoke, the best first. One unknown has only `candidat_id` and
    `connu: false`.

    Raises:
        Anonymisee: one of the centre's is registered nowhere any more; of others nothing more is said than that.
    """
    connus = get_inscriptibles(acte.db, _ids(candidat_ids), etablissement_id)
    invocables = a_invoquer(d for c in connus.values() for d in c.demandes)
    return [
        _identite(i, exiger_nomme(c.candidat) if c.du_centre else c.candidat)
        | {"dans_le_perimetre": c.du_centre}
        | _demandes(invocables.get(c.candidat.id, []))
        if (c := connus.get(i))
        else {"candidat_id": i, "connu": False, "dans_le_perimetre": False}
        for i in candidat_ids
    ]


def inscriptible(c: Candidat, invocables: list[DemandeVae]) -> dict[str, Any]:
    """Returns what `pour_inscription` says of a candidate of the centre, and of the demandes VAE that he may invoke."""
    return _identite(c.id, c) | {"dans_le_perimetre": True} | _demandes(invocables)


def identites(acte: Acte, candidat_ids: list[str]) -> list[dict[str, Any]]:
    """Returns who these candidates are, for lists and documents; those unknown are left out."""
    connus = get_vivants(acte.db, _ids(candidat_ids))
    return [_identite(i, connus[i]) for i in candidat_ids if i in connus]


def dans_mon_perimetre(acte: Acte, candidat_ids: list[str]) -> dict[str, str]:
    """Returns those of these candidates that the caller's profil sees, each with the id under which he lives now."""
    canoniques_ = canoniques(acte.db, _ids(candidat_ids))
    vus = visibles(acte.db, set(canoniques_.values()), perimetre(acte.acteur))
    return {i: canonique for i, canonique in canoniques_.items() if canonique in vus}


def anonymises(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns the candidates who are named no more, as their events tell of them, for who may not have heard it."""
    requete = sa.select(candidats.c.id, candidats.c.version).where(candidats.c.recherche == RIEN)
    lignes = acte.db.execute(tranche(requete, candidats.c.id, apres, limite)).all()
    elements = [{"candidat_id": r.id, "version": r.version} for r in lignes]
    return en_tranche(elements, [r.id for r in lignes], limite)


def demandes_suivies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns the demandes VAE of which an event has told, as it did, for a copy to be rebuilt."""
    requete = sa.select(demandes_vae).where(demandes_vae.c.etat != EtatDemande.DEPOSEE.value)
    lignes = acte.db.execute(tranche(requete, demandes_vae.c.id, apres, limite)).mappings()
    lues = [demande_de(ligne) for ligne in lignes]
    return en_tranche(demandes_publiees(acte, lues), [d.id for d in lues], limite)


def demandes_de(acte: Acte, demande_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns these demandes VAE as their events would tell of them now, by id: whose they are may have moved since,
    or be known to another centre. Those unknown are left out. `acquise`: he has acquired all that it is for, and PVs
    are signed: what is provisoire may yet be withdrawn (RES-04). `numero`: his."""
    lignes = acte.db.execute(sa.select(demandes_vae).where(demandes_vae.c.id.in_(_ids(demande_ids)))).mappings()
    demandes = [demande_de(ligne) for ligne in lignes]
    ids = {d.candidat_id for d in demandes}
    eux, eus = get_candidats(acte.db, ids), acquis_des(acte, ids)
    return {
        d.id: publiee | {"acquise": _acquise(d, eus[d.candidat_id].confirmes), "numero": eux[d.candidat_id].numero}
        for d, publiee in zip(demandes, demandes_publiees(acte, demandes), strict=True)
    }


def _acquise(d: DemandeVae, codes: frozenset[str]) -> bool:
    return d.titre_code in codes or (bool(d.ccp_codes) and codes.issuperset(d.ccp_codes))


def _ids(valeurs: list[str]) -> list[str]:
    """Returns those that have the form of an id: the others name nobody."""
    lus = []
    for valeur in valeurs:
        try:
            lus.append(identifiant(valeur))
        except Introuvable:
            continue
    return lus


def _identite(candidat_id: str, c: Candidat) -> dict[str, Any]:
    """Returns who a candidate is. `candidat_id`: the id asked; `canonique_id`: the one under which he lives now;
    `anonyme`: nobody any more. Of how he is reached, the mail alone: letters leave for it."""
    tus = ("id", "departement", *COORDONNEES)
    propre = {champ: valeur for champ, valeur in en_clair(c).items() if champ not in tus}
    connu = {"connu": True, "canonique_id": c.id, "anonyme": c.anonyme, "courriel": c.courriel}
    return {"candidat_id": candidat_id, **connu, **propre}


def _demandes(invocables: list[DemandeVae]) -> dict[str, Any]:
    return {"demandes_vae": [_demande(d) for d in invocables]}


def _demande(d: DemandeVae) -> dict[str, Any]:
    return {
        "id": d.id,
        "titre_code": d.titre_code,
        "ccp_codes": list(d.ccp_codes),
        "date_notification": d.date_notification,
        "recevable_jusqu_au": d.recevable_jusqu_au,
    }
