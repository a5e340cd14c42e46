"""The letters of a session, and how their sending went."""

from dataclasses import asdict
from typing import Any

from commun.db import identifiant
from commun.errors import Introuvable
from commun.forms import Page, charger
from commun.pages import feuilleter
from commun.unit_of_work import Acte
from services.sessions.queries.fiche import en_heure, session_visible
from services.sessions.storage import convocations
from services.sessions.storage.convocations import Lettre
from services.sessions.storage.tables import convocations as table

Json = dict[str, Any]


def lister_convocations(acte: Acte, session_id: str, filtres: Json) -> Json:
    """Returns a page of the letters of a session, the latest version first."""
    session = session_visible(acte, session_id)
    lettres = convocations.lettres(acte.db, table.c.session_id == session.id)
    elements = (lettre_en_clair(lettre) for lettre in lettres)
    return feuilleter(elements, charger(Page, filtres), ("nom", "heure", "version"), lambda e: e["nom"])


def lettre_en_clair(lettre: Lettre) -> Json:
    """Returns a letter as the contract shows it."""
    c = lettre.convocation
    personne = c.convoque.personne
    return {
        "id": lettre.id,
        "session_id": lettre.session_id,
        "type": c.convoque.qualite,
        "personne_id": personne.id,
        "nom": f"{personne.nom_usage or personne.nom} {personne.prenoms}",
        "heure": en_heure(c.heure),
        "version": c.version,
        "editee_le": c.editee_le,
        "statut": lettre.statut,
        "erreur": lettre.erreur,
        "annulee": lettre.annulee,
        "annulation": asdict(lettre.annulation) if lettre.annulation else None,
    }


def lettre_visible(acte: Acte, convocation_id: str) -> Lettre:
    """Returns a letter of a session of the actor's perimeter."""
    lettre = convocations.lettre(acte.db, identifiant(convocation_id))
    if lettre is None:
        raise Introuvable()
    session_visible(acte, lettre.session_id)
    return lettre
