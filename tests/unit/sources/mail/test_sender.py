"""Whom a mail is from, and whether anybody vouches for it."""

from __future__ import annotations

import pytest

from bot.sources.mail.auth import Verdict, topmost_id, verdict
from bot.sources.mail.text import Mail, address_of, decoded, take_apart


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("a@b.test", "a@b.test"),
        ("Google <A@B.test>", "a@b.test"),
        ('"x@google.com" <a@b.test>', "a@b.test"),
        ('"a \\"q\\" <x@google.com>" <a@b.test>', "a@b.test"),
        ("a@b.test (x@google.com (nested))", "a@b.test"),
        ("=?utf-8?q?x=40google=2Ecom?= <a@b.test>", "a@b.test"),
        ("x@google.com <a@b.test>", ""),
        ("<x@google.com> <a@b.test>", ""),
        ("x@google.com, a@b.test", ""),
        ("Group: x@google.com;", ""),
        ("<a@b.test> trailing", ""),
        ("a@b.test@google.com", ""),
        ("nobody", ""),
        ("", ""),
        ("a@\u0131cloud.test", ""),
    ],
)
def test_only_one_clear_address_is_a_sender(value: str, address: str) -> None:
    """A display name, a comment or a second address never passes for the sender."""
    assert address_of(value) == address


def _mail(*results: str, sender: str = "a@mail.shop.test") -> Mail:
    return Mail((*(("authentication-results", one) for one in results), ("from", sender)), "", "")


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["mx.test; dmarc=pass header.from=mail.shop.test"], Verdict.VERIFIED),
        (["MX.Test; dkim=pass header.d=shop.test"], Verdict.VERIFIED),
        (["mx.test; dkim=pass header.i=@mail.shop.test; dmarc=none"], Verdict.VERIFIED),
        (["mx.test 1; dkim=fail header.d=shop.test; dkim=pass header.d=mail.shop.test"], Verdict.VERIFIED),
        (["mx.test; dmarc=pass header.from=evil.test"], Verdict.UNVERIFIED),
        (["mx.test; dkim=pass header.d=evil.test"], Verdict.UNVERIFIED),
        (["mx.test; dkim=pass header.d=test"], Verdict.UNVERIFIED),
        (["mx.test; dkim=pass header.d=op.test"], Verdict.UNVERIFIED),
        (["mx.test; spf=pass smtp.mailfrom=mail.shop.test"], Verdict.UNVERIFIED),
        (["mx.test; none"], Verdict.UNVERIFIED),
        (
            ["mx.test; dkim=temperror header.d=shop.test; dmarc=temperror header.from=mail.shop.test"],
            Verdict.UNVERIFIED,
        ),
        (["mx.test; dmarc=fail header.from=mail.shop.test"], Verdict.FAILED),
        (["mx.test; dkim=pass header.d=shop.test; dmarc=fail header.from=mail.shop.test"], Verdict.FAILED),
        (["mx.test; dkim=fail header.d=shop.test"], Verdict.FAILED),
        (["mx.evil.test; dmarc=pass header.from=mail.shop.test"], Verdict.UNVERIFIED),
        (["mx.test.evil.test; dmarc=pass header.from=mail.shop.test"], Verdict.UNVERIFIED),
        ([], Verdict.UNVERIFIED),
        # The provider writes its own on top: what stands below it was there before and proves nothing.
        (["mx.test; none", "mx.test; dmarc=pass header.from=mail.shop.test"], Verdict.UNVERIFIED),
        (
            ["mx.test; dmarc=fail header.from=mail.shop.test", "mx.test; dmarc=pass header.from=mail.shop.test"],
            Verdict.FAILED,
        ),
        (["mx.test; ((((", "mx.test; dmarc=pass header.from=mail.shop.test"], Verdict.UNVERIFIED),
        (["other.test; dmarc=fail header.from=x", "mx.test; dmarc=pass header.from=mail.shop.test"], Verdict.VERIFIED),
    ],
)
def test_only_the_own_providers_topmost_word_counts(results: list[str], expected: Verdict) -> None:
    """Verified needs an aligned pass in the topmost header of a trusted id; a broken one is no pass."""
    assert verdict(_mail(*results), ["mx.test"]) is expected


