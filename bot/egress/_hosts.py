"""Hosts as the configuration writes them, as libraries pass them, and the one form in which both are compared."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from bot.errors import ConfigError


def parse_hosts(hosts: Iterable[str]) -> frozenset[str]:
    """The comparable forms of configured hosts.

    Args:
        hosts: host names or IP literals; case, a trailing dot and the brackets of an IPv6 literal do not matter, and a
            name may be written in Unicode or as xn--.

    Raises:
        ConfigError: some are neither, for example a URL or a host with a port; all of them are listed.
    """
    forms = {host: comparable(host) for host in hosts}
    if wrong := [host for host, form in forms.items() if not (is_literal(form) or _is_name(form))]:
        raise ConfigError(
            [
                f"{host!r} is neither a host name nor an IP address; write it without scheme, port and path"
                for host in wrong
            ]
        )
    return frozenset(forms.values())


def comparable(host: object) -> str:
    """The form in which hosts are compared: what goes over the wire, in lower case, without a trailing dot.

    A name in Unicode becomes what Python's own look-ups make of it: the "idna" codec, RFC 3490. An IP literal becomes
    its shortest form without a zone, an IPv4 address inside IPv6 (RFC 4291, 2.5.5.2) the IPv4 address. What cannot be
    encoded is kept as it is, and so equals nothing that `parse_hosts` accepts.
    """
    text = bytes(host).decode("ascii", "backslashreplace") if isinstance(host, bytes | bytearray) else str(host)
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii")
        except UnicodeError:
            return text
    text = text.lower().removesuffix(".")
    literal = _parse_literal(text.removeprefix("[").removesuffix("]").partition("%")[0])
    if literal is None:
        return text
    return str(getattr(literal, "ipv4_mapped", None) or literal)


def is_literal(form: str) -> bool:
    """Whether a comparable form is an IP address."""
    return _parse_literal(form) is not None


def is_loopback(form: str) -> bool:
    """Whether a comparable form is an address of this machine itself (127.0.0.0/8 or ::1)."""
    literal = _parse_literal(form)
    return literal is not None and literal.is_loopback


def _is_name(form: str) -> bool:
    return form.isascii() and all(
        label.replace("-", "").replace("_", "").isalnum() and len(label) <= 63 for label in form.split(".")
    )


def _parse_literal(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
