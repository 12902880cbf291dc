"""One table on its way to reviews: its columns, its scale and the order of its dates, or what has to be asked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.model.ingest.understanding import Ask, AskKind, TableUnderstood
from bot.reasons import reason
from bot.sources.contract.source import Parsed, Problem
from bot.sources.tables import roles as find_roles
from bot.sources.tables import scales
from bot.sources.tables.columns import Column
from bot.sources.tables.headings import stated_zone
from bot.sources.tables.mapping import ColumnMapping
from bot.sources.tables.maps import PLAIN, header, known_maps
from bot.sources.tables.rows import Plan, Rows, read_rows
from bot.sources.tables.scales import Scale
from bot.sources.tables.scaling import Scaling, platform_of
from bot.sources.tables.summaries import is_summary
from bot.sources.tables.table import ASK_ANYWAY, Around, Table
from bot.sources.tables.taking import Roles
from bot.sources.tables.values.cells import text_of
from bot.sources.tables.values.dates import DateReader, is_midnight
from bot.sources.tables.values.day_order import Order, order_of, two_readings

_COLUMNS_SHOWN: Final = 24
_ROW_NUMBERS_FROM: Final = 1
_LATER: Final = timedelta(days=2)
_FIELDS_ASKED: Final = ("date", "rating", "text")
_SAID: Final = (
    *("rating", "date", "text", "positive", "negative", "title", "author", "id", "platform", "location", "reply"),
    *("recommended", "language", "edited", "reply_at", "url"),
)
_EMPTY: Final[dict[str, Any]] = dict.fromkeys(
    (
        *("rating", "date", "text", "positive", "negative", "title", "author", "id", "url", "platform"),
        *("reply", "reply_at", "edited", "language", "location", "recommended"),
    ),
    "",
)


class TableReading:
    """One table on its way to reviews."""

    def __init__(
        self,
        columns: list[Column],
        rows: Rows,
        around: Around,
        *,
        sheet: str,
        key: str,
        answers: Mapping[str, Any],
        others: bool,
    ) -> None:
        self._columns = columns
        self._rows = rows
        self._around = around
        self._sheet = sheet
        self._key = key
        self._answers = dict(answers)
        self._others = others
        self._table = Table(columns=[column.name for column in columns], sheet=sheet)
        self._platform = platform_of(sheet)
        self._scale_of = str(answers.get("scale_of", ""))
        zone = answers.get("time_zone")
        self._zone = ZoneInfo(zone) if zone else around.zone

    def read(self) -> Table:
        """Read it, or say what has to be asked, or why it is left out."""
        roles = self._roles()
        if is_summary(self._columns, self._rows, roles, self._zone):
            if self._others:
                self._table.left_out.append(reason("sheet_summary", sheet=self._sheet))
                return self._table
            if not self._answers:
                roles.open.add("rating")
        if "date" not in roles.columns and "date" not in roles.guesses:
            roles.open.add("date")
        has_content = bool(roles.columns.keys() & {"rating", "text", "positive", "negative", "recommended", "title"})
        if not has_content and "rating" not in roles.open:
            roles.open.add("rating")
        if "date" in roles.columns and self._columns[roles.columns["date"][0]].is_vague:
            # Whatever were answered, no row would have a day.
            return self._reviews(roles, Scale(), Order(None))
        if roles.open or self._answers.pop(ASK_ANYWAY, False):
            return self._ask_columns(roles)
        order = self._order(roles)
        scale = self._scale(roles)
        if self._table.asks:
            return self._table
        assert isinstance(scale, Scale)
        return self._reviews(roles, scale, order)

    def _given(self) -> dict[str, int]:
        """The columns that somebody has named, by their heading."""
        by_name = {column.heading: column.place for column in reversed(self._columns) if column.heading}
        by_name |= {column.name: column.place for column in reversed(self._columns)}
        names = ColumnMapping.model_construct(**{**_EMPTY, **self._answers}).columns
        found = {}
        for name, column in names.items():
            place = by_name.get(column, by_name.get(header(column)))
            if place is not None:
                found[name] = place
        return found

    def _roles(self) -> Roles:
        given = self._given()
        if self._answers.get("no_rating"):
            given.pop("rating", None)
        if "date" not in given:
            laid = [
                found
                for name, known in known_maps().items()
                if name != PLAIN and (found := find_roles.by_known_map(known, self._columns)) is not None
            ]
            if laid:
                best = max(laid, key=lambda one: len(one.columns))
                best.columns |= {name: (place,) for name, place in given.items()}
                return best
        roles = find_roles.by_headings_and_cells(self._columns, given)
        if self._answers.get("no_rating"):
            roles.open.discard("rating")
            roles.columns.pop("rating", None)
        details = self._answers.get("details") or {}
        by_name = {column.heading: column.place for column in reversed(self._columns)}
        roles.details |= {key: by_name[header(name)] for key, name in details.items() if header(name) in by_name}
        return roles

    def _ask_columns(self, roles: Roles) -> Table:
        if not self._is_plausible(roles):
            self._table.is_unknown = True
            return self._table
        guessed: dict[str, Any] = {}
        for name in _FIELDS_ASKED:
            places = roles.columns.get(name)
            guesses = roles.guesses.get(name)
            column = self._columns[places[0]] if places else guesses[0] if guesses else None
            if column is not None:
                guessed[name] = column.name
        shown = [column for column in self._columns if column.filled or column.heading][:_COLUMNS_SHOWN]
        facts = {
            "columns": [{"name": one.name, "first": one.first, "top": max(one.levels, default=None)} for one in shown],
            "open": sorted(roles.open),
        }
        self._table.asks.append(self._ask(AskKind.COLUMNS, facts, guessed))
        return self._table

    def _is_plausible(self, roles: Roles) -> bool:
        """Whether it may be reviews at all: something like a date, and something like stars or words."""
        has_date = "date" in roles.columns or bool(roles.guesses.get("date"))
        has_more = bool(roles.columns.keys() & {"rating", "text", "recommended", "title", "positive"})
        return len(self._columns) > 1 and (
            (has_date and (has_more or bool(roles.guesses.get("rating"))))
            or ("rating" in roles.columns and has_more and "text" in roles.columns)
        )

    def _ask(self, kind: AskKind, facts: Mapping[str, Any], guessed: Mapping[str, Any] | None = None) -> Ask:
        return Ask(kind, self._key, self._sheet, len(self._rows), {**(guessed or {}), **self._answers}, dict(facts))

    def _order(self, roles: Roles) -> Order:
        style = self._answers.get("date_format", "")
        if style:
            return Order(None)
        places = [at for name in ("date", "edited", "reply_at") for at in roles.columns.get(name, ())]
        found = order_of(cells[at] for at in places for _, cells in self._rows if at < len(cells))
        swapped = self._answers.get("dates_swapped")
        if swapped is not None:
            return replace(found, swapped=bool(swapped), example="")
        if found.example:
            day_first, month_first = two_readings(found.example)
            facts = {
                "example": found.example,
                "day_first": day_first,
                "month_first": month_first,
                "swapped": found.is_open and found.order is not None,
            }
            self._table.asks.append(self._ask(AskKind.DATE, facts))
        return found

    def _scale(self, roles: Roles) -> Scale | None:
        given = self._answers.get("rating_range")
        if "rating" not in roles.columns:
            self._ask_recommended(roles)
            worst, best = given or scales.FIVE
            return Scale(float(worst), float(best), is_stated=True)
        if given is not None:
            return Scale(float(given[0]), float(given[1]), bool(self._answers.get("lowest_is_best")), is_stated=True)
        scaling = Scaling(
            self._columns,
            self._rows,
            roles,
            # A file that is named after a platform is on its scale; its reviews may still be of several.
            platform=roles.map.platform or self._platform or platform_of(PurePosixPath(self._around.name).stem),
            remembered=self._around.answers,
        )
        found = scaling.settle()
        if isinstance(found, Scale):
            self._scale_of = scaling.platform if scaling.is_remembered else ""
            return found
        known = {"scale_of": scaling.platform} if scaling.platform else {}
        self._table.asks.append(self._ask(AskKind.SCALE, scaling.facts(found), known))
        return None

    def _ask_recommended(self, roles: Roles) -> None:
        if "recommended" not in roles.columns or "recommended_counts" in self._answers or "no_rating" in self._answers:
            return
        column = self._columns[roles.columns["recommended"][0]]
        facts = {"column": column.name, "example": column.first}
        guessed = {"recommended": column.name}
        self._table.asks.append(self._ask(AskKind.RECOMMENDED, facts, guessed))

    def _reviews(self, roles: Roles, scale: Scale, order: Order) -> Table:
        style = self._answers.get("date_format", "")
        zone = self._zone
        if roles.map.time_zone and "time_zone" not in self._answers:
            zone = ZoneInfo(roles.map.time_zone)
        dated = [self._columns[at] for at in roles.columns["date"]]
        if "time_zone" not in self._answers and (stated := stated_zone(dated[0].raw)) is not None:
            zone = stated
        dates = DateReader(
            zone,
            style,
            order.order,
            swapped=order.swapped,
            serials=any(column.is_serial for column in dated),
            midnights="%" not in style and self._are_midnights(roles),
            has_clocks=self._have_clocks(roles),
        )
        now = self._around.now
        counts = bool(self._answers.get("recommended_counts"))
        plan = Plan(
            columns=roles.columns,
            details=roles.details,
            dates=dates,
            scale=scale,
            platform=roles.map.platform or self._platform,
            recommended_counts=counts,
            location=self._around.location,
            clock=roles.clock,
            best=roles.best,
            latest=None if now is None else now + _LATER,
            has_row_numbers=self._are_row_numbers(roles),
            joins_text=roles.joins_text,
        )
        parsed = read_rows(self._rows, plan, name=self._around.name, width=len(self._columns))
        kind = self._kind(roles)
        self._table.parsed = replace(parsed, kind=kind)
        if plan.has_row_numbers:
            name = self._columns[roles.columns["id"][0]].name
            self._table.left_out.append(reason("id_counts_rows", column=name))
        self._refuse_undated(parsed)
        rated = [review.rating for review in parsed.reviews]
        used = roles.used
        has_scale = "rating" in roles.columns or counts
        self._table.understood = TableUnderstood(
            sheet=self._sheet,
            key=self._key,
            kind=kind,
            columns={
                name: [self._columns[at].name for at in places]
                for name, places in roles.columns.items()
                if name in _SAID
            },
            likely=sorted(roles.likely),
            scale=(scale.worst, scale.best) if has_scale else None,
            lowest_is_best=scale.lowest_is_best,
            scale_is_stated=scale.is_stated,
            order="swapped" if order.swapped else order.order or (style if style in ("dmy", "mdy") else ""),
            unused=[one.name for one in self._columns if one.place not in used and one.filled and one.heading],
            platform="" if "platform" in roles.columns else self._platform,
            scale_of=self._scale_of,
            answered=sorted(self._answers.keys() - {"scale_of"}),
            reviews=len(parsed.reviews),
            low=sum(one is not None and one.is_low() for one in rated),
            without_rating=sum(one is None for one in rated),
        )
        return self._table

    def _kind(self, roles: Roles) -> str:
        if self._answers.keys() & {"date", "rating", "text"}:
            return "mapping"
        return next(name for name, known in known_maps().items() if known is roles.map)

    def _are_midnights(self, roles: Roles) -> bool:
        """Whether every date has a time, and every time is 0:00: a program that knows days only wrote them."""
        at = roles.columns["date"][0]
        return all(is_midnight(cells[at]) for _, cells in self._rows if at < len(cells) and cells[at] not in (None, ""))

    def _have_clocks(self, roles: Roles) -> bool:
        """Whether most of a spreadsheet's own dates have a time of day."""
        at = roles.columns["date"][0]
        own: list[date] = [cells[at] for _, cells in self._rows if at < len(cells) and isinstance(cells[at], date)]
        return sum(isinstance(one, datetime) and one.time() != time(0) for one in own) * 2 > len(own)

    def _are_row_numbers(self, roles: Roles) -> bool:
        """An id that counts the rows: 1, 2, 3, ... up or down, as a spreadsheet does; no platform's ids do."""
        if "id" not in roles.columns or roles.map is not known_maps()[PLAIN] or "id" in self._answers:
            return False
        at = roles.columns["id"][0]
        cells = [text_of(cells[at]) for _, cells in self._rows if at < len(cells) and cells[at] not in (None, "")]
        if len(cells) < _ROW_NUMBERS_FROM or not all(cell.isdecimal() and len(cell) < 8 for cell in cells):
            return False
        numbers = sorted(int(cell) for cell in cells)
        return numbers[0] <= 1 and numbers[-1] - numbers[0] <= 2 * len(numbers)

    def _refuse_undated(self, parsed: Parsed) -> None:
        """Rows that all fail for the same reason are one thing to say."""
        if parsed.reviews or len(parsed.problems) < 2:
            return
        codes = {one.why.code if one.why else "" for one in parsed.problems}
        first = parsed.problems[0]
        if len(codes) == 1 and first.why is not None and first.why.code.startswith(("date_", "rating_")):
            every = Problem(first.name, None, str(first.why), first.why)
            self._table.parsed = replace(self._table.parsed, problems=(every,))
