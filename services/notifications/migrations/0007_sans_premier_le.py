"""When a mail was first tried is not kept: nobody read it."""

from alembic import op

revision = "notifications_0007"
down_revision = "notifications_0006"
oldest_code = "notifications_0006"  # from 0006 on, nobody reads or writes it


def upgrade() -> None:
    op.drop_column("envois", "premier_le", if_exists=True)
