"""What CERES mails in the scenarios, read where developers read it."""

from typing import Any

import httpx

from tests.outils.attente import attendre


def courriels(url: str, adresse: str, au_moins: int = 1) -> list[dict[str, Any]]:
    """Returns the mails to an address, newest first, once there are enough of them."""

    def recus() -> list[dict[str, Any]]:
        lus: list[dict[str, Any]] = httpx.get(
            f"{url}/messages.json", params={"a": adresse}, verify=False, timeout=30
        ).json()
        return lus if len(lus) >= au_moins else []

    return list(attendre(recus))
