"""What Alembic runs: the steps, on the connection that ``serving.log.migrate`` gives."""

from alembic import context

from serving.log.migrate import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
