"""Logs: one handler, one record a line, no secret in any of them.

structlog and the standard library's loggers share one handler, which writes to stderr: lines for a reader, or JSON
Lines for a collector. Whatever the level:

- Secrets are taken out after formatting: from the message with its arguments, from every value, from tracebacks, and
  once more from the finished line. `bot.redaction` says what counts as one.
- Review text is hostile input. Line breaks, control characters and signs that turn the reading direction are written
  as escapes, so that no text can fake a record. A traceback is one JSON string, or lines that begin with `  | `.
- What Python would print past the loggers goes through them: uncaught exceptions of the program and of threads,
  exceptions nobody can catch, warnings, and records that cannot be formatted.
- httpx and httpcore, which log every URL (Telegram's contain the bot token), are kept to warnings unless asked for.
- The libraries for Telegram and the database, which log messages and rows with guests' words and invitation codes at
  debug, are kept to warnings. A database error is logged without its parameters.
- Alembic and APScheduler, which log each step and each tick, are kept to warnings.

The time of a record is the caller's clock, never the system's.
"""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any, Final

import structlog

from bot.errors import ConfigError
from bot.redaction import MASK, Redactor, names_secret
from bot.text.signs import escaped

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
_URL_LOGGERS: Final = ("httpx", "httpcore")
# The one tells of every plugin at a first start, the other of each tick: three lines a second.
_TALKATIVE: Final = ("alembic", "apscheduler")
# At debug they log what passes through them: guests' words, invitation codes, whole rows of the database.
_TELLTALE: Final = ("telegram", "aiosqlite", "sqlalchemy", "asyncpg", "psycopg")
_BLOCKS: Final = ("exception", "stack", "stack_info")
_MAX_DEPTH: Final = 6
_PLAIN: Final = re.compile(r"[\w.:/@%+*-]+")

_redactor: Final = Redactor()


def configure(
    *, level: str, as_json: bool, secrets: Iterable[str], now: Callable[[], datetime], urls: bool = False
) -> None:
    """Set up logging for this process; a second call replaces the first, but no secret is ever forgotten.

    Args:
        level: the least level that is written: debug, info, warning, error or critical, in any case.
        as_json: JSON Lines instead of lines for a reader.
        secrets: the values that must not appear; more by `add_secret`.
        now: the clock, `Clock.now`.
        urls: let httpx and httpcore log at `level` too.

    Raises:
        ConfigError: there is no such level.
    """
    threshold = _LEVELS.get(level.lower())
    if threshold is None:
        raise ConfigError([f"log.level is {level!r}; it can be {', '.join(_LEVELS)}"])
    for secret in secrets:
        add_secret(secret)
    handler = LineHandler(sys.stderr)
    handler.setFormatter(LineFormatter(as_json=as_json, now=now, redactor=_redactor))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(threshold)
    for name in _URL_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET if urls else max(threshold, logging.WARNING))
    for name in (*_TALKATIVE, *_TELLTALE):
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _catch_what_python_prints()


def add_secret(value: str) -> None:
    """Keep `value` out of every record from now on, for example a token that was just issued."""
    _redactor.add(value)


def redact(text: str) -> str:
    """The text without secrets, for what is printed or sent rather than logged."""
    return _redactor.value(text)


class LineHandler(logging.StreamHandler[IO[str]]):
    """Writes lines to a stream, and tells of a record that cannot be formatted without showing its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Write which record failed; the standard library would print its arguments, and so secrets."""
        error = sys.exc_info()[0]
        told = logging.LogRecord(
            record.name,
            logging.ERROR,
            record.pathname,
            record.lineno,
            "a log record could not be written (%s at %s:%d)",
            (error.__name__ if error else "unknown error", record.filename, record.lineno),
            None,
        )
        try:
            self.stream.write(self.format(told) + self.terminator)
            self.flush()
        except (OSError, ValueError):
            return  # the stream itself is gone; there is nobody left to tell


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Makes one line of a record, of structlog or of the standard library, and takes the secrets out."""

    def __init__(self, *, as_json: bool, now: Callable[[], datetime], redactor: Redactor) -> None:
        self._as_json = as_json
        self._now = now
        self._redactor = redactor
        super().__init__(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[structlog.processors.format_exc_info, self._render],
        )

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, without a line break at its end."""
        return self._redactor.line(super().format(record))

    def _render(self, _logger: object, _method: str, event: structlog.typing.EventDict) -> str:
        record: logging.LogRecord = event.pop("_record")
        event.pop("_from_structlog", None)
        head = {
            "time": self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": self._redactor.value(record.name),
            "event": self._plain(event.pop("event", "")),
        }
        values = {}
        for key, value in event.items():
            clean = self._redactor.value(str(key))
            values[f"{clean}_" if clean in head else clean] = self._under(clean, value)
        return _as_json(head | values) if self._as_json else _as_text(head, values)

    def _under(self, key: str, value: object, depth: int = 0) -> Any:
        if names_secret(key) and not isinstance(value, bool | int | float | None):
            return MASK
        return self._plain(value, depth)

    def _plain(self, value: object, depth: int = 0) -> Any:
        """The value as JSON has it, every text in it without secrets; other objects become their repr."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._redactor.value(str(value))
        if isinstance(value, int | float):
            text = str(value)
            clean = self._redactor.value(text)
            return clean if clean != text or not math.isfinite(value) else value  # JSON has no NaN
        if depth < _MAX_DEPTH and isinstance(value, Mapping):
            return {
                self._redactor.value(str(key)): self._under(str(key), each, depth + 1) for key, each in value.items()
            }
        if depth < _MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
            return [self._plain(each, depth + 1) for each in value]
        return self._redactor.value(repr(value))


def _as_json(event: Mapping[str, Any]) -> str:
    # Only inside strings can a character be left to escape, and there JSON has the same escape for each.
    return escaped(json.dumps(event, ensure_ascii=False), lambda sign: f"\\u{ord(sign):04x}")


def _as_text(head: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    line = f"{head['time']} {head['level']:<8} {_escape(head['logger'])}: {_escape(str(head['event']))}"
    line += "".join(f" {_escape(key)}={_quoted(value)}" for key, value in values.items() if key not in _BLOCKS)
    blocks = [str(values[key]) for key in _BLOCKS if values.get(key)]
    return "\n".join([line, *(f"  | {_escape(part)}" for block in blocks for part in block.split("\n"))])


def _quoted(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return _escape(json.dumps(value, ensure_ascii=False))


def _escape(text: str) -> str:
    return escaped(text, lambda sign: repr(sign)[1:-1] if sign < "\x80" else f"\\u{ord(sign):04x}")


def _catch_what_python_prints() -> None:
    log = logging.getLogger("bot")

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            log.warning("interrupted from the keyboard")
        else:
            log.critical("stopped by an error nobody handled", exc_info=(kind, error, trace))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            log.critical(
                "a thread was stopped by an error nobody handled",
                exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
            )

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        info = None
        if args.exc_value is not None:
            info = (args.exc_type, args.exc_value, args.exc_traceback)
        log.error("an error nobody can handle: %s", args.err_msg or "while an object was deleted", exc_info=info)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = unraisable
    logging.captureWarnings(True)
