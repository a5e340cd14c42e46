"""Acts on contrôles: entering one, correcting it, giving it its follow-up (CTL-01)."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.dates import en_francais
from commun.domain.errors import Invalide
from commun.domain.json import Json
from commun.domain.referentiel import AGENTS
from commun.domain.rules import avertissements, verifier
from commun.domain.textes import de
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from commun.traces.changements import avec_changements
from services.referentiel.domain.controles import (
    LIBELLES,
    Conclusion,
    Controle,
    Suite,
    TypeControle,
    incoherences_controle,
    incoherences_suite,
    suite_attendue,
)
from services.referentiel.domain.model import Etablissement
from services.referentiel.queries.controles import (
    contenu,
    controle_publie,
    controle_visible,
    fiche_controle,
    jour_de,
    sessions_vues,
)
from services.referentiel.queries.perimetre import etablissement_visible
from services.referentiel.schemas import entree
from services.referentiel.storage.controles import save_controle
from services.referentiel.storage.tables import sessions

_MOTS = {
    "type": "La nature du contrôle a été changée",
    "date": "La date a été changée",
    "session_id": "La session contrôlée a été changée",
    "controleur": "Le contrôleur a été changé",
    "observations": "Les observations ont été changées",
    "conclusion": "La conclusion a été changée",
}


def creer_controle(acte: Acte, etablissement_id: str, corps: Any) -> Etapes[Json]:
    """Enters a contrôle of an établissement, or of one of its sessions."""
    acte.exiger_profil(*AGENTS)
    etablissement, _ = etablissement_visible(acte, etablissement_id)
    forme = charger(entree.NouveauControle, corps, aussi=partial(_fautes, (), jour_de(acte, etablissement)))
    yield from _exiger_session(acte, etablissement, forme["session_id"])
    controle = Controle(
        id=nouvel_id(),
        etablissement_id=etablissement.id,
        auteur_id=acte.acteur.compte_id,
        **_valeurs(acte, forme),
    )
    quoi = f"Un contrôle {LIBELLES[controle.type]} {de(etablissement.denomination)}"
    phrase = f"{quoi} a été enregistré : {LIBELLES[controle.conclusion]}."
    return _enregistrer(acte, controle, etablissement, "creer", phrase, forme["motif"])


def modifier_controle(acte: Acte, controle_id: str, corps: Any) -> Etapes[Json]:
    """Corrects a contrôle; its suites stay."""
    acte.exiger_profil(*AGENTS)
    connu, version, etablissement = controle_visible(acte, controle_id)
    acte.exiger_version(version)
    vues = partial(_fautes, connu.suites, jour_de(acte, etablissement))
    forme = charger(entree.ModificationControle, corps, partiel=True, aussi=vues)
    yield from _exiger_session(acte, etablissement, forme.get("session_id"))
    avant, version, etablissement = controle_visible(acte, controle_id, verrou=True)
    acte.exiger_version(version)
    if not forme.get("session_id") and _est_d_ailleurs(acte, avant.session_id):
        forme.pop("session_id", None)  # who was not shown it does not take it away
    apres = replace(avant, **_valeurs(acte, forme))
    if apres == avant:
        return fiche_controle(acte, avant.id)
    if erreurs := _fautes(avant.suites, jour_de(acte, etablissement), vars(apres)):
        raise Invalide(erreurs=erreurs)
    phrase = avec_changements(f"{_le(avant)} a été modifié.", _en_mots(avant), _en_mots(apres), _MOTS)
    return _enregistrer(acte, apres, etablissement, "modifier", phrase, forme.get("motif"), avant)


def donner_suite(acte: Acte, controle_id: str, corps: Any) -> Json:
    """Adds a step to the follow-up. Its échéance replaces the one before; without one, the follow-up is over."""
    acte.exiger_profil(*AGENTS)
    avant, version, etablissement = controle_visible(acte, controle_id, verrou=True)
    acte.exiger_version(version)
    forme = charger(entree.NouvelleSuite, corps, aussi=partial(_fautes_de_suite, avant, jour_de(acte, etablissement)))
    suite = Suite(nouvel_id(), forme["date"], forme["texte"], forme["echeance"], acte.acteur.identifiant)
    apres = replace(avant, suites=(*avant.suites, suite))
    borne = f"échéance le {en_francais(suite.echeance)}" if suite.echeance else "sans échéance : le suivi est clos"
    phrase = f"{_le(avant)} a reçu une suite ({borne}) : {suite.texte}"
    return _enregistrer(acte, apres, etablissement, "suites", phrase, forme["motif"], avant)


def _enregistrer(
    acte: Acte,
    controle: Controle,
    etablissement: Etablissement,
    action: str,
    phrase: str,
    motif: str | None,
    avant: Controle | None = None,
) -> Json:
    version = save_controle(acte.db, controle)
    etats = {"avant": _etat(avant) if avant else None, "apres": _etat(controle)}
    acte.tracer("controle", controle.id, action, phrase, motif=motif, **etats)
    acte.publier("controle_modifie", **controle_publie(controle, version, etablissement))
    remarques = verifier((suite_attendue,), controle)
    return fiche_controle(acte, controle.id) | avertissements(remarques)


def _fautes(suites: Iterable[Suite], jour: date, forme: Json) -> Json:
    return incoherences_controle(forme["date"], suites, jour) if "date" in forme else {}


def _fautes_de_suite(controle: Controle, jour: date, forme: Json) -> Json:
    return incoherences_suite(controle, forme["date"], forme.get("echeance"), jour) if "date" in forme else {}


def _exiger_session(acte: Acte, etablissement: Etablissement, session_id: Any) -> Etapes[None]:
    """Refuses a session of another établissement, or of a territory that is not the actor's (`sessions_vues`); one that
    the copy does not know yet is asked of its owner."""
    if not session_id:
        return
    cle = str(session_id)
    centre = acte.db.scalar(sa.select(sessions.c.etablissement_id).where(sessions.c.id == cle))
    if centre is None:
        connues = yield Question("sessions_gardes", "participants", session_ids=[cle])
        centre = next((s["etablissement_id"] for s in connues), None)
    if centre != etablissement.id or _est_d_ailleurs(acte, cle):
        dit = "Cette session n'est pas une session de cet établissement, ou n'est pas dans votre périmètre."
        raise Invalide(erreurs={"session_id": [dit]})


def _est_d_ailleurs(acte: Acte, session_id: str | None) -> bool:
    return session_id is not None and session_id in sessions_vues(acte, [session_id])[1]


def _valeurs(acte: Acte, forme: Json) -> Json:
    """Returns the form's values as the domain holds them; no contrôleur named is who sends the form."""
    valeurs: Json = {nom: forme[nom] for nom in ("date", "observations") if nom in forme}
    if "controleur" in forme:
        valeurs["controleur"] = forme["controleur"] or acte.acteur.identifiant
    if "type" in forme:
        valeurs["type"] = TypeControle(forme["type"])
    if "conclusion" in forme:
        valeurs["conclusion"] = Conclusion(forme["conclusion"])
    if "session_id" in forme:
        valeurs["session_id"] = str(forme["session_id"]) if forme["session_id"] else None
    return valeurs


def _etat(controle: Controle) -> Json:
    return contenu(controle) | {"suites": [asdict(suite) for suite in controle.suites]}


def _en_mots(controle: Controle) -> Json:
    mots = {"type": LIBELLES[controle.type], "conclusion": LIBELLES[controle.conclusion]}
    return contenu(controle) | mots


def _le(controle: Controle) -> str:
    return f"Le contrôle du {en_francais(controle.date)}"
