"""What revisions make of the rows that are there already."""

from collections.abc import Callable

from tests.outils.migrations import migree

_AVANT = """
UPDATE alembic_version SET version_num = 'sessions_0008';
ALTER TABLE inscriptions_candidats DROP CONSTRAINT inscriptions_candidats_session_id_fkey,
    DROP CONSTRAINT inscriptions_candidats_canonique_id_fkey;
INSERT INTO inscriptions_candidats (session_id, candidat_id, canonique_id, personne, parcours, inscrit_le)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), jsonb_build_object('lieu_naissance', lieu), 'vae',
        now() FROM unnest(ARRAY['Casablanca (MA)', 'l''étranger (TR)', 'Ajaccio (2A)', 'Bougie', '']) AS lieu;
"""


def test_qui_est_deja_inscrit_est_ne_dans_un_pays_en_clair(base_vierge: Callable[[], str]) -> None:
    requete = "SELECT personne ->> 'lieu_naissance' FROM inscriptions_candidats"
    lieux = {lieu for (lieu,) in migree(base_vierge(), "services.sessions", _AVANT, requete)}
    assert lieux == {"Casablanca (Maroc)", "l'étranger (Turquie)", "Ajaccio (2A)", "Bougie", ""}


_LETTRES_AVANT = """
UPDATE alembic_version SET version_num = 'sessions_0010';
INSERT INTO sessions (id, numero, type, entretien_final, etablissement_id, site_id, site_libelle, departement, region,
                      date_debut, date_fin, heure_debut, etat, recherche)
    SELECT gen_random_uuid(), dit, 'TITRE', true, gen_random_uuid(), gen_random_uuid(), '', '75', '11', '2026-03-02',
        '2026-03-02', '09:00', 'brouillon', dit FROM unnest(ARRAY['1 łukasz guðrun', '2 zoe']) AS dit;
"""


def test_les_lettres_pliees_depuis_le_sont_dans_ce_qui_se_cherchait_avant(base_vierge: Callable[[], str]) -> None:
    lues = migree(base_vierge(), "services.sessions", _LETTRES_AVANT, "SELECT recherche FROM sessions ORDER BY 1")
    assert [recherche for (recherche,) in lues] == ["1 lukasz gudrun", "2 zoe"]


_CCS_AVANT = """
UPDATE alembic_version SET version_num = 'sessions_0013';
INSERT INTO titres (code, corps, ccs_codes, version)
    VALUES ('TP-1', '{"ccs": [{"code": "CS-1", "intitule": "L''été du Bâti"}]}', ARRAY['CS-1'], 1);
INSERT INTO sessions (id, numero, type, ccs_code, entretien_final, etablissement_id, site_id, site_libelle,
                      departement, region, date_debut, date_fin, heure_debut, etat, recherche)
    SELECT gen_random_uuid(), dit, 'CCS', ccs, false, gen_random_uuid(), gen_random_uuid(), '', '75', '11',
        '2026-03-02', '2026-03-02', '09:00', 'brouillon', dit
    FROM (VALUES ('1 macon', 'CS-1'), ('2 macon', 'CS-2')) AS l (dit, ccs);
"""


def test_une_session_de_ccs_deja_la_se_cherche_par_le_nom_de_son_ccs(base_vierge: Callable[[], str]) -> None:
    lues = migree(base_vierge(), "services.sessions", _CCS_AVANT, "SELECT recherche FROM sessions ORDER BY 1")
    assert [recherche for (recherche,) in lues] == ["1 macon l ete du bati", "2 macon"]


_INDEX_COUPE = """
UPDATE alembic_version SET version_num = 'sessions_0014';
DROP INDEX convocations_par_personne;
CREATE INDEX convocations_par_personne ON convocations (version);
"""


def test_un_index_dont_la_creation_fut_coupee_est_refait(base_vierge: Callable[[], str]) -> None:
    requete = "SELECT indexdef FROM pg_indexes WHERE indexname = 'convocations_par_personne'"
    ((index,),) = migree(base_vierge(), "services.sessions", _INDEX_COUPE, requete)
    assert index.endswith("(personne_id)")
