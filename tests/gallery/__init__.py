"""Every message of the chat with example facts, as docs/chat.md shows them: `python -m tests.gallery`."""

from tests.gallery.example import Example
from tests.gallery.page import examples, markdown

__all__ = ["Example", "examples", "markdown"]
