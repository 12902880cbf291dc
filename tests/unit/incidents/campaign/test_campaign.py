"""Signs of a smear campaign: what stands out, what speaks against it, and what never counts."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from bot.incidents.campaign.find import find_smear
from bot.incidents.campaign.near_duplicates import alike
from bot.incidents.campaign.visit import RICH, details, names_competitor
from bot.incidents.chance import at_least, blended
from bot.model.campaign import SmearFacts, SmearReview
from tests.benchmarks.smear.__main__ import interval, measured
from tests.benchmarks.smear.clusters import campaign, campaigns, ordinary

NOW = 1_780_000_000.0
MINUTE = 60.0
TOLD = (
    "We waited 50 minutes for our burgers on Saturday and the waitress forgot the drinks.",
    "Cold soup, and the waiter charged us for two desserts we never ordered.",
    "I had booked a table for six at 7 pm and we stood at the bar until eight.",
    "My steak was raw, my wife got the wrong pasta, and nobody came back for half an hour.",
    "The kids' pizza arrived burnt and the manager told us to wait outside.",
    "Paid 38 euros for two glasses of wine and a salad with brown leaves.",
)


def review(text: str, *, minutes: float = 0.0, **kind: object) -> SmearReview:
    """A low review on Google."""
    return SmearReview(**{"text": text, "is_low": True, "at": NOW + minutes * MINUTE, "source": "google", **kind})  # type: ignore[arg-type]


def out(facts: SmearFacts) -> set[str]:
    """The signs that stand out."""
    return {sign.id for sign in facts.signs if sign.stands_out}


def copies(count: int, *, gap: float = 12.0) -> list[SmearReview]:
    """Near-copies without a detail, one every `gap` minutes."""
    texts = (
        "Worst place in town, never again.",
        "Never again! Worst place in town",
        "Never again: the worst place in town.",
    )
    return [review(texts[n % 3], minutes=n * gap, author=f"Account {n}") for n in range(count)]


HISTORY = [replace(review(text), at=NOW - (5 + 9 * n) * 86_400, author=f"G{n}") for n, text in enumerate(TOLD * 4)]


def test_ten_near_copies_in_two_hours_are_possible_with_three_signs() -> None:
    """Copies, tempo and no detail stand out; the five signs are listed with their counts."""
    facts = find_smear(copies(10), HISTORY)
    assert facts.verdict == "possible"
    assert out(facts) == {"copies", "tempo", "no_detail"}
    assert [(sign.id, sign.count, sign.of) for sign in facts.signs] == [
        ("copies", 10, 10),
        ("tempo", 6, 10),
        ("no_detail", 10, 10),
        ("no_text", 0, 10),
        ("sources", 0, 10),
    ]
    assert facts.standing_out == 3
    assert len(facts.quotes) == 2


def test_copies_on_two_platforms_are_several_sources_at_a_place_that_had_one() -> None:
    """The same words on both platforms add the sign of several sources, with the names."""
    mixed = [replace(one, source=("google", "tripadvisor")[n % 2]) for n, one in enumerate(copies(10))]
    facts = find_smear(mixed, HISTORY)
    assert "sources" in out(facts)
    assert next(sign.names for sign in facts.signs if sign.id == "sources") == ("google", "tripadvisor")


def test_guests_that_tell_what_happened_are_never_a_campaign() -> None:
    """However fast they come, detailed stories outweigh the tempo."""
    facts = find_smear([review(text, minutes=4 * n) for n, text in enumerate(TOLD)], HISTORY)
    assert facts.verdict == "no"
    assert next(one for one in facts.against if one.id == "detail").outweighs


def test_one_table_that_writes_within_minutes_is_one_visit() -> None:
    """Four ratings in ten minutes are said to be probably one visit, and outweigh."""
    facts = find_smear([review("", minutes=3 * n, author_reviews=0) for n in range(4)], HISTORY)
    visit = next(one for one in facts.against if one.id == "one_visit")
    assert (visit.count, visit.minutes, visit.outweighs) == (4, 9, True)
    assert facts.verdict != "possible"


def test_fewer_than_four_are_no_pattern() -> None:
    """Three copies are unclear, three ordinary ones no; none at all is no."""
    assert find_smear(copies(3), HISTORY).verdict == "unclear"
    assert find_smear([review(text) for text in TOLD[:3]], HISTORY).verdict == "no"
    assert find_smear([], []).verdict == "no"


def test_demand_for_money_stands_out_alone() -> None:
    """One demand is enough for the sign, not for the verdict."""
    told = [review(text, minutes=300 * n) for n, text in enumerate(TOLD)]
    facts = find_smear([*told, review("Pay me 300 euros and I will delete this review.", minutes=10)], HISTORY)
    assert "demand" in out(facts)
    assert facts.verdict != "possible"


def test_signs_that_need_data_appear_only_with_it() -> None:
    """Authors without history, an unusual language and a competitor are listed when there is something to see."""
    named = [replace(one, author_reviews=0, language="es") for one in copies(8)]
    home = [replace(one, language="en", author_reviews=9) for one in HISTORY]
    assert out(find_smear(named, home)) >= {"no_history", "language"}
    sent = [*copies(6), review("Rather go to the restaurant next door, it is better.", minutes=3)]
    assert [sign.count for sign in find_smear(sent, HISTORY).signs if sign.id == "competitor"] == [1]
    assert len(find_smear(copies(8), HISTORY).signs) == 5


def test_what_is_usual_here_does_not_stand_out() -> None:
    """At a place where most ratings have no text, ratings without text are ordinary."""
    silent = [replace(one, text="") for one in HISTORY]
    bare = [review("", minutes=40 * n) for n in range(8)]
    assert "no_text" not in out(find_smear(bare, silent))
    assert "no_text" in out(find_smear(bare, HISTORY))


def test_proven_bookings_outweigh_but_not_copies() -> None:
    """Where the platform proves the stay, bare ratings are no campaign; near-copies stay one."""
    bare = [review("", minutes=9 * n, author_reviews=1, is_verified=True) for n in range(12)]
    facts = find_smear(bare, HISTORY)
    assert len(out(facts)) >= 3
    assert facts.verdict == "unclear"
    assert find_smear([replace(one, is_verified=True) for one in copies(10)], HISTORY).verdict == "possible"


def test_same_words_of_one_guest_on_two_platforms_count_once() -> None:
    """A guest who posts the same review twice is one guest."""
    twins = [replace(copies(1)[0], author="Eva", source=source) for source in ("google", "tripadvisor")]
    assert find_smear([*copies(4), *twins], HISTORY).reviews == 5


def test_single_guest_s_day_is_told_where_the_source_gives_it() -> None:
    """What speaks against it names the day of the one detailed visit."""
    told = review(TOLD[0], minutes=50, visited_on=date(2026, 11, 21))
    against = find_smear([*copies(8), told], HISTORY).against
    assert [(one.id, one.count, one.day) for one in against] == [("detail", 1, date(2026, 11, 21))]


@pytest.mark.parametrize(
    ("one", "other", "is_copy"),
    [
        ("Never again, worst place in town", "Worst place in town, never again", True),
        ("Rude staff and disgusting food, avoid!!", "The staff is rude and the food disgusting. AVOID", True),
        ("Nie wieder, schlechtester Laden der Stadt", "Schlechtester Laden der ganzen Stadt, nie wieder!", True),
        ("The pasta was cold and nobody came for an hour.", "We waited an hour, then the soup was too salty.", False),
        ("Bad.", "Bad.", False),
        ("Great food and lovely people here", "Terrible food and rude people here", False),
    ],
)
def test_copies_are_told_from_texts_about_the_same(one: str, other: str, is_copy: bool) -> None:
    """Other order, other words and typing mistakes are copies; the same complaint in own words is not."""
    assert alike(one, other) is is_copy
    assert alike(other, one) is is_copy


@pytest.mark.parametrize("text", [*TOLD, "Am Samstag 70 Minuten auf zwei Schnitzel gewartet."])
def test_story_has_details(text: str) -> None:
    """What happened, when, to whom and for how much are details."""
    assert len(details(text)) >= RICH


@pytest.mark.parametrize(
    "text",
    [
        "Worst place ever, avoid at all costs!",
        "0/10, zero stars if I could. 100 % scam.",
        "Nur 1 Stern, weil es nicht weniger gibt. Unfreundliches Personal.",
        "Hier kann man es besser machen, schlechter geht es nicht.",
        "It could not be better said: enter at your own risk.",
        "",
    ],
)
def test_mere_judgement_has_none(text: str) -> None:
    """Ratings, curses and general words are no details."""
    assert details(text) == frozenset()


def test_somewhere_else_is_no_competitor() -> None:
    """Only a place that is pointed to counts."""
    assert not names_competitor("Go somewhere else.")
    assert names_competitor("Geht lieber zum Griechen nebenan.")


def test_chance_is_the_binomial_tail() -> None:
    """Against values worked out by hand."""
    assert at_least(2, 2, share=0.5) == pytest.approx(0.25)
    assert at_least(1, 3, share=0.1) == pytest.approx(0.271)
    assert at_least(0, 5, share=0.2) == 1.0
    assert at_least(6, 5, share=0.2) == 0.0
    assert blended(0, 0, general=0.3, weight=20) == pytest.approx(0.3)
    assert blended(10, 20, general=0.0, weight=20) == pytest.approx(0.25)


def test_hostile_texts_take_bounded_time() -> None:
    """10 MB, only emoji, right-to-left, lone surrogates, nothing: an answer, quickly."""
    texts = ["word " * 2_000_000, "x" * 10_000_000, "😡" * 100_000, "\u202e" * 5000 + "سيء جدا", "\ud800\x00", "", " "]
    hostile = [review(text, minutes=n) for n, text in enumerate(texts * 2)]
    find_smear(hostile, HISTORY)  # word lists are loaded
    start = time.process_time()
    find_smear([*hostile, *copies(200, gap=0.1)], hostile)
    assert time.process_time() - start < 2.0


def test_few_ordinary_clusters_are_called_possible() -> None:
    """Of 300 ordinary clusters at most two percent."""
    verdicts, _ = measured(ordinary(50_000 + seed, earlier=40) for seed in range(300))
    assert verdicts["possible"] <= 6


@pytest.mark.parametrize("bank", ["campaigns.toml", "campaigns_second.toml"])
def test_nearly_all_campaigns_are_called_possible(bank: str) -> None:
    """Ten near-copies in two hours, on one and on both platforms, in each language: at least nine of ten."""
    cases = [
        campaign(70_000 + 100 * which + seed, which=which, bank=bank, earlier=40, platforms=platforms)
        for which in range(len(campaigns(bank)))
        for seed, platforms in enumerate((("google",), ("google", "tripadvisor"), ("tripadvisor",)))
    ]
    verdicts, _ = measured(cases)
    assert verdicts["possible"] >= 0.9 * len(cases)


def test_interval_is_wilsons() -> None:
    """5 of 10 lies between 24 % and 76 %."""
    assert interval(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)
