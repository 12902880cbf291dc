"""The evidence file: what its tables and its page hold, whatever the guests wrote."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from bot.evidence_file.archive import pack
from bot.evidence_file.facts import PackFacts
from bot.evidence_file.page import html_page
from bot.evidence_file.tables import csv_table
from bot.incidents.campaign.find import find_smear
from bot.model.campaign import SmearReview
from bot.model.incident import State, Transition
from bot.model.platforms import reportable
from bot.model.review import Rating
from bot.store.incidents.evidence_rows import EarlierVersion, KeptReview
from bot.store.incidents.timeline import Moved
from bot.store.people.locations import Place
from tests.gallery.example import ZONE, at, incident, words
from tests.gallery.playbooks import playbook_facts

HOSTILE = (
    "Never again. Worst place in town. Stay away.",
    '=HYPERLINK("http://evil.example","Worst place in town") never again',
    "  @SUM(A1) worst place in town, <img src=x onerror=alert()> never again",
    "Worst place in town \u202e never again \ud800 \x1b[2J",
    'Never again, worst place in town & "quotes"\nsecond line',
    "",
    'Cold soup; =HYPERLINK("http://evil.example","menu")\t@SUM(A1)\n+1;"=2", -3;\uff1d4\r\n\t =5',
)


def kept(number: int, text: str) -> KeptReview:
    """A review of the incident."""
    moment = at(20, 40) + timedelta(minutes=3 * number)
    return KeptReview(
        review_id=100 + number, key=f"k{number}", platform="google", source="Google",
        rating=Rating(1 + number % 2, 1, 5), title="", text=text, language="en",
        url="javascript:alert()" if number else "https://maps.google.com/?a=1&b=2",
        published_at=moment, is_date_only=number == 4, low_at=moment, joined_at=moment, edited_at=None,
        reply_url="javascript:alert()" if number else "https://business.google.com/r?a=1&b=2",
        first_seen_at=moment + timedelta(minutes=4), gone_at=None, reply_text="Sorry <b>" if number == 2 else "",
        reply_at=None, changed_at=moment, versions=(),
    )  # fmt: skip


@pytest.fixture
def facts() -> PackFacts:
    """Incident 12 with seven hostile reviews, one of them edited."""
    reviews = [kept(number, text) for number, text in enumerate(HOSTILE)]
    earlier = EarlierVersion(until=at(21, 30), rating=Rating(5, 1, 5), title="Nice", text="Was <i>good</i>")
    reviews[3] = replace(reviews[3], versions=(earlier,), edited_at=at(21, 0))
    found = find_smear([SmearReview(one.text, True, one.low_at.timestamp(), source="google") for one in reviews], [])
    opened = Moved(Transition.OPEN, None, State.OPEN, None, at(21, 0), {"count": 6})
    return PackFacts(
        incident=incident(),
        place=Place(1, 1, "linde/markt", "Marktplatz", "Café Linde", "de", ZONE, True),
        reviews=tuple(reviews),
        moves=(opened, replace(opened, move=Transition.ACKNOWLEDGE, to_state=State.ACKNOWLEDGED, moved_at=at(21, 5))),
        usual_per_day=0.4,
        smear=found,
        shown={sign.id: tuple(100 + place for place in sorted(sign.members)) for sign in found.signs},
        steps=playbook_facts(incident(), done_by=("<b>Anna</b>",)),
    )


class Tags(HTMLParser):
    """Every tag with its attributes, and whether they close."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.found.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It must close the last one."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "de"])
def test_page_is_well_formed_and_runs_and_loads_nothing(facts: PackFacts, language: str) -> None:
    """Only our own tags, no script, no picture, no address but plain web links."""
    tags = Tags()
    page = html_page(facts, words(language)).decode()
    tags.feed(page)
    assert tags.open == []
    names = {name for name, _ in tags.found}
    assert names.isdisjoint({"script", "img", "iframe", "link", "object", "form", "svg"})
    assert [attrs["href"] for name, attrs in tags.found if name == "a"] == [
        "https://maps.google.com/?a=1&b=2",
        "https://business.google.com/r?a=1&b=2",
    ]
    assert not [attrs for _, attrs in tags.found if any(key.startswith("on") for key in attrs)]
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert page.count("<article>") == len(HOSTILE)
    assert "Was &lt;i&gt;good&lt;/i&gt;" in page
    assert "+01:00" in page
    for path in reportable(["google"])[0].told(language):
        assert path.split(" > ")[0] in page.replace("&gt;", ">").replace("&#x27;", "'")


def test_tables_hold_the_texts_and_no_formula(facts: PackFacts) -> None:
    """JSON keeps every text as it was given, with its hash; no cell of the CSV begins like a formula."""
    with zipfile.ZipFile(io.BytesIO(pack(facts, words("en")))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    tree = json.loads(content["reviews.json"])
    assert [one["text"] for one in tree["reviews"]] == list(HOSTILE)
    hashes = [sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in HOSTILE]
    assert [one["text_sha256"] for one in tree["reviews"]] == hashes
    assert tree["reviews"][3]["versions"][0]["text"] == "Was <i>good</i>"
    assert tree["smear"]["signs"][0]["id"] == "copies"
    rows = list(csv.DictReader(io.StringIO(content["reviews.csv"].decode("utf-8-sig"), newline="")))
    assert len(rows) == len(HOSTILE)
    assert rows[0]["text"] == HOSTILE[0]
    assert not [cell for row in rows for cell in row.values() if cell.lstrip()[:1] in ("=", "+", "-", "@")]
    assert [row["published"] for row in rows][4] == "2026-11-24"


def test_zip_is_the_same_for_the_same_state_and_closed_to_others(facts: PackFacts) -> None:
    """Two files are equal byte for byte; inside, every file is readable by its owner only."""
    one, other = pack(facts, words("en")), pack(facts, words("en"))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o600}
        sums = archive.read("SHA256SUMS").decode().splitlines()
        assert [line.split("  ")[1] for line in sums] == ["index.html", "reviews.csv", "reviews.json"]
        for line in sums:
            digest, name = line.split("  ")
            assert sha256(archive.read(name)).hexdigest() == digest


def test_ways_to_report_are_told_for_known_platforms_in_both_languages() -> None:
    """Each platform once, in order; an unknown one is left out; every way has English and German words."""
    found = reportable(["tripadvisor", "google", "tripadvisor", "source:exports"])
    assert [path.name for path in found] == ["Tripadvisor", "Google"]
    for path in reportable(["google", "tripadvisor", "trustpilot", "booking", "play", "yelp"]):
        assert path.told("en")
        assert len(path.told("de")) == len(path.told("en"))
        assert not [line for line in (*path.told("en"), *path.told("de")) if "http" in line]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_spreadsheet_finds_a_formula(facts: PackFacts, separator: str) -> None:
    """Comma, the semicolon of German Excel, a tab: whatever splits the file, no piece begins like a formula.

    A reader that splits at another sign than ours takes our quotation marks for text, so it is split plainly.
    """
    text = csv_table(facts).decode("utf-8-sig")
    pieces = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    pieces += re.split(f"[{separator}\r\n]", text)
    assert [one for one in pieces if one.lstrip(' \t"')[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")] == []
