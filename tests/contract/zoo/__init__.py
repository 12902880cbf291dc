"""The export zoo: small made-up files as owners have them, each with what is right. See `table.py`."""
