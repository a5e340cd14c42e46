"""Refusals as RFC 9457 problem documents."""

from typing import Any

import orjson
from flask import Response, g

_TITRES = {
    400: "Demande illisible",
    401: "Identification requise",
    403: "Action non permise",
    404: "Introuvable",
    405: "Méthode non permise",
    408: "Envoi trop lent",
    409: "Règle de gestion",
    412: "Version périmée",
    413: "Demande trop volumineuse",
    422: "Informations incorrectes",
    429: "Trop de demandes",
    500: "Erreur inattendue",
    503: "Service indisponible",
}


def json(corps: Any, statut: int = 200, type_: str = "application/json") -> Response:
    """Returns a JSON answer."""
    return Response(orjson.dumps(corps, option=orjson.OPT_NON_STR_KEYS), statut, content_type=type_)


def probleme(clair: dict[str, Any]) -> Response:
    """Returns the answer for a refusal said as `Refus.en_clair()`."""
    statut, code = clair["statut"], clair["code"]
    document = {
        "type": f"urn:ceres:probleme:{code}",
        "title": "Confirmation requise" if code == "CONFIRMATION_REQUISE" else _TITRES.get(statut, "Erreur"),
        "status": statut,
        "detail": clair["detail"],
        "code": code,
        "manquements": clair.get("manquements", []),
        "erreurs": _par_champ(clair.get("erreurs", {})),
        "contexte": clair.get("contexte", {}),
        "requete": g.get("requete", ""),
    }
    if "avertissements" in clair:
        document["avertissements"] = clair["avertissements"]
    reponse = json(document, statut, "application/problem+json")
    if "reessayer_dans" in clair:
        reponse.headers["Retry-After"] = str(clair["reessayer_dans"])
    if statut == 401:
        reponse.headers["WWW-Authenticate"] = "Bearer"
    return reponse


def _par_champ(erreurs: Any) -> Any:
    """Returns what is said of each field. Of an object whose keys are free, marshmallow tells a key from its value: a
    client reads the messages of that key."""
    if not isinstance(erreurs, dict):
        return erreurs
    if erreurs and erreurs.keys() <= {"key", "value"}:
        return [message for messages in erreurs.values() for message in messages]
    return {champ: _par_champ(dites) for champ, dites in erreurs.items()}
