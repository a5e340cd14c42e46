"""The addresses of the pages, as the gateway's screens say them."""

from flask import Flask
from werkzeug.routing import Map

from gateway.web.site import lire_les_ecrans, site


def adresses_des_pages() -> Map:
    """Returns every address of the pages, and no other."""
    lire_les_ecrans()
    app = Flask(__name__)
    app.register_blueprint(site)
    return app.url_map
