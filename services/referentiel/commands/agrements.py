"""Acts on agréments: granting, changing, suspending, restoring, withdrawing."""

from collections.abc import Container
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte, exiger_vue
from commun.domain.errors import Indisponible
from commun.domain.lifecycle import Decision, exiger_regles
from commun.domain.referentiel import Agrement
from commun.domain.rules import avertissements
from commun.schemas.champs import fin_avant_debut
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from commun.traces.changements import avec_changements
from services.referentiel.domain.lifecycle import ACCORD, AGREMENT, AUTORITES
from services.referentiel.domain.lifecycle import ActionAgrement as A
from services.referentiel.domain.model import DecisionAgrement as D
from services.referentiel.domain.model import FaitsAgrement, StatutAgrement, statut_le
from services.referentiel.domain.perimetre import exiger_territoire
from services.referentiel.domain.rules import suspension_annoncee
from services.referentiel.queries.agrements import (
    agrement_publie,
    avec_sessions,
    faits_agrements,
    fiche_agrement,
    sessions_du_moment,
)
from services.referentiel.queries.perimetre import agrement_visible, etablissement_connu, etablissement_visible
from services.referentiel.schemas import entree
from services.referentiel.storage.etablissements import AgrementStocke, save_agrement
from services.referentiel.storage.tables import ccs, titres

_MOTS = {
    "numero": "Le numéro a été changé",
    "date_debut": "Le début a été changé",
    "date_fin": "La fin a été changée",
}
_DECISIONS = {
    "creer": D.ACCORDE,
    "modifier": D.REDATE,
    A.SUSPENDRE: D.SUSPENDU,
    A.RETABLIR: D.RETABLI,
    A.RETIRER: D.RETIRE,
}
_PHRASES = {A.SUSPENDRE: "a été suspendu", A.RETABLIR: "a été rétabli", A.RETIRER: "a été retiré"}


def creer_agrement(acte: Acte, etablissement_id: str, corps: Any) -> dict[str, Any]:
    """Grants an agrément to an établissement, for one titre or one CCS at one site (AGR-03)."""
    acte.exiger_profil(*AUTORITES)
    etablissement, _ = etablissement_visible(acte, etablissement_id, verrou=True)
    sites = {site.id: site for site in etablissement.sites}
    forme = charger(entree.NouvelAgrement, corps, aussi=partial(_fautes, acte, sites))
    site = sites[str(forme["site_id"])]
    la = f"Le site « {site.libelle} » n'est pas dans votre territoire"
    exiger_territoire(acte.acteur, site.territoire, f"{la} : c'est au service de son département de l'agréer.")
    agrement = Agrement(
        id=nouvel_id(),
        etablissement_id=etablissement.id,
        site_id=site.id,
        titre_code=forme["titre_code"],
        ccs_code=forme["ccs_code"],
        date_debut=forme["date_debut"],
        date_fin=forme["date_fin"],
    )
    stocke = AgrementStocke(agrement, forme["numero"], 0, site)
    remarques = exiger_regles(ACCORD, faits_agrements(acte, [stocke])[agrement.id])
    _enregistrer(acte, agrement, forme["numero"], "creer", f"L'agrément {forme['numero']} a été accordé.")
    return fiche_agrement(acte, agrement.id) | avertissements(remarques)


