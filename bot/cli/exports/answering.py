"""Questions about a table, asked in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bot.cli.firstrun.ask import LeftError, choice
from bot.cli.terminal.show import clean, count, say
from bot.model.ingest.understanding import AskKind
from bot.sources.files.questions import ASKED, is_enough, with_column, with_date, with_recommended, with_scale

if TYPE_CHECKING:
    from bot.model.ingest.understanding import Ask

_NAME_LIMIT = 40
_CELL_LIMIT = 60


def answer(ask: Ask, name: str) -> dict[str, Any] | None:
    """Ask, and give the mapping that is remembered; None without a terminal, or when the question is left."""
    if not sys.stdin.isatty():
        return None
    return put(ask, name)


def put(ask: Ask, name: str) -> dict[str, Any] | None:
    """As `answer`, whatever the input is."""

    sheet = f" [{ask.sheet}]" if ask.sheet else ""
    say(f"\n   {clean(name, _CELL_LIMIT)}{clean(sheet, _NAME_LIMIT)}:")
    try:
        match ask.kind:
            case AskKind.COLUMNS:
                return _columns(ask)
            case AskKind.SCALE:
                return _scale(ask)
            case AskKind.DATE:
                return _day(ask)
            case _:
                return _recommended(ask)
    except LeftError:
        return None


def _columns(ask: Ask) -> dict[str, Any]:

    mapping = dict(ask.mapping)
    columns = ask.facts["columns"]
    firsts = {column["name"]: column["first"] for column in columns}
    while True:
        say("")
        for field in ASKED:
            name = mapping.get(field)
            shown = (
                f"{clean(name, _NAME_LIMIT)}   (first row: {clean(firsts.get(name, ''), _CELL_LIMIT)})"
                if name
                else "no column"
            )
            say(f"   {field:8}{shown}")
        say(f"   {count(ask.rows, 'row')}. Is this right?")
        options = [*(["Looks right"] if is_enough(mapping) else []), *(f"Change {field}" for field in ASKED)]
        chosen = choice("Which", options, default=0)
        if is_enough(mapping):
            if chosen == 0:
                return mapping
            chosen -= 1
        field = ASKED[chosen]
        names = [*(f"{column['name']}   ({column['first']})" for column in columns)]
        names += ["None of them"] if field != "date" else []
        place = choice(f"Column of the {field}", names)
        mapping = with_column(mapping, field, "" if place == len(columns) else columns[place]["name"])


def _scale(ask: Ask) -> dict[str, Any]:

    facts = ask.facts
    number, text = facts["example"]
    say(f'   On which scale is "{clean(facts["column"], _NAME_LIMIT)}"?')
    say(f'   One row: {number:g}, "{clean(text, _CELL_LIMIT)}"')
    options = [
        f"{worst:g}-{best:g}" + (f", {worst:g} is the best" if lowest_is_best else "")
        for worst, best, lowest_is_best in facts["options"]
    ]
    chosen = choice("Which", [*options, "It holds no stars"])
    if chosen == len(options):
        return with_column(ask.mapping, "rating", "")
    worst, best, lowest_is_best = facts["options"][chosen]
    return with_scale(ask.mapping, (worst, best, lowest_is_best))


def _day(ask: Ask) -> dict[str, Any]:

    facts = ask.facts
    say(f'   "{clean(facts["example"], _NAME_LIMIT)}": which day is meant? Both readings fit.')
    chosen = choice("Which", (facts["day_first"], facts["month_first"]))
    return with_date(ask, month_first=chosen == 1)


def _recommended(ask: Ask) -> dict[str, Any]:

    say(f'   Does "{clean(ask.facts["column"], _NAME_LIMIT)}" count as the rating? A no would be the worst one.')
    return with_recommended(ask, counts=choice("Which", ("Yes, it counts", "No, no stars")) == 0)
