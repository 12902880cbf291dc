"""`python -m bot.cli.detect_lines`: the rhythm detector over JSON lines, one answer for every line.

In: `{"op":"reset"}`, `{"op":"observe","review_time":s,"observed_time":s,"rating":1-5 or null,"source":"s0"}`,
`{"op":"tick","now":s}`, times in seconds since 1970. Out: `{"alert":null}` or `{"alert":{"time","level","kind","n",
"window_h","expected","recurrence_years",...}}`. A line that cannot be read changes nothing and is answered with
`{"alert":null,"error":"..."}`. A review published at exactly midnight UTC is taken for one of which only the day is
known.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, Review, as_json

SILENT = '{"alert":null}'
LAST_MOMENT = 4_102_444_800.0  # the year 2100


def answer(detector: RhythmDetector, request: dict[str, Any]) -> dict[str, object] | None:
    """The alarm that one request brings, as plain values.

    Raises:
        ValueError: the request is none of the three, or a value is out of range.
        KeyError: a field is missing.
        TypeError: a field is of another type.
    """
    match request["op"]:
        case "observe":
            rating = request["rating"]
            if rating is not None and rating not in (1, 2, 3, 4, 5):
                raise ValueError(f"rating {rating!r}; expected null or 1 to 5")
            at, seen = _moment(request["review_time"]), _moment(request["observed_time"])
            stars = None if rating is None else int(rating)
            detector.observe(Review(at, seen, stars, str(request["source"]), at % DAY == 0))
            return None
        case "tick":
            alarm = detector.tick(_moment(request["now"]))
            return None if alarm is None else as_json(alarm)
        case other:
            raise ValueError(f"unknown op {other!r}; expected reset, observe or tick")


def _moment(value: Any) -> float:
    moment = float(value)
    if not 0 <= moment <= LAST_MOMENT:
        raise ValueError(f"time {value!r}; expected seconds since 1970")
    return moment


def serve(lines: Iterable[str], out: TextIO) -> None:
    """Answer every line until there are no more."""
    detector = RhythmDetector()
    for line in lines:
        try:
            request = json.loads(line)
            if request["op"] == "reset":
                detector = RhythmDetector()
                alarm = None
            else:
                alarm = answer(detector, request)
        except (ValueError, KeyError, TypeError) as error:
            out.write(json.dumps({"alert": None, "error": f"{type(error).__name__}: {error}"}) + "\n")
        else:
            out.write((SILENT if alarm is None else json.dumps({"alert": alarm})) + "\n")
        out.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
