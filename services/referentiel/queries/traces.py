"""The blocs traçabilité of the référentiel."""

from collections.abc import Container, Mapping

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
    return audit.page(acte.db, "controle", controle.id, filtres, lambda lignes: _sessions_nommees(acte, lignes))


def _sessions_nommees(acte: Acte, lignes: list[Json]) -> list[Json]:
    """Returns the traces of a contrôle, its sessions by their numbers, without those that the reader does not see."""
    etats = [etat for ligne in lignes for etat in (ligne["avant"], ligne["apres"]) if etat]
    vues, cachees = sessions_vues(acte, {etat["session_id"] for etat in etats if etat["session_id"]})
    noms = vues | dict.fromkeys(cachees, "une session d'un autre territoire")
    return [_nommer(ligne, noms, cachees) for ligne in lignes]


def _nommer(ligne: Json, noms: Mapping[str, str], cachees: Container[str]) -> Json:
    vides = {
        nom: ligne[nom] | {"session_id": None} for nom in _ETATS if (ligne[nom] or {}).get("session_id") in cachees
    }
    phrase = ligne["phrase"]
    for cle, nom in noms.items():
        phrase = phrase.replace(cle, nom)
    return ligne | vides | {"phrase": phrase}
