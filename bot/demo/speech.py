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
    intro="One bad Friday evening at Café Linde: real bot, real exports, a Telegram server on this machine only.",
    intro_hands="This terminal is the phones of Petra (owner) and Anna (manager). Enter lets time pass, q ends.",
    intro_auto="This terminal is the phones of Petra (owner), Anna (manager) and their group. Nothing leaves this machine.",
    preparing="Starting the bot; it reads three months of reviews first …",
    opens_link="{who} opens the invitation link.",
    adds_bot="{who} adds the bot to the group “{chat}”.",
    presses="{who} presses “{button}” in {chat}.",
    writes="{who} in {chat}",
    sees="{who} sees",
    lands="A fresh export lies in the folder: {name}. The next poll reads it.",
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
    no_question="Nobody was asked anything. Text counts as the answer to a question of the bot; commands begin with /.",
    elsewhere="Telegram itself does that, the bot never hears of it: {what}",
    no_incident="No incident: there were too few low reviews. That is an answer, too.",
    seen="{low} low reviews out of two exports made one card per chat ({chats} chats), edited {edits} times in place.",
    kept_promise="A stranger's press changed nothing, and every message above came over HTTP from the local server.",
    kept_at="The data of this evening: {folder}",
    next="Now with a bot of your own: copy config/reviewbot.minimal.toml to config/reviewbot.toml, then `reviewbot pair`.",
)
_DE: Final = Speech(
    intro="Ein schlechter Freitagabend im Café Linde: echter Bot, echte Exporte, ein Telegram-Server nur auf diesem Rechner.",
    intro_hands="Dieses Terminal zeigt die Telefone von Petra (Betriebsleitung) und Anna (Team). Enter lässt Zeit vergehen, q beendet.",
    intro_auto="Dieses Terminal zeigt die Telefone von Petra (Betriebsleitung), Anna (Team) und ihrer Gruppe. Nichts verlässt diesen Rechner.",
    preparing="Der Bot startet und liest zuerst drei Monate Bewertungen …",
    opens_link="{who} öffnet den Einladungslink.",
    adds_bot="{who} nimmt den Bot in die Gruppe „{chat}“ auf.",
    presses="{who} drückt „{button}“ in {chat}.",
    writes="{who} in {chat}",
    sees="{who} sieht",
    lands="Ein neuer Export liegt im Ordner: {name}. Die nächste Abfrage liest ihn.",
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
    no_question="Es wurde nichts gefragt. Text gilt als Antwort auf eine Frage des Bots; Befehle beginnen mit /.",
    elsewhere="Das macht Telegram selbst, der Bot erfährt davon nichts: {what}",
    no_incident="Kein Vorfall: Es waren zu wenige schlechte Bewertungen. Auch das ist eine Antwort.",
    seen="{low} schlechte Bewertungen aus zwei Exporten ergaben eine Karte je Chat ({chats} Chats), {edits}-mal an Ort und Stelle geändert.",
    kept_promise="Der Druck eines Fremden änderte nichts, und jede Nachricht oben kam per HTTP vom lokalen Server.",
    kept_at="Die Daten dieses Abends: {folder}",
    next="Weiter mit einem eigenen Bot: config/reviewbot.minimal.toml nach config/reviewbot.toml kopieren, dann `reviewbot pair`.",
)
SPEECHES: Final[Mapping[str, Speech]] = MappingProxyType({"en": _EN, "de": _DE})
