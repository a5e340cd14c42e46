"""Chromium, for the tests of the pages: Debian's, which brings what it needs.

Its headless shell is the same engine without the windows that nobody sees: opening pages, it takes a quarter of the
processor's time. The whole browser alone speaks French, as its users have it: the guide's pictures are taken with it.
"""

import shutil

from local.rabbit import apt_get, installable

_COQUILLE = "chromium-headless-shell"
_ENTIER = ("chromium", "google-chrome")
_INSTALLER = ("install", "--yes", "--no-install-recommends")


def programme(*, entier: bool = False) -> str | None:
    """Returns where it is: the shell if there is one, the whole browser else, or where it must be (`entier`)."""
    voulus = _ENTIER if entier else (_COQUILLE, *_ENTIER)
    return next(filter(None, map(shutil.which, voulus)), None)


def installer(*, entier: bool = False) -> str | None:
    """Installs it where we may; returns where it is. Where the whole browser is, the shell is asked for once: without
    it, that one serves.
    """
    deja = programme(entier=True) if entier else shutil.which(_COQUILLE)
    voulus = ("chromium", "chromium-l10n") if entier else (_COQUILLE,)
    if not deja and installable() and apt_get(*_INSTALLER, *voulus).returncode and not programme():
        apt_get("update")
        if apt_get(*_INSTALLER, *voulus).returncode:
            apt_get(*_INSTALLER, "chromium", "chromium-l10n")
    return programme(entier=entier)
