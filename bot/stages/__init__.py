"""The steps of the pipeline. Each is one verb; what it changes is stored before the next begins."""
