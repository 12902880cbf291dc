"""Where reviews come from. `reviewbot new-source` writes a new one: a file, a line in registry.py, a case, a page."""
