"""Reads review texts by the pipeline's own functions, one JSON object a line: `python -m bot.cli.score_lines`.

Meant for measuring. Each line has an "op" and gets exactly one line in answer:

- `{"op": "reset", "languages": ["de", "en"]}` -> `{}`
- `{"op": "score", "text": "..."}` -> language, score (-1..1 or null), source, themes, severe
- `{"op": "cause", "incident": [texts], "history": [texts]}` -> cause (a theme or "unclear") and the table
- anything else, or a line that cannot be read -> `{"error": "..."}`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bot.incidents.cause import find_cause, shared_words
from bot.score.score import score_review
from bot.score.severe import find_severe
from bot.score.themes import default_pack


class LineError(ValueError):
    """A line that cannot be answered; the message says what to send."""


class Lines:
    """Answers lines, with the languages of the last reset."""

    def __init__(self) -> None:
        self._languages: tuple[str, ...] = ()
        self._ops: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "reset": self._reset,
            "score": self._score,
            "cause": _cause,
        }

    def answer(self, line: bytes) -> dict[str, Any]:
        """Answer one line; never raises for what a line can hold."""
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict) or not isinstance(asked.get("op"), str):
                raise LineError('send an object like {"op": "score", "text": "..."}')
            work = self._ops.get(asked["op"])
            if work is None:
                raise LineError(f"{asked['op'][:40]!r} is not known here; known are {', '.join(self._ops)}")
            return work(asked)
        except (ValueError, RecursionError) as error:
            return {"error": str(error) or "the line is nested too deeply"}

    def _reset(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._languages = tuple(_texts(asked, "languages"))
        return {}

    def _score(self, asked: dict[str, Any]) -> dict[str, Any]:
        text = asked.get("text")
        if not isinstance(text, str):
            raise LineError('"text" must be a text')
        score = score_review(text, stars=None, languages=self._languages, usual=None)
        return {
            "language": score.language,
            "score": score.compound,
            "source": score.source,
            "themes": list(default_pack().named(text)),
            "severe": bool(find_severe(text)),
        }


def _cause(asked: dict[str, Any]) -> dict[str, Any]:
    pack = default_pack()
    texts = [[text for text in _texts(asked, key) if text.strip()] for key in ("incident", "history")]
    incident, history = ([pack.named(text) for text in part] for part in texts)
    cause = find_cause(incident, history, themes=tuple(pack.labels))
    return {
        "cause": cause.theme or "unclear",
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


def _texts(asked: dict[str, Any], key: str) -> list[str]:
    value = asked.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise LineError(f'"{key}" must be a list of texts')
    return value


def main() -> None:
    """Answer the lines of the standard input until it ends."""
    lines = Lines()
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(lines.answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
