"""The work that waits for a profil: its queues, counted by the very lists that show them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import eventlet

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.config import config
from commun.domain.errors import Refus
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import Page, charger
from commun.storage.pages import feuilleter
from gateway.appel import demandeur

Parametres = dict[str, str]
EN_COURS = "sessions_en_cours"
"""The queue of a centre on the day of an exam: it comes first."""
_LES_PROCHAINES = "date_debut"
"""The order in which sessions are worked on: the list itself opens on the furthest."""


@dataclass(frozen=True)
class File:
    """A queue: a list of the API, filtered. `finie`: what is said where nothing waits there any more; `filtres`: by
    who asks."""

    code: str
    libelle: str
    finie: str
    chemin: str
    filtres: Callable[[Acteur], Parametres]


def _sessions(code: str, libelle: str, finie: str, **filtres: str) -> File:
    return File(code, libelle, finie, "/sessions", lambda acteur: {**filtres, "tri": _LES_PROCHAINES})


def _chez_soi(acteur: Acteur) -> Parametres:
    """An UD sees more than it decides on: its work is that of its département."""
    return {"departement": acteur.departement} if acteur.type is TypeProfil.UD and acteur.departement else {}


def _du_domicile(acteur: Acteur) -> Parametres:
    """A candidate of elsewhere is seen where he has a session: the service of his home decides (VAE-02)."""
    return {"region": acteur.region} if acteur.type is TypeProfil.DIRECCTE and acteur.region else _chez_soi(acteur)


ALERTES = File(
    "alertes",
    "Alertes en cours",
    "Aucune alerte : les sessions à venir de votre périmètre sont en ordre.",
    "/alertes",
    lambda acteur: {"levee": "false", "tri": _LES_PROCHAINES},
)
_AGREMENTS = File(
    "agrements_bientot_finis",
    "Agréments à renouveler dans les six mois",
    "Aucun agrément n’est à renouveler dans les six mois.",
    "/agrements",
    lambda acteur: {"a_renouveler": "true"},
)
_AGENTS = (
    _sessions(
        "sessions_a_valider",
        "Sessions à valider",
        "Aucune session n’attend votre validation.",
        etat="en_attente_de_validation",
    ),
    _sessions(
        "dte_a_traiter",
        "Demandes de DTE à traiter",
        "Aucune demande de DTE n’attend votre réponse.",
        a_faire="repondre_dte",
    ),
    _sessions(
        "pv_a_viser",
        "Procès-verbaux à viser",
        "Aucun procès-verbal n’attend votre visa.",
        a_faire="viser",
    ),
    File(
        "demandes_vae_a_decider",
        "Demandes VAE à décider",
        "Aucune demande VAE n’attend votre décision.",
        "/demandes-vae",
        lambda acteur: {"etat": "deposee"} | _du_domicile(acteur),
    ),
    ALERTES,
    File(
        "habilitations_a_valider",
        "Habilitations en brouillon à valider",
        "Aucune habilitation en brouillon n’attend d’être validée.",
        "/habilitations",
        lambda acteur: {"etat": "brouillon"} | _chez_soi(acteur),
    ),
    File(
        "habilitations_bientot_finies",
        "Habilitations à renouveler dans les six mois",
        "Aucune habilitation n’est à renouveler dans les six mois.",
        "/habilitations",
        lambda acteur: {"a_renouveler": "true"} | _chez_soi(acteur),
    ),
    _AGREMENTS,
    File(
        "controles_a_suivre",
        "Contrôles dont une suite est attendue",
        "Aucun contrôle n’attend de suite.",
        "/controles",
        lambda acteur: {"etat": "ouvert", "tri": "echeance"},
    ),
)
FILES: dict[TypeProfil, tuple[File, ...]] = {
    TypeProfil.CENTRE: (
        _sessions(
            EN_COURS,
            "Sessions qui se tiennent aujourd’hui",
            "Aucune session ne se tient aujourd’hui.",
            etat="en_cours",
        ),
        _sessions(
            "sessions_a_completer",
            "Sessions en brouillon à compléter",
            "Aucune session en brouillon n’est à compléter.",
            etat="brouillon",
        ),
        _sessions(
            "sessions_refusees",
            "Sessions refusées à reprendre",
            "Aucune session refusée n’est à reprendre.",
            etat="refusee",
        ),
        _sessions(
            "sessions_caduques",
            "Sessions caduques à redater ou à annuler",
            "Aucune session caduque n’est à redater ou à annuler.",
            etat="caduque",
        ),
        _sessions(
            "sessions_a_convoquer",
            "Sessions validées à convoquer",
            "Aucune session validée n’est à convoquer.",
            etat="validee",
        ),
        _sessions(
            "convocations_non_remises",
            "Sessions où une convocation n’est pas partie",
            "Aucune convocation n’est restée sans partir.",
            etat="convoquee",
            convocations="echec",
        ),
        _sessions(
            "dte_refuses",
            "DTE refusés à demander de nouveau",
            "Aucun DTE refusé n’est à demander de nouveau.",
            a_faire="redemander_dte",
        ),
        _sessions(
            "resultats_dus",
            "Sessions terminées à clôturer",
            "Aucune session terminée n’est à clôturer.",
            etat="a_cloturer",
        ),
        _sessions(
            "sessions_debloquees",
            "Sessions débloquées à clôturer de nouveau",
            "Aucune session débloquée n’est à clôturer de nouveau.",
            etat="debloquee",
        ),
        ALERTES,
        _AGREMENTS,
    ),
    TypeProfil.UD: _AGENTS,
    TypeProfil.DIRECCTE: _AGENTS,
    TypeProfil.NATIONAL: (
        File(
            "versions_en_preparation",
            "Versions en préparation",
            "Aucune version n’est en préparation.",
            "/versions",
            lambda acteur: {"en_preparation": "true"},
        ),
        ALERTES,
        _AGREMENTS,
    ),
}


def finie(acteur: Acteur, chemin: str, parametres: Mapping[str, str]) -> str | None:
    """Returns what is said of a list without rows where it is one of the profil's queues, on whatever page and in
    whatever order: who has just done the last of them looked for nothing."""

    def cherche(tous: Mapping[str, str]) -> Parametres:
        return {nom: valeur for nom, valeur in tous.items() if nom not in ("page", "par_page", "tri")}

    siennes = (f for f in FILES[acteur.type] if f.chemin == chemin)
    return next((f.finie for f in siennes if cherche(f.filtres(acteur)) == cherche(parametres)), None)


def lister(acte: Acte, filtres: dict[str, Any]) -> dict[str, Any]:
    """Returns a page of the profil's queues: `{code, libelle, n, lien: {chemin, parametres}}`, the list that shows its
    rows.

    All of the page are counted at once, one call each; where a service does not answer, `n` is null and the others are
    there.
    """
    siennes = [{"code": file.code, "libelle": file.libelle, "file": file} for file in FILES[acte.acteur.type]]
    page = feuilleter(siennes, charger(Page, filtres), ("code", "libelle"), lambda e: str(e["libelle"]))
    files: list[File] = [e["file"] for e in page["elements"]]
    appel = replace(acte.appel, delai=config().delai_appel / 2, version=None)
    fils = [eventlet.spawn(_compter, appel, file, acte.acteur) for file in files]
    return page | {
        "elements": [
            {"code": file.code, "libelle": file.libelle, "n": n, "lien": {"chemin": file.chemin, "parametres": siens}}
            for file, (n, siens) in zip(files, (fil.wait() for fil in fils), strict=True)
        ]
    }


def _compter(appel: Appel, file: File, acteur: Acteur) -> tuple[int | None, Parametres]:
    from gateway.api.table import PAR_OPERATION  # which knows this function too

    compter, filtres = demandeur(PAR_OPERATION[f"GET {file.chemin}"], appel), file.filtres(acteur)
    try:
        return int(compter(filtres=filtres | {"par_page": "1"})["total"]), filtres
    except Refus:
        return None, filtres
