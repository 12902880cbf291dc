"""Which column of a table is what, told by headings and cells together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.sources.tables.columns import Column
from bot.sources.tables.headings import says
from bot.sources.tables.maps import PLAIN, ColumnMap, known_maps
from bot.sources.tables.rating_column import RatingColumn
from bot.sources.tables.taking import Roles

FEW_NAMES: Final = 30
_REPEATED: Final = 0.98
_MANY_WORDS: Final = 0.5
_QUESTION_WORDS: Final = 4
_SOME_PHRASES: Final = 0.3
_UNIVERSAL: Final = {"utc", "gmt"}


def by_known_map(known: ColumnMap, columns: Sequence[Column]) -> Roles | None:
    """Lay a special map over the columns; None where it does not fit the headings or the cells."""
    places: dict[str, int] = {}
    for column in columns:
        if column.heading:
            places.setdefault(column.heading, column.place)
    if not all(any(heading in places for heading in known.columns[name]) for name in known.needs):
        return None
    roles = Roles(known)
    taken: set[int] = set()
    for name, headings in known.columns.items():
        found = tuple(places[heading] for heading in headings if heading in places)
        free = tuple(place for place in found if place not in taken or name in ("url", "id_in_url"))
        if free:
            roles.columns[name] = free
            taken.update(free)
    if not all(name in roles.columns for name in known.needs):
        return None
    dates = [columns[place] for place in roles.columns.get("date", ())]
    if dates and not any(column.is_dated for column in dates) and any(column.filled for column in dates):
        return None
    rating = [columns[place] for place in roles.columns.get("rating", ())]
    if any(column.filled and not column.share(column.scores) > 0.5 for column in rating):
        return None
    roles.details = _details(known, places)
    return roles


def by_headings_and_cells(columns: Sequence[Column], given: Mapping[str, int]) -> Roles:
    """Find the columns of a table that is no known export.

    Args:
        columns: the columns.
        given: what somebody has said already, field -> place.
    """
    roles = Roles(known_maps()[PLAIN])
    find = _Finder(columns, roles, given)
    find.date()
    find.rating()
    find.text()
    find.others()
    return roles


class _Finder(RatingColumn):
    """Finds the other fields."""

    def date(self) -> None:
        """The day or moment that a review was written, among reply dates, visits and edits."""
        if self._is_given("date"):
            self._clock()
            return
        dated = [column for column in self._free() if column.is_dated and column.filled * 4 >= column.rows]
        dated = _without_twins(dated)
        exact = self._exact("date", dated)
        posted = [one for one in dated if says(one.heading, "date") and not self._is_another_date(one)]
        others = [one for one in dated if not self._is_another_date(one) and one not in posted]
        last = [one for one in dated if not says(one.heading, "reply") and one not in posted and one not in others]
        if not exact and not dated:
            # Days that nothing reads are refused with their reason, row by row or as a whole.
            exact = self._exact("date", [one for one in self._free() if one.share(one.numbers) < 0.5 or one.is_serial])
            exact = [one for one in exact if one.filled and not one.share(one.answers) > 0.5][:1]
            named = [one for one in self._free() if says(one.heading, "date") and one.is_serial]
            vague = [one for one in self._free() if one.is_vague and not self._is_another_date(one)]
            exact = exact or named or vague[:1]
        for candidates, is_likely in ((exact, False), (posted, True), (others, True), (last, True)):
            if not candidates:
                continue
            chosen = candidates[0] if not is_likely else _of_one_moment(candidates, has_names=candidates is posted)
            if chosen is None:
                self._ask("date", candidates)
                return
            self._take("date", [chosen], is_likely=is_likely)
            break
        else:
            self._ask("date", [])
        self._clock()

    def _is_another_date(self, column: Column) -> bool:
        return any(says(column.heading, which) for which in ("not_posted", "reply", "edited"))

    def _clock(self) -> None:
        if "date" not in self._roles.columns:
            return
        for column in self._free():
            if column.is_clock and says(column.heading, "clock"):
                self._roles.clock = column.place
                self._taken.add(column.place)
                return

    def text(self) -> None:
        """The guest's words: one column, or one for each side."""
        if self._is_given("text"):
            return
        texty = [column for column in self._free() if column.is_texty]
        exact = self._exact("text", texty)
        sides = {side: self._exact(side, texty) for side in ("positive", "negative")}
        if sides["positive"] and sides["negative"] and not exact:
            for side, found in sides.items():
                self._take(side, found[:1], is_likely=False)
            return
        if exact:
            self._take("text", [self._fullest(exact)], is_likely=False)
            return
        ours = [one for one in texty if not says(one.heading, "internal") and not says(one.heading, "reply")]
        if len(answers := [one for one in ours if self._is_answer(one)]) > 1:
            self._take_answers(answers)
            return
        named = [
            one for one in ours if says(one.heading, "text") and one.share(one.spaced) > 0 and not self._is_name(one)
        ]
        named = named or [one for one in ours if says(one.heading, "text") and not self._is_name(one)]
        if named:
            self._take("text", [max(named, key=lambda one: one.length * one.filled)], is_likely=True)
            return
        wordy = [one for one in ours if one.share(one.spaced) >= _MANY_WORDS and not self._is_name(one)]
        wordy = [one for one in wordy if one.length >= 8 and one.distinct * 2 > one.filled]
        short = [one for one in ours if one.filled * 2 > one.rows and not self._is_name(one) and one.platforms == 0]
        wordy = wordy or (short if len(short) == 1 and not self._is_another_date(short[0]) else [])
        phrases = [one for one in short if one.spaced and not says(one.heading, "numbered")]
        wordy = wordy or (phrases if len(phrases) == 1 and not self._is_another_date(phrases[0]) else [])
        unnamed = [one for one in short if not says(one.heading, "author") and not says(one.heading, "numbered")]
        wordy = wordy or (unnamed if len(unnamed) == 1 and not self._is_another_date(unnamed[0]) else [])
        replies = [one for one in texty if says(one.heading, "reply") and one.filled * 2 > one.rows]
        if wordy:
            self._take("text", [max(wordy, key=lambda one: one.length * one.filled)], is_likely=True)
        elif len(replies) == 1 and not sides["positive"] and not sides["negative"]:
            # "Reactie" is what the guest wrote, or what the house answered.
            self._ask("text", replies)

    def _is_answer(self, column: Column) -> bool:
        """What a guest wrote below a form's question."""
        words = column.heading.split()
        is_question = "?" in column.raw or len(words) >= _QUESTION_WORDS
        is_known = column.heading in self._lists["recommended"] or column.share(column.answers) > 0.5
        is_free = column.distinct * 2 > column.filled and column.share(column.scores) < 0.5
        is_free = is_free and column.share(column.spaced) > _SOME_PHRASES
        return is_question and is_free and not is_known and not self._is_name(column) and not column.platforms

    def _take_answers(self, answers: Sequence[Column]) -> None:
        """All of them are the guest's words; what was liked and what was missed keep their sign."""
        liked = [one for one in answers if says(one.heading, "liked") and not says(one.heading, "missed")]
        missed = [one for one in answers if says(one.heading, "missed")]
        if len(answers) == 2 and len(liked) == len(missed) == 1:
            self._take("positive", liked, is_likely=True)
            self._take("negative", missed, is_likely=True)
            return
        self._take("text", answers, is_likely=True)
        self._roles.joins_text = True

    def _fullest(self, exact: Sequence[Column]) -> Column:
        """The first, unless it is empty while another one of these names is not."""
        return next((column for column in exact if column.filled), exact[0])

    def _is_name(self, column: Column) -> bool:
        known_elsewhere = any(
            column.heading in self._lists.get(name, ())
            for name in ("author", "title", "url", "platform", "language", "location", "reply", "id")
        )
        return known_elsewhere or (
            says(column.heading, "author") and not says(column.heading, "not_author") and column.length < 30
        )

    def others(self) -> None:
        """Everything a review may have besides."""
        self._first("edited", lambda one: one.is_dated)
        self._first("reply_at", lambda one: one.is_dated)
        self._first("recommended", self._is_recommendation, which="recommended")
        self._first("id", lambda one: one.filled == 0 or one.distinct >= _REPEATED * one.filled)
        self._first("platform", self._names_platforms, which=None)
        for name in ("positive", "negative", "reply", "title", "language", "url"):
            stems = name if name in ("reply", "title") else None
            other = "numbered" if name == "reply" else None
            # One title in every row is the place's or the product's, one answer in every row a state.
            is_one = name in ("title", "reply", "reply_at")
            self._first(
                name,
                lambda one, is_one=is_one: not one.is_dated and not (is_one and one.filled > 1 and one.distinct == 1),  # type: ignore[misc]
                which=stems,
                unless=other,
            )
        self._first("location", lambda one: one.is_texty)
        self._first("author", lambda one: not one.is_dated and one.length < 60, which="author", unless="not_author")
        places: dict[str, int] = {}
        for column in self._columns:
            if column.heading and column.place not in self._taken:
                places.setdefault(column.heading, column.place)
        self._roles.details = _details(self._roles.map, places)
        for column in self._columns:
            if column.heading in (
                "best",
                "best rating",
                "review rating best rating",
                "rating best rating",
                "max rating",
            ):
                self._roles.best = column.place

    def _names_platforms(self, column: Column) -> bool:
        is_about_sites = any(word in column.heading for word in ("platform", "plattform", "portal", "network", "site"))
        few = column.distinct <= FEW_NAMES and column.length <= 40 and not column.share(column.numbers) > 0.5
        return few and (column.platforms > 0 or is_about_sites)

    def _first(
        self,
        name: str,
        fits: Callable[[Column], bool],
        *,
        which: str | None = None,
        unless: str | None = None,
    ) -> None:
        if self._is_given(name):
            return
        free = [column for column in self._free() if fits(column)]
        exact = self._exact(name, free)
        if exact:
            self._take(name, exact[:1], is_likely=False)
            return
        if which is None:
            return
        likely = [one for one in free if one.filled and says(one.heading, which)]
        likely = [one for one in likely if unless is None or not says(one.heading, unless)]
        if len(likely) == 1:
            self._take(name, likely, is_likely=True)


