"""Signs of a smear campaign in an incident, each against what is usual at this place.

A sign stands out when chance alone would give as much in fewer than 5 % of ordinary incidents, divided by the number
of signs that are looked at (Bonferroni). "Possible" takes three such signs, or nearly the same story from several
accounts within hours, and nothing that outweighs them; with tempo and several sources alone, which a bad evening
produces as well, it is never reached. It is a hint from texts and times: people decide, and the program reports nothing
to anyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from bot.incidents.campaign import against as campaign_against
from bot.incidents.campaign import signs as campaign_signs
from bot.incidents.campaign.signs import usual_of
from bot.model.campaign import Against, Sign, SmearFacts, SmearReview, Verdict
from bot.model.review import twin_key

LEAST_REVIEWS: Final = 4
"""Reviews below which there is no pattern to see."""

LEAST_SIGNS: Final = 3
LEAST_COPIES: Final = 5
"""So many nearly identical stories within hours need no third sign,"""

STORY: Final = 12
"""if they are stories: guests who were annoyed by the same thing agree in fewer words ("Cold food, never again")."""

MOST_REVIEWS: Final = 120
"""Of a larger incident the newest are looked at, so that the time is bounded."""

MOST_EARLIER: Final = 400
"""Earlier reviews that make up what is usual here, the newest."""


def find_smear(incident: Sequence[SmearReview], history: Sequence[SmearReview]) -> SmearFacts:
    """Look for the signs of a smear campaign.

    Args:
        incident: The incident's low reviews, in any order.
        history: Earlier reviews of the place, of any rating and in any order; the newest `MOST_EARLIER` count.

    Returns:
        "unclear" where three signs stand out but something outweighs them, where two do, or where there are fewer than
        `LEAST_REVIEWS` reviews but copies or a demand for money among them; else "no".
    """
    places = _looked_at(incident)
    seen = [incident[place] for place in places]
    earlier = sorted(history, key=lambda review: review.at)[-MOST_EARLIER:]
    signs = campaign_signs.signs_of(seen, usual_of(earlier))
    against = campaign_against.against(seen, {sign.id: sign for sign in signs})
    moved = tuple(replace(sign, members=tuple(places[one] for one in sign.members)) for sign in signs)
    return SmearFacts(
        verdict=_verdict(len(seen), _stories(seen, signs), signs, against),
        signs=moved,
        against=against,
        quotes=_quotes(moved),
        reviews=len(seen),
        earlier=len(earlier),
        copies_minutes=_span(seen, signs),
    )


def _span(seen: Sequence[SmearReview], signs: Sequence[Sign]) -> int:
    """Minutes from the first nearly identical text to the last."""
    times = [seen[place].at for sign in signs if sign.id == campaign_signs.COPIES for place in sign.members]
    return ceil((max(times) - min(times)) / 60) if times else 0


def _looked_at(incident: Sequence[SmearReview]) -> list[int]:
    """The places that count, by time: one guest's same words on a second platform are one review."""
    newest = sorted(range(len(incident)), key=lambda place: incident[place].at)[-MOST_REVIEWS:]
    sources: dict[str, str] = {}
    kept = []
    for place in newest:
        review = incident[place]
        twin = twin_key(author=review.author[:200], body=review.text[: campaign_signs.READ])
        if twin is None or sources.setdefault(twin, review.source) == review.source:
            kept.append(place)
    return kept


def _stories(seen: Sequence[SmearReview], signs: Sequence[Sign]) -> int:
    """How many nearly identical texts tell more than a short complaint, if that is half of all texts."""
    copies = next(sign for sign in signs if sign.id == campaign_signs.COPIES)
    told = sum(len(seen[place].text.split()) >= STORY for place in copies.members)
    return told if 2 * told >= copies.of else 0


def _verdict(reviews: int, copied: int, signs: Sequence[Sign], against: Sequence[Against]) -> Verdict:
    out = {sign.id for sign in signs if sign.stands_out}
    if reviews < LEAST_REVIEWS:
        found = {sign.id for sign in signs if sign.count}
        return "unclear" if found & {campaign_signs.COPIES, campaign_signs.DEMAND} else "no"
    is_told = copied >= LEAST_COPIES and {campaign_signs.COPIES, campaign_signs.TEMPO} <= out
    if len(out) >= LEAST_SIGNS or is_told:
        return "unclear" if any(one.outweighs for one in against) else "possible"
    return "unclear" if len(out) == LEAST_SIGNS - 1 else "no"


def _quotes(signs: Sequence[Sign]) -> tuple[int, ...]:
    copies = next((sign for sign in signs if sign.id == campaign_signs.COPIES), None)
    return copies.members[:2] if copies else ()
