"""What revisions make of the rows that are there already."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest

from commun.storage import migrations
from services.candidats.domain.model import Candidat, Identite, Naissance
from services.candidats.storage.candidats import ligne_du_candidat
from tests.outils.attente import attendre
from tests.outils.migrations import migree

_AVANT = """
UPDATE alembic_version SET version_num = 'candidats_0007';
INSERT INTO candidats (id, numero, nom_naissance, nom_usage, prenoms, date_naissance, naissance_pays, recherche, tri,
                       cle_exacte, cles_proches)
SELECT gen_random_uuid(), n, 'Lefèvre', usage, prenoms, '1990-02-28', 'FR', 'x', 'x', n, cles FROM (VALUES
    ('sans virgules', 'Noël', 'Jean-Paul Léo',
     ARRAY['lefevre|jean paul leo|1990-02-28', 'noel|jean paul leo|1990-02-28']),
    ('avec', NULL, 'Jean-Paul, Léo', ARRAY['lefevre|jean paul|1990-02-28']),
    ('anonyme', NULL, 'Personne anonymisée', ARRAY[]::text[])
) AS v (n, usage, prenoms, cles);
"""


def test_les_prenoms_sans_virgules_d_avant_ont_la_cle_du_premier(base_vierge: Callable[[], str]) -> None:
    cles = dict(migree(base_vierge(), "services.candidats", _AVANT, "SELECT numero, cles_proches FROM candidats"))
    prenoms = ("jean paul leo", "jean paul")
    colles = ("jeanpaulleo", "jeanpaul")
    assert cles == {
        "sans virgules": sorted(f"{nom}|{p}|1990-02-28" for nom in ("lefevre", "noel") for p in prenoms + colles),
        "avec": ["lefevre|jean paul|1990-02-28", "lefevre|jeanpaul|1990-02-28"],
        "anonyme": [],
    }


_FUSIONS_AVANT = """
UPDATE alembic_version SET version_num = 'candidats_0012';
INSERT INTO candidats (id, numero, nom_naissance, prenoms, date_naissance, naissance_pays, canonique_id, recherche, tri,
                       cle_exacte, cles_proches)
SELECT id::uuid, n, n, n, '1990-02-28', 'FR', canonique::uuid, recherche, n, n, '{}' FROM (VALUES
    ('0190a8c0-0000-7000-8000-000000000001', 'C1', NULL, 'lefevre zoe c1'),
    ('0190a8c0-0000-7000-8000-000000000002', 'C2', '0190a8c0-0000-7000-8000-000000000001', 'lefebvre zoe c2'),
    ('0190a8c0-0000-7000-8000-000000000003', 'C3', '0190a8c0-0000-7000-8000-000000000001', 'febvre zoe c3'),
    ('0190a8c0-0000-7000-8000-000000000004', 'C4', NULL, ''),
    ('0190a8c0-0000-7000-8000-000000000005', 'C5', '0190a8c0-0000-7000-8000-000000000004', '')
) AS v (id, n, canonique, recherche);
"""


def test_qui_etait_fusionne_se_cherche_sous_ses_deux_noms(base_vierge: Callable[[], str]) -> None:
    lire = "SELECT recherche FROM candidats WHERE canonique_id IS NULL ORDER BY numero"
    lues = migree(base_vierge(), "services.candidats", _FUSIONS_AVANT, lire)
    assert lues == [("lefevre zoe c1 lefebvre zoe c2 febvre zoe c3",), ("",)]


_LETTRES_AVANT = """
UPDATE alembic_version SET version_num = 'candidats_0009';
INSERT INTO candidats (id, numero, nom_naissance, nom_usage, prenoms, date_naissance, naissance_pays, naissance_commune,
                       recherche, tri, cle_exacte, cles_proches)
VALUES (gen_random_uuid(), 'C1', 'Đặng Văn', 'Wałęsa', 'Þóra Işık, Ŋuŧ', '1990-02-28', 'PL', 'Łódź',
        'đang van wałesa þora isık ŋuŧ c1', 'đang van þora isık ŋuŧ', 'đang van|þora isık,ŋuŧ|1990-02-28|PL łodz',
        ARRAY['đang van|þora isık|1990-02-28', 'đang van|þora|1990-02-28',
              'wałesa|þora isık|1990-02-28', 'wałesa|þora|1990-02-28']),
       (gen_random_uuid(), 'C2', 'Personne anonymisée', NULL, 'ħ', '1990-02-28', 'FR', NULL,
        '', 'ħ', 'anonyme ħ', ARRAY[]::text[]);
