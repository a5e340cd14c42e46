"""The gateway as a nameko service: one catch-all entrypoint in front of the Flask application."""

from functools import cache
from typing import Any

from flask import Flask
from werkzeug import Request, Response

from commun import conservation, sceaux
from commun.inbox import on_event
from commun.rpc import rpc
from commun.timers import timer
from commun.unit_of_work import Recu
from commun.unite import Unite
from gateway.affluence import affluence
from gateway.app import creer_application
from gateway.commands import connexion, reception
from gateway.commands import conservation as actes_conservation
from gateway.exports import Exports
from gateway.flux import Flux
from gateway.queries import comptes, courriel, invitations, renouvellements
from gateway.serveur import http

_METHODES = "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS"


class Passerelle:
    """HTTP clients of CERES. Every request is a worker of nameko's pool: it ends before a SIGTERM takes the process."""

    name = "gateway"
    acte = Unite()
    flux = Flux()
    exports = Exports()

    @http(_METHODES, "/")
    def accueil(self, requete: Request) -> Response:
        return self._repondre(requete)

    @http(_METHODES, "/<path:chemin>")
    def page(self, requete: Request, chemin: str) -> Response:
        return self._repondre(requete)

    @timer(chaque=600)
    def toutes_les_dix_minutes(self) -> None:
        self.acte.faire(connexion.nettoyer)

    @timer(chaque=conservation.CHAQUE)
    def ranger(self) -> None:
        self.acte.faire(actes_conservation.ranger)

    @timer(chaque=sceaux.CHAQUE)
    def sceller_les_traces(self) -> None:
        sceaux.tenir(self.acte)

    @staticmethod
    def _repondre(requete: Request) -> Response:
        if requete.environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":  # as eventlet knows it
            requete.environ["wsgi.input_terminated"] = True  # else werkzeug reads no body that does not say its length
        with affluence.servir():
            reponse = Response.from_app(_application(), requete.environ)
        if reponse.mimetype == "text/event-stream":
            requete.environ["eventlet.minimum_write_chunk_size"] = 1  # an event leaves at once, however small
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

    @rpc
    def destinataires(self, **portees: Any) -> Any:
        return self.acte.lire(comptes.destinataires, **portees)

    @rpc
    def nom(self, identifiant: str) -> Any:
        return self.acte.lire_d_un_trait(comptes.nom_de, identifiant)

    @rpc
    def invitation(self, invitation_id: str, envoi: int) -> Any:
        return self.acte.lire(invitations.lettre, invitation_id, envoi)

    @rpc
    def renouvellement(self, renouvellement_id: str) -> Any:
        return self.acte.lire(renouvellements.lettre, renouvellement_id)

    @rpc
    def demande_courriel(self, changement_id: str, a: str) -> Any:
        return self.acte.lire(courriel.lettre_de_la_demande, changement_id, a)

    @rpc
    def changement_courriel(self, changement_id: str, a: str) -> Any:
        return self.acte.lire(courriel.lettre_du_changement, changement_id, a)

    @on_event("referentiel.etablissement_publie", file="gateway.etablissements")
    def etablissement_publie(self, recu: Recu) -> None:
        self.acte.consommer(recu, reception.recevoir_etablissement)

    @rpc
    def reconstruire_repliques(self) -> Any:
        return self.acte.faire(reception.reconstruire_repliques)


SERVICES = [Passerelle, PasserelleGardes]
