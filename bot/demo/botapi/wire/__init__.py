"""What travels between a bot and the server: HTTP, and the bodies of its calls."""
