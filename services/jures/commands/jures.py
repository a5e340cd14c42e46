"""Acts on a juré himself: creating, changing, inactivating, activating."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.lifecycle import exiger_regles
from commun.domain.territoires import departement_de, region_du
from commun.domain.textes import de
from commun.schemas.champs import au_departement, dit_ou
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from commun.storage.requetes import attendre_son_tour
from commun.traces.changements import avec_changements, ce_qui_change
from services.jures import schemas
from services.jures.commands.ecriture import enregistrer_jure, jure_reussi
from services.jures.commands.preparation import demander_sessions, jure_a_ecrire
from services.jures.domain.doublons import cles_de_rapprochement
from services.jures.domain.lifecycle import JURE, ActionJure
from services.jures.domain.model import TELEPHONES, Adresse, Jure, Proches, StatutJure
from services.jures.domain.perimetre import exiger_agent, peut_ecrire
from services.jures.domain.rules import aucun_jure_proche
from services.jures.queries.perimetre import fiches_visibles
from services.jures.queries.vues import identite
from services.jures.storage.fiches import Fiche, proches

_TEXTES = ("civilite", "nom", "nom_usage", "prenom", "courriel", *TELEPHONES)
_MOTS = {
    "civilite": "La civilité a été changée",
    "nom": "Le nom a été changé",
    "nom_usage": "Le nom d'usage a été changé",
    "prenom": "Le prénom a été changé",
    "date_naissance": "La date de naissance a été changée",
    "telephone_professionnel": "Le téléphone professionnel a été changé",
    "telephone_personnel": "Le téléphone personnel a été changé",
    "courriel": "L'adresse électronique a été changée",
    "adresse": "L'adresse a été changée",
    "departement": "Le département a été changé",
    "region": "La région a été changée",
}


def creer_jure(acte: Acte, corps: Any) -> dict[str, Any]:
    """Creates a juré in the agent's territory, after showing who may be the same person (JUR-06)."""
    exiger_agent(acte.acteur)
    forme = charger(schemas.NouveauJure, corps, aussi=partial(_fautes, avant=None, jour=acte.jour()))
    jure = Jure(id=nouvel_id(), **_valeurs(forme))
    if not peut_ecrire(acte.acteur, jure):
        raise Introuvable("Ce juré n'habite pas votre territoire : c'est au service de son département de le créer.")
    attendre_son_tour(acte.db, *cles_de_rapprochement(jure))  # so that one person is not created twice at once
    ids = proches(acte.db, jure)
    visibles = fiches_visibles(acte, ids)
    constat = Proches(tuple(fiche.jure for fiche in visibles), existe_ailleurs=len(visibles) < len(ids))
    remarques = exiger_regles([aucun_jure_proche], constat, forme["confirmer"])
    phrase = f"Le juré {jure.nom_complet} a été créé."
    enregistrer_jure(acte, jure, "creer", phrase, apres=identite(jure), motif=forme["motif"])
    return jure_reussi(acte, jure.id, remarques)


def modifier_jure(acte: Acte, jure_id: str, corps: Any) -> dict[str, Any]:
    """Changes a juré. One who moves away goes to the service of his new département."""
    fiche = jure_a_ecrire(acte, jure_id)
    acte.exiger_version(fiche.version)
    vues = partial(_fautes, avant=fiche.jure, jour=acte.jour())
    with au_departement(fiche.jure.departement):
        forme = charger(schemas.ModificationJure, corps, partiel=True, deja={"adresse": None}, aussi=vues)
    jure = replace(fiche.jure, **_valeurs(forme))
    avant, apres = identite(fiche.jure), identite(jure)
    if apres != avant:
        enregistrer_jure(
            acte,
            jure,
            "modifier",
            avec_changements(f"La fiche {de(jure.nom_complet)} a été modifiée.", avant, apres, _MOTS),
            avant=ce_qui_change(avant, apres),
            apres=ce_qui_change(apres, avant),
            motif=forme.get("motif"),
        )
    return jure_reussi(acte, jure.id)


