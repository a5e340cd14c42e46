"""A titre that a candidate holds for good is attested by the session that gave it, and what is attested he holds.

Two services say it, each by its own reading of the closed sheets.
"""

from tests.pannes.suites.suite import Suite

_ATTESTES = """
SELECT DISTINCT ON (a.session_id, a.candidat_id)
       i.canonique_id::text, a.session_id::text, s.titre_code,
       a.retiree_le IS NULL AND a.resultat ->> 'decision' = 'titre'
FROM attestations a JOIN sessions s ON s.id = a.session_id
JOIN inscriptions_candidats i ON i.session_id = a.session_id AND i.candidat_id = a.candidat_id
WHERE a.session_id::text = ANY(%(ids)s) ORDER BY a.session_id, a.candidat_id, a.version DESC
"""


def verifier_les_attestations(suite: Suite) -> None:
    """Compares, candidate by candidate."""
    ids = [s.id for s in suite.sessions]
    attestes = {
        (qui, session, titre) for qui, session, titre, oui in suite.pays.lignes("sessions", _ATTESTES, ids=ids) if oui
    }
    confirmes = set()
    for candidat_id in {*suite.m.candidats, *suite.m.du_voisin}:
        fiche = suite.lire("national", f"/candidats/{candidat_id}")
        for t in fiche["acquis"]["titres"]:
            if t["statut"] == "confirme":
                confirmes.add((fiche["id"], t["session_id"], t["code"]))
    assert confirmes <= attestes, suite.dire(f"titres sans attestation : {confirmes - attestes}")
    tenus = {(qui, titre) for qui, _, titre in confirmes}
    sans_titre = {a for a in attestes if (a[0], a[2]) not in tenus}
    assert not sans_titre, suite.dire(f"attestations sans titre : {sans_titre}")
