"""What benches share: percentiles, and a table at the end."""

import statistics
import time
from collections.abc import Callable, Sequence


def chrono(faire: Callable[[], object]) -> float:
    """Returns how many milliseconds this takes."""
    debut = time.perf_counter()
    faire()
    return (time.perf_counter() - debut) * 1000


def p95(durees: Sequence[float]) -> float:
    """Returns the duration that one in twenty passes."""
    return sorted(durees)[max(0, round(len(durees) * 0.95) - 1)]


def mediane(durees: Sequence[float]) -> float:
    return statistics.median(durees)


def tableau(entetes: Sequence[str], lignes: Sequence[Sequence[object]]) -> str:
    """Returns lines under headings, the first column to the left, the others to the right."""
    textes = [[f"{v:.1f}" if isinstance(v, float) else str(v) for v in ligne] for ligne in (entetes, *lignes)]
    largeurs = [max(map(len, colonne)) for colonne in zip(*textes, strict=True)]
    return "\n".join(
        "  ".join(
            t.ljust(n) if rang == 0 else t.rjust(n) for rang, (t, n) in enumerate(zip(ligne, largeurs, strict=True))
        )
        for ligne in textes
    )
