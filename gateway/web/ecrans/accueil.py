"""The home page: what there is to do, by queues."""

from werkzeug.wrappers import Response

from gateway.web.appels import demander
from gateway.web.rendu import page
from gateway.web.site import site


@site.get("/")
def accueil() -> Response:
    """The work queues of the profil; each leads to the list that shows exactly what it counts."""
    return page("accueil.html", taches=demander("GET /taches")["elements"])
