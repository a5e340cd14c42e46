"""The page behind an attestation's QR code: valid, replaced or withdrawn, and nothing more of anybody."""

from flask import Response, g

from commun.appel import Appel
from commun.config import config
from commun.errors import Refus
from commun.rpc import client
from gateway import pages

_PHRASES = {
    "valide": "Cette attestation est valide.",
    "remplacee": "Cette attestation a été remplacée par une autre : elle n'est plus valable.",
    "retiree": "Cette attestation a été retirée : elle n'est plus valable.",
}


def page(code: str) -> Response:
    """Answers `GET /verifications/<code>`, which the QR code opens in a browser."""
    appel = Appel(g.requete, delai=config().delai_appel)
    try:
        verdict = client.appeler("sessions", "verifier_attestation", appel, code=code)
    except Refus as refus:
        clair = refus.en_clair()
        introuvable = clair["statut"] == 404
        return pages.dire("Aucune attestation ne porte ce code.", 404) if introuvable else pages.refuser(refus)
    return pages.dire(_PHRASES[verdict["statut"]])
