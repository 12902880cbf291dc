"""Which notification is which review."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from bot.model.ingest.notification_match import Candidates, Side, likeness, pairs
from bot.model.review import Rating

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMIT = 100
DISHES = ("soup", "steak", "pasta", "salad", "burger", "risotto", "tart", "curry", "pizza", "fish")
PARTS = (
    "The {0} came cold and nobody cared.",
    "We waited {1} minutes for two plates of {0}.",
    "Lovely evening, and the {0} was the best in town!",
    "Never again: rude waiter, dirty table, {0} from the microwave.",
    "Our {0} was fine but the bill had {1} mistakes.",
    "Great {0} 👍 & friendly people.",
    "{1} stars if I could, thanks to the {0}.",
)


_NUMBERS: dict[str, int] = {}


def number(key: str) -> int:
    """The same number for the same name."""
    return -1 - _NUMBERS.setdefault(key, len(_NUMBERS))


def stars(value: float) -> Rating:
    return Rating(value, 1, 5)


def cut(text: str, limit: int = LIMIT) -> str:
    """As a notification shows it: at most so many characters, cut at a word, with three dots."""
    if len(text) <= limit:
        return text
    return text[: text.rfind(" ", 0, limit - 2)] + "..."


def full(key: int, text: str, *, rating: float | None = 2, name: str = "", at: datetime = NOW) -> Side:
    return Side(key, at, None if rating is None else stars(rating), text, name)


def note(
    key: str, text: str, *, rating: float | None = 2, name: str = "", at: datetime = NOW + 3 * HOUR, mail: str = ""
) -> Side:
    is_cut = text.endswith("...") or len(text) >= LIMIT
    its = None if rating is None else stars(rating)
    return Side(number(key), at, its, text, name, is_stub=True, is_cut=is_cut, mail=mail or key)


def invented(random: Random, count: int) -> list[Side]:
    """Reviews of some weeks, as different and as alike as guests write them."""
    found = []
    for key in range(count):
        sentences = [
            random.choice(PARTS).format(random.choice(DISHES), random.randint(10, 90))
            for _ in range(random.choice((1, 1, 2, 3, 5)))
        ]
        at = NOW + timedelta(hours=random.uniform(0, 24 * 40))
        name = random.choice(("", "Anna B", "Ben Carlson", "Zoë", "Ajay Rajan", "A Google User")) or ""
        found.append(full(key, " ".join(sentences), rating=random.randint(1, 5), name=name, at=at))
    return found


def test_cut_texts_merge_back() -> None:
    """Of 800 reviews, cut and notified hours later, at least 99 % find their own, and none finds a wrong one."""
    random = Random(7)
    reviews = invented(random, 800)
    notes = [
        note(
            f"m{one.key}",
            cut(one.text),
            rating=None if one.rating is None else one.rating.value,
            name=one.name.split(" ")[0],
            at=one.at + timedelta(minutes=random.uniform(1, 600)),
        )
        for one in reviews
    ]
    found = pairs(notes, reviews)
    by_note = {number(f"m{one.key}"): one for one in reviews}
    right = sum(mine.key == number(f"m{other.key}") for mine, other in found)
    wrong = [
        (mine, other)
        for mine, other in found
        if mine.key != number(f"m{other.key}") and by_note[mine.key].words != other.words
    ]
    assert not wrong
    assert right >= 0.99 * len(reviews)


@given(st.text(min_size=1, max_size=400), st.integers(20, 100))
@example("0" * 21, 20)
@example("0" * 21 + "\u0301", 20)
@example("soup " + "a\u0301" * 10, 20)
@example("0" * 20 + "...", 20)
@example("\u1100\u1161" * 11, 20)
@example("." * 30, 20)
@example(". " * 30, 20)
@example("(translated by google)" + "0" * 30, 20)
def test_any_text_cut_anywhere_is_like_itself(text: str, limit: int) -> None:
    """Whatever a guest writes, the cut text is found to be a part of it, as long as something is left of it."""
    short = cut(text, limit)
    mine, other = note("m", short, name="Ann"), full(1, text, name="Ann")
    assert likeness(mine, other) is not None


def test_other_rating_other_name_other_time() -> None:
    """Each of them makes it another review."""
    mine = note("m", "The soup came cold", name="Anna")
    assert pairs([mine], [full(1, "The soup came cold", name="Anna")])
    assert not pairs([mine], [full(1, "The soup came cold", rating=1, name="Anna")])
    assert not pairs([mine], [full(1, "The soup came cold", name="Ben")])
    assert not pairs([mine], [full(1, "The soup came cold", name="Anna", at=NOW - timedelta(days=8))])
    assert not pairs([mine], [full(1, "The soup came hot", name="Anna")])


def test_beginning_of_a_name() -> None:
    """A subject line shows "Ajay" for "Ajay Rajan", but "An" is not "Anna"."""
    assert pairs([note("m", "", name="Ajay")], [full(1, "", name="Ajay Rajan")])
    assert not pairs([note("m", "", name="An")], [full(1, "", name="Anna")])


def test_ratings_without_text_and_name_stay_apart() -> None:
    """Nothing but stars and a day is no proof: neither of a stub and a review nor of two stubs."""
    notes = [note(f"m{n}", "", rating=1, mail="digest") for n in range(50)]
    assert not pairs(notes, [full(n, "", rating=1) for n in range(50)])
    assert not pairs(notes, [note(f"x{n}", "", rating=1, mail="other") for n in range(50)])


def test_single_and_digest_are_one_review() -> None:
    """The same guest's words in a mail of its own and in a digest; two of one mail are two."""
    single = note("a", "The soup came cold", name="Anna", mail="one")
    again = note("b", "The soup came cold", name="Anna", mail="two")
    assert pairs([single], [again])
    assert not pairs([single], [note("c", "The soup came cold", name="Anna", mail="one")])
    assert not pairs([single], [note("c", "The soup came cold", mail="two")])


