"""In which language the set-up speaks: that of the machine (LANG), or the one that is asked for."""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import Final
from zoneinfo import ZoneInfo

from bot.i18n.speech import Value, plain

_NO_TIMES: Final = ZoneInfo("UTC")
_language: ContextVar[str] = ContextVar("language", default="en")


def machine_language() -> str:
    """German where the machine is set to it, else English."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "de" if spoken.startswith("de") else "en"


def speak(language: str) -> None:
    """Speak this language from now on."""
    _language.set(language)


def spoken(key: str, n: int | None = None, **values: Value) -> str:
    """The catalogue's text of the set-up in the language that is spoken."""
    return plain(_language.get(), _NO_TIMES).say(f"setup.{key}", n, **values)
