"""The database under eventlet: waits let others work, errors say nothing, ids are ids."""

import os
import subprocess
import sys
import time

import pytest

from commun.db import identifiant, nouvel_id
from commun.errors import Introuvable
from tests.commun.exemple import RACINE, Exemple


def test_cinq_requetes_lentes_attendent_ensemble(exemple: Exemple) -> None:
    with exemple.rpc() as rpc:
        rpc.appeler(exemple.nom, "dormir", exemple.appel(), secondes=0)
        debut = time.monotonic()
        numeros = [rpc.envoyer(exemple.nom, "dormir", exemple.appel(), secondes=0.5) for _ in range(5)]
        pids = {rpc.attendre(numero) for numero in numeros}
    assert len(pids) == 1
    assert time.monotonic() - debut < 1.5
