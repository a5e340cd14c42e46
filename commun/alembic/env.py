"""alembic's entry: `commun.migrations.migrer` hands it an open connection, and commits."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
