"""The communes that a form proposes while one types (statique/communes.js); without scripts, one types them."""

from flask import jsonify, request
from werkzeug.wrappers import Response

from gateway.web.appels import demander
from gateway.web.site import site

_PROPOSEES = 12


@site.get("/communes")
def communes() -> Response:
    """The first communes that answer to a name, an INSEE code or a postcode, as the API shows them."""
    filtres = {"q": request.args.get("q", ""), "par_page": _PROPOSEES}
    return jsonify(demander("GET /communes", filtres=filtres)["elements"])
