"""What the tables refuse by themselves."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from commun.storage.db import nouvel_id
from services.sessions.storage import tables
from tests.outils.contraintes import orphelins_refuses, refus_de

SESSION = {"type": "TITRE", "etat": "brouillon"}
LETTRE = {"session_id": nouvel_id(), "personne_id": nouvel_id()}
ATTESTATION = {"session_id": nouvel_id(), "candidat_id": nouvel_id()}


@pytest.mark.parametrize(
    ("table", "juste", "autre", "nom"),
    [
        (tables.sessions, SESSION, {}, "sessions_numero_key"),
        (tables.sessions, SESSION, {"type": "x"}, "sessions_type"),
        (tables.sessions, SESSION, {"etat": "x"}, "sessions_etat"),
        (tables.sessions, SESSION, {"date_fin": date(2026, 3, 1)}, "sessions_dates"),
        (tables.creneaux, {"rang": 3}, {"rang": 4}, "creneaux_trois"),
        (tables.convocations, LETTRE, {}, "convocations_une_par_personne"),
        (tables.convocations, LETTRE, {"statut": "x"}, "convocations_statut"),
        (tables.convocations, LETTRE, {"annulation_statut": "x"}, "convocations_annulation_statut"),
        (tables.attestations, {}, {}, "attestations_code_key"),
        (tables.attestations, ATTESTATION, {"code": "y"}, "attestations_une_par_version"),
        (tables.demandes_dte, {"etat": "demandee"}, {"etat": "x"}, "demandes_dte_etat"),
        (tables.alertes, {"session_id": nouvel_id()}, {}, "alertes_en_cours"),
    ],
)
def test_ce_que_la_base_refuse_quoi_que_fasse_le_service(
    base: str, table: sa.Table, juste: dict[str, Any], autre: dict[str, Any], nom: str
) -> None:
    assert refus_de("sessions", table, juste, autre) == nom


def test_rien_ne_tient_a_ce_qui_n_y_est_pas(base: str) -> None:
    assert orphelins_refuses("sessions", tables.metadata) == {
        "alertes_session_id_fkey",
        "attestations_session_id_fkey",
        "clotures_session_id_fkey",
        "clotures_session_id_resultats_version_fkey",
        "convocations_session_id_fkey",
        "creneaux_session_id_fkey",
        "demandes_dte_session_id_fkey",
        "inscriptions_candidats_canonique_id_fkey",
        "inscriptions_candidats_session_id_fkey",
        "inscriptions_jures_session_id_fkey",
        "proces_verbaux_session_id_fkey",
        "resultats_session_id_fkey",
    }
