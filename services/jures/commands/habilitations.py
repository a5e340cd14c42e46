"""Acts on habilitations: the brouillon, then those of the lifecycle's table."""

from dataclasses import replace
from functools import partial
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.lifecycle import exiger_regles
from commun.domain.rules import Manquement
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from services.jures import schemas
from services.jures.commands.ecriture import enregistrer_habilitation, habilitation_reussie, quoi
from services.jures.commands.preparation import (
    apprendre_certification,
    demander_sessions,
    habilitation_a_ecrire,
    jure_a_ecrire,
)
from services.jures.domain.dossier import Dossier, Faits
from services.jures.domain.lifecycle import (
    CREATION,
    HABILITATION,
    SAISIE,
    ActionHabilitation,
    ActionSaisie,
    appliquer,
)
from services.jures.domain.model import Habilitation
from services.jures.storage.fiches import Fiche

A = ActionHabilitation
Accompli = tuple[Habilitation, tuple[Manquement, ...]]
"""The habilitation as an act has left it, and what is to be remarked of it (ℹ)."""
_FAIT = {
    A.VALIDER: "a été validée",
    A.SUPPRIMER: "a été supprimée",
    A.METTRE_EN_BROUILLON: "a été remise en brouillon",
    A.SUSPENDRE: "a été suspendue",
    A.REACTIVER: "a été réactivée",
}


def creer_habilitation(acte: Acte, jure_id: str, corps: Any) -> Etapes[Any]:
    """Creates a brouillon of habilitation on a titre or on a CCS."""
    jure_a_ecrire(acte, jure_id)
    forme = charger(schemas.NouvelleHabilitation, corps, aussi=_fautes)
    certification = forme["titre_code"], forme["ccs_code"]
    yield from apprendre_certification(acte, *certification)
    fiche = jure_a_ecrire(acte, jure_id, avec=[certification])
    dossier = fiche.dossier
    if erreurs := _fautes(forme, dossier):
        raise Invalide(erreurs=erreurs)
    h = Habilitation(
        id=nouvel_id(),
        jure_id=fiche.jure.id,
        titre_code=forme["titre_code"],
        ccs_code=forme["ccs_code"],
        ccp_codes=frozenset(forme["ccp_codes"]),
        date_debut=forme["date_debut"],
        date_fin=forme["date_fin"] or dossier.date_fin_par_defaut(*certification, forme["date_debut"]),
    )
    remarques = exiger_regles(CREATION, Faits(dossier, h), forme["confirmer"])
    phrase = f"{quoi(dossier, h)} a été créée, en brouillon."
    enregistrer_habilitation(acte, dossier, h, "creer", phrase, forme["motif"])
    return habilitation_reussie(acte, h, remarques)


def modifier_habilitation(acte: Acte, habilitation_id: str, corps: Any) -> dict[str, Any]:
    """Changes the CCPs or the dates of a brouillon."""
    fiche, avant = habilitation_a_ecrire(acte, habilitation_id)
    deja, vues = {"titre_code": avant.titre_code, "ccs_code": avant.ccs_code}, partial(_fautes, dossier=fiche.dossier)
    forme = charger(schemas.ModificationHabilitation, corps, partiel=True, deja=deja, aussi=vues)
    apres = _modifiee(fiche.dossier, avant, forme)
    faits = Faits(fiche.dossier.avec(apres), apres)
    decision = SAISIE.decider(ActionSaisie.MODIFIER, fiche.dossier.etat(avant), acte.acteur.type, faits)
    decision.exiger(forme.get("confirmer", ()))
    if apres != avant:
        phrase = f"{quoi(fiche.dossier, apres)} a été modifiée."
        enregistrer_habilitation(acte, fiche.dossier, apres, "modifier", phrase, forme.get("motif"))
    return habilitation_reussie(acte, apres, decision.remarques)


def valider(acte: Acte, habilitation_id: str, corps: Any) -> dict[str, Any]:
    """Makes a brouillon active."""
    return _agir(acte, A.VALIDER, habilitation_id, corps)


def reactiver(acte: Acte, habilitation_id: str, corps: Any) -> dict[str, Any]:
    """Makes a suspended habilitation active again."""
    return _agir(acte, A.REACTIVER, habilitation_id, corps)


