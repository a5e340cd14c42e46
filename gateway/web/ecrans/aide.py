"""The guide, for everybody: who cannot sign in needs it first. Each page is a Markdown file of `gateway/web/aide`."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from flask import send_from_directory, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from commun.domain.errors import Introuvable
from commun.domain.textes import normaliser
from gateway.web.rendu import page
from gateway.web.site import public, site
from gateway.web.typographie import apostrophes

if TYPE_CHECKING:  # loaded by the first page that somebody reads
    from markdown_it.token import Token

GUIDE = Path(__file__).resolve().parent.parent / "aide"
_UNE_HEURE = 3600


@dataclass(frozen=True)
class Chapitre:
    """A page of the guide: its title, its parts as (anchor, heading), what it says as HTML."""

    titre: str
    parties: tuple[tuple[str, str], ...]
    corps: str


@site.get("/aide")
@site.get("/aide/<nom>")
@public
def aide(nom: str = "index") -> Response:
    """A page of the guide."""
    if nom not in noms():
        raise Introuvable("Cette adresse n’existe pas.")
    return page("publiques/aide.html", chapitre=chapitre(nom), accueil=nom == "index")


@site.get("/aide/images/<nom>")
@public
def image_de_l_aide(nom: str) -> Response:
    """A picture of the guide."""
    if nom not in {fichier.name for fichier in (GUIDE / "images").iterdir()}:
        raise Introuvable("Cette adresse n’existe pas.")
    return send_from_directory(GUIDE / "images", nom, max_age=_UNE_HEURE)


def noms() -> set[str]:
    """Returns the names of the guide's pages."""
    return {fichier.stem for fichier in GUIDE.glob("*.md")}


@cache
def chapitre(nom: str) -> Chapitre:
    """Returns a page of the guide, whose file is there."""
    from markdown_it import MarkdownIt

    lecteur = MarkdownIt("commonmark", {"html": False}).enable("table")
    jetons = lecteur.parse(apostrophes((GUIDE / f"{nom}.md").read_text("utf-8")))
    titre, parties, suite = jetons[1].content, [], []
    for ouvrant, contenu in pairwise(jetons[3:]):  # after the title, which is the page's own
        suite.append(ouvrant)
        if ouvrant.tag == "h2" and ouvrant.nesting == 1:
            ancre = re.sub(r"\W+", "-", normaliser(contenu.content)).strip("-")
            ouvrant.attrSet("id", ancre)
            parties.append((ancre, contenu.content))
        elif ouvrant.type == "table_open":
            ouvrant.attrSet("class", "ceres-tableau")
            suite.append(_legende(parties[-1][1] if parties else titre))
        elif ouvrant.type == "th_open":
            ouvrant.attrSet("scope", "col")
        for interne in ouvrant.children or ():
            _situer(interne)
    corps = lecteur.renderer.render([*suite, jetons[-1]], lecteur.options, {})
    return Chapitre(titre, tuple(parties), corps)


def _legende(intitule: str) -> "Token":
    """Returns the caption of a table: the heading under which it stands, which is read already by who sees."""
    from markdown_it.token import Token

    return Token("html_block", "", 0, content=f'<caption class="fr-sr-only">{escape(intitule)}</caption>')


def _situer(jeton: "Token") -> None:
    """Makes the address of a link or of a picture, relative in the file, that of the site."""
    if jeton.type == "link_open":
        jeton.attrSet("href", url_for("web.aide", nom=str(jeton.attrs["href"]).removesuffix(".md")))
    elif jeton.type == "image":
        jeton.attrSet("src", url_for("web.image_de_l_aide", nom=Path(str(jeton.attrs["src"])).name))
        jeton.attrSet("class", "ceres-photo")
        jeton.attrSet("loading", "lazy")
