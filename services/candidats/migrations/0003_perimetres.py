"""Who sees each candidate, kept row by row as what decides it changes; births in order by an index alone (ADR 20).

Triggers keep it, not the code: that of the version before, which serves this base for a while, knows nothing of it.
"""

import sqlalchemy as sa
from alembic import op

from services.candidats.storage.tables import perimetres

revision = "candidats_0003"
down_revision = "candidats_0002"

_FONCTIONS = """
CREATE OR REPLACE FUNCTION perimetres_dus(voulus uuid[]) RETURNS TABLE (portee text, candidat_id uuid)
LANGUAGE sql STABLE AS $$
    WITH vivants AS (
        SELECT id, departement, region FROM candidats WHERE id = ANY(voulus) AND canonique_id IS NULL
    ), identites AS (
        SELECT id, id AS fiche FROM vivants
        UNION ALL SELECT canonique_id, id FROM candidats WHERE canonique_id = ANY(voulus)
    )
    SELECT 'D' || departement, id FROM vivants WHERE departement IS NOT NULL
    UNION SELECT 'R' || region, id FROM vivants WHERE region IS NOT NULL
    UNION SELECT 'E' || etablissement_id, id FROM vivants JOIN rattachements ON rattachements.candidat_id = id
    UNION SELECT lieu.portee, identites.id
    FROM identites JOIN inscriptions ON inscriptions.candidat_id = fiche JOIN sessions ON sessions.id = session_id,
    LATERAL (VALUES ('E' || etablissement_id), ('D' || departement), ('R' || region)) AS lieu (portee)
$$;

CREATE OR REPLACE FUNCTION tenir_perimetres(touches uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE voulus uuid[];
BEGIN
    SELECT array_agg(DISTINCT id) INTO voulus FROM (
        SELECT unnest(touches) AS id
        UNION SELECT canonique_id FROM candidats WHERE id = ANY(touches) AND canonique_id IS NOT NULL
    ) AS concernes;
    -- two acts on one candidate, each blind to what the other has not committed: the second waits, then sees
    PERFORM 1 FROM candidats WHERE id = ANY(voulus) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO perimetres SELECT * FROM perimetres_dus(voulus) ON CONFLICT DO NOTHING;
    DELETE FROM perimetres AS p USING (
        SELECT portee, candidat_id FROM perimetres WHERE candidat_id = ANY(voulus)
        EXCEPT SELECT * FROM perimetres_dus(voulus)
    ) AS passes WHERE p.portee = passes.portee AND p.candidat_id = passes.candidat_id;
END $$;

CREATE OR REPLACE FUNCTION refaire_perimetres() RETURNS void LANGUAGE sql AS $$
    INSERT INTO perimetres
        SELECT 'D' || departement, id FROM candidats WHERE canonique_id IS NULL AND departement IS NOT NULL
        UNION ALL SELECT 'R' || region, id FROM candidats WHERE canonique_id IS NULL AND region IS NOT NULL
        UNION ALL SELECT 'E' || etablissement_id, id FROM candidats JOIN rattachements ON candidat_id = id
            WHERE canonique_id IS NULL
        UNION ALL SELECT lieu.portee, coalesce(canonique_id, candidats.id)
            FROM inscriptions JOIN sessions ON sessions.id = session_id JOIN candidats ON candidats.id = candidat_id,
            LATERAL (VALUES ('E' || etablissement_id), ('D' || sessions.departement), ('R' || sessions.region))
            AS lieu (portee)
        ON CONFLICT DO NOTHING;
$$;

CREATE OR REPLACE FUNCTION tenir_perimetres_poses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'candidats' THEN
        PERFORM tenir_perimetres(array_agg(id)) FROM poses;
    ELSE
        PERFORM tenir_perimetres(array_agg(candidat_id)) FROM poses;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tenir_perimetres_otes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tenir_perimetres(array_agg(candidat_id)) FROM otes;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tenir_perimetres_deplaces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tenir_perimetres(array_agg(poses.id)) FROM poses JOIN otes USING (id)
        WHERE (poses.departement, poses.region, poses.canonique_id)
            IS DISTINCT FROM (otes.departement, otes.region, otes.canonique_id);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tenir_perimetres_des_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tenir_perimetres(array_agg(candidat_id)) FROM poses JOIN otes USING (id)
        JOIN inscriptions ON session_id = poses.id
        WHERE (poses.etablissement_id, poses.departement, poses.region)
            IS DISTINCT FROM (otes.etablissement_id, otes.departement, otes.region);
    RETURN NULL;
END $$;
"""
_POSES, _OTES = "NEW TABLE AS poses", "OLD TABLE AS otes"
_DECLENCHEURS = (
    ("candidats", "INSERT", _POSES, "tenir_perimetres_poses"),
    ("candidats", "UPDATE", f"{_OTES} {_POSES}", "tenir_perimetres_deplaces"),
    ("rattachements", "INSERT", _POSES, "tenir_perimetres_poses"),
    ("rattachements", "DELETE", _OTES, "tenir_perimetres_otes"),
    ("inscriptions", "INSERT", _POSES, "tenir_perimetres_poses"),
    ("inscriptions", "DELETE", _OTES, "tenir_perimetres_otes"),
    ("sessions", "UPDATE", f"{_OTES} {_POSES}", "tenir_perimetres_des_sessions"),
)


def upgrade() -> None:
    perimetres.create(op.get_bind(), checkfirst=True)  # a new database has it since its first revision
    op.execute(_FONCTIONS)
    for table, quand, vues, fonction in _DECLENCHEURS:
        op.execute(
            f"CREATE OR REPLACE TRIGGER perimetres_{quand.lower()} AFTER {quand} ON {table} REFERENCING {vues} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {fonction}()"
        )
    op.execute("SELECT refaire_perimetres()")
    vivants = sa.text("canonique_id IS NULL")
    naissance = ["date_naissance", "id"]
    op.create_index("candidats_naissance", "candidats", naissance, postgresql_where=vivants, if_not_exists=True)
    op.drop_index("candidats_date_naissance", "candidats", if_exists=True)
