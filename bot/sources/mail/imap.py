"""A connection to an IMAP server: read-only, over TLS, each wait limited, with the project's own errors.

Wire formats: RFC 3501 (EXAMINE, UID SEARCH, UID FETCH, UIDVALIDITY), RFC 5530 (response codes), RFC 6154 (special-use
folders). Everything here blocks; it runs in a thread.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from bot.errors import ReviewBotError, SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.sources.mail.client import Box, Client
from bot.sources.mail.sign_in_help import login_refused

TIMEOUT_S: Final = 25.0
"""Seconds without a byte from the server after which a wait ends."""
HEADER_CAP: Final = 32 * 1024
_TEMPORARY: Final = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|too many|try again|rate limit", re.IGNORECASE)
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE: Final = re.compile(rb'INTERNALDATE "\s?(\d{1,2})-(\w{3})-(\d{4} [\d:]{8} [+-]\d{4})"')
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Account:
    """Server, user and password of a mailbox."""

    host: str
    port: int
    user: str
    password: str
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched mail: its UID, size in bytes, time of arrival and the bytes that were asked for."""

    uid: int
    size: int
    received_at: datetime
    body: bytes


class Visit:
    """A signed-in connection; use `visit` to get one."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def folders(self, wanted: Sequence[str]) -> list[str]:
        r"""The names of folders; one that begins with a backslash is looked up by its flag, like `\Junk`."""
        if not any(name.startswith("\\") for name in wanted):
            return list(dict.fromkeys(wanted))
        listed = self._box.folder.list()
        found: list[str] = []
        for name in wanted:
            if not name.startswith("\\"):
                found.append(name)
                continue
            fits = [one.name for one in listed if name.lower() in (flag.lower() for flag in one.flags)]
            if not fits:
                raise SourceRefusedError(
                    f"the mail server marks no folder as {name}; write the folder's own name into `folders`. There "
                    f"are: {', '.join(one.name for one in listed[:30])}",
                    reason=SourceDownReason.FOLDER_MISSING,
                )
            found += fits
        return list(dict.fromkeys(found))

    def open(self, folder: str) -> int:
        """Open a folder for reading only (EXAMINE) and return its UIDVALIDITY."""
        try:
            self._box.folder.set(folder, readonly=True)
        except MailboxFolderSelectError as error:
            there = ", ".join(one.name for one in self._box.folder.list()[:30])
            raise SourceRefusedError(
                f"the mail folder {folder!r} cannot be opened; correct `folders`. There are: {there}",
                reason=SourceDownReason.FOLDER_MISSING,
            ) from error
        _, values = self._box.client.response("UIDVALIDITY")
        return int(values[0]) if values and values[0] else 0

    def uids_after(self, uid: int, *, since: date | None = None, sender: str = "") -> list[int]:
        """The UIDs above `uid`, rising; with `since` only of mails that arrived on that day or later."""
        criteria = ["UID", f"{uid + 1}:*"]
        if since is not None:
            criteria += ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"]
        if sender:
            criteria += ["FROM", self._box.client._quote(sender)]
        self._box.client.forget_hints()
        status, data = self._box.client.uid("SEARCH", *criteria)
        _expect(status, "SEARCH")
        found = {int(one) for line in data if line for one in line.split()}
        # n:* always gives the last mail, also when n lies beyond it (RFC 3501, 6.4.8).
        return sorted(one for one in found if one > uid)

    def headers(self, uids: Sequence[int], names: Sequence[str]) -> list[Fetched]:
        """The named headers of some mails, at most 32 KB of each."""
        return self._fetch(uids, f"BODY.PEEK[HEADER.FIELDS ({' '.join(names).upper()})]<0.{HEADER_CAP}>")

    def bodies(self, uids: Sequence[int], *, cap: int) -> list[Fetched]:
        """Whole mails, at most `cap` bytes of each, without marking them as read."""
        return self._fetch(uids, f"BODY.PEEK[]<0.{cap}>")

    def wait_for_mail(self, seconds: float, *, not_before: float = 0.0) -> bool:
        """Wait until the server hints at new mail in the open folder; see `Client.wait_for_mail`."""
        return self._box.client.wait_for_mail(seconds, not_before=not_before)

    def abort(self) -> None:
        """Cut the connection, which ends what another thread waits for."""
        with suppress(OSError):
            self._box.client.sock.shutdown(socket.SHUT_RDWR)

    def _fetch(self, uids: Sequence[int], what: str) -> list[Fetched]:
        if not uids:
            return []
        status, data = self._box.client.uid("FETCH", ",".join(map(str, uids)), f"(UID INTERNALDATE RFC822.SIZE {what})")
        _expect(status, "FETCH")
        return sorted(_fetched(data), key=lambda one: one.uid)


@contextmanager
def visit(
    account: Account, *, timeout: float = TIMEOUT_S, opened: Callable[[Visit], None] = lambda _: None
) -> Iterator[Visit]:
    """Sign in, and out again at the end.

    Args:
        account: where.
        timeout: seconds that the server may be silent.
        opened: called with the visit as soon as it can be aborted.

    Raises:
        SourceUnreachableError: no connection, or it broke; try again later.
        SourceRefusedError: sign-in, certificate or folder are wrong; the text says what to do.
    """
    reached: list[bool] = []
    with _own_errors(account, reached):
        context = ssl.create_default_context(cafile=None if account.ca_file is None else str(account.ca_file))
        connect = partial(Client, account.host, account.port, context=context, timeout=timeout)
        box = Box(lambda: connect(reached=lambda: reached.append(True)))
        made = Visit(box)
        opened(made)
        is_in_step = True
        try:
            _sign_in(box, account)
            yield made
        except (OSError, imaplib.IMAP4.abort):
            is_in_step = False
            raise
        finally:
            if is_in_step:
                with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                    box.logout()
            with suppress(OSError, imaplib.IMAP4.error):
                box.client.shutdown()


def _sign_in(box: Box, account: Account) -> None:
    try:
        if account.user.isascii() and account.password.isascii():
            box.login(account.user, account.password, initial_folder=None)
        else:
            box.login_utf8(account.user, account.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        said = str(error).replace(account.password, "***")
        if _TEMPORARY.search(said):
            raise SourceUnreachableError(
                f"{account.host} does not let anybody in at the moment; it is tried again by itself",
                reason=SourceDownReason.BUSY,
            ) from None
        # Without its cause: what the server said may quote what was sent.
        raise SourceRefusedError(
            login_refused(account.host, account.user), reason=SourceDownReason.LOGIN_REFUSED
        ) from None


@contextmanager
def _own_errors(account: Account, reached: list[bool]) -> Iterator[None]:
    where = f"{account.host}:{account.port}"
    try:
        yield
    except ReviewBotError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise SourceRefusedError(
            f"the certificate of {where} is not right: {error.verify_message.rstrip('.')}. Write the server's name "
            "into `host` exactly as your provider gives it; for a server of your own with an authority of its own, "
            "name that in `ca_file`. Nothing was sent.",
            reason=SourceDownReason.CERTIFICATE,
        ) from error
    except FileNotFoundError as error:
        raise SourceRefusedError(
            f"`ca_file` {account.ca_file} does not exist; correct it or leave it out",
            reason=SourceDownReason.CERTIFICATE,
        ) from error
    except TimeoutError as error:
        if reached:
            raise SourceUnreachableError(
                f"{where} takes the connection and then says nothing; it is tried again by itself. If it lasts, ask "
                "your mail provider, or look for a firewall in between.",
                reason=SourceDownReason.SILENT,
            ) from error
        raise _no_answer(where, "no connection in time") from error
    except ssl.SSLError as error:
        raise _no_answer(where, f"no TLS there ({error.reason or 'broken off'}); the port is usually 993") from error
    except socket.gaierror as error:
        raise _no_answer(where, "no machine has this name; check `host`") from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise _no_answer(where, f"{type(error).__name__}: {str(error)[:120]}") from error


def _no_answer(where: str, detail: str) -> SourceUnreachableError:
    return SourceUnreachableError(
        f"{where} does not answer ({detail}); it is tried again by itself", reason=SourceDownReason.NO_ANSWER
    )


def _expect(status: str, command: str) -> None:
    if status != "OK":
        raise imaplib.IMAP4.error(f"{command}: {status}")


def _fetched(data: Sequence[Any]) -> Iterator[Fetched]:
    """The mails in a FETCH answer: each is a pair of attributes and bytes, with more attributes behind it."""
    for number, entry in enumerate(data):
        if isinstance(entry, tuple):
            after = data[number + 1] if number + 1 < len(data) else b""
            attributes, body = entry[0] + (after if isinstance(after, bytes) else b""), entry[1]
        elif isinstance(entry, bytes) and _SIZE.search(entry):
            attributes, body = entry, b""
        else:
            continue
        uid, size = _UID.search(attributes), _SIZE.search(attributes)
        if uid is not None:
            yield Fetched(int(uid[1]), int(size[1]) if size else len(body), _received(attributes), body)


def _received(attributes: bytes) -> datetime:
    found = _DATE.search(attributes)
    if found is None:
        raise imaplib.IMAP4.error("FETCH without INTERNALDATE")
    return parsedate_to_datetime(b" ".join(found.groups()).decode("ascii")).astimezone(UTC)
