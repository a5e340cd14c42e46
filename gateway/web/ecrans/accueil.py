"""The home page: what there is to do, by queues."""

from werkzeug.wrappers import Response

from gateway.queries.taches import EN_COURS
from gateway.web.appels import demander
from gateway.web.rendu import page
from gateway.web.site import site

_MONTREES = 5
"""Sessions of the day that are shown one by one; beyond, there is the list."""


@site.get("/")
def accueil() -> Response:
    """The work queues of the profil; each leads to the list that shows exactly what it counts. On the day of an exam, a
    centre sees first the session that it holds, with what it needs there."""
    taches = demander("GET /taches")["elements"]
    du_jour = next((t for t in taches if t["code"] == EN_COURS and t["n"]), None)
    tenues = None
    if du_jour:
        filtres = du_jour["lien"]["parametres"] | {"par_page": _MONTREES, "actions": "false"}
        tenues = demander("GET /sessions", filtres=filtres)["elements"]
    return page("accueil.html", taches=[t for t in taches if t is not du_jour], du_jour=du_jour, tenues=tenues)
