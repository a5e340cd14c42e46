"""What a person reads in the terminal."""

import sys
import time


class Empechement(Exception):
    """What stops us, in one French sentence that says what to do about it."""


class Progres:
    """Prints one line a step, with the seconds elapsed since the first."""

    def __init__(self) -> None:
        self._debut = time.monotonic()

    def __call__(self, etape: str) -> None:
        print(f"[{time.monotonic() - self._debut:5.1f} s] {etape}".replace(".", ",", 1), file=sys.stderr, flush=True)


def silence(_: str) -> None:
    """Says nothing: for whom no terminal listens to."""
