"""What the systems that a failed test used say of it: the logs where something is wrong, and who runs no more.

A run beside others may fail once, for what they did: without this, what is left of it names what was not there, never
who had ended, nor how.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from local.pile import Pile

_GRAVE = (" [error", " [critical", "ERROR", "CRITICAL", "FATAL", "Traceback")


def dires(valeurs: Iterable[Any]) -> list[tuple[str, str]]:
    """Returns (title, text) of what the systems among these values of fixtures say; each is told once."""
    systemes = {id(systeme): systeme for valeur in valeurs if (systeme := _systeme(valeur))}
    return [dit for systeme in systemes.values() for dit in _dires(systeme)]


def _systeme(valeur: Any) -> Any:
    """Returns the system that a value is, or holds; `None` where it has nothing to do with one."""
    return next((v for v in (valeur, getattr(valeur, "pile", None)) if isinstance(v, Pile) or _partage(v)), None)


def _partage(valeur: Any) -> bool:
    return isinstance(getattr(valeur, "journaux", None), Path) and isinstance(getattr(valeur, "ports", None), dict)


def _dires(systeme: Any) -> Iterator[tuple[str, str]]:
    if isinstance(systeme, Pile):
        arretes = [f"{processus.nom} : code {processus.code}" for processus in systeme.processus if not processus.vit]
        if arretes:
            yield "processus arrêtés", "\n".join(arretes)
    for journal in sorted(systeme.journaux.glob("*.log")):
        lignes = journal.read_text(errors="replace").splitlines()
        if any(marque in ligne for ligne in lignes[-200:] for marque in _GRAVE):
            yield f"journal de {journal.stem}", "\n".join(lignes[-40:])
