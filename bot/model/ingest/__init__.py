"""What sources and files give, on its way to a stored review."""
