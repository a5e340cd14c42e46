"""Where the processor's time goes: each process of the system, and the clients."""

import os

from bench.processeur import consomme
from local.pile import Pile

CLIENTS = "clients (le banc)"


def secondes(pile: Pile) -> dict[str, float]:
    """Returns the processor's seconds that each process has used so far, those of its children included."""
    nous = os.times()
    return {p.nom: consomme(p.pid) for p in pile.processus} | {CLIENTS: nous.user + nous.system}
