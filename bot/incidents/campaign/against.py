"""What speaks against a smear campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final

from bot.incidents.campaign.signs import COPIES, TEMPO, busiest, has_words
from bot.incidents.campaign.visit import RICH, details
from bot.model.campaign import Against, Sign, SmearReview

ONE_VISIT: Final = 15
"""Minutes within which the guests of one table write."""

LARGEST_TABLE: Final = 6
LEAST_PARTY: Final = 3
PARTY_SHARE: Final = 0.6
LONG_DAYS: Final = 3
_HALF: Final = 0.5
_DAY: Final = 86_400.0


def against(incident: Sequence[SmearReview], signs: Mapping[str, Sign]) -> tuple[Against, ...]:
    """What speaks against a campaign in these reviews, oldest first; what weighs most comes first."""
    found = (
        _detail(incident, signs[COPIES]),
        _one_visit(incident, signs[COPIES]),
        _spread(incident, signs[TEMPO]),
        _verified(incident, signs[COPIES]),
        _replied(incident),
    )
    return tuple(sorted((one for one in found if one is not None), key=lambda one: not one.outweighs))


def _detail(incident: Sequence[SmearReview], copies: Sign) -> Against | None:
    """Guests that describe their visit. A story that was copied is not counted: it proves nothing."""
    written = [place for place, review in enumerate(incident) if has_words(review)]
    copied = set(copies.members) if copies.stands_out else set()
    rich = [place for place in written if place not in copied and len(details(incident[place].text)) >= RICH]
    if not rich:
        return None
    day = incident[rich[0]].visited_on if len(rich) == 1 else None
    return Against("detail", len(rich), len(written), len(rich) >= _HALF * len(written), day=day)


def _one_visit(incident: Sequence[SmearReview], copies: Sign) -> Against | None:
    """One table that writes within minutes."""
    times = [review.at for review in incident if not review.is_date_only]
    first, last = busiest(times, ONE_VISIT)
    count = last - first
    if not LEAST_PARTY <= count <= LARGEST_TABLE or count < PARTY_SHARE * len(incident) or copies.stands_out:
        return None
    minutes = max(1, ceil((times[last - 1] - times[first]) / 60))
    return Against("one_visit", count, len(incident), True, minutes=minutes)


def _spread(incident: Sequence[SmearReview], tempo: Sign) -> Against | None:
    days = int((incident[-1].at - incident[0].at) / _DAY) + 1 if incident else 0
    if tempo.stands_out or days < LONG_DAYS:
        return None
    return Against("spread", days, len(incident), True)


def _verified(incident: Sequence[SmearReview], copies: Sign) -> Against | None:
    count = sum(1 for review in incident if review.is_verified)
    if not count:
        return None
    return Against("verified", count, len(incident), count >= _HALF * len(incident) and not copies.stands_out)


def _replied(incident: Sequence[SmearReview]) -> Against | None:
    count = sum(1 for review in incident if review.is_replied)
    return Against("replied", count, len(incident), False) if count else None
