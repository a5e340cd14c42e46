"""The letters of a person, found without reading those of everybody (ADR 92)."""

from alembic import op

from commun.storage.migrations import index_parmi_les_gens

revision = "sessions_0015"
down_revision = "sessions_0014"


def upgrade() -> None:
    index_parmi_les_gens(op, "convocations_par_personne", "convocations", "personne_id")