def inactiver_jure(acte: Acte, jure_id: str, corps: Any) -> Etapes[Any]:
    """Inactivates a juré, whose sessions to come are asked for at this very moment (JUR-02, 03, 04)."""
    fiche = jure_a_ecrire(acte, jure_id)
    acte.exiger_version(fiche.version)
    forme = charger(schemas.Acte, corps)
    if fiche.jure.statut is StatutJure.ACTIF:
        acte.reserver(f"{ActionJure.INACTIVER}_jure", fiche.jure.id)
        fiche = yield from demander_sessions(acte, fiche)
        acte.exiger_version(fiche.version)
    return _changer_statut(acte, ActionJure.INACTIVER, fiche, forme)


def activer_jure(acte: Acte, jure_id: str, corps: Any) -> dict[str, Any]:
    """Activates a juré."""
    fiche = jure_a_ecrire(acte, jure_id)
    acte.exiger_version(fiche.version)
    return _changer_statut(acte, ActionJure.ACTIVER, fiche, charger(schemas.Acte, corps))


def _changer_statut(acte: Acte, action: ActionJure, fiche: Fiche, forme: dict[str, Any]) -> dict[str, Any]:
    jure = fiche.jure
    decision = JURE.decider(action, jure.statut, acte.acteur.type, fiche.dossier).exiger(forme["confirmer"])
    apres = replace(jure, statut=StatutJure(str(decision.vers)))
    if apres != jure:
        phrase = f"Le juré {jure.nom_complet} est maintenant {apres.statut} : il était {jure.statut}."
        etats: dict[str, Any] = {"avant": {"statut": jure.statut}, "apres": {"statut": apres.statut}}
        nom = {ActionJure.INACTIVER: "inactivation", ActionJure.ACTIVER: "activation"}[action]  # of its address
        enregistrer_jure(acte, apres, nom, phrase, annonce=action.value, motif=forme["motif"], **etats)
    return jure_reussi(acte, jure.id, decision.remarques)


def _fautes(forme: dict[str, Any], *, avant: Jure | None, jour: date) -> dict[str, list[str]]:
    """Returns what a schema cannot see, of what is sound in a form."""
    erreurs: dict[str, list[str]] = {}
    if (forme.get("date_naissance") or jour) > jour:
        erreurs["date_naissance"] = ["Cette date est à venir : vérifiez l'année."]
    if not dit_ou(forme):
        return erreurs
    lieu, departement = _lieu(forme, avant)
    if lieu and region_du(departement) is None:
        erreurs["adresse"] = [f"Le code {lieu} ne correspond à aucun département : vérifiez ce code."]
    elif departement and forme.get("departement") not in (None, departement):
        erreurs["departement"] = [f"L'adresse est dans le département {departement} : indiquez celui-là, ou rien."]
    return erreurs


def _lieu(forme: dict[str, Any], avant: Jure | None) -> tuple[str | None, str]:
    """Returns the code by which a form says where a juré lives, if it does, and the département: his own otherwise."""
    adresse = forme.get("adresse")
    if adresse is None:
        return None, avant.departement if avant else ""
    insee, postal = adresse.get("code_insee"), adresse.get("code_postal")
    return insee or postal, departement_de(insee, postal) or ""


def _valeurs(forme: dict[str, Any]) -> dict[str, Any]:
    """Returns the fields of a juré that a form gives."""
    valeurs: dict[str, Any] = {champ: forme[champ] or "" for champ in _TEXTES if champ in forme}
    if "date_naissance" in forme:
        valeurs["date_naissance"] = forme["date_naissance"]
    if "adresse" in forme:
        _, departement = _lieu(forme, None)
        adresse = Adresse(**{champ: valeur or "" for champ, valeur in forme["adresse"].items()})
        valeurs |= {"adresse": adresse, "departement": departement, "region": region_du(departement)}
    return valeurs
