"""Egress: this process reaches only the hosts that the configuration names.

The rule is enforced below every library by an audit hook, which Python calls before it acts and which cannot be
removed again:

- A look-up of a name that is not configured is refused, whether a library passes it as str or as bytes.
- A connect, sendto or sendmsg to an address is refused unless the configuration names that address or an allowed
  look-up returned it. Loopback is an address like any other: allowed only if it is configured.
- Unix sockets are free, and so is listening.
- Proxies from the environment are ignored: `install` takes them out of the environment.
- uvloop cannot be imported: its sockets raise no such events.

`install` comes first in every process of ours, in worker processes as the pool's initializer
(`ProcessPoolExecutor(initializer=install_in_worker, initargs=(hosts,))`).

An audit hook sees what is asked for, not what comes back, so the look-up functions of the `socket` module are wrapped
to remember the addresses that an allowed look-up returned. A library that took the functions out of the module
earlier, or calls `_socket` itself, is still checked; what it looked up is not remembered, so its connect is refused.

What this does not see: C libraries with sockets of their own, other programs that a process starts, and the
connects of Windows' proactor event loop, of which it sees the look-ups only. It guards against a library that calls
home and against a mistake in our own code, not against hostile code in this process.

The events are those of CPython's audit event table, read off 3.11, 3.12 and 3.13: `gethostbyname_ex` raises
`socket.gethostbyname`, `connect_ex` raises `socket.connect`.
"""

from __future__ import annotations

import functools
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from bot.egress._guard import EgressRefusedError, Guard, Refusal, refusal_in
from bot.errors import ConfigError

__all__ = ["EgressRefusedError", "Guard", "Refusal", "install", "install_in_worker", "refusal_in"]

_UNSEEN_LOOPS: Final = ("uvloop", "winloop")
# How many arguments each method has when the last one is an address.
_ADDRESS_LAST: Final = {"connect": (1,), "connect_ex": (1,), "bind": (1,), "sendto": (2, 3), "sendmsg": (4,)}

_installing = threading.Lock()
_installed: list[Guard] = []


def install(hosts: Iterable[str]) -> Guard:
    """Let this process reach only `hosts`; a second call widens the same guard by its hosts.

    Args:
        hosts: host names or IP literals, as `Guard.allow` takes them. Of a URL: `httpx.URL(url).raw_host.decode()`.

    Returns:
        The guard of this process.

    Raises:
        ConfigError: a host is neither a name nor an IP literal, or uvloop is loaded already.
    """
    with _installing:
        if not _installed:
            _forbid_unseen_loops()
            _drop_proxies()
            guard = Guard()
            guard.allow(*hosts)
            _wrap_socket_module(guard)
            sys.addaudithook(_hook_of(guard))
            _installed.append(guard)
        else:
            _installed[0].allow(*hosts)
        return _installed[0]


def install_in_worker(hosts: Iterable[str]) -> None:
    """Let a worker process reach only `hosts`, also one that was forked and has its parent's guard.

    Raises:
        ConfigError: as `install`.
    """
    install(()).restrict(hosts)


def _hook_of(guard: Guard) -> Callable[[str, tuple[Any, ...]], None]:
    checks: dict[str, Callable[[tuple[Any, ...]], None]] = {
        "socket.getaddrinfo": lambda event: guard.check_lookup(event[0]),
        "socket.gethostbyname": lambda event: guard.check_lookup(event[0]),
        "socket.gethostbyaddr": lambda event: guard.check_lookup(event[0]),
        "socket.getnameinfo": lambda event: guard.check_lookup(event[0][0]),
        "socket.bind": lambda event: guard.check_name(event[0], event[1]),
        "socket.connect": lambda event: guard.check_address(event[0], event[1], "connect"),
        "socket.sendto": lambda event: guard.check_address(event[0], event[1], "send"),
        "socket.sendmsg": lambda event: guard.check_address(event[0], event[1], "send"),
    }

    def hook(name: str, event: tuple[Any, ...]) -> None:
        check = checks.get(name)
        if check is not None:
            check(event)

    return hook


def _wrap_socket_module(guard: Guard) -> None:
    """Remember what look-ups return, and check names in addresses before the C code resolves them."""
    addresses_of: dict[str, Callable[[Any], Iterable[object]]] = {
        "getaddrinfo": lambda found: [entry[4][0] for entry in found],
        "gethostbyname": lambda found: [found],
        "gethostbyname_ex": lambda found: found[2],
        "gethostbyaddr": lambda found: found[2],
    }
    for name, addresses in addresses_of.items():
        setattr(socket, name, _remembering(guard, getattr(socket, name), addresses))
    # socket.connect((name, port)) resolves the name first and raises its event afterwards.
    for name, lengths in _ADDRESS_LAST.items():
        if hasattr(socket.socket, name):  # Windows has no sendmsg
            setattr(socket.socket, name, _naming(guard, getattr(socket.socket, name), lengths))
    setattr(socket, "socketpair", guard.pair(socket.socketpair))  # noqa: B010 - mypy refuses the plain assignment


def _remembering(guard: Guard, look_up: Callable[..., Any], addresses: Callable[[Any], Iterable[object]]) -> Any:
    @functools.wraps(look_up)
    def wrapper(host: object, *args: Any, **kwargs: Any) -> Any:
        found = look_up(host, *args, **kwargs)
        guard.remember(host, addresses(found))
        return found

    return wrapper


def _naming(guard: Guard, method: Callable[..., Any], lengths: tuple[int, ...]) -> Any:
    @functools.wraps(method)
    def wrapper(self: socket.socket, *args: Any) -> Any:
        if len(args) in lengths:
            guard.check_name(self, args[-1])
        return method(self, *args)

    return wrapper


def _forbid_unseen_loops() -> None:
    for name in _UNSEEN_LOOPS:
        if sys.modules.get(name) is not None:
            raise ConfigError([f"{name} is loaded; its sockets cannot be watched. Run the bot without it."])
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to make an import fail


def _drop_proxies() -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    os.environ["no_proxy"] = "*"  # macOS and Windows would go on to ask the system's settings
