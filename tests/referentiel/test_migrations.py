"""Ce que les révisions font des lignes qui sont déjà là."""

from collections.abc import Callable

from tests.outils.migrations import migree

_AVANT = """
ALTER TABLE controles DROP COLUMN recherche;
UPDATE alembic_version SET version_num = 'referentiel_0002';
INSERT INTO etablissements (id, siret, denomination, adresse, departement, region, recherche)
    VALUES (gen_random_uuid(), '99900001100018', 'Centre', '{}', '75', '11', '');
INSERT INTO controles (id, etablissement_id, type, date, controleur, observations, conclusion, auteur_id)
    SELECT gen_random_uuid(), id, 'sur_place', '2026-03-02', 'Zoé', dites, 'conforme', 'c1'
    FROM etablissements, unnest(ARRAY['Plateau vu.', 'Rien.']) AS dites;
INSERT INTO suites_controles (id, controle_id, rang, date, texte, auteur)
    SELECT gen_random_uuid(), id, 0, '2026-03-10', 'Mise en conformité.', 'ud' FROM controles
    WHERE observations = 'Rien.';
"""


def test_un_controle_d_avant_la_recherche_se_cherche_aussi(base_vierge: Callable[[], str]) -> None:
    lues = migree(base_vierge(), "services.referentiel", _AVANT, "SELECT recherche FROM controles")
    notees = {recherche for (recherche,) in lues}
    assert notees == {"zoe plateau vu", "zoe rien mise en conformite"}


def test_les_lettres_pliees_depuis_le_sont_dans_ce_qui_se_cherchait_avant(base_vierge: Callable[[], str]) -> None:
    avant = _AVANT.replace("ALTER TABLE controles DROP COLUMN recherche;", "").replace("_0002", "_0004")
    avant += "UPDATE etablissements SET recherche = 'łodz'; UPDATE controles SET recherche = 'þora';"
    requete = "SELECT recherche FROM etablissements UNION SELECT recherche FROM controles ORDER BY 1"
    assert migree(base_vierge(), "services.referentiel", avant, requete) == [("lodz",), ("thora",)]