def modifier_agrement(acte: Acte, agrement_id: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Changes the number or the dates of an agrément; warns of the sessions that it would cover no more (AGR-02)."""
    stocke = _a_changer(acte, agrement_id, A.MODIFIER)
    deja = vars(stocke.agrement)
    forme = charger(entree.ModificationAgrement, corps, partiel=True, deja=deja, aussi=fin_avant_debut)
    apres = replace(stocke.agrement, **{nom: forme[nom] for nom in ("date_debut", "date_fin") if nom in forme})
    numero = forme.get("numero", stocke.numero)
    change = {"agrement": apres, "numero": numero, "dates_gardees": apres == stocke.agrement}
    decision, _ = yield from _decider(acte, A.MODIFIER, stocke, forme, **change)
    if (apres, numero) != (stocke.agrement, stocke.numero):
        phrase = f"L'agrément {stocke.numero} a été modifié."
        _enregistrer(acte, apres, numero, "modifier", phrase, stocke, forme.get("motif"))
    remarques = decision.remarques if apres != stocke.agrement else ()  # they are of its dates
    return fiche_agrement(acte, apres.id) | avertissements(remarques)


def suspendre_agrement(acte: Acte, agrement_id: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Suspends an agrément, once its sessions to come have been named (AGR-02)."""
    return _changer_de_statut(acte, agrement_id, corps, A.SUSPENDRE)


def retablir_agrement(acte: Acte, agrement_id: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Restores a suspended agrément."""
    return _changer_de_statut(acte, agrement_id, corps, A.RETABLIR)


def retirer_agrement(acte: Acte, agrement_id: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Withdraws an agrément for good, once its sessions to come have been named (AGR-02)."""
    return _changer_de_statut(acte, agrement_id, corps, A.RETIRER)


def _changer_de_statut(acte: Acte, agrement_id: str, corps: Any, action: A) -> Etapes[dict[str, Any]]:
    stocke = _a_changer(acte, agrement_id, action)
    forme = charger(entree.ActeAgrement, corps)
    decision, faits = yield from _decider(acte, action, stocke, forme)
    apres = replace(stocke.agrement, statut=str(decision.vers))
    phrase = f"L'agrément {stocke.numero} pour {faits.certification} {_PHRASES[action]}."
    _enregistrer(acte, apres, stocke.numero, action.value, phrase, stocke, forme["motif"])
    return fiche_agrement(acte, apres.id)


def _decider(
    acte: Acte, action: A, stocke: AgrementStocke, forme: dict[str, Any], **change: Any
) -> Etapes[tuple[Decision, FaitsAgrement]]:
    """Returns the decision where the act may be done, and what it was taken on; raises otherwise.

    Unless it is confirmed, who would leave sessions without their agrément asks `sessions` which they are, and who is
    registered there; without an answer those that the copy knows are named, and nobody is counted. The question lets
    the lock go: it is taken again, on the agrément as it was.

    Args:
        change: what of the facts the act makes otherwise.
    """
    a, confirmes, dites = stocke.agrement, forme.get("confirmer", ()), None
    decouvre = action is not A.RETABLIR and change.get("agrement") != a
    if decouvre and suspension_annoncee.code not in confirmes:
        with suppress(Indisponible):
            dites = yield from sessions_du_moment(acte, stocke)
        exiger_vue(stocke.version, _a_changer(acte, a.id, action).version)
    faits = faits_agrements(acte, [stocke])[a.id]
    if dites is not None:
        faits = avec_sessions(faits, dites)
    etat = statut_le(a, faits.jour, faits.titres)
    decision = AGREMENT.decider(action, etat, acte.acteur.type, replace(faits, **change))
    return decision.exiger(confirmes), faits


def _a_changer(acte: Acte, agrement_id: str, action: A) -> AgrementStocke:
    """Returns an agrément that this profil may act on, in the version that the caller saw; its établissement is locked,
    as by who grants it another: the two may not become one (AGR-03).
    """
    AGREMENT.exiger_droit(action, acte.acteur.type)
    vu = agrement_visible(acte, agrement_id)
    etablissement_connu(acte, vu.agrement.etablissement_id, verrou=True)
    stocke = agrement_visible(acte, agrement_id)
    acte.exiger_version(stocke.version)
    return stocke


def _enregistrer(
    acte: Acte,
    agrement: Agrement,
    numero: str,
    action: str,
    phrase: str,
    avant: AgrementStocke | None = None,
    motif: str | None = None,
) -> None:
    apres = agrement_publie(agrement, numero, save_agrement(acte.db, agrement, numero))
    etat = agrement_publie(avant.agrement, avant.numero, avant.version) if avant else None
    _annoncer_la_decision(acte, _DECISIONS[action], etat, apres)
    acte.publier("agrement_publie", **apres)
    dite = avec_changements(phrase, etat, apres, _MOTS)
    acte.tracer("agrement", agrement.id, action, dite, avant=etat, apres=apres, motif=motif)


def _annoncer_la_decision(acte: Acte, decision: D, avant: dict[str, Any] | None, apres: dict[str, Any]) -> None:
    """Has its centre told what the administration has decided of its agrément; a number put right changes nothing, nor
    do other dates while it is suspended, which are told once it is no more.
    """
    dates = ("date_debut", "date_fin")
    suspendu = apres["statut"] == StatutAgrement.SUSPENDU
    if decision is D.REDATE and avant and (suspendu or all(avant[nom] == apres[nom] for nom in dates)):
        return
    dits = ("id", "version", "etablissement_id", "numero", *dates)
    acte.publier("agrement_decide", decision=decision.value, **{nom: apres[nom] for nom in dits})


def _fautes(acte: Acte, sites: Container[str], forme: dict[str, Any]) -> dict[str, list[str]]:
    """Returns what a schema cannot see, of what is sound in a new agrément."""
    erreurs = fin_avant_debut(forme) | _certification_inconnue(acte, forme)
    if "site_id" in forme and str(forme["site_id"]) not in sites:
        erreurs["site_id"] = ["Ce site n'est pas un site de cet établissement."]
    return erreurs


def _certification_inconnue(acte: Acte, forme: dict[str, Any]) -> dict[str, list[str]]:
    champ, table = ("titre_code", titres) if forme.get("titre_code") else ("ccs_code", ccs)
    code = forme.get(champ)
    connu = code is None or acte.db.scalar(sa.select(table.c.code).where(table.c.code == code))
    return {} if connu else {champ: [f"{code} n'est pas dans le catalogue : vérifiez ce code."]}
