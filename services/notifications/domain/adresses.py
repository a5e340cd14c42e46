"""E-mail addresses as people see those of others. Pure."""


def masquer(courriel: str) -> str:
    """Returns an address that its owner recognises and nobody else can use: « j…n@exemple.fr »."""
    locale, _, domaine = courriel.partition("@")
    fin = locale[-1] if len(locale) > 3 else ""
    return f"{locale[:1]}…{fin}@{domaine}"
