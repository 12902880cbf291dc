"""The guard: what a process may reach, what was looked up, what was refused."""

from __future__ import annotations

import functools
import os
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from bot.egress._hosts import comparable, is_literal, is_loopback, parse_hosts
from bot.errors import OwnerActionError

_KEPT_ADDRESSES: Final = 4096
_KEPT_REFUSALS: Final = 64
_UNIX: Final = getattr(socket, "AF_UNIX", None)
_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)


class EgressRefusedError(OwnerActionError):
    """The process tried to reach a host that the configuration does not name.

    Deliberately no OSError: HTTP clients and retry rules take every OSError for a bad line and try again, while this
    one passes through them unchanged (python-telegram-bot and anyio wrap it; `refusal_in` finds it again). It is an
    ordinary exception all the same, so that libraries clean up; the stream socket of a refused connect is already
    closed, as `socket.create_connection` closes it for an OSError only.

    Attributes:
        act: what was tried: "look-up", "connect" or "send".
        target: the host or address, as it was given.
    """

    def __init__(self, act: str, target: str) -> None:
        self.act = act
        self.target = target
        super().__init__(act, target)  # the arguments themselves, so that the error crosses to another process

    def __str__(self) -> str:
        return (
            f"{self.act} of {self.target!r} refused: the configuration does not name it. "
            "Add it to the configuration if the bot should reach it."
        )


def refusal_in(error: BaseException) -> EgressRefusedError | None:
    """The refusal that `error` is, wraps or groups, or None; a caller that retries asks this first."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        if isinstance(each, EgressRefusedError):
            return each
        seen.add(id(each))
        waiting += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
    return None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, and how often since the process started."""

    act: str
    target: str
    count: int


class Guard:
    """What this process may reach. There is one in a process, made by `install`; threads may share it."""

    def __init__(self) -> None:
        self._hosts: frozenset[str] = frozenset()
        self._addresses: OrderedDict[str, None] = OrderedDict()
        self._refused: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.RLock()
        self._pairing = threading.local()
        if hasattr(os, "register_at_fork"):
            # A thread may hold the lock at the moment of the fork; in the child nobody would ever release it.
            os.register_at_fork(after_in_child=self._renew_lock)

    @property
    def hosts(self) -> frozenset[str]:
        """The configured hosts, as they are compared."""
        return self._hosts

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """The last refusals, each kind once, the latest at the end; at most 64 are kept."""
        with self._lock:
            return tuple(Refusal(act, target, count) for (act, target), count in self._refused.items())

    def allow(self, *hosts: str) -> None:
        """Allow more hosts from now on.

        Args:
            *hosts: host names or IP literals; case, a trailing dot and the brackets of an IPv6 literal do not matter,
                and a name may be written in Unicode or as xn--.

        Raises:
            ConfigError: one of them is neither, for example a URL or a host with a port.
        """
        wanted = parse_hosts(hosts)
        with self._lock:
            self._hosts |= wanted

    def restrict(self, hosts: Iterable[str]) -> None:
        """Allow these hosts and nothing else, and forget what earlier look-ups returned.

        Raises:
            ConfigError: one of them is neither a host name nor an IP literal.
        """
        wanted = parse_hosts(hosts)
        with self._lock:
            self._hosts = wanted
            self._addresses.clear()

    def check_lookup(self, host: object) -> None:
        """Refuse the look-up of a host that is not allowed.

        Raises:
            EgressRefusedError: it is not allowed.
        """
        if not host:
            return  # asks for this machine's own wildcard or loopback; nothing is looked up, a connect is still checked
        self._check("look-up", host)

    def check_address(self, sock: socket.socket, address: object, act: str) -> None:
        """Refuse traffic to an address that is not allowed.

        Raises:
            EgressRefusedError: it is not allowed.
        """
        family = int(sock.family)
        if family == _UNIX or address is None:  # without an address it goes where an earlier, checked connect went
            return
        if family not in _INTERNET or not isinstance(address, tuple) or not address:
            self._refuse(act, repr(address))
        if self._is_pairing() and is_loopback(comparable(address[0])):
            return
        try:
            self._check(act, address[0])
        except EgressRefusedError:
            if act == "connect" and sock.type == socket.SOCK_STREAM:
                sock.close()
            raise

    def check_name(self, sock: socket.socket, address: object) -> None:
        """Refuse a socket address whose host is a name that is not allowed; addresses pass.

        Raises:
            EgressRefusedError: the name is not allowed.
        """
        if int(sock.family) in _INTERNET and isinstance(address, tuple) and address:
            host = address[0]
            if not is_literal(comparable(host)):
                self.check_lookup(host)

    def remember(self, host: object, addresses: Iterable[object]) -> None:
        """Keep the addresses that a look-up of `host` returned; the oldest make room for new ones."""
        if host is None or comparable(host) not in self._hosts:
            return
        with self._lock:
            for address in map(comparable, addresses):
                self._addresses[address] = None
                self._addresses.move_to_end(address)
            while len(self._addresses) > _KEPT_ADDRESSES:
                self._addresses.popitem(last=False)

    def pair(self, make: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `socket.socketpair`, which connects over loopback where there are no Unix pairs (Windows)."""

        @functools.wraps(make)
        def socketpair(*args: Any, **kwargs: Any) -> Any:
            self._pairing.on = True
            try:
                return make(*args, **kwargs)
            finally:
                self._pairing.on = False

        return socketpair

    def _is_pairing(self) -> bool:
        return getattr(self._pairing, "on", False)

    def _check(self, act: str, host: object) -> None:
        key = comparable(host)
        if key not in self._hosts and key not in self._addresses:
            self._refuse(act, host.decode("ascii", "backslashreplace") if isinstance(host, bytes) else str(host))

    def _refuse(self, act: str, target: str) -> NoReturn:
        with self._lock:
            self._refused[act, target] = self._refused.pop((act, target), 0) + 1
            while len(self._refused) > _KEPT_REFUSALS:
                self._refused.popitem(last=False)
        raise EgressRefusedError(act, target)

    def _renew_lock(self) -> None:
        self._lock = threading.RLock()
