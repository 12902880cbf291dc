"""A strict local Bot API server for the demo and the tests: it refuses what Telegram refuses, in Telegram's words."""

from bot.demo.botapi.faults import Fault, FaultKind
from bot.demo.botapi.happenings import Happening, WorldError
from bot.demo.botapi.model import Chat, Message, User
from bot.demo.botapi.people import People, Press
from bot.demo.botapi.rules.limits import FloodLimits
from bot.demo.botapi.server import BotApiServer, Call
from bot.demo.botapi.thread import BotApiThread
from bot.demo.botapi.world import World

__all__ = [
    "BotApiServer",
    "BotApiThread",
    "Call",
    "Chat",
    "Fault",
    "FaultKind",
    "FloodLimits",
    "Happening",
    "Message",
    "People",
    "Press",
    "User",
    "World",
    "WorldError",
]
