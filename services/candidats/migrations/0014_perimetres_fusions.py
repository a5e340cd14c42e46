"""Who is merged while his session moves, or while he leaves it, is seen from where he is.

Which living file is concerned was read before its lock was waited for: that of before the merger.
"""

from alembic import op

revision = "candidats_0014"
down_revision = "candidats_0013"

_FONCTION = """
CREATE OR REPLACE FUNCTION tenir_perimetres(touches uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE voulus uuid[]; tenus uuid[];
BEGIN
    LOOP
        SELECT array_agg(id ORDER BY id) INTO voulus FROM (
            SELECT unnest(touches) AS id
            UNION SELECT canonique_id FROM candidats WHERE id = ANY(touches) AND canonique_id IS NOT NULL
        ) AS concernes;
        EXIT WHEN voulus IS NOT DISTINCT FROM tenus;
        -- two acts on one candidate, each blind to what the other has not committed: the second waits, then sees
        PERFORM 1 FROM candidats WHERE id = ANY(voulus) ORDER BY id FOR NO KEY UPDATE;
        tenus := voulus;
    END LOOP;
    INSERT INTO perimetres SELECT * FROM perimetres_dus(voulus) ON CONFLICT DO NOTHING;
    DELETE FROM perimetres AS p USING (
        SELECT portee, candidat_id FROM perimetres WHERE candidat_id = ANY(voulus)
        EXCEPT SELECT * FROM perimetres_dus(voulus)
    ) AS passes WHERE p.portee = passes.portee AND p.candidat_id = passes.candidat_id;
END $$;
"""


def upgrade() -> None:
    op.execute(_FONCTION)
