"""What a file that was sent to the chat is answered with; all of it without sound, edited as it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date

from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.messages.service.sent.imports import SkippedRow, skipped_lines
from bot.messages.service.sent.understood import understood_lines
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, DOT, NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, Rows, plain_text
from bot.messages.text.sanitize import code, safe

FIELDS: Final = ("rating", "date", "text")
_SAMPLE_LIMIT: Final = 60
_COLUMN_LIMIT: Final = 30
_MOST_COLUMNS: Final = 24
_MOST_PLACES: Final = 20
_LONG_DAY: Final = {"en": "d MMMM", "de": "d. MMMM"}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file and where it is to go; the location's name is empty while it is not known."""

    upload_id: int
    name: str
    location_name: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import brought.

    Attributes:
        kind: which known table it is, see `bot.model.ingest.poll.Parsed`.
        skipped: the first of the rows that are no reviews.
        skipped_count: how many there are in all.
        understood: how its tables were read, see `bot.model.ingest.understanding.Understood.stored`.
        files: how many small files were stored together.
    """

    kind: str
    new: int
    changed: int
    known: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    skipped: Sequence[SkippedRow] = ()
    skipped_count: int = 0
    understood: Mapping[str, Any] | None = None
    files: int = 1

    @property
    def reviews(self) -> int:
        """Every review in the file."""
        return self.new + self.changed + self.known


def reading(file: SentFile, words: Words, *, done: int | None = None, rows: int | None = None) -> Rendered:
    """The file is being fetched and read; so many of its rows are stored."""
    if done is None or rows is None:
        return Rendered(words.say("upload.reading", file=code(file.name)))
    return Rendered(
        words.say("upload.reading_rows", file=code(file.name), done=words.number(done), rows=words.number(rows))
    )


def imported(file: SentFile, words: Words, found: Brought) -> Rendered:
    """What the file brought."""
    if not found.new and not found.changed and not found.skipped_count:
        return Rendered(words.say("upload.nothing_new", found.known))
    place = fragments.place(file.location_name)
    lines: list[Html]
    if found.skipped_count:
        lines = [
            words.say(
                "import.skipped",
                found.reviews + found.skipped_count,
                imported=found.reviews,
                skipped=found.skipped_count,
                place=place,
            ),
            *skipped_lines(words, found.skipped, found.skipped_count),
        ]
    else:
        lines = [words.say("import.first", found.reviews, place=place)]
    if found.files > 1:
        lines.append(words.say("upload.from_files", files=words.number(found.files), file=code(file.name)))
    lines.append(_recognised(words, found))
    lines += understood_lines(words, found.understood) if found.understood else []
    lines += [_counts(words, found), words.say("import.never_alarms")]
    buttons = [_button(Verb.UNDO, file.upload_id, words)] if found.new or found.changed else []
    if found.understood and found.kind != "takeout" and found.files == 1:
        buttons.append(_button(Verb.CHANGE_READING, file.upload_id, words))
    if found.skipped_count > len(found.skipped):
        buttons.insert(0, _button(Verb.SKIPPED_ROWS, file.upload_id, words))
    return Rendered(joined(lines, NEWLINE), (tuple(buttons),) if buttons else ())


def which_location(file: SentFile, words: Words, *, rows: int, places: Sequence[tuple[int, str]]) -> Rendered:
    """The sender looks after several locations."""
    html = words.say("upload.which", rows, file=code(file.name))
    buttons = [
        Button(
            plain_text(fragments.place(name)), data=payload.build(Verb.LOCATION, file.upload_id, arg=str(location_id))
        )
        for location_id, name in places[:_MOST_PLACES]
    ]
    return Rendered(html, (*_pairs(buttons), (_cancel(file.upload_id, words),)))


def which_columns(
    file: SentFile, words: Words, *, rows: int, mapping: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]
) -> Rendered:
    """The columns are not recognised; what they seem to be, to be confirmed or changed."""
    lines = [words.say("upload.columns", rows, file=code(file.name))]
    for field in FIELDS:
        name = str(mapping.get(field, ""))
        worst, best = mapping.get("rating_range", (1, 5))
        if field == "rating" and name and "rating_range" not in mapping:
            lines.append(words.say("upload.is_rating_only", column=code(name)))
            continue
        lines.append(
            words.say(f"upload.is_{field}", column=code(name), worst=words.number(worst), best=words.number(best))
            if name
            else words.say(f"upload.no_{field}")
        )
    firsts = {str(column["name"]): str(column["first"]) for column in columns}
    shown = [_first(field, firsts.get(str(mapping[field]), ""), words) for field in FIELDS if mapping.get(field)]
    if shown and not words.is_shared:
        lines.append(words.say("upload.first", row=joined(shown, COMMA)))
    is_enough = bool(mapping.get("date")) and bool(mapping.get("rating") or mapping.get("text"))
    rows_of_buttons: list[tuple[Button, ...]] = []
    if is_enough:
        confirm = Button(
            words.text("button.mok"), data=payload.build(Verb.COLUMNS_RIGHT, file.upload_id), style="primary"
        )
        rows_of_buttons.append((confirm,))
    rows_of_buttons.append(
        tuple(
            Button(words.text(f"button.mch.{field}"), data=payload.build(Verb.CHANGE_COLUMN, file.upload_id, arg=field))
            for field in FIELDS
        )
    )
    rows_of_buttons.append((_cancel(file.upload_id, words),))
    return Rendered(joined(lines, NEWLINE), tuple(rows_of_buttons))


def column_picker(upload_id: int, words: Words, *, field: str, columns: Sequence[Mapping[str, Any]]) -> Rows:
    """The columns a field can be chosen from."""
    buttons = [
        Button(
            plain_text(safe(str(column["name"]), _COLUMN_LIMIT)),
            data=payload.build(Verb.CHOOSE_COLUMN, upload_id, arg=f"{field}-{number}"),
        )
        for number, column in enumerate(columns[:_MOST_COLUMNS])
    ]
    if field != "date":
        none = words.text("upload.scale_none") if field == "rating" else "–"
        buttons.append(Button(none, data=payload.build(Verb.CHOOSE_COLUMN, upload_id, arg=f"{field}-none")))
    back = Button(words.text("button.bak"), data=payload.build(Verb.CHANGE_COLUMN, upload_id, arg="back"))
    return (*_pairs(buttons), (back,))


def which_scale(file: SentFile, words: Words, *, rows: int, facts: Mapping[str, Any]) -> Rendered:
    """Asks for the scale: the numbers fit several scales, or the words of the reviews contradict the usual one."""
    column = safe(str(facts["column"]), _COLUMN_LIMIT)
    lines = [
        words.say("upload.which_scale", rows, column=column, file=code(file.name), top=_plain(facts["top"], words))
    ]
    if facts["why"] == "words":
        lines.append(words.say("upload.scale_words"))
    number, text = facts["example"]
    rating = _plain(number, words)
    lines.append(
        words.say("upload.scale_example", rating=rating, text=safe(str(text), _SAMPLE_LIMIT))
        if text
        else words.say("upload.scale_example_bare", rating=rating)
    )
    buttons = [
        Button(
            words.text(
                "upload.scale_reversed" if lowest_is_best else "upload.scale_option",
                worst=_plain(worst, words),
                best=_plain(best, words),
            ),
            data=payload.build(Verb.SCALE, file.upload_id, arg=str(number)),
        )
        for number, (worst, best, lowest_is_best) in enumerate(facts["options"])
    ]
    buttons.append(Button(words.text("upload.scale_none"), data=payload.build(Verb.SCALE, file.upload_id, arg="none")))
    return Rendered(joined(lines, NEWLINE), (*_pairs(buttons), (_cancel(file.upload_id, words),)))


def which_recommended(file: SentFile, words: Words, *, rows: int, facts: Mapping[str, Any]) -> Rendered:
    """Asks whether a column counts: there are no stars, but a column says yes or no."""
    html = words.say(
        "upload.which_recommended",
        rows,
        column=safe(str(facts["column"]), _COLUMN_LIMIT),
        file=code(file.name),
        example=safe(str(facts["example"]), _SAMPLE_LIMIT),
    )
    buttons = tuple(_button(verb, file.upload_id, words) for verb in (Verb.COUNTS, Verb.COUNTS_NOT))
    return Rendered(html, (buttons, (_cancel(file.upload_id, words),)))


def _plain(number: float, words: Words) -> str:
    return str(words.number(number))


def which_day(file: SentFile, words: Words, *, rows: int, example: str, day_first: date, month_first: date) -> Rendered:
    """Every date can be read in two ways."""
    html = words.say("upload.which_day", rows, example=safe(example, _SAMPLE_LIMIT), file=code(file.name))
    buttons = tuple(
        Button(
            format_date(day, _LONG_DAY[words.language], locale=words.language),
            data=payload.build(verb, file.upload_id),
        )
        for verb, day in ((Verb.DAY_FIRST, day_first), (Verb.MONTH_FIRST, month_first))
    )
    return Rendered(html, (buttons, (_cancel(file.upload_id, words),)))


def meanwhile(question: Rendered, words: Words, facts: Mapping[str, Any]) -> Rendered:
    """The question, and below it the low reviews that wait for its answer, see `bot.sources.files.meanwhile`."""
    ((kind, what),) = facts["if"].items()
    since, until = (datetime.fromisoformat(facts[name]) for name in ("since", "until"))
    about = Html(_plain(what, words)) if kind == "worst" else safe(str(what), _COLUMN_LIMIT)
    day = words.full_date(since)
    when = day if facts["is_date_only"] else joined([day, words.clocks(since, until)], COMMA)
    assumed = words.say(f"upload.meanwhile_if.{kind}", what=about)
    lines = [
        Html(question.html),
        words.say("upload.meanwhile", assumed=assumed, count=words.number(facts["count"]), when=when),
        *[words.say("upload.meanwhile_quote", text=safe(text, _SAMPLE_LIMIT)) for text in facts["quotes"]],
    ]
    return replace(question, html=joined(lines, NEWLINE))


def unreadable(file: SentFile, words: Words, *, reason: str = "") -> Rendered:
    """Nothing in the file is reviews."""
    lines = (
        words.say("import.unreadable", file=code(file.name)),
        safe(reason, 2 * _SAMPLE_LIMIT + 40),
        words.say("import.formats"),
    )
    return Rendered(joined(lines, NEWLINE))


def too_large(name: str, words: Words, *, size: int) -> Rendered:
    """Bots can fetch 20 MB; `size` in bytes."""
    return Rendered(words.say("upload.too_large", file=code(name), size=words.number(round(size / 10**6))))


def not_fetched(file: SentFile, words: Words) -> Rendered:
    """Telegram did not hand the file over."""
    return Rendered(words.say("upload.not_fetched", file=code(file.name)))


def cancelled(file: SentFile, words: Words) -> Rendered:
    """Somebody pressed "Cancel", or nobody answered for a day."""
    return Rendered(words.say("upload.cancelled", file=code(file.name)))


def undone(words: Words, *, removed: int, set_back: int) -> Rendered:
    """An import was taken back."""
    return Rendered(words.say("upload.undone", removed, set_back=words.number(set_back)))


def skipped_list(words: Words, *, file_name: str, rows: int) -> Rendered:
    """The caption of the list of all skipped rows."""
    return Rendered(words.say("upload.list", rows, file=code(file_name)))


def _first(field: str, cell: str, words: Words) -> Html:
    shown = safe(cell, _SAMPLE_LIMIT)
    return shown if field == "date" else words.say(f"upload.first_{field}", first=shown)


def _recognised(words: Words, found: Brought) -> Html:
    period = Html("")
    if found.first_at is not None and found.last_at is not None:
        start, end = words.full_date(found.first_at), words.full_date(found.last_at)
        period = start if start == end else Html(f"{start} – {end}")
    kind = words.say(f"upload.kind.{found.kind}") if words.has(f"upload.kind.{found.kind}") else Html("")
    return joined([part for part in (kind, period) if part], COMMA)


def _counts(words: Words, found: Brought) -> Html:
    parts = [
        words.say(f"upload.count.{name}", count=words.number(count))
        for name, count in (
            ("new", found.new),
            ("changed", found.changed),
            ("known", found.known),
            ("skipped", found.skipped_count),
        )
    ]
    return joined(parts, DOT)


def _button(verb: Verb, upload_id: int, words: Words) -> Button:
    return Button(words.text(f"button.{verb}"), data=payload.build(verb, upload_id))


def _cancel(upload_id: int, words: Words) -> Button:
    return Button(words.text("button.cnl"), data=payload.build(Verb.CANCEL, upload_id, arg="upload"))


def _pairs(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
