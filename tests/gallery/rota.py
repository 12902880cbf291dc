"""Examples: who is on duty, and the pages of the menu that say when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.choices import Choice, Chosen, Origin
from bot.messages.incident import escalation
from bot.messages.incident.cards import card
from bot.messages.incident.escalation import NextStep
from bot.messages.service import duty
from bot.messages.service.duty import NextDuty, Offered, OwnTurn, PlaceDuty
from bot.messages.service.menu import duty as menu_duty
from bot.messages.service.menu import front as menu
from bot.messages.service.menu.duty import MenuDuty, MenuShift
from bot.model.duty import AwayFacts, DutyFacts, Named
from tests.gallery.example import ANNA, BEN, Example, at, facts, incident, words

NOW = at(18, 55)
_ON = DutyFacts(on=(Named(BEN, "Ben"),))
_AWAY = AwayFacts("Anna", at(0, 0, 30))
_PLACE = PlaceDuty(1, "Marktplatz", _ON, NextDuty(at(2, 0, 25), ("Anna",)))
_REGIONS = (("DE-BW", "Baden-Württemberg"), ("DE-BY", "Bayern"), ("DE-BE", "Berlin"))


def _shift(number: int, person: int, name: str, weekday: int, begins: str, ends: str) -> MenuShift:
    return MenuShift(number, person, name, weekday, begins, ends)


_MENU = MenuDuty(
    place=_PLACE,
    shifts=(
        *(_shift(day, 2, "Anna", day, "10:00", "18:00") for day in range(5)),
        *(_shift(10 + day, 3, "Ben", day, "18:00", "02:00") for day in range(6)),
        _shift(20, 2, "Anna", 6, "00:00", "00:00"),
    ),
    team=((1, "Petra"), (2, "Anna"), (3, "Ben")),
    region=Chosen("DE-BW", Origin.CHAT, 14, at(18, 2), "Petra", ""),
    holiday=Chosen("sunday", Origin.FILE),
    country="DE",
    parts=_REGIONS,
)


def rota(language: str) -> Iterator[Example]:
    """DU1 to DU9: who is on duty."""
    say = words(language)
    mine = replace(_PLACE, own=(OwnTurn(5, at(18, 0, 27), at(2, 0, 28)), OwnTurn(6, at(10, 0, 28), at(18, 0, 28))))
    none = PlaceDuty(2, "Bahnhof", has_rota=False)
    yield Example("DU1", "/duty", duty.now_and_next([mine], say, now=NOW))
    yield Example("DU1b", "/duty, two locations, one without a rota", duty.now_and_next([_PLACE, none], say, now=NOW))
    gone = replace(_PLACE, duty=DutyFacts(away=(_AWAY,)), following=None)
    yield Example("DU1c", "/duty, who should be is away", duty.now_and_next([gone], say, now=NOW))
    yield Example("DU2", "Duty is handed over", duty.handed_over(_PLACE, say, now=NOW, names_place=True))
    yield Example("DU2b", "Nobody has it", duty.handed_over(gone, say, now=NOW, names_place=False))
    offer = Offered(4, 1, "Marktplatz", "Ben", at(18, 0, 27), at(2, 0, 28))
    yield Example("DU3", "A shift is offered", duty.offered(offer, say, now=NOW))
    yield Example("DU3b", "Taken", duty.offered(replace(offer, taker_name="Anna"), say, now=NOW))
    yield Example("DU3c", "Kept", duty.offered(replace(offer, is_withdrawn=True), say, now=NOW))
    yield Example("DU3d", "Nobody took it", duty.offered(offer, say, now=at(9, 0, 28)))
    until = at(0, 0, 30)
    yield Example("DU4", "/away", duty.away_until("Ben", until, say, now=NOW, own=2, is_self=True))
    yield Example("DU4b", "/away, of somebody", duty.away_until("Ben", until, say, now=NOW, own=0, is_self=False))
    for letter, was_away, is_self in (("c", True, True), ("d", True, False), ("e", False, True), ("f", False, False)):
        yield Example(f"DU4{letter}", "/away off", duty.back("Ben", say, was_away=was_away, is_self=is_self))
    yield Example("DU4g", "/away alone", duty.away_when(say))
    yield Example("DU4h", "/away, not understood", duty.away_when(say, text="Schnee"))
    yield Example("DU5", "/duty, not understood", duty.how_to_write(say, text="Montag vielleicht"))
    yield Example("DU5b", "/duty, which location", duty.which_place(say, ["Marktplatz", "Bahnhof"]))
    yield Example("DU5c", "/region, not known", duty.no_region(say, text="DE-XX"))
    yield Example("DU6", "What a holiday counts as", duty.ask_holidays(1, "Marktplatz", say))
    untaken = facts(language, incident(), now=at(19, 25))
    following = NextStep(at(19, 55), "owners", ("Petra",))
    step = escalation.escalated(untaken, say, following=following, duty=_ON)
    yield Example("N2d", "Escalation, a step for who is on duty", step)
    skipped = escalation.escalated(untaken, say, following=None, duty=DutyFacts(away=(_AWAY,)))
    yield Example("N2e", "Escalation, who should be on duty is away", skipped)
    yield Example("S1d", "Who is on duty, on the card", card(replace(untaken, duty=_ON), say))
    yield Example("S1e", "The card, nobody", card(replace(untaken, duty=DutyFacts(away=(_AWAY,))), say))
    for number, toast in enumerate(
        (
            duty.offer_made(say),
            duty.you_took(say),
            duty.not_offered(say),
            duty.not_offered(say, taker="Anna"),
            duty.only_own(say),
            duty.shift_gone(say),
        )
    ):
        yield Example(f"T15{'abcdef'[number]}", "An answer about a shift", toast)


def rota_menu(language: str) -> Iterator[Example]:
    """M15 to M18: the rota in the menu."""
    say = words(language)
    yield Example("M15", "The rota of a location", menu_duty.week(_MENU, say, now=NOW))
    hers = replace(_MENU, is_owned=False, me=ANNA, is_only=False, team=((ANNA, "Anna"), (3, "Ben")))
    yield Example("M15b", "The rota, to a manager", menu_duty.week(hers, say, now=NOW))
    empty = replace(_MENU, shifts=(), place=PlaceDuty(1, "Marktplatz", has_rota=False), region=Chosen(""))
    yield Example("M15c", "No rota yet", menu_duty.week(empty, say, now=NOW))
    yield Example("M16", "One day", menu_duty.day(_MENU, 1, say))
    yield Example("M16b", "A day without duty", menu_duty.day(empty, 5, say))
    yield Example("M16c", "The hours of a shift", menu_duty.hours(_MENU, 1, 3, say))
    yield Example("M17", "Region", menu_duty.region(_MENU, say, now=NOW, page=1))
    yield Example("M17b", "Region, none", menu_duty.region(empty, say, now=NOW, page=1))
    yield Example("M18", "Holidays", menu_duty.holiday(_MENU, say, now=NOW))
    over = menu.saved_over(say, name=Choice.REGION, chosen=_MENU.region, now=NOW)
    yield Example("M18b", "Somebody else chose a region meanwhile", over)
