"""What servers said of past letters, without the addresses that they quoted."""

from alembic import op

revision = "sessions_0006"
down_revision = "sessions_0005"

_TAIRE = r"""
UPDATE convocations SET erreur = regexp_replace(erreur, '("[^"]*"|[^\s"<>(),:;]+)@[^\s"<>(),:;]+', '[adresse]', 'g')
WHERE strpos(erreur, '@') > 0
"""


def upgrade() -> None:
    op.execute(_TAIRE)
