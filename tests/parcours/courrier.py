"""What CERES mails in the scenarios, read where developers read it."""

import time
from collections.abc import Callable
from typing import Any

import httpx


def attendre(condition: Callable[[], Any], secondes: float = 20) -> Any:
    """Waits until something is so; returns it."""
    limite = time.monotonic() + secondes
    while not (vu := condition()):
        assert time.monotonic() < limite, "toujours pas, au bout du délai"
        time.sleep(0.1)
    return vu


def courriels(url: str, adresse: str, au_moins: int = 1) -> list[dict[str, Any]]:
    """Returns the mails to an address, newest first, once there are enough of them."""

    def recus() -> list[dict[str, Any]]:
        lus: list[dict[str, Any]] = httpx.get(f"{url}/messages.json", params={"a": adresse}).json()
        return lus if len(lus) >= au_moins else []

    return list(attendre(recus))
