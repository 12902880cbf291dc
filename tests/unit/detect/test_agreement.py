"""What the texts of low reviews say together: an e-value, whatever the texts are."""

from itertools import combinations
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.evidence.agreement import FLOOR, MOST_TEXTS, LowText, Texts, agreement
from bot.detect.types import DAY, HOUR

THEMES = ("food", "waiting", "service", "price")
WORDS = ("cold", "stale", "soup", "chicken", "manager", "bill", "queue", "spoon")


def text(*names: str, at: float = 0.0, until: float | None = None) -> LowText:
    """A low review that complains of some themes and holds some words."""
    themes = frozenset(name for name in names if name in THEMES)
    return LowText(at, at if until is None else until, themes, frozenset(names) - themes)


some_texts = st.lists(
    st.frozensets(st.sampled_from((*THEMES, *WORDS)), max_size=6).map(lambda names: text(*sorted(names))),
    min_size=2,
    max_size=9,
)


@given(some_texts, st.data())
def test_its_mean_over_all_windows_of_a_place_is_one(texts: list[LowText], data: st.DataObject) -> None:
    """Whatever a place's low reviews say: drawn into the window at random, the value is one on average, exactly."""
    size = data.draw(st.integers(1, len(texts)))
    values = []
    for chosen in combinations(range(len(texts)), size):
        window = [texts[index] for index in chosen]
        values.append(agreement(window, [one for index, one in enumerate(texts) if index not in chosen]).value)
    assert mean(values) == pytest.approx(1.0)


def test_shuffled_texts_rarely_agree() -> None:
    """Calibration: of windows drawn from a place's own low reviews at most one in A agrees by A, and on average one."""
    rng = Random(7)
    shares = {name: rng.uniform(0.02, 0.7) for name in (*THEMES, *WORDS)}
    place = [text(*(name for name, share in shares.items() if rng.random() < share)) for _ in range(60)]
    values = []
    for _ in range(1500):
        rng.shuffle(place)
        values.append(agreement(place[:4], place[4:]).value)
    assert mean(values) == pytest.approx(1.0, abs=0.15)
    for least in (2.0, 4.0, 10.0):
        assert sum(value >= least for value in values) / len(values) <= 1 / least


def test_one_cause_that_is_rare_here_is_strong_evidence() -> None:
    """Four that wait, where one in nine does, against four that complain of this and that."""
    rng = Random(3)
    usual = [text("waiting" if index % 9 == 0 else "food", rng.choice(WORDS)) for index in range(45)]
    alike = agreement([text("waiting", word) for word in WORDS[:4]], usual)
    unlike = agreement([text("food", word) for word in WORDS[:4]], usual)
    assert alike.value > 20 > 1 > unlike.value
    assert alike.shared is not None
    assert (alike.shared.theme, alike.shared.count, alike.shared.of) == ("waiting", 4, 4)
    assert (alike.shared.usual, alike.shared.usual_of) == (5, 45)


def test_a_word_that_is_rare_here_is_evidence_without_a_theme() -> None:
    """The word is named in the form in which the window's guests wrote it."""
    usual = [text("food", WORDS[index % 4]) for index in range(40)]
    found = agreement([text("food", "cockroaches"), text("food", "cockroaches"), text("cockroach", "bill")], usual)
    assert found.value > 3
    assert found.shared is not None
    assert (found.shared.theme, found.shared.word, found.shared.count) == ("", "cockroaches", 3)


def test_without_a_past_nothing_is_said() -> None:
    """A short history costs power, not honesty: with none the value is one, and it grows no further than it allows."""
    window = [text("waiting", "queue") for _ in range(4)]
    assert agreement(window, []).value == pytest.approx(1.0)
    assert agreement(window, [text("food")]).value <= 5.0  # one of five texts could not be left out more rarely


def test_unrelated_texts_leave_a_third_of_the_evidence() -> None:
    """The factor is a mean of the value and one: an e-value itself, and never less than its floor."""
    usual = [text("waiting") for _ in range(40)]
    found = agreement([text("food"), text("price"), text("service"), text("food")], usual)
    assert FLOOR <= found.factor < 1.0


def test_a_window_holds_the_texts_of_its_time() -> None:
    """After its begin up to its end; of a day-only review, any moment of its day; what is before it is usual."""
    usual = [text("food", at=index * HOUR) for index in range(40)]
    inside = [
        text("waiting", at=50 * HOUR),
        text("waiting", at=52 * HOUR),
        text("waiting", at=48 * HOUR, until=72 * HOUR),
    ]
    after = [text("food", at=90 * HOUR)]
    texts = Texts([*after, *inside, *usual])
    assert texts.between(49 * HOUR, 52 * HOUR) == agreement(
        [inside[2], inside[0], inside[1]], sorted(usual, key=lambda one: one.at)
    )
    assert texts.between(52 * HOUR, 53 * HOUR).value == 1.0  # one text cannot agree


def test_what_an_incident_has_told_is_usual_and_no_evidence_again() -> None:
    """The texts of an incident that is over are compared with, and are in no window."""
    told = [text("waiting", at=40 * HOUR + index) for index in range(5)]
    usual = [text("food", at=index * HOUR) for index in range(40)]
    new = [text("waiting", at=41 * HOUR), text("waiting", at=42 * HOUR), text("waiting", at=43 * HOUR)]
    alone = Texts([*usual, *new]).between(40 * HOUR + 6, 43 * HOUR)
    after = Texts([*usual, *new], told).between(40 * HOUR + 6, 43 * HOUR)
    assert alone.value > after.value
    assert Texts([*usual, *new], told).between(40 * HOUR - 1, 43 * HOUR).value == agreement(new, usual).value


def test_a_large_window_needs_no_texts() -> None:
    """Beyond thirty low reviews the count decides, so that a second look costs the same at any volume."""
    many = [text("waiting", at=DAY + index) for index in range(MOST_TEXTS + 1)]
    assert (
        Texts([*many, *(text("food", at=float(index)) for index in range(40))]).between(DAY - 1, 2 * DAY).value == 1.0
    )


def test_a_word_of_two_among_many_is_not_named() -> None:
    """What is named is what most of them have in common, not what happens to say most."""
    usual = [text("food", WORDS[index % 4]) for index in range(40)]
    window = [text("food", "spoon"), text("food", "spoon"), text("food", "bill"), text("food", "manager")]
    found = agreement(window, [*usual, text("food", "spoon")])
    assert found.shared is not None
    assert (found.shared.theme, found.shared.word) == ("food", "")
