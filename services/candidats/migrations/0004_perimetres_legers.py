"""Perimeters kept for less: a session that did not move asks nothing, and who enters one takes nothing from anybody.

Every event of a session went through two triggers, 1.2 ms each, to find that nobody's perimeter had changed. A
session's trigger now fires only where it has moved, and that of registrations adds what the session gives, without
computing again, twice, all that each candidate has (ADR 20).
"""

from alembic import op

revision = "candidats_0004"
down_revision = "candidats_0003"

_FONCTIONS = """
CREATE OR REPLACE FUNCTION tenir_perimetres_des_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tenir_perimetres(array_agg(candidat_id)) FROM inscriptions WHERE session_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ajouter_perimetres_des_inscrits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- as in tenir_perimetres: of two acts on one candidate, or a merger under way, the second waits, then sees
    PERFORM 1 FROM candidats WHERE id IN (SELECT candidat_id FROM poses) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM candidats
        WHERE id IN (SELECT canonique_id FROM poses JOIN candidats ON id = candidat_id) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO perimetres
        SELECT lieu.portee, coalesce(canonique_id, candidats.id)
        FROM poses JOIN sessions ON sessions.id = session_id JOIN candidats ON candidats.id = candidat_id,
        LATERAL (VALUES ('E' || etablissement_id), ('D' || sessions.departement), ('R' || sessions.region))
        AS lieu (portee)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER perimetres_update AFTER UPDATE ON sessions FOR EACH ROW
    WHEN ((NEW.etablissement_id, NEW.departement, NEW.region)
        IS DISTINCT FROM (OLD.etablissement_id, OLD.departement, OLD.region))
    EXECUTE FUNCTION tenir_perimetres_des_sessions();

CREATE OR REPLACE TRIGGER perimetres_insert AFTER INSERT ON inscriptions REFERENCING NEW TABLE AS poses
    FOR EACH STATEMENT EXECUTE FUNCTION ajouter_perimetres_des_inscrits();
"""


def upgrade() -> None:
    op.execute(_FONCTIONS)
