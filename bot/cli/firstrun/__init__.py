"""`reviewbot setup`: the first run, step by step."""
