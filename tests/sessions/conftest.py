"""A database of sessions at hand, emptied for each test."""

from tests.outils.bases import banc_de
from tests.sessions.banc import Banc

_TABLES = (
    "sessions, inscriptions_jures, inscriptions_candidats, candidats, creneaux, convocations, resultats, clotures, "
    "proces_verbaux, attestations, demandes_dte, alertes, parametres, titres, etablissements, agrements, outbox, "
    "inbox, cles_idempotence, intentions"
)
base, installe, banc = banc_de("sessions", _TABLES, Banc, Banc.installer)
