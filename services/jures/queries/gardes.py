"""What other services ask of jurés, for nobody's perimeter."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun import clock
from commun.tables import intentions
from commun.unit_of_work import Acte
from services.jures.domain.lifecycle import ActionHabilitation, ActionJure
from services.jures.domain.model import Habilitation, StatutJure
from services.jures.queries.vues import habilitation_publiee, identite, jure_publie
from services.jures.storage.fiches import Fiche, canoniques, get_fiches, get_habilitations
from services.jures.storage.tables import habilitations, jures

RETRAITS = frozenset(
    {
        f"{ActionHabilitation.SUPPRIMER}_habilitation",
        f"{ActionHabilitation.SUSPENDRE}_habilitation",
        f"{ActionHabilitation.METTRE_EN_BROUILLON}_habilitation",
        f"{ActionJure.INACTIVER}_jure",
    }
)
"""The intentions that may take a juré out of a jury: an act that has written one is about to ask who relies on it."""


def aptitudes(
    acte: Acte,
    jure_ids: list[str],
    type: str,
    titre_code: str | None,
    ccp_codes: list[str],
    ccs_code: str | None,
    date_debut: str,
    date_fin: str,
) -> list[dict[str, Any]]:
    """Returns, for each of these jurés, who he is and the habilitation by which he may sit in a session (JRY-01, 02).

    An act under way that would withdraw it counts as done: whoever registers a juré has already written his own
    intention, so that of the two at least one sees the other.
    """
    debut, fin = date.fromisoformat(date_debut), date.fromisoformat(date_fin)
    identites = canoniques(acte.db, jure_ids)
    fiches = get_fiches(acte.db, set(identites.values()), acte.jour())
    retires = _retraits_en_cours(acte, [id_ for f in fiches.values() for id_ in f.versions])
    demandes = frozenset(ccp_codes)

    def aptitude(jure_id: str) -> dict[str, Any]:
        fiche = fiches.get(identites.get(jure_id, jure_id))
        if fiche is None:
            return {"jure_id": jure_id, "connu": False}
        h = fiche.dossier.habilitation_pour(
            debut,
            fin,
            titre_code=titre_code,
            ccp_codes=demandes if type == "CCP" else frozenset(),
            ccs_code=ccs_code if type == "CCS" else None,
        )
        return _aptitude(jure_id, fiche, None if h is None or h.id in retires else h, demandes, retires)

    return [aptitude(jure_id) for jure_id in jure_ids]


def _aptitude(
    jure_id: str, fiche: Fiche, h: Habilitation | None, demandes: frozenset[str], retires: Collection[str]
) -> dict[str, Any]:
    jure, qui = fiche.jure, identite(fiche.jure)
    return {
        "jure_id": jure_id,
        "connu": True,
        "actif": jure.statut is StatutJure.ACTIF and jure.id not in retires,
        **{champ: qui[champ] for champ in ("civilite", "nom", "nom_usage", "prenom", "courriel", "adresse")},
        "habilitation_id": h.id if h else None,
        "ccp_codes": sorted(h.ccp_codes & demandes if demandes else h.ccp_codes) if h else [],
        "employeur_sirets": sorted({e.employeur_siret for e in jure.emplois if e.employeur_siret}),
    }


def _retraits_en_cours(acte: Acte, ids: list[str]) -> set[str]:
    """Returns which of these jurés and habilitations an act under way may withdraw."""
    requete = sa.select(intentions.c.objet_id).where(
        intentions.c.objet_id.in_(ids), intentions.c.genre.in_(RETRAITS), intentions.c.expire_le >= clock.maintenant()
    )
    return set(acte.db.scalars(requete))


def jures_publies(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns jurés as their events tell of them, for a copy to be rebuilt."""
    requete = sa.select(jures.c.id, jures.c.statut, jures.c.version, jures.c.absorbe_par)
    if apres:
        requete = requete.where(jures.c.id > apres)
    elements = [jure_publie(*ligne) for ligne in acte.db.execute(requete.order_by(jures.c.id).limit(limite))]
    return {"elements": elements, "suivant": elements[-1]["jure_id"] if len(elements) == limite else None}


def habilitations_publiees(acte: Acte, apres: str | None, limite: int) -> dict[str, Any]:
    """Returns habilitations as their events tell of them, the deleted ones too, for a copy to be rebuilt."""
    requete = sa.select(habilitations)
    if apres:
        requete = requete.where(habilitations.c.id > apres)
    lues = get_habilitations(acte.db, requete.order_by(habilitations.c.id).limit(limite))
    elements = [habilitation_publiee(h, version) for h, version in lues]
    return {"elements": elements, "suivant": elements[-1]["habilitation_id"] if len(elements) == limite else None}
