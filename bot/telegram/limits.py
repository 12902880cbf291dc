"""Telegram's limits."""

LARGEST_FILE = {"photo": 10_000_000, "document": 50_000_000}
"""Bytes by the kind of attachment (Bot API reference, sending files)."""
