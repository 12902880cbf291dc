"""Redaction and the form of a line, without touching this process's own loggers."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.logs import LineFormatter, configure, redact
from bot.redaction import Redactor

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_012345"


def _line(message: object, *args: object, as_json: bool = True, secrets: tuple[str, ...] = (), **extra: object) -> str:
    redactor = Redactor()
    for secret in secrets:
        redactor.add(secret)
    exc_info = extra.pop("exc_info", None)
    record = logging.LogRecord("bot.pipeline", logging.INFO, "x.py", 1, message, args, exc_info)  # type: ignore[arg-type]
    record.__dict__.update(extra)
    return LineFormatter(as_json=as_json, now=lambda: NOON, redactor=redactor).format(record)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", TOKEN),
        (f"https%3A//h/bot{quote(TOKEN, safe='')}/getMe", TOKEN[10:]),
        (f"%2Fbot{quote(quote(TOKEN, safe=''), safe='')}", TOKEN[10:]),
        (f"Bot[token={TOKEN}]", TOKEN),
        ("Authorization: Bearer ya29.a0Af_x-y/z+1=", "ya29"),
        ("{'Authorization': 'Bearer ya29.a0Af'}", "ya29"),
        ("[(b'authorization', b'Basic dXNlcjpwYXNz')]", "dXNlcjpwYXNz"),
        ("authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("grant_type=refresh_token&refresh_token=1//0gabc&client_secret=GOCSPX-q", "1//0gabc"),
        ("grant_type=refresh_token&refresh_token=1//0gabc&client_secret=GOCSPX-q", "GOCSPX-q"),
        ("body=refresh_token%3D1%2F%2F0gabc%26a%3D1", "0gabc"),
        ('{"refresh_token": "1//0gabc", "n": 1}', "1//0gabc"),
        ('"{\\"client_secret\\": \\"GOCSPX-q\\"}"', "GOCSPX-q"),
        ("{'access_token': 'ya29.abc'}", "ya29"),
        ("postgresql://bot:hunter2@db/reviews", "hunter2"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ+/=\nabcd\n-----END PRIVATE KEY-----", "MIIEvQ"),
    ],
)
def test_what_is_shaped_like_a_secret_is_taken_out(text: str, gone: str) -> None:
    """A secret that nobody named is recognised by its shape; the words around it stay."""
    assert gone in text
    assert gone not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "3 tokens: fine",
        "12:30 at 1234567:8",
        "https://maps.google.com/?cid=1234567890",
        "The secret is patience",
        "a:b@c",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Text that only resembles a secret is left as it is."""
    assert redact(text) == text


@example(secret="%", before="", after="")
@example(secret="%2 5+\\\"'/", before="%", after="\\")
@given(st.text(min_size=1).filter(lambda s: s.strip() and s.isprintable()), st.text(max_size=20), st.text(max_size=20))
def test_a_named_secret_is_found_in_every_spelling(secret: str, before: str, after: str) -> None:
    """Whatever a secret consists of, it is found plain, percent-encoded, and inside JSON and repr."""
    secret = secret.strip()
    redactor = Redactor()
    redactor.add(secret)
    for spelled in (
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        "".join(f"%{byte:02x}" for byte in secret.encode()),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        ascii(secret)[1:-1],
    ):
        assert redactor.value(f"\n{spelled}\n").strip() == "***", spelled
    assert secret not in redactor.value(f"{before}{secret}{after}").replace("***", "\0")


def test_blank_secrets_are_ignored_and_lines_of_a_key_count() -> None:
    """An empty setting does not turn every gap into a mask; a line of a long secret is a secret too."""
    redactor = Redactor()
    redactor.add("  \n")
    assert redactor.value("all quiet") == "all quiet"
    redactor.add("first-line-of-a-key\nsecond-line-of-a-key\nend\n")
    assert redactor.value("a second-line-of-a-key end") == "a *** end"


