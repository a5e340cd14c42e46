"""Demandes VAE: filing, deciding, withdrawing (VAE-01, VAE-02)."""

from dataclasses import replace
from datetime import date
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.lifecycle import exiger_regles
from commun.domain.referentiel import AGENTS, CENTRE
from commun.domain.rules import avertissements
from commun.domain.textes import de
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from services.candidats import schemas
from services.candidats.commands.questions import demander_titre
from services.candidats.domain.lifecycle import (
    DEMANDE_VAE,
    DEPOT,
    ActionDemande,
    DemandeVae,
    EtatDemande,
    FaitsDepot,
)
from services.candidats.domain.model import Candidat
from services.candidats.queries.vae import demandes_publiees, faits_decision, fiche
from services.candidats.storage import vae
from services.candidats.storage.candidats import exiger_nomme, get_candidat, get_candidats
from services.candidats.storage.replicas import get_titres

_PHRASES = {
    ActionDemande.RECEVABLE: "La demande VAE {de_nom} sur {titre} a été déclarée recevable.",
    ActionDemande.NON_RECEVABLE: "La demande VAE {de_nom} sur {titre} a été déclarée non recevable.",
    ActionDemande.RETRAIT: "La demande VAE {de_nom} sur {titre} a été retirée.",
}


def deposer(acte: Acte, candidat_id: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Files a demande for a candidate of the perimeter."""
    acte.exiger_profil(*CENTRE, *AGENTS)
    get_candidat(acte.db, candidat_id, acte.acteur)
    forme = charger(schemas.NouvelleDemandeVae, corps)
    titre = yield from demander_titre(acte, forme["titre_code"])
    candidat = get_candidat(acte.db, candidat_id, acte.acteur, verrou=True)

    demande = DemandeVae(
        id=nouvel_id(),
        candidat_id=candidat.id,
        titre_code=titre.code,
        ccp_codes=tuple(dict.fromkeys(forme["ccp_codes"] or ())),
        date_depot=forme["date_depot"],
    )
    autres = tuple(vae.list_demandes(acte.db, [candidat.id]))
    faits = FaitsDepot(acte.jour(), titre, demande.ccp_codes, demande.date_depot, autres)
    exiger_regles(DEPOT, faits, forme["confirmer"])
    vae.add_demande(acte.db, demande)
    phrase = f"Une demande VAE {de(candidat.identite.nom_complet)} sur {titre.intitule} a été déposée."
    _tracer(acte, candidat, demande, "deposer", phrase, apres=_etat(demande), motif=forme["motif"])
    return fiche(acte, demande.id)


def decider(acte: Acte, demande_id: str, corps: Any) -> dict[str, Any]:
    """Declares a demande recevable or not, as it was notified to the candidate."""
    DEMANDE_VAE.exiger_droit(ActionDemande.RECEVABLE, acte.acteur.type)
    demande, candidat = _charger(acte, demande_id)
    forme = charger(schemas.DecisionVae, corps)
    notifiee = forme["date_notification"] or acte.jour()
    return _agir(acte, ActionDemande(forme["decision"]), demande, candidat, forme, notifiee)


def retirer(acte: Acte, demande_id: str, corps: Any) -> dict[str, Any]:
    """Withdraws a demande not decided yet."""
    DEMANDE_VAE.exiger_droit(ActionDemande.RETRAIT, acte.acteur.type)
    demande, candidat = _charger(acte, demande_id)
    forme = charger(schemas.RetraitVae, corps)
    return _agir(acte, ActionDemande.RETRAIT, demande, candidat, forme)


def _charger(acte: Acte, demande_id: str) -> tuple[DemandeVae, Candidat]:
    """Returns a demande and its candidate, locked: whoever changes it, or merges him, waits."""
    candidat = _candidat_de(acte, demande_id)
    while candidat.canonique_id:  # merged while he was waited for: the demande has followed
        candidat = _candidat_de(acte, demande_id)
    demande = vae.get_demande(acte.db, demande_id, acte.acteur)
    acte.exiger_version(demande.version)
    return demande, exiger_nomme(candidat)


def _candidat_de(acte: Acte, demande_id: str) -> Candidat:
    candidat_id = vae.get_demande(acte.db, demande_id, acte.acteur).candidat_id
    return get_candidats(acte.db, [candidat_id], verrou=True)[candidat_id]


def _agir(
    acte: Acte,
    action: ActionDemande,
    demande: DemandeVae,
    candidat: Candidat,
    forme: dict[str, Any],
    notifiee: date | None = None,
) -> dict[str, Any]:
    faits = faits_decision(acte, demande, candidat, date_notification=notifiee)
    decision = DEMANDE_VAE.decider(action, demande.etat_le(acte.jour()), acte.acteur.type, faits)
    decision.exiger(forme["confirmer"])
    apres = replace(
        demande,
        etat=EtatDemande(str(decision.vers)),
        date_notification=notifiee,
        motif=forme["motif"],
        version=demande.version + 1,
    )
    vae.save_demande(acte.db, apres)
    titre = get_titres(acte.db, [demande.titre_code]).get(demande.titre_code)
    intitule = titre.intitule if titre else demande.titre_code
    phrase = _PHRASES[action].format(de_nom=de(candidat.identite.nom_complet), titre=intitule)
    etats = {"avant": _etat(demande), "apres": _etat(apres), "motif": forme["motif"]}
    _tracer(acte, candidat, demande, action.value, phrase, **etats)
    _publier(acte, apres)
    return fiche(acte, demande.id) | avertissements(decision.remarques)


def _publier(acte: Acte, demande: DemandeVae) -> None:
    """Tells until when it is good, and whom it concerns: who must be warned before it lapses."""
    (corps,) = demandes_publiees(acte, [demande])
    acte.publier("demande_vae_modifiee", **corps)


def _tracer(acte: Acte, candidat: Candidat, demande: DemandeVae, action: str, phrase: str, **etats: Any) -> None:
    """Traces an act on the demande, and on its candidate, whose page tells of it."""
    acte.tracer("demande_vae", demande.id, action, phrase, personne=candidat.id, **etats)
    acte.tracer("candidat", candidat.id, f"demande_vae_{action}", phrase, **etats)


def _etat(d: DemandeVae) -> dict[str, Any]:
    return {
        "titre_code": d.titre_code,
        "ccp_codes": list(d.ccp_codes),
        "date_depot": d.date_depot,
        "etat": d.etat,
        "date_notification": d.date_notification,
    }
