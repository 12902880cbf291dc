"""Sources speak to the owner's accounts only: no adapter names a host that is a platform's public site."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.project.tree import ROOT

_URL = re.compile(r"https?://[A-Za-z0-9.-]+")
_NOT_ASKED = {
    "accounts.google.com": "where the owner signs in, in the browser",
    "support.google.com": "a form that the owner is told of",
    "developers.google.com": "the page of the terms, which the owner may read",
    "127.0.0.1": "where the sign-in comes back to",
    "host": "the word for a host in a message",
}
"""Hosts that stand in the code of sources and are never asked for reviews."""


def hosts_in(code: str) -> set[str]:
    """The hosts of every address in a module's strings, docstrings left out."""
    tree = ast.parse(code)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            found |= {urlsplit(url).hostname or "" for url in _URL.findall(node.value)}
    return found


def is_account_api(host: str) -> bool:
    """An interface for accounts calls itself one: api.example.com, example.googleapis.com."""
    return re.search(r"(^|[.-])(\w+)?apis?([.-]|$)", host) is not None


def modules() -> Iterator[Path]:
    """Every module of the sources."""
    return (ROOT / "bot/sources").rglob("*.py")


def test_sources_name_account_interfaces_only() -> None:
    """A new host is either an interface for accounts, or stands in the list above with what it is for."""
    named = {host: path.name for path in modules() for host in hosts_in(path.read_text(encoding="utf-8"))}
    assert "mybusiness.googleapis.com" in named
    assert not {host: name for host, name in named.items() if host not in _NOT_ASKED and not is_account_api(host)}


def test_a_public_site_would_be_noticed() -> None:
    """The search is not blind."""
    assert hosts_in('x = "https://www.tripadvisor.com/Restaurant_Review"') == {"www.tripadvisor.com"}
    for host in ("www.tripadvisor.com", "maps.google.com", "www.yelp.de", "capitalcafe.example"):
        assert not is_account_api(host)
    for host in ("api.trustpilot.com", "mybusiness.googleapis.com", "partner-api.example.com"):
        assert is_account_api(host)
