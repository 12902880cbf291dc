"""Reads review texts by the pipeline's own functions, one JSON object a line: `python -m bot.cli.score_lines`.

Meant for measuring. Each line has an "op" and gets exactly one line in answer:

- `{"op": "reset", "languages": ["de", "en"]}` -> `{}`
- `{"op": "learn", "text": "...", "rating": 1}` -> `{}`; keeps a review (1 to 5 stars) for the next "fit"
- `{"op": "fit"}` -> `{}`; learns from what was kept, each language for itself
- `{"op": "score", "text": "..."}` -> language, score (-1..1 or null), source, themes, severe ("sound", "silent",
  "vague" or null); with "rating" (1 to 5 stars) four and five stars never sound
- `{"op": "cause", "incident": [texts], "history": [texts]}` -> cause (a theme or "unclear"),
  causes (two where two stand out together) and the table
- `{"op": "smear", "incident": [{"text", "rating", "time", "author", "source"}], "history": [the same]}` -> verdict
  ("possible", "no" or "unclear"), signs and what speaks against them; time in epoch seconds, rating 1-5 or null
- anything else, or a line that cannot be read -> `{"error": "..."}`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, BinaryIO, Final

from bot.incidents.campaign.find import find_smear
from bot.incidents.cause import find_cause, shared_words
from bot.model.campaign import SmearReview
from bot.score.languages.language import name_language
from bot.score.score import HIGH_STARS, ScoreJob, score_many
from bot.score.severe.find import find_severe, loudest
from bot.score.teaching import learn_reviews
from bot.score.themes.pack import default_pack

LOW_AT_MOST: Final = 2
"""Stars of five."""


class LineError(ValueError):
    """A line that cannot be answered; the message says what to send."""


class Lines:
    """Answers lines, with the languages and the reviews since the last reset."""

    def __init__(self) -> None:
        self._languages: tuple[str, ...] = ()
        self._kept: list[ScoreJob] = []
        self._models: tuple[tuple[str, int], ...] = ()
        self._saved: dict[int, bytes] = {}
        self._fits = 0
        self._ops: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "reset": self._reset,
            "learn": self._learn,
            "fit": self._fit,
            "cause": _cause,
            "smear": self._smear,
        }

    def answer(self, line: bytes) -> dict[str, Any]:
        """Answer one line; never raises for what a line can hold."""
        return self.answers([line])[0]

    def answers(self, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """Answer some lines in their order; texts to score that follow one another are scored together."""
        given: list[dict[str, Any]] = []
        texts: list[tuple[str, bool]] = []
        for line in lines:
            try:
                asked = json.loads(line)
                if not isinstance(asked, dict) or not isinstance(asked.get("op"), str):
                    raise LineError('send an object like {"op": "score", "text": "..."}')
                if asked["op"] == "score":
                    texts.append((_text(asked), _is_high(asked)))
                    continue
                given.extend(self._score(texts))
                texts = []
                work = self._ops.get(asked["op"])
                if work is None:
                    raise LineError(f"{asked['op'][:40]!r} is not known here; known are score, {', '.join(self._ops)}")
                given.append(work(asked))
            except (ValueError, OverflowError, RecursionError) as error:
                given.extend(self._score(texts))
                texts = []
                given.append({"error": str(error) or "the line is nested too deeply"})
        return [*given, *self._score(texts)]

    def _reset(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._languages = tuple(_texts(asked, "languages"))
        self._kept, self._models, self._saved = [], (), {}
        return {}

    def _learn(self, asked: dict[str, Any]) -> dict[str, Any]:
        rating = asked.get("rating")
        if isinstance(rating, bool) or not isinstance(rating, int | float) or not 1 <= rating <= 5:
            raise LineError('"rating" must be a number from 1 to 5')
        self._kept.append(ScoreJob(_text(asked), (rating - 1) / 4, self._languages))
        return {}

    def _fit(self, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 -- like the other operations
        models = []
        self._saved = {}
        for taught in learn_reviews(self._kept):
            if taught.lesson.saved is not None:
                self._fits += 1
                self._saved[self._fits] = taught.lesson.saved
                models.append((taught.lesson.language, self._fits))
        self._models = tuple(models)
        return {}

    def _score(self, texts: Sequence[tuple[str, bool]]) -> list[dict[str, Any]]:
        jobs = [ScoreJob(text, languages=self._languages, models=self._models) for text, _ in texts]
        return [
            {
                "language": score.language,
                "score": score.compound,
                "source": score.source,
                "themes": list(default_pack().named(text)),
                "severe": _severe(text, is_high=is_high),
            }
            for (text, is_high), score in zip(texts, score_many(jobs, self._saved), strict=True)
        ]

    def _smear(self, asked: dict[str, Any]) -> dict[str, Any]:
        incident, history = (_reviews(asked, key, self._languages) for key in ("incident", "history"))
        facts = find_smear(incident, history)
        return {
            "verdict": facts.verdict,
            "signs": [
                {
                    "id": sign.id,
                    "stands_out": sign.stands_out,
                    "count": sign.count,
                    "of": sign.of,
                    "usual": round(sign.usual, 4),
                    "own": sign.is_own,
                    "minutes": sign.minutes,
                    "names": list(sign.names),
                }
                for sign in facts.signs
            ],
            "against": [
                {"id": one.id, "count": one.count, "of": one.of, "outweighs": one.outweighs} for one in facts.against
            ],
        }


def _severe(text: str, *, is_high: bool) -> str | None:
    found = loudest(find_severe(text))
    return "silent" if is_high and found == "sound" else found


def _is_high(asked: dict[str, Any]) -> bool:
    rating = asked.get("rating")
    return isinstance(rating, int | float) and (rating - 1) / 4 >= HIGH_STARS


def _reviews(asked: dict[str, Any], key: str, languages: tuple[str, ...]) -> list[SmearReview]:
    value = asked.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise LineError(f'"{key}" must be a list of objects with text, rating, time, author and source')
    return [_smear_review(one, languages) for one in value]


def _smear_review(one: dict[str, Any], languages: tuple[str, ...]) -> SmearReview:
    text, author, source = (one.get(name) or "" for name in ("text", "author", "source"))
    if not all(isinstance(part, str) for part in (text, author, source)):
        raise LineError('"text", "author" and "source" must be texts')
    rating, at = one.get("rating"), one.get("time")
    if rating is not None and not isinstance(rating, int | float):
        raise LineError('"rating" must be a number from 1 to 5 or null')
    if not isinstance(at, int | float) or not isfinite(at):
        raise LineError('"time" must be a number of epoch seconds')
    return SmearReview(
        text=text,
        is_low=rating is not None and rating <= LOW_AT_MOST,
        at=float(at),
        author=author,
        source=source,
        language=name_language(text, expected=languages, usual=languages[0]) if languages else None,
    )


def _cause(asked: dict[str, Any]) -> dict[str, Any]:
    pack = default_pack()
    texts = [[text for text in _texts(asked, key) if text.strip()] for key in ("incident", "history")]
    incident = [pack.complaints(text, is_low=True) for text in texts[0]]
    history = [pack.complaints(text) for text in texts[1]]
    cause = find_cause(incident, history, themes=tuple(pack.labels))
    return {
        "cause": cause.theme or "unclear",
        "causes": list(cause.named),
        "table": [
            {"theme": line.theme, "count": line.count, "usual": line.usual, "g2": round(line.signed_g2, 3)}
            for line in cause.table
        ],
        "reviews": cause.reviews,
        "history": cause.earlier,
        "words": [
            {"word": word.word, "count": word.count, "usual": word.usual} for word in shared_words(texts[0], texts[1])
        ],
    }


def _text(asked: dict[str, Any]) -> str:
    text = asked.get("text")
    if not isinstance(text, str):
        raise LineError('"text" must be a text')
    return text


def _texts(asked: dict[str, Any], key: str) -> list[str]:
    value = asked.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise LineError(f'"{key}" must be a list of texts')
    return value


def _at_once(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream, those together that have arrived together."""
    begun: list[bytes] = []
    while chunk := stream.read1(1 << 20):  # type: ignore[attr-defined]  # every buffered stream has it
        whole, newline, rest = chunk.rpartition(b"\n")
        if newline:
            yield b"".join((*begun, whole)).split(b"\n")
            begun = []
        begun.append(rest)
    if any(begun):
        yield [b"".join(begun)]


def main() -> None:
    """Answer the lines of the standard input until it ends."""
    lines = Lines()
    for arrived in _at_once(sys.stdin.buffer):
        sys.stdout.write("".join(json.dumps(answer) + "\n" for answer in lines.answers(arrived)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
