"""Registering a candidate when CERES has already registered ten thousand, a million, ten million.

The past is written by PostgreSQL itself, in the tables of `sessions` and in the copy that `candidats` keeps, with the
indexes and the constraints that they have. The registrations measured come at a steady pace: what is looked at is how
long each takes, not how many pass.
"""

import time

import psycopg
from psycopg.types.numeric import Int4

from bench.charge import charger
from bench.mesure import mediane, p95
from bench.ouvertes import Ouverte, pile_ouverte
from bench.rapport import Avancer, Bilan, Promesse, milliers

_PASSE = (10_000, 1_000_000, 10_000_000)
_PASSE_COURT = (1_000, 10_000, 50_000)
_TRANCHE = 500_000
_RYTHME = 8
"""Registrations a second, well under what the machine can take."""
_CANDIDATS = """
INSERT INTO candidats (id, canonique_id)
SELECT id, id FROM (SELECT lpad(to_hex(n), 32, '0')::uuid id FROM generate_series(%(de)s, %(a)s, 3) n) t
"""
_SESSIONS = """
INSERT INTO sessions SELECT (s).* FROM (
    SELECT jsonb_populate_record(m, jsonb_build_object(
        'id', 'f' || lpad(to_hex(n), 31, '0'), 'numero', 'passee-' || n, 'etat', 'cloturee',
        'date_debut', current_date - 40 - n / 10 %% 1500, 'date_fin', current_date - 40 - n / 10 %% 1500)) s
    FROM generate_series(%(de)s, %(a)s, 10) n, (SELECT m FROM sessions m WHERE etat = 'brouillon' LIMIT 1) modele) t
"""
_INSCRITS = """(
    SELECT ('f' || lpad(to_hex(n - (n - %(de)s) %% 10), 31, '0'))::uuid AS session_id,
        lpad(to_hex(%(de)s + 3 * ((n - %(de)s) %% %(gens)s)), 32, '0')::uuid AS candidat_id,
        1 + (n - %(de)s) / %(gens)s %% 3 AS rang
    FROM generate_series(%(de)s, %(a)s) n
) inscrits"""
"""Ten a session, three sessions each."""
_INSCRIPTIONS = f"""
INSERT INTO inscriptions_candidats (session_id, candidat_id, canonique_id, personne, courriel, parcours, inscrit_le)
SELECT session_id, candidat_id, candidat_id, personne, courriel, 'formation', current_date - 90
FROM {_INSCRITS}, (SELECT personne, courriel FROM inscriptions_candidats LIMIT 1) modele
"""
_CRENEAUX = f"""
INSERT INTO creneaux (session_id, canonique_id, plafond, rang, periode)
SELECT session_id, candidat_id, candidat_id, rang, daterange(s.date_debut, s.date_debut + 365)
FROM {_INSCRITS} JOIN sessions s ON s.id = session_id
ON CONFLICT DO NOTHING
"""
_COPIE = f"""
INSERT INTO inscriptions (session_id, candidat_id, parcours, resultat_saisi)
SELECT session_id, candidat_id, 'formation', true FROM {_INSCRITS}
"""
_LOTS = {"sessions": (_CANDIDATS, _SESSIONS, _INSCRIPTIONS, _CRENEAUX), "candidats": (_COPIE,)}


def etapes(court: bool) -> int:
    """Returns the number of steps."""
    passe = _PASSE_COURT if court else _PASSE
    return 1 + len(passe) + sum(len(_tranches(de, a)) for de, a in zip((0, *passe), passe, strict=False))


def mesurer(court: bool, avancer: Avancer) -> Bilan:
    """Measures, adds to the past, measures again."""
    avancer("préparation des bases")
    passe = _PASSE_COURT if court else _PASSE
    lignes: list[tuple[object, ...]] = []
    with pile_ouverte(100 if court else 300) as ouverte:
        demandes = ouverte.candidats()
        charger(ouverte.port, ouverte.entetes, demandes, 4, 2)
        for de, a in zip((0, *passe), passe, strict=False):
            debut = time.monotonic()
            for tranche in _tranches(de, a):
                avancer(f"passé : {milliers(tranche[0])} inscriptions")
                _remplir(ouverte, *tranche)
            _analyser(ouverte)
            remplie = time.monotonic() - debut
            avancer(f"mesure à {milliers(a)} inscriptions")
            charger(ouverte.port, ouverte.entetes, demandes, 4, 2, _RYTHME)
            charge = charger(ouverte.port, ouverte.entetes, demandes, 8, 3 if court else 25, _RYTHME)
            assert not charge.echecs, charge.echecs
            lignes.append((milliers(_compte(ouverte)), *_resume(charge.latences), round(remplie)))
    p95s = [float(str(ligne[2]).split()[0]) for ligne in lignes]
    return Bilan(
        "Inscrire un candidat à mesure que le passé grandit",
        ("inscriptions passées", "p50", "p95", "remplissage (s)"),
        lignes,
        (Promesse("p95 au plus grand / p95 au plus petit", p95s[-1] / p95s[0], 1.3, au_plus=True),),
        (f"{_RYTHME} inscriptions par seconde.",),
    )


def _resume(latences: list[float]) -> tuple[str, str]:
    return f"{mediane(latences):.0f} ms", f"{p95(latences):.0f} ms"


def _tranches(de: int, a: int) -> list[tuple[int, int]]:
    """Returns spans of rows, each starting one past a multiple of ten."""
    return [(debut + 1, min(debut + _TRANCHE, a)) for debut in range(de, a, _TRANCHE)]


def _remplir(ouverte: Ouverte, de: int, a: int) -> None:
    """Writes these registrations. Foreign keys are not checked row by row: who is named has just been written."""
    bornes = {"de": Int4(de), "a": Int4(a), "gens": Int4((a - de + 1) // 3)}
    for service, ordres in _LOTS.items():
        with psycopg.connect(_administre(ouverte, service)) as db:
            db.execute("SET session_replication_role = replica")
            for ordre in ordres:
                db.execute(ordre, bornes)


def _analyser(ouverte: Ouverte) -> None:
    for service in _LOTS:
        with psycopg.connect(_administre(ouverte, service), autocommit=True) as db:
            db.execute("VACUUM ANALYZE")
            db.execute("CHECKPOINT")


def _administre(ouverte: Ouverte, service: str) -> str:
    """Returns the address of a database as the server's own account: the owner may not skip triggers."""
    return ouverte.pile.serveur_de_bases().url.removesuffix("/postgres") + f"/ceres_{service}"


def _compte(ouverte: Ouverte) -> int:
    with psycopg.connect(ouverte.pile.bases["sessions"].url_proprietaire) as db:
        return (db.execute("SELECT count(*) FROM inscriptions_candidats").fetchone() or (0,))[0]
