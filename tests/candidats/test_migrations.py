"""What revisions make of the rows that are there already."""

from collections.abc import Callable
from datetime import date

from services.candidats.domain.model import Candidat, Identite, Naissance
from services.candidats.storage.candidats import ligne_du_candidat
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
    assert c1 == ("C1", *(ligne[colonne] for colonne in ("recherche", "tri", "cle_exacte", "cles_proches")))
    assert anonyme == ("C2", "", "ħ", "anonyme ħ", [])
