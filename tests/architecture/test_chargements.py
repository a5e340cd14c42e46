"""What a process loads before anybody asks it for anything."""

import subprocess
import sys

from local.pile import paquets

_AU_BESOIN = {
    "alembic", "apispec", "authlib", "dns", "email_validator", "icalendar", "markdown_it", "odf", "openpyxl",
    "phonenumbers", "pygments", "requests", "rich", "segno", "sqlalchemy.dialects.postgresql.asyncpg", "stdnum",
    "typst", "xlsxwriter", "yaml",
}  # fmt: skip
"""Some 40 MB together (ADR 25): what serves now and then is loaded by what it serves."""


def test_un_processus_ne_charge_pas_ce_qui_ne_sert_que_parfois() -> None:
    services = [f"{paquet}.service" for paquet in paquets().values()]
    programme = (
        "import commun, eventlet; eventlet.monkey_patch();"
        "import importlib, sys, commun.runner, commun.health, commun.mesures;"
        f"[importlib.import_module(nom) for nom in {services}];"
        "from gateway.app import creer_application; creer_application(); print(*sys.modules)"
    )
    lu = subprocess.run([sys.executable, "-W", "ignore", "-c", programme], capture_output=True, text=True, check=True)
    assert set(lu.stdout.split()) & _AU_BESOIN == set()
