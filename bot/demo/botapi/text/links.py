"""What counts as a link."""

from __future__ import annotations

import re


def is_link(url: str) -> bool:
    """Whether Telegram takes `url` as a link: http(s) or none before a host with a dot, or tg://.

    Source: tdlib/td, LinkManager::check_link_impl.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() == "tg":
        return bool(re.match(r"[A-Za-z0-9_-]+", rest))
    if separator and scheme.lower() not in ("http", "https"):
        return False
    host = re.split(r"[/?#]", rest if separator else url, maxsplit=1)[0].rpartition("@")[2]
    return bool(re.fullmatch(r"[^\s.:]+(\.[^\s.:]+)+\.?(:\d+)?", host))
