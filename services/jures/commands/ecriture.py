"""What every act ends with: the row, its trace, its event, in one transaction."""

from collections.abc import Iterable
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import ReglesEnfreintes
from commun.domain.rules import Manquement, avertissements
from commun.domain.textes import de
from commun.traces.changements import avec_changements
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import Habilitation, Jure
from services.jures.domain.rules import periodes_disjointes
from services.jures.queries.vues import contenu, habilitation_en_clair, habilitation_publiee, jure_en_clair
from services.jures.storage.fiches import Chevauchement, get_fiche, save_habilitation, save_jure
from services.jures.storage.replicas import titres_des_emplois

_MOTS = {
    "ccp_codes": "Les CCP ont été changés",
    "date_debut": "Le début a été changé",
    "date_fin": "La fin a été changée",
}


def enregistrer_jure(
    acte: Acte, jure: Jure, action: str, phrase: str, *, annonce: str | None = None, **etats: Any
) -> None:
    """Writes a juré.

    Args:
        annonce: the action that the event tells of, where it is not that of the trace.
        etats: avant, apres, motif, for the trace.
    """
    version = save_jure(acte.db, jure)
    acte.tracer("jure", jure.id, action, phrase, **etats)
    acte.publier("jure_modifie", jure_id=jure.id, version=version, **par(acte, annonce or action))


def enregistrer_habilitation(
    acte: Acte, dossier: Dossier, h: Habilitation, action: str, phrase: str, motif: str | None
) -> None:
    """Writes an habilitation of this file, new or changed, and first cuts the ended ones that it follows (HAB-11)."""
    for coupee in dossier.avec(h).bornees_par(h):
        coupure = f"{quoi(dossier, coupee)} s'arrête à la fin de son droit : une autre la suit."
        ecrire_habilitation(acte, dossier, coupee, "borner", coupure, motif)
    ecrire_habilitation(acte, dossier, h, action, phrase, motif)


def ecrire_habilitation(
    acte: Acte, dossier: Dossier, h: Habilitation, action: str, phrase: str, motif: str | None
) -> None:
    """Writes an habilitation of this file, and cuts none."""
    avant = next((_etat(autre) for autre in dossier.habilitations if autre.id == h.id), None)
    try:
        version = save_habilitation(acte.db, h)
    except Chevauchement as erreur:
        nom, certification = dossier.jure.nom_complet, dossier.certification(h)
        message = f"{nom} a déjà une habilitation sur {certification} pendant cette période."
        raise ReglesEnfreintes.de((Manquement(periodes_disjointes.code, message),)) from erreur
    dite = avec_changements(phrase, avant, _etat(h), _MOTS)
    acte.tracer("habilitation", h.id, action, dite, personne=h.jure_id, avant=avant, apres=_etat(h), motif=motif)
    acte.publier("habilitation_modifiee", **habilitation_publiee(h, version), **par(acte, action))


def par(acte: Acte, action: str) -> dict[str, str]:
    """Returns what an event says of the act behind it."""
    return {"action": action, "acteur_id": acte.acteur.compte_id}


def quoi(dossier: Dossier, h: Habilitation) -> str:
    """Returns how a sentence begins: « L'habilitation de Zoé Martin sur Coffreur »."""
    return f"L'habilitation {de(dossier.jure.nom_complet)} sur {dossier.certification(h)}"


def _etat(h: Habilitation) -> dict[str, Any]:
    return contenu(h) | {"jure_id": h.jure_id, "etat": h.etat.value}


def jure_reussi(acte: Acte, jure_id: str, remarques: Iterable[Manquement] = ()) -> dict[str, Any]:
    """Returns the answer of an act on a juré: as he is now, with the remarks (ℹ)."""
    fiche = get_fiche(acte.db, jure_id, acte.jour)
    titres = titres_des_emplois(acte.db, fiche.jure.emplois)
    return jure_en_clair(fiche, acte.acteur, titres) | avertissements(remarques)


def habilitation_reussie(acte: Acte, h: Habilitation, remarques: Iterable[Manquement]) -> dict[str, Any]:
    """Returns the answer of an act on an habilitation: as it is now, with the remarks (ℹ)."""
    fiche = get_fiche(acte.db, h.jure_id, acte.jour)
    return habilitation_en_clair(fiche, fiche.habilitation(h.id), acte.acteur) | avertissements(remarques)
