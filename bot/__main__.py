"""`python -m bot` is `reviewbot`."""

from bot.cli.main import app

app()
