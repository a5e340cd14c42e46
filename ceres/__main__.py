"""`python -m ceres …`, or `make ceres ARGS='…'` beside `make run`."""

import os
import signal

if __name__ == "__main__":
    sur_ctrl_c = signal.getsignal(signal.SIGINT)
    if sur_ctrl_c is signal.default_int_handler:  # a script's « & » ignores it
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as it loads nothing is begun, and nothing is to be said of it

import commun  # noqa: F401 (silences what eventlet says of itself)

import eventlet  # isort: skip

if __name__ == "__main__":  # before anything else is imported
    os.nice(5)  # on one machine, who works is served first: loading all this takes a processor for a second or two
    eventlet.monkey_patch()  # calls to services wait in greenlets

import sys

from ceres.application import ceres
from ceres.francais import executer
from commun.telemetry import ouvrir_journal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, sur_ctrl_c)
    # as on Ctrl-C: a cluster ends its jobs so, whose first process hears no signal but those that it handles
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    ouvrir_journal("texte")  # on the error output: what a command gives may be a file's, or a program's
    sys.exit(executer(ceres, sys.argv[1:]))
