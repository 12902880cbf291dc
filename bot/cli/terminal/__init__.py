"""What the commands share: the start of each, choosing a place, printing."""