_FORGED = ("authentication-results", "mx.test; dmarc=pass header.from=mail.shop.test")
_FROM = ("from", "a@mail.shop.test")
_IN = (
    "received",
    "from evil.test (evil.test [192.0.2.1]) by mx.test with ESMTPS id 1; Tue, 24 Nov 2026 18:00:00 +0000",
)


def test_what_stands_below_the_providers_received_header_proves_nothing() -> None:
    """A provider that adds no result of its own: the sender's forged one is no proof, and is not suggested either."""
    mail = Mail((_IN, _FORGED, _FROM), "", "")
    assert verdict(mail, ["mx.test"]) is Verdict.UNVERIFIED
    assert topmost_id(mail) == ""
    hop = ("received", "from mx.test by store.mx.test with LMTP; Tue, 24 Nov 2026 18:00:01 +0000")
    assert verdict(Mail((hop, _FORGED, _IN, _FROM), "", ""), ["mx.test"]) is Verdict.UNVERIFIED
    assert verdict(Mail((_FORGED, hop, _IN, _FROM), "", ""), ["mx.test"]) is Verdict.VERIFIED


def test_gmail_writes_its_word_below_its_own_received_header() -> None:
    """As in every mail of Gmail's: its internal hop, its Received, its result; behind a sender's hop none counts."""
    inner = ("received", "by 2002:a05:7300:1234:b0:1 with SMTP id x; Tue, 24 Nov 2026 10:00:01 -0800 (PST)")
    own = ("received", "from mail.shop.test (mail.shop.test. [192.0.2.7]) by mx.google.com with ESMTPS id y; Tue")
    passed = ("authentication-results", "mx.google.com; dmarc=pass (p=REJECT) header.from=mail.shop.test")
    failed = ("authentication-results", "mx.google.com; dmarc=fail header.from=mail.shop.test")
    assert verdict(Mail((inner, own, passed, _FROM), "", ""), ["mx.google.com"]) is Verdict.VERIFIED
    assert verdict(Mail((inner, own, failed, passed, _FROM), "", ""), ["mx.google.com"]) is Verdict.FAILED
    assert verdict(Mail((inner, own, _IN, passed, _FROM), "", ""), ["mx.google.com"]) is Verdict.UNVERIFIED


def test_without_a_trusted_provider_nothing_is_proved() -> None:
    """Somebody's word is not taken because it is the only one; it is shown, so that the owner can name it."""
    mail = _mail("mx.test; dmarc=pass header.from=mail.shop.test")
    assert verdict(mail, []) is Verdict.UNVERIFIED
    assert topmost_id(mail) == "mx.test"
    assert topmost_id(_mail("((")) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?Caf=C3=A9?= Linde", "Café Linde"),
        ("=?x-unknown?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8?b?!!!?=", None),
        ("line\n break\x00\u202e", "line break"),
    ],
)
def test_headers_are_decoded_as_far_as_they_can_be(value: str, text: str | None) -> None:
    """A broken encoding gives some text, never an error."""
    found = decoded(value)
    assert found == text if text is not None else isinstance(found, str)


def test_a_mail_of_html_only_is_read_as_lines() -> None:
    """Blocks and line breaks end a line, inline elements do not; styles and scripts are no text."""
    raw = (
        b"From: a@b.test\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<style>p{}</style><p>One <b>two</b>\n three</p><table><tr><td>4</td><td>5<br>6</td></tr></table>"
        b"<script>alert(1)</script>&lt;7&gt;<img src='https://tracker.test/x.gif'>"
    )
    assert take_apart(raw).body("text").split() == ["One", "two", "three", "4", "5", "6", "<7>"]
    assert "One two three\n" in take_apart(raw).body("text")
