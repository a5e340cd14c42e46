"""The threads beside eventlet's loop (`eventlet.tpool`), where documents are drawn and files are read."""

from threading import Lock

from eventlet import patcher


def verrou() -> Lock:
    """Returns a lock that threads may wait for.

    Those of `threading` are eventlet's, here, and know one thread: of two threads, the second waits for ever, and is
    lost with what it was doing. A library that guards its caches by them is called under one of these.
    """
    return patcher.original("threading").Lock()
