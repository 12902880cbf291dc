"""Debian's Dovecot as an ordinary process on loopback, for thousands of mails, put into its Maildir as files."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.mail_server import NOW, PASSWORD, USER, NoMailServerError, make_certificate

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
ssl = required
ssl_cert = <{cert}
ssl_key = <{key}
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{root}/Maildir
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
passdb {{
  driver = passwd-file
  args = {root}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}/home
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running Dovecot.

    Attributes:
        root: its folder.
        port: with TLS.
        ca_file: the authority to trust.
    """

    root: Path
    port: int
    ca_file: Path
    user: str
    group: str
    _delivered: int = 0

    def deliver(self, mails: Sequence[bytes], *, folder: str = "INBOX", at: datetime = NOW) -> None:
        """Mails arrive, in order."""
        box = self.root / "Maildir" / ("" if folder == "INBOX" else f".{folder}")
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(parents=True, exist_ok=True)
        for one in mails:
            self._delivered += 1
            path = box / "new" / f"{int(at.timestamp())}.M{self._delivered:06d}.host"
            path.write_bytes(one)
            os.utime(path, (at.timestamp(), at.timestamp()))
        self.own()

    def own(self) -> None:
        """Give everything to the user that Dovecot reads mail as."""
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", f"{self.user}:{self.group}", str(self.root / "Maildir")], check=True)

    def is_unseen(self) -> bool:
        """No mail has been marked as seen: Maildir shows it in the file's name."""
        return not any(
            "S" in path.name.rpartition(":2,")[2] for path in (self.root / "Maildir").rglob("*") if ":2," in path.name
        )


@contextmanager
def dovecot(root: Path) -> Iterator[Dovecot]:
    """A running Dovecot with one empty mailbox.

    Raises:
        NoMailServerError: it is not installed or does not start.
    """
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NoMailServerError("dovecot is not installed (apt-get install dovecot-imapd)")
    is_root = os.getuid() == 0
    user = "nobody" if is_root else getpass.getuser()
    group = subprocess.run(["id", "-gn", user], check=True, capture_output=True, text=True).stdout.strip()
    certificate = make_certificate(root, "localhost")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    for name in ("home", "Maildir"):
        (root / name).mkdir()
    for folder in [root, *root.parents][:4] if is_root else []:
        # The user that Dovecot reads mail as has to come through pytest's private folders.
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o711)
    made = Dovecot(root, port, certificate.cert, user, group)
    made.own()
    (root / "passwd").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    config = root / "dovecot.conf"
    config.write_text(
        _CONFIG.format(root=root, cert=certificate.cert, key=certificate.key, user=user, group=group, port=port),
        encoding="utf-8",
    )
    process = subprocess.Popen([found, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process, root / "dovecot.log")
        yield made
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")[-500:] if log.exists() else "it says nothing"
    raise NoMailServerError(f"dovecot does not start: {said}")
