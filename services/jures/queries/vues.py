"""Jurés, jobs and habilitations as the contract shows them, and as events tell of them."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from commun.bus.acteur import Acteur
from commun.domain.dates import lendemain
from commun.domain.lifecycle import boutons_de
from commun.domain.referentiel import Titre
from commun.domain.rules import verifier
from services.jures.domain.dossier import Faits
from services.jures.domain.fusion import Fusion
from services.jures.domain.lifecycle import EMPLOI_A_JOUR, HABILITATION, prolongeable
from services.jures.domain.model import TELEPHONES, Emploi, EtatHabilitation, Habilitation, Jure, SessionDuJure
from services.jures.domain.perimetre import peut_ecrire
from services.jures.storage.fiches import Fiche


def identite(jure: Jure) -> dict[str, Any]:
    """Returns who a juré is and where he lives; an unknown thing is null."""
    adresse = asdict(jure.adresse) if jure.adresse else {}
    return {
        "id": jure.id,
        "civilite": jure.civilite,
        "nom": jure.nom,
        "nom_usage": jure.nom_usage or None,
        "prenom": jure.prenom,
        "date_naissance": jure.date_naissance,
        **{champ: getattr(jure, champ) or None for champ in TELEPHONES},
        "courriel": jure.courriel or None,
        "adresse": {champ: valeur or None for champ, valeur in adresse.items()},
        "departement": jure.departement,
        "region": jure.region,
        "statut": jure.statut.value,
    }


def nom_du_jure(jure: Jure) -> dict[str, Any]:
    """Returns how the list of habilitations names a juré."""
    dits = {nom: getattr(jure, nom) for nom in ("nom", "prenom", "departement")}
    return dits | {"nom_usage": jure.nom_usage or None, "statut": jure.statut.value}


def emploi_en_clair(emploi: Emploi) -> dict[str, Any]:
    """Returns a job."""
    return asdict(emploi) | {"employeur": emploi.employeur or None, "titres_lies": sorted(emploi.titres_lies)}


def contenu(h: Habilitation) -> dict[str, Any]:
    """Returns what an habilitation holds, whatever the day."""
    return {
        "titre_code": h.titre_code,
        "ccp_codes": sorted(h.ccp_codes),
        "ccs_code": h.ccs_code,
        "date_debut": h.date_debut,
        "date_fin": h.date_fin,
    }


def habilitation_de_liste(fiche: Fiche, h: Habilitation) -> dict[str, Any]:
    """Returns an habilitation as it stands on the day of the file. `fin_effective`: the last day of the right, which a
    fin de vie decided later shortens; it is `date_fin` where there is none in force to shorten.
    """
    dossier = fiche.dossier
    return {
        "id": h.id,
        "jure_id": h.jure_id,
        **contenu(h),
        "fin_effective": dossier.fin_effective(h) if h.etat is EtatHabilitation.ACTIVE else h.date_fin,
        "etat": dossier.etat(h).publie,
        "situation_titre": dossier.titre_suivi(h).situation(dossier.jour).value,
        "version": fiche.versions[h.id],
    }


def habilitation_en_clair(fiche: Fiche, h: Habilitation, acteur: Acteur) -> dict[str, Any]:
    """Returns an habilitation with what this actor may do with it, and why not the rest. `prolongeable`: whether to
    suspend it, then to give it back, has it last longer than the end of life of its titre. `a_renouveler`: whether
    another, which takes over from it the day after its end, is to be prepared, whoever reads it: lists filter by it;
    `emplois_a_jour_d_abord`: what his jobs would have refused of that one."""
    dossier = fiche.dossier
    claire = habilitation_de_liste(fiche, h) | {"a_renouveler": dossier.a_preparer(h)}
    if not _gere(acteur, fiche.jure):
        return claire | boutons_de({}) | {"prolongeable": False, "emplois_a_jour_d_abord": []}
    faits, suite = Faits(dossier, h), replace(h, date_debut=lendemain(dossier.fin_effective(h)))
    refus = verifier(EMPLOI_A_JOUR, Faits(dossier, suite)) if claire["a_renouveler"] else ()
    dites = {"prolongeable": prolongeable(faits), "emplois_a_jour_d_abord": [m.message for m in refus]}
    return claire | HABILITATION.boutons(faits.etat, acteur.type, faits) | dites


def jure_de_liste(fiche: Fiche) -> dict[str, Any]:
    """Returns a juré in a list: his habilitations without their buttons."""
    return _jure(fiche) | {"habilitations": [habilitation_de_liste(fiche, h) for h in fiche.dossier.habilitations]}


def jure_en_clair(fiche: Fiche, acteur: Acteur, titres: Sequence[Titre]) -> dict[str, Any]:
    """Returns a juré, his jobs and his habilitations, as this actor sees them.

    Args:
        titres: those to which his jobs may link him (`titres_des_emplois`).
    """
    habilitations = [habilitation_en_clair(fiche, h, acteur) for h in fiche.dossier.habilitations]
    clair = _jure(fiche) | {
        "habilitations": habilitations,
        "modifiable": _gere(acteur, fiche.jure),
        "anonyme": fiche.jure.anonyme,
    }
    for emploi, dit in zip(fiche.jure.emplois, clair["emplois"], strict=True):
        lies = emploi.liens(titres, fiche.dossier.jour)
        dit["titres"] = [{"code": titre.code, "intitule": titre.intitule} for titre in lies]
    return clair


def _gere(acteur: Acteur, jure: Jure) -> bool:
    """Returns whether something may be done on a juré by this actor: on who was anonymised, nothing is."""
    return peut_ecrire(acteur, jure) and not jure.anonyme


def _jure(fiche: Fiche) -> dict[str, Any]:
    emplois = [emploi_en_clair(e) | {"version": fiche.versions[e.id]} for e in fiche.jure.emplois]
    return identite(fiche.jure) | {"version": fiche.version, "emplois": emplois}


def doublon_en_clair(garde: Fiche, autre: Fiche, acteur: Acteur) -> dict[str, Any]:
    """Returns who may be the same person as `garde`, and whether this actor may merge him into it."""
    gere = _gere(acteur, garde.jure) and _gere(acteur, autre.jure)
    boutons = Fusion(garde.dossier, autre.dossier).boutons() if gere else boutons_de({})
    comptes = {"emplois": len(autre.jure.emplois), "habilitations": len(autre.dossier.habilitations)}
    return identite(autre.jure) | {"version": autre.version, **comptes, **boutons}


def session_en_clair(session: SessionDuJure) -> dict[str, Any]:
    """Returns a registration."""
    champs = asdict(session)
    del champs["autres_habilitations"]  # which the copy does not hold
    return champs | {"session_id": session.id, "a_venir": session.a_venir}


def habilitation_publiee(h: Habilitation, version: int) -> dict[str, Any]:
    """Returns the body of `jures.habilitation_modifiee`."""
    return {
        "habilitation_id": h.id,
        "jure_id": h.jure_id,
        "etat": h.etat.value,
        "titre_code": h.titre_code,
        "ccs_code": h.ccs_code,
        "date_fin": h.date_fin,
        "version": version,
    }
