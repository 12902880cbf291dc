"""The back-test of a made-up place: the page as a browser shows it, and the picture for the chat."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.reports import chart
from bot.reports.page import page
from tests.histories import history

WIDTH = 1000
_MADE = datetime(2026, 11, 25, 3, tzinfo=UTC)
_PLACE = history(400, days=1000, bursts=3)


def page_for_docs() -> str:
    """The page, its title to be replaced by its height."""
    head, _, rest = page(_PLACE, "en", made_at=_MADE).partition("<title>")
    # The drawing measures with a script, which the page's own policy forbids.
    policy = head.partition('<meta http-equiv="Content-Security-Policy"')
    return f"{policy[0]}{policy[2].partition('>')[2]}<title>{rest}"


def picture_for_docs() -> bytes:
    """The picture that comes with the message."""
    return chart.png(_PLACE, "en")
