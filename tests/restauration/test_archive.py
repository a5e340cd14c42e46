"""The backups themselves, on a machine whose disk has something else to do."""

from pathlib import Path

import psycopg
import pytest

from local.pile import Pile
from local.postgres import dossier_prive
from tests.restauration import archive

pytestmark = pytest.mark.lente
_LENT = """#!/bin/sh
head -c 1000000 "$1" > "$2"
sleep 3
exec cp "$1" "$2"
"""


def test_un_disque_lent_ne_fait_pas_lire_la_moitie_d_un_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The restored server read a log that was being copied, and did not start (« has wrong size »)."""
    with dossier_prive("ceres-archive-") as dossier:
        copier = Path(dossier) / "copier"
        copier.write_text(_LENT)
        copier.chmod(0o755)
        monkeypatch.setattr(archive, "_COPIER", str(copier))
        pile = Pile(dossier, ephemere=True)
        try:
            url = pile.serveur_de_bases().url
            sauvegardes = archive.Archive(pile)
            with psycopg.connect(url, autocommit=True) as db:
                db.execute("CREATE TABLE acte AS SELECT 1 AS n")
                instant = sauvegardes.instant()
                db.execute("INSERT INTO acte VALUES (2)")
            with sauvegardes.a(instant) as restauree, psycopg.connect(restauree) as db:
                assert db.execute("SELECT n FROM acte").fetchall() == [(1,)]
        finally:
            pile.jeter()
