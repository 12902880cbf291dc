"""A week in autumn on the stepped clock: every message that goes out, to whom, when, with or without sound.

Three locations of two businesses and seven people. The expected table below is what an owner would read; a line is one
message: weekday and time in Berlin, the chat, ♪ for sound, and how it begins. Edits of cards are not listed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import TokenRevokedError
from tests.house import House
from tests.route_servers import smtp

START = datetime(2026, 10, 22, 15, tzinfo=UTC)
"""Thursday, 17:00 in Berlin; in the night from Saturday to Sunday the clocks go back."""
BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = {1001: "Petra", 1002: "Anna", 1003: "Ben", 1004: "Cem", 1005: "Kai", 1006: "Lea", 1007: "Udo"}
EXPECTED = """
Thu 18:01 | Anna | – | ✅ 4 reviews imported for Marktplatz / Recognised by its column nam
Thu 18:01 | Anna | ♪ | 🔴 Marktplatz: 4 low reviews in 3 min / Open – nobody has it yet /
Thu 18:01 | Ben | – | ✅ 4 reviews imported for Marktplatz / Recognised by its column nam
Thu 18:01 | Ben | ♪ | 🔴 Marktplatz: 4 low reviews in 3 min / Open – nobody has it yet /
Thu 18:01 | Petra | – | ✅ 4 reviews imported for Marktplatz / Recognised by its column nam
Thu 18:01 | Petra | ♪ | 🔴 Marktplatz: 4 low reviews in 3 min / Open – nobody has it yet /
Thu 18:01 | Udo | – | ✅ 4 reviews imported for Marktplatz / Recognised by its column nam
Thu 18:01 | Udo | ♪ | 🔴 Marktplatz: 4 low reviews in 3 min / Open – nobody has it yet /
Thu 18:01 | group | – | ✅ 4 reviews imported for Marktplatz / Recognised by its column nam
Thu 18:01 | group | ♪ | 🔴 Marktplatz: 4 low reviews in 3 min / Open – nobody has it yet /
Thu 18:21 | Petra | ♪ | 🔴 Marktplatz: #1 open for 20 min, nobody has it / Next step at 18:
Thu 18:41 | e-mail | ♪ | Marktplatz: #1, 4 low reviews, open for 40 min and nobody has it
Thu 19:00 | Petra | – | 🔵 Udo has #1 Marktplatz since 19:00.
Thu 19:00 | e-mail | ♪ | Udo has #1 Marktplatz
Thu 21:30 | Anna | – | ✅ #1 Marktplatz resolved by Udo: waiting / Open for 3 h 29 min · 4
Thu 21:30 | Ben | – | ✅ #1 Marktplatz resolved by Udo: waiting / Open for 3 h 29 min · 4
Thu 21:30 | Petra | – | ✅ #1 Marktplatz resolved by Udo: waiting / Open for 3 h 29 min · 4
Thu 21:30 | Udo | – | Udo, #1 is resolved (waiting). A note for the team? Reply to this
Thu 21:30 | Udo | – | ✅ #1 Marktplatz resolved by Udo: waiting / Open for 3 h 29 min · 4
Thu 21:30 | group | – | ✅ #1 Marktplatz resolved by Udo: waiting / Open for 3 h 29 min · 4
Fri 23:11 | Anna | – | ✅ 5 reviews imported for Bahnhof / Recognised by its column names,
Fri 23:11 | Anna | – | 🔴 Bahnhof: 5 low reviews in 4 min / Open – nobody has it yet / Sen
Fri 23:11 | Ben | – | ✅ 5 reviews imported for Bahnhof / Recognised by its column names,
Fri 23:11 | Ben | – | 🔴 Bahnhof: 5 low reviews in 4 min / Open – nobody has it yet / Sen
Fri 23:11 | Cem | – | ✅ 5 reviews imported for Bahnhof / Recognised by its column names,
Fri 23:11 | Cem | – | 🔴 Bahnhof: 5 low reviews in 4 min / Open – nobody has it yet / Sen
Fri 23:11 | Petra | – | ✅ 5 reviews imported for Bahnhof / Recognised by its column names,
Fri 23:11 | Petra | – | 🔴 Bahnhof: 5 low reviews in 4 min / Open – nobody has it yet / Sen
Sat 08:05 | Anna | ♪ | 🔴 Overnight: 1 incident still open / #2 Bahnhof, 5 low reviews, si
Sat 08:05 | Ben | ♪ | 🔴 Overnight: 1 incident still open / #2 Bahnhof, 5 low reviews, si
Sat 08:05 | Cem | ♪ | 🔴 Overnight: 1 incident still open / #2 Bahnhof, 5 low reviews, si
Sat 08:05 | Petra | ♪ | 🔴 Overnight: 1 incident still open / #2 Bahnhof, 5 low reviews, si
Sat 12:05 | Anna | ♪ | 🔵 Anna, still on #2 Bahnhof? / Without an answer it is open again
Sat 13:35 | Petra | ♪ | 🔴 Bahnhof: #2 open for 30 min, nobody has it / Next step at 13:55:
Sat 14:00 | Petra | – | 🔵 Cem has #2 Bahnhof since 14:00.
Sat 14:00 | e-mail | ♪ | Bahnhof: #2, 5 low reviews, open for 55 min and nobody has it
Sat 14:00 | e-mail | ♪ | Cem has #2 Bahnhof
Sat 14:00 | Anna | – | ✅ #2 Bahnhof resolved by Cem: service / Open for 14 h 49 min · 5 l
Sat 14:00 | Ben | – | ✅ #2 Bahnhof resolved by Cem: service / Open for 14 h 49 min · 5 l
Sat 14:00 | Cem | – | Cem, #2 is resolved (service). A note for the team? Reply to this
Sat 14:00 | Cem | – | ✅ #2 Bahnhof resolved by Cem: service / Open for 14 h 49 min · 5 l
Sat 14:00 | Petra | – | ✅ #2 Bahnhof resolved by Cem: service / Open for 14 h 49 min · 5 l
Sat 23:31 | Kai | – | ✅ 5 reviews imported for Hafen / Recognised by its column names, 2
Sat 23:31 | Kai | – | 🔴 5 low reviews in 4 min / Open – nobody has it yet / Sent silentl
Sat 23:31 | Lea | – | ✅ 5 reviews imported for Hafen / Recognised by its column names, 2
Sat 23:31 | Lea | – | 🔴 5 low reviews in 4 min / Open – nobody has it yet / Sent silentl
Sun 08:10 | Kai | ♪ | 🔴 Overnight: 1 incident still open / #3, 5 low reviews, since Sat
Sun 08:10 | Lea | ♪ | 🔴 Overnight: 1 incident still open / #3, 5 low reviews, since Sat
Sun 08:10 | Kai | – | Kai, #3 is resolved (other). A note for the team? Reply to this me
Sun 08:10 | Kai | – | ✅ #3 resolved by Kai: other / Open for 9 h 39 min · 5 low reviews
Sun 08:10 | Lea | – | ✅ #3 resolved by Kai: other / Open for 9 h 39 min · 5 low reviews
Mon 09:10 | Anna | – | Week 43, Café Linde: 9 reviews, average 1.0 / Low 9 (before: 0) ·
Mon 09:10 | Ben | – | Week 43, Café Linde: 9 reviews, average 1.0 / Low 9 (before: 0) ·
Mon 09:10 | Cem | – | Week 43, Bahnhof: 5 reviews, average 1.0 / Low 5 (before: 0) · 1 i
Mon 09:10 | Kai | – | Week 43, Hafen: 5 reviews, average 1.0 / Low 5 (before: 0) · 1 inc
Mon 09:10 | Lea | – | Week 43, Hafen: 5 reviews, average 1.0 / Low 5 (before: 0) · 1 inc
Mon 09:10 | Petra | – | Week 43, Café Linde: 9 reviews, average 1.0 / Low 9 (before: 0) ·
Mon 09:10 | Udo | – | Week 43, Marktplatz: 4 reviews, average 1.0 / Low 4 (before: 0) ·
Mon 09:10 | group | – | Week 43, Marktplatz: 4 reviews, average 1.0 / Low 4 (before: 0) ·
Mon 15:15 | e-mail | ♪ | Marktplatz: 5 low reviews, not deliverable in Telegram
Mon 15:45 | e-mail | ♪ | Marktplatz: #4, 5 low reviews, open for 40 min and nobody has it
Mon 16:05 | Anna | ♪ | 🔴 Marktplatz: 5 low reviews in 4 min / Open for 40 min – passed on
Mon 16:05 | Ben | ♪ | 🔴 Marktplatz: 5 low reviews in 4 min / Open for 40 min – passed on
Mon 16:05 | Petra | ♪ | 🔴 Marktplatz: #4 open for 1 h, nobody has it / Delayed: from 15:25
Mon 16:05 | Petra | ♪ | 🔴 Marktplatz: 5 low reviews in 4 min / Open for 40 min – passed on
Mon 16:05 | Udo | ♪ | 🔴 Marktplatz: 5 low reviews in 4 min / Open for 40 min – passed on
Mon 16:05 | group | ♪ | 🔴 Marktplatz: 5 low reviews in 4 min / Open for 40 min – passed on
Mon 16:20 | Petra | – | 🔵 Ben has #4 Marktplatz since 16:20.
Mon 16:20 | e-mail | ♪ | Ben has #4 Marktplatz
Mon 16:20 | Anna | – | ⚪ #4 Marktplatz marked as a false alarm by Ben / Open for 1 h 15 m
Mon 16:20 | Ben | – | Ben, #4 is resolved (false alarm). A note for the team? Reply to t
Mon 16:20 | Ben | – | ⚪ #4 Marktplatz marked as a false alarm by Ben / Open for 1 h 15 m
Mon 16:20 | Petra | – | ⚪ #4 Marktplatz marked as a false alarm by Ben / Open for 1 h 15 m
Mon 16:20 | Udo | – | ⚪ #4 Marktplatz marked as a false alarm by Ben / Open for 1 h 15 m
Mon 16:20 | group | – | ⚪ #4 Marktplatz marked as a false alarm by Ben / Open for 1 h 15 m
Tue 11:05 | e-mail | ♪ | Telegram does not accept the bot any more
Tue 11:05 | e-mail | ♪ | Telegram does not accept the bot any more
Tue 13:05 | Kai | ♪ | 🔴 #3 open again, 5 more low reviews / It was resolved on Sun at 08
Tue 13:05 | Kai | ♪ | 🔴 #3 open for 2 h, nobody has it / Next step at 13:25: mail.
Tue 13:05 | Lea | ♪ | 🔴 #3 open again, 5 more low reviews / It was resolved on Sun at 08
Tue 13:25 | e-mail | ♪ | #3, 10 low reviews, open for 2 h and nobody has it
"""


def _plain(text: str) -> str:
    for sign in ("⁨", "⁩", "\u2060"):
        text = text.replace(sign, "")
    return text.replace("\xa0", " ").replace("\n", " / ")


class Week:
    """The house, with a look at the clock on the wall and a list of what has gone out."""

    def __init__(self, house: House, mails: list[EmailMessage]) -> None:
        self.house = house
        self.mails = mails
        self.seen_mails = 0
        self.lines: list[tuple[datetime, str]] = []

    async def until(self, day: int, hour: int, minute: int = 0, *, every: int = 60) -> None:
        """Let time go by in steps of some minutes until a moment of the wall clock."""
        end = datetime(2026, 10, day, hour, minute, tzinfo=BERLIN)
        while self.house.clock.now() < end:
            left = (end - self.house.clock.now()).total_seconds() / 60
            await self.house.step(minutes=min(every, left))
            self._take_mails()

    def _take_mails(self) -> None:
        for mail in self.mails[self.seen_mails :]:
            self.lines.append((self.house.clock.now(), f"e-mail | ♪ | {_plain(str(mail['Subject']))}"))
        self.seen_mails = len(self.mails)

    async def card(self, chat: int, button: str) -> None:
        """Somebody presses a button of the newest card in their own chat."""
        user = self.house.server.world.users[chat]
        await self.house.press(user, button)
        self._take_mails()

    def told(self, group: int, since: datetime) -> str:
        """Everything that has gone out since a moment, oldest first."""
        for chat, name in {**PEOPLE, group: "group"}.items():
            for one in self.house.server.world.messages(chat):
                # That it is back after a pause is told with the first full pass, whenever that is.
                if one.is_own and one.at >= since and not one.versions[0].text.startswith("Back after"):
                    sound = "–" if one.is_silent else "♪"
                    first = _plain(one.versions[0].text)[:66].rstrip()
                    self.lines.append((one.at, f"{name} | {sound} | {first}"))
        rows = sorted(self.lines)
        return "\n".join(f"{at.astimezone(BERLIN):%a %H:%M} | {line}" for at, line in rows)


@pytest.mark.proof
async def test_every_message_of_a_week(tmp_path: Path) -> None:
    """Nobody is woken for nothing, nobody is told what is not theirs, and somebody always hears of it."""
    with smtp() as (inbox, port):
        its = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "bot@linde.example"}
        business = {"routes": [{"id": "mail", "type": "email", **its, "to": ["owner@linde.example"]}]}
        location = {"alerts": {"quiet_hours": "22:00-08:00"}}
        async with House.open(tmp_path, start=START, location=location, business=business) as house:
            week = Week(house, inbox.mails)
            petra = await house.owner()
            anna = await house.join("Anna", 1002)
            await house.join("Ben", 1003)
            await house.join("Cem", 1004, location="bahnhof")
            await house.owner("Kai", 1005, business="anker")
            await house.join("Lea", 1006, business="anker")
            await house.join("Udo", 1007, location="marktplatz")
            group = await house.group(petra, anna)
            begin = house.clock.now()
            # Thursday: nobody takes it, through all steps; Udo does at last, and closes it.
            await week.until(22, 18)
            await house.low(4, minutes=1)
            await week.until(22, 19, every=5)
            await week.card(1007, "Acknowledge")
            await week.until(22, 21, 30)
            await week.card(1007, "Resolve")
            await week.card(1007, "Waiting")
            # Friday night: silent, told in the morning; Anna takes it at 8:05 and forgets it.
            await week.until(23, 23, 10)
            await house.low(5, source="bahnhof", minutes=1)
            await week.until(24, 8, 5, every=30)
            await week.card(1002, "Acknowledge")
            await week.until(24, 14, every=30)
            await week.card(1004, "Acknowledge")
            await week.card(1004, "Resolve")
            await week.card(1004, "Service")
            # Saturday night is an hour longer.
            await week.until(24, 23, 30)
            await house.low(5, source="hafen", minutes=1)
            await week.until(25, 8, 10, every=20)
            await week.card(1005, "Acknowledge")
            await week.card(1005, "Resolve")
            await week.card(1005, "Other")
            # Monday: Telegram is away for an hour.
            await week.until(26, 15)
            away = house.server.faults.add(kind="server_error", method="sendMessage", times=None)
            await house.low(5, minutes=5)
            await week.until(26, 16, every=5)
            house.server.faults.remove(away)
            await week.until(26, 16, 20, every=5)
            await week.card(1003, "Acknowledge")
            await week.card(1003, "Resolve")
            await week.card(1003, "False alarm")
            # Tuesday: the token is revoked, and a new one is put in two hours later.
            await week.until(27, 11)
            revoked = house.server.faults.add(kind="unauthorized", method="sendMessage", times=None)
            await house.low(5, source="hafen", minutes=5)
            with pytest.raises(TokenRevokedError):
                await house.service.run()
            await house.stop()
            week._take_mails()
            house.server.faults.remove(revoked)
            await house.restart(hours=2)
            await week.until(27, 14, every=10)
            assert week.told(group, begin) == EXPECTED.strip()
