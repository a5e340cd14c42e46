"""alembic's entry, on the open connection that `commun.storage.migrations.migrer` hands it: each revision is a
transaction, which gives the application its rights on what it made too.
"""

from typing import Any

from alembic import context

attributs = context.config.attributes


def donner_les_droits(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """Runs what goes with every revision."""
    for ordre in attributs["ordres"]:
        ctx.connection.exec_driver_sql(ordre)


context.configure(
    connection=attributs["connection"], transaction_per_migration=True, on_version_apply=donner_les_droits
)
with context.begin_transaction():
    context.run_migrations()
