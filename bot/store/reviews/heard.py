"""Which stored reviews an alarm listens to: one rule for the detector, for incidents and for severe words.

A review that its platform has removed says nothing: it neither counts nor alarms, and it is heard when it comes back.
One that the detector had heard before is taken back once (`bot.store.reviews.detector_queue.take_removed`); an incident
keeps what it holds.
"""

from __future__ import annotations

from bot.store.db.schema import reviews

IS_SHOWN = reviews.c.gone_at.is_(None)
"""It may be heard."""
