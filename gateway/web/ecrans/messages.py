"""One's messages, and what one wants to be told of."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from commun.domain.fiches import page_de
from gateway.web.appels import demander
from gateway.web.formulaires import Formulaire
from gateway.web.listes import Filtre, Liste
from gateway.web.mots import GENRES
from gateway.web.rendu import qui_suis_je
from gateway.web.site import chez_nous, site


@site.get("/messages")
def messages() -> Response:
    """The messages of the account, newest first."""
    return Liste(
        operation="GET /messages",
        intitule="Messages",
        nom=("message", "messages"),
        recherche="Un mot du message",
        colonnes=(),
        lignes="",
        filtres=(Filtre("non_lus", "Lecture", (("true", "Non lus seulement"),)),),
        sans_resultat=Liste.sans_resultat if request.args.get("q") else "Vous avez lu tous vos messages.",
        filtres_enregistres=False,
    ).repondre(gabarit="messages/liste.html", genres=GENRES, page_de=page_de)


@site.post("/messages/<message_id>/lu")
def lire_message(message_id: str) -> Response:
    """Marks a message as read, and goes back to the same page of the list."""
    demander("POST /messages/<message_id>/lu", message_id=message_id)
    return _revenir()


@site.post("/messages/lus")
def lire_messages() -> Response:
    """Marks as read all that the list shows, whatever its page, and goes back to it, filtered as it was."""
    vus = {nom: request.args[nom] for nom in ("q", "jusqu_a") if request.args.get(nom)}
    demander("POST /messages/lus", corps=vus)
    return _revenir()


@site.route("/messages/preferences", methods=["GET", "POST"])
def preferences() -> Response:
    """What one is told of, how, and the profil in which one comes in."""
    return Formulaire(
        operation="PUT /moi/preferences",
        gabarit="messages/preferences.html",
        intitule="Mes préférences",
        initial=demander("GET /moi/preferences"),
        retour=lambda _: url_for("web.preferences"),
        dit="Vos préférences sont enregistrées.",
        contexte={"genres": GENRES, "profils": [(p["id"], p["libelle"]) for p in qui_suis_je()["profils"]]},
        annuler=url_for("web.messages"),
    ).repondre()


def _revenir() -> Response:
    retour = chez_nous(request.args.get("retour", url_for("web.messages")))
    return redirect(f"{retour}#contenu", 303)
