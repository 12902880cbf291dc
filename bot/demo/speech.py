"""What the demo itself says around the messages. The messages are the bot's own and never written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Speech:
    """The demo's own lines in one language; the fields name the moment."""

    intro: str
    intro_hands: str
    intro_auto: str
    preparing: str
    opens_link: str
    adds_bot: str
    presses: str
    writes: str
    private_chat: str
    sees: str
    lands: str
    time_passes: str
    nothing: str
    not_on_team: str
    buzzes: str
    silent: str
    edited: str
    buttons: str
    gone: str
    prompt: str
    hint: str
    no_number: str
    no_question: str
    elsewhere: str
    no_incident: str
    seen: str
    kept_promise: str
    kept_at: str
    next: str


_EN: Final = Speech(
    intro="A bad evening at Café Linde: the real bot, with a Telegram of its own.",
    intro_hands="These are Petra's (owner) and Anna's (manager) phones. Enter: later. q: end.",
    intro_auto="These are Petra's (owner) and Anna's (manager) phones. Nothing leaves here.",
    preparing="Starting the bot; it reads three months of reviews first …",
    opens_link="{who} opens the invitation link.",
    adds_bot="{who} adds the bot to the group “{chat}”.",
    presses="{who} presses “{button}” ({chat}).",
    writes="{who} ({chat})",
    private_chat="private chat",
    sees="{who} sees",
    lands="{name} lands; the next poll reads it.",
    time_passes="Time passes.",
    nothing="Nothing new on the phones.",
    not_on_team="{who} is in the group, but not on the team list.",
    buzzes="🔔 buzzes",
    silent="silent",
    edited="✎ same message, edited",
    buttons="✎ same message, other buttons",
    gone="{chat}: a message is gone",
    prompt="[number] press · [/status …] write · [Enter] time passes · [q] end > ",
    hint="Type the number of a button, a command such as /status, Enter, or q.",
    no_number="There is no button {number} on the phones.",
    no_question="The bot has asked nothing, so this would go nowhere.",
    elsewhere="Telegram itself does that, the bot never hears of it: {what}",
    no_incident="No incident: there were too few low reviews. That is an answer, too.",
    seen="{low} low reviews from two exports: one card per chat ({chats} chats), edited in place {edits} times.",
    kept_promise="Nothing above was scripted text: the local server received it over HTTP from the bot itself.",
    kept_at="The data of this evening: {folder}",
    next="Next, a bot of your own: fill in config/reviewbot.toml, then run: reviewbot pair",
)
_DE: Final = Speech(
    intro="Ein schlechter Abend im Café Linde: der echte Bot, mit eigenem Telegram.",
    intro_hands="Die Telefone von Petra (Leitung) und Anna (Team). Enter: Zeit vergeht. q: Ende.",
    intro_auto="Die Telefone von Petra (Leitung) und Anna (Team). Nichts verlässt den Rechner.",
    preparing="Der Bot startet und liest zuerst drei Monate Bewertungen …",
    opens_link="{who} öffnet den Einladungslink.",
    adds_bot="{who} nimmt den Bot in die Gruppe „{chat}“ auf.",
    presses="{who} drückt „{button}“ ({chat}).",
    writes="{who} ({chat})",
    private_chat="Privatchat",
    sees="{who} sieht",
    lands="{name} kommt an; die nächste Abfrage liest es.",
    time_passes="Zeit vergeht.",
    nothing="Nichts Neues auf den Telefonen.",
    not_on_team="{who} ist in der Gruppe, steht aber nicht auf der Teamliste.",
    buzzes="🔔 mit Ton",
    silent="lautlos",
    edited="✎ dieselbe Nachricht, geändert",
    buttons="✎ dieselbe Nachricht, andere Knöpfe",
    gone="{chat}: eine Nachricht ist weg",
    prompt="[Zahl] drücken · [/status …] schreiben · [Enter] Zeit vergeht · [q] Ende > ",
    hint="Tippen Sie die Zahl eines Knopfes, einen Befehl wie /status, Enter oder q.",
    no_number="Einen Knopf {number} gibt es auf den Telefonen nicht.",
    no_question="Der Bot hat nichts gefragt, das ginge ins Leere.",
    elsewhere="Das macht Telegram selbst, der Bot erfährt davon nichts: {what}",
    no_incident="Kein Vorfall: Es waren zu wenige schlechte Bewertungen. Auch das ist eine Antwort.",
    seen="{low} schlechte Bewertungen aus zwei Exporten: eine Karte je Chat ({chats} Chats), {edits}-mal geändert.",
    kept_promise="Nichts davon war vorgeschrieben: Der lokale Server hat es per HTTP vom Bot selbst bekommen.",
    kept_at="Die Daten dieses Abends: {folder}",
    next="Weiter mit einem eigenen Bot: config/reviewbot.toml ausfüllen, dann: reviewbot pair",
)
SPEECHES: Final[Mapping[str, Speech]] = MappingProxyType({"en": _EN, "de": _DE})
