"""Watches the reviews that a business owns, and alerts its team."""

from datetime import date
from typing import Final

RELEASED: Final = date(2026, 12, 1)
"""The day of this release, as CHANGELOG.md has it; `make release` sets it."""
