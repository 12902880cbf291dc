"""How well the detector does on made-up places: `python -m tests.benchmarks.detection`."""
