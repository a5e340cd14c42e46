"""Acts on the jobs of a juré. What rested on a job is flagged, never undone (HAB-15)."""

from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.rules import Manquement, avertissements, verifier
from commun.domain.textes import de
from commun.schemas.champs import fin_avant_debut
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from commun.traces.changements import avec_changements
from services.jures import schemas
from services.jures.commands.ecriture import enregistrer_jure
from services.jures.commands.preparation import apprendre_titres, jure_a_ecrire
from services.jures.domain.dossier import FaitsEmploi
from services.jures.domain.model import Emploi
from services.jures.domain.rules import emploi_sous_habilitation
from services.jures.queries.vues import emploi_en_clair
from services.jures.storage.fiches import Fiche, delete_emploi, save_emploi

_ACTE = ("confirmer", "motif")
_MOTS = {
    "intitule": "L'intitulé a été changé",
    "code_rome": "Le code ROME a été changé",
    "date_debut": "Le début a été changé",
    "date_fin": "La fin a été changée",
    "titres_lies": "Les titres liés ont été changés",
    "employeur": "L'employeur a été changé",
    "employeur_siret": "Le SIRET de l'employeur a été changé",
}


def creer_emploi(acte: Acte, jure_id: str, corps: Any) -> Etapes[Any]:
    """Adds a job to a juré."""
    jure_a_ecrire(acte, jure_id)
    forme = charger(schemas.NouvelEmploi, corps, aussi=fin_avant_debut)
    yield from apprendre_titres(acte, forme["titres_lies"])
    fiche = jure_a_ecrire(acte, jure_id)
    emploi = Emploi(id=nouvel_id(), **_valeurs(forme))
    phrase = f"L'emploi « {emploi.intitule} » {de(fiche.jure.nom_complet)} a été ajouté."
    return _enregistrer(acte, fiche, None, emploi, "ajouter_emploi", phrase, forme["motif"])


def modifier_emploi(acte: Acte, jure_id: str, emploi_id: str, corps: Any) -> Etapes[Any]:
    """Changes a job."""
    fiche, avant = _a_changer(acte, jure_id, emploi_id)
    forme = charger(schemas.ModificationEmploi, corps, partiel=True, deja=vars(avant), aussi=fin_avant_debut)
    yield from apprendre_titres(acte, forme.get("titres_lies", ()))
    fiche, avant = _a_changer(acte, jure_id, emploi_id)
    emploi = replace(avant, **_valeurs(forme))
    if erreurs := fin_avant_debut(vars(emploi)):
        raise Invalide(erreurs=erreurs)
    phrase = avec_changements(
        f"L'emploi « {avant.intitule} » {de(fiche.jure.nom_complet)} a été modifié.",
        emploi_en_clair(avant),
        emploi_en_clair(emploi),
        _MOTS,
    )
    return _enregistrer(acte, fiche, avant, emploi, "modifier_emploi", phrase, forme.get("motif"))


def supprimer_emploi(acte: Acte, jure_id: str, emploi_id: str, corps: Any) -> dict[str, Any] | None:
    """Removes a job; answers something only where there is something to say."""
    fiche, emploi = _a_changer(acte, jure_id, emploi_id)
    forme = charger(schemas.Acte, corps)
    restants = tuple(e for e in fiche.jure.emplois if e.id != emploi.id)
    remarques = _remarques(fiche, restants)
    delete_emploi(acte.db, emploi.id)
    phrase = f"L'emploi « {emploi.intitule} » {de(fiche.jure.nom_complet)} a été supprimé."
    etats = {"avant": emploi_en_clair(emploi), "motif": forme["motif"]}
    enregistrer_jure(acte, fiche.jure, "supprimer_emploi", phrase, **etats)
    return avertissements(remarques) if remarques else None


def _a_changer(acte: Acte, jure_id: str, emploi_id: str) -> tuple[Fiche, Emploi]:
    fiche = jure_a_ecrire(acte, jure_id)
    emploi = fiche.emploi(emploi_id)
    acte.exiger_version(fiche.versions[emploi.id])
    return fiche, emploi


def _enregistrer(
    acte: Acte, fiche: Fiche, avant: Emploi | None, emploi: Emploi, action: str, phrase: str, motif: str | None
) -> dict[str, Any]:
    remarques = _remarques(fiche, (*(e for e in fiche.jure.emplois if e.id != emploi.id), emploi))
    version = fiche.versions.get(emploi.id, 0)
    if emploi != avant:
        version = save_emploi(acte.db, fiche.jure.id, emploi)
        etats: dict[str, Any] = {"avant": emploi_en_clair(avant) if avant else None, "apres": emploi_en_clair(emploi)}
        enregistrer_jure(acte, fiche.jure, action, phrase, motif=motif, **etats)
    return emploi_en_clair(emploi) | {"version": version} | avertissements(remarques)


def _remarques(fiche: Fiche, apres: tuple[Emploi, ...]) -> tuple[Manquement, ...]:
    return verifier([emploi_sous_habilitation], FaitsEmploi(fiche.dossier, apres))


def _valeurs(forme: dict[str, Any]) -> dict[str, Any]:
    valeurs = {champ: valeur for champ, valeur in forme.items() if champ not in _ACTE}
    if "titres_lies" in valeurs:
        valeurs["titres_lies"] = frozenset(valeurs["titres_lies"])
    if "employeur" in valeurs:
        valeurs["employeur"] = valeurs["employeur"] or ""
    return valeurs
