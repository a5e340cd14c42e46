"""The blocs traçabilité of the référentiel."""

from collections.abc import Iterable

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.traces import audit
from services.referentiel.queries.controles import controle_visible, sessions_vues
from services.referentiel.queries.perimetre import agrement_visible, etablissement_visible
from services.referentiel.queries.titres import fiche_titre

_ETATS = ("avant", "apres")


def traces_titre(acte: Acte, code: str, filtres: Json) -> Json:
    """Returns a page of what was done to a titre, newest first."""
    return audit.page(acte.db, "titre", fiche_titre(acte, code)["code"], filtres)


def traces_etablissement(acte: Acte, etablissement_id: str, filtres: Json) -> Json:
    """Returns a page of what was done to an établissement and its sites, newest first."""
    etablissement, _ = etablissement_visible(acte, etablissement_id)
    return audit.page(acte.db, "etablissement", etablissement.id, filtres)


def traces_agrement(acte: Acte, agrement_id: str, filtres: Json) -> Json:
    """Returns a page of what was done to an agrément, newest first."""
    return audit.page(acte.db, "agrement", agrement_visible(acte, agrement_id).agrement.id, filtres)


def traces_controle(acte: Acte, controle_id: str, filtres: Json) -> Json:
    """Returns a page of what was done to a contrôle, newest first."""
    controle, *_ = controle_visible(acte, controle_id)
    return audit.page(acte.db, "controle", controle.id, filtres, lambda lignes: _sans_sessions_d_ailleurs(acte, lignes))


def _sans_sessions_d_ailleurs(acte: Acte, lignes: list[Json]) -> list[Json]:
    """Returns the traces of a contrôle without the sessions that the reader does not see."""
    etats = [etat for ligne in lignes for etat in (ligne["avant"], ligne["apres"]) if etat]
    _, cachees = sessions_vues(acte, {etat["session_id"] for etat in etats if etat["session_id"]})
    return [_sans(ligne, cachees) for ligne in lignes]


def _sans(ligne: Json, cachees: Iterable[str]) -> Json:
    for cle in cachees:
        vides = {
            nom: ligne[nom] | {"session_id": None} for nom in _ETATS if (ligne[nom] or {}).get("session_id") == cle
        }
        ligne = ligne | vides | {"phrase": ligne["phrase"].replace(cle, "une session d'un autre territoire")}
    return ligne