def _without_twins(dated: Sequence[Column]) -> list[Column]:
    """Without the local time of what stands beside it in UTC ("comment_date", "comment_date_gmt")."""
    with_twin = {
        " ".join(word for word in one.heading.split() if word not in _UNIVERSAL)
        for one in dated
        if _UNIVERSAL & set(one.heading.split())
    }
    return [one for one in dated if one.heading not in with_twin]


def _of_one_moment(candidates: Sequence[Column], *, has_names: bool) -> Column | None:
    """The one of several dates that a review was sent at; None where somebody has to say.

    Of names like a date's the one that every row has; a form's own beginning says less than its end, and days that are
    the same all over cannot differ.
    """
    left = list(candidates)
    if has_names:
        left = [one for one in left if one.filled == max(each.filled for each in left)]
    if len(left) > 1:
        left = [one for one in left if not says(one.heading, "begun")] or left
    if len(left) > 1 and len(sent := [one for one in left if says(one.heading, "sent")]) == 1:
        left = sent
    if len(left) > 1 and not all(left[0].is_same_day_as(one) for one in left[1:]):
        return None
    return left[-1] if len(left) == 1 or has_names else None


def _details(known: ColumnMap, places: Mapping[str, int]) -> dict[str, int]:
    return {
        name: next(places[wanted] for wanted in wants if wanted in places)
        for name, wants in known.details.items()
        if any(wanted in places for wanted in wants)
    }
