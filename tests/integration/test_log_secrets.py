"""The bot token in no output of a real process: real clients, a real server, every level, both forms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_012345"
PASSWORD = "p4ss w/ö?rd"

_PRELUDE = """
import asyncio, gc, json, logging, sys, threading, warnings
from datetime import datetime, UTC
from urllib.parse import quote
import httpx, structlog
from bot.logs import add_secret, configure
LEVEL, AS_JSON, PORT, TOKEN, PASSWORD = sys.argv[1], sys.argv[2] == 'json', int(sys.argv[3]), sys.argv[4], sys.argv[5]
configure(level=LEVEL, as_json=AS_JSON, secrets=[PASSWORD], now=lambda: datetime(2026, 3, 1, tzinfo=UTC), urls=True)
URL = f'http://127.0.0.1:{PORT}/bot{TOKEN}'
log = structlog.get_logger('bot.test')
"""

_EVERYTHING = """
import contextlib
from telegram import Bot
from telegram.error import TelegramError

def attempt(act):
    try:
        return act()
    except Exception:
        log.exception('it failed', url=URL)
        logging.getLogger('other').exception('it failed at %s', URL)

async def fetch(url):
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.post(url, data={'refresh_token': 'rt-0123', 'password': PASSWORD},
                          headers={'Authorization': 'Bearer ya29.abc'})

async def get_me():
    async with Bot(TOKEN, base_url=f'http://127.0.0.1:{PORT}/bot') as bot:
        log.info('the bot is %s', bot, bot=bot)
        logging.getLogger('other').info('%r', bot)

attempt(lambda: httpx.get(URL + '/getMe', trust_env=False))
attempt(lambda: httpx.get(URL + '/getMe', params={'q': PASSWORD, 't': TOKEN}, trust_env=False))
attempt(lambda: asyncio.run(fetch(URL + '/getMe')))
attempt(lambda: httpx.get(URL + '/fail', trust_env=False).raise_for_status())
attempt(lambda: httpx.get(f'http://127.0.0.1:1/bot{TOKEN}/x', trust_env=False))
attempt(lambda: httpx.get(f'http://127.0.0.1:{PORT}/bot{TOKEN}\\n', trust_env=False))
attempt(lambda: asyncio.run(get_me()))
response = httpx.get(URL + '/getMe', trust_env=False)
log.info('answer', request=response.request, headers=dict(response.request.headers), url=response.url)
log.info('quoted', value=quote(PASSWORD))
logging.getLogger('other').info('%d is no number', TOKEN)
logging.getLogger('other').info('%s', TOKEN, TOKEN)
structlog.contextvars.bind_contextvars(place=URL)
log.error('with a bound value')
warnings.warn(f'careful with {URL}')

class Dying:
    def __del__(self):
        raise RuntimeError(URL)
dying = Dying(); del dying; gc.collect()
def thread():
    raise RuntimeError(URL)
t = threading.Thread(target=thread); t.start(); t.join()
async def lost():
    asyncio.get_running_loop().call_soon(lambda: [][TOKEN])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(lost(), debug=LEVEL == 'DEBUG')
raise SystemError(URL + PASSWORD)
"""


class _Api(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = (500, b"{}") if "fail" in self.path else (200, _ME)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


_ME = json.dumps({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "R", "username": "r_bot"}}).encode()


@pytest.fixture
def api() -> Iterator[int]:
    """The port of a small server on 127.0.0.1 that answers like Telegram's getMe."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _run(body: str, level: str, form: str, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _PRELUDE + textwrap.dedent(body), level, form, str(port), TOKEN, PASSWORD],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("level", ["DEBUG", "info", "WARNING", "error", "critical"])
def test_no_secret_in_any_output(level: str, form: str, api: int) -> None:
    """Requests that work and fail, tracebacks, warnings, dying threads and objects: no secret at any level."""
    done = _run(_EVERYTHING, level, form, api)
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert "SystemError" in output
    for secret in (TOKEN, TOKEN[10:], PASSWORD, "p4ss", "rt-0123", "ya29"):
        assert secret not in output
    if form == "json":
        events = [json.loads(line) for line in done.stderr.splitlines()]
        assert {event["time"] for event in events} == {"2026-03-01T00:00:00.000Z"}
    if level == "DEBUG":
        for expected in (
            "HTTP Request: GET",
            "connect_tcp.started",
            "it failed",
            "ConnectError",
            "500 Internal",
            "the bot is Bot[token=***]",
            "could not be written (TypeError",
            "careful with",
            "nobody can handle",
            "a thread was stopped",
            "Exception in callback",
            "with a bound value",
        ):
            assert expected in output


def test_urls_are_not_logged_unless_asked_for(api: int) -> None:
    """By default httpx and httpcore say nothing below a warning, even at the level debug; structlog and others do."""
    done = _run(
        """
        configure(level='debug', as_json=AS_JSON, secrets=[], now=lambda: datetime(2026, 3, 1, tzinfo=UTC))
        httpx.get(URL, trust_env=False)
        log.debug('%s is here', 'debug')
        logging.getLogger('other').debug('and here')
        logging.getLogger('httpx').warning('a warning')
        """,
        "error",
        "json",
        api,
    )
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == [
        "debug is here",
        "and here",
        "a warning",
    ]


def test_a_secret_may_come_later(api: int) -> None:
    """A token that was issued while the program runs is kept out from that moment on, also after a new set-up."""
    done = _run(
        """
        log.error('issued opaque-value-1')
        add_secret('opaque-value-1')
        log.error('issued opaque-value-1')
        configure(level='error', as_json=AS_JSON, secrets=[], now=lambda: datetime(2026, 3, 1, tzinfo=UTC))
        log.error('issued opaque-value-1')
        """,
        "error",
        "json",
        api,
    )
    events = [json.loads(line)["event"] for line in done.stderr.splitlines()]
    assert events == ["issued opaque-value-1", "issued ***", "issued ***"]


def test_the_level_holds(api: int) -> None:
    """Records below the level are not written, of either kind of logger; nothing goes to stdout."""
    done = _run(
        "log.info('no'); logging.getLogger('other').info('no'); log.warning('yes'); logging.warning('yes')",
        "warning",
        "text",
        api,
    )
    assert done.stdout == ""
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == ["yes", "yes"]


def test_debug_logs_hold_no_guests_words(api: int) -> None:
    """At debug, with every URL asked for: no text that goes to Telegram or the database, not even in its errors."""
    body = """
    import tempfile
    from pathlib import Path
    import sqlalchemy as sa
    from telegram import Bot
    from bot.store.db.engine import DatabaseError, open_store

    async def main():
        store = open_store(Path(tempfile.mkdtemp()) / 'words.sqlite3')
        async with store.write() as connection:
            await connection.execute(sa.text('CREATE TABLE words (said TEXT, number INTEGER NOT NULL)'))
            await connection.execute(sa.text('INSERT INTO words VALUES (:said, 1)'), {'said': 'cold soup again'})
        try:
            async with store.write() as connection:
                await connection.execute(sa.text('INSERT INTO words VALUES (:said, NULL)'), {'said': 'cold soup again'})
        except DatabaseError:
            log.exception('it cannot be stored')
        await store.close()
        try:
            async with Bot(TOKEN, base_url=f'http://127.0.0.1:{PORT}/bot') as bot:
                await bot.send_message(1, 'cold soup again')
        except Exception as error:
            log.info('it was not sent', kind=type(error).__name__)

    asyncio.run(main())
    """
    done = _run(body, "DEBUG", "text", api)
    assert "it cannot be stored" in done.stderr
    assert "cold soup" not in done.stderr
