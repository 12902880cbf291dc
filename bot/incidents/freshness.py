"""Which low reviews may open an incident. History never does."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.detect.usual.history import LAG

OLD_NEWS = timedelta(days=LAG)
"""What had been public for longer when it was found is history; the detector says the same."""


def is_fresh(
    *, low_at: datetime, discovered_at: datetime, connected_at: datetime, is_first_sweep: bool, is_edit: bool
) -> bool:
    """Whether a low review may open an incident.

    Not what a source's first complete sweep brings, not what was published (or lowered by an edit) before the source
    was connected, and not what had been public for more than 7 days when it was discovered.

    Args:
        low_at: when the review counts, see `low_since`.
        discovered_at: when this program first saw it low.
        connected_at: when the source was first polled.
        is_first_sweep: it came with the source's first complete sweep.
        is_edit: it was known before (from another source or an older file) and an edit made it low.
    """
    # An undated edit counts when it is discovered; in a first sweep that says nothing about when it was made.
    if is_first_sweep and (not is_edit or low_at >= discovered_at):
        return False
    return low_at >= connected_at and discovered_at - low_at <= OLD_NEWS


def low_since(
    *, published_at: datetime, edited_at: datetime | None, discovered_at: datetime, was_known_not_low: bool
) -> datetime:
    """When a low review counts: published; a known better one that was lowered: edited, else discovered."""
    return (edited_at or discovered_at) if was_known_not_low else published_at
