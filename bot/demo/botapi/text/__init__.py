"""What Telegram makes of a text: its HTML, and the links and mentions it finds by itself."""
