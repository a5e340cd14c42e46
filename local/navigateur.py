"""Chromium, for the tests of the pages: Debian's, which brings what it needs; in French, as its users have it."""

import shutil

from local.rabbit import apt_get, installable


def programme() -> str | None:
    """Returns where it is."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def installer() -> str | None:
    """Installs it where we may; returns where it is."""
    if installable():
        apt_get("update")
        apt_get("install", "--yes", "--no-install-recommends", "chromium", "chromium-l10n")
    return programme()
