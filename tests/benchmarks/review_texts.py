"""English review texts of a given length, the same ones for the same seed."""

from __future__ import annotations

import random

_SUBJECTS = (
    "The pasta", "Our waiter", "The service", "The soup", "My steak", "The bill", "The terrace", "The music", "Parking",
    "The dessert", "The manager", "The kitchen", "The place", "Their wine list", "The fish", "Our table", "The staff",
)  # fmt: skip
_VERBS = ("was", "is", "seemed", "wasn't", "was not", "has always been", "turned out", "felt", "can be")
_DEGREES = ("", "", "", "very", "really", "quite", "so", "a bit", "extremely", "kind of", "never", "VERY", "rather")
_JUDGEMENTS = (
    "good", "great", "lovely", "cold", "bland", "rude", "slow", "perfect", "awful", "delicious", "overpriced", "fresh",
    "friendly", "dirty", "amazing", "okay", "worth the price", "to die for", "disappointing", "the best in town",
    "nice", "terrible", "loud", "served late", "cooked the way we like it", "what we had expected from the pictures",
)  # fmt: skip
_TAILS = (
    "and we waited an hour for the starters", "but the starters arrived quickly", "when we came on a Sunday evening",
    "and the portions were large", "although we had booked two weeks ago", "as on our first visit in spring",
    "and nobody came to our table", "so we will come back with the children", "for a birthday party of eight people",
    "because the room was full", "and I paid 24.50 for it", "",
)  # fmt: skip
_ENDS = (".", ".", ".", ".", "!", "!!", "?", " :)", " 😀", " 👎")


def review_texts(count: int, *, seed: int, length: int = 280) -> list[str]:
    """Make texts of sentences until each has about the wanted length.

    Args:
        count: How many texts.
        seed: The same seed gives the same texts.
        length: Characters that a text has on average.
    """
    choice = random.Random(seed).choice  # a figure must be repeatable
    texts = []
    for _ in range(count):
        text = ""
        while len(text) < length - 30:
            words = (choice(_SUBJECTS), choice(_VERBS), choice(_DEGREES), choice(_JUDGEMENTS), choice(_TAILS))
            text += " ".join(word for word in words if word) + choice(_ENDS) + " "
        texts.append(text.strip())
    return texts
