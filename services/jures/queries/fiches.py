"""One juré, one habilitation, and what goes with them."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Droit, Indisponible
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import Page, charger
from commun.storage.db import identifiant
from commun.storage.pages import feuilleter
from commun.traces import audit
from services.jures.queries.perimetre import fiche_a_lire, fiches_visibles
from services.jures.queries.vues import doublon_en_clair, habilitation_en_clair, jure_en_clair, session_en_clair
from services.jures.storage.fiches import Fiche, jure_de_l_habilitation, proches
from services.jures.storage.replicas import titres_des_emplois


def fiche_jure(acte: Acte, jure_id: str) -> dict[str, Any]:
    """Returns a juré, by any of his ids (`fiche_a_lire`)."""
    fiche = fiche_a_lire(acte, jure_id)
    return jure_en_clair(fiche, acte.acteur, titres_des_emplois(acte.db, fiche.jure.emplois))


def fiche_habilitation(acte: Acte, habilitation_id: str) -> dict[str, Any]:
    """Returns an habilitation; a deleted one is not found."""
    id_ = identifiant(habilitation_id)
    fiche = fiche_a_lire(acte, jure_de_l_habilitation(acte.db, id_))
    return habilitation_en_clair(fiche, fiche.habilitation(id_), acte.acteur)


def sessions_du_jure(acte: Acte, jure_id: str, filtres: dict[str, Any]) -> Etapes[dict[str, Any]]:
    """Returns a page of the sessions in which a juré is registered, the latest first, each once, were it under two
    merged files; a centre sees its own only."""
    fiche, acteur = fiche_a_lire(acte, jure_id), acte.acteur
    visibles = {
        s.id: s
        for s in fiche.dossier.sessions
        if acteur.type is not TypeProfil.CENTRE or s.etablissement_id == acteur.etablissement_id
    }
    siennes = sorted(visibles.values(), key=lambda s: (s.date_debut, s.numero), reverse=True)
    etats: dict[str, str] = {}
    if any(s.etat == "validee" for s in siennes):
        with suppress(Indisponible):  # the copy then shows those convoked as validated
            etats = yield from _etats_du_jour(fiche)
    elements = (session_en_clair(replace(s, etat=etats.get(s.id, s.etat))) for s in siennes)
    return feuilleter(elements, charger(Page, filtres), ("date_debut", "numero"), lambda e: e["numero"])


def _etats_du_jour(fiche: Fiche) -> Etapes[dict[str, str]]:
    """Returns where his sessions stand, as their owner says: who was convoked, the copy does not know."""
    etats: dict[str, str] = {}
    for id_ in fiche.identites:
        inscrites = yield Question("sessions_gardes", "inscriptions_du_jure", jure_id=id_)
        for inscrite in inscrites:
            etats.setdefault(inscrite["session_id"], inscrite["etat"])  # what acts under way intend comes after
    return etats


def doublons(acte: Acte, jure_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of the jurés who may be the same person as this one; of those out of the perimeter, only that
    there are.
    """
    if acte.acteur.type is TypeProfil.CENTRE:
        raise Droit("Seuls les agents de l'administration cherchent les doublons des jurés.")
    garde = fiche_a_lire(acte, jure_id)
    ids = proches(acte.db, garde.jure)
    visibles = fiches_visibles(acte, ids)
    elements = (doublon_en_clair(garde, fiche, acte.acteur) for fiche in visibles)
    page = feuilleter(elements, charger(Page, filtres), ("nom", "prenom"), lambda e: f"{e['nom']} {e['prenom']}")
    return page | {"existe_ailleurs": len(visibles) < len(ids)}


def traces_jure(acte: Acte, jure_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to a juré and his jobs; those of one merged into another stay readable."""
    id_ = identifiant(jure_id)
    fiche_a_lire(acte, id_)
    return audit.page(acte.db, "jure", id_, filtres)


def traces_habilitation(acte: Acte, habilitation_id: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of what was done to an habilitation, even deleted."""
    id_ = identifiant(habilitation_id)
    fiche_a_lire(acte, jure_de_l_habilitation(acte.db, id_))
    return audit.page(acte.db, "habilitation", id_, filtres)
