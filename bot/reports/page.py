"""A back-test as one HTML file that needs nothing else: no script, no request, the picture inside.

Guests' words and names from files are hostile: Jinja escapes everything that is put in, and the page's own policy
forbids scripts, frames, forms and every address, so that a mistake here would still do nothing.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from bot.i18n.speech import Plain, plain
from bot.reports import alarm_text, chart
from bot.reports.backtest import Backtest
from bot.reports.series import is_weekly, periods
from bot.text.template import template

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_LISTED_ALARMS: Final = 100
_LISTED_RULE_ALARMS: Final = 60


def page(backtest: Backtest, language: str, *, made_at: datetime) -> str:
    """The whole file.

    Args:
        backtest: what was found.
        language: "de", or anything else for English.
        made_at: now.
    """
    words = plain(language, backtest.zone)
    raised = [any(alarm_text.is_during(at, alarm) for alarm in backtest.alarms) for at in backtest.rule_alarms]
    return template("bot.reports", "page.html").render(
        past=backtest,
        words=words,
        texts=alarm_text,
        made_at=made_at,
        policy=POLICY,
        style=Markup(files("bot.reports").joinpath("page.css").read_text("utf-8")),  # noqa: S704 -- our own file
        title=words.say("report.page.title_of", place=backtest.place)
        if backtest.place
        else words.say("report.page.title"),
        headline=alarm_text.headline(backtest, words),
        lead=_lead(backtest, words),
        rule=alarm_text.rule_name(backtest, words),
        rule_says=_rule_says(backtest, raised, words),
        rule_rows=[
            (at, "also" if is_raised else "alone") for at, is_raised in zip(backtest.rule_alarms, raised, strict=True)
        ],
        most_alarms=_LISTED_ALARMS,
        most_rule_alarms=_LISTED_RULE_ALARMS,
        **(_figures(backtest, words) if backtest.marks else {}),
    )


def _lead(backtest: Backtest, words: Plain) -> list[str]:
    if not backtest.marks:
        return []
    lead = []
    if backtest.alarms:
        lead.append(words.say("report.page.lead_alarms"))
    elif not backtest.is_too_small:
        lead += [words.say("report.page.lead_none"), alarm_text.densest_group(backtest, words)]
    return [*lead, words.say("report.page.times_in", zone=backtest.zone.key)]


def _figures(backtest: Backtest, words: Plain) -> dict[str, object]:
    """The picture and the figures above it."""
    reviews, alarms = len(backtest.marks), len(backtest.alarms)
    low = sum(mark.is_low for mark in backtest.marks)
    stars = [mark.stars for mark in backtest.marks if mark.stars is not None]
    average = words.decimal(sum(stars) / len(stars)) if stars else None
    facts = [
        (words.number(reviews), words.say("report.fact.reviews", reviews)),
        (words.number(low), words.say("report.fact.low", share=words.percent(low / reviews))),
        (words.stars(average), words.say("report.fact.average")) if average else None,
        (words.number(alarms), words.say("report.fact.alarms", alarms)),
        (words.number(len(backtest.rule_alarms)), words.say("report.fact.rule", len(backtest.rule_alarms))),
    ]
    caption = [words.say("report.picture.line_week" if is_weekly(backtest.marks) else "report.picture.line_month")]
    if any(period.count < chart.FEW for period in periods(backtest.marks, backtest.zone)):
        caption.append(words.say("report.picture.hollow", few=chart.FEW))
    caption.append(words.say("report.picture.dots"))
    if backtest.alarms:
        caption.append(words.say("report.picture.shaded"))
    return {
        "facts": [fact for fact in facts if fact is not None],
        "picture": Markup(chart.svg(backtest, words.language)),  # noqa: S704 -- holds no text from outside
        "summary": words.say(
            "report.picture.summary",
            reviews=f"{words.number(reviews)} {words.say('report.fact.reviews', reviews)}",
            first=words.full_date(backtest.marks[0].at),
            last=words.full_date(backtest.marks[-1].at),
            average=average or "–",
            low=low,
            alarms=f"{words.number(alarms)} {words.say('report.fact.alarms', alarms)}",
        ),
        "caption": caption,
    }


def _rule_says(backtest: Backtest, raised: list[bool], words: Plain) -> list[str]:
    times = backtest.rule_alarms
    said = [words.say("report.rule.alarms", len(times)) if times else words.say("report.rule.none")]
    extra = raised.count(False)
    if times:
        said.append(words.say("report.rule.extra", extra) if extra else words.say("report.rule.no_extra"))
    missed = sum(not any(alarm_text.is_during(at, alarm) for at in times) for alarm in backtest.alarms)
    if missed:
        said.append(words.say("report.rule.missed", missed))
    return said
