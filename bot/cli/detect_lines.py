"""`python -m bot.cli.detect_lines`: the rhythm detector over JSON lines, one answer for every line.

Times are seconds since 1970. What is asked, and what is answered:

- `{"op":"reset"}`: a new location.
- `{"op":"observe","review_time":s,"observed_time":s,"rating":1-5 or null,"source":"s0"}`, with `"history":true` for
  what was there before the source was connected (it teaches, and never alarms) and `"day_only":true` where only the day
  is known (without it, a review published at exactly midnight UTC is taken for one).
- `{"op":"removed",...}` with the fields of an observed review: its platform has removed it, it is no evidence any more.
- `{"op":"delivered","source":"s0","until":s}`: the source is complete up to then.
- `{"op":"tick","now":s}`: a poll is complete. `{"alert":null}` or `{"alert":{"time","level","kind","n","window_h",
  "expected","recurrence_years",...}}`.
- `{"op":"end"}`, `"dismiss"`, `"accept"`, `"open"`, each with `"now":s`: what a person does about the incident: it is
  over; it was a false alarm (which also asks for twice the odds); it is the new normal; there is one, or the last is
  open again.
- `{"op":"late","now":s}`: `{"clusters":[{"since","until","n","expected"}]}`: what is to be told silently since this
  was last asked: what was found too late to alarm, and the first low reviews of a new place once they are ten.

- `{"op":"read","now":s}`: the texts so far have been read: `{"alert":null}` or an alert as of a tick, whose `"shared"`
  says what the texts have in common where they decided. A `"text"` of an observed review waits for this op; it comes
  right after the tick, as reading takes seconds. Where it does not come, the count decides alone two minutes later.

Everything else is answered with `{"alert":null}`. A line that cannot be read changes nothing and is answered with
`{"alert":null,"error":"..."}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TextIO

from bot.detect.evidence.agreement import MOST_EARLIER, LowText, Texts
from bot.detect.late import LateCluster
from bot.detect.rhythm import RhythmDetector
from bot.detect.second_look import PATIENCE
from bot.detect.types import DAY, LOW_UP_TO, Alarm, Review, as_json, relax
from bot.incidents.low_texts import low_text
from bot.score.themes.pack import default_pack

SILENT: Final = '{"alert":null}'
NOTHING: Final = {"alert": None}
KEPT: Final = MOST_EARLIER + 100
"""Texts that are kept of a kind: what a window is compared with, and those of the last days."""
LAST_MOMENT = 4_102_444_800.0  # the year 2100


@dataclass(slots=True)
class Session:
    """One location between two resets.

    Attributes:
        detector: its detector.
        since: when the last incident began, for one that is opened again.
        texts: of low reviews, newest last: those that wait for being read, those that have been read, and those of
            incidents that are over.
    """

    detector: RhythmDetector = field(default_factory=RhythmDetector)
    since: float | None = None
    texts: _Texts = field(default_factory=lambda: _Texts())


@dataclass(slots=True)
class _Texts:
    unread: list[LowText] = field(default_factory=list)
    read: list[LowText] = field(default_factory=list)
    told: list[LowText] = field(default_factory=list)

    def remove(self, at: float) -> None:
        """The text of a low review is not there any more."""
        for texts in (self.unread, self.read, self.told):
            texts[:] = [one for one in texts if one.at != at]


def answer(session: Session, request: dict[str, Any]) -> dict[str, object]:
    """What one request brings, as plain values.

    Raises:
        ValueError: the request is unknown, or a value is out of range.
        KeyError: a field is missing.
        TypeError: a field is of another type.
    """
    detector = session.detector
    match request["op"]:
        case "reset":
            session.detector, session.since, session.texts = RhythmDetector(), None, _Texts()
        case "observe":
            review = _review(request)
            _take_text(session, review, request.get("text"))
            detector.observe(review)
        case "tick":
            return _alert(_tick(session, _moment(request["now"])))
        case "read":
            now = _moment(request["now"])
            texts = session.texts
            texts.read, texts.unread = [*texts.read, *texts.unread][-KEPT:], []
            return _alert(_read(session, now))
        case "removed":
            review = _review(request)
            detector.take_back(review)
            session.texts.remove(min(review.at, review.seen))
        case "delivered":
            detector.deliver(str(request["source"]), _moment(request["until"]))
        case "late":
            _moment(request["now"])
            return {"clusters": [_cluster(cluster) for cluster in detector.take_late()]}
        case "end" | "dismiss" | "accept" | "open" as press:
            _press(session, press, _moment(request["now"]))
        case other:
            raise ValueError(f"unknown op {other!r}; the module lists the known ones")
    return {"alert": None}


def _alert(alarm: Alarm | None) -> dict[str, object]:
    return {"alert": None if alarm is None else as_json(alarm)}


def _take_text(session: Session, review: Review, text: object) -> None:
    if text is None or review.rating is None or review.rating > LOW_UP_TO:
        return
    if not isinstance(text, str):
        raise TypeError(f"text {text!r}; expected a string")
    if text.strip():
        at = min(review.at, review.seen)
        complaints = default_pack().complaints(text, is_low=True)
        unread = session.texts.unread
        unread.append(low_text(text, complaints, at=at, until=at + DAY if review.day_only else None))
        del unread[:-KEPT]


def _tick(session: Session, now: float) -> Alarm | None:
    detector = session.detector
    detector.reads_texts = True
    had_incident = detector.episode is not None
    alarm = detector.tick(now)
    if had_incident and detector.episode is None:
        _tell(session)
    if alarm is None and detector.unread.since is not None:
        is_late = now - detector.unread.since >= PATIENCE
        if is_late or not session.texts.unread:
            alarm = _read(session, now)
    return alarm


def _read(session: Session, now: float) -> Alarm | None:
    return session.detector.read(now, Texts(session.texts.read, session.texts.told))


def _tell(session: Session) -> None:
    """An incident is over: its texts are what is usual, and no evidence again."""
    texts = session.texts
    texts.told, texts.read = [*texts.told, *texts.read][-KEPT:], []


def _review(request: dict[str, Any]) -> Review:
    rating = request["rating"]
    if rating is not None and rating not in (1, 2, 3, 4, 5):
        raise ValueError(f"rating {rating!r}; expected null or 1 to 5")
    at, seen = _moment(request["review_time"]), _moment(request["observed_time"])
    return Review(
        at=at,
        seen=seen,
        rating=None if rating is None else int(rating),
        source=str(request["source"]),
        day_only=bool(request.get("day_only", at % DAY == 0)),
        is_history=bool(request.get("history", False)),
    )


def _press(session: Session, press: str, now: float) -> None:
    detector = session.detector
    if press == "open":
        detector.resume(now if session.since is None else session.since, now)
        return
    if detector.episode is None:
        return
    session.since = detector.episode.since
    match press:
        case "end":
            detector.end(now)
        case "dismiss":
            detector.dismiss(now)
            detector.tuning = relax(detector.tuning)
        case _:
            detector.accept(now)
    _tell(session)


def _cluster(cluster: LateCluster) -> dict[str, object]:
    return {"since": cluster.since, "until": cluster.until, "n": cluster.n, "expected": cluster.expected}


def _moment(value: Any) -> float:
    moment = float(value)
    if not 0 <= moment <= LAST_MOMENT:
        raise ValueError(f"time {value!r}; expected seconds since 1970")
    return moment


def serve(lines: Iterable[str], out: TextIO) -> None:
    """Answer every line until there are no more."""
    session = Session()
    for line in lines:
        try:
            said = answer(session, json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            out.write(json.dumps({"alert": None, "error": f"{type(error).__name__}: {error}"}) + "\n")
        else:
            out.write((SILENT if said == NOTHING else json.dumps(said)) + "\n")
        out.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
