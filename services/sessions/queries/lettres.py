"""The letters of a session, and how their sending went."""

from dataclasses import asdict

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.schemas.forms import Page, charger
from commun.storage.db import identifiant
from commun.storage.pages import feuilleter
from services.sessions.documents.modele import Personne
from services.sessions.queries.fiche import en_heure, session_visible
from services.sessions.storage import convocations
from services.sessions.storage.convocations import Lettre
from services.sessions.storage.sessions import Inscrit, inscrits
from services.sessions.storage.tables import convocations as table


def lister_convocations(acte: Acte, session_id: str, filtres: Json) -> Json:
    """Returns a page of the letters of a session, the latest version first."""
    session = session_visible(acte, session_id)
    lettres = convocations.lettres(acte.db, table.c.session_id == session.id)
    connus = inscrits(acte.db, [session.id])
    elements = (lettre_en_clair(lettre, connus.get((session.id, _a_qui(lettre).id))) for lettre in lettres)
    return feuilleter(elements, charger(Page, filtres), ("nom", "heure", "version"), lambda e: e["nom"])


def lettre_en_clair(lettre: Lettre, inscrit: Inscrit | None) -> Json:
    """Returns a letter as the contract shows it. `inscrit`: to whom it was sent, as he is now; `None` if he left."""
    c = lettre.convocation
    personne = _a_qui(lettre)
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
        "identite_changee": inscrit is not None and not inscrit.personne.est_appele(personne),
        "annulation": asdict(lettre.annulation) if lettre.annulation else None,
    }


def _a_qui(lettre: Lettre) -> Personne:
    return lettre.convocation.convoque.personne


def lettre_visible(acte: Acte, convocation_id: str) -> Lettre:
    """Returns a letter of a session of the actor's perimeter."""
    lettre = convocations.lettre(acte.db, identifiant(convocation_id))
    session_visible(acte, lettre.session_id)
    return lettre
