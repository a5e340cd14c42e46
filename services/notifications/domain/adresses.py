"""E-mail addresses as people see those of others. Pure."""

import re

_ADRESSE = re.compile(r"""("[^"]*"|(?<![^\s"<>(),:;])[^\s"<>(),:;]+)@[^\s"<>(),:;]+""")
"""It is looked for from where a word begins: from each letter, a long one would take hours."""
_TUE = "[adresse]"


def masquer(courriel: str) -> str:
    """Returns an address that its owner recognises and nobody else can use: « j…n@exemple.fr »."""
    locale, _, domaine = courriel.partition("@")
    fin = locale[-1] if len(locale) > 3 else ""
    return f"{locale[:1]}…{fin}@{domaine}"


def boite(courriel: str) -> str:
    """Returns the mailbox that an address leads to, as many servers have it: what follows « + » is said at will, and a
    thousand such addresses fill one."""
    locale, arobase, domaine = courriel.rpartition("@")
    return f"{locale.partition('+')[0] or locale}{arobase}{domaine}"


def sans_adresses(texte: str) -> str:
    """Returns a server's words without the addresses that they quote: kept and told to others, they name nobody. Nor is
    a NUL left there, which PostgreSQL does not hold: nobody could write what became of the mail, and no other left.
    """
    return _ADRESSE.sub(_TUE, texte.replace("\0", ""))
