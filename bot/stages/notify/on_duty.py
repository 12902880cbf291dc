"""Who is on duty at a place, read from the rota as it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.choices import About, Choice
from bot.configured import public_holidays
from bot.model.people import Person
from bot.policy import rota
from bot.policy.rota import HolidayRule, Rota, Watch
from bot.store.db.engine import Connection
from bot.store.people import locations, people, settings
from bot.store.people import rota as rows
from bot.store.people.locations import Place


@dataclass(frozen=True, slots=True)
class Duty:
    """A place's rota with the people whom its numbers mean."""

    rota: Rota
    people: Mapping[int, Person]

    def named(self, person_ids: Iterable[int]) -> tuple[Person, ...]:
        """The people of some numbers."""
        return tuple(self.people[one] for one in person_ids)

    def away_until(self, person_id: int, at: datetime) -> datetime:
        """When a person who is away at a moment is back."""
        return max(one.ends for one in self.rota.absences if one.person_id == person_id and one.begins <= at < one.ends)


async def of(connection: Connection, place: Place, *, now: datetime) -> Duty | None:
    """A place's rota as it holds now; None where it has no shift. Who has left the team has no duty any more."""
    shifts = await rows.shifts_of(connection, place.location_id)
    if not shifts:
        return None
    team = await people.team(connection, business_id=place.business_id, location_id=place.location_id)
    those = {one.person.person_id: one.person for one in team}
    since = now - timedelta(days=2)
    swaps = await rows.swaps_of(connection, place.location_id, since=since)
    region = await settings.get(connection, About.LOCATION, place.location_id, Choice.REGION)
    rule = await settings.get(connection, About.LOCATION, place.location_id, Choice.HOLIDAY)
    year = now.astimezone(place.zone).year
    found = Rota(
        zone=place.zone,
        shifts=tuple(one for one in shifts if one.person_id in those),
        swaps=tuple(one for one in swaps if one.from_id in those and one.taker_id in those),
        absences=tuple(await rows.absences_of(connection, list(those), now=since)),
        holidays=public_holidays.days(region.value, (year - 1, year, year + 1)),
        rule=HolidayRule(rule.value),
    )
    return Duty(found, those)


async def watch(connection: Connection, location_id: int, *, now: datetime) -> Watch:
    """Who is on duty at a place now, and who is away; nobody where there is no rota."""
    duty = await of(connection, await locations.find(connection, location_id), now=now)
    return Watch() if duty is None else rota.watch(duty.rota, now)
