"""The grammar of Authentication-Results: what providers write, and what a forger might slip in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.mail.auth_results import LONGEST, Result, read


@pytest.mark.parametrize(
    ("value", "server", "results"),
    [
        ("mx.test; none", "mx.test", []),
        ("mx.test 1; none", "mx.test", []),
        ('"mx test"; spf=pass smtp.mailfrom=a.test', "mx test", [("spf", "pass", {"smtp.mailfrom": "a.test"})]),
        (
            "mx.google.com;\r\n       dkim=pass header.i=@a.test header.s=s1 header.b=AbC/d+e=;\r\n"
            "       spf=pass (google.com: domain of x@a.test designates 1.2.3.4 as permitted sender)"
            ' smtp.mailfrom="x@a.test";\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=a.test',
            "mx.google.com",
            [
                ("dkim", "pass", {"header.i": "@a.test", "header.s": "s1", "header.b": "abc/d+e="}),
                ("spf", "pass", {"smtp.mailfrom": "x@a.test"}),
                ("dmarc", "pass", {"header.from": "a.test"}),
            ],
        ),
        (
            'mx.test; dkim=fail reason="bad; signature" header.d=a.test',
            "mx.test",
            [("dkim", "fail", {"header.d": "a.test"})],
        ),
        (
            "mx.test; x-tls/1=pass; dmarc = pass (a (nested \\) one) b) action=none header . from = a.test",
            "mx.test",
            [("x-tls", "pass", {}), ("dmarc", "pass", {"header.from": "a.test"})],
        ),
        ("mx.test; spf=pass smtp.mailfrom=", "mx.test", [("spf", "pass", {"smtp.mailfrom": ""})]),
    ],
)
def test_what_providers_write_is_read(value: str, server: str, results: list[tuple[str, str, dict[str, str]]]) -> None:
    """Comments, folding, quotes, versions and properties of unknown kinds."""
    found = read(value)
    assert found is not None
    assert found.authserv_id == server
    assert [
        (one.method, one.result, {f"{kind}.{name}": its for kind, name, its in one.properties}) for one in found.results
    ] == results


@pytest.mark.parametrize(
    "value",
    [
        "",
        "; dmarc=pass header.from=a.test",
        "mx.test; dmarc=pass header.from=a.test evil",
        "mx.test; dmarc",
        'mx.test; spf=pass smtp.mailfrom="x; dmarc=pass header.from=a.test',
        "mx.test; spf=fail (of x@evil.test; dmarc=pass header.from=a.test",
        "mx.test; spf=fail) dmarc=pass header.from=a.test",
        'mx.test; spf=pass smtp.mailfrom="x"y header.from=a.test',
        "mx.test; spf=pass " + "(" * 21 + ")" * 21,
        "mx.test; none" + " " * LONGEST,
    ],
)
def test_what_breaks_the_grammar_is_not_read(value: str) -> None:
    """A quote or a comment without an end, or words that are no result: nothing of the header is believed."""
    assert read(value) is None


def test_nothing_in_a_quote_or_a_comment_counts() -> None:
    """What a sender can put into quotes or comments makes no result of its own."""
    found = read(
        'mx.test; spf=pass (x; dmarc=pass header.from=a.test) smtp.mailfrom="y; dmarc=pass header.from=a.test"'
    )
    assert found is not None
    assert [one.method for one in found.results] == ["spf"]


@given(st.text(alphabet=' \t\n"\\();=./@ab1é', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever a header holds, there is an answer."""
    found = read(f"mx.test;{text}")
    assert found is None or all(isinstance(one, Result) for one in found.results)
