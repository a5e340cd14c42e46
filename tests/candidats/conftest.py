"""A database of candidats, emptied for each test."""

from tests.candidats.banc import Banc
from tests.outils.bases import banc_de

_TABLES = (
    "candidats, rattachements, tentatives, demandes_vae, imports, titres, sessions, inscriptions, resultats_sessions, "
    "resultats, outbox, inbox, cles_idempotence, intentions"
)
base, installe, banc = banc_de("candidats", _TABLES, Banc, Banc.titre)
