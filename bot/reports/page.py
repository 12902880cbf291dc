"""A back-test as one HTML file that needs nothing else: no script, no request, the picture inside.

Guests' words and names from files are hostile: everything that is put in goes through `_safe`, and the page's own
policy forbids scripts, frames, forms and every address, so that a mistake here would still do nothing.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files
from typing import Final

from bot.i18n.speech import Plain, plain
from bot.reports import alarm_text, chart
from bot.reports.backtest import Backtest, BacktestAlarm, Quote
from bot.reports.series import is_weekly, periods
from bot.text.shorten import short_line
from bot.text.signs import one_line

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_QUOTE_LIMIT = 280
_LISTED_ALARMS = 100
_LISTED_RULE_ALARMS = 60
_LISTED_ROWS = 10


def page(backtest: Backtest, language: str, *, made_at: datetime) -> str:
    """The whole file.

    Args:
        backtest: what was found.
        language: "de", or anything else for English.
        made_at: now.
    """
    words = plain(language, backtest.zone)
    title = (
        words.say("report.page.title_of", place=backtest.place) if backtest.place else words.say("report.page.title")
    )
    parts = [_head(backtest, words, title)]
    if backtest.marks:
        parts += [_facts(backtest, words), _picture(backtest, words), _alarms(backtest, words)]
        parts += [_rule(backtest, words), _notes(backtest, words)]
    parts += [_skipped(backtest, words), _method(backtest, words, made_at)]
    style = files("bot.reports").joinpath("page.css").read_text("utf-8")
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{_safe(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _safe(text: str, limit: int | None = None) -> str:
    """Text from outside, harmless in HTML, on one line and at most `limit` characters."""
    return html.escape(one_line(text) if limit is None else short_line(text, limit))


def _head(backtest: Backtest, words: Plain, title: str) -> str:
    lead = []
    if backtest.marks:
        if backtest.alarms:
            lead.append(words.say("report.page.lead_alarms"))
        elif not backtest.is_too_small:
            lead += [words.say("report.page.lead_none"), alarm_text.densest_group(backtest, words)]
        lead.append(words.say("report.page.times_in", zone=backtest.zone.key))
    said = f'\n<p class="lead">{_safe(" ".join(lead))}</p>' if lead else ""
    name, headline = _safe(title), _safe(alarm_text.headline(backtest, words))
    return f'<header>\n<p class="eyebrow">{name}</p>\n<h1>{headline}</h1>{said}\n</header>'


def _facts(backtest: Backtest, words: Plain) -> str:
    low = sum(mark.is_low for mark in backtest.marks)
    facts = [
        (words.number(len(backtest.marks)), words.say("report.fact.reviews", len(backtest.marks))),
        (words.number(low), words.say("report.fact.low", share=words.percent(low / len(backtest.marks)))),
    ]
    average = _average(backtest)
    if average is not None:
        facts.append((words.stars(words.decimal(average)), words.say("report.fact.average")))
    facts.append((words.number(len(backtest.alarms)), words.say("report.fact.alarms", len(backtest.alarms))))
    facts.append((words.number(len(backtest.rule_alarms)), words.say("report.fact.rule", len(backtest.rule_alarms))))
    tiles = "".join(f"<div><dt>{_safe(label)}</dt><dd>{_safe(value)}</dd></div>\n" for value, label in facts)
    return f'<dl class="facts">\n{tiles}</dl>'


def _average(backtest: Backtest) -> float | None:
    stars = [mark.stars for mark in backtest.marks if mark.stars is not None]
    return sum(stars) / len(stars) if stars else None


def _picture(backtest: Backtest, words: Plain) -> str:
    average = _average(backtest)
    low = sum(mark.is_low for mark in backtest.marks)
    summary = words.say(
        "report.picture.summary",
        reviews=f"{words.number(len(backtest.marks))} {words.say('report.fact.reviews', len(backtest.marks))}",
        first=words.full_date(backtest.marks[0].at),
        last=words.full_date(backtest.marks[-1].at),
        average="–" if average is None else words.decimal(average),
        low=low,
        alarms=f"{words.number(len(backtest.alarms))} {words.say('report.fact.alarms', len(backtest.alarms))}",
    )
    caption = [words.say("report.picture.line_week" if is_weekly(backtest.marks) else "report.picture.line_month")]
    if any(period.count < chart.FEW for period in periods(backtest.marks, backtest.zone)):
        caption.append(words.say("report.picture.hollow", few=chart.FEW))
    caption.append(words.say("report.picture.dots"))
    if backtest.alarms:
        caption.append(words.say("report.picture.shaded"))
    return (
        f"<section>\n<h2>{_safe(words.say('report.picture.heading'))}</h2>\n"
        f'<figure role="img" aria-label="{_safe(summary)}">\n{chart.svg(backtest, words.language)}\n</figure>\n'
        f'<p class="small">{_safe(summary)} {_safe(" ".join(caption))}</p>\n</section>'
    )


def _alarms(backtest: Backtest, words: Plain) -> str:
    if not backtest.alarms:
        return ""
    shown = "\n".join(_alarm(alarm, words) for alarm in backtest.alarms[:_LISTED_ALARMS])
    more = len(backtest.alarms) - _LISTED_ALARMS
    rest = f'\n<p class="small">{_safe(words.say("report.alarm.more", more))}</p>' if more > 0 else ""
    heading = _safe(words.say("report.alarm.heading"))
    return f'<section>\n<h2>{heading}</h2>\n<ol class="alarms">\n{shown}\n</ol>{rest}\n</section>'


def _alarm(alarm: BacktestAlarm, words: Plain) -> str:
    odds = alarm_text.odds(alarm, words)
    said = f' <span class="odds">{_safe(odds)}</span>' if odds else ""
    return (
        f"<li>{_time(alarm.at, words.full_moment(alarm.at))}\n"
        f'<p class="says">{_safe(alarm_text.cluster(alarm, words))}{said}</p>\n'
        f'<p class="when">{_safe(alarm_text.later(alarm, words))}</p>{_quotes(alarm.quotes, words)}</li>'
    )


def _quotes(quotes: Iterable[Quote], words: Plain) -> str:
    lines = []
    for quote in quotes:
        stars = f'<span class="stars">{_safe(words.rating(quote.rating))}</span> ' if quote.rating is not None else ""
        text = _safe(quote.text, _QUOTE_LIMIT)
        if text:
            # Isolated, so that words from right to left cannot turn the line around.
            lines.append(f"<p>{stars}<bdi>{text}</bdi></p>")
    return f"\n<blockquote>\n{chr(10).join(lines)}\n</blockquote>" if lines else ""


def _rule(backtest: Backtest, words: Plain) -> str:
    times = backtest.rule_alarms
    heading = words.say("report.rule.heading", rule=alarm_text.rule_name(backtest, words))
    said = [words.say("report.rule.alarms", len(times)) if times else words.say("report.rule.none")]
    extra = sum(not _is_raised(at, backtest) for at in times)
    if times:
        said.append(words.say("report.rule.extra", extra) if extra else words.say("report.rule.no_extra"))
    missed = sum(not any(alarm_text.is_during(at, alarm) for at in times) for alarm in backtest.alarms)
    if missed:
        said.append(words.say("report.rule.missed", missed))
    return (
        f"<section>\n<h2>{_safe(heading)}</h2>\n<p>{_safe(' '.join(said))}</p>"
        f"{_rule_table(backtest, words) if times else ''}\n</section>"
    )


def _rule_table(backtest: Backtest, words: Plain) -> str:
    rows = []
    for at in backtest.rule_alarms[:_LISTED_RULE_ALARMS]:
        key = "also" if _is_raised(at, backtest) else "alone"
        said = _safe(words.say(f"report.rule.{key}"))
        rows.append(f'<tr><td>{_time(at, words.full_moment(at))}</td><td class="{key}">{said}</td></tr>')
    more = len(backtest.rule_alarms) - _LISTED_RULE_ALARMS
    rest = f'\n<p class="small">{_safe(words.say("report.rule.more", more))}</p>' if more > 0 else ""
    head = "".join(f'<th scope="col">{_safe(words.say(key))}</th>' for key in ("report.rule.when", "report.rule.bot"))
    return f"\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table>{rest}"


def _is_raised(at: datetime, backtest: Backtest) -> bool:
    return any(alarm_text.is_during(at, alarm) for alarm in backtest.alarms)


def _notes(backtest: Backtest, words: Plain) -> str:
    if not backtest.notes:
        return ""
    shown = "\n".join(
        f"<li>{_time(one.at, words.full_date(one.at))}: {_safe(alarm_text.note(one, words))}</li>"
        for one in backtest.notes[:_LISTED_ALARMS]
    )
    return (
        f'<section>\n<h2>{_safe(words.say("report.note.heading"))}</h2>\n<ul class="plain">\n{shown}\n</ul>\n</section>'
    )


def _skipped(backtest: Backtest, words: Plain) -> str:
    if not backtest.skipped_count:
        return ""
    rows = []
    for row in backtest.skipped[:_LISTED_ROWS]:
        where = _safe(row.name, 80) + (
            "" if row.line is None else f", {_safe(words.say('report.skipped.line', line=row.line))}"
        )
        rows.append(f"<li>{where}: {_safe(row.reason, 160)}</li>")
    more = backtest.skipped_count - len(rows)
    if rows and more > 0:
        rows.append(f"<li>{_safe(words.say('report.rule.more', more))}</li>")
    listed = f'\n<ul class="plain">\n{chr(10).join(rows)}\n</ul>' if rows else ""
    return (
        f"<section>\n<h2>{_safe(words.say('report.skipped.heading'))}</h2>\n"
        f"<p>{_safe(words.say('report.skipped.count', backtest.skipped_count))}</p>{listed}\n</section>"
    )


def _method(backtest: Backtest, words: Plain, made_at: datetime) -> str:
    rule = alarm_text.rule_name(backtest, words)
    said = [words.say(f"report.method.rhythm_{number}", rule=rule) for number in (1, 2, 3)]
    private = words.say("report.method.private", day=words.full_date(made_at))
    return (
        f"<section>\n<h2>{_safe(words.say('report.method.heading'))}</h2>\n<p>{_safe(' '.join(said))}</p>\n</section>\n"
        f"<footer>{_safe(private)}</footer>"
    )


def _time(at: datetime, shown: str) -> str:
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{_safe(shown)}</time>'
