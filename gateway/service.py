"""The gateway as a nameko service: one catch-all entrypoint in front of the Flask application."""

from functools import cache

from flask import Flask
from werkzeug import Request, Response

from commun.actes.methodes import UNE_HEURE, commande, ecoute, lecture, minuterie
from commun.actes.unite import Unite
from commun.traces import sceaux
from gateway.affluence import affluence
from gateway.app import creer_application
from gateway.auth import Signature
from gateway.commands import connexion, conservation, reception
from gateway.exports import Exports
from gateway.flux import Flux
from gateway.queries import comptes, courriel, invitations, renouvellements
from gateway.serveur import toute_demande


class Passerelle:
    """HTTP clients of CERES. Every request is a worker of nameko's pool: it ends before a SIGTERM takes the process."""

    name = "gateway"
    acte = Unite()
    signature = Signature()
    flux = Flux()
    exports = Exports()

    toutes_les_dix_minutes = minuterie(600, connexion.nettoyer)
    ranger = minuterie(UNE_HEURE, conservation.ranger)
    sceller_les_traces = minuterie(UNE_HEURE, sceaux.tenir)

    @toute_demande
    def repondre(self, requete: Request) -> Response:
        if requete.environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":  # as eventlet knows it
            requete.environ["wsgi.input_terminated"] = True  # else werkzeug reads no body that does not say its length
        with affluence.servir():
            reponse = Response.from_app(_application(), requete.environ)
        if "Content-Length" not in reponse.headers:  # it leaves bit by bit: an event, the last line of a cut file
            requete.environ["eventlet.minimum_write_chunk_size"] = 1
        return reponse


@cache
def _application() -> Flask:
    """Returns the process's Flask application, made on its first request."""
    return creer_application()


class PasserelleGardes:
    """What services ask of the gateway, which alone knows the accounts, and what they tell it: apart from HTTP, whose
    workers are people's.
    """

    name = "gateway_gardes"
    acte = Unite("gateway")

    destinataires = lecture(comptes.destinataires)
    acces = lecture(comptes.acces)
    nom = lecture(comptes.nom_de, d_un_trait=True)
    invitation = lecture(invitations.lettre)
    renouvellement = lecture(renouvellements.lettre)
    demande_courriel = lecture(courriel.lettre_de_la_demande)
    changement_courriel = lecture(courriel.lettre_du_changement)
    etablissement_publie = ecoute(
        reception.recevoir_etablissement, "referentiel.etablissement_publie", file="gateway.etablissements"
    )
    reconstruire_repliques = commande(reception.reconstruire_repliques)


SERVICES = [Passerelle, PasserelleGardes]
