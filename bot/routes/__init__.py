"""The second way: what is told beside Telegram, one file a kind of route."""
