"""What servers said of past mails, without the addresses that they quoted."""

from alembic import op

revision = "notifications_0003"
down_revision = "notifications_0002"

_TAIRE = r"""
UPDATE envois SET erreur = regexp_replace(erreur, '("[^"]*"|[^\s"<>(),:;]+)@[^\s"<>(),:;]+', '[adresse]', 'g')
WHERE strpos(erreur, '@') > 0
"""


def upgrade() -> None:
    op.execute(_TAIRE)
