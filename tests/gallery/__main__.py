"""Prints docs/chat.md."""

import sys

from tests.gallery.page import markdown

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(markdown())
