"""Alembic's entry: migrations run in the transaction of the connection that `bot.store.db.migrate` hands in."""

from alembic import context

from bot.store.db.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