def supprimer(acte: Acte, habilitation_id: str, corps: Any) -> Etapes[None]:
    """Deletes a brouillon."""
    yield from _accomplir_selon_les_sessions(acte, A.SUPPRIMER, habilitation_id, corps)


def suspendre(acte: Acte, habilitation_id: str, corps: Any) -> Etapes[Any]:
    """Suspends an habilitation."""
    fait = yield from _accomplir_selon_les_sessions(acte, A.SUSPENDRE, habilitation_id, corps)
    return habilitation_reussie(acte, *fait)


def mettre_en_brouillon(acte: Acte, habilitation_id: str, corps: Any) -> Etapes[Any]:
    """Makes a brouillon again of an active or expired habilitation."""
    fait = yield from _accomplir_selon_les_sessions(acte, A.METTRE_EN_BROUILLON, habilitation_id, corps)
    return habilitation_reussie(acte, *fait)


def _agir(acte: Acte, action: ActionHabilitation, habilitation_id: str, corps: Any) -> dict[str, Any]:
    fiche, h = habilitation_a_ecrire(acte, habilitation_id)
    return habilitation_reussie(acte, *_accomplir(acte, action, fiche, h, charger(schemas.Acte, corps)))


def _accomplir_selon_les_sessions(
    acte: Acte, action: ActionHabilitation, habilitation_id: str, corps: Any
) -> Etapes[Accompli]:
    """Takes an intention, then asks who relies on the habilitation: a registration under way sees it, or is seen."""
    fiche, h = habilitation_a_ecrire(acte, habilitation_id)
    forme = charger(schemas.Acte, corps)
    acte.reserver(f"{action}_habilitation", h.id, jure_id=fiche.jure.id)
    fiche = yield from demander_sessions(acte, fiche)
    h = fiche.habilitation(h.id)
    acte.exiger_version(fiche.versions[h.id])
    return _accomplir(acte, action, fiche, h, forme)


def _accomplir(
    acte: Acte, action: ActionHabilitation, fiche: Fiche, h: Habilitation, forme: dict[str, Any]
) -> Accompli:
    faits = Faits(fiche.dossier, h)
    decision = HABILITATION.decider(action, faits.etat, acte.acteur.type, faits).exiger(forme["confirmer"])
    apres = appliquer(action, faits)
    phrase = f"{quoi(fiche.dossier, h)} {_FAIT[action]}."
    enregistrer_habilitation(acte, fiche.dossier, apres, action.value, phrase, forme["motif"])
    return apres, decision.remarques


def _modifiee(dossier: Dossier, avant: Habilitation, forme: dict[str, Any]) -> Habilitation:
    """Returns the habilitation as the form makes it; a null `date_fin` is chosen anew."""
    apres = avant
    if "ccp_codes" in forme:
        apres = replace(apres, ccp_codes=frozenset(forme["ccp_codes"]))
    if "date_debut" in forme:
        apres = replace(apres, date_debut=forme["date_debut"])
    if "date_fin" in forme:
        par_defaut = dossier.date_fin_par_defaut(avant.titre_code, avant.ccs_code, apres.date_debut)
        apres = replace(apres, date_fin=forme["date_fin"] or par_defaut)
    return apres


def _fautes(forme: dict[str, Any], dossier: Dossier | None = None) -> dict[str, list[str]]:
    """Returns what is wrong with the chosen CCPs: at least one of the titre's; none at all for a CCS. Nothing can be
    said where the titre or the CCS is at fault, nor of which CCPs are the titre's without the `dossier` that knows it.
    """
    if not {"titre_code", "ccs_code", "ccp_codes"} <= forme.keys():
        return {}
    titre_code, codes = forme["titre_code"], forme["ccp_codes"]
    fautes: list[str] = []
    if titre_code is None:
        fautes = ["Une habilitation sur un CCS ne porte sur aucun CCP."] if codes else []
    elif not codes:
        fautes = ["Choisissez au moins un CCP du titre."]
    elif dossier:
        inconnus = sorted(set(codes) - dossier.titre_de(titre_code, None).codes_ccp)
        fautes = [f"{code} n'est pas un CCP du titre {titre_code}." for code in inconnus]
    return {"ccp_codes": fautes} if fautes else {}
