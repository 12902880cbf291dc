"""Which column holds the stars: told by its heading and its cells together, or asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.sources.tables.columns import Column
from bot.sources.tables.headings import says, stated_scale
from bot.sources.tables.taking import Taking

_SHORT: Final = 12
_SHORT_UNREAD: Final = 25
_QUESTION_WORDS: Final = 4
_SOME_STEPS: Final = 0.4
_STEPS: Final = 11
_STEPS_FROM: Final = 6
_STEP_LONGEST: Final = 40
_MOST_STARS: Final = 5
_TWO: Final = 2


class RatingColumn(Taking):
    """Finds the stars."""

    def rating(self) -> None:
        """The stars: one column for the whole, not for the food or the service."""
        if self._is_given("rating"):
            return
        like = [column for column in self._free() if column.is_rating_like]
        exact = self._exact("rating", [column for column in self._free() if column.may_rate])
        # "Beoordeling" over words beside "Cijfer" over numbers: the cells decide.
        exact.sort(key=lambda one: not one.is_rating_like)
        may_rate = [column for column in self._free() if column.may_rate and (column in like or column.is_running)]
        named = [one for one in may_rate if self._says_rating(one) and self._names_rating(one)]
        recommended = [one for one in self._free() if self._is_recommendation(one)]
        named = [one for one in named if one not in recommended]
        parts = [one for one in named if says(one.heading, "part") and one not in exact]
        whole = [one for one in named if one not in parts and one not in exact]
        # Whether they would recommend it is a second question beside how it was.
        whole = [one for one in whole if not says(one.heading, "recommends_of_ten")] or whole
        overall = [one for one in whole if says(one.heading, "overall")]
        sums = [one for one in like if one not in exact and self._sums_up(one, like)]
        if exact:
            first = exact[0]
            self._take("rating", [first], is_likely=False)
        elif not overall and len(sums) == 1:
            self._take("rating", sums, is_likely=True)
        elif len(overall) == 1 or (not overall and len(whole) == 1):
            self._take("rating", overall or whole, is_likely=True)
        elif whole:
            self._ask("rating", overall or whole)
        elif len(parts) == 1 and not any(says(one.heading, "part") for one in like if one not in parts):
            self._take("rating", parts, is_likely=True)
        elif parts:
            self._ask("rating", parts)
        elif drawn := [one for one in like if one.is_drawn]:
            if len(drawn) == 1:
                self._take("rating", drawn, is_likely=True)
            else:
                self._ask("rating", drawn)
        elif recommended:
            return
        elif len(worded := [one for one in like if one.is_worded and len(one.levels) > _TWO]) == 1:
            self._take("rating", worded, is_likely=True)
        else:
            empty = [one for one in self._exact("rating", self._free()) if not one.filled]
            candidates = [one for one in like if self._may_be_rating(one)]
            # Letters, faces and numbers below nought under a heading of stars: somebody has to say.
            unread = [one for one in self._free() if one.filled and not one.is_dated and one.length <= _SHORT]
            candidates += [one for one in unread if says(one.heading, "rating") and self._names_rating(one)]
            candidates += [one for one in unread if one not in candidates and one.is_small]
            candidates += [
                one for one in self._exact("rating", self._free()) if self._is_unread_rating(one, candidates)
            ]
            candidates += [one for one in self._free() if one not in candidates and self._is_stepped(one)]
            if empty or candidates:
                self._ask("rating", candidates or empty)

    def _is_unread_rating(self, column: Column, candidates: Sequence[Column]) -> bool:
        """Under a heading of stars stands something that is not read: nobody is to lose it in silence."""
        if column in candidates or not column.filled or column.is_dated:
            return False
        if column.heading in self._lists["text"]:
            return column.length <= _SHORT
        if column.heading in (*self._lists["rating"], *self._lists["recommended"]):
            return True
        is_text = column.length > _SHORT_UNREAD or column.share(column.spaced) > 0.5
        return says(column.heading, "rating") and self._names_rating(column) and not is_text

    def _sums_up(self, column: Column, like: Sequence[Column]) -> bool:
        """Whether it is the whole of ratings of parts: "Overall" beside "Food" and "Service", and no higher."""
        if not says(column.heading, "overall") or says(column.heading, "not_rating"):
            return False
        if stated_scale(column.raw) is not None:
            return True
        parts = [one for one in like if says(one.heading, "part") and one is not column]
        return len(parts) > 1 and max(column.levels) <= max(max(one.levels) for one in parts)

    def _is_stepped(self, column: Column) -> bool:
        """Answers out of a few that are nothing else of a review: words for steps, or the same phrases again."""
        if column.is_dated or column.is_clock or not self._may_be_rating(column):
            return False
        is_asked = "?" in column.raw or len(column.heading.split()) >= _QUESTION_WORDS or says(column.heading, "rating")
        some = column.worded and column.share(column.scores) >= _SOME_STEPS
        few = column.filled >= _STEPS_FROM and column.distinct <= _STEPS and column.length <= _STEP_LONGEST
        return bool(some or (is_asked and few and column.distinct * 2 <= column.filled))

    def _says_rating(self, column: Column) -> bool:
        return says(column.heading, "rating") or self._is_of_ten(column)

    def _is_of_ten(self, column: Column) -> bool:
        """How likely somebody is to recommend the place, from 0 to 10."""
        is_wide = max(column.levels, default=0) > _MOST_STARS
        return says(column.heading, "recommends_of_ten") and (is_wide or stated_scale(column.raw) is not None)

    def _names_rating(self, column: Column) -> bool:
        """Not "number of ratings"; but "number of stars", and "rating of 5" too."""
        is_plain = not says(column.heading, "not_rating")
        if self._is_of_ten(column):
            return True
        return is_plain or says(column.heading, "stars") or stated_scale(column.raw) is not None

    def _may_be_rating(self, column: Column) -> bool:
        names_another = any(says(column.heading, which) for which in ("not_author", "author", "reply"))
        exact_elsewhere = any(
            column.heading in headings
            for name, headings in self._lists.items()
            if name not in ("rating", "text", "recommended")
        )
        return not names_another and not exact_elsewhere and not (column.heading and says(column.heading, "clock"))

    def _is_recommendation(self, column: Column) -> bool:
        is_named = column.heading in self._lists.get("recommended", ()) or says(column.heading, "recommended")
        is_yes_no = (
            column.share(column.answers) > 0.7
            and column.distinct <= 6
            and not (column.numbers and max(column.levels) > 1)
        )
        return is_named and is_yes_no
