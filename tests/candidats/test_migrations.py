"""What revisions make of the rows that are there already."""

from collections.abc import Callable

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
    assert cles == {
        "sans virgules": [f"{nom}|{prenom}|1990-02-28" for nom in ("lefevre", "noel") for prenom in prenoms],
        "avec": ["lefevre|jean paul|1990-02-28"],
        "anonyme": [],
    }
