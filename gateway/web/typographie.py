"""A page as a printer sets it."""

import re

INSECABLE = "\N{NO-BREAK SPACE}"
_APOSTROPHE = re.compile(r"(?<=\w)'(?=[\w*])")  # or what a word of the guide that stands out begins by
_LIAISONS = (*((f" {signe}", f"{INSECABLE}{signe}") for signe in ":;?!»"), ("« ", f"«{INSECABLE}"))
_SAISIES = re.compile(r'(value="[^"]*"|<textarea.*?</textarea>)', re.DOTALL)
"""What the forms of a page send back."""


def apostrophes(texte: str) -> str:
    """Returns a text that is all ours with the apostrophe of a printer, « l’agent »."""
    return _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", texte)


def insecables(page: str) -> str:
    """Returns a page of which no line begins with « : » nor ends with a guillemet; its forms hold what was typed."""
    morceaux = _SAISIES.split(page)
    for rang in range(0, len(morceaux), 2):
        for secable, insecable in _LIAISONS:
            morceaux[rang] = morceaux[rang].replace(secable, insecable)
    return "".join(morceaux)
