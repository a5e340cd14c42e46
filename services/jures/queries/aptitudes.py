"""Who may sit in a session, as `sessions` asks it: these jurés, or all those who could."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.forms import Page, charger
from commun.pages import contient, paginer
from commun.unit_of_work import Acte
from services.jures.domain.lifecycle import ActionHabilitation, ActionJure
from services.jures.domain.model import EtatHabilitation, Habilitation, StatutJure
from services.jures.queries.vues import identite
from services.jures.storage.etats import etats_le
from services.jures.storage.fiches import Fiche, canoniques, get_fiches_et_retraits
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

    `canonique_id` is the juré that he is now, where he was merged into another; `identites`, every id of his.

    An act under way that would withdraw it counts as done: whoever registers a juré has already written his own
    intention, so that of the two at least one sees the other.
    """
    debut, fin = date.fromisoformat(date_debut), date.fromisoformat(date_fin)
    fiches, retires = get_fiches_et_retraits(acte.db, jure_ids, acte.jour(), RETRAITS)
    demandes = frozenset(ccp_codes)

    def aptitude(jure_id: str) -> dict[str, Any]:
        fiche = fiches.get(jure_id)
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
        "canonique_id": jure.id,
        "identites": list(fiche.identites),
        "connu": True,
        "actif": jure.statut is StatutJure.ACTIF and jure.id not in retires,
        **{champ: qui[champ] for champ in ("civilite", "nom", "nom_usage", "prenom", "courriel", "adresse")},
        "habilitation_id": h.id if h else None,
        "ccp_codes": sorted(h.ccp_codes & demandes if demandes else h.ccp_codes) if h else [],
        "employeur_sirets": sorted({e.employeur_siret for e in jure.emplois if e.employeur_siret}),
    }


def possibles(
    acte: Acte,
    filtres: dict[str, Any],
    departement: str,
    region: str,
    sauf: list[str],
    type: str,
    titre_code: str | None,
    ccp_codes: list[str],
    ccs_code: str | None,
    date_debut: str,
    date_fin: str,
) -> dict[str, Any]:
    """Returns a page of the jurés who could sit in a session, but those of `sauf`: the nearest to its site first."""
    p = charger(Page, filtres)
    etats, h = etats_le(acte.jour()), habilitations.c
    certification = h.ccs_code == ccs_code if type == "CCS" else h.titre_code == titre_code
    deja = [*sauf, *canoniques(acte.db, sauf).values()]
    requete = (
        sa.select(jures.c.id, jures.c.nom, jures.c.nom_usage, jures.c.prenom, jures.c.departement)
        .add_columns(h.id.label("habilitation_id"), h.ccp_codes)
        .select_from(etats.source.join(jures, jures.c.id == h.jure_id))
        .where(jures.c.statut == StatutJure.ACTIF, jures.c.absorbe_par.is_(None), jures.c.id.not_in(deja))
        .where(certification, h.etat == EtatHabilitation.ACTIVE, contient(jures.c.recherche, p["q"]))
        .where(h.date_debut <= date.fromisoformat(date_debut), etats.fin_effective >= date.fromisoformat(date_fin))
    )
    if type == "CCP":
        requete = requete.where(h.ccp_codes.overlap(ccp_codes))
    eloignement = sa.case((jures.c.departement == departement, 0), (jures.c.region == region, 1), else_=2)
    tris = {"eloignement": eloignement, "nom": jures.c.tri}
    nom_puis_id = sa.tuple_(jures.c.tri, jures.c.id)
    visibles, cadre = paginer(acte.db, requete, p, tris, defaut="eloignement", cle=nom_puis_id)
    lignes = acte.db.execute(visibles).mappings()
    return {"elements": [_possible(dict(ligne), frozenset(ccp_codes)) for ligne in lignes], **cadre}


def _possible(ligne: dict[str, Any], demandes: frozenset[str]) -> dict[str, Any]:
    ccps = frozenset(ligne["ccp_codes"])
    return {
        "jure_id": ligne.pop("id"),
        **ligne,
        "nom_usage": ligne["nom_usage"] or None,
        "ccp_codes": sorted(ccps & demandes if demandes else ccps),
    }