def test_twins_without_names_are_taken_in_order() -> None:
    """Two guests with the same words: each stub takes one, the older the older."""
    notes = [note("m1", "Great food!", at=NOW + HOUR), note("m2", "Great food!", at=NOW + 2 * HOUR)]
    found = pairs(notes, [full(2, "Great food!", at=NOW + HOUR), full(1, "Great food!", at=NOW)])
    assert [(mine.key, other.key) for mine, other in found] == [(number("m1"), 1), (number("m2"), 2)]


def test_undecided_between_different_reviews() -> None:
    """A cut text that two different reviews begin with is left alone, unless the name decides."""
    start = "We came with friends on a Saturday night and had booked a table for six people near the window"
    two = [full(1, f"{start}. It was great.", name="Anna"), full(2, f"{start}. It was awful.", name="Ben")]
    assert not pairs([note("m", f"{start}...")], two)
    assert [other.key for _, other in pairs([note("m", f"{start}...", name="Ben")], two)] == [2]


def test_translated_reviews() -> None:
    """The notice shows one language, the export both."""
    text = "(Translated by Google) The soup was cold and late\n\n(Original)\nDie Suppe war kalt und kam spät"
    assert pairs([note("m", "Die Suppe war kalt und...", name="Uwe")], [full(1, text, name="Uwe")])
    assert pairs([note("m", "The soup was cold...", name="Uwe")], [full(1, text, name="Uwe")])


def test_a_translation_noted_in_german() -> None:
    """Google's note in German parts the languages as well, umlaut and all."""
    text = "(Übersetzt von Google) Die Suppe war kalt\n\n(Original)\nThe soup was cold"
    assert pairs([note("m", "Die Suppe war kalt", name="Uwe")], [full(1, text, name="Uwe")])


def test_typed_words_may_stand_anywhere() -> None:
    """What somebody types is found within the whole text, if it is long enough to be no accident."""
    text = "First visit. Waited 70 minutes for two starters. Never again."
    typed = Side(-9, NOW, stars(2), "waited 70 minutes", "", is_stub=True, is_typed=True, mail="t")
    assert pairs([typed], [full(1, text)])
    short = Side(-9, NOW, stars(2), "waited", "", is_stub=True, is_typed=True, mail="t")
    assert not pairs([short], [full(1, text)])


def test_candidates_leave_nothing_out() -> None:
    """Looked for by name and beginning, every note finds what it would find among all."""
    random = Random(11)
    reviews = invented(random, 200)
    known = Candidates(("google", one) for one in reviews)
    for one in reviews:
        mine = note(f"m{one.key}", cut(one.text), rating=None, name=one.name.split(" ")[0], at=one.at)
        assert [pair[1].key for pair in pairs([mine], known.of("google", mine))] == [
            pair[1].key for pair in pairs([mine], reviews)
        ]
