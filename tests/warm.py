"""Everything that the tests' processes use, imported and ready, in the process that they are forked from."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

import bot
from bot.score.score import ScoreJob, score_many

# Commands import what takes long when they need it, so every module of the program is named here by being there.
for found in walk_packages(bot.__path__, "bot."):
    # Alembic runs its scripts itself, inside a migration.
    if not found.name.endswith("__main__") and ".migrations." not in found.name:
        import_module(found.name)
for library in ("sklearn.linear_model", "alembic.command", "sqlalchemy.dialects.sqlite.aiosqlite", "tests.e2e.driven"):
    import_module(library)
# The models of the languages are read from files at the first review.
score_many([ScoreJob("The soup was cold."), ScoreJob("Das Essen war kalt.")])
