"""Where reviews come from. A new source is one file here, one line in registry.py, its docs and a recorded case."""
