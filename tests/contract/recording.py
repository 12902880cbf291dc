"""Recorded cases: what a source gave once, and what has to come of it.

A case is a folder `cases/<type>/<name>/` with `files/`, `expected.json`, and where needed a `case.toml`:

    now = "2026-11-30T12:00:00Z"      # when the source is polled first; no review may be later; default: 2020-01-01
    zone = "Europe/Berlin"            # the location's zone; this is the default
    headers = { X-Api-Key = "key" }   # what each request has to carry, else 401; an [[http]] may have its own
    faults_on = "/reviews"            # where the faults strike, by the end of the path; default: everywhere
    one_page = true                   # the platform gives everything on one page; default: there are several
    never_gone = true                 # nobody can know what the platform has removed; default: a step says `gone`

    [settings]                        # the source's keys; {base_url} becomes the address of the recorded platform
    base_url = "{base_url}"
    api_key = "key"

    [[http]]                          # one answer of the platform; another parameter than these is answered with 404
    path = "/v1/reviews"
    query = { page = "2", since = "2026-11-2*" }    # * stands for anything
    file = "page-2.json"              # in files/; with `status`, `method` and `form` where not 200, GET and empty

    [[then]]                          # the next poll, with what the platform answers from then on
    after = "15m"                     # since the poll before; m, h or d
    is_complete = false               # whether it has to be a complete one
    gone = ["r_3"]                    # ids of reviews that the platform does not show any more
    [[then.http]]                     # as [[http]]; record the whole list here too, for the weekly reading
    path = "/v1/reviews"
    query = { page = "1", since = "*" }
    file = "then-page-1.json"

The last step's answers also serve the polls of the weeks after it, in which what is `gone` has to be noticed.

A source of files reads `files/` itself, by its key `path`. A source of mail finds the mails of `files/*.eml` in a real
IMAP server. `python -m tests.contract.recording` writes the missing `expected.json`: read it before you commit it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bot.errors import ReviewBotError
from tests.contract.recorded.case import Case, CaseError, cases
from tests.mail_server import MailServer, mail_server


async def _outcome_of(case: Case, mail: Callable[[], MailServer]) -> dict[str, Any]:
    async with case.running(mail) as running:
        return await running.outcome()


def write_missing() -> int:
    """Write the outcome of every case that has none yet; 1 when one cannot be had."""
    failed = 0
    with ExitStack() as stack:

        def mail() -> MailServer:
            return stack.enter_context(mail_server(Path(stack.enter_context(tempfile.TemporaryDirectory()))))

        for case in cases():
            target = case.folder / "expected.json"
            if target.exists():
                continue
            try:
                text = json.dumps(asyncio.run(_outcome_of(case, mail)), ensure_ascii=False, indent=1)
            except (CaseError, ReviewBotError) as error:
                print("\n".join([f"{case}: {error}", *getattr(error, "__notes__", ())]), file=sys.stderr)
                failed = 1
                continue
            target.write_text(text + "\n", encoding="utf-8")
            print(target)
    return failed


if __name__ == "__main__":
    sys.exit(write_missing())
