"""The templates: from facts to text and HTML, style written into each tag as mail readers want it."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from commun.config import config
from commun.domain.textes import enumerer

_DOSSIER = Path(__file__).parent.parent / "gabarits"
_ADRESSE = re.compile(r"(?<=[^\W_])(?=\.[^\W\d_]{2}|://)")
"""Where mail readers see an address of the web: « exemple.fr », « https://… », not « S.A.R.L. », nor a date."""
_PROFILS = {"CENTRE": "Centre", "UD": "UD", "DIRECCTE": "DIRECCTE", "NATIONAL": "National"}


def lien(chemin: str) -> str:
    """Returns the public address of a call of the API."""
    return f"{config().url_publique}/api/v1{chemin}"


def profils_en_clair(profils: Iterable[str]) -> str:
    """Returns « Profil Centre », « Profils DIRECCTE et UD »."""
    noms = [_PROFILS[profil] for profil in profils]
    return f"{'Profils' if len(noms) > 1 else 'Profil'} {enumerer(noms)}"


def a_la_ligne(texte: str) -> Markup:
    """Returns a text as HTML that keeps its line breaks, in tags: not every mail reader knows of `white-space`."""
    return Markup("<br>").join(texte.splitlines())


def sans_lien(texte: str) -> str:
    """Returns what others have typed so that no mail reader makes a link of it: a centre, or who invites, chooses its
    name, and CERES would take where it likes who trusts what the State writes to him. It reads the same.
    """
    return _ADRESSE.sub("\N{WORD JOINER}", texte)


@cache
def _environnement() -> Environment:
    env = Environment(  # nosec B701
        loader=FileSystemLoader(_DOSSIER),
        autoescape=lambda nom: nom is not None and nom.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= {"profils": profils_en_clair, "a_la_ligne": a_la_ligne, "sans_lien": sans_lien}
    return env


@cache
def _style() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def texte(nom: str, **faits: Any) -> str:
    """Returns the text part of a letter."""
    return _environnement().get_template(f"{nom}.txt.j2").render(faits).strip() + "\n"


def html(nom: str, *, objet: str, **faits: Any) -> str:
    """Returns the HTML part of a letter, or a page."""
    brut = _environnement().get_template(f"{nom}.html.j2").render({"apercu": None, **faits, "objet": objet})
    return _style().inline(brut)
