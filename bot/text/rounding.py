"""The one way in which figures are rounded, so that a page, a picture, the chat and a terminal show the same."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def rounded(value: float, digits: int = 0) -> float:
    """Half away from zero, of the number as it is written: 4.25 is 4.3, 2.5 is 3, as people round."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
