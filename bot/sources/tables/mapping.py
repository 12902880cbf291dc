"""The settings of a folder: where it is, and what its columns are where that cannot be told from their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import jmespath
import jmespath.exceptions
from pydantic import Field, field_validator, model_validator

from bot.part import Part
from bot.settings import Interval, SourceSettings, ZoneName
from bot.sources.tables.values.dates import STYLES

ENDINGS: Final = (
    *("csv", "tsv", "tab", "txt", "gz", "xlsx", "xlsm", "xlsb", "xls", "ods", "numbers"),
    *("json", "jsonl", "ndjson", "zip"),
)
Column = Annotated[str, Field(max_length=400)]


class ColumnMapping(Part):
    """What the columns of a file are, for files that are not recognised by themselves.

    A column is named by its header; in JSON by a key or a JMESPath expression (https://jmespath.org) on one row.
    With `date` given the mapping stands for itself; without it, it only adds to what was recognised (for example
    `date_format` alone).

    Attributes:
        rows: JMESPath to the list of reviews in a JSON file.
        rating_range: worst and best rating; a nought counts as "no rating" unless the range begins at or below it.
        lowest_is_best: on this scale the lowest number is the best rating, as in school grades.
        no_rating: the table has no stars; its reviews are kept for their words.
        date_format: "dmy", "mdy", "iso", "epoch", "epoch_ms" or a pattern for `strptime` like "%d.%m.%Y".
        dates_swapped: a spreadsheet program has taken day and month of its own dates for each other.
        time_zone: the zone of times without one; the location's by default.
        recommended: a yes/no column; it counts as best and worst rating only with `recommended_counts`.
        details: further columns to keep, name -> column.
    """

    rows: Column = ""
    rating: Column = ""
    rating_range: tuple[float, float] | None = None
    lowest_is_best: bool = False
    no_rating: bool = False
    date: Column = ""
    date_format: Annotated[str, Field(max_length=80)] = ""
    dates_swapped: bool | None = None
    time_zone: ZoneName | None = None
    text: Column = ""
    positive: Column = ""
    negative: Column = ""
    title: Column = ""
    author: Column = ""
    id: Column = ""
    url: Column = ""
    platform: Column = ""
    reply: Column = ""
    reply_at: Column = ""
    edited: Column = ""
    language: Column = ""
    location: Column = ""
    recommended: Column = ""
    recommended_counts: bool = False
    details: Mapping[str, Column] = Field(default_factory=dict)

    @property
    def columns(self) -> Mapping[str, str]:
        """Field -> column, of the fields that are set."""
        names = (
            *("rating", "date", "text", "positive", "negative", "title", "author", "id", "url", "platform"),
            *("reply", "reply_at", "edited", "language", "location", "recommended"),
        )
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @field_validator("date_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value and "%" not in value and value not in STYLES:
            raise ValueError(f"{value!r} is not a date format; give one of {', '.join(STYLES)} or one like %d.%m.%Y")
        return value

    @field_validator("rating_range")
    @classmethod
    def _rising(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and not value[0] < value[1]:
            raise ValueError("give the worst rating first, then the best, like [1, 10]")
        return value

    @field_validator("rows")
    @classmethod
    def _is_expression(cls, value: str) -> str:
        if value:
            try:
                jmespath.compile(value)
            except jmespath.exceptions.JMESPathError as error:
                raise ValueError(f"this is no JMESPath expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _is_enough(self) -> Self:
        given = self.columns
        if (
            "date" in given
            and not given.keys() & {"rating", "text", "positive", "negative", "recommended"}
            and not self.no_rating
        ):
            raise ValueError("a mapping with a date needs rating, text or recommended too")
        if self.recommended_counts and not self.recommended:
            raise ValueError("recommended_counts needs the name of the yes/no column in recommended")
        if self.rows and "date" not in given:
            raise ValueError("a mapping with rows needs date, and rating or text")
        return self


class FolderSettings(SourceSettings):
    """A folder that exports are put into.

    Attributes:
        path: the folder; sub-folders are read too.
        mapping: what the columns are, where that cannot be told from their names.
        include: which files are read, as patterns on the file's name or its path below the folder.
        location: keep only reviews of this place, for exports that hold several: the value of the location column, or
            a Takeout's listing name or location folder. Reviews that name no place are kept.
    """

    type: Literal["folder"]
    # Looking into a folder costs nothing, and somebody who drops a file waits for it.
    every_minutes: Interval = timedelta(minutes=1)
    path: Path
    mapping: ColumnMapping | None = None
    include: Annotated[tuple[str, ...], Field(min_length=1)] = tuple(f"*.{ending}" for ending in ENDINGS)
    location: str = ""

    @field_validator("include", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value
