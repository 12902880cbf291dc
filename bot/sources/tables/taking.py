"""Which column of a table holds what, as it is being found: column after column is taken out of those that are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.sources.tables.columns import Column
from bot.sources.tables.maps import ColumnMap


@dataclass(slots=True)
class Roles:
    """What the columns of a table are.

    Attributes:
        map: the known kind of export, or the plain one.
        columns: field -> places, best first.
        details: name -> place.
        likely: fields whose heading alone did not settle it; they are said.
        open: fields that somebody has to settle.
        guesses: for each open field its likeliest columns.
        clock: a column with the time of day beside the date.
        best: a column that holds the top of each row's scale.
        joins_text: the columns of the text are answers to several questions: all of them are the text.
    """

    map: ColumnMap
    columns: dict[str, tuple[int, ...]] = field(default_factory=dict)
    details: dict[str, int] = field(default_factory=dict)
    likely: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    guesses: dict[str, list[Column]] = field(default_factory=dict)
    clock: int | None = None
    best: int | None = None
    joins_text: bool = False

    @property
    def used(self) -> set[int]:
        """Every place that is used."""
        places = {place for several in self.columns.values() for place in several} | set(self.details.values())
        return places | {place for place in (self.clock, self.best) if place is not None}


class Taking:
    """Takes columns for the fields of a review."""

    def __init__(self, columns: Sequence[Column], roles: Roles, given: Mapping[str, int]) -> None:
        self._columns = columns
        self._roles = roles
        self._given = given
        self._taken: set[int] = set(given.values())
        self._lists = roles.map.columns

    def _is_given(self, name: str) -> bool:
        if name not in self._given:
            return False
        self._roles.columns[name] = (self._given[name],)
        return True

    def _free(self) -> list[Column]:
        return [column for column in self._columns if column.place not in self._taken]

    def _exact(self, name: str, among: Sequence[Column]) -> list[Column]:
        """Columns with a known heading, in the order of the map."""
        by_heading: dict[str, Column] = {}
        for column in among:
            by_heading.setdefault(column.heading, column)
        return [by_heading[heading] for heading in self._lists.get(name, ()) if heading and heading in by_heading]

    def _take(self, name: str, columns: Sequence[Column], *, is_likely: bool) -> None:
        self._roles.columns[name] = tuple(column.place for column in columns)
        self._taken.update(column.place for column in columns)
        if is_likely:
            self._roles.likely.add(name)

    def _ask(self, name: str, candidates: Sequence[Column]) -> None:
        self._roles.open.add(name)
        self._roles.guesses[name] = list(candidates)