"""


def test_les_lettres_pliees_depuis_le_sont_chez_ceux_d_avant(base_vierge: Callable[[], str]) -> None:
    lire = "SELECT numero, recherche, tri, cle_exacte, cles_proches FROM candidats ORDER BY numero"
    c1, anonyme = migree(base_vierge(), "services.candidats", _LETTRES_AVANT, lire)
    naissance = Naissance("PL", None, "Łódź")
    lui = Candidat("", "C1", Identite("Đặng Văn", "Þóra Işık, Ŋuŧ", date(1990, 2, 28), naissance, nom_usage="Wałęsa"))
    ligne = ligne_du_candidat(lui)
    assert c1[:-1] == ("C1", *(ligne[colonne] for colonne in ("recherche", "tri", "cle_exacte")))
    assert set(ligne["cles_proches"]) <= set(c1[-1])
    assert anonyme == ("C2", "", "ħ", "anonyme ħ", [])


_EN_PLUSIEURS_MOTS = """
UPDATE alembic_version SET version_num = 'candidats_0015';
INSERT INTO candidats (id, numero, nom_naissance, nom_usage, prenoms, date_naissance, naissance_pays, canonique_id,
                       recherche, tri, cle_exacte, cles_proches)
SELECT md5(n)::uuid, n, nom, usage, prenoms, '1990-02-28', 'FR', md5(vers)::uuid, recherche, n, n, '{}' FROM (VALUES
    ('C1', 'Petit', 'Le Goff', 'Jean-Yves, Luc', NULL, 'petit le goff c1 sa c2'),
    ('C2', 'De Sá', NULL, 'Luc', 'C1', 'sa c2'),
    ('C3', 'El Mir', NULL, 'Luc', 'C1', ''),
    ('C4', 'Ben Ali', NULL, 'Luc', NULL, '')
) AS v (n, nom, usage, prenoms, vers, recherche);
"""


def test_les_noms_d_avant_se_cherchent_d_un_mot(base_vierge: Callable[[], str]) -> None:
    """Those of whom they absorbed too; nothing of who was anonymised comes back."""
    lire = "SELECT recherche FROM candidats ORDER BY numero"
    lues = migree(base_vierge(), "services.candidats", _EN_PLUSIEURS_MOTS, lire)
    assert lues == [("petit le goff c1 sa c2 desa jeanyves legoff luc",), ("sa c2 desa luc",), ("",), ("",)]


_AU_TRAVAIL = """
UPDATE alembic_version SET version_num = 'candidats_0008';
INSERT INTO candidats (id, numero, nom_naissance, prenoms, date_naissance, naissance_pays, recherche, tri, cle_exacte,
                       cles_proches)
SELECT gen_random_uuid(), 'C' || n, 'De Sa', 'Ana', '1990-02-28', 'FR', 'x', 'x', n, ARRAY['de sa|ana|1990-02-28']
FROM generate_series(1, 2) n
"""
_PATIENT = "-c lock_timeout=1500"
"""Half of what a request waits for a lock."""


def test_des_gens_travaillent_pendant_qu_une_revision_attend_quelqu_un(
    base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A national base kept results from being read for half a minute: a lock of one revision lasted for the next."""
    monkeypatch.setattr(migrations, "_PAUSE", 0.5)
    url = base_vierge()
    migrations.migrer("services.candidats", url)
    with (
        ThreadPoolExecutor(1) as fil,
        psycopg.connect(url) as quelqu_un,
        psycopg.connect(url, autocommit=True, options=_PATIENT) as les_autres,
    ):
        quelqu_un.execute(_AU_TRAVAIL)
        quelqu_un.commit()
        quelqu_un.execute("UPDATE candidats SET version = version + 1 WHERE numero = 'C2'")
        migration = fil.submit(migrations.migrer, "services.candidats", url)
        attend = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        for _ in range(2):  # it is given up, then tried again
            attendre(lambda: les_autres.execute(attend).fetchall())
            les_autres.execute("SELECT count(*) FROM resultats_sessions")
            les_autres.execute("UPDATE candidats SET version = version + 1 WHERE numero = 'C1'")
            attendre(lambda: not les_autres.execute(attend).fetchall())
        assert not migration.done()
        quelqu_un.commit()
        migration.result(30)
        cles = les_autres.execute("SELECT version, cles_proches FROM candidats ORDER BY numero").fetchall()
    assert cles == [(version, ["de sa|ana|1990-02-28", "desa|ana|1990-02-28"]) for version in (3, 2)]
