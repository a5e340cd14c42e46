"""What other services ask of jurés, for nobody's perimeter."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.referentiel import Titre
from commun.storage.replica import en_tranche, tranche
from commun.storage.requetes import RIEN
from services.jures.domain.model import EtatHabilitation, Habilitation
from services.jures.queries.vues import habilitation_publiee
from services.jures.storage.etats import etats_le
from services.jures.storage.fiches import Fiche, canoniques, get_fiches, get_habilitations
from services.jures.storage.tables import habilitations, jures

_VALIDEES = frozenset({EtatHabilitation.ACTIVE, EtatHabilitation.SUSPENDUE})


def libelles(acte: Acte, jure_ids: list[str], habilitation_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Returns how a message names these jurés and habilitations, by id: `{nom, departement, certification, identites,
    fin, prolonge, a_renouveler, titre_finissant}`.

    `identites`: the ids of the juré, those of the files merged into his too, under which sessions may know him.
    `fin`: the effective end of an habilitation, by the present dates of its titre.
    `prolonge`: those on a CCS that last longer while it is in force, by id: `{avec, sans}`, their last day with it and
    without it.
    `a_renouveler`: whether the end of an habilitation calls for a renewal.
    `titre_finissant`: the titre whose end of life ends it, and whose prolongation follows: `{code, intitule,
    fin_prolongation}`.
    An habilitation that was deleted, and a juré merged into another, keep their name. An unknown id is left out.
    """
    lues = [
        h
        for h, _ in get_habilitations(acte.db, sa.select(habilitations).where(habilitations.c.id.in_(habilitation_ids)))
    ]
    identites = canoniques(acte.db, [*jure_ids, *(h.jure_id for h in lues)])
    certifications = {(h.titre_code, h.ccs_code) for h in lues}
    fiches = get_fiches(acte.db, set(identites.values()), acte.jour, avec=certifications)
    des_jures = {id_: _libelle(fiches[identites[id_]]) for id_ in jure_ids if id_ in identites}
    return des_jures | {h.id: _libelle(fiches[identites[h.jure_id]], h) for h in lues}


def _libelle(fiche: Fiche, h: Habilitation | None = None) -> dict[str, Any]:
    qui = {"nom": fiche.jure.nom_complet, "departement": fiche.jure.departement, "identites": fiche.identites}
    if h is None:
        rien: dict[str, Any] = {"certification": None, "fin": None, "prolonge": {}}
        return qui | rien | {"a_renouveler": False, "titre_finissant": None}
    dossier = fiche.dossier
    en_force = dossier.avec(replace(h, etat=EtatHabilitation.ACTIVE))
    fins = en_force.raccourcies(h.suspendue()) if h.etat in _VALIDEES else {}
    prolonge = {id_: {"avec": avec, "sans": sans} for id_, (avec, sans) in fins.items()}
    fin, certification = dossier.fin_effective(h), dossier.certification(h)
    suite = {"a_renouveler": dossier.a_renouveler(h), "titre_finissant": _finissant(dossier.titre_finissant(h))}
    return qui | {"certification": certification, "fin": fin, "prolonge": prolonge} | suite


def _finissant(titre: Titre | None) -> dict[str, Any] | None:
    if titre is None:
        return None
    return {"code": titre.code, "intitule": titre.intitule, "fin_prolongation": titre.fin_prolongation}


def anonymises(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns the jurés who are named no more, as their events tell of them, for who may not have heard it."""
    requete = sa.select(jures.c.id, jures.c.version).where(jures.c.recherche == RIEN)
    lignes = acte.db.execute(tranche(requete, jures.c.id, apres, limite)).all()
    elements = [{"jure_id": ligne.id, "version": ligne.version} for ligne in lignes]
    return en_tranche(elements, [ligne.id for ligne in lignes], limite)


def habilitations_publiees(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns habilitations as their events tell of them, the deleted ones too, for a copy to be rebuilt."""
    lues = get_habilitations(acte.db, tranche(sa.select(habilitations), habilitations.c.id, apres, limite))
    elements = [habilitation_publiee(h, version) for h, version in lues]
    return en_tranche(elements, [e["habilitation_id"] for e in elements], limite)


def fins_avancees(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns the habilitations, their own end to come, that their titre ends sooner: `{habilitation_id, fin}` each.

    Those that it has ended already, too: an end that is told no more is put back to what the habilitation says.
    """
    etats, h = etats_le(acte.jour()), habilitations.c
    requete = sa.select(h.id, etats.fin_effective.label("fin")).select_from(etats.source)
    requete = requete.where(h.etat == "active", h.date_fin >= acte.jour(), etats.fin_effective < h.date_fin)
    lues = acte.db.execute(tranche(requete, h.id, apres, limite)).all()
    elements = [{"habilitation_id": ligne.id, "fin": ligne.fin} for ligne in lues]
    return en_tranche(elements, [ligne.id for ligne in lues], limite)
