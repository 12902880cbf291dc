"""The rules that come with the project, on mails that are marked by where they come from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.model.ingest import stub
from bot.model.ingest.poll import Outcome, Parsed, RawItem
from bot.sources.mail.read import KIND, MailOptions, note, read
from bot.sources.mail.rules import built_in, chosen
from tests.mail_server import NOW, mail
from tests.project.tree import ROOT

_FOLDER = Path(__file__).parent / "mails"
_SENDERS = {"woocommerce": ["wordpress@shop.test"]}
_CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(_FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
]
READING = MailOptions(chosen((), on=(), off=(), senders=_SENDERS), trusted=("mx.test",))


def raw(body: bytes, *, key: str = "k", size: int | None = None) -> RawItem:
    """A mail as a poll gives it."""
    notes = note(folder="INBOX", uid=1, validity=1, received_at=NOW, size=len(body) if size is None else size)
    return RawItem(key, "a mail", body, KIND, notes)


def _read(case: dict[str, Any]) -> Parsed:
    body = mail(
        sender=case["from"], subject=case["subject"], text=case.get("text", "").lstrip(), html=case.get("html", "")
    )
    return read(raw(body), READING)


@pytest.mark.parametrize(("platform", "case"), _CASES)
def test_a_mail_is_read_as_its_case_says(platform: str, case: dict[str, Any]) -> None:
    """Each case gives its reviews, or the reason why it gives none."""
    parsed = _read(case)
    assert parsed.filed is not None
    assert parsed.filed.outcome == case["outcome"], parsed.filed.why
    assert parsed.filed.rule == case.get("rule", "")
    found = []
    for review in parsed.reviews:
        assert review.platform == platform
        found.append(
            {
                "rating": None if review.rating is None else review.rating.value,
                "author": review.author,
                "text": review.text,
                "title": review.title,
                "url": review.url,
                "id": "" if (review.external_id or "").startswith(stub.PROVISIONAL) else review.external_id,
                "place": review.details.get(stub.PLACE, ""),
                "inexact": stub.TIME_INEXACT in review.details,
                "excerpt": stub.EXCERPT in review.details,
            }
        )
    wanted = case.get("reviews", [])
    assert len(found) == len(wanted)
    for one, its in zip(found, wanted, strict=True):
        # A case that names no rating says that there is none; of the rest it says what matters to it.
        assert one == {**one, "rating": None, **its}


def test_every_rule_that_is_on_has_marked_cases() -> None:
    """Each built-in rule is tried on mails that are read and on mails that are not, all marked by their origin."""
    read_by: dict[str, int] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        outcomes = set()
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]:
            assert case["evidence"] in ("seen", "vendor", "invented"), case["name"]
            outcomes.add(case["outcome"])
            if case["outcome"] == Outcome.READ:
                read_by[case["rule"]] = read_by.get(case["rule"], 0) + 1
        assert outcomes >= {Outcome.READ, Outcome.IGNORED}, path
    assert {rule.name for rule in built_in() if rule.on} == set(read_by)


def test_the_page_says_how_sure_each_rule_is() -> None:
    """docs/sources/mailbox.md names every built-in rule with its evidence and whether it is on."""
    page = (ROOT / "docs" / "sources" / "mailbox.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \|[^|]*\| (on|off), \w+ \|", page, re.MULTILINE))
    marks = dict(re.findall(r"^\| `([a-z-]+)` \|[^|]*\| (?:on|off), (\w+) \|", page, re.MULTILINE))
    assert told == {rule.name: "on" if rule.on else "off" for rule in built_in()}
    assert marks == {rule.name: rule.evidence for rule in built_in()}


def test_everything_that_is_off_says_that_it_is_an_example() -> None:
    """A rule that nobody has tried on a real mail is off and is called an example."""
    for rule in built_in():
        assert rule.on != rule.name.endswith("-example")
        assert rule.on or rule.evidence == "invented"


def test_details_are_what_a_later_merge_needs() -> None:
    """A review by mail says when its notice was written and came, by which mail and rule, and has an id of its own."""
    parsed = _read(tomllib.loads((_FOLDER / "google.toml").read_text(encoding="utf-8"))["cases"][0])
    (review,) = parsed.reviews
    assert review.external_id == "mail:1@mail.test:1"
    assert json.loads(json.dumps(dict(review.details))) == {
        "via": "mail",
        "notified_at": "2026-11-24T17:00:00+00:00",
        "received_at": "2026-11-24T17:00:00+00:00",
        "message_id": "1@mail.test",
        "mail_rule": "google",
        "sender": "verified",
        "excerpt": "100",
        "place": "Café Linde",
    }
    assert review.published_at == NOW
