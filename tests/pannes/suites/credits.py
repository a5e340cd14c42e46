"""INS-04 as a candidate's file tells it: how many sessions of a year he has used, counted again day by day."""

from datetime import date, timedelta

from commun.domain.dates import plus_annees
from tests.pannes.suites.suite import Suite

_DEBUTS = """
SELECT DISTINCT i.canonique_id::text, s.id::text, s.date_debut
FROM inscriptions_candidats i JOIN sessions s ON s.id = i.session_id
WHERE s.entretien_final AND s.type <> 'CCS' AND NOT i.absence_excusee AND s.etat NOT IN ('annulee', 'refusee')
  AND NOT (s.etat IN ('brouillon', 'en_attente_de_validation') AND s.date_debut <= %(jour)s)
"""


def verifier_les_credits(suite: Suite) -> None:
    """Asks of each candidate, around the start of each of the sequence's sessions."""
    comptes = suite.pays.lignes("sessions", _DEBUTS, jour=suite.jour)
    for candidat_id in (*suite.m.candidats, *suite.m.du_voisin):
        vivant = suite.lire("national", f"/candidats/{candidat_id}")["id"]
        debuts = [debut for qui, _, debut in comptes if qui == vivant]
        for autour in sorted({session.debut for session in suite.sessions}):
            dit = suite.lire("national", f"/candidats/{candidat_id}/credits?debut={autour}")
            compte = _plus_pleine(debuts, autour)
            assert dit["n"] == compte, suite.dire(f"crédits de {candidat_id} au {autour} : {compte} comptés, {dit}")


def _plus_pleine(debuts: list[date], autour: date) -> int:
    """Returns how many starts the fullest year that holds a day has."""
    annees = (autour - timedelta(days=n) for n in range(366))
    return max(sum(d <= x < plus_annees(d, 1) for x in debuts) for d in annees if autour < plus_annees(d, 1))