@pytest.mark.parametrize(
    "sign", ["1", "1:", "token", "token=", "\\", "%25", "a", "://", "bearer ", "-----BEGIN PRIVATE KEY-----", '"']
)
def test_hostile_text_does_not_stall_the_log(sign: str) -> None:
    """100 kB made of whatever the patterns begin with is searched in well under a second."""
    redactor = Redactor()
    redactor.add("\"\\/'%25 token")
    redactor.add(TOKEN)
    text = sign * (100_000 // len(sign))
    started = time.process_time()
    redactor.line(redactor.value(text))
    assert time.process_time() - started < 2


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("where", ["message", "argument", "value", "key", "nested", "object", "number", "traceback"])
def test_a_secret_is_in_no_part_of_a_record(where: str, as_json: bool) -> None:
    """Message, arguments, values of any type, keys and tracebacks: the secret is in none of them."""
    secret = "998877665544" if where == "number" else 's3cr3t/ü"x'

    class Holder:
        def __repr__(self) -> str:
            return f"Holder({secret!r})"

    try:
        raise RuntimeError(f"cannot reach {secret}")
    except RuntimeError:
        info = sys.exc_info()
    line = {
        "message": lambda: _line(f"got {secret}", as_json=as_json, secrets=(secret,)),
        "argument": lambda: _line("got %s", secret, as_json=as_json, secrets=(secret,)),
        "value": lambda: _line("got", as_json=as_json, secrets=(secret,), extra_value=secret),
        "key": lambda: _line("got", as_json=as_json, secrets=(secret,), **{f"k {secret}": 1}),
        "nested": lambda: _line("got", as_json=as_json, secrets=(secret,), v={"a": [{secret: (secret,)}]}),
        "object": lambda: _line("got %r", Holder(), as_json=as_json, secrets=(secret,), v=Holder()),
        "number": lambda: _line("got", as_json=as_json, secrets=(secret,), v=int(secret)),
        "traceback": lambda: _line("got", as_json=as_json, secrets=(secret,), exc_info=info),
    }[where]()
    assert "***" in line
    for trace in (secret, json.dumps(secret)[1:-1], "s3cr3t", "9988776655"):
        assert trace not in line
    if as_json:
        assert json.loads(line)["logger"] == "bot.pipeline"


def test_a_value_under_the_name_of_a_secret_is_masked() -> None:
    """log.info(..., refresh_token=x) shows no x, whatever x looks like; counts and flags stay."""
    event = json.loads(
        _line("m", refresh_token="abc", client_secret=["d"], tokens=3, nested={"password": "e"}, token=True)
    )
    assert event["refresh_token"] == event["client_secret"] == event["nested"]["password"] == "***"
    assert (event["tokens"], event["token"]) == (3, True)


@given(st.text())
def test_one_record_is_one_line(text: str) -> None:
    """Whatever a guest writes, the record stays one line, printable, and JSON gives the text back."""
    hostile = f"{text}\n2026-03-01T12:00:00.000Z ERROR    bot: fake\r\x1b[2J\u2028\u202e"
    for as_json in (True, False):
        line = _line("review", as_json=as_json, body=hostile)
        assert len(line.splitlines()) == 1
        assert not any(sign in line for sign in "\x1b\u202e\u2028\x85\x7f")
    event = json.loads(_line("review", body=hostile))
    assert event["body"] == redact(hostile)
    assert len(_line(hostile.replace("%", "%%"), as_json=False).splitlines()) == 1


def test_a_traceback_is_indented_for_readers_and_one_string_in_json() -> None:
    """No line of a traceback, nor of an error's own text, can pass for a record."""
    try:
        raise RuntimeError("first\n2026-03-01T12:00:00.000Z error bot: fake")
    except RuntimeError:
        info = sys.exc_info()
    first, *rest = _line("failed", as_json=False, exc_info=info).split("\n")
    assert first == "2026-03-01T12:00:00.000Z info     bot.pipeline: failed"
    assert len(rest) > 3
    assert all(line.startswith("  | ") for line in rest)
    assert "RuntimeError: first\n2026" in json.loads(_line("failed", exc_info=info))["exception"]


def test_the_time_is_the_callers() -> None:
    """A record bears the time of the clock it was given, in UTC, whatever zone that clock has."""
    zone = timezone(timedelta(hours=2))
    formatter = LineFormatter(as_json=True, now=lambda: NOON.astimezone(zone), redactor=Redactor())
    record = logging.LogRecord("bot", logging.INFO, "x.py", 1, "m", (), None)
    assert json.loads(formatter.format(record))["time"] == "2026-03-01T12:00:00.000Z"


def test_values_keep_their_types_and_names_of_ours_are_not_overwritten() -> None:
    """Numbers stay numbers in JSON, NaN becomes text, and a value called level does not hide the record's level."""
    event = json.loads(_line("m", count=3, share=0.5, odd=float("nan"), none=None, level="x", when=NOON))
    assert (event["count"], event["share"], event["odd"], event["none"]) == (3, 0.5, "nan", None)
    assert (event["level"], event["level_"]) == ("info", "x")
    assert "2026" in event["when"]


def test_text_form() -> None:
    """The reader's form: time, level, logger, event, then values, quoted where they are not one plain word."""
    assert _line("polled %d", 3, as_json=False, source="csv", note='two "words"') == (
        '2026-03-01T12:00:00.000Z info     bot.pipeline: polled 3 source=csv note="two \\"words\\""'
    )


def test_an_unknown_level_is_told() -> None:
    """A level that does not exist is a mistake in the configuration, told with what it can be."""
    with pytest.raises(ConfigError, match=r"'loud'.*debug, info, warning"):
        configure(level="loud", as_json=False, secrets=(), now=lambda: NOON)
