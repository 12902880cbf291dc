"""What a call is refused for, in Telegram's words."""
