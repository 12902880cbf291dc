"""Every message of the chat with example facts, as docs/chat.md shows them: `python -m bot.telegram.gallery`."""

from bot.telegram.gallery.example import Example
from bot.telegram.gallery.page import examples, markdown

__all__ = ["Example", "examples", "markdown"]
